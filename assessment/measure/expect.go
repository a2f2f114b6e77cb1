package measure

import (
	"context"
	"math"
	"sync"
)

// expected are the sums of an E step. As ln P − ln(1−P) is linear in θ, of the right answers only two sums per item
// matter: the marks, which never change, and the marks times the expected abilities.
type expected struct {
	takers []row     // people expected at each point, of those who answered the item
	theta  []float64 // Σ mark · E[θ]
	fit    float64   // ln of the marginal likelihood
	people int
	first  float64        // Σ E[θ] over the people
	second float64        // Σ E[θ²]
	cross  []crossProduct // only in the last step
}

// crossProduct sums a person's score of A and B of one item, multiplied with itself.
type crossProduct struct{ aa, ab, bb float64 }

func (s *expected) clear() {
	clear(s.takers)
	clear(s.theta)
	clear(s.cross)
	s.fit, s.people, s.first, s.second = 0, 0, 0, 0
}

func (s *expected) merge(o *expected) {
	for j := range s.takers {
		to, from := &s.takers[j], &o.takers[j]
		for k := range to {
			to[k] += from[k]
		}
		s.theta[j] += o.theta[j]
	}
	for j, c := range o.cross {
		s.cross[j].aa += c.aa
		s.cross[j].ab += c.ab
		s.cross[j].bb += c.bb
	}
	s.fit += o.fit
	s.people += o.people
	s.first += o.first
	s.second += o.second
}

// chunks is into how many parts the people are divided, whatever the number of workers: the parts are summed in their
// order, so that rounding is the same on every machine.
const chunks = 32

// expect is the E step over all people. With scores it also fills in those.
func (e *em) expect(ctx context.Context, scores []crossProduct) (*expected, error) {
	total := e.newExpected(scores)
	people := e.answers.People()
	next := make(chan int, chunks)
	var before [chunks + 1]chan struct{}
	for i := range before {
		before[i] = make(chan struct{})
	}
	close(before[0])
	for i := range chunks {
		next <- i
	}
	close(next)
	var working sync.WaitGroup
	for range min(e.workers, chunks) {
		working.Go(func() {
			var own []crossProduct
			if scores != nil {
				own = make([]crossProduct, len(scores))
			}
			w := worker{em: e, sums: e.newExpected(own)}
			for i := range next {
				w.sums.clear()
				w.chunk(ctx, people*i/chunks, people*(i+1)/chunks)
				<-before[i]
				total.merge(w.sums)
				close(before[i+1])
			}
		})
	}
	working.Wait()
	return total, ctx.Err()
}

func (e *em) newExpected(scores []crossProduct) *expected {
	return &expected{takers: make([]row, len(e.items)), theta: make([]float64, len(e.items)), cross: scores}
}

// worker does the E step for some people with room of its own.
type worker struct {
	*em
	sums   *expected
	places []int32
	marks  []float64
	weight row
}

func (w *worker) chunk(ctx context.Context, from, to int) {
	for person := from; person < to; person++ {
		if person%256 == 0 && ctx.Err() != nil {
			return
		}
		w.gather(w.answers.of(person))
		if len(w.places) == 0 {
			continue
		}
		low, high, theta := w.posterior()
		for i, j := range w.places {
			w.sums.theta[j] += w.marks[i] * theta
			to, from := w.sums.takers[j][low:high], w.weight[low:high]
			for k := range to {
				to[k] += from[k]
			}
		}
		if w.sums.cross != nil {
			w.score(low, high)
		}
	}
}

// gather takes a person's answers to calibrated items.
func (w *worker) gather(answers []uint32) {
	w.places, w.marks = w.places[:0], w.marks[:0]
	for _, p := range answers {
		if j := w.place[p>>markBits]; j >= 0 {
			w.places = append(w.places, j)
			w.marks = append(w.marks, markOf(p))
		}
	}
}

// posterior sets the weights of the points for a person, and gives the range of those that matter and the mean. The
// others, each below 1e-16 of the greatest, are set to zero.
func (w *worker) posterior() (low, high int, mean float64) {
	logs, slope, at := w.prior, 0.0, 0.0
	for i, j := range w.places {
		slope += w.marks[i] * w.linear[j].A
		at += w.marks[i] * w.linear[j].B
	}
	w.addRows(&logs)
	best := math.Inf(-1)
	for k, t := range w.points {
		logs[k] += slope*t - at
		best = math.Max(best, logs[k])
	}
	const matters = -37
	sum := 0.0
	low, high = nodes, 0
	for k := range logs {
		w.weight[k] = 0
		if logs[k]-best > matters {
			w.weight[k] = math.Exp(logs[k] - best)
			sum += w.weight[k]
			low, high = min(low, k), k+1
		}
	}
	for k := low; k < high; k++ {
		w.weight[k] /= sum
		mean += w.weight[k] * w.points[k]
		w.sums.second += w.weight[k] * w.points[k] * w.points[k]
	}
	w.sums.people++
	w.sums.first += mean
	w.sums.fit += best + math.Log(sum)
	return low, high, mean
}

// addRows adds ln(1−P) of all gathered items, four at a time: this is where the time goes.
func (w *worker) addRows(logs *[nodes]float64) {
	places := w.places
	for len(places) >= 4 {
		a, b, c, d := &w.wrong[places[0]], &w.wrong[places[1]], &w.wrong[places[2]], &w.wrong[places[3]]
		for k := range logs {
			logs[k] += (a[k] + b[k]) + (c[k] + d[k])
		}
		places = places[4:]
	}
	for _, j := range places {
		a := &w.wrong[j]
		for k := range logs {
			logs[k] += a[k]
		}
	}
}

// score adds the cross products of a person's scores: E[(m − P)(θ − B)] for A and −A·E[m − P] for B.
func (w *worker) score(low, high int) {
	for i, j := range w.places {
		it, sa, sb := w.items[j], 0.0, 0.0
		for k := low; k < high; k++ {
			off := w.weight[k] * (w.marks[i] - (1 - math.Exp(w.wrong[j][k])))
			sa += off * (w.points[k] - it.B)
			sb -= off * it.A
		}
		c := &w.sums.cross[j]
		c.aa += sa * sa
		c.ab += sa * sb
		c.bb += sb * sb
	}
}
