// Package recall tells how well something is remembered and when to ask for it again: FSRS-6, the Free Spaced Repetition
// Scheduler, in its long-term form: no fuzz, no steps within a day.
//
// What is remembered has a stability S, the days after which nine of ten recall it, and a difficulty D from 1 to 10. After t
// days it is recalled with the probability
//
//	R(t) = (1 + f·t/S)^−w20, with f = 0.9^(−1/w20) − 1
//
// A review changes both, by how well it went and by how likely that was. The formulas are those of the public description
// (github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm, "FSRS-6"), computed by go-fsrs (MIT) and held by a test
// against ts-fsrs, the reference of the same authors.
package recall

import (
	"fmt"
	"math"
	"time"

	"github.com/open-spaced-repetition/go-fsrs/v4"
)

// Grade says how well a review went.
type Grade string

// Grades, as they stand in facts.
const (
	Again Grade = "again" // forgotten
	Hard  Grade = "hard"
	Good  Grade = "good"
	Easy  Grade = "easy"
)

var ratings = map[Grade]fsrs.Rating{Again: fsrs.Again, Hard: fsrs.Hard, Good: fsrs.Good, Easy: fsrs.Easy}

// Valid reports whether there is such a grade.
func (g Grade) Valid() bool { return ratings[g] != 0 }

// Weights is how many numbers the model has.
const Weights = 21

// longest is how many days the model reaches.
const longest = 36500

// Parameters are what the model is told.
type Parameters struct {
	Weights   []float64 // w0 to w20
	Retention float64   // probability of recall at which something is asked again, above 0 and below 1
	Longest   int       // days until it is asked again at most
}

// Model reviews memories; make one with New.
type Model struct{ fsrs *fsrs.FSRS }

// New makes a model, or says which parameter lies outside of what FSRS-6 allows.
func New(p Parameters) (Model, error) {
	if len(p.Weights) != Weights {
		return Model{}, fmt.Errorf("FSRS-6 has %d weights, not %d", Weights, len(p.Weights))
	}
	if !(p.Retention > 0 && p.Retention < 1) {
		return Model{}, fmt.Errorf("retention %v does not lie between 0 and 1", p.Retention)
	}
	if p.Longest < 1 || p.Longest > longest {
		return Model{}, fmt.Errorf("the longest interval is 1 to %d days, not %d", longest, p.Longest)
	}
	f := fsrs.NewFSRS(fsrs.Parameters{RequestRetention: p.Retention, MaximumInterval: float64(p.Longest), W: fsrs.Weights(p.Weights)})
	for i, w := range f.W {
		if w != p.Weights[i] { // the library would go on with another
			return Model{}, fmt.Errorf("weight w%d = %v lies outside of what FSRS-6 allows; %v would do", i, p.Weights[i], w)
		}
	}
	return Model{f}, nil
}

// Memory is how well something is remembered, since its last review. The zero value was never learnt.
type Memory struct {
	Stability  float64 // days
	Difficulty float64 // 1 to 10
}

// Recall is the probability that something is recalled so many days after its last review; 0 for what was never learnt.
func (m Model) Recall(of Memory, days float64) float64 {
	if of.Stability <= 0 {
		return 0
	}
	return m.fsrs.ForgettingCurve(math.Max(0, days), of.Stability)
}

// epoch stands for the day of the last review: the model counts days, and no calendar.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Review gives the memory after a review so many whole days after the last one, and in how many days to ask again. The first
// review is the learning; its days do not count.
func (m Model) Review(of Memory, g Grade, days int) (after Memory, interval int, err error) {
	card := fsrs.NewCard(epoch)
	if of.Stability > 0 {
		card.Stability, card.Difficulty, card.State, card.LastReview = of.Stability, of.Difficulty, fsrs.Review, epoch
	}
	next, err := m.fsrs.Next(card, epoch.AddDate(0, 0, max(0, days)), ratings[g])
	if err != nil {
		return of, 0, fmt.Errorf("review of %+v as %q after %d days: %w", of, g, days, err)
	}
	return Memory{next.Card.Stability, next.Card.Difficulty}, int(next.Card.ScheduledDays), nil //nolint:gosec // at most longest
}
