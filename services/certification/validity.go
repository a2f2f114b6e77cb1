package certification

import (
	"time"

	"khuevan/platform/clock"
)

// expiry is the last second of a certificate's last day: the day of completion in Viet Nam, so many months later.
// Where that month has no such day, it is the month's last: 31 January and one month is 28 or 29 February, 29 February
// and twelve months is 28 February. Zero months never expire.
func expiry(completed time.Time, months int) time.Time {
	if months <= 0 {
		return time.Time{}
	}
	day := clock.Local(completed)
	last := time.Date(day.Year(), day.Month()+time.Month(months)+1, 0, 23, 59, 59, 0, day.Location())
	return time.Date(last.Year(), last.Month(), min(day.Day(), last.Day()), 23, 59, 59, 0, day.Location()).UTC()
}

// dateOf is the day of a time in Viet Nam, as facts of the directory write it.
func dateOf(t time.Time) string { return clock.Local(t).Format(time.DateOnly) }

// renewalDays is how many days before its end a certificate is told to be expiring.
const renewalDays = 90

// expiring reports whether a certificate that holds ends within the days in which it is to be renewed.
func expiring(now, expires time.Time) bool {
	return !expires.IsZero() && !now.After(expires) && now.AddDate(0, 0, renewalDays).After(expires)
}
