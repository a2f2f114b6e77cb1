package quiz

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"khuevan/assessment/item"
	"khuevan/assessment/measure"
	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/readmodel"
)

// scaleItem is an item with the key a; its difficulty rises with its number.
func scaleItem(n int) events.ItemWritten {
	topic := []string{"mk", "tl"}[n%2]
	return events.ItemWritten{Course: course, Item: fmt.Sprintf("i-%02d", n), Version: 1, ItemContent: events.ItemContent{Kind: item.Single, Stem: fmt.Sprintf("Câu %d?", n),
		Choices: []events.Choice{{ID: "a", Text: "đúng", Key: true, Explanation: "lý do"}, {ID: "b", Text: "sai", Explanation: "lý do"}, {ID: "c", Text: "sai nữa", Explanation: "lý do"}},
		Tags:    []string{"IU14", topic}, Difficulty: 0.5}}
}

// scale is what a calibration of the first items found.
func scale40(calibrated int) events.BankCalibrated {
	e := events.BankCalibrated{Course: course, Due: hosttest.Start, At: hosttest.Start, People: 1000, Converged: true}
	for n := range calibrated {
		e.Items = append(e.Items, events.ItemParameters{Item: fmt.Sprintf("i-%02d", n), Version: 1, A: 1.3, B: -2 + 4*float64(n)/39, N: 500})
	}
	return e
}

// adaptiveHouse has a bank of items, the first of them calibrated, and an adaptive quiz of 5 to 12 items, in which Lan is enrolled.
func adaptiveHouse(t *testing.T, items, calibrated int) *hosttest.House {
	t.Helper()
	h := house(t)
	for n := range items {
		h.Append(itemStream(course, fmt.Sprintf("i-%02d", n)), scaleItem(n))
	}
	if calibrated > 0 {
		h.Append("measurement.bank."+course, scale40(calibrated))
	}
	h.Append("catalog.course."+course, events.CoursePublished{Course: course, Version: 1, Quiz: usual})
	h.Append("enrolment.enrolment.lan_"+course, events.PersonEnrolled{Person: "lan", Course: course, Period: 1, Version: 1})
	h.Settle()
	rules := events.QuizRules{Items: 10, Pass: 5, Minutes: 20, Attempts: 3, Behaviour: Adaptive, Adaptive: &events.AdaptiveRules{Least: 5, Most: 12, Confidence: 0.9}}
	if _, err := ReviseQuiz.Call(h.As("trang", trainer), h.Client, ReviseQuizRequest{Course: course, Version: 1, Rules: rules}); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	return h
}

func startLan(t *testing.T, h *hosttest.House) Attempt {
	t.Helper()
	v, err := StartAttempt.Call(h.As("lan"), h.Client, StartAttemptRequest{Course: course})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// submittedIn is how an attempt was closed.
func submittedIn(t *testing.T, h *hosttest.House, attempt string) events.AttemptSubmitted {
	t.Helper()
	history, err := h.Journal.Load(t.Context(), attemptStream(attempt))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range history {
		if e, ok := r.Event.(events.AttemptSubmitted); ok {
			return e
		}
	}
	t.Fatalf("%s is not submitted", attempt)
	return events.AttemptSubmitted{}
}

// takeAdaptive answers until the test asks nothing more; right says whether the nth answer is.
func takeAdaptive(t *testing.T, h *hosttest.House, v Attempt, most int, right func(n int) bool) Attempt {
	t.Helper()
	for n := range most {
		last := v.Questions[len(v.Questions)-1]
		if len(v.Questions) != n+1 || last.Revealed || last.Chosen != nil || last.Choices[0].Key || v.Done {
			t.Fatalf("question %d: %+v", n+1, v)
		}
		choice := "b"
		if right(n) {
			choice = "a"
		}
		saved, err := SaveAnswer.Call(h.As("lan"), h.Client, SaveAnswerRequest{Attempt: v.Attempt, Item: last.Item, Choice: ids(choice)})
		if err != nil {
			t.Fatal(err)
		}
		if q := saved.Question; q == nil || !q.Final || q.Revealed || q.Right || q.Mark != 0 {
			t.Fatalf("the answer tells %+v", q)
		}
		if v, err = GetAttempt.Call(h.As("lan"), h.Client, GetAttemptRequest{Attempt: v.Attempt}); err != nil || v.Done != saved.Done {
			t.Fatalf("got %+v %v", v, err)
		}
		if v.Done {
			break
		}
	}
	return v
}

func TestAnAdaptiveTestRunsToItsEnd(t *testing.T) {
	h := adaptiveHouse(t, 40, 40)
	for _, c := range []struct {
		name  string
		right func(int) bool
		stops []measure.Reason
	}{
		{"always wrong", func(int) bool { return false }, []measure.Reason{measure.Below}},
		{"now and then right", func(n int) bool { return n%3 == 2 }, []measure.Reason{measure.Below, measure.Longest}},
		{"always right", func(int) bool { return true }, []measure.Reason{measure.Above}},
	} {
		v := startLan(t, h)
		if v.Behaviour != Adaptive || v.Most != 12 || len(v.Questions) != 1 {
			t.Fatalf("%s: %+v", c.name, v)
		}
		v = takeAdaptive(t, h, v, 12, c.right)
		if !v.Done || len(v.Questions) < 5 {
			t.Fatalf("%s: %d questions, done %v", c.name, len(v.Questions), v.Done)
		}
		if _, err := SubmitAttempt.Call(h.As("lan"), h.Client, SubmitAttemptRequest{Attempt: v.Attempt}); err != nil {
			t.Fatal(err)
		}
		e := submittedIn(t, h, v.Attempt)
		given := map[string]bool{}
		for _, m := range e.Marks {
			if given[m.Item] || !m.Answered {
				t.Errorf("%s: %+v is given twice, or was not answered", c.name, m)
			}
			given[m.Item] = true
		}
		if !slices.Contains(c.stops, measure.Reason(e.Stop)) || e.Error <= 0 || e.Behaviour != Adaptive || e.Passed != (e.Mark >= 5) || len(e.Marks) != len(v.Questions) {
			t.Errorf("%s: %+v", c.name, e)
		}
		if wantPass := e.Stop == string(measure.Above); e.Stop != string(measure.Longest) && e.Passed != wantPass {
			t.Errorf("%s: stopped %s with %v", c.name, e.Stop, e.Mark)
		}
		h.Settle()
	}
	closed, err := GetAttempt.Call(h.As("lan"), h.Client, GetAttemptRequest{Attempt: "lan_" + course + "_1_3"})
	if err != nil || !closed.Closed || !closed.Passed || !closed.Questions[0].Revealed {
		t.Errorf("got %+v %v", closed, err)
	}
}

// Content is balanced as the bank is: of two topics of one size neither lags by more than one item.
func TestAnAdaptiveTestBalancesContent(t *testing.T) {
	h := adaptiveHouse(t, 40, 40)
	v := takeAdaptive(t, h, startLan(t, h), 12, func(n int) bool { return n%2 == 0 })
	s, err := h.Journal.Load(t.Context(), attemptStream(v.Attempt))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, r := range s {
		switch e := r.Event.(type) {
		case events.AttemptStarted:
			count[e.Items[0].Tag]++
		case events.AnswerSaved:
			if e.Next != nil {
				count[e.Next.Tag]++
			}
		}
	}
	if off := count["mk"] - count["tl"]; off < -1 || off > 1 {
		t.Errorf("content is %v", count)
	}
}

func TestAnUnfinishedAdaptiveTestDoesNotPassByLuck(t *testing.T) {
	h := adaptiveHouse(t, 40, 40)
	for _, answered := range []int{0, 2, 4} { // the least is 5; what is shared out of ten is what was answered of it
		v, most := startLan(t, h), 2*float64(answered)
		if answered > 0 {
			v = takeAdaptive(t, h, v, answered, func(int) bool { return true })
		}
		if _, err := SubmitAttempt.Call(h.As("lan"), h.Client, SubmitAttemptRequest{Attempt: v.Attempt}); err != nil {
			t.Fatal(err)
		}
		e := submittedIn(t, h, v.Attempt)
		if e.Stop != unfinished || e.Mark > most || answered < 3 && e.Passed || len(e.Marks) != answered+1 {
			t.Errorf("after %d right answers: %+v", answered, e)
		}
		h.Settle()
	}
}

func TestTheDeadlineClosesAnAdaptiveTest(t *testing.T) {
	h := adaptiveHouse(t, 40, 40)
	v := takeAdaptive(t, h, startLan(t, h), 2, func(int) bool { return true })
	h.Settle()
	h.Clock.AwaitWaiters(2)
	h.Clock.Set(v.Deadline.Add(usualGrace))
	h.Clock.AwaitWaiters(2)
	if e := submittedIn(t, h, v.Attempt); e.Stop != unfinished || e.Passed || e.By != events.SubmittedByDeadline || !e.At.Equal(v.Deadline) {
		t.Errorf("got %+v", e)
	}
}

// One answer that two devices send at once has one item to follow it.
func TestOneItemFollowsAnAnswerThatComesTwice(t *testing.T) {
	h := adaptiveHouse(t, 40, 40)
	v := startLan(t, h)
	var going sync.WaitGroup
	for range 8 {
		going.Go(func() {
			_, err := SaveAnswer.Call(h.As("lan"), h.Client, SaveAnswerRequest{Attempt: v.Attempt, Item: v.Questions[0].Item, Choice: ids("a")})
			if err != nil {
				t.Error(err)
			}
		})
	}
	going.Wait()
	_, err := SaveAnswer.Call(h.As("lan"), h.Client, SaveAnswerRequest{Attempt: v.Attempt, Item: v.Questions[0].Item, Choice: ids("b")})
	hosttest.Refused(t, err, fault.Conflict) // it is marked
	v, err = GetAttempt.Call(h.As("lan"), h.Client, GetAttemptRequest{Attempt: v.Attempt})
	if err != nil || len(v.Questions) != 2 || v.Answered != 1 {
		t.Errorf("got %+v %v", v, err)
	}
}

func TestTooFewCalibratedItemsGiveAPlainAttempt(t *testing.T) {
	for _, calibrated := range []int{0, 11} { // the quiz may ask 12
		h := adaptiveHouse(t, 40, calibrated)
		v := startLan(t, h)
		if v.Behaviour != Deferred || len(v.Questions) != 10 || v.Most != 0 {
			t.Errorf("with %d calibrated items: %+v", calibrated, v)
		}
	}
}

func TestAPlainAttemptNeedsItsItems(t *testing.T) {
	h := adaptiveHouse(t, 9, 9)
	_, err := StartAttempt.Call(h.As("lan"), h.Client, StartAttemptRequest{Course: course})
	if f := fault.Of(err); f == nil || f.Kind != fault.Conflict || !strings.Contains(f.En, "holds 9 questions, the quiz needs 10") {
		t.Errorf("got %v", err)
	}
}

func TestTheRulesTellWhatIsCalibrated(t *testing.T) {
	h := adaptiveHouse(t, 40, 25)
	r, err := GetRules.Call(h.As("trang", trainer), h.Client, GetRulesRequest{Course: course})
	if err != nil || r.Live != 40 || r.Calibrated != 25 || r.Revision != 1 {
		t.Errorf("got %+v %v", r, err)
	}
}

func TestExposuresAreCounted(t *testing.T) {
	v := newScalesView()
	taken := events.AttemptSubmitted{Course: course, Behaviour: Adaptive, Marks: []events.ItemMark{{Item: "x"}, {Item: "y"}}}
	other := events.AttemptSubmitted{Course: course, Behaviour: Deferred, Marks: taken.Marks}
	project(t, v.projection, readmodel.NewMemory(), scale40(3), taken, taken, other, scale40(5))
	d := must[exposureDoc](t)(v.exposures.Get(t.Context(), course))
	if d.Tests != 2 || d.Given["x"] != 2 || d.Given["y"] != 2 {
		t.Errorf("got %+v", d)
	}
	if b := must[events.BankCalibrated](t)(v.banks.Get(t.Context(), course)); len(b.Items) != 5 {
		t.Errorf("%d items are calibrated, want 5", len(b.Items))
	}
}

// The width of the interval follows from the confidence: 95 % of a normal posterior lies within 1.645 errors of one side.
func TestConfidence(t *testing.T) {
	for confidence, want := range map[float64]float64{0.95: 1.6449, 0.9: 1.2816, 0.5: 0} {
		p := pool{rules: events.QuizRules{Adaptive: &events.AdaptiveRules{Least: 3, Most: 9, Confidence: confidence}}}
		if r := p.measureRules(); r.Z < want-1e-4 || r.Z > want+1e-4 || r.Min != 3 || r.Max != 9 {
			t.Errorf("confidence %v: %+v", confidence, r)
		}
	}
}
