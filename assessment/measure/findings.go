package measure

import (
	"math"
	"slices"
)

// Flag is what may be wrong with an item.
type Flag string

// The flags.
const (
	Miskeyed   Flag = "miskeyed"    // a wrong choice attracts the able: probably the key is wrong
	TooEasy    Flag = "too_easy"    // nearly everybody has it right
	TooHard    Flag = "too_hard"    // hardly anybody has it right
	Weak       Flag = "weak"        // hardly tells the able from the others
	IdleChoice Flag = "idle_choice" // a distractor that nobody takes
)

// Limits say from where on an item is flagged.
type Limits struct {
	Least          int64   // answers below which nothing is said
	Easy           float64 // facility above which an item is too easy
	Hard           float64 // facility below which it is too hard
	Discriminating float64 // discrimination below which it is weak
	Idle           float64 // share below which nobody takes a distractor
	MiskeyedTakers int64   // people a distractor must attract before it can accuse the key
	MiskeyedErrors float64 // standard errors by which their rest score must exceed that of the key's takers
}

// DefaultLimits: that a discrimination under 0.2 is poor is Ebel's rule ("Essentials of educational measurement", 1972);
// the others are ours. At 50 answers a correlation has a standard error of 0.14, so a flag is a reason to look, never to
// act unseen.
func DefaultLimits() Limits {
	return Limits{
		Least: 50, Easy: 0.95, Hard: 0.2, Discriminating: 0.2, Idle: 0.02,
		MiskeyedTakers: 10, MiskeyedErrors: 2,
	}
}

// Finding is a flag, and the choice it is about if it is about one.
type Finding struct {
	Flag   Flag   `json:"flag"`
	Choice string `json:"choice,omitempty"`
}

// Findings says what may be wrong with an item whose keys are the right ones among its choices; both are empty for an
// item without choices. The order is that of the flags, then of the choices.
//
// Miskeyed: the discrimination is negative, and those who took a wrong choice did better in the rest than those who took
// a key (the difference of the means exceeds MiskeyedErrors of its standard errors, as in Welch's test).
func (t ItemTally) Findings(choices, keys []string, l Limits) []Finding {
	if t.N() < l.Least {
		return nil
	}
	var found []Finding
	discrimination := t.Discrimination()
	if discrimination.OK && discrimination.Value < 0 {
		for _, id := range choices {
			if !slices.Contains(keys, id) && t.accuses(id, keys, l) {
				found = append(found, Finding{Flag: Miskeyed, Choice: id})
			}
		}
	}
	switch f := t.Facility().Value; {
	case f > l.Easy:
		found = append(found, Finding{Flag: TooEasy})
	case f < l.Hard:
		found = append(found, Finding{Flag: TooHard})
	}
	if discrimination.OK && discrimination.Value < l.Discriminating {
		found = append(found, Finding{Flag: Weak})
	}
	for _, id := range choices {
		if !slices.Contains(keys, id) && float64(t.Choices[id].N) < l.Idle*float64(t.N()) {
			found = append(found, Finding{Flag: IdleChoice, Choice: id})
		}
	}
	return found
}

// accuses says whether those who took a wrong choice did clearly better than those who took a key. When
// fewer than two took a key there is nobody to compare with.
func (t ItemTally) accuses(wrong string, keys []string, l Limits) bool {
	takers := t.Choices[wrong].Rest
	if takers.N < max(2, l.MiskeyedTakers) {
		return false
	}
	var right Sums
	for _, id := range keys {
		right.merge(t.Choices[id].Rest)
	}
	if right.N < 2 {
		return false
	}
	off := takers.Mean().Value - right.Mean().Value
	square := takers.Variance().Value/float64(takers.N) + right.Variance().Value/float64(right.N)
	return off > 0 && off > l.MiskeyedErrors*math.Sqrt(square)
}
