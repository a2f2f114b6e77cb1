package progress

import (
	"reflect"
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource"
)

func TestAnEnrolmentOpensItsPeriod(t *testing.T) {
	e := events.PersonEnrolled{Person: "lan", Course: "attt", Period: 1, Version: 2, Due: after(1), Assignment: "a1"}
	got := opening(e, version{Lessons: []string{"a", "b"}, Quiz: true})
	if want := (open{opening2(true)}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestAPassedAttemptIsNoted(t *testing.T) {
	e := events.AttemptSubmitted{Attempt: "x", Person: "lan", Course: "attt", Period: 1, Number: 2, At: after(3), Mark: 8, Passed: true}
	if got, want := passing(e), (passQuiz{passed("x", 8, 3)}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestAFailedAttemptLeadsToNothing(t *testing.T) {
	for passed, want := range map[bool]int{true: 1, false: 0} {
		fact := eventsource.Recorded{Fact: eventsource.Fact{Event: events.AttemptSubmitted{Person: "lan", Passed: passed}}}
		if got, err := (reactors{}).marked(t.Context(), fact); err != nil || len(got) != want {
			t.Errorf("passed %v leads to %d commands, %v; want %d", passed, len(got), err, want)
		}
	}
}
