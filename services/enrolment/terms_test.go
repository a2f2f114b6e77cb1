package enrolment

import (
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
)

// on is a moment of a date in Viet Nam.
func on(date string) time.Time {
	t, err := clock.ParseDate(date)
	if err != nil {
		panic(err)
	}
	return t.Add(9 * time.Hour)
}

func passedOn(date string) standing {
	return standing{period: 1, due: on(date), passed: on(date)}
}

func excusedUntil(date string) standing {
	return standing{period: 1, open: true, free: true, due: clock.EndOfDay(on(date))}
}

func TestWhenARuleAsks(t *testing.T) {
	yearly := terms{DueDays: 30, Renewal: events.Renewal{Months: 12, Days: 60}}
	january := terms{DueDays: 30, Renewal: events.Renewal{Months: 12, From: "2027-01-01", Days: 31}}
	monthEnd := terms{DueDays: 5, Renewal: events.Renewal{Months: 1, From: "2027-01-31", Days: 10}}
	never := standing{}
	for _, c := range []struct {
		what  string
		terms terms
		was   standing
		today string
		due   string // "" when it asks nothing
	}{
		{"the first period, until a fixed day", terms{Due: clock.EndOfDay(on("2026-12-31"))}, never, "2026-11-23", "2026-12-31"},
		{"the first period on the fixed day", terms{Due: clock.EndOfDay(on("2026-12-31"))}, never, "2026-12-31", "2026-12-31"},
		{"the first period, some days", terms{DueDays: 30}, never, "2026-11-23", "2026-12-23"},
		{"some days over the leap day", terms{DueDays: 30}, never, "2028-02-01", "2028-03-02"},
		{"a newcomer after the fixed day", terms{Due: clock.EndOfDay(on("2026-12-31")), DueDays: 30}, never, "2027-01-01", "2027-01-31"},
		{"what is passed, without renewal", terms{DueDays: 30}, passedOn("2026-01-01"), "2030-01-01", ""},

		{"60 days before the year is over", yearly, passedOn("2026-11-23"), "2027-09-24", "2027-11-23"},
		{"a day earlier", yearly, passedOn("2026-11-23"), "2027-09-23", ""},
		{"found later", yearly, passedOn("2026-11-23"), "2027-11-10", "2027-11-23"},
		{"found when few days are left", yearly, passedOn("2026-11-23"), "2027-11-18", "2027-12-18"},
		{"back after years", yearly, passedOn("2026-11-23"), "2030-03-31", "2030-04-30"},
		{"passed on the leap day", yearly, passedOn("2028-02-29"), "2028-12-30", "2029-02-28"},
		{"passed on the 31st, half a year", terms{DueDays: 9, Renewal: events.Renewal{Months: 6, Days: 30}}, passedOn("2026-08-31"), "2027-01-29", "2027-02-28"},
		{"the same in a leap year", terms{DueDays: 9, Renewal: events.Renewal{Months: 6, Days: 30}}, passedOn("2027-08-31"), "2028-01-30", "2028-02-29"},
		{"open and overdue", yearly, standing{period: 2, open: true, due: on("2027-11-23"), passed: on("2026-11-23")}, "2029-01-01", ""},
		{"excused: a cycle after the day that was due", yearly, excusedUntil("2027-11-23"), "2028-09-24", "2028-11-23"},
		{"excused: not before", yearly, excusedUntil("2027-11-23"), "2028-09-23", ""},

		{"before the first January", january, never, "2026-12-31", ""},
		{"the first of January", january, never, "2027-01-01", "2027-01-31"},
		{"passed in December, asked in January", january, passedOn("2026-12-31"), "2027-01-01", "2027-01-31"},
		{"passed on the first of January", january, passedOn("2027-01-01"), "2027-12-31", ""},
		{"the next January", january, passedOn("2027-01-01"), "2028-01-01", "2028-01-31"},
		{"a newcomer in August", january, never, "2027-08-10", "2027-09-09"},
		{"a newcomer in time", january, never, "2027-01-25", "2027-01-31"},
		{"a newcomer at its end", january, never, "2027-01-26", "2027-02-25"},
		{"excused this January", january, excusedUntil("2027-01-31"), "2027-12-31", ""},
		{"excused last January", january, excusedUntil("2027-01-31"), "2028-01-01", "2028-01-31"},
		{"years later", january, passedOn("2027-01-01"), "2031-06-01", "2031-07-01"},

		{"the end of a short month", monthEnd, passedOn("2027-02-01"), "2027-02-27", ""},
		{"the end of February", monthEnd, passedOn("2027-02-01"), "2027-02-28", "2027-03-09"},
		{"the end of February, leap year", monthEnd, passedOn("2028-02-01"), "2028-02-29", "2028-03-09"},
		{"the 31st again after it", monthEnd, passedOn("2027-03-01"), "2027-03-31", "2027-04-09"},
	} {
		due, asked := c.terms.asks(c.was, on(c.today))
		switch {
		case asked != (c.due != ""):
			t.Errorf("%s: on %s it asks: %v", c.what, c.today, asked)
		case asked && (clock.Date(due) != c.due || !due.Equal(clock.EndOfDay(due))):
			t.Errorf("%s: on %s it is due %s, want the end of %s", c.what, c.today, clock.Local(due), c.due)
		}
	}
}
