package quiz

import (
	"math"

	"khuevan/events"
)

// Certainties of an answer in certainty-based marking; what is not said counts as the least.
const (
	leastSure = 1
	mostSure  = 3
)

// markCertainty weighs a mark by how sure the person was, out of 1 (Gardner-Medwin 2006, divided by three):
//
//	             right   wrong
//	unsure         1/3       0
//	fairly sure    2/3    −2/3
//	sure             1      −2
//
// A partial mark lies between the two on a straight line.
func markCertainty(mark float64, certainty int) float64 {
	right, wrong := 1.0/3, 0.0
	switch {
	case certainty >= mostSure:
		right, wrong = 1, -2
	case certainty > leastSure:
		right, wrong = 2.0/3, -2.0/3
	}
	return wrong + mark*(right-wrong)
}

// markTry is a mark less what wrong tries before it cost; tries count from 1.
func markTry(mark float64, try int, penalty float64) float64 {
	return math.Max(0, mark-float64(try-1)*penalty)
}

// markAttempt gives ten times the mean of the item marks, at least 0, rounded half up to two decimals.
func markAttempt(marks []events.ItemMark) float64 {
	if len(marks) == 0 {
		return 0
	}
	sum := 0.0
	for _, m := range marks {
		sum += m.Mark
	}
	return round(10 * sum / float64(len(marks)))
}

// round gives a mark out of ten two decimals, half up.
func round(mark float64) float64 {
	// Thirds and sixths have no exact binary form. What is added is larger than their error and smaller than the
	// distance of any other mean to a half: marks are fractions of small numbers, of at most 200 items.
	const binary = 1e-9
	return math.Floor(100*math.Max(0, mark)+0.5+binary) / 100
}
