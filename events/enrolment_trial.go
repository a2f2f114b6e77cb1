package events

import "time"

// ArmsDrawn says how chance fell at a campaign's tick: of each unit, how many are held out and where the line runs. Everything
// in it follows from the seed and the numbers of people; see the package trial. Stream enrolment.trial.<campaign>_<tick>.
type ArmsDrawn struct {
	Campaign string      `json:"campaign"`
	Tick     time.Time   `json:"tick"`
	Seed     string      `json:"seed"` // of the tick
	Share    float64     `json:"share"`
	Units    []DrawnUnit `json:"units"`
}

// EventType implements Event.
func (ArmsDrawn) EventType() string { return "enrolment.arms-drawn.v1" }

// DrawnUnit is the draw in one unit.
type DrawnUnit struct {
	Unit   string `json:"unit"`
	People int    `json:"people"`
	Held   int    `json:"held"`
	Cut    string `json:"cut,omitempty"` // largest key of those held out; "" where nobody is
}

// PersonHeldOut says that chance put a person into the arm that a campaign's tick does not ask yet. Stream as PersonEnrolled.
type PersonHeldOut struct {
	Person   string    `json:"person"`
	Course   string    `json:"course"`
	Campaign string    `json:"campaign"`
	Tick     time.Time `json:"tick"`
	Unit     string    `json:"unit"`  // in which it was drawn
	Until    time.Time `json:"until"` // when the others are due; the person is asked after it
	DueDays  int       `json:"due_days"`
}

// EventType implements Event.
func (PersonHeldOut) EventType() string { return "enrolment.person-held-out.v1" }

// HoldOutEnded says that a person who was held out need not be asked any more: the course is open or was completed since.
// Where it is asked, PersonEnrolled with the same campaign and tick says so.
type HoldOutEnded struct {
	Person   string    `json:"person"`
	Course   string    `json:"course"`
	Campaign string    `json:"campaign"`
	Tick     time.Time `json:"tick"`
}

// EventType implements Event.
func (HoldOutEnded) EventType() string { return "enrolment.hold-out-ended.v1" }
