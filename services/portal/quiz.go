package portal

import (
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/services/quiz"
)

func (p *Portal) learnQuiz(v *view) (page, error) { return p.drawQuiz(v, nil) }

// drawQuiz shows the rules of a course's quiz, what the reader has done of it, and the button that begins.
func (p *Portal) drawQuiz(v *view, why *fault.Error) (page, error) {
	course := v.r.PathValue("course")
	s, err := v.studied(course)
	if err != nil {
		return page{}, err
	}
	q, err := quiz.GetQuiz.Call(v.ctx(), p.d.RPC, quiz.GetQuizRequest{Course: course, After: v.after})
	if err != nil {
		return page{}, err
	}
	if len(s.before) > 0 && q.Open == "" {
		return v.notOpenYet(s)
	}
	title := v.t("Bài kiểm tra", "Quiz")
	return page{Title: title + ": " + v.words(s.Title), Section: "/learn", Body: []g.Node{
		v.crumbs(title, crumb{"/learn", v.t("Việc học của tôi", "My learning")}, crumb{"/learn/" + course, v.words(s.Title)}),
		h.H1(g.Text(title)),
		v.refusal(why),
		g.If(q.Open != "", v.quizStart(course, q)), // a clock is running: first of all
		v.quizRulesList(q),
		g.If(q.Open == "", v.quizStart(course, q)),
		v.attemptTable(q),
	}}, nil
}

// quizStart begins an attempt, goes on with the open one, or says why neither can be.
func (v *view) quizStart(course string, q quiz.Quiz) g.Node {
	switch {
	case q.Open != "":
		return g.Group{
			h.P(h.Class("notice-warn"), v.text("Bạn đang có một lượt làm bài chưa nộp. Đồng hồ của lượt đó vẫn chạy.", "You have an attempt that was not handed in. Its clock is running.")),
			h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href("/attempts/"+q.Open), v.text("Làm tiếp", "Go on"))),
		}
	case q.CanStart:
		return h.Form(h.Class("actions"), h.Method("post"), h.Action("/learn/"+course+"/quiz"), v.newOnce(), deviceField(),
			h.Button(h.Class("btn-primary"), h.Type("submit"), g.If(len(q.Mine) == 0, v.text("Bắt đầu làm bài", "Begin")), g.If(len(q.Mine) > 0, v.text("Làm lại", "Try again"))))
	case q.Waits:
		return v.sittingDoor(course, q)
	case q.Why.Vi != "":
		return h.P(h.Class("notice"), g.Text(v.words(q.Why)))
	}
	return nil
}

func (v *view) attemptTable(q quiz.Quiz) g.Node {
	if len(q.Mine) == 0 {
		return nil
	}
	number, began, ended, mark := v.t("Lượt", "Attempt"), v.t("Bắt đầu", "Begun"), v.t("Nộp bài", "Handed in"), v.t("Kết quả", "Result")
	return h.Section(h.Aria("labelledby", "attempts"), h.H2(h.ID("attempts"), v.text("Các lượt đã làm", "Your attempts")),
		h.Table(h.Class("table"), h.Caption(h.Class("visually-hidden"), v.text("Các lượt làm bài của bạn", "Your attempts")),
			h.THead(h.Tr(h.Th(h.Scope("col"), g.Text(number)), h.Th(h.Scope("col"), g.Text(began)), h.Th(h.Scope("col"), g.Text(ended)), h.Th(h.Scope("col"), g.Text(mark)))),
			h.TBody(g.Map(q.Mine, func(a quiz.AttemptRow) g.Node {
				return h.Tr(h.Th(h.Scope("row"), h.A(h.Href("/attempts/"+a.Attempt), g.Text(number+" "+strconv.Itoa(a.Number)))),
					h.Td(h.Data("label", began), v.moment(a.Started)),
					h.Td(h.Data("label", ended), v.moment(a.Submitted)),
					h.Td(h.Data("label", mark), v.outcome(!a.Submitted.IsZero(), a.Passed, a.Mark)))
			}))))
}

// deviceField is where the script puts the browser's own random name.
func deviceField() g.Node { return h.Input(h.Type("hidden"), h.Name("device"), h.Data("device", "")) }

// outcome is the result of an attempt as a badge.
func (v *view) outcome(closed, passed bool, mark float64) g.Node {
	switch {
	case !closed:
		return badge("info", v.t("Đang làm", "Under way"))
	case passed:
		return badge("ok", v.outOfTen(mark)+" · "+v.t("Đạt", "Passed"))
	default:
		return badge("bad", v.outOfTen(mark)+" · "+v.t("Chưa đạt", "Not passed"))
	}
}

func (p *Portal) startAttempt(v *view) (string, uint64, error) {
	s, err := v.studied(v.r.PathValue("course"))
	if err == nil && len(s.before) > 0 {
		err = fault.New(fault.Conflict, "Chưa làm bài kiểm tra được: cần hoàn thành trước các khóa học nêu trên trang khóa học.", "The quiz is not open yet: complete the courses that the page of the course names first.")
	}
	if err != nil {
		return "", 0, err
	}
	a, err := quiz.StartAttempt.Call(v.ctx(), p.d.RPC, quiz.StartAttemptRequest{Course: v.r.PathValue("course"), Device: v.r.PostFormValue("device"), Brief: true})
	if err != nil {
		return "", 0, err
	}
	return "/attempts/" + a.Attempt + "?q=1", a.Seq, nil
}
