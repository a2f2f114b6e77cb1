package readmodel_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// The facts of the tests: people of units who score points, move and leave.
type (
	joined struct{ Person, Unit string }
	scored struct {
		Person string
		Points int
	}
	moved struct{ Person, Unit string }
	left  struct{ Person string }
	bad   struct{ Person string }
)

func (joined) EventType() string { return "test.joined.v1" }
func (scored) EventType() string { return "test.scored.v1" }
func (moved) EventType() string  { return "test.moved.v1" }
func (left) EventType() string   { return "test.left.v1" }
func (bad) EventType() string    { return "test.bad.v1" }

type person struct {
	ID     string `json:"id"`
	Unit   string `json:"unit"`
	Points int    `json:"points"`
}

// unit is the sum over its people, derived from their documents.
type unit struct {
	ID     string `json:"id"`
	People int    `json:"people"`
	Points int    `json:"points"`
}

// score is the projection of the tests, with the sums before what they are derived from.
type score struct {
	*readmodel.Projection
	units  *readmodel.Collection[unit]
	people *readmodel.Collection[person]
}

var errBad = errors.New("nobody understands this")

func openScore(t fataler, store readmodel.Store) *score {
	s := &score{
		units:  readmodel.NewCollection[unit]("units", readmodel.Index{Name: "points", Fields: []string{"points"}}),
		people: readmodel.NewCollection[person]("people", readmodel.Index{Name: "unit", Fields: []string{"unit", "points"}}),
	}
	s.Projection = readmodel.NewProjection("score", 1, []string{"test.person"}, s.apply, s.units, s.people)
	if err := s.Open(context.Background(), store, "test"); err != nil {
		t.Fatal(err)
	}
	return s
}

type fataler interface {
	Fatal(...any)
	Fatalf(string, ...any)
}

func (s *score) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	id := r.Stream[strings.LastIndexByte(r.Stream, '.')+1:]
	p, there, err := s.people.Peek(b, id)
	if err != nil {
		return err
	}
	switch e := r.Event.(type) {
	case joined:
		if there {
			return nil
		}
		return errors.Join(s.add(b, e.Unit, 1, 0), s.people.Update(b, id, func(p *person) { *p = person{ID: id, Unit: e.Unit} }))
	case scored:
		if !there { // wrong on purpose, as a careless apply would be: points of the unknown go to the unit ""
			return s.add(b, "", 0, e.Points)
		}
		return errors.Join(s.add(b, p.Unit, 0, e.Points), s.people.Update(b, id, func(p *person) { p.Points += e.Points }))
	case moved:
		if !there {
			return nil
		}
		return errors.Join(s.add(b, p.Unit, -1, -p.Points), s.add(b, e.Unit, 1, p.Points), // both may be the same unit
			s.people.Update(b, id, func(p *person) { p.Unit = e.Unit }))
	case left:
		if !there {
			return nil
		}
		return errors.Join(s.add(b, p.Unit, -1, -p.Points), s.people.Delete(b, id))
	case bad:
		return errors.Join(errBad, s.add(b, "spoilt", 1, 0))
	}
	return errBad
}

func (s *score) add(b *readmodel.Batch, id string, people, points int) error {
	return s.units.Update(b, id, func(u *unit) {
		u.ID = id
		u.People += people
		u.Points += points
	})
}

// fold is what the projection ought to show: people and units after all facts, by plain loops.
func fold(facts []eventsource.Recorded) (map[string]person, map[string]unit) {
	people, units := map[string]person{}, map[string]unit{}
	add := func(id string, n, points int) {
		u := units[id]
		units[id] = unit{ID: id, People: u.People + n, Points: u.Points + points}
	}
	for _, r := range facts {
		switch e := r.Event.(type) {
		case joined:
			if _, there := people[e.Person]; !there {
				people[e.Person] = person{ID: e.Person, Unit: e.Unit}
				add(e.Unit, 1, 0)
			}
		case scored:
			p, there := people[e.Person]
			add(p.Unit, 0, e.Points)
			if there {
				p.Points += e.Points
				people[e.Person] = p
			}
		case moved:
			if p, there := people[e.Person]; there {
				add(p.Unit, -1, -p.Points)
				add(e.Unit, 1, p.Points)
				p.Unit = e.Unit
				people[e.Person] = p
			}
		case left:
			if p, there := people[e.Person]; there {
				add(p.Unit, -1, -p.Points)
				delete(people, e.Person)
			}
		}
	}
	return people, units
}

// shows compares what can be read with the fold.
func (s *score) shows(t fataler, facts []eventsource.Recorded) {
	people, units := fold(facts)
	gotPeople, gotUnits := map[string]person{}, map[string]unit{}
	err := errors.Join(
		s.people.Each(context.Background(), readmodel.Query{}, func(p person) error { gotPeople[p.ID] = p; return nil }),
		s.units.Each(context.Background(), readmodel.Query{}, func(u unit) error { gotUnits[u.ID] = u; return nil }))
	if err != nil {
		t.Fatal(err)
	}
	if !equal(gotPeople, people) {
		t.Fatalf("people\n got %v\nwant %v", gotPeople, people)
	}
	if !equal(gotUnits, units) {
		t.Fatalf("units\n got %v\nwant %v", gotUnits, units)
	}
}

func equal[V comparable](a, b map[string]V) bool {
	for k, v := range a {
		if w, ok := b[k]; !ok || v != w {
			return false
		}
	}
	return len(a) == len(b)
}

// record numbers events as a journal would, with gaps where other streams have their facts.
func record(events ...eventsource.Event) []eventsource.Recorded {
	var all []eventsource.Recorded
	for i, e := range events {
		var id string
		switch e := e.(type) {
		case joined:
			id = e.Person
		case scored:
			id = e.Person
		case moved:
			id = e.Person
		case left:
			id = e.Person
		case bad:
			id = e.Person
		}
		all = append(all, eventsource.Recorded{Fact: eventsource.Fact{Event: e}, Seq: uint64(3*i + 1), Stream: "test.person." + id}) //nolint:gosec // small
	}
	return all
}

// script is a source that gives its facts in batches and then ends, or waits.
type script struct {
	facts []eventsource.Recorded
	size  int   // facts in a batch; 0 means all
	twice bool  // each batch again
	end   error // with which the reading ends
	wait  bool  // at the end, until the context ends
}

func (s script) Read(ctx context.Context, after uint64, _ []string, fn func([]eventsource.Recorded) error) error {
	at := slices.IndexFunc(s.facts, func(r eventsource.Recorded) bool { return r.Seq > after })
	if at >= 0 {
		for batch := range slices.Chunk(s.facts[at:], max(s.size, 1+(len(s.facts)-1)*btoi(s.size == 0))) {
			for range 1 + btoi(s.twice) {
				if err := fn(batch); err != nil {
					return err
				}
			}
		}
	}
	if s.wait {
		<-ctx.Done()
		return ctx.Err()
	}
	return s.end
}

func (s script) Head(context.Context, []string) (uint64, error) {
	return s.facts[len(s.facts)-1].Seq, nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
