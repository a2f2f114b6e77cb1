package quiz

import (
	"context"
	"time"

	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

const (
	// longestNap bounds how long the loop sleeps: attempts started meanwhile have at least a minute.
	longestNap = 10 * time.Second
	// duePage is how many overdue attempts are looked up at once.
	duePage = 500
)

// closeOverdue submits attempts whose time is over, with the answers that were saved. Several replicas may do it at once:
// an attempt closes on its own stream, and whoever comes second finds it closed.
func (a api) closeOverdue(ctx context.Context) error {
	for {
		now := a.Clock.Now()
		if err := a.closeDue(ctx, now); err != nil {
			return err
		}
		wake, err := a.nextDue(ctx, now)
		if err != nil {
			return err
		}
		if err := a.Clock.WaitUntil(ctx, wake); err != nil {
			return err
		}
	}
}

// stillOpen is the first closing time that has not come at a time.
func stillOpen(now time.Time) time.Time { return now.Add(time.Nanosecond) }

// closeDue closes what is due at a time. One that cannot be closed is logged and tried again at the next look; it does
// not hold up the others.
func (a api) closeDue(ctx context.Context, now time.Time) error {
	for after := ""; ; {
		page, err := a.attempts.due(ctx, time.Time{}, stillOpen(now), duePage, after)
		if err != nil {
			return err
		}
		err = host.All(ctx, page.Items, func(ctx context.Context, d attemptDoc) error {
			if err := a.closeOne(ctx, d.Attempt); err != nil && ctx.Err() == nil {
				a.Log.ErrorContext(ctx, "close an overdue attempt", "attempt", d.Attempt, "err", err)
			}
			return ctx.Err()
		})
		if err != nil || page.Next == "" {
			return err
		}
		after = page.Next
	}
}

func (a api) closeOne(ctx context.Context, attempt string) error {
	ctx = rpc.AsSystem(ctx, "deadline/"+attempt)
	at, err := a.load(ctx, attempt)
	if err != nil || !at.over(a.Clock.Now()) { // the list may lag behind the attempt
		return err
	}
	_, err = a.submit(ctx, at)
	return err
}

// nextDue is when to look again: when the next open attempt closes, or after the longest nap. Attempts that are due
// already do not count, for the list may still show those that were closed just now.
func (a api) nextDue(ctx context.Context, now time.Time) (time.Time, error) {
	wake := now.Add(longestNap)
	page, err := a.attempts.due(ctx, stillOpen(now), time.Time{}, 1, "")
	if err != nil || len(page.Items) == 0 {
		return wake, err
	}
	if closes := page.Items[0].Closes; closes.Before(wake) {
		return closes, nil
	}
	return wake, nil
}
