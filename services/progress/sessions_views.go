package progress

import "time"

// ScheduleSessionRequest says when and where a live lesson is held, and for whose people.
type ScheduleSessionRequest struct {
	Course string    `json:"course"`
	Lesson string    `json:"lesson"`
	Unit   string    `json:"unit"`
	Start  time.Time `json:"start"`
	End    time.Time `json:"end"`
	Place  string    `json:"place,omitempty"`
	Link   string    `json:"link,omitempty"`
}

// ChangeSessionRequest says when and where a session is held instead.
type ChangeSessionRequest struct {
	Session string    `json:"session"`
	Start   time.Time `json:"start"`
	End     time.Time `json:"end"`
	Place   string    `json:"place,omitempty"`
	Link    string    `json:"link,omitempty"`
}

// Scheduled names the session that was scheduled.
type Scheduled struct {
	Seq     uint64 `json:"seq"`
	Session string `json:"session"`
}

// ListSessionsRequest names a course.
type ListSessionsRequest struct {
	Course string `json:"course"`
	After  uint64 `json:"after,omitempty"`
}

// SessionRequest names a session.
type SessionRequest struct {
	Session string `json:"session"`
	After   uint64 `json:"after,omitempty"`
}

// Session is when and where a live lesson is held.
type Session struct {
	Session   string          `json:"session"`
	Course    string          `json:"course"`
	Lesson    string          `json:"lesson"`
	Unit      string          `json:"unit"`
	UnitName  string          `json:"unit_name"`
	Start     time.Time       `json:"start"`
	End       time.Time       `json:"end"`
	Place     string          `json:"place,omitempty"`
	Link      string          `json:"link,omitempty"`
	Cancelled bool            `json:"cancelled,omitempty"`
	Revision  int             `json:"revision,omitempty"` // changes so far
	Changed   time.Time       `json:"changed"`            // last; when it was scheduled at first
	Imports   []SessionImport `json:"imports,omitempty"`
}

// SessionImport is an attendance list that was imported.
type SessionImport struct {
	Import int       `json:"import"`
	At     time.Time `json:"at"`
	People int       `json:"people"` // of whom it said something new
	Undone bool      `json:"undone,omitempty"`
}

// SessionSheet is a session with everybody who is to attend it.
type SessionSheet struct {
	Session
	Share   float64   `json:"share"` // of a session that completes the lesson
	Minutes int       `json:"minutes"`
	People  []Learner `json:"people"` // by name
}

func (s SessionSheet) people() (all []string) {
	for _, l := range s.People {
		all = append(all, l.Person)
	}
	return all
}

// Learner is somebody who is to attend a session.
type Learner struct {
	Person    string    `json:"person"`
	Name      string    `json:"name"`
	Code      string    `json:"code"`
	Percent   int       `json:"percent"`            // attended of this session
	Completed time.Time `json:"completed,omitzero"` // of the lesson
}

// AttendanceFile is a list of a session: CSV or XLSX. Digest is that of its preview, to import it.
type AttendanceFile struct {
	Session string `json:"session"`
	Data    []byte `json:"data"`
	Sheet   string `json:"sheet,omitempty"`
	Digest  string `json:"digest,omitempty"`
}

// AttendancePreview is what a list would change.
type AttendancePreview struct {
	Rows     []AttendanceRow `json:"rows"`
	Problems []RowProblem    `json:"problems"`
	Changes  int             `json:"changes"` // rows that say something new
	Digest   string          `json:"digest"`
}

func (p AttendancePreview) people() (all []string) {
	for _, r := range p.Rows {
		all = append(all, r.Person)
	}
	return all
}

// AttendanceDone tells which import it was; 0 where the list said nothing new.
type AttendanceDone struct {
	Seq    uint64 `json:"seq"`
	Import int    `json:"import"`
}

// UndoAttendanceRequest names an import of a session.
type UndoAttendanceRequest struct {
	Session string `json:"session"`
	Import  int    `json:"import"`
}
