package measure

import (
	"math"
	"math/rand/v2"
	"testing"
)

// truth is a made-up bank and the people who take it.
type truth struct {
	items     []Item
	abilities []float64
	rng       *rand.Rand
}

// newTruth has ln A ~ N(0, 0.35), B ~ N(0, 1), θ ~ N(0, 1).
func newTruth(seed uint64, items, people int) *truth {
	t := &truth{rng: rand.New(rand.NewPCG(seed, 1))}
	for range items {
		t.items = append(t.items, Item{A: math.Exp(0.35 * t.rng.NormFloat64()), B: t.rng.NormFloat64()})
	}
	for range people {
		t.abilities = append(t.abilities, t.rng.NormFloat64())
	}
	return t
}

// mark is 1 or 0 by chance.
func (t *truth) mark(person, item int) float64 {
	if t.rng.Float64() < t.items[item].P(t.abilities[person]) {
		return 1
	}
	return 0
}

// answers lets each person answer so many items, drawn for each.
func (t *truth) answers(tb testing.TB, each int) *Answers {
	tb.Helper()
	a, err := NewAnswers(len(t.items), len(t.abilities), len(t.abilities)*each)
	if err != nil {
		tb.Fatal(err)
	}
	for p := range t.abilities {
		a.Person()
		for _, i := range t.rng.Perm(len(t.items))[:each] {
			if err := a.Add(i, t.mark(p, i)); err != nil {
				tb.Fatal(err)
			}
		}
	}
	return a
}

// recovery compares estimates with the truth.
type recovery struct{ r, bias, rmse float64 }

func recovered(truth, found []float64) recovery {
	var p PairSums
	var off Sums
	for i := range truth {
		p.add(truth[i], found[i], 1)
		off.add(found[i]-truth[i], 1)
	}
	return recovery{p.Correlation().Value, off.Mean().Value, math.Sqrt(off.SS / float64(off.N))}
}
