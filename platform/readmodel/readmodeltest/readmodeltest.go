// Package readmodeltest is the suite that every readmodel.Store passes.
package readmodeltest

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"khuevan/platform/readmodel"
)

// Options fits the suite to a store.
type Options struct {
	// Reopen closes a store and opens what it wrote again; nil for a store that forgets.
	Reopen func(*testing.T, readmodel.Store) readmodel.Store
	// Small keeps a commit to a few dozen documents; Serial asks one question at a time. Both are for a server
	// that stands in for the real one and bears no more.
	Small, Serial bool
}

// Open makes an empty store, closed when the test ends.
type Open func(*testing.T) readmodel.Store

// Run holds a store against the contract.
func Run(t *testing.T, open Open, options ...Options) {
	var o Options
	if len(options) > 0 {
		o = options[0]
	}
	for _, test := range []struct {
		name string
		run  func(*testing.T, Open, Options)
	}{
		{"open", testOpen}, {"names", testNames}, {"position", testPosition}, {"guard", testGuard},
		{"replay", testReplay}, {"deleted", testDeleted}, {"refused commit", testRefusedCommit},
		{"get", testGet}, {"drop", testDrop}, {"new index", testNewIndex}, {"reopen", testReopen},
		{"find", testFind}, {"kinds", testKinds}, {"byte order", testByteOrder}, {"pages", testPages},
		{"ties", testTies}, {"wrong pages", testWrongPages}, {"mistakes", testMistakes}, {"large commit", testLargeCommit},
		{"cancelled", testCancelled}, {"readers", testReaders},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open, o) })
	}
}

// result is the document of the suite.
type result struct {
	Person  string    `json:"person"`
	Started time.Time `json:"started"`
	Score   int64     `json:"score"`
	Weight  float64   `json:"weight"`
	Passed  bool      `json:"passed"`
	Note    string    `json:"note,omitempty"`
	Items   []string  `json:"items"`
}

func spec() readmodel.Spec {
	return readmodel.Spec{Service: "suite", Name: "results", Version: 1, Indexes: []readmodel.Index{
		{Name: "person", Fields: []string{"person", "started"}},
		{Name: "outcome", Fields: []string{"passed", "score", "person"}},
		{Name: "weight", Fields: []string{"weight"}},
	}}
}

// put is the stored form of a document, as a projection would write it.
func put(t tb, id string, seq uint64, r result) readmodel.Stored {
	t.Helper()
	body, err := json.Marshal(r)
	ok(t, err)
	started, err := readmodel.KeyValue(r.Started)
	ok(t, err)
	return readmodel.Stored{ID: id, Seq: seq, Body: body, Keys: []readmodel.Key{
		{Field: "person", Value: r.Person}, {Field: "started", Value: started}, {Field: "passed", Value: r.Passed},
		{Field: "score", Value: r.Score}, {Field: "weight", Value: r.Weight},
	}}
}

func gone(id string, seq uint64) readmodel.Stored {
	return readmodel.Stored{ID: id, Seq: seq, Gone: true}
}

// bench is one open table of a store.
type bench struct {
	testing.TB
	store readmodel.Store
	spec  readmodel.Spec
	table readmodel.Table
}

func start(t *testing.T, open Open) *bench { return on(t, open(t)) }

func on(t *testing.T, store readmodel.Store) *bench {
	t.Helper()
	table, err := store.Open(t.Context(), spec())
	ok(t, err)
	return &bench{TB: t, store: store, spec: spec(), table: table}
}

const projection = "suite.view.v1"

func (b *bench) commit(position uint64, docs ...readmodel.Stored) {
	b.Helper()
	ok(b, b.store.Commit(b.Context(), b.batch(position, docs...)))
}

func (b *bench) batch(position uint64, docs ...readmodel.Stored) readmodel.Commit {
	c := readmodel.Commit{Projection: projection, Position: position}
	if len(docs) > 0 {
		c.Writes = []readmodel.Write{{Spec: b.spec, Docs: docs}}
	}
	return c
}

func (b *bench) position() uint64 {
	b.Helper()
	seq, err := b.store.Position(b.Context(), projection)
	ok(b, err)
	return seq
}

// shows checks what is stored under an id.
func (b *bench) shows(want readmodel.Stored) {
	b.Helper()
	found, err := b.table.Get(b.Context(), want.ID)
	ok(b, err)
	got, there := found[want.ID]
	if !there || len(found) != 1 {
		b.Fatalf("%s: found %d documents", want.ID, len(found))
	}
	same(b, got, want)
}

// finds checks the ids that a query gives, in order, on one page.
func (b *bench) finds(q readmodel.Query, want ...string) {
	b.Helper()
	found, err := b.table.Find(b.Context(), q)
	ok(b, err)
	if got := ids(found.Docs); !slices.Equal(got, want) {
		b.Fatalf("%s\n got %v\nwant %v", show(q), got, want)
	}
	if found.Next != "" {
		b.Fatalf("%s: a next page after the last", show(q))
	}
	b.counts(q, len(want))
}

func (b *bench) counts(q readmodel.Query, want int) {
	b.Helper()
	n, err := b.table.Count(b.Context(), q)
	ok(b, err)
	if n != want {
		b.Fatalf("%s: counted %d, want %d", show(q), n, want)
	}
}

// pages reads a query to its end and checks that every page but the last is full.
func (b *bench) pages(q readmodel.Query) []string {
	b.Helper()
	var all []string
	for {
		found, err := b.table.Find(b.Context(), q)
		ok(b, err)
		all = append(all, ids(found.Docs)...)
		if found.Next == "" {
			return all
		}
		if len(found.Docs) != q.Limit {
			b.Fatalf("%s: a page of %d that is not the last", show(q), len(found.Docs))
		}
		q.After = found.Next
	}
}

func ids(docs []readmodel.Stored) []string {
	all := make([]string, len(docs))
	for i, d := range docs {
		all[i] = d.ID
	}
	return all
}

func show(q readmodel.Query) string { return fmt.Sprintf("%+v", q) }

// same compares documents; bodies as JSON values.
func same(t tb, got, want readmodel.Stored) {
	t.Helper()
	if got.ID != want.ID || got.Seq != want.Seq || got.Gone != want.Gone || !sameJSON(t, got.Body, want.Body) {
		t.Fatalf("got %s #%d gone=%v %s\nwant %s #%d gone=%v %s",
			got.ID, got.Seq, got.Gone, got.Body, want.ID, want.Seq, want.Gone, want.Body)
	}
}

func sameJSON(t tb, a, b []byte) bool {
	t.Helper()
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	var x, y any
	ok(t, json.Unmarshal(a, &x))
	ok(t, json.Unmarshal(b, &y))
	return reflect.DeepEqual(x, y)
}

// tb is what testing.TB and rapid.T have in common here.
type tb interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func ok(t tb, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t testing.TB, what string, err error) {
	t.Helper()
	if err == nil {
		t.Fatalf("%s: no error", what)
	}
}

func cancelled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
