package scheduler

import (
	"context"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// record is a campaign as it is kept; Next is left to the question, for it follows from the rest.
type record struct {
	Campaign
	Cursor place `json:"cursor"`
}

// place is a cursor as it is kept.
type place struct {
	Last time.Time `json:"last"`
	At   time.Time `json:"at"`
}

func (p place) cursor() cursor { return cursor{p.Last, p.At} }

// agenda is the read model of what is due when: campaigns with their ticks, schedules of the platform, timers.
type agenda struct {
	*readmodel.Projection
	campaigns *readmodel.Collection[record]
	ticks     *readmodel.Collection[Tick]
	routines  *readmodel.Collection[place]
	timers    *readmodel.Collection[timerDoc]
}

// timerDoc is a timer that waits.
type timerDoc struct {
	Timer string    `json:"timer"`
	Due   time.Time `json:"due"`
}

func newAgenda() *agenda {
	index := func(name string, fields ...string) readmodel.Index {
		return readmodel.Index{Name: name, Fields: fields}
	}
	a := &agenda{
		campaigns: readmodel.NewCollection[record]("campaigns", index("scheduled", "scheduled"), index("state", "state")),
		ticks:     readmodel.NewCollection[Tick]("ticks", index("campaign", "campaign", "due")),
		routines:  readmodel.NewCollection[place]("routines"),
		timers:    readmodel.NewCollection[timerDoc]("timers", index("due", "due")),
	}
	a.Projection = readmodel.NewProjection("campaigns", 3, []string{"scheduler.campaign", "scheduler.routine", "scheduler.timer"}, a.apply,
		a.campaigns, a.ticks, a.routines, a.timers)
	return a
}

func (a *agenda) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	change := func(id string, fn func(*record)) error { return a.campaigns.Update(b, id, fn) }
	switch e := r.Event.(type) {
	case events.CampaignScheduled:
		e.Seed = 0 // whoever knows it knows who is held out
		return change(e.Campaign, func(d *record) { d.Campaign = Campaign{CampaignScheduled: e, Scheduled: r.Time, State: Running} })
	case events.CampaignTicked:
		if err := change(e.Campaign, func(d *record) { d.Ticks, d.Last, d.Cursor = d.Ticks+1, e.Due, place{e.Due, e.At} }); err != nil {
			return err
		}
		return a.ticks.Update(b, tickID(e.Campaign, e.Due), func(d *Tick) {
			*d = Tick{Campaign: e.Campaign, Due: e.Due, Missed: e.Missed, Deadline: e.Deadline}
			if e.Deadline.IsZero() { // an old fact
				d.Deadline = clock.EndOfDay(clock.Midnight(e.Due).AddDate(0, 0, e.DueDays))
			}
		})
	case events.CampaignPaused:
		return change(e.Campaign, func(d *record) { d.State = Paused })
	case events.CampaignResumed:
		return change(e.Campaign, func(d *record) { d.State, d.Cursor.Last = Running, d.Cursor.cursor().resumed(e.At).last })
	case events.CampaignStopped:
		return change(e.Campaign, func(d *record) { d.State = Stopped })
	case events.RoutineTicked:
		return a.routines.Update(b, e.Name, func(d *place) { d.Last = e.Due })
	case events.TimerSet:
		return a.timers.Update(b, e.Timer, func(d *timerDoc) { *d = timerDoc{e.Timer, e.Due} })
	case events.TimerFired:
		return a.timers.Delete(b, e.Timer)
	case events.TimerCancelled:
		return a.timers.Delete(b, e.Timer)
	}
	return nil
}

func (a *agenda) eachRunning(ctx context.Context, fn func(record) error) error {
	return a.campaigns.Each(ctx, readmodel.Query{Index: "state", Equal: []any{Running}}, fn)
}

// list gives the campaigns that show allows, newest first, each with its next due time.
func (a *agenda) list(ctx context.Context, days *clock.Calendar, now time.Time, show func(Campaign) (bool, error)) ([]Campaign, error) {
	list := []Campaign{}
	err := a.campaigns.Each(ctx, readmodel.Query{Index: "scheduled", Desc: true}, func(d record) error {
		visible, err := show(d.Campaign)
		if visible {
			list = append(list, d.withNext(days, now))
		}
		return err
	})
	return list, err
}

// withNext adds the due time that is ticked next, which is past where it is to be made up for. A schedule that cannot be read here
// (a zone this machine does not know) has none.
func (d record) withNext(days *clock.Calendar, now time.Time) Campaign {
	if d.State != Running {
		return d.Campaign
	}
	if table, err := timetableOf(d.CampaignScheduled, days); err == nil {
		var due time.Time
		if due, d.Next = d.Cursor.cursor().due(table, d.CatchUp, now); !due.IsZero() {
			d.Next = due
		}
	}
	return d.Campaign
}

// lately are the latest ticks of a campaign, the newest first.
func (a *agenda) lately(ctx context.Context, campaign string) ([]Tick, error) {
	page, err := a.ticks.Find(ctx, readmodel.Query{Index: "campaign", Equal: []any{campaign}, Desc: true, Limit: shownTicks})
	return page.Items, err
}
