package reporting

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/jetstream"
	"khuevan/platform/readmodel"
)

var morning = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// streamOf places an event of the story.
func streamOf(t testing.TB, e events.Event) string {
	switch e := e.(type) {
	case events.UnitEstablished:
		return "directory.unit." + e.Unit
	case events.UnitMoved:
		return "directory.unit." + e.Unit
	case events.UnitEnded:
		return "directory.unit." + e.Unit
	case events.UnitFactWithdrawn:
		return "directory.unit." + e.Unit
	case events.PersonRetired:
		return "directory.person." + e.Person
	case events.PersonErased:
		return "directory.person." + e.Person
	case events.PersonReturned:
		return "directory.person." + e.Person
	case events.MembershipRestated:
		return "directory.person." + e.Person
	case events.MembershipWithdrawn:
		return "directory.person." + e.Person
	case events.PersonRegistered:
		return "directory.person." + e.Person
	case events.CareerDayCame:
		return "directory.person." + e.Person
	case events.MembershipBegan:
		return "directory.person." + e.Person
	case events.MembershipEnded:
		return "directory.person." + e.Person
	case events.CourseWithdrawn:
		return "catalog.course." + e.Course
	case events.CoursePublished:
		return "catalog.course." + e.Course
	case events.PersonEnrolled:
		return "enrolment.enrolment." + e.Person + "_" + e.Course
	case events.PersonExcused:
		return "enrolment.enrolment." + e.Person + "_" + e.Course
	case events.EnrolmentWithdrawn:
		return "enrolment.enrolment." + e.Person + "_" + e.Course
	case events.ExcuseWithdrawn:
		return "enrolment.enrolment." + e.Person + "_" + e.Course
	case events.LessonStarted:
		return "progress.course." + e.Person + "_" + e.Course + "_" + strconv.Itoa(e.Period)
	case events.QuizPassed:
		return "progress.course." + e.Person + "_" + e.Course + "_" + strconv.Itoa(e.Period)
	case events.CourseCompleted:
		return "progress.course." + e.Person + "_" + e.Course + "_" + strconv.Itoa(e.Period)
	case events.AttemptStarted:
		return "quiz.attempt." + e.Person + "_" + e.Course + "_" + strconv.Itoa(e.Period) + "_1"
	case events.CertificateIssued:
		return "certification.certificate." + e.Person + "_" + e.Course + "_" + strconv.Itoa(e.Period)
	default:
		t.Fatalf("%T has no place in the story", e)
		return ""
	}
}

// story is a record in memory: a source for projections and a scan for the recount.
type story []eventsource.Recorded

func tell(t testing.TB, all ...events.Event) story {
	var s story
	chains := map[string]string{}
	for i, e := range all {
		stream := streamOf(t, e)
		body, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		chains[stream] = eventsource.Chain(chains[stream], stream, e.EventType(), body)
		s = append(s, eventsource.Recorded{Fact: eventsource.Fact{Event: e, Meta: eventsource.Meta{Time: morning}}, Seq: uint64(i + 1), Stream: stream, Chain: chains[stream]})
	}
	return s
}

var errEnd = errors.New("the end of the story")

// Read hands on every fact twice, one at a time, then ends.
func (s story) Read(_ context.Context, after uint64, nouns []string, fn func([]eventsource.Recorded) error) error {
	for _, r := range s.of(nouns) {
		for range 2 {
			if r.Seq > after {
				if err := fn([]eventsource.Recorded{r}); err != nil {
					return err
				}
			}
		}
	}
	return errEnd
}

func (s story) of(nouns []string) story {
	return slices.DeleteFunc(slices.Clone(s), func(r eventsource.Recorded) bool {
		return !readmodel.Named(nouns, r.Stream, r.Event.EventType())
	})
}

// Head implements readmodel.Source.
func (s story) Head(_ context.Context, nouns []string) (uint64, error) {
	if of := s.of(nouns); len(of) > 0 {
		return of[len(of)-1].Seq, nil
	}
	return 0, nil
}

// scan is the record as it is stored.
func (s story) scan(_ context.Context, after uint64, _ bool, fn func(jetstream.Raw) error) error {
	for _, r := range s {
		body, err := json.Marshal(r.Event)
		if err != nil {
			return err
		}
		if r.Seq > after {
			if err := fn(jetstream.Raw{Seq: r.Seq, Stream: r.Stream, Type: r.Event.EventType(), Chain: r.Chain, Time: r.Time.Format(time.RFC3339Nano), Body: body}); err != nil {
				return err
			}
		}
	}
	return nil
}

// project fills fresh read models.
func project(t testing.TB, s story, store readmodel.Store) *views {
	v := newViews()
	for _, p := range []*readmodel.Projection{v.structure, v.rollups} {
		if err := p.Open(context.Background(), store, "reporting"); err != nil {
			t.Fatal(err)
		}
		if err := p.Run(context.Background(), s); !errors.Is(err, errEnd) {
			t.Fatal(err)
		}
	}
	return v
}

func unit(id, parent string) events.Event {
	return events.UnitEstablished{Unit: id, Code: strings.ToUpper(id), Name: "Đơn vị " + id, Parent: parent, On: "2025-07-01"}
}

func began(person, unit string) events.Event {
	return events.MembershipBegan{Person: person, Unit: unit, On: "2026-01-01"}
}
func ended(person, unit string) events.Event {
	return events.MembershipEnded{Person: person, Unit: unit, On: "2026-01-01"}
}
func enrolled(person, course string, period int) events.Event {
	return events.PersonEnrolled{Person: person, Course: course, Period: period, Due: morning.AddDate(0, 1, 0)}
}
func started(person, course string, period int) events.Event {
	return events.LessonStarted{Person: person, Course: course, Period: period}
}
func attempted(person, course string, period int) events.Event {
	return events.AttemptStarted{Person: person, Course: course, Period: period}
}
func passed(person, course string, period int) events.Event {
	return events.QuizPassed{Person: person, Course: course, Period: period, Mark: 8.5}
}
func completed(person, course string, period int) events.Event {
	return events.CourseCompleted{Person: person, Course: course, Period: period, Mark: 8.5, At: morning}
}
func certified(person, course string, period int) events.Event {
	return events.CertificateIssued{Person: person, Course: course, Period: period, Code: "KV-" + person}
}

func excused(person, course string, period int) events.Event {
	return events.PersonExcused{Person: person, Course: course, Period: period, Why: events.ExcusedLeave}
}

func unexcused(person, course string, period int) events.Event {
	return events.ExcuseWithdrawn{Person: person, Course: course, Period: period}
}

func withdrawn(person, course string, period int) events.Event {
	return events.EnrolmentWithdrawn{Person: person, Course: course, Period: period}
}
