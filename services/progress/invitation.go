package progress

import (
	"context"
	"maps"
	"slices"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
)

// invitation is what a person was told of a session.
type invitation struct {
	told     bool
	revision int
}

// Evolve implements eventsource.State.
func (i invitation) Evolve(e eventsource.Event) invitation {
	switch e := e.(type) {
	case events.SessionInvited:
		return invitation{told: true, revision: e.Revision}
	case events.SessionUninvited:
		i.revision = e.Revision
	}
	return i
}

// tell brings what a person knows of a session up to date.
type tell struct {
	Person  string
	Session session
}

// Stream implements eventsource.Command.
func (c tell) Stream() string {
	return "progress.invitation." + c.Person + "_" + c.Session.scheduled.Session
}

// Decide implements eventsource.Command. Nobody is told twice, and of a session that is not held only those who were told of it.
func (c tell) Decide(i invitation) ([]eventsource.Event, error) {
	e, held := c.Session.scheduled, !c.Session.cancelled
	if i.told && c.Session.revision <= i.revision || !held && !i.told {
		return nil, nil
	}
	if !held {
		return []eventsource.Event{events.SessionUninvited{Person: c.Person, Session: e.Session, Course: e.Course, Lesson: e.Lesson, Revision: c.Session.revision,
			Start: e.Start, End: e.End, Place: e.Place, Link: e.Link}}, nil
	}
	return []eventsource.Event{events.SessionInvited{Person: c.Person, Session: e.Session, Course: e.Course, Lesson: e.Lesson, Revision: c.Session.revision, Again: i.told,
		Start: e.Start, End: e.End, Place: e.Place, Link: e.Link}}, nil
}

// invited is that a person was invited to a session.
type invited struct {
	Person  string `json:"person"`
	Session string `json:"session"`
}

// inviter tells people of the sessions that are held for them. It is one reactor, so that a session's facts are handled in their order.
func (a live) inviter() host.Reactor {
	return host.Reactor{Name: "invite", Facts: []string{"progress.session.session-scheduled", "progress.session.session-changed", "progress.session.session-cancelled",
		"progress.course.course-opened"}, React: a.invite}
}

func (a live) invite(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	for _, p := range []*readmodel.Projection{a.view.projection, a.sessions.projection, a.projection, a.structure.Projection} {
		if err := a.AwaitFor(ctx, p, r.Seq); err != nil {
			return nil, err
		}
	}
	switch e := r.Event.(type) {
	case events.SessionScheduled:
		return a.inviteAll(ctx, e.Session, r)
	case events.SessionChanged:
		return a.inviteAll(ctx, e.Session, r)
	case events.SessionCancelled:
		return a.inviteAll(ctx, e.Session, r)
	case events.CourseOpened:
		return a.inviteTo(ctx, e.Person, e.Course, r)
	}
	return nil, nil
}

// inviteAll tells the learners of a session, and whoever was told of it before, how it stands now. What is over is told to nobody.
func (a live) inviteAll(ctx context.Context, id string, r eventsource.Recorded) ([]eventsource.Request, error) {
	history, err := a.Journal.Load(ctx, sessionStream(id))
	if err != nil {
		return nil, err
	}
	s := eventsource.Fold[session](history)
	if s.scheduled.End.Before(r.Time) {
		return nil, nil
	}
	people := map[string]bool{}
	err = a.sessions.invitations.Each(ctx, readmodel.Query{Index: "session", Equal: []any{id}}, func(d invited) error {
		people[d.Person] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = a.view.courses.Each(ctx, readmodel.Query{Index: "course", Equal: []any{s.scheduled.Course}}, func(c Course) error {
		attends, err := a.attends(ctx, c, s.scheduled.Lesson, s.scheduled.Unit)
		if attends {
			people[c.Person] = true
		}
		return err
	})
	var all []eventsource.Request
	for _, person := range slices.Sorted(maps.Keys(people)) {
		all = append(all, eventsource.Prepare(tell{person, s}))
	}
	return all, err
}

// inviteTo tells somebody who begins a course of the sessions to come.
func (a live) inviteTo(ctx context.Context, person, course string, r eventsource.Recorded) ([]eventsource.Request, error) {
	c, found, err := a.view.courses.Get(ctx, person+"_"+course)
	if err != nil || !found {
		return nil, err
	}
	var all []eventsource.Request
	err = a.sessions.sessions.Each(ctx, readmodel.Query{Index: "course", Equal: []any{course}}, func(s Session) error {
		if s.Cancelled || s.End.Before(r.Time) {
			return nil
		}
		attends, err := a.attends(ctx, c, s.Lesson, s.Unit)
		if err != nil || !attends {
			return err
		}
		history, err := a.Journal.Load(ctx, sessionStream(s.Session))
		all = append(all, eventsource.Prepare(tell{person, eventsource.Fold[session](history)}))
		return err
	})
	return all, err
}

// attends reports whether somebody is of a unit, as it is today, and still has to take a lesson.
func (a live) attends(ctx context.Context, c Course, lesson, unit string) (bool, error) {
	if !c.Completed.IsZero() || !slices.ContainsFunc(c.Lessons, func(l Lesson) bool { return l.ID == lesson && l.Completed.IsZero() }) {
		return false, nil
	}
	whole, err := a.structure.On(ctx, dayOf(a.Clock.Now()))
	if err != nil {
		return false, err
	}
	p, _, err := a.people.Get(ctx, c.Person)
	return err == nil && whole.Within(p.Unit, unit), err
}
