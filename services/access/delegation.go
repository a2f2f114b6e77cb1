package access

import (
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

const dayForm = "2006-01-02"

// mostDays bounds a stand-in: what lasts longer is an appointment, and the directory says so.
const mostDays = 366

// reasons why a role is lent.
func reasons() []string { return []string{"leave", "mission", "training", "vacancy", "other"} }

// lendable are the roles that can be lent. The administrator's is not: it reaches accounts and keys.
func lendable() []string { return []string{events.RoleHead, events.RoleTrainer, events.RoleAnalyst} }

// giverOf is who gave a stand-in; "" for what is no id of one.
func giverOf(id string) string {
	giver, rest, ok := strings.Cut(id, "_")
	if !ok || rest == "" || !eventsource.ValidStream(streamOf(id)) {
		return ""
	}
	return giver
}

func streamOf(id string) string { return "access.delegation." + id }

// delegation is a stand-in as its facts tell it; a zero one was never given.
type delegation struct {
	events.StandInGiven
	Ended string // day; "" while it runs to its last
}

// Evolve implements eventsource.State.
func (d delegation) Evolve(e eventsource.Event) delegation {
	switch e := e.(type) {
	case events.StandInGiven:
		return delegation{StandInGiven: e}
	case events.StandInEnded:
		d.Ended = e.On
	}
	return d
}

// on reports whether it holds on a day.
func (d delegation) on(day string) bool { return d.Ended == "" && d.From <= day && day <= d.Until }

// give lends a role. Today is the day of the decision.
type give struct {
	events.StandInGiven
	Today string
}

// Stream implements eventsource.Command.
func (c give) Stream() string { return streamOf(c.StandIn) }

// Decide implements eventsource.Command.
func (c give) Decide(d delegation) ([]eventsource.Event, error) {
	if d.StandIn != "" {
		return nil, nil
	}
	refusal := fault.New(fault.Invalid, "Chưa giao thay được.", "The stand-in cannot be given yet.")
	from, errFrom := time.Parse(dayForm, c.From)
	until, errUntil := time.Parse(dayForm, c.Until)
	switch {
	case c.Person == "":
		return nil, refusal.With("person", "Chọn người thay.", "Choose who stands in.")
	case c.Person == c.Giver:
		return nil, refusal.With("person", "Không thể tự thay chính mình.", "Nobody stands in for themselves.")
	case errFrom != nil || c.From < c.Today:
		return nil, refusal.With("from", "Ngày bắt đầu từ hôm nay trở đi.", "The first day is today or later.")
	case errUntil != nil || until.Before(from):
		return nil, refusal.With("until", "Ngày kết thúc không trước ngày bắt đầu.", "The last day is not before the first.")
	case until.Sub(from) > mostDays*24*time.Hour:
		return nil, refusal.With("until", "Thời gian thay tối đa một năm.", "A stand-in lasts a year at most.")
	}
	return []eventsource.Event{c.StandInGiven}, nil
}

// end ends a stand-in at once; one that is over stays as it is.
type end struct{ StandIn, Today string }

// Stream implements eventsource.Command.
func (c end) Stream() string { return streamOf(c.StandIn) }

// Decide implements eventsource.Command.
func (c end) Decide(d delegation) ([]eventsource.Event, error) {
	if d.StandIn == "" {
		return nil, fault.New(fault.NotFound, "Không có lần giao thay này.", "There is no such stand-in.")
	}
	if d.Ended != "" || d.Until < c.Today {
		return nil, nil
	}
	return []eventsource.Event{events.StandInEnded{StandIn: c.StandIn, On: c.Today}}, nil
}
