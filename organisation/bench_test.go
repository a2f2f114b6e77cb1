package organisation_test

import (
	"fmt"
	"testing"

	"khuevan/events"
	"khuevan/organisation"
)

// BenchmarkOn makes the tree of a day of 10,000 units.
func BenchmarkOn(b *testing.B) {
	facts := []events.Event{unit("t", "", "2020-01-01")}
	for i := range 9_999 {
		parent := "t"
		if i >= 100 {
			parent = fmt.Sprint("t", i%100)
		}
		facts = append(facts, unit(fmt.Sprint("t", i), parent, fmt.Sprintf("%d-%02d-01", 2020+i/100%6, i%12+1)))
	}
	s := organisation.Structured(known(1, facts...))
	for b.Loop() {
		s.On("2026-01-01")
	}
}
