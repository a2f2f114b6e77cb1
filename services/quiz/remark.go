package quiz

import (
	"slices"
	"time"

	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// remarked marks a closed attempt anew where an item stood in version from, by the keys of to. ok is false when the
// attempt has no such item, was marked by those keys already, is an adaptive test (whose later items hung on the old
// mark), or its answer is not known any more. given is the answer where the marks do not hold it.
func remarked(a attemptDoc, from, to events.ItemWritten, given []string) (marks []events.ItemMark, mark float64, ok bool) {
	at := markOf(a.Marks, from)
	if at < 0 || keysOf(a.Marks[at]) == to.Version || a.Behaviour == Adaptive {
		return nil, 0, false
	}
	old := a.Marks[at]
	if len(old.Choice) > 0 {
		given = old.Choice
	}
	if len(given) == 0 && old.Answered {
		return nil, 0, false
	}
	marks = slices.Clone(a.Marks)
	marks[at].Keys = to.Version
	marks[at].Mark = item.Mark(to.ItemContent, given)
	if a.Behaviour == Certainty {
		marks[at].Mark = 0
		if old.Answered {
			marks[at].Mark = markCertainty(item.Mark(to.ItemContent, given), old.Certainty)
		}
	}
	return marks, markAttempt(marks), true
}

// markOf is the place of an item version among marks, -1 for none.
func markOf(marks []events.ItemMark, of events.ItemWritten) int {
	return slices.IndexFunc(marks, func(m events.ItemMark) bool { return m.Item == of.Item && m.Version == of.Version })
}

func keysOf(m events.ItemMark) int {
	if m.Keys == 0 {
		return m.Version
	}
	return m.Keys
}

// checkRemark refuses to mark one version by the keys of another when they do not ask the same.
func checkRemark(from, to events.ItemWritten) error {
	if from.Version == to.Version || !item.Same(item.Skeleton(from.ItemContent), item.Skeleton(to.ItemContent)) {
		return fault.New(fault.Invalid,
			"Chỉ chấm lại được khi hai phiên bản có cùng nội dung và phương án, chỉ khác đáp án. Nếu câu hỏi đã viết khác đi, các lượt cũ giữ nguyên điểm.",
			"Marking anew needs two versions with the same text and choices and other keys. When the question was reworded, old attempts keep their marks.")
	}
	return nil
}

// remarkState tells whether a remark was decided.
type remarkState struct{ events.RemarkDecided }

// Evolve implements eventsource.State.
func (s remarkState) Evolve(e eventsource.Event) remarkState {
	if d, ok := e.(events.RemarkDecided); ok {
		return remarkState{d}
	}
	return s
}

// asked reports whether the remark was decided for these versions.
func (s remarkState) asked(r RemarkRequest) bool {
	return s.Course == r.Course && s.Item == r.Item && s.From == r.From && s.To == r.To
}

// decideRemark records what is done to the attempts.
type decideRemark struct{ events.RemarkDecided }

// Stream implements eventsource.Command.
func (c decideRemark) Stream() string { return "quiz.remark." + c.Remark }

// Decide implements eventsource.Command.
func (c decideRemark) Decide(s remarkState) ([]eventsource.Event, error) {
	if s.Remark != "" {
		return nil, nil
	}
	return []eventsource.Event{c.RemarkDecided}, nil
}

// remarkAttempt marks a closed attempt anew. Its certificate, if there is one, stays as it was issued.
type remarkAttempt struct {
	Attempt string
	Remark  string
	From    events.ItemWritten
	To      events.ItemWritten
	Given   []string // the answer in clear, where the marks do not hold it
	At      time.Time
}

// Stream implements eventsource.Command.
func (c remarkAttempt) Stream() string { return attemptStream(c.Attempt) }

// Decide implements eventsource.Command.
func (c remarkAttempt) Decide(s attemptState) ([]eventsource.Event, error) {
	if !s.closed() {
		return nil, nil
	}
	was := s.Submitted
	marks, mark, ok := remarked(attemptDoc{Marks: was.Marks, Behaviour: was.Behaviour}, c.From, c.To, c.Given)
	if !ok {
		return nil, nil
	}
	return []eventsource.Event{events.AttemptRemarked{Attempt: was.Attempt, Person: was.Person, Course: was.Course, Period: was.Period, Number: was.Number,
		Remark: c.Remark, Marks: marks, Mark: mark, Passed: mark >= s.Started.Pass, Before: was.Marks, MarkWas: was.Mark, PassedWas: was.Passed, At: c.At}}, nil
}
