package progress

import (
	"context"

	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// Methods of the service.
var (
	MyProgress     = rpc.Query[MyProgressRequest, []Course]("progress.my-progress", "Lists how far the caller is in each course, latest periods.", rpc.SignedIn).About(rpc.Nothing())
	GetProgress    = rpc.Query[GetProgressRequest, Course]("progress.get-progress", "Tells how far the caller is in one course.", rpc.SignedIn).About(rpc.Nothing())
	StartLesson    = rpc.Command[LessonRequest, rpc.Receipt]("progress.start-lesson", "Notes that the caller opened a lesson.", rpc.SignedIn).About(rpc.Nothing())
	CompleteLesson = rpc.Command[LessonRequest, rpc.Receipt]("progress.complete-lesson", "Notes that the caller finished a lesson.", rpc.SignedIn).About(rpc.Nothing())
	NoteTime       = rpc.Command[NoteTimeRequest, NotedTime]("progress.note-time", "Notes how long the caller's page of a lesson was in sight.", rpc.SignedIn).About(rpc.Nothing())
)

// api answers the methods. None of them takes a person from the request: everyone reaches their own progress only.
type api struct {
	host.Deps
	view view
}

func (a api) myProgress(ctx context.Context, req MyProgressRequest) ([]Course, error) {
	if err := a.Await(ctx, a.view.projection, req.After); err != nil {
		return nil, err
	}
	all, err := a.view.mine(ctx, caller(ctx))
	for i := range all {
		if all[i].Before, err = a.view.before(ctx, all[i], a.Clock.Now()); err != nil {
			return nil, err
		}
	}
	return all, err
}

func (a api) getProgress(ctx context.Context, req GetProgressRequest) (Course, error) {
	if err := a.Await(ctx, a.view.projection, req.After); err != nil {
		return Course{}, err
	}
	c, err := a.view.of(ctx, caller(ctx), req.Course)
	if err != nil {
		return c, err
	}
	c.Before, err = a.view.before(ctx, c, a.Clock.Now())
	return c, err
}

func (a api) startLesson(ctx context.Context, req LessonRequest) (rpc.Receipt, error) {
	s, err := a.step(ctx, req)
	if err != nil {
		return rpc.Receipt{}, err
	}
	done, err := host.DoRecent(ctx, a.Deps, start{s})
	return rpc.Receipt{Seq: done.Seq}, err
}

func (a api) completeLesson(ctx context.Context, req LessonRequest) (rpc.Receipt, error) {
	s, err := a.step(ctx, req)
	if err != nil {
		return rpc.Receipt{}, err
	}
	done, err := host.DoRecent(ctx, a.Deps, finish{s})
	return rpc.Receipt{Seq: done.Seq}, err
}

// step is the lesson in the caller's latest period. A lesson of a completed course can be read again: nothing is noted.
func (a api) step(ctx context.Context, req LessonRequest) (step, error) {
	c, err := a.view.of(ctx, caller(ctx), req.Course)
	if err != nil {
		return step{}, err
	}
	missing, err := a.view.before(ctx, c, a.Clock.Now())
	if err == nil && len(missing) > 0 {
		err = notYet(missing)
	}
	return step{Person: c.Person, Course: c.Course, Period: c.Period, Lesson: req.Lesson, At: a.Clock.Now()}, err
}

func caller(ctx context.Context) string { return rpc.From(ctx).Identity.Person }
