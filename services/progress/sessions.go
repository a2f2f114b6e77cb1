package progress

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
	"khuevan/platform/sheet"
)

// Methods of live sessions. A session is held for a unit, and trainers of that unit or one above it reach it.
var (
	ScheduleSession   = rpc.Command[ScheduleSessionRequest, Scheduled]("progress.schedule-session", "Schedules a session of a live lesson for a unit and those below it.", events.RoleTrainer).About(rpc.UnitIn("unit"))
	ListSessions      = rpc.Query[ListSessionsRequest, []Session]("progress.list-sessions", "Lists the sessions of a course that the caller may hold.", events.RoleTrainer).About(rpc.Nothing())
	MySessions        = rpc.Query[ListSessionsRequest, []Session]("progress.my-sessions", "Lists the sessions of a course that are held for the caller.", rpc.SignedIn).About(rpc.Nothing())
	GetSession        = rpc.Query[SessionRequest, SessionSheet]("progress.get-session", "Gives a session with its learners and attendance.", events.RoleTrainer).About(rpc.Kept(rpc.AboutUnit), rpc.Logged, SessionSheet.people)
	ChangeSession     = rpc.Command[ChangeSessionRequest, rpc.Receipt]("progress.change-session", "Says that a session is held at another time or place.", events.RoleTrainer).About(rpc.Kept(rpc.AboutUnit))
	CancelSession     = rpc.Command[SessionRequest, rpc.Receipt]("progress.cancel-session", "Says that a session is not held.", events.RoleTrainer).About(rpc.Kept(rpc.AboutUnit))
	PreviewAttendance = rpc.Query[AttendanceFile, AttendancePreview]("progress.preview-attendance", "Shows what an attendance list would change; writes nothing.", events.RoleTrainer).About(rpc.Kept(rpc.AboutUnit), rpc.Logged, AttendancePreview.people)
	ImportAttendance  = rpc.Command[AttendanceFile, AttendanceDone]("progress.import-attendance", "Notes what an attendance list says, as it was previewed.", events.RoleTrainer).About(rpc.Kept(rpc.AboutUnit))
	UndoAttendance    = rpc.Command[UndoAttendanceRequest, rpc.Receipt]("progress.undo-attendance", "Takes an attendance list back.", events.RoleTrainer).About(rpc.Kept(rpc.AboutUnit))
)

// sessionsView is the sessions and who was invited to them.
type sessionsView struct {
	projection  *readmodel.Projection
	sessions    *readmodel.Collection[Session]
	invitations *readmodel.Collection[invited]
}

func newSessionsView() sessionsView {
	v := sessionsView{sessions: readmodel.NewCollection[Session]("sessions", readmodel.Index{Name: "course", Fields: []string{"course", "start"}}),
		invitations: readmodel.NewCollection[invited]("invitations", readmodel.Index{Name: "session", Fields: []string{"session"}})}
	v.projection = readmodel.NewProjection("sessions", 2, []string{"progress.session", "progress.invitation"}, v.apply, v.sessions, v.invitations)
	return v
}

func (v sessionsView) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.SessionScheduled:
		return v.sessions.Update(b, e.Session, func(s *Session) {
			*s = Session{Session: e.Session, Course: e.Course, Lesson: e.Lesson, Unit: e.Unit, Start: e.Start, End: e.End, Place: e.Place, Link: e.Link, Changed: r.Time}
		})
	case events.SessionChanged:
		return v.sessions.Update(b, e.Session, func(s *Session) {
			s.Start, s.End, s.Place, s.Link, s.Revision, s.Changed = e.Start, e.End, e.Place, e.Link, s.Revision+1, r.Time
		})
	case events.SessionCancelled:
		return v.sessions.Update(b, e.Session, func(s *Session) { s.Cancelled, s.Revision, s.Changed = true, s.Revision+1, r.Time })
	case events.SessionInvited:
		return v.invitations.Update(b, e.Person+"_"+e.Session, func(d *invited) { *d = invited{e.Person, e.Session} })
	case events.AttendanceImported:
		return v.sessions.Update(b, e.Session, func(s *Session) {
			s.Imports = append(s.Imports, SessionImport{Import: e.Import, At: r.Time, People: len(e.Rows)})
		})
	case events.AttendanceUndone:
		return v.sessions.Update(b, e.Session, func(s *Session) { s.Imports[e.Import-1].Undone = true })
	}
	return nil
}

// live answers the methods of sessions.
type live struct {
	hours
	view     view
	sessions sessionsView
}

func (a live) await(ctx context.Context, after uint64) error {
	for _, p := range []*readmodel.Projection{a.sessions.projection, a.view.projection} {
		if err := a.Await(ctx, p, after); err != nil {
			return err
		}
	}
	return a.hours.await(ctx, after)
}

const mostPlace = 300 // characters

func (a live) scheduleSession(ctx context.Context, req ScheduleSessionRequest) (Scheduled, error) {
	if err := a.live(ctx, req.Course, req.Lesson); err != nil {
		return Scheduled{}, err
	}
	why := fault.New(fault.Invalid, "Chưa lên lịch được buổi học.", "The session is not scheduled.")
	whole, err := a.structure.On(ctx, dayOf(a.Clock.Now()))
	if err != nil {
		return Scheduled{}, err
	}
	if !whole.Has(req.Unit) {
		return Scheduled{}, why.With("unit", "Không có đơn vị này. Hãy chọn trong cây đơn vị.", "There is no such unit. Choose one of the tree.")
	}
	place, link, err := placeOf(req.Place, req.Link, why)
	if err != nil {
		return Scheduled{}, err
	}
	e := events.SessionScheduled{Session: idOf(rpc.From(ctx).ID), Course: req.Course, Lesson: req.Lesson, Unit: req.Unit, Start: req.Start.UTC(), End: req.End.UTC(),
		Place: place, Link: link, By: caller(ctx)}
	done, err := host.Do(ctx, a.Deps, schedule{e})
	return Scheduled{Seq: done.Seq, Session: e.Session}, err
}

// placeOf reads where a session is held: a place, a link, or both.
func placeOf(place, link string, why *fault.Error) (string, string, error) {
	place, link = strings.TrimSpace(place), strings.TrimSpace(link)
	u, bad := url.Parse(link)
	switch {
	case len([]rune(place)) > mostPlace || len(link) > mostPlace:
		return "", "", why.With("place", "Địa điểm và đường dẫn dài tối đa 300 ký tự.", "Place and link have at most 300 characters.")
	case link != "" && (bad != nil || u.Scheme != "https" || u.Host == ""):
		return "", "", why.With("link", "Đường dẫn phải bắt đầu bằng https://.", "The link must begin with https://.")
	}
	return place, link, nil
}

func (a live) changeSession(ctx context.Context, req ChangeSessionRequest) (rpc.Receipt, error) {
	if _, err := a.reach(ctx, req.Session); err != nil {
		return rpc.Receipt{}, err
	}
	place, link, err := placeOf(req.Place, req.Link, fault.New(fault.Invalid, "Chưa đổi được buổi học.", "The session is not changed."))
	if err != nil {
		return rpc.Receipt{}, err
	}
	done, err := host.Do(ctx, a.Deps, change{events.SessionChanged{Session: req.Session, Start: req.Start.UTC(), End: req.End.UTC(), Place: place, Link: link, By: caller(ctx)}})
	return rpc.Receipt{Seq: done.Seq}, err
}

// idOf gives the same id for the same request, so that a form that is sent again schedules the same session.
func idOf(request string) string {
	sum := sha256.Sum256([]byte(request))
	return hex.EncodeToString(sum[:])[:20]
}

// live refuses a lesson that no session can be held of.
func (a live) live(ctx context.Context, course, lesson string) error {
	_, err := a.rule(ctx, course, lesson)
	return err
}

// rule is what completes a live lesson, as the latest version of its course says.
func (a live) rule(ctx context.Context, course, lesson string) (events.LessonRule, error) {
	v, _, err := a.view.versions.Get(ctx, versionID(course, latestVersion))
	if err != nil {
		return events.LessonRule{}, err
	}
	at := slices.IndexFunc(v.Rules, func(r events.LessonRule) bool { return r.Lesson == lesson && r.Kind == events.LessonLive })
	if at < 0 {
		return events.LessonRule{}, fault.New(fault.Invalid, "Khóa học không có bài học trực tiếp này.", "The course has no such live lesson.").
			With("lesson", "Hãy chọn một bài có loại live.", "Choose a lesson of the kind live.")
	}
	return v.Rules[at], nil
}

// list gives the sessions of a course that one may see, by their start.
func (a live) list(ctx context.Context, req ListSessionsRequest, may func(Session) (bool, error)) ([]Session, error) {
	if err := a.await(ctx, req.After); err != nil {
		return nil, err
	}
	all := []Session{}
	err := a.sessions.sessions.Each(ctx, readmodel.Query{Index: "course", Equal: []any{req.Course}}, func(s Session) error {
		ok, err := may(s)
		if err != nil || !ok {
			return err
		}
		s.UnitName, err = a.structure.Name(ctx, s.Unit, dayOf(s.Start))
		all = append(all, s)
		return err
	})
	return all, err
}

func (a live) listSessions(ctx context.Context, req ListSessionsRequest) ([]Session, error) {
	units, everywhere := rpc.From(ctx).Identity.Units(events.RoleTrainer)
	whole, err := a.structure.On(ctx, dayOf(a.Clock.Now()))
	if err != nil {
		return nil, err
	}
	return a.list(ctx, req, func(s Session) (bool, error) {
		return everywhere || slices.ContainsFunc(units, func(u string) bool { return whole.Within(s.Unit, u) }), nil
	})
}

// mySessions leaves out what concerns those who hold them.
func (a live) mySessions(ctx context.Context, req ListSessionsRequest) ([]Session, error) {
	me, _, err := a.people.Get(ctx, caller(ctx))
	if err != nil {
		return nil, err
	}
	whole, err := a.structure.On(ctx, dayOf(a.Clock.Now()))
	if err != nil {
		return nil, err
	}
	all, err := a.list(ctx, req, func(s Session) (bool, error) { return whole.Within(me.Unit, s.Unit), nil })
	for i := range all {
		all[i].Imports = nil
	}
	return all, err
}

// reach gives a session as it stands, if the caller may hold it.
func (a live) reach(ctx context.Context, id string) (session, error) {
	if !eventsource.ValidStream(sessionStream(id)) {
		return session{}, noSession()
	}
	seen, err := host.See[session](ctx, a.Deps, sessionStream(id))
	if err != nil {
		return session{}, err
	}
	if seen.State.scheduled.Session == "" {
		return session{}, noSession()
	}
	return seen.State, rpc.Reaches(ctx, rpc.Object{Kind: rpc.AboutUnit, ID: seen.State.scheduled.Unit})
}

func (a live) getSession(ctx context.Context, req SessionRequest) (SessionSheet, error) {
	if err := a.await(ctx, req.After); err != nil {
		return SessionSheet{}, err
	}
	now, err := a.reach(ctx, req.Session)
	if err != nil {
		return SessionSheet{}, err
	}
	e := now.scheduled
	s, _, err := a.sessions.sessions.Get(ctx, req.Session)
	if err != nil {
		return SessionSheet{}, err
	}
	if s.UnitName, err = a.structure.Name(ctx, e.Unit, dayOf(e.Start)); err != nil {
		return SessionSheet{}, err
	}
	out := SessionSheet{Session: s, Minutes: length(e), People: []Learner{}}
	if r, err := a.rule(ctx, e.Course, e.Lesson); err == nil {
		out.Share = r.Share
	}
	known := now.known()
	err = a.learners(ctx, e, func(who attendee, c Course) error {
		l := Learner{Person: who.person, Name: who.name, Code: who.code, Percent: percentAttended(events.LessonAttended{Minutes: known[who.person], Of: length(e)})}
		for _, lesson := range c.Lessons {
			if lesson.ID == e.Lesson {
				l.Completed = lesson.Completed
			}
		}
		out.People = append(out.People, l)
		return nil
	})
	sortByName(out.People, func(l Learner) (string, string) { return l.Name, l.Code })
	return out, err
}

// learners gives everybody of the session's unit, as it is today, whose latest period of the course has the lesson.
func (a live) learners(ctx context.Context, e events.SessionScheduled, fn func(attendee, Course) error) error {
	whole, err := a.structure.On(ctx, dayOf(a.Clock.Now()))
	if err != nil {
		return err
	}
	return a.view.courses.Each(ctx, readmodel.Query{Index: "course", Equal: []any{e.Course}}, func(c Course) error {
		p, _, err := a.people.Get(ctx, c.Person)
		if err != nil || !whole.Within(p.Unit, e.Unit) || !slices.ContainsFunc(c.Lessons, func(l Lesson) bool { return l.ID == e.Lesson }) {
			return err
		}
		who := attendee{person: c.Person}
		if who.name, err = a.reveal(ctx, c.Person, "name", p.Name); err != nil {
			return err
		}
		if who.code, err = a.reveal(ctx, c.Person, "code", p.Code); err != nil || who.code == "" {
			return err
		}
		return fn(who, c)
	})
}

func (a live) cancelSession(ctx context.Context, req SessionRequest) (rpc.Receipt, error) {
	if _, err := a.reach(ctx, req.Session); err != nil {
		return rpc.Receipt{}, err
	}
	done, err := host.Do(ctx, a.Deps, cancel{req.Session, caller(ctx)})
	return rpc.Receipt{Seq: done.Seq}, err
}

// plan reads a list; the caller must reach its session.
func (a live) plan(ctx context.Context, req AttendanceFile) (session, attendancePlan, error) {
	if err := a.await(ctx, 0); err != nil {
		return session{}, attendancePlan{}, err
	}
	s, err := a.reach(ctx, req.Session)
	if err != nil {
		return s, attendancePlan{}, err
	}
	if err := s.mayBeAttended(a.Clock.Now()); err != nil {
		return s, attendancePlan{}, err
	}
	g, err := sheet.Open(req.Data, req.Sheet)
	if err != nil {
		return s, attendancePlan{}, err
	}
	r, err := a.rule(ctx, s.scheduled.Course, s.scheduled.Lesson)
	if err != nil {
		return s, attendancePlan{}, err
	}
	people := map[string]attendee{}
	err = a.learners(ctx, s.scheduled, func(who attendee, _ Course) error {
		people[strings.ToUpper(who.code)] = who
		return nil
	})
	return s, planAttendance(g, s, people, r.Share), err
}

func (a live) previewAttendance(ctx context.Context, req AttendanceFile) (AttendancePreview, error) {
	s, p, err := a.plan(ctx, req)
	if err != nil {
		return AttendancePreview{}, err
	}
	return AttendancePreview{Rows: append([]AttendanceRow{}, p.rows...), Problems: append([]RowProblem{}, p.problems...), Changes: len(p.changes()), Digest: p.digest(s)}, nil
}

// importAttendance writes the good rows of what was previewed. The same list again says nothing new.
func (a live) importAttendance(ctx context.Context, req AttendanceFile) (AttendanceDone, error) {
	s, p, err := a.plan(ctx, req)
	if err != nil {
		return AttendanceDone{}, err
	}
	if changes := p.changes(); len(changes) > 0 && req.Digest != p.digest(s) {
		return AttendanceDone{}, notPreviewed()
	}
	done, err := host.Do(ctx, a.Deps, importAttendance{Session: req.Session, By: caller(ctx), Rows: p.changes(), At: a.Clock.Now()})
	if err != nil {
		return AttendanceDone{}, err
	}
	out := AttendanceDone{Seq: done.Seq}
	for _, e := range done.Events {
		if e, ok := e.(events.AttendanceImported); ok {
			out.Import = e.Import
		}
	}
	return out, nil
}

func (a live) undoAttendance(ctx context.Context, req UndoAttendanceRequest) (rpc.Receipt, error) {
	if _, err := a.reach(ctx, req.Session); err != nil {
		return rpc.Receipt{}, err
	}
	done, err := host.Do(ctx, a.Deps, undoAttendance{req.Session, req.Import, caller(ctx)})
	return rpc.Receipt{Seq: done.Seq}, err
}

// attendance turns what lists say of a session into facts of the people.
func (x reactors) attendance(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	var rows []events.Attendance
	id, number := "", 0
	switch e := r.Event.(type) {
	case events.AttendanceImported:
		id, number, rows = e.Session, e.Import, e.Rows
	case events.AttendanceUndone:
		id, number, rows = e.Session, e.Import, e.Rows
	default:
		return nil, nil
	}
	if err := x.AwaitFor(ctx, x.view.projection, r.Seq); err != nil {
		return nil, err
	}
	history, err := x.Journal.Load(ctx, sessionStream(id))
	if err != nil {
		return nil, err
	}
	now := eventsource.Fold[session](history)
	s, known := now.scheduled, now.known() // as lists say by now: a later fact may have been heard before this one
	var all []eventsource.Request
	for _, row := range rows {
		c, found, err := x.view.courses.Get(ctx, row.Person+"_"+s.Course)
		if err != nil {
			return nil, err
		}
		if !found {
			continue // the person was removed meanwhile
		}
		all = append(all, eventsource.Prepare(attend{events.LessonAttended{Person: row.Person, Course: s.Course, Period: c.Period, Lesson: s.Lesson,
			Session: s.Session, Import: number, Minutes: known[row.Person], Of: length(s), At: r.Time}}))
	}
	return all, nil
}
