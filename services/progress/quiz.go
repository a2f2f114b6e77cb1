package progress

import (
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// passQuiz takes note of a passed attempt.
type passQuiz struct{ Passed events.QuizPassed }

// Stream implements eventsource.Command.
func (c passQuiz) Stream() string {
	return periodStream(c.Passed.Person, c.Passed.Course, c.Passed.Period)
}

// Decide implements eventsource.Command.
func (c passQuiz) Decide(p period) ([]eventsource.Event, error) {
	if p.opened.Course == "" { // the quiz was faster than we; unavailable makes the fact come again
		return nil, fault.New(fault.Unavailable, "Tiến độ của khóa học chưa được mở. Vui lòng thử lại.",
			"The progress of the course is not open yet. Please try again.")
	}
	if p.passed {
		return nil, nil
	}
	return p.and(c.Passed, c.Passed.At), nil
}
