package trial

import (
	"cmp"
	"math"
	"slices"
)

// LeastArm is how many people an arm needs: with fewer nothing can be said, and single people could be told apart.
const LeastArm = 5

// Count is how many people there are, and how many of them did it.
type Count struct{ N, Yes int }

// Stratum is the outcome in a stratum.
type Stratum struct {
	Name        string
	Asked, Held Count
}

// Effect is a difference between those asked and those held out, with its interval of 95 %.
type Effect struct {
	TooFew bool    `json:"too_few,omitempty"` // an arm is smaller than LeastArm: nothing else is said
	NAsked int     `json:"n_asked,omitempty"`
	NHeld  int     `json:"n_held,omitempty"`
	Asked  float64 `json:"asked"` // share or mean of the arm
	Held   float64 `json:"held"`
	Value  float64 `json:"value"` // Asked less Held; may be zero, or harmful
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

// Clear reports whether the interval leaves zero out.
func (e Effect) Clear() bool { return !e.TooFew && (e.Low > 0 || e.High < 0) }

const z95 = 1.959963984540054

// Difference is the effect on the share of people who did something.
func Difference(strata []Stratum) Effect {
	groups := collapse(strata)
	var asked, held arm
	people := 0
	for _, g := range groups {
		people += g.Asked.N + g.Held.N
		asked.n += g.Asked.N
		held.n += g.Held.N
	}
	if asked.n < LeastArm || held.n < LeastArm {
		return Effect{TooFew: true}
	}
	for _, g := range groups {
		w := float64(g.Asked.N+g.Held.N) / float64(people)
		asked.add(w, g.Asked)
		held.add(w, g.Held)
	}
	e := Effect{NAsked: asked.n, NHeld: held.n, Asked: asked.share, Held: held.share, Value: asked.share - held.share}
	lowAsked, highAsked := asked.wilson()
	lowHeld, highHeld := held.wilson()
	e.Low = e.Value - math.Hypot(asked.share-lowAsked, highHeld-held.share)
	e.High = e.Value + math.Hypot(highAsked-asked.share, held.share-lowHeld)
	return e
}

// arm gathers a weighted share with its variance.
type arm struct {
	n               int
	share, variance float64
}

func (a *arm) add(weight float64, c Count) {
	n := float64(c.N)
	p := float64(c.Yes) / n
	a.share += weight * p
	if c.N > 1 {
		a.variance += weight * weight * p * (1 - p) / (n - 1)
	}
}

// like is how many people of a plain sample would tell as much. A few who did it, or did not, tell little of the variance, so
// it stays within a factor of two.
func (a arm) like() float64 {
	n, spread := float64(a.n), a.share*(1-a.share)
	if a.variance <= 0 || spread <= 0 {
		return n
	}
	return min(max(spread/a.variance, n/2), 2*n)
}

// wilson is the score interval of a share.
func (a arm) wilson() (low, high float64) {
	n, p := a.like(), min(max(a.share, 0), 1)
	mid := (p + z95*z95/(2*n)) / (1 + z95*z95/n)
	half := z95 / (1 + z95*z95/n) * math.Sqrt(p*(1-p)/n+z95*z95/(4*n*n))
	return max(mid-half, 0), min(mid+half, 1)
}

// collapse puts strata together until each group has people enough in both arms: the large ones stay alone, small ones join
// others of their size. What is left at the end joins the last group.
func collapse(strata []Stratum) []Stratum {
	sorted := slices.Clone(strata)
	slices.SortFunc(sorted, func(a, b Stratum) int {
		return cmp.Or(cmp.Compare(b.Asked.N+b.Held.N, a.Asked.N+a.Held.N), cmp.Compare(a.Name, b.Name))
	})
	var groups []Stratum
	var open Stratum
	for _, s := range sorted {
		open = open.plus(s)
		if min(open.Asked.N, open.Held.N) >= LeastArm {
			groups, open = append(groups, open), Stratum{}
		}
	}
	if len(groups) == 0 {
		return []Stratum{open}
	}
	last := len(groups) - 1
	groups[last] = groups[last].plus(open)
	return groups
}

func (s Stratum) plus(o Stratum) Stratum {
	s.Asked = Count{s.Asked.N + o.Asked.N, s.Asked.Yes + o.Asked.Yes}
	s.Held = Count{s.Held.N + o.Held.N, s.Held.Yes + o.Held.Yes}
	return s
}

// Score is somebody's mark after, and before where there is one.
type Score struct {
	Before float64
	Known  bool // whether there is one from before
	After  float64
}

// Means is the effect on marks, adjusted for what people knew before. Whoever has no mark from before counts with the mean of
// those who have one.
func Means(asked, held []Score) Effect {
	if len(asked) < LeastArm || len(held) < LeastArm {
		return Effect{TooFew: true}
	}
	fill := meanBefore(asked, held)
	a, h := momentsOf(asked, fill), momentsOf(held, fill)
	slope := 0.0
	if xx := a.xx + h.xx; xx > 0 {
		slope = (a.xy + h.xy) / xx
	}
	e := Effect{NAsked: len(asked), NHeld: len(held), Asked: a.y - slope*(a.x-fill), Held: h.y - slope*(h.x-fill)}
	e.Value = e.Asked - e.Held
	va, vh := a.residual(slope)/a.n, h.residual(slope)/h.n
	half := 0.0
	if va+vh > 0 {
		df := (va + vh) * (va + vh) / (va*va/(a.n-1) + vh*vh/(h.n-1)) // Welch and Satterthwaite
		half = quantileT(df) * math.Sqrt(va+vh)
	}
	e.Low, e.High = e.Value-half, e.Value+half
	return e
}

func meanBefore(arms ...[]Score) float64 {
	n, total := 0.0, 0.0
	for _, arm := range arms {
		for _, s := range arm {
			if s.Known {
				n, total = n+1, total+s.Before
			}
		}
	}
	return total / max(n, 1)
}

// moments are means and sums of squares about them.
type moments struct{ n, x, y, xx, xy, yy float64 }

func momentsOf(all []Score, fill float64) moments {
	m := moments{n: float64(len(all))}
	before := func(s Score) float64 {
		if s.Known {
			return s.Before
		}
		return fill
	}
	for _, s := range all {
		m.x, m.y = m.x+before(s)/m.n, m.y+s.After/m.n
	}
	for _, s := range all {
		dx, dy := before(s)-m.x, s.After-m.y
		m.xx, m.xy, m.yy = m.xx+dx*dx, m.xy+dx*dy, m.yy+dy*dy
	}
	return m
}

// residual is the variance of what a slope leaves unexplained.
func (m moments) residual(slope float64) float64 {
	return max(m.yy-2*slope*m.xy+slope*slope*m.xx, 0) / max(m.n-1, 1)
}

// quantileT is the 97.5 % quantile of Student's t: Cornish and Fisher's expansion about the normal one (Abramowitz and Stegun,
// 26.7.5), right to 0.01 from 4 degrees of freedom on.
func quantileT(df float64) float64 {
	z, s := z95, z95*z95
	g := []float64{
		(s + 1) * z / 4,
		((5*s+16)*s + 3) * z / 96,
		(((3*s+19)*s+17)*s - 15) * z / 384,
		((((79*s+776)*s+1482)*s-1920)*s - 945) * z / 92160,
	}
	t := z
	for i, x := range g {
		t += x / math.Pow(df, float64(i+1))
	}
	return t
}
