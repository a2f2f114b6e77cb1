package readmodel

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Batch collects what some consecutive facts change, so that the store is written once.
//
// Facts may be applied again after a crash, when some of the documents are ahead of them already. Two rules keep
// that exact. A document that stood at or after a fact when it was loaded is not changed by it. And because tables
// are written in order, a loaded document at sequence s shows that every table before its own is complete up to s;
// no document of those is changed by facts up to s, whatever apply makes of the newer document it peeked at.
type Batch struct {
	ctx    context.Context
	seq    uint64 // of the fact being applied
	tables map[string]int
	done   []uint64 // by table: complete up to this sequence
	held   []bool   // by table: some document is loaded
	docs   map[entryKey]*entry
	failed error // the store's, or errAhead; the batch cannot go on
}

// errAhead says that a later table was found ahead of an earlier one of which documents are loaded already.
// They may be older than what the store has now (a second replica writes too), so they must be loaded again.
var errAhead = errors.New("readmodel: the store is ahead of the batch")

type entryKey struct{ collection, id string }

type entry struct {
	doc    any
	loaded uint64 // sequence in the store
	seq    uint64
	gone   bool
	dirty  bool
	encode func(any) ([]byte, []Key, error)
}

// codec turns documents of one type into their stored form and back.
type codec struct {
	encode func(any) ([]byte, []Key, error)
	decode func([]byte) (any, error)
}

func newBatch(ctx context.Context, specs []Spec, done []uint64) *Batch {
	b := &Batch{ctx: ctx, tables: map[string]int{}, done: done, held: make([]bool, len(specs)), docs: map[entryKey]*entry{}}
	for i, s := range specs {
		b.tables[s.Name] = i
	}
	return b
}

// load gives the batch's copy of a document, read from the table at the first use.
func (b *Batch) load(name string, t Table, id string, c codec) (*entry, error) {
	key := entryKey{name, id}
	if e, ok := b.docs[key]; ok {
		return e, nil
	}
	at, ok := b.tables[name]
	if !ok {
		return nil, fmt.Errorf("load %s %s: the projection does not declare this collection", name, id)
	}
	found, err := t.Get(b.ctx, id)
	if err != nil {
		b.failed = fmt.Errorf("load %s %s: %w", name, id, err)
		return nil, b.failed
	}
	stored := found[id]
	doc, err := c.decode(stored.Body)
	if err != nil {
		return nil, fmt.Errorf("load %s %s: %w", name, id, err)
	}
	if b.raise(at, stored.Seq) {
		b.failed = errAhead
		return nil, b.failed
	}
	b.held[at] = true
	e := &entry{doc: doc, loaded: stored.Seq, seq: stored.Seq, gone: stored.Gone, encode: c.encode}
	b.docs[key] = e
	return e, nil
}

// raise notes that the tables before one are complete up to seq, and reports whether that was news about a table
// of which documents are loaded.
func (b *Batch) raise(table int, seq uint64) (news bool) {
	for i := range table {
		if seq > b.done[i] {
			b.done[i] = seq
			news = news || b.held[i]
		}
	}
	return news
}

// applied reports whether the store has the current fact's effect on a document already.
func (b *Batch) applied(name string, e *entry) bool {
	return e.loaded >= b.seq || b.done[b.tables[name]] >= b.seq
}

// dirtyAt reports whether the fact at seq has changed a document already.
func (b *Batch) dirtyAt(seq uint64) bool {
	for _, e := range b.docs {
		if e.dirty && e.seq == seq {
			return true
		}
	}
	return false
}

// writes gives the changed documents, table by table as in specs, ordered by id.
func (b *Batch) writes(specs []Spec) ([]Write, []Changed, error) {
	byName := map[string][]Stored{}
	for key, e := range b.docs {
		if !e.dirty {
			continue
		}
		s := Stored{ID: key.id, Seq: e.seq, Gone: e.gone}
		if !e.gone {
			body, keys, err := e.encode(e.doc)
			if err != nil {
				return nil, nil, err
			}
			s.Body, s.Keys = body, keys
		}
		byName[key.collection] = append(byName[key.collection], s)
	}
	var all []Write
	var changed []Changed
	for _, spec := range specs {
		docs := byName[spec.Name]
		if len(docs) == 0 {
			continue
		}
		slices.SortFunc(docs, func(a, b Stored) int { return strings.Compare(a.ID, b.ID) })
		all = append(all, Write{Spec: spec, Docs: docs})
		for _, d := range docs {
			changed = append(changed, Changed{Collection: spec.Name, ID: d.ID})
		}
	}
	return all, changed, nil
}
