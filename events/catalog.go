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
	Certificate    string   `json:"certificate,omitempty"`     // how it is issued: "" or CertificateAuto, CertificateOrdered, CertificateNone
}

// How the certificates of a course are issued.
const (
	CertificateAuto    = "auto"    // to each who completes it, at once
	CertificateOrdered = "ordered" // when somebody orders it for those who have completed it
	CertificateNone    = "none"    // never
)

// Lesson is one part of a course version.
type Lesson struct {
	ID       string `json:"id"`
	Title    Words  `json:"title"`
	Minutes  int    `json:"minutes"`
	Markdown string `json:"markdown"`
}

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
