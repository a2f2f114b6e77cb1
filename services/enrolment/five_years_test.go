package enrolment

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
)

// life is five simulated years of one person under one rule: what was recorded, day by day.
type life struct {
	t     *rapid.T
	rule  rule
	state enrolment
	story []eventsource.Event
	days  []string // on which each fact of the story was recorded
}

func (l *life) do(cmd eventsource.Command[enrolment], day time.Time) {
	before := len(l.story)
	decided, err := cmd.Decide(l.state)
	if err != nil {
		l.t.Fatalf("%s: %v", clock.Date(day), err)
	}
	for _, e := range decided {
		l.state = l.state.Evolve(e)
		l.story, l.days = append(l.story, e), append(l.days, clock.Date(day))
	}
	if again, err := cmd.Decide(l.state); err != nil || len(again) > 0 && before != len(l.story) {
		l.t.Fatalf("%s: done twice it decides %v, %v", clock.Date(day), again, err)
	}
}

// expected is what a calendar on the wall would say, reckoned from the story alone and in another way than the code does:
// day by day, from the last passing or the first day of a cycle.
func (l *life) expected(today time.Time) (asked bool, opens time.Time) {
	r := l.rule.Renewal
	periods, open, excused := 0, false, false
	var since time.Time // the day from which the next cycle is reckoned
	for _, e := range thatStands(l.story) {
		switch e := e.(type) {
		case events.PersonEnrolled:
			periods, open, excused = e.Period, true, false
			if since.IsZero() {
				since = clock.Midnight(e.Due)
			}
		case events.PersonExcused:
			excused = true
		case events.EnrolmentCompleted:
			open, since = false, clock.Midnight(e.At)
		}
		if p, ok := e.(events.PersonExcused); ok && p.Period == periods {
			since = clock.Midnight(dueOf(l.story, periods))
		}
	}
	if open && !excused {
		return false, time.Time{}
	}
	if r.From != "" {
		begin := lastDayOf(r.From, r.Months, today)
		return !begin.IsZero() && (periods == 0 || since.Before(begin)), begin
	}
	if periods == 0 {
		return true, today
	}
	end := sameDay(since, r.Months)
	for range r.Days {
		end = end.AddDate(0, 0, -1)
	}
	return !today.Before(end), end
}

// thatStands is a story as if what was withdrawn had never been opened.
func thatStands(story []eventsource.Event) (all []eventsource.Event) {
	gone := map[int]bool{}
	for _, e := range story {
		if w, ok := e.(events.EnrolmentWithdrawn); ok {
			gone[w.Period] = true
		}
	}
	for _, e := range story {
		if opened, ok := e.(events.PersonEnrolled); !ok || !gone[opened.Period] {
			all = append(all, e)
		}
	}
	return all
}

// dueOf is when a period is due.
func dueOf(story []eventsource.Event, period int) (due time.Time) {
	for _, e := range story {
		if opened, ok := e.(events.PersonEnrolled); ok && opened.Period == period {
			due = opened.Due
		}
	}
	return due
}

// sameDay steps month by month to the month that is so many later, and there to the day, or back to the last there is.
func sameDay(from time.Time, months int) time.Time {
	first := time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, from.Location())
	for range months {
		first = first.AddDate(0, 1, 0)
	}
	day := first
	for day.Day() < from.Day() && day.AddDate(0, 0, 1).Month() == first.Month() {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

// lastDayOf is the last beginning of a cycle that is not after today; zero before the first.
func lastDayOf(from string, months int, today time.Time) (begin time.Time) {
	anchor, _ := clock.ParseDate(from)
	for n := 0; ; n++ {
		next := sameDay(anchor, n*months)
		if next.After(today) {
			return begin
		}
		begin = next
	}
}

// Five years on the test clock, with days on which nothing runs, a person who leaves and returns, passes late or at once, is
// excused now and then, or has a period withdrawn, after which it is asked as if that had never been: nothing recorded is ever taken away, a period opens on the first day on which the rule is looked at
// after its window opened and never before, its due day is the end of a day and never in the past.
func TestFiveYearsOfRecertification(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := events.Renewal{Months: rapid.SampledFrom([]int{1, 3, 6, 12, 18, 24, 36}).Draw(t, "months")}
		r.Days = rapid.IntRange(1, min(90, 28*r.Months)).Draw(t, "days")
		start := on(rapid.SampledFrom([]string{"2026-11-23", "2027-01-31", "2028-02-29", "2027-12-31", "2026-08-30"}).Draw(t, "start"))
		if rapid.Bool().Draw(t, "fixed") {
			r.From = rapid.SampledFrom([]string{"2027-01-01", "2027-01-31", "2028-02-29", "2026-12-15", "2026-08-31"}).Draw(t, "from")
		}
		l := &life{t: t, rule: rule{Assignment: Assignment{ID: "a1", Course: "attt", DueDays: rapid.IntRange(1, 60).Draw(t, "newcomer"), Renewal: r}, version: 1}}
		member, awake, done := true, 0, time.Time{}
		for n := range 5 * 366 {
			day := start.AddDate(0, 0, n)
			if rapid.IntRange(0, 199).Draw(t, "moves") == 0 {
				member = !member // another unit, retirement or return: the rule is about her or not
			}
			if awake == 0 && rapid.IntRange(0, 149).Draw(t, "down") == 0 {
				awake = rapid.IntRange(1, 20).Draw(t, "for days") // the platform is down
			}
			if awake > 0 {
				awake--
				continue
			}
			if member {
				l.follow(day)
			}
			if l.state.open && done.IsZero() {
				done = day.AddDate(0, 0, rapid.SampledFrom([]int{0, 1, 10, 40, 400}).Draw(t, "takes"))
			}
			switch {
			case !l.state.open:
				done = time.Time{}
			case !l.state.free && rapid.IntRange(0, 99).Draw(t, "excused") == 0:
				l.do(excuse{events.PersonExcused{Person: "lan", Course: "attt", Why: events.ExcusedLeave, By: "chief"}}, day)
			case !l.state.free && rapid.IntRange(0, 99).Draw(t, "withdrawn") == 0:
				l.do(withdraw{events.EnrolmentWithdrawn{Person: "lan", Course: "attt", Period: l.state.period, Assignment: "a0"}}, day)
				done = time.Time{}
			case !day.Before(done):
				l.do(complete{events.EnrolmentCompleted{Person: "lan", Course: "attt", Period: l.state.period, At: day}}, day)
				done = time.Time{}
			}
		}
		l.check()
	})
}

// follow looks at the rule on a day on which it is about the person.
func (l *life) follow(day time.Time) {
	today := clock.Midnight(day)
	want, opens := l.expected(today)
	before := l.state.latest
	l.do(l.rule.enrols("lan", day), day)
	if got := l.state.latest > before; got != want {
		l.t.Fatalf("on %s a period opened: %v; the calendar says %v (window from %s, %+v)\n%v", clock.Date(day), got, want, clock.Date(opens), l.state, l.story)
	}
	if !want {
		return
	}
	e := l.story[len(l.story)-1].(events.PersonEnrolled)
	last := clock.Midnight(e.Due)
	if !e.Due.Equal(clock.EndOfDay(e.Due)) || last.Before(today) || last.After(today.AddDate(0, 0, max(l.rule.Renewal.Days, l.rule.DueDays))) {
		l.t.Fatalf("opened on %s, it is due %s", clock.Date(day), clock.Local(e.Due))
	}
}

// check reads the story as a whole: periods count from 1, each after the one that stands was passed or excused. Withdrawn is only
// what stands and is neither.
func (l *life) check() {
	latest, standing, settled := 0, []int{0}, map[int]bool{0: true}
	for i, e := range l.story {
		last := standing[len(standing)-1]
		switch e := e.(type) {
		case events.PersonEnrolled:
			if e.Period != latest+1 || !settled[last] {
				l.t.Fatalf("fact %d of %s: %+v after period %d", i, l.days[i], e, latest)
			}
			latest, standing = e.Period, append(standing, e.Period)
		case events.PersonExcused:
			settled[last] = true
		case events.EnrolmentWithdrawn:
			if e.Period != last || settled[last] {
				l.t.Fatalf("fact %d: %+v in period %d", i, e, last)
			}
			standing = standing[:len(standing)-1]
		case events.EnrolmentCompleted:
			if e.Period != last {
				l.t.Fatalf("fact %d: %+v in period %d", i, e, last)
			}
			settled[last] = true
		}
	}
}
