package measure

import "math"

// A time falls into one of four bins per doubling, from half a second to 2¹³ s (2 h 17 min).
const (
	timeBins       = 56
	binsPerDouble  = 4
	shortestSecond = 0.5
)

// Times is a histogram of durations on a logarithmic scale. A bin is 19 % wide, and that bounds the error of a quantile.
type Times struct {
	N    int64           `json:"n"`
	Bins [timeBins]int64 `json:"bins"`
}

// add counts a duration in seconds, or with sign −1 takes it away; none, or one that is no duration, is not counted.
func (t *Times) add(seconds float64, sign int64) {
	if !(seconds > 0) || math.IsInf(seconds, 0) {
		return
	}
	bin := int(math.Floor(binsPerDouble * math.Log2(seconds/shortestSecond)))
	t.Bins[min(max(bin, 0), timeBins-1)] += sign
	t.N += sign
}

func (t *Times) merge(o Times) {
	t.N += o.N
	for i, n := range o.Bins {
		t.Bins[i] += n
	}
}

// Quantile is the time in seconds within which the given share of the answers came, 0 < share < 1.
func (t Times) Quantile(share float64) Figure {
	if t.N <= 0 {
		return Figure{}
	}
	want, before := share*float64(t.N), 0.0
	for i, n := range t.Bins {
		if c := float64(n); c > 0 && before+c >= want {
			at := float64(i) + (want-before)/c
			return figure(shortestSecond*math.Exp2(at/binsPerDouble), true)
		}
		before += float64(n)
	}
	return figure(shortestSecond*math.Exp2(timeBins/binsPerDouble), true)
}
