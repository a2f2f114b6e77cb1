package events

import "time"

// What a timer is for.
const (
	TimerReminder   = "reminder"   // of a campaign's tick: whoever has not completed it is reminded
	TimerEscalation = "escalation" // of a campaign's tick: heads of units are told who is overdue
	TimerExpiry     = "expiry"     // of a certificate: its holder is told that it will expire
)

// TimerSet says that a single thing is to happen at a time. Stream scheduler.timer.<timer>; its id is made of what it is for
// and whose it is, so that it is set once.
type TimerSet struct {
	Timer string    `json:"timer"`
	Due   time.Time `json:"due"`
	Until time.Time `json:"until"` // from when on it is of no use any more: it then lapses
	About TimerOf   `json:"about"`
}

// TimerOf says what a timer is for, and whose it is.
type TimerOf struct {
	What        string    `json:"what"`               // reminder, escalation, expiry
	Campaign    string    `json:"campaign,omitempty"` // of a reminder and an escalation
	Tick        time.Time `json:"tick,omitzero"`      // likewise: the campaign's due time
	Title       string    `json:"title,omitempty"`    // likewise: of the campaign
	Course      string    `json:"course,omitempty"`
	Programme   string    `json:"programme,omitempty"`
	Days        int       `json:"days"`                  // before or after the deadline or the expiry
	Deadline    time.Time `json:"deadline"`              // the deadline or the expiry
	Person      string    `json:"person,omitempty"`      // of an expiry
	Certificate string    `json:"certificate,omitempty"` // likewise
}

// EventType implements Event.
func (TimerSet) EventType() string { return "scheduler.timer-set.v1" }

// TimerFired says that the time has come. There is at most one for each timer.
type TimerFired struct {
	Timer string    `json:"timer"`
	Due   time.Time `json:"due"`
	About TimerOf   `json:"about"`
}

// EventType implements Event.
func (TimerFired) EventType() string { return "scheduler.timer-fired.v1" }

// TimerCancelled says that a timer will not fire.
type TimerCancelled struct {
	Timer string `json:"timer"`
	Why   string `json:"why"` // late, superseded, revoked
}

// EventType implements Event.
func (TimerCancelled) EventType() string { return "scheduler.timer-cancelled.v1" }
