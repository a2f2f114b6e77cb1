package readmodel_test

import (
	"context"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

var errCrash = errors.New("power cut")

// faulty is a store without transactions, like MongoDB: a commit is written document by document, the position
// last, and it may break off between any two. It can also fail, or let others act, at a read.
type faulty struct {
	readmodel.Store
	docs  int    // writes until it breaks off; -1 for never
	gets  int    // reads until it fails; -1 for never
	onGet func() // what others do meanwhile
}

func (f *faulty) Open(ctx context.Context, spec readmodel.Spec) (readmodel.Table, error) {
	t, err := f.Store.Open(ctx, spec)
	return faultyTable{t, f}, err
}

func (f *faulty) Commit(ctx context.Context, c readmodel.Commit) error {
	for _, w := range c.Writes {
		for i := range w.Docs {
			if f.docs == 0 {
				return errCrash
			}
			f.docs--
			one := readmodel.Commit{Projection: c.Projection, Writes: []readmodel.Write{{Spec: w.Spec, Docs: w.Docs[i : i+1]}}}
			if err := f.Store.Commit(ctx, one); err != nil {
				return err
			}
		}
	}
	if f.docs == 0 {
		return errCrash
	}
	return f.Store.Commit(ctx, readmodel.Commit{Projection: c.Projection, Position: c.Position})
}

type faultyTable struct {
	readmodel.Table
	store *faulty
}

func (t faultyTable) Get(ctx context.Context, ids ...string) (map[string]readmodel.Stored, error) {
	if t.store.gets == 0 {
		return nil, errCrash
	}
	t.store.gets--
	if act := t.store.onGet; act != nil {
		act()
	}
	return t.Table.Get(ctx, ids...)
}

var (
	drawName  = rapid.SampledFrom([]string{"an", "lan", "mai"})
	drawUnit  = rapid.SampledFrom([]string{"a", "b"})
	drawEvent = rapid.Custom(func(r *rapid.T) eventsource.Event {
		name := drawName.Draw(r, "person")
		return rapid.OneOf(
			rapid.Map(drawUnit, func(u string) eventsource.Event { return joined{name, u} }),
			rapid.Map(rapid.IntRange(1, 9), func(n int) eventsource.Event { return scored{name, n} }),
			rapid.Map(drawUnit, func(u string) eventsource.Event { return moved{name, u} }),
			rapid.Just[eventsource.Event](left{name}),
		).Draw(r, "event")
	})
)

// TestCrashes: whatever the facts, wherever the writing breaks off, and however the facts are cut into batches
// afterwards, the documents end as the fold of all facts.
func TestCrashes(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		facts := record(rapid.SliceOfN(drawEvent, 1, 30).Draw(r, "facts")...)
		store := readmodel.NewMemory()
		for range rapid.IntRange(1, 5).Draw(r, "crashes") {
			s := openScore(r, &faulty{Store: store, gets: -1, docs: rapid.IntRange(0, 12).Draw(r, "writes until the crash")})
			err := s.Run(context.Background(), script{facts: facts, size: rapid.IntRange(1, 30).Draw(r, "batch"), twice: true})
			if err != nil && !errors.Is(err, errCrash) {
				r.Fatal(err)
			}
		}
		s := openScore(r, store)
		if err := s.Run(context.Background(), script{facts: facts, size: rapid.IntRange(1, 30).Draw(r, "last batch")}); err != nil {
			r.Fatal(err)
		}
		s.shows(r, facts)
	})
}

// TestTwoReplicas: two processes run the same projection on one store; the second acts, and crashes, at some
// moment while the first has documents loaded.
func TestTwoReplicas(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		facts := record(rapid.SliceOfN(drawEvent, 1, 30).Draw(r, "facts")...)
		store := readmodel.NewMemory()
		first := &faulty{Store: store, docs: -1, gets: -1}
		s := openScore(r, first)
		act := rapid.SliceOfN(rapid.IntRange(0, 3), 0, 40).Draw(r, "moments")
		first.onGet = func() {
			if len(act) == 0 {
				return
			}
			n := act[0]
			act = act[1:]
			if n > 0 {
				return
			}
			other := openScore(r, &faulty{Store: store, gets: -1, docs: rapid.IntRange(-1, 8).Draw(r, "writes of the other")})
			upTo := rapid.IntRange(1, len(facts)).Draw(r, "facts of the other")
			err := other.Run(context.Background(), script{facts: facts[:upTo], size: rapid.IntRange(1, 30).Draw(r, "its batch")})
			if err != nil && !errors.Is(err, errCrash) {
				r.Fatal(err)
			}
		}
		if err := s.Run(context.Background(), script{facts: facts, size: rapid.IntRange(1, 30).Draw(r, "batch")}); err != nil {
			r.Fatal(err)
		}
		s.shows(r, facts)
		if got := s.Position(); got != facts[len(facts)-1].Seq {
			r.Fatalf("position %d", got)
		}
	})
}
