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

	Rules []LessonRule `json:"rules,omitempty"` // of lessons that are no texts
}

// LessonRule is what completes a lesson that is no text.
type LessonRule struct {
	Lesson string  `json:"lesson"`
	Kind   string  `json:"kind"`             // video, file, read, live
	Share  float64 `json:"share,omitempty"`  // of a video that must be watched, of a session attended
	Digest string  `json:"digest,omitempty"` // of the text that must be confirmed
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

	Rules []LessonRule `json:"rules,omitempty"` // of lessons that are no texts
}

// EventType implements Event.
func (CourseMoved) EventType() string { return "progress.course-moved.v1" }

// LessonTimeNoted says how long a person was at a lesson. A page says so every few minutes and when it is left; what it says
// counts for at most the time since the fact before, by the server's clock. Stream progress.time.<person>_<day>; the spans of a
// stream do not overlap, so that two open pages are not counted twice.
type LessonTimeNoted struct {
	Person  string    `json:"person"`
	Course  string    `json:"course"`
	Period  int       `json:"period"`
	Lesson  string    `json:"lesson"`
	Day     string    `json:"day"`     // date in the province's zone
	From    time.Time `json:"from"`    // server time
	At      time.Time `json:"at"`      // likewise
	Visible int       `json:"visible"` // seconds with the page open and in sight
	Active  int       `json:"active"`  // of these, seconds with a sign of the reader within the last minute
	Most    int       `json:"most"`    // seconds that the lesson counts at most in its period
}

// EventType implements Event.
func (LessonTimeNoted) EventType() string { return "progress.lesson-time-noted.v1" }

// LessonWatched says which parts of a video a person has watched, besides those known.
type LessonWatched struct {
	Person string        `json:"person"`
	Course string        `json:"course"`
	Period int           `json:"period"`
	Lesson string        `json:"lesson"`
	Parts  []WatchedPart `json:"parts"`
	At     time.Time     `json:"at"`
}

// WatchedPart is a part of a video, in percent of its length: from one up to another.
type WatchedPart struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// EventType implements Event.
func (LessonWatched) EventType() string { return "progress.lesson-watched.v1" }

// ReadingConfirmed says that a person confirmed to have read and understood a text: this one, of this version, to the byte.
type ReadingConfirmed struct {
	Person  string    `json:"person"`
	Course  string    `json:"course"`
	Period  int       `json:"period"`
	Version int       `json:"version"` // of the course
	Lesson  string    `json:"lesson"`
	Digest  string    `json:"digest"` // SHA-256 of the text, hex
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (ReadingConfirmed) EventType() string { return "progress.reading-confirmed.v1" }

// LessonAttended says how long a person attended a session of a live lesson, as a list says; a later one of the session takes its place.
type LessonAttended struct {
	Person  string    `json:"person"`
	Course  string    `json:"course"`
	Period  int       `json:"period"`
	Lesson  string    `json:"lesson"`
	Session string    `json:"session"`
	Import  int       `json:"import"`  // of the session
	Minutes int       `json:"minutes"` // 0 where a list that said otherwise was wrong, or taken back
	Of      int       `json:"of"`      // minutes that the session lasted
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (LessonAttended) EventType() string { return "progress.lesson-attended.v1" }

// LessonReopened says that a lesson is not done after all: the attendance that completed it was taken back in time.
type LessonReopened struct {
	Person string    `json:"person"`
	Course string    `json:"course"`
	Period int       `json:"period"`
	Lesson string    `json:"lesson"`
	At     time.Time `json:"at"`
}

// EventType implements Event.
func (LessonReopened) EventType() string { return "progress.lesson-reopened.v1" }

// SessionScheduled says when and where a live lesson is held for the people of a unit. Stream progress.session.<session>.
type SessionScheduled struct {
	Session string    `json:"session"`
	Course  string    `json:"course"`
	Lesson  string    `json:"lesson"`
	Unit    string    `json:"unit"` // with all units below it
	Start   time.Time `json:"start"`
	End     time.Time `json:"end"`
	Place   string    `json:"place,omitempty"`
	Link    string    `json:"link,omitempty"` // of an online meeting
	By      string    `json:"by"`
}

// EventType implements Event.
func (SessionScheduled) EventType() string { return "progress.session-scheduled.v1" }

// SessionChanged says that a session is held at another time or place than was said.
type SessionChanged struct {
	Session string    `json:"session"`
	Start   time.Time `json:"start"`
	End     time.Time `json:"end"`
	Place   string    `json:"place,omitempty"`
	Link    string    `json:"link,omitempty"`
	By      string    `json:"by"`
}

// EventType implements Event.
func (SessionChanged) EventType() string { return "progress.session-changed.v1" }

// SessionInvited says that a person is to attend a session, or that a session of which they were told is held at another time or
// place. Stream progress.invitation.<person>_<session>.
type SessionInvited struct {
	Person   string    `json:"person"`
	Session  string    `json:"session"`
	Course   string    `json:"course"`
	Lesson   string    `json:"lesson"`
	Revision int       `json:"revision"`        // changes of the session so far
	Again    bool      `json:"again,omitempty"` // they were told of it before
	Start    time.Time `json:"start"`
	End      time.Time `json:"end"`
	Place    string    `json:"place,omitempty"`
	Link     string    `json:"link,omitempty"`
}

// EventType implements Event.
func (SessionInvited) EventType() string { return "progress.session-invited.v1" }

// SessionUninvited says that a session to which a person was invited is not held.
type SessionUninvited struct {
	Person   string    `json:"person"`
	Session  string    `json:"session"`
	Course   string    `json:"course"`
	Lesson   string    `json:"lesson"`
	Revision int       `json:"revision"` // changes of the session so far
	Start    time.Time `json:"start"`
	End      time.Time `json:"end"`
	Place    string    `json:"place,omitempty"`
	Link     string    `json:"link,omitempty"`
}

// EventType implements Event.
func (SessionUninvited) EventType() string { return "progress.session-uninvited.v1" }

// SessionCancelled says that a session is not held.
type SessionCancelled struct {
	Session string `json:"session"`
	By      string `json:"by"`
}

// EventType implements Event.
func (SessionCancelled) EventType() string { return "progress.session-cancelled.v1" }

// Attendance is how long somebody attended; 0 minutes for not at all.
type Attendance struct {
	Person  string `json:"person"`
	Minutes int    `json:"minutes"`
}

// AttendanceImported is what a list says of a session that was not known.
type AttendanceImported struct {
	Session string       `json:"session"`
	Import  int          `json:"import"` // counts from 1
	Rows    []Attendance `json:"rows"`
	By      string       `json:"by"`
}

// EventType implements Event.
func (AttendanceImported) EventType() string { return "progress.attendance-imported.v1" }

// AttendanceUndone takes an import back.
type AttendanceUndone struct {
	Session string       `json:"session"`
	Import  int          `json:"import"`
	Rows    []Attendance `json:"rows"` // what holds without it, of those whom it changed
	By      string       `json:"by"`
}

// EventType implements Event.
func (AttendanceUndone) EventType() string { return "progress.attendance-undone.v1" }
