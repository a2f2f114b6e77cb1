package progress

import "time"

// MyProgressRequest asks for the caller's courses as they stand after a fact.
type MyProgressRequest struct {
	After uint64 `json:"after,omitempty"`
}

// GetProgressRequest names a course.
type GetProgressRequest struct {
	Course string `json:"course"`
	After  uint64 `json:"after,omitempty"`
}

// LessonRequest names a lesson of a course in which the caller has an open period.
type LessonRequest struct {
	Course string `json:"course"`
	Lesson string `json:"lesson"`
}

// Course is how far a person is in the latest period of a course.
type Course struct {
	Person    string    `json:"person"`
	Course    string    `json:"course"`
	Period    int       `json:"period"`
	Version   int       `json:"version"`
	Lessons   []Lesson  `json:"lessons"` // in the course's order
	Done      int       `json:"done"`    // lessons completed
	Quiz      bool      `json:"quiz"`    // whether a quiz must be passed
	Passed    bool      `json:"passed"`  // whether it was
	Mark      float64   `json:"mark"`    // of the attempt that passed, out of 10
	Completed time.Time `json:"completed,omitzero"`
	Before    []string  `json:"before,omitempty"` // courses to be completed before the lessons open
}

// Lesson is how far a person is in a lesson.
type Lesson struct {
	ID        string    `json:"id"`
	Started   time.Time `json:"started,omitzero"`
	Completed time.Time `json:"completed,omitzero"`
	Seconds   int       `json:"seconds"`
}
