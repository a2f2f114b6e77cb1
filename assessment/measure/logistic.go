package measure

import "math"

// Item are the parameters of the two-parameter logistic model: P(θ) = 1 ÷ (1 + e^(−A(θ − B))), with D = 1.
type Item struct {
	A float64 `json:"a"` // discrimination, above 0
	B float64 `json:"b"` // difficulty
}

// P is the probability of a right answer, and the expected mark.
func (it Item) P(theta float64) float64 { return logistic(it.A * (theta - it.B)) }

// Information is Fisher's, A²·P·(1−P).
func (it Item) Information(theta float64) float64 {
	p := it.P(theta)
	return it.A * it.A * p * (1 - p)
}

// Information of a test is the sum of its items'; its inverse square root is the standard error of θ by maximum likelihood.
func Information(items []Item, theta float64) float64 {
	sum := 0.0
	for _, it := range items {
		sum += it.Information(theta)
	}
	return sum
}

// Expected is the mean mark to expect over a bank, 0 to 1: the test characteristic curve. Ten times it is the mark out of
// 10 that an ability is worth. An empty bank gives 0.
func Expected(bank []Item, theta float64) float64 {
	if len(bank) == 0 {
		return 0
	}
	sum := 0.0
	for _, it := range bank {
		sum += it.P(theta)
	}
	return sum / float64(len(bank))
}

// Lowest and Highest bound what is said about an ability.
const (
	Lowest  = -6.0
	Highest = 6.0
)

// MarkOutOf10 is 10 times the mean mark to expect over a bank.
func MarkOutOf10(bank []Item, theta float64) float64 { return 10 * Expected(bank, theta) }

// CutFor is the ability at which the mark out of 10 over a bank is the pass mark. It is missing for an empty bank and
// where the curve does not reach the mark between Lowest and Highest.
func CutFor(bank []Item, pass float64) Figure {
	low, high := Lowest, Highest
	if len(bank) == 0 || MarkOutOf10(bank, low) > pass || MarkOutOf10(bank, high) < pass {
		return Figure{}
	}
	const halvings = 60 // beyond the digits of a float64
	for range halvings {
		if mid := (low + high) / 2; MarkOutOf10(bank, mid) < pass {
			low = mid
		} else {
			high = mid
		}
	}
	return figure((low+high)/2, true)
}

// logistic is 1 ÷ (1 + e^−x).
func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// softplus is ln(1 + e^x) without overflow, within 2e-16: it is only ever summed, so Log1p, twice as slow, gains nothing.
func softplus(x float64) float64 {
	return max(x, 0) + math.Log(1+math.Exp(-math.Abs(x)))
}
