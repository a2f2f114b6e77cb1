package web

import (
	"container/list"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"khuevan/platform/clock"
)

// limited bounds how many keys a limiter remembers; beyond it the longest unseen starts afresh.
const limited = 20_000

// Limiter lets each key, an address or an account, do something only so often.
type Limiter struct {
	clock  clock.Clock
	every  rate.Limit
	burst  int
	mu     sync.Mutex
	byKey  map[string]*list.Element
	recent *list.List // of bucket, most recent first
}

type bucket struct {
	key string
	*rate.Limiter
}

// NewLimiter allows a burst at once and then one more every so often.
func NewLimiter(now clock.Clock, every time.Duration, burst int) *Limiter {
	return &Limiter{clock: now, every: rate.Every(every), burst: burst, byKey: map[string]*list.Element{}, recent: list.New()}
}

// Allow counts one act of key. When it is one too many it is not counted, and wait tells after what time it will be allowed.
func (l *Limiter) Allow(key string) (wait time.Duration, ok bool) {
	now := l.clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	act := l.bucket(key).ReserveN(now, 1)
	if !act.OK() {
		return 0, false // a burst of zero allows nothing, ever
	}
	if wait = act.DelayFrom(now); wait > 0 {
		act.CancelAt(now)
		return wait, false
	}
	return 0, true
}

func (l *Limiter) bucket(key string) *rate.Limiter {
	if at, ok := l.byKey[key]; ok {
		l.recent.MoveToFront(at)
		return at.Value.(bucket).Limiter
	}
	b := bucket{key: key, Limiter: rate.NewLimiter(l.every, l.burst)}
	l.byKey[key] = l.recent.PushFront(b)
	if l.recent.Len() > limited {
		last := l.recent.Back()
		delete(l.byKey, last.Value.(bucket).key)
		l.recent.Remove(last)
	}
	return b.Limiter
}
