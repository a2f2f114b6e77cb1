package events

import "time"

// CampaignScheduled says when and to whom a course is given again. Stream scheduler.campaign.<campaign>.
type CampaignScheduled struct {
	Campaign string    `json:"campaign"`
	Title    string    `json:"title"`
	Course   string    `json:"course"`
	Unit     string    `json:"unit"` // and those below it
	Cron     string    `json:"cron"`
	Zone     string    `json:"zone"`
	From     time.Time `json:"from"`           // no tick before
	Until    time.Time `json:"until,omitzero"` // no tick after; zero for no end
	DueDays  int       `json:"due_days"`       // given to each person, from the tick on

	HoldOut float64 `json:"hold_out,omitempty"` // share of each unit that is asked only once the others are due, 0 to 0.5
	Seed    string  `json:"seed,omitempty"`     // of the arms; whoever knows it knows them
}

// EventType implements Event.
func (CampaignScheduled) EventType() string { return "scheduler.campaign-scheduled.v1" }

// CampaignTicked says that a campaign is due. There is exactly one for each due time; after a downtime the missed
// ones collapse into the latest.
type CampaignTicked struct {
	Campaign string    `json:"campaign"`
	Due      time.Time `json:"due"`
	Missed   int       `json:"missed,omitempty"` // earlier due times that this tick stands for
	Title    string    `json:"title"`
	Course   string    `json:"course"`
	Unit     string    `json:"unit"`
	DueDays  int       `json:"due_days"`

	HoldOut float64 `json:"hold_out,omitempty"`
	Seed    string  `json:"seed,omitempty"`
}

// EventType implements Event.
func (CampaignTicked) EventType() string { return "scheduler.campaign-ticked.v1" }

// CampaignStopped ends a campaign.
type CampaignStopped struct {
	Campaign string `json:"campaign"`
}

// EventType implements Event.
func (CampaignStopped) EventType() string { return "scheduler.campaign-stopped.v1" }
