package quiz

import (
	"slices"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host/hosttest"
)

const newQuestion = "# A\n\n## moi-01\ntags: IU14, mat-khau\n\nCâu mới?\n\n- [x] một :: vì\n- [ ] hai :: vì\n"

func moves(t *testing.T, h *hosttest.House, by, step string, version int, want fault.Kind) {
	t.Helper()
	_, err := MoveItem.Call(h.As(by, trainer), h.Client, MoveItemRequest{Course: course, Item: "moi-01", Step: step, Version: version, Remark: "Sửa lại."})
	hosttest.Refused(t, err, want)
	h.Settle()
}

// live counts what can be drawn.
func live(t *testing.T, h *hosttest.House) int {
	t.Helper()
	r, err := GetRules.Call(h.As("trang", trainer), h.Client, GetRulesRequest{Course: course})
	if err != nil {
		t.Fatal(err)
	}
	return r.Live
}

func TestAQuestionFromDraftToRetirement(t *testing.T) {
	h := opened(t)
	write := func(by, markdown string, version int) WrittenItem {
		t.Helper()
		w, err := WriteItem.Call(h.As(by, trainer), h.Client, WriteItemRequest{Course: course, Markdown: markdown, Version: version})
		if err != nil {
			t.Fatal(err)
		}
		h.Settle()
		return w
	}
	if w := write("trang", "# A\n\n## moi-01\n\nCâu mới?\n\n- [x] một :: vì\n", 0); len(w.Problems) != 1 || w.Seq != 0 || w.Problems[0].Line != 3 {
		t.Errorf("what is wrong is told by line, and nothing is written: %+v", w)
	}
	write("trang", newQuestion, 0)
	moves(t, h, "minh", StepApprove, 1, fault.Conflict)
	moves(t, h, "trang", StepSubmit, 1, "")
	moves(t, h, "trang", StepApprove, 1, fault.Denied)
	moves(t, h, "minh", StepReturn, 1, "")
	it, err := GetItem.Call(h.As("trang", trainer), h.Client, GetItemRequest{Course: course, Item: "moi-01"})
	if err != nil || it.Stage != StageDraft || it.Remark != "Sửa lại." || it.Live != 0 || !strings.Contains(it.Markdown, "Câu mới?") {
		t.Errorf("got %+v %v", it, err)
	}
	write("trang", strings.Replace(it.Markdown, "Câu mới?", "Câu đã sửa?", 1), 1)
	_, err = WriteItem.Call(h.As("minh", trainer), h.Client, WriteItemRequest{Course: course, Markdown: newQuestion, Version: 1})
	hosttest.Refused(t, err, fault.Conflict) // Minh looked at the first version
	moves(t, h, "trang", StepSubmit, 2, "")
	if n := live(t, h); n != 44 {
		t.Errorf("%d items can be drawn before the approval, want 44", n)
	}
	moves(t, h, "minh", StepApprove, 2, "")
	if n := live(t, h); n != 45 {
		t.Errorf("%d items can be drawn after it, want 45", n)
	}
	moves(t, h, "minh", StepRetire, 2, "")
	if n := live(t, h); n != 44 {
		t.Errorf("%d items can be drawn after it is retired, want 44", n)
	}
	moves(t, h, "minh", StepRestore, 2, "")
	it, err = GetItem.Call(h.As("trang", trainer), h.Client, GetItemRequest{Course: course, Item: "moi-01"})
	if err != nil || len(it.Versions) != 2 || it.Versions[0].Version != 2 || it.Stage != StageLive || it.Live != 2 || it.Retired || live(t, h) != 45 {
		t.Errorf("got %+v %v", it, err)
	}
}

func TestARequestSentAgainDoesNotTripOverItsOwnQuestion(t *testing.T) {
	h := opened(t)
	ctx := h.As("trang", trainer)
	first, err := WriteItem.Call(ctx, h.Client, WriteItemRequest{Course: course, Markdown: newQuestion})
	if err != nil {
		t.Fatal(err)
	}
	h.Settle()
	again, err := WriteItem.Call(ctx, h.Client, WriteItemRequest{Course: course, Markdown: newQuestion})
	if err != nil || again.Seq != first.Seq {
		t.Errorf("got %+v %v, want #%d", again, err, first.Seq)
	}
	_, err = WriteItem.Call(h.As("minh", trainer), h.Client, WriteItemRequest{Course: course, Markdown: newQuestion})
	hosttest.Refused(t, err, fault.Conflict)
}

func TestTheListOfItemsCanBeNarrowed(t *testing.T) {
	h := opened(t)
	if _, err := WriteItem.Call(h.As("trang", trainer), h.Client, WriteItemRequest{Course: course, Markdown: newQuestion}); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	for _, c := range []struct {
		req  ListItemsRequest
		want func([]Item) bool
	}{
		{ListItemsRequest{}, func(all []Item) bool { return len(all) == 45 }},
		{ListItemsRequest{Stage: StageDraft}, func(all []Item) bool { return len(all) == 1 && all[0].Item == "moi-01" }},
		{ListItemsRequest{Stage: StageLive}, func(all []Item) bool { return len(all) == 44 }},
		{ListItemsRequest{Stage: stageRetired}, func(all []Item) bool { return len(all) == 0 }},
		{ListItemsRequest{Text: "CÂU MỚI"}, func(all []Item) bool { return len(all) == 1 }}, // whatever the case
		{ListItemsRequest{Text: "moi-01"}, func(all []Item) bool { return len(all) == 1 }},
		{ListItemsRequest{Tag: "mat-khau"}, func(all []Item) bool {
			return len(all) > 1 && !slices.ContainsFunc(all, func(it Item) bool { return !slices.Contains(it.Tags, "mat-khau") })
		}},
	} {
		c.req.Course = course
		all, err := ListItems.Call(h.As("trang", trainer), h.Client, c.req)
		if err != nil || !c.want(all) {
			t.Errorf("%+v gives %d items %v", c.req, len(all), err)
		}
	}
}

// What is exported and imported again is the same: nothing changes.
func TestAnExportIsReadBack(t *testing.T) {
	h := opened(t)
	out, err := ExportItems.Call(h.As("trang", trainer), h.Client, ExportItemsRequest{Course: course, Format: "markdown"})
	if err != nil || out.Items != 44 || len(out.Dropped) != 0 {
		t.Fatalf("%d items %v %v", out.Items, out.Dropped, err)
	}
	report, err := ImportItems.Call(h.As("trang", trainer), h.Client, ImportItemsRequest{Course: course, Name: "a.md", Format: "markdown", Data: out.Data})
	if err != nil || report.Same != 44 || report.New+report.Changed != 0 || len(report.Problems) != 0 {
		t.Errorf("got %+v %v", report, err)
	}
	for _, format := range []string{"gift", "moodle-xml", "qti-3.0"} { // what they cannot say stays as it is
		out, err := ExportItems.Call(h.As("trang", trainer), h.Client, ExportItemsRequest{Course: course, Format: format})
		if err != nil || out.Items == 0 {
			t.Fatalf("%s: %d items, %v", format, out.Items, err)
		}
		report, err := ImportItems.Call(h.As("trang", trainer), h.Client, ImportItemsRequest{Course: course, Format: format, Data: out.Data})
		if err != nil || report.Same != out.Items || report.New+report.Changed != 0 {
			t.Errorf("%s of %d items read back: %d same, %d new, %d changed, %v", format, out.Items, report.Same, report.New, report.Changed, err)
		}
	}
	_, err = ExportItems.Call(h.As("trang", trainer), h.Client, ExportItemsRequest{Course: course, Format: "pdf"})
	hosttest.Refused(t, err, fault.Invalid)
	for name, data := range map[string]string{"a.bin": "\x00\x01", "b.md": ""} {
		_, err = ImportItems.Call(h.As("trang", trainer), h.Client, ImportItemsRequest{Course: course, Name: name, Data: []byte(data)})
		hosttest.Refused(t, err, fault.Invalid)
	}
}

// What a trainer imports waits for another one; what ships does not, even when a trainer brought it first.
func TestWhatIsImportedWaitsAndWhatShipsDoesNot(t *testing.T) {
	h := house(t)
	if _, err := ImportItems.Call(h.As("trang", trainer), h.Client, ImportItemsRequest{Course: course, Format: "markdown", Data: []byte(shipped(t))}); err != nil {
		t.Fatal(err)
	}
	h.Append("catalog.course."+course, events.CoursePublished{Course: course, Version: 1, Quiz: usual})
	h.Settle()
	if n := live(t, h); n != 0 {
		t.Errorf("%d imported items can be drawn at once", n)
	}
	report, err := ImportItems.Call(h.As("minh", trainer), h.Client, ImportItemsRequest{Course: course, Markdown: shipped(t)})
	if err != nil || report.Draft {
		t.Errorf("got %+v %v", report, err)
	}
	h.Settle()
	if n := live(t, h); n != 44 {
		t.Errorf("%d shipped items can be drawn, want 44", n)
	}
}

func TestAFixedQuizIsDrawnWhenItsRulesAreMade(t *testing.T) {
	h := opened(t)
	rules := events.QuizRules{Items: 5, Pass: 5, Minutes: 20, Fixed: true, Form: []events.DrawnItem{{Item: "of-nobody", Version: 1}}}
	if _, err := ReviseQuiz.Call(h.As("trang", trainer), h.Client, ReviseQuizRequest{Course: course, Version: 1, Rules: rules}); err != nil {
		t.Fatal(err)
	}
	h.Append("enrolment.enrolment.hoa_"+course, events.PersonEnrolled{Person: "hoa", Course: course, Period: 1, Version: 1})
	h.Settle()
	got := map[string][]string{}
	for _, person := range []string{"lan", "hoa"} {
		v, err := StartAttempt.Call(h.As(person), h.Client, StartAttemptRequest{Course: course})
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range v.Questions {
			got[person] = append(got[person], q.Item)
		}
		slices.Sort(got[person])
	}
	if len(got["lan"]) != 5 || !slices.Equal(got["lan"], got["hoa"]) {
		t.Errorf("got %v", got)
	}
	_, err := ReviseQuiz.Call(h.As("minh", trainer), h.Client, ReviseQuizRequest{Course: course, Version: 1, Rules: events.QuizRules{Items: 6, Pass: 5, Minutes: 20}})
	hosttest.Refused(t, err, fault.Conflict) // Minh has seen the first rules
	tried, err := GetRules.Call(h.As("trang", trainer), h.Client, GetRulesRequest{Course: course, Try: &events.QuizRules{Items: 45, Pass: 5, Minutes: 0}})
	if err != nil || len(tried.Wrong) != 1 || len(tried.Thin) != 1 || !tried.Thin[0].Short || tried.Revision != 1 {
		t.Errorf("got %+v %v", tried, err)
	}
}

// ticks moves the clock and waits until both loops have looked.
func ticks(h *hosttest.House, at time.Time) {
	h.Clock.AwaitWaiters(2)
	h.Clock.Set(at)
	h.Clock.AwaitWaiters(2)
	h.Settle()
}

func sitting(t *testing.T, h *hosttest.House) Sitting {
	t.Helper()
	all, err := ListSittings.Call(h.As("trang", trainer), h.Client, ListSittingsRequest{Course: course})
	if err != nil || len(all) != 1 {
		t.Fatalf("%d sittings %v", len(all), err)
	}
	return all[0]
}

func TestASittingFromPlanToStart(t *testing.T) {
	h := opened(t)
	opens := h.Clock.Now().Add(2 * time.Hour)
	if _, err := ScheduleSitting.Call(h.As("trang", trainer), h.Client, ScheduleSittingRequest{Course: course, Opens: opens, Closes: opens.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	_, err := StartAttempt.Call(h.As("lan"), h.Client, StartAttemptRequest{Course: course})
	hosttest.Refused(t, err, fault.Conflict)
	ticks(h, opens.Add(-lead-time.Second))
	if s := sitting(t, h); s.Ready {
		t.Errorf("too early it is prepared: %+v", s)
	}
	ticks(h, opens.Add(-lead))
	if s := sitting(t, h); !s.Ready || s.Prepared != 1 {
		t.Errorf("half an hour before it is %+v", s)
	}
	h.Append("enrolment.enrolment.hoa_"+course, events.PersonEnrolled{Person: "hoa", Course: course, Period: 1, Version: 1})
	h.Settle()
	ticks(h, opens)
	for person, facts := range map[string]int{"lan": 2, "hoa": 1} {
		v, err := StartAttempt.Call(h.As(person), h.Client, StartAttemptRequest{Course: course})
		if err != nil || !v.Started.Equal(opens) || len(v.Questions) != 10 {
			t.Fatalf("%s: %+v %v", person, v, err)
		}
		if again, err := StartAttempt.Call(h.As(person), h.Client, StartAttemptRequest{Course: course}); err != nil || again.Seq != v.Seq {
			t.Errorf("%s: a second start gives %+v %v", person, again, err)
		}
		history, err := h.Journal.Load(t.Context(), attemptStream(v.Attempt))
		if err != nil || len(history) != facts {
			t.Errorf("%s has %d facts %v, want %d", person, len(history), err, facts)
		}
	}
}

func TestACancelledSittingFreesTheQuiz(t *testing.T) {
	h := opened(t)
	opens := h.Clock.Now().Add(time.Hour)
	planned, err := ScheduleSitting.Call(h.As("trang", trainer), h.Client, ScheduleSittingRequest{Course: course, Opens: opens, Closes: opens.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	h.Settle()
	ticks(h, opens.Add(-lead)) // Lan's attempt is prepared
	if _, err := CancelSitting.Call(h.As("trang", trainer), h.Client, CancelSittingRequest{Sitting: planned.Sitting}); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	q, err := GetQuiz.Call(h.As("lan"), h.Client, GetQuizRequest{Course: course})
	if err != nil || !q.CanStart || !q.Opens.IsZero() {
		t.Errorf("got %+v %v", q, err)
	}
	v, err := StartAttempt.Call(h.As("lan"), h.Client, StartAttemptRequest{Course: course})
	if err != nil || v.Number != 1 || len(v.Questions) != 10 {
		t.Errorf("got %+v %v", v, err)
	}
	_, err = CancelSitting.Call(h.As("trang", trainer), h.Client, CancelSittingRequest{Sitting: "none"})
	hosttest.Refused(t, err, fault.NotFound)
	_, err = ScheduleSitting.Call(h.As("trang", trainer), h.Client, ScheduleSittingRequest{Course: "khac", Opens: opens, Closes: opens.Add(time.Hour)})
	hosttest.Refused(t, err, fault.NotFound)
}

func TestExtraTimeOverTheBus(t *testing.T) {
	h := opened(t)
	if _, err := GrantExtraTime.Call(h.As("trang", trainer), h.Client, GrantExtraTimeRequest{Person: "lan", Percent: 50}); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	if v := startLan(t, h); !v.Deadline.Equal(h.Clock.Now().Add(30 * time.Minute)) {
		t.Errorf("the deadline is %v", v.Deadline)
	}
	for _, bad := range []GrantExtraTimeRequest{{Person: "Lan Nguyễn", Percent: 50}, {Percent: 50}, {Person: "lan", Percent: 500}, {Person: "lan", Course: "no/such", Percent: 50}} {
		_, err := GrantExtraTime.Call(h.As("trang", trainer), h.Client, bad)
		hosttest.Refused(t, err, fault.Invalid)
	}
}

// The attempt of a person who was erased meanwhile closes like any other.
func TestTheAttemptOfAnErasedPersonCloses(t *testing.T) {
	h, v := typing(t)
	if _, err := SaveAnswer.Call(h.As("lan"), h.Client, SaveAnswerRequest{Attempt: v.Attempt, Item: "chu", Choice: ids("1=tường lửa")}); err != nil {
		t.Fatal(err)
	}
	if err := h.Keys.Destroy(t.Context(), "lan"); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	ticks(h, v.Deadline.Add(usualGrace))
	if e := submittedIn(t, h, v.Attempt); e.Mark != 0 || e.By != events.SubmittedByDeadline {
		t.Errorf("got %+v", e)
	}
}

func TestImmediateFeedbackOverTheBus(t *testing.T) {
	h, _ := typing(t)
	rules := events.QuizRules{Items: 4, Pass: 5, Minutes: 20, Behaviour: Immediate, Tries: 2, TryPenalty: 0.5}
	if _, err := ReviseQuiz.Call(h.As("trang", trainer), h.Client, ReviseQuizRequest{Course: course, Version: 1, Rules: rules}); err != nil {
		t.Fatal(err)
	}
	h.Append("enrolment.enrolment.hoa_"+course, events.PersonEnrolled{Person: "hoa", Course: course, Period: 1, Version: 1})
	h.Settle()
	v, err := StartAttempt.Call(h.As("hoa"), h.Client, StartAttemptRequest{Course: course})
	if err != nil || v.Behaviour != Immediate || v.Tries != 2 {
		t.Fatalf("got %+v %v", v, err)
	}
	check := func(id string, choice ...string) *Question {
		t.Helper()
		s, err := SaveAnswer.Call(h.As("hoa"), h.Client, SaveAnswerRequest{Attempt: v.Attempt, Item: id, Choice: choice, Check: true})
		if err != nil || s.Question == nil {
			t.Fatalf("got %+v %v", s, err)
		}
		return s.Question
	}
	if q := check("chu", "1=cửa sổ"); q.Final || q.Revealed || q.Checked != 1 || q.Rows[0].Right != "" {
		t.Errorf("after a wrong try: %+v", q)
	}
	if q := check("chu", "1=Tường Lửa"); !q.Final || !q.Revealed || !q.Right || q.Mark != 0.5 || q.Rows[0].Right != "tường lửa" {
		t.Errorf("after the right one: %+v", q)
	}
	_, err = SaveAnswer.Call(h.As("hoa"), h.Client, SaveAnswerRequest{Attempt: v.Attempt, Item: "so", Check: true})
	hosttest.Refused(t, err, fault.Invalid)
	if _, err := SubmitAttempt.Call(h.As("hoa"), h.Client, SubmitAttemptRequest{Attempt: v.Attempt}); err != nil {
		t.Fatal(err)
	}
	if e := submittedIn(t, h, v.Attempt); e.Mark != 1.25 || e.Behaviour != Immediate {
		t.Errorf("got %+v", e)
	}
}
