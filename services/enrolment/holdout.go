package enrolment

import (
	"context"
	"slices"
	"strconv"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/trial"
)

// A campaign may hold some people out, to tell later whether it works. Chance is drawn once for each tick and recorded, so that
// a tick that is handled again, when people have moved meanwhile, puts everybody into the same arm. No method tells the arms.

// drawing is the arms of a tick, once they are drawn.
type drawing struct{ events.ArmsDrawn }

// Evolve implements eventsource.State.
func (d drawing) Evolve(e eventsource.Event) drawing {
	if drawn, ok := e.(events.ArmsDrawn); ok {
		return drawing{drawn}
	}
	return d
}

// draw records the arms of a tick.
type draw struct{ Drawn events.ArmsDrawn }

// Stream implements eventsource.Command.
func (c draw) Stream() string {
	return "enrolment.trial." + c.Drawn.Campaign + "_" + strconv.FormatInt(c.Drawn.Tick.Unix(), 10)
}

// Decide implements eventsource.Command.
func (c draw) Decide(d drawing) ([]eventsource.Event, error) {
	if d.Campaign != "" {
		return nil, nil
	}
	return []eventsource.Event{c.Drawn}, nil
}

// arms gives the arms of a tick, drawn now or before. A person is drawn in the unit by which the tick is about them.
func (x reactors) arms(ctx context.Context, t events.CampaignTicked, people []candidate, at time.Time) (events.ArmsDrawn, error) {
	strata := map[string][]string{}
	for _, p := range people {
		strata[p.By.Unit] = append(strata[p.By.Unit], p.Person)
	}
	share := float64(t.HoldOut) / 100
	drawn := events.ArmsDrawn{Campaign: t.Campaign, Tick: t.Due, Seed: trial.SeedOf(t.Seed, t.Due), Share: share}
	for _, d := range trial.Draw(drawn.Seed, share, strata) {
		drawn.Units = append(drawn.Units, events.DrawnUnit{Unit: d.Stratum, People: d.People, Held: d.Held, Cut: d.Cut})
	}
	c := draw{drawn}
	if _, err := eventsource.Do(ctx, x.Journal, eventsource.Meta{Cause: c.Stream(), Actor: "system", Time: at}, c); err != nil {
		return events.ArmsDrawn{}, err
	}
	seen, err := host.See[drawing](ctx, x.Deps, c.Stream())
	return seen.State.ArmsDrawn, err
}

// holdOut takes out of a tick's requests those of people whom chance holds out.
func (x reactors) holdOut(ctx context.Context, t events.CampaignTicked, all []enrol, people []candidate, at time.Time) ([]eventsource.Request, error) {
	if t.HoldOut <= 0 {
		return prepare(all), nil
	}
	drawn, err := x.arms(ctx, t, people, at)
	if err != nil {
		return nil, err
	}
	cuts := map[string]string{}
	for _, u := range drawn.Units {
		cuts[u.Unit] = u.Cut
	}
	requests := make([]eventsource.Request, len(all))
	for i, c := range all {
		person := c.Opening.Person
		unit := people[i].By.Unit
		requests[i] = c.request()
		if trial.IsHeld(drawn.Seed, person, cuts[unit]) {
			requests[i] = eventsource.Prepare(hold{events.PersonHeldOut{Person: person, Course: t.Course, Campaign: t.Campaign, Tick: t.Due,
				Unit: unit, Until: c.Opening.Due, DueDays: t.DueDays}})
		}
	}
	return requests, nil
}

// hold holds a person out of a tick.
type hold struct{ Out events.PersonHeldOut }

// Stream implements eventsource.Command.
func (c hold) Stream() string { return enrolmentStream(c.Out.Person, c.Out.Course) }

// Decide implements eventsource.Command. Whoever is excused is in neither arm.
func (c hold) Decide(s enrolment) ([]eventsource.Event, error) {
	if s.ticks[tickOf(c.Out.Campaign, c.Out.Tick)] || s.open && s.free {
		return nil, nil
	}
	return []eventsource.Event{c.Out}, nil
}

// without are the hold-outs but that of one tick.
func (s enrolment) without(campaign string, at time.Time) []events.PersonHeldOut {
	return slices.DeleteFunc(slices.Clone(s.held), func(e events.PersonHeldOut) bool { return e.Campaign == campaign && e.Tick.Equal(at) })
}

// release asks a person who was held out, as the others were asked.
type release struct {
	Out     events.PersonHeldOut
	Version int // 0 for a course that is withdrawn
	Now     time.Time
}

// Stream implements eventsource.Command.
func (c release) Stream() string { return enrolmentStream(c.Out.Person, c.Out.Course) }

// Decide implements eventsource.Command.
func (c release) Decide(s enrolment) ([]eventsource.Event, error) {
	e := c.Out
	if len(s.without(e.Campaign, e.Tick)) == len(s.held) || c.Now.Before(e.Until) {
		return nil, nil
	}
	if s.open || s.passed.After(e.Tick) || c.Version == 0 {
		return []eventsource.Event{events.HoldOutEnded{Person: e.Person, Course: e.Course, Campaign: e.Campaign, Tick: e.Tick}}, nil
	}
	return []eventsource.Event{events.PersonEnrolled{Person: e.Person, Course: e.Course, Period: s.latest + 1, Version: c.Version,
		Due: endOfDay(c.Now, e.DueDays), Campaign: e.Campaign, Tick: e.Tick}}, nil
}

// heldView keeps who is held out.
type heldView struct {
	holding *readmodel.Projection
	held    *readmodel.Collection[events.PersonHeldOut]
}

func newHeldView() heldView {
	v := heldView{held: readmodel.NewCollection[events.PersonHeldOut]("held-out", readmodel.Index{Name: "until", Fields: []string{"until"}})}
	v.holding = readmodel.NewProjection("held-out", 1, []string{"enrolment.enrolment"}, v.applyHeld, v.held)
	return v
}

func (v heldView) applyHeld(b *readmodel.Batch, r eventsource.Recorded) error {
	id := func(person, course, campaign string, at time.Time) string {
		return person + "_" + course + "_" + campaign + "_" + strconv.FormatInt(at.Unix(), 10)
	}
	switch e := r.Event.(type) {
	case events.PersonHeldOut:
		return v.held.Update(b, id(e.Person, e.Course, e.Campaign, e.Tick), func(d *events.PersonHeldOut) { *d = e })
	case events.HoldOutEnded:
		return v.held.Delete(b, id(e.Person, e.Course, e.Campaign, e.Tick))
	case events.PersonEnrolled:
		if e.Campaign != "" {
			return v.held.Delete(b, id(e.Person, e.Course, e.Campaign, e.Tick))
		}
	}
	return nil
}

// releaseOn asks everybody whose hold-out is over at a time.
func (a api) releaseOn(ctx context.Context, now time.Time) error {
	over, err := collect(ctx, a.view.held, readmodel.Query{Index: "until", To: now})
	if err != nil {
		return err
	}
	return host.All(ctx, over, func(ctx context.Context, e events.PersonHeldOut) error {
		c, _, err := a.view.courses.Get(ctx, e.Course)
		if err != nil {
			return err
		}
		version := c.Version
		if c.Withdrawn {
			version = 0
		}
		_, err = eventsource.Do(ctx, a.Journal, eventsource.Meta{Actor: "system", Time: now}, eventsource.Command[enrolment](release{e, version, now}))
		return err
	})
}
