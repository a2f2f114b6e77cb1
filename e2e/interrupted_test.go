package e2e

import (
	"context"
	"errors"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/jetstream"
)

// interrupted begins something and kills the platform so many times while it records facts of a type, of which there are to be all in
// the end: each time when its share of what is left was recorded. Each time it is started again, the last time too. It tells how many
// were recorded at each kill that left something to do.
func (h *house) interrupted(t *testing.T, begin func(), fact events.Event, all, cuts int) (at []int) {
	t.Helper()
	seen, place := 0, uint64(0)
	count := func(r jetstream.Raw) {
		if place = r.Seq; r.Type == fact.EventType() {
			seen++
		}
	}
	toTheEnd := func() { h.watches(t, place, nil, func(r jetstream.Raw) bool { count(r); return false }) }
	toTheEnd()
	all += seen // of before
	before := seen
	for i := range cuts {
		goal := seen + max(1, (all-seen)/(cuts-i+1))
		h.watches(t, place, begin, func(r jetstream.Raw) bool { count(r); return seen == goal })
		begin = func() {} // it goes on by itself
		h.procs[0].kill()
		h.again()
		toTheEnd() // what came before the kill took hold
		if seen == all {
			break
		}
		at = append(at, seen-before)
	}
	h.awaitReady(h.url[len("http://"):])
	return at
}

// journal is everything that is recorded; the house may be down.
func (h *house) journal(t testing.TB) []recorded {
	t.Helper()
	out, code := h.command("events", "tail")
	if code != 0 {
		t.Fatalf("events tail exits with %d", code)
	}
	return parseTail(t, out)
}

var errEnough = errors.New("seen enough")

// watches reads the journal of the running house from behind a place, and after begin what is recorded from then on, until enough
// says so; with nothing to begin it ends where the journal does.
func (h *house) watches(t testing.TB, after uint64, begin func(), enough func(jetstream.Raw) bool) {
	t.Helper()
	for until := time.Now().Add(patience); ; breathe() {
		err := h.scan(t, after, begin, enough)
		if err == nil {
			return
		}
		if h.procs[0].ended() || time.Now().After(until) {
			t.Fatalf("the journal cannot be watched: %v\n%s", err, h.procs[0].log())
		}
	}
}

// scan fails without having read anything where the house is not up yet.
func (h *house) scan(t testing.TB, after uint64, begin func(), enough func(jetstream.Raw) bool) error {
	t.Helper()
	a, _, err := jetstream.ReadAddress(h.dir)
	if err != nil {
		return err
	}
	conn, err := jetstream.Dial(a, "e2e")
	if err != nil {
		return err
	}
	defer conn.Close()
	registry, err := eventsource.NewRegistry(events.All()...)
	if err != nil {
		return err
	}
	j, err := jetstream.OpenJournal(t.Context(), conn, registry, jetstream.Options{Existing: true})
	if err != nil {
		return err
	}
	defer j.Close()
	if begin != nil {
		begin()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	err = j.Scan(ctx, after, begin != nil, func(r jetstream.Raw) error {
		if enough(r) {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		t.Fatal(err)
	}
	return nil
}
