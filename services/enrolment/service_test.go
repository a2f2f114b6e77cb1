package enrolment_test

import (
	"reflect"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
	"khuevan/services/enrolment"
)

var (
	everywhere = rpc.Grant{Role: events.RoleTrainer}
	inXa       = rpc.Grant{Role: events.RoleTrainer, Unit: "xa"}
	due        = time.Date(2026, 12, 7, 16, 59, 59, 0, time.UTC)
)

// house has the units tinh > xa > van and tinh > so, lan in van, minh in so, and the course attt.
func house(t *testing.T) *hosttest.House {
	h := hosttest.Run(t, events.All(), func(d host.Deps) (host.Service, error) { return enrolment.New(d), nil })
	for _, u := range [][2]string{{"tinh", ""}, {"xa", "tinh"}, {"van", "xa"}, {"so", "tinh"}} {
		h.Append("directory.unit."+u[0], events.UnitEstablished{Unit: u[0], Parent: u[1]})
	}
	h.Append("directory.person.lan", events.MembershipBegan{Person: "lan", Unit: "van"})
	h.Append("directory.person.minh", events.MembershipBegan{Person: "minh", Unit: "so"})
	h.Append("catalog.course.attt", events.CoursePublished{Course: "attt", Version: 1})
	return h
}

func to(unit string) enrolment.AssignCourseRequest {
	return enrolment.AssignCourseRequest{Assignment: "a1", Course: "attt", Unit: unit, Due: due}
}

func mine(t *testing.T, h *hosttest.House, person string) []enrolment.Enrolment {
	t.Helper()
	all, err := enrolment.MyEnrolments.Call(h.As(person), h.Client, enrolment.MineRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAnAssignmentOverTheBus(t *testing.T) {
	h := house(t)
	preview, err := enrolment.PreviewAssign.Call(h.As("dao", everywhere), h.Client, to("xa"))
	want := enrolment.AssignPreview{People: 1, New: 1, Left: map[string]int{}, Rows: []enrolment.Reached{{Person: "lan", Unit: "van", State: "new", Due: due}}}
	if err != nil || !reflect.DeepEqual(preview, want) {
		t.Fatalf("preview %+v, %v", preview, err)
	}
	dao := h.As("dao", everywhere)
	first, err := enrolment.AssignCourse.Call(dao, h.Client, to("xa"))
	if err != nil || first.Assignment != "a1" || first.Seq == 0 {
		t.Fatalf("assigned %+v, %v", first, err)
	}
	again, err := enrolment.AssignCourse.Call(dao, h.Client, to("xa"))
	if err != nil || again != first {
		t.Errorf("repeated: assigned %+v, %v; want %+v", again, err, first)
	}
	h.Settle()
	if got := mine(t, h, "lan"); len(got) != 1 || got[0].Course != "attt" || got[0].Period != 1 || !got[0].Due.Equal(due) || !got[0].Since.Equal(hosttest.Start) {
		t.Errorf("lan has %+v", got)
	}
	if got := mine(t, h, "minh"); len(got) != 0 {
		t.Errorf("minh of another unit has %+v", got)
	}

	h.Append("directory.person.mai", events.MembershipBegan{Person: "mai", Unit: "xa"})
	h.Append("progress.course.lan_attt_1", events.CourseCompleted{Person: "lan", Course: "attt", Period: 1, At: hosttest.Start})
	h.Settle()
	if got := mine(t, h, "mai"); len(got) != 1 || got[0].Period != 1 {
		t.Errorf("mai, who joined later, has %+v", got)
	}
	if got := mine(t, h, "lan"); !got[0].Completed.Equal(hosttest.Start) {
		t.Errorf("lan has %+v, want it completed", got)
	}
	list, err := enrolment.ListAssignments.Call(h.As("dao", everywhere), h.Client, enrolment.ListAssignmentsRequest{})
	if err != nil || len(list) != 1 || list[0].Enrolled != 2 || list[0].Completed != 1 {
		t.Errorf("listed %+v, %v", list, err)
	}
}

func TestACampaignOverTheBus(t *testing.T) {
	h := house(t)
	tick := func(at time.Time) {
		h.Append("scheduler.campaign.c1", events.CampaignTicked{Campaign: "c1", Due: at, Course: "attt", Unit: "tinh", DueDays: 7})
		h.Settle()
	}
	tick(hosttest.Start)
	for _, person := range []string{"lan", "minh"} {
		if got := mine(t, h, person); len(got) != 1 || got[0].Campaign != "c1" || !got[0].Due.Equal(time.Date(2026, 11, 30, 16, 59, 59, 0, time.UTC)) {
			t.Errorf("%s has %+v", person, got)
		}
	}
	h.Append("progress.course.lan_attt_1", events.CourseCompleted{Person: "lan", Course: "attt", Period: 1, At: hosttest.Start})
	h.Settle()
	tick(hosttest.Start.AddDate(0, 0, 7))
	if got := mine(t, h, "lan"); got[0].Period != 2 || !got[0].Completed.IsZero() {
		t.Errorf("lan, who was done, has %+v", got)
	}
	if got := mine(t, h, "minh"); got[0].Period != 1 {
		t.Errorf("minh, who was not, has %+v", got)
	}
	past, err := h.Journal.Load(t.Context(), "enrolment.enrolment.minh_attt")
	if err != nil || len(past) != 2 || past[1].Event.EventType() != (events.EnrolmentReminded{}).EventType() {
		t.Errorf("minh's facts are %+v, %v; want a reminder", past, err)
	}
}

func TestAWithdrawnCourseEnrolsNobody(t *testing.T) {
	h := house(t)
	if _, err := enrolment.AssignCourse.Call(h.As("dao", everywhere), h.Client, to("so")); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	h.Append("catalog.course.attt", events.CourseWithdrawn{Course: "attt"})
	h.Append("directory.person.mai", events.MembershipBegan{Person: "mai", Unit: "so"})
	h.Append("scheduler.campaign.c1", events.CampaignTicked{Campaign: "c1", Due: hosttest.Start, Course: "attt", Unit: "tinh", DueDays: 7})
	h.Settle()
	for _, person := range []string{"lan", "mai"} {
		if got := mine(t, h, person); len(got) != 0 {
			t.Errorf("%s has %+v", person, got)
		}
	}
	if got := mine(t, h, "minh"); len(got) != 1 || !got[0].Completed.IsZero() {
		t.Errorf("minh, who was in it before, has %+v", got)
	}
	_, err := enrolment.AssignCourse.Call(h.As("dao", everywhere), h.Client, to("xa"))
	refusedFor(t, err, "course")
}

func refusedFor(t *testing.T, err error, field string) {
	t.Helper()
	if !fault.Is(err, fault.Invalid) || len(fault.Of(err).Fields) != 1 || fault.Of(err).Fields[0].Name != field {
		t.Errorf("got %v with %+v, want a refusal for %s", err, fault.Of(err).Fields, field)
	}
}

func TestRefusedAssignments(t *testing.T) {
	h := house(t)
	for field, change := range map[string]func(*enrolment.AssignCourseRequest){
		"course":     func(r *enrolment.AssignCourseRequest) { r.Course = "khac" },
		"unit":       func(r *enrolment.AssignCourseRequest) { r.Unit = "khac" },
		"due":        func(r *enrolment.AssignCourseRequest) { r.Due = hosttest.Start },
		"assignment": func(r *enrolment.AssignCourseRequest) { r.Assignment = "a_1.x" },
	} {
		req := to("xa")
		change(&req)
		_, err := enrolment.AssignCourse.Call(h.As("dao", everywhere), h.Client, req)
		refusedFor(t, err, field)
	}
	_, err := enrolment.AssignCourse.Call(h.As("lan"), h.Client, to("xa"))
	hosttest.Refused(t, err, fault.Denied)
	if got := h.Denied(); got != "lan enrolment.assign-course" {
		t.Errorf("recorded the denial as %q", got)
	}
}

func TestATrainerKeepsToTheUnitsOfTheRole(t *testing.T) {
	h := house(t)
	for _, unit := range []string{"so", "tinh"} {
		_, err := enrolment.AssignCourse.Call(h.As("tuan", inXa), h.Client, to(unit))
		hosttest.Refused(t, err, fault.Denied)
		if got := h.Denied(); got != "tuan enrolment.assign-course" {
			t.Errorf("recorded the denial as %q", got)
		}
		_, err = enrolment.PreviewAssign.Call(h.As("tuan", inXa), h.Client, to(unit))
		hosttest.Refused(t, err, fault.Denied)
		h.Denied()
	}
	made, err := enrolment.AssignCourse.Call(h.As("tuan", inXa), h.Client, enrolment.AssignCourseRequest{Course: "attt", Unit: "van", Due: due})
	if err != nil || made.Assignment == "" {
		t.Fatalf("assigned %+v, %v", made, err)
	}
	other, err := enrolment.AssignCourse.Call(h.As("dao", everywhere), h.Client, to("so"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := enrolment.ListAssignments.Call(h.As("tuan", inXa), h.Client, enrolment.ListAssignmentsRequest{After: other.Seq})
	if err != nil || len(list) != 1 || list[0].Unit != "van" {
		t.Errorf("listed %+v, %v; want that of van only", list, err)
	}
}

func TestAMergerBringsPeopleIntoTheReachOfAnAssignment(t *testing.T) {
	h := house(t)
	if _, err := enrolment.AssignCourse.Call(h.As("dao", everywhere), h.Client, to("xa")); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	if got := mine(t, h, "minh"); len(got) != 0 {
		t.Fatalf("minh has %+v", got)
	}
	h.Append("directory.unit.so", events.UnitEnded{Unit: "so", How: events.UnitMerged, Into: []string{"xa"}, On: "2026-11-01"})
	h.Settle()
	if got := mine(t, h, "minh"); len(got) != 1 || got[0].Course != "attt" {
		t.Errorf("after the merger minh has %+v", got)
	}
}

func TestAMergerRecordedAheadWaitsForItsDay(t *testing.T) {
	h := house(t)
	if _, err := enrolment.AssignCourse.Call(h.As("dao", everywhere), h.Client, to("xa")); err != nil {
		t.Fatal(err)
	}
	h.Append("directory.unit.so", events.UnitEnded{Unit: "so", How: events.UnitMerged, Into: []string{"xa"}, On: "2026-11-24"})
	h.Settle()
	if got := mine(t, h, "minh"); len(got) != 0 {
		t.Fatalf("before the day minh has %+v", got)
	}
	h.Clock.Advance(24 * time.Hour)
	h.Append("directory.unit.so", events.UnitDayCame{Unit: "so", On: "2026-11-24"})
	h.Settle()
	if got := mine(t, h, "minh"); len(got) != 1 || got[0].Course != "attt" {
		t.Errorf("on the day minh has %+v", got)
	}
}
