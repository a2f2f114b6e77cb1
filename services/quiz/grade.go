package quiz

import (
	"math"
	"slices"

	"khuevan/events"
)

// markItem gives the mark of an answer, 0 to 1. Choices are the item's, with their keys; the order of chosen is irrelevant.
//
// Single choice and true/false: 1 for exactly the key. Multiple choice: max(0, (right − wrong) ÷ keys), where right and
// wrong count what was chosen.
func markItem(kind string, choices []events.Choice, chosen []string) float64 {
	keys, right, wrong := 0, 0, 0
	for _, c := range choices {
		picked := slices.Contains(chosen, c.ID)
		switch {
		case c.Key && picked:
			keys, right = keys+1, right+1
		case c.Key:
			keys++
		case picked:
			wrong++
		}
	}
	if keys == 0 {
		return 0
	}
	if kind == kindMultiple {
		return math.Max(0, float64(right-wrong)/float64(keys))
	}
	if right == keys && wrong == 0 {
		return 1
	}
	return 0
}

// markAttempt gives ten times the mean of the item marks, rounded half up to two decimals.
func markAttempt(marks []events.ItemMark) float64 {
	if len(marks) == 0 {
		return 0
	}
	sum := 0.0
	for _, m := range marks {
		sum += m.Mark
	}
	// Thirds and sixths have no exact binary form. What is added is larger than their error and smaller than the
	// distance of any other mean to a half: marks are fractions of at most 12, of at most 1,000 items.
	const binary = 1e-9
	return math.Floor(1000*sum/float64(len(marks))+0.5+binary) / 100
}
