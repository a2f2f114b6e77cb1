package host_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/jetstream"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

type added struct {
	N int `json:"n"`
}

func (added) EventType() string { return "sum.added.v1" }

type echoed struct {
	Of string `json:"of"`
}

func (echoed) EventType() string { return "echo.echoed.v1" }

func story() []eventsource.Event { return []eventsource.Event{added{}, echoed{}} }

type sum struct{ n int }

func (s sum) Evolve(e eventsource.Event) sum {
	if e, ok := e.(added); ok {
		s.n += e.N
	}
	return s
}

type add struct {
	To string `json:"to"`
	N  int    `json:"n"`
}

func (a add) Stream() string { return "sum.sum." + a.To }
func (a add) Decide(s sum) ([]eventsource.Event, error) {
	if s.n+a.N > 100 {
		return nil, fault.New(fault.Conflict, "Quá 100.", "More than 100.")
	}
	return []eventsource.Event{added{N: a.N}}, nil
}

type total struct {
	N int `json:"n"`
}
type read struct {
	Of    string `json:"of"`
	After uint64 `json:"after"`
}

var (
	addMethod  = rpc.Command[add, rpc.Receipt]("sum.add", "Adds.", rpc.SignedIn).About(rpc.Nothing())
	readMethod = rpc.Query[read, total]("sum.read", "Reads.", rpc.SignedIn).About(rpc.Nothing())
)

func sumService(d host.Deps) (host.Service, error) {
	totals := readmodel.NewCollection[total]("totals")
	p := readmodel.NewProjection("totals", 1, []string{"sum.sum"}, func(b *readmodel.Batch, r eventsource.Recorded) error {
		return totals.Update(b, r.Stream, func(t *total) { t.N += r.Event.(added).N })
	}, totals)
	return host.Service{Name: "sum", Projections: []*readmodel.Projection{p}, Endpoints: []rpc.Endpoint{
		addMethod.Handle(func(ctx context.Context, a add) (rpc.Receipt, error) {
			out, err := host.Do(ctx, d, a)
			return rpc.Receipt{Seq: out.Seq}, err
		}),
		readMethod.Handle(func(ctx context.Context, r read) (total, error) {
			if err := d.Await(ctx, p, r.After); err != nil {
				return total{}, err
			}
			t, _, err := totals.Get(ctx, "sum.sum."+r.Of)
			return t, err
		}),
	}}, nil
}

type echo struct{ of string }
type echoes struct{ done bool }

func (e echoes) Evolve(eventsource.Event) echoes { return echoes{true} }
func (e echo) Stream() string                    { return "echo.echo." + e.of }
func (e echo) Decide(s echoes) ([]eventsource.Event, error) {
	if s.done {
		return nil, nil
	}
	return []eventsource.Event{echoed{Of: e.of}}, nil
}

// echoService echoes every addition, unless broken says no.
func echoService(broken *atomic.Bool) hosttest.Build {
	return func(host.Deps) (host.Service, error) {
		return host.Service{Name: "echo", Reactors: []host.Reactor{{Name: "echo", Facts: []string{"sum.sum.added"},
			React: func(_ context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
				if broken.Load() {
					return nil, fault.New(fault.Invalid, "Hỏng.", "Broken.")
				}
				return []eventsource.Request{eventsource.Prepare(echo{of: strings.TrimPrefix(r.ID(), "#")})}, nil
			}}}}, nil
	}
}

func TestACommandIsReadBackAndEchoed(t *testing.T) {
	h := hosttest.Run(t, story(), sumService, echoService(new(atomic.Bool)))
	ctx := h.As("p1")
	got, err := addMethod.Call(ctx, h.Client, add{To: "a", N: 40})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := addMethod.Call(ctx, h.Client, add{To: "a", N: 40}); err != nil || again != got {
		t.Errorf("the repeated request: %+v, %v; want %+v", again, err, got)
	}
	read, err := readMethod.Call(ctx, h.Client, read{Of: "a", After: got.Seq})
	if err != nil || read.N != 40 {
		t.Errorf("read %+v, %v", read, err)
	}
	if _, err := addMethod.Call(h.As("p1"), h.Client, add{To: "a", N: 70}); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v", err)
	}
	h.Settle()
	r, _, err := h.Journal.Get(t.Context(), 2)
	if err != nil || r.Event != (echoed{Of: "1"}) || r.Cause != "#1/echo-echo" || r.Actor != "system" {
		t.Errorf("#2 is %+v, %v", r, err)
	}
}

func TestWhatAReactorCannotDoWaitsVisiblyAndRunsAgain(t *testing.T) {
	broken := new(atomic.Bool)
	broken.Store(true)
	h := hosttest.Run(t, story(), echoService(broken))
	h.Append("sum.sum.a", added{N: 1})
	h.Settle()
	status, err := host.StatusOf("echo").Call(h.AsSystem(), h.Client, rpc.Empty{})
	if err != nil || len(status.Poisoned) != 1 || status.Poisoned[0].Seq != 1 || !strings.Contains(status.Poisoned[0].Reason, "Broken.") {
		t.Fatalf("status %+v, %v", status, err)
	}
	id := host.ReplayRequest{ID: status.Poisoned[0].ID}
	_, err = host.ReplayOf("echo").Call(h.AsSystem(), h.Client, id)
	hosttest.Refused(t, err, fault.Invalid)
	broken.Store(false)
	if _, err := host.ReplayOf("echo").Call(h.AsSystem(), h.Client, id); err != nil {
		t.Fatal(err)
	}
	if r, _, err := h.Journal.Get(t.Context(), 2); err != nil || r.Event != (echoed{Of: "1"}) {
		t.Errorf("#2 is %+v, %v", r, err)
	}
	_, err = host.ReplayOf("echo").Call(h.AsSystem(), h.Client, id)
	hosttest.Refused(t, err, fault.NotFound)
}

type future struct{}

func (future) EventType() string { return "sum.added.v9" }

func TestAnUnknownEventStopsItsReaderVisiblyAndNothingElse(t *testing.T) {
	newer := append(story(), future{})
	h := hosttest.Bus(t, story())
	registry, err := eventsource.NewRegistry(newer...)
	if err != nil {
		t.Fatal(err)
	}
	h.Append("sum.sum.a", added{N: 5})
	writer, err := jetstream.OpenJournal(t.Context(), h.Conn(), registry, jetstream.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	if _, err := writer.Append(t.Context(), "sum.sum.b", eventsource.End{}, eventsource.Fact{Event: future{}, Meta: eventsource.Meta{Time: time.Unix(1, 0)}}); err != nil {
		t.Fatal(err)
	}
	h.Serve(sumService, echoService(new(atomic.Bool)))
	h.Append("sum.sum.c", added{N: 7})
	h.Settle()

	got, err := readMethod.Call(h.As("p1"), h.Client, read{Of: "a"})
	if err != nil || got.N != 5 {
		t.Errorf("what came before is %+v, %v; want 5", got, err)
	}
	if got, err := readMethod.Call(h.As("p1"), h.Client, read{Of: "c"}); err != nil || got.N != 0 {
		t.Errorf("what came after is %+v, %v; it must not be shown as if nothing were missing", got, err)
	}
	status, err := host.StatusOf("sum").Call(h.AsSystem(), h.Client, rpc.Empty{})
	if err != nil || !strings.Contains(status.Projections[0].Stopped, "#2") || !strings.Contains(status.Projections[0].Stopped, "sum.added.v9") {
		t.Errorf("status %+v, %v", status, err)
	}
	_, err = h.Journal.Load(t.Context(), "sum.sum.b")
	var unreadable *readmodel.UnreadableError
	if !errors.As(err, &unreadable) || unreadable.Seq != 2 {
		t.Errorf("load of the unknown: %v", err)
	}
	echoed, err := host.StatusOf("echo").Call(h.AsSystem(), h.Client, rpc.Empty{})
	if err != nil || len(echoed.Poisoned) != 1 || echoed.Poisoned[0].Seq != 2 {
		t.Errorf("the reactor: %+v, %v; want #2 in the poison queue and the others done", echoed, err)
	}
}

func TestAPanicOverOneFactStopsItsProjectionAndNothingElse(t *testing.T) {
	h := hosttest.Run(t, story(), sumService)
	h.Append("sum.sum.a", added{N: 5})
	h.Append("sum.sum.b", echoed{}) // the projection expects additions only
	h.Settle()
	status, err := host.StatusOf("sum").Call(h.AsSystem(), h.Client, rpc.Empty{})
	if err != nil || !strings.Contains(status.Projections[0].Stopped, "#2") || !strings.Contains(status.Projections[0].Stopped, "panic") {
		t.Errorf("status %+v, %v", status, err)
	}
	if got, err := readMethod.Call(h.As("p1"), h.Client, read{Of: "a"}); err != nil || got.N != 5 {
		t.Errorf("what came before is %+v, %v", got, err)
	}
}
