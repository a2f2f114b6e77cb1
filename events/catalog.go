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
	Enrolment      []string `json:"enrolment,omitempty"`       // who approves when a person asks for the course, in order; ["open"] asks nobody, none lets nobody ask
	Requires       []string `json:"requires,omitempty"`        // courses to be completed before
	Move           string   `json:"move,omitempty"`            // who goes over from an earlier version: not-started, all; none stays where they are
	Certificate    string   `json:"certificate,omitempty"`     // how it is issued: "" or CertificateAuto, CertificateOrdered, CertificateNone
}

// How the certificates of a course or a programme are issued.
const (
	CertificateAuto    = "auto"    // to each who completes it, at once
	CertificateOrdered = "ordered" // when somebody orders it for those who have completed it
	CertificateNone    = "none"    // never
)

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

// Who goes over to a new version of a course; all others keep the version of their period.
const (
	MoveNotStarted = "not-started" // those who have opened no lesson
	MoveAll        = "all"
)

// Who approves when a person asks for a course.
const (
	ApproverHead    = RoleHead
	ApproverTrainer = RoleTrainer
	EnrolmentOpen   = "open" // nobody: whoever asks is in
)

// EventType implements Event.
func (CoursePublished) EventType() string { return "catalog.course-published.v1" }

// CourseWithdrawn says that nobody new is enrolled in a course. Those in it go on.
type CourseWithdrawn struct {
	Course string `json:"course"`
}

// EventType implements Event.
func (CourseWithdrawn) EventType() string { return "catalog.course-withdrawn.v1" }

// ProgrammePublished is an immutable version of a programme: which courses somebody completes who holds it.
// Stream catalog.programme.<programme>; versions count from 1.
type ProgrammePublished struct {
	Programme      string          `json:"programme"`
	Version        int             `json:"version"`
	Title          Words           `json:"title"`
	Summary        Words           `json:"summary"`
	Parts          []ProgrammePart `json:"parts"`
	Again          []ProgrammePart `json:"again,omitempty"`           // the shorter path from the second period on; none for the same parts again
	ValidityMonths int             `json:"validity_months,omitempty"` // 0 for unlimited

	Certificate      string `json:"certificate,omitempty"`      // how completing it is certified: "" for not at all, CertificateAuto, CertificateOrdered
	CertificateTitle Words  `json:"certificate_title,omitzero"` // what it is certified as; zero for the programme's title
}

// ProgrammePart asks for all of its courses, or for some of them. The package programme says when it is fulfilled.
type ProgrammePart struct {
	ID      string            `json:"id"`
	Title   Words             `json:"title"`
	AtLeast int               `json:"at_least,omitempty"` // 0 for all of them; n for n of them
	Courses []ProgrammeCourse `json:"courses"`
}

// ProgrammeCourse is a course in a part.
type ProgrammeCourse struct {
	Course      string   `json:"course"`
	Equivalents []string `json:"equivalents,omitempty"` // courses that count instead
}

// EventType implements Event.
func (ProgrammePublished) EventType() string { return "catalog.programme-published.v1" }

// ProgrammeWithdrawn says that nobody new is enrolled in a programme. Those in it go on.
type ProgrammeWithdrawn struct {
	Programme string `json:"programme"`
}

// EventType implements Event.
func (ProgrammeWithdrawn) EventType() string { return "catalog.programme-withdrawn.v1" }
