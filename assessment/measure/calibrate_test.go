package measure

import (
	"context"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func calibrated(tb testing.TB, a *Answers, c Calibration) ([]ItemEstimate, Report) {
	tb.Helper()
	items, report, err := Calibrate(tb.Context(), a, c)
	if err != nil {
		tb.Fatal(err)
	}
	return items, report
}

func TestCalibrationRecoversTheTruth(t *testing.T) {
	for _, c := range []struct {
		name         string
		each         int
		biasA, rmseA float64
		biasB, rmseB float64
	}{
		{"every item", 200, 0.03, 0.07, 0.04, 0.08},
		{"forty of two hundred", 40, 0.05, 0.13, 0.05, 0.14},
	} {
		t.Run(c.name, func(t *testing.T) {
			truth := newTruth(7, 200, 5000)
			items, report := calibrated(t, truth.answers(t, c.each), DefaultCalibration())
			if report.Steps > 20 {
				t.Errorf("%d steps: the scale is not found at once", report.Steps)
			}
			if !report.Converged || report.Items != 200 || report.People != 5000 {
				t.Errorf("report %+v", report)
			}
			var a, b, foundA, foundB []float64
			var za, zb Sums
			for i, it := range items {
				a, b = append(a, truth.items[i].A), append(b, truth.items[i].B)
				foundA, foundB = append(foundA, it.A), append(foundB, it.B)
				za.add((it.A-truth.items[i].A)/it.AError, 1)
				zb.add((it.B-truth.items[i].B)/it.BError, 1)
			}
			ra, rb := recovered(a, foundA), recovered(b, foundB)
			sdA, sdB := math.Sqrt(za.Variance().Value), math.Sqrt(zb.Variance().Value)
			t.Logf("%d steps; A: r %.4f bias %+.4f rmse %.4f; B: r %.4f bias %+.4f rmse %.4f; spread of errors A %.2f B %.2f",
				report.Steps, ra.r, ra.bias, ra.rmse, rb.r, rb.bias, rb.rmse, sdA, sdB)
			if ra.r < 0.85 || rb.r < 0.95 {
				t.Errorf("correlation with the truth: A %v, B %v", ra.r, rb.r)
			}
			if math.Abs(ra.bias) > c.biasA || ra.rmse > c.rmseA || math.Abs(rb.bias) > c.biasB || rb.rmse > c.rmseB {
				t.Errorf("A %+v, B %+v are beyond %+v", ra, rb, c)
			}
			// A standard error is one if the estimates scatter about the truth by as much.
			if math.Abs(sdA-1) > 0.2 || math.Abs(sdB-1) > 0.2 {
				t.Errorf("the estimates scatter by %v and %v of their standard errors", sdA, sdB)
			}
		})
	}
}

func TestFewAnswersAreNotCalibrated(t *testing.T) {
	truth := newTruth(3, 12, 400)
	a, err := NewAnswers(12, 400, 0)
	if err != nil {
		t.Fatal(err)
	}
	for p := range 400 {
		a.Person()
		for i := range 12 {
			if i == 5 && p >= 199 {
				continue
			}
			if err := a.Add(i, truth.mark(p, i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	items, report := calibrated(t, a, DefaultCalibration())
	for i, it := range items {
		if it.OK != (i != 5) {
			t.Errorf("item %d with %d answers: %+v", i, it.N, it)
		}
	}
	if items[5] != (ItemEstimate{N: 199}) || report.Items != 11 {
		t.Errorf("got %+v, %+v", items[5], report)
	}
	none, report := calibrated(t, a, Calibration{Least: 500})
	if len(none) != 12 || none[0].OK || !report.Converged {
		t.Errorf("got %+v, %+v", none[0], report)
	}
}

// Items that everybody or nobody has right have no likelihood estimate; the priors give them one.
func TestItemsWithoutVarianceStayBounded(t *testing.T) {
	truth := newTruth(5, 20, 600)
	a, err := NewAnswers(22, 600, 0)
	if err != nil {
		t.Fatal(err)
	}
	for p := range 600 {
		a.Person()
		for i := range 20 {
			if err := a.Add(i, truth.mark(p, i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(a.Add(20, 1), a.Add(21, 0)); err != nil {
			t.Fatal(err)
		}
	}
	items, report := calibrated(t, a, DefaultCalibration())
	easy, hard := items[20], items[21]
	if !report.Converged || !(easy.B < -3 && easy.B > -mostB) || !(hard.B > 3 && hard.B < mostB) {
		t.Errorf("easy %+v, hard %+v, %+v", easy, hard, report)
	}
	for _, it := range items {
		if !(it.A > leastA && it.A < mostA && it.AError > 0 && it.BError > 0 && it.BError < 3) {
			t.Errorf("got %+v", it)
		}
	}
}

// Half a mark for each of two people tells about what a mark for one of them tells.
func TestPartsOfAMarkCount(t *testing.T) {
	truth := newTruth(9, 30, 3000)
	a, err := NewAnswers(30, 3000, 0)
	if err != nil {
		t.Fatal(err)
	}
	for p := range 3000 {
		a.Person()
		for i := range 30 {
			// The mean of two tries at the same item has the expectation of one.
			if err := a.Add(i, (truth.mark(p, i)+truth.mark(p, i))/2); err != nil {
				t.Fatal(err)
			}
		}
	}
	items, _ := calibrated(t, a, DefaultCalibration())
	for i, it := range items {
		if math.Abs(it.B-truth.items[i].B) > 0.25 || math.Abs(it.A-truth.items[i].A) > 0.35*truth.items[i].A {
			t.Errorf("item %d: %+v, want %+v", i, it.Item, truth.items[i])
		}
	}
}

func TestEachStepFitsBetter(t *testing.T) {
	a := newTruth(11, 30, 500).answers(t, 20)
	before := math.Inf(-1)
	for steps := 1; steps < 12; steps++ {
		c := DefaultCalibration()
		c.Most, c.Tolerance, c.Gain = steps, 0, -1
		_, report := calibrated(t, a, c)
		if report.Fit < before || report.Steps != steps || report.Converged {
			t.Fatalf("step %d: fit %v after %v, %+v", steps, report.Fit, before, report)
		}
		before = report.Fit
	}
}

// The end is the maximum of the marginal posterior: whatever is moved, one item or all at once, it fits worse.
func TestCalibrationEndsAtTheMaximum(t *testing.T) {
	const items = 12
	c := DefaultCalibration()
	c.Tolerance, c.Gain = 1e-10, -1
	a := newTruth(29, items, 800).answers(t, 10)
	found, report := calibrated(t, a, c)
	fit := func(change func(j int, it Item) Item) float64 {
		e := newEM(a, c)
		for j := range e.items {
			e.items[j] = change(j, found[j].Item)
		}
		e.tabulate()
		sums, err := e.expect(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		return sums.fit + e.logPrior()
	}
	best := fit(func(_ int, it Item) Item { return it })
	if !report.Converged || math.Abs(best-report.Fit) > 1e-6 {
		t.Errorf("fit %v, reported %+v", best, report)
	}
	for _, by := range []float64{-0.01, 0.01} {
		for at := range items {
			if fit(func(j int, it Item) Item {
				if j == at {
					it.A += by
				}
				return it
			}) >= best || fit(func(j int, it Item) Item {
				if j == at {
					it.B += by
				}
				return it
			}) >= best {
				t.Errorf("item %d fits better when moved by %v", at, by)
			}
		}
		if fit(func(_ int, it Item) Item { return Item{it.A, it.B + by} }) >= best {
			t.Errorf("all fit better when shifted by %v", by)
		}
		if fit(func(_ int, it Item) Item { return Item{it.A * (1 + by), it.B / (1 + by)} }) >= best {
			t.Errorf("all fit better when stretched by %v", by)
		}
	}
}

func TestCalibrationDoesNotDependOnWorkersNorOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		truth := newTruth(seed, 15, rapid.IntRange(0, 300).Draw(rt, "people"))
		a := truth.answers(t, rapid.IntRange(1, 15).Draw(rt, "each"))
		c := DefaultCalibration()
		c.Least, c.Workers, c.Tolerance, c.Gain, c.Most = 20, 1, 0, -1, 30
		one, report := calibrated(t, a, c)
		c.Workers = rapid.IntRange(2, 9).Draw(rt, "workers")
		many, same := calibrated(t, a, c)
		if report != same {
			rt.Fatalf("%+v with one worker, %+v with %d", report, same, c.Workers)
		}
		shuffled, err := NewAnswers(15, a.People(), a.Len())
		if err != nil {
			rt.Fatal(err)
		}
		for _, p := range truth.rng.Perm(a.People()) {
			shuffled.Person()
			for _, packed := range a.of(p) {
				if err := shuffled.Add(int(packed>>markBits), markOf(packed)); err != nil {
					rt.Fatal(err)
				}
			}
		}
		other, _ := calibrated(t, shuffled, c)
		for i := range one {
			if one[i] != many[i] {
				rt.Fatalf("item %d: %+v with one worker, %+v with %d", i, one[i], many[i], c.Workers)
			}
			if math.Abs(one[i].A-other[i].A) > 1e-9 || math.Abs(one[i].B-other[i].B) > 1e-9 {
				rt.Fatalf("item %d: %+v in one order, %+v in another", i, one[i], other[i])
			}
		}
	})
}

func TestCalibrationEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := Calibrate(ctx, newTruth(1, 10, 300).answers(t, 10), DefaultCalibration()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAnswersRefuseWhatIsNone(t *testing.T) {
	if _, err := NewAnswers(mostItems+1, 0, 0); err == nil {
		t.Error("too many items are taken")
	}
	a, err := NewAnswers(3, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if a.Add(0, 1) == nil {
		t.Error("an answer of nobody is taken")
	}
	a.Person()
	for _, c := range []struct {
		item int
		mark float64
	}{{-1, 1}, {3, 1}, {0, -0.1}, {0, 1.1}, {0, math.NaN()}} {
		if a.Add(c.item, c.mark) == nil {
			t.Errorf("item %d, mark %v is taken", c.item, c.mark)
		}
	}
	if a.Len() != 0 {
		t.Errorf("%d answers", a.Len())
	}
	for _, n := range []int{1, 2, 3, 4, 5, 6, 8, 10, 12} {
		for k := range n + 1 {
			mark := float64(k) / float64(n)
			if err := a.Add(2, mark); err != nil {
				t.Fatal(err)
			}
			if got := markOf(a.packed[len(a.packed)-1]); math.Abs(got-mark) > 1e-15 {
				t.Errorf("%d/%d becomes %v", k, n, got)
			}
		}
	}
}
