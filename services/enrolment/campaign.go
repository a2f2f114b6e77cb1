package enrolment

import (
	"context"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
)

// ticked enrols or reminds whom a campaign's tick is about.
func (x reactors) ticked(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	t, ok := r.Event.(events.CampaignTicked)
	if !ok {
		return nil, nil
	}
	if t.Programme != "" {
		path, in, err := x.reachProgramme(ctx, r, t.Unit, t.Programme)
		if err != nil || path.Version == 0 {
			return nil, err
		}
		people, err := x.view.chosen(ctx, in, t.Audience, r.Time)
		return forProgrammeTick(t, path, people), err
	}
	version, in, err := x.reach(ctx, r, t.Unit, t.Course)
	if err != nil || version == 0 {
		return nil, err
	}
	people, err := x.view.chosen(ctx, in, t.Audience, r.Time)
	if err != nil {
		return nil, err
	}
	return x.holdOut(ctx, t, forTick(t, version, people), people, r.Time)
}

// deadline is until when what a tick gives must be completed; facts of before there were due rules tell days only.
func deadline(t events.CampaignTicked) time.Time {
	if t.Deadline.IsZero() {
		return endOfDay(t.Due, t.DueDays)
	}
	return t.Deadline
}

// forTick enrols or reminds everyone whom a campaign's tick reaches.
func forTick(t events.CampaignTicked, version int, people []candidate) []enrol {
	all := make([]enrol, len(people))
	for i, p := range people {
		all[i] = enrol{Opening: events.PersonEnrolled{Person: p.Person, Course: t.Course, Version: version,
			Due: deadline(t), Campaign: t.Campaign, Tick: t.Due}}
		if t.HoldOut > 0 {
			all[i].Opening.Unit = p.By.Unit
		}
	}
	return all
}

// forProgrammeTick opens a period of the programme for everyone who has none open.
func forProgrammeTick(t events.CampaignTicked, path pathway, people []candidate) []eventsource.Request {
	all := make([]eventsource.Request, len(people))
	for i, p := range people {
		all[i] = undertake{Again: path.Again, Opening: events.ProgrammeEnrolled{Person: p.Person, Programme: t.Programme, Version: path.Version,
			Parts: path.Parts, Due: deadline(t), Campaign: t.Campaign, Tick: t.Due}}.request()
	}
	return all
}

// fired reminds those who have not completed what a tick gave them, or tells the heads of their units.
func (x reactors) fired(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	e, ok := r.Event.(events.TimerFired)
	if !ok || e.About.Campaign == "" {
		return nil, nil
	}
	if err := x.view.await(ctx, r.Seq, x.AwaitFor); err != nil {
		return nil, err
	}
	late, err := x.view.unfinished(ctx, roundID(e.About.Campaign, e.About.Tick))
	if err != nil {
		return nil, err
	}
	switch e.About.What {
	case events.TimerReminder:
		return x.reminders(ctx, e.About, late)
	case events.TimerEscalation:
		return x.escalations(ctx, e.About, late, r.Time)
	}
	return nil, nil
}

func (x reactors) reminders(ctx context.Context, about events.TimerOf, late []place) (all []eventsource.Request, err error) {
	for _, p := range late {
		fact := events.EnrolmentReminded{Person: p.Person, Course: about.Course, Period: p.Period, Campaign: about.Campaign, Tick: about.Tick, Days: about.Days}
		if about.Programme != "" {
			next, found, err := x.view.nextOf(ctx, p.Person, about.Programme)
			if err != nil {
				return nil, err
			}
			if !found {
				continue
			}
			fact.Course, fact.Period = next.Course, next.Period
		}
		all = append(all, eventsource.Prepare(remind{fact}))
	}
	return all, nil
}

// nextOf is the open course of a programme that a person has to complete first.
func (v view) nextOf(ctx context.Context, person, programme string) (next Enrolment, found bool, err error) {
	mine, err := v.mine(ctx, person) // by due time
	for _, e := range mine {
		if e.Programme == programme && e.Completed.IsZero() && e.Excused == "" {
			return e, true, err
		}
	}
	return next, false, err
}

// remind reminds a person of a period that is still open, once for so many days before its deadline.
type remind struct{ Fact events.EnrolmentReminded }

// Stream implements eventsource.Command.
func (c remind) Stream() string { return enrolmentStream(c.Fact.Person, c.Fact.Course) }

// Decide implements eventsource.Command.
func (c remind) Decide(s enrolment) ([]eventsource.Event, error) {
	if !s.open || s.free || s.period != c.Fact.Period || s.ticks[tick{c.Fact.Campaign, c.Fact.Tick.UnixNano(), c.Fact.Days}] {
		return nil, nil
	}
	return []eventsource.Event{c.Fact}, nil
}
