package quiz

import (
	"slices"
	"time"

	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// saveAnswer replaces the answer to one item; nothing given takes it back.
//
// Answers of one attempt may come from several devices, late, and twice. Of two answers to an item the one given later
// counts, whichever arrives first: an older one decides nothing, and so does one that was given at the same moment,
// for it is the same one sent again. A time that the browser cannot have meant tells nothing, and arrival decides.
type saveAnswer struct {
	Attempt   string
	Item      string
	Choice    []string      // in the form that item.Form gives; nothing that was typed
	Text      events.Sealed // what was typed
	Given     time.Time     // by the browser's clock set right by the server's; zero for now
	Seconds   float64
	Certainty int
	Device    string
	At        time.Time
	Check     *check // the answer is to be marked now
}

// check is what marking an answer at once needs.
type check struct {
	Content events.ItemContent // of the drawn version
	Opened  []string           // what was typed, in clear
	Next    chooser            // of an adaptive test
}

// chooser gives what follows an answer in an adaptive test; nil follows where the test is over.
type chooser func(items []events.DrawnItem, marks []float64) (next *events.DrawnItem, theta, se float64)

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
		return nil, errNotThere
	}
	choice, err := form(s.Items[at]).Answer(c.Choice)
	if err != nil {
		return nil, err
	}
	before, given := s.Answers[at], s.plausible(c.Given, c.At)
	same, news := c.same(s, before, choice), given.Equal(c.Given) && given.After(before.Given)
	switch {
	case given.Before(before.Given), c.repeats(before, given), same && (before.Final || before.Checked):
		return nil, nil
	case before.Final:
		return nil, errFinal
	case same && c.Check == nil && !news: // told with a later time it is news: what is still on its way may be older
		return nil, nil
	}
	e := events.AnswerSaved{Attempt: c.Attempt, Item: c.Item, Choice: choice, Text: c.Text, At: c.At,
		Seconds: s.seconds(c.Seconds, c.At), Certainty: c.certainty(s), Device: c.Device}
	if !given.Equal(c.At) {
		e.Given = given
	}
	return c.checked(s, at, e)
}

// same reports whether the answer says what was saved already. What is sealed cannot be compared.
func (c saveAnswer) same(s attemptState, before answer, choice []string) bool {
	if c.Text != "" || before.Text != "" || !slices.Equal(before.Choice, choice) {
		return false
	}
	return len(choice) == 0 || before.Certainty == c.certainty(s)
}

// repeats reports whether the answer was given at the very moment of the one that was saved. That it is to be marked may
// be news all the same.
func (c saveAnswer) repeats(before answer, given time.Time) bool {
	return given.Equal(c.Given) && given.Equal(before.Given) && (c.Check == nil || before.Checked)
}

// checked marks the answer where that is asked for.
func (c saveAnswer) checked(s attemptState, at int, e events.AnswerSaved) ([]eventsource.Event, error) {
	if c.Check == nil {
		return []eventsource.Event{e}, nil
	}
	answer := e.Choice
	if e.Text != "" {
		answer = c.Check.Opened
	}
	if len(answer) == 0 {
		return nil, fault.New(fault.Invalid, "Hãy trả lời trước khi kiểm tra.", "Answer before you check.")
	}
	mark := item.Mark(c.Check.Content, answer)
	e.Mark, e.Try = &mark, s.Answers[at].Tries+1
	if c.Check.Next != nil {
		e.Next, e.Theta, e.Error = c.Check.Next(s.Items, s.marksWith(at, mark))
	}
	return []eventsource.Event{e}, nil
}

// marksWith gives the marks of the items answered so far, in their order, with a new one.
func (s attemptState) marksWith(at int, mark float64) []float64 {
	marks := make([]float64, len(s.Items))
	for i, a := range s.Answers {
		marks[i] = a.Best
	}
	marks[at] = mark
	return marks
}

// certainty is what is kept of how sure the person says to be.
func (c saveAnswer) certainty(s attemptState) int {
	if behaviour(s.rules()) != Certainty {
		return 0
	}
	return min(max(c.Certainty, leastSure), mostSure)
}

// plausible brings a time that a browser tells into what can be: not before the start, not after its arrival.
func (s attemptState) plausible(given, at time.Time) time.Time {
	switch {
	case given.IsZero() || given.After(at):
		return at
	case given.Before(s.Started.At):
		return s.Started.At
	}
	return given
}

// seconds brings a length that a browser tells into what can be.
func (s attemptState) seconds(told float64, at time.Time) float64 {
	if !(told > 0) {
		return 0
	}
	return min(told, at.Sub(s.Started.At).Seconds())
}

// keepLate keeps an answer that arrived too late, so that it can be looked at. It does not count.
type keepLate struct{ events.AnswerCameLate }

// Stream implements eventsource.Command.
func (c keepLate) Stream() string { return attemptStream(c.Attempt) }

// Decide implements eventsource.Command.
func (c keepLate) Decide(s attemptState) ([]eventsource.Event, error) {
	at := s.find(c.Item)
	if at < 0 || s.Late >= 2*len(s.Items) || !s.closed() && !s.over(c.At) {
		return nil, nil
	}
	choice, err := form(s.Items[at]).Answer(c.Choice)
	if err != nil {
		return nil, nil // no answer to this item, whenever it came; it may be anything, and the record keeps it for ever
	}
	c.Choice, c.Given = choice, s.plausible(c.Given, c.At)
	if a := s.Answers[at]; c.says(a.Choice, a.Text) || a.Late != nil && (c.says(a.Late.Choice, a.Late.Text) || c.Given.Equal(a.Late.Given)) {
		return nil, nil // it was saved in time, or is kept already
	}
	return []eventsource.Event{c.AnswerCameLate}, nil
}

// says reports whether it is a known answer. What is sealed cannot be compared.
func (c keepLate) says(choice []string, text events.Sealed) bool {
	return c.Text == "" && text == "" && slices.Equal(c.Choice, choice)
}

// flagItem notes that a person wants to come back to an item, or no longer.
type flagItem struct{ events.ItemFlagged }

// Stream implements eventsource.Command.
func (c flagItem) Stream() string { return attemptStream(c.Attempt) }

// Decide implements eventsource.Command.
func (c flagItem) Decide(s attemptState) ([]eventsource.Event, error) {
	at := s.find(c.Item)
	switch {
	case !s.exists():
		return nil, errNoAttempt
	case at < 0:
		return nil, errNotThere
	case s.closed() || s.over(c.At) || s.Answers[at].Flagged == c.Flagged:
		return nil, nil // a flag that comes late is nobody's loss
	}
	return []eventsource.Event{c.ItemFlagged}, nil
}

// What a browser may notice.
const (
	SawOpened   = "opened"
	SawLeft     = "left"
	SawReturned = "returned"
	SawOffline  = "offline"
	SawOnline   = "online"
)

// mostObserved bounds what is kept of an attempt; beyond it nothing new is learnt.
const mostObserved = 200

// observe notes what the browser noticed, for a proctor.
type observe struct{ events.AttemptObserved }

// Stream implements eventsource.Command.
func (c observe) Stream() string { return attemptStream(c.Attempt) }

// Decide implements eventsource.Command.
func (c observe) Decide(s attemptState) ([]eventsource.Event, error) {
	switch {
	case !s.exists():
		return nil, errNoAttempt
	case !slices.Contains([]string{SawOpened, SawLeft, SawReturned, SawOffline, SawOnline}, c.What):
		return nil, fault.New(fault.Invalid, "Không hiểu điều trình duyệt ghi nhận.", "What the browser noticed is not understood.")
	case s.closed() || s.Observed >= mostObserved:
		return nil, nil
	}
	c.Given = s.plausible(c.Given, c.At)
	return []eventsource.Event{c.AttemptObserved}, nil
}

// Reasons for more time.
const (
	ReasonTechnical = "technical"
	ReasonHealth    = "health"
	ReasonOther     = "other"
)

// mostExtended bounds what can be added to an attempt, in minutes.
const mostExtended = 480

// extendDeadline gives a running attempt more time.
type extendDeadline struct {
	Attempt string
	Minutes int
	Reason  string
	By      string
	At      time.Time
}

// Stream implements eventsource.Command.
func (c extendDeadline) Stream() string { return attemptStream(c.Attempt) }

// Decide implements eventsource.Command.
func (c extendDeadline) Decide(s attemptState) ([]eventsource.Event, error) {
	switch {
	case !s.exists():
		return nil, errNoAttempt
	case s.closed() || s.over(c.At):
		return nil, fault.New(fault.Conflict, "Bài đã đóng, không thể gia hạn.", "The attempt is closed and cannot be extended.")
	case c.Minutes < 1 || s.Extended+c.Minutes > mostExtended:
		return nil, fault.Newf(fault.Invalid, "Mỗi lượt được gia hạn tổng cộng từ 1 đến %d phút.", "An attempt can be extended by 1 to %d minutes in all.", mostExtended).
			With("minutes", "Ví dụ: 10", "For example: 10")
	case !slices.Contains([]string{ReasonTechnical, ReasonHealth, ReasonOther}, c.Reason):
		return nil, fault.New(fault.Invalid, "Hãy chọn lý do gia hạn.", "Choose a reason.").With("reason", "Chọn một lý do", "Choose one")
	}
	return []eventsource.Event{events.DeadlineExtended{Attempt: c.Attempt, Minutes: c.Minutes,
		Deadline: s.Deadline.Add(time.Duration(c.Minutes) * time.Minute), Reason: c.Reason, By: c.By, At: c.At}}, nil
}
