package eventsource_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/journaltest"
	"khuevan/platform/fault"
)

// tally is a state with a limit, so that commands can be refused, decide nothing, or decide several events.
type tally struct{ all []int }

func (s tally) Evolve(e eventsource.Event) tally {
	if e, ok := e.(journaltest.Counted); ok {
		s.all = append(slices.Clip(s.all), e.N)
	}
	return s
}

const full = 12

var errFull = fault.New(fault.Conflict, "Đã đủ.", "It is full.")

// note adds numbers, the last of which must not be the latest already.
type note struct {
	to string
	n  []int
}

func (c note) Stream() string { return "test.count." + c.to }

func (c note) Decide(s tally) ([]eventsource.Event, error) {
	switch {
	case len(s.all)+len(c.n) > full:
		return nil, errFull
	case len(s.all) > 0 && s.all[len(s.all)-1] == c.n[len(c.n)-1]:
		return nil, nil
	}
	var decided []eventsource.Event
	for _, n := range c.n {
		decided = append(decided, journaltest.Counted{N: n})
	}
	return decided, nil
}

// shaky does what it is told with the next appends.
type shaky struct {
	*eventsource.Memory
	fate []string // "" as usual, "lost" done but not answered, "failed" neither
}

func (s *shaky) Append(ctx context.Context, stream string, at eventsource.End, facts ...eventsource.Fact) (uint64, error) {
	fate := ""
	if len(s.fate) > 0 {
		fate, s.fate = s.fate[0], s.fate[1:]
	}
	if fate == "failed" {
		return 0, eventsource.ErrUnsure
	}
	seq, err := s.Memory.Append(ctx, stream, at, facts...)
	if fate == "lost" && err == nil {
		return 0, eventsource.ErrUnsure
	}
	return seq, err
}

// TestMemoryChangesNoOutcome gives the same commands to one journal through several memories, as several processes
// would, and to another without any.
func TestMemoryChangesNoOutcome(t *testing.T) {
	registry := journaltest.Registry(t)
	rapid.Check(t, func(t *rapid.T) {
		plain, shared := eventsource.NewMemory(registry), &shaky{Memory: eventsource.NewMemory(registry)}
		memories := []*eventsource.Recent{nil, eventsource.NewRecent(registry, 1), eventsource.NewRecent(registry, 2)}
		for i := range rapid.IntRange(1, 60).Draw(t, "commands") {
			cmd := note{to: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "stream"), n: rapid.SliceOfN(rapid.IntRange(0, 2), 1, 3).Draw(t, "numbers")}
			meta := eventsource.Meta{Cause: fmt.Sprint(rapid.IntRange(0, i).Draw(t, "cause")), Time: time.Unix(int64(i), 0).UTC()}
			memory := rapid.SampledFrom(memories).Draw(t, "process")
			shared.fate = rapid.SliceOfN(rapid.SampledFrom([]string{"", "", "failed", "lost"}), 0, 3).Draw(t, "fate")
			lost := slices.Contains(shared.fate, "lost")

			want, wantErr := eventsource.Do(t.Context(), plain, meta, cmd)
			do := func() (eventsource.Outcome, error) {
				if rapid.IntRange(0, 3).Draw(t, "as the first") == 0 {
					return eventsource.PrepareFirst(cmd).Do(t.Context(), shared, meta)
				}
				return eventsource.DoRecent(t.Context(), shared, memory, meta, cmd)
			}
			got, err := do()
			if lost { // the outcome is the same, but for who tells of the events
				got.Events, want.Events = nil, nil
			}
			if !errors.Is(err, wantErr) || got.Seq != want.Seq || !reflect.DeepEqual(got.Events, want.Events) {
				t.Fatalf("got %+v, %v; want %+v, %v", got, err, want, wantErr)
			}
			seen, err := eventsource.See[tally](t.Context(), shared, memory, cmd.Stream())
			history, _ := plain.Load(t.Context(), cmd.Stream())
			if err != nil || seen.Last != history.Last() || !slices.Equal(seen.State.all, eventsource.Fold[tally](history).all) ||
				len(history) > 0 && (seen.First != history[0].Seq || seen.Cause != history[0].Cause) {
				t.Fatalf("seen %+v, %v; want %+v", seen, err, history)
			}
		}
		if !reflect.DeepEqual(plain.All(), shared.All()) {
			t.Fatalf("the records differ:\n%+v\n%+v", plain.All(), shared.All())
		}
	})
}

func TestTwoProcessesAtOnceLoseNothingAndDoubleNothing(t *testing.T) {
	const people, each = 8, 40
	registry := journaltest.Registry(t)
	journal := eventsource.NewMemory(registry)
	memories := []*eventsource.Recent{eventsource.NewRecent(registry, 2), eventsource.NewRecent(registry, 2)}
	var wg sync.WaitGroup
	for p := range people {
		wg.Go(func() {
			for i := range each {
				for process := range memories { // every command is sent twice, to different processes
					meta := eventsource.Meta{Cause: fmt.Sprintf("%d-%d", p, i)}
					untilDone(t, func() error {
						_, err := eventsource.DoRecent(context.Background(), journal, memories[(p+process)%2], meta, count{fmt.Sprint("s", i%3)})
						return err
					})
				}
			}
		})
	}
	wg.Wait()
	if n := len(journal.All()); n != people*each {
		t.Errorf("%d facts, want %d", n, people*each)
	}
	causes := map[string]bool{}
	for _, r := range journal.All() {
		if causes[r.Stream+r.Cause] {
			t.Errorf("%s was done twice on %s", r.Cause, r.Stream)
		}
		causes[r.Stream+r.Cause] = true
	}
}

// untilDone repeats what too many others hindered.
func untilDone(t *testing.T, fn func() error) {
	for {
		err := fn()
		if err != nil && !fault.Is(err, fault.Conflict) {
			t.Error(err)
		}
		if !fault.Is(err, fault.Conflict) {
			return
		}
	}
}

// count always adds one.
type count struct{ to string }

func (c count) Stream() string { return "test.count." + c.to }

func (c count) Decide(tally) ([]eventsource.Event, error) {
	return []eventsource.Event{journaltest.Counted{N: 1}}, nil
}

// counting tells how often streams were loaded.
type counting struct {
	*eventsource.Memory
	loads int
}

func (c *counting) Load(ctx context.Context, stream string) (eventsource.History, error) {
	c.loads++
	return c.Memory.Load(ctx, stream)
}

func TestMemorySparesLoadsAndIsBounded(t *testing.T) {
	registry := journaltest.Registry(t)
	journal := &counting{Memory: eventsource.NewMemory(registry)}
	memory := eventsource.NewRecent(registry, 2)
	for i, step := range []struct {
		to    string
		loads int // so far
	}{{"a", 1}, {"a", 1}, {"b", 2}, {"a", 2}, {"c", 3}, {"a", 3}, {"b", 4}, {"b", 4}, {"c", 5}} {
		if _, err := eventsource.DoRecent(t.Context(), journal, memory, eventsource.Meta{Cause: fmt.Sprint(i)}, count{step.to}); err != nil {
			t.Fatal(err)
		}
		if journal.loads != step.loads {
			t.Errorf("step %d: %d loads, want %d", i, journal.loads, step.loads)
		}
	}
}

func TestALongStreamIsLoaded(t *testing.T) {
	registry := journaltest.Registry(t)
	journal := &counting{Memory: eventsource.NewMemory(registry)}
	memory := eventsource.NewRecent(registry, 2)
	for i := range 520 {
		if _, err := eventsource.DoRecent(t.Context(), journal, memory, eventsource.Meta{Cause: fmt.Sprint(i)}, count{"a"}); err != nil {
			t.Fatal(err)
		}
	}
	if want := 1 + 520 - 513; journal.loads != want {
		t.Errorf("%d loads, want %d: one at first, and each one beyond the bound", journal.loads, want)
	}
}
