package evaluation_test

import (
	"reflect"
	"testing"

	"khuevan/events"
	"khuevan/platform/host/hosttest"
	"khuevan/services/evaluation"
	"khuevan/trial"
)

func TestHonestArmsHaveNoFault(t *testing.T) {
	w := launched(t, 40, 7, 3, 1)
	if got := w.arms().Ticks; len(got) != 1 || got[0].Drawn || got[0].People != 0 || len(got[0].Faults) != 0 {
		t.Errorf("before the draw: %+v", got)
	}
	got := w.draws(nil).arms()
	want := []evaluation.ArmsCheck{{Tick: hosttest.Start, Until: deadline, Drawn: true, Units: 4, People: 51, Faults: []trial.Fault{}}}
	if got.Campaign != "c1" || got.Title != "An toàn" || !reflect.DeepEqual(got.Ticks, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestAPlantedArmIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		plant func(w *world)
		want  []trial.Fault
	}{
		"one who was drawn to be asked is held out": {func(w *world) {
			done := false
			w.draws(func(_ string, held bool) bool {
				if !held && !done {
					done = true
					return true
				}
				return held
			})
		}, []trial.Fault{{What: trial.FaultArm, Stratum: "u0", Found: 1}}},
		"two who were drawn to be held out are asked": {func(w *world) {
			n := 0
			w.draws(func(_ string, held bool) bool {
				if held && n < 2 {
					n++
					return false
				}
				return held
			})
		}, []trial.Fault{{What: trial.FaultArm, Stratum: "u0", Found: 2}}},
		"one is asked before the end all the same": {func(w *world) {
			w.draws(nil)
			for p, held := range w.arm {
				if held {
					w.Append(stream(p), events.PersonEnrolled{Person: p, Course: "attt", Period: 1, Version: 1, Due: deadline, Campaign: "c1", Tick: hosttest.Start})
					return
				}
			}
		}, []trial.Fault{{What: evaluation.FaultEarly, Found: 1}}},
		"somebody was never drawn": {func(w *world) {
			w.draws(nil)
			w.treats("x", "nowhere", true)
		}, []trial.Fault{{What: trial.FaultUnknown, Stratum: "nowhere", Found: 1}}},
		"nothing was drawn": {func(w *world) { w.treats("p0-0", "u0", true) }, []trial.Fault{{What: evaluation.FaultDraw, Found: 1}}},
	} {
		w := launched(t, 20)
		c.plant(w)
		if got := w.arms().Ticks[0].Faults; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// Another seed than the campaign's gives other arms that are consistent in themselves.
func TestADrawOfAnotherSeedIsFound(t *testing.T) {
	w := launched(t, 20)
	forged := events.ArmsDrawn{Campaign: "c1", Tick: hosttest.Start, Seed: trial.SeedOf(8, hosttest.Start), Share: 0.4}
	for _, d := range trial.Draw(forged.Seed, forged.Share, w.units) {
		forged.Units = append(forged.Units, events.DrawnUnit{Unit: d.Stratum, People: d.People, Held: d.Held, Cut: d.Cut})
		for _, p := range w.units[d.Stratum] {
			w.treats(p, d.Stratum, trial.IsHeld(forged.Seed, p, d.Cut))
		}
	}
	w.Append("enrolment.trial.c1_1", forged)
	found := map[string]bool{}
	for _, f := range w.arms().Ticks[0].Faults {
		found[f.What] = true
	}
	for _, what := range []string{evaluation.FaultSeed, evaluation.FaultShare, trial.FaultSeats, trial.FaultArm} {
		if !found[what] {
			t.Errorf("%s is not found: %v", what, found)
		}
	}
}
