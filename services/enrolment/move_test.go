package enrolment

import (
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
)

func TestAnOpenPeriodGoesOverToALaterVersion(t *testing.T) {
	went := events.PeriodMoved{Person: "lan", Course: "attt", Period: 1, From: 2, To: 3}
	cmd := move{"lan", "attt", 3}
	inVersion := func(past ...eventsource.Event) eventtest.Scenario[running] {
		return eventtest.Given[running](t, past...)
	}
	inVersion(assigned(1)).When(cmd).Then(went)
	inVersion(assigned(1), went).When(cmd).ThenNothing()
	inVersion(assigned(1), went).When(move{"lan", "attt", 2}).ThenNothing()
	inVersion(assigned(1), completed(1)).When(cmd).ThenNothing()
	inVersion().When(cmd).ThenNothing()
	second := went
	second.Period = 2
	inVersion(assigned(1), completed(1), ticked(2, "c1", monday)).When(cmd).Then(second)
}
