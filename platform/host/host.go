// Package host runs services: all in one process, or some of them.
package host

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/keyring"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Deps is what a service is given.
type Deps struct {
	Journal Record
	RPC     rpc.Caller // to ask other services; only portal does
	Clock   clock.Clock
	Keys    *keyring.Ring
	Log     *slog.Logger
	NewID   func() string // a fresh opaque id: lower-case letters and digits, usable in a stream's name
	Trace   rpc.Tracer
	Recent  *eventsource.Recent // streams that commands of this process just wrote; nil remembers none
	Demo    bool                // the demo province: sign-in by one click, mail into a sink
}

// Record is the journal as services use it: decided on by commands, read by projections.
type Record interface {
	eventsource.Tip
	readmodel.Source
}

// Service is a service as a value: what it answers, what it keeps, what it listens to.
type Service struct {
	Name        string
	Endpoints   []rpc.Endpoint
	Projections []*readmodel.Projection
	Reactors    []Reactor
	Loops       []Loop
	HTTP        http.Handler // portal only
}

// Reactor turns a fact of any service into commands of its own service.
type Reactor struct {
	Name  string   // within the service, such as "assign"
	Facts []string // "service.noun.fact": what it hears
	// React gives the commands. It may be called again with the same fact; the host makes the fact the cause
	// of each command, so what was done is not done again.
	React func(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error)
}

// Loop runs beside the service until the context ends. When it fails it is started again after a pause.
type Loop struct {
	Name string
	Run  func(ctx context.Context) error
}

// Do decides a command in the name of whoever ctx stands for.
func Do[S eventsource.State[S]](ctx context.Context, d Deps, cmd eventsource.Command[S]) (eventsource.Outcome, error) {
	return eventsource.Do(ctx, d.Journal, d.meta(ctx), cmd)
}

// DoRecent is Do for streams that take many commands one after the other. S must not change what it points to.
func DoRecent[S eventsource.State[S]](ctx context.Context, d Deps, cmd eventsource.Command[S]) (eventsource.Outcome, error) {
	return eventsource.DoRecent(ctx, d.Journal, d.Recent, d.meta(ctx), cmd)
}

// See reads the state of a stream as it is now. S must not change what it points to.
func See[S eventsource.State[S]](ctx context.Context, d Deps, stream string) (eventsource.Seen[S], error) {
	return eventsource.See[S](ctx, d.Journal, d.Recent, stream)
}

// DoRequest is Do for a prepared request.
func DoRequest(ctx context.Context, d Deps, r eventsource.Request) (eventsource.Outcome, error) {
	return r.Do(ctx, d.Journal, d.meta(ctx))
}

func (d Deps) meta(ctx context.Context) eventsource.Meta {
	r := rpc.From(ctx)
	return eventsource.Meta{Cause: r.ID, Actor: r.Identity.Actor(), OnBehalf: r.Identity.OnBehalf, Time: d.Clock.Now(), Trace: d.Trace.Inject(ctx)}
}

// readOwnWrites bounds how long a query waits for the effect of a command that its caller has just given.
const readOwnWrites = 2 * time.Second

// Await waits until a projection shows everything up to seq, of whatever service that fact is; seq 0 waits for nothing.
// After two seconds it gives up without an error, and the caller reads what there is.
func (d Deps) Await(ctx context.Context, p *readmodel.Projection, seq uint64) error {
	if seq == 0 || p.Position() >= seq {
		return nil
	}
	bounded, cancel := context.WithTimeout(ctx, readOwnWrites)
	defer cancel()
	if err := p.AwaitAll(bounded, d.Journal, seq); err != nil && ctx.Err() != nil {
		return fmt.Errorf("await #%d: %w", seq, ctx.Err())
	}
	return nil
}

// AwaitFor waits, without giving up, until a projection shows everything up to seq. Reactors use it before they
// look something up; an error makes the fact come again.
func (d Deps) AwaitFor(ctx context.Context, p *readmodel.Projection, seq uint64) error {
	bounded, cancel := context.WithTimeout(ctx, 2*readOwnWrites)
	defer cancel()
	return p.AwaitAll(bounded, d.Journal, seq)
}
