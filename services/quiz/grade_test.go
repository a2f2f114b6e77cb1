package quiz

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"khuevan/assessment/item"
	"khuevan/events"
)

func keyed(keys string, all string) []events.Choice {
	var cs []events.Choice
	for _, id := range all {
		cs = append(cs, events.Choice{ID: string(id), Key: slices.Contains([]rune(keys), id)})
	}
	return cs
}

// markItem marks an item of choices by its kind's own rule.
func markItem(kind string, choices []events.Choice, chosen []string) float64 {
	return item.Mark(events.ItemContent{Kind: kind, Choices: choices}, chosen)
}

func TestMarkItem(t *testing.T) {
	for _, c := range []struct {
		kind, keys, all, chosen string
		want                    float64
	}{
		{item.Single, "b", "abcd", "b", 1}, {item.Single, "b", "abcd", "a", 0}, {item.Single, "b", "abcd", "", 0}, {item.Single, "b", "abcd", "ab", 0},
		{item.TrueFalse, "a", "ab", "a", 1}, {item.TrueFalse, "a", "ab", "b", 0},
		{item.Multiple, "ac", "abcd", "ac", 1}, {item.Multiple, "ac", "abcd", "a", 0.5}, {item.Multiple, "ac", "abcd", "ab", 0},
		{item.Multiple, "ac", "abcd", "abc", 0.5}, {item.Multiple, "ac", "abcd", "abcd", 0}, {item.Multiple, "ac", "abcd", "bd", 0},
		{item.Multiple, "ac", "abcd", "", 0}, {item.Multiple, "abc", "abcd", "ab", 2.0 / 3}, {item.Multiple, "", "ab", "a", 0},
	} {
		var chosen []string
		for _, id := range c.chosen {
			chosen = append(chosen, string(id))
		}
		if got := markItem(c.kind, keyed(c.keys, c.all), chosen); got != c.want {
			t.Errorf("%s with the keys %q of %q, chosen %q: %v, want %v", c.kind, c.keys, c.all, c.chosen, got, c.want)
		}
	}
}

func marks(ms ...float64) []events.ItemMark {
	all := make([]events.ItemMark, len(ms))
	for i, m := range ms {
		all[i].Mark = m
	}
	return all
}

func TestTheMarkIsRoundedHalfUp(t *testing.T) {
	third, sixth := 1.0/3, 1.0/6
	for _, c := range []struct {
		marks []events.ItemMark
		want  float64
	}{
		{nil, 0}, {marks(0, 0), 0}, {marks(1, 1, 1), 10}, {marks(1, 0), 5}, {marks(1, 0, 0), 3.33}, {marks(1, 1, 0), 6.67},
		{marks(0.5, 0, 0, 0, 0, 0, 0, 0), 0.63},                                   // 0.625 is a half
		{marks(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0.63},             // so is this
		{marks(third, third, third, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0.63}, // and this, though thirds are not exact
		{marks(sixth, third, 0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0.63},
		{marks(4.0/6, 3.0/6, 1, sixth, 3.0/6, 3.0/6, 5.0/6, 2.0/6), 5.63}, // 5.625; added up in binary it is a little less
		{marks(0.5, 0, 0, 0, 0, 0, 0), 0.71},                              // 0.7142…
	} {
		if got := markAttempt(c.marks); got != c.want {
			t.Errorf("%v: %v, want %v", c.marks, got, c.want)
		}
	}
}

// Every mark that items of up to 12 keys can give is rounded as exact arithmetic rounds it.
func TestTheMarkIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const common = 27720 // divisible by 1 to 12
		n := rapid.IntRange(1, 60).Draw(t, "items")
		ms, sum := make([]float64, n), 0
		for i := range ms {
			keys := rapid.IntRange(1, 12).Draw(t, "keys")
			right := rapid.IntRange(0, keys).Draw(t, "right")
			ms[i], sum = float64(right)/float64(keys), sum+right*common/keys
		}
		hundredths := (2*1000*sum + common*n) / (2 * common * n) // floor(1000·mean + ½)
		if got := markAttempt(marks(ms...)); got != float64(hundredths)/100 {
			t.Fatalf("%v: %v, want %v", ms, got, float64(hundredths)/100)
		}
	})
}

func TestLawsOfMarking(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := "abcdefghijkl"[:rapid.IntRange(2, 12).Draw(t, "choices")]
		subset := func(label string) []string {
			var ids []string
			for _, id := range all {
				if rapid.Bool().Draw(t, label) {
					ids = append(ids, string(id))
				}
			}
			return ids
		}
		kind := rapid.SampledFrom([]string{item.Single, item.Multiple, item.TrueFalse}).Draw(t, "kind")
		var cs []events.Choice
		keys := subset("key")
		for _, id := range all {
			cs = append(cs, events.Choice{ID: string(id), Key: slices.Contains(keys, string(id))})
		}
		chosen := subset("chosen")
		mark := markItem(kind, cs, chosen)
		if math.IsNaN(mark) || mark < 0 || mark > 1 {
			t.Fatalf("mark %v", mark)
		}
		if got := markItem(kind, cs, rapid.Permutation(chosen).Draw(t, "order")); got != mark {
			t.Fatalf("the order of choices changes %v to %v", mark, got)
		}
		for _, c := range cs {
			if slices.Contains(chosen, c.ID) {
				continue
			}
			more := markItem(kind, cs, append(slices.Clone(chosen), c.ID))
			if c.Key && more < mark || !c.Key && more > mark {
				t.Fatalf("adding %+v to %v changes %v to %v", c, chosen, mark, more)
			}
		}
	})
}

func TestLawsOfTheMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 40).Draw(t, "marks")
		mark := markAttempt(marks(ms...))
		if mark < 0 || mark > 10 {
			t.Fatalf("mark %v", mark)
		}
		at := rapid.IntRange(0, len(ms)-1).Draw(t, "at")
		better := slices.Clone(ms)
		better[at] = rapid.Float64Range(ms[at], 1).Draw(t, "better")
		if got := markAttempt(marks(better...)); got < mark {
			t.Fatalf("a better answer lowers %v to %v", mark, got)
		}
		if got := markAttempt(marks(rapid.Permutation(ms).Draw(t, "order")...)); math.Abs(got-mark) > 0.0101 {
			t.Fatalf("the order of items changes %v to %v", mark, got)
		}
	})
}

func TestMarkCertainty(t *testing.T) {
	for _, c := range []struct {
		certainty          int
		right, half, notSo float64
	}{
		{0, 1.0 / 3, 1.0 / 6, 0}, {1, 1.0 / 3, 1.0 / 6, 0}, {2, 2.0 / 3, 0, -2.0 / 3}, {3, 1, -0.5, -2}, {4, 1, -0.5, -2},
	} {
		for mark, want := range map[float64]float64{1: c.right, 0.5: c.half, 0: c.notSo} {
			if got := markCertainty(mark, c.certainty); math.Abs(got-want) > 1e-12 {
				t.Errorf("a mark of %v with certainty %d earns %v, want %v", mark, c.certainty, got, want)
			}
		}
	}
}

// Honesty pays: whoever believes an answer to be right with a probability does best to say the certainty made for it,
// below two thirds unsure, from four fifths on sure (Gardner-Medwin 2006).
func TestHonestyPays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.Float64Range(0, 1).Draw(t, "belief")
		if math.Abs(p-2.0/3) < 1e-9 || math.Abs(p-0.8) < 1e-9 {
			return // two certainties are worth the same
		}
		best, most := 0, math.Inf(-1)
		for certainty := leastSure; certainty <= mostSure; certainty++ {
			if expected := p*markCertainty(1, certainty) + (1-p)*markCertainty(0, certainty); expected > most {
				best, most = certainty, expected
			}
		}
		want := 1
		if p > 2.0/3 {
			want++
		}
		if p > 0.8 {
			want++
		}
		if best != want {
			t.Fatalf("believing %v it is best to say %d, want %d", p, best, want)
		}
	})
}

func TestMarkTry(t *testing.T) {
	for _, c := range []struct {
		mark    float64
		try     int
		penalty float64
		want    float64
	}{{1, 1, 0.25, 1}, {1, 2, 0.25, 0.75}, {1, 5, 0.25, 0}, {0.5, 3, 0.25, 0}, {0.5, 2, 0, 0.5}, {1, 3, 1, 0}} {
		if got := markTry(c.mark, c.try, c.penalty); got != c.want {
			t.Errorf("%v at try %d costing %v: %v, want %v", c.mark, c.try, c.penalty, got, c.want)
		}
	}
}
