package portal

import (
	"net/http"
	"slices"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/ical"
	"khuevan/services/catalog"
	"khuevan/services/notification"
	"khuevan/services/progress"
)

// whenAndWhere are the fields that say when and where a session is held.
func (v *view) whenAndWhere(value func(name string) string) g.Node {
	input := func(name, label, kind string, attrs ...g.Node) g.Node {
		return field(name, label, h.Input(append(attrs, h.ID(name), h.Name(name), h.Type(kind), h.Value(value(name)))...))
	}
	return g.Group{
		input("date", v.t("Ngày", "Day"), "date", h.Required()),
		input("start", v.t("Bắt đầu lúc", "Begins at"), "time", h.Required()),
		input("end", v.t("Kết thúc lúc", "Ends at"), "time", h.Required()),
		input("place", v.t("Địa điểm", "Place"), "text", h.MaxLength("300")),
		input("link", v.t("Đường dẫn họp trực tuyến (https)", "Link of the online meeting (https)"), "url", h.MaxLength("300")),
	}
}

// startAndEnd reads the fields of whenAndWhere that are times.
func (v *view) startAndEnd() (start, end time.Time, err error) {
	value := v.r.PostFormValue
	start, ok1 := localMoment(value("date"), value("start"))
	end, ok2 := localMoment(value("date"), value("end"))
	if !ok1 || !ok2 {
		err = fault.New(fault.Invalid, "Hãy chọn ngày, giờ bắt đầu và giờ kết thúc.", "Choose the day, the hour of the start and that of the end.")
	}
	return start, end, err
}

// changeForm moves a session, as long as nobody is noted as having attended it.
func (v *view) changeForm(s progress.SessionSheet, why *fault.Error) g.Node {
	if s.Cancelled || slices.ContainsFunc(s.Imports, func(i progress.SessionImport) bool { return !i.Undone }) {
		return nil
	}
	now := map[string]string{"date": clock.Date(s.Start), "start": clock.Local(s.Start).Format("15:04"), "end": clock.Local(s.End).Format("15:04"), "place": s.Place, "link": s.Link}
	value := func(name string) string { return now[name] }
	if why != nil && v.r.PostFormValue("date") != "" {
		value = v.r.PostFormValue
	}
	return h.Form(h.Class("card"), h.Method("post"), h.Action(sessionPath(s.Course, s.Session.Session)+"/change"), v.newOnce(),
		h.H2(v.text("Đổi giờ, địa điểm", "Change time or place")),
		hint(v.t("Những người được mời nhận thư cập nhật; lịch của họ đổi theo.", "Everybody who was invited gets a letter that brings their calendar up to date.")),
		v.whenAndWhere(value),
		h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Đổi buổi học", "Change the session")))
}

func (p *Portal) changeSession(v *view) (string, uint64, error) {
	start, end, err := v.startAndEnd()
	if err != nil {
		return "", 0, err
	}
	done, err := progress.ChangeSession.Call(v.ctx(), p.d.RPC, progress.ChangeSessionRequest{Session: v.r.PathValue("session"), Start: start, End: end,
		Place: v.r.PostFormValue("place"), Link: v.r.PostFormValue("link")})
	return sessionPath(v.r.PathValue("course"), v.r.PathValue("session")) + "?ok=session-changed", done.Seq, err
}

// calendarLink leads to a session as a file for calendars, which knows it by the same name as the invitation.
func (v *view) calendarLink(s progress.Session, at string) g.Node {
	return h.A(h.Href(at+"/calendar.ics"), h.Aria("label", v.t("Tải lịch buổi học ", "Calendar file of the session on ")+clock.Local(s.Start).Format("15:04 02/01/2006")), v.text("Tải lịch (.ics)", "Calendar (.ics)"))
}

func (v *view) calendarFact(s progress.Session, at string) g.Node {
	return fact(v.t("Lịch", "Calendar"), v.calendarLink(s, at))
}

// heldCalendar gives a session to those who hold it.
func (p *Portal) heldCalendar(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	s, c, err := v.session()
	if err != nil {
		return err
	}
	return v.calendar(w, s.Session, c, sessionPath(s.Course, s.Session.Session))
}

// myCalendar gives a session to those for whom it is held.
func (p *Portal) myCalendar(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	course := r.PathValue("course")
	all, err := progress.MySessions.Call(v.ctx(), p.d.RPC, progress.ListSessionsRequest{Course: course})
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(s progress.Session) bool {
		return s.Session == r.PathValue("session") && s.Lesson == r.PathValue("lesson")
	})
	if at < 0 {
		return fault.New(fault.NotFound, "Không có buổi học này.", "There is no such session.")
	}
	c, err := v.course(course, 0)
	if err != nil {
		return err
	}
	return v.calendar(w, all[at], c, "/learn/"+course+"/lessons/"+all[at].Lesson)
}

func (v *view) calendar(w http.ResponseWriter, s progress.Session, c catalog.Course, at string) error {
	e := ical.Event{UID: notification.SessionUID(s.Session, v.p.c.BaseURL), Sequence: s.Revision, Stamp: s.Changed, Start: s.Start, End: s.End,
		Summary: v.sessionTitle(c, s.Lesson) + " (" + v.words(c.Title) + ")", Location: s.Place, URL: v.p.c.BaseURL + at, Remind: notification.SessionAlarm}
	if e.Location == "" {
		e.Location = s.Link
	}
	method := ical.Publish
	if s.Cancelled {
		method = ical.Cancel
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8; method="+string(method))
	w.Header().Set("Content-Disposition", `attachment; filename="buoi-hoc.ics"`)
	_, _ = w.Write(e.Write(method)) // the reader has left
	return nil
}
