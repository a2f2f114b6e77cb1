package enrolment

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// escalated is whether the heads of a unit were told of a tick.
type escalated bool

// Evolve implements eventsource.State.
func (s escalated) Evolve(eventsource.Event) escalated { return true }

// escalate tells the heads of a unit, once for each tick.
type escalate struct{ Fact events.OverdueEscalated }

// Stream implements eventsource.Command.
func (c escalate) Stream() string {
	return "enrolment.escalation." + roundID(c.Fact.Campaign, c.Fact.Tick) + "_" + c.Fact.Unit
}

// Decide implements eventsource.Command.
func (c escalate) Decide(s escalated) ([]eventsource.Event, error) {
	if s {
		return nil, nil
	}
	return []eventsource.Event{c.Fact}, nil
}

// escalations count those who are late by the nearest unit above them that has a head other than themselves.
func (x reactors) escalations(ctx context.Context, about events.TimerOf, late []place, now time.Time) ([]eventsource.Request, error) {
	heads := headed{x.view, clock.Date(now), map[string][]string{}}
	units := map[string]*events.OverdueEscalated{}
	for _, p := range late {
		unit, who, err := heads.of(ctx, p.Person)
		if err != nil {
			return nil, err
		}
		if unit == "" {
			continue // has left, or nobody is above
		}
		if units[unit] == nil {
			units[unit] = &events.OverdueEscalated{Campaign: about.Campaign, Tick: about.Tick, Title: about.Title, Course: about.Course, Programme: about.Programme,
				Unit: unit, Deadline: about.Deadline}
		}
		units[unit].People++
		units[unit].Heads = slices.Compact(slices.Sorted(slices.Values(append(units[unit].Heads, who...))))
	}
	var all []eventsource.Request
	for _, unit := range slices.Sorted(maps.Keys(units)) {
		all = append(all, eventsource.Prepare(escalate{*units[unit]}))
	}
	return all, nil
}

// headed finds heads of units on a day, and remembers them.
type headed struct {
	view  view
	day   string
	known map[string][]string // by unit
}

// of is the nearest unit above a person that has a head other than herself, with those heads; "" when there is none.
func (h headed) of(ctx context.Context, person string) (unit string, heads []string, err error) {
	units, err := h.view.unitsOf(ctx, person, h.day)
	if err != nil || len(units) == 0 {
		return "", nil, err
	}
	line := strings.Split(strings.Trim(units[0].Path, "/"), "/")
	slices.Reverse(line)
	for _, unit := range line {
		all, err := h.in(ctx, unit)
		if err != nil {
			return "", nil, err
		}
		if others := slices.DeleteFunc(slices.Clone(all), func(p string) bool { return p == person }); len(others) > 0 {
			return unit, others, nil
		}
	}
	return "", nil, nil
}

// in are the heads of a unit who are in the service.
func (h headed) in(ctx context.Context, unit string) ([]string, error) {
	if all, known := h.known[unit]; known {
		return all, nil
	}
	all := []string{}
	err := h.view.holders.Each(ctx, readmodel.Query{Index: "role", Equal: []any{events.RoleHead, unit}}, func(x holder) error {
		away, _, err := h.view.absences.Get(ctx, x.Person)
		if err == nil && !away.Career.IsRetired(h.day) {
			all = append(all, x.Person)
		}
		return err
	})
	h.known[unit] = all
	return all, err
}
