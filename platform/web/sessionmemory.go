package web

import (
	"context"
	"sync"
	"time"

	"khuevan/platform/clock"
)

const (
	sessionMoment  = 3 * time.Second // how long a session is believed without asking again
	mostRemembered = 20_000          // sessions in memory; beyond them it starts afresh
)

// sessionMemory stands before a store that costs a question over the bus for each request.
type sessionMemory struct {
	SessionStore
	clock clock.Clock

	mu    sync.Mutex
	seen  map[string]kept
	ended uint64 // counts what was changed or ended here
}

// RememberSessions believes a session that store has told for three seconds. What this process changes or ends counts at
// once; a sign-out in another process counts here when the three seconds are over.
func RememberSessions(store SessionStore, now clock.Clock) SessionStore {
	return &sessionMemory{SessionStore: store, clock: now, seen: map[string]kept{}}
}

// Get implements SessionStore. The data is shared: not to be changed.
func (m *sessionMemory) Get(ctx context.Context, id string) ([]byte, uint64, error) {
	now := m.clock.Now()
	m.mu.Lock()
	one, ok := m.seen[id]
	ended := m.ended
	m.mu.Unlock()
	if ok && now.Before(one.until) {
		return one.data, one.last, nil
	}
	data, last, err := m.SessionStore.Get(ctx, id)
	if err != nil {
		return nil, 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended != ended {
		return data, last, nil // it may be one that ended while the store was asked
	}
	if len(m.seen) >= mostRemembered {
		clear(m.seen)
	}
	m.seen[id] = kept{data: data, last: last, until: now.Add(sessionMoment)}
	return data, last, nil
}

// Put implements SessionStore.
func (m *sessionMemory) Put(ctx context.Context, id string, data []byte, ttl time.Duration, last uint64) error {
	defer m.forget(id)
	return m.SessionStore.Put(ctx, id, data, ttl, last)
}

// Delete implements SessionStore.
func (m *sessionMemory) Delete(ctx context.Context, id string) error {
	defer m.forget(id)
	return m.SessionStore.Delete(ctx, id)
}

func (m *sessionMemory) forget(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended++
	delete(m.seen, id)
}
