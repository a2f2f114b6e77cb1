package main

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

const (
	course    = "attt-co-ban"
	perPerson = 10   // facts of one person: opened, four lessons started and completed, course completed
	atOnce    = 2000 // people who learn at the same time, so that their facts lie among those of the others
)

var lessons = [...]string{"mat-khau", "thu-lua-dao", "thiet-bi-di-dong", "bao-cao-su-co"} //nolint:gochecknoglobals // constant

// personID is an opaque id as the platform makes them.
func personID(i int) string {
	h := fnv.New64a()
	fmt.Fprint(h, i)
	return fmt.Sprintf("%016x", h.Sum64()*0x9e3779b97f4a7c15)
}

func learnerStream(person string) string { return "progress.course." + person + "_" + course + "_1" }

// told is a fact with its stream, before it is in a journal.
type told struct {
	stream string
	event  events.Event
}

// story is the facts of so many people who learn side by side, each one's in order; always the same for the same number.
func story(people int) []told {
	r := rand.New(rand.NewPCG(7, 11)) //nolint:gosec // not for secrets
	begun := make([]int, people)      // facts told of each person
	busy := make([]int, 0, atOnce)
	next := 0
	all := make([]told, 0, people*perPerson)
	at := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	for {
		for len(busy) < atOnce && next < people {
			busy, next = append(busy, next), next+1
		}
		if len(busy) == 0 {
			return all
		}
		i := r.IntN(len(busy))
		p := busy[i]
		at = at.Add(time.Duration(20+r.IntN(60)) * time.Millisecond)
		person := personID(p)
		all = append(all, told{learnerStream(person), learnerFact(person, begun[p], at)})
		if begun[p]++; begun[p] == perPerson {
			busy[i] = busy[len(busy)-1]
			busy = busy[:len(busy)-1]
		}
	}
}

// learnerFact is the n-th fact of a person in the course.
func learnerFact(person string, n int, at time.Time) events.Event {
	switch {
	case n == 0:
		return events.CourseOpened{Person: person, Course: course, Period: 1, Version: 3, Lessons: lessons[:], Quiz: false}
	case n == perPerson-1:
		return events.CourseCompleted{Person: person, Course: course, Period: 1, Version: 3, At: at, Mark: 8.75, Seconds: 2400, Rule: "all-lessons"}
	case n%2 == 1:
		return events.LessonStarted{Person: person, Course: course, Period: 1, Lesson: lessons[n/2], At: at}
	default:
		return events.LessonCompleted{Person: person, Course: course, Period: 1, Lesson: lessons[n/2-1], At: at, Seconds: 300 + n}
	}
}

// learner is the document of a person.
type learner struct {
	Person    string         `json:"person"`
	Unit      string         `json:"unit"`
	Course    string         `json:"course"`
	Period    int            `json:"period"`
	Version   int            `json:"version"`
	Lessons   []learnerStudy `json:"lessons"`
	Seconds   int            `json:"seconds"`
	Done      int            `json:"done"`
	Completed bool           `json:"completed"`
	Mark      float64        `json:"mark"`
	Last      time.Time      `json:"last"`
}

type learnerStudy struct {
	Lesson    string    `json:"lesson"`
	Started   time.Time `json:"started,omitzero"`
	Completed time.Time `json:"completed,omitzero"`
	Seconds   int       `json:"seconds,omitempty"`
}

// learners declares the collection and the projection of people who learn.
func learners() (*readmodel.Collection[learner], *readmodel.Projection) {
	docs := readmodel.NewCollection[learner]("learners", readmodel.Index{Name: "unit", Fields: []string{"unit", "completed", "done"}})
	apply := func(b *readmodel.Batch, r eventsource.Recorded) error {
		person := personOf(r.Event)
		if person == "" {
			return fmt.Errorf("a fact of nobody: %s", r.Event.EventType())
		}
		return docs.Update(b, person, func(l *learner) { l.apply(r.Event) })
	}
	return docs, readmodel.NewProjection("learners", 1, []string{"progress.course"}, apply, docs)
}

func personOf(e eventsource.Event) string {
	switch e := e.(type) {
	case events.CourseOpened:
		return e.Person
	case events.LessonStarted:
		return e.Person
	case events.LessonCompleted:
		return e.Person
	case events.CourseCompleted:
		return e.Person
	}
	return ""
}

func (l *learner) apply(e eventsource.Event) {
	switch e := e.(type) {
	case events.CourseOpened:
		*l = learner{Person: e.Person, Unit: "xa-" + e.Person[:2], Course: e.Course, Period: e.Period, Version: e.Version}
		for _, lesson := range e.Lessons {
			l.Lessons = append(l.Lessons, learnerStudy{Lesson: lesson})
		}
	case events.LessonStarted:
		if s := l.study(e.Lesson); s != nil {
			s.Started, l.Last = e.At, e.At
		}
	case events.LessonCompleted:
		if s := l.study(e.Lesson); s != nil {
			s.Completed, s.Seconds, l.Last = e.At, e.Seconds, e.At
			l.Seconds += e.Seconds
			l.Done++
		}
	case events.CourseCompleted:
		l.Completed, l.Mark, l.Last = true, e.Mark, e.At
	}
}

func (l *learner) study(lesson string) *learnerStudy {
	for i := range l.Lessons {
		if l.Lessons[i].Lesson == lesson {
			return &l.Lessons[i]
		}
	}
	return nil
}
