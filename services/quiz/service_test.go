package quiz

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"khuevan/assessment/exchange"
	shippedText "khuevan/content"
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
)

const course = "attt-co-ban"

var trainer = rpc.Grant{Role: events.RoleTrainer}

// shipped is the bank that ships with the course.
func shipped(t testing.TB) string {
	t.Helper()
	text := shippedText.Questions(course)
	if text == "" {
		t.Fatal("the course ships without questions")
	}
	return text
}

func house(t *testing.T) *hosttest.House {
	t.Helper()
	return hosttest.Run(t, events.All(), func(d host.Deps) (host.Service, error) {
		return New(d, Config{Seed: func() uint64 { return 7 }, Shipped: shippedText.Questions}), nil
	})
}

// opened is a house with the shipped bank, the published course and Lan enrolled in it.
func opened(t *testing.T) *hosttest.House {
	t.Helper()
	h := house(t)
	if _, err := ImportItems.Call(h.As("trang", trainer), h.Client, ImportItemsRequest{Course: course, Markdown: shipped(t)}); err != nil {
		t.Fatal(err)
	}
	h.Append("catalog.course."+course, events.CoursePublished{Course: course, Version: 1, Quiz: usual})
	h.Append("enrolment.enrolment.lan_"+course, events.PersonEnrolled{Person: "lan", Course: course, Period: 1, Version: 1})
	h.Settle()
	return h
}

func TestImportingIsIdempotent(t *testing.T) {
	h := house(t)
	send := func(markdown string, dry bool, want ImportReport) {
		t.Helper()
		got, err := ImportItems.Call(h.As("trang", trainer), h.Client, ImportItemsRequest{Course: course, Markdown: markdown, DryRun: dry})
		if dry != (got.Seq == 0) {
			t.Errorf("dry run %v stands on #%d", dry, got.Seq)
		}
		got.Seq = 0
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v %v, want %+v", got, err, want)
		}
	}
	bank := shipped(t)
	send(bank, true, ImportReport{Format: "markdown", New: 44})
	send(bank, false, ImportReport{Format: "markdown", New: 44})
	send(bank, true, ImportReport{Format: "markdown", Same: 44})
	send(bank, false, ImportReport{Format: "markdown", Same: 44})
	bad := ItemProblem{Line: 3, Item: "mk-01", Vi: "Câu hỏi chỉ có một phương án. Hãy thêm ít nhất một phương án nữa.", En: "The question has only one choice. Add at least one more."}
	send("# Sửa\n\n## mk-01\n\nHỏi?\n\n- [x] a :: vì\n\n## mk-02\n\nCâu đã sửa?\n\n- [x] a :: vì\n- [ ] b :: vì\n\n## moi-01\n\nCâu mới?\n\n- [x] a :: vì\n- [ ] b :: vì\n",
		false, ImportReport{Format: "markdown", New: 1, Changed: 1, Draft: true, Problems: []ItemProblem{bad}})
	h.Settle()
	items, err := ListItems.Call(h.As("trang", trainer), h.Client, ListItemsRequest{Course: course})
	if err != nil || len(items) != 45 {
		t.Fatalf("%d items %v, want the 44 and a new one", len(items), err)
	}
	at := slices.IndexFunc(items, func(it Item) bool { return it.Item == "mk-02" })
	if items[at].Version != 2 || items[at].Stem != "Câu đã sửa?" {
		t.Errorf("got %+v", items[at])
	}
}

func TestAnImportTellsWhichIdsCollide(t *testing.T) {
	h := house(t)
	send := func(course, markdown string) ImportReport {
		t.Helper()
		got, err := ImportItems.Call(h.As("trang", trainer), h.Client, ImportItemsRequest{Course: course, Markdown: markdown})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	send("attt-co", "# A\n\n## ban-1\n\nHỏi?\n\n- [x] a :: vì\n- [ ] b :: vì\n")
	got := send("attt", "# A\n\n## co-ban-1\n\nHỏi?\n\n- [x] a :: vì\n- [ ] b :: vì\n")
	if got.New != 0 || len(got.Problems) != 1 || got.Problems[0].Line != 3 || !strings.Contains(got.Problems[0].En, "“ban-1” of the course “attt-co”") {
		t.Errorf("got %+v", got)
	}
}

func TestOnlyTrainersSeeTheBank(t *testing.T) {
	h := opened(t)
	_, err := ListItems.Call(h.As("lan"), h.Client, ListItemsRequest{Course: course})
	hosttest.Refused(t, err, fault.Denied)
	_, err = ImportItems.Call(h.As("lan"), h.Client, ImportItemsRequest{Course: course, Markdown: shipped(t)})
	hosttest.Refused(t, err, fault.Denied)
	_, err = ImportItems.Call(h.As("trang", trainer), h.Client, ImportItemsRequest{Course: "Khóa học"})
	hosttest.Refused(t, err, fault.Invalid)
}

func TestAnAttemptFromStartToMark(t *testing.T) {
	h := opened(t)
	lan := h.As("lan")
	q, err := GetQuiz.Call(lan, h.Client, GetQuizRequest{Course: course})
	if want := (Quiz{Course: course, Items: 10, Pass: 5, Minutes: 20, Attempts: 3, Behaviour: Deferred, Tries: 1, Mine: []AttemptRow{}, CanStart: true}); err != nil || !reflect.DeepEqual(q, want) {
		t.Fatalf("got %+v %v, want %+v", q, err, want)
	}
	v, err := StartAttempt.Call(h.As("lan"), h.Client, StartAttemptRequest{Course: course})
	if err != nil || v.Attempt != "lan_"+course+"_1_1" || len(v.Questions) != 10 || !v.Deadline.Equal(h.Clock.Now().Add(20*time.Minute)) {
		t.Fatalf("got %+v %v", v, err)
	}
	q, err = GetQuiz.Call(h.As("lan"), h.Client, GetQuizRequest{Course: course, After: v.Seq})
	if err != nil || q.Open != v.Attempt || q.CanStart || q.Why.Vi != errIsOpen.Vi || len(q.Mine) != 1 {
		t.Errorf("got %+v %v", q, err)
	}
	right := rightAnswers(t, h)
	for _, question := range v.Questions {
		if _, err := SaveAnswer.Call(h.As("lan"), h.Client, SaveAnswerRequest{Attempt: v.Attempt, Item: question.Item, Choice: right[question.Item]}); err != nil {
			t.Fatal(err)
		}
	}
	noSecrets(t, h, v.Attempt)
	receipt, err := SubmitAttempt.Call(h.As("lan"), h.Client, SubmitAttemptRequest{Attempt: v.Attempt})
	if err != nil {
		t.Fatal(err)
	}
	again, err := SubmitAttempt.Call(h.As("lan"), h.Client, SubmitAttemptRequest{Attempt: v.Attempt})
	if err != nil || again != receipt {
		t.Errorf("a repeated submit: %+v %v, want %+v", again, err, receipt)
	}
	_, err = SaveAnswer.Call(h.As("lan"), h.Client, SaveAnswerRequest{Attempt: v.Attempt, Item: v.Questions[0].Item, Choice: nil})
	hosttest.Refused(t, err, fault.Conflict)
	done, err := GetAttempt.Call(h.As("lan"), h.Client, GetAttemptRequest{Attempt: v.Attempt})
	if err != nil || !done.Closed || done.Mark != 10 || !done.Passed || done.Late || done.Questions[0].Choices[0].Explanation == "" {
		t.Errorf("got %+v %v", done, err)
	}
	q, err = GetQuiz.Call(h.As("lan"), h.Client, GetQuizRequest{Course: course, After: receipt.Seq})
	if err != nil || q.CanStart || q.Open != "" || q.Why.Vi != errPassed.Vi || !q.Mine[0].Passed {
		t.Errorf("got %+v %v", q, err)
	}
}

func rightAnswers(t *testing.T, h *hosttest.House) map[string][]string {
	t.Helper()
	items, err := ListItems.Call(h.As("trang", trainer), h.Client, ListItemsRequest{Course: course})
	if err != nil {
		t.Fatal(err)
	}
	right := map[string][]string{}
	for _, it := range items {
		for _, c := range it.Choices {
			if c.Key {
				right[it.Item] = append(right[it.Item], c.ID)
			}
		}
	}
	return right
}

// noSecrets looks at the very bytes that leave the service for an open attempt.
func noSecrets(t *testing.T, h *hosttest.House, attempt string) {
	t.Helper()
	bank := exchange.Read(exchange.Markdown, []byte(shipped(t)))
	body, err := json.Marshal(GetAttemptRequest{Attempt: attempt})
	if err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{GetAttempt.Signature.Name, StartAttempt.Signature.Name} {
		if method == StartAttempt.Signature.Name {
			body = []byte(`{"course":"` + course + `"}`)
		}
		out, err := h.Client.Call(h.As("lan"), method, body)
		if err != nil || !strings.Contains(string(out), attempt) {
			t.Fatalf("%s: %s %v", method, out, err)
		}
		for _, secret := range []string{`"key"`, `"explanation"`, `"mark":1`, `"mark":0.`, `"seed"`} {
			if strings.Contains(string(out), secret) {
				t.Errorf("%s of an open attempt gives %s", method, secret)
			}
		}
		for _, it := range bank.Questions {
			for _, c := range it.Content.Choices {
				if strings.Contains(string(out), c.Explanation) {
					t.Errorf("%s of an open attempt gives the explanation %q", method, c.Explanation)
				}
			}
		}
	}
}

func TestAnotherPersonsAttemptIsDenied(t *testing.T) {
	h := opened(t)
	v, err := StartAttempt.Call(h.As("lan"), h.Client, StartAttemptRequest{Course: course})
	if err != nil {
		t.Fatal(err)
	}
	for _, attempt := range []string{v.Attempt, "lan_" + course + "_1_9"} { // nobody learns which exist
		_, err = GetAttempt.Call(h.As("hoa"), h.Client, GetAttemptRequest{Attempt: attempt})
		hosttest.Refused(t, err, fault.Denied)
		_, err = SaveAnswer.Call(h.As("hoa", trainer), h.Client, SaveAnswerRequest{Attempt: attempt, Item: v.Questions[0].Item, Choice: []string{"a"}})
		hosttest.Refused(t, err, fault.Denied)
		_, err = SubmitAttempt.Call(h.As("hoa"), h.Client, SubmitAttemptRequest{Attempt: attempt})
		hosttest.Refused(t, err, fault.Denied)
		for _, want := range []string{"hoa quiz.get-attempt", "hoa quiz.save-answer", "hoa quiz.submit-attempt"} {
			if got := h.Denied(); got != want {
				t.Errorf("recorded %q, want %q", got, want)
			}
		}
	}
	_, err = GetAttempt.Call(h.As("lan"), h.Client, GetAttemptRequest{Attempt: "lan_" + course + "_1_9"})
	hosttest.Refused(t, err, fault.NotFound)
	_, err = GetAttempt.Call(h.As("lan"), h.Client, GetAttemptRequest{Attempt: "lan"})
	hosttest.Refused(t, err, fault.NotFound)
}

func TestWhatWasAcknowledgedIsShownAtOnce(t *testing.T) {
	h := opened(t)
	v, err := StartAttempt.Call(h.As("lan"), h.Client, StartAttemptRequest{Course: course})
	if err != nil {
		t.Fatal(err)
	}
	item, choice := v.Questions[0].Item, v.Questions[0].Choices[0].ID
	ctx := h.As("lan") // one request, sent three times
	var first rpc.Receipt
	for range 3 {
		receipt, err := SaveAnswer.Call(ctx, h.Client, SaveAnswerRequest{Attempt: v.Attempt, Item: item, Choice: []string{choice}})
		if err != nil || (first.Seq != 0 && receipt.Receipt != first) {
			t.Fatalf("got %+v %v, want %+v", receipt, err, first)
		}
		first = receipt.Receipt
	}
	shown, err := GetAttempt.Call(h.As("lan"), h.Client, GetAttemptRequest{Attempt: v.Attempt})
	if err != nil || shown.Seq != first.Seq || shown.Answered != 1 || !slices.Equal(shown.Questions[0].Chosen, []string{choice}) {
		t.Errorf("got %+v %v", shown, err)
	}
	history, err := h.Journal.Load(t.Context(), attemptStream(v.Attempt))
	if err != nil || len(history) != 2 {
		t.Errorf("%d facts %v, want the start and one answer", len(history), err)
	}
}

func TestTheDeadlineClosesAttempts(t *testing.T) {
	h := opened(t)
	v, err := StartAttempt.Call(h.As("lan"), h.Client, StartAttemptRequest{Course: course})
	if err != nil {
		t.Fatal(err)
	}
	question := v.Questions[0]
	if _, err := SaveAnswer.Call(h.As("lan"), h.Client, SaveAnswerRequest{Attempt: v.Attempt, Item: question.Item, Choice: rightAnswers(t, h)[question.Item]}); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	look := func(at time.Time) Attempt { // what the loops leave behind when it has looked at a time
		t.Helper()
		h.Clock.AwaitWaiters(2)
		h.Clock.Set(at)
		h.Clock.AwaitWaiters(2)
		v, err := GetAttempt.Call(h.As("lan"), h.Client, GetAttemptRequest{Attempt: v.Attempt})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if v := look(v.Deadline.Add(usualGrace - time.Nanosecond)); v.Closed {
		t.Error("closed within the grace")
	}
	v = look(v.Deadline.Add(usualGrace))
	if !v.Closed || !v.Late || v.Mark != 1 || v.Passed || !v.Submitted.Equal(v.Deadline) {
		t.Errorf("got %+v", v)
	}
	h.Settle()
	q, err := GetQuiz.Call(h.As("lan"), h.Client, GetQuizRequest{Course: course})
	if err != nil || !q.CanStart || q.Open != "" || q.Mine[0].Mark != 1 {
		t.Errorf("got %+v %v", q, err)
	}
}

func TestAnAttemptFollowsTheVersionOfItsPeriod(t *testing.T) {
	h := opened(t)
	h.Append("catalog.course."+course, events.CoursePublished{Course: course, Version: 2, Quiz: events.Quiz{Items: 4, Pass: 8, Minutes: 5}})
	h.Append("enrolment.enrolment.hoa_"+course, events.PersonEnrolled{Person: "hoa", Course: course, Period: 1, Version: 2})
	h.Settle()
	for person, want := range map[string]int{"lan": 10, "hoa": 4, "mai": 4} { // Mai has no period: she sees the latest rules
		q, err := GetQuiz.Call(h.As(person), h.Client, GetQuizRequest{Course: course})
		if err != nil || q.Items != want || q.CanStart != (person != "mai") {
			t.Errorf("%s: got %+v %v, want %d items", person, q, err, want)
		}
	}
	_, err := GetQuiz.Call(h.As("lan"), h.Client, GetQuizRequest{Course: "khac"})
	hosttest.Refused(t, err, fault.NotFound)
}

func TestAFactHeardAgainDefinesNothing(t *testing.T) {
	h := opened(t)
	published := eventsource.Recorded{Fact: eventsource.Fact{Event: events.CoursePublished{Course: course, Version: 1, Quiz: usual}}}
	requests, err := reactDefine(t.Context(), published)
	if err != nil || len(requests) != 1 {
		t.Fatalf("%d requests %v", len(requests), err)
	}
	if out, err := host.DoRequest(h.AsSystem(), h.Deps, requests[0]); err != nil || len(out.Events) != 0 {
		t.Errorf("decided %+v %v", out.Events, err)
	}
}
