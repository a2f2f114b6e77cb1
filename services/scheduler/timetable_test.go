package scheduler

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
)

func at(t testing.TB, text string) time.Time {
	t.Helper()
	when, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return when.UTC()
}

func table(t testing.TB, cron, zone string, from, until time.Time) timetable {
	t.Helper()
	made, err := newTimetable(cron, zone, from, until)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestDueTimesFollowTheCalendarOfTheZone(t *testing.T) {
	for _, c := range []struct {
		name, cron, zone, from string
		want                   []string
	}{
		{"a month without a 31st is passed over", "0 8 31 * *", "", "2026-01-01T00:00:00+07:00",
			[]string{"2026-01-31T08:00:00+07:00", "2026-03-31T08:00:00+07:00", "2026-05-31T08:00:00+07:00", "2026-07-31T08:00:00+07:00"}},
		{"29 February comes in leap years only", "0 8 29 2 *", "", "2026-01-01T00:00:00+07:00",
			[]string{"2028-02-29T08:00:00+07:00", "2032-02-29T08:00:00+07:00"}},
		{"midnight in Ha Noi is the day before in UTC", "0 0 1 * *", "", "2026-11-15T00:00:00+07:00",
			[]string{"2026-11-30T17:00:00Z", "2026-12-31T17:00:00Z"}},
		{"Berlin skips the hour in spring", "30 2 * * *", "Europe/Berlin", "2026-03-28T00:00:00+01:00",
			[]string{"2026-03-28T02:30:00+01:00", "2026-03-30T02:30:00+02:00"}},
		{"Berlin has the hour twice in autumn", "30 2 * * *", "Europe/Berlin", "2026-10-25T00:00:00+02:00",
			[]string{"2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "2026-10-26T02:30:00+01:00"}},
		{"New York skips the hour in spring", "30 2 * * *", "America/New_York", "2026-03-07T00:00:00-05:00",
			[]string{"2026-03-07T02:30:00-05:00", "2026-03-09T02:30:00-04:00"}},
		{"New York has the hour twice in autumn", "30 1 * * *", "America/New_York", "2026-11-01T00:00:00-04:00",
			[]string{"2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00", "2026-11-02T01:30:00-05:00"}},
		{"eight in the morning stays eight across the change", "0 8 * * 1", "Europe/Berlin", "2026-10-19T00:00:00+02:00",
			[]string{"2026-10-19T08:00:00+02:00", "2026-10-26T08:00:00+01:00"}},
		{"the start itself may be due", "0 8 * * *", "", "2026-11-23T08:00:00+07:00",
			[]string{"2026-11-23T08:00:00+07:00", "2026-11-24T08:00:00+07:00"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tt, last := table(t, c.cron, c.zone, at(t, c.from), time.Time{}), time.Time{}
			for _, want := range c.want {
				if last = tt.next(last); !last.Equal(at(t, want)) {
					t.Fatalf("due %s, want %s", last, want)
				}
			}
		})
	}
}

func TestNothingIsDueOutsideTheValidity(t *testing.T) {
	from, until := at(t, "2026-11-23T08:00:00+07:00"), at(t, "2026-11-25T08:00:00+07:00")
	tt := table(t, "0 8 * * *", "", from, until)
	if due := tt.latest(time.Time{}, at(t, "2026-11-23T07:59:59+07:00")); !due.IsZero() {
		t.Errorf("before the start %s is due", due)
	}
	if due := tt.latest(time.Time{}, at(t, "2030-01-01T00:00:00Z")); !due.Equal(until) {
		t.Errorf("long after the end the latest is %s, want %s", due, until)
	}
	if due := tt.next(until); !due.IsZero() {
		t.Errorf("after the end %s is due", due)
	}
}

func TestSchedulesThatCannotBeUsedAreRefused(t *testing.T) {
	for cron, zone := range map[string]string{
		"": "", "nonsense": "", "60 8 * * *": "", "0 8 * *": "", "@every 1h": "", " @every 1h": "", "@sometimes": "",
		"* * * * * *": "", "*/30 * * * * *": "", "0,59 0 8 * * *": "", "0-1 0 8 1 1 *": "", "x 0 8 1 1 *": "",
		"TZ=0": "", "TZ=Asia/Tokyo 0 8 * * *": "", "CRON_TZ=UTC 0 8 * * *": "",
		"0 8 * * 1": "Asia/Nowhere", "0 8 * * 2": "Local", "0 8 * * 3": "../etc/passwd",
		"0 8 1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1 * *": "",
	} {
		if _, err := newTimetable(cron, zone, time.Time{}, time.Time{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q in %q: %v, want a refusal", cron, zone, err)
		}
	}
	for _, cron := range []string{"* * * * *", "30 * * * * *", "0 0 8 * * 1", "@weekly", "@hourly", "*/60 * * * * *", "0 8 15 1,4,7,10 *", "0 8 * * MON-FRI"} {
		if _, err := newTimetable(cron, "", time.Time{}, time.Time{}); err != nil {
			t.Errorf("%q: %v", cron, err)
		}
	}
}

// The latest due time and the number before it, found by halving, are those found by walking.
func TestCollapsingAgreesWithWalking(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cron := rapid.SampledFrom([]string{"*/7 * * * *", "15 */5 * * *", "30 2 * * *", "0 8 * * 1", "0 0 31 * *", "10 30 1 * * *", "0 0 * * *"}).Draw(t, "cron")
		zone := rapid.SampledFrom([]string{"", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo"}).Draw(t, "zone")
		from := time.Unix(rapid.Int64Range(1.5e9, 1.9e9).Draw(t, "from"), rapid.Int64Range(0, 1e9-1).Draw(t, "nanosecond"))
		now := from.Add(time.Duration(rapid.Int64Range(-1e4, 3e6).Draw(t, "later")) * time.Second)
		tt, err := newTimetable(cron, zone, from, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if rapid.Bool().Draw(t, "ends") {
			tt.until = from.Add(time.Duration(rapid.Int64Range(0, 3e6).Draw(t, "end")) * time.Second)
		}
		var latest time.Time
		walked := 0
		for due := tt.next(time.Time{}); !due.IsZero() && !due.After(now); due = tt.next(due) {
			latest = due
			walked++
		}
		if got := tt.latest(time.Time{}, now); !got.Equal(latest) {
			t.Fatalf("latest is %s, want %s", got, latest)
		}
		if walked == 0 {
			return
		}
		if got := tt.between(time.Time{}, latest) + 1; got != min(walked, maxMissed+1) {
			t.Fatalf("%d due times, want %d", got, walked)
		}
	})
}

func TestCountingMissedDueTimesIsBounded(t *testing.T) {
	from := at(t, "2020-01-01T00:00:00Z")
	tt := table(t, "* * * * *", "", from, time.Time{})
	now := at(t, "2026-11-23T08:00:30Z")
	if due := tt.latest(time.Time{}, now); !due.Equal(at(t, "2026-11-23T08:00:00Z")) {
		t.Errorf("after six years the latest is %s", due)
	}
	if n := tt.between(time.Time{}, now); n != maxMissed {
		t.Errorf("counted %d, want %d", n, maxMissed)
	}
}

func FuzzTimetable(f *testing.F) {
	for _, cron := range []string{"0 8 * * 1", "* * * * * *", "TZ=", "@every", "0 8 29 2 *", "*/0 * * * *", "1-0 * * * *"} {
		f.Add(cron, clock.DefaultZone)
	}
	start := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, cron, zone string) {
		tt, err := newTimetable(cron, zone, start, time.Time{})
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("%q %q: %v", cron, zone, err)
			}
			return
		}
		first := tt.next(time.Time{})
		if second := tt.next(first); !first.IsZero() && !second.IsZero() && second.Sub(first) < time.Minute {
			t.Fatalf("%q %q: due at %s and %s", cron, zone, first, second)
		}
	})
}
