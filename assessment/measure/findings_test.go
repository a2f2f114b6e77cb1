package measure

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// school lets people answer 40 of 200 items with four choices. Distractors attract those who do not know; in a miskeyed item
// the key in the bank is distractor "b", and "a" is right.
func school(seed uint64, people int, miskeyed map[int]bool) []ItemTally {
	const items, each = 200, 40
	truth := newTruth(seed, items, people)
	tallies := make([]ItemTally, items)
	for p := range truth.abilities {
		var attempt []Answer
		picked := truth.rng.Perm(items)[:each]
		for _, i := range picked {
			choice := "a"
			if truth.mark(p, i) == 0 {
				choice = []string{"b", "c", "d"}[truth.rng.IntN(3)]
			}
			key := "a"
			if miskeyed[i] {
				key = "b"
			}
			mark := 0.0
			if choice == key {
				mark = 1
			}
			attempt = append(attempt, Answer{Item: fmt.Sprint(i), Mark: mark, Choices: []string{choice}})
		}
		for at, r := range Replies(attempt) {
			tallies[picked[at]].Add(r)
		}
	}
	return tallies
}

func has(found []Finding, flag Flag) bool {
	return slices.ContainsFunc(found, func(f Finding) bool { return f.Flag == flag })
}

func TestMiskeyedItemsAreFound(t *testing.T) {
	miskeyed := map[int]bool{7: true, 60: true, 133: true, 180: true}
	choices := []string{"a", "b", "c", "d"}
	for _, people := range []int{500, 1000, 3000} {
		found, falsely, items := 0, 0, 0
		for seed := range uint64(5) {
			for i, tally := range school(40+seed, people, miskeyed) {
				key := "a"
				if miskeyed[i] {
					key = "b"
				}
				items++
				flagged := tally.Findings(choices, []string{key}, DefaultLimits())
				switch {
				case miskeyed[i] && slices.Contains(flagged, Finding{Miskeyed, "a"}):
					found++
				case !miskeyed[i] && has(flagged, Miskeyed):
					falsely++
				}
			}
		}
		all := 5 * len(miskeyed)
		t.Logf("%d people, about %d answers to an item: %d of %d found, %d of %d flagged falsely", people, people/5, found, all, falsely, items-all)
		if falsely > 3*(items-all)/1000 {
			t.Errorf("%d people: %d of %d well-keyed items are flagged", people, falsely, items-all)
		}
		if least := map[int]float64{500: 0.5, 1000: 0.8, 3000: 1}[people]; float64(found) < least*float64(all) {
			t.Errorf("%d people: only %d of %d miskeyed items are found", people, found, all)
		}
	}
}

func TestFindings(t *testing.T) {
	choices, keys := []string{"a", "b", "c"}, []string{"a"}
	tally := func(n int, mark func(i int) float64, choice func(i int) string) ItemTally {
		var it ItemTally
		for i := range n {
			it.Add(Reply{Answer: Answer{Mark: mark(i), Choices: []string{choice(i)}}, Rest: float64(i) / float64(n)})
		}
		return it
	}
	abc := func(i int) string { return choices[i%3] }
	for _, c := range []struct {
		name string
		it   ItemTally
		want []Finding
	}{
		{"too few answers", tally(49, func(int) float64 { return 1 }, abc), nil},
		{"good", tally(60, func(i int) float64 { return math.Round(float64(i) / 60) }, abc), nil},
		{"too easy", tally(60, func(i int) float64 { return min(1, float64(i)) }, abc), []Finding{{Flag: TooEasy}}},
		{"too hard", tally(60, func(i int) float64 { return max(0, float64(i-58)) }, abc), []Finding{{Flag: TooHard}}},
		{"weak", tally(60, func(i int) float64 { return float64(i % 2) }, abc), []Finding{{Flag: Weak}}},
		{"nobody takes c", tally(60, func(i int) float64 { return math.Round(float64(i) / 60) }, func(i int) string { return choices[i%2] }), []Finding{{IdleChoice, "c"}}},
		{"the able take b", tally(60, func(i int) float64 { return 1 - math.Round(float64(i)/60) }, func(i int) string {
			return map[bool]string{true: "b", false: abc(i * 2 / 2)}[i >= 30]
		}), []Finding{{Miskeyed, "b"}, {Flag: Weak}}},
	} {
		if got := c.it.Findings(choices, keys, DefaultLimits()); !slices.Equal(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
