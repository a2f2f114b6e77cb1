package jetstream

import (
	"context"
	"errors"
	"slices"
	"sync"

	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// A reader that has come to the end of the journal follows the tail: the server then has one reader of this process to serve
// instead of forty, each of which it would make look for its own subjects among those of all streams that ever were.

const (
	mostHanded  = 4096    // facts handed on at once
	mostWaiting = 1 << 17 // facts that wait for a follower; one that falls farther behind reads by itself again (some 60 MB for all)
)

// errOverrun says that too many facts were waiting.
var errOverrun = errors.New("the reader fell too far behind the tail")

// arrival is a fact, or why it cannot be read.
type arrival struct {
	seq  uint64
	fact eventsource.Recorded
	err  error
}

// follower is given the facts of its nouns behind from.
type follower struct {
	nouns []string
	from  uint64
	most  int // that wait

	mu      sync.Mutex
	waiting []arrival
	overrun bool
	more    chan struct{} // holds one token after a change
}

// give hands a fact to a follower, without ever waiting for it.
func (f *follower) give(a arrival) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.waiting) == f.most {
		f.waiting, f.overrun = nil, true
	}
	if !f.overrun {
		f.waiting = append(f.waiting, a)
	}
	select {
	case f.more <- struct{}{}:
	default:
	}
}

// take waits for facts and gives some of them.
func (f *follower) take(ctx context.Context) ([]arrival, error) {
	for {
		f.mu.Lock()
		if f.overrun {
			f.mu.Unlock()
			return nil, errOverrun
		}
		n := min(len(f.waiting), mostHanded)
		some := f.waiting[:n:n]
		if f.waiting = f.waiting[n:]; len(f.waiting) == 0 {
			f.waiting = nil // what was handed on is not kept
		}
		f.mu.Unlock()
		if n > 0 {
			return some, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-f.more:
		}
	}
}

// follow hands on what comes behind a sequence until the context ends, a fact cannot be read, or too many are waiting.
func (f *follower) follow(ctx context.Context, after uint64, fn func([]eventsource.Recorded) error) (last uint64, err error) {
	for last = after; ; {
		some, err := f.take(ctx)
		if err != nil {
			return last, err
		}
		some = slices.DeleteFunc(some, func(a arrival) bool { return a.seq <= after }) // read before it followed
		if err := hand(some, fn); err != nil {
			return last, err
		}
		if len(some) > 0 {
			last = some[len(some)-1].seq
		}
	}
}

// hand hands on facts; an unreadable one ends it, after those before it.
func hand(all []arrival, fn func([]eventsource.Recorded) error) error {
	facts := make([]eventsource.Recorded, 0, len(all))
	var bad error
	for _, a := range all {
		if bad = a.err; bad != nil {
			break
		}
		facts = append(facts, a.fact)
	}
	if len(facts) > 0 {
		if err := fn(facts); err != nil {
			return err
		}
	}
	return bad
}

// join makes a follower of the tail, from where the tail is.
func (t *tail) join(nouns []string) *follower {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := &follower{nouns: nouns, from: t.at, most: t.most, more: make(chan struct{}, 1)}
	t.followers = append(t.followers, f)
	clear(t.wanted)
	return f
}

func (t *tail) leave(f *follower) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.followers = slices.DeleteFunc(t.followers, func(other *follower) bool { return other == f })
	clear(t.wanted)
}

// wanting are the followers of a kind of fact, "service.noun.fact"; the lock is held.
func (t *tail) wanting(kind string) []*follower {
	all, known := t.wanted[kind]
	if !known {
		for _, f := range t.followers {
			if slices.ContainsFunc(f.nouns, func(n string) bool { return names(n, kind) }) {
				all = append(all, f)
			}
		}
		t.wanted[kind] = all
	}
	return all
}

var _ readmodel.Tracker = (*Journal)(nil)
