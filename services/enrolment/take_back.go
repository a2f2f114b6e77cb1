package enrolment

import (
	"context"
	"slices"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
)

// takeBack ends an assignment and withdraws what it opened and nobody has begun.
type takeBack struct{ Fact events.AssignmentTakenBack }

// Stream implements eventsource.Command.
func (c takeBack) Stream() string { return assignmentStream(c.Fact.Assignment) }

// Decide implements eventsource.Command.
func (c takeBack) Decide(a assignment) ([]eventsource.Event, error) {
	switch {
	case a.made.Assignment == "":
		return nil, noAssignment()
	case a.made.Programme != "":
		return nil, fault.New(fault.Conflict, "Chưa thu hồi được lần giao chương trình; có thể dừng ghi danh.", "An assignment of a programme cannot be taken back yet; you can end it.")
	case !slices.Contains([]string{events.BackMistake, events.BackReplaced, events.BackDropped, events.BackOther}, c.Fact.Why):
		return nil, fault.New(fault.Invalid, "Chưa thu hồi.", "Nothing is taken back yet.").With("why", "Hãy chọn lý do.", "Choose a reason.")
	case a.back:
		return nil, nil
	}
	return []eventsource.Event{c.Fact}, nil
}

// withdraw takes back an open period.
type withdraw struct{ Fact events.EnrolmentWithdrawn }

// Stream implements eventsource.Command.
func (c withdraw) Stream() string { return enrolmentStream(c.Fact.Person, c.Fact.Course) }

// Decide implements eventsource.Command.
func (c withdraw) Decide(s enrolment) ([]eventsource.Event, error) {
	if s.period != c.Fact.Period || !s.open || s.free {
		return nil, nil
	}
	return []eventsource.Event{c.Fact}, nil
}

// takenBack is the assignment once it is taken back.
func (a *Assignment) takenBack(e events.AssignmentTakenBack, at time.Time) {
	a.Back, a.BackWhy, a.BackPeople = at, e.Why, e.People
	if a.Ended.IsZero() {
		a.Ended, a.Until = at, at
	}
}

// withdrawn puts back what stood before a period.
func (v view) withdrawn(b *readmodel.Batch, e events.EnrolmentWithdrawn) error {
	if err := v.assignments.Update(b, e.Assignment, func(a *Assignment) { a.Withdrawn++ }); err != nil {
		return err
	}
	return v.enrolments.Update(b, e.Person+"_"+e.Course, func(x *record) {
		if x.Period != e.Period {
			return
		}
		before := record{Enrolment: Enrolment{Person: x.Person, Course: x.Course}}
		if x.Before != nil {
			before = *x.Before
		}
		before.Passed, before.PassedIn = x.Passed, x.PassedIn
		*x = before
	})
}

// Why a period stays when the assignment that opened it is taken back.
const (
	keptCompleted = "completed"
	keptExcused   = "excused"
	keptBegun     = "begun"
	keptRule      = "rule"      // another assignment asks the same of the person
	keptProgramme = "programme" // it counts in a programme that the person is in
)

// opened walks through the periods that an assignment opened and that stand, by person, and tells why each would stay; "" is of
// those that are taken back.
func (v view) opened(ctx context.Context, a Assignment, at time.Time, each func(x record, kept string)) error {
	others, err := v.running(ctx, at)
	if err != nil {
		return err
	}
	others = slices.DeleteFunc(others, func(r rule) bool { return r.Course != a.Course || r.ID == a.ID })
	return v.enrolments.Each(ctx, readmodel.Query{Index: "assignment", Equal: []any{a.ID}}, func(x record) error {
		if x.Period == 0 {
			return nil
		}
		kept, err := v.keeps(ctx, x, others, at)
		if err == nil {
			each(x, kept)
		}
		return err
	})
}

// keeps tells why a period stays.
func (v view) keeps(ctx context.Context, x record, others []rule, at time.Time) (string, error) {
	switch {
	case !x.Completed.IsZero():
		return keptCompleted, nil
	case x.Excused != "":
		return keptExcused, nil
	}
	b, _, err := v.begun.Get(ctx, x.Person+"_"+x.Course)
	if err != nil || b.Period == x.Period {
		return keptBegun, err
	}
	undertaken, err := v.undertaken(ctx, x.Person)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(undertaken, func(u Undertaking) bool { return u.Completed.IsZero() && names(u.Parts, x.Course) }) {
		return keptProgramme, nil
	}
	if len(others) == 0 {
		return "", nil
	}
	held, err := v.heldBy(ctx, x.Person, clock.Date(at))
	if err != nil {
		return "", err
	}
	var before standing
	if x.Before != nil {
		before = x.Before.standing()
	}
	for _, r := range others {
		about, err := v.isAbout(ctx, r, x.Person, held, at)
		if err != nil {
			return "", err
		}
		if _, asked := r.terms().asks(before, at); about && asked {
			return keptRule, nil
		}
	}
	return "", nil
}

// withdrawals are the commands that take back what an assignment opened.
func (v view) withdrawals(ctx context.Context, a Assignment, at time.Time) (all []eventsource.Request, err error) {
	err = v.opened(ctx, a, at, func(x record, kept string) {
		if kept == "" {
			all = append(all, eventsource.Prepare(withdraw{events.EnrolmentWithdrawn{Person: x.Person, Course: x.Course, Period: x.Period, Assignment: a.ID}}))
		}
	})
	return all, err
}

// takingBack is the reactor that withdraws.
func (x reactors) takingBack() host.Reactor {
	return host.Reactor{Name: "take-back", Facts: []string{"enrolment.assignment.assignment-taken-back"}, React: x.back}
}

func (x reactors) back(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	e, ok := r.Event.(events.AssignmentTakenBack)
	if !ok {
		return nil, nil
	}
	if err := x.view.await(ctx, r.Seq, x.AwaitFor); err != nil {
		return nil, err
	}
	a, _, err := x.view.assignments.Get(ctx, e.Assignment)
	if err != nil {
		return nil, err
	}
	return x.view.withdrawals(ctx, a, r.Time)
}

// strayFor is how long after an assignment was taken back it is looked for periods that it opened all the same: it may have been
// enrolling people when it was stopped.
const strayFor = time.Hour

// followTakenBack withdraws, minute by minute, what assignments opened that were taken back meanwhile.
func (a api) followTakenBack(ctx context.Context) error {
	for {
		now := a.Clock.Now()
		if err := a.withdrawStrays(ctx, now); err != nil {
			return err
		}
		if err := a.Clock.WaitUntil(ctx, now.Add(lookForDay)); err != nil {
			return err
		}
	}
}

func (a api) withdrawStrays(ctx context.Context, now time.Time) error {
	made, err := a.view.made(ctx)
	if err != nil {
		return err
	}
	for _, m := range made {
		if m.Back.IsZero() || now.Sub(m.Back) > strayFor {
			continue
		}
		all, err := a.view.withdrawals(ctx, m, now)
		if err != nil {
			return err
		}
		meta := eventsource.Meta{Cause: "take-back " + m.ID, Actor: "system", Time: now}
		if err := a.doAll(ctx, all, meta); err != nil {
			return err
		}
	}
	return nil
}

// doAll does what was decided to be done on behalf of the platform.
func (a api) doAll(ctx context.Context, all []eventsource.Request, m eventsource.Meta) error {
	return host.All(ctx, all, func(ctx context.Context, q eventsource.Request) error {
		_, err := q.Do(ctx, a.Journal, m)
		return err
	})
}
