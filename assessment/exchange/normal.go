package exchange

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"khuevan/assessment/item"
	"khuevan/events"
)

// none stands in our Markdown for an explanation that is not there.
const none = "-"

// normal is the one form of a content: text in NFC, what goes without saying unsaid. It is idempotent.
func normal(c events.ItemContent) events.ItemContent {
	c.Stem, c.Feedback = block(c.Stem), block(c.Feedback)
	if c.Language == "vi" {
		c.Language = ""
	}
	if all := item.Scorings(c.Kind); len(all) > 0 && c.Scoring == all[0] {
		c.Scoring = ""
	}
	if c.Scoring == item.Weights && usual(c) {
		c.Scoring = "" // the kind's own rule gives the same marks
	}
	c.Unshuffled = c.Unshuffled && shuffles(c)
	weights := item.Scoring(c) == item.Weights
	c.Choices = normalChoices(c.Choices, weights)
	if c.Choices == nil {
		c.Choices = []events.Choice{}
	}
	if len(c.Tags) == 0 {
		c.Tags = nil
	}
	var prompts []events.Prompt
	for _, p := range c.Prompts {
		p.Text, p.Explanation = line(p.Text), explanation(p.Explanation)
		prompts = append(prompts, p)
	}
	c.Prompts = prompts
	var gaps []events.Gap
	for _, g := range c.Gaps {
		gaps = append(gaps, normalGap(c.Kind, g))
	}
	c.Gaps = gaps
	return c
}

// shuffles reports whether a content has choices whose order is free.
func shuffles(c events.ItemContent) bool {
	switch c.Kind {
	case item.Single, item.Multiple, item.Matching:
		return true
	case item.Cloze:
		return slices.ContainsFunc(c.Gaps, func(g events.Gap) bool { return g.Kind == item.GapChoice })
	}
	return false
}

func normalGap(kind string, g events.Gap) events.Gap {
	g.Choices = normalChoices(g.Choices, true)
	for i, ch := range g.Choices {
		if ch.Key {
			g.Choices[i].Weight = 0
		}
	}
	if g.Weight == 1 || kind != item.Cloze {
		g.Weight = 0
	}
	g.Exact = g.Exact && g.Kind == item.GapText
	g.Answers = normalAnswers(g)
	return g
}

func normalChoices(all []events.Choice, weights bool) []events.Choice {
	var out []events.Choice
	for _, ch := range all {
		ch.Text, ch.Explanation = line(ch.Text), explanation(ch.Explanation)
		if !weights {
			ch.Weight = 0
		}
		out = append(out, ch)
	}
	return out
}

func normalAnswers(g events.Gap) []events.Answer {
	var out []events.Answer
	for _, a := range g.Answers {
		a.Explanation = explanation(a.Explanation)
		if a.Wrong || a.Share == 1 {
			a.Share = 0
		}
		if g.Kind == item.GapNumeric {
			a.Text = ""
		} else {
			a.Text, a.Value, a.Tolerance = line(a.Text), 0, 0
		}
		out = append(out, a)
	}
	return out
}

// block is a text of several lines without what surrounds it.
func block(s string) string {
	lines := strings.Split(norm.NFC.String(lineEnds(s)), "\n")
	for i, l := range lines {
		if strings.TrimSpace(l) == "" {
			lines[i] = ""
		}
	}
	return trimRight(strings.TrimLeft(strings.Join(lines, "\n"), "\n"))
}

// line is a text on one line.
func line(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(norm.NFC.String(lineEnds(s)), "\n", " "))
}

func explanation(s string) string {
	if s = line(s); s == none {
		return ""
	}
	return s
}

func lineEnds(s string) string { return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s) }

func trimRight(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) }

// choiceID names choices a, b, c, …; there are at most item.MaxChoices.
func choiceID(n int) string { return string(rune('a' + n%26)) }

// sharesOf marks the right choices by their shares. Choices come with Weight set, 1 for the whole mark.
func sharesOf(c *events.ItemContent) {
	for i, ch := range c.Choices {
		c.Choices[i].Key = ch.Weight > 0 && (c.Kind == item.Multiple || near(ch.Weight, 1))
	}
	c.Scoring = item.Weights // normal finds whether the kind's own rule says it
}

func near(a, b float64) bool { return a > b-1e-4 && a < b+1e-4 }

// usual reports whether shares give the same marks as the kind's own rule: of a single choice 1 for the key and nothing for
// the others, of a multiple one 1/k for each of k keys and −1/k for the others.
func usual(c events.ItemContent) bool {
	keys := 0
	for _, ch := range c.Choices {
		if ch.Key {
			keys++
		}
	}
	right, wrong := 1.0, 0.0
	if c.Kind == item.Multiple {
		right, wrong = 1/float64(max(1, keys)), -1/float64(max(1, keys))
	}
	for _, ch := range c.Choices {
		if ch.Key && !near(ch.Weight, right) || !ch.Key && !near(ch.Weight, wrong) {
			return false
		}
	}
	return c.Kind == item.Multiple && keys > 0 || c.Kind == item.Single && keys == 1
}

// weightOf is the share of a choice as other systems say it; see sharesOf.
func weightOf(c events.ItemContent, ch events.Choice) float64 {
	switch {
	case item.Scoring(c) == item.Weights:
		return ch.Weight
	case c.Kind == item.Multiple:
		keys := 0
		for _, o := range c.Choices {
			if o.Key {
				keys++
			}
		}
		w := shift(1/float64(max(1, keys)), 7)
		if !ch.Key {
			return -w
		}
		return w
	case ch.Key:
		return 1
	}
	return 0
}
