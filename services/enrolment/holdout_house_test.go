package enrolment_test

import (
	"strconv"
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/host/hosttest"
	"khuevan/trial"
)

func TestATickWithAHoldOutOverTheBus(t *testing.T) {
	h := house(t)
	for i := range 18 {
		p := "p" + strconv.Itoa(i)
		h.Append("directory.person."+p, events.MembershipBegan{Person: p, Unit: "so"})
	}
	h.Append("scheduler.campaign.c1", events.CampaignTicked{Campaign: "c1", Due: hosttest.Start, Course: "attt", Unit: "so", DueDays: 7, HoldOut: 50, Seed: 7})
	h.Settle()
	history, err := h.Journal.Load(t.Context(), "enrolment.trial.c1_"+strconv.FormatInt(hosttest.Start.Unix(), 10))
	if err != nil || len(history) != 1 {
		t.Fatalf("the draw is %v, %v", history, err)
	}
	unit := history[0].Event.(events.ArmsDrawn).Units[0]
	if unit.People != 19 || unit.Held != 9 && unit.Held != 10 {
		t.Fatalf("drawn %+v", unit)
	}
	drawn := history[0].Event.(events.ArmsDrawn)
	held := 0
	for i := range 18 {
		p := "p" + strconv.Itoa(i)
		out := trial.IsHeld(drawn.Seed, p, unit.Cut)
		if out {
			held++
		}
		if first := firstFact(t, h, p); out && first.EventType() != (events.PersonHeldOut{}).EventType() || !out && first.(events.PersonEnrolled).Unit != "so" {
			t.Errorf("%s, held out %v, has %+v", p, out, first)
		}
		if got := mine(t, h, p); (len(got) == 0) != out {
			t.Errorf("%s, held out %v, has %+v", p, out, got)
		}
	}
	if held == 0 || held == 18 {
		t.Errorf("%d of 18 are held out", held)
	}
}

// firstFact is the first fact of a person in the course.
func firstFact(t *testing.T, h *hosttest.House, person string) eventsource.Event {
	t.Helper()
	all, err := h.Journal.Load(t.Context(), "enrolment.enrolment."+person+"_attt")
	if err != nil || len(all) == 0 {
		t.Fatalf("%s has no fact, %v", person, err)
	}
	return all[0].Event
}
