package quiz

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"khuevan/assessment/item"
	"khuevan/events"
)

// The ids of choices follow the author's order, which is the key of an ordering item and often of a matching one. So
// those who answer see other ids, by place: "o1" for the first choice as shown, and so on.

// aliased reports whether the choices of a drawn item go by place.
func aliased(d events.DrawnItem) bool { return d.Kind == item.Matching || d.Kind == item.Ordering }

func alias(place int) string { return "o" + strconv.Itoa(place+1) }

// place reads an alias, -1 for none.
func place(id string, n int) int {
	digits, ok := strings.CutPrefix(id, "o")
	at, err := strconv.Atoi(digits)
	if !ok || err != nil || at < 1 || at > n {
		return -1
	}
	return at - 1
}

// gapOrder is the order in which the choices of a gap are shown: by a hash with the attempt's seed.
func gapOrder(seed uint64, of string, g events.Gap) []string {
	all := make([]string, len(g.Choices))
	for i, c := range g.Choices {
		all[i] = c.ID
	}
	score := func(id string) uint64 {
		h := fnv.New64a()
		_, _ = h.Write([]byte(strconv.FormatUint(seed, 10) + "|" + of + "|" + g.ID + "|" + id)) // a hash takes everything
		return h.Sum64()
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(score(a), score(b)), cmp.Compare(a, b)) })
	return all
}

// orders gives the shown order of the choices of each row of a drawn item that has choices of its own.
func orders(seed uint64, d events.DrawnItem, c events.ItemContent) map[string][]string {
	all := map[string][]string{}
	for _, p := range c.Prompts {
		all[p.ID] = d.Order
	}
	for _, g := range c.Gaps {
		if g.Kind == item.GapChoice {
			all[g.ID] = gapOrder(seed, d.Item, g)
		}
	}
	return all
}

// unmask turns an answer with aliases into one with ids. What is no alias stays, to be refused where answers are checked.
func unmask(seed uint64, d events.DrawnItem, c events.ItemContent, given []string) []string {
	return translate(d, given, orders(seed, d, c), func(order []string, id string) string {
		if at := place(id, len(order)); at >= 0 {
			return order[at]
		}
		return "?" + id
	})
}

// mask is the inverse of unmask.
func mask(seed uint64, d events.DrawnItem, c events.ItemContent, kept []string) []string {
	return translate(d, kept, orders(seed, d, c), func(order []string, id string) string { return alias(slices.Index(order, id)) })
}

func translate(d events.DrawnItem, answer []string, rows map[string][]string, one func(order []string, id string) string) []string {
	if !aliased(d) && len(rows) == 0 {
		return answer
	}
	out := make([]string, len(answer))
	for i, s := range answer {
		row, value, pair := item.Pair(s)
		switch order, bound := rows[row]; {
		case d.Kind == item.Ordering:
			out[i] = one(d.Order, s)
		case pair && bound && value != "":
			out[i] = row + "=" + one(order, value)
		default:
			out[i] = s
		}
	}
	return out
}
