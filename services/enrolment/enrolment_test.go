package enrolment

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

var (
	monday = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	later  = time.Date(2026, 11, 30, 16, 59, 59, 0, time.UTC)
)

func assigned(period int) events.PersonEnrolled {
	return events.PersonEnrolled{Person: "lan", Course: "attt", Period: period, Version: 2, Due: later, Assignment: "a1"}
}

// byRule asks for what assigned says, once.
func byRule() enrol {
	opening := assigned(0)
	opening.Due = time.Time{}
	return enrol{Opening: opening, Terms: terms{Due: later}, At: monday}
}

func ticked(period int, campaign string, at time.Time) events.PersonEnrolled {
	return events.PersonEnrolled{Person: "lan", Course: "attt", Period: period, Version: 2, Due: later, Campaign: campaign, Tick: at}
}

func reminded(campaign string, at time.Time) events.EnrolmentReminded {
	return events.EnrolmentReminded{Person: "lan", Course: "attt", Period: 1, Campaign: campaign, Tick: at}
}

func completed(period int) events.EnrolmentCompleted {
	return events.EnrolmentCompleted{Person: "lan", Course: "attt", Period: period, At: monday}
}

func given(t *testing.T, past ...eventsource.Event) eventtest.Scenario[enrolment] {
	return eventtest.Given[enrolment](t, past...)
}

func TestAnAssignmentOpensTheFirstPeriodOnly(t *testing.T) {
	cmd := byRule()
	given(t).When(cmd).Then(assigned(1))
	given(t, assigned(1)).When(cmd).ThenNothing()
	given(t, assigned(1), completed(1)).When(cmd).ThenNothing()
	given(t, ticked(1, "c1", monday)).When(cmd).ThenNothing()
}

func TestATickOpensAPeriodOrReminds(t *testing.T) {
	cmd := enrol{Opening: ticked(0, "c1", later)}
	given(t).When(cmd).Then(ticked(1, "c1", later))
	given(t, assigned(1), completed(1)).When(cmd).Then(ticked(2, "c1", later))
	given(t, assigned(1)).When(cmd).Then(reminded("c1", later))
	given(t, ticked(1, "c1", monday)).When(cmd).Then(reminded("c1", later))
	given(t, ticked(1, "c2", later)).When(cmd).Then(reminded("c1", later))
}

func TestATickIsHeededOnce(t *testing.T) {
	cmd := enrol{Opening: ticked(0, "c1", later)}
	given(t, ticked(1, "c1", later)).When(cmd).ThenNothing()
	given(t, ticked(1, "c1", later), completed(1)).When(cmd).ThenNothing()
	given(t, assigned(1), reminded("c1", later)).When(cmd).ThenNothing()
	given(t, assigned(1), reminded("c1", later), completed(1)).When(cmd).ThenNothing()
	given(t, assigned(1), reminded("c1", later), reminded("c2", later)).When(cmd).ThenNothing()
}

func TestCompletionClosesThePeriod(t *testing.T) {
	given(t, assigned(1)).When(complete{completed(1)}).Then(completed(1))
	given(t, assigned(1), completed(1)).When(complete{completed(1)}).ThenNothing()
	given(t, assigned(1), completed(1), ticked(2, "c1", later)).When(complete{completed(1)}).ThenNothing()
	given(t, assigned(1), completed(1), ticked(2, "c1", later)).When(complete{completed(2)}).Then(completed(2))
	given(t).When(complete{completed(1)}).ThenRefused(fault.NotFound)
	given(t, assigned(1)).When(complete{completed(2)}).ThenRefused(fault.NotFound)
	given(t, assigned(1)).When(complete{completed(0)}).ThenRefused(fault.NotFound)
}

// Whatever reaches an enrolment, in whatever order and however often: periods count from 1 without gaps, one opens only
// when none is open, an assignment opens none but the first, and every tick is heeded exactly once.
func TestPeriodsAreARow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s enrolment
		heeded := map[tick]int{}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			var cmd eventsource.Command[enrolment]
			switch rapid.IntRange(0, 2).Draw(t, "what") {
			case 0:
				cmd = byRule()
			case 1:
				campaign := rapid.SampledFrom([]string{"c1", "c2"}).Draw(t, "campaign")
				at := monday.AddDate(0, 0, rapid.IntRange(0, 3).Draw(t, "day"))
				cmd = enrol{Opening: ticked(0, campaign, at)}
				heeded[tickOf(campaign, at)] += 0
			case 2:
				if s.period == 0 {
					continue
				}
				cmd = complete{completed(rapid.IntRange(1, s.period).Draw(t, "period"))}
			}
			decided, err := cmd.Decide(s)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range decided {
				checkRow(t, s, e, heeded)
				s = s.Evolve(e)
			}
		}
		for tick, n := range heeded {
			if n != 1 {
				t.Fatalf("tick %+v was heeded %d times", tick, n)
			}
		}
	})
}

func checkRow(t *rapid.T, s enrolment, e eventsource.Event, heeded map[tick]int) {
	switch e := e.(type) {
	case events.PersonEnrolled:
		if s.open || e.Period != s.period+1 || (e.Campaign == "" && e.Period != 1) {
			t.Fatalf("period %d opened over %+v", e.Period, s)
		}
		if e.Campaign != "" {
			heeded[tickOf(e.Campaign, e.Tick)]++
		}
	case events.EnrolmentReminded:
		if !s.open || e.Period != s.period {
			t.Fatalf("reminded of period %d over %+v", e.Period, s)
		}
		heeded[tickOf(e.Campaign, e.Tick)]++
	case events.EnrolmentCompleted:
		if !s.open || e.Period != s.period {
			t.Fatalf("period %d closed over %+v", e.Period, s)
		}
	}
}
