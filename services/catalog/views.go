package catalog

import "khuevan/events"

// ListCoursesRequest asks for the courses as they stand after a fact.
type ListCoursesRequest struct {
	After uint64 `json:"after,omitempty"`
}

// CourseCard is a course in a list.
type CourseCard struct {
	Course    string       `json:"course"`
	Version   int          `json:"version"`
	Title     events.Words `json:"title"`
	Summary   events.Words `json:"summary"`
	Hours     int          `json:"hours"` // tiết of 45 minutes
	Lessons   int          `json:"lessons"`
	Withdrawn bool         `json:"withdrawn,omitempty"`
	Enrolment []string     `json:"enrolment,omitempty"` // who approves when a person asks, in order; ["open"] asks nobody, none lets nobody ask
	Requires  []string     `json:"requires,omitempty"`  // courses to be completed before
}

// GetCourseRequest names a course and version; 0 is the latest.
type GetCourseRequest struct {
	Course  string `json:"course"`
	Version int    `json:"version,omitempty"`
	After   uint64 `json:"after,omitempty"`
}

// Course is a version of a course.
type Course struct {
	CourseCard
	Tags           []string        `json:"tags,omitempty"`
	Language       string          `json:"language"`
	Content        []events.Lesson `json:"content"`
	Quiz           events.Quiz     `json:"quiz"`
	ValidityMonths int             `json:"validity_months,omitempty"`
	Certificate    string          `json:"certificate,omitempty"` // how it is issued: "" or auto, ordered, none
}

// Package is a course that ships with the platform.
type Package struct {
	Name      string       `json:"name"`
	Title     events.Words `json:"title"`
	Lessons   int          `json:"lessons"`
	Items     int          `json:"items"`     // questions in its bank
	Published int          `json:"published"` // version in the offer; 0 for none
	Changed   bool         `json:"changed"`   // the shipped content differs from the published version
	Questions string       `json:"questions"` // the bank in our Markdown, for quiz.import-items
}

// PublishCourseRequest publishes a shipped package by name, or the given files (course.yaml and lessons/*.md, by path).
type PublishCourseRequest struct {
	Package string            `json:"package,omitempty"`
	Files   map[string]string `json:"files,omitempty"`
	Move    string            `json:"move,omitempty"`  // who in an earlier version goes over: not-started, all; none stays
	Media   map[string][]byte `json:"media,omitempty"` // what stands in files/ of the package, by name
}

// Published tells which version stands in the offer now.
type Published struct {
	Seq     uint64 `json:"seq"`
	Course  string `json:"course"`
	Version int    `json:"version"`
}

// WithdrawCourseRequest names a course.
type WithdrawCourseRequest struct {
	Course string `json:"course"`
}
