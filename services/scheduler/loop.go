package scheduler

import (
	"context"
	"fmt"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
)

// longestSleep bounds how long the loop trusts what it last saw.
const longestSleep = 30 * time.Second

// ticker ticks and fires what is due. Any number of them may run over one journal: what each writes is decided on the stream of
// its schedule or timer, so the second decides nothing.
type ticker struct {
	deps     host.Deps
	agenda   *agenda
	routines []routineSchedule
	days     *clock.Calendar
}

// run is the loop, one goroutine for all schedules and timers. It sleeps until something is due, and wakes when the agenda changes.
func (t ticker) run(ctx context.Context) error {
	for {
		seen, now := t.agenda.Position(), t.deps.Clock.Now()
		look := alarm(now.Add(longestSleep))
		for _, act := range []func(context.Context, time.Time, *alarm) error{t.tickRoutines, t.tickCampaigns, t.fireTimers} {
			if err := act(ctx, now, &look); err != nil {
				return err
			}
		}
		if err := t.sleep(ctx, seen, time.Time(look)); err != nil {
			return err
		}
	}
}

// alarm is when to look again.
type alarm time.Time

// atLatest looks again no later than at; zero asks for nothing.
func (a *alarm) atLatest(at time.Time) {
	if !at.IsZero() && at.Before(time.Time(*a)) {
		*a = alarm(at)
	}
}

// tickRoutines ticks the schedules of the platform that are due.
func (t ticker) tickRoutines(ctx context.Context, now time.Time, look *alarm) error {
	for _, r := range t.routines {
		last, _, err := t.agenda.routines.Get(ctx, r.Name)
		if err != nil {
			return err
		}
		wake, err := t.tickRoutine(ctx, r, cursor{last: last.Last}, now)
		if err := t.passOver(ctx, r.Name, err); err != nil {
			return err
		}
		look.atLatest(wake)
	}
	return nil
}

func (t ticker) tickRoutine(ctx context.Context, r routineSchedule, c cursor, now time.Time) (wake time.Time, err error) {
	table, err := r.table()
	if err != nil {
		return time.Time{}, err
	}
	due, wake := c.due(table, "", now)
	if due.IsZero() {
		return wake, nil
	}
	return wake, write(ctx, t, now, tickID(r.Name, due), tickRoutine{Schedule: r, Due: due, Now: now})
}

// tickCampaigns ticks the campaigns that are due.
func (t ticker) tickCampaigns(ctx context.Context, now time.Time, look *alarm) error {
	return t.agenda.eachRunning(ctx, func(c record) error {
		wake, err := t.tickCampaign(ctx, c, now)
		look.atLatest(wake)
		return t.passOver(ctx, c.Campaign.Campaign, err)
	})
}

func (t ticker) tickCampaign(ctx context.Context, c record, now time.Time) (wake time.Time, err error) {
	table, err := timetableOf(c.CampaignScheduled, t.days)
	if err != nil {
		return time.Time{}, err
	}
	due, wake := c.Cursor.cursor().due(table, c.CatchUp, now)
	if due.IsZero() {
		return wake, nil
	}
	return wake, write(ctx, t, now, tickID(c.Campaign.Campaign, due), tick{Campaign: c.Campaign.Campaign, Due: due, Now: now, Days: t.days})
}

// passOver lets a schedule that cannot be ticked hold up no other; it is tried again at the next look.
func (t ticker) passOver(ctx context.Context, schedule string, err error) error {
	if err != nil && ctx.Err() == nil {
		t.deps.Log.WarnContext(ctx, "schedule is not ticked", "schedule", schedule, "err", err)
	}
	return ctx.Err()
}

// write appends a tick, and sees to it that the next look shows it. Its id is the cause, so that one whose acknowledgement was lost
// is known again.
func write[S eventsource.State[S]](ctx context.Context, t ticker, now time.Time, id string, cmd eventsource.Command[S]) error {
	out, err := eventsource.DoRecent(ctx, t.deps.Journal, t.deps.Recent, eventsource.Meta{Cause: "tick " + id, Actor: "system", Time: now}, cmd)
	if err != nil {
		return fmt.Errorf("tick %s: %w", id, err)
	}
	if len(out.Events) > 0 {
		t.deps.Log.InfoContext(ctx, "ticked", "tick", id)
	}
	return t.agenda.Await(ctx, out.Seq)
}

// duePage is how many timers are fired between two looks.
const duePage = 2000

// fireTimers fires timers that are due, a page of them, and sees to it that the next look shows them as fired.
func (t ticker) fireTimers(ctx context.Context, now time.Time, look *alarm) error {
	page, err := t.agenda.timers.Find(ctx, readmodel.Query{Index: "due", Limit: duePage})
	if err != nil {
		return err
	}
	var due []eventsource.Request
	for _, d := range page.Items {
		if d.Due.After(now) {
			look.atLatest(d.Due)
			break
		}
		due = append(due, eventsource.Prepare(fireTimer{Timer: d.Timer, Now: now}))
	}
	if len(due) == 0 {
		return nil
	}
	if len(due) == len(page.Items) {
		look.atLatest(now) // there may be more
	}
	meta := eventsource.Meta{Cause: "timer", Actor: "system", Time: now}
	var last highest
	err = host.All(ctx, due, func(ctx context.Context, q eventsource.Request) error {
		out, err := q.Do(ctx, t.deps.Journal, meta)
		last.see(out.Seq)
		return err
	})
	if err != nil {
		return fmt.Errorf("fire timers: %w", err)
	}
	return t.agenda.Await(ctx, last.seq)
}

// sleep returns at wake, or as soon as the agenda shows more than was seen.
func (t ticker) sleep(ctx context.Context, seen uint64, wake time.Time) error {
	until, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		if t.agenda.Await(until, seen+1) == nil {
			cancel() // a projection that has stopped does not wake: nothing new can be seen
		}
	}()
	if err := t.deps.Clock.WaitUntil(until, wake); err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return nil
}
