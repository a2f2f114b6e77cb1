package notification

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/platform/clock"
)

// office hours of a week in which Wednesday the 25th is a holiday; Monday is the 23rd.
var office5 = Hours{From: 19 * time.Hour, Until: 7 * time.Hour, Digest: 7*time.Hour + 30*time.Minute, Collect: 10 * time.Minute,
	DayOff: func(t time.Time) bool {
		day := clock.Local(t)
		return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday || clock.Date(t) == "2026-11-25"
	}}

// hour reads "23 14:30" as a moment of November 2026 in the province.
func hour(t *testing.T, text string) time.Time {
	t.Helper()
	if text == "" {
		return time.Time{}
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", "2026-11-"+text, clock.Local(time.Time{}).Location())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestWhenALetterIsSent(t *testing.T) {
	for _, c := range []struct {
		name, kind, way, now, before string
		sent                         bool
		want                         string // "inbox", "at once", or when and in which letter
	}{
		{"by day", "duty", "", "23 09:00", "", false, "at once"},
		{"at the first minute", "duty", "", "23 07:00", "", false, "at once"},
		{"in the evening", "duty", "", "23 19:00", "", false, "24 07:00"},
		{"before dawn", "duty", "", "24 05:59", "", false, "24 07:00"},
		{"the evening before a holiday", "duty", "", "24 19:01", "", false, "26 07:00"},
		{"at noon of a holiday", "duty", "", "25 12:00", "", false, "26 07:00"},
		{"on Friday night", "duty", "", "27 22:00", "", false, "30 07:00"},
		{"about the account, at night", "security", "", "23 23:00", "", false, "at once"},
		{"about the account, on a Sunday", "security", "inbox", "29 12:00", "", false, "at once"},
		{"a session early tomorrow is changed tonight", "session", "", "23 20:00", "24 07:00", false, "at once"},
		{"a session later tomorrow is changed tonight", "session", "", "23 20:00", "24 08:00", false, "24 07:00"},
		{"who wants no e-mail", "certificate", "inbox", "23 09:00", "", false, "inbox"},
		{"who may not do without", "duty", "inbox", "23 09:00", "", false, "at once"},
		{"a way that is unknown", "certificate", "pigeon", "23 09:00", "", false, "at once"},
		{"a digest, before it is sent", "certificate", "digest", "23 07:29", "", false, "23 07:30 digest"},
		{"a digest, as it is sent", "certificate", "digest", "23 07:30", "", false, "24 07:30 digest"},
		{"a digest before a holiday", "duty", "digest", "24 09:00", "", false, "26 07:30 digest"},
		{"a digest before a weekend", "duty", "digest", "27 09:00", "", false, "30 07:30 digest"},
		{"a reminder", "reminder", "", "23 09:00", "", false, "23 09:10 reminders"},
		{"a reminder, the day's letter is sent", "reminder", "", "23 09:00", "", true, "24 07:00 reminders"},
		{"a reminder at night", "reminder", "", "23 23:00", "", false, "24 07:00 reminders"},
		{"a reminder in a digest", "reminder", "digest", "23 09:00", "", true, "24 07:30 digest"},
	} {
		k, ok := kindCalled(c.kind)
		if !ok {
			t.Fatal(c.kind)
		}
		d := when(asked{kind: k, way: c.way, before: hour(t, c.before), sent: c.sent}, hour(t, c.now), office5)
		got := "inbox"
		switch {
		case !d.due.IsZero():
			got = clock.Local(d.due).Format("02 15:04")
			if d.bundle != "" {
				got += " " + d.bundle
			}
			if d.email == (d.bundle != "") {
				t.Errorf("%s: %+v", c.name, d)
			}
		case d.email:
			got = "at once"
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestWithoutQuietHoursNothingWaits(t *testing.T) {
	k, _ := kindCalled("duty")
	if d := when(asked{kind: k}, hour(t, "29 03:00"), Hours{}); !d.email || !d.due.IsZero() {
		t.Errorf("%+v", d)
	}
	never := Hours{DayOff: func(time.Time) bool { return true }}
	if d := when(asked{kind: k, way: wayDigest}, hour(t, "23 03:00"), never); d.bundle != bundleDigest || d.due.IsZero() {
		t.Errorf("a calendar without a working day: %+v", d)
	}
}

// Whatever the hours: nothing is sent in quiet, nothing is sent in the past, and nothing waits while it is not quiet.
func TestLettersAreSentOutsideQuietHoursAndNoLater(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minutes := func(name string) time.Duration {
			return time.Duration(rapid.IntRange(0, 24*60-1).Draw(t, name)) * time.Minute
		}
		h := Hours{From: minutes("from"), Until: minutes("until"), Digest: minutes("digest"), DayOff: office5.DayOff}
		now := morning.Add(time.Duration(rapid.IntRange(0, 20*24*60).Draw(t, "now")) * time.Minute)
		awake := h.awake(now)
		if awake.Before(now) || !h.awake(awake).Equal(awake) {
			t.Fatalf("from %v: %v, and then %v", now, awake, h.awake(awake))
		}
		for at := now; at.Before(awake); at = at.Add(17 * time.Minute) {
			if h.awake(at).Equal(at) {
				t.Fatalf("%v waits until %v though it is not quiet at %v", now, awake, at)
			}
		}
		if at := h.digest(now); !at.After(now) || !h.awake(at).Equal(at) {
			t.Fatalf("a digest at %v", at)
		}
	})
}
