package scheduler

import (
	"context"
	"reflect"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// twice hands facts to a projection, each of them two times, and ends.
type twice []eventsource.Recorded

func (f twice) Read(_ context.Context, _ uint64, _ []string, fn func([]eventsource.Recorded) error) error {
	for _, r := range f {
		if err := fn([]eventsource.Recorded{r, r}); err != nil {
			return err
		}
	}
	return nil
}

func (f twice) Head(context.Context, []string) (uint64, error) { return uint64(len(f)), nil }

func project(t *testing.T, p *readmodel.Projection, story ...eventsource.Event) {
	t.Helper()
	var facts twice
	for i, e := range story {
		facts = append(facts, eventsource.Recorded{Seq: uint64(i + 1), Fact: eventsource.Fact{Event: e,
			Meta: eventsource.Meta{Time: monday.Add(time.Duration(i) * time.Minute)}}})
	}
	store := readmodel.NewMemory()
	for range 2 { // a second process starts where the first ended, and finds all done
		if err := p.Open(t.Context(), store, "scheduler"); err != nil {
			t.Fatal(err)
		}
		if err := p.Run(t.Context(), facts); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCampaignsAreListedNewestFirstWithTheirNextDueTime(t *testing.T) {
	second, third := weekly(), weekly()
	second.Campaign, second.Until = "second", weeks(2)
	third.Campaign = "third"
	tickOf := func(id string, due time.Time) events.CampaignTicked {
		e := ticked(due, 0)
		e.Campaign = id
		return e
	}
	c := newAgenda()
	project(t, c.Projection, weekly(), second, third,
		tickOf("attt", monday), tickOf("second", monday), tickOf("attt", weeks(1)), tickOf("second", weeks(2)),
		events.CampaignStopped{Campaign: "third"})

	view := func(p events.CampaignScheduled, minutes int, state string) Campaign {
		return Campaign{CampaignScheduled: p, Scheduled: monday.Add(time.Duration(minutes) * time.Minute), State: state}
	}
	first, over, stopped := view(weekly(), 0, Running), view(second, 1, Running), view(third, 2, Stopped)
	first.Ticks, first.Last, first.Next = 2, weeks(1), weeks(2)
	over.Ticks, over.Last = 2, weeks(2)

	got, err := c.list(t.Context(), nil, weeks(1), func(Campaign) (bool, error) { return true, nil })
	if want := []Campaign{stopped, over, first}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n got %+v\nwant %+v", err, got, want)
	}
	var live []string
	if err := c.eachRunning(t.Context(), func(d record) error { live = append(live, d.Campaign.Campaign); return nil }); err != nil || !reflect.DeepEqual(live, []string{"attt", "second"}) {
		t.Errorf("live: %v, %v", live, err)
	}
}

// Whoever knows the seed of a hold-out knows who is in which arm.
func TestNobodyIsToldTheSeed(t *testing.T) {
	plan := weekly()
	plan.HoldOut, plan.Seed = 20, 7
	c := newAgenda()
	project(t, c.Projection, plan)
	all, err := c.list(t.Context(), nil, monday, func(Campaign) (bool, error) { return true, nil })
	if err != nil || len(all) != 1 || all[0].HoldOut != 20 || all[0].Seed != 0 {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestAScheduleNobodyCanReadHasNoNext(t *testing.T) {
	plan := weekly()
	plan.Zone = "Mars/Olympus"
	if c := (record{Campaign: Campaign{CampaignScheduled: plan, State: Running}}).withNext(nil, monday); !c.Next.IsZero() {
		t.Errorf("next is %s", c.Next)
	}
}

func TestCoursesAndUnitsAreKnown(t *testing.T) {
	k := newKnown()
	project(t, k.Projection,
		events.UnitEstablished{Unit: "root"}, events.UnitEstablished{Unit: "so", Parent: "root"}, events.UnitEstablished{Unit: "phong", Parent: "so"},
		events.UnitEstablished{Unit: "xa", Parent: "root"},
		events.UnitEstablished{Unit: "a", Parent: "b"}, events.UnitEstablished{Unit: "b", Parent: "a"},
		events.CoursePublished{Course: "c1"}, events.CoursePublished{Course: "c2"}, events.CourseWithdrawn{Course: "c1"},
		events.CourseWithdrawn{Course: "c2"}, events.CoursePublished{Course: "c2", Version: 2})
	for id, withdrawn := range map[string]bool{"c1": true, "c2": false} {
		if c, found, err := k.courses.Get(t.Context(), id); err != nil || !found || c.Withdrawn != withdrawn {
			t.Errorf("%s: %+v, %v, %v", id, c, found, err)
		}
	}
	for _, c := range []struct {
		unit string
		tops []string
		want bool
	}{
		{"phong", []string{"phong"}, true}, {"phong", []string{"xa", "so"}, true}, {"phong", []string{"root"}, true},
		{"so", []string{"phong"}, false}, {"xa", []string{"so"}, false}, {"phong", nil, false}, {"unknown", []string{"root"}, false},
		{"a", []string{"root"}, false}, // a circle ends
	} {
		if got, err := k.within(t.Context(), c.unit, c.tops); err != nil || got != c.want {
			t.Errorf("%s within %v: %v, %v", c.unit, c.tops, got, err)
		}
	}
}

func TestWhatIsNotMadeUpForIsNotNext(t *testing.T) {
	plan := weekly()
	plan.Until = weeks(2)
	next := func(policy string, now time.Time) time.Time {
		plan.CatchUp = policy
		return record{Campaign: Campaign{CampaignScheduled: plan, State: Running}, Cursor: place{Last: monday}}.withNext(nil, now).Next
	}
	later := weeks(1).Add(time.Hour)
	for policy, want := range map[string]time.Time{"": weeks(1), events.CatchUpAll: weeks(1), events.CatchUpSkip: weeks(2)} {
		if got := next(policy, later); !got.Equal(want) {
			t.Errorf("%q: next is %s, want %s", policy, got, want)
		}
	}
	if got := next(events.CatchUpSkip, weeks(3)); !got.IsZero() {
		t.Errorf("after the end next is %s", got)
	}
}
