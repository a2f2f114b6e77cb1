package reporting

import (
	"cmp"
	"time"

	"khuevan/events"
)

// How far a person has come in a period, as Row.State says it.
const (
	stateAssigned  = "assigned"
	stateStarted   = "started"
	statePassed    = "passed"
	stateCompleted = "completed"
	stateExcused   = "excused"
)

// rowDoc is a person in the latest period of a course.
type rowDoc struct {
	Person      string    `json:"person"`
	Course      string    `json:"course"`
	Unit        string    `json:"unit"` // "" for a person who is a member of none
	Period      int       `json:"period"`
	Version     int       `json:"version,omitempty"` // of the course
	Due         time.Time `json:"due"`
	State       string    `json:"state"`
	Started     bool      `json:"started,omitempty"`
	Passed      bool      `json:"passed,omitempty"`
	Mark        float64   `json:"mark,omitempty"`
	Completed   time.Time `json:"completed,omitzero"`
	Certificate string    `json:"certificate,omitempty"`
	Excused     bool      `json:"excused,omitempty"`
	Before      *rowDoc   `json:"before,omitempty"` // of the period before, which counts again if this one is withdrawn
}

func rowID(person, course string) string { return person + "_" + course }

// newRow opens a period.
func newRow(e events.PersonEnrolled, unit string) rowDoc {
	return rowDoc{Person: e.Person, Course: e.Course, Unit: unit, Period: e.Period, Version: e.Version, Due: e.Due, State: stateAssigned}
}

// milestone is something that happens in a person's period of a course.
type milestone struct {
	person, course string
	period         int
	reach          func(*rowDoc)
}

// milestoneOf reads a milestone out of a fact; ok is false for any other fact.
func milestoneOf(e events.Event) (m milestone, ok bool) {
	switch e := e.(type) {
	case events.LessonStarted:
		return milestone{e.Person, e.Course, e.Period, func(r *rowDoc) { r.Started = true }}, true
	case events.AttemptStarted:
		return milestone{e.Person, e.Course, e.Period, func(r *rowDoc) { r.Started = true }}, true
	case events.QuizPassed:
		return milestone{e.Person, e.Course, e.Period, func(r *rowDoc) { r.Started, r.Passed, r.Mark = true, true, e.Mark }}, true
	case events.CourseCompleted:
		return milestone{e.Person, e.Course, e.Period, func(r *rowDoc) {
			r.Started, r.Mark, r.Completed, r.Version = true, e.Mark, e.At, cmp.Or(e.Version, r.Version)
		}}, true
	case events.CertificateIssued: // that of a programme belongs to no row
		return milestone{e.Person, e.Course, e.Period, func(r *rowDoc) { r.Certificate = e.Code }}, e.Course != ""
	case events.PersonExcused:
		return milestone{e.Person, e.Course, e.Period, func(r *rowDoc) { r.Excused = true }}, true
	case events.ExcuseWithdrawn:
		return milestone{e.Person, e.Course, e.Period, func(r *rowDoc) { r.Excused = false }}, true
	default:
		return milestone{}, false
	}
}

// after is the row once a milestone is reached.
func (r rowDoc) after(m milestone) rowDoc {
	m.reach(&r)
	switch {
	case !r.Completed.IsZero():
		r.State = stateCompleted
	case r.Excused:
		r.State = stateExcused
	case r.Passed:
		r.State = statePassed
	case r.Started:
		r.State = stateStarted
	default:
		r.State = stateAssigned
	}
	return r
}

// reached is the row once a milestone is reached, in its period or in one before; the row is the same for any other.
func (r rowDoc) reached(m milestone) rowDoc {
	switch {
	case r.Period == m.period:
		return r.after(m)
	case r.Before != nil:
		before := r.Before.reached(m)
		r.Before = &before
	}
	return r
}

// counts is what the row adds to its unit; the zero row adds nothing.
func (r rowDoc) counts() counts {
	if r.Period == 0 {
		return counts{}
	}
	return counts{Assigned: 1, Started: one(r.Started), Passed: one(r.Passed), Completed: one(!r.Completed.IsZero()), Certified: one(r.Certificate != ""),
		Excused: one(r.Excused && r.Completed.IsZero())}
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
