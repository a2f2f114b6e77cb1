package trial

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
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

func treatedAs(seed string, drawn []Drawn, strata map[string][]string) map[string]Arms {
	treated := map[string]Arms{}
	for _, d := range drawn {
		var a Arms
		for _, p := range strata[d.Stratum] {
			if IsHeld(seed, p, d.Cut) {
				a.Held = append(a.Held, p)
			} else {
				a.Asked = append(a.Asked, p)
			}
		}
		treated[d.Stratum] = a
	}
	return treated
}

func TestADrawHoldsOutTheShareOfEachStratum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(0, 40), 1, 30).Draw(t, "sizes")
		share := rapid.Float64Range(0, MostShare).Draw(t, "share")
		seed := rapid.String().Draw(t, "seed")
		strata := strataOf(sizes...)
		drawn := Draw(seed, share, strata)
		people, all := 0, 0
		treated := treatedAs(seed, drawn, strata)
		for _, d := range drawn {
			want := share * float64(d.People)
			if got := len(treated[d.Stratum].Held); got != d.Held || math.Abs(float64(got)-want) >= 1 {
				t.Fatalf("%d of %d are held out, drawn %d, share %f", got, d.People, d.Held, share)
			}
			people, all = people+d.People, all+d.Held
		}
		if math.Abs(float64(all)-share*float64(people)) >= 1 {
			t.Fatalf("%d of %d are held out at a share of %f", all, people, share)
		}
		if faults := Check(seed, share, drawn, treated); len(faults) > 0 {
			t.Fatal(faults)
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
		for _, a := range treatedAs(seed, Draw(seed, share, strata), strata) {
			for _, p := range a.Held {
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
	honest := Draw("seed", 0.2, strata)
	right := treatedAs("seed", honest, strata)
	stratum := func(a Arms) map[string]Arms { return map[string]Arms{"u0": a, "u1": right["u1"]} }
	u0 := right["u0"]
	lower, higher := slices.Clone(honest), slices.Clone(honest)
	lower[0].Cut = "0000000000000000"
	higher[0].Cut = "ffffffffffffffff"
	more := slices.Clone(honest)
	more[1].Held++
	for name, c := range map[string]struct {
		seed    string
		drawn   []Drawn
		treated map[string]Arms
		want    []Fault
	}{
		"nothing was forged":            {"seed", honest, right, nil},
		"some are excused":              {"seed", honest, stratum(Arms{u0.Asked[1:], u0.Held[1:]}), nil},
		"asked people put to the held":  {"seed", honest, stratum(Arms{u0.Asked[2:], append(slices.Clone(u0.Held), u0.Asked[:2]...)}), []Fault{{FaultArm, "u0", 2, 0}}},
		"a held person put to the rest": {"seed", honest, stratum(Arms{append(slices.Clone(u0.Asked), u0.Held[0]), u0.Held[1:]}), []Fault{{FaultArm, "u0", 1, 0}}},
		"a cut that holds nobody out":   {"seed", lower, treatedAs("seed", lower, strata), []Fault{{FaultHeld, "u0", 0, 4}}},
		"a cut that holds all out":      {"seed", higher, treatedAs("seed", higher, strata), []Fault{{FaultHeld, "u0", 20, 4}}},
		"another number":                {"seed", more, right, []Fault{{FaultSeats, "u1", 5, 4}, {FaultHeld, "u1", 4, 5}}},
		"people who were not drawn":     {"seed", honest, stratum(Arms{append(slices.Clone(u0.Asked), "x"), u0.Held}), []Fault{{FaultMore, "u0", 21, 20}}},
		"a unit that was not drawn":     {"seed", honest[:1], right, []Fault{{FaultUnknown, "u1", 20, 0}}},
	} {
		if got := Check(c.seed, 0.2, c.drawn, c.treated); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if faults := Check("another", 0.2, honest, right); len(faults) == 0 {
		t.Error("another seed is believed")
	}
}
