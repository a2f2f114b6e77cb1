package events

// Kinds of membership; "" in a fact is main.
const (
	MembershipMain       = "main" // where the person counts; one on any day
	MembershipConcurrent = "concurrent"
	MembershipSecondment = "secondment"
)

// MembershipBegan says that a person holds a post in a unit from a day on. Stream directory.person.<person>.
type MembershipBegan struct {
	Person     string `json:"person"`
	Unit       string `json:"unit"`
	Post       string `json:"post"`
	On         string `json:"on"`                   // date
	Membership string `json:"membership,omitempty"` // id among the person's; "" is the unit's id
	Kind       string `json:"kind,omitempty"`       // main (also ""), concurrent, secondment
	Until      string `json:"until,omitempty"`      // first day on which it no longer holds; "" for open
}

// EventType implements Event.
func (MembershipBegan) EventType() string { return "directory.membership-began.v1" }

// MembershipEnded says that a person no longer holds a post in a unit from a day on.
type MembershipEnded struct {
	Person     string `json:"person"`
	Unit       string `json:"unit"`
	On         string `json:"on"`                   // date
	Membership string `json:"membership,omitempty"` // "" is the unit's id
}

// EventType implements Event.
func (MembershipEnded) EventType() string { return "directory.membership-ended.v1" }

// MembershipRestated corrects a membership as a whole.
type MembershipRestated struct {
	Person     string `json:"person"`
	Membership string `json:"membership"`
	Unit       string `json:"unit"`
	Post       string `json:"post"`
	Kind       string `json:"kind,omitempty"`
	On         string `json:"on"`              // date on which it began
	Until      string `json:"until,omitempty"` // first day on which it no longer held
}

// EventType implements Event.
func (MembershipRestated) EventType() string { return "directory.membership-restated.v1" }

// MembershipWithdrawn says that a membership never was.
type MembershipWithdrawn struct {
	Person     string `json:"person"`
	Membership string `json:"membership"`
}

// EventType implements Event.
func (MembershipWithdrawn) EventType() string { return "directory.membership-withdrawn.v1" }

// LeaveBegan says that a person is on leave from a day on. Why is nobody's business here.
type LeaveBegan struct {
	Person string `json:"person"`
	On     string `json:"on"`              // date
	Until  string `json:"until,omitempty"` // first day back, when known
}

// EventType implements Event.
func (LeaveBegan) EventType() string { return "directory.leave-began.v1" }

// LeaveEnded says that a person is back from leave on a day.
type LeaveEnded struct {
	Person string `json:"person"`
	On     string `json:"on"` // date
}

// EventType implements Event.
func (LeaveEnded) EventType() string { return "directory.leave-ended.v1" }

// PersonRetired says that a person has left the service from a day on; she counts nowhere.
type PersonRetired struct {
	Person string `json:"person"`
	On     string `json:"on"` // date
}

// EventType implements Event.
func (PersonRetired) EventType() string { return "directory.person-retired.v1" }

// PersonReturned says that a retired person serves again from a day on, or that the retirement was an error.
type PersonReturned struct {
	Person string `json:"person"`
	On     string `json:"on"` // date
}

// EventType implements Event.
func (PersonReturned) EventType() string { return "directory.person-returned.v1" }

// CareerDayCame says that a day has come on which something that was recorded ahead begins or ends for a person: until it
// is told, the person counts where she was. What is recorded on its day or later counts at once.
type CareerDayCame struct {
	Person string   `json:"person"`
	On     string   `json:"on"`               // date
	Joined []string `json:"joined,omitempty"` // units in which a membership began on it
}

// EventType implements Event.
func (CareerDayCame) EventType() string { return "directory.career-day-came.v1" }
