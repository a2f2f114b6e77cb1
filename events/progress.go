package events

import "time"

// CourseOpened begins the progress of a person in a period of a course and fixes what completes it.
// Stream progress.course.<person>_<course>_<period>.
type CourseOpened struct {
	Person  string   `json:"person"`
	Course  string   `json:"course"`
	Period  int      `json:"period"`
	Version int      `json:"version"`
	Lessons []string `json:"lessons"` // all must be completed
	Quiz    bool     `json:"quiz"`    // and the quiz passed
}

// EventType implements Event.
func (CourseOpened) EventType() string { return "progress.course-opened.v1" }

// LessonStarted says that a person opened a lesson for the first time.
type LessonStarted struct {
	Person string    `json:"person"`
	Course string    `json:"course"`
	Period int       `json:"period"`
	Lesson string    `json:"lesson"`
	At     time.Time `json:"at"` // server time
}

// EventType implements Event.
func (LessonStarted) EventType() string { return "progress.lesson-started.v1" }

// LessonCompleted says that a person finished a lesson.
type LessonCompleted struct {
	Person  string    `json:"person"`
	Course  string    `json:"course"`
	Period  int       `json:"period"`
	Lesson  string    `json:"lesson"`
	At      time.Time `json:"at"`
	Seconds int       `json:"seconds"` // from start to completion by the server's clock, capped at an hour
}

// EventType implements Event.
func (LessonCompleted) EventType() string { return "progress.lesson-completed.v1" }

// QuizPassed says that progress has taken note of a passed attempt.
type QuizPassed struct {
	Person  string    `json:"person"`
	Course  string    `json:"course"`
	Period  int       `json:"period"`
	Attempt string    `json:"attempt"`
	Mark    float64   `json:"mark"` // out of 10
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (QuizPassed) EventType() string { return "progress.quiz-passed.v1" }

// CourseCompleted says that everything the course version asks was done, with the rule that held.
type CourseCompleted struct {
	Person  string    `json:"person"`
	Course  string    `json:"course"`
	Period  int       `json:"period"`
	Version int       `json:"version"`
	At      time.Time `json:"at"`
	Mark    float64   `json:"mark"` // out of 10; of the attempt that passed
	Seconds int       `json:"seconds"`
	Rule    string    `json:"rule"` // such as "all-lessons-and-quiz"
}

// EventType implements Event.
func (CourseCompleted) EventType() string { return "progress.course-completed.v1" }

// CourseMoved says that a period goes on in another version of its course: what completes it is fixed anew. A quiz that was
// passed stays passed, and time that was spent stays spent.
type CourseMoved struct {
	Person  string    `json:"person"`
	Course  string    `json:"course"`
	Period  int       `json:"period"`
	From    int       `json:"from"` // version
	To      int       `json:"to"`   // version
	At      time.Time `json:"at"`
	Lessons []string  `json:"lessons"`        // all must be completed
	Quiz    bool      `json:"quiz"`           // and the quiz passed
	Kept    []string  `json:"kept,omitempty"` // lessons of both versions with the same text: what was done of them counts
}

// EventType implements Event.
func (CourseMoved) EventType() string { return "progress.course-moved.v1" }
