package portal

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/assessment/item"
	"khuevan/services/quiz"
)

// Names of the fields that answer a part of a question: the part's id follows.
const (
	answerField = "row-"
	placeField  = "place-"
)

// matching is a select for each row, named by the row's own text.
func (v *view) matching(q asked) g.Node {
	return g.Map(q.Rows, func(r quiz.Row) g.Node {
		id := q.id("row-" + r.ID)
		return h.Div(h.Class("field"), h.Label(h.For(id), h.Lang("vi"), markdown(v.p.texts.line, r.Text)), v.choose(id, "", r, q.Choices))
	})
}

// choose is the select that answers a row; label names it where no element does.
func (v *view) choose(id, label string, r quiz.Row, options []quiz.Option) g.Node {
	return h.Select(h.ID(id), h.Name(answerField+r.ID), g.If(label != "", h.Aria("label", label)),
		h.Option(h.Value(""), v.text("– chọn –", "– choose –")),
		g.Map(options, func(o quiz.Option) g.Node {
			return h.Option(h.Value(o.ID), h.Lang("vi"), g.If(o.ID == r.Given, h.Selected()), markdown(v.p.texts.bare, o.Text))
		}))
}

// typed is a field of its own, below the stem.
func (v *view) typed(q asked, r quiz.Row) g.Node {
	id := q.id("row-" + r.ID)
	return h.Div(h.Class("field"), h.Label(h.For(id), v.text("Câu trả lời của bạn", "Your answer")), v.write(id, "", r))
}

// write is the field in which a row is typed.
func (v *view) write(id, label string, r quiz.Row) g.Node {
	return h.Input(h.ID(id), h.Type("text"), h.Name(answerField+r.ID), h.Value(r.Given), g.If(label != "", h.Aria("label", label)), h.MaxLength("1000"), h.Lang("vi"),
		g.Attr("autocapitalize", "off"), g.Attr("spellcheck", "false"), h.AutoComplete("off"), g.If(r.Kind == item.GapNumeric, g.Attr("inputmode", "decimal")))
}

// cloze is the stem with a field in place of each {{id}}.
func (v *view) cloze(q asked) g.Node {
	return v.withGaps(q.Stem, q.Rows, func(n int, r quiz.Row) g.Node {
		id := q.id("row-" + r.ID)
		field := v.write(id, "", r)
		if r.Kind == item.GapChoice {
			field = v.choose(id, "", r, r.Options)
		}
		return h.Span(h.Class("gap"), h.Label(h.For(id), g.Text(v.gapName(n))), field)
	})
}

func (v *view) gapName(n int) string { return v.t("Ô ", "Gap ") + strconv.Itoa(n) }

// withGaps renders a stem and puts a node in place of each {{id}} that stands in its text. A row without a place in the
// stem follows it.
func (v *view) withGaps(stem string, rows []quiz.Row, gap func(number int, r quiz.Row) g.Node) g.Node {
	return g.NodeFunc(func(w io.Writer) error {
		html, err := v.p.texts.stem.of(stem)
		if err != nil {
			return err
		}
		put := make([]bool, len(rows))
		for _, part := range gapParts(html) {
			at := slices.IndexFunc(rows, func(r quiz.Row) bool { return r.ID == part.id })
			node := g.Raw(string(part.html))
			if at >= 0 && !put[at] {
				put[at], node = true, gap(at+1, rows[at])
			}
			if err := node.Render(w); err != nil {
				return err
			}
		}
		for at, r := range rows {
			if put[at] {
				continue
			}
			if err := h.P(gap(at+1, r)).Render(w); err != nil {
				return err
			}
		}
		return nil
	})
}

// gapPart is a piece of a stem's HTML; id names the gap that it is, "" for none.
type gapPart struct {
	html []byte
	id   string
}

// gapParts takes a stem apart at its gaps.
func gapParts(html []byte) (parts []gapPart) {
	for len(html) > 0 {
		start, end, id := nextGap(html)
		parts = append(parts, gapPart{html: html[:start]})
		if end > start {
			parts = append(parts, gapPart{html: html[start:end], id: id})
		}
		html = html[end:]
	}
	return parts
}

var gapHere = regexp.MustCompile(`^\{\{[a-z0-9]{1,8}\}\}`)

// nextGap finds the first {{id}} outside of a tag; where there is none, start and end are the length.
func nextGap(html []byte) (start, end int, id string) {
	tag := false
	for i, c := range html {
		switch {
		case c == '<':
			tag = true
		case c == '>':
			tag = false
		case !tag && c == '{' && bytes.HasPrefix(html[i:], []byte("{{")):
			if m := gapHere.Find(html[i:]); m != nil {
				return i, i + len(m), string(m[2 : len(m)-2])
			}
		}
	}
	return len(html), len(html), ""
}

// ordering is a list that the script lets people move in, and numbers to choose without it.
func (v *view) ordering(q asked) g.Node {
	entries := slices.Clone(q.Choices)
	if len(q.Chosen) == len(entries) {
		place := func(o quiz.Option) int { return slices.Index(q.Chosen, o.ID) }
		slices.SortFunc(entries, func(a, b quiz.Option) int { return place(a) - place(b) })
	}
	return g.Group{
		h.Ol(h.Class("order"), h.Data("order", ""), g.If(len(q.Chosen) > 0, h.Data("given", "")), g.Map(entries, func(o quiz.Option) g.Node { return v.orderEntry(q, o, len(entries)) })),
		h.P(h.Data("keep", ""), g.Attr("hidden"), h.Button(h.Class("btn"), h.Type("button"), v.text("Giữ thứ tự này", "Keep this order"))),
	}
}

func (v *view) orderEntry(q asked, o quiz.Option, n int) g.Node {
	text, id := q.id("text-"+o.ID), q.id("place-"+o.ID)
	move := func(by, sign, label string) g.Node {
		button := q.id(o.ID + by)
		return h.Button(h.Class("btn"), h.Type("button"), h.ID(button), h.Data("move", by), h.Aria("labelledby", button+" "+text), h.Aria("label", label), g.Text(sign))
	}
	place := slices.Index(q.Chosen, o.ID)
	return h.Li(h.Data("id", o.ID), h.Span(h.ID(text), h.Lang("vi"), h.Class("text"), markdown(v.p.texts.line, o.Text)),
		h.Span(h.Class("place"), h.Label(h.For(id), v.text("Thứ tự", "Place"), h.Span(h.Class("visually-hidden"), g.Text(": "), markdown(v.p.texts.bare, o.Text))),
			h.Select(h.ID(id), h.Name(placeField+o.ID), h.Option(h.Value(""), g.Text("–")), g.Group(placeOptions(n, place)))),
		h.Span(h.Class("moves"), g.Attr("hidden"), move("-1", "↑", v.t("Đưa lên", "Move up")), move("1", "↓", v.t("Đưa xuống", "Move down"))))
}

func placeOptions(n, chosen int) []g.Node {
	all := make([]g.Node, n)
	for i := range n {
		text := strconv.Itoa(i + 1)
		all[i] = h.Option(h.Value(text), g.If(i == chosen, h.Selected()), g.Text(text))
	}
	return all
}
