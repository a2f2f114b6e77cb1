package host

import (
	"context"
	"strings"
	"sync"
	"time"

	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// large is from how many commands of one fact on these are a bulk.
const large = 500

// bulks are the bulks of commands that are under way in this process, by their cause. What follows from a fact of a bulk waits for
// it, so that they do not share the machine: first everybody is enrolled, then that is shown, then the letters are written.
type bulks struct {
	mu    sync.Mutex
	going map[string]*bulk
}

// bulk tells how far it is by the channels that are closed.
type bulk [2]chan struct{}

// phase is what of a bulk is awaited.
type phase int

const (
	written phase = iota // all is in the journal
	shown                // the read models of this process have it
)

// begin notes a bulk, which is so far when end says so, and over once it is shown.
func (b *bulks) begin(cause string) (end func(phase)) {
	of := &bulk{make(chan struct{}), make(chan struct{})}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.going == nil {
		b.going = map[string]*bulk{}
	}
	b.going[cause] = of
	return func(far phase) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if close(of[far]); far == shown && b.going[cause] == of {
			delete(b.going, cause)
		}
	}
}

// afterBulks lets the read models wait for the end of a bulk too: one fact is written in the time in which ten read models take it
// in, and many together are taken in several times faster than one by one.
type afterBulks struct {
	readmodel.Source
	bulks *bulks
}

// Read implements readmodel.Source.
func (a afterBulks) Read(ctx context.Context, after uint64, nouns []string, fn func([]eventsource.Recorded) error) error {
	return a.Source.Read(ctx, after, nouns, func(facts []eventsource.Recorded) error {
		if err := a.bulks.await(ctx, facts[len(facts)-1].Cause, written); err != nil {
			return err
		}
		return fn(facts)
	})
}

// await waits until the bulk to which a cause belongs is so far.
func (b *bulks) await(ctx context.Context, cause string, far phase) error {
	of := b.of(cause)
	if of == nil {
		return nil
	}
	select {
	case <-of[far]:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// of finds the bulk to which a cause belongs: it is the bulk's own, or one of several of the same fact.
func (b *bulks) of(cause string) *bulk {
	b.mu.Lock()
	defer b.mu.Unlock()
	for whole, of := range b.going {
		if rest, ok := strings.CutPrefix(cause, whole); ok && (rest == "" || rest[0] == '/') {
			return of
		}
	}
	return nil
}

// showWithin bounds how long letters wait for read models.
const showWithin = time.Minute

// show waits until the read models of this process show what is in the journal, or have stopped.
func (h *House) show(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, showWithin)
	defer cancel()
	if err := h.catchUp(ctx); err != nil {
		h.o.Deps.Log.Info("what follows from a bulk does not wait for all read models", "err", err)
	}
}
