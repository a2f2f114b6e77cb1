package events

// Why an assignment is taken back.
const (
	BackMistake  = "mistake"  // the wrong course, unit or people
	BackReplaced = "replaced" // by another assignment
	BackDropped  = "dropped"  // the course is not held after all
	BackOther    = "other"
)

// AssignmentTakenBack ends an assignment, if it has not ended, and says that what it opened and nobody has begun is not asked any
// more. Stream as AssignmentMade.
type AssignmentTakenBack struct {
	Assignment string `json:"assignment"`
	Why        string `json:"why"`    // mistake, replaced, dropped, other
	People     int    `json:"people"` // whom it concerned when it was decided
	By         string `json:"by"`
}

// EventType implements Event.
func (AssignmentTakenBack) EventType() string { return "enrolment.assignment-taken-back.v1" }

// EnrolmentWithdrawn says that a period is not asked any more, as if it had not been: what stood before it stands again. Its
// number is not given a second time. Stream as PersonEnrolled.
type EnrolmentWithdrawn struct {
	Person     string `json:"person"`
	Course     string `json:"course"`
	Period     int    `json:"period"`
	Assignment string `json:"assignment"` // that opened it and is taken back
}

// EventType implements Event.
func (EnrolmentWithdrawn) EventType() string { return "enrolment.enrolment-withdrawn.v1" }
