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
	period int  // the latest; 0 for none
	open   bool // whether it is
	free   bool // whether the person is excused from it
	ticks  map[tick]bool
}

// tick is a campaign's due time that this enrolment has heeded, by a period or a reminder.
type tick struct {
	campaign string
	due      int64 // nanoseconds since 1970
}

func tickOf(campaign string, due time.Time) tick { return tick{campaign, due.UnixNano()} }

// Evolve implements eventsource.State.
func (s enrolment) Evolve(e eventsource.Event) enrolment {
	switch e := e.(type) {
	case events.PersonEnrolled:
		s.period, s.open, s.free = e.Period, true, false
		if e.Campaign != "" {
			s = s.heed(tickOf(e.Campaign, e.Tick))
		}
	case events.EnrolmentReminded:
		s = s.heed(tickOf(e.Campaign, e.Tick))
	case events.EnrolmentCompleted:
		s.open = false
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

// enrol puts a person into a course, for an assignment or a campaign's tick; Period is not set yet.
type enrol struct{ Opening events.PersonEnrolled }

// Stream implements eventsource.Command.
func (c enrol) Stream() string { return enrolmentStream(c.Opening.Person, c.Opening.Course) }

// Decide implements eventsource.Command.
func (c enrol) Decide(s enrolment) ([]eventsource.Event, error) {
	e := c.Opening
	e.Period = s.period + 1
	opened := []eventsource.Event{e}
	switch {
	case e.Campaign == "" && s.period == 0:
		return opened, nil
	case e.Campaign == "" || s.ticks[tickOf(e.Campaign, e.Tick)]:
		return nil, nil
	case !s.open:
		return opened, nil
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
