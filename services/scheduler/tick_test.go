package scheduler

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"khuevan/content"
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
)

func build(d host.Deps) (host.Service, error) { return New(d, content.FS) }

// another is a replica within one house, whose router takes a reactor's name once.
func another(d host.Deps) (host.Service, error) {
	s, err := New(d, content.FS)
	s.Reactors = nil
	return s, err
}

// replicas is three processes over one journal and one clock, with a campaign that is due by cron.
func replicas(t *testing.T, cron string) (*hosttest.House, timetable) {
	t.Helper()
	h := hosttest.Bus(t, events.All())
	plan := weekly()
	plan.Cron, plan.From = cron, h.Clock.Now().Add(time.Second)
	h.Append(campaignStream(plan.Campaign), plan)
	h.Serve(another, another, another)
	h.Clock.AwaitWaiters(3)
	return h, table(t, plan.Cron, plan.Zone, plan.From, time.Time{})
}

func ticksOf(t *testing.T, h *hosttest.House) []events.CampaignTicked {
	t.Helper()
	history, err := h.Journal.Load(t.Context(), campaignStream("attt"))
	if err != nil {
		t.Fatal(err)
	}
	var ticks []events.CampaignTicked
	for _, r := range history {
		if e, ok := r.Event.(events.CampaignTicked); ok {
			ticks = append(ticks, e)
		}
	}
	return ticks
}

// accounted reports the first due time up to now that was not given exactly once: as a tick's own, or as one of those
// that a tick says it stands for.
func accounted(tt timetable, now time.Time, ticks []events.CampaignTicked) error {
	due := tt.next(time.Time{})
	for i, e := range ticks {
		for range e.Missed {
			if !due.Before(e.Due) {
				return fmt.Errorf("tick %d at %s counts %s once more", i, e.Due, due)
			}
			due = tt.next(due)
		}
		if !e.Due.Equal(due) {
			return fmt.Errorf("tick %d is for %s, want %s", i, e.Due, due)
		}
		due = tt.next(due)
	}
	if !due.After(now) {
		return fmt.Errorf("%s was never ticked", due)
	}
	return nil
}

func TestThreeReplicasGiveEachOf200DueTimesOnce(t *testing.T) {
	h, tt := replicas(t, "* * * * *")
	for range 200 {
		h.Clock.Advance(time.Minute)
		h.Clock.AwaitWaiters(3) // each has looked at this minute
	}
	ticks := ticksOf(t, h)
	if err := accounted(tt, h.Clock.Now(), ticks); err != nil {
		t.Error(err)
	}
	if len(ticks) != 200 {
		t.Errorf("%d ticks, want 200", len(ticks))
	}
	for _, e := range ticks {
		if e.Missed != 0 {
			t.Errorf("the tick for %s stands for %d more, but none was missed", e.Due, e.Missed)
		}
	}
}

func TestTheCheckerSeesADoubleALossAndAMiscount(t *testing.T) {
	tt := table(t, "0 8 * * 1", "", monday, time.Time{})
	now := weeks(3)
	right := []events.CampaignTicked{ticked(monday, 0), ticked(weeks(2), 1), ticked(weeks(3), 0)}
	if err := accounted(tt, now, right); err != nil {
		t.Fatal(err)
	}
	for name, wrong := range map[string][]events.CampaignTicked{
		"a double":          {right[0], right[1], right[1], right[2]},
		"a double at first": {right[0], right[0], right[1], right[2]},
		"a double at last":  {right[0], right[1], right[2], right[2]},
		"a loss":            {right[0], right[2]},
		"a loss at last":    {right[0], right[1]},
		"none":              nil,
		"counted too many":  {right[0], ticked(weeks(2), 2), right[2]},
		"counted too few":   {right[0], ticked(weeks(2), 0), right[2]},
		"out of order":      {right[1], right[0], right[2]},
		"not a due time":    {right[0], right[1], ticked(now.Add(time.Second), 0)},
	} {
		if accounted(tt, now, wrong) == nil {
			t.Errorf("%s was not seen", name)
		}
	}
}

// careless ticks like a scheduler without memory: whatever it is asked.
type careless struct{ tick }

func (c careless) Decide(campaign) ([]eventsource.Event, error) {
	return []eventsource.Event{ticked(c.Due, 0)}, nil
}

func TestWithoutTheStreamsMemoryThreeReplicasWouldTickThreeTimes(t *testing.T) {
	h := hosttest.Bus(t, events.All())
	h.Append(campaignStream("attt"), weekly())
	for replica := range 3 {
		meta := eventsource.Meta{Cause: fmt.Sprint(replica), Time: monday}
		if _, err := eventsource.Do(t.Context(), h.Journal, meta, eventsource.Command[campaign](careless{ticks(monday)})); err != nil {
			t.Fatal(err)
		}
	}
	ticks := ticksOf(t, h)
	if len(ticks) != 3 || accounted(table(t, "0 8 * * 1", "", monday, time.Time{}), monday, ticks) == nil {
		t.Errorf("%d ticks, and the checker is content", len(ticks))
	}
}

func TestAJumpingClockLosesAndRepeatsNothing(t *testing.T) {
	h, tt := replicas(t, "*/10 * * * *")
	start := h.Clock.Now()
	for _, minutes := range []int{10, 20, 5, 25, 24 * 60, 23 * 60, 24 * 60, 3 * 24 * 60, 0, 60, 4*24*60 - 1, 4 * 24 * 60} {
		h.Clock.Set(start.Add(time.Duration(minutes) * time.Minute))
		h.Clock.AwaitWaiters(3)
	}
	ticks := ticksOf(t, h)
	if err := accounted(tt, h.Clock.Now(), ticks); err != nil {
		t.Error(err)
	}
	if last := ticks[len(ticks)-1]; !last.Due.Equal(start.AddDate(0, 0, 4)) {
		t.Errorf("the last tick is for %s", last.Due)
	}
	if len(ticks) > 8 { // seven times the clock stood later than ever
		t.Errorf("%d ticks: due times did not collapse", len(ticks))
	}
}

func TestThreeDaysOfDowntimeGiveOneTick(t *testing.T) {
	h := hosttest.Bus(t, events.All())
	plan := weekly()
	plan.Cron, plan.From = "0 * * * *", h.Clock.Now()
	h.Append(campaignStream("attt"), plan, ticked(plan.From, 0))
	h.Clock.Advance(72*time.Hour + 20*time.Minute)
	h.Serve(another, another, another)
	h.Clock.AwaitWaiters(3)
	ticks := ticksOf(t, h)
	if len(ticks) != 2 || !ticks[1].Due.Equal(plan.From.Add(72*time.Hour)) || ticks[1].Missed != 71 {
		t.Errorf("ticks: %+v", ticks)
	}
}

// A campaign may be due sooner than the loop would have looked again by itself.
func TestANewCampaignWakesTheLoop(t *testing.T) {
	h := hosttest.Run(t, events.All(), build)
	h.Clock.AwaitWaiters(1)
	soon := weekly()
	soon.Cron, soon.From = "10 * * * * *", h.Clock.Now()
	seq := h.Append(campaignStream("attt"), soon)
	h.Settle()
	h.Clock.Advance(10 * time.Second)

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err := h.Journal.Read(ctx, seq, []string{"scheduler.campaign"}, func(facts []eventsource.Recorded) error {
		if e, ok := facts[0].Event.(events.CampaignTicked); !ok || !e.Due.Equal(h.Clock.Now()) {
			t.Errorf("what followed is %+v", facts[0])
		}
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("no tick came: %v", err)
	}
}
