package readmodel

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"khuevan/platform/eventsource"
)

// Source reads the journal.
type Source interface {
	// Read calls fn with consecutive batches of the facts after a sequence that the nouns name: all of a kind of stream
	// ("service.noun") or some of its facts ("service.noun.fact"). They come in order, and Read waits for more at the
	// end. A fact that cannot be understood ends the reading with an *UnreadableError; those before it are delivered first.
	Read(ctx context.Context, after uint64, nouns []string, fn func([]eventsource.Recorded) error) error
	// Head is the sequence of the last fact of the nouns, 0 when there is none.
	Head(ctx context.Context, nouns []string) (uint64, error)
}

// UnreadableError names the fact at which a reader stopped.
type UnreadableError struct {
	Seq    uint64
	Stream string
	Type   string
	Err    error
}

func (e *UnreadableError) Error() string {
	return fmt.Sprintf("event #%d of %s (%s) cannot be read: %v", e.Seq, e.Stream, e.Type, e.Err)
}

// Unwrap gives the cause.
func (e *UnreadableError) Unwrap() error { return e.Err }

// Declared is a collection of any document type.
type Declared interface {
	bind(service string, version int) (Spec, error)
	open(Table)
}

// Apply changes documents by one fact.
type Apply func(b *Batch, r eventsource.Recorded) error

// Projection fills collections from facts.
type Projection struct {
	name        string
	version     int
	nouns       []string
	apply       Apply
	collections []Declared

	// OnCommit, if set before Run, hears which documents a batch changed, after they can be read.
	OnCommit func([]Changed)

	service string
	specs   []Spec
	store   Store
	cache   cache // of Run

	mu       sync.Mutex
	position uint64
	stopped  error
	moved    chan struct{} // closed and replaced whenever position or stopped changes
	pause    time.Duration // see Patient
}

// Changed names a document that a batch changed.
type Changed struct{ Collection, ID string }

// NewProjection declares a projection over the streams of the nouns ("service.noun"). Where it ignores most facts of a noun,
// it names those it reads ("service.noun.fact") instead, and the others are not even delivered. Collections are committed
// in the given order: put those derived from others (sums) before those they are derived from, see Collection.Peek.
// Raise the version whenever apply or a document changes meaning: it then fills new tables from the first fact.
func NewProjection(name string, version int, nouns []string, apply Apply, collections ...Declared) *Projection {
	return &Projection{name: name, version: version, nouns: nouns, apply: apply, collections: collections, moved: make(chan struct{})}
}

// Name is "service.name.vN" once open.
func (p *Projection) Name() string { return fmt.Sprintf("%s.%s.v%d", p.service, p.name, p.version) }

// Open makes the collections readable in the store.
func (p *Projection) Open(ctx context.Context, store Store, service string) error {
	p.service, p.store, p.specs = service, store, nil
	for _, c := range p.collections {
		spec, err := c.bind(service, p.version)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(p.specs, func(other Spec) bool { return other.Name == spec.Name }) {
			return fmt.Errorf("%s declares the collection %s twice", p.Name(), spec.Name)
		}
		table, err := store.Open(ctx, spec)
		if err != nil {
			return fmt.Errorf("open %s: %w", spec.Name, err)
		}
		c.open(table)
		p.specs = append(p.specs, spec)
	}
	position, err := store.Position(ctx, p.Name())
	if err != nil {
		return fmt.Errorf("position of %s: %w", p.Name(), err)
	}
	p.set(position, nil)
	return nil
}

// Run applies facts until the context ends. It returns early only when it cannot go on: at a fact that it cannot
// read or apply (an *UnreadableError; the position stays before that fact), or when the store or the source fails
// (any other error; Run may be called again). Status tells the same.
func (p *Projection) Run(ctx context.Context, src Source) error {
	p.set(p.Position(), nil)
	p.cache.clear()
	err := src.Read(ctx, p.Position(), p.nouns, func(facts []eventsource.Recorded) error {
		if err := p.applyAll(ctx, facts); err != nil {
			return err
		}
		return p.gather(ctx, len(facts))
	})
	if ctx.Err() != nil {
		return nil //nolint:nilerr // ended as asked
	}
	p.set(p.Position(), err)
	return err
}

// Patient lets facts gather for so long between two batches, unless many are waiting: documents that every fact changes are
// then written once for many. Who waits for the projection waits that much longer.
func (p *Projection) Patient(pause time.Duration) *Projection {
	p.pause = pause
	return p
}

// many facts at once mean that others are waiting behind them. Some mean that others will follow at once: a breath then
// makes one commit of several, and whoever waits under such a load waits less for it than for its commits.
const (
	many   = 400
	burst  = 30 // each so many make the breath one longer: an import is thousands
	some   = 8
	breath = 20 * time.Millisecond
)

func (p *Projection) gather(ctx context.Context, had int) error {
	wait := p.pause
	if wait == 0 && had >= some {
		wait = breath * time.Duration(1+had/burst)
	}
	if wait == 0 || had >= many {
		return nil
	}
	pause := time.NewTimer(wait)
	defer pause.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-pause.C:
		return nil
	}
}

// applyAll applies facts as one batch; where the store turns out to be ahead, one by one.
func (p *Projection) applyAll(ctx context.Context, facts []eventsource.Recorded) error {
	err := p.applyBatch(ctx, facts, p.complete())
	if !errors.Is(err, errAhead) {
		return err
	}
	for i := range facts {
		done := p.complete()
		for err = errAhead; errors.Is(err, errAhead); { // each time done has grown
			err = p.applyBatch(ctx, facts[i:i+1], done)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// complete is the sequence up to which each table is known to be complete: the position.
func (p *Projection) complete() []uint64 {
	done := make([]uint64, len(p.specs))
	for i := range done {
		done[i] = p.Position()
	}
	return done
}

func (p *Projection) applyBatch(ctx context.Context, facts []eventsource.Recorded, complete []uint64) error {
	b := newBatch(ctx, p.specs, complete, &p.cache, p.Position())
	var bad error
	done := p.Position()
	for i, r := range facts {
		if r.Seq <= done {
			continue
		}
		b.seq = r.Seq
		err := p.applyOne(b, r)
		if b.failed != nil {
			return fmt.Errorf("%s at #%d: %w", p.Name(), r.Seq, b.failed)
		}
		if err != nil {
			bad = &UnreadableError{Seq: r.Seq, Stream: r.Stream, Type: r.Event.EventType(), Err: err}
			if b.dirtyAt(r.Seq) {
				// the fact was applied in part: nothing of this batch can be kept; those before it are applied anew
				if err := p.applyAll(ctx, facts[:i]); err != nil {
					return err
				}
				return bad
			}
			break
		}
		done = r.Seq
	}
	if err := p.commit(ctx, b, done); err != nil {
		return err
	}
	return bad
}

// applyOne turns a panic over a fact into an error that stops this projection there, and nothing else.
func (p *Projection) applyOne(b *Batch, r eventsource.Recorded) (err error) {
	defer func() {
		if why := recover(); why != nil {
			err = fmt.Errorf("panic: %v", why)
		}
	}()
	return p.apply(b, r)
}

func (p *Projection) commit(ctx context.Context, b *Batch, position uint64) error {
	if position == p.Position() {
		return nil
	}
	writes, changed, err := b.writes(p.specs)
	if err != nil {
		return err
	}
	if err := p.store.Commit(ctx, Commit{Projection: p.Name(), Position: position, Writes: writes}); err != nil {
		return fmt.Errorf("commit %s at #%d: %w", p.Name(), position, err)
	}
	b.remember(position)
	p.set(position, nil)
	if p.OnCommit != nil && len(changed) > 0 {
		p.OnCommit(changed)
	}
	return nil
}

// Position is the last fact that can be seen in the collections.
func (p *Projection) Position() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.position
}

// Status is the position, and why the projection stopped, if it did.
func (p *Projection) Status() (position uint64, stopped error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.position, p.stopped
}

// Nouns are the streams, or single facts, that the projection reads.
func (p *Projection) Nouns() []string { return p.nouns }

// ErrStopped says that a projection cannot reach the awaited sequence because it stopped before it.
var ErrStopped = errors.New("readmodel: the projection has stopped")

// Await returns when the effect of the fact at seq can be read: nil, ErrStopped or the context's error.
// The fact must be one that the projection reads; AwaitAll is for any.
func (p *Projection) Await(ctx context.Context, seq uint64) error {
	for {
		p.mu.Lock()
		position, stopped, moved := p.position, p.stopped, p.moved
		p.mu.Unlock()
		if position >= seq {
			return nil
		}
		if stopped != nil {
			return fmt.Errorf("%w: %w", ErrStopped, stopped)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-moved:
		}
	}
}

// Rebuild forgets what the projection wrote; the next Open and Run fill it again.
func (p *Projection) Rebuild(ctx context.Context) error {
	return p.store.Drop(ctx, p.Name(), p.specs...)
}

func (p *Projection) set(position uint64, stopped error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.position, p.stopped = position, stopped
	close(p.moved)
	p.moved = make(chan struct{})
}
