package measure

import (
	"errors"
	"fmt"
	"math"
)

// An answer is one uint32: the item in the upper 24 bits, the mark in the lower 8 as a number of 240ths. Halves, thirds,
// quarters, fifths, sixths, eighths, tenths and twelfths are exact; what else there is is off by at most 1/480.
const (
	markBits  = 8
	markParts = 240
	mostItems = 1 << (32 - markBits)
)

// Answers are the first attempts of many people, each at some of the items: four bytes for each answer and eight for
// each person.
type Answers struct {
	items  int
	packed []uint32
	ends   []int
}

// NewAnswers makes room for answers to items 0 to items−1; people and answers say how many to expect, and may be wrong.
func NewAnswers(items, people, answers int) (*Answers, error) {
	if items < 0 || items > mostItems || people < 0 || answers < 0 {
		return nil, fmt.Errorf("%d items, %d people, %d answers: at most %d items, and nothing negative", items, people, answers, mostItems)
	}
	return &Answers{items: items, packed: make([]uint32, 0, answers), ends: make([]int, 0, people)}, nil
}

// Person begins the next person.
func (a *Answers) Person() { a.ends = append(a.ends, len(a.packed)) }

// Add adds an answer of the person begun last. Whoever adds sees to it that nobody answers an item twice.
func (a *Answers) Add(item int, mark float64) error {
	switch {
	case len(a.ends) == 0:
		return errors.New("an answer before the first person")
	case item < 0 || item >= a.items:
		return fmt.Errorf("person %d: item %d is not from 0 to %d", len(a.ends)-1, item, a.items-1)
	case !(mark >= 0 && mark <= 1):
		return fmt.Errorf("person %d, item %d: mark %v is not from 0 to 1", len(a.ends)-1, item, mark)
	}
	a.packed = append(a.packed, uint32(item)<<markBits|uint32(math.Round(mark*markParts))) //nolint:gosec // both bounded above
	a.ends[len(a.ends)-1] = len(a.packed)
	return nil
}

// People is how many were begun.
func (a *Answers) People() int { return len(a.ends) }

// Len is the number of answers.
func (a *Answers) Len() int { return len(a.packed) }

// of gives the answers of a person.
func (a *Answers) of(person int) []uint32 {
	if person == 0 {
		return a.packed[:a.ends[0]]
	}
	return a.packed[a.ends[person-1]:a.ends[person]]
}

// counts gives how many answers each item has.
func (a *Answers) counts() []int {
	n := make([]int, a.items)
	for _, p := range a.packed {
		n[p>>markBits]++
	}
	return n
}
