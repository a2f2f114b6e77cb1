package quiz

import (
	"cmp"
	"math/bits"
	"math/rand/v2"
	"slices"

	"khuevan/assessment/item"
	"khuevan/events"
)

// Drawable is what drawing needs to know of an item version.
type Drawable struct {
	Item       string
	Version    int
	Kind       string
	Topic      string   // the second tag, "" for none
	Tags       []string // all of them
	Difficulty float64
	Choices    []string // ids in the author's order; of an ordering item that is the right one
	Rows       []string // ids of prompts or gaps
	Unshuffled bool
}

// drawStream is the second half of the generator's seed, fixed for good.
const drawStream = 0x6b68756576616e

// Draw draws items of a bank by rules, and the order of their parts. The same seed, rules, bank and seen items give the
// same result for ever, in whatever order the bank is given; that is a contract, because a recorded seed must show that
// a drawing was fair:
//
//  1. The generator is PCG-DXSM (math/rand/v2.NewPCG) seeded with (seed, drawStream). A number below k is the high
//     half of the 128-bit product of its next 64 bits and k. A shuffle is Fisher–Yates from the end: for i from len−1
//     down to 1, swap i with the number below i+1.
//  2. For each row of the blueprint the items that fit it, sorted by id, are shuffled; those that were not seen come before
//     those that were, otherwise in the order of the shuffle. Then, row by row, each takes its number of them, as the
//     allotment says, so that no row goes short because another one took what it could have done without.
//  3. For the rest, items that were not drawn are sorted by id and grouped by topic; the topics, sorted by name, are
//     shuffled; then, topic by topic in that order, the items of each, those not seen before those that were.
//  4. Round after round, each topic that has items left gives its next one, until there are enough. So the numbers of
//     items per topic differ by at most one, unless a topic has no more.
//  5. The drawn items are shuffled, and then, item by item, the parts of each: choices, and of a matching item its
//     prompts after them. True/false items keep the author's order, and so do unshuffled ones, unless the order is what
//     they ask for or gives it away: ordering and matching items are always shuffled. An ordering item whose shuffle came
//     out right is turned by one place.
//
// A bank with too few items gives all that there are.
func Draw(seed uint64, rules events.QuizRules, bank []Drawable, seen map[string]bool) []events.DrawnItem {
	d := dice{rand.NewPCG(seed, drawStream)}
	drawn := d.byBlueprint(rules, bank, seen)
	rest := slices.DeleteFunc(slices.Clone(bank), func(it Drawable) bool {
		return slices.ContainsFunc(drawn, func(o taken) bool { return o.Item == it.Item })
	})
	for _, it := range d.roundRobin(rules.Items-len(drawn), rest, seen) {
		drawn = append(drawn, taken{Drawable: it})
	}
	shuffle(d, drawn)
	items := make([]events.DrawnItem, len(drawn))
	for i, it := range drawn {
		items[i] = d.show(it.Drawable)
		items[i].Tag = it.row
	}
	return items
}

// Arrange gives the items of a form their order for one attempt, by rule 5 of Draw.
func Arrange(seed uint64, form []events.DrawnItem, bank []Drawable) []events.DrawnItem {
	d := dice{rand.NewPCG(seed, drawStream)}
	all := slices.Clone(form)
	shuffle(d, all)
	for i, f := range all {
		for _, it := range bank {
			if it.Item == f.Item && it.Version == f.Version {
				all[i] = d.show(it)
				all[i].Tag = f.Tag
			}
		}
	}
	return all
}

// taken is a drawn item, with the row of the blueprint that asked for it.
type taken struct {
	Drawable
	row string
}

func (d dice) byBlueprint(rules events.QuizRules, bank []Drawable, seen map[string]bool) []taken {
	lists := listsOf(rules.Blueprint, sorted(bank))
	for _, list := range lists {
		shuffle(d, list)
		unseenFirst(list, seen)
	}
	held := allot(rules.Blueprint, lists)
	var drawn []taken
	for i, row := range rules.Blueprint {
		for _, it := range lists[i] {
			if holder, taking := held[it.Item]; taking && holder == i && len(drawn) < rules.Items {
				drawn = append(drawn, taken{it, rowName(row)})
			}
		}
	}
	return drawn
}

func (d dice) roundRobin(n int, bank []Drawable, seen map[string]bool) []Drawable {
	byTopic := map[string][]Drawable{}
	for _, it := range sorted(bank) {
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
		unseenFirst(byTopic[t], seen)
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

// show fixes how an item's parts are shown.
func (d dice) show(it Drawable) events.DrawnItem {
	order, rows := append([]string{}, it.Choices...), slices.Clone(it.Rows)
	keyed := it.Kind == item.Ordering || it.Kind == item.Matching // the author's order tells the key
	if it.Kind != item.TrueFalse && (keyed || !it.Unshuffled) {
		shuffle(d, order)
		if it.Kind == item.Matching {
			shuffle(d, rows)
		}
	}
	if it.Kind == item.Ordering && len(order) > 1 && slices.Equal(order, it.Choices) {
		order = append(order[1:], order[0])
	}
	return events.DrawnItem{Item: it.Item, Version: it.Version, Order: order, Multiple: it.Kind == item.Multiple, Kind: it.Kind, Rows: rows}
}

func sorted(bank []Drawable) []Drawable {
	return slices.SortedFunc(slices.Values(bank), func(a, b Drawable) int { return cmp.Compare(a.Item, b.Item) })
}

// unseenFirst moves what was seen behind what was not; the order within each stays.
func unseenFirst(items []Drawable, seen map[string]bool) {
	slices.SortStableFunc(items, func(a, b Drawable) int { return cmp.Compare(rank(seen[a.Item]), rank(seen[b.Item])) })
}

func rank(seen bool) int {
	if seen {
		return 1
	}
	return 0
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
