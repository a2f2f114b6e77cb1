package host

import (
	"context"
	"strings"
	"sync"
)

// large is from how many commands of one fact on these are a bulk.
const large = 2 * together

// bulks are the bulks of commands that are under way in this process, by their cause. What follows from a fact of a bulk waits
// until the bulk is done, so that the two do not share the machine: first everybody is enrolled, then the letters are written.
type bulks struct {
	mu    sync.Mutex
	going map[string]chan struct{}
}

// begin notes a bulk until end is called.
func (b *bulks) begin(cause string) (end func()) {
	done := make(chan struct{})
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.going == nil {
		b.going = map[string]chan struct{}{}
	}
	b.going[cause] = done
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.going, cause)
		close(done)
	}
}

// await waits while the bulk to which a cause belongs is under way.
func (b *bulks) await(ctx context.Context, cause string) error {
	done := b.of(cause)
	if done == nil {
		return nil
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// of finds the bulk to which a cause belongs: it is the bulk's own, or one of several of the same fact.
func (b *bulks) of(cause string) <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	for whole, done := range b.going {
		if rest, ok := strings.CutPrefix(cause, whole); ok && (rest == "" || rest[0] == '/') {
			return done
		}
	}
	return nil
}
