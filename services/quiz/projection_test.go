package quiz

import (
	"context"
	"reflect"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// twice is a source in which every fact comes twice.
type twice []eventsource.Event

func (s twice) Read(ctx context.Context, after uint64, _ []string, fn func([]eventsource.Recorded) error) error {
	for i, e := range s {
		r := eventsource.Recorded{Fact: eventsource.Fact{Event: e}, Seq: uint64(i + 1)}
		if r.Seq <= after {
			continue
		}
		if err := fn([]eventsource.Recorded{r, r}); err != nil {
			return err
		}
	}
	<-ctx.Done()
	return ctx.Err()
}

func (s twice) Head(context.Context, []string) (uint64, error) { return uint64(len(s)), nil }

// project fills a projection and keeps it running; append-only stories may be continued with a second call.
func project(t *testing.T, p *readmodel.Projection, store readmodel.Store, story ...eventsource.Event) {
	t.Helper()
	if err := p.Open(t.Context(), store, "quiz"); err != nil {
		t.Fatal(err)
	}
	run, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- p.Run(run, twice(story)) }()
	patient, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	err := p.Await(patient, uint64(len(story)))
	stop()
	if runErr := <-ended; err != nil || runErr != nil {
		t.Fatal(err, runErr)
	}
}

func must[V any](t *testing.T) func(V, bool, error) V {
	return func(v V, found bool, err error) V {
		t.Helper()
		if err != nil || !found {
			t.Fatalf("found %v, error %v", found, err)
		}
		return v
	}
}

func TestTheBankKeepsEveryVersion(t *testing.T) {
	v := newBankView()
	project(t, v.projection, readmodel.NewMemory(), written("attt", "mk-01", "Cũ?", 1), written("attt", "mk-02", "Hai?", 1),
		written("khac", "mk-01", "Khác?", 1), written("attt", "mk-01", "Mới?", 2), events.AttemptSubmitted{})
	var newest []string
	if err := v.each(t.Context(), "attt", func(e itemDoc) error { newest = append(newest, e.Stem); return nil }); err != nil {
		t.Fatal(err)
	}
	if want := []string{"Mới?", "Hai?"}; !reflect.DeepEqual(newest, want) {
		t.Errorf("newest %q, want %q", newest, want)
	}
	for version, stem := range map[int]string{1: "Cũ?", 2: "Mới?"} {
		e := must[events.ItemWritten](t)(v.versions.Get(t.Context(), versionKey("attt", "mk-01", version)))
		if !reflect.DeepEqual(e, written("attt", "mk-01", stem, version)) {
			t.Errorf("version %d reads %+v", version, e)
		}
	}
	if d := must[bankDoc](t)(v.courses.Get(t.Context(), "attt")); d.Changed != 4 {
		t.Errorf("changed at %d, want 4", d.Changed)
	}
}

func TestRulesAndPeriods(t *testing.T) {
	v := newRulesView()
	project(t, v.projection, readmodel.NewMemory(), defined(1), defined(2),
		events.PersonEnrolled{Person: "lan", Course: "attt", Period: 1, Version: 1},
		events.EnrolmentCompleted{Person: "lan", Course: "attt", Period: 1},
		events.PersonEnrolled{Person: "lan", Course: "attt", Period: 2, Version: 2},
		events.EnrolmentReminded{Person: "lan", Course: "attt", Period: 2},
		events.EnrolmentCompleted{Person: "lan", Course: "attt", Period: 1}, // of the period before
		events.PersonEnrolled{Person: "hoa", Course: "attt", Period: 1, Version: 1},
		events.EnrolmentCompleted{Person: "hoa", Course: "attt", Period: 1})
	q := must[quizDoc](t)(v.quizzes.Get(t.Context(), "attt"))
	if want := (quizDoc{Course: "attt", Versions: []ruleset{{Version: 1, Rules: defined(1).QuizRules}, {Version: 2, Rules: defined(2).QuizRules}}}); !reflect.DeepEqual(q, want) {
		t.Errorf("got %+v, want %+v", q, want)
	}
	for person, want := range map[string]periodDoc{
		"lan": {Person: "lan", Course: "attt", Period: 2, Version: 2, Open: true},
		"hoa": {Person: "hoa", Course: "attt", Period: 1, Version: 1},
	} {
		if got := must[periodDoc](t)(v.periods.Get(t.Context(), periodKey(person, "attt"))); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestTheListOfAttempts(t *testing.T) {
	second := started()
	second.Attempt, second.Number, second.At, second.Deadline = "lan_attt_1_2", 2, at(30, 0), at(50, 0)
	other := started()
	other.Attempt, other.Person, other.Deadline = "hoa_attt_1_1", "hoa", at(40, 0)
	v := newAttemptsView()
	project(t, v.projection, readmodel.NewMemory(), started(), saved("x", at(1, 0), "a"), other, submitted(at(5, 0), events.SubmittedByPerson, 1, 0, 5, true), second)
	docs, err := v.mine(t.Context(), "lan", "attt", 1)
	mine := []AttemptRow{}
	for _, d := range docs {
		mine = append(mine, d.AttemptRow)
	}
	want := []AttemptRow{{Attempt: lans, Number: 1, Started: at(0, 0), Submitted: at(5, 0), Mark: 5, Passed: true}, {Attempt: "lan_attt_1_2", Number: 2, Started: at(30, 0)}}
	if err != nil || !reflect.DeepEqual(mine, want) {
		t.Errorf("got %+v %v, want %+v", mine, err, want)
	}
	for _, c := range []struct {
		now  time.Time
		open []string // whose grace is not over
		due  []string
	}{
		{at(40, 15).Add(-time.Nanosecond), []string{"hoa_attt_1_1", "lan_attt_1_2"}, nil},
		{at(40, 15), []string{"lan_attt_1_2"}, []string{"hoa_attt_1_1"}},
		{at(60, 0), nil, []string{"hoa_attt_1_1", "lan_attt_1_2"}},
	} {
		if open := attemptsOf(t)(v.due(t.Context(), stillOpen(c.now), time.Time{}, 10, "")); !reflect.DeepEqual(open, c.open) {
			t.Errorf("open at %v: %v, want %v", c.now, open, c.open)
		}
		if due := attemptsOf(t)(v.due(t.Context(), time.Time{}, stillOpen(c.now), 10, "")); !reflect.DeepEqual(due, c.due) {
			t.Errorf("due at %v: %v, want %v", c.now, due, c.due)
		}
	}
}

func attemptsOf(t *testing.T) func(readmodel.Page[attemptDoc], error) []string {
	return func(page readmodel.Page[attemptDoc], err error) []string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, d := range page.Items {
			all = append(all, d.Attempt)
		}
		return all
	}
}
