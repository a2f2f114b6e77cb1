package events

import "time"

// RecallReview is a review of what somebody remembers of a competency, with what follows of it. Recall is reckoned by FSRS-6,
// by the parameters of the day of the review.
type RecallReview struct {
	Competency string    `json:"competency"`
	Grade      string    `json:"grade"`               // again, hard, good, easy
	Asked      int       `json:"asked,omitempty"`     // questions; absent where a quiz was passed
	Right      int       `json:"right,omitempty"`     // of these, answered wholly right
	Days       int       `json:"days,omitempty"`      // since the review before
	Predicted  float64   `json:"predicted,omitempty"` // probability of recall after these days; absent at the first review
	Stability  float64   `json:"stability"`           // days after which nine of ten recall it
	Difficulty float64   `json:"difficulty"`          // 1 to 10
	Due        time.Time `json:"due"`                 // when it is to be asked again
}

// CompetenciesPassed says that a person passed the quiz of a course: the memory of each of its competencies begins, or was
// reviewed by that. Stream refresher.person.<person>.
type CompetenciesPassed struct {
	Person  string         `json:"person"`
	Course  string         `json:"course"`
	Period  int            `json:"period"`
	Version int            `json:"version"` // of the course, whose competencies they are
	At      time.Time      `json:"at"`
	Reviews []RecallReview `json:"reviews"`
}

// EventType implements Event.
func (CompetenciesPassed) EventType() string { return "refresher.competencies-passed.v1" }

// RefresherOffered asks a person some questions about everything that falls due in a week. There is at most one for a week,
// and at most one that is open.
type RefresherOffered struct {
	Person    string              `json:"person"`
	Offer     string              `json:"offer"`  // <person>_<number>
	Number    int                 `json:"number"` // counts from 1
	Week      time.Time           `json:"week"`   // the weekly time for which it was made
	At        time.Time           `json:"at"`
	Seed      uint64              `json:"seed"` // of the drawing
	Questions []RefresherQuestion `json:"questions"`
}

// RefresherQuestion is an item version as it is asked.
type RefresherQuestion struct {
	Competency string   `json:"competency"` // for which it stands
	Course     string   `json:"course"`     // in whose bank it is
	Item       string   `json:"item"`
	Version    int      `json:"version"`
	Kind       string   `json:"kind"`
	Order      []string `json:"order"` // choice ids as shown
}

// EventType implements Event.
func (RefresherOffered) EventType() string { return "refresher.refresher-offered.v1" }

// QuestionAnswered is the answer to one question of a refresher. It is final: what is right was shown then.
type QuestionAnswered struct {
	Person   string    `json:"person"`
	Offer    string    `json:"offer"`
	Question int       `json:"question"` // from 1
	Choice   []string  `json:"choice"`   // choice ids
	Mark     float64   `json:"mark"`     // 0 to 1
	At       time.Time `json:"at"`
}

// EventType implements Event.
func (QuestionAnswered) EventType() string { return "refresher.question-answered.v1" }

// RefresherFinished says that every question was answered, and what that made of the memories.
type RefresherFinished struct {
	Person  string         `json:"person"`
	Offer   string         `json:"offer"`
	At      time.Time      `json:"at"`
	Reviews []RecallReview `json:"reviews"`
}

// EventType implements Event.
func (RefresherFinished) EventType() string { return "refresher.refresher-finished.v1" }

// RefresherExpired says that a refresher was not finished when the next one came. It reviews nothing.
type RefresherExpired struct {
	Person   string    `json:"person"`
	Offer    string    `json:"offer"`
	Answered int       `json:"answered"` // questions
	At       time.Time `json:"at"`
}

// EventType implements Event.
func (RefresherExpired) EventType() string { return "refresher.refresher-expired.v1" }
