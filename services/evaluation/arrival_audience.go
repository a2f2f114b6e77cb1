package evaluation

import (
	"cmp"
	"context"
	"slices"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/clock"
	"khuevan/platform/readmodel"
)

// invited is somebody whom a tick asks.
type invited struct {
	comer
	Unit string // by which the tick is about them
}

// summons is what a tick asks, of whom.
type summons struct {
	Content  string
	Unit     string
	Audience events.Audience
	Round    string // of a tick that has come: whom it has asked already is asked by it
}

// reach gives the people of a tick's audience at a time, and those of them whom it asks, by id.
func (a *arrivals) reach(ctx context.Context, q summons, at time.Time) (people int, all []invited, err error) {
	day := clock.Date(at)
	w, err := a.units.On(ctx, day)
	if err != nil {
		return 0, nil, err
	}
	within := map[string]bool{}
	for _, unit := range w.Subtree(q.Unit) {
		within[unit] = true
	}
	shown, err := a.shown(ctx, q.Audience.Lacks, at)
	if err != nil {
		return 0, nil, err
	}
	places, err := a.placesIn(ctx, q.Content)
	if err != nil {
		return 0, nil, err
	}
	err = a.people.Each(ctx, readmodel.Query{}, func(c comer) error {
		unit, in := c.chosen(q.Audience, within, day, shown)
		if !in {
			return nil
		}
		people++
		if q.asks(places[c.Person]) {
			all = append(all, invited{c, unit})
		}
		return nil
	})
	return people, all, err
}

// asks reports whether the tick asks, or asked, somebody who stands there.
func (q summons) asks(p place) bool {
	return q.Round != "" && (p.Round == q.Round || p.Held == q.Round) || p.waits()
}

// chosen tells whether an audience within some units is about the person on a day, and by which unit.
func (c comer) chosen(a events.Audience, within map[string]bool, day string, shown map[string]map[string]bool) (unit string, in bool) {
	if c.Gone {
		return "", false
	}
	var held []organisation.Membership
	for _, m := range c.Career.Held(day) {
		if within[m.Unit] {
			m.From = c.Career.Since(m)
			held = append(held, m)
		}
	}
	if len(held) == 0 {
		return "", false
	}
	slices.SortFunc(held, func(a, b organisation.Membership) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Unit, b.Unit))
	})
	serving := make([]organisation.Serving, len(held))
	for i, m := range held {
		serving[i] = organisation.Serving{Post: m.Post, From: m.From}
	}
	i, out := organisation.Choose(a, c.Person, serving, day, func(tag string) bool { return shown[tag][c.Person] })
	return held[i].Unit, out == ""
}

// shown tells, of each competency, who has completed a course with it whose validity has not run out.
func (a *arrivals) shown(ctx context.Context, tags []string, at time.Time) (map[string]map[string]bool, error) {
	all := map[string]map[string]bool{}
	for _, tag := range tags {
		all[tag] = map[string]bool{}
	}
	if len(tags) == 0 {
		return all, nil
	}
	return all, a.courses.Each(ctx, readmodel.Query{}, func(c course) error {
		return a.places.Each(ctx, readmodel.Query{Index: "content", Equal: []any{c.Course}}, func(p place) error {
			w := c.Worth[p.PassedIn]
			if p.Passed.IsZero() || !clock.Holds(p.Passed, w.Months, at) {
				return nil
			}
			for _, tag := range w.Tags {
				if people := all[tag]; people != nil {
					people[p.Person] = true
				}
			}
			return nil
		})
	})
}

// placesIn are the places in a course or a programme, by person.
func (a *arrivals) placesIn(ctx context.Context, content string) (map[string]place, error) {
	all := map[string]place{}
	return all, a.places.Each(ctx, readmodel.Query{Index: "content", Equal: []any{content}}, func(p place) error {
		all[p.Person] = p
		return nil
	})
}

// mostPast is from how many ticks that are over one learns, the latest.
const mostPast = 500

// past are the ticks that are over at a time and asked somebody, the latest first.
func (a *arrivals) past(ctx context.Context, at time.Time) ([]arrivalRound, error) {
	var all []arrivalRound
	page, err := a.rounds.Find(ctx, readmodel.Query{Index: "due", Equal: []any{true}, To: at, Desc: true, Limit: mostPast})
	for _, d := range page.Items {
		if d.Tally.Asked > 0 {
			all = append(all, d)
		}
	}
	return all, err
}
