package main

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
	"khuevan/platform/readmodel/sqlite"
)

const batchSize = 500 // facts that a projection is handed at once, as the journal does

// measureProjection compares a projection with upserts by hand of the documents it would write, in the same batches.
func measureProjection(ctx context.Context, w *work) ([]Row, error) {
	facts := recorded(story(w.some(20_000, 3_000)))
	batches := slices.Collect(slices.Chunk(facts, batchSize))
	written, err := documents(batches)
	if err != nil {
		return nil, err
	}
	ours, err := newOurProjection(ctx, w)
	if err != nil {
		return nil, err
	}
	raw, err := openRawTable(filepath.Join(w.dir, "raw.db"))
	if err != nil {
		return nil, err
	}
	w.atEnd(raw.close)
	each := len(batches) / (w.rounds + 1)
	oursAt, rawAt := 0, 0
	medians, err := alternate(ctx, w.rounds,
		func(ctx context.Context) (float64, error) {
			oursAt += each
			return ours.round(ctx, batches[oursAt-each:oursAt])
		},
		func(context.Context) (float64, error) {
			rawAt += each
			begun := time.Now()
			for i := rawAt - each; i < rawAt; i++ {
				if err := raw.write(uint64((i+1)*batchSize), written[i]); err != nil { //nolint:gosec // small
					return 0, err
				}
			}
			return rate(each*batchSize, time.Since(begun)), nil
		},
	)
	if err != nil {
		return nil, err
	}
	return []Row{row("projection.sqlite", "events/s", medians[0], medians[1])}, nil
}

// recorded gives facts as a journal would.
func recorded(all []told) []eventsource.Recorded {
	facts := make([]eventsource.Recorded, len(all))
	for i, t := range all {
		facts[i] = eventsource.Recorded{Fact: eventsource.Fact{Event: t.event}, Seq: uint64(i + 1), Stream: t.stream} //nolint:gosec // small
	}
	return facts
}

// documents gives what each batch of facts writes, ordered by id.
func documents(batches [][]eventsource.Recorded) ([][]rawDoc, error) {
	state := map[string]*learner{}
	all := make([][]rawDoc, len(batches))
	for i, facts := range batches {
		changed := map[string]uint64{}
		for _, f := range facts {
			person := personOf(f.Event)
			if state[person] == nil {
				state[person] = &learner{}
			}
			state[person].apply(f.Event)
			changed[person] = f.Seq
		}
		for person, seq := range changed {
			l := state[person]
			body, err := json.Marshal(l)
			if err != nil {
				return nil, err
			}
			all[i] = append(all[i], rawDoc{id: person, seq: seq, body: body, unit: l.Unit, completed: l.Completed, done: l.Done})
		}
		slices.SortFunc(all[i], func(a, b rawDoc) int { return strings.Compare(a.id, b.id) })
	}
	return all, nil
}

// ourProjection is a projection that runs on what it is handed.
type ourProjection struct {
	view  *readmodel.Projection
	given handed
	ended chan struct{}
}

func newOurProjection(ctx context.Context, w *work) (*ourProjection, error) {
	_, view, err := openLearners(ctx, w, "ours.db")
	if err != nil {
		return nil, err
	}
	p := &ourProjection{view: view, given: make(handed)}
	stop, ended := keepUp(ctx, view, p.given)
	w.atEnd(stop)
	p.ended = ended
	return p, nil
}

// keepUp runs a projection until stop is called; Await tells why it ended before.
func keepUp(ctx context.Context, view *readmodel.Projection, src readmodel.Source) (stop func(), ended chan struct{}) {
	ctx, cancel := context.WithCancel(ctx)
	ended = make(chan struct{})
	go func() {
		defer close(ended)
		_ = view.Run(ctx, src)
	}()
	return func() { cancel(); <-ended }, ended
}

// openLearners opens the projection of learners in a new SQLite file.
func openLearners(ctx context.Context, w *work, file string) (*readmodel.Collection[learner], *readmodel.Projection, error) {
	store, err := sqlite.Open(filepath.Join(w.dir, file), sqlite.Options{}) //nolint:contextcheck // it outlives the call
	if err != nil {
		return nil, nil, err
	}
	w.atEnd(func() { _ = store.Close() })
	docs, view := learners()
	return docs, view, view.Open(ctx, store, "bench")
}

func (p *ourProjection) round(ctx context.Context, batches [][]eventsource.Recorded) (float64, error) {
	n := 0
	begun := time.Now()
	for _, b := range batches {
		select {
		case p.given <- b:
			n += len(b)
		case <-p.ended:
			_, err := p.view.Status()
			return 0, errors.Join(errors.New("the projection ended"), err)
		}
	}
	last := batches[len(batches)-1]
	err := p.view.Await(ctx, last[len(last)-1].Seq)
	return rate(n, time.Since(begun)), err
}

// handed is a readmodel.Source that hands on what it is given.
type handed chan []eventsource.Recorded

// Read implements readmodel.Source.
func (h handed) Read(ctx context.Context, _ uint64, _ []string, fn func([]eventsource.Recorded) error) error {
	for {
		select {
		case facts := <-h:
			if err := fn(facts); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Head implements readmodel.Source.
func (h handed) Head(context.Context, []string) (uint64, error) { return 0, nil }
