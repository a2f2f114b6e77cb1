package enrolment

import (
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

func TestExcusing(t *testing.T) {
	asked := excuse{events.PersonExcused{Person: "lan", Course: "attt", Why: events.ExcusedLeave, By: "chief"}}
	was := events.PersonExcused{Person: "lan", Course: "attt", Period: 1, Why: events.ExcusedLeave, By: "chief"}
	eventtest.Given[enrolment](t).When(asked).ThenRefused(fault.NotFound)
	eventtest.Given[enrolment](t, assigned(1)).When(asked).Then(was)
	eventtest.Given[enrolment](t, assigned(1), was).When(asked).ThenNothing()
	eventtest.Given[enrolment](t, assigned(1), completed(1)).When(asked).ThenRefused(fault.Conflict)

	back := withdrawExcuse{"lan", "attt", "chief"}
	gone := events.ExcuseWithdrawn{Person: "lan", Course: "attt", Period: 1, By: "chief"}
	eventtest.Given[enrolment](t).When(back).ThenRefused(fault.NotFound)
	eventtest.Given[enrolment](t, assigned(1)).When(back).ThenNothing()
	eventtest.Given[enrolment](t, assigned(1), was).When(back).Then(gone)
	eventtest.Given[enrolment](t, assigned(1), was, gone).When(asked).Then(was)
}

// Whoever is excused is not reminded; a new period asks again.
func TestNobodyIsRemindedOfWhatIsNotAsked(t *testing.T) {
	was := events.PersonExcused{Person: "lan", Course: "attt", Period: 1, Why: events.ExcusedLeave, By: "chief"}
	eventtest.Given[enrolment](t, assigned(1), was).When(enrol{Opening: ticked(0, "c1", monday)}).ThenNothing()
	eventtest.Given[enrolment](t, assigned(1), was, completed(1)).When(enrol{Opening: ticked(0, "c1", monday)}).Then(ticked(2, "c1", monday))
}
