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
		{Name: "complete", Facts: []string{"progress.course.course-completed"}, React: x.done},
	}
}

func (x reactors) assigned(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	made, ok := r.Event.(events.AssignmentMade)
	if !ok {
		return nil, nil
	}
	people, version, err := x.reach(ctx, r, made.Unit, made.Course)
	return prepare(forAssignment(made, version, people)), err
}

func (x reactors) ticked(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	ticked, ok := r.Event.(events.CampaignTicked)
	if !ok {
		return nil, nil
	}
	people, version, err := x.reach(ctx, r, ticked.Unit, ticked.Course)
	return prepare(forTick(ticked, version, people)), err
}

// reach finds the people of a unit and those below it, and the version of a course to enrol them in; nobody when the
// course is withdrawn. What the fact names must exist: if not, the fact waits in the poison queue for somebody to look at.
func (x reactors) reach(ctx context.Context, r eventsource.Recorded, in, of string) (people []string, version int, err error) {
	if err := x.view.await(ctx, r.Seq, x.AwaitFor); err != nil {
		return nil, 0, err
	}
	c, found, err := x.view.courses.Get(ctx, of)
	if err != nil || c.Withdrawn {
		return nil, 0, err
	}
	u, hasUnit, err := x.view.unit(ctx, in, localDay(r.Time))
	if err != nil {
		return nil, 0, err
	}
	if !found || !hasUnit {
		return nil, 0, fault.Newf(fault.NotFound, "Không có khóa học “%s” hoặc đơn vị “%s”.", "There is no course “%s” or no unit “%s”.", of, in)
	}
	people, err = x.view.people(ctx, u, localDay(r.Time))
	return people, c.Version, err
}

func (x reactors) joined(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	person, units := joining(r)
	if len(units) == 0 {
		return nil, nil
	}
	running, offered, err := x.offered(ctx, r)
	if err != nil || len(running) == 0 {
		return nil, err
	}
	var all []enrol
	for _, in := range units {
		u, _, err := x.view.unit(ctx, in, localDay(r.Time))
		if err != nil {
			return nil, err
		}
		all = append(all, forJoining(person, u, running, offered)...)
	}
	return prepare(all), nil
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
	running, offered, err := x.offered(ctx, r)
	if err != nil || len(running) == 0 {
		return nil, err
	}
	u, found, err := x.view.unit(ctx, moved, day)
	if err != nil || !found {
		return nil, err
	}
	people, err := x.view.people(ctx, u, day)
	if err != nil {
		return nil, err
	}
	var all []enrol
	for _, p := range people {
		all = append(all, forJoining(p, u, running, offered)...)
	}
	return prepare(all), nil
}

// offered are the assignments that run when a fact is recorded, and the versions of their courses.
func (x reactors) offered(ctx context.Context, r eventsource.Recorded) ([]Assignment, map[string]int, error) {
	if err := x.view.await(ctx, r.Seq, x.AwaitFor); err != nil {
		return nil, nil, err
	}
	running, err := x.view.running(ctx, r.Time)
	if err != nil {
		return nil, nil, err
	}
	offered := map[string]int{}
	for _, a := range running {
		c, _, err := x.view.courses.Get(ctx, a.Course)
		if err != nil {
			return nil, nil, err
		}
		if !c.Withdrawn {
			offered[a.Course] = c.Version
		}
	}
	return running, offered, nil
}

func (x reactors) done(_ context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	if e, ok := r.Event.(events.CourseCompleted); ok {
		return []eventsource.Request{eventsource.Prepare(forCompletion(e))}, nil
	}
	return nil, nil
}

// forAssignment enrols everyone whom an assignment reaches.
func forAssignment(a events.AssignmentMade, version int, people []string) []enrol {
	all := make([]enrol, len(people))
	for i, p := range people {
		all[i] = enrol{events.PersonEnrolled{Person: p, Course: a.Course, Version: version, Due: a.Due, Assignment: a.Assignment}}
	}
	return all
}

// forTick enrols or reminds everyone whom a campaign's tick reaches.
func forTick(t events.CampaignTicked, version int, people []string) []enrol {
	all := make([]enrol, len(people))
	for i, p := range people {
		all[i] = enrol{events.PersonEnrolled{Person: p, Course: t.Course, Version: version,
			Due: endOfDay(t.Due, t.DueDays), Campaign: t.Campaign, Tick: t.Due}}
	}
	return all
}

// forJoining enrols a person in the running assignments of the unit joined and of those above it; of several for one
// course the one that is due first. Courses that are not offered have no version.
func forJoining(person string, joined unit, running []Assignment, offered map[string]int) []enrol {
	var all []enrol
	taken := map[string]bool{}
	for _, a := range running { // by due time
		version := offered[a.Course]
		if version == 0 || taken[a.Course] || !joined.within(a.Unit) {
			continue
		}
		taken[a.Course] = true
		all = append(all, enrol{events.PersonEnrolled{Person: person, Course: a.Course, Version: version, Due: a.Due, Assignment: a.ID}})
	}
	return all
}

// forCompletion closes the period in which a course was completed.
func forCompletion(e events.CourseCompleted) complete {
	return complete{events.EnrolmentCompleted{Person: e.Person, Course: e.Course, Period: e.Period, At: e.At}}
}

func prepare(all []enrol) []eventsource.Request {
	requests := make([]eventsource.Request, len(all))
	for i, c := range all {
		requests[i] = eventsource.Prepare(c)
	}
	return requests
}
