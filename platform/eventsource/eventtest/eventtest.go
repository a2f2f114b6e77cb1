// Package eventtest states rules as given, when, then.
package eventtest

import (
	"fmt"
	"reflect"
	"testing"

	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// Scenario is a rule in the making: Given(t, past...).When(cmd).Then(facts...).
type Scenario[S eventsource.State[S]] struct {
	t     testing.TB
	state S
}

// Outcome is what a command led to, ready to be compared.
type Outcome[S eventsource.State[S]] struct {
	t       testing.TB
	decided []eventsource.Event
	err     error
}

// Given evolves past events.
func Given[S eventsource.State[S]](t testing.TB, past ...eventsource.Event) Scenario[S] {
	t.Helper()
	var s S
	for _, e := range past {
		s = s.Evolve(e)
	}
	return Scenario[S]{t: t, state: s}
}

// When decides a command.
func (s Scenario[S]) When(cmd eventsource.Command[S]) Outcome[S] {
	s.t.Helper()
	if !eventsource.ValidStream(cmd.Stream()) {
		s.t.Fatalf("%T names the stream %q, want service.noun.id", cmd, cmd.Stream())
	}
	decided, err := cmd.Decide(s.state)
	return Outcome[S]{t: s.t, decided: decided, err: err}
}

// Then expects exactly these events.
func (o Outcome[S]) Then(want ...eventsource.Event) {
	o.t.Helper()
	if o.err != nil {
		o.t.Fatalf("refused: %v; want %d event(s)", o.err, len(want))
	}
	if len(o.decided) != len(want) {
		o.t.Fatalf("decided %d event(s) %+v, want %d: %+v", len(o.decided), o.decided, len(want), want)
	}
	for i := range want {
		if !reflect.DeepEqual(o.decided[i], want[i]) {
			o.t.Errorf("event %d:\n got %#v\nwant %#v", i, o.decided[i], want[i])
		}
	}
}

// ThenNothing expects that the command was already done.
func (o Outcome[S]) ThenNothing() {
	o.t.Helper()
	o.Then()
}

// ThenRefused expects a refusal of the given kind.
func (o Outcome[S]) ThenRefused(kind fault.Kind) {
	o.t.Helper()
	if o.err == nil {
		o.t.Fatalf("decided %+v, want a refusal %q", o.decided, kind)
	}
	if got := fault.KindOf(o.err); got != kind {
		o.t.Errorf("refused as %q (%v), want %q", got, o.err, kind)
	}
}

// Decided gives the events for closer looks, failing the test on a refusal.
func (o Outcome[S]) Decided() []eventsource.Event {
	o.t.Helper()
	if o.err != nil {
		o.t.Fatalf("refused: %v", o.err)
	}
	return o.decided
}

// Lasting expects that no event changes what an earlier state points to: eventsource.Recent shares states.
func Lasting[S eventsource.State[S]](t testing.TB, past ...eventsource.Event) {
	t.Helper()
	var s S
	for i, e := range past {
		before := fmt.Sprintf("%#v", s)
		next := s.Evolve(e)
		for _, other := range past {
			next.Evolve(other)
		}
		if after := fmt.Sprintf("%#v", s); after != before {
			t.Fatalf("event %d, %s, changed the state before it:\n%s\nbecame\n%s", i, e.EventType(), before, after)
		}
		s = next
	}
}
