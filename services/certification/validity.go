package certification

import (
	"time"

	"khuevan/platform/clock"
)

// dateOf is the day of a time in Viet Nam, as facts of the directory write it.
func dateOf(t time.Time) string { return clock.Date(t) }

// renewalDays is how many days before its end a certificate is told to be expiring.
const renewalDays = 90

// expiring reports whether a certificate that holds ends within the days in which it is to be renewed.
func expiring(now, expires time.Time) bool {
	return !expires.IsZero() && !now.After(expires) && now.AddDate(0, 0, renewalDays).After(expires)
}
