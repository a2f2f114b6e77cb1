package refresher

import (
	"context"
	"sync/atomic"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
)

// lookForWeek is how often it is looked whether another weekly time has come; it costs nothing.
const lookForWeek = time.Minute

// pageOfPeople is how many are offered a refresher side by side.
const pageOfPeople = 1000

// askWeekly offers, after each weekly time once, refreshers to everybody who has something due. Any number of replicas may do it:
// the streams remember the week. It looks at the start, too: the week's work may have been cut off. Whoever could not be asked is tried again.
func (s *service) askWeekly(ctx context.Context) error {
	var done time.Time
	for {
		now := s.Clock.Now()
		if at := s.rules.weekOf(now); at.After(done) {
			failed, err := s.askAll(ctx, at, now)
			if err != nil {
				return err
			}
			if failed == 0 {
				done = at
			}
		}
		if err := s.Clock.WaitUntil(ctx, now.Add(lookForWeek)); err != nil {
			return err
		}
	}
}

// askAll walks the index of those who have something due at a weekly time, and counts those who could not be asked.
func (s *service) askAll(ctx context.Context, at, now time.Time) (failed int64, err error) {
	for _, p := range []*readmodel.Projection{s.people.projection, s.bank.projection} {
		if err := p.AwaitAll(ctx, s.Journal, readmodel.Present); err != nil {
			return 0, err
		}
	}
	items, err := s.bank.drawable(ctx)
	if err != nil {
		return 0, err
	}
	var missed atomic.Int64
	meta := eventsource.Meta{Cause: "week " + weekID(at), Actor: "system", Time: now}
	one := func(ctx context.Context, d personDoc) error {
		if !d.asked(clock.Date(now)) {
			return nil
		}
		cmd := ask{Person: d.Person, Week: at, Now: now, Bank: items, Excused: d.excused(), Rules: s.rules}
		if _, err := eventsource.Do(ctx, s.Journal, meta, eventsource.Command[person](cmd)); err != nil {
			missed.Add(1)
			s.Log.WarnContext(ctx, "no refresher could be offered", "person", d.Person, "err", err)
		}
		return ctx.Err()
	}
	for q := (readmodel.Query{Index: "ask", To: at, Limit: pageOfPeople}); ; {
		page, err := s.people.people.Find(ctx, q)
		if err != nil {
			return 0, err
		}
		if err := host.All(ctx, page.Items, one); err != nil {
			return 0, err
		}
		if q.After = page.Next; q.After == "" {
			return missed.Load(), nil
		}
	}
}
