package progress

import (
	"context"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
)

// How time is measured.
const (
	timesPlanned = 3                // a lesson counts at most so many times its planned minutes
	longestSpan  = 15 * time.Minute // that a page may speak of at once: it speaks every two minutes, or when the network is back
	leastNoted   = 60               // seconds that are worth a fact; what comes earlier only fills the record
	leastLeft    = 5                // likewise, of a page that is being left and will not speak again
)

// timed is what of a person's time of a day was noted: everything up to a moment.
type timed struct{ until time.Time }

// Evolve implements eventsource.State.
func (d timed) Evolve(e eventsource.Event) timed {
	if e, ok := e.(events.LessonTimeNoted); ok && e.At.After(d.until) {
		d.until = e.At
	}
	return d
}

// noteTime notes that a page was in sight for some seconds until At, by the server's clock.
type noteTime struct {
	step
	Visible, Active int
	Left            bool
	Most            int
}

// Stream implements eventsource.Command: one of the person and day, whatever is learned, as somebody has two eyes and many pages.
func (c noteTime) Stream() string { return "progress.time." + c.Person + "_" + dayOf(c.At) }

// Decide implements eventsource.Command. A page may say what it likes: what is noted lies between the last fact and now.
func (c noteTime) Decide(d timed) ([]eventsource.Event, error) {
	from := latest(d.until, midnight(c.At), c.At.Add(-longestSpan))
	visible := min(c.Visible, int(c.At.Sub(from)/time.Second)) // below 0 where the clock was set back
	least := leastNoted
	if c.Left {
		least = leastLeft
	}
	if visible < least {
		return nil, nil
	}
	return []eventsource.Event{events.LessonTimeNoted{
		Person: c.Person, Course: c.Course, Period: c.Period, Lesson: c.Lesson, Day: dayOf(c.At), From: from, At: c.At,
		Visible: visible, Active: max(min(c.Active, visible), 0), Most: c.Most,
	}}, nil
}

func latest(all ...time.Time) (last time.Time) {
	for _, t := range all {
		if t.After(last) {
			last = t
		}
	}
	return last
}

// dayOf is the day of a moment in the province's zone.
func dayOf(t time.Time) string { return clock.Local(t).Format(time.DateOnly) }

// midnight is when the day of a moment began in the province's zone.
func midnight(t time.Time) time.Time {
	local := clock.Local(t)
	return time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, local.Location()).UTC()
}

// and adds what a fact notes.
func (t Time) and(e events.LessonTimeNoted) Time {
	t.Visible, t.Active = t.Visible+e.Visible, t.Active+e.Active
	t.Counted = min(t.Counted+e.Visible, e.Most)
	return t
}

// noteTime notes time in the caller's latest period; a lesson may be read again after it is done, and a course too.
func (a api) noteTime(ctx context.Context, req NoteTimeRequest) (NotedTime, error) {
	c, err := a.view.of(ctx, caller(ctx), req.Course)
	if err != nil {
		return NotedTime{}, err
	}
	v, _, err := a.view.versions.Get(ctx, versionID(c.Course, c.Version))
	if err != nil {
		return NotedTime{}, err
	}
	planned, ok := v.Minutes[req.Lesson]
	if !ok {
		return NotedTime{}, noLesson()
	}
	done, err := host.DoRecent(ctx, a.Deps, noteTime{
		step:    step{Person: c.Person, Course: c.Course, Period: c.Period, Lesson: req.Lesson, At: a.Clock.Now()},
		Visible: req.Visible, Active: req.Active, Left: req.Left, Most: timesPlanned * 60 * planned,
	})
	noted := NotedTime{Seq: done.Seq}
	for _, e := range done.Events {
		if e, ok := e.(events.LessonTimeNoted); ok {
			noted.Visible = e.Visible
		}
	}
	return noted, err
}
