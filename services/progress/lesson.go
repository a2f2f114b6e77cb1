package progress

import (
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
)

// step names a lesson of a period; At is the server's clock.
type step struct {
	Person, Course string
	Period         int
	Lesson         string
	At             time.Time
}

// Stream implements eventsource.Command.
func (s step) Stream() string { return periodStream(s.Person, s.Course, s.Period) }

// start notes that a person opened a lesson.
type start struct{ step }

// Decide implements eventsource.Command.
func (c start) Decide(p period) ([]eventsource.Event, error) {
	if err := p.knows(c.Lesson); err != nil {
		return nil, err
	}
	if l := p.lessons[c.Lesson]; l.done || !l.started.IsZero() {
		return nil, nil
	}
	return []eventsource.Event{events.LessonStarted{
		Person: c.Person, Course: c.Course, Period: c.Period, Lesson: c.Lesson, At: c.At,
	}}, nil
}

// finish notes that a person finished a lesson.
type finish struct{ step }

// Decide implements eventsource.Command.
func (c finish) Decide(p period) ([]eventsource.Event, error) {
	if err := p.knows(c.Lesson); err != nil {
		return nil, err
	}
	if p.lessons[c.Lesson].done {
		return nil, nil
	}
	if err := p.mayFinish(c.Lesson); err != nil {
		return nil, err
	}
	return p.and(c.completion(p), c.At), nil
}

// seconds is the time that counts for a lesson: none when it was never started, or by a clock that was set back.
func seconds(started, at time.Time) int {
	if started.IsZero() {
		return 0
	}
	return int(min(max(at.Sub(started), 0), longest) / time.Second)
}
