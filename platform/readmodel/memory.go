package readmodel

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// memory is a store that forgets on exit: plain maps, sorted at every question. Tests hold the others against it.
type memory struct {
	mu        sync.RWMutex
	positions map[string]uint64
	tables    map[string]*memoryTable
}

type memoryTable struct {
	store *memory
	spec  Spec
	docs  map[string]Stored
}

// NewMemory makes an empty store in memory.
func NewMemory() Store {
	return &memory{positions: map[string]uint64{}, tables: map[string]*memoryTable{}}
}

// Open implements Store.
func (m *memory) Open(_ context.Context, spec Spec) (Table, error) {
	if err := spec.Check(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	name := spec.FullName()
	t, ok := m.tables[name]
	if !ok {
		t = &memoryTable{store: m, docs: map[string]Stored{}}
		m.tables[name] = t
	}
	for _, ix := range spec.Indexes {
		same := func(other Index) bool { return other.Name == ix.Name && slices.Equal(other.Fields, ix.Fields) }
		if len(t.docs) > 0 && !slices.ContainsFunc(t.spec.Indexes, same) {
			return nil, spec.ErrNewIndex(ix.Name)
		}
	}
	t.spec = spec
	return t, nil
}

// Position implements Store.
func (m *memory) Position(_ context.Context, projection string) (uint64, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.positions[projection], nil
}

// Commit implements Store; it writes all or nothing.
func (m *memory) Commit(ctx context.Context, c Commit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, w := range c.Writes {
		t, ok := m.tables[w.Spec.FullName()]
		if !ok {
			return fmt.Errorf("table %s is not open", w.Spec.FullName())
		}
		for _, d := range w.Docs {
			if _, err := Values(d, t.spec.Fields()); err != nil && !d.Gone {
				return fmt.Errorf("table %s: %w", w.Spec.FullName(), err)
			}
		}
	}
	for _, w := range c.Writes {
		docs := m.tables[w.Spec.FullName()].docs
		for _, d := range w.Docs {
			if old, ok := docs[d.ID]; ok && old.Seq >= d.Seq {
				continue
			}
			d.Body, d.Keys = bytes.Clone(d.Body), slices.Clone(d.Keys)
			docs[d.ID] = d
		}
	}
	m.positions[c.Projection] = max(m.positions[c.Projection], c.Position)
	return nil
}

// Drop implements Store.
func (m *memory) Drop(_ context.Context, projection string, specs ...Spec) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.positions, projection)
	for _, spec := range specs {
		delete(m.tables, spec.FullName())
	}
	return nil
}

// Close implements Store.
func (m *memory) Close() error { return nil }

// Get implements Table.
func (t *memoryTable) Get(ctx context.Context, ids ...string) (map[string]Stored, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t.store.mu.RLock()
	defer t.store.mu.RUnlock()
	found := map[string]Stored{}
	for _, id := range ids {
		if d, ok := t.docs[id]; ok {
			found[id] = read(d)
		}
	}
	return found, nil
}

func read(d Stored) Stored {
	return Stored{ID: d.ID, Seq: d.Seq, Gone: d.Gone, Body: bytes.Clone(d.Body)}
}

// Find implements Table.
func (t *memoryTable) Find(ctx context.Context, q Query) (Found, error) {
	if err := ctx.Err(); err != nil {
		return Found{}, err
	}
	t.store.mu.RLock()
	defer t.store.mu.RUnlock()
	p, err := t.spec.Plan(q)
	if err != nil {
		return Found{}, err
	}
	docs := t.matching(p)
	slices.SortFunc(docs, func(a, b placed) int { return p.order(a.Place, b.Place) })
	if p.After != nil {
		start := slices.IndexFunc(docs, func(d placed) bool { return p.order(d.Place, *p.After) > 0 })
		if start < 0 {
			start = len(docs)
		}
		docs = docs[start:]
	}
	var found Found
	if len(docs) > p.Limit {
		docs = docs[:p.Limit]
		last := docs[p.Limit-1]
		if found.Next, err = p.Next(last.Values[len(p.Equal):], last.ID); err != nil {
			return Found{}, err
		}
	}
	for _, d := range docs {
		found.Docs = append(found.Docs, read(d.doc))
	}
	return found, nil
}

// Count implements Table.
func (t *memoryTable) Count(ctx context.Context, q Query) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	t.store.mu.RLock()
	defer t.store.mu.RUnlock()
	p, err := t.spec.PlanCount(q)
	if err != nil {
		return 0, err
	}
	return len(t.matching(p)), nil
}

type placed struct {
	Place
	doc Stored
}

func (t *memoryTable) matching(p Plan) []placed {
	var all []placed
	for d := range maps.Values(t.docs) {
		if d.Gone {
			continue
		}
		values, _ := Values(d, p.Fields) // Commit has seen that all are there
		if p.holds(Place{values, d.ID}) {
			all = append(all, placed{Place{values, d.ID}, d})
		}
	}
	return all
}

// holds reports whether a document at this place is asked for.
func (p Plan) holds(at Place) bool {
	for i, v := range p.Equal {
		if CompareKeys(at.Values[i], v) != 0 {
			return false
		}
	}
	var next any = at.ID
	if len(p.Equal) < len(p.Fields) {
		next = at.Values[len(p.Equal)]
	}
	return (p.From == nil || CompareKeys(next, p.From) >= 0) && (p.To == nil || CompareKeys(next, p.To) < 0)
}

func (p Plan) order(a, b Place) int {
	n := slices.CompareFunc(a.Values, b.Values, CompareKeys)
	if n == 0 {
		n = strings.Compare(a.ID, b.ID)
	}
	if p.Desc {
		return -n
	}
	return n
}
