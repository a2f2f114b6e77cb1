package directory

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
	"khuevan/platform/keyring"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// record is a journal in memory that projections can follow; a law over hundreds of imports needs one that is quick.
type record struct {
	*eventsource.Memory
	mu    sync.Mutex
	grown chan struct{}
}

func newRecord(t fataler) *record {
	story := events.All()
	all := make([]eventsource.Event, len(story))
	for i, e := range story {
		all[i] = e
	}
	registry, err := eventsource.NewRegistry(all...)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return &record{Memory: eventsource.NewMemory(registry), grown: make(chan struct{})}
}

func (r *record) Append(ctx context.Context, stream string, at eventsource.End, facts ...eventsource.Fact) (uint64, error) {
	seq, err := r.Memory.Append(ctx, stream, at, facts...)
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.grown)
	r.grown = make(chan struct{})
	return seq, err
}

func (r *record) Read(ctx context.Context, after uint64, nouns []string, fn func([]eventsource.Recorded) error) error {
	for {
		r.mu.Lock()
		grown := r.grown
		r.mu.Unlock()
		if batch := r.after(after, nouns); len(batch) > 0 {
			if err := fn(batch); err != nil {
				return err
			}
			after = batch[len(batch)-1].Seq
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-grown:
		}
	}
}

func (r *record) after(seq uint64, nouns []string) []eventsource.Recorded {
	return slices.DeleteFunc(r.All(), func(f eventsource.Recorded) bool {
		return f.Seq <= seq || !readmodel.Named(nouns, f.Stream, f.Event.EventType())
	})
}

func (r *record) Head(_ context.Context, nouns []string) (uint64, error) {
	if all := r.after(0, nouns); len(all) > 0 {
		return all[len(all)-1].Seq, nil
	}
	return 0, nil
}

type fataler interface{ Fatalf(string, ...any) }

// monday is where the test clock stands: 8:00 in Ha Noi.
var monday = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// house is the service over a journal in memory.
type house struct {
	*service
	t       fataler
	journal *record
	clock   *clock.Test
	stop    func()
}

// newHouse runs the service until stop is called.
func newHouse(t fataler, demo bool) *house {
	ctx, cancel := context.WithCancel(context.Background())
	h := &house{t: t, journal: newRecord(t), clock: clock.NewTest(monday)}
	keys, err := keyring.Open(ctx, make([]byte, 32), keyring.Memory(), h.clock)
	if err != nil {
		t.Fatalf("%v", err)
	}
	var mu sync.Mutex
	made := 0
	h.service = newService(host.Deps{Journal: h.journal, Clock: h.clock, Keys: keys, Log: slog.New(slog.DiscardHandler), Trace: noTrace{}, Demo: demo,
		NewID: func() string { mu.Lock(); defer mu.Unlock(); made++; return fmt.Sprintf("%03d", made) }})
	var running sync.WaitGroup
	store := readmodel.NewMemory()
	for _, p := range append(h.projections(), h.denials, h.requests.Projection) {
		if err := p.Open(ctx, store, "directory"); err != nil {
			t.Fatalf("%v", err)
		}
		running.Go(func() { _ = p.Run(ctx, h.journal) }) // why it stopped shows in Status, and where somebody waits for it
	}
	h.stop = func() { cancel(); running.Wait() }
	return h
}

// home is newHouse until the test ends.
func home(t *testing.T) *house {
	h := newHouse(t, true)
	t.Cleanup(h.stop)
	return h
}

type noTrace struct{}

func (noTrace) Inject(context.Context) string                         { return "" }
func (noTrace) Extract(ctx context.Context, _ string) context.Context { return ctx }

var requests int

// asking is a context in which somebody asks, under a fresh request id.
func asking(id rpc.Identity) context.Context {
	requests++
	return rpc.With(context.Background(), rpc.Request{ID: fmt.Sprintf("r%d", requests), Identity: id})
}

func admin() context.Context {
	return asking(rpc.Identity{Person: "chief", Grants: []rpc.Grant{{Role: events.RoleAdmin}}})
}

// takes previews and confirms files.
func (h *house) takes(f ImportFiles) (ImportPreview, ImportDone) {
	preview, err := h.previewImport(admin(), f)
	if err != nil {
		h.t.Fatalf("preview: %v", err)
	}
	done, err := h.confirmImport(admin(), ConfirmImportRequest{ImportFiles: f, Digest: preview.Digest})
	if err != nil {
		h.t.Fatalf("confirm: %v", err)
	}
	if done.Units != preview.Units || done.People != preview.People {
		h.t.Fatalf("done %+v, but previewed %+v %+v", done, preview.Units, preview.People)
	}
	return preview, done
}

// directory is everything that the directory says today, in words that do not depend on ids.
func (h *house) directory() (units, people []string) {
	if err := h.catchUp(context.Background()); err != nil {
		h.t.Fatalf("%v", err)
	}
	k, err := h.all(context.Background())
	if err != nil {
		h.t.Fatalf("%v", err)
	}
	for _, u := range k.units {
		units = append(units, fmt.Sprintf("%s|%s|%s|%s|%s|%d", u.Code, u.Name, u.Kind, k.codes[u.Parent], u.On, u.People))
	}
	for _, d := range k.byKey {
		p, err := h.reveal(context.Background(), *d)
		if err != nil {
			h.t.Fatalf("%v", err)
		}
		var grants []string
		for _, g := range d.Grants {
			grants = append(grants, g.Role+"@"+k.codes[g.Unit])
		}
		people = append(people, strings.Join([]string{p.code, p.name, p.email, p.year, k.codes[d.Unit], d.Post, strings.Join(grants, ";")}, "|"))
	}
	slices.Sort(units)
	slices.Sort(people)
	return units, people
}

// says fails the test unless the directory says exactly this.
func (h *house) says(t *testing.T, units, people []string) {
	t.Helper()
	gotUnits, gotPeople := h.directory()
	if !reflect.DeepEqual(gotUnits, units) {
		t.Errorf("units:\n got %q\nwant %q", gotUnits, units)
	}
	if !reflect.DeepEqual(gotPeople, people) {
		t.Errorf("people:\n got %q\nwant %q", gotPeople, people)
	}
}

func unitsCSV(rows ...string) string {
	return strings.Join(unitColumns, ",") + "\n" + strings.Join(rows, "\n") + "\n"
}

func peopleCSV(rows ...string) string {
	return strings.Join(personColumns, ",") + "\n" + strings.Join(rows, "\n") + "\n"
}
