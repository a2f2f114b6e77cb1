package certification

import (
	"testing"
	"time"
)

func TestACertificateIsExpiringInItsLastNinetyDays(t *testing.T) {
	end := time.Date(2027, 11, 23, 16, 59, 59, 0, time.UTC)
	for name, tc := range map[string]struct {
		now, expires time.Time
		want         bool
	}{
		"long before":     {end.AddDate(0, 0, -91), end, false},
		"just not yet":    {end.AddDate(0, 0, -90), end, false},
		"from then on":    {end.AddDate(0, 0, -90).Add(time.Second), end, true},
		"the last second": {end, end, true},
		"over":            {end.Add(time.Second), end, false},
		"never":           {end, time.Time{}, false},
	} {
		if got := expiring(tc.now, tc.expires); got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
