package events

import "time"

// ItemWritten is an immutable version of a question. Stream quiz.item.<course>-<item>; versions count from 1.
type ItemWritten struct {
	Course     string   `json:"course"` // whose bank it stands in
	Item       string   `json:"item"`
	Version    int      `json:"version"`
	Kind       string   `json:"kind"`               // single, multiple, true-false
	Stem       string   `json:"stem"`               // Markdown
	Choices    []Choice `json:"choices"`            // in the author's order
	Tags       []string `json:"tags,omitempty"`     // competency and topic
	Difficulty float64  `json:"difficulty"`         // the author's guess of the share who get it wrong, 0 to 1
	Language   string   `json:"language,omitempty"` // "vi"
}

// Choice is one answer offered by an item.
type Choice struct {
	ID          string `json:"id"` // "a", "b", … in the author's order
	Text        string `json:"text"`
	Key         bool   `json:"key,omitempty"` // belongs to the right answer
	Explanation string `json:"explanation,omitempty"`
}

// EventType implements Event.
func (ItemWritten) EventType() string { return "quiz.item-written.v1" }

// QuizDefined says how attempts in a course version are drawn and marked. Stream quiz.quiz.<course>.
type QuizDefined struct {
	Course   string  `json:"course"`
	Version  int     `json:"version"`
	Items    int     `json:"items"`
	Pass     float64 `json:"pass"` // marks out of 10
	Minutes  int     `json:"minutes"`
	Attempts int     `json:"attempts"` // at most; 0 for unlimited
}

// EventType implements Event.
func (QuizDefined) EventType() string { return "quiz.quiz-defined.v1" }

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
}

// DrawnItem is an item version in an attempt, with the order in which its choices are shown.
type DrawnItem struct {
	Item     string   `json:"item"`
	Version  int      `json:"version"`
	Order    []string `json:"order"`              // choice ids
	Multiple bool     `json:"multiple,omitempty"` // several choices may be chosen
}

// EventType implements Event.
func (AttemptStarted) EventType() string { return "quiz.attempt-started.v1" }

// AnswerSaved is an answer as given; a later one for the same item replaces it.
type AnswerSaved struct {
	Attempt string    `json:"attempt"`
	Item    string    `json:"item"`
	Choice  []string  `json:"choice"` // choice ids, sorted; empty takes the answer back
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (AnswerSaved) EventType() string { return "quiz.answer-saved.v1" }

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
}

// SubmitReason says who closed an attempt.
type SubmitReason string

// Reasons.
const (
	SubmittedByPerson   SubmitReason = "person"
	SubmittedByDeadline SubmitReason = "deadline"
)

// ItemMark is the mark of one item of an attempt, 0 to 1.
type ItemMark struct {
	Item    string  `json:"item"`
	Version int     `json:"version"`
	Mark    float64 `json:"mark"`
}

// EventType implements Event.
func (AttemptSubmitted) EventType() string { return "quiz.attempt-submitted.v1" }
