package enrolment

import (
	"context"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// running is the version of a person's latest period, and whether it goes on.
type running struct {
	period, version int
	open            bool
}

// Evolve implements eventsource.State.
func (s running) Evolve(e eventsource.Event) running {
	switch e := e.(type) {
	case events.PersonEnrolled:
		return running{e.Period, e.Version, true}
	case events.PeriodMoved:
		s.version = e.To
	case events.EnrolmentCompleted:
		s.open = false
	case events.EnrolmentWithdrawn:
		s.open = s.open && e.Period != s.period
	}
	return s
}

// move takes an open period to a later version of its course.
type move struct {
	Person, Course string
	To             int
}

// Stream implements eventsource.Command.
func (c move) Stream() string { return enrolmentStream(c.Person, c.Course) }

// Decide implements eventsource.Command.
func (c move) Decide(s running) ([]eventsource.Event, error) {
	if !s.open || s.version >= c.To {
		return nil, nil
	}
	return []eventsource.Event{events.PeriodMoved{Person: c.Person, Course: c.Course, Period: s.period, From: s.version, To: c.To}}, nil
}

// begun is the period in which a person opened a lesson, was at one or sat the quiz last.
type begun struct {
	Period int `json:"period"`
}

func (v requestView) begins(b *readmodel.Batch, person, course string, period int) error {
	return v.begun.Update(b, person+"_"+course, func(x *begun) { x.Period = max(x.Period, period) })
}

// inEarlier walks through those whose open period is of a version before one, and tells whether they have opened a lesson.
func (v view) inEarlier(ctx context.Context, course string, version int, each func(person string, started bool)) error {
	return v.enrolments.Each(ctx, readmodel.Query{Index: "course", Equal: []any{course}}, func(x record) error {
		if x.Period == 0 || !x.Completed.IsZero() || x.Version >= version {
			return nil
		}
		b, _, err := v.begun.Get(ctx, x.Person+"_"+course)
		if err == nil {
			each(x.Person, b.Period == x.Period)
		}
		return err
	})
}

// moving is the reactor that takes people to a new version.
func (x reactors) moving() host.Reactor {
	return host.Reactor{Name: "move", Facts: []string{"catalog.course.course-published"}, React: x.published}
}

func (x reactors) published(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	e, ok := r.Event.(events.CoursePublished)
	if !ok || e.Move == "" {
		return nil, nil
	}
	if err := x.view.await(ctx, r.Seq, x.AwaitFor); err != nil {
		return nil, err
	}
	var all []eventsource.Request
	err := x.view.inEarlier(ctx, e.Course, e.Version, func(person string, started bool) {
		if e.Move == events.MoveAll || !started {
			all = append(all, eventsource.Prepare(move{person, e.Course, e.Version}))
		}
	})
	return all, err
}

// PreviewMove tells a trainer whom a new version would concern.
var PreviewMove = rpc.Query[PreviewMoveRequest, MovePreview]("enrolment.preview-move", "Counts the people whom a new version of a course would concern; writes nothing.", events.RoleTrainer).About(rpc.Nothing())

// PreviewMoveRequest names a course.
type PreviewMoveRequest struct {
	Course string `json:"course"`
}

// MovePreview counts the people with an open period.
type MovePreview struct {
	NotStarted int `json:"not_started"` // who have opened no lesson
	Started    int `json:"started"`
}

func (a api) previewMove(ctx context.Context, req PreviewMoveRequest) (MovePreview, error) {
	var p MovePreview
	if err := a.view.await(ctx, readmodel.Present, a.Await); err != nil {
		return p, err
	}
	c, _, err := a.view.courses.Get(ctx, req.Course)
	if err != nil {
		return p, err
	}
	err = a.view.inEarlier(ctx, req.Course, c.Version+1, func(_ string, started bool) {
		if started {
			p.Started++
		} else {
			p.NotStarted++
		}
	})
	return p, err
}
