package portal

import (
	"fmt"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/services/quiz"
)

// drawResult shows a closed attempt: the mark, what to do next, and every question with its explanations.
func (v *view) drawResult(a quiz.Attempt, why *fault.Error) (page, error) {
	s, err := v.studied(a.Course)
	if err != nil {
		return page{}, err
	}
	next, err := v.afterAttempt(a, s)
	if err != nil {
		return page{}, err
	}
	title := v.t("Kết quả bài kiểm tra", "Quiz result")
	return page{Title: title, Section: "/learn", Body: []g.Node{
		v.crumbs(title, crumb{"/learn", v.t("Việc học của tôi", "My learning")}, crumb{"/learn/" + a.Course, v.words(s.Title)},
			crumb{"/learn/" + a.Course + "/quiz", v.t("Bài kiểm tra", "Quiz")}),
		h.H1(h.Data("closed", a.Attempt), g.Text(title)),
		v.refusal(why),
		v.verdict(a),
		v.notices(a),
		next,
		v.attemptFacts(a),
		h.H2(v.text("Đáp án và giải thích", "Answers and explanations")),
		h.Ol(h.Class("results"), g.Map(answeredQuestions(a), v.questionResult)),
	}}, nil
}

func (v *view) verdict(a quiz.Attempt) g.Node {
	mark := h.Strong(g.Text(v.outOfTen(a.Mark)))
	if a.Passed {
		return h.Div(h.Class("notice-ok"), h.Role("status"), h.P(v.text("Đạt. Điểm của bạn: ", "Passed. Your mark: "), mark, g.Text(".")))
	}
	return h.Div(h.Class("notice-bad"), h.Role("status"), h.P(v.text("Chưa đạt. Điểm của bạn: ", "Not passed. Your mark: "), mark,
		g.Textf(v.t("; cần từ %s trở lên.", "; %s is needed."), v.outOfTen(a.Pass))))
}

func (v *view) attemptFacts(a quiz.Attempt) g.Node {
	return h.Dl(h.Class("facts"),
		fact(v.t("Lượt làm bài", "Attempt"), g.Text(strconv.Itoa(a.Number))),
		fact(v.t("Bắt đầu", "Begun"), v.moment(a.Started)),
		fact(v.t("Nộp bài", "Handed in"), v.moment(a.Submitted), g.If(a.Late, v.text(" (tự động khi hết giờ)", " (by itself when the time was over)"))),
		fact(v.t("Đã trả lời", "Answered"), g.Textf(v.t("%d/%d câu", "%d of %d questions"), a.Answered, len(a.Questions))))
}

// afterAttempt is the next step: the certificate or the lessons that are missing for it, or another attempt.
func (v *view) afterAttempt(a quiz.Attempt, s studied) (g.Node, error) {
	if a.Passed {
		if s.open() && s.enrolment.Period == a.Period && !s.lessonsDone() {
			return v.lessonsFirst(s), nil
		}
		switch s.Certificate {
		case events.CertificateNone:
			return nil, nil
		case events.CertificateOrdered:
			if c, err := v.certificateFor(a.Course, a.Period); err != nil || c == nil {
				return h.Div(h.Class("card"), h.P(g.Text(v.issuedLater()))), err
			}
		}
		return v.certificateBox(a)
	}
	q, err := quiz.GetQuiz.Call(v.ctx(), v.p.d.RPC, quiz.GetQuizRequest{Course: a.Course, After: v.after})
	if err != nil {
		return nil, err
	}
	left := v.t("Bạn được làm lại, không hạn chế số lượt.", "You may try again; attempts are not limited.")
	if n := q.Attempts - len(q.Mine); q.Attempts > 0 {
		left = v.t(fmt.Sprintf("Bạn còn %d lượt làm bài.", max(0, n)), "You have "+counted(max(0, n), "attempt")+" left.")
	}
	if !q.CanStart && q.Open == "" {
		return h.P(h.Class("notice"), g.Text(v.words(q.Why))), nil
	}
	return h.Div(h.Class("card"), h.P(g.Text(left), v.text(" Hãy đọc phần giải thích bên dưới trước khi làm lại.", " Read the explanations below first.")),
		h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href("/learn/"+a.Course+"/quiz"), v.text("Làm lại", "Try again")),
			h.A(h.Class("btn"), h.Href("/learn/"+a.Course), v.text("Ôn lại bài học", "Back to the lessons")))), nil
}

func (v *view) lessonsFirst(s studied) g.Node {
	next := v.nextStep(learning{Enrolment: s.enrolment, card: s.CourseCard, progress: s.progress})
	left := len(s.Content) - s.progress.Done
	return h.Div(h.Class("card"), h.P(g.Text(v.t(fmt.Sprintf("Còn %d bài chưa học. Học xong các bài này, bạn hoàn thành khóa học.", left),
		counted(left, "lesson")+" left. With them you complete the course."))),
		h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href(next.path), g.Text(next.title))))
}

// certificateBox listens for the certificate, which is issued a moment after the course is completed.
func (v *view) certificateBox(a quiz.Attempt) (g.Node, error) {
	inner, err := v.certificateNode(a)
	return h.Div(h.Class("card"), g.Attr("hx-ext", "sse"), g.Attr("sse-connect", "/live?of=certification"), inner), err
}

func (p *Portal) certificatePart(v *view) (page, error) {
	a, err := quiz.GetAttempt.Call(v.ctx(), p.d.RPC, quiz.GetAttemptRequest{Attempt: v.r.PathValue("attempt")})
	if err != nil {
		return page{}, err
	}
	node, err := v.certificateNode(a)
	return page{Bare: true, Body: []g.Node{node}}, err
}

// certificateNode is the link to the attempt's certificate or, while there is none, a part that asks again: when
// certification tells of a change, and soon after it was drawn, for a change in between.
func (v *view) certificateNode(a quiz.Attempt) (g.Node, error) {
	c, err := v.certificateFor(a.Course, a.Period)
	if err != nil {
		return nil, err
	}
	if c != nil {
		return h.Div(h.ID("certificate"), h.Role("status"), h.P(v.text("Bạn đã được cấp giấy chứng nhận.", "Your certificate is issued.")), v.certificateLinks(*c)), nil
	}
	return h.Div(h.ID("certificate"), h.Role("status"), g.Attr("hx-get", "/attempts/"+a.Attempt+"?part=certificate"),
		g.Attr("hx-trigger", "sse:changed, load delay:3s"), g.Attr("hx-swap", "outerHTML"),
		h.P(v.text("Giấy chứng nhận đang được cấp và hiện ra ở đây sau giây lát. Nếu không thấy, hãy mở ", "The certificate is being issued and appears here in a moment. If it does not, open "),
			h.A(h.Href("/certificates"), v.text("mục Chứng nhận", "Certificates")), g.Text("."))), nil
}

// answeredQuestions lists the questions of a closed attempt.
func answeredQuestions(a quiz.Attempt) []asked {
	all := make([]asked, len(a.Questions))
	for i, q := range a.Questions {
		all[i] = asked{Question: q, attempt: a.Attempt, behaviour: a.Behaviour, number: i + 1, all: len(a.Questions)}
	}
	return all
}

// notices tell what happened to an attempt beside its answers.
func (v *view) notices(a quiz.Attempt) g.Node {
	return g.Group{
		g.If(a.Remarked, h.P(h.Class("notice-info"), v.text("Bài được chấm lại do đáp án đã được đính chính.", "The attempt was marked again, since a key was corrected."))),
		g.If(a.CameLate > 0, h.P(h.Class("notice-warn"), g.Textf(v.t("%d câu trả lời đến sau khi hết giờ và không được tính. Hệ thống giữ lại để người phụ trách xem xét.",
			"%d answers came after the time was over and do not count. They are kept for the trainer to look at."), a.CameLate))),
	}
}
