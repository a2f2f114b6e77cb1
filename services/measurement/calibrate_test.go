package measurement

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"khuevan/assessment/measure"
	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
)

// world is a made-up bank, whose items have the key a, and people who take it.
type world struct {
	items []measure.Item
	rng   *rand.Rand
}

func newWorld(seed uint64, items int) *world {
	w := &world{rng: rand.New(rand.NewPCG(seed, 1))}
	for i := range items {
		w.items = append(w.items, measure.Item{A: math.Exp(0.3 * w.rng.NormFloat64()), B: -1.5 + 3*float64(i)/float64(items-1)})
	}
	return w
}

func itemName(i int) string { return fmt.Sprintf("i-%02d", i) }

// bank is the items as written; of the miskeyed one the author marked b, though a is right.
func (w *world) bank(miskeyed int) []eventsource.Event {
	var all []eventsource.Event
	for i := range w.items {
		e := events.ItemWritten{Course: "attt", Item: itemName(i), Version: 1, ItemContent: events.ItemContent{Kind: "single", Stem: "Hỏi?"}}
		for _, id := range []string{"a", "b", "c", "d"} {
			e.Choices = append(e.Choices, events.Choice{ID: id, Text: id, Key: id == keyOf(i, miskeyed)})
		}
		all = append(all, e)
	}
	return all
}

func keyOf(i, miskeyed int) string {
	if i == miskeyed {
		return "b"
	}
	return "a"
}

// attempt lets a person of some ability answer everything; who does not know takes one of the others.
func (w *world) attempt(person string, day time.Time, miskeyed int) events.AttemptSubmitted {
	theta := w.rng.NormFloat64()
	var marks []events.ItemMark
	for i, it := range w.items {
		choice := []string{"b", "c", "d"}[w.rng.IntN(3)]
		if w.rng.Float64() < it.P(theta) {
			choice = "a"
		}
		m := events.ItemMark{Item: itemName(i), Version: 1, Choice: []string{choice}, Answered: true, Seconds: 10 + 20*w.rng.Float64()}
		if choice == keyOf(i, miskeyed) {
			m.Mark = 1
		}
		marks = append(marks, m)
	}
	e := taken(person, 1, 1, marks...)
	e.At = day
	return e
}

const nobody = -1 // no item is miskeyed

// answered is the story of people who took the quiz on a day.
func (w *world) answered(people int, name string, day time.Time, miskeyed int) []eventsource.Event {
	var all []eventsource.Event
	for n := range people {
		all = append(all, w.attempt(fmt.Sprintf("%s%d", name, n), day, miskeyed))
	}
	return all
}

// record is a journal in memory; read models are told their story apart.
type record struct{ *eventsource.Memory }

func (record) Read(ctx context.Context, _ uint64, _ []string, _ func([]eventsource.Recorded) error) error {
	<-ctx.Done()
	return ctx.Err()
}
func (record) Head(context.Context, []string) (uint64, error) { return 0, nil }

type noTrace struct{}

func (noTrace) Inject(context.Context) string                         { return "" }
func (noTrace) Extract(ctx context.Context, _ string) context.Context { return ctx }

func memory(t *testing.T) record {
	t.Helper()
	registry, err := eventsource.NewRegistry(events.All()...)
	if err != nil {
		t.Fatal(err)
	}
	return record{eventsource.NewMemory(registry)}
}

// replica is a service whose read models know a story.
func replica(t *testing.T, j record, story ...eventsource.Event) *service {
	t.Helper()
	return &service{Deps: host.Deps{Journal: j, Clock: clock.NewTest(eight), Trace: noTrace{}, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}, view: project(t, story...)}
}

// calibrations are those in a journal.
func calibrations(facts []eventsource.Recorded) []events.BankCalibrated {
	var all []events.BankCalibrated
	for _, r := range facts {
		if e, ok := r.Event.(events.BankCalibrated); ok {
			all = append(all, e)
		}
	}
	return all
}

func TestCalibrateBank(t *testing.T) {
	at := func(hours int) events.BankCalibrated {
		return events.BankCalibrated{Course: "attt", Due: eight.Add(time.Duration(hours) * time.Hour), People: hours}
	}
	eventtest.Given[bankState](t).When(calibrateBank{at(1)}).Then(at(1))
	given := eventtest.Given[bankState](t, at(1), at(5))
	given.When(calibrateBank{at(6)}).Then(at(6))
	given.When(calibrateBank{at(5)}).ThenNothing() // another replica was faster
	given.When(calibrateBank{at(4)}).ThenNothing()
}

func TestACalibrationFindsTheTruth(t *testing.T) {
	w := newWorld(3, 20)
	j := memory(t)
	s := replica(t, j, w.answered(400, "p", eight, nobody)...)
	if done, err := s.calibrateCourse(t.Context(), "attt", eight); err != nil || !done {
		t.Fatal(done, err)
	}
	all := calibrations(j.All())
	if len(all) != 1 || all[0].People != 400 || all[0].Answers != 400*20 || !all[0].Converged || len(all[0].Items) != 20 || !all[0].Due.Equal(eight) {
		t.Fatalf("got %+v", all)
	}
	for i, p := range all[0].Items {
		if p.Item != itemName(i) || p.N != 400 || math.Abs(p.B-w.items[i].B) > 0.6 || p.AError <= 0 || p.BError <= 0 || p.Drifted {
			t.Errorf("%+v, in truth %+v", p, w.items[i])
		}
	}
}

func TestTooFewAttemptsCalibrateNothing(t *testing.T) {
	j := memory(t)
	s := replica(t, j, newWorld(3, 10).answered(199, "p", eight, nobody)...)
	if done, err := s.calibrateCourse(t.Context(), "attt", eight); err != nil || done {
		t.Error(done, err)
	}
	if _, err := s.calibrate(rpc.With(t.Context(), rpc.Request{ID: "r1"}), CalibrateRequest{Course: "attt"}); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v", err)
	}
	if _, err := s.calibrate(t.Context(), CalibrateRequest{Course: "no/such"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v", err)
	}
	if n := len(j.All()); n != 0 {
		t.Errorf("%d facts", n)
	}
}

func TestTwoReplicasCalibrateANightOnce(t *testing.T) {
	j, story := memory(t), newWorld(4, 10).answered(220, "p", eight, nobody)
	var going sync.WaitGroup
	for range 2 {
		s := replica(t, j, story...)
		going.Go(func() {
			if err := s.calibrateAll(t.Context(), eight); err != nil {
				t.Error(err)
			}
		})
	}
	going.Wait()
	if all := calibrations(j.All()); len(all) != 1 {
		t.Errorf("%d calibrations", len(all))
	}
}

func TestABankWithoutNewAttemptsIsLeftAlone(t *testing.T) {
	j := memory(t)
	story := append(newWorld(4, 10).answered(220, "p", eight, nobody), events.BankCalibrated{Course: "attt", Due: eight})
	if err := replica(t, j, story...).calibrateAll(t.Context(), eight.Add(24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if n := len(j.All()); n != 0 {
		t.Errorf("%d facts", n)
	}
}

// An item that became much harder half a year ago is told; the others, which stayed, are not, though abler people
// took them since.
func TestAnItemThatDriftsIsFlagged(t *testing.T) {
	w := newWorld(5, 20)
	story := w.answered(500, "before", eight.AddDate(0, 0, -freshDays-30), nobody)
	const drifted = 8
	w.items[drifted].B += 1.6
	story = append(story, w.answered(500, "fresh", eight.AddDate(0, 0, -10), nobody)...)
	j := memory(t)
	if done, err := replica(t, j, story...).calibrateCourse(t.Context(), "attt", eight); err != nil || !done {
		t.Fatal(done, err)
	}
	e := calibrations(j.All())[0]
	for i, p := range e.Items {
		if p.Drifted != (i == drifted) {
			t.Errorf("%s drifted %v by %.2f", p.Item, p.Drifted, p.Drift)
		}
	}
	if p := e.Items[drifted]; p.Drift < 1 || math.Abs(e.Shift) > 0.3 {
		t.Errorf("it drifted by %.2f, all of them by %.2f", p.Drift, e.Shift)
	}
}

// night is half past two in Ha Noi, the nth after the test's start.
func night(n int) time.Time {
	return time.Date(2026, 11, 23+n, 2, 30, 0, 0, time.FixedZone("+07", 7*3600)).UTC()
}

// house serves measurement with a story in the record.
func house(t *testing.T, story ...eventsource.Event) *hosttest.House {
	t.Helper()
	h := hosttest.Bus(t, events.All())
	tell(h, story...)
	h.Serve(func(d host.Deps) (host.Service, error) { return New(d), nil })
	h.Settle()
	return h
}

func tell(h *hosttest.House, story ...eventsource.Event) {
	for _, e := range story {
		switch e := e.(type) {
		case events.AttemptSubmitted:
			h.Append("quiz.attempt."+e.Attempt, e)
		case events.ItemWritten:
			h.Append("quiz.item."+e.Course+"-"+e.Item, e)
		}
	}
}

func nights(t *testing.T, h *hosttest.House) []events.BankCalibrated {
	t.Helper()
	history, err := h.Journal.Load(t.Context(), "measurement.bank.attt")
	if err != nil {
		t.Fatal(err)
	}
	return calibrations(history)
}

func TestBanksAreCalibratedAtNight(t *testing.T) {
	w := newWorld(6, 10)
	h := house(t)
	goTo := func(at time.Time) []events.BankCalibrated {
		t.Helper()
		h.Clock.AwaitWaiters(1)
		h.Clock.Set(at)
		h.Clock.AwaitWaiters(1)
		h.Settle()
		return nights(t, h)
	}
	h.Clock.AwaitWaiters(1)
	tell(h, w.answered(210, "p", eight, nobody)...)
	h.Settle()
	if all := goTo(night(1).Add(-time.Second)); len(all) != 0 {
		t.Errorf("a second too early: %+v", all)
	}
	if all := goTo(night(1)); len(all) != 1 || !all[0].Due.Equal(night(1)) || all[0].People != 210 {
		t.Fatalf("at night: %+v", all)
	}
	if all := goTo(night(2)); len(all) != 1 {
		t.Errorf("nothing is new, and yet %d calibrations", len(all))
	}
	tell(h, w.attempt("late", night(2), nobody))
	h.Settle()
	if all := goTo(night(6).Add(3 * time.Hour)); len(all) != 2 || all[1].People != 211 { // four nights passed by
		t.Errorf("after a downtime: %d calibrations", len(all))
	}
	tell(h, w.attempt("later", night(6), nobody))
	h.Settle()
	if all := goTo(night(7)); len(all) != 3 || !all[2].Due.Equal(night(7)) {
		t.Errorf("the night after: %d calibrations", len(all))
	}
}

// What was missed while nothing ran is done at the start, once.
func TestANightMissedInADowntimeIsMadeUpFor(t *testing.T) {
	h := house(t, newWorld(7, 10).answered(210, "p", eight, nobody)...)
	h.Clock.AwaitWaiters(1)
	if all := nights(t, h); len(all) != 1 || !all[0].Due.Equal(night(0)) {
		t.Errorf("got %+v", all)
	}
}
