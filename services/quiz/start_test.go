package quiz

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// awaking is a record that a projection begins to read only when someone asks how far the record goes.
type awaking struct {
	record
	projection *readmodel.Projection
	story      twice
	once       *sync.Once
	until      context.Context
}

func (j awaking) Head(_ context.Context, nouns []string) (uint64, error) {
	if !slices.Equal(nouns, j.projection.Nouns()) {
		return 0, nil
	}
	j.once.Do(func() { go func() { _ = j.projection.Run(j.until, j.story) }() })
	return uint64(len(j.story)), nil
}

// record is a journal in memory whose read models never learn of anything new.
type record struct{ *eventsource.Memory }

func (record) Read(ctx context.Context, _ uint64, _ []string, _ func([]eventsource.Recorded) error) error {
	<-ctx.Done()
	return ctx.Err()
}
func (record) Head(context.Context, []string) (uint64, error) { return 0, nil }

type noTrace struct{}

func (noTrace) Inject(context.Context) string                         { return "" }
func (noTrace) Extract(ctx context.Context, _ string) context.Context { return ctx }

// lagging makes an api whose read models know the bank, the rules and Lan's first period, and nothing that follows.
func lagging(t *testing.T, known ...eventsource.Event) (api, *clock.Test) {
	t.Helper()
	now := clock.NewTest(eight)
	rules := events.QuizDefined{Course: "attt", Version: 1, QuizRules: events.QuizRules{Items: 2, Pass: 5, Minutes: 20, Attempts: 3}}
	return replica(t, memory(t), now, []eventsource.Event{rules, events.PersonEnrolled{Person: "lan", Course: "attt", Period: 1, Version: 1}}, known...), now
}

func memory(t *testing.T) record {
	t.Helper()
	registry, err := eventsource.NewRegistry(events.All()...)
	if err != nil {
		t.Fatal(err)
	}
	return record{eventsource.NewMemory(registry)}
}

// replica is one of several apis over a journal, whose read models know a bank of three items and what they are told.
func replica(t *testing.T, j record, now clock.Clock, rules []eventsource.Event, known ...eventsource.Event) api {
	t.Helper()
	seed := uint64(0)
	var mu sync.Mutex
	ids := 0
	a := newAPI(host.Deps{Journal: j, Clock: now, Trace: noTrace{}, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), NewID: func() string { ids++; return "id" + strconv.Itoa(ids) }}, Config{Seed: func() uint64 {
		mu.Lock()
		defer mu.Unlock()
		seed++
		return seed
	}})
	store := readmodel.NewMemory()
	project(t, a.bank.projection, store, written("attt", "x", "Câu x?", 1), written("attt", "y", "Câu y?", 1), written("attt", "z", "Câu z?", 1))
	project(t, a.rules.projection, store, rules...)
	project(t, a.attempts.projection, store, known...)
	project(t, a.scales.projection, store)
	project(t, a.before.projection, store)
	return a
}

func as(t *testing.T, person, request string) context.Context {
	return rpc.With(t.Context(), rpc.Request{ID: request, Identity: rpc.Identity{Person: person}})
}

func begin(t *testing.T, a api, request string) Attempt {
	t.Helper()
	v, err := a.startAttempt(as(t, "lan", request), StartAttemptRequest{Course: "attt"})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func hand(t *testing.T, a api, attempt string) {
	t.Helper()
	if _, err := a.submitAttempt(as(t, "lan", "hand-"+attempt), SubmitAttemptRequest{Attempt: attempt}); err != nil {
		t.Fatal(err)
	}
}

func TestAttemptsCountRightlyThoughTheListLags(t *testing.T) {
	a, _ := lagging(t)
	for n, want := range []string{"lan_attt_1_1", "lan_attt_1_2", "lan_attt_1_3"} {
		v := begin(t, a, "r"+want)
		if v.Attempt != want || v.Number != n+1 {
			t.Fatalf("got %s, want %s", v.Attempt, want)
		}
		if again := begin(t, a, "again"+want); again.Attempt != want {
			t.Fatalf("beside the open %s a second start gives %s", want, again.Attempt)
		}
		hand(t, a, want)
	}
	_, err := a.startAttempt(as(t, "lan", "r4"), StartAttemptRequest{Course: "attt"})
	if fault.KindOf(err) != fault.Conflict {
		t.Errorf("a fourth attempt: %v", err)
	}
}

func TestARepeatedStartGivesItsAttempt(t *testing.T) {
	a, _ := lagging(t)
	first := begin(t, a, "r1")
	hand(t, a, first.Attempt)
	if again := begin(t, a, "r1"); again.Attempt != first.Attempt || !again.Closed {
		t.Errorf("got %s, want %s, closed", again.Attempt, first.Attempt)
	}
	if next := begin(t, a, "r2"); next.Number != 2 {
		t.Errorf("another request gives %s", next.Attempt)
	}
}

func TestAPassedQuizIsNotStartedThoughTheListLags(t *testing.T) {
	a, _ := lagging(t)
	v := begin(t, a, "r1")
	for _, q := range v.Questions {
		if _, err := a.saveAnswer(as(t, "lan", "s"+q.Item), SaveAnswerRequest{Attempt: v.Attempt, Item: q.Item, Choice: []string{"a"}}); err != nil {
			t.Fatal(err)
		}
	}
	hand(t, a, v.Attempt)
	_, err := a.startAttempt(as(t, "lan", "r2"), StartAttemptRequest{Course: "attt"})
	if f := fault.Of(err); f == nil || f.En != errPassed.En {
		t.Errorf("got %v", err)
	}
}

func TestStartsAtOnceBecomeOneAttempt(t *testing.T) {
	a, _ := lagging(t)
	got := make([]Attempt, 32)
	var going sync.WaitGroup
	for i := range got {
		going.Go(func() {
			var err error
			if got[i], err = a.startAttempt(as(t, "lan", string(rune('A'+i))), StartAttemptRequest{Course: "attt"}); err != nil {
				t.Error(err)
			}
		})
	}
	going.Wait()
	for _, v := range got {
		if v.Attempt != "lan_attt_1_1" || v.Seq != got[0].Seq || v.Questions[0].Item != got[0].Questions[0].Item {
			t.Errorf("got %s at #%d", v.Attempt, v.Seq)
		}
	}
	if all := a.Journal.(record).All(); len(all) != 1 {
		t.Errorf("%d facts, want 1", len(all))
	}
}

func TestAnAttemptWhoseTimeIsOverDoesNotHoldUpTheNext(t *testing.T) {
	a, now := lagging(t)
	first := begin(t, a, "r1")
	now.Set(first.Deadline.Add(usualGrace))
	if next := begin(t, a, "r2"); next.Number != 2 || next.Closed {
		t.Errorf("got %+v", next)
	}
	v, err := a.getAttempt(as(t, "lan", "g"), GetAttemptRequest{Attempt: first.Attempt})
	if err != nil || !v.Closed || !v.Late || !v.Submitted.Equal(first.Deadline) {
		t.Errorf("got %+v %v", v, err)
	}
}

func TestARunningAttemptKeepsItsItemVersions(t *testing.T) {
	a, _ := lagging(t)
	v := begin(t, a, "r1")
	changed := written("attt", v.Questions[0].Item, "Đã sửa", 2)
	project(t, a.bank.projection, readmodel.NewMemory(), written("attt", "x", "Câu x?", 1), written("attt", "y", "Câu y?", 1), written("attt", "z", "Câu z?", 1), changed)
	again, err := a.getAttempt(as(t, "lan", "g"), GetAttemptRequest{Attempt: v.Attempt})
	if err != nil || again.Questions[0].Stem != v.Questions[0].Stem {
		t.Errorf("got %+v %v", again, err)
	}
}

func TestNobodyIsTurnedAwayByAnOldPicture(t *testing.T) {
	a, _ := lagging(t)
	story := twice{events.QuizDefined{}, events.PersonEnrolled{}, events.PersonEnrolled{Person: "hoa", Course: "attt", Period: 1, Version: 1}} // the first two are known
	a.Journal = awaking{record: a.Journal.(record), projection: a.rules.projection, story: story, once: &sync.Once{}, until: t.Context()}
	v, err := a.startAttempt(as(t, "hoa", "r1"), StartAttemptRequest{Course: "attt"})
	if err != nil || v.Attempt != "hoa_attt_1_1" {
		t.Errorf("got %+v %v", v, err)
	}
}

func TestRefusedStarts(t *testing.T) {
	a, _ := lagging(t)
	for _, c := range []struct {
		person, course string
		want           fault.Kind
	}{
		{"lan", "khac", fault.NotFound}, {"lan", "no/such", fault.NotFound}, {"hoa", "attt", fault.Conflict}, {"", "attt", fault.Denied},
	} {
		_, err := a.startAttempt(as(t, c.person, "r"), StartAttemptRequest{Course: c.course})
		if got := fault.KindOf(err); got != c.want {
			t.Errorf("%q in %q: %v, want %s", c.person, c.course, err, c.want)
		}
	}
	if all := a.Journal.(record).All(); len(all) != 0 {
		t.Errorf("%d facts after refused starts", len(all))
	}
}

func TestTheLoopWakesForTheNextDeadline(t *testing.T) {
	late, closed := started(), started()
	late.Attempt, late.Deadline = "hoa_attt_1_1", at(40, 0)
	closed.Attempt, closed.Deadline = "mai_attt_1_1", at(30, 0)
	done := submitted(at(1, 0), events.SubmittedByPerson, 0, 0, 0, false)
	done.Attempt = closed.Attempt
	a, _ := lagging(t, started(), late, closed, done)
	for _, c := range []struct{ now, want time.Time }{
		{at(0, 0), at(0, 10)},    // nothing soon: the longest nap
		{at(20, 6), at(20, 15)},  // Lan's deadline and its grace
		{at(20, 15), at(20, 25)}, // Lan's is due now and no reason to spin
		{at(40, 14), at(40, 15)}, // Hoa's
		{at(90, 0), at(90, 10)},  // nothing open but what is due
	} {
		if got, err := a.nextDue(t.Context(), c.now); err != nil || !got.Equal(c.want) {
			t.Errorf("at %v: wakes %v %v, want %v", c.now, got, err, c.want)
		}
	}
}

// enrolled is the story of people in the first version of the course with some rules.
func enrolled(rules events.QuizRules, people ...string) []eventsource.Event {
	story := []eventsource.Event{events.QuizDefined{Course: "attt", Version: 1, QuizRules: rules}}
	for _, p := range people {
		story = append(story, events.PersonEnrolled{Person: p, Course: "attt", Period: 1, Version: 1})
	}
	return story
}

func TestExtraTimeLengthensTheDeadline(t *testing.T) {
	grant := func(course string, percent int) eventsource.Event {
		return events.ExtraTimeGranted{Person: "lan", Course: course, Percent: percent}
	}
	for name, c := range map[string]struct {
		granted []eventsource.Event
		minutes int
	}{
		"none":                      {nil, 20},
		"everywhere":                {[]eventsource.Event{grant("", 50)}, 30},
		"here":                      {[]eventsource.Event{grant("attt", 100)}, 40},
		"elsewhere":                 {[]eventsource.Event{grant("khac", 100)}, 20},
		"the larger of two":         {[]eventsource.Event{grant("", 25), grant("attt", 10)}, 25},
		"taken back":                {[]eventsource.Event{grant("", 50), grant("", 0)}, 20},
		"taken back here, not else": {[]eventsource.Event{grant("", 50), grant("attt", 75), grant("attt", 0)}, 30},
	} {
		a := replica(t, memory(t), clock.NewTest(eight), append(enrolled(plain(2), "lan", "hoa"), c.granted...))
		q, err := a.getQuiz(as(t, "lan", "q"), GetQuizRequest{Course: "attt"})
		if err != nil || q.Minutes != c.minutes {
			t.Errorf("%s: the quiz is said to take %d minutes %v, want %d", name, q.Minutes, err, c.minutes)
		}
		if v := begin(t, a, "r1"); !v.Deadline.Equal(at(c.minutes, 0)) {
			t.Errorf("%s: the deadline is %v, want %v", name, v.Deadline, at(c.minutes, 0))
		}
		v, err := a.startAttempt(as(t, "hoa", "r2"), StartAttemptRequest{Course: "attt"})
		if err != nil || !v.Deadline.Equal(at(20, 0)) {
			t.Errorf("%s: somebody else's deadline is %v %v", name, v.Deadline, err)
		}
	}
}

func TestTimeToCoolOff(t *testing.T) {
	rules := plain(2)
	rules.CoolingHours = 24
	now := clock.NewTest(eight)
	a := replica(t, memory(t), now, enrolled(rules, "lan"))
	first := begin(t, a, "r1")
	hand(t, a, first.Attempt)
	for _, wait := range []time.Duration{0, 24*time.Hour - time.Second} {
		now.Set(eight.Add(wait))
		_, err := a.startAttempt(as(t, "lan", "r"+wait.String()), StartAttemptRequest{Course: "attt"})
		if f := fault.Of(err); f == nil || f.Kind != fault.Conflict || !strings.Contains(f.En, "08:00 24/11/2026") {
			t.Errorf("after %v: %v", wait, err)
		}
	}
	now.Set(eight.Add(24 * time.Hour))
	if next := begin(t, a, "r9"); next.Number != 2 {
		t.Errorf("after a day: %+v", next)
	}
}

// Of three items, two in each attempt: the second attempt must have the one that the first had not.
func TestARetakeAvoidsWhatWasSeen(t *testing.T) {
	for number := range 20 {
		rules := plain(1)
		rules.Unseen = 2
		was := []eventsource.Event{}
		for n, id := range []string{"x", "y"} {
			e := started()
			e.Attempt, e.Number, e.Items = "lan_attt_1_"+strconv.Itoa(n+1), n+1, []events.DrawnItem{{Item: id, Version: 1}}
			done := submitted(at(1, 0), events.SubmittedByPerson, 0, 0, 0, false)
			done.Attempt, done.Number, done.Marks = e.Attempt, n+1, []events.ItemMark{{Item: id, Version: 1}}
			was = append(was, e, done)
		}
		j := memory(t)
		for n := range 2 { // the streams know the attempts as well
			stream := "quiz.attempt.lan_attt_1_" + strconv.Itoa(n+1)
			if _, err := j.Append(t.Context(), stream, eventsource.End{}, eventsource.Fact{Event: was[2*n]}, eventsource.Fact{Event: was[2*n+1]}); err != nil {
				t.Fatal(err)
			}
		}
		a := replica(t, j, clock.NewTest(at(60, 0)), enrolled(rules, "lan"), was...)
		a.seed = func() uint64 { return uint64(number) }
		if v := begin(t, a, "r3"); v.Number != 3 || v.Questions[0].Item != "z" {
			t.Fatalf("seed %d gives %s as attempt %d", number, v.Questions[0].Item, v.Number)
		}
	}
}

func TestAFixedQuizGivesEverybodyItsForm(t *testing.T) {
	rules := plain(2)
	rules.Fixed, rules.Form = true, []events.DrawnItem{{Item: "x", Version: 1, Order: ids("a", "b"), Kind: "single"}, {Item: "z", Version: 1, Order: ids("a", "b"), Kind: "single"}}
	people := []string{"lan", "hoa", "mai", "an", "binh", "chi"}
	a := replica(t, memory(t), clock.NewTest(eight), enrolled(rules, people...))
	for _, person := range people {
		v, err := a.startAttempt(as(t, person, "r"+person), StartAttemptRequest{Course: "attt"})
		if err != nil {
			t.Fatal(err)
		}
		got := []string{v.Questions[0].Item, v.Questions[1].Item}
		if slices.Sort(got); !slices.Equal(got, ids("x", "z")) {
			t.Errorf("%s has %v", person, got)
		}
	}
	for _, r := range a.Journal.(record).All() {
		if e, ok := r.Event.(events.AttemptStarted); ok && e.Rules.Form != nil {
			t.Errorf("%s repeats the form", e.Attempt)
		}
	}
}
