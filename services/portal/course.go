package portal

import (
	"fmt"
	"slices"
	"strings"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/services/catalog"
	"khuevan/services/certification"
	"khuevan/services/enrolment"
	"khuevan/services/progress"
	"khuevan/services/quiz"
)

// studied is a course as its reader stands in it.
type studied struct {
	catalog.Course
	enrolment enrolment.Enrolment // zero for somebody who was never enrolled
	progress  progress.Course     // of that period; zero until progress has heard of it
	teaches   []string            // competencies
	before    []crumb             // courses to be completed before its lessons open
}

func (s studied) enrolled() bool { return s.enrolment.Period > 0 }

// open reports whether the reader must still work in it.
func (s studied) open() bool { return s.enrolled() && s.completed().IsZero() }

func (s studied) completed() time.Time {
	return learning{Enrolment: s.enrolment, progress: s.progress}.completed()
}

// lesson is how far the reader is in a lesson.
func (s studied) lesson(id string) progress.Lesson {
	for _, l := range s.progress.Lessons {
		if l.ID == id {
			return l
		}
	}
	return progress.Lesson{ID: id}
}

// lessonsDone reports whether all lessons were completed.
func (s studied) lessonsDone() bool {
	return len(s.progress.Lessons) > 0 && s.progress.Done >= len(s.progress.Lessons)
}

// studied gives the course of the path in the version of the reader's period, or the latest for somebody not enrolled.
func (v *view) studied(course string) (studied, error) {
	var s studied
	mine, err := enrolment.MyEnrolments.Call(v.ctx(), v.p.d.RPC, enrolment.MineRequest{After: v.after})
	if err != nil {
		return s, err
	}
	if at := slices.IndexFunc(mine, func(e enrolment.Enrolment) bool { return e.Course == course }); at >= 0 {
		s.enrolment = mine[at]
	}
	if s.Course, err = v.course(course, s.enrolment.Version); err != nil {
		return s, err
	}
	if s.teaches, err = v.competencies(s.Tags); err != nil || !s.enrolled() {
		return s, err
	}
	far, err := progress.GetProgress.Call(v.ctx(), v.p.d.RPC, progress.GetProgressRequest{Course: course, After: v.after})
	switch {
	case fault.Is(err, fault.NotFound): // not heard of yet
	case err != nil:
		return s, err
	case far.Period == s.enrolment.Period:
		s.progress = far
	}
	s.before, err = v.before(far.Before)
	return s, err
}

func (p *Portal) learnCourse(v *view) (page, error) {
	s, err := v.studied(v.r.PathValue("course"))
	if err != nil {
		return page{}, err
	}
	certificate, err := v.certificateOf(s)
	if err != nil {
		return page{}, err
	}
	var mine quiz.Quiz
	if s.open() {
		if mine, err = v.quizOf(s.CourseCard.Course); err != nil {
			return page{}, err
		}
	}
	title := v.words(s.Title)
	return page{Title: title, Section: "/learn", Body: []g.Node{
		v.crumbs(title, crumb{"/learn", v.t("Việc học của tôi", "My learning")}),
		h.H1(g.Text(title)),
		h.P(h.Class("lead"), g.Text(v.words(s.Summary))),
		v.running(mine),
		g.If(mine.Open == "", v.standing(s)),
		v.courseFacts(s),
		v.certificateSection(s, certificate),
		v.lessonTable(s),
		v.quizSection(s),
	}}, nil
}

// standing says whether the reader must do something here, and leads on.
func (v *view) standing(s studied) g.Node {
	switch {
	case !s.enrolled() && len(s.Enrolment) > 0 && !s.Withdrawn:
		return g.Group{h.P(h.Class("notice"), v.text("Bạn chưa được ghi danh khóa học này, nên kết quả không được ghi nhận. Bạn có thể xin học ở Danh mục khóa học.",
			"You are not enrolled, so nothing is recorded. You may ask for this course in the course catalogue.")),
			h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href("/catalogue"), v.text("Mở danh mục khóa học", "Open the course catalogue")))}
	case !s.enrolled():
		return h.P(h.Class("notice"), v.text("Bạn chưa được giao khóa học này. Bạn vẫn đọc được các bài, nhưng kết quả không được ghi nhận.",
			"This course is not assigned to you. You may read the lessons, but nothing is recorded."))
	case !s.open():
		return h.P(h.Class("notice-ok"), v.text("Bạn đã hoàn thành khóa học ngày ", "You completed this course on "), v.day(s.completed()), g.Text("."))
	case len(s.before) > 0:
		return v.beforeNotice(s)
	}
	next := v.nextStep(learning{Enrolment: s.enrolment, card: s.CourseCard, progress: s.progress})
	if next.path == "/learn/"+s.enrolment.Course { // nothing left to do
		return h.P(h.Class("notice"), h.Role("status"), v.text("Bạn đã làm xong mọi việc. Hệ thống đang ghi nhận hoàn thành khóa học; hãy tải lại trang sau giây lát.",
			"You have done everything. Completion is being recorded; reload the page in a moment."))
	}
	return h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href(next.path), g.Text(next.title)), g.If(s.enrolment.Excused == "", v.dueBadge(s.enrolment.Due)), g.If(s.enrolment.Excused != "", badge("", v.t("Được miễn: ", "Excused: ")+v.excusal(s.enrolment.Excused))))
}

func (v *view) courseFacts(s studied) g.Node {
	return h.Dl(h.Class("facts"),
		fact(v.t("Thời lượng", "Length"), g.Text(v.t(fmt.Sprintf("%d tiết, %d bài học", s.Hours, len(s.Content)), counted(s.Hours, "class period")+", "+counted(len(s.Content), "lesson")))),
		g.If(len(s.teaches) > 0, fact(v.t("Năng lực", "Competencies"), g.Text(strings.Join(s.teaches, "; ")))),
		g.If(s.enrolled(), g.Group{
			fact(v.t("Hạn hoàn thành", "Due"), v.moment(s.enrolment.Due)),
			fact(v.t("Tiến độ", "Progress"), g.Textf(v.t("Đã học %d/%d bài", "%d of %d lessons done"), s.progress.Done, len(s.Content)),
				bar(s.progress.Done, len(s.Content), v.t("Số bài đã học", "Lessons done"))),
			g.If(s.enrolment.Period > 1, fact(v.t("Chu kỳ", "Cycle"), g.Textf(v.t("Lần học thứ %d; kết quả các lần trước vẫn được lưu.", "Cycle %d; earlier results are kept."), s.enrolment.Period))),
		}),
		g.If(s.Certificate == events.CertificateOrdered || s.Certificate == events.CertificateNone, fact(v.t("Cấp chứng nhận", "Certificates"), g.Text(v.certificateRule(s.Certificate)))),
		g.If(s.ValidityMonths > 0, fact(v.t("Giấy chứng nhận", "Certificate"), g.Text(v.t(fmt.Sprintf("Có giá trị %d tháng", s.ValidityMonths), "Valid for "+counted(s.ValidityMonths, "month"))))),
	)
}

func (v *view) lessonTable(s studied) g.Node {
	return h.Section(h.Aria("labelledby", "lessons"), h.H2(h.ID("lessons"), v.text("Các bài học", "Lessons")),
		h.Table(h.Class("table"), h.Caption(h.Class("visually-hidden"), v.text("Các bài học và tình trạng", "Lessons and their state")),
			h.THead(h.Tr(h.Th(h.Scope("col"), v.text("Bài", "Lesson")), h.Th(h.Scope("col"), v.text("Thời lượng", "Length")), h.Th(h.Scope("col"), v.text("Tình trạng", "State")))),
			h.TBody(g.Map(numbered(s.Content), func(l numberedLesson) g.Node {
				return h.Tr(
					h.Th(h.Scope("row"), v.lessonLink(s, l), g.If(l.Kind != "", h.Small(h.Class("meta"), g.Text(" "+v.lessonKind(l.Kind))))),
					h.Td(h.Data("label", v.t("Thời lượng", "Length")), g.Textf(v.t("%d phút", "%d min"), l.Minutes)),
					h.Td(h.Data("label", v.t("Tình trạng", "State")), v.lessonState(s.lesson(l.ID))))
			}))))
}

type numberedLesson struct {
	events.Lesson
	number int
}

func numbered(lessons []events.Lesson) []numberedLesson {
	all := make([]numberedLesson, len(lessons))
	for i, l := range lessons {
		all[i] = numberedLesson{l, i + 1}
	}
	return all
}

func (v *view) lessonState(l progress.Lesson) g.Node {
	switch {
	case !l.Completed.IsZero():
		return badge("ok", v.t("Đã học xong", "Done"))
	case !l.Started.IsZero():
		return badge("info", v.t("Đang học", "Begun"))
	default:
		return badge("", v.t("Chưa học", "Not begun"))
	}
}

func (v *view) quizSection(s studied) g.Node {
	if s.Quiz.Items == 0 {
		return nil
	}
	return h.Section(h.Class("card"), h.Aria("labelledby", "quiz"), h.H2(h.ID("quiz"), v.text("Bài kiểm tra", "Quiz")),
		h.P(g.Text(v.quizRules(s.Quiz))),
		g.If(s.progress.Passed, h.P(badge("ok", v.t("Đạt ", "Passed with ")+v.outOfTen(s.progress.Mark)))),
		g.If(s.enrolled(), h.P(h.A(h.Class("btn"), h.Href("/learn/"+s.enrolment.Course+"/quiz"), v.text("Mở bài kiểm tra", "Open the quiz")))))
}

// quizRules says the rules of a quiz in a sentence or two.
func (v *view) quizRules(q events.Quiz) string {
	vi := fmt.Sprintf("%d câu hỏi trong %d phút. Đạt từ %s điểm trở lên.", q.Items, q.Minutes, v.outOfTen(q.Pass))
	en := fmt.Sprintf("%s in %s. %s passes.", counted(q.Items, "question"), counted(q.Minutes, "minute"), v.outOfTen(q.Pass))
	if q.Attempts > 0 {
		vi += fmt.Sprintf(" Được làm tối đa %d lượt.", q.Attempts)
		en += fmt.Sprintf(" At most %s.", counted(q.Attempts, "attempt"))
	}
	return v.t(vi, en)
}

// certificateOf finds the certificate of the reader's period; nil while there is none.
func (v *view) certificateOf(s studied) (*certification.Certificate, error) {
	if !s.enrolled() || s.open() {
		return nil, nil
	}
	return v.certificateFor(s.enrolment.Course, s.enrolment.Period)
}

func (v *view) certificateFor(course string, period int) (*certification.Certificate, error) {
	all, err := certification.MyCertificates.Call(v.ctx(), v.p.d.RPC, certification.MineRequest{})
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if c.Course == course && c.Period == period {
			return &c.Certificate, nil
		}
	}
	return nil, nil
}

func (v *view) certificateSection(s studied, c *certification.Certificate) g.Node {
	switch {
	case c != nil:
		return h.Section(h.Class("card"), h.H2(v.text("Giấy chứng nhận", "Certificate")), v.certificateLinks(*c))
	case s.enrolled() && !s.open() && s.Certificate == events.CertificateNone:
		return nil
	case s.enrolled() && !s.open() && s.Certificate == events.CertificateOrdered:
		return h.Section(h.Class("card"), h.H2(v.text("Giấy chứng nhận", "Certificate")), h.P(g.Text(v.issuedLater())))
	case s.enrolled() && !s.open():
		return h.Section(h.Class("card"), h.H2(v.text("Giấy chứng nhận", "Certificate")),
			h.P(v.text("Giấy chứng nhận đang được cấp. Xem tại ", "The certificate is being issued. See "), h.A(h.Href("/certificates"), v.text("mục Chứng nhận", "Certificates")), g.Text(".")))
	}
	return nil
}

// issuedLater tells a holder to be of a course whose certificates are ordered.
func (v *view) issuedLater() string {
	return v.t("Giấy chứng nhận của khóa học này được cấp theo đợt. Khi được cấp, bạn nhận thông báo và thấy giấy ở mục Chứng nhận.",
		"Certificates of this course are issued in batches. You are told when yours is issued, and find it under Certificates.")
}
