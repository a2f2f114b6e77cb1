package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/jetstream"
)

// crowdMeasure compares many writers, each waiting for its own append, with a batch made by hand of as many messages,
// and with the same writers appending by hand one by one.
func crowdMeasure(writers int, overPlain float64) measure {
	name := fmt.Sprintf("append.durable.%d", writers)
	return measure{name: name, figures: []figure{
		{name + ".batch", fmt.Sprintf("synced appends of %d writers; beside raw atomic batches of %d", writers, writers), atLeast(0.6)},
		{name + ".plain", fmt.Sprintf("the same; beside raw single appends of %d writers", writers), atLeast(overPlain)},
	}, take: func(ctx context.Context, w *work) ([]Row, error) {
		j, _, rawConn, err := w.journal(ctx)
		if err != nil {
			return nil, err
		}
		raw, err := newRawAppends(ctx, rawConn, rawMsgs(writers))
		if err != nil {
			return nil, err
		}
		ours := &ourAppends{journal: j, writers: newWriters(writers)}
		each := w.some(60, 30)
		medians, err := alternate(ctx, w.rounds,
			func(ctx context.Context) (float64, error) { return ours.round(ctx, each) },
			func(ctx context.Context) (float64, error) { return raw.batches(ctx, each) },
			func(ctx context.Context) (float64, error) { return raw.plain(ctx, max(4, each/4)) },
		)
		if err != nil {
			return nil, err
		}
		return []Row{row(name+".batch", "facts/s", medians[0], medians[1]), row(name+".plain", "facts/s", medians[0], medians[2])}, nil
	}}
}

// measureSingle compares the appends of one writer, each a moment after the other's.
func measureSingle(ctx context.Context, w *work) ([]Row, error) {
	j, _, rawConn, err := w.journal(ctx)
	if err != nil {
		return nil, err
	}
	raw, err := newRawAppends(ctx, rawConn, rawMsgs(1))
	if err != nil {
		return nil, err
	}
	ours := &ourAppends{journal: j, writers: newWriters(1)}
	n := w.some(500, 300)
	medians, err := alternate(ctx, w.rounds,
		func(ctx context.Context) (float64, error) { return ours.latency(ctx, n) },
		func(ctx context.Context) (float64, error) { return raw.latency(ctx, n) },
	)
	if err != nil {
		return nil, err
	}
	return []Row{row("append.single", "µs p50", medians[0], medians[1])}, nil
}

// writer continues one stream.
type writer struct {
	person string
	stream string
	end    eventsource.End
	period int
}

func newWriters(n int) []*writer {
	all := make([]*writer, n)
	for i := range all {
		person := personID(i)
		all[i] = &writer{person: person, stream: "enrolment.enrolment." + person + "_" + course}
	}
	return all
}

// step is a fact to append and the chain it follows.
type step struct {
	fact  eventsource.Fact
	chain string
}

// steps prepares facts, so that making them is not measured.
func (w *writer) steps(n int) ([]step, error) {
	all := make([]step, n)
	for i := range all {
		w.period++
		e := enrolled(w.person, w.period)
		all[i] = step{fact: eventsource.Fact{Event: e, Meta: meta(e.Due)}, chain: w.end.Chain}
		body, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		w.end.Chain = eventsource.Chain(w.end.Chain, w.stream, e.EventType(), body)
	}
	return all, nil
}

func (w *writer) append(ctx context.Context, j *jetstream.Journal, s step) error {
	seq, err := j.Append(ctx, w.stream, eventsource.End{Seq: w.end.Seq, Chain: s.chain}, s.fact)
	if err != nil {
		return fmt.Errorf("append to %s: %w", w.stream, err)
	}
	w.end.Seq = seq
	return nil
}

type ourAppends struct {
	journal *jetstream.Journal
	writers []*writer
}

// round gives facts per second when every writer appends so many facts, one after the other.
func (a *ourAppends) round(ctx context.Context, each int) (float64, error) {
	todo := make([][]step, len(a.writers))
	for i, w := range a.writers {
		var err error
		if todo[i], err = w.steps(each); err != nil {
			return 0, err
		}
	}
	begun := time.Now()
	err := crowd(ctx, len(a.writers), func(ctx context.Context, i int) error {
		for _, s := range todo[i] {
			if err := a.writers[i].append(ctx, a.journal, s); err != nil {
				return err
			}
		}
		return nil
	})
	return rate(each*len(a.writers), time.Since(begun)), err
}

// latency gives the median time of an append in microseconds.
func (a *ourAppends) latency(ctx context.Context, n int) (float64, error) {
	w := a.writers[0]
	todo, err := w.steps(n)
	if err != nil {
		return 0, err
	}
	took := make([]float64, n)
	for i, s := range todo {
		begun := time.Now()
		if err := w.append(ctx, a.journal, s); err != nil {
			return 0, err
		}
		took[i] = micros(time.Since(begun))
	}
	return median(took), nil
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// enrolled is a fact of about 200 bytes.
func enrolled(person string, period int) events.PersonEnrolled {
	tick := time.Date(2026, 1, 5, 0, 30, 0, 0, time.UTC).AddDate(0, period%60, 0)
	return events.PersonEnrolled{Person: person, Course: course, Period: period, Version: 3, Due: tick.AddDate(0, 1, 0),
		Assignment: "dot-quy-1", Campaign: "nhac-lai-hang-thang", Tick: tick}
}

// rawMsgs are the facts of the writers as they lie in the journal, under subjects of the twin.
func rawMsgs(writers int) []rawMsg {
	all := make([]rawMsg, writers)
	for i := range all {
		e := enrolled(personID(i), i)
		m := meta(e.Due)
		body, _ := json.Marshal(e) // plain fields always encode
		all[i] = rawMsg{subject: "raw.0.enrolment.enrolment." + e.Person + "_" + course + ".person-enrolled", body: body,
			header: map[string][]string{"Kv-Type": {e.EventType()}, "Kv-Time": {m.Time.Format(time.RFC3339Nano)}, "Kv-Cause": {m.Cause},
				"Kv-Actor": {m.Actor}, "Kv-Chain": {eventsource.Chain("", e.Person, e.EventType(), body)}}}
	}
	return all
}

func meta(at time.Time) eventsource.Meta {
	return eventsource.Meta{Cause: "k7m2q9x4v1t8r5z3", Actor: "system", Time: at}
}
