package quiz

import (
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource/eventtest"
)

func TestAnAttemptCanBeRemembered(t *testing.T) {
	eventtest.Lasting[attemptState](t,
		events.AttemptStarted{Attempt: "lan_attt_1_1", Items: []events.DrawnItem{{Item: "q1", Order: []string{"a", "b"}}, {Item: "q2", Order: []string{"b", "a"}, Multiple: true}}},
		events.AnswerSaved{Item: "q1", Choice: []string{"a"}}, events.AnswerSaved{Item: "q2", Choice: []string{"a", "b"}},
		events.AnswerSaved{Item: "q1", Choice: []string{"b"}}, events.AttemptSubmitted{Attempt: "lan_attt_1_1"})
}
