package scheduler

import (
	"time"

	"khuevan/events"
	"khuevan/platform/rpc"
)

// Methods of the service.
var (
	ScheduleCampaign = rpc.Command[ScheduleCampaignRequest, Scheduled]("scheduler.schedule-campaign", "Schedules a refresher campaign by a cron expression.", events.RoleTrainer)
	PreviewSchedule  = rpc.Query[PreviewScheduleRequest, SchedulePreview]("scheduler.preview-schedule", "Shows the next due times of a cron expression; writes nothing.", events.RoleTrainer)
	ListCampaigns    = rpc.Query[ListCampaignsRequest, []Campaign]("scheduler.list-campaigns", "Lists the campaigns, newest first.", events.RoleTrainer)
	StopCampaign     = rpc.Command[StopCampaignRequest, rpc.Receipt]("scheduler.stop-campaign", "Ends a campaign; what it has started goes on.", events.RoleTrainer)
)

// ScheduleCampaignRequest describes a campaign. Campaign is an id chosen by the caller (lower-case letters and digits),
// so that a repeated request is the same campaign; empty lets the service choose.
type ScheduleCampaignRequest struct {
	Campaign string    `json:"campaign,omitempty"`
	Title    string    `json:"title"`
	Course   string    `json:"course"`
	Unit     string    `json:"unit"` // and those below it
	Cron     string    `json:"cron"`
	Zone     string    `json:"zone,omitempty"` // default Asia/Ho_Chi_Minh
	From     time.Time `json:"from,omitzero"`  // default now
	Until    time.Time `json:"until,omitzero"`
	DueDays  int       `json:"due_days,omitempty"` // default 14
}

// Scheduled tells which campaign was scheduled.
type Scheduled struct {
	Seq      uint64 `json:"seq"`
	Campaign string `json:"campaign"`
}

// PreviewScheduleRequest asks for the next due times.
type PreviewScheduleRequest struct {
	Cron string `json:"cron"`
	Zone string `json:"zone,omitempty"`
}

// SchedulePreview is the next five due times.
type SchedulePreview struct {
	Next []time.Time `json:"next"`
}

// ListCampaignsRequest asks for the campaigns as they stand after a fact.
type ListCampaignsRequest struct {
	After uint64 `json:"after,omitempty"`
}

// Campaign is a campaign with what it has done.
type Campaign struct {
	Campaign string    `json:"campaign"`
	Title    string    `json:"title"`
	Course   string    `json:"course"`
	Unit     string    `json:"unit"`
	Cron     string    `json:"cron"`
	Zone     string    `json:"zone"`
	From     time.Time `json:"from"`
	Until    time.Time `json:"until,omitzero"`
	DueDays  int       `json:"due_days"`
	Ticks    int       `json:"ticks"`
	Last     time.Time `json:"last,omitzero"` // last due time that was ticked
	Next     time.Time `json:"next,omitzero"` // zero when it is over or stopped
	Stopped  bool      `json:"stopped"`
}

// StopCampaignRequest names a campaign.
type StopCampaignRequest struct {
	Campaign string `json:"campaign"`
}
