package progress

import (
	"context"
	"slices"
	"strconv"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// version is what progress needs of a course version: what completes it, how long its lessons are, and what comes before.
type version struct {
	Lessons  []string       `json:"lessons"`
	Texts    []string       `json:"texts"` // digests, in the same order
	Quiz     bool           `json:"quiz"`
	Minutes  map[string]int `json:"minutes"`            // planned, by lesson
	Requires []string       `json:"requires,omitempty"` // courses to be completed before
	Months   int            `json:"months,omitempty"`   // that a completion is valid; 0 for good

	Rules []events.LessonRule `json:"rules,omitempty"`
}

// view is how far everyone is in the latest period of each course, and the course versions.
type view struct {
	projection  *readmodel.Projection
	completions *readmodel.Collection[completion] // by <person>_<course>
	courses     *readmodel.Collection[Course]     // by <person>_<course>
	versions    *readmodel.Collection[version]    // by versionID
}

func newView() view {
	v := view{
		completions: readmodel.NewCollection[completion]("completions"),
		courses:     readmodel.NewCollection[Course]("courses", readmodel.Index{Name: "person", Fields: []string{"person"}}, readmodel.Index{Name: "course", Fields: []string{"course"}}),
		versions:    readmodel.NewCollection[version]("versions"),
	}
	v.projection = readmodel.NewProjection("courses", 3, []string{"progress.course", "progress.time", "catalog.course"}, v.apply, v.completions, v.courses, v.versions)
	return v
}

// latestVersion stands for the latest in an id of a version.
const latestVersion = 0

func versionID(course string, n int) string { return course + "_" + strconv.Itoa(n) }

func (v view) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.CoursePublished:
		if err := v.versions.Update(b, versionID(e.Course, latestVersion), func(x *version) { *x = versionOf(e) }); err != nil {
			return err
		}
		return v.versions.Update(b, versionID(e.Course, e.Version), func(x *version) { *x = versionOf(e) })
	case events.CourseOpened:
		return v.courses.Update(b, e.Person+"_"+e.Course, func(c *Course) { *c = opened(e) })
	case events.CourseMoved:
		return v.update(b, e.Person, e.Course, e.Period, func(c *Course) { *c = c.moved(e) })
	case events.LessonStarted:
		return v.lesson(b, e.Person, e.Course, e.Period, e.Lesson, func(l *Lesson) { l.Started = e.At })
	case events.LessonCompleted:
		return v.lesson(b, e.Person, e.Course, e.Period, e.Lesson, func(l *Lesson) { l.Completed, l.Seconds = e.At, e.Seconds })
	case events.LessonTimeNoted:
		return v.lesson(b, e.Person, e.Course, e.Period, e.Lesson, func(l *Lesson) { l.Time = l.Time.and(e) })
	case events.LessonWatched:
		return v.lesson(b, e.Person, e.Course, e.Period, e.Lesson, func(l *Lesson) {
			for _, part := range e.Parts {
				l.Watched += part.To - part.From
			}
		})
	case events.LessonAttended:
		return v.lesson(b, e.Person, e.Course, e.Period, e.Lesson, func(l *Lesson) { l.Attended = attended(l.Attended, e) })
	case events.LessonReopened:
		return v.lesson(b, e.Person, e.Course, e.Period, e.Lesson, func(l *Lesson) { l.Completed, l.Seconds = time.Time{}, 0 })
	case events.ReadingConfirmed:
		return v.lesson(b, e.Person, e.Course, e.Period, e.Lesson, func(l *Lesson) { l.Confirmed = e.Digest })
	case events.QuizPassed:
		return v.update(b, e.Person, e.Course, e.Period, func(c *Course) { c.Passed, c.Mark = true, e.Mark })
	case events.CourseCompleted:
		if err := v.completions.Update(b, e.Person+"_"+e.Course, func(c *completion) { *c = completion{At: e.At, Version: e.Version} }); err != nil {
			return err
		}
		return v.update(b, e.Person, e.Course, e.Period, func(c *Course) { c.Completed = e.At })
	}
	return nil
}

func versionOf(e events.CoursePublished) version {
	x := version{Quiz: e.Quiz.Items > 0, Requires: e.Requires, Months: e.ValidityMonths, Minutes: map[string]int{}, Rules: rulesOf(e)}
	for _, l := range e.Lessons {
		x.Lessons, x.Texts = append(x.Lessons, l.ID), append(x.Texts, textOf(l))
		x.Minutes[l.ID] = l.Minutes
	}
	return x
}

func opened(e events.CourseOpened) Course {
	c := Course{Person: e.Person, Course: e.Course, Period: e.Period, Version: e.Version, Quiz: e.Quiz, Lessons: make([]Lesson, len(e.Lessons))}
	for i, id := range e.Lessons {
		c.Lessons[i].ID = id
	}
	return c
}

// update changes a person's progress in a course, unless a later period has taken its place.
func (v view) update(b *readmodel.Batch, person, course string, period int, change func(*Course)) error {
	return v.courses.Update(b, person+"_"+course, func(c *Course) {
		if c.Period == period {
			change(c)
		}
	})
}

func (v view) lesson(b *readmodel.Batch, person, course string, period int, lesson string, change func(*Lesson)) error {
	return v.update(b, person, course, period, func(c *Course) {
		c.Done = 0
		for i := range c.Lessons {
			if c.Lessons[i].ID == lesson {
				change(&c.Lessons[i])
			}
			if !c.Lessons[i].Completed.IsZero() {
				c.Done++
			}
		}
	})
}

// mine are a person's courses, those under way first.
func (v view) mine(ctx context.Context, person string) ([]Course, error) {
	all := []Course{}
	err := v.courses.Each(ctx, readmodel.Query{Index: "person", Equal: []any{person}}, func(c Course) error {
		all = append(all, c)
		return nil
	})
	slices.SortStableFunc(all, func(a, b Course) int { return a.Completed.Compare(b.Completed) })
	return all, err
}

// of gives a person's progress in a course.
func (v view) of(ctx context.Context, person, course string) (Course, error) {
	c, found, err := v.courses.Get(ctx, person+"_"+course)
	if err == nil && !found {
		err = notEnrolled()
	}
	return c, err
}
