package readmodeltest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"khuevan/platform/readmodel"
)

var day = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func testOpen(t *testing.T, open Open, _ Options) {
	b := start(t, open)
	b.commit(1, put(t, "a", 1, result{Person: "lan", Started: day}))
	again, err := b.store.Open(t.Context(), spec())
	ok(t, err)
	b.table = again
	b.shows(put(t, "a", 1, result{Person: "lan", Started: day}))

	newer := spec()
	newer.Version = 2
	other, err := b.store.Open(t.Context(), newer)
	ok(t, err)
	if n, err := other.Count(t.Context(), readmodel.Query{}); err != nil || n != 0 {
		t.Fatalf("a new version starts with %d documents, %v", n, err)
	}
}

func testNames(t *testing.T, open Open, _ Options) {
	store := open(t)
	for what, change := range map[string]func(*readmodel.Spec){
		"no name":        func(s *readmodel.Spec) { s.Name = "" },
		"dotted name":    func(s *readmodel.Spec) { s.Name = "a.b" },
		"upper case":     func(s *readmodel.Spec) { s.Name = "Results" },
		"quoted service": func(s *readmodel.Spec) { s.Service = `a"b` },
		"version 0":      func(s *readmodel.Spec) { s.Version = 0 },
		"no fields":      func(s *readmodel.Spec) { s.Indexes[0].Fields = nil },
		"field twice":    func(s *readmodel.Spec) { s.Indexes[0].Fields = []string{"a", "a"} },
		"dotted field":   func(s *readmodel.Spec) { s.Indexes[0].Fields = []string{"a.b"} },
		"index twice":    func(s *readmodel.Spec) { s.Indexes[1].Name = s.Indexes[0].Name },
	} {
		s := spec()
		change(&s)
		_, err := store.Open(t.Context(), s)
		refused(t, what, err)
	}
}

func testPosition(t *testing.T, open Open, _ Options) {
	b := start(t, open)
	if got := b.position(); got != 0 {
		t.Fatalf("a new projection stands at %d", got)
	}
	b.commit(7)
	b.commit(5) // a slower replica
	if got := b.position(); got != 7 {
		t.Fatalf("the position went from 7 to %d", got)
	}
	other, err := b.store.Position(t.Context(), "suite.other.v1")
	ok(t, err)
	if other != 0 {
		t.Fatalf("another projection stands at %d", other)
	}
}

func testGuard(t *testing.T, open Open, _ Options) {
	b := start(t, open)
	b.commit(5, put(t, "a", 5, result{Person: "lan", Score: 5}))
	b.commit(5, put(t, "a", 5, result{Person: "lan", Score: 50})) // the same fact again
	b.shows(put(t, "a", 5, result{Person: "lan", Score: 5}))
	b.commit(6, put(t, "a", 4, result{Person: "lan", Score: 40}), put(t, "b", 6, result{Person: "an"})) // one stale, one new
	b.shows(put(t, "a", 5, result{Person: "lan", Score: 5}))
	b.shows(put(t, "b", 6, result{Person: "an"}))
	b.commit(9, put(t, "a", 9, result{Person: "mai", Score: 9}))
	b.shows(put(t, "a", 9, result{Person: "mai", Score: 9}))
	b.finds(readmodel.Query{Index: "person", Equal: []any{"lan"}})
	b.finds(readmodel.Query{Index: "person", Equal: []any{"mai"}}, "a")
}

// testReplay repeats a commit of which only some documents were written, on two tables.
func testReplay(t *testing.T, open Open, _ Options) {
	b := start(t, open)
	second := spec()
	second.Name = "sums"
	sums, err := b.store.Open(t.Context(), second)
	ok(t, err)
	b.commit(2, put(t, "a", 1, result{Score: 1}), put(t, "b", 2, result{Score: 2}))
	whole := b.batch(6, put(t, "a", 5, result{Score: 5}), put(t, "b", 6, result{Score: 6}), put(t, "c", 4, result{Score: 4}))
	whole.Writes = append(whole.Writes, readmodel.Write{Spec: second, Docs: []readmodel.Stored{put(t, "a", 6, result{Score: 15})}})
	part := whole
	part.Position = 0
	part.Writes = []readmodel.Write{{Spec: b.spec, Docs: whole.Writes[0].Docs[1:2]}}
	ok(t, b.store.Commit(t.Context(), part))
	for range 2 {
		ok(t, b.store.Commit(t.Context(), whole))
	}
	for _, want := range whole.Writes[0].Docs {
		b.shows(want)
	}
	found, err := sums.Get(t.Context(), "a")
	ok(t, err)
	same(t, found["a"], whole.Writes[1].Docs[0])
	if got := b.position(); got != 6 {
		t.Fatalf("position %d, want 6", got)
	}
}

func testDeleted(t *testing.T, open Open, _ Options) {
	b := start(t, open)
	b.commit(3, put(t, "a", 1, result{Person: "lan"}), gone("b", 2), put(t, "c", 3, result{Person: "lan"}))
	b.commit(5, gone("a", 5))
	b.commit(6, put(t, "a", 4, result{Person: "lan"}), put(t, "b", 1, result{Person: "lan"})) // older facts
	b.shows(gone("a", 5))
	b.shows(gone("b", 2))
	b.finds(readmodel.Query{}, "c")
	b.finds(readmodel.Query{Index: "person", Equal: []any{"lan"}}, "c")
	b.finds(readmodel.Query{Index: "weight"}, "c")
	b.commit(7, put(t, "a", 7, result{Person: "lan"}))
	b.finds(readmodel.Query{Index: "person", Equal: []any{"lan"}}, "a", "c")
}

func testRefusedCommit(t *testing.T, open Open, _ Options) {
	b := start(t, open)
	b.commit(1, put(t, "a", 1, result{}))
	without := put(t, "c", 2, result{})
	without.Keys = without.Keys[1:]
	refused(t, "a key is missing", b.store.Commit(t.Context(), b.batch(2, put(t, "b", 2, result{}), without)))
	unknown := b.batch(2, put(t, "b", 2, result{}))
	unknown.Writes[0].Spec.Name = "unheard"
	refused(t, "a table is not open", b.store.Commit(t.Context(), unknown))
	if got := b.position(); got != 1 {
		t.Fatalf("a failed commit moved the position to %d", got)
	}
	b.finds(readmodel.Query{}, "a")
}

func testGet(t *testing.T, open Open, _ Options) {
	b := start(t, open)
	b.commit(3, put(t, "a", 1, result{Note: "Đỗ Thị Lan", Items: []string{}}), gone("b", 2), put(t, "c", 3, result{Items: []string{"x"}}))
	found, err := b.table.Get(t.Context(), "a", "b", "c", "never", "a")
	ok(t, err)
	if len(found) != 3 {
		t.Fatalf("found %d documents, want 3", len(found))
	}
	same(t, found["a"], put(t, "a", 1, result{Note: "Đỗ Thị Lan", Items: []string{}}))
	same(t, found["b"], gone("b", 2))
	same(t, found["c"], put(t, "c", 3, result{Items: []string{"x"}}))
	none, err := b.table.Get(t.Context())
	ok(t, err)
	if len(none) != 0 {
		t.Fatalf("asked for nothing, found %d", len(none))
	}
}

func testDrop(t *testing.T, open Open, _ Options) {
	b := start(t, open)
	b.commit(5, put(t, "a", 5, result{Person: "lan"}))
	for range 2 { // once more, when nothing is left
		ok(t, b.store.Drop(t.Context(), projection, b.spec))
	}
	if got := b.position(); got != 0 {
		t.Fatalf("a dropped projection stands at %d", got)
	}
	b = on(t, b.store)
	b.finds(readmodel.Query{})
	b.commit(1, put(t, "a", 1, result{Person: "an"})) // an older fact than before
	b.shows(put(t, "a", 1, result{Person: "an"}))
	b.finds(readmodel.Query{Index: "person", Equal: []any{"an"}}, "a")
}

func testNewIndex(t *testing.T, open Open, _ Options) {
	store := open(t)
	first, more, other := spec(), spec(), spec()
	first.Indexes = first.Indexes[:1]
	other.Indexes = []readmodel.Index{{Name: "person", Fields: []string{"person", "score"}}}
	for _, s := range []readmodel.Spec{first, other, first, more, first, more} { // while empty, anything goes
		_, err := store.Open(t.Context(), s)
		ok(t, err)
	}
	b := on(t, store)
	b.commit(1, put(t, "a", 1, result{Person: "lan", Weight: 2}))
	b.finds(readmodel.Query{Index: "weight", Equal: []any{2.0}}, "a")
	_, err := store.Open(t.Context(), other)
	refused(t, "an index with other fields", err)
	if !strings.Contains(err.Error(), "version") {
		t.Fatalf("the error gives no remedy: %v", err)
	}
	_, err = store.Open(t.Context(), first) // one fewer
	ok(t, err)
	b.finds(readmodel.Query{Index: "person", Equal: []any{"lan"}}, "a")
	_, err = store.Open(t.Context(), more)
	refused(t, "an index that was given up for a while", err)
}

func testReopen(t *testing.T, open Open, o Options) {
	if o.Reopen == nil {
		t.Skip("this store forgets on exit")
	}
	b := start(t, open)
	b.commit(3, put(t, "a", 2, result{Person: "lan", Note: "còn đây"}), gone("b", 3))
	b = on(t, o.Reopen(t, b.store))
	if got := b.position(); got != 3 {
		t.Fatalf("position %d after reopening, want 3", got)
	}
	b.shows(put(t, "a", 2, result{Person: "lan", Note: "còn đây"}))
	b.shows(gone("b", 3))
	b.commit(3, put(t, "a", 2, result{Person: "an"}), put(t, "b", 1, result{}))
	b.finds(readmodel.Query{Index: "person"}, "a")
	b.shows(put(t, "a", 2, result{Person: "lan", Note: "còn đây"}))
}

func testLargeCommit(t *testing.T, open Open, o Options) {
	n := 3000
	if o.Small {
		n = 100
	}
	b := start(t, open)
	docs := make([]readmodel.Stored, n)
	for i := range docs {
		docs[i] = put(t, fmt.Sprintf("%05d", i), uint64(i+1), result{Person: "lan", Score: int64(i)})
	}
	b.commit(uint64(n), docs...)
	b.counts(readmodel.Query{Index: "person", Equal: []any{"lan"}}, n)
	for i := range docs {
		docs[i] = put(t, docs[i].ID, uint64(n+i+1), result{Person: "an", Score: int64(i)})
	}
	b.commit(uint64(2*n), docs...)
	b.counts(readmodel.Query{Index: "person", Equal: []any{"lan"}}, 0)
	b.counts(readmodel.Query{Index: "person", Equal: []any{"an"}}, n)
}

func testCancelled(t *testing.T, open Open, _ Options) {
	b := start(t, open)
	ctx := cancelled(t)
	_, getting := b.table.Get(ctx, "a")
	_, finding := b.table.Find(ctx, readmodel.Query{})
	_, counting := b.table.Count(ctx, readmodel.Query{})
	committing := b.store.Commit(ctx, b.batch(1, put(t, "a", 1, result{})))
	for _, err := range []error{getting, finding, counting, committing} {
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v, want the context's error", err)
		}
	}
	b.finds(readmodel.Query{})
	b.commit(1, put(t, "a", 1, result{}))
	b.finds(readmodel.Query{}, "a")
}

// testReaders reads while a writer commits: a reader sees whole documents, and none goes back to an older state.
func testReaders(t *testing.T, open Open, o Options) {
	if o.Serial {
		t.Skip("this server bears one client at a time")
	}
	b := start(t, open)
	const docs, rounds = 20, 50
	var wait sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		wait.Go(func() { readUntil(b, done) })
	}
	for round := range uint64(rounds) {
		all := make([]readmodel.Stored, docs)
		for i := range all {
			all[i] = put(t, fmt.Sprintf("%02d", i), round+1, result{Person: "lan", Score: int64(round) + 1})
		}
		b.commit(round+1, all...)
	}
	close(done)
	wait.Wait()
	b.counts(readmodel.Query{Index: "person", Equal: []any{"lan"}}, docs)
}

func readUntil(b *bench, done <-chan struct{}) {
	last := map[string]uint64{}
	for {
		select {
		case <-done:
			return
		default:
		}
		found, err := b.table.Find(context.Background(), readmodel.Query{Index: "person", Equal: []any{"lan"}})
		if err != nil {
			b.Errorf("read beside the writer: %v", err)
			return
		}
		for _, d := range found.Docs {
			if d.Seq < last[d.ID] || !strings.Contains(string(d.Body), fmt.Sprintf(`"score":%d,`, d.Seq)) {
				b.Errorf("%s went from #%d to #%d: %s", d.ID, last[d.ID], d.Seq, d.Body)
			}
			last[d.ID] = d.Seq
		}
	}
}
