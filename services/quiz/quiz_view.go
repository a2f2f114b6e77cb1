package quiz

import (
	"time"

	"khuevan/events"
)

// GetQuizRequest names a course.
type GetQuizRequest struct {
	Course string `json:"course"`
	After  uint64 `json:"after,omitempty"`
}

// Quiz is the rules of a course's quiz and the caller's attempts in the present period.
type Quiz struct {
	Course    string                `json:"course"`
	Items     int                   `json:"items"`
	Pass      float64               `json:"pass"`     // marks out of 10
	Minutes   int                   `json:"minutes"`  // for the caller
	Attempts  int                   `json:"attempts"` // allowed; 0 for unlimited
	Behaviour string                `json:"behaviour"`
	Tries     int                   `json:"tries"`             // of an item, with immediate feedback
	Penalty   float64               `json:"penalty,omitempty"` // share of the mark lost with each wrong try
	Cooling   int                   `json:"cooling,omitempty"` // hours between handing in and the next start
	Adaptive  *events.AdaptiveRules `json:"adaptive,omitempty"`
	Extra     int                   `json:"extra,omitempty"` // per cent of time added for the caller; in Minutes already
	Opens     time.Time             `json:"opens,omitzero"`  // of the sitting that comes or is under way
	Closes    time.Time             `json:"closes,omitzero"`
	Mine      []AttemptRow          `json:"mine"` // oldest first
	Open      string                `json:"open,omitempty"`
	CanStart  bool                  `json:"can_start"`
	Waits     bool                  `json:"waits,omitempty"` // only for the sitting to open
	Why       events.Words          `json:"why,omitzero"`    // why not
}
