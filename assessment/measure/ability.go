package measure

import "math"

// Given is an item with the mark that someone got for it, 0 to 1. A part of a mark counts as that part of a success.
type Given struct {
	Item Item
	Mark float64
}

// Estimate is an ability and its standard error.
type Estimate struct {
	Theta float64 `json:"theta"`
	Error float64 `json:"error"`
}

// Prior is a normal distribution, taken at equal steps between two abilities, both included.
type Prior struct {
	Mean, SD       float64
	From, To, Step float64
}

// DefaultPrior is N(0, 1) between Lowest and Highest in steps of 0.1.
func DefaultPrior() Prior { return Prior{SD: 1, From: Lowest, To: Highest, Step: 0.1} }

// points of the grid; at least one.
func (p Prior) points() int {
	if !(p.Step > 0) || !(p.To > p.From) {
		return 1
	}
	return int(math.Round((p.To-p.From)/p.Step)) + 1
}

// LogLikelihood of the answers at an ability: Σ m·ln P + (1−m)·ln(1−P).
func LogLikelihood(given []Given, theta float64) float64 {
	sum := 0.0
	for _, g := range given {
		z := g.Item.A * (theta - g.Item.B)
		sum += g.Mark*z - softplus(z)
	}
	return sum
}

// EAP is the mean of the posterior distribution (expected a posteriori: Bock and Mislevy, "Adaptive EAP estimation of
// ability in a microcomputer environment", 1982), and its standard deviation as the error. Without answers it is the prior's.
func EAP(given []Given, prior Prior) Estimate {
	n := prior.points()
	logs, best := make([]float64, n), math.Inf(-1)
	at := func(i int) float64 { return prior.From + float64(i)*prior.Step }
	for i := range logs {
		off := (at(i) - prior.Mean) / prior.SD
		logs[i] = LogLikelihood(given, at(i)) - off*off/2
		best = math.Max(best, logs[i])
	}
	sum, first, second := 0.0, 0.0, 0.0
	for i, l := range logs {
		w, t := math.Exp(l-best), at(i)
		sum, first, second = sum+w, first+w*t, second+w*t*t
	}
	mean := first / sum
	return Estimate{Theta: mean, Error: math.Sqrt(math.Max(0, second/sum-mean*mean))}
}

// ML is the ability of the greatest likelihood, within 1e-12 or what rounding allows, and 1 ÷ √information as its error.
// ok is false when the answers have none between Lowest and Highest, as when all are right or all wrong; Theta is then the
// bound they point to. Without answers it is 0, not ok, and the error the whole scale.
func ML(given []Given) (e Estimate, ok bool) {
	low, high := Lowest, Highest
	switch {
	case len(given) == 0:
		return Estimate{Error: Highest - Lowest}, false
	case slope(given, low) <= 0:
		return Estimate{Theta: low, Error: likelihoodError(given, low)}, false
	case slope(given, high) >= 0:
		return Estimate{Theta: high, Error: likelihoodError(given, high)}, false
	}
	// The likelihood is concave, so its slope falls and crosses zero once: Newton's steps, halved into the bracket.
	theta := 0.0
	const most = 100
	for range most {
		s := slope(given, theta)
		if s > 0 {
			low = theta
		} else {
			high = theta
		}
		next := theta + s/informationOf(given, theta)
		if !(next > low && next < high) {
			next = (low + high) / 2
		}
		moved := math.Abs(next - theta)
		theta = next
		if moved < 1e-13 {
			break
		}
	}
	return Estimate{Theta: theta, Error: likelihoodError(given, theta)}, true
}

// slope of the log-likelihood.
func slope(given []Given, theta float64) float64 {
	sum := 0.0
	for _, g := range given {
		sum += g.Item.A * (g.Mark - g.Item.P(theta))
	}
	return sum
}

func informationOf(given []Given, theta float64) float64 {
	sum := 0.0
	for _, g := range given {
		sum += g.Item.Information(theta)
	}
	return sum
}

func likelihoodError(given []Given, theta float64) float64 {
	return 1 / math.Sqrt(informationOf(given, theta))
}
