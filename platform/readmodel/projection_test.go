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

func story() []eventsource.Recorded {
	return record(joined{"lan", "a"}, joined{"an", "b"}, scored{"lan", 5}, scored{"an", 3}, moved{"lan", "b"},
		moved{"an", "b"}, scored{"lan", 2}, left{"an"}, joined{"an", "a"}, scored{"an", 1}, left{"lan"}, scored{"an", 4})
}

func TestEventsInDocumentsOut(t *testing.T) {
	facts := story()
	for size := range len(facts) + 1 {
		s := openScore(t, readmodel.NewMemory())
		var changed []readmodel.Changed
		s.OnCommit = func(c []readmodel.Changed) { changed = append(changed, c...) }
		must(t, s.Run(t.Context(), script{facts: facts, size: size, twice: true}))
		s.shows(t, facts)
		if got, stopped := s.Status(); got != facts[len(facts)-1].Seq || stopped != nil {
			t.Fatalf("position %d, %v", got, stopped)
		}
		for _, want := range []readmodel.Changed{{Collection: "units", ID: "a"}, {Collection: "people", ID: "lan"}} {
			if !slices.Contains(changed, want) {
				t.Fatalf("nobody heard of %v, only of %v", want, changed)
			}
		}
	}
}

func TestCollectionReads(t *testing.T) {
	s := openScore(t, readmodel.NewMemory())
	must(t, s.Run(t.Context(), script{facts: story()}))
	an, found, err := s.people.Get(t.Context(), "an")
	if err != nil || !found || an != (person{"an", "a", 5}) {
		t.Fatalf("an: %+v, %v, %v", an, found, err)
	}
	if _, found, err := s.people.Get(t.Context(), "lan"); err != nil || found {
		t.Fatalf("who left can be read, %v", err)
	}
	page, err := s.units.Find(t.Context(), readmodel.Query{Index: "points", From: 1})
	if err != nil || len(page.Items) != 1 || page.Items[0] != (unit{"a", 1, 5}) {
		t.Fatalf("units with points: %+v, %v", page, err)
	}
	if n, err := s.people.Count(t.Context(), readmodel.Query{Index: "unit", Equal: []any{"a"}}); err != nil || n != 1 {
		t.Fatalf("%d people in a, %v", n, err)
	}
	for _, q := range []readmodel.Query{
		{Index: "unit", Equal: []any{5}}, {Index: "unit", Equal: []any{"a", "5"}}, {Index: "points", From: "1"}, {Index: "points", To: true}, {Index: "no"},
	} {
		if _, err := s.units.Find(t.Context(), q); err == nil {
			t.Errorf("%+v in units: no error", q)
		}
		if _, err := s.people.Count(t.Context(), q); err == nil {
			t.Errorf("%+v in people: no error", q)
		}
	}
}

// TestUnreadableFact: what stands before it is applied, nothing after it, and nothing of it.
func TestUnreadableFact(t *testing.T) {
	facts := record(joined{"lan", "a"}, scored{"lan", 5}, bad{"lan"}, scored{"lan", 7})
	for size := range len(facts) + 1 {
		s := openScore(t, readmodel.NewMemory())
		for range 2 { // another try does not get past it
			err := s.Run(t.Context(), script{facts: facts, size: size})
			stopsAt(t, s, err, facts[2], facts[1].Seq)
			s.shows(t, facts[:2])
		}
	}
}

func TestUnreadableSource(t *testing.T) {
	facts := record(joined{"lan", "a"}, scored{"lan", 5}, scored{"lan", 7})
	unreadable := &readmodel.UnreadableError{Seq: facts[2].Seq, Stream: facts[2].Stream, Type: "test.scored.v1", Err: errBad}
	s := openScore(t, readmodel.NewMemory())
	stopsAt(t, s, s.Run(t.Context(), script{facts: facts[:2], end: unreadable}), facts[2], facts[1].Seq)
	must(t, s.Run(t.Context(), script{facts: facts})) // a newer program understands it
	s.shows(t, facts)
	if _, stopped := s.Status(); stopped != nil {
		t.Fatalf("still stopped: %v", stopped)
	}
}

func stopsAt(t *testing.T, s *score, err error, at eventsource.Recorded, position uint64) {
	t.Helper()
	var unreadable *readmodel.UnreadableError
	if !errors.As(err, &unreadable) || !errors.Is(err, errBad) || unreadable.Seq != at.Seq || unreadable.Stream != at.Stream {
		t.Fatalf("stopped by %v, want it to name #%d of %s", err, at.Seq, at.Stream)
	}
	got, stopped := s.Status()
	if got != position || !errors.Is(stopped, errBad) {
		t.Fatalf("position %d, want %d; status %v", got, position, stopped)
	}
	if err := s.Await(t.Context(), at.Seq); !errors.Is(err, readmodel.ErrStopped) || !errors.Is(err, errBad) {
		t.Fatalf("await: %v", err)
	}
	must(t, s.Await(t.Context(), position))
}

func TestStoreFailureIsNotTheFacts(t *testing.T) {
	facts := story()
	for _, failing := range []*faulty{{gets: 3, docs: -1}, {gets: -1, docs: 2}} {
		failing.Store = readmodel.NewMemory()
		s := openScore(t, failing)
		err := s.Run(t.Context(), script{facts: facts})
		var unreadable *readmodel.UnreadableError
		if !errors.Is(err, errCrash) || errors.As(err, &unreadable) {
			t.Fatalf("got %v, want the store's error alone", err)
		}
		if got, stopped := s.Status(); got != 0 || !errors.Is(stopped, errCrash) {
			t.Fatalf("position %d, %v", got, stopped)
		}
		failing.gets, failing.docs = -1, -1
		must(t, s.Run(t.Context(), script{facts: facts}))
		s.shows(t, facts)
	}
}

func TestAwait(t *testing.T) {
	facts := story()
	s := openScore(t, readmodel.NewMemory())
	short, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Await(short, facts[0].Seq); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want the context's error", err)
	}
	running, stop := context.WithCancel(t.Context())
	reached, ended := make(chan error), make(chan error)
	go func() { reached <- s.Await(t.Context(), facts[len(facts)-1].Seq) }()
	go func() { ended <- s.Run(running, script{facts: facts, size: 2, wait: true}) }()
	must(t, <-reached)
	s.shows(t, facts)
	stop()
	must(t, <-ended)
	if _, stopped := s.Status(); stopped != nil {
		t.Fatalf("ended as asked, yet stopped by %v", stopped)
	}
	must(t, s.Await(short, facts[0].Seq)) // reached before: no need to wait
}

func TestRebuild(t *testing.T) {
	store, facts := readmodel.NewMemory(), story()
	s := openScore(t, store)
	must(t, s.Run(t.Context(), script{facts: facts}))
	must(t, s.Rebuild(t.Context()))
	must(t, s.Open(t.Context(), store, "test"))
	if got := s.Position(); got != 0 {
		t.Fatalf("position %d after a rebuild", got)
	}
	s.shows(t, nil)
	must(t, s.Run(t.Context(), script{facts: facts, size: 3}))
	s.shows(t, facts)
}

func TestDeclarations(t *testing.T) {
	apply := func(*readmodel.Batch, eventsource.Recorded) error { return nil }
	open := func(collections ...readmodel.Declared) error {
		return readmodel.NewProjection("p", 1, nil, apply, collections...).Open(t.Context(), readmodel.NewMemory(), "test")
	}
	for what, err := range map[string]error{
		"no field of this name": open(readmodel.NewCollection[person]("people", readmodel.Index{Name: "x", Fields: []string{"Unit"}})),
		"a field of no kind":    open(readmodel.NewCollection[struct{ A []int }]("people", readmodel.Index{Name: "x", Fields: []string{"A"}})),
		"not a struct":          open(readmodel.NewCollection[int]("numbers")),
		"the same name twice":   open(readmodel.NewCollection[person]("people"), readmodel.NewCollection[unit]("people")),
	} {
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
	stranger := readmodel.NewCollection[unit]("strangers")
	careless := readmodel.NewProjection("careless", 1, nil, func(b *readmodel.Batch, _ eventsource.Recorded) error {
		return stranger.Update(b, "x", func(*unit) {})
	})
	must(t, careless.Open(t.Context(), readmodel.NewMemory(), "test"))
	err := careless.Run(t.Context(), script{facts: story()})
	if err == nil || !strings.Contains(err.Error(), "declare") {
		t.Fatalf("a change to an undeclared collection: %v", err)
	}
}
