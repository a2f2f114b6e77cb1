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
	Seconds   int       `json:"seconds"` // from start to completion, at most an hour
	Time      Time      `json:"time"`    // as it was measured

	Watched   int            `json:"watched,omitempty"`   // percent of a video
	Attended  map[string]int `json:"attended,omitempty"`  // percent of each session
	Confirmed string         `json:"confirmed,omitempty"` // SHA-256 of the text that was confirmed as read and understood
}

// Time is how long somebody was at a lesson, or at several, in seconds.
type Time struct {
	Visible int `json:"visible"` // the page was open and in sight
	Active  int `json:"active"`  // and the reader gave a sign within the last minute
	Counted int `json:"counted"` // what of the visible time counts: at most three times the planned minutes of the lesson
}

// NoteTimeRequest says how long a page of a lesson was in sight since it said so last, in seconds.
type NoteTimeRequest struct {
	Course  string `json:"course"`
	Lesson  string `json:"lesson"`
	Visible int    `json:"visible"`
	Active  int    `json:"active"`
	Left    bool   `json:"left,omitempty"` // the page is being left: less is worth a fact
}

// NotedTime tells how much of it was noted.
type NotedTime struct {
	Seq     uint64 `json:"seq"`
	Visible int    `json:"visible"`
}
