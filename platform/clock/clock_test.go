package clock_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	got, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestSchedules(t *testing.T) {
	cases := map[string]struct{ cron, zone, after, want string }{
		"weekday morning in Ha Noi":          {"0 8 * * 1", "", "2026-11-22T12:00:00Z", "2026-11-23T01:00:00Z"},
		"with seconds":                       {"30 0 8 * * *", "", "2026-11-23T00:00:00Z", "2026-11-23T01:00:30Z"},
		"the due time itself is past":        {"0 8 * * *", "", "2026-11-23T01:00:00Z", "2026-11-24T01:00:00Z"},
		"the 31st skips short months":        {"0 0 31 * *", "UTC", "2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z"},
		"29 February":                        {"0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"},
		"an hour that does not exist":        {"30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-30T00:30:00Z"},
		"descriptor":                         {"@monthly", "UTC", "2026-11-23T00:00:00Z", "2026-12-01T00:00:00Z"},
		"never":                              {"0 0 30 2 *", "UTC", "2026-11-23T00:00:00Z", ""},
		"midnight in Ha Noi is 17:00 before": {"0 0 1 1 *", "", "2026-11-23T00:00:00Z", "2026-12-31T17:00:00Z"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s, err := clock.ParseSchedule(tc.cron, tc.zone)
			if err != nil {
				t.Fatal(err)
			}
			got := s.Next(at(t, tc.after))
			if tc.want == "" && !got.IsZero() || tc.want != "" && !got.Equal(at(t, tc.want)) {
				t.Errorf("got %v, want %s", got, tc.want)
			}
		})
	}
}

func TestBadSchedulesAreRefused(t *testing.T) {
	for _, tc := range [][2]string{{"", ""}, {"* * * *", ""}, {"61 * * * *", ""}, {"TZ=0", ""}, {"TZ=UTC 0 0 * * *", ""}, {"0 8 * * *", "Asia/Ha_Noi"}} {
		if _, err := clock.ParseSchedule(tc[0], tc[1]); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q in %q: %v", tc[0], tc[1], err)
		}
	}
}

func TestTheTestClockWakesWhoWaited(t *testing.T) {
	c := clock.NewTest(at(t, "2026-11-23T00:00:00Z"))
	done := make(chan error, 2)
	for _, h := range []int{1, 3} {
		go func() { done <- c.WaitUntil(t.Context(), c.Now().Add(time.Duration(h)*time.Hour)) }()
	}
	c.AwaitWaiters(2)
	c.Advance(2 * time.Hour)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		t.Fatal("who waits for the third hour was woken at the second", err)
	default:
	}
	c.Advance(time.Hour)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.WaitUntil(ctx, c.Now().Add(time.Hour)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestTheSystemClockWaits(t *testing.T) {
	var c clock.System
	until := c.Now().Add(5 * time.Millisecond)
	if err := c.WaitUntil(t.Context(), until); err != nil || c.Now().Before(until) {
		t.Errorf("woke at %v before %v (%v)", c.Now(), until, err)
	}
	if got := clock.Local(at(t, "2026-11-23T18:00:00Z")).Format(time.DateTime); got != "2026-11-24 01:00:00" {
		t.Errorf("in Ha Noi it is %s", got)
	}
}
