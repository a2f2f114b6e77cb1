package measure

import (
	"fmt"
	"math"
	"testing"
)

func TestDriftIsFoundBesideAShift(t *testing.T) {
	truth := newTruth(23, 60, 3000)
	before, _ := calibrated(t, truth.answers(t, 30), DefaultCalibration())
	// A year later people are abler by 0.4, and three items have become easier or harder.
	drifted := map[int]float64{4: -1, 20: 0.9, 41: -1.2}
	for i, by := range drifted {
		truth.items[i].B += by
	}
	for p := range truth.abilities {
		truth.abilities[p] = truth.rng.NormFloat64() + 0.4
	}
	after, _ := calibrated(t, truth.answers(t, 30), DefaultCalibration())
	pairs := []Pairing{{ID: "not calibrated", After: after[0]}}
	for i := range before {
		pairs = append(pairs, Pairing{fmt.Sprint(i), before[i], after[i]})
	}
	drifts, shift := Drifts(pairs, DefaultDriftLimits())
	if len(drifts) != 60 || math.Abs(shift+0.4) > 0.08 {
		t.Errorf("%d pairs, shift %v", len(drifts), shift)
	}
	for i, d := range drifts {
		by, want := drifted[i]
		if d.ID != fmt.Sprint(i) || d.Flagged != want || math.Abs(d.Change-by) > 4*d.Error {
			t.Errorf("item %d, moved by %v: %+v", i, by, d)
		}
	}
	if none, shift := Drifts(nil, DefaultDriftLimits()); none != nil || shift != 0 {
		t.Errorf("nothing drifts by %v", shift)
	}
}
