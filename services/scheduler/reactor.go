package scheduler

import (
	"context"
	"strconv"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
)

// When timers are due: at an hour at which letters are read.
const (
	timerHour    = 8
	expiryNotice = 30 // days before a certificate expires
)

// setsTimers turns ticks and certificates into timers. Pure: the same fact leads to the same timers.
func setsTimers(days *clock.Calendar) host.Reactor {
	return host.Reactor{
		Name: "timers",
		Facts: []string{"scheduler.campaign.campaign-ticked", "certification.certificate.certificate-issued",
			"certification.certificate.certificate-revoked", "certification.certificate.certificate-superseded"},
		React: func(_ context.Context, r eventsource.Recorded) (all []eventsource.Request, _ error) {
			for _, t := range timersOf(r, days) {
				all = append(all, eventsource.Prepare(setTimer{t}))
			}
			switch e := r.Event.(type) {
			case events.CertificateRevoked:
				all = append(all, eventsource.Prepare(cancelTimer{expiryTimer(e.Certificate), timerRevoked}))
			case events.CertificateSuperseded:
				all = append(all, eventsource.Prepare(cancelTimer{expiryTimer(e.Certificate), timerSuperseded}))
			}
			return all, nil
		},
	}
}

// timersOf are the timers that a fact asks for. What would be due before the fact is left out.
func timersOf(r eventsource.Recorded, days *clock.Calendar) []events.TimerSet {
	switch e := r.Event.(type) {
	case events.CampaignTicked:
		return timersOfTick(e, r.Time, days)
	case events.CertificateIssued:
		if due := morning(e.Expires, -expiryNotice); !e.Expires.IsZero() && due.After(r.Time) {
			return []events.TimerSet{{Timer: expiryTimer(e.Certificate), Due: due, Until: e.Expires, About: events.TimerOf{
				What: events.TimerExpiry, Course: e.Course, Programme: e.Programme, Days: expiryNotice, Deadline: e.Expires, Person: e.Person, Certificate: e.Certificate}}}
		}
	}
	return nil
}

// timersOfTick are its reminders, each of use until the next, and its escalation, on a day on which heads are at work.
func timersOfTick(e events.CampaignTicked, now time.Time, days *clock.Calendar) []events.TimerSet {
	if e.Deadline.IsZero() {
		return nil // a fact of before there were reminders
	}
	timer := func(what string, days int, due, until time.Time) events.TimerSet {
		return events.TimerSet{Timer: tickID(e.Campaign, e.Due) + "-" + what + "-" + strconv.Itoa(days), Due: due.UTC(), Until: until.UTC(), About: events.TimerOf{
			What: what, Campaign: e.Campaign, Tick: e.Due, Title: e.Title, Course: e.Course, Programme: e.Programme, Days: days, Deadline: e.Deadline}}
	}
	var all []events.TimerSet
	for i, days := range e.Reminders {
		until := e.Deadline
		if i+1 < len(e.Reminders) {
			until = morning(e.Deadline, -e.Reminders[i+1])
		}
		if due := morning(e.Deadline, -days); due.After(now) {
			all = append(all, timer(events.TimerReminder, days, due, until))
		}
	}
	if e.EscalateDays > 0 {
		due := days.NextBusinessDay(morning(e.Deadline, e.EscalateDays))
		all = append(all, timer(events.TimerEscalation, e.EscalateDays, due, due.AddDate(0, 0, maxBefore)))
	}
	return all
}

func expiryTimer(certificate string) string { return certificate + "-" + events.TimerExpiry }

// morning is the hour of timers on the day that lies so many days after another.
func morning(day time.Time, days int) time.Time {
	return clock.Midnight(day).AddDate(0, 0, days).Add(timerHour * time.Hour)
}
