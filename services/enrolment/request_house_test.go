package enrolment_test

import (
	"slices"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
	"khuevan/services/enrolment"
)

var headOfXa = rpc.Grant{Role: events.RoleHead, Unit: "xa"}

// school is the house with courses to ask for, chief as the head of xa, and dao as a trainer everywhere.
func school(t *testing.T) *hosttest.House {
	h := house(t)
	h.Append("catalog.course.chung", events.CoursePublished{Course: "chung", Version: 1, Title: events.Words{Vi: "Chung", En: "General"}, Enrolment: []string{"open"}, ValidityMonths: 12})
	h.Append("catalog.course.sau", events.CoursePublished{Course: "sau", Version: 3, Enrolment: []string{"head", "trainer"}, Requires: []string{"chung"}})
	h.Append("catalog.course.rieng", events.CoursePublished{Course: "rieng", Version: 1, Enrolment: []string{"head"}})
	for _, g := range []events.RoleGranted{{Person: "chief", Role: "head", Unit: "xa"}, {Person: "boss", Role: "head", Unit: "tinh"}, {Person: "dao", Role: "trainer"}} {
		h.Append("directory.person."+g.Person, g)
	}
	h.Append("directory.person.chief", events.MembershipBegan{Person: "chief", Unit: "xa"})
	h.Settle()
	return h
}

func ask(t *testing.T, h *hosttest.House, person, course string) enrolment.Asked {
	t.Helper()
	got, err := enrolment.AskForCourse.Call(h.As(person), h.Client, enrolment.AskRequest{Course: course, Reason: "Cần cho công việc"})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func waiting(t *testing.T, h *hosttest.House, person string, grants ...rpc.Grant) []enrolment.CourseRequest {
	t.Helper()
	all, err := enrolment.ListRequests.Call(h.As(person, grants...), h.Client, enrolment.MineRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func completes(h *hosttest.House, person, course string, at time.Time) {
	h.Append("progress.course."+person+"_"+course+"_9", events.CourseCompleted{Person: person, Course: course, Period: 9, Version: 1, At: at})
	h.Settle()
}

func TestAChainOfApprovalOverTheBus(t *testing.T) {
	h := school(t)
	completes(h, "lan", "chung", h.Clock.Now())
	asked := ask(t, h, "lan", "sau")
	fact, err := h.Journal.Load(t.Context(), "enrolment.request.lan_sau")
	if err != nil || len(fact) != 1 {
		t.Fatalf("%d facts, %v", len(fact), err)
	}
	e := fact[0].Event.(events.EnrolmentRequested)
	if !slices.Equal(e.Approvers, []string{"chief"}) || e.Reason == "" || e.Reason == "Cần cho công việc" {
		t.Errorf("the fact is %+v; want chief, the nearest head, and the reason sealed", e)
	}
	if _, err := enrolment.AskForCourse.Call(h.As("lan"), h.Client, enrolment.AskRequest{Course: "sau"}); !fault.Is(err, fault.Conflict) {
		t.Errorf("asked twice: %v", err)
	}
	h.Settle()
	step := enrolment.DecideRequest{Person: "lan", Course: "sau", Request: asked.Request, Step: 1}
	if got := waiting(t, h, "dao", everywhere); len(got) != 0 {
		t.Errorf("before her step the trainer sees %+v", got)
	}
	if got := waiting(t, h, "chief", headOfXa); len(got) != 1 || got[0].Reason != "Cần cho công việc" || got[0].Step != 1 {
		t.Errorf("the head sees %+v", got)
	}
	if _, err := enrolment.ApproveRequest.Call(h.As("dao", everywhere), h.Client, step); !fault.Is(err, fault.Denied) {
		t.Errorf("a trainer takes the head's step: %v", err)
	}
	h.Denied()
	if _, err := enrolment.ApproveRequest.Call(h.As("chief", headOfXa), h.Client, step); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	if got := mine(t, h, "lan"); len(got) != 0 {
		t.Errorf("after the first of two steps lan has %+v", got)
	}
	if got := waiting(t, h, "dao", everywhere); len(got) != 1 || got[0].Step != 2 {
		t.Errorf("at her step the trainer sees %+v", got)
	}
	step.Step = 2
	if _, err := enrolment.ApproveRequest.Call(h.As("dao", everywhere), h.Client, step); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	if got := mine(t, h, "lan"); len(got) != 1 || got[0].Version != 3 || !got[0].Due.Equal(time.Date(2026, 12, 23, 16, 59, 59, 0, time.UTC)) {
		t.Errorf("after the last step lan has %+v", got)
	}
	if got := waiting(t, h, "dao", everywhere); len(got) != 0 {
		t.Errorf("afterwards the trainer sees %+v", got)
	}
	if _, err := enrolment.AskForCourse.Call(h.As("lan"), h.Client, enrolment.AskRequest{Course: "sau"}); !fault.Is(err, fault.Conflict) {
		t.Errorf("asked for a course that she is in: %v", err)
	}
}

func TestAnOpenCourseIsEnteredAtOnce(t *testing.T) {
	h := school(t)
	if got := ask(t, h, "lan", "chung"); !got.Open {
		t.Errorf("asked %+v", got)
	}
	h.Settle()
	if got := mine(t, h, "lan"); len(got) != 1 || got[0].Course != "chung" {
		t.Errorf("lan has %+v", got)
	}
}

func TestWhatCannotBeAskedFor(t *testing.T) {
	h := school(t)
	for course, kind := range map[string]fault.Kind{"attt": fault.Conflict, "khac": fault.NotFound, "sau": fault.Conflict} {
		_, err := enrolment.AskForCourse.Call(h.As("lan"), h.Client, enrolment.AskRequest{Course: course})
		hosttest.Refused(t, err, kind)
		if course == "sau" && (len(fault.Of(err).Fields) != 1 || fault.Of(err).Fields[0].Name != "requires/chung") {
			t.Errorf("refused with %+v, want the course that is missing", fault.Of(err).Fields)
		}
	}
	completes(h, "lan", "chung", h.Clock.Now().AddDate(-1, 0, -1)) // for twelve months
	_, err := enrolment.AskForCourse.Call(h.As("lan"), h.Client, enrolment.AskRequest{Course: "sau"})
	hosttest.Refused(t, err, fault.Conflict)
	completes(h, "lan", "chung", h.Clock.Now().AddDate(0, -11, 0))
	ask(t, h, "lan", "sau")
}

func TestAHeadsOwnRequestGoesToTheNextHead(t *testing.T) {
	h := school(t)
	asked := ask(t, h, "chief", "rieng")
	past, _ := h.Journal.Load(t.Context(), "enrolment.request.chief_rieng")
	if e := past[0].Event.(events.EnrolmentRequested); !slices.Equal(e.Approvers, []string{"boss"}) {
		t.Errorf("asked of %v", e.Approvers)
	}
	step := enrolment.DecideRequest{Person: "chief", Course: "rieng", Request: asked.Request, Step: 1}
	_, err := enrolment.ApproveRequest.Call(h.As("chief", headOfXa), h.Client, step)
	hosttest.Refused(t, err, fault.Denied)
	h.Denied()
	// nor does who stands in for her
	lent := rpc.Grant{Role: events.RoleHead, Unit: "xa", OnBehalf: "chief"}
	_, err = enrolment.ApproveRequest.Call(h.As("lan", lent), h.Client, step)
	hosttest.Refused(t, err, fault.Denied)
	h.Denied()
	lent = rpc.Grant{Role: events.RoleHead, Unit: "tinh", OnBehalf: "boss"}
	if _, err := enrolment.ApproveRequest.Call(h.As("lan", lent), h.Client, step); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	past, _ = h.Journal.Load(t.Context(), "enrolment.request.chief_rieng")
	if last := past[len(past)-1]; last.Actor != "lan" || last.OnBehalf != "boss" {
		t.Errorf("decided by %s for %q", last.Actor, last.OnBehalf)
	}
	if got := mine(t, h, "chief"); len(got) != 1 {
		t.Errorf("chief has %+v", got)
	}
}

func TestARefusalSaysWhy(t *testing.T) {
	h := school(t)
	asked := ask(t, h, "lan", "rieng")
	h.Settle()
	step := enrolment.DecideRequest{Person: "lan", Course: "rieng", Request: asked.Request, Step: 1}
	_, err := enrolment.RefuseRequest.Call(h.As("chief", headOfXa), h.Client, step)
	refusedFor(t, err, "reason")
	step.Reason = "Quý sau"
	if _, err := enrolment.RefuseRequest.Call(h.As("chief", headOfXa), h.Client, step); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	all, err := enrolment.MyRequests.Call(h.As("lan"), h.Client, enrolment.MineRequest{})
	if err != nil || len(all) != 1 || all[0].State != enrolment.RequestRefused || all[0].Refusal != "Quý sau" {
		t.Errorf("lan reads %+v, %v", all, err)
	}
	ask(t, h, "lan", "rieng")
	receipt, err := enrolment.WithdrawRequest.Call(h.As("lan"), h.Client, enrolment.WithdrawRequestRequest{Course: "rieng"})
	if err != nil {
		t.Fatal(err)
	}
	all, _ = enrolment.MyRequests.Call(h.As("lan"), h.Client, enrolment.MineRequest{After: receipt.Seq})
	if all[0].State != enrolment.RequestWithdrawn {
		t.Errorf("lan reads %+v", all)
	}
}

func TestAWithdrawnCourseIsNotApproved(t *testing.T) {
	h := school(t)
	asked := ask(t, h, "lan", "rieng")
	h.Append("catalog.course.rieng", events.CourseWithdrawn{Course: "rieng"})
	_, err := enrolment.ApproveRequest.Call(h.As("chief", headOfXa), h.Client, enrolment.DecideRequest{Person: "lan", Course: "rieng", Request: asked.Request, Step: 1})
	hosttest.Refused(t, err, fault.Conflict)
}
