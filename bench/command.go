package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/jetstream"
	"khuevan/platform/rpc"

	"github.com/nats-io/nats.go"
)

const (
	callers = 64
	answers = 20 // of one attempt; then the caller starts the next
)

// attempt is a quiz attempt as its facts tell it.
type attempt struct {
	started events.AttemptStarted
	chosen  map[string][]string
}

// Evolve implements eventsource.State.
func (a attempt) Evolve(e eventsource.Event) attempt {
	switch e := e.(type) {
	case events.AttemptStarted:
		return attempt{started: e, chosen: map[string][]string{}}
	case events.AnswerSaved:
		a.chosen = maps.Clone(a.chosen) // the state that was remembered stays as it is
		a.chosen[e.Item] = e.Choice
	}
	return a
}

// saveAnswer is one answer of an attempt; the first answer starts it.
type saveAnswer struct {
	Attempt string    `json:"attempt"`
	Person  string    `json:"person"`
	Number  int       `json:"number"`
	Item    string    `json:"item"`
	Choice  []string  `json:"choice"`
	At      time.Time `json:"-"`
}

// Stream implements eventsource.Command.
func (c saveAnswer) Stream() string { return "quiz.attempt." + c.Attempt }

// Decide implements eventsource.Command.
func (c saveAnswer) Decide(a attempt) ([]eventsource.Event, error) {
	if a.started.Attempt == "" {
		items := make([]events.DrawnItem, answers)
		for i := range items {
			items[i] = events.DrawnItem{Item: itemID(i), Version: 1, Order: []string{"c", "a", "d", "b"}}
		}
		return []eventsource.Event{events.AttemptStarted{Attempt: c.Attempt, Person: c.Person, Course: course, Period: 1, Number: c.Number,
			Items: items, Seed: 42, Pass: 5, At: c.At, Deadline: c.At.Add(time.Hour)}}, nil
	}
	if c.At.After(a.started.Deadline) {
		return nil, fault.New(fault.Conflict, "Đã hết giờ làm bài.", "The time is over.")
	}
	if !slices.ContainsFunc(a.started.Items, func(d events.DrawnItem) bool { return d.Item == c.Item }) {
		return nil, fault.New(fault.Invalid, "Câu hỏi này không có trong lượt làm bài.", "This question is not in the attempt.")
	}
	if slices.Equal(a.chosen[c.Item], c.Choice) {
		return nil, nil
	}
	return []eventsource.Event{events.AnswerSaved{Attempt: c.Attempt, Item: c.Item, Choice: c.Choice, At: c.At}}, nil
}

func itemID(i int) string { return "attt-co-ban-" + strconv.Itoa(100+i) }

// measureCommand compares commands with calls that lead to nothing.
func measureCommand(ctx context.Context, w *work) ([]Row, error) {
	j, conn, rawConn, err := w.journal(ctx)
	if err != nil {
		return nil, err
	}
	c, err := newCommands(w, j, conn) //nolint:contextcheck // calls bring their own
	if err != nil {
		return nil, err
	}
	echo, err := newRawEcho(rawConn)
	if err != nil {
		return nil, err
	}
	w.atEnd(echo.close)
	each := w.some(150, 40)
	body := []byte(`{"attempt":"k7m2q9x4v1t8r5z3_attt-co-ban_1_1","item":"attt-co-ban-107","choice":["a"]}`)
	medians, err := alternate(ctx, w.rounds,
		func(ctx context.Context) (float64, error) { return c.round(ctx, each) },
		func(ctx context.Context) (float64, error) { return echo.round(ctx, callers, 4*each, body) },
	)
	if err != nil {
		return nil, err
	}
	return []Row{row("command.rpc", "commands/s", medians[0], medians[1])}, nil
}

// commands are callers who take the quiz, each their own attempts.
type commands struct {
	method rpc.Method[saveAnswer, rpc.Receipt]
	client *rpc.Client
	done   [callers]int
}

func newCommands(w *work, j *jetstream.Journal, conn *nats.Conn) (*commands, error) {
	log := slog.New(slog.DiscardHandler)
	registry, err := eventsource.NewRegistry(events.All()...)
	if err != nil {
		return nil, err
	}
	deps := host.Deps{Journal: j, Clock: clock.System{}, Log: log, Trace: noTrace{}, Recent: eventsource.NewRecent(registry, 2*callers)}
	c := &commands{method: rpc.Command[saveAnswer, rpc.Receipt]("bench.save-answer", "Save an answer.", rpc.SignedIn).About(rpc.Nothing()), client: rpc.NewClient(conn, noTrace{})}
	save := c.method.Handle(func(ctx context.Context, req saveAnswer) (rpc.Receipt, error) {
		req.At = deps.Clock.Now()
		done, err := host.DoRecent(ctx, deps, req)
		return rpc.Receipt{Seq: done.Seq}, err
	})
	server, err := rpc.Serve(conn, "bench", "1.0.0", []rpc.Endpoint{save}, nil, noTrace{}, log, rpc.Hooks{})
	if err != nil {
		return nil, err
	}
	w.atEnd(func() { _ = server.Stop() })
	return c, nil
}

// round gives commands per second when every caller gives so many, one after the other.
func (c *commands) round(ctx context.Context, each int) (float64, error) {
	begun := time.Now()
	err := crowd(ctx, callers, func(ctx context.Context, i int) error {
		person := personID(i)
		for range each {
			n := c.done[i]
			number, at := n/(answers+1)+1, n%(answers+1)
			req := saveAnswer{Attempt: fmt.Sprintf("%s_%s_1_%d", person, course, number), Person: person, Number: number,
				Item: itemID(max(0, at-1)), Choice: []string{"a"}}
			ctx := rpc.With(ctx, rpc.Request{ID: strings.ToLower(rand.Text()[:16]), Identity: rpc.Identity{Person: person}})
			if _, err := c.method.Call(ctx, c.client, req); err != nil {
				return err
			}
			c.done[i]++
		}
		return nil
	})
	return rate(each*callers, time.Since(begun)), err
}

// noTrace is an rpc.Tracer that follows nothing.
type noTrace struct{}

// Inject implements rpc.Tracer.
func (noTrace) Inject(context.Context) string { return "" }

// Extract implements rpc.Tracer.
func (noTrace) Extract(ctx context.Context, _ string) context.Context { return ctx }
