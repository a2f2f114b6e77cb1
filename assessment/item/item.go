// Package item knows what a question is, which answers it takes and what they are worth.
//
// An answer is a list of strings, in facts, forms and calls alike:
//
//	single, true-false   the id of the choice
//	multiple             ids of choices, sorted
//	matching             "<prompt>=<choice>", sorted
//	ordering             ids of choices in the order given
//	numeric, short-text, cloze   "<gap>=<text>", sorted by gap
//
// No strings are no answer.
package item

import (
	"encoding/json"
	"slices"
	"strings"

	"khuevan/events"
)

// Kinds of items, as they stand in facts.
const (
	Single    = "single"
	Multiple  = "multiple"
	TrueFalse = "true-false"
	Matching  = "matching"
	Ordering  = "ordering"
	Numeric   = "numeric"
	ShortText = "short-text"
	Cloze     = "cloze"
)

// Kinds lists all of them.
func Kinds() []string {
	return []string{Single, Multiple, TrueFalse, Matching, Ordering, Numeric, ShortText, Cloze}
}

// Kinds of gaps.
const (
	GapChoice  = "choice"
	GapText    = "text"
	GapNumeric = "numeric"
)

// Rules of partial credit. Each kind has one of its own, which holds where an item says none; see Mark.
const (
	AllOrNothing    = "all-or-nothing"
	RightMinusWrong = "right-minus-wrong"
	Weights         = "weights"
	PerPart         = "per-part"       // matching and gaps: the share of the parts that are right
	AdjacentPairs   = "adjacent-pairs" // ordering: the share of neighbours that follow each other rightly
	Positions       = "positions"      // ordering: the share of choices that stand in their place
)

// Scorings lists the rules that a kind may have, its own first.
func Scorings(kind string) []string {
	switch kind {
	case Multiple:
		return []string{RightMinusWrong, AllOrNothing, Weights}
	case Single:
		return []string{AllOrNothing, Weights}
	case TrueFalse:
		return []string{AllOrNothing}
	case Matching, Numeric, ShortText, Cloze:
		return []string{PerPart, AllOrNothing}
	case Ordering:
		return []string{AdjacentPairs, Positions, AllOrNothing}
	}
	return nil
}

// The two choices by which a true/false item is known.
const (
	TextTrue  = "Đúng"
	TextFalse = "Sai"
)

// Typed reports whether answers of a kind hold what people typed, which is personal.
func Typed(kind string) bool { return kind == Numeric || kind == ShortText || kind == Cloze }

// Scoring is the rule by which an item is marked.
func Scoring(c events.ItemContent) string {
	if c.Scoring != "" {
		return c.Scoring
	}
	if all := Scorings(c.Kind); len(all) > 0 {
		return all[0]
	}
	return AllOrNothing
}

// Same reports whether two contents are one: what they say in facts is equal.
func Same(a, b events.ItemContent) bool {
	a.Choices, b.Choices = append([]events.Choice{}, a.Choices...), append([]events.Choice{}, b.Choices...)
	left, errA := json.Marshal(a)
	right, errB := json.Marshal(b)
	return errA == nil && errB == nil && string(left) == string(right)
}

// Skeleton is the content without everything that only marking and explaining need. Two versions with the same
// skeleton look the same to whoever answers, so attempts at one can be marked by the keys of the other.
func Skeleton(c events.ItemContent) events.ItemContent {
	s := events.ItemContent{Kind: c.Kind, Stem: c.Stem, Choices: bare(c.Choices)}
	if c.Kind == Single || c.Kind == Multiple {
		s.Kind = Multiple // how many are right is a matter of keys
	}
	for _, p := range c.Prompts {
		s.Prompts = append(s.Prompts, events.Prompt{ID: p.ID, Text: p.Text})
	}
	for _, g := range c.Gaps {
		s.Gaps = append(s.Gaps, events.Gap{ID: g.ID, Kind: g.Kind, Choices: bare(g.Choices)})
	}
	if c.Kind == Ordering {
		slices.SortFunc(s.Choices, func(a, b events.Choice) int { return strings.Compare(a.ID, b.ID) })
	}
	return s
}

func bare(choices []events.Choice) []events.Choice {
	all := make([]events.Choice, len(choices))
	for i, c := range choices {
		all[i] = events.Choice{ID: c.ID, Text: c.Text}
	}
	return all
}

// Pair takes "<part>=<value>" apart.
func Pair(s string) (part, value string, ok bool) { return strings.Cut(s, "=") }

// pairs reads an answer of pairs; the first for a part counts.
func pairs(given []string) map[string]string {
	all := make(map[string]string, len(given))
	for _, s := range given {
		part, value, ok := Pair(s)
		if _, twice := all[part]; ok && !twice {
			all[part] = value
		}
	}
	return all
}
