package quiz

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// Grace is how long after the deadline answers are still taken, by the server's clock. It pays for the network: an answer
// given on a page at the last second may take seconds to arrive over a slow line, and its giver did nothing wrong.
// The page itself counts down to the deadline and knows nothing of it.
const Grace = 15 * time.Second

// attemptID is the name of an attempt: "<person>_<course>_<period>_<number>".
type attemptID struct {
	Person, Course string
	Period, Number int
}

func (id attemptID) String() string {
	return id.Person + "_" + id.Course + "_" + strconv.Itoa(id.Period) + "_" + strconv.Itoa(id.Number)
}

// parseAttemptID reads what String writes, and nothing else.
func parseAttemptID(s string) (attemptID, bool) {
	parts := strings.Split(s, "_")
	if len(parts) != 4 || !eventsource.ValidStream(attemptStream(s)) {
		return attemptID{}, false
	}
	period, err := strconv.Atoi(parts[2])
	if err != nil {
		return attemptID{}, false
	}
	number, err := strconv.Atoi(parts[3])
	if err != nil {
		return attemptID{}, false
	}
	id := attemptID{Person: parts[0], Course: parts[1], Period: period, Number: number}
	return id, id.Person != "" && validID(id.Course) && period > 0 && number > 0 && id.String() == s
}

func attemptStream(id string) string { return "quiz.attempt." + id }

// attemptState is an attempt as its facts tell it. A zero Started.Attempt is none.
type attemptState struct {
	Started   events.AttemptStarted
	Chosen    [][]string // by item of Started.Items; nil for none
	Submitted events.AttemptSubmitted
}

func (s attemptState) exists() bool { return s.Started.Attempt != "" }
func (s attemptState) closed() bool { return s.Submitted.Attempt != "" }

// closes is when answers are no longer taken.
func (s attemptState) closes() time.Time { return s.Started.Deadline.Add(Grace) }

// over reports whether an open attempt can take no more answers.
func (s attemptState) over(now time.Time) bool {
	return s.exists() && !s.closed() && !now.Before(s.closes())
}

// find is the place of an item in the attempt, -1 for none.
func (s attemptState) find(item string) int {
	return slices.IndexFunc(s.Started.Items, func(d events.DrawnItem) bool { return d.Item == item })
}

// Evolve implements eventsource.State.
func (s attemptState) Evolve(e eventsource.Event) attemptState {
	switch e := e.(type) {
	case events.AttemptStarted:
		return attemptState{Started: e, Chosen: make([][]string, len(e.Items))}
	case events.AnswerSaved:
		if at := s.find(e.Item); at >= 0 {
			s.Chosen = slices.Clone(s.Chosen)
			s.Chosen[at] = e.Choice
		}
	case events.AttemptSubmitted:
		s.Submitted = e
	}
	return s
}

var (
	errNoAttempt = fault.New(fault.NotFound, "Không tìm thấy lượt làm bài này.", "There is no such attempt.")
	errSubmitted = fault.New(fault.Conflict, "Bài đã nộp, không thể thay đổi câu trả lời.", "The attempt was already submitted; answers can no longer be changed.")
	errOver      = fault.New(fault.Conflict, "Đã hết giờ làm bài. Các câu trả lời đã lưu được nộp tự động.", "The time is over. The answers saved so far are submitted by themselves.")
)

// startAttempt begins an attempt with everything that is fixed for it. When its stream has begun, it decides nothing:
// another start was faster, and its attempt is the one.
type startAttempt struct {
	ID       attemptID
	Items    []events.DrawnItem
	Seed     uint64
	Pass     float64
	At       time.Time
	Deadline time.Time
}

// Stream implements eventsource.Command.
func (c startAttempt) Stream() string { return attemptStream(c.ID.String()) }

// Decide implements eventsource.Command.
func (c startAttempt) Decide(s attemptState) ([]eventsource.Event, error) {
	if s.exists() {
		return nil, nil
	}
	return []eventsource.Event{events.AttemptStarted{Attempt: c.ID.String(), Person: c.ID.Person, Course: c.ID.Course,
		Period: c.ID.Period, Number: c.ID.Number, Items: c.Items, Seed: c.Seed, Pass: c.Pass, At: c.At, Deadline: c.Deadline}}, nil
}

// saveAnswer replaces the answer to one item; no choice takes it back.
type saveAnswer struct {
	Attempt string
	Item    string
	Choice  []string
	At      time.Time
}

// Stream implements eventsource.Command.
func (c saveAnswer) Stream() string { return attemptStream(c.Attempt) }

// Decide implements eventsource.Command.
func (c saveAnswer) Decide(s attemptState) ([]eventsource.Event, error) {
	switch {
	case !s.exists():
		return nil, errNoAttempt
	case s.closed():
		return nil, errSubmitted
	case s.over(c.At):
		return nil, errOver
	}
	at := s.find(c.Item)
	if at < 0 {
		return nil, fault.New(fault.Invalid, "Câu hỏi này không có trong lượt làm bài.", "This question is not in the attempt.")
	}
	choice := append([]string{}, c.Choice...)
	slices.Sort(choice)
	choice = slices.Compact(choice)
	if err := checkChoice(s.Started.Items[at], choice); err != nil {
		return nil, err
	}
	if slices.Equal(s.Chosen[at], choice) {
		return nil, nil
	}
	return []eventsource.Event{events.AnswerSaved{Attempt: c.Attempt, Item: c.Item, Choice: choice, At: c.At}}, nil
}

func checkChoice(d events.DrawnItem, choice []string) error {
	for _, id := range choice {
		if !slices.Contains(d.Order, id) {
			return fault.New(fault.Invalid, "Phương án đã chọn không có trong câu hỏi này.", "The chosen answer is not one of this question's choices.")
		}
	}
	if len(choice) > 1 && !d.Multiple {
		return fault.New(fault.Invalid, "Câu hỏi này chỉ được chọn một phương án.", "Only one choice may be chosen for this question.")
	}
	return nil
}

// submitAttempt closes an attempt and marks the answers saved until then. At or after the closing time it is the
// deadline that closes it, whoever asks, and with the deadline's time: the same event whoever comes first and however late.
type submitAttempt struct {
	Attempt string
	Keys    []events.ItemWritten // the attempt's item versions, in its order
	At      time.Time
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
		at, by = s.Started.Deadline, events.SubmittedByDeadline
	}
	marks := make([]events.ItemMark, len(s.Started.Items))
	for i, d := range s.Started.Items {
		if i >= len(c.Keys) || c.Keys[i].Item != d.Item || c.Keys[i].Version != d.Version {
			return nil, fault.New(fault.Internal, "Không đọc được đáp án của lượt làm bài.", "The keys of the attempt cannot be read.")
		}
		marks[i] = events.ItemMark{Item: d.Item, Version: d.Version, Mark: markItem(c.Keys[i].Kind, c.Keys[i].Choices, s.Chosen[i])}
	}
	mark := markAttempt(marks)
	st := s.Started
	return []eventsource.Event{events.AttemptSubmitted{Attempt: st.Attempt, Person: st.Person, Course: st.Course, Period: st.Period,
		Number: st.Number, At: at, Marks: marks, Mark: mark, Passed: mark >= st.Pass, By: by}}, nil
}
