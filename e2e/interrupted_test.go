package e2e

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/jetstream"
)

// leastFact is how many bytes a fact takes in the record at least. By what the program itself tells, a thousand facts more would be
// written before the kill.
const leastFact = 200

// awaitGrowth waits until the record is so large.
func (h *house) awaitGrowth(t *testing.T, size int64) {
	t.Helper()
	for end := time.Now().Add(patience); h.recordSize(t) < size; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nothing more is recorded")
		}
	}
}

// recordSize is how large the record is on the disk.
func (h *house) recordSize(t *testing.T) (size int64) {
	t.Helper()
	err := filepath.WalkDir(h.dir, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // while the server tidies up
			return nil
		}
		if err != nil || filepath.Ext(path) != ".blk" || !strings.Contains(path, "/EVENTS/") {
			return err
		}
		if info, err := e.Info(); err == nil {
			size += info.Size()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return size
}

// interrupted begins something and kills the platform so many times while it records facts of a type, of which there are to be all in
// the end: each time when some of its share of what is left was recorded. Each time it is started again, the last time too. It tells how many
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
		share := (all - seen) / (cuts - i + 1)
		size := h.recordSize(t)
		begin()
		begin = func() {} // it goes on by itself
		h.awaitGrowth(t, size+int64(share*leastFact))
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
