package refresher

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// Nothing is told of a small group, and no sum of the tree has exactly one term that is not told.
func TestNoSmallGroupIsFoundBySubtraction(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		children := map[string][]string{}
		units := []string{"0"}
		for i := 1; i < rapid.IntRange(1, 25).Draw(rt, "units"); i++ {
			above := rapid.SampledFrom(units).Draw(rt, "above")
			id := fmt.Sprint(i)
			children[above], units = append(children[above], id), append(units, id)
		}
		below := func(unit string) []string { return children[unit] }
		count := map[part]int{}
		var sum func(unit string) int
		sum = func(unit string) int {
			n := rapid.SampledFrom([]int{0, 0, 1, 3, 4, 5, 6, 40}).Draw(rt, "people")
			count[part{unit, true}] = n
			for _, b := range below(unit) {
				n += sum(b)
			}
			count[part{unit: unit}] = n
			return n
		}
		sum("0")
		hidden := mask("0", below, count)
		for p, n := range count {
			if n > 0 && n < leastGroup && !hidden[p] {
				rt.Fatalf("%+v of %d people is told", p, n)
			}
		}
		for _, u := range units {
			terms := []part{{unit: u}, {u, true}}
			for _, b := range below(u) {
				terms = append(terms, part{unit: b})
			}
			n := 0
			for _, p := range terms {
				if hidden[p] {
					n++
				}
			}
			if n == 1 {
				rt.Fatalf("of the sum of %s one term is not told: hidden %v of %v", u, hidden, count)
			}
		}
	})
}

func TestLargeGroupsAreTold(t *testing.T) {
	below := func(unit string) []string { return map[string][]string{"t": {"a", "b"}}[unit] }
	count := map[part]int{{unit: "t"}: 20, {unit: "a"}: 10, {"a", true}: 10, {unit: "b"}: 10, {"b", true}: 10}
	for p, hidden := range mask("t", below, count) {
		if hidden {
			t.Errorf("%+v is not told", p)
		}
	}
}
