package quiz

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

// under is an attempt that was started with other rules than the plain ones.
func under(change func(*events.QuizRules)) events.AttemptStarted {
	s := started()
	rules := *s.Rules
	change(&rules)
	s.Rules = &rules
	return s
}

// told is an answer with the time that the browser gives it.
func told(item string, given, arrived time.Time, choice ...string) saveAnswer {
	c := answering(item, arrived, choice...)
	c.Given = given
	return c
}

// toldFact is what told leads to.
func toldFact(item string, given, arrived time.Time, choice ...string) events.AnswerSaved {
	e := saved(item, arrived, choice...)
	e.Given = given
	return e
}

func TestAnAnswerHasTwoTimes(t *testing.T) {
	eventtest.Given[attemptState](t, started()).When(told("x", at(1, 0), at(3, 0), "a")).Then(toldFact("x", at(1, 0), at(3, 0), "a"))
}

func TestAnOlderAnswerDecidesNothing(t *testing.T) {
	given := eventtest.Given[attemptState](t, started(), toldFact("x", at(2, 0), at(2, 1), "a"))
	given.When(told("x", at(1, 0), at(3, 0), "b")).ThenNothing()
	given.When(told("x", at(2, 0), at(3, 0), "b")).ThenNothing() // of two at one moment the first to arrive counts
	given.When(told("x", at(2, 1), at(3, 0), "b")).Then(toldFact("x", at(2, 1), at(3, 0), "b"))
	given.When(told("y", at(1, 0), at(3, 0), "b")).Then(toldFact("y", at(1, 0), at(3, 0), "b")) // each item by itself
	given.When(told("x", at(1, 0), at(3, 0), "d")).ThenRefused(fault.Invalid)                   // nonsense is refused, however old
}

func TestTheSameAnswerGivenAgainLaterIsNews(t *testing.T) {
	past := []eventsource.Event{started(), toldFact("x", at(1, 0), at(1, 1), "a")}
	again := toldFact("x", at(5, 0), at(5, 1), "a")
	eventtest.Given[attemptState](t, past...).When(told("x", at(5, 0), at(5, 1), "a")).Then(again)
	eventtest.Given[attemptState](t, append(past, again)...).When(told("x", at(3, 0), at(6, 0), "b")).ThenNothing()
	eventtest.Given[attemptState](t, past...).When(answering("x", at(5, 0), "a")).ThenNothing() // without a time of its own it says nothing
}

func TestTimesThatCannotBeAreBroughtIntoWhatCan(t *testing.T) {
	given := eventtest.Given[attemptState](t, started(), saved("x", at(1, 0), "b"))
	given.When(told("x", at(9, 0), at(2, 0), "a")).Then(saved("x", at(2, 0), "a")) // from the future: its arrival
	given.When(told("y", at(-60, 0), at(2, 0), "a")).Then(toldFact("y", at(0, 0), at(2, 0), "a"))
	early := eventtest.Given[attemptState](t, started(), toldFact("y", at(0, 0), at(2, 0), "a"))
	early.When(told("y", at(-30, 0), at(3, 0), "b")).Then(toldFact("y", at(0, 0), at(3, 0), "b")) // by a clock that is wrong: as they arrive
	for seconds, want := range map[float64]float64{12.5: 12.5, -3: 0, 1e9: 120} {
		c := answering("y", at(2, 0), "a")
		c.Seconds = seconds
		e := saved("y", at(2, 0), "a")
		e.Seconds = want
		given.When(c).Then(e)
	}
}

func TestTheDeviceStandsWithTheAnswer(t *testing.T) {
	c, e := answering("x", at(1, 0), "a"), saved("x", at(1, 0), "a")
	c.Device, e.Device = "may2", "may2"
	eventtest.Given[attemptState](t, started()).When(c).Then(e)
	for name, want := range map[string]string{"may2": "may2", "Tên của tôi": "", "x!": "", "aaaaaaaaaabbbbbbbbbbccccccccccddd": ""} {
		if got := device(name); got != want {
			t.Errorf("the device %q is kept as %q, want %q", name, got, want)
		}
	}
}

// Whatever the order in which answers of several devices arrive, and however often, the one given last counts; of
// those given at one moment it is the first to arrive.
func TestTheAnswerGivenLastCountsInWhateverOrderTheyArrive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sent := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) saveAnswer {
			c := told("x", at(0, rapid.IntRange(0, 8).Draw(t, "given")), time.Time{}, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "choice"))
			c.Device = rapid.SampledFrom([]string{"may1", "may2"}).Draw(t, "device")
			if rapid.IntRange(0, 4).Draw(t, "taken back") == 0 {
				c.Choice = nil
			}
			if rapid.Bool().Draw(t, "the other item") {
				c.Item = "y"
			}
			return c
		}), 0, 12).Draw(t, "sent")
		for _, c := range slices.Clone(sent) {
			for range rapid.IntRange(0, 2).Draw(t, "sent again") {
				sent = append(sent, c)
			}
		}
		if len(sent) > 0 {
			sent = rapid.Permutation(sent).Draw(t, "arrival")
		}
		s := attemptState{}.Evolve(started())
		last := map[string]saveAnswer{}
		for i, c := range sent {
			c.At = at(1, i)
			decided, err := c.Decide(s)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range decided {
				s = s.Evolve(e)
			}
			if before, known := last[c.Item]; !known || c.Given.After(before.Given) {
				last[c.Item] = c
			}
		}
		for i, d := range s.Items {
			if !slices.Equal(s.Answers[i].Choice, last[d.Item].Choice) {
				t.Fatalf("%s is answered %v, want %v of %+v", d.Item, s.Answers[i].Choice, last[d.Item].Choice, sent)
			}
		}
	})
}

// checking is an answer that is to be marked at once.
func checking(id string, when time.Time, choice ...string) saveAnswer {
	c := answering(id, when, choice...)
	for _, k := range keys() {
		if k.Item == id {
			c.Check = &check{Content: k.ItemContent}
		}
	}
	return c
}

// checkedFact is what checking leads to.
func checkedFact(id string, when time.Time, mark float64, try int, choice ...string) events.AnswerSaved {
	e := saved(id, when, choice...)
	e.Mark, e.Try = &mark, try
	return e
}

func immediately(tries int, penalty float64) events.AttemptStarted {
	return under(func(r *events.QuizRules) { r.Behaviour, r.Tries, r.TryPenalty = Immediate, tries, penalty })
}

func TestCheckingAnAnswer(t *testing.T) {
	begun := immediately(3, 0.25)
	first := checkedFact("x", at(1, 0), 0, 1, "b")
	eventtest.Given[attemptState](t, begun).When(checking("x", at(1, 0), "b")).Then(first)
	given := eventtest.Given[attemptState](t, begun, first)
	given.When(checking("x", at(2, 0), "a")).Then(checkedFact("x", at(2, 0), 1, 2, "a"))
	given.When(checking("x", at(2, 0), "b")).ThenNothing()                                 // the same again costs no try
	given.When(checking("y", at(2, 0), "a")).Then(checkedFact("y", at(2, 0), 0.5, 1, "a")) // each item by itself
	given.When(checking("x", at(2, 0))).ThenRefused(fault.Invalid)                         // nothing cannot be checked
	given.When(answering("x", at(2, 0), "c")).Then(saved("x", at(2, 0), "c"))              // changed, and checked later
	right := eventtest.Given[attemptState](t, begun, checkedFact("x", at(1, 0), 1, 1, "a"))
	right.When(checking("x", at(2, 0), "b")).ThenRefused(fault.Conflict)
	right.When(answering("x", at(2, 0), "b")).ThenRefused(fault.Conflict)
	right.When(checking("x", at(2, 0), "a")).ThenNothing()
}

func TestACheckSentTwiceCostsOneTry(t *testing.T) {
	c := checking("x", at(1, 5), "b")
	c.Given = at(1, 0)
	e := checkedFact("x", at(1, 5), 0, 1, "b")
	e.Given = at(1, 0)
	eventtest.Given[attemptState](t, immediately(3, 0), e).When(c).ThenNothing()
	// The answer was saved before it is checked, with the same time: the check is news.
	eventtest.Given[attemptState](t, immediately(3, 0), toldFact("x", at(1, 0), at(1, 1), "b")).When(c).Then(e)
}

func TestTriesRunOut(t *testing.T) {
	begun := immediately(2, 0)
	given := eventtest.Given[attemptState](t, begun, checkedFact("x", at(1, 0), 0, 1, "b"), checkedFact("x", at(2, 0), 0, 2, "c"))
	given.When(checking("x", at(3, 0), "a")).ThenRefused(fault.Conflict)
	given.When(answering("x", at(3, 0), "a")).ThenRefused(fault.Conflict)
	once := eventtest.Given[attemptState](t, immediately(0, 0), checkedFact("x", at(1, 0), 0, 1, "b")) // rules that do not say: one
	once.When(checking("x", at(3, 0), "a")).ThenRefused(fault.Conflict)
}

func TestWhatTriesCost(t *testing.T) {
	begun := immediately(3, 0.25)
	for name, c := range map[string]struct {
		past []eventsource.Event
		x    float64
	}{
		"right at once":                    {[]eventsource.Event{checkedFact("x", at(1, 0), 1, 1, "a")}, 1},
		"right at the second try":          {[]eventsource.Event{checkedFact("x", at(1, 0), 0, 1, "b"), checkedFact("x", at(2, 0), 1, 2, "a")}, 0.75},
		"right at the third":               {[]eventsource.Event{checkedFact("x", at(1, 0), 0, 1, "b"), checkedFact("x", at(2, 0), 0, 2, "c"), checkedFact("x", at(3, 0), 1, 3, "a")}, 0.5},
		"never":                            {[]eventsource.Event{checkedFact("x", at(1, 0), 0, 1, "b")}, 0},
		"changed and not checked":          {[]eventsource.Event{checkedFact("x", at(1, 0), 0, 1, "b"), saved("x", at(2, 0), "a")}, 0.75},
		"answered and never checked":       {[]eventsource.Event{saved("x", at(2, 0), "a")}, 1},
		"left as it was after a bad check": {[]eventsource.Event{checkedFact("x", at(1, 0), 0, 1, "b"), checkedFact("x", at(2, 0), 0, 2, "c")}, 0},
	} {
		s := fold(append([]eventsource.Event{begun}, c.past...)...)
		decided, err := submit(at(5, 0)).Decide(s.attemptState)
		if err != nil {
			t.Fatal(name, err)
		}
		if got := decided[0].(events.AttemptSubmitted).Marks[0].Mark; got != c.x {
			t.Errorf("%s: %v, want %v", name, got, c.x)
		}
	}
}

// A person who checked once and then only tries around must not be told by the page which answer is right.
func TestAnAnswerChangedAfterItsCheckTellsNothing(t *testing.T) {
	s := fold(immediately(3, 0), checkedFact("x", at(1, 0), 0, 1, "b"), saved("x", at(2, 0), "a"))
	if q := look(s).Questions[0]; q.Right || q.Revealed || q.Mark != 0 || q.Checked != 1 {
		t.Errorf("got %+v", q)
	}
	s = fold(immediately(3, 0), checkedFact("x", at(1, 0), 1, 1, "a"))
	if q := look(s).Questions[0]; !q.Right || !q.Revealed || !q.Final || q.Mark != 1 || q.Choices[1].Explanation != "lý do a" {
		t.Errorf("got %+v", q)
	}
}

func TestHowSureIsKeptWhereItCounts(t *testing.T) {
	sure := func(c saveAnswer, certainty int) saveAnswer { c.Certainty = certainty; return c }
	fact := func(e events.AnswerSaved, certainty int) events.AnswerSaved { e.Certainty = certainty; return e }
	begun := under(func(r *events.QuizRules) { r.Behaviour = Certainty })
	given := eventtest.Given[attemptState](t, begun)
	for said, want := range map[int]int{0: 1, 1: 1, 2: 2, 3: 3, 4: 3, -1: 1} {
		given.When(sure(answering("x", at(1, 0), "a"), said)).Then(fact(saved("x", at(1, 0), "a"), want))
	}
	given.When(answering("x", at(1, 0))).ThenNothing() // no answer, however sure
	before := eventtest.Given[attemptState](t, begun, fact(saved("x", at(1, 0), "a"), 2))
	before.When(sure(answering("x", at(2, 0), "a"), 2)).ThenNothing()
	before.When(sure(answering("x", at(2, 0), "a"), 3)).Then(fact(saved("x", at(2, 0), "a"), 3))
	eventtest.Given[attemptState](t, started()).When(sure(answering("x", at(1, 0), "a"), 3)).Then(saved("x", at(1, 0), "a"))
}

func TestACertaintyMarkedAttempt(t *testing.T) {
	begun := under(func(r *events.QuizRules) { r.Behaviour = Certainty })
	for _, c := range []struct {
		choice    string
		certainty int
		mark      float64
		of10      float64
	}{
		{"a", 1, 1.0 / 3, 1.67}, {"a", 2, 2.0 / 3, 3.33}, {"a", 3, 1, 5},
		{"b", 1, 0, 0}, {"b", 2, -2.0 / 3, 0}, {"b", 3, -2, 0}, // an attempt is worth nothing less than 0
		{"", 3, 0, 0},
	} {
		e := saved("x", at(1, 0))
		if c.choice != "" {
			e.Choice = ids(c.choice)
		}
		e.Certainty = c.certainty
		decided, err := submit(at(5, 0)).Decide(fold(begun, e).attemptState)
		if err != nil {
			t.Fatal(err)
		}
		got := decided[0].(events.AttemptSubmitted)
		if m := got.Marks[0]; fmt.Sprintf("%.6f", m.Mark) != fmt.Sprintf("%.6f", c.mark) || got.Mark != c.of10 || m.Certainty != c.certainty || m.Answered != (c.choice != "") || got.Behaviour != Certainty {
			t.Errorf("%q with certainty %d: %+v of %v", c.choice, c.certainty, m, got.Mark)
		}
	}
}

// typedAttempt has the short-text item g.
func typedAttempt() (events.AttemptStarted, []events.ItemWritten) {
	s := started()
	s.Items = []events.DrawnItem{{Item: "g", Version: 1, Kind: item.ShortText, Rows: []string{"1"}}}
	return s, []events.ItemWritten{{Course: "attt", Item: "g", Version: 1, ItemContent: events.ItemContent{Kind: item.ShortText, Stem: "Gõ?",
		Gaps: []events.Gap{{ID: "1", Kind: item.GapText, Answers: []events.Answer{{Text: "tường lửa"}}}}}}}
}

func TestTypedAnswersStandSealed(t *testing.T) {
	begun, written := typedAttempt()
	c := saveAnswer{Attempt: lans, Item: "g", Text: "sealed-1", At: at(1, 0)}
	first := events.AnswerSaved{Attempt: lans, Item: "g", Choice: []string{}, Text: "sealed-1", At: at(1, 0)}
	eventtest.Given[attemptState](t, begun).When(c).Then(first)
	given := eventtest.Given[attemptState](t, begun, first)
	given.When(saveAnswer{Attempt: lans, Item: "g", At: at(2, 0)}).Then(events.AnswerSaved{Attempt: lans, Item: "g", Choice: []string{}, At: at(2, 0)}) // taken back
	e := answered(events.AttemptSubmitted{Attempt: lans, Person: "lan", Course: "attt", Period: 1, Number: 1, At: at(5, 0), By: events.SubmittedByPerson,
		Behaviour: Deferred, Pass: 5, Mark: 10, Passed: true, Marks: []events.ItemMark{{Item: "g", Version: 1, Mark: 1, Answered: true}}})
	given.When(submitAttempt{Attempt: lans, Keys: written, Opened: [][]string{{"1=Tường Lửa"}}, At: at(5, 0)}).Then(e)
	given.When(submitAttempt{Attempt: lans, Keys: written, At: at(5, 0)}).ThenRefused(fault.Internal) // what was typed must be readable to be marked
}

// late is an answer that came too late.
func late(id string, given, arrived time.Time, choice ...string) keepLate {
	return keepLate{lateFact(id, given, arrived, choice...)}
}

func lateFact(id string, given, arrived time.Time, choice ...string) events.AnswerCameLate {
	return events.AnswerCameLate{Attempt: lans, Item: id, Choice: append([]string{}, choice...), Given: given, At: arrived}
}

func TestLateAnswersAreKeptOnceAndNeverCount(t *testing.T) {
	done := answered(submitted(at(20, 0), events.SubmittedByDeadline, 0, 0, 0, false), ids("b"), nil)
	past := []eventsource.Event{started(), saved("x", at(1, 0), "b"), done}
	given := eventtest.Given[attemptState](t, past...)
	kept := lateFact("x", at(19, 0), at(25, 0), "a")
	given.When(late("x", at(19, 0), at(25, 0), "a")).Then(kept)
	given.When(late("x", at(19, 0), at(25, 0), "b")).ThenNothing() // it was saved in time
	given.When(late("y", at(19, 0), at(25, 0))).ThenNothing()      // nothing, where nothing was
	given.When(late("z", at(19, 0), at(25, 0), "a")).ThenNothing()
	given.When(late("x", at(19, 0), at(25, 0), "Số tài khoản của tôi là …")).ThenNothing() // no choice of the item
	again := eventtest.Given[attemptState](t, append(past, kept)...)
	again.When(late("x", at(19, 0), at(26, 0), "a")).ThenNothing()
	again.When(late("x", at(19, 30), at(26, 0), "c")).Then(lateFact("x", at(19, 30), at(26, 0), "c"))
	s := fold(append(past, kept)...)
	if v := look(s); v.Mark != 0 || v.CameLate != 1 || v.Questions[0].Chosen[0] != "b" {
		t.Errorf("got %+v", v)
	}
}

func TestAnAnswerInTimeIsNeverLate(t *testing.T) {
	given := eventtest.Given[attemptState](t, started())
	given.When(late("x", at(1, 0), at(20, 14), "a")).ThenNothing()                                    // within the grace
	given.When(late("x", at(19, 0), at(20, 15), "a")).Then(lateFact("x", at(19, 0), at(20, 15), "a")) // over, though nobody closed it yet
	eventtest.Given[attemptState](t).When(late("x", at(1, 0), at(2, 0), "a")).ThenNothing()
}

func TestLateAnswersAreBounded(t *testing.T) {
	past := []eventsource.Event{started(), submitted(at(2, 0), events.SubmittedByPerson, 0, 0, 0, false)}
	for i := range 4 { // twice the items
		past = append(past, lateFact("x", at(1, i), at(3, i), []string{"a", "b"}[i%2]))
	}
	eventtest.Given[attemptState](t, past...).When(late("y", at(1, 0), at(4, 0), "a")).ThenNothing()
}

func TestTheGraceIsTheQuizsOwn(t *testing.T) {
	given := eventtest.Given[attemptState](t, under(func(r *events.QuizRules) { r.GraceSeconds = 90 }))
	last := at(21, 30).Add(-time.Nanosecond)
	given.When(answering("x", last, "a")).Then(saved("x", last, "a"))
	given.When(answering("x", at(21, 30), "a")).ThenRefused(fault.Conflict)
}

func TestFlags(t *testing.T) {
	flag := func(id string, on bool, when time.Time) events.ItemFlagged {
		return events.ItemFlagged{Attempt: lans, Item: id, Flagged: on, At: when}
	}
	given := eventtest.Given[attemptState](t, started())
	given.When(flagItem{flag("x", true, at(1, 0))}).Then(flag("x", true, at(1, 0)))
	given.When(flagItem{flag("x", false, at(1, 0))}).ThenNothing()
	given.When(flagItem{flag("z", true, at(1, 0))}).ThenRefused(fault.Invalid)
	given.When(flagItem{flag("x", true, at(20, 15))}).ThenNothing() // too late, and nobody's loss
	eventtest.Given[attemptState](t).When(flagItem{flag("x", true, at(1, 0))}).ThenRefused(fault.NotFound)
	on := eventtest.Given[attemptState](t, started(), flag("x", true, at(1, 0)))
	on.When(flagItem{flag("x", true, at(2, 0))}).ThenNothing()
	on.When(flagItem{flag("x", false, at(2, 0))}).Then(flag("x", false, at(2, 0)))
	if q := look(fold(started(), flag("x", true, at(1, 0)))).Questions; !q[0].Flagged || q[1].Flagged {
		t.Errorf("got %+v", q)
	}
}

func TestWhatTheBrowserNotices(t *testing.T) {
	seen := func(what string, given, arrived time.Time) events.AttemptObserved {
		return events.AttemptObserved{Attempt: lans, What: what, Device: "may1", Given: given, At: arrived}
	}
	given := eventtest.Given[attemptState](t, started())
	for _, what := range []string{SawOpened, SawLeft, SawReturned, SawOffline, SawOnline} {
		given.When(observe{seen(what, at(1, 0), at(2, 0))}).Then(seen(what, at(1, 0), at(2, 0)))
	}
	given.When(observe{seen(SawLeft, at(9, 0), at(2, 0))}).Then(seen(SawLeft, at(2, 0), at(2, 0)))
	given.When(observe{seen("looked at the neighbour", at(1, 0), at(2, 0))}).ThenRefused(fault.Invalid)
	eventtest.Given[attemptState](t).When(observe{seen(SawLeft, at(1, 0), at(2, 0))}).ThenRefused(fault.NotFound)
	eventtest.Given[attemptState](t, started(), submitted(at(1, 0), events.SubmittedByPerson, 0, 0, 0, false)).When(observe{seen(SawLeft, at(1, 0), at(2, 0))}).ThenNothing()
	past := []eventsource.Event{started()}
	for range mostObserved {
		past = append(past, seen(SawLeft, at(1, 0), at(1, 0)))
	}
	eventtest.Given[attemptState](t, past...).When(observe{seen(SawLeft, at(1, 0), at(2, 0))}).ThenNothing()
}

func TestExtendingADeadline(t *testing.T) {
	extend := func(minutes int, when time.Time) extendDeadline {
		return extendDeadline{Attempt: lans, Minutes: minutes, Reason: ReasonTechnical, By: "trang", At: when}
	}
	fact := func(minutes int, deadline, when time.Time) events.DeadlineExtended {
		return events.DeadlineExtended{Attempt: lans, Minutes: minutes, Deadline: deadline, Reason: ReasonTechnical, By: "trang", At: when}
	}
	given := eventtest.Given[attemptState](t, started())
	first := fact(10, at(30, 0), at(5, 0))
	given.When(extend(10, at(5, 0))).Then(first)
	given.When(extend(0, at(5, 0))).ThenRefused(fault.Invalid)
	given.When(extend(mostExtended+1, at(5, 0))).ThenRefused(fault.Invalid)
	given.When(extend(10, at(20, 15))).ThenRefused(fault.Conflict)
	other := extend(10, at(5, 0))
	other.Reason = "vì Lan nhờ"
	given.When(other).ThenRefused(fault.Invalid)
	eventtest.Given[attemptState](t).When(extend(10, at(5, 0))).ThenRefused(fault.NotFound)
	more := eventtest.Given[attemptState](t, started(), first)
	more.When(extend(mostExtended-10, at(6, 0))).Then(fact(mostExtended-10, at(20+mostExtended, 0), at(6, 0)))
	more.When(extend(mostExtended-9, at(6, 0))).ThenRefused(fault.Invalid)
	last := at(30, 15).Add(-time.Nanosecond)
	more.When(answering("x", last, "a")).Then(saved("x", last, "a"))
	more.When(answering("x", at(30, 15), "a")).ThenRefused(fault.Conflict)
	more.When(submit(at(30, 15))).Then(submitted(at(30, 0), events.SubmittedByDeadline, 0, 0, 0, false))
	eventtest.Given[attemptState](t, started(), submitted(at(1, 0), events.SubmittedByPerson, 0, 0, 0, false)).When(extend(10, at(5, 0))).ThenRefused(fault.Conflict)
}
