package portal

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/services/catalog"
	"khuevan/services/progress"
)

// sessionRoutes are the pages of those who hold live sessions.
func (p *Portal) sessionRoutes(mux *http.ServeMux) {
	const all, one = "/courses/{course}/sessions", "/courses/{course}/sessions/{session}"
	mux.Handle("GET "+all, p.page(func(v *view) (page, error) { return p.sessionsPage(v, nil) }))
	mux.Handle("POST "+all, p.act(p.scheduleSession, p.sessionsPage))
	mux.Handle("GET "+one, p.page(func(v *view) (page, error) { return p.sessionPage(v, nil) }))
	mux.Handle("POST "+one+"/change", p.act(p.changeSession, p.sessionPage))
	mux.Handle("GET "+one+"/calendar.ics", p.edge.Handle(p.heldCalendar))
	mux.Handle("GET /learn/{course}/lessons/{lesson}/sessions/{session}/calendar.ics", p.edge.Handle(p.myCalendar))
	mux.Handle("POST "+one+"/cancel", p.act(p.cancelSession, p.sessionPage))
	mux.Handle("POST "+one+"/attendance/preview", p.upload(p.previewAttendance))
	mux.Handle("POST "+one+"/attendance", large(3*mostUpload, p.act(p.importAttendance, p.sessionPage)))
	mux.Handle("POST "+one+"/attendance/undo", p.act(p.undoAttendance, p.sessionPage))
}

// liveLessons are the lessons of a course that sessions are held of.
func liveLessons(c catalog.Course) (all []events.Lesson) {
	for _, l := range c.Content {
		if l.Kind == events.LessonLive {
			all = append(all, l)
		}
	}
	return all
}

// sessionTitle is the title of a lesson that a session is of.
func (v *view) sessionTitle(c catalog.Course, lesson string) string {
	if at := lessonAt(c.Content, lesson); at >= 0 {
		return v.words(c.Content[at].Title)
	}
	return lesson
}

func (p *Portal) sessionsPage(v *view, why *fault.Error) (page, error) {
	course, err := v.course(v.r.PathValue("course"), 0)
	if err != nil {
		return page{}, err
	}
	all, err := progress.ListSessions.Call(v.ctx(), p.d.RPC, progress.ListSessionsRequest{Course: course.Course, After: v.after})
	if err != nil {
		return page{}, err
	}
	form, err := v.scheduleForm(course)
	if err != nil {
		return page{}, err
	}
	title := v.t("Buổi học trực tiếp", "Live sessions")
	return page{Title: title, Section: "/courses", Body: []g.Node{
		v.crumbs(title, crumb{"/courses", v.t("Khóa học", "Courses")}),
		h.H1(g.Text(title + ": " + v.words(course.Title))), v.refusal(why),
		v.sessionTable(course, all), form,
	}}, nil
}

func (v *view) sessionTable(c catalog.Course, all []progress.Session) g.Node {
	if len(all) == 0 {
		return empty(v.t("Chưa có buổi học nào.", "There are no sessions yet."))
	}
	title := v.t("Các buổi học", "Sessions")
	columns := []column{{v.t("Bài", "Lesson"), false}, {v.t("Thời gian", "Time"), false}, {v.t("Địa điểm", "Place"), false}, {v.t("Cho đơn vị", "For"), false}, {v.t("Tình trạng", "State"), false}}
	return h.Section(h.H2(g.Text(title)), tableUnder(title, columns, g.Map(all, func(s progress.Session) g.Node {
		return row(columns, h.A(h.Href(sessionPath(s.Course, s.Session)), g.Text(v.sessionTitle(c, s.Lesson))), v.span(s), v.where(s), g.Text(s.UnitName), v.sessionState(s))
	})))
}

func sessionPath(course, session string) string { return "/courses/" + course + "/sessions/" + session }

// span is when a session is held; the end is told by its hour where it is of the same day.
func (v *view) span(s progress.Session) g.Node {
	end := timeNode(s.End, "15:04")
	if daysBetween(s.Start, s.End) != 0 {
		end = v.moment(s.End)
	}
	return h.Span(v.moment(s.Start), g.Text(" – "), end) // one thing: a card of a narrow screen would spread its parts
}

func (v *view) where(s progress.Session) g.Node {
	link := h.A(h.Href(s.Link), h.Rel("noopener noreferrer"), h.Target("_blank"), v.text("Vào phòng họp trực tuyến", "Join the online meeting"))
	switch {
	case s.Link == "":
		return g.Text(s.Place)
	case s.Place == "":
		return link
	}
	return h.Span(g.Text(s.Place+" · "), link)
}

func (v *view) sessionState(s progress.Session) g.Node {
	now := v.p.d.Clock.Now()
	switch {
	case s.Cancelled:
		return badge("", v.t("Đã hủy", "Cancelled"))
	case now.Before(s.Start):
		return badge("info", v.t("Sắp diễn ra", "To come"))
	case now.Before(s.End):
		return badge("warn", v.t("Đang diễn ra", "Under way"))
	}
	return badge("ok", v.t("Đã kết thúc", "Over"))
}

func (v *view) scheduleForm(c catalog.Course) (g.Node, error) {
	lessons := liveLessons(c)
	if len(lessons) == 0 {
		return h.P(h.Class("notice"), v.text("Khóa học này không có bài trực tiếp. Trong course.yaml, hãy đặt kind: live cho một bài rồi xuất bản phiên bản mới.",
			"The course has no live lesson. Give a lesson kind: live in course.yaml and publish a new version.")), nil
	}
	o, err := v.offer()
	if err != nil {
		return nil, err
	}
	value := func(name string) string { return v.r.PostFormValue(name) }
	var choices []entry
	for _, l := range lessons {
		choices = append(choices, entry{l.ID, v.words(l.Title)})
	}
	return h.Form(h.Class("card"), h.Method("post"), h.Action("/courses/"+c.Course+"/sessions"), v.newOnce(),
		h.H2(v.text("Lên lịch buổi học", "Schedule a session")),
		field("lesson", v.t("Bài học", "Lesson"), h.Select(h.ID("lesson"), h.Name("lesson"), choose(value("lesson"), choices...))),
		v.unitField(o, value("unit")), v.whenAndWhere(value),
		h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Lên lịch", "Schedule"))), nil
}

// localMoment reads a day and an hour of the province.
func localMoment(day, hour string) (time.Time, bool) {
	t, err := time.ParseInLocation("2006-01-02 15:04", day+" "+hour, clock.Local(time.Time{}).Location())
	return t.UTC(), err == nil
}

func (p *Portal) scheduleSession(v *view) (string, uint64, error) {
	value := v.r.PostFormValue
	start, end, err := v.startAndEnd()
	if err != nil {
		return "", 0, err
	}
	course := v.r.PathValue("course")
	done, err := progress.ScheduleSession.Call(v.ctx(), p.d.RPC, progress.ScheduleSessionRequest{Course: course, Lesson: value("lesson"), Unit: value("unit"),
		Start: start, End: end, Place: value("place"), Link: value("link")})
	return sessionPath(course, done.Session) + "?ok=session", done.Seq, err
}

func (v *view) session() (progress.SessionSheet, catalog.Course, error) {
	s, err := progress.GetSession.Call(v.ctx(), v.p.d.RPC, progress.SessionRequest{Session: v.r.PathValue("session"), After: v.after})
	if err != nil {
		return s, catalog.Course{}, err
	}
	if s.Course != v.r.PathValue("course") {
		return s, catalog.Course{}, fault.New(fault.NotFound, "Không có buổi học này.", "There is no such session.")
	}
	c, err := v.course(s.Course, 0)
	return s, c, err
}

// sessionPage shows who is to attend a session, and who did.
func (p *Portal) sessionPage(v *view, why *fault.Error) (page, error) {
	s, c, err := v.session()
	if err != nil {
		return page{}, err
	}
	title := v.sessionTitle(c, s.Lesson)
	begun := !v.p.d.Clock.Now().Before(s.Start)
	return page{Title: title, Section: "/courses", Body: []g.Node{
		v.sessionCrumbs(s, title), h.H1(g.Text(title)), v.refusal(why),
		h.Dl(h.Class("facts"), fact(v.t("Thời gian", "Time"), v.span(s.Session), g.Text(" "), v.sessionState(s.Session)), fact(v.t("Địa điểm", "Place"), v.where(s.Session)), v.calendarFact(s.Session, sessionPath(s.Course, s.Session.Session)),
			fact(v.t("Cho đơn vị", "For"), g.Text(s.UnitName)),
			fact(v.t("Điều kiện hoàn thành bài", "What completes the lesson"), g.Text(v.t("Dự ít nhất "+v.number(100*s.Share, 0)+"% của "+strconv.Itoa(s.Minutes)+" phút", "At least "+v.number(100*s.Share, 0)+"% of "+counted(s.Minutes, "minute"))))),
		g.If(!s.Cancelled && begun, v.attendanceForm(s)),
		g.If(!s.Cancelled && !begun, h.P(h.Class("notice"), v.text("Sau khi buổi học bắt đầu, bạn nhập danh sách điểm danh ở đây.", "Once the session has begun, attendance is imported here."))),
		v.attendanceImports(s), v.sessionPeople(s), v.changeForm(s, why),
		g.If(!s.Cancelled, h.Form(h.Method("post"), h.Action(sessionPath(s.Course, s.Session.Session)+"/cancel"), v.newOnce(), h.Data("confirm", v.t("Hủy buổi học này?", "Cancel this session?")),
			h.Button(h.Class("btn-quiet"), h.Type("submit"), v.text("Hủy buổi học", "Cancel the session")))),
	}}, nil
}

func (v *view) sessionCrumbs(s progress.SessionSheet, here string) g.Node {
	return v.crumbs(here, crumb{"/courses", v.t("Khóa học", "Courses")}, crumb{"/courses/" + s.Course + "/sessions", v.t("Buổi học trực tiếp", "Live sessions")})
}

func (v *view) attendanceForm(s progress.SessionSheet) g.Node {
	return h.Form(h.Class("card"), h.Method("post"), h.EncType("multipart/form-data"), h.Action(sessionPath(s.Course, s.Session.Session)+"/attendance/preview"),
		h.H2(v.text("Nhập điểm danh", "Import attendance")),
		field("list", v.t("Tệp điểm danh (.xlsx hoặc CSV)", "Attendance list (.xlsx or CSV)"), h.Input(h.ID("list"), h.Name("list"), h.Type("file"), h.Required(), h.Accept(".csv,.txt,.xlsx"))),
		hint(v.t("Cần cột “Mã cán bộ” và cột “Số phút” hoặc “Có mặt” (x là dự cả buổi). Hệ thống cho xem trước; chưa ghi gì cho đến khi bạn xác nhận.",
			"It needs a column “Personnel code” and one of “Minutes” or “Present” (x is the whole session). You see a preview first; nothing is written until you confirm.")),
		h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xem trước", "Preview")))
}

func (v *view) attendanceImports(s progress.SessionSheet) g.Node {
	if len(s.Imports) == 0 {
		return nil
	}
	title := v.t("Các lần nhập điểm danh", "Attendance lists")
	columns := []column{{v.t("Thời gian", "Time"), false}, {v.t("Số người", "People"), true}, {v.t("Thao tác", "Do"), false}}
	return h.Section(h.H2(g.Text(title)), tableUnder(title, columns, g.Map(s.Imports, func(i progress.SessionImport) g.Node {
		do := g.Node(badge("", v.t("Đã hoàn tác", "Taken back")))
		if !i.Undone {
			do = h.Form(h.Method("post"), h.Action(sessionPath(s.Course, s.Session.Session)+"/attendance/undo"), v.newOnce(), hidden("import", strconv.Itoa(i.Import)),
				h.Data("confirm", v.t("Hoàn tác lần nhập này? Ai đã hoàn thành cả khóa học thì giữ nguyên kết quả.", "Take this list back? Whoever has completed the course keeps that.")),
				h.Button(h.Class("btn-quiet"), h.Type("submit"), v.text("Hoàn tác", "Take back"), h.Span(h.Class("visually-hidden"), g.Text(" "+strconv.Itoa(i.Import)))))
		}
		return row(columns, v.moment(i.At), itoa(i.People), do)
	})))
}

func (v *view) sessionPeople(s progress.SessionSheet) g.Node {
	title := v.t("Học viên của buổi học", "Learners of the session")
	if len(s.People) == 0 {
		return h.Section(h.H2(g.Text(title)), empty(v.t("Chưa có ai của đơn vị này được ghi danh vào khóa học.", "Nobody of the unit is enrolled in the course yet."),
			h.P(h.A(h.Class("btn"), h.Href(query("/assignments", "course", s.Course)), v.text("Giao học", "Assign")))))
	}
	columns := []column{{v.t("Họ và tên", "Name"), false}, {v.t("Mã", "Code"), false}, {v.t("Đã dự", "Attended"), true}, {v.t("Bài học", "Lesson"), false}}
	return h.Section(h.H2(g.Text(title)), tableUnder(title, columns, g.Map(s.People, func(l progress.Learner) g.Node {
		state := badge("", v.t("Chưa hoàn thành", "Not done"))
		if !l.Completed.IsZero() {
			state = badge("ok", v.t("Hoàn thành", "Done"))
		}
		return row(columns, g.Text(v.name(l.Name)), g.Text(l.Code), g.Text(strconv.Itoa(l.Percent)+"%"), state)
	})))
}

// attendanceFile is the list of a form: uploaded, or as a preview carries it on.
func (v *view) attendanceFile() (progress.AttendanceFile, error) {
	read, name := v.uploaded, "list"
	if v.r.PostFormValue("list_data") != "" {
		read, name = v.carried, "list_data"
	}
	data, err := read(name)
	if err == nil && data == "" {
		err = fault.New(fault.Invalid, "Hãy chọn tệp điểm danh.", "Choose an attendance list.")
	}
	return progress.AttendanceFile{Session: v.r.PathValue("session"), Data: []byte(data), Digest: v.r.PostFormValue("digest")}, err
}

// previewAttendance shows what a list would change, and what is wrong with it.
func (p *Portal) previewAttendance(v *view) (page, error) {
	s, _, err := v.session()
	if err != nil {
		return page{}, err
	}
	file, err := v.attendanceFile()
	if err != nil {
		return p.sessionPage(v, fault.Of(err))
	}
	ctx, cancel := context.WithTimeout(v.ctx(), longTime)
	defer cancel()
	preview, err := progress.PreviewAttendance.Call(ctx, p.d.RPC, file)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return p.sessionPage(v, fault.Of(err))
	}
	if err != nil {
		return page{}, err
	}
	title := v.t("Xem trước điểm danh", "Attendance preview")
	at := sessionPath(s.Course, s.Session.Session)
	return page{Title: title, Section: "/courses", Body: []g.Node{
		v.sessionCrumbs(s, title), h.H1(g.Text(title)),
		g.If(preview.Changes == 0, h.P(h.Class("notice-info"), v.text("Danh sách này không có gì mới so với điểm danh đã ghi, hoặc các dòng đều có lỗi; không có gì để ghi.", "The list says nothing new, or all of it is wrong; there is nothing to write."))),
		g.If(preview.Changes > 0, h.P(g.Text(v.t(strconv.Itoa(preview.Changes)+" người sẽ được ghi điểm danh.", "Attendance of "+counted(preview.Changes, "learner")+" will be noted.")),
			g.If(len(preview.Problems) > 0, v.text(" Các dòng lỗi bị bỏ qua; hãy sửa và nhập lại sau.", " Rows with errors are left out; mend and import them later.")))),
		v.attendanceProblems(preview.Problems),
		v.attendanceRows(preview.Rows),
		h.Form(h.Class("actions"), h.Method("post"), h.Action(at+"/attendance"), v.newOnce(), hidden("digest", preview.Digest), hidden("list_data", carry(string(file.Data))),
			g.If(preview.Changes > 0, h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xác nhận ghi điểm danh", "Confirm"))),
			h.A(h.Class("btn"), h.Href(at), v.text("Chọn tệp khác", "Choose another file"))),
	}}, nil
}

func (v *view) attendanceProblems(all []progress.RowProblem) g.Node {
	if len(all) == 0 {
		return nil
	}
	title := v.t("Các dòng có lỗi", "Rows with errors")
	columns := []column{{v.t("Dòng", "Line"), true}, {v.t("Cột", "Column"), false}, {v.t("Giá trị", "Value"), false}, {v.t("Cách sửa", "Remedy"), false}}
	names := map[string]string{"code": v.t("Mã cán bộ", "Personnel code"), "minutes": v.t("Số phút", "Minutes"), "present": v.t("Có mặt", "Present")}
	return h.Section(h.H2(g.Text(title)), tableUnder(title, columns, g.Map(all, func(x progress.RowProblem) g.Node {
		line := strconv.Itoa(x.Line)
		if x.Line == 0 {
			line = v.t("cả tệp", "the file")
		}
		return row(columns, g.Text(line), g.Text(cmp.Or(names[x.Column], "–")), g.Text(cmp.Or(x.Value, "–")), g.Text(v.t(x.Vi, x.En)))
	})))
}

func (v *view) attendanceRows(all []progress.AttendanceRow) g.Node {
	if len(all) == 0 {
		return nil
	}
	title := v.t("Điểm danh theo danh sách", "Attendance by the list")
	columns := []column{{v.t("Dòng", "Line"), true}, {v.t("Họ và tên", "Name"), false}, {v.t("Mã", "Code"), false}, {v.t("Số phút", "Minutes"), true}, {v.t("Trước đó", "Before"), true}, {v.t("Bài học", "Lesson"), false}, {v.t("Thay đổi", "Change"), false}}
	return h.Section(h.H2(g.Text(title)), tableUnder(title, columns, g.Map(all, func(x progress.AttendanceRow) g.Node {
		done := badge("", v.t("Chưa đủ", "Not enough"))
		if x.Completes {
			done = badge("ok", v.t("Đủ để hoàn thành", "Enough"))
		}
		change := v.t("Ghi mới", "New")
		switch {
		case x.Known:
			change = v.t("Không đổi", "None")
		case x.Was > 0:
			change = v.t("Sửa", "Corrected")
		}
		return row(columns, itoa(x.Line), g.Text(v.name(x.Name)), g.Text(x.Code), itoa(x.Minutes), itoa(x.Was), done, g.Text(change))
	})))
}

func (p *Portal) importAttendance(v *view) (string, uint64, error) {
	file, err := v.attendanceFile()
	if err != nil {
		return "", 0, err
	}
	ctx, cancel := context.WithTimeout(v.ctx(), longTime)
	defer cancel()
	done, err := progress.ImportAttendance.Call(ctx, p.d.RPC, file)
	return sessionPath(v.r.PathValue("course"), file.Session) + "?ok=attendance", done.Seq, err
}

func (p *Portal) undoAttendance(v *view) (string, uint64, error) {
	n, _ := strconv.Atoi(v.r.PostFormValue("import")) // there is no import 0
	done, err := progress.UndoAttendance.Call(v.ctx(), p.d.RPC, progress.UndoAttendanceRequest{Session: v.r.PathValue("session"), Import: n})
	return sessionPath(v.r.PathValue("course"), v.r.PathValue("session")) + "?ok=undone", done.Seq, err
}

func (p *Portal) cancelSession(v *view) (string, uint64, error) {
	done, err := progress.CancelSession.Call(v.ctx(), p.d.RPC, progress.SessionRequest{Session: v.r.PathValue("session")})
	return sessionPath(v.r.PathValue("course"), v.r.PathValue("session")) + "?ok=cancelled", done.Seq, err
}

// mySessions tells a learner when and where a live lesson is held for them.
func (v *view) mySessions(s studied, l events.Lesson) (g.Node, error) {
	if l.Kind != events.LessonLive {
		return nil, nil
	}
	all, err := progress.MySessions.Call(v.ctx(), v.p.d.RPC, progress.ListSessionsRequest{Course: s.CourseCard.Course, After: v.after})
	if err != nil {
		return nil, err
	}
	attended := s.lesson(l.ID).Attended
	title := v.t("Lịch buổi học", "When it is held")
	var rows []g.Node
	columns := []column{{v.t("Thời gian", "Time"), false}, {v.t("Địa điểm", "Place"), false}, {v.t("Tình trạng", "State"), false}, {v.t("Bạn đã dự", "You attended"), true}, {v.t("Lịch", "Calendar"), false}}
	for _, x := range all {
		if x.Lesson == l.ID {
			rows = append(rows, row(columns, v.span(x), v.where(x), v.sessionState(x), g.Text(strconv.Itoa(attended[x.Session])+"%"), v.calendarLink(x, "/learn/"+x.Course+"/lessons/"+x.Lesson+"/sessions/"+x.Session)))
		}
	}
	if len(rows) == 0 {
		return h.Section(h.H2(g.Text(title)), empty(v.t("Chưa có buổi học nào được lên lịch cho đơn vị của bạn.", "No session is scheduled for your unit yet."))), nil
	}
	return h.Section(h.H2(g.Text(title)), tableUnder(title, columns, rows)), nil
}
