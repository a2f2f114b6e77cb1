package measure

import (
	"math"
)

// Figure is a statistic that may be missing: OK is false, and Value 0, when there is not enough data. Never NaN.
type Figure struct {
	Value float64 `json:"value"`
	OK    bool    `json:"ok"`
}

// figure holds a value, unless it is none.
func figure(v float64, ok bool) Figure {
	if !ok || math.IsNaN(v) || math.IsInf(v, 0) {
		return Figure{}
	}
	return Figure{Value: v, OK: true}
}

// Sums are the power sums of some numbers. They are sums, so that a number can be taken away again and two of them
// can be joined; the numbers are marks from 0 to 1, for which the loss of digits in a variance does not matter.
type Sums struct {
	N  int64   `json:"n"`
	S  float64 `json:"s"`
	SS float64 `json:"ss"`
}

// add counts x once more; with sign −1 once less. Empty sums are exactly zero.
func (s *Sums) add(x float64, sign int64) {
	f := float64(sign)
	s.N, s.S, s.SS = s.N+sign, s.S+f*x, s.SS+f*x*x
	if s.N == 0 {
		*s = Sums{}
	}
}

func (s *Sums) merge(o Sums) {
	s.N, s.S, s.SS = s.N+o.N, s.S+o.S, s.SS+o.SS
}

// Mean of at least one number.
func (s Sums) Mean() Figure {
	return figure(s.S/float64(s.N), s.N > 0)
}

// Variance is the sample variance (÷ n−1) of at least two numbers.
func (s Sums) Variance() Figure {
	return figure(s.squares()/float64(s.N-1), s.N > 1)
}

// squares is the sum of squared distances from the mean; rounding does not make it negative.
func (s Sums) squares() float64 {
	if s.N < 1 {
		return 0
	}
	return math.Max(0, s.SS-s.S*s.S/float64(s.N))
}

// PairSums are the power sums of pairs of numbers.
type PairSums struct {
	X  Sums    `json:"x"`
	Y  Sums    `json:"y"`
	XY float64 `json:"xy"`
}

func (p *PairSums) add(x, y float64, sign int64) {
	p.X.add(x, sign)
	p.Y.add(y, sign)
	p.XY += float64(sign) * x * y
	if p.X.N == 0 {
		*p = PairSums{}
	}
}

func (p *PairSums) merge(o PairSums) {
	p.X.merge(o.X)
	p.Y.merge(o.Y)
	p.XY += o.XY
}

// Correlation is Pearson's, of at least three pairs in which both numbers vary.
func (p PairSums) Correlation() Figure {
	const varies = 1e-9 // of a sum of squares: what rounding leaves of equal marks
	n, xx, yy := float64(p.X.N), p.X.squares(), p.Y.squares()
	if p.X.N < 3 || xx < varies || yy < varies {
		return Figure{}
	}
	r := (p.XY - p.X.S*p.Y.S/n) / math.Sqrt(xx*yy)
	return figure(math.Max(-1, math.Min(1, r)), true)
}
