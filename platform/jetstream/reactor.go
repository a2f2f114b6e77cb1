package jetstream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/message/router/middleware"
	"github.com/nats-io/nats.go"

	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// React handles one fact. It may be called again with the same fact, so what it does must be idempotent:
// commands that carry the fact's id as their cause are.
type React func(ctx context.Context, r eventsource.Recorded) error

// Reactor is a durable listener.
type Reactor struct {
	Name  string   // durable name, "service-reactor"
	Facts []string // "service.noun.fact": what it hears
	React React
}

// Reactors runs reactors on a Watermill router: retry with back-off, recovery of panics, and the poison queue for
// what cannot be done.
type Reactors struct {
	journal *Journal
	poison  *Poison
	router  *message.Router
	log     *slog.Logger
}

// The retries of one message last 0.1+0.3+0.9+2.7+8 s; the subscriber holds it meanwhile.
const (
	retries      = 5
	firstRetry   = 100 * time.Millisecond
	retryFactor  = 3
	longestRetry = 8 * time.Second
)

// NewReactors makes a router without reactors.
func NewReactors(j *Journal, p *Poison, log *slog.Logger) (*Reactors, error) {
	router, err := message.NewRouter(message.RouterConfig{CloseTimeout: 10 * time.Second}, watermill.NewSlogLoggerWithLevelMapping(log.With("part", "reactor"), map[slog.Level]slog.Level{slog.LevelInfo: slog.LevelDebug}))
	if err != nil {
		return nil, fmt.Errorf("reactors: %w", err)
	}
	return &Reactors{journal: j, poison: p, router: router, log: log}, nil
}

// Add registers a reactor before Run.
func (rs *Reactors) Add(r Reactor) {
	subjects := make([]string, len(r.Facts))
	for i, f := range r.Facts {
		subjects[i] = factSubject(f)
	}
	sub := NewSubscriber(rs.journal.js, rs.journal.name, subjects)
	h := rs.router.AddConsumerHandler(r.Name, r.Name, sub, rs.handle(r.React))
	h.AddMiddleware(
		rs.intoPoison(r.Name),
		middleware.Retry{
			MaxRetries: retries, InitialInterval: firstRetry, Multiplier: retryFactor, MaxInterval: longestRetry,
			ShouldRetry: func(p middleware.RetryParams) bool { return worthRetrying(p.Err) },
		}.Middleware,
		middleware.Recoverer,
	)
	rs.poison.add(r.Name, r.React)
}

// Run handles facts until the context ends, then lets those under way finish.
func (rs *Reactors) Run(ctx context.Context) error { return rs.router.Run(ctx) }

// Running is closed once all reactors listen.
func (rs *Reactors) Running() <-chan struct{} { return rs.router.Running() }

func (rs *Reactors) handle(react React) message.NoPublishHandlerFunc {
	return func(msg *message.Message) error {
		seq, err := strconv.ParseUint(msg.Metadata.Get(metaSeq), 10, 64)
		if err != nil {
			return fmt.Errorf("sequence: %w", err)
		}
		h := nats.Header{}
		for k, v := range msg.Metadata {
			h.Set(k, v)
			h[k] = []string{v}
		}
		r, err := rs.journal.codec.decode(msg.Metadata.Get(metaSubject), h, msg.Payload, seq)
		if err != nil {
			return &unreadable{err}
		}
		return react(msg.Context(), r)
	}
}

// unreadable marks a fact that no retry can read.
type unreadable struct{ error }

func (u *unreadable) Unwrap() error { return u.error }

func worthRetrying(err error) bool {
	var u *unreadable
	if errors.As(err, &u) || errors.Is(err, context.Canceled) {
		return false
	}
	kind := fault.KindOf(err)
	return kind == fault.Internal || kind == fault.Unavailable || kind == fault.Conflict
}

// passing reports whether the trouble is none of the fact's: something is away that will come back.
func passing(err error) bool {
	return fault.Is(err, fault.Unavailable) || errors.Is(err, context.DeadlineExceeded)
}

// intoPoison keeps what failed for good, so that it can be seen and run again, and goes on.
func (rs *Reactors) intoPoison(name string) message.HandlerMiddleware {
	return func(next message.HandlerFunc) message.HandlerFunc {
		return func(msg *message.Message) ([]*message.Message, error) {
			out, err := next(msg)
			if err == nil || msg.Context().Err() != nil || passing(err) {
				return out, err // what passes is given again until it is done
			}
			rs.log.Error("reactor gave up; the event waits in the poison queue", "reactor", name,
				"seq", msg.Metadata.Get(metaSeq), "type", msg.Metadata.Get(headerType), "err", err)
			return nil, rs.poison.keep(context.WithoutCancel(msg.Context()), name, msg, err)
		}
	}
}

// factSubject is the subject of "service.noun.fact".
func factSubject(f string) string {
	var service, noun, fact string
	parts := [3]*string{&service, &noun, &fact}
	at := 0
	for _, c := range f {
		if c == '.' && at < 2 {
			at++
			continue
		}
		*parts[at] += string(c)
	}
	return prefix + ".*." + service + "." + noun + ".*." + fact
}
