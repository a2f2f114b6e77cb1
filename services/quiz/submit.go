package quiz

import (
	"time"

	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// submitAttempt closes an attempt and marks the answers saved until then. At or after the closing time it is the
// deadline that closes it, whoever asks, and with the deadline's time: the same event whoever comes first and however late.
type submitAttempt struct {
	Attempt string
	Keys    []events.ItemWritten // the attempt's item versions, in its order
	Opened  [][]string           // what was typed, in clear, in the same order; nil for nothing
	Scale   scale                // of an adaptive test
	At      time.Time
}

// scale turns the marks of an adaptive test into its outcome.
type scale func(items []events.DrawnItem, marks []events.ItemMark) outcome

// outcome is how an adaptive test ended.
type outcome struct {
	Mark, Theta, Error float64
	Stop               string
}

// Stream implements eventsource.Command.
func (c submitAttempt) Stream() string { return attemptStream(c.Attempt) }

// Decide implements eventsource.Command.
func (c submitAttempt) Decide(s attemptState) ([]eventsource.Event, error) {
	if !s.exists() {
		return nil, errNoAttempt
	}
	if s.closed() {
		return nil, nil
	}
	at, by := c.At, events.SubmittedByPerson
	if s.over(c.At) {
		at, by = s.Deadline, events.SubmittedByDeadline
	}
	marks, err := c.marks(s)
	if err != nil {
		return nil, err
	}
	st, rules := s.Started, s.rules()
	e := events.AttemptSubmitted{Attempt: st.Attempt, Person: st.Person, Course: st.Course, Period: st.Period,
		Number: st.Number, At: at, Marks: marks, Mark: markAttempt(marks), By: by, Behaviour: behaviour(rules), Pass: st.Pass}
	if e.Behaviour == Adaptive && c.Scale != nil {
		o := c.Scale(s.Items, marks)
		e.Mark, e.Theta, e.Error, e.Stop = round(o.Mark), o.Theta, o.Error, o.Stop
	}
	e.Passed = e.Mark >= st.Pass
	return []eventsource.Event{e}, nil
}

func (c submitAttempt) marks(s attemptState) ([]events.ItemMark, error) {
	marks := make([]events.ItemMark, len(s.Items))
	for i, d := range s.Items {
		if i >= len(c.Keys) || c.Keys[i].Item != d.Item || c.Keys[i].Version != d.Version {
			return nil, fault.New(fault.Internal, "Không đọc được đáp án của lượt làm bài.", "The keys of the attempt cannot be read.")
		}
		a, given := s.Answers[i], s.Answers[i].Choice
		if a.Text != "" {
			if i >= len(c.Opened) || c.Opened[i] == nil {
				return nil, fault.New(fault.Internal, "Không đọc được câu trả lời đã gõ.", "What was typed cannot be read.")
			}
			given = c.Opened[i]
		}
		marks[i] = events.ItemMark{Item: d.Item, Version: d.Version, Mark: markAnswer(s.rules(), a, c.Keys[i].ItemContent, given),
			Answered: a.given(), Seconds: a.Seconds, Certainty: a.Certainty}
		if a.Text == "" {
			marks[i].Choice = a.Choice
		}
	}
	return marks, nil
}

// markAnswer gives what an item earns in an attempt.
func markAnswer(rules events.QuizRules, a answer, keys events.ItemContent, given []string) float64 {
	switch behaviour(rules) {
	case Certainty:
		if !a.given() {
			return 0
		}
		return markCertainty(item.Mark(keys, given), a.Certainty)
	case Immediate:
		if a.Final {
			return a.Best
		}
		return max(a.Best, markTry(item.Mark(keys, given), a.Tries+1, rules.TryPenalty))
	default:
		return item.Mark(keys, given)
	}
}

func bare(marks []events.ItemMark) []float64 {
	all := make([]float64, len(marks))
	for i, m := range marks {
		all[i] = m.Mark
	}
	return all
}
