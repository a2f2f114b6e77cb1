package quiz

import "khuevan/events"

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
