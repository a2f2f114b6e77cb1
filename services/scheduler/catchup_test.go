package scheduler

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/content"
	"khuevan/events"
	"khuevan/platform/clock"
)

// follow ticks a plan on a state as a scheduler would that looks at some times, and gives the due times ticked.
func follow(t testing.TB, plan events.CampaignScheduled, looks ...time.Time) (all []events.CampaignTicked) {
	t.Helper()
	s := campaign{}.Evolve(plan)
	for _, now := range looks {
		table, err := timetableOf(plan, nil)
		if err != nil {
			t.Fatal(err)
		}
		due, _ := s.cursor.due(table, plan.CatchUp, now)
		decided, err := tick{Campaign: plan.Campaign, Due: due, Now: now}.Decide(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range decided {
			s = s.Evolve(e)
			all = append(all, e.(events.CampaignTicked))
		}
	}
	return all
}

func hourly(policy string) events.CampaignScheduled {
	p := weekly()
	p.Cron, p.CatchUp = "0 * * * *", policy
	return p
}

// minutes are looks each minute after three days of darkness.
func afterThreeDays(looks int) []time.Time {
	all := []time.Time{monday}
	for i := range looks {
		all = append(all, monday.Add(72*time.Hour+20*time.Minute+time.Duration(i)*time.Minute))
	}
	return all
}

func TestAfterThreeDaysDownEachPolicyHolds(t *testing.T) {
	hour := func(n int) time.Time { return monday.Add(time.Duration(n) * time.Hour) }
	for policy, want := range map[string][]events.CampaignTicked{
		"":                 {{Due: monday}, {Due: hour(72), Missed: 71}, {Due: hour(73)}},
		events.CatchUpSkip: {{Due: monday}, {Due: hour(73), Missed: 72}},
	} {
		got := follow(t, hourly(policy), afterThreeDays(50)...)
		if !slices.EqualFunc(got, want, func(g, w events.CampaignTicked) bool { return g.Due.Equal(w.Due) && g.Missed == w.Missed }) {
			t.Errorf("%q: %+v", policy, got)
		}
	}
	got := follow(t, hourly(events.CatchUpAll), afterThreeDays(90)...)
	if len(got) != 74 {
		t.Fatalf("%d ticks, want each of the 74 due times", len(got))
	}
	for i, e := range got {
		if !e.Due.Equal(hour(i)) || e.Missed != 0 {
			t.Errorf("tick %d is %+v", i, e)
		}
		if i > 1 && e.At.Sub(got[i-1].At) < pace {
			t.Errorf("tick %d comes %s after the one before", i, e.At.Sub(got[i-1].At))
		}
	}
}

func TestMakingUpForAllIsBounded(t *testing.T) {
	long := monday.Add(1000 * time.Hour)
	got := follow(t, hourly(events.CatchUpAll), monday, long)
	if len(got) != 2 || !got[1].Due.Equal(monday.Add((1000-99)*time.Hour)) || got[1].Missed != 900 {
		t.Errorf("after a thousand hours: %+v", got)
	}
}

func TestAClockThatJumpsBackAndForthTicksNothingTwice(t *testing.T) {
	for _, policy := range []string{"", events.CatchUpSkip, events.CatchUpAll} {
		rapid.Check(t, func(r *rapid.T) {
			var looks []time.Time
			for _, minutes := range rapid.SliceOfN(rapid.IntRange(-600, 6000), 1, 60).Draw(r, "looks") {
				looks = append(looks, monday.Add(time.Duration(minutes)*time.Minute))
			}
			last := time.Time{}
			for _, e := range follow(t, hourly(policy), looks...) {
				if !e.Due.After(last) {
					r.Fatalf("%q: %s after %s", policy, e.Due, last)
				}
				last = e.Due
			}
		})
	}
}

func calendar(t testing.TB) *clock.Calendar {
	t.Helper()
	c, err := clock.ReadCalendar(content.FS, calendarFolder)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDueTimesOnDaysOff(t *testing.T) {
	for _, c := range []struct {
		name, cron, zone, offDays, from string
		want                            []string
	}{
		{"kept", "0 8 6 * *", "", "", "2027-02-01T00:00:00+07:00", []string{"2027-02-06T08:00:00+07:00", "2027-03-06T08:00:00+07:00"}},
		{"moved past Tết", "0 8 6 * *", "", events.OffDaysNext, "2027-02-01T00:00:00+07:00", []string{"2027-02-12T08:00:00+07:00", "2027-03-08T08:00:00+07:00"}},
		{"of several moved to one day one is left", "0 8 * * *", "", events.OffDaysNext, "2027-02-04T00:00:00+07:00",
			[]string{"2027-02-04T08:00:00+07:00", "2027-02-12T08:00:00+07:00", "2027-02-15T08:00:00+07:00", "2027-02-16T08:00:00+07:00"}},
		{"skipped", "0 8 * * *", "", events.OffDaysSkip, "2027-02-04T00:00:00+07:00", []string{"2027-02-04T08:00:00+07:00", "2027-02-12T08:00:00+07:00", "2027-02-15T08:00:00+07:00"}},
		{"a leap day on a weekday", "0 8 29 2 *", "", events.OffDaysNext, "2027-01-01T00:00:00+07:00", []string{"2028-02-29T08:00:00+07:00", "2032-03-01T08:00:00+07:00"}},
		{"the 31st on a Sunday", "0 8 31 * *", "", events.OffDaysNext, "2027-01-01T00:00:00+07:00", []string{"2027-02-01T08:00:00+07:00", "2027-03-31T08:00:00+07:00"}},
		{"the hour stays where the clocks change", "0 8 28 3 *", "Europe/Berlin", events.OffDaysNext, "2027-01-01T00:00:00Z", []string{"2027-03-29T08:00:00+02:00"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan := weekly()
			plan.Cron, plan.OffDays, plan.From = c.cron, c.offDays, at(t, c.from)
			if c.zone != "" {
				plan.Zone = c.zone
			}
			table, err := timetableOf(plan, calendar(t))
			if err != nil {
				t.Fatal(err)
			}
			last := time.Time{}
			for i, want := range c.want {
				if due := table.next(last); !due.Equal(at(t, want)) {
					t.Fatalf("due %s, want %s", due, want)
				}
				last = at(t, want)
				if got := table.latest(time.Time{}, last); !got.Equal(last) {
					t.Errorf("at %s the latest is %s", last, got)
				}
				if got := table.between(time.Time{}, last); got != i {
					t.Errorf("before %s there are %d, want %d", last, got, i)
				}
			}
		})
	}
}

func TestDeadlines(t *testing.T) {
	for _, c := range []struct {
		plan events.CampaignScheduled
		due  string
		want string
	}{
		{events.CampaignScheduled{DueDays: 14}, "2026-11-23T08:00:00+07:00", "2026-12-07T23:59:59+07:00"},
		{events.CampaignScheduled{DueDays: 1}, "2028-02-28T08:00:00+07:00", "2028-02-29T23:59:59+07:00"},
		{events.CampaignScheduled{DueWorkdays: 5}, "2027-02-04T08:00:00+07:00", "2027-02-18T23:59:59+07:00"},
		{events.CampaignScheduled{DueMonthDay: 25}, "2026-11-23T08:00:00+07:00", "2026-11-25T23:59:59+07:00"},
		{events.CampaignScheduled{DueMonthDay: 23}, "2026-11-23T08:00:00+07:00", "2026-12-23T23:59:59+07:00"},
		{events.CampaignScheduled{DueMonthDay: 31}, "2027-01-31T08:00:00+07:00", "2027-02-28T23:59:59+07:00"},
		{events.CampaignScheduled{DueMonthDay: 30}, "2028-02-10T08:00:00+07:00", "2028-02-29T23:59:59+07:00"},
	} {
		if got := deadline(c.plan, at(t, c.due), calendar(t)); !got.Equal(at(t, c.want)) {
			t.Errorf("%+v from %s: %s, want %s", c.plan, c.due, got, c.want)
		}
	}
}
