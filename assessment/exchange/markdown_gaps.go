package exchange

import (
	"slices"
	"strings"

	"khuevan/assessment/item"
	"khuevan/events"
)

// fillings makes the gaps of numeric, short-text and cloze questions, in the order of the stem.
func (q *question) fillings() {
	cloze := q.content.Kind == item.Cloze
	var ids []string
	rows := map[string][]row{}
	for _, r := range q.rows {
		if cloze && r.gap == "" {
			q.refuse(r.line, "Câu điền khuyết viết “{{1}}” trước ô của mỗi đáp án: “- {{1}} [_] đáp án”.", "A cloze question has “{{1}}” before the box of each answer: “- {{1}} [_] answer”.")
			return
		}
		if !cloze {
			r.gap = "1"
		}
		if rows[r.gap] == nil {
			ids = append(ids, r.gap)
			q.parts["gap "+r.gap] = r.line
		}
		rows[r.gap] = append(rows[r.gap], r)
	}
	if cloze {
		place := item.Marks(q.content.Stem)
		slices.SortStableFunc(ids, func(a, b string) int { return slices.Index(place, a) - slices.Index(place, b) })
	}
	for _, id := range ids {
		g := q.gap(id, rows[id])
		g.Weight, g.Exact = q.gaps[id].weight, q.gaps[id].exact
		q.content.Gaps = append(q.content.Gaps, g)
	}
	for id, r := range q.gaps {
		if rows[id] == nil && r.line > 0 {
			q.refuse(r.line, "Không có đáp án cho chỗ trống “%s”.", "The gap “%s” has no answer.", id)
		}
	}
}

func (q *question) gap(id string, rows []row) events.Gap {
	g := events.Gap{ID: id, Kind: map[string]string{"_": item.GapText, "#": item.GapNumeric}[rows[0].box]}
	if g.Kind == "" {
		g.Kind = item.GapChoice
	}
	for i, r := range rows {
		box := map[string]string{item.GapText: "_", item.GapNumeric: "#", item.GapChoice: " x%"}[g.Kind]
		if !strings.Contains(box, r.box) {
			q.refuse(r.line, "Các đáp án của một chỗ trống phải cùng loại ô.", "The answers of one gap have boxes of one kind.")
			return g
		}
		switch g.Kind {
		case item.GapChoice:
			g.Choices = append(g.Choices, choice(i, r, true))
		default:
			g.Answers = append(g.Answers, q.answer(g.Kind, r))
		}
	}
	return g
}

func (q *question) answer(kind string, r row) events.Answer {
	a := events.Answer{Explanation: r.explanation, Share: r.share, Wrong: r.share == 0}
	if kind == item.GapText {
		a.Text = unescapeWords(r.text)
		return a
	}
	var ok bool
	if a.Value, a.Tolerance, ok = interval(r.text); !ok {
		q.refuse(r.line, "Không hiểu số “%s”. Viết “42”, “42 ± 0,5” hoặc “41..43”.", "The number “%s” is not understood. Write “42”, “42 ± 0.5” or “41..43”.", shorten(r.text))
	}
	return a
}

// interval reads "42", "42 ± 0.5", "42 +- 0.5" and "41..43".
func interval(s string) (value, tolerance float64, ok bool) {
	s = strings.NewReplacer("+/-", "±", "+-", "±").Replace(s)
	if low, high, is := strings.Cut(s, ".."); is {
		a, okA := item.Number(low)
		b, okB := item.Number(high)
		return middle(a, b, okA && okB)
	}
	v, t, is := strings.Cut(s, "±")
	value, ok = item.Number(v)
	if is && ok {
		tolerance, ok = item.Number(t)
	}
	return value, tolerance, ok
}

// middle gives a range as a value and its tolerance.
func middle(a, b float64, ok bool) (value, tolerance float64, fine bool) {
	return shift((a+b)/2, 12), shift((b-a)/2, 12), ok && a <= b
}
