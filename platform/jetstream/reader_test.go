package jetstream_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"khuevan/platform/eventsource"
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
