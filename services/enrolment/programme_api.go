package enrolment

import (
	"context"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
	"khuevan/programme"
)

// Methods about programmes.
var (
	MyProgrammes = rpc.Query[MineRequest, []MyProgramme]("enrolment.my-programmes", "Lists the programmes that the caller must complete, or has.", rpc.SignedIn).About(rpc.Nothing())
	ChooseCourse = rpc.Command[ChooseCourseRequest, rpc.Receipt]("enrolment.choose-course", "Enrols the caller in a course of an own programme.", rpc.SignedIn).About(rpc.Nothing())
)

// MyProgramme is a programme of the caller with how far it is.
type MyProgramme struct {
	Undertaking
	Title     events.Words   `json:"title"`
	Standings []PartStanding `json:"standings"`
}

// ChooseCourseRequest names a programme of the caller and a course that counts in it.
type ChooseCourseRequest struct {
	Programme string `json:"programme"`
	Course    string `json:"course"`
}

func (a api) myProgrammes(ctx context.Context, req MineRequest) ([]MyProgramme, error) {
	if err := a.view.await(ctx, req.After, a.Await); err != nil {
		return nil, err
	}
	mine, err := a.view.undertaken(ctx, rpc.From(ctx).Identity.Person)
	if err != nil {
		return nil, err
	}
	all := make([]MyProgramme, len(mine))
	for i, u := range mine {
		p, _, err := a.view.pathways.Get(ctx, u.Programme)
		if err != nil {
			return nil, err
		}
		all[i] = MyProgramme{Undertaking: u, Title: p.Title, Standings: u.standings()}
	}
	return all, nil
}

// chooseCourse enrols the caller in a course that counts in a programme which she has to complete.
func (a api) chooseCourse(ctx context.Context, req ChooseCourseRequest) (rpc.Receipt, error) {
	person := rpc.From(ctx).Identity.Person
	seen, err := host.See[undertaking](ctx, a.Deps, programmeStream(person, req.Programme))
	if err != nil {
		return rpc.Receipt{}, err
	}
	u := seen.State
	switch {
	case !u.open:
		return rpc.Receipt{}, fault.New(fault.NotFound, "Bạn không phải học chương trình này, hoặc đã hoàn thành.", "You need not take this programme, or have completed it.")
	case !names(u.opened.Parts, req.Course):
		return rpc.Receipt{}, fault.New(fault.NotFound, "Khóa học này không thuộc chương trình.", "The course is not in the programme.")
	case u.has(req.Course):
		return rpc.Receipt{}, fault.New(fault.Conflict, "Khóa học này đã được tính cho chương trình.", "The course counts for the programme already.")
	}
	if err := a.view.await(ctx, readmodel.Present, a.Await); err != nil {
		return rpc.Receipt{}, err
	}
	c, _, err := a.view.courses.Get(ctx, req.Course)
	if err != nil {
		return rpc.Receipt{}, err
	}
	if c.Version == 0 || c.Withdrawn {
		return rpc.Receipt{}, fault.New(fault.Conflict, "Khóa học này hiện không còn trong danh mục. Hãy chọn khóa khác.", "The course is not offered now. Choose another.")
	}
	done, err := host.Do(ctx, a.Deps, forProgramme(u.opened, c))
	return rpc.Receipt{Seq: done.Seq}, err
}

// forProgramme enrols the person of a programme in a course of it; whoever is in the course is left alone.
func forProgramme(e events.ProgrammeEnrolled, c course) admit {
	return admit{events.PersonEnrolled{Person: e.Person, Course: c.Course, Version: c.Version, Due: e.Due, Programme: e.Programme}}
}

// begun counts what somebody who is new in a programme has completed already, and enrols in what must be done.
func (x reactors) begun(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	e, ok := r.Event.(events.ProgrammeEnrolled)
	if !ok {
		return nil, nil
	}
	if err := x.view.await(ctx, r.Seq, x.AwaitFor); err != nil {
		return nil, err
	}
	done, err := x.view.counting(ctx, e, r.Time)
	if err != nil {
		return nil, err
	}
	has := func(course string) bool { _, ok := done[course]; return ok }
	var all []eventsource.Request
	for _, id := range coursesOf(e.Parts) {
		if has(id) {
			q := eventsource.Prepare(count{Person: e.Person, Programme: e.Programme, Course: id, Completed: done[id], At: r.Time})
			q.Key = id
			all = append(all, q)
		}
	}
	if programme.Holds(e.Parts, has) {
		return all, nil
	}
	for _, id := range required(e.Parts, has) {
		c, _, err := x.view.courses.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		if c.Version > 0 && !c.Withdrawn {
			all = append(all, eventsource.Prepare(forProgramme(e, c)))
		}
	}
	return all, nil
}

// counted counts a completed course in the open programmes of the person.
func (x reactors) counted(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	e, ok := r.Event.(events.EnrolmentCompleted)
	if !ok {
		return nil, nil
	}
	if err := x.view.await(ctx, r.Seq, x.AwaitFor); err != nil {
		return nil, err
	}
	mine, err := x.view.undertaken(ctx, e.Person)
	if err != nil {
		return nil, err
	}
	var all []eventsource.Request
	for _, u := range mine {
		if u.Completed.IsZero() && names(u.Parts, e.Course) {
			all = append(all, eventsource.Prepare(count{Person: e.Person, Programme: u.Programme, Course: e.Course, Completed: e.At, At: e.At}))
		}
	}
	return all, nil
}
