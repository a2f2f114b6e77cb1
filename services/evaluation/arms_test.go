package evaluation

import (
	"errors"
	"reflect"
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
	"khuevan/trial"
)

func project(t *testing.T, p *readmodel.Projection, story ...eventsource.Event) {
	t.Helper()
	var facts twice
	for i, e := range story {
		facts = append(facts, eventsource.Recorded{Seq: uint64(i + 1), Fact: eventsource.Fact{Event: e, Meta: eventsource.Meta{Time: tick}}})
	}
	store := readmodel.NewMemory()
	for range 2 { // a second process starts where the first ended, and finds all done
		if err := p.Open(t.Context(), store, "evaluation"); err != nil {
			t.Fatal(err)
		}
		if err := p.Run(t.Context(), facts); !errors.Is(err, errEnd) {
			t.Fatal(err)
		}
	}
}

func TestWhatBecomesOfTheArms(t *testing.T) {
	enrolled := func(person, unit string) events.PersonEnrolled {
		return events.PersonEnrolled{Person: person, Course: "attt", Period: 1, Campaign: "c", Tick: tick, Unit: unit}
	}
	a := newArms()
	project(t, a.projection,
		events.AttemptSubmitted{Attempt: "lan_1", Person: "lan", Course: "attt", At: tick.AddDate(0, -6, 0), Mark: 5},
		events.CampaignTicked{Campaign: "c", Due: tick, Course: "attt", DueDays: 7, HoldOut: 20}, // of before facts told the deadline
		events.CampaignTicked{Campaign: "all", Due: tick, Course: "attt", DueDays: 7},
		enrolled("lan", "xa"),
		events.PersonHeldOut{Person: "hoa", Course: "attt", Campaign: "c", Tick: tick, Unit: "xa", Until: until},
		events.EnrolmentReminded{Person: "minh", Course: "attt", Period: 3, Campaign: "c", Tick: tick, Unit: "so"},
		events.EnrolmentReminded{Person: "mai", Course: "attt", Period: 3, Campaign: "c", Tick: tick, Days: 3, Unit: "so"},       // no arm
		events.PersonEnrolled{Person: "an", Course: "attt", Period: 1, Campaign: "all", Tick: tick},                              // of no trial
		events.PersonEnrolled{Person: "binh", Course: "attt", Period: 1, Assignment: "a1"},                                       // by a rule
		events.EnrolmentCompleted{Person: "lan", Course: "attt", Period: 1, At: tick.AddDate(0, 0, 2)},                           // in time
		events.EnrolmentCompleted{Person: "minh", Course: "attt", Period: 3, At: tick.AddDate(0, 0, 20)},                         // too late
		events.EnrolmentCompleted{Person: "hoa", Course: "khac", Period: 1, At: tick.AddDate(0, 0, 2)},                           // another course
		events.AttemptSubmitted{Attempt: "lan_2", Person: "lan", Course: "attt", At: tick.AddDate(0, 0, 1), Mark: 7},             // after
		events.AttemptRemarked{Attempt: "lan_2", Person: "lan", Course: "attt", At: until.AddDate(0, 1, 0), Mark: 8, MarkWas: 7}, // what it was worth then
		events.AttemptSubmitted{Attempt: "hoa_1", Person: "hoa", Course: "attt", At: tick.AddDate(0, 0, 1), Mark: 9})
	got := map[string]map[string]standing{}
	strata, err := a.strataOf(t.Context(), trialID("c", tick))
	for _, d := range strata {
		got[d.Unit] = d.People
	}
	want := map[string]map[string]standing{
		"xa": {"lan": {Done: true, Score: trial.Score{Before: 5, Known: true, After: 8}}, "hoa": {Held: true}},
		"so": {"minh": {}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n got %+v\nwant %+v", err, got, want)
	}
	if none, err := a.strataOf(t.Context(), trialID("all", tick)); err != nil || len(none) != 0 {
		t.Errorf("a tick that holds nobody out has %+v, %v", none, err)
	}
	if d, found, err := a.trials.Get(t.Context(), trialID("c", tick)); err != nil || !found || !d.Until.Equal(until) {
		t.Errorf("%+v, %v, %v", d, found, err)
	}
}
