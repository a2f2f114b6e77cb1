package item

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"khuevan/events"
	"khuevan/platform/vietnamese"
)

// Mark gives what an answer is worth, 0 to 1, by the item's scoring.
//
//	all-or-nothing      1 when everything is right, else 0
//	right-minus-wrong   max(0, (right choices chosen − wrong choices chosen) ÷ right choices)
//	weights             the sum of the weights of what was chosen, at least 0 and at most 1
//	per-part            the mean over prompts or gaps, each gap with its weight, of what its content is worth
//	adjacent-pairs      the share of the n−1 pairs of neighbours that stand next to each other in the right order
//	positions           the share of choices that stand in their right place
//
// No answer gives 0.
func Mark(c events.ItemContent, given []string) float64 {
	if len(given) == 0 {
		return 0
	}
	m := 0.0
	switch c.Kind {
	case Matching:
		m = markMatching(c, given)
	case Ordering:
		m = markOrdering(c, given)
	case Numeric, ShortText, Cloze:
		m = markGaps(c, given)
	default:
		m = markChoices(c, given)
	}
	if Scoring(c) == AllOrNothing && m < 1 {
		return 0
	}
	return m
}

func markChoices(c events.ItemContent, chosen []string) float64 {
	keys, right, wrong, weight := 0, 0, 0, 0.0
	for _, ch := range c.Choices {
		picked := slices.Contains(chosen, ch.ID)
		if ch.Key {
			keys++
		}
		if !picked {
			continue
		}
		weight += ch.Weight
		if ch.Key {
			right++
		} else {
			wrong++
		}
	}
	switch {
	case Scoring(c) == Weights:
		return share(weight)
	case keys == 0:
		return 0
	case c.Kind == Multiple && Scoring(c) == RightMinusWrong:
		return math.Max(0, float64(right-wrong)/float64(keys))
	case right == keys && wrong == 0:
		return 1
	}
	return 0
}

// share keeps a sum of weights within the mark; sums of thirds miss 1 by a hair.
func share(w float64) float64 {
	const hair = 1e-4
	switch {
	case w >= 1-hair:
		return 1
	case w <= 0:
		return 0
	}
	return w
}

func markMatching(c events.ItemContent, given []string) float64 {
	if len(c.Prompts) == 0 {
		return 0
	}
	chosen, right := pairs(given), 0
	for _, p := range c.Prompts {
		if chosen[p.ID] != "" && chosen[p.ID] == p.Match {
			right++
		}
	}
	return float64(right) / float64(len(c.Prompts))
}

func markOrdering(c events.ItemContent, given []string) float64 {
	n := len(c.Choices)
	place := make(map[string]int, n)
	for i, ch := range c.Choices {
		place[ch.ID] = i
	}
	pairs, positions := 0, 0
	for i, id := range given {
		at, known := place[id]
		if !known {
			continue
		}
		if at == i {
			positions++
		}
		if next, ok := place[at1(given, i)]; ok && next == at+1 {
			pairs++
		}
	}
	switch {
	case n == 0:
		return 0
	case Scoring(c) == AdjacentPairs && n > 1:
		return math.Min(1, float64(pairs)/float64(n-1))
	case len(given) != n:
		return 0 // not an order of these choices
	default:
		return float64(positions) / float64(n)
	}
}

// at1 is what follows place i, "" at the end.
func at1(given []string, i int) string {
	if i+1 < len(given) {
		return given[i+1]
	}
	return ""
}

func markGaps(c events.ItemContent, given []string) float64 {
	filled, sum, all := pairs(given), 0.0, 0.0
	for _, g := range c.Gaps {
		w := g.Weight
		if w == 0 {
			w = 1
		}
		all += w
		if text, ok := filled[g.ID]; ok {
			worth, _ := MarkGap(g, text)
			sum += w * worth
		}
	}
	if all == 0 {
		return 0
	}
	return share(sum / all)
}

// MarkGap gives what the content of a gap is worth, 0 to 1, and what its author says to it, "" for nothing. The first
// answer that fits counts. A choice gap holds the id of a choice.
func MarkGap(g events.Gap, text string) (worth float64, explanation string) {
	if g.Kind == GapChoice {
		for _, ch := range g.Choices {
			switch {
			case ch.ID != text:
			case ch.Key:
				return 1, ch.Explanation
			default:
				return share(ch.Weight), ch.Explanation
			}
		}
		return 0, ""
	}
	for _, a := range g.Answers {
		if !fits(g, a, text) {
			continue
		}
		switch {
		case a.Wrong:
			return 0, a.Explanation
		case a.Share == 0:
			return 1, a.Explanation
		default:
			return share(a.Share), a.Explanation
		}
	}
	return 0, ""
}

func fits(g events.Gap, a events.Answer, text string) bool {
	if g.Kind == GapNumeric {
		x, ok := Number(text)
		// A decimal fraction has no exact binary form: 0.1 + 0.2 still lies within 0.3 ± 0.
		const binary = 1e-12
		return ok && math.Abs(x-a.Value) <= a.Tolerance+binary*math.Max(1, math.Abs(a.Value))
	}
	fold := vietnamese.Fold
	if g.Exact {
		fold = vietnamese.Spelling
	}
	if matches(fold(a.Text), fold(text)) {
		return true
	}
	// A star may stand for the letters that decide where a folded tone goes: "hò*" fits "hòa" as it is written.
	return strings.Contains(a.Text, "*") && matches(written(a.Text, g.Exact), written(text, g.Exact))
}

// written is a text with its tones where its writer put them.
func written(s string, exact bool) string {
	s = strings.Join(strings.Fields(norm.NFC.String(s)), " ")
	if exact {
		return s
	}
	return strings.ToLower(s)
}

// matches compares folded texts; "*" in the pattern stands for any text, "\*" for the sign itself.
func matches(pattern, text string) bool {
	const star = "\x00"
	parts := strings.Split(strings.ReplaceAll(pattern, `\*`, star), "*")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(p, star, "*")
	}
	if len(parts) == 1 {
		return parts[0] == text
	}
	rest, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	last := parts[len(parts)-1]
	for _, p := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(rest, p)
		if !found {
			return false
		}
		rest = after
	}
	return strings.HasSuffix(rest, last)
}

// Accepted writes the fully right content of a gap for people: the first one that its author names.
func Accepted(g events.Gap) string {
	for _, a := range g.Answers {
		if a.Wrong || a.Share != 0 && a.Share < 1 {
			continue
		}
		if g.Kind != GapNumeric {
			return a.Text
		}
		text := strconv.FormatFloat(a.Value, 'g', -1, 64)
		if a.Tolerance > 0 {
			text += " ± " + strconv.FormatFloat(a.Tolerance, 'g', -1, 64)
		}
		return strings.ReplaceAll(text, ".", ",")
	}
	return ""
}
