package quiz

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/readmodel"
)

// beforeView keeps which courses come before others, and who has completed them.
type beforeView struct {
	projection  *readmodel.Projection
	terms       *readmodel.Collection[termsDoc]      // by course and version; version 0 is the latest
	completions *readmodel.Collection[completionDoc] // by periodKey
	begun       *readmodel.Collection[begunDoc]      // likewise
}

// termsDoc is what a course version says of others.
type termsDoc struct {
	Title    events.Words `json:"title"`
	Requires []string     `json:"requires,omitempty"` // courses to be completed before
	Months   int          `json:"months,omitempty"`   // for which completing it counts; 0 for ever
}

// completionDoc is when a person completed a course last.
type completionDoc struct {
	At      time.Time `json:"at"`
	Version int       `json:"version"`
}

// begunDoc is the latest period of a course in which a person opened a lesson.
type begunDoc struct {
	Period int `json:"period"`
}

func newBeforeView() beforeView {
	v := beforeView{
		terms:       readmodel.NewCollection[termsDoc]("terms"),
		completions: readmodel.NewCollection[completionDoc]("completions"),
		begun:       readmodel.NewCollection[begunDoc]("begun"),
	}
	v.projection = readmodel.NewProjection("before", 1, []string{"catalog.course.course-published", "progress.course.course-completed",
		"progress.course.lesson-started", "progress.course.lesson-completed"}, v.apply, v.terms, v.completions, v.begun)
	return v
}

func termsKey(course string, version int) string { return fmt.Sprintf("%s_%d", course, version) }

func (v beforeView) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.CoursePublished:
		for _, version := range []int{0, e.Version} {
			if err := v.terms.Update(b, termsKey(e.Course, version), func(d *termsDoc) { *d = termsDoc{e.Title, e.Requires, e.ValidityMonths} }); err != nil {
				return err
			}
		}
	case events.CourseCompleted:
		return v.completions.Update(b, periodKey(e.Person, e.Course), func(d *completionDoc) { *d = completionDoc{e.At, e.Version} })
	case events.LessonStarted:
		return v.begins(b, e.Person, e.Course, e.Period)
	case events.LessonCompleted:
		return v.begins(b, e.Person, e.Course, e.Period)
	}
	return nil
}

func (v beforeView) begins(b *readmodel.Batch, person, course string, period int) error {
	return v.begun.Update(b, periodKey(person, course), func(d *begunDoc) { d.Period = max(d.Period, period) })
}

// missing are the titles of the courses that a person must complete before the quiz of a period opens: those that its version
// requires, without what was completed in any version and still holds. What was begun goes on, whatever expires meanwhile. It is
// the same question that opens the lessons.
func (v beforeView) missing(ctx context.Context, p periodDoc, now time.Time) (all []events.Words, err error) {
	terms, _, err := v.terms.Get(ctx, termsKey(p.Course, p.Version))
	if err != nil || len(terms.Requires) == 0 {
		return nil, err
	}
	if begun, _, err := v.begun.Get(ctx, periodKey(p.Person, p.Course)); err != nil || begun.Period == p.Period {
		return nil, err
	}
	for _, course := range terms.Requires {
		done, found, err := v.completions.Get(ctx, periodKey(p.Person, course))
		if err != nil {
			return nil, err
		}
		was, _, err := v.terms.Get(ctx, termsKey(course, done.Version))
		if err != nil {
			return nil, err
		}
		if found && clock.Holds(done.At, was.Months, now) {
			continue
		}
		latest, _, err := v.terms.Get(ctx, termsKey(course, 0))
		if err != nil {
			return nil, err
		}
		all = append(all, events.Words{Vi: cmp.Or(latest.Title.Vi, course), En: cmp.Or(latest.Title.En, latest.Title.Vi, course)})
	}
	return all, nil
}

// notYet refuses a quiz that other courses must come before.
func notYet(missing []events.Words) *fault.Error {
	var vi, en []string
	for _, w := range missing {
		vi, en = append(vi, "“"+w.Vi+"”"), append(en, "“"+w.En+"”")
	}
	return fault.Newf(fault.Conflict, "Chưa làm được bài kiểm tra: cần hoàn thành trước %[1]s. Hãy xem trang của khóa học.",
		"The quiz is not open yet: complete %[2]s first. See the page of the course.", strings.Join(vi, ", "), strings.Join(en, ", "))
}
