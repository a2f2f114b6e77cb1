package enrolment

import "time"

// AssignCourseRequest assigns a course to a unit and those below it. Assignment is an id chosen by the caller
// (lower-case letters and digits), so that a repeated request is the same assignment; empty lets the service choose.
type AssignCourseRequest struct {
	Assignment string    `json:"assignment,omitempty"`
	Course     string    `json:"course"`
	Unit       string    `json:"unit"`
	Due        time.Time `json:"due"`
}

// Assigned tells which assignment was made. People are enrolled right after it.
type Assigned struct {
	Seq        uint64 `json:"seq"`
	Assignment string `json:"assignment"`
}

// AssignPreview counts whom an assignment would reach.
type AssignPreview struct {
	People int `json:"people"` // members of the unit and those below it
	New    int `json:"new"`    // who would be enrolled
	Open   int `json:"open"`   // who have an open enrolment already and are left as they are
}

// ListAssignmentsRequest asks for the assignments as they stand after a fact.
type ListAssignmentsRequest struct {
	After uint64 `json:"after,omitempty"`
}

// Assignment is an assignment with how far it has come.
type Assignment struct {
	ID        string    `json:"id"`
	Course    string    `json:"course"`
	Unit      string    `json:"unit"`
	Due       time.Time `json:"due"`
	Made      time.Time `json:"made"`
	Enrolled  int       `json:"enrolled"`  // people enrolled by it
	Completed int       `json:"completed"` // of these
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
	Excused   string    `json:"excused,omitempty"` // why; "" for whoever is not
}
