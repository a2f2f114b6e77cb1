package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/rpc"
	"khuevan/services/enrolment"
	"khuevan/services/progress"
)

const (
	backPeople  = 3000
	backCuts    = 4 // kills
	diligent    = 3 // people who have begun
	otherCourse = "khong-thu-hoi"
)

// TestKillingTheProcessWhileAnAssignmentIsTakenBack kills the platform four times while one assignment of thousands is taken back. In
// the end each of its people is withdrawn once; who has begun is not, and nothing that another assignment opened is.
func TestKillingTheProcessWhileAnAssignmentIsTakenBack(t *testing.T) {
	h := open(t, together, true)
	trainer, unit := settles(t, h, backPeople)
	publishesSmall(t, trainer, otherCourse)
	req := enrolment.AssignCourseRequest{Unit: unit, Due: time.Now().AddDate(0, 1, 0), Audience: events.Audience{Posts: []string{"clerk"}}}
	var made []string
	for _, req.Course = range []string{bulkCourse, otherCourse} {
		made = append(made, assigns(t, trainer, req, backPeople))
	}
	for _, id := range made {
		awaitAssignment(t, trainer, id, func(a enrolment.Assignment) bool { return a.Enrolled == backPeople })
	}
	for i := range diligent {
		learner := h.api(clerk(i * backPeople / diligent))
		until(t, func(ctx context.Context) error { // progress may not have heard of the enrolment
			var r rpc.Receipt
			return learner.call(ctx, "progress/start-lesson", "begins", progress.LessonRequest{Course: bulkCourse, Lesson: "bai"}, &r)
		})
	}
	back := enrolment.TakeBackRequest{Assignment: made[0], Why: events.BackMistake}
	for end := time.Now().Add(patience); must[enrolment.TakeBackPreview](t, trainer, "enrolment/preview-take-back", back).Kept["begun"] < diligent; breathe() {
		if time.Now().After(end) {
			t.Fatal("nobody has heard of who has begun")
		}
	}
	at := h.interrupted(t, func() { must[rpc.Receipt](t, trainer, "enrolment/take-back", back) }, events.EnrolmentWithdrawn{}, backPeople-diligent, backCuts)
	awaitAssignment(t, trainer, made[0], func(a enrolment.Assignment) bool { return a.Withdrawn >= backPeople-diligent })
	h.procs[0].stop(t)
	for _, wrong := range takeBackFaults(h.journal(t), made[0]) {
		t.Error(wrong)
	}
	if len(at) < leastCuts {
		t.Errorf("only %d kills left somebody, with %v withdrawn; that means too little", len(at), at)
	}
	t.Logf("%d people; killed when so many were withdrawn: %v", backPeople, at)
}

// takeBackFaults finds who was not withdrawn from a taken back assignment, or twice, and who was withdrawn and should not have been.
func takeBackFaults(all []recorded, taken string) (faults []string) {
	owed, begun, times := map[string]bool{}, map[string]bool{}, map[string]int{}
	for _, r := range all {
		var d struct{ Person, Course, Assignment string }
		_ = json.Unmarshal(r.Data, &d) // other facts have other fields
		stream := "enrolment.enrolment." + d.Person + "_" + d.Course
		switch r.Type {
		case events.PersonEnrolled{}.EventType():
			owed[r.Stream] = d.Assignment == taken
		case events.LessonStarted{}.EventType():
			begun[stream] = true
		case events.EnrolmentWithdrawn{}.EventType():
			times[r.Stream]++
		}
	}
	for stream, by := range owed {
		want := 0
		if by && !begun[stream] {
			want = 1
		}
		if times[stream] != want {
			faults = append(faults, fmt.Sprintf("%s was withdrawn %d times, want %d", stream, times[stream], want))
		}
	}
	if len(owed) == 0 {
		faults = append(faults, "nobody was enrolled")
	}
	slices.Sort(faults)
	return faults
}

func TestTheCheckOfWithdrawalsSeesADoubleAGapAndAStranger(t *testing.T) {
	fact := func(e events.Event, person, course, assignment string) recorded {
		return recorded{Type: e.EventType(), Stream: "enrolment.enrolment." + person + "_" + course,
			Data: json.RawMessage(fmt.Sprintf(`{"person":%q,"course":%q,"assignment":%q}`, person, course, assignment))}
	}
	journal := []recorded{fact(events.PersonEnrolled{}, "a", "c", "a1"), fact(events.PersonEnrolled{}, "b", "c", "a1"), fact(events.PersonEnrolled{}, "d", "c", "a2"),
		fact(events.PersonEnrolled{}, "e", "c", "a1"), fact(events.LessonStarted{}, "e", "c", "")}
	gone := func(person string) recorded { return fact(events.EnrolmentWithdrawn{}, person, "c", "a1") }
	for name, tc := range map[string]struct {
		gone []recorded
		want int
	}{"all is well": {[]recorded{gone("a"), gone("b")}, 0}, "one twice": {[]recorded{gone("a"), gone("b"), gone("a")}, 1}, "one not": {[]recorded{gone("a")}, 1},
		"one of another assignment": {[]recorded{gone("a"), gone("b"), gone("d")}, 1}, "one who has begun": {[]recorded{gone("a"), gone("b"), gone("e")}, 1}} {
		if got := takeBackFaults(slices.Concat(journal, tc.gone), "a1"); len(got) != tc.want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if len(takeBackFaults(nil, "a1")) == 0 {
		t.Error("an empty journal is found good")
	}
}
