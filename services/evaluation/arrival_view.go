package evaluation

import (
	"time"

	"khuevan/events"
	"khuevan/forecast"
	"khuevan/organisation"
	"khuevan/organisation/kept"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// course is what the service knows of a course.
type course struct {
	Course string        `json:"course"`
	Hours  int           `json:"hours"` // tiết of 45 minutes, of the latest version
	Worth  map[int]worth `json:"worth"` // by version
}

// worth is what having passed a version of a course shows, and for how many months; 0 for good.
type worth struct {
	Tags   []string `json:"tags,omitempty"`
	Months int      `json:"months,omitempty"`
}

// arrivals is the read model of who was asked, who came, and who can be asked.
type arrivals struct {
	projection *readmodel.Projection
	units      *kept.Units
	days       forecast.Calendar
	rounds     *readmodel.Collection[arrivalRound] // by <campaign>_<tick>
	people     *readmodel.Collection[comer]
	courses    *readmodel.Collection[course]
	places     *readmodel.Collection[place] // by <person>_<content>
	studies    *readmodel.Collection[study] // by <person>_<course>
}

func newArrivals(days forecast.Calendar) *arrivals {
	index := func(name string, fields ...string) readmodel.Index {
		return readmodel.Index{Name: name, Fields: fields}
	}
	a := &arrivals{
		units: kept.NewUnits(), days: days,
		rounds:  readmodel.NewCollection[arrivalRound]("arrival-rounds", index("due", "counted", "due"), index("campaign", "campaign", "counted", "tick")),
		people:  readmodel.NewCollection[comer]("arrival-people"),
		courses: readmodel.NewCollection[course]("arrival-courses"),
		places:  readmodel.NewCollection[place]("arrival-places", index("content", "content")),
		studies: readmodel.NewCollection[study]("arrival-studies"),
	}
	// rounds count places, and places what studies say, so each stands before the other: see readmodel.Collection.Peek
	a.projection = readmodel.NewProjection("arrivals", 1, []string{"directory.person", "catalog.course", "scheduler.campaign.campaign-ticked",
		"enrolment.enrolment", "enrolment.programme", "progress.course.lesson-started", "progress.course.course-completed", "progress.time",
		"quiz.attempt.attempt-started", "evaluation.forecast"}, a.apply, a.rounds, a.people, a.courses, a.places, a.studies)
	return a
}

func (a *arrivals) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	for _, part := range []func(*readmodel.Batch, eventsource.Recorded) error{a.applyRound, a.applyEnrolment, a.applyProgress, a.applyPerson} {
		if err := part(b, r); err != nil {
			return err
		}
	}
	return nil
}

func (a *arrivals) applyRound(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.CampaignTicked:
		return a.rounds.Update(b, roundID(e.Campaign, e.Due), func(d *arrivalRound) {
			d.From = clock.Midnight(r.Time)
			d.Campaign, d.Tick, d.Unit, d.Content, d.Due = e.Campaign, e.Due, e.Unit, contentOf(e.Course, e.Programme), deadlineOf(e)
		})
	case events.ForecastMade:
		return a.rounds.Update(b, roundID(e.Campaign, e.Tick), func(d *arrivalRound) { d.Foretold, d.Counted = &foretold{r.Time, e}, true })
	case events.CoursePublished:
		return a.courses.Update(b, e.Course, func(c *course) {
			all := map[int]worth{e.Version: {e.Tags, e.ValidityMonths}}
			for version, w := range c.Worth {
				if version != e.Version {
					all[version] = w
				}
			}
			*c = course{Course: e.Course, Hours: e.Hours, Worth: all}
		})
	}
	return nil
}

// deadlineOf is until when what a tick gives must be completed; old facts tell days only.
func deadlineOf(e events.CampaignTicked) time.Time {
	if e.Deadline.IsZero() {
		return clock.EndOfDay(clock.Midnight(e.Due).AddDate(0, 0, e.DueDays))
	}
	return e.Deadline
}

func (a *arrivals) applyEnrolment(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.PersonEnrolled:
		if err := a.opened(b, e, r.Time); err != nil {
			return err
		}
		return a.studies.Update(b, placeID(e.Person, e.Course), func(s *study) { *s = study{Period: e.Period, Programme: e.Programme} })
	case events.ProgrammeEnrolled:
		return a.opened(b, events.PersonEnrolled{Person: e.Person, Course: contentOf("", e.Programme), Period: e.Period, Due: e.Due, Campaign: e.Campaign, Tick: e.Tick}, r.Time)
	case events.EnrolmentReminded:
		return a.reminded(b, e, r.Time)
	case events.PersonHeldOut:
		return a.places.Update(b, placeID(e.Person, e.Course), func(p *place) {
			p.Person, p.Content, p.Held = e.Person, e.Course, roundID(e.Campaign, e.Tick)
		})
	case events.HoldOutEnded:
		return a.places.Update(b, placeID(e.Person, e.Course), func(p *place) { p.Held = "" })
	case events.PersonExcused:
		return a.let(b, e.Person, e.Course, e.Period, func(p *place) { p.Free = true })
	case events.ExcuseWithdrawn:
		return a.places.Update(b, placeID(e.Person, e.Course), func(p *place) { p.Free = p.Free && p.Period != e.Period })
	case events.EnrolmentWithdrawn:
		return a.let(b, e.Person, e.Course, e.Period, func(p *place) { p.Open = false })
	case events.EnrolmentCompleted:
		return a.completed(b, e.Person, e.Course, e.Period, e.Version, e.At)
	case events.ProgrammeCompleted:
		return a.completed(b, e.Person, contentOf("", e.Programme), e.Period, e.Version, e.At)
	}
	return nil
}

func placeID(person, content string) string { return person + "_" + content }

// opened counts somebody whom a tick asks, and notes what was asked. A programme's courses are asked by the programme.
func (a *arrivals) opened(b *readmodel.Batch, e events.PersonEnrolled, at time.Time) error {
	round := ""
	if e.Campaign != "" && e.Programme == "" {
		round = roundID(e.Campaign, e.Tick)
	}
	was, _, err := a.places.Peek(b, placeID(e.Person, e.Course))
	if err != nil {
		return err
	}
	if round != "" && was.Held != round {
		if err := a.rounds.Update(b, round, (*arrivalRound).asked); err != nil {
			return err
		}
	}
	if e.Request == "" && e.Programme == "" {
		if err := a.person(b, e.Person, func(c *comer) { c.asked(request{Content: e.Course, Period: e.Period, Due: e.Due}) }); err != nil {
			return err
		}
	}
	return a.places.Update(b, placeID(e.Person, e.Course), func(p *place) { p.open(e.Person, e.Course, e.Period, round, at) })
}

// reminded counts somebody as asked whom a tick found in a period that they had not begun.
func (a *arrivals) reminded(b *readmodel.Batch, e events.EnrolmentReminded, at time.Time) error {
	round := roundID(e.Campaign, e.Tick)
	p, _, err := a.places.Peek(b, placeID(e.Person, e.Course))
	if err != nil || e.Days > 0 || !p.Open || p.Period != e.Period || !p.Began.IsZero() || p.Round == round {
		return err
	}
	if err := a.rounds.Update(b, round, (*arrivalRound).asked); err != nil {
		return err
	}
	return a.places.Update(b, placeID(e.Person, e.Course), func(p *place) { p.Round, p.Asked = round, at })
}

// let changes a period that is not asked any more; what was asked says nothing about the person.
func (a *arrivals) let(b *readmodel.Batch, person, content string, period int, fn func(*place)) error {
	if err := a.person(b, person, func(c *comer) { c.forget(content, period) }); err != nil {
		return err
	}
	return a.places.Update(b, placeID(person, content), func(p *place) {
		if p.Period == period {
			fn(p)
		}
	})
}

func (a *arrivals) completed(b *readmodel.Batch, person, content string, period, version int, at time.Time) error {
	if err := a.begin(b, person, content, period, at); err != nil { // what nobody saw begin
		return err
	}
	p, _, err := a.places.Peek(b, placeID(person, content))
	if err != nil {
		return err
	}
	if p.Round != "" && p.Open && p.Period == period {
		if err := a.rounds.Update(b, p.Round, func(d *arrivalRound) { d.finished(p.Began, at, p.Seconds, a.days) }); err != nil {
			return err
		}
	}
	if err := a.person(b, person, func(c *comer) { c.done(content, period, at) }); err != nil {
		return err
	}
	return a.places.Update(b, placeID(person, content), func(p *place) {
		p.Open = p.Open && p.Period != period
		p.Passed, p.PassedIn = at, version
	})
}

func (a *arrivals) applyProgress(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.LessonStarted:
		return a.started(b, e.Person, e.Course, e.Period, e.At)
	case events.AttemptStarted:
		return a.started(b, e.Person, e.Course, e.Period, e.At)
	case events.LessonTimeNoted:
		return a.studies.Update(b, placeID(e.Person, e.Course), func(s *study) {
			if s.Period == e.Period {
				s.note(e)
			}
		})
	case events.CourseCompleted:
		s, _, err := a.studies.Peek(b, placeID(e.Person, e.Course))
		if err != nil || s.Period != e.Period {
			return err
		}
		add := func(p *place) { p.Seconds += s.seconds(e.Seconds) }
		if s.Programme != "" {
			if err := a.places.Update(b, placeID(e.Person, contentOf("", s.Programme)), add); err != nil {
				return err
			}
		}
		return a.places.Update(b, placeID(e.Person, e.Course), add)
	}
	return nil
}

// started begins a period of a course, and with it the programme of which it is a part.
func (a *arrivals) started(b *readmodel.Batch, person, course string, period int, at time.Time) error {
	s, _, err := a.studies.Peek(b, placeID(person, course))
	if err != nil || s.Period != period {
		return err
	}
	if s.Programme != "" {
		content := contentOf("", s.Programme)
		p, _, err := a.places.Peek(b, placeID(person, content))
		if err != nil {
			return err
		}
		if err := a.begin(b, person, content, p.Period, at); err != nil {
			return err
		}
	}
	return a.begin(b, person, course, period, at)
}

func (a *arrivals) begin(b *readmodel.Batch, person, content string, period int, at time.Time) error {
	p, _, err := a.places.Peek(b, placeID(person, content))
	if err != nil || !p.Open || p.Period != period || !p.Began.IsZero() {
		return err
	}
	if p.Round != "" {
		if err := a.rounds.Update(b, p.Round, func(d *arrivalRound) { d.began(p.Asked, at, a.days) }); err != nil {
			return err
		}
	}
	return a.places.Update(b, placeID(person, content), func(p *place) { p.Began = at })
}

func (a *arrivals) applyPerson(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.PersonErased:
		return a.person(b, e.Person, func(c *comer) { c.Gone, c.Requests = true, nil })
	case events.PersonRetracted:
		return a.person(b, e.Person, func(c *comer) { c.Gone = true })
	case events.PersonRegistered:
		return a.person(b, e.Person, func(c *comer) { c.Gone = false })
	}
	if person := organisation.Of(r.Event); person != "" {
		return a.person(b, person, func(c *comer) { c.Career = c.Career.After(r.Event) })
	}
	return nil
}

func (a *arrivals) person(b *readmodel.Batch, person string, fn func(*comer)) error {
	return a.people.Update(b, person, func(c *comer) {
		c.Person = person
		fn(c)
	})
}
