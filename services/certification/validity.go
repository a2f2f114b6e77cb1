package certification

import (
	"time"

	"khuevan/platform/clock"
)

// dateOf is the day of a time in Viet Nam, as facts of the directory write it.
func dateOf(t time.Time) string { return clock.Date(t) }
