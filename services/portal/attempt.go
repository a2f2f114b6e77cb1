package portal

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/services/quiz"
)

// Where a reader goes on to after an answer, and what ?q= may say beside the number of a question.
const (
	toReview   = "review"
	submitForm = "submit-attempt" // id of the form that hands the attempt in
)

// attempt shows an open attempt a question at a time, and a closed one with its result.
func (p *Portal) attempt(v *view) (page, error) {
	if v.r.URL.Query().Get("part") == "certificate" {
		return p.certificatePart(v)
	}
	return p.redrawAttempt(v, nil)
}

func (p *Portal) redrawAttempt(v *view, why *fault.Error) (page, error) {
	a, err := quiz.GetAttempt.Call(v.ctx(), p.d.RPC, quiz.GetAttemptRequest{Attempt: v.r.PathValue("attempt"), After: v.after})
	if err != nil {
		return page{}, err
	}
	at := shownQuestion(a, v.r.FormValue("q"))
	switch {
	case a.Closed:
		return v.drawResult(a, why)
	case at < 0:
		return v.drawReview(a, why), nil
	default:
		return v.drawQuestion(a, at, why), nil
	}
}

// shownQuestion is the index of the question asked for, -1 for the review. Asked for none, it is the first without an answer.
func shownQuestion(a quiz.Attempt, asked string) int {
	if asked == toReview {
		return -1
	}
	if n, err := strconv.Atoi(asked); err == nil && n >= 1 && n <= len(a.Questions) {
		return n - 1
	}
	return slices.IndexFunc(a.Questions, func(q quiz.Question) bool { return len(q.Chosen) == 0 })
}

func (v *view) drawQuestion(a quiz.Attempt, at int, why *fault.Error) page {
	title := fmt.Sprintf(v.t("Câu %d/%d", "Question %d/%d"), at+1, len(a.Questions))
	return page{Title: title, Section: "/learn", Focus: true, Body: []g.Node{
		v.quizBar(a, h.H1(g.Text(title))),
		v.refusal(why),
		v.offline(),
		v.questionForm(a, at),
		v.questionNav(a, at),
		v.submitForm(a, false),
	}}
}

// quizBar keeps the rest of the time in sight.
func (v *view) quizBar(a quiz.Attempt, title g.Node) g.Node {
	now := v.p.d.Clock.Now()
	return h.Div(h.Class("quizbar"), title, h.P(h.Class("meta"), v.text("Còn lại ", "Time left "),
		h.Time(h.Class("timer"), h.Role("timer"), h.DateTime(a.Deadline.UTC().Format(time.RFC3339)),
			h.Data("countdown", a.Deadline.UTC().Format(time.RFC3339Nano)), h.Data("now", now.UTC().Format(time.RFC3339Nano)), h.Data("submit", submitForm),
			g.Text(restText(a.Deadline.Sub(now)))),
		h.NoScript(v.text(" lúc mở trang; hết giờ lúc ", " when the page opened; ends at "), g.Text(clock.Local(a.Deadline).Format("15:04:05")))))
}

// restText is what the countdown shows before scripts run.
func restText(left time.Duration) string {
	s := int(max(0, left+time.Second-1) / time.Second)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

func (v *view) offline() g.Node {
	return h.P(h.Class("notice-warn"), h.Role("status"), h.Data("offline", ""), g.Attr("hidden"),
		v.text("Mất kết nối mạng. Câu trả lời sẽ được lưu khi có mạng trở lại; đừng đóng trang này.", "No network. Answers are saved when it returns; keep this page open."))
}

// questionForm saves by itself with scripts. It carries no request id: each changed answer is a request of its own.
func (v *view) questionForm(a quiz.Attempt, at int) g.Node {
	q := a.Questions[at]
	kind, hint := "radio", v.t("Chọn một phương án.", "Choose one answer.")
	if q.Multiple {
		kind, hint = "checkbox", v.t("Chọn tất cả phương án đúng.", "Choose all right answers.")
	}
	next, label := strconv.Itoa(at+2), v.t("Lưu và sang câu sau", "Save and go on")
	if at+1 == len(a.Questions) {
		next, label = toReview, v.t("Lưu và xem lại bài", "Save and review")
	}
	goTo := func(class, to, text string) g.Node {
		return h.Button(h.Class(class), h.Type("submit"), h.Name("go"), h.Value(to), g.Text(text))
	}
	return h.Form(h.Data("autosave", ""), h.Method("post"), h.Action("/attempts/"+a.Attempt+"/answers"),
		h.Input(h.Type("hidden"), h.Name("item"), h.Value(q.Item)), h.Input(h.Type("hidden"), h.Name("q"), h.Value(strconv.Itoa(at+1))),
		h.FieldSet(h.Class("question"), h.Aria("labelledby", "stem"), h.Aria("describedby", "stem-hint"),
			h.Div(h.Class("stem"), h.ID("stem"), h.Lang("vi"), markdown(v.p.texts.stem, q.Stem)),
			h.P(h.Class("hint"), h.ID("stem-hint"), g.Text(hint)),
			g.Map(q.Choices, func(o quiz.Option) g.Node {
				return h.Label(h.Class("choice"), h.Input(h.Type(kind), h.Name("choice"), h.Value(o.ID), g.If(slices.Contains(q.Chosen, o.ID), h.Checked())),
					h.Span(h.Lang("vi"), markdown(v.p.texts.line, o.Text)))
			})),
		g.El("output", h.Class("saved"), h.Data("saving", v.t("Đang lưu…", "Saving…")), h.Data("failed", v.t("Chưa lưu được, đang thử lại…", "Not saved yet, trying again…"))),
		h.Div(h.Class("actions"), goTo("btn-primary", next, label),
			g.If(at > 0, goTo("btn", strconv.Itoa(at), v.t("Câu trước", "Previous"))),
			g.If(next != toReview, goTo("btn-quiet", toReview, v.t("Xem lại và nộp bài", "Review and hand in")))))
}

// questionNav leads to every question and marks those with an answer; at is the one shown, -1 for none.
func (v *view) questionNav(a quiz.Attempt, at int) g.Node {
	items := make([]g.Node, len(a.Questions))
	for i, q := range a.Questions {
		items[i] = v.questionMark(a.Attempt, i+1, len(q.Chosen) > 0, i == at)
	}
	return h.Nav(h.Aria("labelledby", "questions"), h.H2(h.ID("questions"), v.text("Danh sách câu hỏi", "Questions")),
		h.Ol(h.Class("qnav"), g.Group(items)))
}

// questionMark is a question in the navigator; an answer that was just saved replaces its own.
func (v *view) questionMark(attempt string, number int, answered, current bool, more ...g.Node) g.Node {
	n := strconv.Itoa(number)
	return h.Li(h.ID("question-"+n), g.Group(more), h.A(h.Href("/attempts/"+attempt+"?q="+n), g.If(answered, h.Class("is-done")), g.If(current, h.Aria("current", "step")),
		h.Span(h.Class("visually-hidden"), v.text("Câu ", "Question ")), g.Text(n),
		h.Span(h.Class("visually-hidden"), g.If(answered, v.text(", đã trả lời", ", answered")), g.If(!answered, v.text(", chưa trả lời", ", not answered")))))
}

// submitForm hands the attempt in. It stands on every page, since the countdown uses it; only the review shows it.
func (v *view) submitForm(a quiz.Attempt, shown bool) g.Node {
	open := len(a.Questions) - a.Answered
	question := v.t("Nộp bài? Sau khi nộp, bạn không sửa được câu trả lời.", "Hand in? You cannot change your answers afterwards.")
	if open > 0 {
		question = v.t(fmt.Sprintf("Còn %d câu chưa trả lời. Vẫn nộp bài?", open), counted(open, "question")+" without an answer. Hand in all the same?")
	}
	return h.Form(h.ID(submitForm), h.Method("post"), h.Action("/attempts/"+a.Attempt+"/submit"), v.newOnce(),
		g.If(!shown, g.Attr("hidden")), g.If(shown, g.Group{h.Class("actions"), h.Data("confirm", question),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Nộp bài", "Hand in"))}))
}

func (v *view) drawReview(a quiz.Attempt, why *fault.Error) page {
	title := v.t("Xem lại và nộp bài", "Review and hand in")
	var open []int
	for i, q := range a.Questions {
		if len(q.Chosen) == 0 {
			open = append(open, i+1)
		}
	}
	answered := len(a.Questions) - len(open)
	return page{Title: title, Section: "/learn", Focus: true, Body: []g.Node{
		v.quizBar(a, h.H1(g.Text(title))),
		v.refusal(why),
		h.P(g.Textf(v.t("Bạn đã trả lời %d/%d câu.", "You have answered %d of %d questions."), answered, len(a.Questions))),
		g.If(len(open) > 0, h.Section(h.Class("notice-warn"), h.Aria("labelledby", "open"),
			h.H2(h.ID("open"), v.text("Câu chưa trả lời", "Without an answer")),
			h.Ul(g.Map(open, func(n int) g.Node {
				return h.Li(h.A(h.Href("/attempts/"+a.Attempt+"?q="+strconv.Itoa(n)), v.text("Câu ", "Question "), g.Text(strconv.Itoa(n))))
			})))),
		h.P(v.text("Sau khi nộp, bạn không sửa được câu trả lời. Kết quả hiện ra ngay.", "You cannot change your answers after handing in. The result appears at once.")),
		v.submitForm(a, true),
		v.questionNav(a, -1),
	}}
}

// answer saves an answer. The script of the page gets a fragment; a form sent without it goes on to the next question.
func (p *Portal) answer() http.Handler {
	form := p.act(func(v *view) (string, uint64, error) {
		_, seq, err := v.saveAnswer()
		to := v.r.PostFormValue("go")
		if n, bad := strconv.Atoi(to); bad != nil || n < 1 {
			to = toReview
		}
		return "/attempts/" + v.r.PathValue("attempt") + "?q=" + to, seq, err
	}, p.redrawAttempt)
	part := p.page(func(v *view) (page, error) {
		req, _, err := v.saveAnswer()
		return v.savedPart(req), err
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("HX-Request") == "true" {
			part.ServeHTTP(w, r)
			return
		}
		form.ServeHTTP(w, r)
	})
}

func (v *view) saveAnswer() (quiz.SaveAnswerRequest, uint64, error) {
	req := quiz.SaveAnswerRequest{Attempt: v.r.PathValue("attempt"), Item: v.r.PostFormValue("item"), Choice: v.r.PostForm["choice"]}
	done, err := quiz.SaveAnswer.Call(v.ctx(), v.p.d.RPC, req)
	return req, done.Seq, err
}

// savedPart tells the page that an answer is saved, and marks its question in the navigator.
func (v *view) savedPart(req quiz.SaveAnswerRequest) page {
	nodes := []g.Node{v.text("Đã lưu lúc ", "Saved at "), g.Text(clock.Local(v.p.d.Clock.Now()).Format("15:04:05"))}
	if n, err := strconv.Atoi(v.r.PostFormValue("q")); err == nil {
		nodes = append(nodes, v.questionMark(req.Attempt, n, len(req.Choice) > 0, true, g.Attr("hx-swap-oob", "true")))
	}
	return page{Bare: true, Body: nodes}
}

func (p *Portal) submitAttempt(v *view) (string, uint64, error) {
	attempt := v.r.PathValue("attempt")
	done, err := quiz.SubmitAttempt.Call(v.ctx(), p.d.RPC, quiz.SubmitAttemptRequest{Attempt: attempt})
	return "/attempts/" + attempt, done.Seq, err
}
