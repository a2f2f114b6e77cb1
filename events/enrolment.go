package events

import "time"

// AssignmentMade says that people of a unit and those below it must take a course or a programme. Stream
// enrolment.assignment.<assignment>. One with due days is a lasting rule: it holds until it is ended.
type AssignmentMade struct {
	Assignment string    `json:"assignment"`
	Course     string    `json:"course"` // "" when it is a programme
	Programme  string    `json:"programme,omitempty"`
	Unit       string    `json:"unit"`
	Audience   Audience  `json:"audience,omitzero"`  // whom of the unit; empty is everyone
	Due        time.Time `json:"due"`                // zero when due days are counted from the enrolment on
	DueDays    int       `json:"due_days,omitempty"` // with a due time: for whoever is enrolled after it
	Renewal    Renewal   `json:"renewal,omitzero"`   // when it is asked again
	By         string    `json:"by,omitempty"`
}

// EventType implements Event.
func (AssignmentMade) EventType() string { return "enrolment.assignment-made.v1" }

// AssignmentEnded says that an assignment enrols nobody any more. What is open stays so. Stream as AssignmentMade.
type AssignmentEnded struct {
	Assignment string `json:"assignment"`
	By         string `json:"by"`
}

// EventType implements Event.
func (AssignmentEnded) EventType() string { return "enrolment.assignment-ended.v1" }

// Audience says whom of a unit a rule is about. What is empty leaves nobody out.
type Audience struct {
	People     []string `json:"people,omitempty"`      // one of these
	Posts      []string `json:"posts,omitempty"`       // who hold one of these posts
	JoinedDays int      `json:"joined_days,omitempty"` // whose membership began within so many days
	Lacks      []string `json:"lacks,omitempty"`       // who lack one of these competencies, or have not shown it lately enough
}

// Renewal says when what was completed is asked again.
type Renewal struct {
	Months int    `json:"months"`         // length of a cycle
	From   string `json:"from,omitempty"` // date on which the first cycle begins; "" counts each from the day of passing
	Days   int    `json:"days"`           // how long before it is due a period is opened
}

// PersonEnrolled opens a period in which a person must take a course. Stream enrolment.enrolment.<person>_<course>;
// periods count from 1, and a later one deletes nothing.
type PersonEnrolled struct {
	Person     string    `json:"person"`
	Course     string    `json:"course"`
	Period     int       `json:"period"`
	Version    int       `json:"version"` // of the course
	Due        time.Time `json:"due"`
	Assignment string    `json:"assignment,omitempty"` // why
	Programme  string    `json:"programme,omitempty"`  // why
	Campaign   string    `json:"campaign,omitempty"`   // why
	Tick       time.Time `json:"tick,omitzero"`        // the campaign's due time
	Request    string    `json:"request,omitempty"`    // why: the person asked
	Unit       string    `json:"unit,omitempty"`       // in which chance drew the person, at a tick that holds people out
}

// EventType implements Event.
func (PersonEnrolled) EventType() string { return "enrolment.person-enrolled.v1" }

// ProgrammeEnrolled opens a period in which a person must complete a programme. Stream
// enrolment.programme.<person>_<programme>; periods count from 1, and a later one deletes nothing.
type ProgrammeEnrolled struct {
	Person     string          `json:"person"`
	Programme  string          `json:"programme"`
	Period     int             `json:"period"`
	Version    int             `json:"version"` // of the programme
	Parts      []ProgrammePart `json:"parts"`   // what this period asks: from the second on the shorter path, if there is one
	Due        time.Time       `json:"due"`
	Assignment string          `json:"assignment"`         // why; "" for a campaign
	Campaign   string          `json:"campaign,omitempty"` // why
	Tick       time.Time       `json:"tick,omitzero"`      // the campaign's due time
}

// EventType implements Event.
func (ProgrammeEnrolled) EventType() string { return "enrolment.programme-enrolled.v1" }

// ProgrammeCourseCounted says that a completed course counts in the open period of a programme. Stream as ProgrammeEnrolled.
type ProgrammeCourseCounted struct {
	Person    string    `json:"person"`
	Programme string    `json:"programme"`
	Period    int       `json:"period"`
	Course    string    `json:"course"`
	At        time.Time `json:"at"` // when the course was completed
}

// EventType implements Event.
func (ProgrammeCourseCounted) EventType() string { return "enrolment.programme-course-counted.v1" }

// ProgrammeCompleted closes the period of a programme: every part has what it asks for. Stream as ProgrammeEnrolled.
type ProgrammeCompleted struct {
	Person    string          `json:"person"`
	Programme string          `json:"programme"`
	Period    int             `json:"period"`
	Version   int             `json:"version"`
	At        time.Time       `json:"at"`
	Parts     []PartCompleted `json:"parts"` // the rule that held
}

// EventType implements Event.
func (ProgrammeCompleted) EventType() string { return "enrolment.programme-completed.v1" }

// PartCompleted says which completed courses a part of a programme was fulfilled by.
type PartCompleted struct {
	Part   string            `json:"part"`
	Needed int               `json:"needed"`
	By     map[string]string `json:"by"` // the place of which course by which completed one
}

// EnrolmentReminded says that a campaign found the period still open: no second one is opened, the person is reminded. With
// Days, the period is one that the campaign opened, and will be due in so many days.
type EnrolmentReminded struct {
	Person   string    `json:"person"`
	Course   string    `json:"course"`
	Period   int       `json:"period"`
	Campaign string    `json:"campaign"`
	Tick     time.Time `json:"tick"`
	Days     int       `json:"days,omitempty"`
	Unit     string    `json:"unit,omitempty"` // in which chance drew the person, at a tick that holds people out
}

// EventType implements Event.
func (EnrolmentReminded) EventType() string { return "enrolment.enrolment-reminded.v1" }

// EnrolmentCompleted closes a period: the person has done what it asked.
type EnrolmentCompleted struct {
	Person string    `json:"person"`
	Course string    `json:"course"`
	Period int       `json:"period"`
	At     time.Time `json:"at"`

	Version int `json:"version,omitempty"` // of the course; absent in facts before November 2026
}

// EventType implements Event.
func (EnrolmentCompleted) EventType() string { return "enrolment.enrolment-completed.v1" }

// Why somebody is excused.
const (
	ExcusedLeave      = "leave"
	ExcusedIllness    = "illness"
	ExcusedSecondment = "secondment"
	ExcusedOther      = "other"
)

// PersonExcused says that a person need not complete a period. The period stays; whoever counts, counts it apart.
type PersonExcused struct {
	Person string `json:"person"`
	Course string `json:"course"`
	Period int    `json:"period"`
	Why    string `json:"why"`            // leave, illness, secondment, other
	Note   Sealed `json:"note,omitempty"` // sealed as "note"
	By     string `json:"by"`
}

// EventType implements Event.
func (PersonExcused) EventType() string { return "enrolment.person-excused.v1" }

// ExcuseWithdrawn says that the person must complete the period after all.
type ExcuseWithdrawn struct {
	Person string `json:"person"`
	Course string `json:"course"`
	Period int    `json:"period"`
	By     string `json:"by"`
}

// EventType implements Event.
func (ExcuseWithdrawn) EventType() string { return "enrolment.excuse-withdrawn.v1" }

// EnrolmentRequested says that a person asks for a course. Stream enrolment.request.<person>_<course>; one request after the
// other stands in it. What nobody need approve is approved by this.
type EnrolmentRequested struct {
	Person    string   `json:"person"`
	Course    string   `json:"course"`
	Request   string   `json:"request"`
	Steps     []string `json:"steps,omitempty"`     // who approves, in order: head, trainer
	Reason    Sealed   `json:"reason,omitempty"`    // sealed as "note"
	Approvers []string `json:"approvers,omitempty"` // people who are asked to take the first step
}

// EventType implements Event.
func (EnrolmentRequested) EventType() string { return "enrolment.enrolment-requested.v1" }

// EnrolmentApproved says that a step of a request was taken.
type EnrolmentApproved struct {
	Person    string   `json:"person"`
	Course    string   `json:"course"`
	Request   string   `json:"request"`
	Step      int      `json:"step"` // from 1
	By        string   `json:"by"`
	Last      bool     `json:"last,omitempty"`      // nobody else is asked
	Approvers []string `json:"approvers,omitempty"` // people who are asked to take the next step
}

// EventType implements Event.
func (EnrolmentApproved) EventType() string { return "enrolment.enrolment-approved.v1" }

// EnrolmentRefused ends a request.
type EnrolmentRefused struct {
	Person  string `json:"person"`
	Course  string `json:"course"`
	Request string `json:"request"`
	Step    int    `json:"step"` // from 1
	By      string `json:"by"`
	Reason  Sealed `json:"reason"` // sealed as "note"
}

// EventType implements Event.
func (EnrolmentRefused) EventType() string { return "enrolment.enrolment-refused.v1" }

// RequestWithdrawn says that the person no longer asks.
type RequestWithdrawn struct {
	Person  string `json:"person"`
	Course  string `json:"course"`
	Request string `json:"request"`
}

// EventType implements Event.
func (RequestWithdrawn) EventType() string { return "enrolment.request-withdrawn.v1" }

// PeriodMoved says that an open period goes on in another version of its course. It stands in the enrolment's stream.
type PeriodMoved struct {
	Person string `json:"person"`
	Course string `json:"course"`
	Period int    `json:"period"`
	From   int    `json:"from"` // version
	To     int    `json:"to"`   // version
}

// EventType implements Event.
func (PeriodMoved) EventType() string { return "enrolment.period-moved.v1" }

// OverdueEscalated tells the heads of a unit how many of its people are overdue with what a campaign's tick gave them. Stream
// enrolment.escalation.<campaign>_<tick>_<unit>: one for each tick and unit.
type OverdueEscalated struct {
	Campaign  string    `json:"campaign"`
	Tick      time.Time `json:"tick"`  // the campaign's due time
	Title     string    `json:"title"` // of the campaign
	Course    string    `json:"course,omitempty"`
	Programme string    `json:"programme,omitempty"`
	Unit      string    `json:"unit"` // with those below it that have no head of their own
	Deadline  time.Time `json:"deadline"`
	People    int       `json:"people"` // who are overdue
	Heads     []string  `json:"heads"`  // who are told
}

// EventType implements Event.
func (OverdueEscalated) EventType() string { return "enrolment.overdue-escalated.v1" }
