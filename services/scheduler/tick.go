package scheduler

import (
	"strconv"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
)

// tickID names a tick by what is due and when: the same whoever writes it.
func tickID(schedule string, due time.Time) string {
	return schedule + "_" + strconv.FormatInt(due.Unix(), 10)
}

// tick says that a due time of a campaign has come. Which one that is follows from the stream's own last tick and the clock; when
// that is another than was seen in the read model, nothing is decided and the loop looks again.
type tick struct {
	Campaign string
	Due      time.Time
	Now      time.Time
	Days     *clock.Calendar
}

// Stream implements eventsource.Command.
func (c tick) Stream() string { return campaignStream(c.Campaign) }

// Decide implements eventsource.Command.
func (c tick) Decide(s campaign) ([]eventsource.Event, error) {
	if !s.exists() {
		return nil, errNoCampaign()
	}
	if s.stopped || s.paused {
		return nil, nil
	}
	table, err := timetableOf(s.plan, c.Days)
	if err != nil {
		return nil, err
	}
	due, _ := s.cursor.due(table, s.plan.CatchUp, c.Now)
	if due.IsZero() || !due.Equal(c.Due) {
		return nil, nil
	}
	p := s.plan
	return []eventsource.Event{events.CampaignTicked{
		ID: tickID(c.Campaign, due), Campaign: c.Campaign, Due: due.UTC(), Missed: table.between(s.cursor.last, due), At: c.Now.UTC(),
		Title: p.Title, Course: p.Course, Programme: p.Programme, Content: p.Content, Unit: p.Unit, Audience: p.Audience, DueDays: p.DueDays,
		Deadline: deadline(p, due, c.Days), Reminders: p.Reminders, EscalateDays: p.EscalateDays, HoldOut: p.HoldOut, Seed: p.Seed,
	}}, nil
}
