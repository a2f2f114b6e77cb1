// Package hosttest runs services over a real embedded bus, with read models in memory and a clock that the test moves.
package hosttest

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/jetstream"
	"khuevan/platform/keyring"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// House is some running services and the test's hands on them.
type House struct {
	t       testing.TB
	nc      *nats.Conn
	Client  rpc.Caller
	Journal *jetstream.Journal
	Poison  *jetstream.Poison
	Clock   *clock.Test
	Keys    *keyring.Ring
	Deps    host.Deps
	house   *host.House
	built   []host.Service
	denied  chan string
	// Structure decides rules about units and people; at first every unit and person stands below every other, so that
	// a service tested alone shows its own checks.
	Structure rpc.Structure
	// Read hears what queries were about; nil hears nothing.
	Read func(ctx context.Context, s rpc.Signature, look rpc.Look)
}

// flat is the structure in which everything stands below the units named by the caller.
type flat struct{}

func (flat) Above(ctx context.Context, _ rpc.Object) (all []string, _ error) {
	for _, g := range rpc.From(ctx).Identity.Grants {
		all = append(all, g.Unit)
	}
	return all, nil
}

// Build makes a service of its dependencies.
type Build func(host.Deps) (host.Service, error)

// Start is where the test clock stands at first: a Monday morning, 8:00 in Ha Noi.
var Start = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// Run starts services until the test ends. story has one value of every event type (events.All()).
func Run[E eventsource.Event](t testing.TB, story []E, builds ...Build) *House {
	t.Helper()
	h := Bus(t, story)
	h.Serve(builds...)
	return h
}

// Bus opens a journal without any service yet, so that a test can write history first; Serve follows.
func Bus[E eventsource.Event](t testing.TB, story []E) *House {
	t.Helper()
	registry, err := eventsource.NewRegistry(story...)
	must(t, err)
	server, err := jetstream.StartServer(t.TempDir())
	must(t, err)
	t.Cleanup(server.Shutdown)
	nc, err := server.Connect("hosttest")
	must(t, err)
	t.Cleanup(nc.Close)
	journal, err := jetstream.OpenJournal(t.Context(), nc, registry, jetstream.Options{})
	must(t, err)
	t.Cleanup(journal.Close)
	poison, err := jetstream.OpenPoison(t.Context(), journal, 1)
	must(t, err)
	h := &House{t: t, nc: nc, Client: rpc.NewClient(nc, noTrace{}), Journal: journal, Poison: poison, Clock: clock.NewTest(Start), denied: make(chan string, 100), Structure: flat{}}
	h.Keys, err = keyring.Open(t.Context(), make([]byte, 32), keyring.Memory(), h.Clock)
	must(t, err)
	h.Deps = host.Deps{Journal: journal, RPC: h.Client, Clock: h.Clock, Keys: h.Keys, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		NewID: func() string { return strings.ToLower(rand.Text()[:16]) }, Trace: noTrace{}, Recent: eventsource.NewRecent(registry, 100), Demo: true}
	return h
}

// Serve starts services on the bus.
func (h *House) Serve(builds ...Build) {
	h.t.Helper()
	for _, b := range builds {
		s, err := b(h.Deps)
		must(h.t, err)
		h.built = append(h.built, s)
	}
	var err error
	h.house, err = host.Start(h.t.Context(), host.Options{
		Conn: h.nc, Journal: h.Journal, Poison: h.Poison, Deps: h.Deps, Version: "0.0.0", Operators: []string{"admin"}, Structure: h.Structure,
		Stores: func(context.Context, string) (readmodel.Store, error) { return readmodel.NewMemory(), nil },
		Hooks: rpc.Hooks{Read: h.Read, Denied: func(ctx context.Context, method string, _ []byte) {
			h.denied <- rpc.From(ctx).Identity.Actor() + " " + method
		}},
	}, h.built)
	must(h.t, err)
	h.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := h.house.Stop(ctx); err != nil && !errors.Is(err, nats.ErrConnectionClosed) {
			h.t.Errorf("stop: %v", err)
		}
	})
}

// Signatures are the methods of every service of the house, in the order of its services.
func (h *House) Signatures() (all []rpc.Signature) {
	for _, s := range h.built {
		for _, e := range s.Endpoints {
			all = append(all, e.Signature)
		}
		all = append(all, host.StatusOf(s.Name, "admin").Signature, host.ReplayOf(s.Name, "admin").Signature)
	}
	return all
}

// Conn is the connection to the bus.
func (h *House) Conn() *nats.Conn { return h.nc }

// As is a context in which a person asks, under a fresh request id.
func (h *House) As(person string, grants ...rpc.Grant) context.Context {
	return rpc.With(h.t.Context(), rpc.Request{ID: rand.Text(), Identity: rpc.Identity{Person: person, Grants: grants}})
}

// AsSystem is a context in which the platform itself asks.
func (h *House) AsSystem() context.Context { return rpc.AsSystem(h.t.Context(), rand.Text()) }

// Append writes facts as another service would, in the name of the system, at the clock's time.
func (h *House) Append(stream string, events ...eventsource.Event) uint64 {
	h.t.Helper()
	history, err := h.Journal.Load(h.t.Context(), stream)
	must(h.t, err)
	facts := make([]eventsource.Fact, len(events))
	for i, e := range events {
		facts[i] = eventsource.Fact{Event: e, Meta: eventsource.Meta{Cause: rand.Text(), Actor: "system", Time: h.Clock.Now()}}
	}
	seq, err := h.Journal.Append(h.t.Context(), stream, history.End(), facts...)
	must(h.t, err)
	return seq
}

// Denied gives the next denied call as "actor method".
func (h *House) Denied() string {
	h.t.Helper()
	select {
	case d := <-h.denied:
		return d
	default:
		return ""
	}
}

// patience bounds how long a test waits for the house to settle.
const patience = 30 * time.Second

// Settle returns when every reactor and projection has handled everything in the journal, and nothing new followed.
func (h *House) Settle() {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), patience)
	defer cancel()
	js := h.Journal.JetStream()
	for {
		before := h.last(ctx)
		idle := h.reactorsIdle(ctx, js)
		for _, s := range h.built {
			for _, p := range s.Projections {
				if err := p.AwaitAll(ctx, h.Journal, before); err != nil && !errors.Is(err, readmodel.ErrStopped) {
					h.t.Fatalf("settle: %s: %v", p.Name(), err)
				}
			}
		}
		if idle && h.last(ctx) == before {
			return
		}
		select {
		case <-ctx.Done():
			h.t.Fatalf("the house did not settle in %v", patience)
		case <-time.After(2 * time.Millisecond): // between two looks; nothing tells when a consumer falls idle
		}
	}
}

func (h *House) last(ctx context.Context) uint64 {
	s, err := h.Journal.JetStream().Stream(ctx, "EVENTS")
	must(h.t, err)
	return s.CachedInfo().State.LastSeq
}

// reactorsIdle reports whether every reactor has been given, and has done, the last fact that it hears. What a consumer
// says to be pending does not tell: the server counts a fact there a moment after it has acknowledged the append.
func (h *House) reactorsIdle(ctx context.Context, js natsjs.JetStream) bool {
	stream, err := js.Stream(ctx, "EVENTS")
	must(h.t, err)
	for _, s := range h.built {
		for _, r := range s.Reactors {
			c, err := js.Consumer(ctx, "EVENTS", s.Name+"-"+r.Name)
			must(h.t, err)
			info := c.CachedInfo()
			if info.NumAckPending > 0 {
				return false
			}
			for _, subject := range info.Config.FilterSubjects {
				m, err := stream.GetLastMsgForSubject(ctx, subject)
				if errors.Is(err, natsjs.ErrMsgNotFound) {
					continue
				}
				must(h.t, err)
				if m.Sequence > info.Delivered.Stream {
					return false
				}
			}
		}
	}
	return true
}

// Refused fails the test unless err is a refusal of the kind.
func Refused(t testing.TB, err error, kind fault.Kind) {
	t.Helper()
	if got := fault.KindOf(err); got != kind {
		t.Errorf("got %q (%v), want a refusal %q", got, err, kind)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type noTrace struct{}

func (noTrace) Inject(context.Context) string                         { return "" }
func (noTrace) Extract(ctx context.Context, _ string) context.Context { return ctx }
