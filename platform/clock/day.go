package clock

import "time"

// Midnight is the beginning of the day of t in the province's zone.
func Midnight(t time.Time) time.Time {
	l := Local(t)
	return time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, l.Location())
}

// Weekend reports whether the day of t in the province's zone is a Saturday or a Sunday.
func Weekend(t time.Time) bool {
	day := Local(t).Weekday()
	return day == time.Saturday || day == time.Sunday
}

// EndOfDay is 23:59:59 of the day of t in the province's zone; in UTC.
func EndOfDay(t time.Time) time.Time {
	l := Local(t)
	return time.Date(l.Year(), l.Month(), l.Day(), 23, 59, 59, 0, l.Location()).UTC()
}

// AddMonths is midnight of the same day so many months later, in the province's zone. Where that month has no such day, it
// is the month's last: 31 January and one month is 28 or 29 February, 29 February and twelve months is 28 February.
func AddMonths(t time.Time, months int) time.Time {
	day := Local(t)
	last := time.Date(day.Year(), day.Month()+time.Month(months)+1, 0, 0, 0, 0, 0, day.Location())
	return time.Date(last.Year(), last.Month(), min(day.Day(), last.Day()), 0, 0, 0, 0, day.Location())
}

// Date is the day of t in the province's zone, as facts write dates.
func Date(t time.Time) string { return Local(t).Format(time.DateOnly) }

// ParseDate is midnight of a date in the province's zone.
func ParseDate(date string) (time.Time, error) {
	return time.ParseInLocation(time.DateOnly, date, home())
}

// Expiry is the last second of what holds for so many months: of the day so many months after the one on which it began. Zero
// months never expire.
func Expiry(from time.Time, months int) time.Time {
	if months <= 0 {
		return time.Time{}
	}
	return EndOfDay(AddMonths(from, months))
}

// Holds reports whether what began at a time and holds for so many months still does at another.
func Holds(began time.Time, months int, at time.Time) bool {
	until := Expiry(began, months)
	return until.IsZero() || !at.After(until)
}
