package measure

import "math"

// TestTally counts the attempts at one quiz.
type TestTally struct {
	Marks   Sums `json:"marks"`   // mean mark of each attempt, 0 to 1
	Lengths Sums `json:"lengths"` // items of each attempt
}

// Add counts an attempt; one without items is none.
func (t *TestTally) Add(attempt []Answer) { t.count(attempt, 1) }

// Remove takes away an attempt that was counted.
func (t *TestTally) Remove(attempt []Answer) { t.count(attempt, -1) }

func (t *TestTally) count(attempt []Answer, sign int64) {
	if len(attempt) == 0 {
		return
	}
	sum := 0.0
	for _, a := range attempt {
		sum += a.Mark
	}
	t.Marks.add(sum/float64(len(attempt)), sign)
	t.Lengths.add(float64(len(attempt)), sign)
}

// Merge adds what another tally of the same quiz counted.
func (t *TestTally) Merge(o TestTally) {
	t.Marks.merge(o.Marks)
	t.Lengths.merge(o.Lengths)
}

// Reliability says how far an attempt's mark would be the same with other items of the kind.
type Reliability struct {
	Alpha Figure // Cronbach's α
	Error Figure // standard error of measurement of the mean mark, 0 to 1; ten times as much on the scale of 10
}

// Reliability is Cronbach's α and the standard error of measurement that follows from it.
//
// α = k/(k−1) · (1 − Σ var_i / var_total) (Cronbach, Psychometrika 16, 1951), where k is the mean number of items of an
// attempt and Σ var_i the mean over the attempts of the sum of their items' variances, which is Σ n_i·var_i ÷ attempts
// over the items. items must be the tallies of these attempts and no others.
//
// When attempts draw different items, the drawn difficulty varies too, and var_total would count that as if people
// differed. So its expectation is taken out: k·B·(M−k)/(M−1), with B the variance of the M items' facilities weighted
// by use, which is the variance of the sum of k drawn without replacement. With the same items for all, M = k, nothing is
// taken out and α is Cronbach's to the letter.
//
// It assumes: items drawn at random and equally likely (a blueprint that draws by topic makes the difficulty vary less,
// and then α is a little too low); attempts of about equal length; independent answers given ability; and equal true-score
// variance of items, without which α is a lower bound. The error is sd_total · √(1−α).
//
// Items answered fewer than twice are left out. It is missing for fewer than 2 items, fewer than 3 attempts, or when
// nothing varies; of few attempts it is rough.
func (t TestTally) Reliability(items []ItemTally) Reliability {
	k := t.Lengths.Mean()
	if t.Marks.N < 3 || k.Value < 1.5 {
		return Reliability{}
	}
	attempts := float64(t.Marks.N)
	total := k.Value * k.Value * t.Marks.Variance().Value
	within, bank, used, first, second := 0.0, 0.0, 0.0, 0.0, 0.0
	for _, it := range items {
		v, f, n := it.Variance(), it.Facility().Value, float64(it.N())
		if !v.OK {
			continue
		}
		within += n * v.Value / attempts
		bank, used, first, second = bank+1, used+n, first+n*f, second+n*f*f
	}
	if bank > k.Value {
		mean := first / used
		total -= k.Value * math.Max(0, second/used-mean*mean) * (bank - k.Value) / (bank - 1)
	}
	const varies = 1e-9
	if total < varies || used == 0 {
		return Reliability{}
	}
	alpha := math.Min(1, k.Value/(k.Value-1)*(1-within/total))
	sem := math.Sqrt(total*(1-alpha)) / k.Value
	return Reliability{Alpha: figure(alpha, true), Error: figure(sem, true)}
}
