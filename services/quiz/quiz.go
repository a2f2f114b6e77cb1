package quiz

import (
	"slices"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// quizState holds the rules of each course version that has a quiz.
type quizState struct {
	Versions []events.QuizDefined
}

// Evolve implements eventsource.State.
func (s quizState) Evolve(e eventsource.Event) quizState {
	if d, ok := e.(events.QuizDefined); ok {
		return quizState{Versions: append(slices.Clip(s.Versions), d)}
	}
	return s
}

// rulesOf finds the rules of a course version.
func rulesOf(versions []events.QuizDefined, version int) (events.QuizDefined, bool) {
	at := slices.IndexFunc(versions, func(d events.QuizDefined) bool { return d.Version == version })
	if at < 0 {
		return events.QuizDefined{}, false
	}
	return versions[at], true
}

// defineQuiz fixes the rules of a course version. Published versions never change, so the first definition stays.
type defineQuiz struct {
	Course  string
	Version int
	Rules   events.Quiz
}

// Stream implements eventsource.Command.
func (c defineQuiz) Stream() string { return "quiz.quiz." + c.Course }

// Decide implements eventsource.Command.
func (c defineQuiz) Decide(s quizState) ([]eventsource.Event, error) {
	if _, done := rulesOf(s.Versions, c.Version); done {
		return nil, nil
	}
	r := c.Rules
	if r.Items < 1 || r.Minutes < 1 || r.Attempts < 0 || !(r.Pass >= 0 && r.Pass <= 10) {
		return nil, fault.Newf(fault.Invalid,
			"Quy tắc kiểm tra của khóa học “%s” không hợp lệ: cần ít nhất 1 câu, 1 phút, điểm đạt từ 0 đến 10 và số lượt không âm.",
			"The quiz rules of the course “%s” are not valid: at least 1 item, 1 minute, a pass mark of 0 to 10 and no negative number of attempts.", c.Course)
	}
	return []eventsource.Event{events.QuizDefined{Course: c.Course, Version: c.Version, Items: r.Items, Pass: r.Pass,
		Minutes: r.Minutes, Attempts: r.Attempts}}, nil
}
