package jetstream_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"khuevan/platform/eventsource"
	"khuevan/platform/jetstream"
)

// hour is a time of the facts of a feed's test.
func hour(n int) time.Time { return time.Date(2026, 11, 23, n, 0, 0, 0, time.UTC) }

// grove is a journal with two kinds of facts in turn, one an hour.
func grove(t *testing.T, facts int) *jetstream.Journal {
	t.Helper()
	registry, err := eventsource.NewRegistry[eventsource.Event](began{}, grew{})
	if err != nil {
		t.Fatal(err)
	}
	j, err := jetstream.OpenJournal(t.Context(), connect(t), registry, jetstream.Options{Partitions: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	for i := range facts {
		event := []eventsource.Event{began{i}, grew{i}}[i%2]
		fact := eventsource.Fact{Event: event, Meta: eventsource.Meta{Time: hour(i)}}
		if _, err := j.Append(t.Context(), "test.tree."+string(rune('a'+i)), eventsource.End{}, fact); err != nil {
			t.Fatal(err)
		}
	}
	return j
}

func feed(t *testing.T, j *jetstream.Journal, after uint64) *jetstream.Feed {
	t.Helper()
	f, err := j.OpenFeed(t.Context(), "grown", after, []string{"test.tree.grew"})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func next(t *testing.T, f *jetstream.Feed) *jetstream.Held {
	t.Helper()
	h, err := f.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func waiting(t *testing.T, j *jetstream.Journal, want int) {
	t.Helper()
	if n, known, err := j.Waiting(t.Context(), "grown"); err != nil || !known || n != want {
		t.Errorf("%d wait (known %v, %v), want %d", n, known, err, want)
	}
}

// TestAFeedGivesOneFactAtATimeToOneOfAll has two processes at one feed: while one holds a fact the other gets none, what is
// given back comes again, and the place outlives both.
func TestAFeedGivesOneFactAtATimeToOneOfAll(t *testing.T) {
	j := grove(t, 8) // grew: #2 #4 #6 #8
	one, other := feed(t, j, 2), feed(t, j, 2)
	held := next(t, one)
	if held.Seq != 4 || held.Event != (grew{3}) {
		t.Fatalf("the first is #%d %v, want #4", held.Seq, held.Event)
	}
	waiting(t, j, 3)
	brief, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if second, err := other.Next(brief); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("the other got %v, %v, while #4 was held", second, err)
	}
	held.Return()
	var seen []uint64
	for _, f := range []*jetstream.Feed{other, one, feed(t, j, 999)} { // a feed that is there keeps its place
		held := next(t, f)
		seen = append(seen, held.Seq)
		if err := held.Done(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(seen, []uint64{4, 6, 8}) {
		t.Errorf("done were %v", seen)
	}
	waiting(t, j, 0)
	if err := errors.Join(j.DropFeed(t.Context(), "grown"), j.DropFeed(t.Context(), "grown")); err != nil {
		t.Error(err)
	}
	if _, known, err := j.Waiting(t.Context(), "grown"); known || err != nil {
		t.Errorf("the dropped feed is known: %v, %v", known, err)
	}
}

func TestFactsAreCountedAndFoundByTheirTime(t *testing.T) {
	j := grove(t, 8)
	for after, want := range map[uint64]int{0: 4, 1: 4, 2: 3, 7: 1, 8: 0} {
		if n, err := j.CountAfter(t.Context(), after, []string{"test.tree.grew"}); err != nil || n != want {
			t.Errorf("behind #%d there are %d, %v; want %d", after, n, err, want)
		}
	}
	for n, want := range map[int]uint64{0: 0, 1: 1, 4: 4, 8: 8, 20: 8} {
		if seq, err := j.Before(t.Context(), hour(n)); err != nil || seq != want {
			t.Errorf("before %d o'clock stands #%d, %v; want #%d", n, seq, err, want)
		}
	}
	empty := open(t, jetstream.Options{})
	if seq, err := empty.Before(t.Context(), hour(1)); err != nil || seq != 0 {
		t.Errorf("an empty journal has #%d, %v", seq, err)
	}
}

func TestNotesAreTheLastFewOfAName(t *testing.T) {
	j := open(t, jetstream.Options{})
	notes, err := jetstream.OpenNotes(t.Context(), j, "test", 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	last := func(name string) (all []string) {
		t.Helper()
		bodies, err := notes.Last(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range bodies {
			all = append(all, string(b))
		}
		return all
	}
	for _, text := range []string{"1", "2", "3", "4", "5"} {
		if err := errors.Join(notes.Add(t.Context(), "a", []byte(text)), notes.Add(t.Context(), "b", []byte("x"+text))); err != nil {
			t.Fatal(err)
		}
	}
	if got := last("a"); !slices.Equal(got, []string{"5", "4", "3"}) {
		t.Errorf("a has %v", got)
	}
	if err := notes.Drop(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if got := last("a"); len(got) != 0 {
		t.Errorf("a has %v after all was dropped", got)
	}
	if got := last("b"); !slices.Equal(got, []string{"x5", "x4", "x3"}) {
		t.Errorf("b has %v", got)
	}
}
