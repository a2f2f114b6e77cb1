package readmodel

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
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

	cache    *cache
	position uint64 // of the projection; what the cache holds is true there
	cached   bool   // some document is from the cache
}

// errAhead says that a later table was found ahead of an earlier one of which documents are loaded already, or
// ahead of remembered documents. They may be older than what the store has now (a second replica writes too), so they
// must be loaded again.
var errAhead = errors.New("readmodel: the store is ahead of the batch")

type entryKey struct{ collection, id string }

type entry struct {
	doc    any
	loaded uint64 // sequence in the store
	seq    uint64
	gone   bool
	dirty  bool
	size   int // of the stored form
	encode func(any) ([]byte, []Key, error)
}

// codec turns documents of one type into their stored form and back.
type codec struct {
	encode func(any) ([]byte, []Key, error)
	decode func([]byte) (any, error)
}

func newBatch(ctx context.Context, specs []Spec, done []uint64, c *cache, position uint64) *Batch {
	b := &Batch{ctx: ctx, tables: map[string]int{}, done: done, held: make([]bool, len(specs)), docs: map[entryKey]*entry{}, cache: c, position: position}
	for i, s := range specs {
		b.tables[s.Name] = i
	}
	return b
}

// load gives the batch's copy of a document, at the first use remembered or read from the table.
// A document that the store has beyond the position ends the use of what is remembered.
func (b *Batch) load(name string, t Table, id string, c codec) (*entry, error) {
	key := entryKey{name, id}
	if e, ok := b.docs[key]; ok {
		return e, nil
	}
	at, ok := b.tables[name]
	if !ok {
		return nil, fmt.Errorf("load %s %s: the projection does not declare this collection", name, id)
	}
	if r, ok := b.cache.take(key); ok {
		b.held[at], b.cached = true, true
		e := &entry{doc: r.doc, loaded: r.seq, seq: r.seq, gone: r.gone, size: r.size, encode: c.encode}
		b.docs[key] = e
		return e, nil
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
	ahead := stored.Seq > b.position
	if ahead {
		b.cache.clear()
	}
	if b.raise(at, stored.Seq) || ahead && b.cached {
		b.failed = errAhead
		return nil, b.failed
	}
	b.held[at] = true
	e := &entry{doc: doc, loaded: stored.Seq, seq: stored.Seq, gone: stored.Gone, size: len(stored.Body), encode: c.encode}
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
	byName := map[string][]*change{}
	var dirty []*change
	for key, e := range b.docs {
		if e.dirty {
			c := &change{entry: e, Stored: Stored{ID: key.id, Seq: e.seq, Gone: e.gone}}
			byName[key.collection] = append(byName[key.collection], c)
			dirty = append(dirty, c)
		}
	}
	if err := encodeAll(dirty); err != nil {
		return nil, nil, err
	}
	var all []Write
	changed := make([]Changed, 0, len(dirty))
	for _, spec := range specs {
		of := byName[spec.Name]
		if len(of) == 0 {
			continue
		}
		slices.SortFunc(of, func(a, b *change) int { return strings.Compare(a.ID, b.ID) })
		docs := make([]Stored, len(of))
		for i, c := range of {
			docs[i] = c.Stored
			changed = append(changed, Changed{Collection: spec.Name, ID: c.ID})
		}
		all = append(all, Write{Spec: spec, Docs: docs})
	}
	return all, changed, nil
}

// change is a changed document on its way to the store.
type change struct {
	Stored
	*entry
}

// perWorker is how many documents are worth a goroutine.
const perWorker = 32

// encodeAll brings changed documents to their stored form, side by side where they are many.
func encodeAll(all []*change) error {
	size := max(perWorker, (len(all)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	failed := make([]error, len(all))
	var work sync.WaitGroup
	for from := 0; from < len(all); from += size {
		work.Go(func() {
			for i := from; i < min(from+size, len(all)); i++ {
				failed[i] = all[i].finish()
			}
		})
	}
	work.Wait()
	return errors.Join(failed...)
}

func (c *change) finish() (err error) {
	if c.Gone {
		c.size = 0
		return nil
	}
	c.Body, c.Keys, err = c.encode(c.doc)
	c.size = len(c.Body)
	return err
}

// remember keeps the documents of a committed batch that are true at its position.
func (b *Batch) remember(position uint64) {
	for key, e := range b.docs {
		if e.seq <= position {
			b.cache.put(key, remembered{doc: e.doc, seq: e.seq, gone: e.gone, size: e.size})
		}
	}
}
