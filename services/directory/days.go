package directory

import (
	"context"
	"sync/atomic"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
)

// lookForDays is how often it is looked whether a day has come that something was recorded ahead of.
const lookForDays = time.Minute

// tellDays tells, of what is recorded ahead, that its day has come. Any number of replicas may do it.
func (s *service) tellDays(ctx context.Context) error {
	for {
		if err := s.tellDue(ctx, s.today()); err != nil {
			return err
		}
		if err := s.d.Clock.WaitUntil(ctx, s.d.Clock.Now().Add(lookForDays)); err != nil {
			return err
		}
	}
}

// tellDue tells of all days up to one. Of a person or unit with several it tells the first; what is told brings up the next.
func (s *service) tellDue(ctx context.Context, today string) error {
	due := readmodel.Query{Index: "next", From: "0", To: today + "~", Limit: readmodel.MaxLimit} // nothing to come is ""
	for {
		people, err := s.people.Find(ctx, due)
		if err != nil {
			return err
		}
		units, err := s.units.Find(ctx, due)
		if err != nil {
			return err
		}
		if len(people.Items)+len(units.Items) == 0 {
			return nil
		}
		told := int64(0)
		if err := host.All(ctx, people.Items, func(ctx context.Context, d personDoc) error {
			return tellDay(ctx, s, d.Next, tellCareerDay{Person: d.ID, On: d.Next}, &told)
		}); err != nil {
			return err
		}
		if err := host.All(ctx, units.Items, func(ctx context.Context, d unitDoc) error {
			return tellDay(ctx, s, d.Next, tellUnitDay{Unit: d.ID, On: d.Next}, &told)
		}); err != nil || told == 0 {
			return err
		}
		if err := s.catchUp(ctx); err != nil {
			return err
		}
	}
}

func tellDay[S eventsource.State[S]](ctx context.Context, s *service, day string, c eventsource.Command[S], told *int64) error {
	out, err := eventsource.Do(ctx, s.d.Journal, eventsource.Meta{Cause: "day " + day, Actor: "system", Time: s.d.Clock.Now()}, c)
	atomic.AddInt64(told, int64(len(out.Events)))
	return err
}

// tellCareerDay says that a day has come on which something begins or ends for a person.
type tellCareerDay struct{ Person, On string }

// Stream implements eventsource.Command.
func (c tellCareerDay) Stream() string { return personStream(c.Person) }

// Decide implements eventsource.Command.
func (c tellCareerDay) Decide(p person) ([]eventsource.Event, error) {
	if c.On <= p.Told || !p.Career.Turns(c.On) {
		return nil, nil
	}
	came := events.CareerDayCame{Person: c.Person, On: c.On}
	for _, m := range p.Career.Held(c.On) {
		if m.From == c.On && !p.Erased {
			came.Joined = append(came.Joined, m.Unit)
		}
	}
	return []eventsource.Event{came}, nil
}

// tellUnitDay says that a day has come for which something was recorded of a unit ahead.
type tellUnitDay struct{ Unit, On string }

// Stream implements eventsource.Command.
func (c tellUnitDay) Stream() string { return unitStream(c.Unit) }

// Decide implements eventsource.Command.
func (c tellUnitDay) Decide(u unit) ([]eventsource.Event, error) {
	return u.tell(events.UnitDayCame{Unit: c.Unit, On: c.On})
}
