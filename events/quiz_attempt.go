package events

import "time"

// AttemptPrepared draws an attempt before its sitting opens. Stream quiz.attempt.<person>_<course>_<period>_<number>.
type AttemptPrepared struct {
	Attempt string      `json:"attempt"`
	Person  string      `json:"person"`
	Course  string      `json:"course"`
	Period  int         `json:"period"`
	Number  int         `json:"number"`
	Sitting string      `json:"sitting"`
	Items   []DrawnItem `json:"items"`
	Seed    uint64      `json:"seed"`
	Rules   QuizRules   `json:"rules"`
	At      time.Time   `json:"at"`
}

// EventType implements Event.
func (AttemptPrepared) EventType() string { return "quiz.attempt-prepared.v1" }

// AttemptStarted fixes what a person will be asked. Stream quiz.attempt.<person>_<course>_<period>_<number>.
type AttemptStarted struct {
	Attempt  string      `json:"attempt"`
	Person   string      `json:"person"`
	Course   string      `json:"course"`
	Period   int         `json:"period"`
	Number   int         `json:"number"`
	Items    []DrawnItem `json:"items"`
	Seed     uint64      `json:"seed"` // of the drawing and the shuffles, so that they can be done again
	Pass     float64     `json:"pass"`
	At       time.Time   `json:"at"`
	Deadline time.Time   `json:"deadline"`
	Rules    *QuizRules  `json:"rules,omitempty"`   // absent in attempts from before there were any but the plain ones
	Sitting  string      `json:"sitting,omitempty"` // in which it was started
	Extra    int         `json:"extra,omitempty"`   // per cent of time added for this person
	Device   string      `json:"device,omitempty"`  // the browser's own random name
}

// DrawnItem is an item version in an attempt, with the order in which its parts are shown.
type DrawnItem struct {
	Item     string   `json:"item"`
	Version  int      `json:"version"`
	Order    []string `json:"order"`              // choice ids
	Multiple bool     `json:"multiple,omitempty"` // several choices may be chosen
	Kind     string   `json:"kind,omitempty"`     // absent in attempts from before there were others than choices
	Rows     []string `json:"rows,omitempty"`     // ids of prompts as shown, or of gaps
	Tag      string   `json:"tag,omitempty"`      // the row of the blueprint or the content that it stands for
}

// EventType implements Event.
func (AttemptStarted) EventType() string { return "quiz.attempt-started.v1" }

// AnswerSaved is an answer as given; a later one for the same item replaces it.
type AnswerSaved struct {
	Attempt   string     `json:"attempt"`
	Item      string     `json:"item"`
	Choice    []string   `json:"choice"`              // see assessment/item for what stands in it; empty takes the answer back
	At        time.Time  `json:"at"`                  // when it arrived, server time
	Text      Sealed     `json:"text,omitempty"`      // what was typed; Choice is empty then
	Given     time.Time  `json:"given,omitzero"`      // when it was given, by the browser's clock set right by the server's
	Seconds   float64    `json:"seconds,omitempty"`   // spent on the item since the answer before, by the browser
	Certainty int        `json:"certainty,omitempty"` // 1 to 3, in certainty-based marking
	Device    string     `json:"device,omitempty"`
	Mark      *float64   `json:"mark,omitempty"`  // of this try, with immediate feedback and in adaptive tests: the answer is final
	Try       int        `json:"try,omitempty"`   // counts from 1, with immediate feedback
	Next      *DrawnItem `json:"next,omitempty"`  // the item that follows in an adaptive test
	Theta     float64    `json:"theta,omitempty"` // ability estimated after this answer, in an adaptive test
	Error     float64    `json:"error,omitempty"` // standard error of Theta
}

// EventType implements Event.
func (AnswerSaved) EventType() string { return "quiz.answer-saved.v1" }

// AnswerCameLate keeps an answer that arrived when the attempt was closed. It does not count.
type AnswerCameLate struct {
	Attempt string    `json:"attempt"`
	Item    string    `json:"item"`
	Choice  []string  `json:"choice"`
	Text    Sealed    `json:"text,omitempty"`
	At      time.Time `json:"at"`
	Given   time.Time `json:"given,omitzero"`
	Device  string    `json:"device,omitempty"`
}

// EventType implements Event.
func (AnswerCameLate) EventType() string { return "quiz.answer-came-late.v1" }

// ItemFlagged says that a person wants to come back to an item, or no longer.
type ItemFlagged struct {
	Attempt string    `json:"attempt"`
	Item    string    `json:"item"`
	Flagged bool      `json:"flagged"`
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (ItemFlagged) EventType() string { return "quiz.item-flagged.v1" }

// AttemptObserved is something that the browser noticed during an attempt. It proves nothing by itself.
type AttemptObserved struct {
	Attempt string    `json:"attempt"`
	What    string    `json:"what"` // opened, left, returned, offline, online
	Device  string    `json:"device"`
	Given   time.Time `json:"given,omitzero"`
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (AttemptObserved) EventType() string { return "quiz.attempt-observed.v1" }

// DeadlineExtended gives a running attempt more time.
type DeadlineExtended struct {
	Attempt  string    `json:"attempt"`
	Minutes  int       `json:"minutes"`
	Deadline time.Time `json:"deadline"` // the new one
	Reason   string    `json:"reason"`   // technical, health, other
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

// EventType implements Event.
func (DeadlineExtended) EventType() string { return "quiz.deadline-extended.v1" }

// AttemptSubmitted closes an attempt with its marks.
type AttemptSubmitted struct {
	Attempt string       `json:"attempt"`
	Person  string       `json:"person"`
	Course  string       `json:"course"`
	Period  int          `json:"period"`
	Number  int          `json:"number"`
	At      time.Time    `json:"at"`
	Marks   []ItemMark   `json:"marks"`
	Mark    float64      `json:"mark"` // out of 10, rounded to two decimals
	Passed  bool         `json:"passed"`
	By      SubmitReason `json:"by"`

	Behaviour string  `json:"behaviour,omitempty"`
	Pass      float64 `json:"pass,omitempty"`  // marks needed
	Theta     float64 `json:"theta,omitempty"` // in an adaptive test
	Error     float64 `json:"error,omitempty"` // standard error of Theta
	Stop      string  `json:"stop,omitempty"`  // why an adaptive test ended
}

// SubmitReason says who closed an attempt.
type SubmitReason string

// Reasons.
const (
	SubmittedByPerson   SubmitReason = "person"
	SubmittedByDeadline SubmitReason = "deadline"
)

// ItemMark is the mark of one item of an attempt, 0 to 1; with certainty-based marking −2 to 1.
type ItemMark struct {
	Item      string   `json:"item"`
	Version   int      `json:"version"`
	Mark      float64  `json:"mark"`
	Choice    []string `json:"choice,omitempty"`   // as answered; nothing that was typed
	Answered  bool     `json:"answered,omitempty"` // absent in marks from before it was noted
	Seconds   float64  `json:"seconds,omitempty"`  // spent on it, by the browser, at most the attempt's own length
	Certainty int      `json:"certainty,omitempty"`
	Keys      int      `json:"keys,omitempty"` // version whose keys marked it; Version where it does not say
}

// EventType implements Event.
func (AttemptSubmitted) EventType() string { return "quiz.attempt-submitted.v1" }

// AttemptRemarked marks a closed attempt anew.
type AttemptRemarked struct {
	Attempt   string     `json:"attempt"`
	Person    string     `json:"person"`
	Course    string     `json:"course"`
	Period    int        `json:"period"`
	Number    int        `json:"number"`
	Remark    string     `json:"remark"`
	Marks     []ItemMark `json:"marks"`
	Mark      float64    `json:"mark"`
	Passed    bool       `json:"passed"`
	Before    []ItemMark `json:"before"` // marks until then
	MarkWas   float64    `json:"mark_was"`
	PassedWas bool       `json:"passed_was"`
	At        time.Time  `json:"at"`
}

// EventType implements Event.
func (AttemptRemarked) EventType() string { return "quiz.attempt-remarked.v1" }
