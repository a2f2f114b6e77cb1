package jetstream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/journaltest"
)

// grows writes so many facts into streams of their own.
func grows(t *testing.T, j *Journal, from, n int) {
	t.Helper()
	var writers sync.WaitGroup
	for i := from; i < from+n; i++ {
		writers.Go(func() {
			if _, err := j.Append(t.Context(), fmt.Sprintf("test.count.g%d", i), eventsource.End{}, eventsource.Fact{Event: journaltest.Counted{N: i}}); err != nil {
				t.Error(err)
			}
		})
	}
	writers.Wait()
}

// TestReadersThatJoinAtAnyTimeMissNothing lets readers begin while others write: from the beginning, from the middle and at the end.
// Each is given every fact behind its place, once and in order, whether it read it by itself or was given it by the tail.
func TestReadersThatJoinAtAnyTimeMissNothing(t *testing.T) {
	const before, meanwhile, readers = 50, 500, 12
	j := crowded(t, 1, 1)
	grows(t, j, 0, before)
	last := uint64(1 + before + meanwhile)
	var going sync.WaitGroup
	for i := range readers {
		after := []uint64{0, 20, 1 + before}[i%3]
		going.Go(func() {
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			var got []uint64
			err := j.Read(ctx, after, []string{"test.count"}, func(facts []eventsource.Recorded) error {
				for _, f := range facts {
					got = append(got, f.Seq)
				}
				if got[len(got)-1] >= last {
					stop()
				}
				return nil
			})
			if !errors.Is(err, context.Canceled) || uint64(len(got)) != last-after || got[0] != after+1 || !slices.IsSorted(got) || len(slices.Compact(got)) != int(last-after) {
				t.Errorf("behind #%d came %d facts, %v", after, len(got), err)
			}
		})
		grows(t, j, before+i*(meanwhile/readers), meanwhile/readers)
	}
	grows(t, j, before+readers*(meanwhile/readers), meanwhile%readers)
	going.Wait()
}

// TestWhoeverFallsBehindReadsByItself lets more facts wait for a reader than may: it goes on with those of the journal.
func TestWhoeverFallsBehindReadsByItself(t *testing.T) {
	const few, all = 20, 300
	j := crowded(t, 1, 1)
	j.tail.most = few
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var got []uint64
	err := j.Read(ctx, 0, []string{"test.count"}, func(facts []eventsource.Recorded) error {
		for _, f := range facts {
			got = append(got, f.Seq)
		}
		switch got[len(got)-1] {
		case 1: // busy while others write
			grows(t, j, 0, all)
		case 1 + all:
			stop()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || len(got) != 1+all || !slices.IsSorted(got) || len(slices.Compact(got)) != 1+all {
		t.Errorf("came %d facts, %v", len(got), err)
	}
}

func TestAFollowerIsGivenNoMoreThanMayWait(t *testing.T) {
	f := newTail().join([]string{"test"})
	for i := range mostWaiting + 1 {
		f.give(arrival{seq: uint64(i)})
	}
	if some, err := f.take(t.Context()); !errors.Is(err, errOverrun) || len(some) > 0 {
		t.Errorf("was given %d, %v", len(some), err)
	}
}
