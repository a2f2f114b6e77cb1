package enrolment

import (
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

func TestAssigning(t *testing.T) {
	made := events.AssignmentMade{Assignment: "a1", Course: "attt", Unit: "xa", Due: later}
	cmd := assign{Making: made, Now: monday}
	other := cmd
	other.Making.Unit = "so"
	eventtest.Given[assignment](t).When(cmd).Then(made)
	eventtest.Given[assignment](t, made).When(cmd).ThenNothing()
	eventtest.Given[assignment](t, made).When(assign{Making: made, Now: later.AddDate(1, 0, 0)}).ThenNothing()
	eventtest.Given[assignment](t, made).When(other).ThenRefused(fault.Conflict)
}

// The clock stands at 8:00 of 23 November in Viet Nam; that day ends at 16:59:59 UTC.
func TestDueNotBeforeTheEndOfToday(t *testing.T) {
	endOfToday := time.Date(2026, 11, 23, 16, 59, 59, 0, time.UTC)
	at := func(due time.Time) assign {
		return assign{Now: monday, Making: events.AssignmentMade{Assignment: "a1", Course: "attt", Unit: "xa", Due: due}}
	}
	eventtest.Given[assignment](t).When(at(endOfToday)).Then(at(endOfToday).Making)
	for _, due := range []time.Time{endOfToday.Add(-time.Second), monday, {}} {
		eventtest.Given[assignment](t).When(at(due)).ThenRefused(fault.Invalid)
	}
	_, err := at(monday).Decide(assignment{})
	if f := fault.Of(err); len(f.Fields) != 1 || f.Fields[0].Name != "due" {
		t.Errorf("refused with the fields %+v, want due", f.Fields)
	}
}

func TestTheDayIsVietNams(t *testing.T) {
	evening := time.Date(2026, 11, 23, 17, 30, 0, 0, time.UTC) // 0:30 of the 24th in Viet Nam
	if got := localDay(evening); got != "2026-11-24" {
		t.Errorf("the day is %s", got)
	}
	if got, want := endOfDay(evening, 14), time.Date(2026, 12, 8, 16, 59, 59, 0, time.UTC); !got.Equal(want) {
		t.Errorf("14 days later ends at %v, want %v", got, want)
	}
}
