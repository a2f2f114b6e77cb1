package enrolment

import (
	"time"

	"khuevan/events"
)

// AssignCourseRequest assigns a course to a unit and those below it. Assignment is an id chosen by the caller
// (lower-case letters and digits), so that a repeated request is the same assignment; empty lets the service choose.
type AssignCourseRequest struct {
	Assignment string `json:"assignment,omitempty"`
	Course     string `json:"course"`
	Programme  string `json:"programme,omitempty"` // instead of a course
	Unit       string `json:"unit"`

	Audience events.Audience `json:"audience,omitzero"`
	Due      time.Time       `json:"due,omitzero"`
	DueDays  int             `json:"due_days,omitempty"` // makes it a rule that lasts until it is ended
	Renewal  events.Renewal  `json:"renewal,omitzero"`

	After string `json:"after,omitempty"` // of a preview: the person after whom it goes on
}

// Assigned tells which assignment was made. People are enrolled right after it.
type Assigned struct {
	Seq        uint64 `json:"seq"`
	Assignment string `json:"assignment"`
}

// AssignPreview counts whom an assignment would reach, and names some of them.
type AssignPreview struct {
	People int `json:"people"`         // whom it is about
	New    int `json:"new"`            // who would be enrolled for the first time
	Again  int `json:"again"`          // who have passed and would be asked again at once
	Open   int `json:"open"`           // who have an open enrolment already and are left as they are
	Free   int `json:"free,omitempty"` // who are excused from an open one
	Passed int `json:"passed"`         // of whom nothing is asked now: they have passed, or the first cycle is to come
	// Compared are those about whom nothing is told while a tick of the course that holds people out runs: it would tell the arms.
	Compared int `json:"compared,omitempty"`

	Left map[string]int `json:"left"` // members of the unit that it is not about, by why: people, post, joined, holds
	Rows []Reached      `json:"rows"`
	Next string         `json:"next,omitempty"` // where the list goes on; "" at its end
}

// Reached is somebody whom an assignment is about, and why.
type Reached struct {
	Person string    `json:"person"`
	Unit   string    `json:"unit"`
	Post   string    `json:"post,omitempty"`
	Since  string    `json:"since"` // date since which she is in the unit
	State  string    `json:"state"` // new, again, open, free, passed, later, compared; of those left out why: people, post, joined, holds
	Due    time.Time `json:"due,omitzero"`
}

// EndAssignmentRequest names an assignment.
type EndAssignmentRequest struct {
	Assignment string `json:"assignment"`
}

// ListAssignmentsRequest asks for the assignments as they stand after a fact.
type ListAssignmentsRequest struct {
	After uint64 `json:"after,omitempty"`
}

// Assignment is an assignment with how far it has come.
type Assignment struct {
	ID        string    `json:"id"`
	Course    string    `json:"course"`
	Programme string    `json:"programme,omitempty"`
	Unit      string    `json:"unit"`
	Due       time.Time `json:"due"`
	Made      time.Time `json:"made"`
	Enrolled  int       `json:"enrolled"`  // periods that it has opened
	Completed int       `json:"completed"` // of these
	Withdrawn int       `json:"withdrawn"` // of these

	Audience events.Audience `json:"audience,omitzero"`
	DueDays  int             `json:"due_days,omitempty"`
	Renewal  events.Renewal  `json:"renewal,omitzero"`
	By       string          `json:"by,omitempty"`
	Until    time.Time       `json:"until"` // after which it enrols nobody
	Ended    time.Time       `json:"ended,omitzero"`

	Back       time.Time `json:"back,omitzero"`         // when it was taken back
	BackWhy    string    `json:"back_why,omitempty"`    // mistake, replaced, dropped, other
	BackPeople int       `json:"back_people,omitempty"` // whom that concerned when it was decided
}

// MineRequest asks for the caller's own as they stand after a fact.
type MineRequest struct {
	After uint64 `json:"after,omitempty"`
}

// Enrolment is the latest period of a person in a course.
type Enrolment struct {
	Person    string    `json:"person"`
	Course    string    `json:"course"`
	Period    int       `json:"period"`
	Version   int       `json:"version"` // of the course
	Since     time.Time `json:"since"`
	Due       time.Time `json:"due"`
	Completed time.Time `json:"completed,omitzero"`
	Campaign  string    `json:"campaign,omitempty"`
	Programme string    `json:"programme,omitempty"` // that it was asked for
	Excused   string    `json:"excused,omitempty"`   // why; "" for whoever is not
}
