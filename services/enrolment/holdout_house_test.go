package enrolment_test

import (
	"strconv"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/host/hosttest"
	"khuevan/services/enrolment"
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

// While a tick that holds people out runs, no preview tells in which arm anybody is; afterwards previews are as ever.
func TestPreviewsTellNoArm(t *testing.T) {
	h := house(t)
	for i := range 9 {
		p := "p" + strconv.Itoa(i)
		h.Append("directory.person."+p, events.MembershipBegan{Person: p, Unit: "so"})
	}
	h.Append("directory.person.hoa", events.MembershipBegan{Person: "hoa", Unit: "xa"}) // beside the tick
	h.Append("scheduler.campaign.c1", events.CampaignTicked{Campaign: "c1", Due: hosttest.Start, Course: "attt", Unit: "so", DueDays: 7, Deadline: due, HoldOut: 50, Seed: 7})
	h.Settle()
	round := func() enrolment.AssignPreview {
		t.Helper()
		p, err := enrolment.PreviewRound.Call(h.As("dao", everywhere), h.Client, enrolment.PreviewRoundRequest{Course: "attt", Unit: "tinh", Deadline: due})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	rule, err := enrolment.PreviewAssign.Call(h.As("dao", everywhere), h.Client, to("tinh"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []enrolment.AssignPreview{rule, round()} {
		if p.People != 12 || p.Compared != 10 || p.New != 2 || p.Open != 0 { // hoa and lan are in no arm
			t.Errorf("%+v", p)
		}
		for _, r := range p.Rows {
			if in := r.Unit == "so"; in != (r.State == "compared") || in && !r.Due.IsZero() {
				t.Errorf("%+v", r)
			}
		}
	}
	h.Clock.Set(due.Add(time.Second))
	if p := round(); p.Compared != 0 || p.New == 0 || p.Open == 0 {
		t.Errorf("afterwards: %+v", p)
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
