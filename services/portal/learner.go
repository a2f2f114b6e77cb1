package portal

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/services/catalog"
	"khuevan/services/enrolment"
	"khuevan/services/progress"
	"khuevan/services/quiz"
)

// learnerRoutes are the pages of everybody, and the public ones.
func (p *Portal) learnerRoutes(mux *http.ServeMux) {
	mux.Handle("GET /learn", p.page(p.learn))
	mux.Handle("POST /learn/choose", p.act(p.chooseCourse, nil))
	mux.Handle("GET /learn/{course}", p.page(p.learnCourse))
	mux.Handle("GET /learn/{course}/lessons/{lesson}", p.page(p.learnLesson))
	mux.Handle("POST /learn/{course}/lessons/{lesson}/complete", p.act(p.completeLesson, p.redrawLesson))
	mux.Handle("POST /learn/{course}/lessons/{lesson}/confirm", p.act(p.confirmReading, p.redrawLesson))
	mux.Handle("POST /learn/{course}/lessons/{lesson}/watched", p.told(watchedScript))
	mux.Handle("GET /learn/{course}/lessons/{lesson}/file", p.edge.Handle(p.lessonFile))
	mux.Handle("POST /learn/{course}/lessons/{lesson}/time", p.told(timeScript))
	mux.Handle("GET /learn/{course}/quiz", p.page(p.learnQuiz))
	mux.Handle("POST /learn/{course}/quiz", p.act(p.startAttempt, p.drawQuiz))
	mux.Handle("GET /attempts/{attempt}", p.attempt())
	mux.Handle("POST /attempts/{attempt}/answers", p.answer())
	mux.Handle("POST /attempts/{attempt}/flags", p.told(flagScript))
	mux.Handle("POST /attempts/{attempt}/seen", p.told(seenScript))
	mux.Handle("GET /pictures/{digest}", p.edge.Handle(p.picture))
	mux.Handle("POST /attempts/{attempt}/submit", p.act(p.submitAttempt, p.redrawAttempt))
	mux.Handle("GET /certificates", p.page(p.certificates))
	mux.Handle("GET /certificates/{code}/pdf", p.edge.Handle(p.certificatePDF))
	mux.Handle("GET /verify", p.edge.Handle(p.verify))
	mux.Handle("GET /verify/{code}", p.edge.Handle(p.verify))
	mux.Handle("GET /inbox", p.page(p.inbox))
	mux.Handle("GET /inbox/{message}", p.page(p.message))
	mux.Handle("GET /mail", p.page(p.mail))
	p.messageRoutes(mux)
	mux.Handle("GET /account", p.page(p.account))
	mux.Handle("POST /account", p.act(p.setPassword, p.drawAccount))
	p.privacyRoutes(mux)
	p.hoursRoutes(mux)
	p.refresherRoutes(mux)
}

// learning is a course that the reader must take or has taken.
type learning struct {
	enrolment.Enrolment
	card     catalog.CourseCard
	progress progress.Course // zero until progress has heard of the enrolment
	quiz     quiz.Quiz       // zero where there is none, and of a completed course
}

func (l learning) completed() time.Time {
	if l.Completed.IsZero() {
		return l.progress.Completed
	}
	return l.Completed
}

// learnings lists the reader's courses: open ones by due date, then completed ones, newest first.
func (v *view) learnings() (open, done []learning, err error) {
	mine, err := enrolment.MyEnrolments.Call(v.ctx(), v.p.d.RPC, enrolment.MineRequest{After: v.after})
	if err != nil || len(mine) == 0 {
		return nil, nil, err
	}
	far, err := progress.MyProgress.Call(v.ctx(), v.p.d.RPC, progress.MyProgressRequest{After: v.after})
	if err != nil {
		return nil, nil, err
	}
	cards, err := catalog.ListCourses.Call(v.ctx(), v.p.d.RPC, catalog.ListCoursesRequest{})
	if err != nil {
		return nil, nil, err
	}
	for _, e := range mine {
		l := learning{Enrolment: e}
		if l.card, err = v.cardOf(e, cards); err != nil {
			return nil, nil, err
		}
		if at := slices.IndexFunc(far, func(c progress.Course) bool { return c.Course == e.Course && c.Period == e.Period }); at >= 0 {
			l.progress = far[at]
		}
		if l.completed().IsZero() {
			if l.quiz, err = v.quizOf(e.Course); err != nil {
				return nil, nil, err
			}
			open = append(open, l)
		} else {
			done = append(done, l)
		}
	}
	slices.SortStableFunc(open, func(a, b learning) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Course, b.Course)) })
	slices.SortStableFunc(done, func(a, b learning) int { return b.completed().Compare(a.completed()) })
	return open, done, nil
}

// quizOf is the quiz of a course as the reader stands in it; zero where there is none to be had.
func (v *view) quizOf(course string) (quiz.Quiz, error) {
	q, err := quiz.GetQuiz.Call(v.ctx(), v.p.d.RPC, quiz.GetQuizRequest{Course: course})
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Conflict) {
		err = nil
	}
	return q, err
}

// running warns of an attempt whose clock runs, and leads to it.
func (v *view) running(q quiz.Quiz) g.Node {
	if q.Open == "" {
		return nil
	}
	return g.Group{h.P(h.Class("notice-warn"), v.text("Bạn đang có một lượt làm bài chưa nộp. Đồng hồ của lượt đó vẫn chạy.", "You have an attempt that was not handed in. Its clock is running.")),
		h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href("/attempts/"+q.Open), v.text("Làm tiếp bài kiểm tra", "Go on with the quiz")))}
}

// cardOf finds the card of an enrolment's course; a withdrawn course, or an earlier version, is asked for by itself.
func (v *view) cardOf(e enrolment.Enrolment, cards []catalog.CourseCard) (catalog.CourseCard, error) {
	for _, c := range cards {
		if c.Course == e.Course && c.Version == e.Version {
			return c, nil
		}
	}
	c, err := catalog.GetCourse.Call(v.ctx(), v.p.d.RPC, catalog.GetCourseRequest{Course: e.Course, Version: e.Version})
	return c.CourseCard, err
}

func (p *Portal) learn(v *view) (page, error) {
	open, done, err := v.learnings()
	if err != nil {
		return page{}, err
	}
	waiting, err := v.waitingRefresher()
	if err != nil {
		return page{}, err
	}
	body := []g.Node{h.H1(v.text("Việc học của tôi", "My learning")), waiting}
	programmes, err := v.myProgrammes(slices.Concat(open, done))
	if err != nil {
		return page{}, err
	}
	body = append(body, programmes)
	switch {
	case len(open) > 0:
		body = append(body, h.H2(v.text("Cần hoàn thành", "To do")),
			h.Ul(h.Class("cards"), g.Map(open, func(l learning) g.Node { return h.Li(v.openCard(l)) })))
	case len(done) > 0:
		body = append(body, h.P(h.Class("notice-ok"), v.text("Bạn đã hoàn thành mọi khóa học được giao.", "You have completed every course assigned to you.")))
	default:
		body = append(body, empty(v.t("Bạn chưa được giao khóa học nào.", "No course is assigned to you yet."),
			h.P(v.text("Khi đơn vị giao khóa học, khóa học hiện ở đây và bạn nhận được tin trong hộp thư.",
				"When your unit assigns one, it appears here and you get a message.")),
			h.P(h.A(h.Class("btn"), h.Href("/inbox"), v.text("Mở hộp thư", "Open the inbox")))))
	}
	if len(done) > 0 {
		body = append(body, h.H2(v.text("Đã hoàn thành", "Completed")),
			h.Ul(h.Class("cards"), g.Map(done, func(l learning) g.Node { return h.Li(v.doneCard(l)) })))
	}
	body = append(body, h.P(h.Class("actions"), h.A(h.Class("btn"), h.Href("/hours"), v.text("Giờ học của tôi", "My hours")), h.A(h.Class("btn"), h.Href(refreshersPath), v.text("Ôn tập nhắc lại", "Refreshers"))))
	return page{Title: v.t("Việc học của tôi", "My learning"), Section: "/learn", Body: body}, nil
}

func (v *view) openCard(l learning) g.Node {
	next := v.nextStep(l)
	lessons := max(len(l.progress.Lessons), l.card.Lessons)
	title := v.words(l.card.Title)
	kind := "btn-primary"
	if l.quiz.Open != "" {
		kind = "btn"
	}
	return h.Article(h.Class("card"),
		h.H3(h.A(h.Href("/learn/"+l.Course), g.Text(title))),
		v.running(l.quiz),
		g.If(l.Excused != "", h.P(badge("", v.t("Được miễn: ", "Excused: ")+v.excusal(l.Excused)), v.text(" Bạn không phải hoàn thành khóa này; vẫn học được nếu muốn.", " You need not complete it; you may if you like."))),
		g.If(l.Excused == "", g.Group{h.P(v.dueBadge(l.Due)), h.P(h.Class("meta"), v.text("Hạn hoàn thành: ", "Due: "), v.moment(l.Due))}),
		h.Div(bar(l.progress.Done, lessons, v.t("Số bài đã học: ", "Lessons done: ")+title),
			h.P(h.Class("meta"), g.Textf(v.t("Đã học %d/%d bài", "%d of %d lessons done"), l.progress.Done, lessons), g.Text(" · "), g.Text(v.quizState(l.progress, l.quiz)))),
		h.A(h.Class(kind), h.Href(next.path), g.Text(next.title), h.Span(h.Class("visually-hidden"), g.Text(": "+title))),
	)
}

func (v *view) doneCard(l learning) g.Node {
	return h.Article(h.Class("card"),
		h.H3(h.A(h.Href("/learn/"+l.Course), g.Text(v.words(l.card.Title)))),
		h.P(badge("ok", v.t("Đã hoàn thành", "Completed"))),
		h.P(h.Class("meta"), v.text("Ngày hoàn thành: ", "Completed: "), v.day(l.completed()),
			g.If(l.progress.Passed, g.Text(v.t(" · điểm ", " · mark ")+v.outOfTen(l.progress.Mark)))),
		h.P(h.Class("actions"), h.A(h.Class("btn"), h.Href("/certificates"), v.text("Xem giấy chứng nhận", "See the certificate"))),
	)
}

func (v *view) quizState(c progress.Course, q quiz.Quiz) string {
	switch {
	case c.Passed:
		return v.t("bài kiểm tra: đạt ", "quiz: passed with ") + v.outOfTen(c.Mark)
	case len(c.Lessons) > 0 && !c.Quiz:
		return v.t("không có bài kiểm tra", "no quiz")
	case len(q.Mine) == 0:
		return v.t("bài kiểm tra: chưa làm", "quiz: not taken yet")
	case len(q.Mine) == 1 && q.Open != "":
		return v.t("bài kiểm tra: đang làm", "quiz: under way")
	default:
		return v.t("bài kiểm tra: chưa đạt", "quiz: not passed yet")
	}
}

// nextStep is what brings an open course forward: the next lesson, then the quiz.
func (v *view) nextStep(l learning) entry {
	at := "/learn/" + l.Course
	if len(l.progress.Before) > 0 {
		return entry{at, v.t("Xem việc cần làm trước", "See what comes first")}
	}
	for i, one := range l.progress.Lessons {
		if !one.Completed.IsZero() {
			continue
		}
		title := v.t("Học tiếp bài %d", "Go on with lesson %d")
		if l.progress.Done == 0 && one.Started.IsZero() {
			title = v.t("Bắt đầu bài %d", "Begin lesson %d")
		}
		return entry{at + "/lessons/" + one.ID, fmt.Sprintf(title, i+1)}
	}
	if l.progress.Quiz && !l.progress.Passed {
		return entry{at + "/quiz", v.t("Làm bài kiểm tra", "Take the quiz")}
	}
	return entry{at, v.t("Xem khóa học", "See the course")}
}

// dueBadge says how far the due time is, in days of the province's calendar.
func (v *view) dueBadge(due time.Time) g.Node {
	now := v.p.d.Clock.Now()
	days := daysBetween(now, due)
	switch {
	case now.After(due) && days == 0:
		return badge("bad", v.t("Quá hạn từ hôm nay", "Overdue since today"))
	case now.After(due):
		return badge("bad", v.t(fmt.Sprintf("Quá hạn %d ngày", -days), "Overdue by "+counted(-days, "day")))
	case days == 0:
		return badge("warn", v.t("Hạn cuối là hôm nay", "Due today"))
	case days <= soon:
		return badge("warn", v.t(fmt.Sprintf("Còn %d ngày", days), counted(days, "day")+" left"))
	default:
		return badge("info", v.t(fmt.Sprintf("Còn %d ngày", days), counted(days, "day")+" left"))
	}
}

// soon is from how many days before the due date the rest is shown as a warning.
const soon = 7

// daysBetween counts midnights of the province between two moments.
func daysBetween(from, to time.Time) int {
	a, b := clock.Local(from), clock.Local(to)
	midnight := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(midnight(b).Sub(midnight(a)) / (24 * time.Hour))
}
