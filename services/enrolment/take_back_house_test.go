package enrolment_test

import (
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host/hosttest"
	"khuevan/services/enrolment"
)

// A trainer sees what would be withdrawn and what stays, takes it back once, and what is left tells so.
func TestAnAssignmentIsTakenBackOverTheBus(t *testing.T) {
	h := house(t)
	dao := h.As("dao", everywhere) // one request
	if _, err := enrolment.AssignCourse.Call(dao, h.Client, to("tinh")); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	h.Append("progress.course.minh_attt_1", events.LessonStarted{Person: "minh", Course: "attt", Period: 1, At: hosttest.Start})
	req := enrolment.TakeBackRequest{Assignment: "a1", Why: events.BackMistake}
	seen, err := enrolment.PreviewTakeBack.Call(dao, h.Client, req)
	if err != nil || seen.People != 1 || seen.Kept["begun"] != 1 || len(seen.Rows) != 2 || seen.Rows[0] != (enrolment.Opened{Person: "lan", Period: 1}) {
		t.Fatalf("preview %+v, %v", seen, err)
	}
	_, err = enrolment.TakeBack.Call(h.As("lan"), h.Client, req)
	hosttest.Refused(t, err, fault.Denied)
	h.Denied()
	_, err = enrolment.TakeBack.Call(h.As("dao", everywhere), h.Client, enrolment.TakeBackRequest{Assignment: "a1"})
	refusedFor(t, err, "why")
	dao = h.As("dao", everywhere)
	first, err := enrolment.TakeBack.Call(dao, h.Client, req)
	again, err2 := enrolment.TakeBack.Call(dao, h.Client, req)
	if err != nil || err2 != nil || first.Seq == 0 || again.Seq > first.Seq {
		t.Fatalf("taken back %+v, %v; again %+v, %v", first, err, again, err2)
	}
	h.Settle()
	if got := mine(t, h, "lan"); len(got) != 0 {
		t.Errorf("lan still has %+v", got)
	}
	if got := mine(t, h, "minh"); len(got) != 1 {
		t.Errorf("minh, who has begun, has %+v", got)
	}
	seen, err = enrolment.PreviewTakeBack.Call(dao, h.Client, req)
	if a := seen.Assignment; err != nil || seen.People != 0 || a.Withdrawn != 1 || a.BackPeople != 1 || a.BackWhy != events.BackMistake || a.Ended.IsZero() {
		t.Errorf("afterwards %+v, %v", seen, err)
	}
}

// What a stopped assignment enrols all the same is withdrawn within the minute.
func TestStraysOfATakenBackAssignmentAreWithdrawn(t *testing.T) {
	h := house(t)
	if _, err := enrolment.AssignCourse.Call(h.As("dao", everywhere), h.Client, to("xa")); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	if _, err := enrolment.TakeBack.Call(h.As("dao", everywhere), h.Client, enrolment.TakeBackRequest{Assignment: "a1", Why: events.BackOther}); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	h.Append("enrolment.enrolment.minh_attt", events.PersonEnrolled{Person: "minh", Course: "attt", Period: 1, Version: 1, Due: due, Assignment: "a1"})
	h.Settle()
	for end := time.Now().Add(20 * time.Second); len(mine(t, h, "minh")) > 0; h.Clock.Advance(time.Minute) {
		if time.Now().After(end) {
			t.Fatalf("minh still has %+v", mine(t, h, "minh"))
		}
	}
}
