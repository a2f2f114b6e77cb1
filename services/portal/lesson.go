package portal

import (
	"net/http"
	"slices"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/services/catalog"
	"khuevan/services/enrolment"
	"khuevan/services/progress"
)

func (p *Portal) learnLesson(v *view) (page, error) {
	s, err := v.studied(v.r.PathValue("course"))
	if err != nil {
		return page{}, err
	}
	at := lessonAt(s.Content, v.r.PathValue("lesson"))
	if at < 0 {
		return page{}, errNoLesson
	}
	if len(s.progress.Before) > 0 {
		return v.notOpenYet(s)
	}
	if err := v.openLesson(s, s.Content[at].ID); err != nil {
		return page{}, err
	}
	return v.drawLesson(s, at, nil)
}

// redrawLesson shows the lesson again with why it is not finished.
func (p *Portal) redrawLesson(v *view, why *fault.Error) (page, error) {
	s, err := v.studied(v.r.PathValue("course"))
	if err != nil {
		return page{}, err
	}
	at := lessonAt(s.Content, v.r.PathValue("lesson"))
	if at < 0 {
		return page{}, errNoLesson
	}
	return v.drawLesson(s, at, why)
}

var errNoLesson = fault.New(fault.NotFound, "Khóa học không có bài này.", "The course has no such lesson.")

func lessonAt(lessons []events.Lesson, id string) int {
	return slices.IndexFunc(lessons, func(l events.Lesson) bool { return l.ID == id })
}

// openLesson notes that the reader opened a lesson, once, when there is a period to note it in. A refusal says that there
// is none any more, and that is no reason not to show the lesson.
func (v *view) openLesson(s studied, lesson string) error {
	if !s.open() || !s.lesson(lesson).Started.IsZero() {
		return nil
	}
	_, err := progress.StartLesson.Call(v.ctx(), v.p.d.RPC, progress.LessonRequest{Course: s.enrolment.Course, Lesson: lesson})
	switch fault.KindOf(err) {
	case fault.Conflict, fault.NotFound:
		return nil
	}
	return err
}

func (v *view) drawLesson(s studied, at int, why *fault.Error) (page, error) {
	lesson, course := s.Content[at], s.CourseCard.Course
	title := v.words(lesson.Title)
	done := !s.lesson(lesson.ID).Completed.IsZero()
	about := v.place(at, len(s.Content))
	if kind := v.lessonKind(lesson.Kind); kind != "" {
		about += " · " + kind
	}
	held, err := v.mySessions(s, lesson)
	if err != nil {
		return page{}, err
	}
	return page{Title: title, Section: "/learn", Media: mediaOrigin(lesson), Body: []g.Node{
		v.crumbs(v.place(at, len(s.Content)), crumb{"/learn", v.t("Việc học của tôi", "My learning")}, crumb{"/learn/" + course, v.words(s.Title)}),
		h.H1(g.Text(title)),
		v.refusal(why),
		h.P(h.Class("meta"), g.Textf(v.t("%s · khoảng %d phút", "%s · about %d minutes"), about, lesson.Minutes),
			g.If(done, g.Group{g.Text(" · "), badge("ok", v.t("Đã học xong", "Done"))})),
		v.beforeText(s, lesson),
		h.Article(h.Class("lesson"), g.If(s.enrolled(), v.measured(course, lesson.ID)), g.If(s.Language != v.lang, h.Lang(s.Language)), markdown(v.p.texts.lesson, lesson.Markdown)),
		held,
		v.afterText(s, at),
		v.lessonPager(s, at),
	}}, nil
}

// tellEvery is after how many seconds in sight the script of a lesson says so.
const tellEvery = 120

// measured lets the script of the page say how long the lesson is in sight.
func (v *view) measured(course, lesson string) g.Node {
	return g.Group{h.Data("time", lessonPath(course, lesson)+"/time"), h.Data("every", strconv.Itoa(tellEvery))}
}

// timeScript notes what the script of a lesson says. Numbers that are none count for nothing.
func timeScript(v *view, w http.ResponseWriter) error {
	req := progress.NoteTimeRequest{Course: v.r.PathValue("course"), Lesson: v.r.PathValue("lesson"), Left: v.r.PostFormValue("left") == "1"}
	req.Visible, _ = strconv.Atoi(v.r.PostFormValue("visible"))
	req.Active, _ = strconv.Atoi(v.r.PostFormValue("active"))
	if _, err := progress.NoteTime.Call(v.ctx(), v.p.d.RPC, req); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// place is "Bài 3/7".
func (v *view) place(at, all int) string {
	return v.t("Bài ", "Lesson ") + strconv.Itoa(at+1) + "/" + strconv.Itoa(all)
}

func (v *view) completeForm(course, lesson string, more bool) g.Node {
	label := v.t("Tôi đã học xong bài này", "I have finished this lesson")
	if more {
		label = v.t("Đã học xong, sang bài tiếp theo", "Done, on to the next lesson")
	}
	return h.Form(h.Class("actions"), h.Method("post"), h.Action(lessonPath(course, lesson)+"/complete"), v.newOnce(),
		h.Button(h.Class("btn-primary"), h.Type("submit"), g.Text(label)))
}

func (v *view) lessonPager(s studied, at int) g.Node {
	link := func(to int, text string) g.Node {
		l := s.Content[to]
		return h.A(h.Class("btn"), h.Href("/learn/"+s.CourseCard.Course+"/lessons/"+l.ID), g.Text(text), h.Span(h.Class("visually-hidden"), g.Text(": "+v.words(l.Title))))
	}
	nodes := []g.Node{h.Class("pager"), h.Aria("label", v.t("Bài trước và bài sau", "Previous and next lesson"))}
	if at > 0 {
		nodes = append(nodes, link(at-1, v.t("‹ Bài trước", "‹ Previous")))
	}
	nodes = append(nodes, h.A(h.Href("/learn/"+s.CourseCard.Course), v.text("Danh sách bài", "All lessons")))
	if at+1 < len(s.Content) {
		nodes = append(nodes, link(at+1, v.t("Bài sau ›", "Next ›")))
	}
	return h.Nav(nodes...)
}

// completeLesson notes that a lesson is finished.
func (p *Portal) completeLesson(v *view) (string, uint64, error) {
	course, lesson := v.r.PathValue("course"), v.r.PathValue("lesson")
	done, err := progress.CompleteLesson.Call(v.ctx(), p.d.RPC, progress.LessonRequest{Course: course, Lesson: lesson})
	if err != nil {
		return "", 0, err
	}
	return v.onward(course, lesson, done.Seq)
}

// onward leads from a lesson that is done to the next, or back to the course after the last.
func (v *view) onward(course, lesson string, seq uint64) (string, uint64, error) {
	next, err := v.lessonAfter(course, lesson)
	if err != nil {
		return "", 0, err
	}
	if next == "" {
		return "/learn/" + course + "?ok=lesson", seq, nil
	}
	return lessonPath(course, next) + "?ok=lesson", seq, nil
}

func (v *view) lessonAfter(course, lesson string) (string, error) {
	mine, err := enrolment.MyEnrolments.Call(v.ctx(), v.p.d.RPC, enrolment.MineRequest{})
	if err != nil {
		return "", err
	}
	version := 0
	for _, e := range mine {
		if e.Course == course {
			version = e.Version
		}
	}
	c, err := catalog.GetCourse.Call(v.ctx(), v.p.d.RPC, catalog.GetCourseRequest{Course: course, Version: version})
	if err != nil {
		return "", err
	}
	if at := lessonAt(c.Content, lesson); at >= 0 && at+1 < len(c.Content) {
		return c.Content[at+1].ID, nil
	}
	return "", nil
}
