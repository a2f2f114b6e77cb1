package jetstream_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/journaltest"
	"khuevan/platform/jetstream"
)

type began struct{ N int }
type grew struct{ N int }

func (began) EventType() string { return "test.began.v1" }
func (grew) EventType() string  { return "test.grew.v1" }

// TestSingleFactsAreReadAlone reads a noun whole, and some of its facts; the head is that of what is read.
func TestSingleFactsAreReadAlone(t *testing.T) {
	registry, err := eventsource.NewRegistry[eventsource.Event](began{}, grew{})
	if err != nil {
		t.Fatal(err)
	}
	j, err := jetstream.OpenJournal(t.Context(), connect(t), registry, jetstream.Options{Partitions: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	for _, stream := range []string{"test.tree.a", "test.tree.b", "test.bush.a"} {
		facts := []eventsource.Fact{{Event: began{1}}, {Event: grew{2}}, {Event: grew{3}}}
		if _, err := j.Append(t.Context(), stream, eventsource.End{}, facts...); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		nouns []string
		want  []uint64
	}{
		{[]string{"test.tree"}, []uint64{1, 2, 3, 4, 5, 6}},
		{[]string{"test.tree.began"}, []uint64{1, 4}},
		{[]string{"test.tree.began", "test.bush.grew"}, []uint64{1, 4, 8, 9}},
		{[]string{"test.tree.began", "test.bush"}, []uint64{1, 4, 7, 8, 9}},
		{[]string{"test"}, []uint64{1, 2, 3, 4, 5, 6, 7, 8, 9}},
	} {
		head, err := j.Head(t.Context(), c.nouns)
		if err != nil || head != c.want[len(c.want)-1] {
			t.Errorf("%v: head #%d, %v; want #%d", c.nouns, head, err, c.want[len(c.want)-1])
		}
		if got := readUpTo(t, j, c.nouns, head); !slices.Equal(got, c.want) {
			t.Errorf("%v: read %v, want %v", c.nouns, got, c.want)
		}
	}
}

// TestWhoeverGoesOnMissesNothing goes on reading where others have written since: what comes for the nouns arrives, once.
func TestWhoeverGoesOnMissesNothing(t *testing.T) {
	registry, err := eventsource.NewRegistry[eventsource.Event](began{}, grew{})
	if err != nil {
		t.Fatal(err)
	}
	j, err := jetstream.OpenJournal(t.Context(), connect(t), registry, jetstream.Options{Partitions: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	write := func(stream string) {
		if _, err := j.Append(t.Context(), stream, eventsource.End{}, eventsource.Fact{Event: began{1}}); err != nil {
			t.Error(err)
		}
	}
	write("test.tree.a")
	for i := range 10 {
		write("test.bush." + string(rune('a'+i)))
	}
	for _, after := range []uint64{0, 1, 5, 11} {
		ctx, stop := context.WithCancel(t.Context())
		var got []uint64
		next, err := j.Head(ctx, []string{"test"})
		if err != nil {
			t.Fatal(err)
		}
		go write("test.tree." + string(rune('b'+after)))
		err = j.Read(ctx, after, []string{"test.tree"}, func(facts []eventsource.Recorded) error {
			for _, f := range facts {
				got = append(got, f.Seq)
			}
			if got[len(got)-1] > next {
				stop()
			}
			return nil
		})
		if !errors.Is(err, context.Canceled) || got[len(got)-1] != next+1 || !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Errorf("after #%d: read %v, %v; want it to end with #%d", after, got, err, next+1)
		}
		stop()
	}
}

// TestTheTailKnowsEveryEnd compares what the tail says with what the leader says, from before the tail began.
func TestTheTailKnowsEveryEnd(t *testing.T) {
	registry, err := eventsource.NewRegistry[eventsource.Event](began{}, grew{})
	if err != nil {
		t.Fatal(err)
	}
	j, err := jetstream.OpenJournal(t.Context(), connect(t), registry, jetstream.Options{Partitions: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	nouns := [][]string{{"test.tree"}, {"test.tree.began"}, {"test.tree.grew"}, {"test.bush"}, {"test.bush.grew", "test.tree"}, {"test.tr"}, {"test"}}
	ask := func(seq uint64) {
		t.Helper()
		for _, n := range nouns {
			want, err := j.Head(t.Context(), n)
			got, gotErr := j.HeadAt(t.Context(), n, seq)
			if err != nil || gotErr != nil || got != want {
				t.Errorf("%v ends at #%d, %v; want #%d, %v", n, got, gotErr, want, err)
			}
		}
	}
	ask(0)
	ends := map[string]eventsource.End{}
	for i, stream := range []string{"test.tree.a", "test.tree.b", "test.bush.a", "test.tree.a", "test.tree.c"} {
		event := []eventsource.Event{began{1}, grew{2}}[i%2]
		seq, err := j.Append(t.Context(), stream, ends[stream], eventsource.Fact{Event: event})
		if err != nil {
			t.Fatal(err)
		}
		ends[stream] = eventsource.End{Seq: seq}
		ask(seq)
	}
	ask(math.MaxUint64)
	ask(1000) // does not exist; nobody waits for it for long
}

func TestATailThatBeginsLateKnowsTheEndsBeforeIt(t *testing.T) {
	j := open(t, jetstream.Options{})
	for i, stream := range []string{"test.tree.a", "test.bush.a"} {
		if _, err := j.Append(t.Context(), stream, eventsource.End{}, eventsource.Fact{Event: journaltest.Counted{N: i}}); err != nil {
			t.Fatal(err)
		}
	}
	for noun, want := range map[string]uint64{"test.tree": 1, "test.bush.counted": 2, "test.reed": 0} {
		if got, err := j.HeadAt(t.Context(), []string{noun}, 2); err != nil || got != want {
			t.Errorf("%s ends at #%d, %v; want #%d", noun, got, err, want)
		}
	}
}

func readUpTo(t *testing.T, j *jetstream.Journal, nouns []string, head uint64) []uint64 {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var seqs []uint64
	err := j.Read(ctx, 0, nouns, func(facts []eventsource.Recorded) error {
		for _, f := range facts {
			if seqs = append(seqs, f.Seq); f.Seq == head {
				cancel()
			}
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	return seqs
}
