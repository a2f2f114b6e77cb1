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

func TestAnAttemptThatPassesAfterItWasMarkedAnewIsNoted(t *testing.T) {
	e := events.AttemptRemarked{Attempt: "x", Person: "lan", Course: "attt", Period: 1, Number: 2, Remark: "r1", Mark: 8, MarkWas: 3, At: after(3)}
	for _, c := range []struct {
		passed, was bool
		want        int
	}{{true, false, 1}, {true, true, 0}, {false, true, 0}, {false, false, 0}} { // what was passed is not taken back
		e.Passed, e.PassedWas = c.passed, c.was
		got, err := (reactors{}).marked(t.Context(), eventsource.Recorded{Fact: eventsource.Fact{Event: e}})
		if err != nil || len(got) != c.want {
			t.Errorf("passed %v, was %v: %d commands, %v; want %d", c.passed, c.was, len(got), err, c.want)
		}
	}
}
