package refresher

import (
	"slices"
	"time"

	"khuevan/assessment/recall"
	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
)

// memory is what somebody remembers of a competency.
type memory struct {
	recall.Memory
	At  time.Time // last review
	Due time.Time // when it is to be asked again
}

// offer is the latest refresher of a person.
type offer struct {
	events.RefresherOffered
	Answers map[int]events.QuestionAnswered // by question, from 1
	Ended   string                          // "" while it is open
	Reviews []events.RecallReview           // once it is finished
}

// How an offer ended.
const (
	finished = "finished"
	expired  = "expired"
)

func (o offer) open() bool { return o.Number > 0 && o.Ended == "" }

// person is what somebody has learnt, and was asked last. Evolve changes nothing that it points to.
type person struct {
	Passed   map[string]int      // latest period that was passed, by course
	Courses  map[string][]string // in which each competency was passed
	Memories map[string]memory   // by competency
	Asked    map[string]int      // number of the offer in which an item was asked last, by itemKey
	Offer    offer
}

// Evolve implements eventsource.State.
func (s person) Evolve(e eventsource.Event) person {
	switch e := e.(type) {
	case events.CompetenciesPassed:
		s.Passed = with(s.Passed, e.Course, e.Period)
		for _, r := range e.Reviews {
			if of := s.Courses[r.Competency]; !slices.Contains(of, e.Course) {
				s.Courses = with(s.Courses, r.Competency, append(slices.Clone(of), e.Course))
			}
		}
		s.Memories = reviewed(s.Memories, e.At, e.Reviews)
	case events.RefresherOffered:
		s.Offer = offer{RefresherOffered: e}
		for _, q := range e.Questions {
			s.Asked = with(s.Asked, itemKey(q.Course, q.Item), e.Number)
		}
	case events.QuestionAnswered:
		s.Offer.Answers = with(s.Offer.Answers, e.Question, e)
	case events.RefresherFinished:
		s.Offer.Ended, s.Offer.Reviews = finished, e.Reviews
		s.Memories = reviewed(s.Memories, e.At, e.Reviews)
	case events.RefresherExpired:
		s.Offer.Ended = expired
	}
	return s
}

// with is a map with one more entry; the map itself stays as it was.
func with[K comparable, V any](m map[K]V, key K, value V) map[K]V {
	next := map[K]V{key: value}
	for k, v := range m {
		if k != key {
			next[k] = v
		}
	}
	return next
}

func reviewed(m map[string]memory, at time.Time, reviews []events.RecallReview) map[string]memory {
	for _, r := range reviews {
		m = with(m, r.Competency, memory{recall.Memory{Stability: r.Stability, Difficulty: r.Difficulty}, at, r.Due})
	}
	return m
}

func personStream(id string) string { return "refresher.person." + id }

// review reckons what a grade makes of a memory.
func (r *rules) review(competency string, of memory, grade recall.Grade, now time.Time) (events.RecallReview, error) {
	days := daysBetween(of.At, now)
	after, interval, err := r.model.Review(of.Memory, grade, days)
	if err != nil {
		return events.RecallReview{}, err
	}
	return events.RecallReview{Competency: competency, Grade: string(grade), Days: days, Predicted: r.model.Recall(of.Memory, float64(days)),
		Stability: after.Stability, Difficulty: after.Difficulty, Due: now.AddDate(0, 0, interval)}, nil
}

// daysBetween counts the midnights of the province between two moments; none before there was a first.
func daysBetween(from, to time.Time) int {
	if from.IsZero() || to.Before(from) {
		return 0
	}
	return int(clock.Midnight(to).Sub(clock.Midnight(from)).Hours()+12) / 24
}

// pass notes that the quiz of a course was passed.
type pass struct {
	Passed       events.CompetenciesPassed // without reviews
	Competencies []string
	Rules        *rules
}

// Stream implements eventsource.Command.
func (c pass) Stream() string { return personStream(c.Passed.Person) }

// Decide implements eventsource.Command.
func (c pass) Decide(s person) ([]eventsource.Event, error) {
	e := c.Passed
	if e.Period <= s.Passed[e.Course] || len(c.Competencies) == 0 {
		return nil, nil
	}
	for _, competency := range c.Competencies {
		r, err := c.Rules.review(competency, s.Memories[competency], c.Rules.Passed, e.At)
		if err != nil {
			return nil, err
		}
		e.Reviews = append(e.Reviews, r)
	}
	return []eventsource.Event{e}, nil
}
