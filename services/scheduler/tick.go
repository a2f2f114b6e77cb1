package scheduler

import (
	"context"
	"fmt"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
)

// tick says that a due time of a campaign has come: the latest that has passed. How many earlier ones it stands for is
// counted on the stream's own last tick, so that replicas which disagree on the time still account for each due time once.
type tick struct {
	Campaign string
	Due      time.Time
}

// Stream implements eventsource.Command.
func (c tick) Stream() string { return campaignStream(c.Campaign) }

// Decide implements eventsource.Command.
func (c tick) Decide(s campaign) ([]eventsource.Event, error) {
	if !s.exists() {
		return nil, errNoCampaign()
	}
	if s.stopped || !c.Due.After(s.last) {
		return nil, nil
	}
	table, err := newTimetable(s.plan.Cron, s.plan.Zone, s.plan.From, s.plan.Until)
	if err != nil {
		return nil, err
	}
	if !table.has(c.Due) {
		return nil, fault.New(fault.Conflict, "Thời điểm này không thuộc lịch của chiến dịch.",
			"This is not a due time of the campaign.")
	}
	return []eventsource.Event{events.CampaignTicked{
		Campaign: c.Campaign, Due: c.Due.UTC(), Missed: table.between(s.last, c.Due),
		Title: s.plan.Title, Course: s.plan.Course, Unit: s.plan.Unit, DueDays: s.plan.DueDays,
	}}, nil
}

// longestSleep bounds how long the loop trusts what it last saw.
const longestSleep = 30 * time.Second

// ticker ticks what is due. Any number of them may run over one journal.
type ticker struct {
	deps      host.Deps
	campaigns *campaigns
}

// run is the loop. It sleeps until the earliest due time, and wakes when a campaign changes.
func (t ticker) run(ctx context.Context) error {
	for {
		seen, now := t.campaigns.Position(), t.deps.Clock.Now()
		wake, err := t.tickDue(ctx, now)
		if err != nil {
			return err
		}
		if err := t.sleep(ctx, seen, wake); err != nil {
			return err
		}
	}
}

// tickDue ticks every live campaign that is due, and tells when to look again. A campaign that cannot be ticked
// does not hold up the others; it is tried again at the next look.
func (t ticker) tickDue(ctx context.Context, now time.Time) (wake time.Time, err error) {
	wake = now.Add(longestSleep)
	err = t.campaigns.eachLive(ctx, func(c record) error {
		next, err := t.tickOne(ctx, c, now)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			t.deps.Log.WarnContext(ctx, "campaign is not ticked", "campaign", c.Campaign.Campaign, "err", err)
		} else if !next.IsZero() && next.Before(wake) {
			wake = next
		}
		return nil
	})
	return wake, err
}

// tickOne ticks one campaign if it is due and gives its next due time.
func (t ticker) tickOne(ctx context.Context, c record, now time.Time) (next time.Time, err error) {
	table, err := newTimetable(c.Cron, c.Zone, c.From, c.Until)
	if err != nil {
		return time.Time{}, err
	}
	due := table.latest(c.Last, now)
	if due.IsZero() {
		return table.next(c.Last), nil
	}
	meta := eventsource.Meta{Cause: "due " + due.Format(time.RFC3339), Actor: "system", Time: now}
	out, err := eventsource.Do(ctx, t.deps.Journal, meta, eventsource.Command[campaign](tick{Campaign: c.Campaign.Campaign, Due: due}))
	if err != nil {
		return time.Time{}, fmt.Errorf("tick %s: %w", due.Format(time.RFC3339), err)
	}
	for _, e := range out.Events {
		t.deps.Log.InfoContext(ctx, "campaign ticked", "campaign", c.Campaign.Campaign, "due", due, "missed", e.(events.CampaignTicked).Missed)
	}
	return table.next(due), nil
}

// sleep returns at wake, or as soon as the campaigns show more than was seen.
func (t ticker) sleep(ctx context.Context, seen uint64, wake time.Time) error {
	until, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		if t.campaigns.Await(until, seen+1) == nil {
			cancel() // a projection that has stopped does not wake: nothing new can be seen
		}
	}()
	if err := t.deps.Clock.WaitUntil(until, wake); err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return nil
}
