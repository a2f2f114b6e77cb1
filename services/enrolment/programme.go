package enrolment

import (
	"slices"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/programme"
)

// undertaking is a person's periods in one programme.
type undertaking struct {
	standing
	opened  events.ProgrammeEnrolled // the latest period
	counted []string                 // courses completed in it
}

// Evolve implements eventsource.State.
func (u undertaking) Evolve(e eventsource.Event) undertaking {
	switch e := e.(type) {
	case events.ProgrammeEnrolled:
		u.period, u.open, u.due = e.Period, true, e.Due
		u.opened, u.counted = e, nil
	case events.ProgrammeCourseCounted:
		u.counted = append(slices.Clip(u.counted), e.Course)
	case events.ProgrammeCompleted:
		u.open, u.passed = false, e.At
	}
	return u
}

func (u undertaking) has(course string) bool { return slices.Contains(u.counted, course) }

func programmeStream(person, programme string) string {
	return "enrolment.programme." + person + "_" + programme
}

// undertake puts a person into a programme: for a campaign's tick if none is open, for an assignment if its terms ask for it at a
// time. Period, an assignment's due time and, from the second period on, the parts of the shorter path are not set yet.
type undertake struct {
	Opening events.ProgrammeEnrolled
	Again   []events.ProgrammePart
	Terms   terms
	At      time.Time
	First   bool // the person has most likely never been in the programme
}

// Stream implements eventsource.Command.
func (c undertake) Stream() string { return programmeStream(c.Opening.Person, c.Opening.Programme) }

// Decide implements eventsource.Command.
func (c undertake) Decide(u undertaking) ([]eventsource.Event, error) {
	e := c.Opening
	heeded := u.opened.Campaign == e.Campaign && u.opened.Tick.Equal(e.Tick)
	due, asked := e.Due, !u.open && !heeded
	if e.Campaign == "" {
		due, asked = c.Terms.asks(u.standing, c.At)
	}
	if !asked {
		return nil, nil
	}
	e.Period, e.Due = u.period+1, due
	if e.Period > 1 && len(c.Again) > 0 {
		e.Parts = c.Again
	}
	return []eventsource.Event{e}, nil
}

func (c undertake) request() eventsource.Request {
	if c.First {
		return eventsource.PrepareFirst(c)
	}
	return eventsource.Prepare(c)
}

// count takes note of a completed course in the open period of a programme, and of the programme if that was the last
// course needed.
type count struct {
	Person, Programme, Course string
	Completed                 time.Time // the course
	At                        time.Time // when it counts, which is later for what was completed before the programme began
}

// Stream implements eventsource.Command.
func (c count) Stream() string { return programmeStream(c.Person, c.Programme) }

// Decide implements eventsource.Command.
func (c count) Decide(u undertaking) ([]eventsource.Event, error) {
	if !u.open || u.has(c.Course) || !names(u.opened.Parts, c.Course) {
		return nil, nil
	}
	counted := events.ProgrammeCourseCounted{Person: c.Person, Programme: c.Programme, Period: u.period, Course: c.Course, At: c.Completed}
	after := u.Evolve(counted)
	if !programme.Holds(after.opened.Parts, after.has) {
		return []eventsource.Event{counted}, nil
	}
	done := events.ProgrammeCompleted{Person: c.Person, Programme: c.Programme, Period: u.period, Version: u.opened.Version, At: c.At}
	for _, s := range programme.Standing(after.opened.Parts, after.has) {
		done.Parts = append(done.Parts, events.PartCompleted{Part: s.ID, Needed: s.Needed, By: s.By})
	}
	return []eventsource.Event{counted, done}, nil
}

// names tells whether a course counts in one of some parts.
func names(parts []events.ProgrammePart, course string) bool {
	return slices.Contains(coursesOf(parts), course)
}

// coursesOf are all courses that count in some parts, each once.
func coursesOf(parts []events.ProgrammePart) (all []string) {
	for _, p := range parts {
		for _, c := range p.Courses {
			all = append(append(all, c.Course), c.Equivalents...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// required are the courses that nobody can choose to leave out: those of the parts that ask for all, but for those whose
// place is filled.
func required(parts []events.ProgrammePart, done func(course string) bool) (all []string) {
	standing := programme.Standing(parts, done)
	for i, p := range parts {
		for _, c := range p.Courses {
			if _, filled := standing[i].By[c.Course]; !filled && programme.Needed(p) == len(p.Courses) && !slices.Contains(all, c.Course) {
				all = append(all, c.Course)
			}
		}
	}
	return all
}
