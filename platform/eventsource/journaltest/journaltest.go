// Package journaltest is the one suite that every journal passes.
package journaltest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"khuevan/platform/eventsource"
)

// Counted is the event of the suite.
type Counted struct {
	N int `json:"n"`
}

// EventType implements eventsource.Event.
func (Counted) EventType() string { return "test.counted.v2" }

// CountedV1 is an old version of it.
type CountedV1 struct {
	Number int `json:"number"`
}

// EventType implements eventsource.Event.
func (CountedV1) EventType() string { return "test.counted.v1" }

// Upgrade implements eventsource.Upgrader.
func (c CountedV1) Upgrade() eventsource.Event { return Counted{N: c.Number} }

// Registry knows the events of the suite.
func Registry(t testing.TB) *eventsource.Registry {
	t.Helper()
	r, err := eventsource.NewRegistry[eventsource.Event](Counted{}, CountedV1{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Run puts a journal through the suite; open gives an empty one.
func Run(t *testing.T, open func(t *testing.T) eventsource.Journal) {
	for name, test := range map[string]func(*testing.T, eventsource.Journal){
		"an unknown stream is empty":          testEmpty,
		"facts come back as they were":        testRoundTrip,
		"old versions come back as newest":    testUpgrade,
		"a stale writer is refused":           testStale,
		"a neighbour is not refused":          testNeighbour,
		"several facts go all or none":        testAllOrNone,
		"of racing writers exactly one wins":  testRace,
		"a crowd is served, each once":        testCrowd,
		"one stale in a crowd fails alone":    testStaleInCrowd,
		"commands are done once per cause":    testCause,
		"memory changes no outcome":           testRecent,
		"the end of a stream is known":        testLast,
		"an unregistered event is refused":    testUnregistered,
		"a name that is no stream is refused": testName,
		"the chain links every fact":          testChain,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

func fact(n int) eventsource.Fact {
	return eventsource.Fact{Event: Counted{N: n}, Meta: eventsource.Meta{
		Cause: fmt.Sprintf("cause-%d", n), Actor: "p1", Time: time.Date(2026, 2, 28, 23, 59, 59, 123456789, time.UTC), Trace: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}
}

func load(t *testing.T, j eventsource.Journal, stream string) eventsource.History {
	t.Helper()
	h, err := j.Load(t.Context(), stream)
	if err != nil {
		t.Fatalf("load %s: %v", stream, err)
	}
	return h
}

func appendOK(t *testing.T, j eventsource.Journal, stream string, at eventsource.End, facts ...eventsource.Fact) uint64 {
	t.Helper()
	seq, err := j.Append(t.Context(), stream, at, facts...)
	if err != nil {
		t.Fatalf("append to %s: %v", stream, err)
	}
	return seq
}

func testEmpty(t *testing.T, j eventsource.Journal) {
	if h := load(t, j, "test.count.nobody"); len(h) != 0 || h.Last() != 0 || h.Chain() != "" {
		t.Errorf("got %+v", h)
	}
}

func testRoundTrip(t *testing.T, j eventsource.Journal) {
	want := fact(7)
	seq := appendOK(t, j, "test.count.a", eventsource.End{}, want)
	h := load(t, j, "test.count.a")
	if len(h) != 1 || h[0].Fact != want || h[0].Seq != seq || h[0].Stream != "test.count.a" {
		t.Errorf("got %+v, want %+v at #%d", h, want, seq)
	}
}

func testUpgrade(t *testing.T, j eventsource.Journal) {
	old := fact(0)
	old.Event = CountedV1{Number: 5}
	appendOK(t, j, "test.count.a", eventsource.End{}, old)
	if got := load(t, j, "test.count.a")[0].Event; got != (Counted{N: 5}) {
		t.Errorf("got %#v", got)
	}
}

func testStale(t *testing.T, j eventsource.Journal) {
	appendOK(t, j, "test.count.a", eventsource.End{}, fact(1))
	end := load(t, j, "test.count.a").End()
	appendOK(t, j, "test.count.a", end, fact(2))
	for _, at := range []eventsource.End{{}, end, {Seq: end.Seq + 9}} {
		if _, err := j.Append(t.Context(), "test.count.a", at, fact(3)); !errors.Is(err, eventsource.ErrMoved) {
			t.Errorf("append at %d: %v, want ErrMoved", at.Seq, err)
		}
	}
	if h := load(t, j, "test.count.a"); len(h) != 2 {
		t.Errorf("%d facts, want 2", len(h))
	}
}

func testNeighbour(t *testing.T, j eventsource.Journal) {
	appendOK(t, j, "test.count.a", eventsource.End{}, fact(1))
	end := load(t, j, "test.count.a").End()
	appendOK(t, j, "test.count.a_1", eventsource.End{}, fact(2))
	appendOK(t, j, "test.other.a", eventsource.End{}, fact(3))
	appendOK(t, j, "test.count.a", end, fact(4))
}

func testAllOrNone(t *testing.T, j eventsource.Journal) {
	last := appendOK(t, j, "test.count.a", eventsource.End{}, fact(1), fact(2), fact(3))
	h := load(t, j, "test.count.a")
	if len(h) != 3 || h.Last() != last {
		t.Fatalf("%d facts up to #%d, want 3 up to #%d", len(h), h.Last(), last)
	}
	if _, err := j.Append(t.Context(), "test.count.a", eventsource.End{}, fact(4), fact(5)); !errors.Is(err, eventsource.ErrMoved) {
		t.Errorf("got %v, want ErrMoved", err)
	}
	if h := load(t, j, "test.count.a"); len(h) != 3 {
		t.Errorf("%d facts after a refusal, want 3", len(h))
	}
}

func testRace(t *testing.T, j eventsource.Journal) {
	for round := range 10 {
		stream := fmt.Sprintf("test.count.race%d", round)
		var wins sync.Map
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				if _, err := j.Append(context.Background(), stream, eventsource.End{}, fact(i)); err == nil {
					wins.Store(i, true)
				} else if !errors.Is(err, eventsource.ErrMoved) {
					t.Errorf("append: %v", err)
				}
			})
		}
		wg.Wait()
		n := 0
		wins.Range(func(any, any) bool { n++; return true })
		if h := load(t, j, stream); n != 1 || len(h) != 1 {
			t.Errorf("round %d: %d winners, %d facts", round, n, len(h))
		}
	}
}

const crowd = 200

func testCrowd(t *testing.T, j eventsource.Journal) {
	seqs := make([]uint64, crowd)
	var wg sync.WaitGroup
	for i := range crowd {
		wg.Go(func() {
			stream := fmt.Sprintf("test.count.c%d", i)
			for n := range 3 {
				h, err := j.Load(context.Background(), stream)
				if err != nil {
					t.Errorf("load: %v", err)
					return
				}
				if seqs[i], err = j.Append(context.Background(), stream, h.End(), fact(n)); err != nil {
					t.Errorf("append: %v", err)
				}
			}
		})
	}
	wg.Wait()
	for i := range crowd {
		h := load(t, j, fmt.Sprintf("test.count.c%d", i))
		if len(h) != 3 || h.Last() != seqs[i] {
			t.Errorf("stream %d: %d facts up to #%d, acknowledged #%d", i, len(h), h.Last(), seqs[i])
		}
	}
}

func testStaleInCrowd(t *testing.T, j eventsource.Journal) {
	appendOK(t, j, "test.count.c0", eventsource.End{}, fact(0))
	errs := make([]error, crowd)
	var wg sync.WaitGroup
	for i := range crowd {
		wg.Go(func() {
			_, errs[i] = j.Append(context.Background(), fmt.Sprintf("test.count.c%d", i), eventsource.End{}, fact(1))
		})
	}
	wg.Wait()
	for i, err := range errs {
		if stale := i == 0; stale != errors.Is(err, eventsource.ErrMoved) || !stale && err != nil {
			t.Errorf("stream %d: %v", i, err)
		}
	}
}

type counter struct{ n int }

func (c counter) Evolve(e eventsource.Event) counter {
	if e, ok := e.(Counted); ok {
		c.n += e.N
	}
	return c
}

type add struct{ to string }

func (a add) Stream() string { return "test.count." + a.to }

func (a add) Decide(counter) ([]eventsource.Event, error) {
	return []eventsource.Event{Counted{N: 1}}, nil
}

func testCause(t *testing.T, j eventsource.Journal) {
	first, err := eventsource.Do(t.Context(), j, eventsource.Meta{Cause: "one", Time: time.Unix(0, 0)}, add{"a"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := eventsource.Do(t.Context(), j, eventsource.Meta{Cause: "one", Time: time.Unix(9, 0)}, add{"a"})
	if err != nil || again.Seq != first.Seq || len(again.Events) != 0 {
		t.Errorf("repeated: %+v, %v; want the outcome of #%d", again, err, first.Seq)
	}
	if _, err := eventsource.Do(t.Context(), j, eventsource.Meta{Cause: "two", Time: time.Unix(9, 0)}, add{"a"}); err != nil {
		t.Fatal(err)
	}
	if n := eventsource.Fold[counter](load(t, j, "test.count.a")).n; n != 2 {
		t.Errorf("counted %d, want 2", n)
	}
}

// testRecent gives commands through two memories by turns, as two processes would.
func testRecent(t *testing.T, j eventsource.Journal) {
	memories := []*eventsource.Recent{eventsource.NewRecent(Registry(t), 4), eventsource.NewRecent(Registry(t), 4)}
	do := func(turn int, cause string) eventsource.Outcome {
		out, err := eventsource.DoRecent(t.Context(), j, memories[turn%2], eventsource.Meta{Cause: cause, Time: time.Unix(0, 0)}, add{"a"})
		if err != nil {
			t.Fatalf("%s: %v", cause, err)
		}
		return out
	}
	for i, turn := range []int{0, 0, 1, 1, 0, 1, 0, 0} {
		cause := fmt.Sprintf("cause-%d", i)
		first := do(turn, cause)
		for other := range memories {
			if again := do(other, cause); again.Seq != first.Seq || len(again.Events) != 0 {
				t.Errorf("%s repeated: %+v, want the outcome of #%d", cause, again, first.Seq)
			}
		}
	}
	if n := eventsource.Fold[counter](load(t, j, "test.count.a")).n; n != 8 {
		t.Errorf("counted %d, want 8", n)
	}
	testChained(t, load(t, j, "test.count.a"))
}

func testLast(t *testing.T, j eventsource.Journal) {
	tip, ok := j.(eventsource.Tip)
	if !ok {
		return
	}
	for range 3 {
		appendOK(t, j, "test.count.a_1", load(t, j, "test.count.a_1").End(), fact(1))
		appendOK(t, j, "test.count.a", load(t, j, "test.count.a").End(), fact(1), fact(2))
		for _, stream := range []string{"test.count.a", "test.count.a_1", "test.count.b"} {
			got, err := tip.Last(t.Context(), stream)
			if want := load(t, j, stream).Last(); err != nil || got != want {
				t.Errorf("%s ends at #%d, %v; want #%d", stream, got, err, want)
			}
		}
	}
}

type unregistered struct{}

func (unregistered) EventType() string { return "test.unregistered.v1" }

func testUnregistered(t *testing.T, j eventsource.Journal) {
	_, err := j.Append(t.Context(), "test.count.a", eventsource.End{}, eventsource.Fact{Event: unregistered{}})
	var unknown *eventsource.UnknownTypeError
	if !errors.As(err, &unknown) {
		t.Errorf("got %v, want an UnknownTypeError", err)
	}
}

func testName(t *testing.T, j eventsource.Journal) {
	for _, name := range []string{"", "test", "test.count", "test.count.a.b", "test.count.*", "test..a", "test.count.a b"} {
		if _, err := j.Append(t.Context(), name, eventsource.End{}, fact(1)); err == nil {
			t.Errorf("%q was taken as a stream", name)
		}
	}
}

func testChain(t *testing.T, j eventsource.Journal) {
	appendOK(t, j, "test.count.a", eventsource.End{}, fact(1), fact(2))
	appendOK(t, j, "test.count.a", load(t, j, "test.count.a").End(), fact(3))
	testChained(t, load(t, j, "test.count.a"))
}

func testChained(t *testing.T, h eventsource.History) {
	t.Helper()
	chain := ""
	for _, r := range h {
		body := fmt.Appendf(nil, `{"n":%d}`, r.Event.(Counted).N)
		chain = eventsource.Chain(chain, r.Stream, "test.counted.v2", body)
		if r.Chain != chain {
			t.Errorf("#%d: chain %s, want %s", r.Seq, r.Chain, chain)
		}
	}
}
