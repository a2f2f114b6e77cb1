package portal

import (
	"html"
	"io"
	"slices"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/assessment/item"
	"khuevan/services/quiz"
)

// asked is a question in its place in an open attempt.
type asked struct {
	quiz.Question
	attempt, behaviour string
	number, all        int
}

// id names a part of the question within the page.
func (q asked) id(part string) string { return "q" + strconv.Itoa(q.number) + "-" + part }

// at is the address of a question of the same attempt.
func (q asked) at(to string) string { return "/attempts/" + q.attempt + "?q=" + to }

// question is a form of its own: with scripts its answers are queued and sent, without them a button sends it. It carries
// no request id: each changed answer is a request of its own.
func (v *view) question(q asked, hidden bool) g.Node {
	return h.Section(h.Class("q"), h.ID("q"+strconv.Itoa(q.number)), h.Data("q", strconv.Itoa(q.number)), h.Data("item", q.Item), h.Data("kind", q.Kind),
		h.Aria("labelledby", "at"), g.If(q.Final, h.Data("final", "")), g.If(hidden, g.Attr("hidden")),
		h.Form(h.Method("post"), h.Action("/attempts/"+q.attempt+"/answers"), h.Data("answer", ""), h.AutoComplete("off"),
			h.Input(h.Type("hidden"), h.Name("item"), h.Value(q.Item)), h.Input(h.Type("hidden"), h.Name("q"), h.Value(strconv.Itoa(q.number))),
			g.Iff(q.Revealed, func() g.Node { return v.revealed(q) }), g.Iff(!q.Revealed, func() g.Node { return v.fields(q) }),
			g.El("output", h.Class("saved")),
			v.checkState(q),
			v.questionActions(q)))
}

// fields is the stem and what it is answered with.
func (v *view) fields(q asked) g.Node {
	name := g.Group{h.Aria("labelledby", q.id("stem")), h.Aria("describedby", q.id("hint"))}
	if q.Kind == item.Cloze {
		name = g.Group{h.Aria("labelledby", "at "+q.id("hint"))} // the stem holds the places to fill in
	}
	return g.Group{
		h.FieldSet(h.Class("question"), name,
			g.Iff(q.Kind != item.Cloze, func() g.Node {
				return h.Div(h.Class("stem"), h.ID(q.id("stem")), h.Lang("vi"), markdown(v.p.texts.stem, q.Stem))
			}),
			h.P(h.Class("hint"), h.ID(q.id("hint")), g.Text(v.hint(q.Question))),
			v.answerParts(q)),
		g.Iff(q.behaviour == quiz.Certainty, func() g.Node { return v.certainty(q) }),
	}
}

// answerParts is what a question of each kind is answered with.
func (v *view) answerParts(q asked) g.Node {
	switch q.Kind {
	case item.Matching:
		return v.matching(q)
	case item.Ordering:
		return v.ordering(q)
	case item.Cloze:
		return h.Div(h.Class("stem cloze"), h.ID(q.id("stem")), h.Lang("vi"), v.cloze(q))
	case item.Numeric, item.ShortText:
		return g.Map(q.Rows, func(r quiz.Row) g.Node { return v.typed(q, r) })
	}
	kind := "radio"
	if q.Multiple {
		kind = "checkbox"
	}
	return g.NodeFunc(func(w io.Writer) error {
		for _, o := range q.Choices {
			if err := v.choice(w, kind, o, slices.Contains(q.Chosen, o.ID)); err != nil {
				return err
			}
		}
		return nil
	})
}

// choice writes its own markup: an attempt's page has a hundred of them, and everybody opens it in the same minute.
func (v *view) choice(w io.Writer, kind string, o quiz.Option, chosen bool) error {
	text, err := v.p.texts.line.of(o.Text)
	if err != nil {
		return err
	}
	checked := ""
	if chosen {
		checked = " checked"
	}
	if err := write(w, `<label class="choice"><input type="`, kind, `" name="choice" value="`, html.EscapeString(o.ID), `"`, checked, `><span lang="vi">`); err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	return write(w, `</span></label>`)
}

// write writes markup in parts.
func write(w io.Writer, parts ...string) error {
	for _, part := range parts {
		if _, err := io.WriteString(w, part); err != nil {
			return err
		}
	}
	return nil
}

func (v *view) hint(q quiz.Question) string {
	switch q.Kind {
	case item.Matching:
		return v.t("Chọn mục đi với từng dòng.", "Choose what belongs to each row.")
	case item.Ordering:
		return v.t("Xếp các mục theo đúng thứ tự, từ trên xuống.", "Put the entries in the right order, from the top.")
	case item.Numeric:
		return v.t("Gõ một số. Phần thập phân dùng dấu phẩy hoặc dấu chấm.", "Type a number. A comma or a point begins the decimals.")
	case item.ShortText:
		return v.t("Gõ câu trả lời ngắn.", "Type a short answer.")
	case item.Cloze:
		return v.t("Điền vào các ô trong đoạn văn.", "Fill the gaps in the text.")
	}
	if q.Multiple {
		return v.t("Chọn tất cả phương án đúng.", "Choose all right answers.")
	}
	return v.t("Chọn một phương án.", "Choose one answer.")
}

// sure is what saying how sure one is earns and costs.
type sure struct{ name, worth string }

func (v *view) sureties() []sure {
	return []sure{
		{v.t("Chưa chắc", "Not sure"), v.t("đúng được 1/3 điểm, sai không bị trừ", "right earns 1/3 of the mark, wrong costs nothing")},
		{v.t("Khá chắc", "Fairly sure"), v.t("đúng được 2/3 điểm, sai bị trừ 2/3 điểm", "right earns 2/3, wrong costs 2/3")},
		{v.t("Rất chắc", "Very sure"), v.t("đúng được 1 điểm, sai bị trừ 2 điểm", "right earns the whole mark, wrong costs twice as much")},
	}
}

func (v *view) certainty(q asked) g.Node {
	chosen := max(1, q.Certainty)
	nodes := make([]g.Node, 0, 4)
	for i, s := range v.sureties() {
		nodes = append(nodes, h.Label(h.Class("choice"), h.Input(h.Type("radio"), h.Name("certainty"), h.Value(strconv.Itoa(i+1)), g.If(i+1 == chosen, h.Checked())),
			h.Span(h.Strong(g.Text(s.name)), g.Text(": "+s.worth))))
	}
	return h.FieldSet(h.Class("question certainty"), h.Legend(v.text("Bạn chắc đến đâu về câu trả lời này?", "How sure are you of this answer?")), g.Group(nodes))
}

// checkState tells what the last check found, with immediate feedback.
func (v *view) checkState(q asked) g.Node {
	if q.behaviour != quiz.Immediate || q.Checked == 0 {
		return nil
	}
	class, says := "notice-bad", v.t("Chưa đúng. Câu này không sửa được nữa.", "Not right. It can no longer be changed.")
	switch {
	case q.Right:
		class, says = "notice-ok", v.t("Đúng.", "Right.")
	case q.Final && q.Mark > 0:
		class, says = "notice-warn", v.t("Đúng một phần. Câu này không sửa được nữa.", "Partly right. It can no longer be changed.")
	case !q.Final:
		class, says = "notice-warn", v.t("Lần kiểm tra vừa rồi chưa đúng hoàn toàn. Còn "+strconv.Itoa(q.Left)+" lần thử.",
			"The last check found it not wholly right. "+counted(q.Left, "try")+" left.")
		if q.Left > 1 {
			says = v.t(says, "The last check found it not wholly right. "+strconv.Itoa(q.Left)+" tries left.")
		}
	}
	return h.Div(h.Class(class), h.Role("status"), h.Data("checked", ""), h.P(g.Text(says)))
}

// questionActions lead on. What is final is no longer sent: links lead on from it.
func (v *view) questionActions(q asked) g.Node {
	if q.behaviour == quiz.Adaptive {
		return v.adaptiveActions()
	}
	next, label := strconv.Itoa(q.number+1), v.t("Lưu và sang câu sau", "Save and go on")
	if q.number == q.all {
		next, label = toReview, v.t("Lưu và xem lại bài", "Save and review")
	}
	goTo := func(class, to, text string) g.Node {
		if q.Final {
			return h.A(h.Class(class), h.Href(q.at(to)), h.Data("to", to), g.Text(text))
		}
		return h.Button(h.Class(class), h.Type("submit"), h.Name("go"), h.Value(to), g.Text(text))
	}
	return h.Div(h.Class("actions"), goTo("btn-primary", next, label),
		g.Iff(q.behaviour == quiz.Immediate && !q.Final, func() g.Node {
			return h.Button(h.Class("btn"), h.Type("submit"), h.Name("check"), h.Value("1"), v.text("Kiểm tra", "Check"))
		}),
		g.If(q.number > 1, goTo("btn", strconv.Itoa(q.number-1), v.t("Câu trước", "Previous"))),
		g.Iff(!q.Final, func() g.Node { return v.flag(q) }))
}

// flag marks a question to come back to. It keeps its name and says by aria-pressed whether it is on.
func (v *view) flag(q asked) g.Node {
	value := "1"
	if q.Flagged {
		value = "0"
	}
	return h.Button(h.Class("btn-quiet flag"), h.Type("submit"), h.Name("flag"), h.Value(value), h.Aria("pressed", strconv.FormatBool(q.Flagged)),
		h.Span(h.Aria("hidden", "true"), g.Text("⚑")),
		h.Span(h.Class("off"), v.text("Đánh dấu để xem lại", "Flag to come back to")), h.Span(h.Class("on"), v.text("Đã đánh dấu; bấm để bỏ", "Flagged; press to take it away")))
}
