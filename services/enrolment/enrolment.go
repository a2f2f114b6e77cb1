package enrolment

import (
	"maps"
	"slices"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// enrolment is a person's periods in one course.
type enrolment struct {
	standing
	latest int        // the last period that was opened: a later one than stands where that was withdrawn
	before []standing // what stood when each of the periods was opened that may still be withdrawn
	ticks  map[tick]bool
	held   []events.PersonHeldOut // of ticks that ask later
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
	case events.PersonHeldOut:
		s = s.heed(tickOf(e.Campaign, e.Tick))
		s.held = append(slices.Clone(s.held), e)
	case events.HoldOutEnded:
		s.held = s.without(e.Campaign, e.Tick)
	case events.PersonEnrolled:
		if !s.open {
			s.before = nil // a closed period is never withdrawn
		}
		s.before = append(slices.Clip(s.before), s.standing)
		s.latest, s.period, s.open, s.free, s.due = e.Period, e.Period, true, false, e.Due
		s.held = s.without(e.Campaign, e.Tick)
		if e.Campaign != "" {
			s = s.heed(tickOf(e.Campaign, e.Tick))
		}
	case events.EnrolmentReminded:
		s = s.heed(tick{e.Campaign, e.Tick.UnixNano(), e.Days})
	case events.EnrolmentCompleted:
		s.open, s.passed = s.open && e.Period != s.period, e.At
	case events.EnrolmentWithdrawn:
		s = s.withdrawn(e)
	case events.PersonExcused:
		s.free = true
	case events.ExcuseWithdrawn:
		s.free = false
	}
	return s
}

// withdrawn puts back what stood before a period; a completion meanwhile stays.
func (s enrolment) withdrawn(e events.EnrolmentWithdrawn) enrolment {
	if e.Period != s.period || len(s.before) == 0 {
		return s
	}
	last, passed := len(s.before)-1, s.passed
	s.standing, s.before = s.before[last], s.before[:last]
	s.passed = passed
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
	e.Period = s.latest + 1
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
		Person: e.Person, Course: e.Course, Period: s.period, Campaign: e.Campaign, Tick: e.Tick, Unit: e.Unit,
	}}, nil
}

// complete closes a period.
type complete struct{ Done events.EnrolmentCompleted }

// Stream implements eventsource.Command.
func (c complete) Stream() string { return enrolmentStream(c.Done.Person, c.Done.Course) }

// Decide implements eventsource.Command.
func (c complete) Decide(s enrolment) ([]eventsource.Event, error) {
	if c.Done.Period < 1 || c.Done.Period > s.latest {
		return nil, fault.Newf(fault.NotFound, "Khóa học này chưa được ghi danh lần thứ %d.",
			"There is no period %d of this enrolment.", c.Done.Period)
	}
	switch late := c.Done.Period > s.period; { // it was withdrawn and done all the same: that counts as passed
	case late && c.Done.Period == s.latest && s.passed.Before(c.Done.At):
		return []eventsource.Event{c.Done}, nil
	case late || c.Done.Period < s.period || !s.open:
		return nil, nil // a period follows only a completed one
	}
	return []eventsource.Event{c.Done}, nil
}
