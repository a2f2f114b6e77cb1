package refresher

import (
	"context"

	"khuevan/events"
	"khuevan/platform/eventsource"
)

// passed begins or reviews the memories of whoever passed a quiz, by the version in which the period stood then.
func (s *service) passed(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	e, ok := r.Event.(events.QuizPassed)
	if !ok {
		return nil, nil
	}
	history, err := s.Journal.Load(ctx, r.Stream)
	if err != nil {
		return nil, err
	}
	version := versionAt(history, r.Seq)
	if err := s.AwaitFor(ctx, s.bank.projection, r.Seq); err != nil {
		return nil, err
	}
	course, _, err := s.bank.courses.Get(ctx, e.Course)
	if err != nil || len(course.Tags[version]) == 0 {
		return nil, err
	}
	return []eventsource.Request{eventsource.Prepare(pass{Competencies: course.Tags[version], Rules: s.rules,
		Passed: events.CompetenciesPassed{Person: e.Person, Course: e.Course, Period: e.Period, Version: version, At: e.At}})}, nil
}

// versionAt is the version of the course in which a period stood at a fact.
func versionAt(period eventsource.History, seq uint64) (version int) {
	for _, r := range period {
		if r.Seq > seq {
			break
		}
		switch e := r.Event.(type) {
		case events.CourseOpened:
			version = e.Version
		case events.CourseMoved:
			version = e.To
		}
	}
	return version
}
