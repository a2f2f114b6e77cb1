package enrolment

import (
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
)

// standing is where a person stands in what is asked: what the terms of a rule are held against.
type standing struct {
	period int  // the latest; 0 for none
	open   bool // whether it is
	free   bool // whether the person is excused from it
	due    time.Time
	passed time.Time // the latest completion, of whichever period
}

// terms are when a rule asks something of a person, and until when.
type terms struct {
	Due     time.Time // of the first period; zero for none
	DueDays int       // for whoever is enrolled after it, or late
	Renewal events.Renewal
}

func termsOf(e events.AssignmentMade) terms { return terms{e.Due, e.DueDays, e.Renewal} }

// lasting reports whether a rule with these terms enrols until it is ended.
func (t terms) lasting() bool { return t.DueDays > 0 }

// fairDays is the least time that whoever comes late gets, where the window is not shorter itself.
const fairDays = 7

// asks tells whether a rule asks for a new period on the day of a time, and when that is due.
func (t terms) asks(s standing, at time.Time) (due time.Time, asked bool) {
	today := clock.Midnight(at)
	switch {
	case s.open && !s.free: // what is open is still to be done, however late
		return time.Time{}, false
	case t.Renewal.From != "":
		return t.inWindow(s, today)
	case s.period == 0:
		return t.first(today), true
	case t.Renewal.Months > 0:
		return t.afterPassing(s, today)
	}
	return time.Time{}, false
}

// first is when the first period is due.
func (t terms) first(today time.Time) time.Time {
	if !t.Due.Before(clock.EndOfDay(today)) {
		return t.Due
	}
	return clock.EndOfDay(today.AddDate(0, 0, t.DueDays))
}

// afterPassing asks again so many months after the last passing, or after the end of the period that was excused.
func (t terms) afterPassing(s standing, today time.Time) (time.Time, bool) {
	since := s.passed
	if s.open {
		since = s.due
	}
	last := clock.AddMonths(since, t.Renewal.Months)
	return t.within(last.AddDate(0, 0, -t.Renewal.Days), last, today)
}

// inWindow asks once in each cycle: whoever has neither passed nor been excused since it began.
func (t terms) inWindow(s standing, today time.Time) (time.Time, bool) {
	begin, begun := t.cycle(today)
	since := s.passed
	if s.open {
		since = s.due
	}
	if !begun || s.period > 0 && !clock.Midnight(since).Before(begin) {
		return time.Time{}, false
	}
	return t.within(begin, begin.AddDate(0, 0, t.Renewal.Days-1), today)
}

// cycle is the day on which the cycle that today is in began.
func (t terms) cycle(today time.Time) (begin time.Time, begun bool) {
	from, err := clock.ParseDate(t.Renewal.From)
	if err != nil || today.Before(from) {
		return time.Time{}, false
	}
	months := (today.Year()-from.Year())*12 + int(today.Month()-from.Month())
	n := months / t.Renewal.Months
	if begin = clock.AddMonths(from, n*t.Renewal.Months); begin.After(today) {
		begin = clock.AddMonths(from, (n-1)*t.Renewal.Months)
	}
	return begin, true
}

// within is when a period is due that opens on a day and has a last day. Whoever is late for it gets the days of a newcomer.
func (t terms) within(opens, last, today time.Time) (due time.Time, asked bool) {
	if today.Before(opens) {
		return time.Time{}, false
	}
	if last.Before(today.AddDate(0, 0, min(t.Renewal.Days, fairDays)-1)) {
		last = today.AddDate(0, 0, t.DueDays)
	}
	return clock.EndOfDay(last), true
}
