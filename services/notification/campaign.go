package notification

import (
	"net/url"
	"strconv"
	"time"

	"khuevan/events"
)

// Templates of notices that come when a time has come.
const (
	templateOverdue  = "overdue-escalated" // to heads: how many of the unit are overdue
	templateExpiring = "certificate-expiring"
)

// Values of these notices.
const (
	valueCampaign = "campaign" // its title
	valueUnit     = "unit"
	valuePeople   = "people" // how many
)

var timelyFacts = []string{"enrolment.escalation.overdue-escalated", "scheduler.timer.timer-fired"}

// toHeads tells the heads of a unit who is overdue: how many, and where to see them. One notice for each campaign's tick and unit,
// for the fact stands once.
func toHeads(notice func(person, template string, values map[string]string) occasion, e events.OverdueEscalated) (all []occasion) {
	for _, head := range e.Heads {
		all = append(all, notice(head, templateOverdue, map[string]string{valueCampaign: e.Title, valueUnit: e.Unit, valuePeople: strconv.Itoa(e.People),
			valueDue: e.Deadline.UTC().Format(time.RFC3339)}))
	}
	return ofCourse(all, e.Course)
}

// expiring tells the holder of a certificate that it will expire. Other timers are for other services.
func expiring(notice func(person, template string, values map[string]string) occasion, e events.TimerFired) []occasion {
	if e.About.What != events.TimerExpiry {
		return nil
	}
	o := notice(e.About.Person, templateExpiring, withDue(map[string]string{}, e.About.Deadline))
	o.course, o.programme = e.About.Course, e.About.Programme
	return []occasion{o}
}

// overdueLink is the page of the unit, for the course if it was one.
func overdueLink(values map[string]string) string {
	q := url.Values{"unit": {values[valueUnit]}}
	if values[valueCourse] != "" {
		q.Set("course", values[valueCourse])
	}
	return "/unit?" + q.Encode()
}
