package scheduler

import (
	"strings"
	"time"
	"unicode/utf8"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// campaign is what is known of a campaign when a command is decided on it.
type campaign struct {
	plan    events.CampaignScheduled
	last    time.Time // the latest due time that was ticked
	stopped bool
}

// Evolve implements eventsource.State.
func (c campaign) Evolve(e eventsource.Event) campaign {
	switch e := e.(type) {
	case events.CampaignScheduled:
		c.plan = e
	case events.CampaignTicked:
		c.last = e.Due
	case events.CampaignStopped:
		c.stopped = true
	}
	return c
}

func (c campaign) exists() bool { return c.plan.Campaign != "" }

func campaignStream(id string) string { return "scheduler.campaign." + id }

// Limits of a campaign.
const (
	maxTitle       = 200 // runes
	maxDueDays     = 365
	defaultDueDays = 14
)

// scheduleCampaign begins a campaign. The handler has seen that its course and unit exist.
type scheduleCampaign struct {
	Plan events.CampaignScheduled // as asked; empty fields take their defaults
	Now  time.Time
}

// Stream implements eventsource.Command.
func (c scheduleCampaign) Stream() string { return campaignStream(c.Plan.Campaign) }

// Decide implements eventsource.Command.
func (c scheduleCampaign) Decide(s campaign) ([]eventsource.Event, error) {
	plan := c.complete()
	if s.exists() {
		if c.repeats(s.plan, plan) {
			return nil, nil
		}
		return nil, fault.New(fault.Conflict,
			"Mã chiến dịch này đã được dùng cho một lịch khác. Hãy lập chiến dịch mới.",
			"This campaign id already stands for another schedule. Please make a new campaign.")
	}
	if err := checkPlan(plan); err != nil {
		return nil, err
	}
	return []eventsource.Event{plan}, nil
}

// complete fills in defaults. A campaign never begins before it was scheduled, or its first act would be to catch up.
func (c scheduleCampaign) complete() events.CampaignScheduled {
	plan := c.Plan
	plan.Title = strings.TrimSpace(plan.Title)
	plan.Cron = strings.Join(strings.Fields(plan.Cron), " ")
	if plan.Zone == "" {
		plan.Zone = clock.DefaultZone
	}
	if plan.DueDays == 0 {
		plan.DueDays = defaultDueDays
	}
	if plan.From.Before(c.Now) {
		plan.From = c.Now
	}
	plan.From = plan.From.UTC()
	if !plan.Until.IsZero() {
		plan.Until = plan.Until.UTC()
	}
	return plan
}

// repeats reports whether the plan asked for is the one that was scheduled. A start that was "now" then is past now.
func (c scheduleCampaign) repeats(was, asked events.CampaignScheduled) bool {
	sameStart := asked.From.Equal(was.From) || !was.From.After(c.Now) && !c.Plan.From.After(was.From)
	sameEnd := asked.Until.Equal(was.Until)
	asked.From, asked.Until = was.From, was.Until
	return sameStart && sameEnd && asked == was
}

func checkPlan(plan events.CampaignScheduled) error {
	if n := utf8.RuneCountInString(plan.Title); n == 0 || n > maxTitle || !utf8.ValidString(plan.Title) {
		return fault.Newf(fault.Invalid, "Tên chiến dịch phải có từ 1 đến %d ký tự.",
			"A campaign's title has 1 to %d characters.", maxTitle).
			With("title", "Ghi ngắn gọn nội dung chiến dịch", "Say briefly what the campaign is about")
	}
	if plan.DueDays < 1 || plan.DueDays > maxDueDays {
		return fault.Newf(fault.Invalid, "Thời hạn hoàn thành phải từ 1 đến %d ngày.",
			"The time to complete is 1 to %d days.", maxDueDays).
			With("due_days", "Số ngày kể từ mỗi đợt", "Days from each due time on")
	}
	table, err := newTimetable(plan.Cron, plan.Zone, plan.From, plan.Until)
	if err != nil {
		return err
	}
	if table.next(time.Time{}).IsZero() {
		return fault.New(fault.Invalid,
			"Lịch này không đến hạn lần nào trong thời gian hiệu lực. Hãy kéo dài thời gian hoặc sửa biểu thức lịch.",
			"This schedule is never due within its validity. Extend the validity or change the expression.").
			With("until", "Sau lần đến hạn đầu tiên", "After the first due time")
	}
	return nil
}

// stopCampaign ends a campaign.
type stopCampaign struct{ Campaign string }

// Stream implements eventsource.Command.
func (c stopCampaign) Stream() string { return campaignStream(c.Campaign) }

// Decide implements eventsource.Command.
func (c stopCampaign) Decide(s campaign) ([]eventsource.Event, error) {
	switch {
	case !s.exists():
		return nil, errNoCampaign()
	case s.stopped:
		return nil, nil
	}
	return []eventsource.Event{events.CampaignStopped{Campaign: c.Campaign}}, nil
}

func errNoCampaign() error {
	return fault.New(fault.NotFound, "Không tìm thấy chiến dịch này.", "There is no such campaign.")
}
