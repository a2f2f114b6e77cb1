package scheduler

import (
	"time"

	"khuevan/events"
)

// ScheduleCampaignRequest describes a campaign, as CampaignScheduled tells its fields. Campaign is an id chosen by the caller
// (lower-case letters and digits), so that a repeated request is the same campaign; empty lets the service choose.
type ScheduleCampaignRequest struct {
	Campaign  string          `json:"campaign,omitempty"`
	Title     string          `json:"title"`
	Course    string          `json:"course,omitempty"`
	Programme string          `json:"programme,omitempty"` // instead of a course
	Content   string          `json:"content,omitempty"`
	Unit      string          `json:"unit"` // and those below it
	Audience  events.Audience `json:"audience,omitzero"`

	Cron    string    `json:"cron"`
	Zone    string    `json:"zone,omitempty"` // default Asia/Ho_Chi_Minh
	From    time.Time `json:"from,omitzero"`  // default now
	Until   time.Time `json:"until,omitzero"`
	OffDays string    `json:"off_days,omitempty"`
	CatchUp string    `json:"catch_up,omitempty"`

	DueDays      int    `json:"due_days,omitempty"` // default 14, where no other way is chosen
	DueWorkdays  int    `json:"due_workdays,omitempty"`
	DueMonthDay  int    `json:"due_month_day,omitempty"`
	Reminders    []int  `json:"reminders,omitempty"`
	EscalateDays int    `json:"escalate_days,omitempty"`
	HoldOut      int    `json:"hold_out,omitempty"`
	Cloned       string `json:"cloned,omitempty"`
}

// plan is the fact that a request asks for, but for who asked and the seed.
func (r ScheduleCampaignRequest) plan(id string) events.CampaignScheduled {
	return events.CampaignScheduled{Campaign: id, Title: r.Title, Course: r.Course, Programme: r.Programme, Content: r.Content, Unit: r.Unit, Audience: r.Audience,
		Cron: r.Cron, Zone: r.Zone, From: r.From, Until: r.Until, OffDays: r.OffDays, CatchUp: r.CatchUp,
		DueDays: r.DueDays, DueWorkdays: r.DueWorkdays, DueMonthDay: r.DueMonthDay, Reminders: r.Reminders, EscalateDays: r.EscalateDays,
		HoldOut: r.HoldOut, Cloned: r.Cloned}
}

// Scheduled tells which campaign was scheduled.
type Scheduled struct {
	Seq      uint64 `json:"seq"`
	Campaign string `json:"campaign"`
}

// SchedulePreview is what a plan would do: the next five ticks, and of which years the days off are known.
type SchedulePreview struct {
	Next  []PlannedTick  `json:"next"`
	Years []CalendarYear `json:"years"`
}

// PlannedTick is a due time to come.
type PlannedTick struct {
	Due       time.Time   `json:"due"`
	Moved     []DayOff    `json:"moved,omitempty"` // the planned times, on days off, that are due then
	Deadline  time.Time   `json:"deadline"`
	Reminders []time.Time `json:"reminders,omitempty"`
	Escalates time.Time   `json:"escalates,omitzero"`
}

// DayOff is a time that was planned on a day off.
type DayOff struct {
	Planned time.Time    `json:"planned"`
	Name    events.Words `json:"name,omitzero"` // of the holiday; empty for a weekend
	Unsure  bool         `json:"unsure,omitempty"`
}

// CalendarYear says by which source the days off of a year are known.
type CalendarYear struct {
	Year     int          `json:"year"`
	Known    bool         `json:"known"` // otherwise weekends only
	Citation events.Words `json:"citation,omitzero"`
}

// ListCampaignsRequest asks for the campaigns as they stand after a fact.
type ListCampaignsRequest struct {
	After uint64 `json:"after,omitempty"`
}

// GetCampaignRequest asks for one campaign as it stands after a fact.
type GetCampaignRequest struct {
	Campaign string `json:"campaign"`
	After    uint64 `json:"after,omitempty"`
}

// CampaignRequest names a campaign.
type CampaignRequest struct {
	Campaign string `json:"campaign"`
}

// States of a campaign.
const (
	Running = "running"
	Paused  = "paused"
	Stopped = "stopped"
)

// Campaign is a campaign's plan with what it has done.
type Campaign struct {
	events.CampaignScheduled
	Scheduled time.Time `json:"scheduled"`
	Ticks     int       `json:"ticks"`
	Last      time.Time `json:"last,omitzero"` // last due time that was ticked
	Next      time.Time `json:"next,omitzero"` // zero when it is over, paused or stopped
	State     string    `json:"state"`         // running, paused, stopped
}

// shownTicks is how many ticks the page of a campaign shows.
const shownTicks = 50

// CampaignPage is a campaign with its latest ticks, the newest first.
type CampaignPage struct {
	Campaign
	Latest []Tick `json:"latest"`
}

// Tick is a due time that was ticked.
type Tick struct {
	Campaign string    `json:"campaign"`
	Due      time.Time `json:"due"`
	Missed   int       `json:"missed,omitempty"` // earlier due times that got no tick of their own
	Deadline time.Time `json:"deadline"`
}
