package web

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"khuevan/platform/clock"
)

const (
	sessionMoment  = time.Minute // how long a session is believed without asking again
	mostRemembered = 20_000      // sessions in memory; beyond them it starts afresh

	// endedSubject is where processes tell each other which sessions they ended; messages may be lost.
	endedSubject = "session.ended"
)

// sessionMemory stands before a store that costs a question over the bus for each request.
type sessionMemory struct {
	SessionStore
	clock clock.Clock
	bus   *nats.Conn

	mu    sync.Mutex
	seen  map[string]kept
	ended uint64 // counts what was changed or ended
}

// RememberSessions believes what store told of a session for a minute, so that a reader who asks for a page now and then
// costs nothing. What this process changes or ends counts at once. What another ends counts as soon as its word arrives
// over the bus, and if that was lost, when the minute is over.
func RememberSessions(store SessionStore, now clock.Clock, bus *nats.Conn) (SessionStore, error) {
	m := &sessionMemory{SessionStore: store, clock: now, bus: bus, seen: map[string]kept{}}
	_, err := bus.Subscribe(endedSubject, func(ended *nats.Msg) { m.forget(string(ended.Data)) }) // ends with the connection
	if err != nil {
		return nil, fmt.Errorf("hear of ended sessions: %w", err)
	}
	return m, nil
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
	err := m.SessionStore.Delete(ctx, id)
	if err == nil {
		_ = m.bus.Publish(endedSubject, []byte(id)) // the others' minute ends in any case
	}
	return err
}

func (m *sessionMemory) forget(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended++
	delete(m.seen, id)
}
