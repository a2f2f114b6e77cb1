package trial

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func strataOf(sizes ...int) map[string][]string {
	all := map[string][]string{}
	for i, n := range sizes {
		unit := fmt.Sprintf("u%d", i)
		all[unit] = []string{}
		for j := range n {
			all[unit] = append(all[unit], fmt.Sprintf("p%d-%d", i, j))
		}
	}
	return all
}

func heldOf(seed string, drawn []Drawn, strata map[string][]string) map[string][]string {
	held := map[string][]string{}
	for _, d := range drawn {
		for _, p := range strata[d.Stratum] {
			if IsHeld(seed, p, d.Cut) {
				held[d.Stratum] = append(held[d.Stratum], p)
			}
		}
	}
	return held
}

func TestADrawHoldsOutTheShareOfEachStratum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(0, 40), 1, 30).Draw(t, "sizes")
		share := rapid.Float64Range(0, MostShare).Draw(t, "share")
		seed := rapid.String().Draw(t, "seed")
		strata := strataOf(sizes...)
		drawn := Draw(seed, share, strata)
		people, all := 0, 0
		held := heldOf(seed, drawn, strata)
		for _, d := range drawn {
			want := share * float64(d.People)
			if got := len(held[d.Stratum]); got != d.Held || math.Abs(float64(got)-want) >= 1 {
				t.Fatalf("%d of %d are held out, drawn %d, share %f", got, d.People, d.Held, share)
			}
			people, all = people+d.People, all+d.Held
		}
		if math.Abs(float64(all)-share*float64(people)) >= 1 {
			t.Fatalf("%d of %d are held out at a share of %f", all, people, share)
		}
		if err := Check(seed, share, drawn, held); err != nil {
			t.Fatal(err)
		}
	})
}

func TestTheOrderOfPeopleDoesNotMatter(t *testing.T) {
	strata := strataOf(3, 17, 5, 40)
	drawn := Draw("seed", 0.3, strata)
	for _, people := range strata {
		rand.Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
	}
	if again := Draw("seed", 0.3, strata); fmt.Sprint(again) != fmt.Sprint(drawn) {
		t.Fatalf("%v, then %v", drawn, again)
	}
	if other := Draw("another", 0.3, strata); fmt.Sprint(other) == fmt.Sprint(drawn) {
		t.Fatal("the seed does not matter")
	}
}

// TestEverybodyHasTheSameChance draws many times in units of three, where no whole number is a tenth.
func TestEverybodyHasTheSameChance(t *testing.T) {
	const draws, share = 2000, 0.1
	strata := strataOf(3, 3, 3, 3, 7, 2)
	times := map[string]int{}
	for i := range draws {
		seed := fmt.Sprintf("seed %d", i)
		for _, people := range heldOf(seed, Draw(seed, share, strata), strata) {
			for _, p := range people {
				times[p]++
			}
		}
	}
	for _, people := range strata {
		for _, p := range people {
			const error4 = 4 * 0.3 // four standard errors, sqrt(0.1·0.9) = 0.3
			if got := float64(times[p]) / draws; math.Abs(got-share) > error4/math.Sqrt(draws) {
				t.Errorf("%s is held out in %.3f of the draws", p, got)
			}
		}
	}
}

func TestAForgedArmIsFound(t *testing.T) {
	strata := strataOf(20, 20)
	drawn := Draw("seed", 0.2, strata)
	held := heldOf("seed", drawn, strata)
	if err := Check("another", 0.2, drawn, held); err == nil {
		t.Error("another seed is believed")
	}
	for _, p := range strata["u0"] {
		if !IsHeld("seed", p, drawn[0].Cut) {
			held["u0"] = append(held["u0"], p)
			break
		}
	}
	if err := Check("seed", 0.2, drawn, held); err == nil {
		t.Error("who was put into the other arm by hand is not found")
	}
	more := append([]Drawn{}, drawn...)
	more[1].Held++
	if err := Check("seed", 0.2, more, heldOf("seed", drawn, strata)); err == nil {
		t.Error("another number is believed")
	}
}
