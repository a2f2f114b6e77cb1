package scheduler

import (
	"time"

	"khuevan/events"
)

// How ticks that were missed are made up for.
const (
	lateAfter = 15 * time.Minute // one that comes so much later is late
	pace      = time.Minute      // between two late ticks of CatchUpAll, so that they are no storm
	maxMadeUp = 100              // due times for which CatchUpAll makes up; older ones collapse into the first of them
)

// cursor is how far a schedule has come: every due time up to last has been dealt with.
type cursor struct {
	last time.Time
	at   time.Time // when the last tick was written
}

// due is the due time for which a tick is to be written now, by a policy; zero when there is none. wake is when to look again,
// zero when nothing is due any more.
func (c cursor) due(t timetable, policy string, now time.Time) (due, wake time.Time) {
	due = t.latest(c.last, now)
	if due.IsZero() {
		return due, t.next(c.last)
	}
	if policy == events.CatchUpAll {
		due = c.oldest(t, due)
	}
	switch late := now.Sub(due) > lateAfter; {
	case late && policy == events.CatchUpSkip:
		return time.Time{}, t.next(due)
	case late && policy == events.CatchUpAll:
		if wait := c.at.Add(pace); now.Before(wait) && !now.Before(c.at) {
			return time.Time{}, wait
		}
		return due, now.Add(pace)
	}
	return due, t.next(due)
}

// oldest is the first due time for which CatchUpAll makes up.
func (c cursor) oldest(t timetable, latest time.Time) time.Time {
	first := t.next(c.last)
	n := 1
	for at := first; at.Before(latest) && n <= maxMadeUp; n++ {
		at = t.next(at)
	}
	if n <= maxMadeUp {
		return first
	}
	for range maxMadeUp - 1 {
		latest = t.latest(c.last, latest.Add(-time.Second))
	}
	return latest
}
