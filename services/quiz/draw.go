package quiz

import (
	"cmp"
	"math/bits"
	"math/rand/v2"
	"slices"

	"khuevan/events"
)

// Drawable is what drawing needs to know of an item version.
type Drawable struct {
	Item    string
	Version int
	Kind    string
	Topic   string   // the second tag, "" for none
	Choices []string // ids in the author's order
}

// drawStream is the second half of the generator's seed, fixed for good.
const drawStream = 0x6b68756576616e

// Draw draws n items of a bank and the order of their choices. The same seed and bank give the same result for ever, in
// whatever order the bank is given; that is a contract, because a recorded seed must show that a drawing was fair:
//
//  1. The generator is PCG-DXSM (math/rand/v2.NewPCG) seeded with (seed, drawStream). A number below k is the high
//     half of the 128-bit product of its next 64 bits and k. A shuffle is Fisher–Yates from the end: for i from len−1
//     down to 1, swap i with the number below i+1.
//  2. Items are sorted by id and grouped by topic; the topics, sorted by name, are shuffled; then, topic by topic in
//     that order, the items of each.
//  3. Round after round, each topic that has items left gives its next one, until n are drawn. So the numbers of items
//     per topic differ by at most one, unless a topic has no more.
//  4. The drawn items are shuffled, and then, item by item, the choices of each. True/false keeps the author's order.
//
// A bank with fewer than n items gives all of them.
func Draw(seed uint64, n int, bank []Drawable) []events.DrawnItem {
	d := dice{rand.NewPCG(seed, drawStream)}
	drawn := roundRobin(d, n, bank)
	shuffle(d, drawn)
	items := make([]events.DrawnItem, len(drawn))
	for i, it := range drawn {
		order := slices.Clone(it.Choices)
		if it.Kind != kindTrueFalse {
			shuffle(d, order)
		}
		items[i] = events.DrawnItem{Item: it.Item, Version: it.Version, Order: order, Multiple: it.Kind == kindMultiple}
	}
	return items
}

func roundRobin(d dice, n int, bank []Drawable) []Drawable {
	byTopic := map[string][]Drawable{}
	for _, it := range slices.SortedFunc(slices.Values(bank), func(a, b Drawable) int { return cmp.Compare(a.Item, b.Item) }) {
		byTopic[it.Topic] = append(byTopic[it.Topic], it)
	}
	topics := make([]string, 0, len(byTopic))
	for t := range byTopic {
		topics = append(topics, t)
	}
	slices.Sort(topics)
	shuffle(d, topics)
	for _, t := range topics {
		shuffle(d, byTopic[t])
	}
	n = max(0, min(n, len(bank)))
	drawn := make([]Drawable, 0, n)
	for round := 0; len(drawn) < n; round++ {
		for _, t := range topics {
			if round < len(byTopic[t]) && len(drawn) < n {
				drawn = append(drawn, byTopic[t][round])
			}
		}
	}
	return drawn
}

// dice draws numbers from a generator in the way that Draw promises.
type dice struct{ pcg *rand.PCG }

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
