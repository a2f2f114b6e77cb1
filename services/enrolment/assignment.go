package enrolment

import (
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// assignment is made once and never changes.
type assignment struct{ made events.AssignmentMade }

// Evolve implements eventsource.State.
func (a assignment) Evolve(e eventsource.Event) assignment {
	if e, ok := e.(events.AssignmentMade); ok {
		a.made = e
	}
	return a
}

// assign makes an assignment; Now is the server's clock.
type assign struct {
	Making events.AssignmentMade
	Now    time.Time
}

// Stream implements eventsource.Command.
func (c assign) Stream() string { return "enrolment.assignment." + c.Making.Assignment }

// Decide implements eventsource.Command.
func (c assign) Decide(a assignment) ([]eventsource.Event, error) {
	if a.made.Assignment != "" {
		if a.made.Course == c.Making.Course && a.made.Unit == c.Making.Unit && a.made.Due.Equal(c.Making.Due) {
			return nil, nil
		}
		return nil, fault.New(fault.Conflict, "Mã giao học này đã dùng cho một lần giao khác.",
			"This assignment id is used by another assignment already.")
	}
	if c.Making.Due.Before(endOfDay(c.Now, 0)) {
		return nil, fault.New(fault.Invalid, "Hạn hoàn thành phải từ cuối ngày hôm nay trở đi.",
			"The due time must not be before the end of today.").
			With("due", "Hãy chọn từ hôm nay trở đi.", "Choose today or later.")
	}
	return []eventsource.Event{c.Making}, nil
}

// endOfDay is 23:59:59 of the day that lies some days after t, in the province's zone; in UTC.
func endOfDay(t time.Time, days int) time.Time {
	l := clock.Local(t)
	return time.Date(l.Year(), l.Month(), l.Day()+days, 23, 59, 59, 0, l.Location()).UTC()
}

// localDay is the date of t in the province's zone, as directory writes dates.
func localDay(t time.Time) string { return clock.Local(t).Format(time.DateOnly) }
