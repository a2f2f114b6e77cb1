package enrolment

import (
	"testing"
	"time"

	"khuevan/events"
)

func heldOut() events.PersonHeldOut {
	return events.PersonHeldOut{Person: "lan", Course: "attt", Campaign: "c1", Tick: monday, Unit: "xa", Until: later, DueDays: 7}
}

func TestWhoeverIsHeldOutIsNotAskedByThatTick(t *testing.T) {
	asked := enrol{Opening: ticked(0, "c1", monday)}
	given(t).When(hold{heldOut()}).Then(heldOut())
	given(t, heldOut()).When(hold{heldOut()}).ThenNothing()
	given(t, heldOut()).When(asked).ThenNothing()
	given(t, ticked(1, "c1", monday)).When(hold{heldOut()}).ThenNothing() // an arm is never changed
	given(t, heldOut()).When(byRule()).Then(assigned(1))                  // a rule asks all the same
}

func TestTheUnitOfTheDrawStandsInWhatIsAsked(t *testing.T) {
	tick := events.CampaignTicked{Campaign: "c1", Due: monday, Course: "attt", Unit: "tinh", DueDays: 14}
	people := []candidate{{Person: "lan", By: member{Unit: "xa"}}}
	if got := forTick(tick, 2, people)[0].Opening.Unit; got != "" {
		t.Errorf("a tick that holds nobody out tells the unit %q", got)
	}
	tick.HoldOut = 20
	asked := forTick(tick, 2, people)[0]
	told := reminded("c1", monday)
	told.Unit = "xa"
	given(t, assigned(1)).When(asked).Then(told)
}

func TestWhoeverIsHeldOutIsAskedOnceTheOthersAreDue(t *testing.T) {
	after := later.Add(time.Hour)
	released := ticked(1, "c1", monday)
	released.Due = endOfDay(after, 7)
	ended := events.HoldOutEnded{Person: "lan", Course: "attt", Campaign: "c1", Tick: monday}
	now := release{heldOut(), 2, after}
	given(t, heldOut()).When(release{heldOut(), 2, monday}).ThenNothing()
	given(t, heldOut()).When(now).Then(released)
	given(t, heldOut(), released).When(now).ThenNothing()
	given(t, heldOut(), assigned(1)).When(now).Then(ended)
	given(t, heldOut(), ended).When(now).ThenNothing()
	given(t, heldOut()).When(release{heldOut(), 0, after}).Then(ended)

	again := released // the number of a period that was withdrawn is not given again
	again.Period = 2
	given(t, heldOut(), assigned(1), events.EnrolmentWithdrawn{Person: "lan", Course: "attt", Period: 1}).When(now).Then(again)
}
