package enrolment

import (
	"reflect"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
)

func TestATickIsDueAtTheEndOfItsLastDay(t *testing.T) {
	tick := events.CampaignTicked{Campaign: "c1", Due: monday, Course: "attt", Unit: "xa", DueDays: 14}
	want := ticked(0, "c1", monday)
	want.Due = time.Date(2026, 12, 7, 16, 59, 59, 0, time.UTC)
	if got := forTick(tick, 2, []candidate{{Person: "lan"}}); !reflect.DeepEqual(got, []enrol{{Opening: want}}) {
		t.Errorf("got %+v, want %+v", got, want)
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
	m := member{}.begin("lan", "xa", "clerk", "2026-01-01", "").begin("lan", "xa", "clerk", "2026-12-01", "")
	if !m.on("2026-11-23") || !m.on("2026-12-01") || m.on("2025-12-31") {
		t.Errorf("%+v", m)
	}
	if back := (member{Person: "lan", Unit: "xa", From: "2025-01-01", Ended: "2025-06-01"}).begin("lan", "xa", "clerk", "2026-01-01", ""); back.on("2025-12-31") {
		t.Errorf("an old membership goes on: %+v", back)
	}
}
