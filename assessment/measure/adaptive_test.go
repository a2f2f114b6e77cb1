package measure

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func TestAdaptiveTestKeepsItsRules(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tags := []string{"x", "y", "z"}
		var bank []Candidate
		for i := range rapid.IntRange(1, 60).Draw(rt, "items") {
			bank = append(bank, Candidate{
				ID: fmt.Sprint(i), Item: drawItem(rt), Tag: rapid.SampledFrom(tags).Draw(rt, "tag"),
				Rate: rapid.SampledFrom([]float64{0, 0.1, 0.25, 0.3, 1}).Draw(rt, "rate"),
			})
		}
		r := DefaultRules(rapid.Float64Range(-1, 1).Draw(rt, "cut"), Share{"x", 0.6}, Share{"y", 0.4})
		seed := rapid.Uint64().Draw(rt, "seed")
		var s Session
		given := map[int]bool{}
		for {
			v := Stop(s, bank, r)
			if again := Stop(s, bank, r); again != v {
				rt.Fatalf("%+v, then %+v", v, again)
			}
			if v.Stop {
				checkEnd(rt, s, bank, r, v)
				return
			}
			at, ok := Next(s, bank, r, seed)
			if again, _ := Next(s, bank, r, seed); !ok || again != at {
				rt.Fatalf("item %d, then %d; %v", at, again, ok)
			}
			if given[at] {
				rt.Fatalf("item %d is given twice", at)
			}
			if bank[at].Rate > r.MostRate {
				for i, c := range bank {
					if !given[i] && c.Rate <= r.MostRate {
						rt.Fatalf("item %d is given too often, and %d was left", at, i)
					}
				}
			}
			given[at] = true
			s.Taken = append(s.Taken, Taken{bank[at].ID, bank[at].Item, bank[at].Tag, rapid.SampledFrom([]float64{0, 1}).Draw(rt, "mark")})
		}
	})
}

func checkEnd(rt *rapid.T, s Session, bank []Candidate, r Rules, v Verdict) {
	n := len(s.Taken)
	low, high := v.Ability.Theta-r.Z*v.Ability.Error, v.Ability.Theta+r.Z*v.Ability.Error
	ok := n <= r.Max && v.Pass == (v.Ability.Theta >= r.Cut)
	switch v.Reason {
	case Above:
		ok = ok && n >= r.Min && low > r.Cut && v.Pass
	case Below:
		ok = ok && n >= r.Min && high < r.Cut && !v.Pass
	case Longest:
		ok = ok && n == r.Max && low <= r.Cut && high >= r.Cut
	case Exhausted:
		ok = ok && n == len(bank)
	}
	if !ok {
		rt.Fatalf("ends after %d items: %+v", n, v)
	}
}

func TestNextIsDrawnAmongTheBest(t *testing.T) {
	var bank []Candidate
	for i := range 20 {
		bank = append(bank, Candidate{ID: fmt.Sprint(i), Item: Item{A: 1, B: float64(i) / 10}})
	}
	r := DefaultRules(0)
	seen := map[int]bool{}
	for seed := range uint64(200) {
		at, _ := Next(Session{}, bank, r, seed)
		seen[at] = true
	}
	for i := range bank {
		if seen[i] != (i < 5) {
			t.Errorf("item %d drawn: %v", i, seen[i])
		}
	}
}

func TestNextTakesTheTagThatLags(t *testing.T) {
	bank := []Candidate{{ID: "1", Item: Item{1, 0}, Tag: "x"}, {ID: "2", Item: Item{1, 3}, Tag: "y"}, {ID: "3", Item: Item{1, 0}}}
	r := DefaultRules(0, Share{"x", 0.5}, Share{"y", 0.5})
	s := Session{Taken: []Taken{{ID: "0", Item: Item{1, 0}, Tag: "x", Mark: 1}}}
	var got []string
	for {
		at, ok := Next(s, bank, r, 1)
		if !ok {
			break
		}
		got = append(got, bank[at].ID)
		s.Taken = append(s.Taken, Taken{ID: bank[at].ID, Item: bank[at].Item, Tag: bank[at].Tag, Mark: 1})
	}
	if fmt.Sprint(got) != "[2 1 3]" {
		t.Errorf("order %v", got)
	}
	if v := Stop(s, bank, r); v.Reason != Exhausted {
		t.Errorf("got %+v", v)
	}
}
