package enrolment_test

import (
	"testing"

	"khuevan/events"
	"khuevan/services/enrolment"
)

// lan has opened a lesson, minh none, and mai is done.
func TestPublishingMovesWhomTheAuthorChose(t *testing.T) {
	for choice, want := range map[string][3]int{"": {1, 1, 1}, events.MoveNotStarted: {1, 2, 1}, events.MoveAll: {2, 2, 1}} {
		h := house(t)
		for _, p := range []string{"lan", "minh", "mai"} {
			h.Append("enrolment.enrolment."+p+"_attt", events.PersonEnrolled{Person: p, Course: "attt", Period: 1, Version: 1, Due: due})
		}
		h.Append("progress.course.lan_attt_1", events.LessonStarted{Person: "lan", Course: "attt", Period: 1, Lesson: "a"})
		h.Append("enrolment.enrolment.mai_attt", events.EnrolmentCompleted{Person: "mai", Course: "attt", Period: 1, At: h.Clock.Now()})
		h.Settle()
		seen, err := enrolment.PreviewMove.Call(h.As("dao", everywhere), h.Client, enrolment.PreviewMoveRequest{Course: "attt"})
		if err != nil || seen != (enrolment.MovePreview{NotStarted: 1, Started: 1}) {
			t.Errorf("before: %+v, %v", seen, err)
		}
		h.Append("catalog.course.attt", events.CoursePublished{Course: "attt", Version: 2, Move: choice})
		h.Settle()
		for i, p := range []string{"lan", "minh", "mai"} {
			if got := mine(t, h, p); len(got) != 1 || got[0].Version != want[i] {
				t.Errorf("%q: %s has %+v, want version %d", choice, p, got, want[i])
			}
		}
	}
}
