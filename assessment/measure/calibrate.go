package measure

import (
	"context"
	"math"
	"runtime"
)

// Calibration says how items are calibrated; see DefaultCalibration.
type Calibration struct {
	Least     int     // answers that an item needs
	LogA      float64 // mean of the prior of ln A
	LogASD    float64
	B         float64 // mean of the prior of B
	BSD       float64
	Tolerance float64 // largest change of a parameter in the last step
	Gain      float64 // of ln of the likelihood in the last step; one of the two is enough
	Most      int     // steps
	Workers   int     // 0: one per processor; the result does not depend on it
}

// DefaultCalibration: items with at least 200 answers; ln A ~ N(ln 1, 0.5), B ~ N(0, 2).
func DefaultCalibration() Calibration {
	return Calibration{Least: 200, LogASD: 0.5, BSD: 2, Tolerance: 1e-4, Gain: 1e-6, Most: 500}
}

// ItemEstimate is what a calibration says of one item.
type ItemEstimate struct {
	Item
	AError float64 `json:"a_error"` // standard errors
	BError float64 `json:"b_error"`
	N      int     `json:"n"`  // answers
	OK     bool    `json:"ok"` // false: too few answers, and no parameters
}

// Report says how a calibration ended.
type Report struct {
	Items     int     // calibrated
	People    int     // with an answer to one of them
	Steps     int     // of EM
	Change    float64 // of the parameter that changed most in the last step
	Converged bool
	Fit       float64 // ln of the marginal likelihood and the priors, before the last step
}

// Bounds of the parameters, which the priors keep well away from.
const (
	leastA, mostA = 0.05, 8.0
	mostB         = 8.0
)

// Calibrate estimates A and B of every item with enough answers by marginal maximum likelihood with the EM algorithm of
// Bock and Aitkin, "Marginal maximum likelihood estimation of item parameters", Psychometrika 46 (1981), with priors on
// the items, so that the M step finds a maximum of the posterior (in ln A and B). Ability is N(0, 1), at 41 points from −5
// to 5. A part of a mark counts as that part of a success, as if the item had been answered many times with that
// share right: right in expectation for binary marks and a customary approximation for others.
//
// The errors come from the cross products of the people's scores (the empirical information) of one item's two
// parameters, with the priors; what items share is left out, which matters little from some twenty items on.
//
// The result does not depend on Workers, and on the order of the people only by rounding. The context ends it early,
// with its error.
func Calibrate(ctx context.Context, answers *Answers, c Calibration) ([]ItemEstimate, Report, error) {
	e := newEM(answers, c)
	report := Report{Items: len(e.items)}
	if len(e.items) == 0 {
		report.Converged = true
		return e.estimates(), report, ctx.Err()
	}
	for report.Steps < c.Most && !report.Converged {
		before := report.Fit
		sums, err := e.expect(ctx, nil)
		if err != nil {
			return nil, report, err
		}
		report.Fit = sums.fit + e.logPrior()
		report.People = sums.people
		report.Change = e.maximise(sums)
		report.Steps++
		// An item that tells the able from nobody has a B that hardly matters and creeps for ever; then the gain says that all is said.
		report.Converged = report.Change < c.Tolerance || report.Steps > 1 && report.Fit-before < c.Gain
	}
	scores := make([]crossProduct, len(e.items))
	if _, err := e.expect(ctx, scores); err != nil {
		return nil, report, err
	}
	return e.estimatesWith(scores), report, nil
}

// em is the state of the algorithm: parameters of the items that are calibrated, and tables made of them.
type em struct {
	Calibration
	answers *Answers
	counts  []int
	place   []int32 // of each item among those calibrated; −1 for none
	items   []Item
	index   []int // of each calibrated item among all
	right   []float64
	points  [nodes]float64
	prior   [nodes]float64 // ln of the weights
	wrong   []row          // ln(1−P) of each item at each point
	linear  []Item         // A and A·B: ln P − ln(1−P) = A·θ − A·B
	workers int
}

// row has a number for each quadrature point.
type row [nodes]float64

const (
	nodes   = 41
	reaches = 5.0
)

func newEM(answers *Answers, c Calibration) *em {
	e := &em{Calibration: c, answers: answers, counts: answers.counts(), place: make([]int32, answers.items), workers: c.Workers}
	if e.workers <= 0 {
		e.workers = runtime.GOMAXPROCS(0)
	}
	for i, n := range e.counts {
		e.place[i] = -1
		if n > 0 && n >= c.Least {
			e.place[i] = int32(len(e.items)) //nolint:gosec // at most mostItems
			e.index = append(e.index, i)
			e.items = append(e.items, Item{A: 1})
		}
	}
	e.right = make([]float64, len(e.items))
	for _, p := range answers.packed {
		if at := e.place[p>>markBits]; at >= 0 {
			e.right[at] += markOf(p)
		}
	}
	for j := range e.items {
		e.items[j] = e.firstGuess(j)
	}
	e.quadrature()
	e.wrong, e.linear = make([]row, len(e.items)), make([]Item, len(e.items))
	e.tabulate()
	return e
}

func markOf(packed uint32) float64 { return float64(packed&(1<<markBits-1)) / markParts }

// firstGuess is A = 1 and the B that gives the item's mean mark: over people of N(0, 1) the logistic curve flattens, so
// that the logit of the mean is stretched by √(1 + (16√3/15π)²), about 1.16.
func (e *em) firstGuess(j int) Item {
	n := float64(e.counts[e.index[j]])
	p := (e.right[j] + 0.5) / (n + 1)
	return Item{A: 1, B: -1.16 * math.Log(p/(1-p))}
}

// quadrature sets the points and the logarithms of their weights, which sum to 1.
func (e *em) quadrature() {
	sum := 0.0
	for k := range nodes {
		e.points[k] = reaches * (2*float64(k)/(nodes-1) - 1)
		sum += math.Exp(-e.points[k] * e.points[k] / 2)
	}
	for k, t := range e.points {
		e.prior[k] = -t*t/2 - math.Log(sum)
	}
}

// tabulate makes the tables of the present parameters.
func (e *em) tabulate() {
	for j, it := range e.items {
		e.linear[j] = Item{A: it.A, B: it.A * it.B}
		for k, t := range e.points {
			e.wrong[j][k] = -softplus(it.A * (t - it.B))
		}
	}
}

func (e *em) logPrior() float64 {
	sum := 0.0
	for _, it := range e.items {
		u, v := (math.Log(it.A)-e.LogA)/e.LogASD, (it.B-e.B)/e.BSD
		sum -= (u*u + v*v) / 2
	}
	return sum
}

func (e *em) estimates() []ItemEstimate {
	all := make([]ItemEstimate, len(e.counts))
	for i, n := range e.counts {
		all[i].N = n
	}
	return all
}

// estimatesWith adds parameters and their errors: the inverse of the information of (ln A, B) with that of the priors.
func (e *em) estimatesWith(scores []crossProduct) []ItemEstimate {
	all := e.estimates()
	for j, it := range e.items {
		s := scores[j]
		aa, ab, bb := s.aa*it.A*it.A+1/(e.LogASD*e.LogASD), s.ab*it.A, s.bb+1/(e.BSD*e.BSD)
		det := aa*bb - ab*ab
		all[e.index[j]] = ItemEstimate{
			Item: it, N: e.counts[e.index[j]], OK: true,
			AError: it.A * math.Sqrt(bb/det), BError: math.Sqrt(aa / det),
		}
	}
	return all
}
