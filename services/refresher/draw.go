package refresher

import (
	"cmp"
	"hash/fnv"
	"math/bits"
	"math/rand/v2"
	"slices"
	"time"

	"khuevan/assessment/item"
	"khuevan/events"
)

// drawable is an approved item version that a tap can answer.
type drawable struct {
	Course     string
	Item       string
	Version    int
	Kind       string
	Tags       []string
	Choices    []string // ids in the author's order
	Unshuffled bool
}

// itemKey names an item of a bank.
func itemKey(course, id string) string { return course + "-" + id }

// tapped reports whether a kind of question is answered by tapping choices.
func tapped(kind string) bool {
	return kind == item.Single || kind == item.Multiple || kind == item.TrueFalse
}

// seedOf is the seed of the drawing for a person in a week: FNV-1a of both, so that it can be done again. Nothing is gained by
// guessing it.
func seedOf(person string, at time.Time) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(person + " " + at.UTC().Format(time.RFC3339))) // a hash takes everything
	return h.Sum64()
}

// drawStream is the second half of the generator's seed, fixed for good.
const drawStream = 0x6f6e746170

// topic is a competency that is due, with the items that may be asked about it.
type topic struct {
	competency string
	items      []drawable
}

// draw draws up to n questions about topics, given in the order in which they come first. The same seed and items give the same
// questions:
//
//  1. The generator is PCG-DXSM seeded with (seed, drawStream); a shuffle is Fisher–Yates from the end.
//  2. The items of each topic, sorted by course and id, are shuffled; those that were never asked come first, then those whose
//     last offer is longest ago.
//  3. Round after round, each topic gives its next item that was not drawn, until there are n.
//  4. The choices of each are shuffled, where the author did not fix their order; true/false items keep it.
func draw(seed uint64, n int, topics []topic, asked map[string]int) []events.RefresherQuestion {
	d := dice{rand.NewPCG(seed, drawStream)}
	for i, t := range topics {
		topics[i].items = slices.SortedFunc(slices.Values(t.items), func(a, b drawable) int {
			return cmp.Or(cmp.Compare(a.Course, b.Course), cmp.Compare(a.Item, b.Item))
		})
		shuffle(d, topics[i].items)
		slices.SortStableFunc(topics[i].items, func(a, b drawable) int {
			return cmp.Compare(asked[itemKey(a.Course, a.Item)], asked[itemKey(b.Course, b.Item)])
		})
	}
	var drawn []events.RefresherQuestion
	taken := map[string]bool{}
	for left := true; left && len(drawn) < n; {
		left = false
		for i := range topics {
			if q, ok := topics[i].next(taken); ok && len(drawn) < n {
				left = true
				taken[itemKey(q.Course, q.Item)] = true
				drawn = append(drawn, d.show(topics[i].competency, q))
			}
		}
	}
	return drawn
}

// next takes the first item that was not taken.
func (t *topic) next(taken map[string]bool) (drawable, bool) {
	for len(t.items) > 0 {
		first := t.items[0]
		t.items = t.items[1:]
		if !taken[itemKey(first.Course, first.Item)] {
			return first, true
		}
	}
	return drawable{}, false
}

// dice draws numbers from a generator in the way that draw promises.
type dice struct{ pcg *rand.PCG }

func (d dice) show(competency string, it drawable) events.RefresherQuestion {
	order := slices.Clone(it.Choices)
	if it.Kind != item.TrueFalse && !it.Unshuffled {
		shuffle(d, order)
	}
	return events.RefresherQuestion{Competency: competency, Course: it.Course, Item: it.Item, Version: it.Version, Kind: it.Kind, Order: order}
}

func (d dice) below(k int) int {
	high, _ := bits.Mul64(d.pcg.Uint64(), uint64(k)) //nolint:gosec // k is positive
	return int(high)                                 //nolint:gosec // below k
}

func shuffle[E any](d dice, s []E) {
	for i := len(s) - 1; i > 0; i-- {
		j := d.below(i + 1)
		s[i], s[j] = s[j], s[i]
	}
}
