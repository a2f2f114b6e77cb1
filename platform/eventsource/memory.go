package eventsource

import (
	"context"
	"fmt"
	"sync"
)

// Memory is a journal that forgets on exit; tests use it in place of the durable one.
type Memory struct {
	registry *Registry
	mu       sync.Mutex
	all      []Recorded
	streams  map[string][]int
}

// NewMemory makes an empty journal for the registered event types.
func NewMemory(r *Registry) *Memory {
	return &Memory{registry: r, streams: map[string][]int{}}
}

// Load implements Journal.
func (m *Memory) Load(_ context.Context, stream string) (History, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := make(History, 0, len(m.streams[stream]))
	for _, i := range m.streams[stream] {
		h = append(h, m.all[i])
	}
	return h, nil
}

// Last implements Tip.
func (m *Memory) Last(_ context.Context, stream string) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.last(stream), nil
}

func (m *Memory) last(stream string) uint64 {
	of := m.streams[stream]
	if len(of) == 0 {
		return 0
	}
	return m.all[of[len(of)-1]].Seq
}

// Append implements Journal. Bodies go through the registry, so that what it returns is what a durable journal would.
func (m *Memory) Append(_ context.Context, stream string, at End, facts ...Fact) (uint64, error) {
	if !ValidStream(stream) {
		return 0, fmt.Errorf("append: %q is not a stream name", stream)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.last(stream) != at.Seq {
		return 0, ErrMoved
	}
	added, err := m.record(stream, at.Chain, facts)
	if err != nil {
		return 0, err
	}
	for _, r := range added {
		m.streams[stream] = append(m.streams[stream], len(m.all))
		m.all = append(m.all, r)
	}
	return uint64(len(m.all)), nil
}

func (m *Memory) record(stream, chain string, facts []Fact) ([]Recorded, error) {
	added := make([]Recorded, 0, len(facts))
	for i, f := range facts {
		newest, next, err := m.registry.stored(stream, chain, f.Event)
		if err != nil {
			return nil, fmt.Errorf("append to %s: %w", stream, err)
		}
		f.Event, chain = newest, next
		added = append(added, Recorded{Fact: f, Seq: uint64(len(m.all) + i + 1), Stream: stream, Chain: chain})
	}
	return added, nil
}

// All gives every fact in order.
func (m *Memory) All() []Recorded {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]Recorded(nil), m.all...)
}
