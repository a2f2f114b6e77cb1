package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"khuevan/platform/eventsource"
	"khuevan/platform/jetstream"
)

// measureReplay compares filling a read model from the first fact with reading the same messages and dropping them.
func measureReplay(ctx context.Context, w *work) ([]Row, error) {
	j, _, rawConn, err := w.journal(ctx)
	if err != nil {
		return nil, err
	}
	facts := story(w.some(20_000, 2_000))
	if err := fill(ctx, j, facts); err != nil {
		return nil, fmt.Errorf("fill the journal: %w", err)
	}
	head, err := j.Head(ctx, []string{"progress.course"})
	if err != nil {
		return nil, err
	}
	round := 0
	w.rounds = w.some(3, 3)
	medians, err := alternate(ctx, w.rounds,
		func(ctx context.Context) (float64, error) {
			round++
			return replay(ctx, w, j, round, head)
		},
		func(ctx context.Context) (float64, error) { return rawRead(ctx, rawConn, "EVENTS", head) },
	)
	if err != nil {
		return nil, err
	}
	return []Row{row("replay", "events/s", medians[0], medians[1])}, nil
}

// writersToFill share the filling of a journal; each has its own people.
const writersToFill = 256

// fill appends a story: each person's facts in order, the people side by side.
func fill(ctx context.Context, j *jetstream.Journal, facts []told) error {
	shares := make([][]told, writersToFill)
	place := map[string]int{}
	for _, f := range facts {
		at, known := place[f.stream]
		if !known {
			at = len(place) % writersToFill
			place[f.stream] = at
		}
		shares[at] = append(shares[at], f)
	}
	return crowd(ctx, writersToFill, func(ctx context.Context, i int) error {
		ends := map[string]eventsource.End{}
		for _, f := range shares[i] {
			end, err := tell(ctx, j, ends[f.stream], f)
			if err != nil {
				return err
			}
			ends[f.stream] = end
		}
		return nil
	})
}

// tell appends a fact and gives the new end of its stream.
func tell(ctx context.Context, j *jetstream.Journal, end eventsource.End, f told) (eventsource.End, error) {
	at := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	seq, err := j.Append(ctx, f.stream, end, eventsource.Fact{Event: f.event, Meta: meta(at)})
	if err != nil {
		return end, fmt.Errorf("append to %s: %w", f.stream, err)
	}
	body, err := json.Marshal(f.event)
	if err != nil {
		return end, err
	}
	return eventsource.End{Seq: seq, Chain: eventsource.Chain(end.Chain, f.stream, f.event.EventType(), body)}, nil
}

// replay gives facts per second of a new read model that catches up with the journal.
func replay(ctx context.Context, w *work, j *jetstream.Journal, round int, head uint64) (float64, error) {
	_, view, err := openLearners(ctx, w, fmt.Sprintf("replay-%d.db", round))
	if err != nil {
		return 0, err
	}
	begun := time.Now()
	stop, _ := keepUp(ctx, view, j)
	err = view.Await(ctx, head)
	took := time.Since(begun)
	stop()
	return rate(int(head), took), err //nolint:gosec // small
}
