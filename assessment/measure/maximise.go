package measure

import (
	"math"
	"slices"
	"sync"
)

// maximise is the M step: new parameters of every item, each alone, and then the scale. It gives the largest change.
func (e *em) maximise(s *expected) float64 {
	old := slices.Clone(e.items)
	var working sync.WaitGroup
	for w := range e.workers {
		working.Go(func() {
			for j := w; j < len(e.items); j += e.workers {
				e.items[j] = e.best(e.items[j], e.right[j], s.theta[j], &s.takers[j])
			}
		})
	}
	working.Wait()
	e.rescale(s)
	e.tabulate()
	most := 0.0
	for j, it := range e.items {
		most = max(most, math.Abs(it.A-old[j].A), math.Abs(it.B-old[j].B))
	}
	return most
}

// rescale sets the scale so that ability has mean 0 and standard deviation 1.
//
// With many items an answer sheet says almost all about a person, and N(0, 1) next to nothing; plain EM then needs
// thousands of steps until all items together have found their place on the scale. So mean and spread of the ability are
// parameters too (parameter expansion: Liu, Rubin and Wu, "Parameter expansion to accelerate EM: the PX-EM algorithm",
// Biometrika 85, 1998), and are put into the items' parameters at once. Both are chosen with the items' priors, first
// the mean and then the spread, so that the marginal posterior never falls and its maximum is the same.
func (e *em) rescale(s *expected) {
	n, mean := float64(s.people), s.first/float64(s.people)
	toA, toB := 1/(e.LogASD*e.LogASD), 1/(e.BSD*e.BSD)
	shift, all := n*mean, n
	for _, it := range e.items {
		shift, all = shift+(it.B-e.B)*toB, all+toB
	}
	shift /= all
	square := s.second - 2*shift*s.first + n*shift*shift
	ln := 0.0 // of the spread
	const most, farthest = 20, 0.2
	for range most {
		f := math.Exp(-ln)
		up, curve := square*f*f-n, 2*square*f*f
		for _, it := range e.items {
			d := (it.B - shift) * f
			up += (d-e.B)*d*toB - (math.Log(it.A)+ln-e.LogA)*toA
			curve += (2*d-e.B)*d*toB + toA
		}
		step := clamp(up/math.Max(curve, n), -farthest, farthest)
		if ln += step; math.Abs(step) < 1e-12 {
			break
		}
	}
	for j, it := range e.items {
		e.items[j] = Item{A: clamp(it.A*math.Exp(ln), leastA, mostA), B: clamp((it.B-shift)*math.Exp(-ln), -mostB, mostB)}
	}
}

// best finds the maximum of the expected log-posterior of one item by Newton's method in (ln A, B) with the expected
// information, which is positive definite; steps and parameters are bounded. right is Σ m, theta Σ m·E[θ].
func (e *em) best(it Item, right, theta float64, takers *row) Item {
	const (
		most     = 30
		farthest = 0.5
		near     = 1e-10
	)
	for range most {
		gl, gb, ll, lb, bb := e.gradient(it, right, theta, takers)
		det := ll*bb - lb*lb
		dl, db := (bb*gl-lb*gb)/det, (ll*gb-lb*gl)/det
		if far := math.Max(math.Abs(dl), math.Abs(db)); far > farthest {
			dl, db = dl*farthest/far, db*farthest/far
		}
		next := Item{A: clamp(it.A*math.Exp(dl), leastA, mostA), B: clamp(it.B+db, -mostB, mostB)}
		done := math.Abs(next.A-it.A) < near && math.Abs(next.B-it.B) < near
		it = next
		if done {
			break
		}
	}
	return it
}

// gradient of the expected log-posterior in (ln A, B), and the information.
func (e *em) gradient(it Item, right, theta float64, takers *row) (gl, gb, ll, lb, bb float64) {
	off, offTheta := right, theta
	for k, t := range e.points {
		d := t - it.B
		p := it.P(t)
		n := takers[k]
		off -= n * p
		offTheta -= n * p * t
		v := n * p * (1 - p)
		ll += v * d * d
		lb -= v * d
		bb += v
	}
	a2, toA, toB := it.A*it.A, 1/(e.LogASD*e.LogASD), 1/(e.BSD*e.BSD)
	gl = it.A*(offTheta-it.B*off) - (math.Log(it.A)-e.LogA)*toA
	gb = -it.A*off - (it.B-e.B)*toB
	return gl, gb, a2*ll + toA, a2 * lb, a2*bb + toB
}

func clamp(x, low, high float64) float64 { return math.Max(low, math.Min(high, x)) }
