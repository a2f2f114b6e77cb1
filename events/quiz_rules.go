package events

import "time"

// QuizRules say how attempts are drawn, taken and marked.
type QuizRules struct {
	Items    int     `json:"items"`
	Pass     float64 `json:"pass"` // marks out of 10
	Minutes  int     `json:"minutes"`
	Attempts int     `json:"attempts"` // at most; 0 for unlimited

	Behaviour    string         `json:"behaviour,omitempty"`     // deferred where it does not say; immediate, certainty, adaptive
	Blueprint    []BlueprintRow `json:"blueprint,omitempty"`     // the rest of Items is drawn from the whole bank, topic by topic
	Form         []DrawnItem    `json:"form,omitempty"`          // the same items for everybody, drawn when the rules were made
	Fixed        bool           `json:"fixed,omitempty"`         // everybody gets the same items: those of Form
	Unseen       int            `json:"unseen,omitempty"`        // items of so many latest attempts of the person are avoided
	CoolingHours int            `json:"cooling_hours,omitempty"` // between handing in and the next start
	GraceSeconds int            `json:"grace_seconds,omitempty"` // after the deadline; 15 where it does not say
	Tries        int            `json:"tries,omitempty"`         // of an item with immediate feedback; 1 where it does not say
	TryPenalty   float64        `json:"try_penalty,omitempty"`   // share of the mark lost with each wrong try
	Adaptive     *AdaptiveRules `json:"adaptive,omitempty"`      // of an adaptive test
}

// BlueprintRow asks for items of a kind. An item counts for one row; in adaptive tests for the first that it fits.
type BlueprintRow struct {
	Tags          []string `json:"tags"` // the item has all of them
	Items         int      `json:"items"`
	MinDifficulty float64  `json:"min_difficulty,omitempty"`
	MaxDifficulty float64  `json:"max_difficulty,omitempty"` // 1 where it does not say
}

// AdaptiveRules bound an adaptive test.
type AdaptiveRules struct {
	Least      int     `json:"least"`      // items
	Most       int     `json:"most"`       // items
	Confidence float64 `json:"confidence"` // of the interval that must clear the cut, such as 0.95
}

// QuizDefined says how attempts in a course version are drawn and marked. Stream quiz.quiz.<course>.
type QuizDefined struct {
	Course  string `json:"course"`
	Version int    `json:"version"`
	QuizRules
}

// EventType implements Event.
func (QuizDefined) EventType() string { return "quiz.quiz-defined.v1" }

// QuizRevised gives a course version new rules; attempts that were started keep theirs.
type QuizRevised struct {
	Course   string `json:"course"`
	Version  int    `json:"version"`
	Revision int    `json:"revision"` // counts from 1
	QuizRules
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// EventType implements Event.
func (QuizRevised) EventType() string { return "quiz.quiz-revised.v1" }

// SittingScheduled fixes when everybody takes a quiz. From then until it closes, attempts start only in its time.
// Stream quiz.sitting.<sitting>.
type SittingScheduled struct {
	Sitting string    `json:"sitting"`
	Course  string    `json:"course"`
	Opens   time.Time `json:"opens"`
	Closes  time.Time `json:"closes"` // no attempt starts from here on
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (SittingScheduled) EventType() string { return "quiz.sitting-scheduled.v1" }

// SittingPrepared says that the items of everybody who was enrolled then are drawn.
type SittingPrepared struct {
	Sitting string    `json:"sitting"`
	People  int       `json:"people"`
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (SittingPrepared) EventType() string { return "quiz.sitting-prepared.v1" }

// SittingCancelled gives the quiz free again.
type SittingCancelled struct {
	Sitting string    `json:"sitting"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (SittingCancelled) EventType() string { return "quiz.sitting-cancelled.v1" }

// ExtraTimeGranted lengthens the attempts that a person starts from then on. Stream quiz.accommodation.<person>.
type ExtraTimeGranted struct {
	Person  string    `json:"person"`
	Course  string    `json:"course"`  // "" for all
	Percent int       `json:"percent"` // of the quiz's time; 0 takes it back
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (ExtraTimeGranted) EventType() string { return "quiz.extra-time-granted.v1" }

// RemarkDecided says that attempts marked with one version of an item are marked anew with the keys of another.
// Stream quiz.remark.<remark>; what it does to each attempt stands with the attempt.
type RemarkDecided struct {
	Remark   string    `json:"remark"`
	Course   string    `json:"course"`
	Item     string    `json:"item"`
	From     int       `json:"from"` // version
	To       int       `json:"to"`   // version
	Attempts int       `json:"attempts"`
	ToPass   int       `json:"to_pass"` // attempts that were not passed and now are
	ToFail   int       `json:"to_fail"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

// EventType implements Event.
func (RemarkDecided) EventType() string { return "quiz.remark-decided.v1" }
