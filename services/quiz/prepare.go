package quiz

import (
	"context"
	"sync/atomic"
	"time"

	"khuevan/events"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// lead is how long before a sitting opens everybody's items are drawn: late enough that most are enrolled, early enough
// for a hundred thousand.
const lead = 30 * time.Minute

// prepareSittings draws the attempts of sittings that are about to open, so that at the opening a start only appends.
// Several replicas may do it at once: an attempt is prepared once on its own stream. Who is enrolled later starts all the same.
func (a api) prepareSittings(ctx context.Context) error {
	for {
		now := a.Clock.Now()
		wake := now.Add(longestNap)
		err := a.rules.sittings.Each(ctx, readmodel.Query{Index: "closes", From: now.Add(time.Nanosecond)}, func(d sittingDoc) error {
			switch due := d.Opens.Add(-lead); {
			case d.Cancelled || d.Ready:
			case due.After(now):
				if due.Before(wake) {
					wake = due
				}
			default:
				if err := a.prepare(ctx, d); err != nil && ctx.Err() == nil {
					a.Log.ErrorContext(ctx, "prepare a sitting", "sitting", d.Sitting, "err", err)
				}
			}
			return ctx.Err()
		})
		if err != nil {
			return err
		}
		if err := a.Clock.WaitUntil(ctx, wake); err != nil {
			return err
		}
	}
}

// prepare draws the next attempt of everybody who may take one.
func (a api) prepare(ctx context.Context, d sittingDoc) error {
	ctx = rpc.AsSystem(ctx, "sitting/"+d.Sitting)
	var people atomic.Int64
	for after := ""; ; {
		page, err := a.rules.periods.Find(ctx, readmodel.Query{Index: "course", Equal: []any{d.Course}, Limit: duePage, After: after})
		if err != nil {
			return err
		}
		err = host.All(ctx, page.Items, func(ctx context.Context, p periodDoc) error {
			done, err := a.prepareOne(ctx, d, p)
			if done {
				people.Add(1)
			}
			return err
		})
		if err != nil {
			return err
		}
		if after = page.Next; after == "" {
			break
		}
	}
	_, err := host.Do(ctx, a.Deps, notePrepared{events.SittingPrepared{Sitting: d.Sitting, People: int(people.Load()), At: a.Clock.Now()}})
	return err
}

func (a api) prepareOne(ctx context.Context, d sittingDoc, p periodDoc) (bool, error) {
	s, err := a.standing(ctx, p.Person, d.Course)
	if err != nil || !p.Open || s.open() != "" || s.passed() || s.Rules.Attempts > 0 && len(s.mine) >= s.Rules.Attempts || len(s.bank) < s.Rules.Items {
		return false, err
	}
	seed := a.seed()
	items, rules, err := a.draw(ctx, s, seed)
	if err != nil {
		return false, err
	}
	rules.Form = nil
	id := attemptID{Person: p.Person, Course: d.Course, Period: p.Period, Number: s.last() + 1}
	_, err = host.Do(ctx, a.Deps, prepareAttempt{events.AttemptPrepared{Attempt: id.String(), Person: p.Person, Course: d.Course, Period: p.Period,
		Number: id.Number, Sitting: d.Sitting, Items: items, Seed: seed, Rules: rules, At: a.Clock.Now()}})
	return err == nil, err
}
