package measurement

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

var (
	errCrash = errors.New("crash")
	errPause = errors.New("the other replica's turn")
)

// brittle is a store without transactions: it may die after any document of a commit, before the position.
type brittle struct {
	readmodel.Store
	t       *rapid.T
	crashes int // still to come
}

func (b *brittle) Commit(ctx context.Context, c readmodel.Commit) error {
	if b.crashes == 0 || !rapid.Bool().Draw(b.t, "crash") {
		return b.Store.Commit(ctx, c)
	}
	b.crashes--
	total := 0
	for _, w := range c.Writes {
		total += len(w.Docs)
	}
	left := rapid.IntRange(0, total).Draw(b.t, "documents written")
	var part []readmodel.Write
	for _, w := range c.Writes {
		n := min(left, len(w.Docs))
		left -= n
		part = append(part, readmodel.Write{Spec: w.Spec, Docs: w.Docs[:n]})
	}
	if err := b.Store.Commit(ctx, readmodel.Commit{Projection: c.Projection, Writes: part}); err != nil {
		return err
	}
	return errCrash
}

// batched hands a story on in batches of any size, and may break off between them.
type batched struct {
	story []eventsource.Event
	t     *rapid.T
}

func (s batched) Read(_ context.Context, after uint64, _ []string, fn func([]eventsource.Recorded) error) error {
	var facts []eventsource.Recorded
	for i, e := range s.story {
		if seq := uint64(i + 1); seq > after {
			facts = append(facts, eventsource.Recorded{Fact: eventsource.Fact{Event: e}, Seq: seq})
		}
	}
	for len(facts) > 0 {
		n := rapid.IntRange(1, len(facts)).Draw(s.t, "batch")
		if err := fn(facts[:n]); err != nil {
			return err
		}
		if facts = facts[n:]; len(facts) > 0 && rapid.IntRange(0, 3).Draw(s.t, "pause") == 0 {
			return errPause
		}
	}
	return errEnd
}

func (s batched) Head(context.Context, []string) (uint64, error) { return uint64(len(s.story)), nil }

// drawStory draws a history that may happen: attempts of a few people, corrected keys, new items, calibrations.
func drawStory(t *rapid.T) []eventsource.Event {
	var story []eventsource.Event
	closed := []events.AttemptSubmitted{}
	numbers := map[string]int{}
	for range rapid.IntRange(0, 25).Draw(t, "facts") {
		switch what := rapid.IntRange(0, 9).Draw(t, "what"); {
		case what < 6:
			person := fmt.Sprintf("p%d", rapid.IntRange(0, 3).Draw(t, "person"))
			numbers[person]++
			e := taken(person, 1, numbers[person], drawMarks(t)...)
			e.Behaviour = rapid.SampledFrom([]string{"", "deferred", certainty, adaptive}).Draw(t, "behaviour")
			if e.Behaviour == certainty {
				for i := range e.Marks {
					e.Marks[i].Certainty = 1 + i%3
				}
			}
			if e.Behaviour != adaptive {
				closed = append(closed, e)
			}
			story = append(story, e)
		case what < 8 && len(closed) > 0:
			at := rapid.IntRange(0, len(closed)-1).Draw(t, "attempt")
			marks := slices.Clone(closed[at].Marks)
			marks[0].Mark = 1 - marks[0].Mark
			story = append(story, anew(closed[at], marks...))
			closed[at].Marks = marks
		case what < 9:
			story = append(story, events.ItemWritten{Course: "attt", Item: "i0", Version: rapid.IntRange(1, 3).Draw(t, "version")}, events.RemarkDecided{Course: "attt", Item: "i0", From: 1, To: 2})
		default:
			story = append(story, events.BankCalibrated{Course: "attt", People: len(story)})
		}
	}
	return story
}

// everything is what all documents say, ratings and all.
func everything(t testing.TB, v view) []string {
	t.Helper()
	all := counts(t, v)
	ctx := context.Background()
	err := errors.Join(
		v.items.Each(ctx, readmodel.Query{}, func(d itemDoc) error {
			all = append(all, fmt.Sprintf("%s %+v", itemKey(d.Course, d.Item, d.Version), d.Elo))
			return nil
		}),
		v.people.Each(ctx, readmodel.Query{}, func(d personDoc) error {
			body, err := json.Marshal(d)
			all = append(all, string(body))
			return err
		}))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

// Two replicas over one store, which crashes between any two documents, come to what one that never broke off comes to.
func TestDocumentsAreTheSameWhateverHappens(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		story := drawStory(rt)
		store := &brittle{Store: readmodel.NewMemory(), t: rt, crashes: 6}
		replicas := make([]*view, 2)
		for {
			at := rapid.IntRange(0, 1).Draw(rt, "replica")
			if replicas[at] == nil || rapid.IntRange(0, 2).Draw(rt, "new process") == 0 {
				v := newView()
				if err := v.projection.Open(context.Background(), store, "measurement"); err != nil {
					rt.Fatal(err)
				}
				replicas[at] = &v
			}
			err := replicas[at].projection.Run(context.Background(), batched{story, rt})
			if errors.Is(err, errEnd) {
				if got, want := everything(t, *replicas[at]), everything(t, project(t, story...)); !slices.Equal(got, want) {
					rt.Fatalf("got\n%q\nwant\n%q", got, want)
				}
				return
			}
			if !errors.Is(err, errCrash) && !errors.Is(err, errPause) {
				rt.Fatal(err)
			}
		}
	})
}
