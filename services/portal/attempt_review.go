package portal

import (
	"fmt"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/services/quiz"
)

// questionNav leads to every question and marks those with an answer; at is the one shown, -1 for none.
func (v *view) questionNav(a quiz.Attempt, at int) g.Node {
	items := make([]g.Node, len(a.Questions))
	for i, q := range a.Questions {
		items[i] = v.questionMark(a.Attempt, i+1, len(q.Chosen) > 0, q.Flagged, i == at)
	}
	return h.Nav(h.Aria("labelledby", "questions"), h.H2(h.ID("questions"), v.text("Danh sách câu hỏi", "Questions")),
		h.Ol(h.Class("qnav"), g.Group(items)),
		h.P(h.Class("actions"), h.A(h.Class("btn-quiet"), h.Href("/attempts/"+a.Attempt+"?q="+toReview), g.Text(v.reviewTitle()))))
}

// questionMark is a question in the navigator. Its states stand there in words; the script shows those that hold.
func (v *view) questionMark(attempt string, number int, answered, flagged, current bool) g.Node {
	n := strconv.Itoa(number)
	class := ""
	if answered {
		class = "is-done"
	}
	if flagged {
		class += " is-flagged"
	}
	state := func(name, text string, holds bool) g.Node {
		return h.Span(h.Class("visually-hidden"), h.Data("is", name), g.If(!holds, g.Attr("hidden")), g.Text(text))
	}
	return h.Li(h.A(h.Href("/attempts/"+attempt+"?q="+n), h.Data("to", n), g.If(class != "", h.Class(class)), g.If(current, h.Aria("current", "step")),
		h.Span(h.Class("visually-hidden"), v.text("Câu ", "Question ")), g.Text(n),
		state("done", v.t(", đã trả lời", ", answered"), answered), state("open", v.t(", chưa trả lời", ", not answered"), !answered),
		state("flagged", v.t(", đã đánh dấu", ", flagged"), flagged)))
}

// review tells what is left to do, and holds the form that hands the attempt in.
func (v *view) review(a quiz.Attempt, hidden bool) g.Node {
	open := len(a.Questions) - a.Answered
	return h.Section(h.Class("review"), h.Data("q", toReview), h.Aria("labelledby", "at"), g.If(hidden, g.Attr("hidden")),
		h.P(h.Data("answered", ""), g.Textf(v.t("Bạn đã trả lời %d/%d câu.", "You have answered %d of %d questions."), a.Answered, len(a.Questions))),
		v.reviewList(a, "open", "notice-warn", v.t("Câu chưa trả lời", "Without an answer"), func(q quiz.Question) bool { return len(q.Chosen) == 0 }),
		v.reviewList(a, "flagged", "notice-info", v.t("Câu đã đánh dấu", "Flagged"), func(q quiz.Question) bool { return q.Flagged }),
		h.P(v.text("Sau khi nộp, bạn không sửa được câu trả lời. Kết quả hiện ra ngay.", "You cannot change your answers after handing in. The result appears at once.")),
		v.submitForm(a, v.handInQuestion(open), true))
}

// reviewList names the questions for which something holds; the script shows and hides them as that changes.
func (v *view) reviewList(a quiz.Attempt, name, class, title string, holds func(quiz.Question) bool) g.Node {
	var items []g.Node
	any := false
	for i, q := range a.Questions {
		n := strconv.Itoa(i + 1)
		any = any || holds(q)
		items = append(items, h.Li(h.Data("about", n), g.If(!holds(q), g.Attr("hidden")),
			h.A(h.Href("/attempts/"+a.Attempt+"?q="+n), h.Data("to", n), v.text("Câu ", "Question "), g.Text(n))))
	}
	return h.Section(h.Class(class), h.Data("list", name), h.Aria("labelledby", "list-"+name), g.If(!any, g.Attr("hidden")),
		h.H2(h.ID("list-"+name), g.Text(title)), h.Ul(h.Class("links"), g.Group(items)))
}

func (v *view) handInQuestion(open int) string {
	if open > 0 {
		return v.t(fmt.Sprintf("Còn %d câu chưa trả lời. Vẫn nộp bài?", open), counted(open, "question")+" without an answer. Hand in all the same?")
	}
	return v.t("Nộp bài? Sau khi nộp, bạn không sửa được câu trả lời.", "Hand in? You cannot change your answers afterwards.")
}

// submitForm hands the attempt in. It stands on every page, since the countdown uses it; not all show it.
func (v *view) submitForm(a quiz.Attempt, question string, shown bool) g.Node {
	return h.Form(h.ID(submitForm), h.Method("post"), h.Action("/attempts/"+a.Attempt+"/submit"), v.newOnce(),
		g.If(!shown, g.Attr("hidden")), g.If(shown, g.Group{h.Class("actions"), g.If(question != "", h.Data("confirm", question)),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Nộp bài", "Hand in"))}))
}
