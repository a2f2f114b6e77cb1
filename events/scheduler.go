package events

import "time"

// CampaignScheduled says when, to whom and on which terms something is given again. Stream scheduler.campaign.<campaign>. A
// plan never changes: another plan is another campaign.
type CampaignScheduled struct {
	Campaign  string    `json:"campaign"`
	Title     string    `json:"title"`
	Course    string    `json:"course"` // "" when it is a programme
	Programme string    `json:"programme,omitempty"`
	Content   string    `json:"content,omitempty"` // "" for a course or a programme as such, ContentAcknowledgement
	Unit      string    `json:"unit"`              // and those below it
	Audience  Audience  `json:"audience,omitzero"` // whom of them; empty is everyone
	Cron      string    `json:"cron"`
	Zone      string    `json:"zone"`
	From      time.Time `json:"from"`               // no tick is planned before
	Until     time.Time `json:"until,omitzero"`     // none after; zero for no end
	OffDays   string    `json:"off_days,omitempty"` // what becomes of a tick on a day off: "" stays, OffDaysNext, OffDaysSkip
	CatchUp   string    `json:"catch_up,omitempty"` // what becomes of ticks missed in a downtime: "" the latest, CatchUpSkip, CatchUpAll

	// Until when each period must be completed: one of the three.
	DueDays     int `json:"due_days"`                // days from the tick on
	DueWorkdays int `json:"due_workdays,omitempty"`  // business days from the tick on
	DueMonthDay int `json:"due_month_day,omitempty"` // the next such day of a month after the tick

	Reminders    []int  `json:"reminders,omitempty"`     // days before a period is due, the most first
	EscalateDays int    `json:"escalate_days,omitempty"` // days after it was due, until heads of units are told; 0 for never
	HoldOut      int    `json:"hold_out,omitempty"`      // share of people who get it later, to compare with; percent, 0 to 50
	Seed         uint64 `json:"seed,omitempty"`          // by which they are drawn
	Cloned       string `json:"cloned,omitempty"`        // campaign whose plan was copied
	By           string `json:"by,omitempty"`
}

// What a campaign gives, what becomes of its ticks on days off, and of those that were missed.
const (
	ContentAcknowledgement = "acknowledgement" // texts that are read and confirmed
	OffDaysNext            = "next"            // the same time of the next business day
	OffDaysSkip            = "skip"
	CatchUpSkip            = "skip" // one that is late is not made up for
	CatchUpAll             = "all"  // each, one after the other
)

// EventType implements Event.
func (CampaignScheduled) EventType() string { return "scheduler.campaign-scheduled.v1" }

// CampaignTicked says that a campaign is due. There is at most one for each due time; its ID is made of the campaign and the
// due time, so it is the same whoever writes it. It repeats of the plan what others act on.
type CampaignTicked struct {
	ID        string    `json:"id,omitempty"` // "<campaign>_<due, seconds since 1970>"
	Campaign  string    `json:"campaign"`
	Due       time.Time `json:"due"`
	Missed    int       `json:"missed,omitempty"` // earlier due times that got no tick of their own
	At        time.Time `json:"at,omitzero"`      // when it was written
	Title     string    `json:"title"`
	Course    string    `json:"course"`
	Programme string    `json:"programme,omitempty"`
	Content   string    `json:"content,omitempty"`
	Unit      string    `json:"unit"`
	Audience  Audience  `json:"audience,omitzero"`
	DueDays   int       `json:"due_days"`
	Deadline  time.Time `json:"deadline,omitzero"` // until when its periods must be completed; zero in old facts: the end of the day due days after Due

	Reminders    []int  `json:"reminders,omitempty"`
	EscalateDays int    `json:"escalate_days,omitempty"`
	HoldOut      int    `json:"hold_out,omitempty"`
	Seed         uint64 `json:"seed,omitempty"`
}

// EventType implements Event.
func (CampaignTicked) EventType() string { return "scheduler.campaign-ticked.v1" }

// CampaignPaused lets a campaign tick no more until it is resumed.
type CampaignPaused struct {
	Campaign string `json:"campaign"`
	By       string `json:"by"`
}

// EventType implements Event.
func (CampaignPaused) EventType() string { return "scheduler.campaign-paused.v1" }

// CampaignResumed lets it tick again. What fell due before At is not made up for.
type CampaignResumed struct {
	Campaign string    `json:"campaign"`
	At       time.Time `json:"at"`
	By       string    `json:"by"`
}

// EventType implements Event.
func (CampaignResumed) EventType() string { return "scheduler.campaign-resumed.v1" }

// CampaignStopped ends a campaign.
type CampaignStopped struct {
	Campaign string `json:"campaign"`
}

// EventType implements Event.
func (CampaignStopped) EventType() string { return "scheduler.campaign-stopped.v1" }

// RoutineTicked says that a schedule of the platform itself is due. Stream scheduler.routine.<name>.
type RoutineTicked struct {
	ID     string    `json:"id"` // "<name>_<due, seconds since 1970>"
	Name   string    `json:"name"`
	Due    time.Time `json:"due"`
	Missed int       `json:"missed,omitempty"` // earlier due times for which it stands
}

// EventType implements Event.
func (RoutineTicked) EventType() string { return "scheduler.routine-ticked.v1" }
