package enrolment

import (
	"context"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
	"khuevan/programme"
)

// pathway is what enrolment knows of a programme.
type pathway struct {
	Programme string                 `json:"programme"`
	Version   int                    `json:"version"` // the latest
	Title     events.Words           `json:"title"`
	Parts     []events.ProgrammePart `json:"parts"`
	Again     []events.ProgrammePart `json:"again,omitempty"`
	Withdrawn bool                   `json:"withdrawn,omitempty"`
}

// Undertaking is the latest period of a person in a programme.
type Undertaking struct {
	Person     string                 `json:"person"`
	Programme  string                 `json:"programme"`
	Period     int                    `json:"period"`
	Version    int                    `json:"version"`
	Parts      []events.ProgrammePart `json:"parts"`
	Since      time.Time              `json:"since"`
	Due        time.Time              `json:"due"`
	Completed  time.Time              `json:"completed,omitzero"`
	Passed     time.Time              `json:"passed,omitzero"` // the latest completion, of whichever period
	Counted    []string               `json:"counted,omitempty"`
	Assignment string                 `json:"assignment,omitempty"`
}

func (u Undertaking) standing() standing {
	return standing{period: u.Period, open: u.Period > 0 && u.Completed.IsZero(), due: u.Due, passed: u.Passed}
}

// programmeView is what is known of programmes and of those who are in them.
type programmeView struct {
	pathways     *readmodel.Collection[pathway]     // by programme
	undertakings *readmodel.Collection[Undertaking] // by <person>_<programme>
}

func newProgrammeView() programmeView {
	return programmeView{
		pathways: readmodel.NewCollection[pathway]("pathways"),
		undertakings: readmodel.NewCollection[Undertaking]("undertakings",
			readmodel.Index{Name: "person", Fields: []string{"person"}}, readmodel.Index{Name: "programme", Fields: []string{"programme"}}),
	}
}

func (v view) applyProgramme(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.ProgrammePublished:
		return v.pathways.Update(b, e.Programme, func(p *pathway) {
			*p = pathway{Programme: e.Programme, Version: e.Version, Title: e.Title, Parts: e.Parts, Again: e.Again}
		})
	case events.ProgrammeWithdrawn:
		return v.pathways.Update(b, e.Programme, func(p *pathway) { p.Withdrawn = true })
	case events.ProgrammeEnrolled:
		if err := v.countIn(b, e.Assignment, func(a *Assignment) { a.Enrolled++ }); err != nil {
			return err
		}
		return v.undertakings.Update(b, e.Person+"_"+e.Programme, func(u *Undertaking) {
			*u = Undertaking{Person: e.Person, Programme: e.Programme, Period: e.Period, Version: e.Version, Parts: e.Parts, Since: r.Time, Due: e.Due,
				Passed: u.Passed, Assignment: e.Assignment}
		})
	case events.ProgrammeCourseCounted:
		return v.undertakings.Update(b, e.Person+"_"+e.Programme, func(u *Undertaking) { u.Counted = append(u.Counted, e.Course) })
	case events.ProgrammeCompleted:
		return v.programmeCompleted(b, e)
	}
	return nil
}

func (v view) programmeCompleted(b *readmodel.Batch, e events.ProgrammeCompleted) error {
	id := e.Person + "_" + e.Programme
	u, _, err := v.undertakings.Peek(b, id)
	if err != nil {
		return err
	}
	if err := v.countIn(b, u.Assignment, func(a *Assignment) { a.Completed++ }); err != nil {
		return err
	}
	return v.undertakings.Update(b, id, func(u *Undertaking) { u.Completed, u.Passed = e.At, e.At })
}

// undertaken are a person's programmes.
func (v view) undertaken(ctx context.Context, person string) ([]Undertaking, error) {
	return collect(ctx, v.undertakings, readmodel.Query{Index: "person", Equal: []any{person}})
}

// counting are the completed courses of a person that count for what a period of a programme asks: for the first those that
// still hold, for a later one those completed since it was opened.
func (v view) counting(ctx context.Context, e events.ProgrammeEnrolled, opened time.Time) (map[string]time.Time, error) {
	all := map[string]time.Time{}
	for _, id := range coursesOf(e.Parts) {
		x, found, err := v.enrolments.Get(ctx, e.Person+"_"+id)
		if err != nil {
			return nil, err
		}
		c, _, err := v.courses.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		if found && (e.Period == 1 && c.counts(x, opened) || e.Period > 1 && x.Passed.After(opened)) {
			all[id] = x.Passed
		}
	}
	return all, nil
}

// PartStanding is how far a person is in a part of a programme.
type PartStanding struct {
	events.ProgrammePart
	Needed int               `json:"needed"`
	Done   int               `json:"done"`
	By     map[string]string `json:"by,omitempty"` // the place of which course by which completed one
}

// standings are how far a period is in each of its parts.
func (u Undertaking) standings() []PartStanding {
	done := undertaking{counted: u.Counted}
	all := make([]PartStanding, len(u.Parts))
	for i, s := range programme.Standing(u.Parts, done.has) {
		all[i] = PartStanding{ProgrammePart: u.Parts[i], Needed: s.Needed, Done: s.Done, By: s.By}
	}
	return all
}
