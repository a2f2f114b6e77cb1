package portal

import (
	"slices"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/assessment/item"
	"khuevan/services/quiz"
)

// questionResult stands open where there is something to learn.
func (v *view) questionResult(q asked) g.Node {
	right, _ := rightness(q.Question)
	return h.Li(h.Details(g.If(!right, g.Attr("open")),
		h.Summary(h.H3(v.text("Câu ", "Question "), g.Text(strconv.Itoa(q.number)), g.Text(" "), v.questionBadge(q.Question))),
		v.revealed(q)))
}

// revealed is a question with its keys: what was answered, what is right, and why.
func (v *view) revealed(q asked) g.Node {
	stem := h.Div(h.Class("stem"), h.Lang("vi"), markdown(v.p.texts.stem, q.Stem))
	if q.Kind == item.Cloze {
		stem = h.Div(h.Class("stem"), h.Lang("vi"), v.withGaps(q.Stem, q.Rows, func(n int, _ quiz.Row) g.Node { return h.Strong(g.Text("[" + v.gapName(n) + "]")) }))
	}
	body := v.choiceResults(q.Question)
	switch q.Kind {
	case item.Ordering:
		body = v.orderResults(q.Question)
	case item.Matching, item.Numeric, item.ShortText, item.Cloze:
		body = v.rowResults(q.Question)
	}
	return g.Group{stem, body, v.certaintyResult(q),
		g.If(q.Explanation != "", h.Div(h.Class("notice"), h.Lang("vi"), markdown(v.p.texts.stem, q.Explanation)))}
}

// rightness tells whether the answer is wholly right, and whether any of it is. The mark does not: how sure somebody was
// may weigh it.
func rightness(q quiz.Question) (whole, some bool) {
	if len(q.Chosen) == 0 {
		return false, false
	}
	whole = true
	note := func(right bool) { whole, some = whole && right, some || right }
	switch {
	case len(q.Rows) > 0:
		for _, r := range q.Rows {
			whole, some = whole && r.Mark >= 1, some || r.Mark > 0
		}
	case q.Kind == item.Ordering:
		for _, o := range q.Choices {
			note(slices.Index(q.Chosen, o.ID)+1 == o.Place)
		}
	default:
		for _, o := range q.Choices {
			chosen := slices.Contains(q.Chosen, o.ID)
			whole, some = whole && chosen == o.Key, some || chosen && o.Key
		}
	}
	return whole, some
}

func (v *view) questionBadge(q quiz.Question) g.Node {
	whole, some := rightness(q)
	switch {
	case len(q.Chosen) == 0:
		return badge("bad", v.t("Chưa trả lời", "No answer"))
	case whole:
		return badge("ok", v.t("Đúng", "Right"))
	case some && q.Mark > 0:
		return badge("warn", v.t("Đúng một phần", "Partly right"))
	default:
		return badge("bad", v.t("Sai", "Wrong"))
	}
}

// certaintyResult says how sure the reader was, and what that made of the mark.
func (v *view) certaintyResult(q asked) g.Node {
	if q.behaviour != quiz.Certainty || len(q.Chosen) == 0 {
		return nil
	}
	s := v.sureties()[min(max(q.Certainty, 1), 3)-1]
	return h.P(h.Class("hint"), g.Textf(v.t("Bạn chọn “%s”: câu này được %s điểm.", "You chose “%s”: this question counts %s."), s.name, v.number(q.Mark, 2)))
}

func (v *view) choiceResults(q quiz.Question) g.Node {
	return h.Ul(h.Class("choices"), g.Map(q.Choices, func(o quiz.Option) g.Node { return v.optionResult(o, slices.Contains(q.Chosen, o.ID)) }))
}

// optionResult shows a choice as it was: what was right and what was chosen stand there in words.
func (v *view) optionResult(o quiz.Option, chosen bool) g.Node {
	class, says := "choice", ""
	switch {
	case o.Key && chosen:
		class, says = "choice is-right", v.t("Đáp án đúng, bạn đã chọn", "Right, and you chose it")
	case o.Key:
		class, says = "choice is-right", v.t("Đáp án đúng, bạn không chọn", "Right, but you did not choose it")
	case chosen:
		class, says = "choice is-wrong", v.t("Không đúng, bạn đã chọn", "Wrong, and you chose it")
	}
	return v.resultLine(class, markdown(v.p.texts.line, o.Text), says, o.Explanation)
}

func (v *view) resultLine(class string, text g.Node, says, why string) g.Node {
	return h.Li(h.Class(class), h.Div(h.Div(h.Lang("vi"), text), g.If(says != "", h.Span(h.Class("says"), g.Text(says))),
		g.If(why != "", h.P(h.Class("hint"), h.Lang("vi"), markdown(v.p.texts.line, why)))))
}

// orderResults lists the entries in their right order.
func (v *view) orderResults(q quiz.Question) g.Node {
	all := slices.Clone(q.Choices)
	slices.SortFunc(all, func(a, b quiz.Option) int { return a.Place - b.Place })
	return h.Ol(h.Class("choices"), g.Map(all, func(o quiz.Option) g.Node {
		given := slices.Index(q.Chosen, o.ID) + 1
		class, says := "choice is-wrong", v.t("Đúng: vị trí ", "Right: place ")+strconv.Itoa(o.Place)
		switch given {
		case 0:
		case o.Place:
			class, says = "choice is-right", says+v.t("; bạn xếp đúng", "; you put it there")
		default:
			says += v.t("; bạn xếp ở vị trí ", "; you put it in place ") + strconv.Itoa(given)
		}
		return v.resultLine(class, markdown(v.p.texts.line, o.Text), says, o.Explanation)
	}))
}

// rowResults shows each row with the answer given and the right one.
func (v *view) rowResults(q quiz.Question) g.Node {
	n := 0
	return h.Ul(h.Class("choices"), g.Map(q.Rows, func(r quiz.Row) g.Node {
		n++
		class, says := "choice is-wrong", v.t("Sai", "Wrong")
		switch {
		case r.Given == "":
			says = v.t("Chưa trả lời", "No answer")
		case r.Mark >= 1:
			class, says = "choice is-right", v.t("Đúng", "Right")
		case r.Mark > 0:
			class, says = "choice", v.t("Đúng một phần", "Partly right")
		}
		return h.Li(h.Class(class), h.Div(v.rowName(q, r, n), h.Dl(h.Class("facts"),
			g.If(r.Given != "", fact(v.t("Bạn trả lời", "Your answer"), v.rowValue(q, r, r.Given))),
			fact(v.t("Đáp án đúng", "Right answer"), v.rowValue(q, r, r.Right))),
			h.Span(h.Class("says"), g.Text(says)),
			g.If(r.Explanation != "", h.P(h.Class("hint"), h.Lang("vi"), markdown(v.p.texts.line, r.Explanation)))))
	}))
}

func (v *view) rowName(q quiz.Question, r quiz.Row, n int) g.Node {
	switch {
	case r.Text != "":
		return h.Div(h.Lang("vi"), markdown(v.p.texts.line, r.Text))
	case q.Kind == item.Cloze:
		return h.Strong(g.Text(v.gapName(n)))
	}
	return nil
}

// rowValue is an answer to a row: what was typed, or the text of the option with an id.
func (v *view) rowValue(q quiz.Question, r quiz.Row, value string) g.Node {
	options := r.Options
	if r.Kind == "match" {
		options = q.Choices
	} else if r.Kind != item.GapChoice {
		return g.Text(value)
	}
	if at := slices.IndexFunc(options, func(o quiz.Option) bool { return o.ID == value }); at >= 0 {
		return h.Span(h.Lang("vi"), markdown(v.p.texts.line, options[at].Text))
	}
	return g.Text(value)
}
