package quiz

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

// scheduled is a sitting from an hour after eight on, for an hour.
func scheduled() events.SittingScheduled {
	return events.SittingScheduled{Sitting: "k1", Course: "attt", Opens: at(60, 0), Closes: at(120, 0), By: "trang", At: at(0, 0)}
}

func TestScheduleSitting(t *testing.T) {
	eventtest.Given[sittingState](t).When(scheduleSitting{scheduled()}).Then(scheduled())
	eventtest.Given[sittingState](t, scheduled()).When(scheduleSitting{scheduled()}).ThenNothing()
	for name, change := range map[string]func(*events.SittingScheduled){
		"opens now":             func(e *events.SittingScheduled) { e.Opens = e.At },
		"opened before":         func(e *events.SittingScheduled) { e.Opens = e.At.Add(-time.Minute) },
		"closes at the opening": func(e *events.SittingScheduled) { e.Closes = e.Opens },
		"lasts too long":        func(e *events.SittingScheduled) { e.Closes = e.Opens.Add(longestSitting + time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			e := scheduled()
			change(&e)
			eventtest.Given[sittingState](t).When(scheduleSitting{e}).ThenRefused(fault.Invalid)
		})
	}
}

func TestCancelSitting(t *testing.T) {
	cancelled := events.SittingCancelled{Sitting: "k1", By: "trang", At: at(90, 0)}
	given := eventtest.Given[sittingState](t, scheduled())
	given.When(cancelSitting{cancelled}).Then(cancelled)
	over := cancelled
	over.At = at(120, 0)
	given.When(cancelSitting{over}).ThenRefused(fault.Conflict)
	eventtest.Given[sittingState](t).When(cancelSitting{cancelled}).ThenRefused(fault.NotFound)
	eventtest.Given[sittingState](t, scheduled(), cancelled).When(cancelSitting{cancelled}).ThenNothing()
}

func TestASittingIsPreparedOnce(t *testing.T) {
	prepared := events.SittingPrepared{Sitting: "k1", People: 3, At: at(30, 0)}
	eventtest.Given[sittingState](t, scheduled()).When(notePrepared{prepared}).Then(prepared)
	eventtest.Given[sittingState](t, scheduled(), prepared).When(notePrepared{prepared}).ThenNothing()
	eventtest.Given[sittingState](t, scheduled(), events.SittingCancelled{Sitting: "k1"}).When(notePrepared{prepared}).ThenNothing()
	eventtest.Given[sittingState](t).When(notePrepared{prepared}).ThenNothing()
}

func TestAnAttemptIsPreparedOnceForASitting(t *testing.T) {
	prepared := events.AttemptPrepared{Attempt: lans, Person: "lan", Course: "attt", Period: 1, Number: 1, Sitting: "k1", Items: started().Items, Seed: 7, Rules: plain(2), At: at(30, 0)}
	other := prepared
	other.Seed = 8
	eventtest.Given[attemptState](t).When(prepareAttempt{prepared}).Then(prepared)
	eventtest.Given[attemptState](t, prepared).When(prepareAttempt{other}).ThenNothing()
	other.Sitting = "k2"
	eventtest.Given[attemptState](t, prepared).When(prepareAttempt{other}).Then(other) // the first sitting was cancelled
	eventtest.Given[attemptState](t, started()).When(prepareAttempt{prepared}).ThenNothing()
	eventtest.Given[attemptState](t, prepared).When(start()).Then(started())
}

func TestGrantExtraTime(t *testing.T) {
	grant := func(course string, percent int) events.ExtraTimeGranted {
		return events.ExtraTimeGranted{Person: "lan", Course: course, Percent: percent, By: "trang", At: at(0, 0)}
	}
	given := eventtest.Given[accommodationState](t, grant("", 25), grant("attt", 50))
	given.When(grantExtraTime{grant("attt", 50)}).ThenNothing()
	given.When(grantExtraTime{grant("attt", 0)}).Then(grant("attt", 0))
	given.When(grantExtraTime{grant("khac", 0)}).ThenNothing()
	given.When(grantExtraTime{grant("", mostExtra)}).Then(grant("", mostExtra))
	given.When(grantExtraTime{grant("", mostExtra+1)}).ThenRefused(fault.Invalid)
	given.When(grantExtraTime{grant("", -1)}).ThenRefused(fault.Invalid)
}

func TestWhichSittingRules(t *testing.T) {
	sitting := func(id string, opens, closes int) events.SittingScheduled {
		return events.SittingScheduled{Sitting: id, Course: "attt", Opens: at(opens, 0), Closes: at(closes, 0)}
	}
	other := sitting("other", 5, 10)
	other.Course = "khac"
	a := replica(t, memory(t), clock.NewTest(eight), append(enrolled(plain(2), "lan"), sitting("late", 200, 300), sitting("gone", 20, 30), sitting("first", 60, 120), other,
		events.SittingCancelled{Sitting: "gone"}))
	for minute, want := range map[int]string{0: "first", 25: "first", 119: "first", 120: "late", 250: "late", 300: ""} {
		if got, err := a.rules.sitting(t.Context(), "attt", at(minute, 0)); err != nil || got.Sitting != want {
			t.Errorf("after %d minutes %q rules %v, want %q", minute, got.Sitting, err, want)
		}
	}
}

// hall is a course with a sitting, whose people are told by some replicas.
func hall(t *testing.T, j record, now clock.Clock, people ...string) api {
	t.Helper()
	if len(j.All()) == 0 {
		if _, err := j.Append(t.Context(), sittingStream("k1"), eventsource.End{}, eventsource.Fact{Event: scheduled()}); err != nil {
			t.Fatal(err)
		}
	}
	return replica(t, j, now, append(enrolled(plain(2), people...), scheduled()))
}

func TestNobodyStartsBeforeTheOpening(t *testing.T) {
	now := clock.NewTest(eight)
	a := hall(t, memory(t), now, "lan")
	now.Set(at(60, 0).Add(-time.Nanosecond))
	_, err := a.startAttempt(as(t, "lan", "r1"), StartAttemptRequest{Course: "attt"})
	if f := fault.Of(err); f == nil || f.Kind != fault.Conflict || !strings.Contains(f.Vi, "09:00 23/11/2026") {
		t.Errorf("before the opening: %v", err)
	}
	q, err := a.getQuiz(as(t, "lan", "q"), GetQuizRequest{Course: "attt"})
	if err != nil || q.CanStart || !q.Opens.Equal(at(60, 0)) || !q.Closes.Equal(at(120, 0)) {
		t.Errorf("got %+v %v", q, err)
	}
	now.Set(at(60, 0))
	if v := begin(t, a, "r2"); !v.Started.Equal(at(60, 0)) || v.Number != 1 {
		t.Errorf("at the opening: %+v", v)
	}
}

// sittingFacts counts the facts of a journal by type.
func sittingFacts(j record) map[string]int {
	n := map[string]int{}
	for _, r := range j.All() {
		n[r.Event.EventType()]++
	}
	return n
}

func TestPreparedAttemptsAreTheOnesThatStart(t *testing.T) {
	now := clock.NewTest(at(30, 0))
	j := memory(t)
	a := hall(t, j, now, "lan", "hoa")
	if err := a.prepare(t.Context(), sittingDoc{SittingScheduled: scheduled()}); err != nil {
		t.Fatal(err)
	}
	prepared := map[string]events.AttemptPrepared{}
	for _, r := range j.All() {
		if e, ok := r.Event.(events.AttemptPrepared); ok {
			prepared[e.Person] = e
		}
	}
	if len(prepared) != 2 || prepared["lan"].Seed == prepared["hoa"].Seed {
		t.Fatalf("prepared %+v", prepared)
	}
	now.Set(at(60, 0))
	late := hall(t, j, now, "lan", "hoa", "mai") // who was enrolled after that starts all the same
	late.seed = func() uint64 { return 99 }
	for _, person := range []string{"lan", "hoa", "mai"} {
		v, err := late.startAttempt(as(t, person, "r"+person), StartAttemptRequest{Course: "attt"})
		if err != nil {
			t.Fatal(err)
		}
		s, err := late.load(t.Context(), v.Attempt)
		if err != nil {
			t.Fatal(err)
		}
		want := prepared[person]
		if person == "mai" {
			if s.Started.Seed != 99 || s.Started.Sitting != "k1" {
				t.Errorf("mai has %+v", s.Started)
			}
			continue
		}
		if s.Started.Seed != want.Seed || !reflect.DeepEqual(s.Items, want.Items) || s.Started.Sitting != "k1" || !s.Deadline.Equal(at(80, 0)) {
			t.Errorf("%s started %+v, prepared was %+v", person, s.Started, want)
		}
	}
}

func TestPreparingTwiceIsOnce(t *testing.T) {
	people := make([]string, 20)
	for i := range people {
		people[i] = fmt.Sprintf("p%02d", i)
	}
	now := clock.NewTest(at(30, 0))
	j := memory(t)
	replicas := []api{hall(t, j, now, people...), hall(t, j, now, people...)}
	var going sync.WaitGroup
	for _, a := range replicas {
		going.Go(func() {
			if err := a.prepare(t.Context(), sittingDoc{SittingScheduled: scheduled()}); err != nil {
				t.Error(err)
			}
		})
	}
	going.Wait()
	if err := replicas[0].prepare(t.Context(), sittingDoc{SittingScheduled: scheduled()}); err != nil { // and once more, after a restart
		t.Fatal(err)
	}
	n := sittingFacts(j)
	if n["quiz.attempt-prepared.v1"] != 20 || n["quiz.sitting-prepared.v1"] != 1 {
		t.Errorf("got %v", n)
	}
	for _, r := range j.All() {
		if e, ok := r.Event.(events.SittingPrepared); ok && e.People != 20 {
			t.Errorf("%d people are ready, want 20", e.People)
		}
	}
}

// Who passed, goes on with an open attempt, has used all attempts or is done with the period needs nothing prepared.
func TestWhoNeedsNothingPrepared(t *testing.T) {
	attempt := func(person string, number int, passed bool) []eventsource.Event {
		e, done := started(), submitted(at(1, 0), events.SubmittedByPerson, 0, 0, 0, passed)
		e.Attempt, e.Person, e.Number = fmt.Sprintf("%s_attt_1_%d", person, number), person, number
		done.Attempt, done.Person, done.Number = e.Attempt, person, number
		return []eventsource.Event{e, done}
	}
	rules := plain(2)
	rules.Attempts = 2
	story := append(enrolled(rules, "fresh", "open", "passed", "used", "done"), events.EnrolmentCompleted{Person: "done", Course: "attt", Period: 1}, scheduled())
	known := slices.Concat(attempt("open", 1, false)[:1], attempt("passed", 1, true), attempt("used", 1, false), attempt("used", 2, false))
	j := memory(t)
	if _, err := j.Append(t.Context(), sittingStream("k1"), eventsource.End{}, eventsource.Fact{Event: scheduled()}); err != nil {
		t.Fatal(err)
	}
	a := replica(t, j, clock.NewTest(at(30, 0)), story, known...)
	if err := a.prepare(t.Context(), sittingDoc{SittingScheduled: scheduled()}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range j.All() {
		switch e := r.Event.(type) {
		case events.AttemptPrepared:
			got = append(got, e.Person)
		case events.SittingPrepared:
			got = append(got, fmt.Sprint(e.People))
		}
	}
	if !slices.Equal(got, []string{"fresh", "1"}) {
		t.Errorf("prepared %v", got)
	}
}

func TestARequestSentAgainSchedulesOneSitting(t *testing.T) {
	a, _ := lagging(t)
	ask := func(request string) ScheduledSitting {
		t.Helper()
		s, err := a.scheduleSitting(as(t, "trang", request), ScheduleSittingRequest{Course: "attt", Opens: at(60, 0), Closes: at(120, 0)})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first := ask("r1")
	if again := ask("r1"); again != first {
		t.Errorf("got %+v, want %+v", again, first)
	}
	if other := ask("r2"); other.Sitting == first.Sitting {
		t.Errorf("another request means the same sitting %s", other.Sitting)
	}
}
