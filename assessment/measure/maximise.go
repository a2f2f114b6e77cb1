package measure

import (
	"math"
	"sync"
)

// maximise is the M step: new parameters of every item, each alone. It gives the largest change.
func (e *em) maximise(s *expected) float64 {
	changes := make([]float64, e.workers)
	var working sync.WaitGroup
	for w := range e.workers {
		working.Go(func() {
			for j := w; j < len(e.items); j += e.workers {
				old := e.items[j]
				e.items[j] = e.best(old, e.right[j], s.theta[j], &s.takers[j])
				changes[w] = math.Max(changes[w], math.Max(math.Abs(e.items[j].A-old.A), math.Abs(e.items[j].B-old.B)))
			}
		})
	}
	working.Wait()
	e.tabulate()
	most := 0.0
	for _, c := range changes {
		most = math.Max(most, c)
	}
	return most
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
