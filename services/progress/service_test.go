package progress_test

import (
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
	"khuevan/services/progress"
)

// house has the course attt with the lessons a and b and a quiz, and lan in its first period.
func house(t *testing.T) *hosttest.House {
	h := hosttest.Run(t, events.All(), func(d host.Deps) (host.Service, error) { return progress.New(d), nil })
	h.Append("catalog.course.attt", events.CoursePublished{Course: "attt", Version: 1,
		Lessons: []events.Lesson{{ID: "a", Minutes: 2}, {ID: "b", Minutes: 2}}, Quiz: events.Quiz{Items: 2, Pass: 5, Minutes: 10}})
	h.Append("enrolment.enrolment.lan_attt", events.PersonEnrolled{Person: "lan", Course: "attt", Period: 1, Version: 1})
	h.Settle()
	return h
}

func get(t *testing.T, h *hosttest.House, after uint64) progress.Course {
	t.Helper()
	c, err := progress.GetProgress.Call(h.As("lan"), h.Client, progress.GetProgressRequest{Course: "attt", After: after})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestACourseOverTheBus(t *testing.T) {
	h := house(t)
	do := func(m rpc.Method[progress.LessonRequest, rpc.Receipt], lesson string) uint64 {
		t.Helper()
		receipt, err := m.Call(h.As("lan"), h.Client, progress.LessonRequest{Course: "attt", Lesson: lesson})
		if err != nil || receipt.Seq == 0 {
			t.Fatalf("%s %s: %+v, %v", m.Signature.Name, lesson, receipt, err)
		}
		return receipt.Seq
	}
	do(progress.StartLesson, "a")
	h.Clock.Advance(10 * time.Minute)
	seq := do(progress.CompleteLesson, "a")
	if again := do(progress.CompleteLesson, "a"); again != seq {
		t.Errorf("completing again stands on #%d, want #%d", again, seq)
	}
	if c := get(t, h, seq); c.Done != 1 || c.Lessons[0].Seconds != 600 || !c.Completed.IsZero() {
		t.Errorf("after a lesson: %+v", c)
	}
	submitted := events.AttemptSubmitted{Attempt: "lan_attt_1_1", Person: "lan", Course: "attt", Period: 1, At: h.Clock.Now(), Mark: 3}
	h.Append("quiz.attempt.lan_attt_1_1", submitted)
	h.Settle()
	if c := get(t, h, 0); c.Passed {
		t.Errorf("after a failed attempt: %+v", c)
	}
	submitted.Attempt, submitted.Mark, submitted.Passed = "lan_attt_1_2", 8, true
	h.Append("quiz.attempt.lan_attt_1_2", submitted)
	h.Settle()
	seq = do(progress.CompleteLesson, "b")
	if c := get(t, h, seq); c.Done != 2 || !c.Passed || c.Mark != 8 || !c.Completed.Equal(h.Clock.Now()) {
		t.Errorf("at the end: %+v", c)
	}
	past, err := h.Journal.Load(t.Context(), "progress.course.lan_attt_1")
	if err != nil || len(past) != 6 {
		t.Fatalf("%d facts, %v; want 6", len(past), err)
	}
	last, ok := past[5].Event.(events.CourseCompleted)
	if !ok || last.Version != 1 || last.Mark != 8 || last.Seconds != 600 || last.Rule != "all-lessons-and-quiz" {
		t.Errorf("the last fact is %+v", past[5].Event)
	}
}

func TestNobodyReachesSomebodyElsesProgress(t *testing.T) {
	h := house(t)
	minh := h.As("minh")
	_, err := progress.GetProgress.Call(minh, h.Client, progress.GetProgressRequest{Course: "attt"})
	hosttest.Refused(t, err, fault.NotFound)
	_, err = progress.CompleteLesson.Call(minh, h.Client, progress.LessonRequest{Course: "attt", Lesson: "a"})
	hosttest.Refused(t, err, fault.NotFound)
	_, err = progress.StartLesson.Call(minh, h.Client, progress.LessonRequest{Course: "attt", Lesson: "a"})
	hosttest.Refused(t, err, fault.NotFound)
	if all, err := progress.MyProgress.Call(minh, h.Client, progress.MyProgressRequest{}); err != nil || len(all) != 0 {
		t.Errorf("minh has %+v, %v", all, err)
	}
	if all, err := progress.MyProgress.Call(h.As("lan"), h.Client, progress.MyProgressRequest{}); err != nil || len(all) != 1 {
		t.Errorf("lan has %+v, %v", all, err)
	}
	_, err = progress.MyProgress.Call(rpc.With(t.Context(), rpc.Request{}), h.Client, progress.MyProgressRequest{})
	hosttest.Refused(t, err, fault.Denied)
	if got := h.Denied(); got != "anonymous progress.my-progress" {
		t.Errorf("recorded the denial as %q", got)
	}
	_, err = progress.StartLesson.Call(h.As("lan"), h.Client, progress.LessonRequest{Course: "attt", Lesson: "c"})
	hosttest.Refused(t, err, fault.NotFound)
}

// A corrected key makes a failed attempt pass: the course goes on from there, with the mark that it has now.
func TestACorrectedKeyPassesTheQuiz(t *testing.T) {
	h := house(t)
	lan := events.AttemptSubmitted{Attempt: "lan_attt_1_1", Person: "lan", Course: "attt", Period: 1, Number: 1, At: h.Clock.Now(), Mark: 3}
	h.Append("quiz.attempt.lan_attt_1_1", lan)
	h.Settle()
	anew := events.AttemptRemarked{Attempt: lan.Attempt, Person: "lan", Course: "attt", Period: 1, Number: 1, Remark: "r1", Mark: 8, Passed: true, MarkWas: 3, At: h.Clock.Now()}
	h.Append("quiz.attempt.lan_attt_1_1", anew)
	h.Settle()
	if c := get(t, h, 0); !c.Passed || c.Mark != 8 || !c.Completed.IsZero() {
		t.Errorf("after the corrected key: %+v", c)
	}
	anew.Remark, anew.Mark, anew.Passed, anew.MarkWas, anew.PassedWas = "r2", 3, false, 8, true
	h.Append("quiz.attempt.lan_attt_1_1", anew)
	h.Settle()
	if c := get(t, h, 0); !c.Passed || c.Mark != 8 {
		t.Errorf("a key that fails her takes back %+v", c)
	}
}

// A course that requires another opens its lessons once that is completed, in any version, and has not expired. What was
// begun goes on.
func TestLessonsOpenOnceWhatComesBeforeIsCompleted(t *testing.T) {
	h := house(t)
	h.Append("catalog.course.chung", events.CoursePublished{Course: "chung", Version: 1, Lessons: []events.Lesson{{ID: "a"}}, ValidityMonths: 12})
	h.Append("catalog.course.chung", events.CoursePublished{Course: "chung", Version: 2, Lessons: []events.Lesson{{ID: "a"}}})
	h.Append("catalog.course.sau", events.CoursePublished{Course: "sau", Version: 1, Lessons: []events.Lesson{{ID: "a"}, {ID: "b"}}, Requires: []string{"chung"}})
	h.Append("enrolment.enrolment.lan_sau", events.PersonEnrolled{Person: "lan", Course: "sau", Period: 1, Version: 1})
	h.Settle()
	before := func() []string {
		t.Helper()
		c, err := progress.GetProgress.Call(h.As("lan"), h.Client, progress.GetProgressRequest{Course: "sau"})
		if err != nil {
			t.Fatal(err)
		}
		return c.Before
	}
	starts := func() error {
		_, err := progress.StartLesson.Call(h.As("lan"), h.Client, progress.LessonRequest{Course: "sau", Lesson: "a"})
		return err
	}
	completes := func(version int, at time.Time) {
		h.Append("progress.course.lan_chung_1", events.CourseCompleted{Person: "lan", Course: "chung", Period: 1, Version: version, At: at})
		h.Settle()
	}
	if got := before(); len(got) != 1 || got[0] != "chung" {
		t.Errorf("before are %v", got)
	}
	hosttest.Refused(t, starts(), fault.Conflict)
	completes(1, h.Clock.Now().AddDate(-1, 0, -1))
	hosttest.Refused(t, starts(), fault.Conflict) // expired
	completes(1, h.Clock.Now().AddDate(-1, 0, 1))
	if got := before(); len(got) != 0 {
		t.Errorf("with a completion that holds before are %v", got)
	}
	if err := starts(); err != nil {
		t.Fatal(err)
	}
	h.Clock.Advance(10 * 24 * time.Hour)
	h.Settle()
	if _, err := progress.CompleteLesson.Call(h.As("lan"), h.Client, progress.LessonRequest{Course: "sau", Lesson: "b"}); err != nil {
		t.Errorf("what was begun does not go on: %v", err)
	}
}

// A move goes on in the new version's lessons; what was done of an unchanged one is read as done.
func TestAMoveOverTheBus(t *testing.T) {
	h := house(t)
	if _, err := progress.CompleteLesson.Call(h.As("lan"), h.Client, progress.LessonRequest{Course: "attt", Lesson: "a"}); err != nil {
		t.Fatal(err)
	}
	h.Append("catalog.course.attt", events.CoursePublished{Course: "attt", Version: 2, Lessons: []events.Lesson{{ID: "a"}, {ID: "b", Markdown: "Mới."}, {ID: "c"}}})
	h.Append("enrolment.enrolment.lan_attt", events.PeriodMoved{Person: "lan", Course: "attt", Period: 1, From: 1, To: 2})
	h.Settle()
	if c := get(t, h, 0); c.Version != 2 || c.Done != 1 || len(c.Lessons) != 3 || c.Lessons[0].Completed.IsZero() || c.Quiz {
		t.Errorf("after the move: %+v", c)
	}
}

// What completes a lesson after a move is what the new version says.
func TestAMoveBringsTheRulesOfTheNewVersion(t *testing.T) {
	h := house(t)
	if _, err := progress.CompleteLesson.Call(h.As("lan"), h.Client, progress.LessonRequest{Course: "attt", Lesson: "a"}); err != nil {
		t.Fatal(err)
	}
	h.Append("catalog.course.attt", events.CoursePublished{Course: "attt", Version: 2, Lessons: []events.Lesson{{ID: "a", Kind: events.LessonVideo, Share: 0.9}, {ID: "b"}}})
	h.Append("enrolment.enrolment.lan_attt", events.PeriodMoved{Person: "lan", Course: "attt", Period: 1, From: 1, To: 2})
	h.Settle()
	if c := get(t, h, 0); c.Version != 2 || c.Done != 0 {
		t.Errorf("after the move: %+v", c)
	}
	_, err := progress.CompleteLesson.Call(h.As("lan"), h.Client, progress.LessonRequest{Course: "attt", Lesson: "a"})
	hosttest.Refused(t, err, fault.Conflict)
}

// What is acknowledged stands in the record, so that no end of the process loses it; and the page shows it.
func TestMeasuredTimeOverTheBus(t *testing.T) {
	h := house(t)
	say := func(lesson string, visible, active int, left bool) progress.NotedTime {
		t.Helper()
		noted, err := progress.NoteTime.Call(h.As("lan"), h.Client, progress.NoteTimeRequest{Course: "attt", Lesson: lesson, Visible: visible, Active: active, Left: left})
		if err != nil {
			t.Fatal(err)
		}
		return noted
	}
	h.Clock.Advance(10 * time.Minute)
	if got := say("a", 120, 100, false); got.Visible != 120 {
		t.Errorf("the first page noted %+v", got)
	}
	if got := say("b", 120, 0, true); got.Visible != 0 {
		t.Errorf("a second page of the same minutes noted %+v", got)
	}
	h.Clock.Advance(10 * time.Minute)
	last := say("a", 9000, 60, false)
	past, err := h.Journal.Load(t.Context(), "progress.time.lan_2026-11-23")
	if err != nil || len(past) != 2 || past.Last() != last.Seq {
		t.Fatalf("%d facts up to #%d, %v; want 2 up to #%d", len(past), past.Last(), err, last.Seq)
	}
	if got, want := get(t, h, last.Seq).Lessons[0].Time, (progress.Time{Visible: 720, Active: 160, Counted: 360}); got != want {
		t.Errorf("lesson a has %+v, want %+v (it is planned for two minutes)", got, want)
	}
	for person, lesson := range map[string]string{"lan": "c", "minh": "a"} {
		_, err := progress.NoteTime.Call(h.As(person), h.Client, progress.NoteTimeRequest{Course: "attt", Lesson: lesson, Visible: 60})
		hosttest.Refused(t, err, fault.NotFound)
	}
}
