package enrolment

import (
	"reflect"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
)

func TestAnAssignmentEnrolsEveryoneItReaches(t *testing.T) {
	made := events.AssignmentMade{Assignment: "a1", Course: "attt", Unit: "xa", Due: later}
	lan, minh := assigned(0), assigned(0)
	minh.Person = "minh"
	if got := forAssignment(made, 2, []string{"lan", "minh"}); !reflect.DeepEqual(got, []enrol{{lan}, {minh}}) {
		t.Errorf("got %+v", got)
	}
	if got := forAssignment(made, 2, nil); len(got) != 0 {
		t.Errorf("nobody is reached, got %+v", got)
	}
}

func TestATickIsDueAtTheEndOfItsLastDay(t *testing.T) {
	tick := events.CampaignTicked{Campaign: "c1", Due: monday, Course: "attt", Unit: "xa", DueDays: 14}
	want := ticked(0, "c1", monday)
	want.Due = time.Date(2026, 12, 7, 16, 59, 59, 0, time.UTC)
	if got := forTick(tick, 2, []string{"lan"}); !reflect.DeepEqual(got, []enrol{{want}}) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestJoiningAUnit(t *testing.T) {
	van := unit{Unit: "van", Path: "/tinh/xa/van/"}
	running := []Assignment{ // by due time
		{ID: "a1", Course: "attt", Unit: "xa", Due: later},
		{ID: "a2", Course: "attt", Unit: "tinh", Due: later.AddDate(0, 0, 1)},
		{ID: "a3", Course: "mang", Unit: "tinh", Due: later.AddDate(0, 0, 2)},
		{ID: "a4", Course: "khac", Unit: "so", Due: later.AddDate(0, 0, 3)},
		{ID: "a5", Course: "rut", Unit: "van", Due: later.AddDate(0, 0, 4)},
	}
	offered := map[string]int{"attt": 2, "mang": 1, "khac": 1}
	want := []enrol{{assigned(0)}, {events.PersonEnrolled{Person: "lan", Course: "mang", Version: 1, Due: later.AddDate(0, 0, 2), Assignment: "a3"}}}
	if got := forJoining("lan", van, running, offered); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := forJoining("lan", unit{}, running, offered); len(got) != 0 {
		t.Errorf("an unknown unit leads to %+v", got)
	}
}

func TestCompletingACourseClosesItsPeriod(t *testing.T) {
	got := forCompletion(events.CourseCompleted{Person: "lan", Course: "attt", Period: 1, At: monday, Mark: 8})
	if want := (complete{completed(1)}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestWithin(t *testing.T) {
	van := unit{Unit: "van", Path: "/tinh/xa/van/"}
	for other, want := range map[string]bool{"van": true, "xa": true, "tinh": true, "a": false, "so": false, "va": false} {
		if van.within(other) != want {
			t.Errorf("within %q is %v", other, !want)
		}
	}
	if van.within() {
		t.Error("within no unit at all")
	}
}

func TestJoiningCountsFromItsDayOn(t *testing.T) {
	for _, c := range []struct {
		fact eventsource.Event
		want []string
	}{
		{events.MembershipBegan{Person: "lan", Unit: "xa", On: "2026-11-23"}, []string{"xa"}},
		{events.MembershipBegan{Person: "lan", Unit: "xa", On: "2025-01-01"}, []string{"xa"}},
		{events.MembershipBegan{Person: "lan", Unit: "xa", On: "2026-11-24"}, nil},
		{events.MembershipRestated{Person: "lan", Unit: "xa", On: "2026-11-24"}, nil},
		{events.MembershipRestated{Person: "lan", Unit: "xa", On: "2026-11-23"}, []string{"xa"}},
		{events.CareerDayCame{Person: "lan", On: "2026-11-24", Joined: []string{"xa", "so"}}, []string{"xa", "so"}},
		{events.CareerDayCame{Person: "lan", On: "2026-11-24"}, nil},
	} {
		who, got := joining(eventsource.Recorded{Fact: eventsource.Fact{Event: c.fact, Meta: eventsource.Meta{Time: monday}}})
		if who != "lan" || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%+v: %s joins %v, want %v", c.fact, who, got, c.want)
		}
	}
}

func TestAnotherPostInTheSameUnitDoesNotInterruptBeingThere(t *testing.T) {
	m := member{}.begin("lan", "xa", "2026-01-01", "").begin("lan", "xa", "2026-12-01", "")
	if !m.on("2026-11-23") || !m.on("2026-12-01") || m.on("2025-12-31") {
		t.Errorf("%+v", m)
	}
	if back := (member{Person: "lan", Unit: "xa", From: "2025-01-01", Ended: "2025-06-01"}).begin("lan", "xa", "2026-01-01", ""); back.on("2025-12-31") {
		t.Errorf("an old membership goes on: %+v", back)
	}
}
