package certification

import (
	"time"

	"khuevan/platform/clock"
)

// expiry is the last second of a certificate's last day: the day of completion in Viet Nam, so many months later. Zero months
// never expire.
func expiry(completed time.Time, months int) time.Time {
	if months <= 0 {
		return time.Time{}
	}
	return clock.EndOfDay(clock.AddMonths(completed, months))
}

// dateOf is the day of a time in Viet Nam, as facts of the directory write it.
func dateOf(t time.Time) string { return clock.Date(t) }
