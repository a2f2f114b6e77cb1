package quiz

import (
	"time"

	"khuevan/events"
	"khuevan/platform/rpc"
)

// GetRulesRequest names a course, and rules to try against its bank; without any, those that hold.
type GetRulesRequest struct {
	Course string            `json:"course"`
	Try    *events.QuizRules `json:"try,omitempty"`
	After  uint64            `json:"after,omitempty"`
}

// Rules are the rules of the newest version of a course, and how the bank serves them.
type Rules struct {
	Course     string            `json:"course"`
	Version    int               `json:"version"`
	Revision   int               `json:"revision"`
	Rules      events.QuizRules  `json:"rules"`
	Before     *events.QuizRules `json:"before,omitempty"` // of the revision before; absent where there is none
	Wrong      []events.Words    `json:"wrong,omitempty"`  // of the rules that were tried
	Thin       []Thin            `json:"thin,omitempty"`
	Live       int               `json:"live"`       // items that can be drawn
	Calibrated int               `json:"calibrated"` // of them, those that an adaptive test can use
	Tags       []TagCount        `json:"tags"`
}

// TagCount tells how many live items have a tag.
type TagCount struct {
	Tag   string `json:"tag"`
	Items int    `json:"items"`
}

// ReviseQuizRequest gives the newest version of a course new rules.
type ReviseQuizRequest struct {
	Course   string           `json:"course"`
	Version  int              `json:"version"`
	Revision int              `json:"revision"` // that the author has seen
	Rules    events.QuizRules `json:"rules"`
}

// ScheduleSittingRequest fixes when everybody takes a course's quiz.
type ScheduleSittingRequest struct {
	Course string    `json:"course"`
	Opens  time.Time `json:"opens"`
	Closes time.Time `json:"closes"`
}

// ListSittingsRequest names a course.
type ListSittingsRequest struct {
	Course string `json:"course"`
	After  uint64 `json:"after,omitempty"`
}

// Sitting is a time in which everybody takes a quiz.
type Sitting struct {
	Sitting   string    `json:"sitting"`
	Course    string    `json:"course"`
	Opens     time.Time `json:"opens"`
	Closes    time.Time `json:"closes"`
	Ready     bool      `json:"ready"`    // everybody's items are drawn
	Prepared  int       `json:"prepared"` // people
	Cancelled bool      `json:"cancelled,omitempty"`
}

// ScheduledSitting names the sitting.
type ScheduledSitting struct {
	rpc.Receipt
	Sitting string `json:"sitting"`
}

// CancelSittingRequest names a sitting.
type CancelSittingRequest struct {
	Sitting string `json:"sitting"`
}

// GrantExtraTimeRequest lengthens the attempts that a person starts from now on.
type GrantExtraTimeRequest struct {
	Person  string `json:"person"`
	Course  string `json:"course,omitempty"` // all where it does not say
	Percent int    `json:"percent"`          // 0 takes it back
}
