package enrolment

import (
	"strconv"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/clock"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
)

// rulesHouse is a house whose daily look at the rules the test calls itself.
func rulesHouse(t *testing.T) (*hosttest.House, api) {
	var a api
	h := hosttest.Run(t, events.All(), func(d host.Deps) (host.Service, error) {
		a = newAPI(d)
		s := a.service()
		s.Loops = nil
		return s, nil
	})
	for _, u := range [][2]string{{"tinh", ""}, {"xa", "tinh"}, {"so", "tinh"}} {
		h.Append("directory.unit."+u[0], events.UnitEstablished{Unit: u[0], Parent: u[1]})
	}
	h.Append("catalog.course.attt", events.CoursePublished{Course: "attt", Version: 1, Tags: []string{"IU14"}, ValidityMonths: 12})
	h.Append("catalog.course.mang", events.CoursePublished{Course: "mang", Version: 1})
	return h, a
}

func (a api) look(t *testing.T, h *hosttest.House) {
	t.Helper()
	h.Settle()
	if err := a.followOn(t.Context(), h.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	h.Settle()
}

func trainer(h *hosttest.House, t *testing.T, req AssignCourseRequest) {
	t.Helper()
	if _, err := AssignCourse.Call(h.As("dao", rpc.Grant{Role: events.RoleTrainer}), h.Client, req); err != nil {
		t.Fatal(err)
	}
	h.Settle()
}

func periods(t *testing.T, h *hosttest.House, person, course string) (opened []string) {
	t.Helper()
	past, err := h.Journal.Load(t.Context(), enrolmentStream(person, course))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range past {
		if e, ok := r.Event.(events.PersonEnrolled); ok {
			opened = append(opened, clock.Date(r.Time)+" until "+clock.Date(e.Due))
		}
	}
	return opened
}

// passes has lan complete attt.
func passes(h *hosttest.House, period int) {
	h.Append("progress.course.lan_attt_"+strconv.Itoa(period), events.CourseCompleted{Person: "lan", Course: "attt", Period: period, At: h.Clock.Now()})
	h.Settle()
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %v, want %v", what, got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("%s: %v, want %v", what, got, want)
		}
	}
}

// A rule over the bus for two years: it follows people as they move, leave and return, and asks again in time.
func TestARuleFollowsPeople(t *testing.T) {
	h, a := rulesHouse(t)
	set := func(date string) { h.Clock.Set(on(date)) }
	h.Append("directory.person.lan", events.MembershipBegan{Person: "lan", Unit: "xa", On: "2020-01-01"})
	h.Append("directory.person.minh", events.MembershipBegan{Person: "minh", Unit: "so", On: "2020-01-01"})
	h.Settle()
	trainer(h, t, AssignCourseRequest{Assignment: "r1", Course: "attt", Unit: "xa", DueDays: 10, Renewal: events.Renewal{Months: 12, Days: 30}})
	same(t, "lan", periods(t, h, "lan", "attt"), "2026-11-23 until 2026-12-03")
	passes(h, 1)

	set("2027-10-23")
	a.look(t, h)
	same(t, "lan a day early", periods(t, h, "lan", "attt"), "2026-11-23 until 2026-12-03")
	set("2027-10-26") // two days were missed
	a.look(t, h)
	a.look(t, h)
	same(t, "lan in time", periods(t, h, "lan", "attt"), "2026-11-23 until 2026-12-03", "2027-10-26 until 2027-11-23")
	set("2027-11-01")
	passes(h, 2)

	h.Append("directory.person.lan", events.PersonRetired{Person: "lan", On: "2028-01-01"})
	h.Append("directory.person.minh", events.MembershipEnded{Person: "minh", Unit: "so", On: "2027-11-01"},
		events.MembershipBegan{Person: "minh", Unit: "xa", On: "2027-11-01"})
	h.Settle()
	same(t, "minh, who moved", periods(t, h, "minh", "attt"), "2027-11-01 until 2027-11-11")
	set("2028-10-15")
	a.look(t, h)
	same(t, "lan, retired", periods(t, h, "lan", "attt"), "2026-11-23 until 2026-12-03", "2027-10-26 until 2027-11-23")
	set("2029-02-01")
	h.Append("directory.person.lan", events.PersonReturned{Person: "lan", On: "2029-02-01"})
	a.look(t, h)
	same(t, "lan, back", periods(t, h, "lan", "attt"), "2026-11-23 until 2026-12-03", "2027-10-26 until 2027-11-23", "2029-02-01 until 2029-02-11")

	if _, err := EndAssignment.Call(h.As("dao", rpc.Grant{Role: events.RoleTrainer}), h.Client, EndAssignmentRequest{"r1"}); err != nil {
		t.Fatal(err)
	}
	h.Append("directory.person.mai", events.MembershipBegan{Person: "mai", Unit: "xa", On: "2029-02-01"})
	a.look(t, h)
	same(t, "mai, after the end", periods(t, h, "mai", "attt"))
}

// "Joined in the last 30 days and not in IU14".
func TestARuleForNewcomersWithoutACompetency(t *testing.T) {
	h, a := rulesHouse(t)
	begins := func(person, day, post string) {
		h.Append("directory.person."+person, events.MembershipBegan{Person: person, Unit: "xa", On: day, Post: post})
	}
	begins("old", "2026-10-24", "clerk") // exactly 30 days before
	begins("new", "2026-10-25", "clerk")
	begins("able", "2026-11-20", "clerk")
	begins("chief", "2026-11-20", "leader")
	h.Append(enrolmentStream("able", "attt"), events.PersonEnrolled{Person: "able", Course: "attt", Period: 1, Version: 1},
		events.EnrolmentCompleted{Person: "able", Course: "attt", Period: 1, At: on("2026-01-05")})
	h.Settle()
	rule := AssignCourseRequest{Assignment: "r1", Course: "mang", Unit: "tinh", DueDays: 10,
		Audience: events.Audience{Posts: []string{"clerk"}, JoinedDays: 30, Lacks: []string{"IU14"}}}
	seen, err := PreviewAssign.Call(h.As("dao", rpc.Grant{Role: events.RoleTrainer}), h.Client, rule)
	if err != nil || len(seen.Rows) != 1 || seen.Rows[0].Person != "new" || seen.New != 1 ||
		seen.Left[organisation.OutPost] != 1 || seen.Left[organisation.OutJoined] != 1 || seen.Left[organisation.OutHolds] != 1 {
		t.Fatalf("preview %+v, %v", seen, err)
	}
	trainer(h, t, rule)
	same(t, "new", periods(t, h, "new", "mang"), "2026-11-23 until 2026-12-03")
	same(t, "old", periods(t, h, "old", "mang"))
	h.Clock.Set(on("2026-12-15"))
	begins("late", "2026-12-10", "clerk")
	h.Settle()
	same(t, "late", periods(t, h, "late", "mang"), "2026-12-15 until 2026-12-25")
	a.look(t, h)
	same(t, "able, still able", periods(t, h, "able", "mang"))
}

// Whoever loses a competency is asked on the day on which it runs out.
func TestARuleAsksWhoeverHasLostACompetency(t *testing.T) {
	h, a := rulesHouse(t)
	h.Append("directory.person.lan", events.MembershipBegan{Person: "lan", Unit: "xa", On: "2020-01-01"})
	h.Append(enrolmentStream("lan", "attt"), events.PersonEnrolled{Person: "lan", Course: "attt", Period: 1, Version: 1},
		events.EnrolmentCompleted{Person: "lan", Course: "attt", Period: 1, At: time.Date(2026, 2, 28, 3, 0, 0, 0, time.UTC)})
	h.Settle()
	trainer(h, t, AssignCourseRequest{Assignment: "r1", Course: "mang", Unit: "tinh", DueDays: 10, Audience: events.Audience{Lacks: []string{"IU14"}}})
	h.Clock.Set(on("2027-02-28"))
	a.look(t, h)
	same(t, "on the last day", periods(t, h, "lan", "mang"))
	// What a later version shows, and for how long, changes nothing of what was passed.
	h.Append("catalog.course.attt", events.CoursePublished{Course: "attt", Version: 2})
	a.look(t, h)
	same(t, "after another version", periods(t, h, "lan", "mang"))
	h.Clock.Set(on("2027-03-01"))
	a.look(t, h)
	same(t, "on the day after", periods(t, h, "lan", "mang"), "2027-03-01 until 2027-03-11")
}
