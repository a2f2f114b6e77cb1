package scheduler

import (
	"reflect"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// campaign is what is known of a campaign when a command is decided on it.
type campaign struct {
	plan    events.CampaignScheduled
	cursor  cursor
	paused  bool
	stopped bool
}

// Evolve implements eventsource.State.
func (c campaign) Evolve(e eventsource.Event) campaign {
	switch e := e.(type) {
	case events.CampaignScheduled:
		c.plan = e
	case events.CampaignTicked:
		c.cursor = cursor{e.Due, e.At}
	case events.CampaignPaused:
		c.paused = true
	case events.CampaignResumed:
		c.paused = false
		c.cursor = c.cursor.resumed(e.At)
	case events.CampaignStopped:
		c.stopped = true
	}
	return c
}

// resumed leaves out what fell due in a pause.
func (c cursor) resumed(at time.Time) cursor {
	if at.After(c.last) {
		c.last = at
	}
	return c
}

func (c campaign) exists() bool { return c.plan.Campaign != "" }

func campaignStream(id string) string { return "scheduler.campaign." + id }

// scheduleCampaign begins a campaign. The handler has seen that its content and unit exist.
type scheduleCampaign struct {
	Plan events.CampaignScheduled // as asked; empty fields take their defaults
	Now  time.Time
	Days *clock.Calendar
}

// Stream implements eventsource.Command.
func (c scheduleCampaign) Stream() string { return campaignStream(c.Plan.Campaign) }

// Decide implements eventsource.Command.
func (c scheduleCampaign) Decide(s campaign) ([]eventsource.Event, error) {
	plan := complete(c.Plan, c.Now)
	if s.exists() {
		if c.repeats(s.plan, plan) {
			return nil, nil
		}
		return nil, fault.New(fault.Conflict,
			"Mã chiến dịch này đã được dùng cho một lịch khác. Hãy lập chiến dịch mới.",
			"This campaign id already stands for another schedule. Please make a new campaign.")
	}
	if err := checkPlan(plan, c.Days); err != nil {
		return nil, err
	}
	return []eventsource.Event{plan}, nil
}

// repeats reports whether the plan asked for is the one that was scheduled. A start that was "now" then is past now, and each
// request draws its own seed.
func (c scheduleCampaign) repeats(was, asked events.CampaignScheduled) bool {
	sameStart := asked.From.Equal(was.From) || !was.From.After(c.Now) && !c.Plan.From.After(was.From)
	sameEnd := asked.Until.Equal(was.Until)
	asked.From, asked.Until, asked.Seed, asked.By = was.From, was.Until, was.Seed, was.By
	return sameStart && sameEnd && reflect.DeepEqual(asked, was)
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
	return []eventsource.Event{events.CampaignStopped(c)}, nil
}

// pauseCampaign lets a campaign tick no more for the time being.
type pauseCampaign struct{ Campaign, By string }

// Stream implements eventsource.Command.
func (c pauseCampaign) Stream() string { return campaignStream(c.Campaign) }

// Decide implements eventsource.Command.
func (c pauseCampaign) Decide(s campaign) ([]eventsource.Event, error) {
	switch {
	case !s.exists():
		return nil, errNoCampaign()
	case s.stopped:
		return nil, errStopped()
	case s.paused:
		return nil, nil
	}
	return []eventsource.Event{events.CampaignPaused(c)}, nil
}

// resumeCampaign lets it tick again, from what falls due after now.
type resumeCampaign struct {
	Campaign, By string
	Now          time.Time
}

// Stream implements eventsource.Command.
func (c resumeCampaign) Stream() string { return campaignStream(c.Campaign) }

// Decide implements eventsource.Command.
func (c resumeCampaign) Decide(s campaign) ([]eventsource.Event, error) {
	switch {
	case !s.exists():
		return nil, errNoCampaign()
	case s.stopped:
		return nil, errStopped()
	case !s.paused:
		return nil, nil
	}
	return []eventsource.Event{events.CampaignResumed{Campaign: c.Campaign, At: c.Now.UTC(), By: c.By}}, nil
}

func errNoCampaign() error {
	return fault.New(fault.NotFound, "Không tìm thấy chiến dịch này.", "There is no such campaign.")
}

func errStopped() error {
	return fault.New(fault.Conflict, "Chiến dịch này đã dừng hẳn. Hãy nhân bản thành chiến dịch mới.",
		"This campaign was stopped for good. Clone it into a new one.")
}
