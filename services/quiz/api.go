package quiz

import (
	"time"

	"khuevan/events"
	"khuevan/platform/rpc"
)

// Methods of the service.
var (
	ImportItems   = rpc.Command[ImportItemsRequest, ImportReport]("quiz.import-items", "Reads questions in our Markdown into a course's bank; a dry run writes nothing.", events.RoleTrainer)
	ListItems     = rpc.Query[ListItemsRequest, []Item]("quiz.list-items", "Lists the newest versions of a course's items, with keys.", events.RoleTrainer)
	GetQuiz       = rpc.Query[GetQuizRequest, Quiz]("quiz.get-quiz", "Tells the rules of a course's quiz and what the caller has done of it.", rpc.SignedIn)
	StartAttempt  = rpc.Command[StartAttemptRequest, Attempt]("quiz.start-attempt", "Draws items for a new attempt of the caller, or gives the one that is open.", rpc.SignedIn)
	GetAttempt    = rpc.Query[GetAttemptRequest, Attempt]("quiz.get-attempt", "Gives an attempt of the caller; keys and explanations only once it is closed.", rpc.SignedIn)
	SaveAnswer    = rpc.Command[SaveAnswerRequest, rpc.Receipt]("quiz.save-answer", "Saves an answer, durably, as it is given.", rpc.SignedIn)
	SubmitAttempt = rpc.Command[SubmitAttemptRequest, rpc.Receipt]("quiz.submit-attempt", "Closes an attempt of the caller and marks it.", rpc.SignedIn)
)

// ImportItemsRequest carries questions in the Markdown of content/README.md.
type ImportItemsRequest struct {
	Course   string `json:"course"`
	Markdown string `json:"markdown"`
	DryRun   bool   `json:"dry_run,omitempty"`
}

// ImportReport tells what an import did or would do.
type ImportReport struct {
	Seq      uint64        `json:"seq,omitempty"`
	New      int           `json:"new"`
	Changed  int           `json:"changed"`
	Same     int           `json:"same"`
	Problems []ItemProblem `json:"problems,omitempty"` // questions left out
}

// ItemProblem is a question that cannot be read, with the remedy.
type ItemProblem struct {
	Line int    `json:"line"`
	Item string `json:"item,omitempty"`
	Vi   string `json:"vi"`
	En   string `json:"en"`
}

// ListItemsRequest names a course.
type ListItemsRequest struct {
	Course string `json:"course"`
	After  uint64 `json:"after,omitempty"`
}

// Item is the newest version of a question, as trainers see it.
type Item struct {
	Item       string          `json:"item"`
	Version    int             `json:"version"`
	Kind       string          `json:"kind"`
	Stem       string          `json:"stem"`
	Choices    []events.Choice `json:"choices"`
	Tags       []string        `json:"tags,omitempty"`
	Difficulty float64         `json:"difficulty"`
}

// GetQuizRequest names a course.
type GetQuizRequest struct {
	Course string `json:"course"`
	After  uint64 `json:"after,omitempty"`
}

// Quiz is the rules of a course's quiz and the caller's attempts in the present period.
type Quiz struct {
	Course   string       `json:"course"`
	Items    int          `json:"items"`
	Pass     float64      `json:"pass"` // marks out of 10
	Minutes  int          `json:"minutes"`
	Attempts int          `json:"attempts"` // allowed; 0 for unlimited
	Mine     []AttemptRow `json:"mine"`     // oldest first
	Open     string       `json:"open,omitempty"`
	CanStart bool         `json:"can_start"`
	Why      events.Words `json:"why,omitzero"` // why not
}

// AttemptRow is an attempt in a list.
type AttemptRow struct {
	Attempt   string    `json:"attempt"`
	Number    int       `json:"number"`
	Started   time.Time `json:"started"`
	Submitted time.Time `json:"submitted,omitzero"`
	Mark      float64   `json:"mark"`
	Passed    bool      `json:"passed"`
}

// StartAttemptRequest names a course in which the caller has an open period.
type StartAttemptRequest struct {
	Course string `json:"course"`
}

// GetAttemptRequest names an attempt.
type GetAttemptRequest struct {
	Attempt string `json:"attempt"`
	After   uint64 `json:"after,omitempty"`
}

// Attempt is an attempt as its owner sees it.
type Attempt struct {
	Seq       uint64     `json:"seq"`
	Attempt   string     `json:"attempt"`
	Course    string     `json:"course"`
	Period    int        `json:"period"`
	Number    int        `json:"number"`
	Started   time.Time  `json:"started"`
	Deadline  time.Time  `json:"deadline"`
	Questions []Question `json:"questions"`
	Answered  int        `json:"answered"`
	Closed    bool       `json:"closed"`
	Submitted time.Time  `json:"submitted,omitzero"`
	Late      bool       `json:"late,omitempty"` // closed by the deadline, not by the person
	Mark      float64    `json:"mark"`           // out of 10; once closed
	Pass      float64    `json:"pass"`           // marks needed
	Passed    bool       `json:"passed"`
}

// Question is an item as the owner of an attempt sees it.
type Question struct {
	Item     string   `json:"item"`
	Multiple bool     `json:"multiple"` // several choices may be right
	Stem     string   `json:"stem"`
	Choices  []Option `json:"choices"` // in the attempt's order
	Chosen   []string `json:"chosen,omitempty"`
	Mark     float64  `json:"mark"` // 0 to 1; once closed
}

// Option is a choice as the owner of an attempt sees it; Key and Explanation only once it is closed.
type Option struct {
	ID          string `json:"id"`
	Text        string `json:"text"`
	Key         bool   `json:"key,omitempty"`
	Explanation string `json:"explanation,omitempty"`
}

// SaveAnswerRequest gives an answer; no choice takes it back.
type SaveAnswerRequest struct {
	Attempt string   `json:"attempt"`
	Item    string   `json:"item"`
	Choice  []string `json:"choice"`
}

// SubmitAttemptRequest names an attempt.
type SubmitAttemptRequest struct {
	Attempt string `json:"attempt"`
}
