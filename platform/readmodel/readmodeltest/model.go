package readmodeltest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/platform/readmodel"
)

// SameAsMemory does random things to a store and to the memory store and expects the same of both.
func SameAsMemory(t *testing.T, open Open) {
	run := 0
	store := open(t)
	rapid.Check(t, func(r *rapid.T) {
		run++ // each case has tables and a projection of its own in the one store
		p := newPair(r, store, fmt.Sprintf("case%d", run))
		seq := uint64(0)
		r.Repeat(map[string]func(*rapid.T){
			"commit": func(r *rapid.T) {
				before := seq
				seq += rapid.Uint64Range(1, 8).Draw(r, "facts")
				p.commit(r, before, seq)
			},
			"replay": func(r *rapid.T) { p.commit(r, 0, seq+1) },
			"get":    p.get,
			"find":   p.find,
			"count":  p.count,
		})
		ok(r, store.Drop(context.Background(), p.name, p.spec))
	})
}

// pair is a table in a store and in memory.
type pair struct {
	name   string
	spec   readmodel.Spec
	stores [2]readmodel.Store
	tables [2]readmodel.Table
}

func newPair(r *rapid.T, store readmodel.Store, name string) *pair {
	p := &pair{name: name, spec: spec(), stores: [2]readmodel.Store{store, readmodel.NewMemory()}}
	p.spec.Name = name
	for i, s := range p.stores {
		var err error
		p.tables[i], err = s.Open(context.Background(), p.spec)
		ok(r, err)
	}
	return p
}

var (
	drawID     = rapid.StringMatching(`[a-e][0-9ế]`)
	drawPerson = rapid.SampledFrom([]string{"", "an", "ăn", "An", "đào", "lan", "lan ", "z"})
	drawTime   = rapid.Custom(func(r *rapid.T) time.Time {
		return day.Add(time.Duration(rapid.Int64Range(-3, 3).Draw(r, "ns")))
	})
	drawScore  = rapid.Int64Range(-2, 2)
	drawWeight = rapid.SampledFrom([]float64{-1.5, 0, 0.1, 1, 1e20})
	drawDoc    = rapid.Custom(func(r *rapid.T) result {
		return result{Person: drawPerson.Draw(r, "person"), Started: drawTime.Draw(r, "started"), Score: drawScore.Draw(r, "score"),
			Weight: drawWeight.Draw(r, "weight"), Passed: rapid.Bool().Draw(r, "passed"), Note: rapid.String().Draw(r, "note"),
			Items: rapid.SliceOfN(rapid.String(), 0, 3).Draw(r, "items")}
	})
)

// commit writes a few documents at sequences after from, up to to.
func (p *pair) commit(r *rapid.T, from, to uint64) {
	docs := map[string]readmodel.Stored{}
	for range rapid.IntRange(0, 8).Draw(r, "documents") {
		id, seq := drawID.Draw(r, "id"), rapid.Uint64Range(from+1, to).Draw(r, "seq")
		docs[id] = put(r, id, seq, drawDoc.Draw(r, "document"))
		if rapid.IntRange(0, 3).Draw(r, "gone") == 0 {
			docs[id] = gone(id, seq)
		}
	}
	c := readmodel.Commit{Projection: p.name, Position: to, Writes: []readmodel.Write{{Spec: p.spec}}}
	for _, d := range docs {
		c.Writes[0].Docs = append(c.Writes[0].Docs, d)
	}
	slices.SortFunc(c.Writes[0].Docs, func(a, b readmodel.Stored) int { return readmodel.CompareKeys(a.ID, b.ID) })
	var at [2]uint64
	for i, s := range p.stores {
		ok(r, s.Commit(context.Background(), c))
		var err error
		at[i], err = s.Position(context.Background(), p.name)
		ok(r, err)
	}
	if at[0] != at[1] {
		r.Fatalf("position %d, want %d", at[0], at[1])
	}
}

func (p *pair) get(r *rapid.T) {
	ids := rapid.SliceOfN(drawID, 0, 5).Draw(r, "ids")
	got, err := p.tables[0].Get(context.Background(), ids...)
	ok(r, err)
	want, err := p.tables[1].Get(context.Background(), ids...)
	ok(r, err)
	if len(got) != len(want) {
		r.Fatalf("got %d documents, want %d", len(got), len(want))
	}
	for id, d := range want {
		same(r, got[id], d)
	}
}

func drawQuery(r *rapid.T) readmodel.Query {
	q := readmodel.Query{Desc: rapid.Bool().Draw(r, "desc")}
	fields := map[string][]func() any{
		"":        {func() any { return drawID.Draw(r, "id") }},
		"person":  {func() any { return drawPerson.Draw(r, "person") }, func() any { return drawTime.Draw(r, "started") }, func() any { return drawID.Draw(r, "id") }},
		"outcome": {func() any { return rapid.Bool().Draw(r, "passed") }, func() any { return drawScore.Draw(r, "score") }, func() any { return drawPerson.Draw(r, "person") }, func() any { return drawID.Draw(r, "id") }},
		"weight":  {func() any { return drawWeight.Draw(r, "weight") }, func() any { return drawID.Draw(r, "id") }},
	}
	q.Index = rapid.SampledFrom([]string{"", "person", "outcome", "weight"}).Draw(r, "index")
	values := fields[q.Index]
	equal := rapid.IntRange(0, len(values)-1).Draw(r, "equal")
	for _, v := range values[:equal] {
		q.Equal = append(q.Equal, v())
	}
	if rapid.Bool().Draw(r, "from") {
		q.From = values[equal]()
	}
	if rapid.Bool().Draw(r, "to") {
		q.To = values[equal]()
	}
	return q
}

// find reads all pages side by side; each store is given its own cursors.
func (p *pair) find(r *rapid.T) {
	q := drawQuery(r)
	q.Limit = rapid.IntRange(1, 5).Draw(r, "limit")
	after := [2]string{}
	for {
		var pages [2]readmodel.Found
		for i, t := range p.tables {
			q.After = after[i]
			var err error
			pages[i], err = t.Find(context.Background(), q)
			ok(r, err)
			after[i] = pages[i].Next
		}
		got, want := ids(pages[0].Docs), ids(pages[1].Docs)
		if !slices.Equal(got, want) || (after[0] == "") != (after[1] == "") {
			r.Fatalf("%s\n got %v, more: %v\nwant %v, more: %v", show(q), got, after[0] != "", want, after[1] != "")
		}
		for i := range want {
			same(r, pages[0].Docs[i], pages[1].Docs[i])
		}
		if after[0] == "" {
			return
		}
	}
}

func (p *pair) count(r *rapid.T) {
	q := drawQuery(r)
	got, err := p.tables[0].Count(context.Background(), q)
	ok(r, err)
	want, err := p.tables[1].Count(context.Background(), q)
	ok(r, err)
	if got != want {
		r.Fatalf("%s: counted %d, want %d", show(q), got, want)
	}
}
