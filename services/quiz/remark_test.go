package quiz

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
)

// corrected is the item x with the key b.
func corrected() events.ItemWritten {
	w := keys()[0]
	w.Version, w.Choices = 2, slices.Clone(w.Choices)
	w.Choices[0].Key, w.Choices[1].Key = false, true
	return w
}

// remarking marks Lan's attempt by the corrected key.
func remarkLan() remarkAttempt {
	return remarkAttempt{Attempt: lans, Remark: "r1", From: keys()[0], To: corrected(), At: at(60, 0)}
}

func TestRemarkAttempt(t *testing.T) {
	for choice, c := range map[string]struct {
		was, mark float64 // of x
	}{"a": {1, 0}, "b": {0, 1}, "c": {0, 0}} {
		done := answered(submitted(at(5, 0), events.SubmittedByPerson, c.was, 0, 5*c.was, c.was == 1), ids(choice), nil)
		want := slices.Clone(done.Marks)
		want[0].Mark, want[0].Keys = c.mark, 2
		fact := events.AttemptRemarked{Attempt: lans, Person: "lan", Course: "attt", Period: 1, Number: 1, Remark: "r1", Marks: want, Mark: 5 * c.mark, Passed: c.mark == 1,
			Before: done.Marks, MarkWas: 5 * c.was, PassedWas: c.was == 1, At: at(60, 0)}
		past := []eventsource.Event{started(), saved("x", at(1, 0), choice), done}
		eventtest.Given[attemptState](t, past...).When(remarkLan()).Then(fact)
		eventtest.Given[attemptState](t, append(past, fact)...).When(remarkLan()).ThenNothing() // twice is once
	}
}

func TestWhatIsNotMarkedAnew(t *testing.T) {
	done := answered(submitted(at(5, 0), events.SubmittedByPerson, 1, 0, 5, true), ids("a"), nil)
	eventtest.Given[attemptState](t).When(remarkLan()).ThenNothing()
	eventtest.Given[attemptState](t, started(), saved("x", at(1, 0), "a")).When(remarkLan()).ThenNothing() // it runs, by the keys it was drawn with
	adaptive := done
	adaptive.Behaviour = Adaptive
	eventtest.Given[attemptState](t, started(), adaptive).When(remarkLan()).ThenNothing()
	other := remarkLan()
	other.From.Version = 3
	eventtest.Given[attemptState](t, started(), done).When(other).ThenNothing()
	lost := done
	lost.Marks = []events.ItemMark{{Item: "x", Version: 1, Answered: true}, done.Marks[1]} // what was typed cannot be read any more
	eventtest.Given[attemptState](t, started(), lost).When(remarkLan()).ThenNothing()
}

func TestOldMarksAreMarkedByTheAnswersInTheRecord(t *testing.T) {
	old := submitted(at(5, 0), events.SubmittedByPerson, 1, 0, 5, true) // notes no answers
	c := remarkLan()
	c.Given = ids("a")
	decided := eventtest.Given[attemptState](t, started(), saved("x", at(1, 0), "a"), old).When(c).Decided()
	if e := decided[0].(events.AttemptRemarked); e.Mark != 0 || e.Marks[0].Keys != 2 {
		t.Errorf("got %+v", e)
	}
}

func TestABetIsMarkedAnewAsItWasMade(t *testing.T) {
	begun := under(func(r *events.QuizRules) { r.Behaviour = Certainty })
	done := answered(submitted(at(5, 0), events.SubmittedByPerson, -2, 0, 0, false), ids("b"), nil)
	done.Behaviour, done.Marks[0].Certainty = Certainty, 3
	e := eventtest.Given[attemptState](t, begun, done).When(remarkLan()).Decided()[0].(events.AttemptRemarked)
	if e.Marks[0].Mark != 1 || e.Mark != 5 {
		t.Errorf("a sure answer that was right after all: %+v", e)
	}
	done.Marks[0].Choice, done.Marks[0].Answered, done.Marks[0].Mark = nil, false, 0
	e = eventtest.Given[attemptState](t, begun, done).When(remarkLan()).Decided()[0].(events.AttemptRemarked)
	if e.Marks[0].Mark != 0 {
		t.Errorf("no answer, however sure: %+v", e)
	}
}

func TestOnlyAnotherKeyIsAReasonToMarkAnew(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*events.ItemWritten)
		ok     bool
	}{
		"other key":          {func(*events.ItemWritten) {}, true},
		"two keys":           {func(w *events.ItemWritten) { w.Kind, w.Choices[0].Key = item.Multiple, true }, true},
		"other reason":       {func(w *events.ItemWritten) { w.Choices[0].Explanation = "khác" }, true},
		"other words":        {func(w *events.ItemWritten) { w.Stem = "Khác?" }, false},
		"other choice":       {func(w *events.ItemWritten) { w.Choices[2].Text = "khác" }, false},
		"one choice less":    {func(w *events.ItemWritten) { w.Choices = w.Choices[:2] }, false},
		"the same version":   {func(w *events.ItemWritten) { w.Version = 1 }, false},
		"another kind of it": {func(w *events.ItemWritten) { w.Kind = item.TrueFalse }, false},
	} {
		to := corrected()
		c.change(&to)
		if err := checkRemark(keys()[0], to); (err == nil) != c.ok || err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDecideRemark(t *testing.T) {
	decided := events.RemarkDecided{Remark: "r1", Course: "attt", Item: "x", From: 1, To: 2, Attempts: 4, ToPass: 1, ToFail: 1, By: "trang", At: at(0, 0)}
	eventtest.Given[remarkState](t).When(decideRemark{decided}).Then(decided)
	again := decided
	again.Attempts = 0
	eventtest.Given[remarkState](t, decided).When(decideRemark{again}).ThenNothing()
}

// people are those who take the quiz of two items, with what they answer to x and y; right is a.
var answersToXY = map[string][2]string{
	"lan":  {"b", "a"}, // fails, and passes by the corrected key
	"hoa":  {"a", "a"}, // passes, and fails by it
	"mai":  {"a", "b"}, // fails either way, with another mark
	"an":   {"c", "a"}, // as it was
	"binh": {"", "b"},  // as it was, unanswered
}

// miskeyed is a house in which everybody but Chi has taken the quiz; Chi's attempt runs. Version 2 of x, by Trang, has the key b
// and waits for approval.
func miskeyed(t *testing.T) *hosttest.House {
	t.Helper()
	h := house(t)
	for _, w := range keys() {
		w.Course, w.Version = course, 1
		if w.Item == "y" {
			w.Kind, w.Choices = item.Single, slices.Clone(w.Choices)
			w.Choices[1].Key = false
		}
		h.Append(itemStream(course, w.Item), w)
	}
	h.Append("catalog.course."+course, events.CoursePublished{Course: course, Version: 1, Quiz: events.Quiz{Items: 2, Pass: 6, Minutes: 20, Attempts: 3}})
	people := append([]string{"chi"}, slices.Sorted(maps.Keys(answersToXY))...)
	for _, person := range people {
		h.Append("enrolment.enrolment."+person+"_"+course, events.PersonEnrolled{Person: person, Course: course, Period: 1, Version: 1})
	}
	h.Settle()
	for _, person := range people {
		take(t, h, person, answersToXY[person], person != "chi")
	}
	second := corrected()
	second.Course, second.Draft, second.Author = course, true, "trang"
	h.Append(itemStream(course, "x"), second)
	h.Settle()
	return h
}

// take answers a person's attempt, and hands it in.
func take(t *testing.T, h *hosttest.House, person string, answers [2]string, in bool) {
	t.Helper()
	v, err := StartAttempt.Call(h.As(person), h.Client, StartAttemptRequest{Course: course})
	if err != nil {
		t.Fatal(err)
	}
	for i, id := range []string{"x", "y"} {
		if answers[i] == "" {
			continue
		}
		if _, err := SaveAnswer.Call(h.As(person), h.Client, SaveAnswerRequest{Attempt: v.Attempt, Item: id, Choice: ids(answers[i])}); err != nil {
			t.Fatal(err)
		}
	}
	if in {
		if _, err := SubmitAttempt.Call(h.As(person), h.Client, SubmitAttemptRequest{Attempt: v.Attempt}); err != nil {
			t.Fatal(err)
		}
	}
}

func attemptBy(person string) string { return person + "_" + course + "_1_1" }

func approve(t *testing.T, h *hosttest.House) {
	t.Helper()
	for _, step := range []string{StepSubmit, StepApprove} {
		if _, err := MoveItem.Call(h.As("minh", trainer), h.Client, MoveItemRequest{Course: course, Item: "x", Step: step, Version: 2}); err != nil {
			t.Fatal(err)
		}
	}
	h.Settle()
}

var keyOfX = RemarkRequest{Course: course, Item: "x", From: 1, To: 2}

func preview(t *testing.T, h *hosttest.House) RemarkPreview {
	t.Helper()
	p, err := PreviewRemark.Call(h.As("trang", trainer), h.Client, keyOfX)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func confirm(h *hosttest.House, req RemarkRequest, digest string) (RemarkDone, error) {
	return ConfirmRemark.Call(h.As("trang", trainer), h.Client, ConfirmRemarkRequest{RemarkRequest: req, Digest: digest})
}

// remarkedIn counts the facts of re-marking by attempt.
func remarkedIn(t *testing.T, h *hosttest.House) map[string]int {
	t.Helper()
	n := map[string]int{}
	for person := range answersToXY {
		history, err := h.Journal.Load(t.Context(), attemptStream(attemptBy(person)))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range history {
			if _, ok := r.Event.(events.AttemptRemarked); ok {
				n[person]++
			}
		}
	}
	return n
}

var onceEach = map[string]int{"lan": 1, "hoa": 1, "mai": 1, "an": 1, "binh": 1}

func TestAKeyIsCorrected(t *testing.T) {
	h := miskeyed(t)
	_, err := PreviewRemark.Call(h.As("trang", trainer), h.Client, keyOfX)
	hosttest.Refused(t, err, fault.Conflict) // nobody approved the new key
	approve(t, h)
	p := preview(t, h)
	change := func(person string, was, mark float64) []RemarkChange {
		return []RemarkChange{{Attempt: attemptBy(person), Person: person, Period: 1, Was: was, Mark: mark}}
	}
	want := RemarkPreview{RemarkRequest: keyOfX, Digest: p.Digest, Attempts: 5, Changed: 3, ToPass: change("lan", 5, 10), ToFail: change("hoa", 10, 5)}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("got %+v, want %+v", p, want)
	}
	if got := remarkedIn(t, h); len(got) != 0 {
		t.Errorf("the preview did %v", got)
	}
	done, err := confirm(h, keyOfX, p.Digest)
	if err != nil || done.Attempts != 5 || done.ToPass != 1 || done.ToFail != 1 {
		t.Errorf("got %+v %v", done, err)
	}
	for range 2 { // twice is once
		again, err := confirm(h, keyOfX, p.Digest)
		if err != nil || again.Attempts != 5 {
			t.Errorf("got %+v %v", again, err)
		}
		h.Settle()
	}
	if got := remarkedIn(t, h); !reflect.DeepEqual(got, onceEach) {
		t.Errorf("marked anew: %v, want %v", got, onceEach)
	}
	lan, err := GetAttempt.Call(h.As("lan"), h.Client, GetAttemptRequest{Attempt: attemptBy("lan")})
	if err != nil || !lan.Remarked || !lan.Passed || lan.Mark != 10 {
		t.Errorf("got %+v %v", lan, err)
	}
	for _, q := range lan.Questions {
		for _, o := range q.Choices {
			if right := map[string]string{"x": "b", "y": "a"}[q.Item]; o.Key != (o.ID == right) {
				t.Errorf("%s of %s shows as key %v", o.ID, q.Item, o.Key)
			}
		}
	}
	q, err := GetQuiz.Call(h.As("hoa"), h.Client, GetQuizRequest{Course: course, After: done.Seq})
	if err != nil || !q.CanStart || q.Mine[0].Passed || q.Mine[0].Mark != 5 {
		t.Errorf("Hoa, who fails now, sees %+v %v", q, err)
	}
	nothingCertified(t, h)
}

// nothingCertified looks through the whole record: that somebody fails now touches no certificate.
func nothingCertified(t *testing.T, h *hosttest.House) {
	t.Helper()
	for _, m := range journal(t, h) {
		if strings.Contains(m.subject, "certification") {
			t.Errorf("%s: %s", m.subject, m.data)
		}
	}
}

func TestAPreviewHoldsForWhatItShowed(t *testing.T) {
	h := miskeyed(t)
	approve(t, h)
	p := preview(t, h)
	for _, digest := range []string{"", "x", strings.Repeat("0", 64), strings.ToUpper(p.Digest), "../" + p.Digest[3:]} {
		_, err := confirm(h, keyOfX, digest)
		hosttest.Refused(t, err, fault.Conflict)
	}
	if _, err := SubmitAttempt.Call(h.As("chi"), h.Client, SubmitAttemptRequest{Attempt: attemptBy("chi")}); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	_, err := confirm(h, keyOfX, p.Digest)
	hosttest.Refused(t, err, fault.Conflict) // one attempt more
	if got := remarkedIn(t, h); len(got) != 0 {
		t.Errorf("refused, and yet %v", got)
	}
	if done, err := confirm(h, keyOfX, preview(t, h).Digest); err != nil || done.Attempts != 6 {
		t.Errorf("got %+v %v", done, err)
	}
}

func TestTheDigestOfOneRemarkConfirmsNoOther(t *testing.T) {
	h := miskeyed(t)
	approve(t, h)
	p := preview(t, h)
	if _, err := confirm(h, keyOfX, p.Digest); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	third := corrected()
	third.Course, third.Version = course, 3
	third.Choices[1].Key, third.Choices[2].Key = false, true
	h.Append(itemStream(course, "x"), third)
	h.Settle()
	_, err := confirm(h, RemarkRequest{Course: course, Item: "x", From: 1, To: 3}, p.Digest)
	hosttest.Refused(t, err, fault.Conflict)
	if got := remarkedIn(t, h); !reflect.DeepEqual(got, onceEach) {
		t.Errorf("marked anew: %v, want %v", got, onceEach)
	}
}

// A confirmation that broke off after two attempts is confirmed again and does the rest.
func TestARemarkGoesOnAfterABreak(t *testing.T) {
	h := miskeyed(t)
	approve(t, h)
	p := preview(t, h)
	ctx := h.As("trang", trainer)
	if _, err := host.Do(ctx, h.Deps, decideRemark{events.RemarkDecided{Remark: p.Digest, Course: course, Item: "x", From: 1, To: 2, Attempts: 5, ToPass: 1, ToFail: 1, By: "trang", At: h.Clock.Now()}}); err != nil {
		t.Fatal(err)
	}
	from, to := keys()[0], corrected()
	from.Course, to.Course = course, course
	for _, person := range []string{"hoa", "an"} {
		if _, err := host.Do(ctx, h.Deps, remarkAttempt{Attempt: attemptBy(person), Remark: p.Digest, From: from, To: to, At: h.Clock.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	h.Settle()
	if again := preview(t, h); again.Digest == p.Digest || again.Kept != 2 {
		t.Errorf("in the middle the preview is %+v", again)
	}
	done, err := confirm(h, keyOfX, p.Digest)
	if err != nil || done.Attempts != 5 || done.ToPass != 1 || done.ToFail != 1 {
		t.Errorf("got %+v %v", done, err)
	}
	if got := remarkedIn(t, h); !reflect.DeepEqual(got, onceEach) {
		t.Errorf("marked anew: %v, want %v", got, onceEach)
	}
}

func TestATypedAnswerIsMarkedAnewWhileItCanBeRead(t *testing.T) {
	h := house(t)
	gap := func(version int, answers ...string) events.ItemWritten {
		g := events.Gap{ID: "1", Kind: item.GapText}
		for _, a := range answers {
			g.Answers = append(g.Answers, events.Answer{Text: a})
		}
		return events.ItemWritten{Course: course, Item: "g", Version: version, ItemContent: events.ItemContent{Kind: item.ShortText, Stem: "Gõ?", Gaps: []events.Gap{g}}}
	}
	h.Append(itemStream(course, "g"), gap(1, "tường lửa"))
	h.Append("catalog.course."+course, events.CoursePublished{Course: course, Version: 1, Quiz: events.Quiz{Items: 1, Pass: 6, Minutes: 20}})
	for _, person := range []string{"lan", "hoa"} {
		h.Append("enrolment.enrolment."+person+"_"+course, events.PersonEnrolled{Person: person, Course: course, Period: 1, Version: 1})
	}
	h.Settle()
	for _, person := range []string{"lan", "hoa"} {
		v, err := StartAttempt.Call(h.As(person), h.Client, StartAttemptRequest{Course: course})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := SaveAnswer.Call(h.As(person), h.Client, SaveAnswerRequest{Attempt: v.Attempt, Item: "g", Choice: ids("1=Firewall")}); err != nil {
			t.Fatal(err)
		}
		if _, err := SubmitAttempt.Call(h.As(person), h.Client, SubmitAttemptRequest{Attempt: v.Attempt}); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Keys.Destroy(t.Context(), "hoa"); err != nil {
		t.Fatal(err)
	}
	h.Append(itemStream(course, "g"), gap(2, "tường lửa", "firewall"))
	h.Settle()
	req := RemarkRequest{Course: course, Item: "g", From: 1, To: 2}
	p, err := PreviewRemark.Call(h.As("trang", trainer), h.Client, req)
	if err != nil || p.Attempts != 2 || p.Kept != 1 || len(p.ToPass) != 1 || p.ToPass[0].Person != "lan" {
		t.Fatalf("got %+v %v", p, err)
	}
	if _, err := confirm(h, req, p.Digest); err != nil {
		t.Fatal(err)
	}
	v, err := GetAttempt.Call(h.As("lan"), h.Client, GetAttemptRequest{Attempt: attemptBy("lan")})
	if err != nil || !v.Passed || v.Questions[0].Rows[0].Mark != 1 || !slices.Equal(v.Questions[0].Chosen, ids("1=Firewall")) {
		t.Errorf("got %+v %v", v, err)
	}
	for _, m := range journal(t, h) {
		if strings.Contains(string(m.data), "Firewall") {
			t.Errorf("the record holds what was typed: %s", fmt.Sprintf("%s %s", m.subject, m.data))
		}
	}
}
