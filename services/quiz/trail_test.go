package quiz

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host/hosttest"
)

// message is a fact as its bytes stand in the record.
type message struct {
	subject string
	data    []byte
}

// journal reads the bytes of the whole record, headers and bodies.
func journal(t *testing.T, h *hosttest.House) []message {
	t.Helper()
	stream, err := h.Journal.JetStream().Stream(t.Context(), "EVENTS")
	if err != nil {
		t.Fatal(err)
	}
	var all []message
	for seq := stream.CachedInfo().State.FirstSeq; seq <= stream.CachedInfo().State.LastSeq; seq++ {
		m, err := stream.GetMsg(t.Context(), seq)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, message{m.Subject, append(fmt.Append(nil, m.Header), m.Data...)})
	}
	return all
}

// written down by hand, and by nobody else
const secretWord = "MậtKhẩuCủaTôiLà123"

// typing has an item of each kind that is typed, and one of choices; Lan has started.
func typing(t *testing.T) (*hosttest.House, Attempt) {
	t.Helper()
	h := house(t)
	add := func(id string, c events.ItemContent) {
		c.Stem = "Câu " + id + "?"
		h.Append(itemStream(course, id), events.ItemWritten{Course: course, Item: id, Version: 1, ItemContent: c})
	}
	text := func(id string) events.Gap {
		return events.Gap{ID: id, Kind: item.GapText, Answers: []events.Answer{{Text: "tường lửa"}}}
	}
	pick := events.Gap{ID: "2", Kind: item.GapChoice, Choices: []events.Choice{{ID: "a", Text: "một", Key: true}, {ID: "b", Text: "hai"}}}
	add("chu", events.ItemContent{Kind: item.ShortText, Gaps: []events.Gap{text("1")}})
	add("so", events.ItemContent{Kind: item.Numeric, Gaps: []events.Gap{{ID: "1", Kind: item.GapNumeric, Answers: []events.Answer{{Value: 8}}}}})
	add("o", events.ItemContent{Kind: item.Cloze, Gaps: []events.Gap{text("1"), pick}})
	add("chon", events.ItemContent{Kind: item.Single, Choices: choices})
	h.Append("catalog.course."+course, events.CoursePublished{Course: course, Version: 1, Quiz: events.Quiz{Items: 4, Pass: 5, Minutes: 20}})
	h.Append("enrolment.enrolment.lan_"+course, events.PersonEnrolled{Person: "lan", Course: course, Period: 1, Version: 1})
	h.Settle()
	v, err := StartAttempt.Call(h.As("lan"), h.Client, StartAttemptRequest{Course: course, Device: "may1"})
	if err != nil {
		t.Fatal(err)
	}
	return h, v
}

// optionOf is the id under which the page shows a choice of a gap.
func optionOf(v Attempt, id, row, text string) string {
	for _, q := range v.Questions {
		for _, r := range q.Rows {
			for _, o := range r.Options {
				if q.Item == id && r.ID == row && o.Text == text {
					return o.ID
				}
			}
		}
	}
	return ""
}

func TestWhatIsTypedStandsNowhereInTheRecord(t *testing.T) {
	h, v := typing(t)
	save := func(id string, choice ...string) error {
		_, err := SaveAnswer.Call(h.As("lan"), h.Client, SaveAnswerRequest{Attempt: v.Attempt, Item: id, Choice: choice, Device: "may1"})
		return err
	}
	hosttest.Refused(t, save("chon", secretWord), fault.Invalid)
	for id, answer := range map[string][]string{"chu": {"1=" + secretWord}, "so": {"1=77998866"}, "o": {"1=" + secretWord, "2=" + optionOf(v, "o", "2", "một")}, "chon": {"a"}} {
		if err := save(id, answer...); err != nil {
			t.Fatal(id, err)
		}
	}
	shown, err := GetAttempt.Call(h.As("lan"), h.Client, GetAttemptRequest{Attempt: v.Attempt})
	if err != nil || shown.Answered != 4 {
		t.Fatalf("got %+v %v", shown, err)
	}
	for _, q := range shown.Questions {
		if q.Item == "chu" && (q.Rows[0].Given != secretWord || q.Rows[0].Right != "") || q.Item == "o" && q.Rows[1].Given != optionOf(v, "o", "2", "một") {
			t.Errorf("she sees %+v", q)
		}
	}
	if _, err := SubmitAttempt.Call(h.As("lan"), h.Client, SubmitAttemptRequest{Attempt: v.Attempt}); err != nil {
		t.Fatal(err)
	}
	hosttest.Refused(t, save("chu", "1="+secretWord+" muộn"), fault.Conflict) // kept as a late one, sealed
	hosttest.Refused(t, save("chon", secretWord), fault.Conflict)             // no choice of the item, and not kept at all
	e := submittedIn(t, h, v.Attempt)
	if e.Mark != 3.75 { // o is half right, chon is right
		t.Errorf("the mark is %v", e.Mark)
	}
	h.Settle()
	kept := 0
	for _, m := range journal(t, h) {
		if strings.Contains(string(m.data), secretWord) || strings.Contains(string(m.data), "77998866") {
			t.Errorf("%s holds what was typed: %s", m.subject, m.data)
		}
		if strings.HasSuffix(m.subject, "answer-came-late") {
			kept++
		}
	}
	if kept != 1 {
		t.Errorf("%d late answers are kept, want 1", kept)
	}
}

func TestTheTrailTellsEverythingWithBothTimes(t *testing.T) {
	h, v := typing(t)
	given := h.Clock.Now().Add(time.Minute)
	h.Clock.Advance(2 * time.Minute)
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	answer := func(id string, choice ...string) SaveAnswerRequest {
		return SaveAnswerRequest{Attempt: v.Attempt, Item: id, Choice: choice, Given: given, Seconds: 30, Device: "may1"}
	}
	must(SaveAnswer.Call(h.As("lan"), h.Client, answer("chu", "1="+secretWord)))
	must(SaveAnswer.Call(h.As("lan"), h.Client, answer("chon", "b")))
	must(FlagItem.Call(h.As("lan"), h.Client, FlagItemRequest{Attempt: v.Attempt, Item: "chon", Flagged: true}))
	must(Observe.Call(h.As("lan"), h.Client, ObserveRequest{Attempt: v.Attempt, What: SawLeft, Device: "may2", Given: given}))
	must(ExtendDeadline.Call(h.As("trang", trainer), h.Client, ExtendDeadlineRequest{Attempt: v.Attempt, Minutes: 5, Reason: ReasonTechnical}))
	must(SubmitAttempt.Call(h.As("lan"), h.Client, SubmitAttemptRequest{Attempt: v.Attempt}))
	_, err := SaveAnswer.Call(h.As("lan"), h.Client, answer("so", "1=4242"))
	hosttest.Refused(t, err, fault.Conflict)
	trail, err := GetTrail.Call(h.As("trang", trainer), h.Client, GetTrailRequest{Attempt: v.Attempt})
	if err != nil {
		t.Fatal(err)
	}
	number := func(id string) int {
		return slices.IndexFunc(v.Questions, func(q Question) bool { return q.Item == id }) + 1
	}
	now, zero := h.Clock.Now(), 0.0
	want := []Step{
		{Fact: "quiz.attempt-started.v1", At: v.Started, Device: "may1"},
		{Fact: "quiz.answer-saved.v1", At: now, Given: given, Device: "may1", Item: "chu", Number: number("chu"), Typed: true, Seconds: 30},
		{Fact: "quiz.answer-saved.v1", At: now, Given: given, Device: "may1", Item: "chon", Number: number("chon"), Choice: ids("b"), Seconds: 30},
		{Fact: "quiz.item-flagged.v1", At: now, Item: "chon", Number: number("chon"), What: "flagged"},
		{Fact: "quiz.attempt-observed.v1", At: now, Given: given, Device: "may2", What: SawLeft},
		{Fact: "quiz.deadline-extended.v1", At: now, What: ReasonTechnical, Minutes: 5, Actor: "trang"},
		{Fact: "quiz.attempt-submitted.v1", At: now, What: "person", Mark: &zero},
		{Fact: "quiz.answer-came-late.v1", At: now, Given: given, Device: "may1", Item: "so", Number: number("so"), Typed: true},
	}
	if len(trail.Steps) != len(want) {
		t.Fatalf("%d steps, want %d: %+v", len(trail.Steps), len(want), trail.Steps)
	}
	for i, s := range trail.Steps {
		if s.Seq == 0 || i > 0 && s.Seq <= trail.Steps[i-1].Seq {
			t.Errorf("step %d stands on #%d", i+1, s.Seq)
		}
		s.Seq = 0
		got, _ := json.Marshal(s)
		expected, _ := json.Marshal(want[i])
		if string(got) != string(expected) {
			t.Errorf("step %d is\n%s, want\n%s", i+1, got, expected)
		}
	}
	if trail.Person != "lan" || trail.Course != course || trail.Attempt != v.Attempt || !trail.Deadline.Equal(v.Deadline.Add(5*time.Minute)) || trail.Submitted.IsZero() {
		t.Errorf("got %+v", trail)
	}
	body, err := json.Marshal(trail)
	if err != nil || strings.Contains(string(body), secretWord) || strings.Contains(string(body), "4242") {
		t.Errorf("the trail shows what was typed: %s %v", body, err)
	}
	for id, kind := range map[string]fault.Kind{"lan_" + course + "_1_9": fault.NotFound, "nonsense": fault.NotFound, "": fault.NotFound} {
		_, err := GetTrail.Call(h.As("trang", trainer), h.Client, GetTrailRequest{Attempt: id})
		hosttest.Refused(t, err, kind)
	}
}

func TestTheListOfAttemptsIsReadPageByPage(t *testing.T) {
	h := miskeyed(t)
	list := func(state, page string) AttemptPage {
		t.Helper()
		p, err := ListAttempts.Call(h.As("trang", trainer), h.Client, ListAttemptsRequest{Course: course, State: state, Page: page, Limit: 2})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if open := list(stateOpen, ""); len(open.Attempts) != 1 || open.Attempts[0].Person != "chi" || open.Next != "" || open.Attempts[0].Deadline.IsZero() {
		t.Errorf("open are %+v", open)
	}
	seen := map[string]bool{}
	for page := ""; ; {
		p := list(stateClosed, page)
		for _, a := range p.Attempts {
			seen[a.Person] = true
		}
		if page = p.Next; page == "" {
			break
		}
	}
	if len(seen) != 5 || seen["chi"] {
		t.Errorf("closed are %v", seen)
	}
}

func TestMoreTimeMovesTheAutomaticClose(t *testing.T) {
	h, v := typing(t)
	if _, err := ExtendDeadline.Call(h.As("trang", trainer), h.Client, ExtendDeadlineRequest{Attempt: v.Attempt, Minutes: 30, Reason: ReasonHealth}); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	look := func(at time.Time) Attempt {
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
	later := v.Deadline.Add(30 * time.Minute)
	if now := look(v.Deadline.Add(usualGrace)); now.Closed || now.Extra != 30 || !now.Deadline.Equal(later) {
		t.Errorf("at the first deadline: %+v", now)
	}
	if now := look(later.Add(usualGrace - time.Nanosecond)); now.Closed {
		t.Error("closed within the grace")
	}
	if now := look(later.Add(usualGrace)); !now.Closed || !now.Late || !now.Submitted.Equal(later) {
		t.Errorf("at the new deadline: %+v", now)
	}
}
