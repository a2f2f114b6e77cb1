package portal

import (
	"regexp"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/platform/web"
)

// itemContent shows a question as learners see it, with the keys and explanations that they see afterwards.
func (v *view) itemContent(c events.ItemContent) g.Node {
	body := []g.Node{h.Class("question-key"), h.Div(h.Class("stem"), h.Lang("vi"), markdown(v.p.texts.stem, gapsShown(c.Stem)))}
	switch c.Kind {
	case item.Matching:
		body = append(body, v.pairsKey(c))
	case item.Ordering:
		body = append(body, h.P(h.Class("hint"), v.text("Thứ tự đúng, từ trên xuống:", "The right order, from the top:")),
			h.Ol(h.Class("choices"), g.Map(inOrder(c.Choices), func(n numberedChoice) g.Node { return v.choiceKey(c, n) })))
	case item.Numeric, item.ShortText, item.Cloze:
		body = append(body, g.Map(c.Gaps, func(gap events.Gap) g.Node { return v.gapKey(c, gap) }))
	default:
		body = append(body, h.Ul(h.Class("choices"), g.Map(inOrder(c.Choices), func(n numberedChoice) g.Node { return v.choiceKey(c, n) })))
	}
	if c.Feedback != "" {
		body = append(body, h.Div(h.Class("notice"), h.P(h.Strong(v.text("Giải thích chung", "Feedback"))), h.Div(h.Lang("vi"), markdown(v.p.texts.stem, c.Feedback))))
	}
	return h.Div(body...)
}

var gapMark = regexp.MustCompile(`\{\{([a-z0-9]{1,8})\}\}`)

// gapsShown writes the gaps of a stem as learners see them: an empty line with the gap's name.
func gapsShown(stem string) string { return gapMark.ReplaceAllString(stem, "**[$1]** \\_\\_\\_\\_\\_") }

type numberedChoice struct {
	events.Choice
	number int
}

func inOrder(all []events.Choice) []numberedChoice {
	out := make([]numberedChoice, len(all))
	for i, c := range all {
		out[i] = numberedChoice{c, i + 1}
	}
	return out
}

// choiceKey shows a choice; in an ordering question each stands in its right place and none is wrong.
func (v *view) choiceKey(c events.ItemContent, n numberedChoice) g.Node {
	class, says, before := "choice", v.t("Phương án sai", "Wrong"), ""
	switch {
	case c.Kind == item.Ordering:
		class, says, before = "choice is-right", "", strconv.Itoa(n.number)+". "
	case n.Key:
		class, says = "choice is-right", v.t("Đáp án đúng", "Key")
	}
	if item.Scoring(c) == item.Weights {
		says += " · " + v.t("tỷ lệ điểm ", "share of the mark ") + v.percent(n.Weight)
	}
	return h.Li(h.Class(class), h.Div(h.Div(h.Lang("vi"), g.Text(before), markdown(v.p.texts.line, n.Text)), g.If(says != "", h.Span(h.Class("says"), g.Text(says))), v.explained(n.Explanation)))
}

// explained is an explanation, which may be missing.
func (v *view) explained(text string) g.Node {
	return g.If(text != "", h.P(h.Class("hint"), h.Lang("vi"), markdown(v.p.texts.line, text)))
}

// percent writes a share as a percentage.
func (v *view) percent(share float64) string { return v.number(100*share, 1) + "%" }

// pairsKey shows which sides belong together, and the choices that belong to none.
func (v *view) pairsKey(c events.ItemContent) g.Node {
	texts, used := map[string]string{}, map[string]bool{}
	for _, ch := range c.Choices {
		texts[ch.ID] = ch.Text
	}
	columns := []column{{v.t("Vế trái", "Prompt"), false}, {v.t("Ghép đúng với", "Belongs to"), false}, {v.t("Giải thích", "Explanation"), false}}
	rows := g.Map(c.Prompts, func(p events.Prompt) g.Node {
		used[p.Match] = true
		return row(columns, h.Div(h.Lang("vi"), markdown(v.p.texts.line, p.Text)), h.Div(h.Lang("vi"), markdown(v.p.texts.line, texts[p.Match])),
			h.Div(h.Lang("vi"), markdown(v.p.texts.line, dash(p.Explanation))))
	})
	var left []g.Node
	for _, ch := range c.Choices {
		if !used[ch.ID] {
			left = append(left, h.Li(h.Lang("vi"), markdown(v.p.texts.line, ch.Text)))
		}
	}
	return g.Group{table(v.t("Các cặp đúng", "The right pairs"), columns, rows),
		g.If(len(left) > 0, g.Group{h.P(v.text("Vế phải thừa, không ghép với vế nào:", "Choices too many, which belong to none:")), h.Ul(left...)})}
}

// dash stands where there is nothing.
func dash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// gapKey shows what fills a gap, with what each content is worth.
func (v *view) gapKey(c events.ItemContent, gap events.Gap) g.Node {
	name := v.t("Đáp án được nhận", "What is accepted")
	if c.Kind == item.Cloze {
		name = v.t("Chỗ trống ", "Gap ") + "[" + gap.ID + "]"
	}
	var notes []string
	if gap.Weight != 0 && gap.Weight != 1 {
		notes = append(notes, v.t("hệ số ", "weight ")+v.number(gap.Weight, 2))
	}
	if gap.Exact {
		notes = append(notes, v.t("phân biệt chữ hoa, chữ thường", "upper and lower case differ"))
	}
	columns := []column{{v.t("Nội dung", "Content"), false}, {v.t("Được", "Earns"), true}, {v.t("Giải thích", "Explanation"), false}}
	var rows []g.Node
	line := func(text string, share float64, why string) {
		rows = append(rows, row(columns, h.Span(h.Lang("vi"), g.Text(text)), g.Text(v.percent(share)), h.Div(h.Lang("vi"), markdown(v.p.texts.line, dash(why)))))
	}
	for _, ch := range gap.Choices {
		line(ch.Text, choiceShare(ch), ch.Explanation)
	}
	for _, a := range gap.Answers {
		line(v.answerText(gap, a), answerShare(a), a.Explanation)
	}
	return g.Group{table(name, columns, rows), g.If(len(notes) > 0, h.P(h.Class("hint"), g.Text(strings.Join(notes, ", "))))}
}

// choiceShare is what a choice of a gap is worth.
func choiceShare(c events.Choice) float64 {
	if c.Weight == 0 && c.Key {
		return 1
	}
	return c.Weight
}

// answerShare is what an accepted content of a gap is worth.
func answerShare(a events.Answer) float64 {
	switch {
	case a.Wrong:
		return 0
	case a.Share == 0:
		return 1
	}
	return a.Share
}

// answerText writes a content of a gap: a text, or a number with its tolerance.
func (v *view) answerText(gap events.Gap, a events.Answer) string {
	if gap.Kind != item.GapNumeric {
		return a.Text
	}
	if a.Tolerance == 0 {
		return v.number(a.Value, 6)
	}
	return v.number(a.Value, 6) + " ± " + v.number(a.Tolerance, 6)
}

// scoring names a rule of partial credit.
func (v *view) scoring(rule string) string {
	name, ok := map[string]web.Text{
		item.AllOrNothing:    {Vi: "đúng hết mới có điểm", En: "all or nothing"},
		item.RightMinusWrong: {Vi: "số ý đúng trừ số ý sai", En: "right minus wrong"},
		item.Weights:         {Vi: "theo tỷ lệ của từng phương án", En: "by the weight of each choice"},
		item.PerPart:         {Vi: "theo phần làm đúng", En: "by the share of the parts"},
		item.AdjacentPairs:   {Vi: "theo số cặp liền nhau đúng thứ tự", En: "by neighbours in the right order"},
		item.Positions:       {Vi: "theo số mục đúng vị trí", En: "by places"},
	}[rule]
	if !ok {
		return rule
	}
	return name.In(v.lang)
}
