package enrolment

import (
	"maps"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// enrolment is a person's periods in one course.
type enrolment struct {
	standing
	ticks map[tick]bool
}

// tick is a campaign's due time that this enrolment has heeded, by a period or a reminder.
type tick struct {
	campaign string
	due      int64 // nanoseconds since 1970
	days     int   // before the deadline, of a reminder; 0 of the tick itself
}

func tickOf(campaign string, due time.Time) tick { return tick{campaign, due.UnixNano(), 0} }

// Evolve implements eventsource.State.
func (s enrolment) Evolve(e eventsource.Event) enrolment {
	switch e := e.(type) {
	case events.PersonEnrolled:
		s.period, s.open, s.free, s.due = e.Period, true, false, e.Due
		if e.Campaign != "" {
			s = s.heed(tickOf(e.Campaign, e.Tick))
		}
	case events.EnrolmentReminded:
		s = s.heed(tick{e.Campaign, e.Tick.UnixNano(), e.Days})
	case events.EnrolmentCompleted:
		s.open, s.passed = false, e.At
	case events.PersonExcused:
		s.free = true
	case events.ExcuseWithdrawn:
		s.free = false
	}
	return s
}

func (s enrolment) heed(t tick) enrolment {
	ticks := map[tick]bool{t: true}
	maps.Copy(ticks, s.ticks)
	s.ticks = ticks
	return s
}

func enrolmentStream(person, course string) string {
	return "enrolment.enrolment." + person + "_" + course
}

// enrol puts a person into a course: for a campaign's tick as it says, for an assignment if its terms ask for it at a time.
// The period, and an assignment's due time, are not set yet.
type enrol struct {
	Opening events.PersonEnrolled
	Terms   terms
	At      time.Time
	First   bool // the person has most likely never been in the course
}

// Stream implements eventsource.Command.
func (c enrol) Stream() string { return enrolmentStream(c.Opening.Person, c.Opening.Course) }

// Decide implements eventsource.Command.
func (c enrol) Decide(s enrolment) ([]eventsource.Event, error) {
	e := c.Opening
	e.Period = s.period + 1
	if e.Campaign == "" {
		due, asked := c.Terms.asks(s.standing, c.At)
		if e.Due = due; !asked {
			return nil, nil
		}
		return []eventsource.Event{e}, nil
	}
	switch {
	case s.ticks[tickOf(e.Campaign, e.Tick)]:
		return nil, nil
	case !s.open:
		return []eventsource.Event{e}, nil
	case s.free:
		return nil, nil // nobody is reminded of what is not asked
	}
	return []eventsource.Event{events.EnrolmentReminded{
		Person: e.Person, Course: e.Course, Period: s.period, Campaign: e.Campaign, Tick: e.Tick,
	}}, nil
}

// complete closes a period.
type complete struct{ Done events.EnrolmentCompleted }

// Stream implements eventsource.Command.
func (c complete) Stream() string { return enrolmentStream(c.Done.Person, c.Done.Course) }

// Decide implements eventsource.Command.
func (c complete) Decide(s enrolment) ([]eventsource.Event, error) {
	if c.Done.Period < 1 || c.Done.Period > s.period {
		return nil, fault.Newf(fault.NotFound, "Khóa học này chưa được ghi danh lần thứ %d.",
			"There is no period %d of this enrolment.", c.Done.Period)
	}
	if c.Done.Period < s.period || !s.open {
		return nil, nil // a period follows only a completed one
	}
	return []eventsource.Event{c.Done}, nil
}
