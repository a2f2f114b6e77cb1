package progress

import (
	"encoding/csv"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// ledgerOf reads facts, each of them twice.
func ledgerOf(t testing.TB, past ...eventsource.Event) ledger {
	t.Helper()
	l := newLedger()
	if err := l.projection.Open(t.Context(), readmodel.NewMemory(), "progress"); err != nil {
		t.Fatal(err)
	}
	if err := l.projection.Run(t.Context(), twice(past)); err != nil {
		t.Fatal(err)
	}
	return l
}

func (l ledger) gained(t testing.TB, year int) (all []hoursDoc) {
	t.Helper()
	err := l.lines.Each(t.Context(), readmodel.Query{Index: "year", Equal: []any{year}}, func(d hoursDoc) error {
		all = append(all, d)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var (
	published2 = events.CoursePublished{Course: "attt", Version: 2, Hours: 3, Title: events.Words{Vi: "An toàn thông tin"}, Lessons: []events.Lesson{{ID: "a", Minutes: 10}, {ID: "b"}}}
	// The last second of 2026 in the province, and the first of 2027.
	lastOf2026, firstOf2027 = time.Date(2026, 12, 31, 16, 59, 59, 0, time.UTC), time.Date(2026, 12, 31, 17, 0, 0, 0, time.UTC)
)

func completedAt(at time.Time) events.CourseCompleted {
	return events.CourseCompleted{Person: "lan", Course: "attt", Period: 1, Version: 2, At: at}
}

func TestAYearEndsAtMidnightInTheProvince(t *testing.T) {
	for at, year := range map[time.Time]int{lastOf2026: 2026, firstOf2027: 2027} {
		l := ledgerOf(t, published2, completedAt(at))
		got, other := l.gained(t, year), l.gained(t, 4053-year)
		if len(got) != 1 || got[0].Hours != 3 || len(other) != 0 {
			t.Errorf("completed at %v: %+v and %+v", at, got, other)
		}
	}
}

// Time of December counts in December, though the course is completed in January; what a lesson counts is bounded over both.
func TestTimeBelongsToTheYearOfItsDay(t *testing.T) {
	december, january := noted(0, 10, 1000, 100), noted(0, 10, 1000, 0)
	december.Day, january.Day = "2026-12-31", "2027-01-01"
	l := ledgerOf(t, published2, december, january, completedAt(firstOf2027), events.CertificateIssued{Person: "lan", Course: "attt", Period: 1, Code: "KV-1", Completed: firstOf2027})
	want := []hoursDoc{{Person: "lan", Course: "attt", Period: 1, Year: 2026, Time: Time{1000, 100, 1000}, Day: "2026-12-31"}}
	if got := l.gained(t, 2026); !reflect.DeepEqual(got, want) {
		t.Errorf("2026: %+v, want %+v", got, want)
	}
	want = []hoursDoc{{Person: "lan", Course: "attt", Period: 1, Year: 2027, Version: 2, Hours: 3, Completed: firstOf2027, Time: Time{1000, 0, 800}, Certificate: "KV-1", Day: "2027-01-01"}}
	if got := l.gained(t, 2027); !reflect.DeepEqual(got, want) {
		t.Errorf("2027: %+v, want %+v", got, want)
	}
}

func TestHoursBelongToTheUnitHeldOnTheDayOfCompletion(t *testing.T) {
	came := events.MembershipBegan{Person: "lan", Unit: "xa1", On: "2020-01-01", Membership: "m1", Kind: events.MembershipMain}
	went := []eventsource.Event{events.MembershipEnded{Person: "lan", Membership: "m1", On: "2026-12-01"},
		events.MembershipBegan{Person: "lan", Unit: "xa2", On: "2026-12-01", Membership: "m2", Kind: events.MembershipMain}}
	unit := func(past ...eventsource.Event) string {
		got := ledgerOf(t, append([]eventsource.Event{published2}, past...)...).gained(t, 2026)
		if len(got) != 1 {
			t.Fatalf("%+v", got)
		}
		return got[0].Unit
	}
	done := completedAt(monday) // in November
	if got := unit(came, done, went[0], went[1]); got != "xa1" {
		t.Errorf("completed before a transfer: %s", got)
	}
	restated := events.MembershipRestated{Person: "lan", Membership: "m1", Unit: "xa3", On: "2020-01-01", Kind: events.MembershipMain}
	if got := unit(came, done, restated); got != "xa3" {
		t.Errorf("after a correction of that time: %s", got)
	}
	if got := unit(came, went[0], went[1], completedAt(lastOf2026)); got != "xa2" {
		t.Errorf("completed after the transfer: %s", got)
	}
}

// The sums of the ledger are those of the facts, whatever their order.
func TestTheLedgerIsARecount(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		past := []eventsource.Event{published2}
		seen, hours := map[int]int{}, map[int]int{}
		for i := range rapid.IntRange(0, 20).Draw(rt, "facts") {
			year := rapid.SampledFrom([]int{2026, 2027}).Draw(rt, "year")
			if rapid.Bool().Draw(rt, "completed") {
				e := completedAt(time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC))
				e.Period = i + 1
				past, hours[year] = append(past, e), hours[year]+3
				continue
			}
			e := noted(0, 10, rapid.IntRange(5, 900).Draw(rt, "visible"), 0)
			e.Period, e.Day = rapid.IntRange(1, 2).Draw(rt, "period"), map[int]string{2026: "2026-02-03", 2027: "2027-02-03"}[year]
			past, seen[year] = append(past, e), seen[year]+e.Visible
		}
		l := ledgerOf(t, past...)
		counted := map[int]int{}
		for _, year := range []int{2026, 2027} {
			got := YearSum{}
			for _, d := range l.gained(t, year) {
				got.Hours, got.Time = got.Hours+d.Hours, got.Time.plus(d.Time)
				counted[d.Period] += d.Time.Counted
			}
			if got.Hours != hours[year] || got.Time.Visible != seen[year] {
				rt.Fatalf("%d: %+v, want %d hours and %d seconds", year, got, hours[year], seen[year])
			}
		}
		for period, n := range counted {
			if n > 1800 {
				rt.Fatalf("period %d counts %d seconds of a lesson of ten minutes", period, n)
			}
		}
	})
}

func TestTheFileOfHours(t *testing.T) {
	text := string(hoursFile([]fileLine{
		{name: "=Lan", code: "CB-1", unit: "Xã Đỉnh Mây", HourLine: HourLine{Course: "attt", Title: events.Words{Vi: "An toàn, cơ bản"}, Period: 1, Hours: 3, Completed: firstOf2027, Time: Time{3600, 90, 1800}, Certificate: "KV-1"}},
		{name: "Minh", code: "CB-2", unit: "Xã Đỉnh Mây"}}, "vi"))
	body, marked := strings.CutPrefix(text, "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	want := []string{"CB-1", "'=Lan", "Xã Đỉnh Mây", "attt", "An toàn, cơ bản", "1", "01/01/2027", "3", "60", "2", "30", "KV-1"}
	if err != nil || !marked || len(rows) != 3 || !reflect.DeepEqual(rows[1], want) || rows[2][7] != "0" || rows[2][5] != "" {
		t.Errorf("marked %v, %v, %q", marked, err, rows)
	}
}
