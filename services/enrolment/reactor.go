package enrolment

import (
	"context"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
)

// reactors look up what the deciding functions below need; "today" is the day of the fact, so that a fact that comes
// again leads to the same commands.
type reactors struct {
	host.Deps
	view view
}

func (x reactors) list() []host.Reactor {
	return []host.Reactor{
		{Name: "assign", Facts: []string{"enrolment.assignment.assignment-made"}, React: x.assigned},
		{Name: "campaign", Facts: []string{"scheduler.campaign.campaign-ticked"}, React: x.ticked},
		{Name: "join", Facts: []string{"directory.person.membership-began", "directory.person.membership-restated", "directory.person.career-day-came"}, React: x.joined},
		{Name: "reorganised", Facts: []string{"directory.unit.unit-moved", "directory.unit.unit-ended", "directory.unit.unit-day-came"}, React: x.reorganised},
		{Name: "programme", Facts: []string{"enrolment.programme.programme-enrolled"}, React: x.begun},
		{Name: "count", Facts: []string{"enrolment.enrolment.enrolment-completed"}, React: x.counted},
		{Name: "timer", Facts: []string{"scheduler.timer.timer-fired"}, React: x.fired},
		{Name: "complete", Facts: []string{"progress.course.course-completed"}, React: x.done},
	}
}

func (x reactors) assigned(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	made, ok := r.Event.(events.AssignmentMade)
	if !ok {
		return nil, nil
	}
	if err := x.view.await(ctx, r.Seq, x.AwaitFor); err != nil {
		return nil, err
	}
	a, _, err := x.view.assignments.Get(ctx, made.Assignment)
	if err != nil || !a.Ended.IsZero() {
		return nil, err
	}
	of := rule{Assignment: a}
	var in unit
	if a.Programme != "" {
		of.path, in, err = x.reachProgramme(ctx, r, made.Unit, made.Programme)
	} else {
		of.version, in, err = x.reach(ctx, r, made.Unit, made.Course)
	}
	if err != nil || of.version == 0 && of.path.Version == 0 {
		return nil, err
	}
	return x.view.wanted(ctx, of, in, r.Time)
}

// reachProgramme is reach for a programme; one that is withdrawn has no version.
func (x reactors) reachProgramme(ctx context.Context, r eventsource.Recorded, in, of string) (p pathway, u unit, err error) {
	p, found, err := x.view.pathways.Get(ctx, of)
	if err != nil || p.Withdrawn {
		return pathway{}, u, err
	}
	u, hasUnit, err := x.view.unit(ctx, in, localDay(r.Time))
	if err == nil && (!found || !hasUnit) {
		err = fault.Newf(fault.NotFound, "Không có chương trình “%s” hoặc đơn vị “%s”.", "There is no programme “%s” or no unit “%s”.", of, in)
	}
	return p, u, err
}

// reach finds a unit, and the version of a course to enrol its people in; 0 when the course is withdrawn. What the fact
// names must exist: if not, the fact waits in the poison queue for somebody to look at.
func (x reactors) reach(ctx context.Context, r eventsource.Recorded, in, of string) (version int, u unit, err error) {
	if err := x.view.await(ctx, r.Seq, x.AwaitFor); err != nil {
		return 0, u, err
	}
	c, found, err := x.view.courses.Get(ctx, of)
	if err != nil || c.Withdrawn {
		return 0, u, err
	}
	u, hasUnit, err := x.view.unit(ctx, in, localDay(r.Time))
	if err != nil {
		return 0, u, err
	}
	if !found || !hasUnit {
		return 0, u, fault.Newf(fault.NotFound, "Không có khóa học “%s” hoặc đơn vị “%s”.", "There is no course “%s” or no unit “%s”.", of, in)
	}
	return c.Version, u, nil
}

func (x reactors) joined(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	person, units := joining(r)
	if len(units) == 0 {
		return nil, nil
	}
	running, err := x.running(ctx, r)
	if err != nil || len(running) == 0 {
		return nil, err
	}
	return x.view.wantedOf(ctx, person, running, r.Time)
}

// joining tells which units a person joins by a fact. One that is about a later day waits for that day.
func joining(r eventsource.Recorded) (person string, units []string) {
	var in, on string
	switch e := r.Event.(type) {
	case events.MembershipBegan:
		person, in, on = e.Person, e.Unit, e.On
	case events.MembershipRestated:
		person, in, on = e.Person, e.Unit, e.On
	case events.CareerDayCame:
		return e.Person, e.Joined
	}
	if in == "" || on > localDay(r.Time) {
		return person, nil
	}
	return person, []string{in}
}

// reorganised enrols those whom a move or a merger has brought into the reach of a running assignment. A fact about a
// later day waits for that day.
func (x reactors) reorganised(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	var moved, on string
	switch e := r.Event.(type) {
	case events.UnitMoved:
		moved, on = e.Unit, e.On
	case events.UnitEnded:
		if e.How != events.UnitMerged || len(e.Into) != 1 {
			return nil, nil
		}
		moved, on = e.Into[0], e.On
	case events.UnitDayCame:
		moved, on = e.Unit, e.On
	}
	day := localDay(r.Time)
	if moved == "" || on > day {
		return nil, nil
	}
	running, err := x.running(ctx, r)
	if err != nil || len(running) == 0 {
		return nil, err
	}
	u, found, err := x.view.unit(ctx, moved, day)
	if err != nil || !found {
		return nil, err
	}
	var all []eventsource.Request
	for _, of := range running {
		if !u.within(of.Unit) {
			continue
		}
		wanted, err := x.view.wanted(ctx, of, u, r.Time)
		if err != nil {
			return nil, err
		}
		for _, q := range wanted {
			q.Key = of.ID // two rules may ask for one course
			all = append(all, q)
		}
	}
	return all, nil
}

// running are the rules that run when a fact is recorded.
func (x reactors) running(ctx context.Context, r eventsource.Recorded) ([]rule, error) {
	if err := x.view.await(ctx, r.Seq, x.AwaitFor); err != nil {
		return nil, err
	}
	return x.view.running(ctx, r.Time)
}

func (x reactors) done(_ context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	if e, ok := r.Event.(events.CourseCompleted); ok {
		return []eventsource.Request{eventsource.Prepare(forCompletion(e))}, nil
	}
	return nil, nil
}

// forCompletion closes the period in which a course was completed.
func forCompletion(e events.CourseCompleted) complete {
	return complete{events.EnrolmentCompleted{Person: e.Person, Course: e.Course, Period: e.Period, At: e.At, Version: e.Version}}
}

func (c enrol) request() eventsource.Request {
	if c.First {
		return eventsource.PrepareFirst(c)
	}
	return eventsource.Prepare(c)
}

func prepare(all []enrol) []eventsource.Request {
	requests := make([]eventsource.Request, len(all))
	for i, c := range all {
		requests[i] = c.request()
	}
	return requests
}
