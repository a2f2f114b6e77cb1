package scheduler

import (
	"sync"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
)

// timer is a single thing that is to happen at a time.
type timer struct {
	set  events.TimerSet
	done bool // fired or cancelled
}

// Evolve implements eventsource.State.
func (t timer) Evolve(e eventsource.Event) timer {
	switch e := e.(type) {
	case events.TimerSet:
		t.set = e
	case events.TimerFired, events.TimerCancelled:
		t.done = true
	}
	return t
}

func timerStream(id string) string { return "scheduler.timer." + id }

// setTimer sets a timer, once.
type setTimer struct{ events.TimerSet }

// Stream implements eventsource.Command.
func (c setTimer) Stream() string { return timerStream(c.Timer) }

// Decide implements eventsource.Command.
func (c setTimer) Decide(t timer) ([]eventsource.Event, error) {
	if t.set.Timer != "" {
		return nil, nil
	}
	return []eventsource.Event{c.TimerSet}, nil
}

// fireTimer fires a timer that is due. One that comes too late to be of use lapses.
type fireTimer struct {
	Timer string
	Now   time.Time
}

// Stream implements eventsource.Command.
func (c fireTimer) Stream() string { return timerStream(c.Timer) }

// Decide implements eventsource.Command.
func (c fireTimer) Decide(t timer) ([]eventsource.Event, error) {
	switch {
	case t.set.Timer == "" || t.done || c.Now.Before(t.set.Due):
		return nil, nil
	case !c.Now.Before(t.set.Until):
		return []eventsource.Event{events.TimerCancelled{Timer: c.Timer, Why: timerLate}}, nil
	}
	return []eventsource.Event{events.TimerFired{Timer: c.Timer, Due: t.set.Due, About: t.set.About}}, nil
}

// Why a timer does not fire.
const (
	timerLate       = "late"
	timerSuperseded = "superseded"
	timerRevoked    = "revoked"
)

// cancelTimer sees to it that a timer does not fire; one that has fired, or was never set, is left alone.
type cancelTimer struct{ Timer, Why string }

// Stream implements eventsource.Command.
func (c cancelTimer) Stream() string { return timerStream(c.Timer) }

// Decide implements eventsource.Command.
func (c cancelTimer) Decide(t timer) ([]eventsource.Event, error) {
	if t.set.Timer == "" || t.done {
		return nil, nil
	}
	return []eventsource.Event{events.TimerCancelled(c)}, nil
}

// highest is the highest of some sequences that are seen at once.
type highest struct {
	mu  sync.Mutex
	seq uint64
}

func (h *highest) see(seq uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seq = max(h.seq, seq)
}
