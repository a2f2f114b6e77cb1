package clock_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/platform/clock"
)

func TestWhatHoldsForMonthsHoldsThroughTheSameDayMonthsLater(t *testing.T) {
	for _, c := range []struct {
		completed string
		months    int
		last      string // the last second, in Ha Noi; "" for never
	}{
		{"2026-11-23T08:30:00+07:00", 12, "2027-11-23T23:59:59+07:00"},
		{"2026-11-23T08:30:00+07:00", 24, "2028-11-23T23:59:59+07:00"},
		{"2026-11-23T08:30:00+07:00", 0, ""},
		{"2026-01-31T08:00:00+07:00", 1, "2026-02-28T23:59:59+07:00"},
		{"2028-01-31T08:00:00+07:00", 1, "2028-02-29T23:59:59+07:00"},
		{"2026-01-31T08:00:00+07:00", 3, "2026-04-30T23:59:59+07:00"},
		{"2026-08-31T08:00:00+07:00", 18, "2028-02-29T23:59:59+07:00"},
		{"2028-02-29T08:00:00+07:00", 12, "2029-02-28T23:59:59+07:00"},
		{"2028-02-29T08:00:00+07:00", 48, "2032-02-29T23:59:59+07:00"},
		{"2026-02-28T08:00:00+07:00", 24, "2028-02-28T23:59:59+07:00"},
		{"2026-12-31T23:59:59+07:00", 2, "2027-02-28T23:59:59+07:00"},
		{"2026-12-31T17:00:00Z", 12, "2028-01-01T23:59:59+07:00"}, // already 1 January in Ha Noi
		{"2026-12-31T16:59:59Z", 12, "2027-12-31T23:59:59+07:00"},
	} {
		done, err := time.Parse(time.RFC3339, c.completed)
		if err != nil {
			t.Fatal(err)
		}
		var want time.Time
		if c.last != "" {
			if want, err = time.Parse(time.RFC3339, c.last); err != nil {
				t.Fatal(err)
			}
		}
		if got := clock.Expiry(done, c.months); !got.Equal(want) {
			t.Errorf("%s and %d months: %s, want %s", c.completed, c.months, clock.Local(got), c.last)
		}
	}
}

// The last day lies exactly so many months later, on the same day of the month or on the month's last before it.
func TestValidityCountsMonths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		done := clock.Local(time.Unix(rapid.Int64Range(1.5e9, 3e9).Draw(t, "completed"), 0))
		months := rapid.IntRange(1, 120).Draw(t, "months")
		last := clock.Local(clock.Expiry(done, months))
		if n := (last.Year()-done.Year())*12 + int(last.Month()-done.Month()); n != months {
			t.Fatalf("%s to %s is %d months, want %d", done, last, n, months)
		}
		if last.Day() != done.Day() && (last.Day() > done.Day() || last.AddDate(0, 0, 1).Day() != 1) {
			t.Fatalf("%s ends on %s", done, last)
		}
	})
}
