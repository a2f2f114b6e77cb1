package portal

import (
	"fmt"
	"html"
	"io"
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
	class, step := "", ""
	if answered {
		class = "is-done"
	}
	if flagged {
		class += " is-flagged"
	}
	if current {
		step = ` aria-current="step"`
	}
	state := func(name, text string, holds bool) string {
		hidden := ""
		if !holds {
			hidden = " hidden"
		}
		return `<span class="visually-hidden" data-is="` + name + `"` + hidden + `>` + text + `</span>`
	}
	return g.NodeFunc(func(w io.Writer) error {
		return write(w, `<li><a href="/attempts/`, html.EscapeString(attempt), `?q=`, n, `" data-to="`, n, `" class="`, class, `"`, step, `><span class="visually-hidden">`, v.t("Câu ", "Question "), `</span>`, n,
			state("done", v.t(", đã trả lời", ", answered"), answered), state("open", v.t(", chưa trả lời", ", not answered"), !answered),
			state("flagged", v.t(", đã đánh dấu", ", flagged"), flagged), `</a></li>`)
	})
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
	found := false
	for i, q := range a.Questions {
		n := strconv.Itoa(i + 1)
		found = found || holds(q)
		hidden := " hidden"
		if holds(q) {
			hidden = ""
		}
		items = append(items, g.NodeFunc(func(w io.Writer) error {
			return write(w, `<li data-about="`, n, `"`, hidden, `><a href="/attempts/`, html.EscapeString(a.Attempt), `?q=`, n, `" data-to="`, n, `">`, v.t("Câu ", "Question "), n, `</a></li>`)
		}))
	}
	return h.Section(h.Class(class), h.Data("list", name), h.Aria("labelledby", "list-"+name), g.If(!found, g.Attr("hidden")),
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
