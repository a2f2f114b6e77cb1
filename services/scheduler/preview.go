package scheduler

import (
	"context"
	"slices"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
)

// previewed is how many due times a preview shows.
const previewed = 5

func (s *service) previewSchedule(_ context.Context, req ScheduleCampaignRequest) (SchedulePreview, error) {
	now := s.deps.Clock.Now()
	plan := complete(req.plan(""), now)
	for _, check := range []func(events.CampaignScheduled) error{checkDue, checkFollowUp} {
		if err := check(plan); err != nil {
			return SchedulePreview{}, err
		}
	}
	if err := checkTimes(plan, s.days); err != nil {
		return SchedulePreview{}, err
	}
	table, err := timetableOf(plan, s.days)
	if err != nil {
		return SchedulePreview{}, err
	}
	preview := SchedulePreview{Next: []PlannedTick{}}
	last := time.Time{}
	for due := table.next(last); !due.IsZero() && len(preview.Next) < previewed; due = table.next(due) {
		preview.Next = append(preview.Next, s.planned(plan, table, last, due))
		last = due
	}
	preview.Years = s.years(preview.Next)
	return preview, nil
}

// planned tells what a due time after another one would bring.
func (s *service) planned(plan events.CampaignScheduled, table timetable, last, due time.Time) PlannedTick {
	t := PlannedTick{Due: due, Deadline: deadline(plan, due, s.days), Moved: s.moved(table, last, due)}
	fact := events.CampaignTicked{Due: due, Deadline: t.Deadline, Reminders: plan.Reminders, EscalateDays: plan.EscalateDays}
	for _, timer := range timersOfTick(fact, due, s.days) {
		if timer.About.What == events.TimerEscalation {
			t.Escalates = timer.Due
			continue
		}
		t.Reminders = append(t.Reminders, timer.Due)
	}
	return t
}

// mostMoved bounds how many planned times one due time is shown to stand for.
const mostMoved = 10

// moved are the times planned on days off that are due at a time, or are skipped before it.
func (s *service) moved(table timetable, last, due time.Time) (all []DayOff) {
	plain := table
	plain.offDays = ""
	for at := plain.next(last); !at.IsZero() && at.Before(due) && len(all) < mostMoved; at = plain.next(at) {
		h, _ := s.days.Holiday(at)
		all = append(all, DayOff{Planned: at, Name: events.Words{Vi: h.Vi, En: h.En}, Unsure: h.Unsure})
	}
	return all
}

// years are the sources of the years in which something is due.
func (s *service) years(ticks []PlannedTick) (all []CalendarYear) {
	for _, t := range ticks {
		for _, at := range []time.Time{t.Due, t.Deadline} {
			year := clock.Local(at).Year()
			if slices.ContainsFunc(all, func(y CalendarYear) bool { return y.Year == year }) {
				continue
			}
			source, known := s.days.Year(year)
			all = append(all, CalendarYear{Year: year, Known: known, Citation: events.Words{Vi: source.Vi, En: source.En}})
		}
	}
	return all
}
