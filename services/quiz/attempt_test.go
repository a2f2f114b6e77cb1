package quiz

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

var eight = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

func at(minutes, seconds int) time.Time {
	return eight.Add(time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second)
}

const lans = "lan_attt_1_1"

// plain are the rules that a quiz had before there were others.
func plain(items int) events.QuizRules {
	return events.QuizRules{Items: items, Pass: 5, Minutes: 20}
}

func started() events.AttemptStarted {
	rules := plain(2)
	return events.AttemptStarted{Attempt: lans, Person: "lan", Course: "attt", Period: 1, Number: 1, Seed: 7, Pass: 5, At: at(0, 0), Deadline: at(20, 0), Rules: &rules,
		Items: []events.DrawnItem{{Item: "x", Version: 1, Order: []string{"b", "a", "c"}}, {Item: "y", Version: 2, Order: []string{"a", "d", "c", "b"}, Multiple: true}}}
}

// keys: x is single with the key a, y is multiple with the keys a and b.
func keys() []events.ItemWritten {
	choice := func(id string, key bool) events.Choice {
		return events.Choice{ID: id, Text: "phương án " + id, Key: key, Explanation: "lý do " + id}
	}
	return []events.ItemWritten{
		{Course: "attt", Item: "x", Version: 1, ItemContent: events.ItemContent{Kind: item.Single, Stem: "Câu x?",
			Choices: []events.Choice{choice("a", true), choice("b", false), choice("c", false)}}},
		{Course: "attt", Item: "y", Version: 2, ItemContent: events.ItemContent{Kind: item.Multiple, Stem: "Câu y?",
			Choices: []events.Choice{choice("a", true), choice("b", true), choice("c", false), choice("d", false)}}},
	}
}

func saved(item string, when time.Time, choice ...string) events.AnswerSaved {
	return events.AnswerSaved{Attempt: lans, Item: item, Choice: append([]string{}, choice...), At: when}
}

func submitted(when time.Time, by events.SubmitReason, x, y, mark float64, passed bool) events.AttemptSubmitted {
	return events.AttemptSubmitted{Attempt: lans, Person: "lan", Course: "attt", Period: 1, Number: 1, At: when, Mark: mark, Passed: passed, By: by,
		Behaviour: Deferred, Pass: 5, Marks: []events.ItemMark{{Item: "x", Version: 1, Mark: x}, {Item: "y", Version: 2, Mark: y}}}
}

// answered says what stood in the answers when an attempt was closed; nil for none.
func answered(e events.AttemptSubmitted, choices ...[]string) events.AttemptSubmitted {
	for i, c := range choices {
		e.Marks[i].Choice, e.Marks[i].Answered = c, len(c) > 0
	}
	return e
}

func ids(all ...string) []string { return all }

func start() startAttempt {
	s := started()
	return startAttempt{ID: attemptID{"lan", "attt", 1, 1}, Items: s.Items, Seed: s.Seed, Rules: *s.Rules, At: s.At}
}

func answering(item string, when time.Time, choice ...string) saveAnswer {
	return saveAnswer{Attempt: lans, Item: item, Choice: choice, At: when}
}

func submit(when time.Time) submitAttempt {
	return submitAttempt{Attempt: lans, Keys: keys(), At: when}
}

func TestStartAttempt(t *testing.T) {
	eventtest.Given[attemptState](t).When(start()).Then(started())
}

func TestAnAttemptThatHasBegunIsNotBegunAgain(t *testing.T) {
	other := start()
	other.Seed, other.At = 8, at(1, 0)
	eventtest.Given[attemptState](t, started()).When(other).ThenNothing()
	eventtest.Given[attemptState](t, started(), submitted(at(1, 0), events.SubmittedByPerson, 0, 0, 0, false)).When(other).ThenNothing()
}

func TestSaveAnswer(t *testing.T) {
	given := eventtest.Given[attemptState](t, started())
	given.When(answering("x", at(1, 0), "b")).Then(saved("x", at(1, 0), "b"))
	given.When(answering("y", at(1, 0), "c", "a", "c")).Then(saved("y", at(1, 0), "a", "c"))
}

func TestALaterAnswerReplacesAndMayTakeBack(t *testing.T) {
	given := eventtest.Given[attemptState](t, started(), saved("x", at(1, 0), "b"), saved("y", at(1, 0), "a"))
	given.When(answering("x", at(2, 0), "a")).Then(saved("x", at(2, 0), "a"))
	given.When(answering("x", at(2, 0))).Then(saved("x", at(2, 0)))
}

func TestAnEqualAnswerDecidesNothing(t *testing.T) {
	given := eventtest.Given[attemptState](t, started(), saved("y", at(1, 0), "a", "b"))
	given.When(answering("y", at(2, 0), "b", "a")).ThenNothing()
	given.When(answering("x", at(2, 0))).ThenNothing() // nothing was chosen and nothing is
}

func TestAnswersAreTakenUntilTheGraceIsOver(t *testing.T) {
	given := eventtest.Given[attemptState](t, started())
	last := at(20, 15).Add(-time.Nanosecond)
	given.When(answering("x", last, "a")).Then(saved("x", last, "a"))
	given.When(answering("x", at(20, 15), "a")).ThenRefused(fault.Conflict)
}

func TestRefusedAnswers(t *testing.T) {
	given := eventtest.Given[attemptState](t, started())
	given.When(answering("z", at(1, 0), "a")).ThenRefused(fault.Invalid)
	given.When(answering("x", at(1, 0), "d")).ThenRefused(fault.Invalid)
	given.When(answering("x", at(1, 0), "a", "b")).ThenRefused(fault.Invalid)
	eventtest.Given[attemptState](t).When(answering("x", at(1, 0), "a")).ThenRefused(fault.NotFound)
	closed := eventtest.Given[attemptState](t, started(), saved("x", at(1, 0), "a"), submitted(at(2, 0), events.SubmittedByPerson, 1, 0, 5, true))
	closed.When(answering("x", at(3, 0), "b")).ThenRefused(fault.Conflict)
	_, err := answering("x", at(3, 0), "b").Decide(fold(started(), submitted(at(2, 0), "person", 0, 0, 0, false)).attemptState)
	if got := fault.Of(err).Vi; !strings.Contains(got, "đã nộp") {
		t.Errorf("the refusal reads %q", got)
	}
}

func TestSubmitAttempt(t *testing.T) {
	eventtest.Given[attemptState](t, started(), saved("x", at(1, 0), "b"), saved("x", at(2, 0), "a"), saved("y", at(3, 0), "a", "b", "c")).
		When(submit(at(5, 0))).Then(answered(submitted(at(5, 0), events.SubmittedByPerson, 1, 0.5, 7.5, true), ids("a"), ids("a", "b", "c")))
}

func TestTheMarkThatIsThePassMarkPasses(t *testing.T) {
	eventtest.Given[attemptState](t, started(), saved("x", at(1, 0), "a")).
		When(submit(at(5, 0))).Then(answered(submitted(at(5, 0), events.SubmittedByPerson, 1, 0, 5, true), ids("a"), nil))
	eventtest.Given[attemptState](t, started(), saved("y", at(1, 0), "a")).
		When(submit(at(5, 0))).Then(answered(submitted(at(5, 0), events.SubmittedByPerson, 0, 0.5, 2.5, false), nil, ids("a")))
}

func TestTheDeadlineSubmitsWhatWasSaved(t *testing.T) {
	given := eventtest.Given[attemptState](t, started(), saved("x", at(20, 10), "a"))
	byDeadline := answered(submitted(at(20, 0), events.SubmittedByDeadline, 1, 0, 5, true), ids("a"), nil)
	given.When(submit(at(20, 15))).Then(byDeadline)
	given.When(submit(at(3*24*60, 0))).Then(byDeadline) // after three days of downtime it is the same fact
	given.When(submit(at(20, 14))).Then(answered(submitted(at(20, 14), events.SubmittedByPerson, 1, 0, 5, true), ids("a"), nil))
}

func TestARepeatedSubmitDecidesNothing(t *testing.T) {
	eventtest.Given[attemptState](t, started(), submitted(at(2, 0), events.SubmittedByPerson, 0, 0, 0, false)).When(submit(at(30, 0))).ThenNothing()
}

func TestRefusedSubmits(t *testing.T) {
	eventtest.Given[attemptState](t).When(submit(at(1, 0))).ThenRefused(fault.NotFound)
	other := submit(at(1, 0))
	other.Keys[1].Version = 3 // another version than was asked
	eventtest.Given[attemptState](t, started()).When(other).ThenRefused(fault.Internal)
}

func TestAttemptIDs(t *testing.T) {
	id, ok := parseAttemptID("lan_attt-co-ban_2_11")
	if want := (attemptID{"lan", "attt-co-ban", 2, 11}); !ok || id != want {
		t.Errorf("got %+v %v", id, ok)
	}
	for _, bad := range []string{"", "lan", "lan_attt_1", "lan_attt_1_1_1", "lan_attt_0_1", "lan_attt_1_-1", "lan_attt_01_1", "lan_attt_1_+1", "lan_at.t_1_1", "la*n_attt_1_1", "lan__1_1", "_attt_1_1"} {
		if id, ok := parseAttemptID(bad); ok {
			t.Errorf("%q reads %+v", bad, id)
		}
	}
}

// The order in which items are answered, and what was answered before, do not matter: the last answers count.
func TestOnlyTheLastAnswersCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		final := []eventsource.Event{
			saved("x", at(3, 0), rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "x")),
			saved("y", at(3, 0), rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 0, 4, rapid.ID[string]).Draw(t, "y")...),
		}
		before := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) eventsource.Event {
			return saved(rapid.SampledFrom([]string{"x", "y"}).Draw(t, "item"), at(2, 0), rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "choice"))
		}), 0, 6).Draw(t, "before")
		mark := func(history ...eventsource.Event) events.AttemptSubmitted {
			s := attemptState{}.Evolve(started())
			for _, e := range history {
				s = s.Evolve(e)
			}
			decided, err := submit(at(5, 0)).Decide(s)
			if err != nil {
				t.Fatal(err)
			}
			return decided[0].(events.AttemptSubmitted)
		}
		plain, changed := mark(final...), mark(append(before, final[1], final[0])...)
		if plain.Mark != changed.Mark {
			t.Fatalf("marks %v and %v", plain.Mark, changed.Mark)
		}
	})
}

func fold(history ...eventsource.Event) loaded {
	var s attemptState
	for _, e := range history {
		s = s.Evolve(e)
	}
	return loaded{attemptState: s, first: 1, seq: uint64(len(history))}
}

// look is what the owner of an attempt sees; nothing in it was typed.
func look(at loaded) Attempt { return viewOf(at, keys(), keys(), make([][]string, len(at.Items))) }

func TestAnOpenAttemptShowsNoKeyMarkOrExplanation(t *testing.T) {
	v := look(fold(started(), saved("x", at(1, 0), "a"), saved("y", at(1, 0))))
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{`"key"`, "explanation", "lý do", `"mark":1`, `"mark":5`, "submitted"} {
		if strings.Contains(string(body), secret) {
			t.Errorf("the open attempt shows %s: %s", secret, body)
		}
	}
	if v.Answered != 1 || v.Closed || v.Seq != 3 || v.Questions[0].Choices[0] != (Option{ID: "b", Text: "phương án b"}) || !v.Questions[1].Multiple {
		t.Errorf("got %s", body)
	}
}

func TestAClosedAttemptShowsAll(t *testing.T) {
	v := look(fold(started(), saved("x", at(1, 0), "a"), submitted(at(20, 0), events.SubmittedByDeadline, 1, 0, 5, true)))
	if !v.Closed || !v.Late || !v.Passed || v.Mark != 5 || !v.Submitted.Equal(at(20, 0)) || v.Questions[0].Mark != 1 || v.Questions[0].Chosen[0] != "a" {
		t.Errorf("got %+v", v)
	}
	if got, want := v.Questions[0].Choices[1], (Option{ID: "a", Text: "phương án a", Key: true, Explanation: "lý do a"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestWhoMayStart(t *testing.T) {
	open := periodDoc{Person: "lan", Course: "attt", Period: 1, Version: 1, Open: true}
	ok := standing{period: open, ruleset: ruleset{Rules: events.QuizRules{Items: 2, Attempts: 2}}, bank: make([]Drawable, 2)}
	row := func(number int, passed bool) attemptDoc {
		return attemptDoc{AttemptRow: AttemptRow{Attempt: "a", Number: number, Submitted: at(1, 0), Passed: passed}}
	}
	for name, c := range map[string]struct {
		change func(*standing)
		want   string // in the English sentence; "" for none
	}{
		"free":     {func(*standing) {}, ""},
		"one used": {func(s *standing) { s.mine = []attemptDoc{row(1, false)} }, ""},
		"all used": {func(s *standing) { s.mine = []attemptDoc{row(1, false), row(2, false)} }, "all 2 attempts"},
		"unlimited": {func(s *standing) {
			s.Rules.Attempts, s.mine = 0, []attemptDoc{row(1, false), row(2, false), row(3, false)}
		}, ""},
		"passed":         {func(s *standing) { s.mine = []attemptDoc{row(1, true)} }, "passed"},
		"one open":       {func(s *standing) { s.mine = []attemptDoc{{AttemptRow: AttemptRow{Attempt: "a", Number: 1}}} }, "not submitted"},
		"not enrolled":   {func(s *standing) { s.period = periodDoc{} }, "not enrolled"},
		"period is over": {func(s *standing) { s.period.Open = false }, "completed"},
		"small bank":     {func(s *standing) { s.bank = s.bank[:1] }, "holds 1 questions, the quiz needs 2"},
	} {
		s := ok
		c.change(&s)
		f := s.refusal()
		if (f == nil) != (c.want == "") || (f != nil && (f.Kind != fault.Conflict || !strings.Contains(f.En, c.want))) {
			t.Errorf("%s: %v, want %q", name, f, c.want)
		}
	}
}
