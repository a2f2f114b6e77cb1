package exchange

import (
	"strings"

	"khuevan/assessment/item"
	"khuevan/events"
)

// writeGIFT writes what GIFT can say. Texts with markup are marked as Markdown, which Moodle reads.
func writeGIFT(out *outgoing) []byte {
	var w strings.Builder
	w.WriteString("// GIFT, UTF-8\n")
	k := newMarkup()
	for _, q := range out.questions {
		said, ok := out.reduce(q, abilities{kinds: giftKinds, tags: true, shares: true, explanations: true, feedback: true})
		if !ok {
			continue
		}
		if said.Content.Kind == item.Matching {
			out.plainChoices(k, &said)
		}
		if text := giftOf(k, said); out.reads(said, text) {
			w.WriteString("\n" + text)
		}
	}
	return []byte(w.String())
}

// plainChoices takes the markup out of choices that a format holds as plain text.
func (o *outgoing) plainChoices(k markup, q *Question) {
	for i, ch := range q.Content.Choices {
		if text, lost := k.toPlain(ch.Text); lost {
			q.Content.Choices[i].Text = line(k.fromPlain(text))
			o.drop(q.ID, "Định dạng chữ của vế phải bị bỏ.", "The markup of a choice was left out.")
		}
	}
}

// giftPen writes the texts of one question in its format.
type giftPen struct{ k markup }

func giftOf(k markup, q Question) string {
	c := q.Content
	var w strings.Builder
	w.WriteString("// [id:" + q.ID + "]")
	for _, t := range c.Tags {
		w.WriteString(" [tag:" + t + "]")
	}
	w.WriteString("\n::" + q.ID + "::")
	if !allPlain(k, c) {
		w.WriteString("[markdown]")
	}
	w.WriteString(giftEscape(c.Stem) + " {")
	p := giftPen{k}
	switch c.Kind {
	case item.TrueFalse:
		w.WriteString(p.truth(c))
	case item.Matching:
		w.WriteString(p.pairs(c))
	case item.Numeric, item.ShortText:
		w.WriteString(p.fillings(c))
	default:
		w.WriteString(p.choices(c))
	}
	if c.Feedback != "" {
		if strings.HasSuffix(w.String(), "\n") {
			w.WriteString("####" + giftEscape(c.Feedback) + "\n")
		} else {
			w.WriteString("\n####" + giftEscape(c.Feedback) + "\n")
		}
	}
	return w.String() + "}\n"
}

// allPlain reports whether no text of a question needs Markdown, or would be taken for HTML.
func allPlain(k markup, c events.ItemContent) bool {
	plain := true
	mapTexts(c, func(s string) string {
		plain = plain && !strings.Contains(s, "\n") && k.plain(s) && !looksHTML.MatchString(s) && strings.Join(strings.Fields(s), " ") == s
		return s
	})
	return plain
}

func (giftPen) said(s string) string {
	if s == "" {
		return ""
	}
	return " #" + giftEscape(s)
}

func (p giftPen) truth(c events.ItemContent) string {
	word, right, wrong := "FALSE", c.Choices[1].Explanation, c.Choices[0].Explanation
	if c.Choices[0].Key {
		word, right, wrong = "TRUE", wrong, right
	}
	switch {
	case right == "" && wrong == "":
		return word
	case right == "":
		return word + "#" + giftEscape(wrong)
	}
	return word + "#" + giftEscape(wrong) + "#" + giftEscape(right)
}

func (p giftPen) choices(c events.ItemContent) string {
	var w strings.Builder
	for _, ch := range c.Choices {
		share := weightOf(c, ch)
		switch {
		case c.Kind == item.Single && share == 1:
			w.WriteString("\n=")
		case share == 0:
			w.WriteString("\n~")
		default:
			w.WriteString("\n~%" + percent(share) + "%")
		}
		w.WriteString(giftEscape(ch.Text) + p.said(ch.Explanation))
	}
	return w.String() + "\n"
}

func (p giftPen) pairs(c events.ItemContent) string {
	var w strings.Builder
	for _, r := range pairsOf(c) {
		text, _ := p.k.toPlain(r.choice)
		w.WriteString("\n=" + giftEscape(r.prompt) + " -> " + giftEscape(text))
	}
	return w.String() + "\n"
}

func (p giftPen) fillings(c events.ItemContent) string {
	var w strings.Builder
	g := c.Gaps[0]
	if g.Kind == item.GapNumeric {
		w.WriteByte('#')
	}
	for _, a := range g.Answers {
		switch {
		case a.Wrong:
			w.WriteString("\n=%0%")
		case a.Share != 0:
			w.WriteString("\n=%" + percent(a.Share) + "%")
		default:
			w.WriteString("\n=")
		}
		if g.Kind == item.GapNumeric {
			w.WriteString(number(a.Value))
			if a.Tolerance != 0 {
				w.WriteString(":" + number(a.Tolerance))
			}
		} else {
			w.WriteString(giftEscape(a.Text))
		}
		w.WriteString(p.said(a.Explanation))
	}
	return w.String() + "\n"
}

// pairText is a pair as formats without ids write it; a choice too many has no prompt.
type pairText struct{ prompt, choice string }

// pairsOf writes a choice by itself where it comes before the first prompt that takes it, so that choices keep their order.
func pairsOf(c events.ItemContent) []pairText {
	var all []pairText
	places := map[string]int{}
	for i, ch := range c.Choices {
		places[ch.ID] = i
	}
	next := 0
	alone := func(to int) {
		for ; next < to; next++ {
			all = append(all, pairText{"", c.Choices[next].Text})
		}
	}
	for _, p := range c.Prompts {
		at := places[p.Match]
		alone(at)
		next = max(next, at+1)
		all = append(all, pairText{p.Text, c.Choices[at].Text})
	}
	alone(len(c.Choices))
	return all
}
