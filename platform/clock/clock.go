// Package clock is the only place that knows what time it is.
package clock

import (
	"context"
	"sync"
	"time"
)

// Clock tells the time and waits. Everything that acts by time takes one as an argument.
type Clock interface {
	// Now is the time in UTC.
	Now() time.Time
	// WaitUntil returns nil at or after t, or the context's error before.
	WaitUntil(ctx context.Context, t time.Time) error
}

// System is the machine's clock.
type System struct{}

// Now implements Clock.
func (System) Now() time.Time { return time.Now().UTC() }

// longest bounds one sleep, so that a stepped system clock or a suspended machine is noticed.
const longest = time.Minute

// WaitUntil implements Clock.
func (s System) WaitUntil(ctx context.Context, t time.Time) error {
	for {
		left := t.Sub(s.Now())
		if left <= 0 {
			return nil
		}
		timer := time.NewTimer(min(left, longest))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}

// Stopwatch starts; what it returns tells how much time has passed. It is for metrics and logs: nothing is decided by it.
func Stopwatch() (passed func() time.Duration) {
	begun := time.Now()
	return func() time.Duration { return time.Since(begun) }
}

// Test is a clock that moves only when told.
type Test struct {
	mu      sync.Mutex
	now     time.Time
	waiting map[*waiter]struct{}
	arrived *sync.Cond
}

type waiter struct {
	until time.Time
	done  chan struct{}
}

// NewTest makes a test clock that stands at now.
func NewTest(now time.Time) *Test {
	c := &Test{now: now.UTC(), waiting: map[*waiter]struct{}{}}
	c.arrived = sync.NewCond(&c.mu)
	return c
}

// Now implements Clock.
func (c *Test) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock, forwards or back, and wakes whoever waited for a time not after now.
func (c *Test) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now.UTC()
	for w := range c.waiting {
		if !w.until.After(c.now) {
			close(w.done)
			delete(c.waiting, w)
		}
	}
}

// Advance moves the clock forward.
func (c *Test) Advance(d time.Duration) { c.Set(c.Now().Add(d)) }

// WaitUntil implements Clock.
func (c *Test) WaitUntil(ctx context.Context, t time.Time) error {
	c.mu.Lock()
	if !t.After(c.now) {
		c.mu.Unlock()
		return nil
	}
	w := &waiter{until: t, done: make(chan struct{})}
	c.waiting[w] = struct{}{}
	c.arrived.Broadcast()
	c.mu.Unlock()
	select {
	case <-ctx.Done():
		c.mu.Lock()
		delete(c.waiting, w)
		c.mu.Unlock()
		return ctx.Err()
	case <-w.done:
		return nil
	}
}

// AwaitWaiters blocks until at least n callers wait, so that a test may move the clock without racing them.
func (c *Test) AwaitWaiters(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.waiting) < n {
		c.arrived.Wait()
	}
}

// Ahead is a clock that is so much ahead of another.
func Ahead(c Clock, by time.Duration) Clock { return ahead{c, by} }

type ahead struct {
	Clock
	by time.Duration
}

// Now implements Clock.
func (a ahead) Now() time.Time { return a.Clock.Now().Add(a.by) }

// WaitUntil implements Clock.
func (a ahead) WaitUntil(ctx context.Context, t time.Time) error {
	return a.Clock.WaitUntil(ctx, t.Add(-a.by))
}
