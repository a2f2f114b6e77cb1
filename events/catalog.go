package events

// Words is a text in both languages of the platform.
type Words struct {
	Vi string `json:"vi"`
	En string `json:"en,omitempty"`
}

// CoursePublished is an immutable version of a course. Stream catalog.course.<course>; versions count from 1.
type CoursePublished struct {
	Course         string   `json:"course"`
	Version        int      `json:"version"`
	Digest         string   `json:"digest"` // SHA-256 of the version's content, hex
	Title          Words    `json:"title"`
	Summary        Words    `json:"summary"`
	Hours          int      `json:"hours"` // tiết of 45 minutes
	Language       string   `json:"language"`
	Tags           []string `json:"tags,omitempty"`
	Lessons        []Lesson `json:"lessons"`
	Quiz           Quiz     `json:"quiz"`
	ValidityMonths int      `json:"validity_months,omitempty"` // of the certificate; 0 for unlimited
}

// Kinds of lesson; "" is a text.
const (
	LessonVideo = "video" // is watched; the text stands beside it
	LessonFile  = "file"  // is taken along; the text says what it is
	LessonRead  = "read"  // a text that is confirmed as read and understood
	LessonLive  = "live"  // a session that is attended; the text prepares for it
)

// Lesson is one part of a course version.
type Lesson struct {
	ID       string  `json:"id"`
	Title    Words   `json:"title"`
	Minutes  int     `json:"minutes"`
	Markdown string  `json:"markdown"`
	Kind     string  `json:"kind,omitempty"`   // video, file, read, live; "" is a text
	Media    *Media  `json:"media,omitempty"`  // of a video or file
	Share    float64 `json:"share,omitempty"`  // of a video that must be watched, of a session attended; above 0, at most 1
	Digest   string  `json:"digest,omitempty"` // of a text to be confirmed: SHA-256 of Markdown, hex
}

// Media is a file of ours, or the address of one elsewhere.
type Media struct {
	File   string `json:"file,omitempty"`   // its name
	Type   string `json:"type,omitempty"`   // media type
	Digest string `json:"digest,omitempty"` // SHA-256 of its bytes, hex
	Bytes  int    `json:"bytes,omitempty"`
	Link   string `json:"link,omitempty"` // https address of a video elsewhere
}

// FileStored keeps a file of a lesson under the hash of its bytes. Stream catalog.file.<digest>.
type FileStored struct {
	Digest string `json:"digest"` // SHA-256 of the bytes, hex
	Type   string `json:"type"`   // media type
	Data   []byte `json:"data"`
}

// EventType implements Event.
func (FileStored) EventType() string { return "catalog.file-stored.v1" }

// Quiz says how a course is examined.
type Quiz struct {
	Items    int     `json:"items"`    // drawn from the course's bank for each attempt
	Pass     float64 `json:"pass"`     // marks out of 10
	Minutes  int     `json:"minutes"`  // time for an attempt
	Attempts int     `json:"attempts"` // at most; 0 for unlimited
}

// EventType implements Event.
func (CoursePublished) EventType() string { return "catalog.course-published.v1" }

// CourseWithdrawn says that nobody new is enrolled in a course. Those in it go on.
type CourseWithdrawn struct {
	Course string `json:"course"`
}

// EventType implements Event.
func (CourseWithdrawn) EventType() string { return "catalog.course-withdrawn.v1" }
