package catalog

import (
	"context"
	"strconv"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// card is a course as its latest version has it.
type card struct {
	CourseCard
	Digest string `json:"digest"`
}

// view keeps the offer and every version readable.
type view struct {
	projection *readmodel.Projection
	cards      *readmodel.Collection[card]   // by course
	versions   *readmodel.Collection[Course] // by versionID
}

func newView() view {
	v := view{
		cards:    readmodel.NewCollection[card]("courses"),
		versions: readmodel.NewCollection[Course]("versions"),
	}
	v.projection = readmodel.NewProjection("courses", 2, []string{"catalog.course"}, v.apply, v.cards, v.versions)
	return v
}

func versionID(course string, version int) string { return course + "_" + strconv.Itoa(version) }

func (v view) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.CoursePublished:
		return v.published(b, e)
	case events.CourseWithdrawn:
		return v.cards.Update(b, e.Course, func(c *card) { c.Withdrawn = true })
	}
	return nil
}

func (v view) published(b *readmodel.Batch, e events.CoursePublished) error {
	head := CourseCard{Course: e.Course, Version: e.Version, Title: e.Title, Summary: e.Summary, Hours: e.Hours, Lessons: len(e.Lessons), Enrolment: e.Enrolment, Requires: e.Requires}
	if err := v.cards.Update(b, e.Course, func(c *card) { *c = card{CourseCard: head, Digest: e.Digest} }); err != nil {
		return err
	}
	return v.versions.Update(b, versionID(e.Course, e.Version), func(c *Course) {
		*c = Course{CourseCard: head, Tags: e.Tags, Language: e.Language, Content: e.Lessons, Quiz: e.Quiz, ValidityMonths: e.ValidityMonths, Certificate: e.Certificate}
	})
}

// list gives all courses, withdrawn ones too, by id.
func (v view) list(ctx context.Context) ([]CourseCard, error) {
	all := []CourseCard{}
	err := v.cards.Each(ctx, readmodel.Query{}, func(c card) error {
		all = append(all, c.CourseCard)
		return nil
	})
	return all, err
}

// get gives a version of a course, 0 the latest; whether it is withdrawn is said of the course as a whole.
func (v view) get(ctx context.Context, course string, version int) (Course, error) {
	latest, found, err := v.cards.Get(ctx, course)
	if err != nil {
		return Course{}, err
	}
	if !found {
		return Course{}, unknown(course)
	}
	if version == 0 {
		version = latest.Version
	}
	c, found, err := v.versions.Get(ctx, versionID(course, version))
	if err != nil {
		return Course{}, err
	}
	if !found {
		return Course{}, unknownVersion(course, version)
	}
	c.Withdrawn = latest.Withdrawn
	return c, nil
}
