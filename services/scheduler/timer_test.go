package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/readmodel"
)

func setOf(id string, due time.Time) events.TimerSet {
	return events.TimerSet{Timer: id, Due: due, Until: due.AddDate(0, 0, 30), About: events.TimerOf{What: events.TimerExpiry, Person: id}}
}

func TestATimerFiresOnceOrLapses(t *testing.T) {
	set := setOf("a", monday)
	fired := events.TimerFired{Timer: "a", Due: monday, About: set.About}
	late := events.TimerCancelled{Timer: "a", Why: timerLate}
	given := func(story ...eventsource.Event) eventtest.Scenario[timer] { return eventtest.Given[timer](t, story...) }
	given().When(setTimer{set}).Then(set)
	given(set).When(setTimer{set}).ThenNothing()
	given(set).When(fireTimer{"a", monday.Add(-time.Second)}).ThenNothing()
	given(set).When(fireTimer{"a", monday}).Then(fired)
	given(set, fired).When(fireTimer{"a", weeks(1)}).ThenNothing()
	given(set).When(fireTimer{"a", set.Until}).Then(late)
	given().When(fireTimer{"a", monday}).ThenNothing()
	given(set).When(cancelTimer{"a", timerRevoked}).Then(events.TimerCancelled{Timer: "a", Why: timerRevoked})
	given(set, fired).When(cancelTimer{"a", timerRevoked}).ThenNothing()
	given().When(cancelTimer{"a", timerRevoked}).ThenNothing()
	given(set, late).When(fireTimer{"a", monday}).ThenNothing()
}

func TestATickSetsItsRemindersEachUntilTheNextAndItsEscalation(t *testing.T) {
	plan := weekly()
	plan.Reminders, plan.EscalateDays = []int{20, 7, 1}, 5
	e := tickOf(plan, monday, 0, monday) // due on Monday, 7 December
	got := timersOf(eventsource.Recorded{Fact: eventsource.Fact{Event: e, Meta: eventsource.Meta{Time: monday}}}, calendar(t))
	day := func(date string) time.Time { return at(t, date+"T08:00:00+07:00") }
	want := []struct{ id, due, until string }{{"reminder-7", "2026-11-30", "2026-12-06"}, {"reminder-1", "2026-12-06", ""}, {"escalation-5", "2026-12-14", "2027-03-14"}} // the 12th is a Saturday
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i, w := range want {
		until := e.Deadline
		if w.until != "" {
			until = day(w.until)
		}
		if g := got[i]; g.Timer != e.ID+"-"+w.id || !g.Due.Equal(day(w.due)) || !g.Until.Equal(until) || !g.About.Tick.Equal(monday) || g.About.Campaign != "attt" {
			t.Errorf("timer %d: %+v", i, g)
		}
	}
}

func TestCertificatesSetAndCancelTheirExpiry(t *testing.T) {
	h := hosttest.Run(t, events.All(), build)
	expires := hosttest.Start.AddDate(0, 6, 0)
	issue := func(id string, expires time.Time) {
		h.Append("certification.certificate."+id, events.CertificateIssued{Certificate: id, Person: "lan", Course: "attt", Expires: expires})
	}
	h.Append("certification.certificate.lan_programme_so_1", events.CertificateIssued{Certificate: "lan_programme_so_1", Person: "lan", Programme: "so", Expires: expires})
	issue("lan_attt_1", expires)
	issue("lan_attt_2", expires)
	issue("lan_attt_3", time.Time{})
	issue("lan_attt_4", hosttest.Start.AddDate(0, 0, 3)) // sooner than the notice would come
	issue("lan_attt_5", expires)
	h.Append("certification.certificate.lan_attt_1", events.CertificateSuperseded{Certificate: "lan_attt_1", By: "lan_attt_2"})
	h.Append("certification.certificate.lan_attt_5", events.CertificateRevoked{Certificate: "lan_attt_5"})
	h.Settle()
	h.Clock.AwaitWaiters(1)
	h.Clock.Set(expires.AddDate(0, 0, -29))
	h.Clock.AwaitWaiters(1)
	h.Settle()
	if of, err := host.See[timer](t.Context(), h.Deps, timerStream(expiryTimer("lan_programme_so_1"))); err != nil || of.State.set.About.Programme != "so" {
		t.Errorf("the timer of a programme is %+v, %v", of.State, err)
	}
	for id, want := range map[string]string{"1": "scheduler.timer-cancelled.v1", "2": "scheduler.timer-fired.v1", "3": "", "4": "", "5": "scheduler.timer-cancelled.v1"} {
		history, err := h.Journal.Load(t.Context(), timerStream(expiryTimer("lan_attt_"+id)))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if len(history) > 0 {
			got = history[len(history)-1].Event.EventType()
		}
		if got != want {
			t.Errorf("certificate %s: %q, want %q", id, got, want)
		}
	}
}

// shared is a journal in memory that several replicas read as it grows.
type shared struct {
	*eventsource.Memory
	mu    sync.Mutex
	grown *sync.Cond
	all   []eventsource.Recorded
}

func newShared(t *testing.T) *shared {
	t.Helper()
	registry, err := eventsource.NewRegistry(events.All()...)
	if err != nil {
		t.Fatal(err)
	}
	s := &shared{Memory: eventsource.NewMemory(registry)}
	s.grown = sync.NewCond(&s.mu)
	return s
}

func (s *shared) Append(ctx context.Context, stream string, at eventsource.End, facts ...eventsource.Fact) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	seq, err := s.Memory.Append(ctx, stream, at, facts...)
	if err != nil {
		return 0, err
	}
	history, err := s.Load(ctx, stream)
	s.all = append(s.all, history[len(history)-len(facts):]...)
	s.grown.Broadcast()
	return seq, err
}

func (s *shared) Head(context.Context, []string) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return uint64(len(s.all)), nil
}

func (s *shared) Read(ctx context.Context, after uint64, _ []string, fn func([]eventsource.Recorded) error) error {
	defer context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.grown.Broadcast()
	})()
	for ctx.Err() == nil {
		s.mu.Lock()
		for uint64(len(s.all)) <= after && ctx.Err() == nil {
			s.grown.Wait()
		}
		some := s.all[after:min(after+500, uint64(len(s.all)))]
		s.mu.Unlock()
		if after += uint64(len(some)); len(some) > 0 {
			if err := fn(some); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// manyTimers is how many are set in the test of scale: certificates of a province.
const manyTimers = 30_000

func TestThirtyThousandTimersTakeNoGoroutineEachAndFireOnce(t *testing.T) {
	journal := newShared(t)
	for i := range manyTimers {
		id := strconv.Itoa(i)
		due := monday.Add(time.Duration(i%3) * time.Hour)
		if _, err := journal.Append(t.Context(), timerStream(id), eventsource.End{}, eventsource.Fact{Event: setOf(id, due)}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	c := clock.NewTest(monday.Add(-time.Second))
	done := make(chan error, 6)
	for range 3 {
		deps := host.Deps{Journal: journal, Clock: c, Log: slog.New(slog.DiscardHandler)}
		a := newAgenda()
		if err := a.Open(ctx, readmodel.NewMemory(), "scheduler"); err != nil {
			t.Fatal(err)
		}
		go func() { done <- a.Run(ctx, journal) }()
		if err := a.Await(ctx, manyTimers); err != nil {
			t.Fatal(err)
		}
		go func() { done <- ticker{deps: deps, agenda: a}.run(ctx) }()
	}
	c.AwaitWaiters(3)
	if n := runtime.NumGoroutine(); n > 100 {
		t.Errorf("%d goroutines wait for %d timers", n, manyTimers)
	}
	for hour := range 3 {
		c.Set(monday.Add(time.Duration(hour) * time.Hour))
		c.AwaitWaiters(3)
		awaitFired(t, journal, (hour+1)*manyTimers/3)
	}
	cancel()
	for range 6 {
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	if err := firedOnce(t, journal); err != nil {
		t.Error(err)
	}
}

// awaitFired waits until so many timers have fired, reading the journal.
func awaitFired(t *testing.T, j *shared, want int) {
	t.Helper()
	enough := errors.New("enough")
	fired := 0
	err := j.Read(t.Context(), 0, []string{"scheduler.timer"}, func(facts []eventsource.Recorded) error {
		for _, r := range facts {
			if _, ok := r.Event.(events.TimerFired); ok {
				fired++
			}
		}
		if fired >= want {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) {
		t.Fatal(err)
	}
}

// firedOnce reports the first timer that did not fire exactly once.
func firedOnce(t *testing.T, j eventsource.Journal) error {
	t.Helper()
	for i := range manyTimers {
		history, err := j.Load(t.Context(), timerStream(strconv.Itoa(i)))
		if err != nil {
			t.Fatal(err)
		}
		kinds := make([]string, len(history))
		for n, r := range history {
			kinds[n] = r.Event.EventType()
		}
		if !slices.Equal(kinds, []string{"scheduler.timer-set.v1", "scheduler.timer-fired.v1"}) {
			return fmt.Errorf("timer %d: %v", i, kinds)
		}
	}
	return nil
}
