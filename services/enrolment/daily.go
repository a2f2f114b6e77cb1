package enrolment

import (
	"context"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// lookForDay is how often it is looked whether another day has come.
const lookForDay = time.Minute

// followRules asks, on each day once, what the running rules ask for on it: of whoever is a newcomer for some of them, has
// lost a competency, or has a cycle that begins. Any number of replicas may do it, and after days that were missed it asks
// what today asks. It looks at the start, too: the day's work may have been cut off.
func (a api) followRules(ctx context.Context) error {
	done := ""
	for {
		now := a.Clock.Now()
		if today := clock.Date(now); today != done {
			if err := a.followOn(ctx, now); err != nil {
				return err
			}
			if err := a.releaseOn(ctx, now); err != nil {
				return err
			}
			done = today
		}
		if err := a.Clock.WaitUntil(ctx, now.Add(lookForDay)); err != nil {
			return err
		}
	}
}

// followOn enrols whom the running rules ask for on the day of a time.
func (a api) followOn(ctx context.Context, now time.Time) error {
	err := a.view.await(ctx, readmodel.Present, func(ctx context.Context, p *readmodel.Projection, seq uint64) error {
		return p.AwaitAll(ctx, a.Journal, seq)
	})
	if err != nil {
		return err
	}
	running, err := a.view.running(ctx, now)
	if err != nil {
		return err
	}
	for _, r := range running {
		u, found, err := a.view.unit(ctx, r.Unit, clock.Date(now))
		if err != nil {
			return err
		}
		if !found {
			continue // ended without a successor: nobody is in it
		}
		wanted, err := a.view.wanted(ctx, r, u, now)
		if err != nil {
			return err
		}
		m := eventsource.Meta{Cause: "rule " + r.ID + " " + clock.Date(now), Actor: "system", Time: now}
		if err := a.doAll(ctx, wanted, m); err != nil {
			return err
		}
	}
	return nil
}
