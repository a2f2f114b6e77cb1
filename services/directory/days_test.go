package directory

import (
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
)

func TestADayIsToldOnce(t *testing.T) {
	ahead := []eventsource.Event{lanKnown, lanClerk,
		events.MembershipEnded{Person: "p1", Unit: "u1", On: "2026-12-01"},
		events.MembershipBegan{Person: "p1", Unit: "u2", Post: "clerk", On: "2026-12-01"}}
	came := events.CareerDayCame{Person: "p1", On: "2026-12-01", Joined: []string{"u2"}}
	eventtest.Given[person](t, ahead...).When(tellCareerDay{Person: "p1", On: "2026-12-01"}).Then(came)
	eventtest.Given[person](t, append(ahead, came)...).When(tellCareerDay{Person: "p1", On: "2026-12-01"}).ThenNothing()
	eventtest.Given[person](t, ahead...).When(tellCareerDay{Person: "p1", On: "2026-12-02"}).ThenNothing()
	withdrawn := append(ahead, events.MembershipWithdrawn{Person: "p1", Membership: "u2"}, events.MembershipRestated{Person: "p1", Membership: "u1", Unit: "u1", Post: "clerk", On: "2026-11-23"})
	eventtest.Given[person](t, withdrawn...).When(tellCareerDay{Person: "p1", On: "2026-12-01"}).ThenNothing()

	moved := []eventsource.Event{events.UnitEstablished{Unit: "u1", Code: "U", On: "2025-07-01"}, events.UnitMoved{Unit: "u1", Parent: "u2", On: "2026-12-01"}}
	eventtest.Given[unit](t, moved...).When(tellUnitDay{Unit: "u1", On: "2026-12-01"}).Then(events.UnitDayCame{Unit: "u1", On: "2026-12-01"})
	eventtest.Given[unit](t, append(moved, events.UnitDayCame{Unit: "u1", On: "2026-12-01"})...).When(tellUnitDay{Unit: "u1", On: "2026-12-01"}).ThenNothing()
}

// counts tells how many people the lists and the numbers have in units.
func (h *house) counts(t *testing.T, units ...string) (all []int) {
	t.Helper()
	if err := h.catchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, u := range units {
		page, err := h.listPeople(admin(), ListPeopleRequest{Unit: u})
		if err != nil || page.Total != len(page.Items) {
			t.Fatalf("%+v, %v", page, err)
		}
		doc, _, err := h.units.Get(t.Context(), u)
		if err != nil || doc.People != page.Total {
			t.Fatalf("%s counts %d, and lists %d, %v", u, doc.People, page.Total, err)
		}
		all = append(all, page.Total)
	}
	return all
}

func TestWhatIsRecordedAheadCountsOnItsDay(t *testing.T) {
	h := home(t)
	h.journal.add(t, "directory.unit.u1", events.UnitEstablished{Unit: "u1", Code: "A", Name: "A", Kind: "commune", On: "2025-07-01"})
	h.journal.add(t, "directory.unit.u2", events.UnitEstablished{Unit: "u2", Code: "B", Name: "B", Kind: "commune", On: "2025-07-01"},
		events.UnitMoved{Unit: "u2", Parent: "u1", On: "2026-12-01"})
	h.journal.add(t, "directory.person.p1", events.PersonRegistered{Person: "p1"}, events.MembershipBegan{Person: "p1", Unit: "u1", Post: "clerk", On: "2026-01-01"},
		events.MembershipEnded{Person: "p1", Unit: "u1", On: "2026-12-01"}, events.MembershipBegan{Person: "p1", Unit: "u2", Post: "leader", On: "2026-12-01"},
		events.PersonRetired{Person: "p1", On: "2027-02-28"})
	told := func(want string) {
		t.Helper()
		if err := h.catchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := h.tellDue(t.Context(), h.today()); err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, r := range h.journal.All() {
			switch e := r.Event.(type) {
			case events.CareerDayCame:
				got += e.Person + " " + e.On + ";"
			case events.UnitDayCame:
				got += e.Unit + " " + e.On + ";"
			}
		}
		if got != want {
			t.Fatalf("told %q, want %q", got, want)
		}
	}
	told("")
	if got := h.counts(t, "u1", "u2"); got[0] != 1 || got[1] != 0 {
		t.Errorf("before the day: %v", got)
	}
	h.clock.Set(time.Date(2026, 11, 30, 17, 0, 0, 0, time.UTC)) // midnight in Ha Noi
	told("p1 2026-12-01;u2 2026-12-01;")
	told("p1 2026-12-01;u2 2026-12-01;")
	if got := h.counts(t, "u2"); got[0] != 1 {
		t.Errorf("on the day: %v", got)
	}
	h.clock.Set(time.Date(2027, 6, 1, 1, 0, 0, 0, time.UTC)) // the program did not run on the day
	told("p1 2026-12-01;u2 2026-12-01;p1 2027-02-28;")
	if got := h.counts(t, "u1", "u2"); got[0]+got[1] != 0 {
		t.Errorf("after leaving the service: %v", got)
	}
}
