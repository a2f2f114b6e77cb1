package portal

import (
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/services/catalog"
)

// before names courses, with where to read of them.
func (v *view) before(courses []string) ([]crumb, error) {
	if len(courses) == 0 {
		return nil, nil
	}
	cards, err := catalog.ListCourses.Call(v.ctx(), v.p.d.RPC, catalog.ListCoursesRequest{})
	all := make([]crumb, len(courses))
	for i, c := range courses {
		all[i] = crumb{"/learn/" + c, offer{courses: cards}.title(v, c)}
	}
	return all, err
}

// beforeNotice says what is to be completed before the lessons of a course open, and leads there.
func (v *view) beforeNotice(s studied) g.Node {
	return g.Group{
		h.Div(h.Class("notice-warn"), h.P(v.text("Các bài học mở ra khi bạn đã hoàn thành, và kết quả còn hiệu lực:", "The lessons open once you have completed, and the result is still valid:")),
			h.Ul(g.Map(s.before, func(c crumb) g.Node { return h.Li(h.A(h.Href(c.path), g.Text(c.title))) })),
			h.P(v.text("Nếu chưa được ghi danh khóa học cần hoàn thành trước, hãy xem ", "If you are not enrolled in what comes first, see "), h.A(h.Href("/catalogue"), v.text("danh mục khóa học", "the course catalogue")), g.Text("."))),
		h.P(v.dueBadge(s.enrolment.Due))}
}

// notOpenYet stands in place of a lesson or a quiz that others must come before.
func (v *view) notOpenYet(s studied) (page, error) {
	title := v.t("Chưa mở", "Not open yet")
	return page{Title: title, Section: "/learn", Body: []g.Node{
		v.crumbs(title, crumb{"/learn", v.t("Việc học của tôi", "My learning")}, crumb{"/learn/" + s.CourseCard.Course, v.words(s.Title)}),
		h.H1(g.Text(title)), v.beforeNotice(s)}}, nil
}

// lessonLink leads to a lesson that is open.
func (v *view) lessonLink(s studied, l numberedLesson) g.Node {
	title := strconv.Itoa(l.number) + ". " + v.words(l.Title)
	if len(s.before) > 0 {
		return g.Text(title)
	}
	return h.A(h.Href("/learn/"+s.CourseCard.Course+"/lessons/"+l.ID), g.Text(title))
}
