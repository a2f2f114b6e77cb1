package measure

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// near says whether two tallies hold the same numbers, up to rounding, as a store would keep them.
func near(a, b any) bool { return nearJSON(stored(a), stored(b)) }

func stored(a any) (back any) {
	body, err := json.Marshal(a)
	if err != nil || json.Unmarshal(body, &back) != nil {
		return err
	}
	return back
}

func nearJSON(a, b any) bool {
	switch x := a.(type) {
	case float64:
		y, ok := b.(float64)
		return ok && math.Abs(x-y) < 1e-9
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, nearJSON)
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for k, v := range x {
			if w, has := y[k]; !has || !nearJSON(v, w) {
				return false
			}
		}
		return true
	default:
		return reflect.DeepEqual(a, b)
	}
}

// drawAttempt is any attempt at some of ten items.
func drawAttempt(rt *rapid.T) []Answer {
	ids := rapid.SliceOfNDistinct(rapid.IntRange(0, 9), 0, 10, rapid.ID[int]).Draw(rt, "items")
	var attempt []Answer
	for _, id := range ids {
		attempt = append(attempt, Answer{
			Item:    fmt.Sprint(id),
			Mark:    rapid.SampledFrom([]float64{0, 1.0 / 3, 0.5, 2.0 / 3, 1}).Draw(rt, "mark"),
			Choices: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 3, rapid.ID[string]).Draw(rt, "choices"),
			Seconds: rapid.Float64Range(-1, 1e5).Draw(rt, "seconds"),
		})
	}
	return attempt
}

// tallies of items and of the test.
type tallies struct {
	Items map[string]ItemTally
	Test  TestTally
}

func (a *tallies) add(attempt []Answer) {
	a.Test.Add(attempt)
	for _, r := range Replies(attempt) {
		t := a.Items[r.Item]
		t.Add(r)
		a.Items[r.Item] = t
	}
}

func (a *tallies) remove(attempt []Answer) {
	a.Test.Remove(attempt)
	for _, r := range Replies(attempt) {
		t := a.Items[r.Item]
		t.Remove(r)
		a.Items[r.Item] = t
	}
}

func tallied(attempts ...[]Answer) tallies {
	a := tallies{Items: map[string]ItemTally{}}
	for _, attempt := range attempts {
		a.add(attempt)
	}
	return a
}

func TestRemovingUndoesAdding(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		stay := rapid.SliceOfN(rapid.Custom(drawAttempt), 0, 20).Draw(rt, "stay")
		leave := rapid.SliceOfN(rapid.Custom(drawAttempt), 0, 20).Draw(rt, "leave")
		got := tallied(append(slices.Clone(stay), leave...)...)
		for _, attempt := range leave {
			got.remove(attempt)
		}
		want := tallied(stay...)
		for id, it := range got.Items {
			if !near(it, want.Items[id]) {
				rt.Fatalf("item %s: %+v, want %+v", id, it, want.Items[id])
			}
		}
		if !near(got.Test, want.Test) {
			rt.Fatalf("test: %+v, want %+v", got.Test, want.Test)
		}
	})
}

func TestMergingIsAddingAll(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		some := rapid.SliceOfN(rapid.Custom(drawAttempt), 0, 20).Draw(rt, "some")
		more := rapid.SliceOfN(rapid.Custom(drawAttempt), 0, 20).Draw(rt, "more")
		one, two, all := tallied(some...), tallied(more...), tallied(append(slices.Clone(some), more...)...)
		one.Test.Merge(two.Test)
		if !near(one.Test, all.Test) {
			rt.Fatalf("test: %+v, want %+v", one.Test, all.Test)
		}
		for id, want := range all.Items {
			it := one.Items[id]
			it.Merge(two.Items[id])
			if !near(it, want) {
				rt.Fatalf("item %s: %+v, want %+v", id, it, want)
			}
		}
	})
}

// Whatever was counted, no figure is NaN, and shares are shares.
func TestFiguresAreNumbers(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := tallied(rapid.SliceOfN(rapid.Custom(drawAttempt), 0, 30).Draw(rt, "attempts")...)
		var items []ItemTally
		for _, it := range a.Items {
			items = append(items, it)
			sum := 0.0
			for _, line := range it.Table() {
				if math.Abs(line.Low+line.Middle+line.High-float64(it.Choices[line.Choice].Rest.N)) > 1e-9 || min(line.Low, line.Middle, line.High) < -1e-9 {
					rt.Fatalf("thirds do not add up: %+v", line)
				}
				sum += line.Low
			}
			for _, f := range []Figure{it.Facility(), it.Variance(), it.Discrimination(), it.Exposure(a.Test.Marks.N), it.Times.Quantile(0.5)} {
				if math.IsNaN(f.Value) || math.IsInf(f.Value, 0) {
					rt.Fatalf("got %+v", f)
				}
			}
		}
		r := a.Test.Reliability(items)
		if math.IsNaN(r.Alpha.Value) || math.IsNaN(r.Error.Value) || r.Alpha.Value > 1+1e-9 || r.Alpha.OK != r.Error.OK {
			rt.Fatalf("got %+v", r)
		}
	})
}

func TestNothingHasNoFigures(t *testing.T) {
	var it ItemTally
	for _, f := range []Figure{
		it.Facility(), it.Variance(), it.Discrimination(), it.Exposure(0), it.Times.Quantile(0.9),
		TestTally{}.Reliability(nil).Alpha, CutFor(nil, 5),
	} {
		if f != (Figure{}) {
			t.Errorf("got %+v", f)
		}
	}
	if it.Table() != nil || it.Findings([]string{"a"}, []string{"a"}, DefaultLimits()) != nil {
		t.Error("something is said of nothing")
	}
}

func TestDiscriminationIsTheItemRestCorrelation(t *testing.T) {
	// Marks of four people on three items. Item 0 is 1 0 1 0; its rest is 1 0.5 0.5 0; r = 0.5/√(1·0.5).
	a := tallied(
		[]Answer{{Item: "0", Mark: 1}, {Item: "1", Mark: 1}, {Item: "2", Mark: 1}},
		[]Answer{{Item: "0", Mark: 0}, {Item: "1", Mark: 1}, {Item: "2", Mark: 0}},
		[]Answer{{Item: "0", Mark: 1}, {Item: "1", Mark: 0}, {Item: "2", Mark: 1}},
		[]Answer{{Item: "0", Mark: 0}, {Item: "1", Mark: 0}, {Item: "2", Mark: 0}},
	)
	it := a.Items["0"]
	if d := it.Discrimination(); !d.OK || math.Abs(d.Value-0.5/math.Sqrt(0.5)) > 1e-12 {
		t.Errorf("discrimination %+v", d)
	}
	if f, v := it.Facility(), it.Variance(); f.Value != 0.5 || math.Abs(v.Value-1.0/3) > 1e-12 {
		t.Errorf("facility %+v, variance %+v", f, v)
	}
	// Totals are 3 1 2 0, of variance 5/3; each item has 1/3: α = 3/2 · (1 − 1 ÷ 5/3) = 0.6.
	r := a.Test.Reliability([]ItemTally{a.Items["0"], a.Items["1"], a.Items["2"]})
	if math.Abs(r.Alpha.Value-0.6) > 1e-12 || math.Abs(r.Error.Value-math.Sqrt(5.0/3*0.4)/3) > 1e-12 {
		t.Errorf("got %+v", r)
	}
}

// With drawn items α still is the reliability, which is known when the truth is: the correlation of the marks of two
// attempts of the same people at other draws, or Spearman's square of the correlation with the true mark.
func TestAlphaOfDrawnItems(t *testing.T) {
	truth := newTruth(13, 150, 6000)
	a := tallies{Items: map[string]ItemTally{}}
	var marks PairSums
	for p := range truth.abilities {
		var attempt []Answer
		relative := 0.0
		for _, i := range truth.rng.Perm(150)[:20] {
			m := truth.mark(p, i)
			attempt = append(attempt, Answer{Item: fmt.Sprint(i), Mark: m})
			relative += (m - Expected(truth.items[i:i+1], 0)) / 20
		}
		a.add(attempt)
		marks.add(Expected(truth.items, truth.abilities[p]), relative, 1)
	}
	var items []ItemTally
	for _, it := range a.Items {
		items = append(items, it)
	}
	r, want := a.Test.Reliability(items), math.Pow(marks.Correlation().Value, 2)
	t.Logf("alpha %.3f, reliability %.3f, error %.3f", r.Alpha.Value, want, r.Error.Value)
	if math.Abs(r.Alpha.Value-want) > 0.03 {
		t.Errorf("alpha %v, but the reliability is %v", r.Alpha.Value, want)
	}
	// Marks by pure chance are not reliable, however different the drawn items are.
	a = tallies{Items: map[string]ItemTally{}}
	for range 4000 {
		var attempt []Answer
		for _, i := range truth.rng.Perm(150)[:20] {
			m := 0.0
			if truth.rng.Float64() < truth.items[i].P(0) {
				m = 1
			}
			attempt = append(attempt, Answer{Item: fmt.Sprint(i), Mark: m})
		}
		a.add(attempt)
	}
	items = nil
	for _, it := range a.Items {
		items = append(items, it)
	}
	if r := a.Test.Reliability(items); math.Abs(r.Alpha.Value) > 0.06 {
		t.Errorf("alpha of chance is %v", r.Alpha.Value)
	}
}

func TestQuantilesOfTimes(t *testing.T) {
	var times Times
	for i := range 1000 {
		times.add(float64(i+1)/10, 1)
	}
	for share, want := range map[float64]float64{0.5: 50, 0.9: 90} {
		if got := times.Quantile(share); !got.OK || math.Abs(got.Value/want-1) > 0.05 {
			t.Errorf("%v: %+v, want about %v", share, got, want)
		}
	}
	before := times
	for _, none := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		times.add(none, 1)
	}
	if times != before {
		t.Error("what is no duration is counted")
	}
}

func TestThirds(t *testing.T) {
	var it ItemTally
	for i := range 30 {
		choice := "c"
		if i < 10 {
			choice = "a"
		} else if i < 20 {
			choice = "b"
		}
		it.Add(Reply{Answer: Answer{Choices: []string{choice}}, Rest: float64(i) / 29})
	}
	table := it.Table()
	if len(table) != 3 || table[0].Low < 9 || table[1].Middle < 8 || table[2].High < 9 {
		t.Errorf("got %+v", table)
	}
}
