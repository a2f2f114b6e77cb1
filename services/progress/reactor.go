package progress

import (
	"context"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
)

type reactors struct {
	host.Deps
	view view
}

func (x reactors) list() []host.Reactor {
	return []host.Reactor{
		{Name: "open", Facts: []string{"enrolment.enrolment.person-enrolled"}, React: x.enrolled},
		{Name: "move", Facts: []string{"enrolment.enrolment.period-moved"}, React: x.moved},
		{Name: "quiz", Facts: []string{"quiz.attempt.attempt-submitted", "quiz.attempt.attempt-remarked"}, React: x.marked},
		{Name: "attend", Facts: []string{"progress.session.attendance-imported", "progress.session.attendance-undone"}, React: x.attendance},
	}
}

func (x reactors) enrolled(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	e, ok := r.Event.(events.PersonEnrolled)
	if !ok {
		return nil, nil
	}
	if err := x.AwaitFor(ctx, x.view.projection, r.Seq); err != nil {
		return nil, err
	}
	v, found, err := x.view.versions.Get(ctx, versionID(e.Course, e.Version))
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fault.Newf(fault.NotFound, "Khóa học “%s” không có phiên bản %d.", "The course “%s” has no version %d.", e.Course, e.Version)
	}
	return []eventsource.Request{eventsource.Prepare(opening(e, v))}, nil
}

// marked hears of attempts that are passed: at once, or because a key was corrected. That a corrected key fails somebody who had
// passed takes nothing back here; people decide on that.
func (x reactors) marked(_ context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	switch e := r.Event.(type) {
	case events.AttemptSubmitted:
		if e.Passed {
			return []eventsource.Request{eventsource.Prepare(passing(e))}, nil
		}
	case events.AttemptRemarked:
		if e.Passed && !e.PassedWas {
			return []eventsource.Request{eventsource.Prepare(passing(events.AttemptSubmitted{
				Attempt: e.Attempt, Person: e.Person, Course: e.Course, Period: e.Period, Mark: e.Mark, At: e.At}))}, nil
		}
	}
	return nil, nil
}

// opening begins the progress that an enrolment asks for.
func opening(e events.PersonEnrolled, v version) open {
	return open{events.CourseOpened{
		Person: e.Person, Course: e.Course, Period: e.Period, Version: e.Version, Lessons: v.Lessons, Quiz: v.Quiz, Rules: v.Rules,
	}}
}

// passing takes note of a passed attempt.
func passing(e events.AttemptSubmitted) passQuiz {
	return passQuiz{events.QuizPassed{
		Person: e.Person, Course: e.Course, Period: e.Period, Attempt: e.Attempt, Mark: e.Mark, At: e.At,
	}}
}
