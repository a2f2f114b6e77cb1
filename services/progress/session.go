package progress

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// session is a session of a live lesson with what lists say of it.
type session struct {
	scheduled events.SessionScheduled // its id is "" before
	cancelled bool
	revision  int // changes so far, the cancellation among them
	imports   []attendanceList
}

// attendanceList is an import of a session, by its place.
type attendanceList struct {
	rows   []events.Attendance
	undone bool
}

// Evolve implements eventsource.State.
func (s session) Evolve(e eventsource.Event) session {
	switch e := e.(type) {
	case events.SessionScheduled:
		s.scheduled = e
	case events.SessionChanged:
		s.scheduled.Start, s.scheduled.End, s.scheduled.Place, s.scheduled.Link = e.Start, e.End, e.Place, e.Link
		s.revision++
	case events.SessionCancelled:
		s.cancelled = true
		s.revision++
	case events.AttendanceImported:
		s.imports = append(slices.Clone(s.imports), attendanceList{rows: e.Rows})
	case events.AttendanceUndone:
		if s.imports = slices.Clone(s.imports); e.Import <= len(s.imports) {
			s.imports[e.Import-1].undone = true
		}
	}
	return s
}

// known is how long everybody attended, as the last list says that was not taken back.
func (s session) known() map[string]int {
	all := map[string]int{}
	for _, list := range s.imports {
		if list.undone {
			continue
		}
		for _, r := range list.rows {
			all[r.Person] = r.Minutes
		}
	}
	return all
}

// length is how long the session lasts, in minutes.
func length(e events.SessionScheduled) int { return int(e.End.Sub(e.Start) / time.Minute) }

func sessionStream(id string) string { return "progress.session." + id }

func noSession() error {
	return fault.New(fault.NotFound, "Không có buổi học này.", "There is no such session.")
}

// longestSession bounds a session: more is a slip of the pen.
const longestSession = 12 * time.Hour

// schedule says when and where a live lesson is held.
type schedule struct{ Session events.SessionScheduled }

// Stream implements eventsource.Command.
func (c schedule) Stream() string { return sessionStream(c.Session.Session) }

// Decide implements eventsource.Command.
func (c schedule) Decide(s session) ([]eventsource.Event, error) {
	if s.scheduled.Session != "" {
		return nil, nil
	}
	if err := canBeHeld(c.Session, fault.New(fault.Invalid, "Chưa lên lịch được buổi học.", "The session is not scheduled.")); err != nil {
		return nil, err
	}
	return []eventsource.Event{c.Session}, nil
}

// canBeHeld refuses a session that ends before it begins, or that nobody could find.
func canBeHeld(e events.SessionScheduled, why *fault.Error) error {
	switch last := e.End.Sub(e.Start); {
	case last < time.Minute || last > longestSession:
		return why.With("end", "Giờ kết thúc phải sau giờ bắt đầu, trong vòng 12 giờ.", "The end must be after the start, within 12 hours.")
	case e.Place == "" && e.Link == "":
		return why.With("place", "Hãy ghi địa điểm, hoặc đường dẫn nếu họp trực tuyến.", "Say the place, or the link of an online meeting.")
	}
	return nil
}

// change says that a session is held at another time or place.
type change struct{ Change events.SessionChanged }

// Stream implements eventsource.Command.
func (c change) Stream() string { return sessionStream(c.Change.Session) }

// Decide implements eventsource.Command. What was attended was attended then and there: it is taken back first.
func (c change) Decide(s session) ([]eventsource.Event, error) {
	was, e := s.scheduled, c.Change
	switch {
	case was.Session == "":
		return nil, noSession()
	case s.cancelled:
		return nil, fault.New(fault.Conflict, "Buổi học đã bị hủy nên không đổi được. Hãy lên lịch buổi khác.", "The session is cancelled and cannot be changed. Schedule another.")
	case len(s.known()) > 0:
		return nil, fault.New(fault.Conflict, "Buổi học đã có điểm danh. Hãy hoàn tác các lần nhập điểm danh trước khi đổi giờ, địa điểm.",
			"The session has attendance. Take its imports back before you change time or place.")
	case was.Start.Equal(e.Start) && was.End.Equal(e.End) && was.Place == e.Place && was.Link == e.Link:
		return nil, nil
	}
	if err := canBeHeld(s.Evolve(e).scheduled, fault.New(fault.Invalid, "Chưa đổi được buổi học.", "The session is not changed.")); err != nil {
		return nil, err
	}
	return []eventsource.Event{e}, nil
}

// cancel says that a session is not held.
type cancel struct{ Session, By string }

// Stream implements eventsource.Command.
func (c cancel) Stream() string { return sessionStream(c.Session) }

// Decide implements eventsource.Command.
func (c cancel) Decide(s session) ([]eventsource.Event, error) {
	switch {
	case s.scheduled.Session == "":
		return nil, noSession()
	case s.cancelled:
		return nil, nil
	case len(s.known()) > 0:
		return nil, fault.New(fault.Conflict, "Buổi học đã có điểm danh. Hãy hoàn tác các lần nhập điểm danh trước khi hủy.",
			"The session has attendance. Take its imports back before you cancel it.")
	}
	return []eventsource.Event{events.SessionCancelled(c)}, nil
}

// importAttendance says what a list says of a session, at a moment.
type importAttendance struct {
	Session, By string
	Rows        []events.Attendance
	At          time.Time
}

// Stream implements eventsource.Command.
func (c importAttendance) Stream() string { return sessionStream(c.Session) }

// Decide implements eventsource.Command. Only what is not known is a fact, so that the same list again decides nothing.
func (c importAttendance) Decide(s session) ([]eventsource.Event, error) {
	if err := s.mayBeAttended(c.At); err != nil {
		return nil, err
	}
	known := s.known()
	rows := slices.DeleteFunc(slices.Clone(c.Rows), func(r events.Attendance) bool { return known[r.Person] == r.Minutes })
	if len(rows) == 0 {
		return nil, nil
	}
	return []eventsource.Event{events.AttendanceImported{Session: c.Session, Import: len(s.imports) + 1, Rows: rows, By: c.By}}, nil
}

func (s session) mayBeAttended(at time.Time) error {
	switch {
	case s.scheduled.Session == "":
		return noSession()
	case s.cancelled:
		return fault.New(fault.Conflict, "Buổi học đã bị hủy nên không nhập điểm danh được.", "The session is cancelled, so it has no attendance.")
	case at.Before(s.scheduled.Start):
		return fault.New(fault.Conflict, "Buổi học chưa bắt đầu. Hãy nhập điểm danh sau khi buổi học diễn ra.", "The session has not begun. Import attendance once it was held.")
	}
	return nil
}

// undoAttendance takes an import of a session back.
type undoAttendance struct {
	Session string
	Import  int
	By      string
}

// Stream implements eventsource.Command.
func (c undoAttendance) Stream() string { return sessionStream(c.Session) }

// Decide implements eventsource.Command. What an earlier or later list says of the same people holds then.
func (c undoAttendance) Decide(s session) ([]eventsource.Event, error) {
	switch {
	case s.scheduled.Session == "":
		return nil, noSession()
	case c.Import < 1 || c.Import > len(s.imports):
		return nil, fault.New(fault.NotFound, "Không có lần nhập này.", "There is no such import.")
	case s.imports[c.Import-1].undone:
		return nil, nil
	}
	e := events.AttendanceUndone{Session: c.Session, Import: c.Import, By: c.By}
	was, now := s.known(), s.Evolve(e).known()
	for _, person := range slices.Sorted(maps.Keys(was)) {
		if now[person] != was[person] {
			e.Rows = append(e.Rows, events.Attendance{Person: person, Minutes: now[person]})
		}
	}
	return []eventsource.Event{e}, nil
}

// attend notes in a person's period how long a session was attended.
type attend struct{ Fact events.LessonAttended }

// Stream implements eventsource.Command.
func (c attend) Stream() string { return periodStream(c.Fact.Person, c.Fact.Course, c.Fact.Period) }

// Decide implements eventsource.Command. A course that is completed stays so: people must decide what follows.
func (c attend) Decide(p period) ([]eventsource.Event, error) {
	e := c.Fact
	if p.opened.Course == "" {
		return nil, fault.New(fault.Unavailable, "Tiến độ của khóa học chưa được mở. Vui lòng thử lại.",
			"The progress of the course is not open yet. Please try again.")
	}
	r, was := p.ruleOf(e.Lesson), p.lessons[e.Lesson]
	if r.Kind != events.LessonLive || was.attended[e.Session] == percentAttended(e) {
		return nil, nil
	}
	after := p.Evolve(e)
	enough := after.lessons[e.Lesson].best() >= percentOf(r.Share)
	step := step{Person: e.Person, Course: e.Course, Period: e.Period, Lesson: e.Lesson, At: e.At}
	switch {
	case enough && !was.done:
		return append([]eventsource.Event{e}, after.and(step.completion(after), e.At)...), nil
	case !enough && was.done && !p.completed:
		return []eventsource.Event{e, events.LessonReopened{Person: e.Person, Course: e.Course, Period: e.Period, Lesson: e.Lesson, At: e.At}}, nil
	}
	return []eventsource.Event{e}, nil
}

// attended is what of each session was attended, in percent, once a fact more is known.
func attended(known map[string]int, e events.LessonAttended) map[string]int {
	next := maps.Clone(known)
	if next == nil {
		next = map[string]int{}
	}
	if next[e.Session] = percentAttended(e); next[e.Session] == 0 {
		delete(next, e.Session)
	}
	return next
}

// percentAttended is a share in whole percent, never rounded up to what is asked.
func percentAttended(e events.LessonAttended) int {
	return min(whole*e.Minutes/max(e.Of, 1), whole)
}

// best is the most that was attended of one session: two halves are no whole.
func (l lesson) best() int {
	if len(l.attended) == 0 {
		return 0
	}
	return slices.MaxFunc(slices.Collect(maps.Values(l.attended)), cmp.Compare[int])
}
