package measure

import (
	"maps"
	"slices"
)

// Answer is what someone did with one item version in an attempt.
type Answer struct {
	Item    string   // the item version
	Mark    float64  // 0 to 1
	Choices []string // what was chosen; empty for a blank answer and for items without choices
	Seconds float64  // spent on the item; 0 is not known
}

// Reply is an answer beside what the same person did with the rest of the attempt.
type Reply struct {
	Answer
	Rest  float64 // mean mark of the other items
	Alone bool    // there were no others, and Rest means nothing
}

// Replies sets each answer of an attempt beside its rest.
func Replies(attempt []Answer) []Reply {
	sum := 0.0
	for _, a := range attempt {
		sum += a.Mark
	}
	replies := make([]Reply, len(attempt))
	for i, a := range attempt {
		replies[i] = Reply{Answer: a, Alone: len(attempt) == 1}
		if !replies[i].Alone {
			replies[i].Rest = (sum - a.Mark) / float64(len(attempt)-1)
		}
	}
	return replies
}

// restBins divide the rest scores, 0 to 1, into tenths, from which thirds of the people are cut.
const restBins = 10

func restBin(rest float64) int { return min(max(int(rest*restBins), 0), restBins-1) }

// ItemTally counts the answers to one item version. Tallies of different versions are never joined.
type ItemTally struct {
	Marks   Sums                   `json:"marks"`
	Rest    PairSums               `json:"rest"` // mark, rest
	Bins    [restBins]int64        `json:"bins"` // rest scores of all
	Choices map[string]ChoiceTally `json:"choices,omitempty"`
	Times   Times                  `json:"times"`
}

// ChoiceTally counts those who chose one choice.
type ChoiceTally struct {
	N    int64           `json:"n"`
	Rest Sums            `json:"rest"`
	Bins [restBins]int64 `json:"bins"`
}

// Add counts a reply.
func (t *ItemTally) Add(r Reply) { t.count(r, 1) }

// Remove takes away a reply that was counted: it must be the very same. Re-marking removes the old and adds the new.
func (t *ItemTally) Remove(r Reply) { t.count(r, -1) }

func (t *ItemTally) count(r Reply, sign int64) {
	t.Marks.add(r.Mark, sign)
	t.Times.add(r.Seconds, sign)
	if !r.Alone {
		t.Rest.add(r.Mark, r.Rest, sign)
		t.Bins[restBin(r.Rest)] += sign
	}
	for _, id := range r.Choices {
		c := t.Choices[id]
		c.N += sign
		if !r.Alone {
			c.Rest.add(r.Rest, sign)
			c.Bins[restBin(r.Rest)] += sign
		}
		t.setChoice(id, c)
	}
}

func (t *ItemTally) setChoice(id string, c ChoiceTally) {
	switch {
	case c.N == 0:
		delete(t.Choices, id)
	case t.Choices == nil:
		t.Choices = map[string]ChoiceTally{id: c}
	default:
		t.Choices[id] = c
	}
}

// Merge adds what another tally of the same item version counted.
func (t *ItemTally) Merge(o ItemTally) {
	t.Marks.merge(o.Marks)
	t.Rest.merge(o.Rest)
	t.Times.merge(o.Times)
	for i, n := range o.Bins {
		t.Bins[i] += n
	}
	for id, more := range o.Choices {
		c := t.Choices[id]
		c.N += more.N
		c.Rest.merge(more.Rest)
		for i, n := range more.Bins {
			c.Bins[i] += n
		}
		t.setChoice(id, c)
	}
}

// N is how often the item was answered, a blank answer included.
func (t ItemTally) N() int64 { return t.Marks.N }

// Facility is the mean mark, 0 to 1.
func (t ItemTally) Facility() Figure { return t.Marks.Mean() }

// Variance of the marks.
func (t ItemTally) Variance() Figure { return t.Marks.Variance() }

// Discrimination is the corrected item–rest correlation: Pearson's r of the item's mark and the mean mark of the other
// items of the same attempt. Henrysson, "Correction of item-total correlations in item analysis", Psychometrika 28
// (1963), gives why the item itself must not be in the total.
func (t ItemTally) Discrimination() Figure { return t.Rest.Correlation() }

// Exposure is the share of attempts in which the item was given.
func (t ItemTally) Exposure(attempts int64) Figure {
	return figure(float64(t.N())/float64(attempts), attempts > 0)
}

// ChoiceFigures are a line of the distractor table. Low, Middle and High say how many of those who chose it stand in the
// lowest, middle and highest third by rest score. A tenth that a third's border falls into is divided in proportion, so
// they are expected numbers and need not be whole.
type ChoiceFigures struct {
	Choice            string
	N                 int64
	Share             Figure // of all answers
	Rest              Figure // mean rest score of those who chose it
	Low, Middle, High float64
}

// Table is the distractor table: a line for each choice that was ever chosen, ordered by its id.
func (t ItemTally) Table() []ChoiceFigures {
	var lines []ChoiceFigures
	low, high := t.below(1.0/3), t.below(2.0/3)
	for _, id := range slices.Sorted(maps.Keys(t.Choices)) {
		c := t.Choices[id]
		line := ChoiceFigures{Choice: id, N: c.N, Share: figure(float64(c.N)/float64(t.N()), t.N() > 0), Rest: c.Rest.Mean()}
		for i, n := range c.Bins {
			line.Low += low[i] * float64(n)
			line.Middle += (high[i] - low[i]) * float64(n)
			line.High += (1 - high[i]) * float64(n)
		}
		lines = append(lines, line)
	}
	return lines
}

// below gives for each tenth of the rest score which part of it belongs to the lowest share of the people.
func (t ItemTally) below(share float64) (part [restBins]float64) {
	all := int64(0)
	for _, n := range t.Bins {
		all += n
	}
	left := share * float64(all)
	for i, n := range t.Bins {
		if n > 0 {
			part[i] = max(0, min(1, left/float64(n)))
		}
		left -= float64(n)
	}
	return part
}
