package quiz

import (
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/readmodel"
)

// A quiz waits for what its course version requires, as the page of the course does: also for who asks for an attempt directly.
func TestAQuizWaitsForWhatComesBefore(t *testing.T) {
	h := house(t)
	if _, err := ImportItems.Call(h.As("trang", trainer), h.Client, ImportItemsRequest{Course: course, Markdown: shipped(t)}); err != nil {
		t.Fatal(err)
	}
	h.Append("catalog.course.nen", events.CoursePublished{Course: "nen", Version: 1, ValidityMonths: 12, Title: events.Words{Vi: "Nền tảng"}})
	h.Append("catalog.course."+course, events.CoursePublished{Course: course, Version: 1, Quiz: usual, Requires: []string{"nen"}})
	h.Append("enrolment.enrolment.lan_"+course, events.PersonEnrolled{Person: "lan", Course: course, Period: 1, Version: 1})
	h.Settle()
	start := func() error {
		_, err := StartAttempt.Call(h.As("lan"), h.Client, StartAttemptRequest{Course: course})
		return err
	}
	shows := func(can bool) {
		t.Helper()
		q, err := GetQuiz.Call(h.As("lan"), h.Client, GetQuizRequest{Course: course})
		if err != nil || q.CanStart != can || !can && !strings.Contains(q.Why.Vi, "cần hoàn thành trước “Nền tảng”") {
			t.Errorf("can start %v (%s), want %v; %v", q.CanStart, q.Why.Vi, can, err)
		}
	}
	hosttest.Refused(t, start(), fault.Conflict)
	shows(false)

	h.Append("progress.course.lan_nen_1", events.CourseCompleted{Person: "lan", Course: "nen", Period: 1, Version: 1, At: h.Clock.Now()})
	h.Settle()
	shows(true)
	h.Clock.Set(h.Clock.Now().AddDate(0, 13, 0)) // what came before holds no longer
	shows(false)
	hosttest.Refused(t, start(), fault.Conflict)

	h.Append("progress.course.lan_"+course+"_1", events.LessonStarted{Person: "lan", Course: course, Period: 1, Lesson: "a", At: h.Clock.Now()})
	h.Settle()
	shows(true) // what was begun goes on
	if err := start(); err != nil {
		t.Fatal(err)
	}
}

// Given facts, when it is asked what comes before a period, then these.
func TestWhatComesBefore(t *testing.T) {
	done := func(version int, months int) events.CourseCompleted {
		return events.CourseCompleted{Person: "lan", Course: "nen", Period: 1, Version: version, At: eight.AddDate(0, -months, 0)}
	}
	v := newBeforeView()
	store := readmodel.NewMemory()
	project(t, v.projection, store,
		events.CoursePublished{Course: "nen", Version: 1, ValidityMonths: 12, Title: events.Words{Vi: "Cũ"}},
		events.CoursePublished{Course: "nen", Version: 2, Title: events.Words{Vi: "Nền tảng"}},
		events.CoursePublished{Course: "attt", Version: 1}, events.CoursePublished{Course: "attt", Version: 2, Requires: []string{"nen", "la"}},
		events.LessonStarted{Person: "mai", Course: "attt", Period: 2}, done(1, 6))
	for _, c := range []struct {
		person          string
		version, period int
		at              time.Time
		want            string
	}{
		{"lan", 1, 1, eight, ""},
		{"lan", 2, 1, eight, "la"},
		{"lan", 2, 1, eight.AddDate(0, 7, 0), "Nền tảng la"}, // by the validity of the version that was completed
		{"minh", 2, 1, eight, "Nền tảng la"},
		{"mai", 2, 2, eight, ""},
		{"mai", 2, 3, eight, "Nền tảng la"},
	} {
		all, err := v.missing(t.Context(), periodDoc{Person: c.person, Course: "attt", Period: c.period, Version: c.version}, c.at)
		var got []string
		for _, w := range all {
			got = append(got, w.Vi)
		}
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s, version %d, period %d: %v %v, want %s", c.person, c.version, c.period, got, err, c.want)
		}
	}
}
