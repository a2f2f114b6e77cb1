package rpc_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"khuevan/platform/fault"
	"khuevan/platform/jetstream"
	"khuevan/platform/rpc"
)

type greet struct {
	Name string `json:"name"`
}
type greeting struct {
	Text, Actor, ID, Trace string
	Left                   time.Duration
}

type traceKey struct{}
type plainTracer struct{}

func (plainTracer) Inject(ctx context.Context) string {
	s, _ := ctx.Value(traceKey{}).(string)
	return s
}
func (plainTracer) Extract(ctx context.Context, s string) context.Context {
	return context.WithValue(ctx, traceKey{}, s)
}

func serve(t *testing.T, hooks rpc.Hooks, endpoints ...rpc.Endpoint) *rpc.Client {
	t.Helper()
	s, err := jetstream.StartServer(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Shutdown)
	nc, err := s.Connect("test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	srv, err := rpc.Serve(nc, "hello", "1.0.0", endpoints, village{}, plainTracer{}, slog.New(slog.DiscardHandler), hooks)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := srv.Stop(); err != nil {
			t.Error(err)
		}
	})
	return rpc.NewClient(nc, plainTracer{})
}

func lan() rpc.Identity {
	return rpc.Identity{Person: "p1", Grants: []rpc.Grant{{Role: "learner"}, {Role: "head", Unit: "u1"}}}
}

func TestIdentityDeadlineAndTraceCrossTheWire(t *testing.T) {
	hello := rpc.Query[greet, greeting]("hello.greet", "Greets.", rpc.SignedIn).About(rpc.Nothing())
	c := serve(t, rpc.Hooks{}, hello.Handle(func(ctx context.Context, g greet) (greeting, error) {
		deadline, _ := ctx.Deadline()
		return greeting{Text: "Chào " + g.Name, Actor: rpc.From(ctx).Identity.Actor(), ID: rpc.From(ctx).ID,
			Trace: plainTracer{}.Inject(ctx), Left: time.Until(deadline)}, nil
	}))
	ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), traceKey{}, "trace-1"), 3*time.Second)
	defer cancel()
	got, err := hello.Call(rpc.With(ctx, rpc.Request{ID: "r1", Identity: lan()}), c, greet{"Lan"})
	if err != nil {
		t.Fatal(err)
	}
	if got.Text != "Chào Lan" || got.Actor != "p1" || got.ID != "r1" || got.Trace != "trace-1" || got.Left <= 0 || got.Left > 3*time.Second {
		t.Errorf("got %+v", got)
	}
}

func TestFaultsCrossTheWire(t *testing.T) {
	want := fault.New(fault.Conflict, "Bài đã nộp.", "Already submitted.").With("attempt", "đã đóng", "closed")
	fail := rpc.Command[rpc.Empty, rpc.Empty]("hello.fail", "Fails.", rpc.Anyone).About(rpc.Nothing())
	breaks := rpc.Command[rpc.Empty, rpc.Empty]("hello.break", "Panics.", rpc.Anyone).About(rpc.Nothing())
	c := serve(t, rpc.Hooks{},
		fail.Handle(func(context.Context, rpc.Empty) (rpc.Empty, error) { return rpc.Empty{}, want }),
		breaks.Handle(func(context.Context, rpc.Empty) (rpc.Empty, error) { panic("no") }))
	_, err := fail.Call(t.Context(), c, rpc.Empty{})
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != want.Kind || f.Vi != want.Vi || f.En != want.En || len(f.Fields) != 1 || f.Fields[0] != want.Fields[0] {
		t.Errorf("got %#v, want %#v", err, want)
	}
	if _, err := breaks.Call(t.Context(), c, rpc.Empty{}); !fault.Is(err, fault.Internal) {
		t.Errorf("a panic became %v", err)
	}
	if _, err := c.Call(t.Context(), "nowhere.ask", []byte("{}")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a missing service became %v", err)
	}
	if _, err := c.Call(t.Context(), "hello.fail", []byte("{")); !fault.Is(err, fault.Invalid) {
		t.Errorf("a malformed body became %v", err)
	}
}

func TestOnlyTheAllowedMayCallAndDenialsAreHeard(t *testing.T) {
	nobody, learner := rpc.Identity{}, rpc.Identity{Person: "p2", Grants: []rpc.Grant{{Role: "learner"}}}
	cases := []struct {
		allow []string
		who   rpc.Identity
		ok    bool
	}{
		{[]string{rpc.Anyone}, nobody, true}, {[]string{rpc.SignedIn}, nobody, false}, {[]string{rpc.SignedIn}, learner, true},
		{[]string{"head"}, learner, false}, {[]string{"head"}, lan(), true}, {[]string{"trainer", "head"}, lan(), true},
		{[]string{rpc.System}, lan(), false}, {[]string{rpc.System}, rpc.Identity{System: true}, true}, {nil, lan(), false},
	}
	for i, tc := range cases {
		denied := make(chan string, 1)
		m := rpc.Command[rpc.Empty, rpc.Empty]("hello.do", "Does.", tc.allow...).About(rpc.Nothing())
		c := serve(t, rpc.Hooks{Denied: func(ctx context.Context, method string, _ []byte) {
			denied <- rpc.From(ctx).Identity.Actor() + " " + method
		}}, m.Handle(func(context.Context, rpc.Empty) (rpc.Empty, error) { return rpc.Empty{}, nil }))
		_, err := m.Call(rpc.With(t.Context(), rpc.Request{Identity: tc.who}), c, rpc.Empty{})
		if tc.ok != (err == nil) || !tc.ok && !fault.Is(err, fault.Denied) {
			t.Errorf("case %d: %v", i, err)
		}
		if !tc.ok {
			if got := <-denied; got != tc.who.Actor()+" hello.do" {
				t.Errorf("case %d: heard %q", i, got)
			}
		}
	}
}
