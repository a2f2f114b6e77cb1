package quiz

import (
	"context"
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
)

// counting counts the questions put to a store.
type counting struct {
	readmodel.Store
	gets, finds int
}

type countingTable struct {
	readmodel.Table
	of *counting
}

func (c *counting) Open(ctx context.Context, spec readmodel.Spec) (readmodel.Table, error) {
	t, err := c.Store.Open(ctx, spec)
	return countingTable{t, c}, err
}

func (t countingTable) Get(ctx context.Context, ids ...string) (map[string]readmodel.Stored, error) {
	t.of.gets++
	return t.Table.Get(ctx, ids...)
}

func (t countingTable) Find(ctx context.Context, q readmodel.Query) (readmodel.Found, error) {
	t.of.finds++
	return t.Table.Find(ctx, q)
}

func TestTheBankIsReadOnceUntilItChanges(t *testing.T) {
	v := newBankView()
	store := &counting{Store: readmodel.NewMemory()}
	s := newStock(host.Deps{}, v)
	items := func() int {
		t.Helper()
		bank, err := s.drawable(t.Context(), "attt")
		if err != nil {
			t.Fatal(err)
		}
		return len(bank)
	}
	story := []eventsource.Event{written("attt", "a", "?", 1), written("attt", "b", "?", 1)}
	project(t, v.projection, store, story...)
	store.gets, store.finds = 0, 0
	for range 100 {
		if n := items(); n != 2 {
			t.Fatalf("%d items, want 2", n)
		}
	}
	if store.finds != 1 || store.gets != 1 {
		t.Errorf("100 starts put %d searches and %d reads, want one each", store.finds, store.gets)
	}
	story = append(story, written("khac", "c", "?", 1))
	project(t, v.projection, store, story...)
	if store.finds = 0; items() != 2 || store.finds != 0 {
		t.Errorf("another course's change costs %d searches, want none", store.finds)
	}
	story = append(story, written("attt", "c", "?", 1))
	project(t, v.projection, store, story...)
	if n := items(); n != 3 {
		t.Errorf("after a change %d items, want 3", n)
	}
}

func TestVersionsAreReadOnce(t *testing.T) {
	v := newBankView()
	store := &counting{Store: readmodel.NewMemory()}
	s := newStock(host.Deps{Journal: record{}}, v)
	project(t, v.projection, store, written("attt", "a", "Cũ?", 1), written("attt", "a", "Mới?", 2))
	store.gets = 0
	for range 3 {
		got, err := s.written(t.Context(), "attt", []events.DrawnItem{{Item: "a", Version: 1}, {Item: "a", Version: 2}}, 2)
		if err != nil || got[0].Stem != "Cũ?" || got[1].Stem != "Mới?" {
			t.Fatalf("got %+v %v", got, err)
		}
	}
	if store.gets != 2 {
		t.Errorf("%d reads, want 2", store.gets)
	}
	if _, err := s.written(t.Context(), "attt", []events.DrawnItem{{Item: "a", Version: 3}}, 2); err == nil {
		t.Error("a version that was never written is given")
	}
}

func TestTheTopicIsTheSecondTag(t *testing.T) {
	e := written("attt", "a", "?", 1)
	if got := drawableOf(e).Topic; got != "mat-khau" {
		t.Errorf("topic %q", got)
	}
	e.Tags = e.Tags[:1]
	if got := drawableOf(e).Topic; got != "" {
		t.Errorf("topic %q of an item with one tag", got)
	}
}
