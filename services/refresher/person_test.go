package refresher

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/assessment/item"
	"khuevan/content"
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

// monday is a weekly time.
var monday = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

func shipped(t testing.TB) *rules {
	t.Helper()
	r, err := readRules(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// question is a single choice of "a", which is right, and "b".
func question() events.ItemContent {
	return events.ItemContent{Kind: item.Single, Stem: "?", Choices: []events.Choice{{ID: "a", Text: "A", Key: true}, {ID: "b", Text: "B"}}}
}

// stock is a bank of n items of a course for each competency.
func stock(course string, n int, competencies ...string) map[string][]drawable {
	var all []drawable
	for _, c := range competencies {
		for i := range n {
			all = append(all, drawable{Course: course, Item: fmt.Sprintf("%s-%02d", c, i), Version: 1, Kind: item.Single, Tags: []string{c}, Choices: []string{"a", "b"}})
		}
	}
	return map[string][]drawable{course: all}
}

func passes(t testing.TB, course string, period int, at time.Time, competencies ...string) pass {
	return pass{events.CompetenciesPassed{Person: "lan", Course: course, Period: period, Version: 1, At: at}, competencies, shipped(t)}
}

func asks(t testing.TB, at time.Time, bank map[string][]drawable) ask {
	return ask{Person: "lan", Week: at, Now: at.Add(time.Minute), Bank: bank, Rules: shipped(t)}
}

// decided evolves a person by what a command decides.
func decided(t testing.TB, s person, cmd eventsource.Command[person]) (person, []eventsource.Event) {
	t.Helper()
	all, err := cmd.Decide(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		s = s.Evolve(e)
	}
	return s, all
}

func answers(t testing.TB, o offer, number int, choice ...string) answer {
	return answer{Offer: o.Offer, Question: number, Choice: choice, Content: question(), Now: o.At.Add(time.Hour), Rules: shipped(t)}
}

func TestPassingAQuizBeginsToRememberItsCompetencies(t *testing.T) {
	at := monday.Add(-24 * time.Hour)
	passed := eventtest.Given[person](t).When(passes(t, "attt", 1, at, "IU14", "IU06")).Decided()
	e := passed[0].(events.CompetenciesPassed)
	if len(passed) != 1 || len(e.Reviews) != 2 {
		t.Fatalf("decided %+v", passed)
	}
	for i, competency := range []string{"IU14", "IU06"} {
		if r := e.Reviews[i]; r.Competency != competency || r.Grade != "good" || r.Stability != 2.3065 || !r.Due.Equal(at.AddDate(0, 0, 3)) || r.Asked != 0 || r.Predicted != 0 {
			t.Errorf("review %+v", r)
		}
	}
	eventtest.Given[person](t, e).When(passes(t, "attt", 1, at.Add(time.Hour), "IU14", "IU06")).ThenNothing()
	eventtest.Given[person](t).When(passes(t, "attt", 1, at)).ThenNothing()

	again := eventtest.Given[person](t, e).When(passes(t, "attt", 2, at.AddDate(0, 0, 3), "IU14")).Decided()[0].(events.CompetenciesPassed).Reviews[0]
	if again.Days != 3 || math.Abs(again.Stability-13.827) > 5e-4 || !(again.Predicted > 0.85 && again.Predicted < 0.9) {
		t.Errorf("passing again reviews as %+v", again)
	}
}

func TestARefresherAsksAboutWhatFallsDueWithinTheWeek(t *testing.T) {
	learnt := func(at time.Time, competencies ...string) events.CompetenciesPassed {
		return eventtest.Given[person](t).When(passes(t, "attt", 1, at, competencies...)).Decided()[0].(events.CompetenciesPassed)
	}
	for name, c := range map[string]struct {
		past  eventsource.Event
		bank  map[string][]drawable
		asked map[string]int // questions by competency; none for no refresher
	}{
		"one competency":               {learnt(monday.Add(-time.Hour), "IU14"), stock("attt", 9, "IU14"), map[string]int{"IU14": 3}},
		"two":                          {learnt(monday.Add(-time.Hour), "IU14", "IU06"), stock("attt", 9, "IU14", "IU06"), map[string]int{"IU14": 2, "IU06": 2}},
		"six, of which five":           {learnt(monday.Add(-time.Hour), "a", "b", "c", "d", "e", "f"), stock("attt", 9, "a", "b", "c", "d", "e", "f"), map[string]int{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}},
		"too few items":                {learnt(monday.Add(-time.Hour), "IU14"), stock("attt", 2, "IU14"), nil},
		"one without items":            {learnt(monday.Add(-time.Hour), "IU14", "IU06"), stock("attt", 9, "IU06"), map[string]int{"IU06": 3}},
		"items of another course":      {learnt(monday.Add(-time.Hour), "IU14"), stock("khac", 9, "IU14"), nil},
		"learnt after the weekly time": {learnt(monday.Add(time.Hour), "IU14"), stock("attt", 9, "IU14"), nil},
		"due after the week": {events.CompetenciesPassed{Course: "attt", Period: 1, At: monday.AddDate(0, 0, -1), Reviews: []events.RecallReview{{Competency: "IU14", Stability: 9, Difficulty: 5, Due: monday.AddDate(0, 0, 7)}}},
			stock("attt", 9, "IU14"), nil},
	} {
		decided := eventtest.Given[person](t, c.past).When(asks(t, monday, c.bank)).Decided()
		if c.asked == nil {
			if len(decided) != 0 {
				t.Errorf("%s: decided %+v", name, decided)
			}
			continue
		}
		o := decided[0].(events.RefresherOffered)
		got := map[string]int{}
		for _, q := range o.Questions {
			got[q.Competency]++
		}
		if len(decided) != 1 || !reflect.DeepEqual(got, c.asked) || o.Offer != "lan_1" || !o.Week.Equal(monday) {
			t.Errorf("%s: asked %v in %+v", name, got, decided)
		}
	}
	excused := asks(t, monday, stock("attt", 9, "IU14"))
	excused.Excused = []string{"attt"}
	eventtest.Given[person](t, learnt(monday.Add(-time.Hour), "IU14")).When(excused).ThenNothing()
}

// offered is somebody who was asked about one competency, by three questions.
func offered(t testing.TB) person {
	t.Helper()
	s, _ := decided(t, person{}, passes(t, "attt", 1, monday.AddDate(0, 0, -3), "IU14"))
	s, _ = decided(t, s, asks(t, monday, stock("attt", 9, "IU14")))
	return s
}

func TestAnAnswerIsFinalAndTheLastOneFinishes(t *testing.T) {
	for want, wrong := range map[string]int{"good": 0, "hard": 1, "again": 2} {
		s := offered(t)
		for n := 1; n <= 3; n++ {
			choice := "a"
			if n <= wrong {
				choice = "b"
			}
			cmd := answers(t, s.Offer, n, choice)
			var all []eventsource.Event
			if s, all = decided(t, s, cmd); len(all) != 1+n/3 {
				t.Fatalf("answer %d decided %+v", n, all)
			}
			if e := all[0].(events.QuestionAnswered); e.Mark != map[string]float64{"a": 1, "b": 0}[choice] {
				t.Errorf("%s is marked %v", choice, e.Mark)
			}
			if _, again := decided(t, s, cmd); len(again) != 0 {
				t.Errorf("the same answer again decided %+v", again)
			}
			other := cmd
			other.Choice = []string{map[string]string{"a": "b", "b": "a"}[choice]}
			if _, err := other.Decide(s); !fault.Is(err, fault.Conflict) {
				t.Errorf("another answer: %v", err)
			}
		}
		r := s.Offer.Reviews[0]
		if s.Offer.Ended != finished || r.Grade != want || r.Asked != 3 || r.Right != 3-wrong || r.Days != 3 || s.Memories["IU14"].Stability != r.Stability {
			t.Errorf("%d wrong: %+v", wrong, s.Offer)
		}
	}
}

func TestRefusedAnswers(t *testing.T) {
	s := offered(t)
	cmd := answers(t, s.Offer, 1, "a")
	for kind, change := range map[fault.Kind]func(*answer){
		fault.Invalid:  func(c *answer) { c.Choice = nil },
		fault.NotFound: func(c *answer) { c.Question = 4 },
	} {
		refused := cmd
		change(&refused)
		if _, err := refused.Decide(s); !fault.Is(err, kind) {
			t.Errorf("%s: %v", kind, err)
		}
	}
	cmd.Choice = []string{"z"}
	if _, err := cmd.Decide(s); err == nil {
		t.Error("a choice that is not there was taken")
	}
	next, all := decided(t, s, asks(t, monday.Add(week), stock("attt", 9, "IU14")))
	if e, ok := all[0].(events.RefresherExpired); !ok || e.Offer != "lan_1" || len(all) != 2 || next.Offer.Offer != "lan_2" {
		t.Fatalf("the next week decided %+v", all)
	}
	if _, err := answers(t, s.Offer, 1, "a").Decide(next); !fault.Is(err, fault.NotFound) {
		t.Errorf("answering an expired refresher: %v", err)
	}
}

func TestAPersonCanBeRemembered(t *testing.T) {
	s := offered(t)
	q := events.QuestionAnswered{Person: "lan", Offer: "lan_1", Question: 1, Choice: []string{"a"}}
	eventtest.Lasting[person](t,
		events.CompetenciesPassed{Course: "attt", Period: 1, Reviews: []events.RecallReview{{Competency: "IU14"}}},
		events.CompetenciesPassed{Course: "khac", Period: 1, Reviews: []events.RecallReview{{Competency: "IU14"}, {Competency: "IU06"}}},
		s.Offer.RefresherOffered, q, q, events.RefresherFinished{Reviews: []events.RecallReview{{Competency: "IU14", Stability: 3}}}, events.RefresherExpired{})
}

// Whatever happens in whatever order, nobody ever has two open refreshers or two for a week, and each asks three to five
// different questions.
func TestLawsOfOffers(t *testing.T) {
	bank := stock("attt", 4, "a", "b", "c", "d")
	bank["nho"] = stock("nho", 2, "a", "e")["nho"]
	rapid.Check(t, func(rt *rapid.T) {
		var s person
		now, open, period := monday, 0, 0
		weeks := map[time.Time]bool{}
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(1, 9*24).Draw(rt, "hours")) * time.Hour)
			var cmd eventsource.Command[person]
			switch what := rapid.IntRange(0, 9).Draw(rt, "what"); {
			case what == 0:
				period++
				course := rapid.SampledFrom([]string{"attt", "nho"}).Draw(rt, "course")
				cmd = passes(t, course, period, now, rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}), 1, 5, rapid.ID).Draw(rt, "of")...)
			case what < 4 || s.Offer.Number == 0:
				at := shipped(t).weekOf(now)
				cmd = ask{Person: "lan", Week: at, Now: now, Bank: bank, Rules: shipped(t)}
			default:
				a := answers(t, s.Offer, rapid.IntRange(1, len(s.Offer.Questions)).Draw(rt, "question"), rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "choice"))
				a.Now = now
				cmd = a
			}
			all, err := cmd.Decide(s)
			if err != nil && !fault.Is(err, fault.Conflict) {
				rt.Fatal(err)
			}
			for _, e := range all {
				s = s.Evolve(e)
				switch e := e.(type) {
				case events.RefresherOffered:
					open++
					var items []string
					for _, q := range e.Questions {
						items = append(items, itemKey(q.Course, q.Item))
					}
					slices.Sort(items)
					if n := len(items); n < 3 || n > 5 || len(slices.Compact(items)) != n {
						rt.Fatalf("asked %v", items)
					}
					if weeks[e.Week] {
						rt.Fatalf("two refreshers for the week of %s", e.Week)
					}
					weeks[e.Week] = true
				case events.RefresherFinished, events.RefresherExpired:
					open--
				}
				if open < 0 || open > 1 || (open == 1) != s.Offer.open() {
					rt.Fatalf("%d open refreshers", open)
				}
			}
			for competency, m := range s.Memories {
				if !(m.Stability > 0) || m.Difficulty < 1 || m.Difficulty > 10 || !m.Due.After(m.At) {
					rt.Fatalf("%s is remembered as %+v", competency, m)
				}
			}
		}
	})
}
