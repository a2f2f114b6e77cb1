package host

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/jetstream"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Options are what the services of a process share.
type Options struct {
	Conn      *nats.Conn
	Journal   *jetstream.Journal
	Poison    *jetstream.Poison
	Stores    func(ctx context.Context, service string) (readmodel.Store, error)
	Deps      Deps
	Version   string   // semantic
	Operators []string // roles that may see the status and run poisoned events again
	Hooks     rpc.Hooks
	Reacted   func(reactor string, took time.Duration) // hears of each fact of which all that follows is durable; nil hears nothing
	Structure rpc.Structure                            // of the day, on which rules are decided
}

// House is running services.
type House struct {
	o        Options
	services []Service
	reactors *jetstream.Reactors
	servers  []*rpc.Server
	stores   []readmodel.Store
	bulks    bulks
	stop     context.CancelFunc
	going    sync.WaitGroup
}

// pause is how long a part that failed waits before it goes on.
const pause = time.Second

// Start runs services and returns once all of them serve: projections have caught up with the journal as it stood,
// methods answer, reactors listen, loops run.
func Start(ctx context.Context, o Options, services []Service) (*House, error) {
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	h := &House{o: o, services: services, stop: stop}
	if err := h.start(ctx, run); err != nil {
		return nil, errors.Join(err, h.Stop(context.WithoutCancel(ctx)))
	}
	return h, nil
}

func (h *House) start(ctx, run context.Context) error {
	if h.o.Structure == nil {
		return errors.New("no structure of units: rules cannot be decided")
	}
	for _, s := range h.services {
		if err := h.project(ctx, run, s); err != nil {
			return fmt.Errorf("start %s: %w", s.Name, err)
		}
	}
	if err := h.catchUp(ctx); err != nil {
		return err
	}
	for _, s := range h.services {
		endpoints := append(s.Endpoints, h.ownEndpoints(s)...)
		server, err := rpc.Serve(h.o.Conn, //nolint:contextcheck // each call brings its own deadline
			s.Name, h.o.Version, endpoints, h.o.Structure, h.o.Deps.Trace, h.o.Deps.Log, h.o.Hooks)
		if err != nil {
			return err
		}
		h.servers = append(h.servers, server)
	}
	if err := h.react(ctx, run); err != nil {
		return err
	}
	for _, s := range h.services {
		for _, l := range s.Loops {
			h.going.Go(func() { h.loop(run, s.Name, l) })
		}
	}
	return nil
}

// project opens the read models of a service and keeps them up to date.
func (h *House) project(ctx, run context.Context, s Service) error {
	if len(s.Projections) == 0 {
		return nil
	}
	store, err := h.o.Stores(ctx, s.Name)
	if err != nil {
		return err
	}
	h.stores = append(h.stores, store)
	for _, p := range s.Projections {
		if err := p.Open(ctx, store, s.Name); err != nil {
			return err
		}
		p.OnCommit = func(changed []readmodel.Changed) { h.publish(s.Name, changed) }
		h.going.Go(func() { h.keepUp(run, p) })
	}
	return nil
}

// keepUp runs a projection. At a fact that cannot be read it stays, visibly; any other trouble passes.
func (h *House) keepUp(ctx context.Context, p *readmodel.Projection) {
	for {
		err := p.Run(ctx, afterBulks{h.o.Journal, &h.bulks})
		if ctx.Err() != nil {
			return
		}
		var unreadable *readmodel.UnreadableError
		if errors.As(err, &unreadable) {
			h.o.Deps.Log.Error("projection stopped at an event it cannot read; the rest goes on", "projection", p.Name(), "seq", unreadable.Seq, "err", err)
			<-ctx.Done()
			return
		}
		h.o.Deps.Log.Warn("projection is interrupted", "projection", p.Name(), "err", err)
		if wait(ctx, pause) != nil {
			return
		}
	}
}

// catchUp waits until every projection shows the journal as it stands now, or has stopped.
func (h *House) catchUp(ctx context.Context) error {
	for _, s := range h.services {
		for _, p := range s.Projections {
			head, err := h.o.Journal.HeadAt(ctx, p.Nouns(), readmodel.Present)
			if err != nil {
				return err
			}
			if err := h.awaitOrStopped(ctx, p, head); err != nil {
				return fmt.Errorf("%s catches up: %w", p.Name(), err)
			}
		}
	}
	return nil
}

// awaitOrStopped waits until a projection is at head, or has met an event that it cannot read. Any other trouble passes.
func (h *House) awaitOrStopped(ctx context.Context, p *readmodel.Projection, head uint64) error {
	for {
		err := p.Await(ctx, head)
		var unreadable *readmodel.UnreadableError
		if err == nil || errors.As(err, &unreadable) {
			return nil
		}
		if !errors.Is(err, readmodel.ErrStopped) {
			return err
		}
		if err := wait(ctx, pause/10); err != nil {
			return err
		}
	}
}

func (h *House) react(ctx, run context.Context) error {
	reactors, err := jetstream.NewReactors(h.o.Journal, h.o.Poison, h.o.Deps.Log)
	if err != nil {
		return err
	}
	none := true
	for _, s := range h.services {
		for _, r := range s.Reactors {
			none = false
			name := s.Name + "-" + r.Name
			reactors.Add(jetstream.Reactor{Name: name, Facts: r.Facts, React: //nolint:contextcheck // each fact brings its own
			func(ctx context.Context, fact eventsource.Recorded) error {
				passed := clock.Stopwatch()
				err := h.handle(ctx, run, name, r, fact)
				if err == nil && h.o.Reacted != nil {
					h.o.Reacted(name, passed())
				}
				return err
			}})
		}
	}
	if none {
		return nil
	}
	h.reactors = reactors
	h.going.Go(func() {
		if err := reactors.Run(run); err != nil {
			h.o.Deps.Log.Error("reactors ended", "err", err)
		}
	})
	select {
	case <-reactors.Running():
		return nil
	case <-ctx.Done():
		return fmt.Errorf("reactors: %w", ctx.Err())
	}
}

// together bounds the commands that are done side by side: those of one write of the journal at its largest, and as many that are
// decided on meanwhile.
const together = 2000

// handle does what a reactor asks for, with the fact as the cause.
func (h *House) handle(ctx, run context.Context, name string, r Reactor, fact eventsource.Recorded) error {
	if err := h.bulks.await(ctx, fact.Cause, shown); err != nil {
		return err
	}
	cause := fact.ID() + "/" + name
	ctx = rpc.AsSystem(h.o.Deps.Trace.Extract(ctx, fact.Trace), cause)
	requests, err := r.React(ctx, fact)
	if err != nil {
		return err
	}
	if len(requests) >= large {
		end := h.bulks.begin(cause)
		defer func() {
			end(written)
			h.going.Go(func() { h.show(run); end(shown) })
		}()
	}
	accepted := h.o.Deps.meta(ctx) // all of them together
	return All(ctx, requests, func(ctx context.Context, q eventsource.Request) error {
		_, err := q.Do(ctx, h.o.Journal, accepted)
		return err
	})
}

// All calls fn for every item, many side by side, so that their appends share writes; it returns the first error
// after those under way have ended.
func All[T any](ctx context.Context, items []T, fn func(context.Context, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var going sync.WaitGroup
	for range min(together, len(items)) {
		going.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(items) {
					return
				}
				if err := safely(func() error { return fn(ctx, items[i]) }); err != nil {
					cancel(err)
				}
			}
		})
	}
	going.Wait()
	return context.Cause(ctx)
}

// safely turns a panic into an error, so that one bad fact does not take all services down, again at each start.
func safely(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return fn()
}

func (h *House) loop(ctx context.Context, service string, l Loop) {
	for {
		err := safely(func() error { return l.Run(ctx) })
		if ctx.Err() != nil {
			return
		}
		h.o.Deps.Log.Warn("loop is interrupted", "service", service, "loop", l.Name, "err", err)
		if wait(ctx, pause) != nil {
			return
		}
	}
}

// ChangedSubject is where open pages hear which documents of a service changed; messages may be lost.
func ChangedSubject(service string) string { return "changed." + service }

// OnChange calls heard whenever documents of a service have changed, until stop is called.
func OnChange(conn *nats.Conn, service string, heard func()) (stop func(), err error) {
	sub, err := conn.Subscribe(ChangedSubject(service), func(*nats.Msg) { heard() })
	if err != nil {
		return nil, fmt.Errorf("hear of changes of %s: %w", service, err)
	}
	return func() { _ = sub.Unsubscribe() }, nil // it ends with the connection in any case
}

// mostNamed bounds the changes named in one message; more are announced without names.
const mostNamed = 200

func (h *House) publish(service string, changed []readmodel.Changed) {
	if len(changed) > mostNamed {
		changed = []readmodel.Changed{}
	}
	body, err := json.Marshal(changed)
	if err == nil {
		err = h.o.Conn.Publish(ChangedSubject(service), body)
	}
	if err != nil {
		h.o.Deps.Log.Debug("announce changes", "service", service, "err", err)
	}
}

// Stop ends everything in order: no new calls, no new facts, the read models last. It may be called once.
func (h *House) Stop(ctx context.Context) error {
	var all error
	for _, s := range h.servers {
		all = errors.Join(all, s.Stop())
	}
	h.stop()
	ended := make(chan struct{})
	go func() { h.going.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-ctx.Done():
		all = errors.Join(all, fmt.Errorf("some parts did not end: %w", ctx.Err()))
	}
	for _, s := range h.stores {
		all = errors.Join(all, s.Close())
	}
	return all
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
