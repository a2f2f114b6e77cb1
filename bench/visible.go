package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"khuevan/platform/eventsource"
	"khuevan/platform/jetstream"
	"khuevan/platform/readmodel"
)

const (
	lightLoad     = 50                    // facts per second
	visibleWithin = 25 * time.Millisecond // the stated limit
	readWithin    = 2 * time.Second       // no single one may take longer
)

// measureVisible gives how long it takes from the start of an append until the document shows it, at a steady
// light load that does not wait for the answers.
func measureVisible(ctx context.Context, w *work) ([]Row, error) {
	j, _, _, err := w.journal(ctx)
	if err != nil {
		return nil, err
	}
	docs, view, err := openLearners(ctx, w, "views.db")
	if err != nil {
		return nil, err
	}
	stop, _ := keepUp(ctx, view, j)
	defer stop()
	v := &watch{journal: j, docs: docs, view: view}
	took, err := v.run(ctx, w.some(1_000, 250))
	if err != nil {
		return nil, err
	}
	took = took[lightLoad/2:] // the first half second warms up
	return []Row{
		row("visible.p50", "ms", percentile(took, 50), millis(visibleWithin)),
		row("visible.p99", "ms", percentile(took, 99), millis(visibleWithin)),
	}, nil
}

type watch struct {
	journal *jetstream.Journal
	docs    *readmodel.Collection[learner]
	view    *readmodel.Projection
}

// run has n people act, one after the other at the pace of the light load, and gives the times in milliseconds.
func (v *watch) run(ctx context.Context, n int) ([]float64, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	took := make([]float64, n)
	tick := time.NewTicker(time.Second / lightLoad)
	defer tick.Stop()
	var going sync.WaitGroup
	for i := range n {
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
		going.Go(func() {
			d, err := v.once(ctx, i)
			if err != nil {
				cancel(err)
			}
			took[i] = millis(d)
		})
	}
	going.Wait()
	return took, context.Cause(ctx)
}

// once has a person open the course and reads it back.
func (v *watch) once(ctx context.Context, i int) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	person := personID(i)
	begun := time.Now()
	f := told{learnerStream(person), learnerFact(person, 0, begun)}
	end, err := tell(ctx, v.journal, eventsource.End{}, f)
	if err != nil {
		return 0, err
	}
	if err := v.view.Await(ctx, end.Seq); err != nil {
		return 0, fmt.Errorf("await #%d: %w", end.Seq, err)
	}
	doc, found, err := v.docs.Get(ctx, person)
	took := time.Since(begun)
	if err == nil && (!found || doc.Person != person) {
		err = fmt.Errorf("the document of %s does not show #%d", person, end.Seq)
	}
	return took, err
}
