package enrolment

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/keyring"
	"khuevan/platform/readmodel"
)

// entrance is how a course is entered, as its latest version says.
type entrance struct {
	Course    string       `json:"course"`
	Title     events.Words `json:"title"`
	Enrolment []string     `json:"enrolment,omitempty"`
	Requires  []string     `json:"requires,omitempty"`
	Withdrawn bool         `json:"withdrawn,omitempty"`
	Validity  map[int]int  `json:"validity,omitempty"` // months, by version
}

// steps are who approves; nobody for an open course.
func (t entrance) steps() []string {
	if slices.Contains(t.Enrolment, events.EnrolmentOpen) {
		return nil
	}
	return t.Enrolment
}

// completion is when a person completed a course last.
type completion struct {
	At      time.Time `json:"at"`
	Version int       `json:"version"`
}

// named is what somebody is called, sealed.
type named struct {
	Name string `json:"name"`
}

// holder is a person who holds a role in a unit, or everywhere.
type holder struct {
	Person string `json:"person"`
	Role   string `json:"role"`
	Unit   string `json:"unit"`
}

// requestView is what requests are decided and shown by.
type requestView struct {
	asking      *readmodel.Projection
	requests    *readmodel.Collection[CourseRequest] // by <person>_<course>; what they say in words is sealed
	entrances   *readmodel.Collection[entrance]      // by course
	completions *readmodel.Collection[completion]    // by <person>_<course>
	holders     *readmodel.Collection[holder]        // by <person>_<role>_<unit>
	begun       *readmodel.Collection[begun]         // by <person>_<course>
	people      *readmodel.Collection[named]
}

func newRequestView() requestView {
	v := requestView{
		requests: readmodel.NewCollection[CourseRequest]("requests",
			readmodel.Index{Name: "person", Fields: []string{"person", "asked"}}, readmodel.Index{Name: "state", Fields: []string{"state", "asked"}}),
		entrances:   readmodel.NewCollection[entrance]("terms"),
		begun:       readmodel.NewCollection[begun]("begun"),
		people:      readmodel.NewCollection[named]("people"),
		completions: readmodel.NewCollection[completion]("completions"),
		holders:     readmodel.NewCollection[holder]("holders", readmodel.Index{Name: "role", Fields: []string{"role", "unit"}}),
	}
	v.asking = readmodel.NewProjection("requests", 2, []string{"enrolment.request", "catalog.course", "progress.course.course-completed",
		"progress.course.lesson-started", "progress.course.lesson-completed", "progress.course.lesson-attended", "quiz.attempt.attempt-started", "directory.person.person-registered", "directory.person.person-corrected",
		"directory.person.role-granted", "directory.person.role-withdrawn"}, v.applyRequest, v.requests, v.entrances, v.completions, v.begun, v.people, v.holders)
	return v
}

func (v requestView) applyRequest(b *readmodel.Batch, r eventsource.Recorded) error {
	step := func(person, course string, change func(*CourseRequest)) error {
		return v.requests.Update(b, person+"_"+course, change)
	}
	switch e := r.Event.(type) {
	case events.EnrolmentRequested:
		return step(e.Person, e.Course, func(d *CourseRequest) {
			*d = CourseRequest{Person: e.Person, Course: e.Course, Request: e.Request, Steps: e.Steps, Step: 1, State: RequestWaits, Asked: r.Time, Reason: string(e.Reason)}
			if len(e.Steps) == 0 {
				d.State, d.Decided = RequestApproved, r.Time
			}
		})
	case events.EnrolmentApproved:
		return step(e.Person, e.Course, func(d *CourseRequest) {
			d.Step = e.Step + 1
			if e.Last {
				d.State, d.Decided = RequestApproved, r.Time
			}
		})
	case events.EnrolmentRefused:
		return step(e.Person, e.Course, func(d *CourseRequest) { d.State, d.Decided, d.Refusal = RequestRefused, r.Time, string(e.Reason) })
	case events.RequestWithdrawn:
		return step(e.Person, e.Course, func(d *CourseRequest) { d.State, d.Decided = RequestWithdrawn, r.Time })
	case events.CoursePublished:
		return v.entrances.Update(b, e.Course, func(t *entrance) {
			validity := t.Validity
			if validity == nil {
				validity = map[int]int{}
			}
			validity[e.Version] = e.ValidityMonths
			*t = entrance{Course: e.Course, Title: e.Title, Enrolment: e.Enrolment, Requires: e.Requires, Validity: validity}
		})
	case events.CourseWithdrawn:
		return v.entrances.Update(b, e.Course, func(t *entrance) { t.Withdrawn = true })
	case events.CourseCompleted:
		return v.completions.Update(b, e.Person+"_"+e.Course, func(c *completion) { *c = completion{At: e.At, Version: e.Version} })
	case events.LessonStarted:
		return v.begins(b, e.Person, e.Course, e.Period)
	case events.LessonCompleted:
		return v.begins(b, e.Person, e.Course, e.Period)
	case events.LessonAttended:
		return v.begins(b, e.Person, e.Course, e.Period)
	case events.AttemptStarted:
		return v.begins(b, e.Person, e.Course, e.Period)
	case events.PersonRegistered:
		return v.people.Update(b, e.Person, func(x *named) { x.Name = string(e.Name) })
	case events.PersonCorrected:
		return v.people.Update(b, e.Person, func(x *named) { x.Name = cmp.Or(string(e.Name), x.Name) })
	case events.RoleGranted:
		return v.holders.Update(b, e.Person+"_"+e.Role+"_"+e.Unit, func(x *holder) { *x = holder{e.Person, e.Role, e.Unit} })
	case events.RoleWithdrawn:
		return v.holders.Delete(b, e.Person+"_"+e.Role+"_"+e.Unit)
	}
	return nil
}

// asked lists requests by an index, with what they say in words. What was sealed under a destroyed key says nothing.
func (v requestView) asked(ctx context.Context, keys *keyring.Ring, index, value string) ([]CourseRequest, error) {
	docs, err := collect(ctx, v.requests, readmodel.Query{Index: index, Equal: []any{value}})
	for i, d := range docs {
		who, _, err := v.people.Get(ctx, d.Person)
		if err != nil {
			return nil, err
		}
		docs[i].Name = who.Name
		for text, field := range map[*string]string{&docs[i].Name: "name", &docs[i].Reason: "note", &docs[i].Refusal: "note"} {
			if *text == "" {
				continue
			}
			plain, err := keys.Reveal(ctx, d.Person, field, *text)
			if err != nil && !errors.Is(err, keyring.ErrDestroyed) {
				return nil, err
			}
			*text = plain
		}
	}
	return docs, err
}

// unitsOf are the units that a person stands in on a day; none for whoever has left the service.
func (v view) unitsOf(ctx context.Context, person, day string) ([]unit, error) {
	away, _, err := v.absences.Get(ctx, person)
	if err != nil || away.Career.IsRetired(day) {
		return nil, err
	}
	var all []unit
	err = v.members.Each(ctx, readmodel.Query{Index: "person", Equal: []any{person}}, func(m member) error {
		if !m.on(day) {
			return nil
		}
		u, found, err := v.unit(ctx, m.Unit, day)
		if found {
			all = append(all, u)
		}
		return err
	})
	return all, err
}

// approvers are who is asked to take a step for a person: those who hold the role nearest to the person's units, in the
// order of the tree, and never the person.
func (v view) approvers(ctx context.Context, role, person, day string) ([]string, error) {
	units, err := v.unitsOf(ctx, person, day)
	if err != nil || len(units) == 0 {
		return nil, err
	}
	lines := make([][]string, len(units)) // of each unit: itself, those above it, everywhere
	longest := 0
	for i, u := range units {
		line := strings.Split(strings.Trim(u.Path, "/"), "/")
		slices.Reverse(line)
		lines[i] = append(line, "")
		longest = max(longest, len(lines[i]))
	}
	for up := range longest {
		var found []string
		for _, line := range lines {
			if up >= len(line) {
				continue
			}
			err := v.holders.Each(ctx, readmodel.Query{Index: "role", Equal: []any{role, line[up]}}, func(x holder) error {
				away, _, err := v.absences.Get(ctx, x.Person)
				if err == nil && x.Person != person && !away.Career.IsRetired(day) {
					found = append(found, x.Person)
				}
				return err
			})
			if err != nil {
				return nil, err
			}
		}
		if slices.Sort(found); len(found) > 0 {
			return slices.Compact(found), nil
		}
	}
	return nil, nil
}

// missing are the courses of a list that a person has not completed in any version, or whose completion has expired.
func (v requestView) missing(ctx context.Context, person string, courses []string, now time.Time) ([]entrance, error) {
	var all []entrance
	for _, course := range courses {
		t, _, err := v.entrances.Get(ctx, course)
		if err != nil {
			return nil, err
		}
		done, found, err := v.completions.Get(ctx, person+"_"+course)
		if err != nil {
			return nil, err
		}
		if t.Course = course; !found || !clock.Holds(done.At, t.Validity[done.Version], now) {
			all = append(all, t)
		}
	}
	return all, nil
}
