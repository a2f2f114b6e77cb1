package measure

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestEloFindsTheTruth(t *testing.T) {
	truth := newTruth(17, 100, 2000)
	people, items := make([]Rating, 2000), make([]Rating, 100)
	for range 40 {
		for p := range people {
			i := truth.rng.IntN(100)
			people[p], items[i] = DefaultElo().Update(people[p], items[i], truth.mark(p, i))
		}
	}
	var ofPeople, ofItems PairSums
	for p, r := range people {
		ofPeople.add(truth.abilities[p], r.Value, 1)
	}
	for i, r := range items {
		ofItems.add(truth.items[i].B, r.Value, 1)
	}
	t.Logf("correlation with the truth: people %.3f after 40 answers, items %.3f after about 800", ofPeople.Correlation().Value, ofItems.Correlation().Value)
	if ofPeople.Correlation().Value < 0.85 || ofItems.Correlation().Value < 0.95 {
		t.Error("not found")
	}
}

func TestEloIsFairAndMonotone(t *testing.T) {
	rating := rapid.Custom(func(rt *rapid.T) Rating {
		return Rating{rapid.Float64Range(-6, 6).Draw(rt, "value"), rapid.Int64Range(0, 1000).Draw(rt, "n")}
	})
	rapid.Check(t, func(rt *rapid.T) {
		person, item := rating.Draw(rt, "person"), rating.Draw(rt, "item")
		less, more := rapid.Float64Range(0, 1).Draw(rt, "less"), rapid.Float64Range(0, 1).Draw(rt, "more")
		if less > more {
			less, more = more, less
		}
		e := DefaultElo()
		p1, i1 := e.Update(person, item, less)
		p2, i2 := e.Update(person, item, more)
		if p1.Value > p2.Value || i1.Value < i2.Value {
			rt.Fatal("a better mark lowers the person or raises the item")
		}
		if p1.N != person.N+1 || i1.N != item.N+1 {
			rt.Fatal("an answer is not counted")
		}
		if p, i := e.Update(person, item, e.Expected(person, item)); p.Value != person.Value || i.Value != item.Value {
			rt.Fatal("what was expected moves a rating")
		}
		if math.Abs(p2.Value-person.Value) > e.A {
			rt.Fatal("a step of more than A")
		}
	})
}
