package quiz

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

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
	Prepared  events.AttemptPrepared
	Started   events.AttemptStarted
	Items     []events.DrawnItem // as started; an adaptive test adds to them
	Answers   []answer           // by item
	Deadline  time.Time          // with what was added to it
	Submitted events.AttemptSubmitted
	Remarks   int
	Late      int // answers that came late
	Observed  int
	Extended  int // minutes added to the deadline
}

// answer is what a person has done with an item.
type answer struct {
	Choice    []string
	Text      events.Sealed // what was typed; Choice is nil then
	Given, At time.Time
	Seconds   float64
	Certainty int
	Checked   bool    // as it stands; a change takes that away
	Tries     int     // checks so far
	Best      float64 // mark of the best try, with what tries cost
	Final     bool    // it can no longer be changed
	Flagged   bool
	Late      *events.AnswerCameLate // the latest that came too late; nil for none
}

// given reports whether there is an answer.
func (a answer) given() bool { return len(a.Choice) > 0 || a.Text != "" }

func (s attemptState) exists() bool { return s.Started.Attempt != "" }
func (s attemptState) closed() bool { return s.Submitted.Attempt != "" }

// rules are those that the attempt was started with.
func (s attemptState) rules() events.QuizRules {
	if s.Started.Rules != nil {
		return *s.Started.Rules
	}
	return events.QuizRules{Items: len(s.Started.Items), Pass: s.Started.Pass}
}

// closes is when answers are no longer taken.
func (s attemptState) closes() time.Time { return s.Deadline.Add(grace(s.rules())) }

// over reports whether an open attempt can take no more answers.
func (s attemptState) over(now time.Time) bool {
	return s.exists() && !s.closed() && !now.Before(s.closes())
}

// find is the place of an item in the attempt, -1 for none.
func (s attemptState) find(item string) int {
	return slices.IndexFunc(s.Items, func(d events.DrawnItem) bool { return d.Item == item })
}

// Evolve implements eventsource.State.
func (s attemptState) Evolve(e eventsource.Event) attemptState {
	switch e := e.(type) {
	case events.AttemptPrepared:
		s.Prepared = e
	case events.AttemptStarted:
		return attemptState{Started: e, Items: e.Items, Answers: make([]answer, len(e.Items)), Deadline: e.Deadline}
	case events.AnswerSaved:
		return s.answered(e)
	case events.AnswerCameLate:
		s.Late++
		if at := s.find(e.Item); at >= 0 {
			s.Answers = slices.Clone(s.Answers)
			s.Answers[at].Late = &e
		}
	case events.ItemFlagged:
		if at := s.find(e.Item); at >= 0 {
			s.Answers = slices.Clone(s.Answers)
			s.Answers[at].Flagged = e.Flagged
		}
	case events.AttemptObserved:
		s.Observed++
	case events.DeadlineExtended:
		s.Deadline, s.Extended = e.Deadline, s.Extended+e.Minutes
	case events.AttemptSubmitted:
		s.Submitted = e
	case events.AttemptRemarked:
		s.Submitted.Marks, s.Submitted.Mark, s.Submitted.Passed = e.Marks, e.Mark, e.Passed
		s.Remarks++
	}
	return s
}

func (s attemptState) answered(e events.AnswerSaved) attemptState {
	at := s.find(e.Item)
	if at < 0 {
		return s
	}
	s.Answers = slices.Clone(s.Answers)
	a := &s.Answers[at]
	a.Choice, a.Text, a.Certainty, a.At = e.Choice, e.Text, e.Certainty, e.At
	a.Seconds += e.Seconds
	if a.Given = e.Given; a.Given.IsZero() {
		a.Given = e.At
	}
	if a.Checked = e.Mark != nil; a.Checked {
		rules := s.rules()
		a.Tries = e.Try
		a.Best = max(a.Best, markTry(*e.Mark, e.Try, rules.TryPenalty))
		a.Final = *e.Mark >= 1 || e.Try >= tries(rules)
	}
	if e.Next != nil {
		s.Items = append(slices.Clip(s.Items), *e.Next)
		s.Answers = append(s.Answers, answer{})
	}
	return s
}

// form tells possible answers to a drawn item from nonsense.
func form(d events.DrawnItem) item.Form {
	f := item.Form{Kind: d.Kind, Choices: d.Order, Rows: d.Rows}
	if f.Kind == "" {
		f.Kind = item.Single
		if d.Multiple {
			f.Kind = item.Multiple
		}
	}
	return f
}

var (
	errNoAttempt = fault.New(fault.NotFound, "Không tìm thấy lượt làm bài này.", "There is no such attempt.")
	errSubmitted = fault.New(fault.Conflict, "Bài đã nộp, không thể thay đổi câu trả lời.", "The attempt was already submitted; answers can no longer be changed.")
	errOver      = fault.New(fault.Conflict, "Đã hết giờ làm bài. Các câu trả lời đã lưu được nộp tự động.", "The time is over. The answers saved so far are submitted by themselves.")
	errNotThere  = fault.New(fault.Invalid, "Câu hỏi này không có trong lượt làm bài.", "This question is not in the attempt.")
	errFinal     = fault.New(fault.Conflict, "Câu này đã được chấm, không thể thay đổi nữa.", "This question was checked already and can no longer be changed.")
)

// prepareAttempt draws an attempt ahead of its sitting. One that is prepared or has begun stays as it is.
type prepareAttempt struct{ events.AttemptPrepared }

// Stream implements eventsource.Command.
func (c prepareAttempt) Stream() string { return attemptStream(c.Attempt) }

// Decide implements eventsource.Command.
func (c prepareAttempt) Decide(s attemptState) ([]eventsource.Event, error) {
	if s.exists() || s.Prepared.Sitting == c.Sitting {
		return nil, nil
	}
	return []eventsource.Event{c.AttemptPrepared}, nil
}

// startAttempt begins an attempt with everything that is fixed for it. When its stream has begun, it decides nothing:
// another start was faster, and its attempt is the one.
type startAttempt struct {
	ID      attemptID
	Items   []events.DrawnItem
	Seed    uint64
	Rules   events.QuizRules
	Extra   int // per cent of time added
	Sitting string
	Device  string
	At      time.Time
}

// Stream implements eventsource.Command.
func (c startAttempt) Stream() string { return attemptStream(c.ID.String()) }

// Decide implements eventsource.Command.
func (c startAttempt) Decide(s attemptState) ([]eventsource.Event, error) {
	if s.exists() {
		return nil, nil
	}
	rules := c.Rules
	rules.Form = nil // it stands with the quiz
	length := time.Duration(rules.Minutes) * time.Minute
	length += length * time.Duration(c.Extra) / 100
	return []eventsource.Event{events.AttemptStarted{Attempt: c.ID.String(), Person: c.ID.Person, Course: c.ID.Course,
		Period: c.ID.Period, Number: c.ID.Number, Items: c.Items, Seed: c.Seed, Pass: rules.Pass, At: c.At, Deadline: c.At.Add(length),
		Rules: &rules, Sitting: c.Sitting, Extra: c.Extra, Device: c.Device}}, nil
}
