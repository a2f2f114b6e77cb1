package enrolment

import (
	"slices"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
	"khuevan/platform/host/hosttest"
)

// twoOfThree asks for attt, and for two of a, b, c; d counts for c.
func twoOfThree() []events.ProgrammePart {
	return []events.ProgrammePart{
		{ID: "nen", Courses: []events.ProgrammeCourse{{Course: "attt"}}},
		{ID: "chon", AtLeast: 2, Courses: []events.ProgrammeCourse{{Course: "a"}, {Course: "b"}, {Course: "c", Equivalents: []string{"d"}}}},
	}
}

func inProgramme(period int, parts []events.ProgrammePart) events.ProgrammeEnrolled {
	return events.ProgrammeEnrolled{Person: "lan", Programme: "so", Period: period, Version: 1, Parts: parts, Due: later, Assignment: "a1"}
}

func counts(course string) count {
	return count{Person: "lan", Programme: "so", Course: course, Completed: monday, At: monday}
}

func countedOf(period int, course string) events.ProgrammeCourseCounted {
	return events.ProgrammeCourseCounted{Person: "lan", Programme: "so", Period: period, Course: course, At: monday}
}

func TestAProgrammeIsCompletedByItsParts(t *testing.T) {
	opened := inProgramme(1, twoOfThree())
	done := events.ProgrammeCompleted{Person: "lan", Programme: "so", Period: 1, Version: 1, At: monday, Parts: []events.PartCompleted{
		{Part: "nen", Needed: 1, By: map[string]string{"attt": "attt"}}, {Part: "chon", Needed: 2, By: map[string]string{"a": "a", "c": "d"}}}}
	given := func(past ...eventsource.Event) eventtest.Scenario[undertaking] {
		return eventtest.Given[undertaking](t, past...)
	}
	given().When(counts("a")).ThenNothing()
	given(opened).When(counts("khac")).ThenNothing()
	given(opened).When(counts("a")).Then(countedOf(1, "a"))
	given(opened, countedOf(1, "a")).When(counts("a")).ThenNothing()
	given(opened, countedOf(1, "attt"), countedOf(1, "a")).When(counts("d")).Then(countedOf(1, "d"), done)
	given(opened, countedOf(1, "a"), countedOf(1, "b")).When(counts("c")).Then(countedOf(1, "c"))
	given(opened, countedOf(1, "attt"), countedOf(1, "a"), countedOf(1, "d"), done).When(counts("b")).ThenNothing()
}

func TestTheSecondPeriodAsksTheShorterPath(t *testing.T) {
	shorter := []events.ProgrammePart{{ID: "lai", Courses: []events.ProgrammeCourse{{Course: "attt"}}}}
	cmd := undertake{Opening: inProgramme(0, twoOfThree()), Again: shorter, Terms: terms{DueDays: 7, Renewal: events.Renewal{Months: 12, Days: 30}}, At: monday}
	cmd.Opening.Due = time.Time{}
	eventtest.Given[undertaking](t).When(cmd).Then(inProgramme(1, twoOfThree()))
	done := events.ProgrammeCompleted{Person: "lan", Programme: "so", Period: 1, Version: 1, At: monday}
	eventtest.Given[undertaking](t, inProgramme(1, twoOfThree()), done).When(cmd).ThenNothing()
	cmd.At = on("2027-11-10")
	again := inProgramme(2, shorter)
	again.Due = time.Date(2027, 11, 23, 16, 59, 59, 0, time.UTC)
	eventtest.Given[undertaking](t, inProgramme(1, twoOfThree()), done).When(cmd).Then(again)
	eventtest.Given[undertaking](t, inProgramme(1, twoOfThree()), countedOf(1, "attt"), done, again).When(counts("attt")).Then(countedOf(2, "attt"),
		events.ProgrammeCompleted{Person: "lan", Programme: "so", Period: 2, Version: 1, At: monday, Parts: []events.PartCompleted{{Part: "lai", Needed: 1, By: map[string]string{"attt": "attt"}}}})
}

func TestWhatNobodyCanLeaveOut(t *testing.T) {
	for _, c := range []struct{ done, want []string }{
		{nil, []string{"attt"}}, {[]string{"attt"}, nil}, {[]string{"a"}, []string{"attt"}},
	} {
		if got := required(twoOfThree(), func(id string) bool { return slices.Contains(c.done, id) }); !slices.Equal(got, c.want) {
			t.Errorf("with %v: %v, want %v", c.done, got, c.want)
		}
	}
}

// A person completes a programme of which she has one course already, is transferred in between, chooses the rest, and is asked
// again a year later by the shorter path.
func TestAProgrammeOverTheBus(t *testing.T) {
	h, a := rulesHouse(t)
	for _, c := range []string{"a", "b", "c", "d"} {
		h.Append("catalog.course."+c, events.CoursePublished{Course: c, Version: 1})
	}
	h.Append("catalog.programme.so", events.ProgrammePublished{Programme: "so", Version: 1, Title: events.Words{Vi: "Kỹ năng số"}, Parts: twoOfThree(),
		Again: []events.ProgrammePart{{ID: "lai", Courses: []events.ProgrammeCourse{{Course: "attt"}}}}})
	h.Append("directory.person.lan", events.MembershipBegan{Person: "lan", Unit: "xa", On: "2020-01-01"})
	h.Append(enrolmentStream("lan", "d"), events.PersonEnrolled{Person: "lan", Course: "d", Period: 1, Version: 1},
		events.EnrolmentCompleted{Person: "lan", Course: "d", Period: 1, At: on("2026-10-01")})
	h.Settle()
	trainer(h, t, AssignCourseRequest{Assignment: "r1", Programme: "so", Unit: "xa", DueDays: 30, Renewal: events.Renewal{Months: 12, Days: 30}})
	programmes := func() MyProgramme {
		t.Helper()
		h.Settle()
		all, err := MyProgrammes.Call(h.As("lan"), h.Client, MineRequest{})
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		return all[0]
	}
	if p := programmes(); p.Period != 1 || p.Standings[1].Done != 1 || p.Standings[1].By["c"] != "d" || p.Standings[0].Done != 0 {
		t.Fatalf("at first %+v", p)
	}
	same(t, "attt", periods(t, h, "lan", "attt"), "2026-11-23 until 2026-12-23")
	same(t, "a, not chosen", periods(t, h, "lan", "a"))

	choose := func(course string) error {
		_, err := ChooseCourse.Call(h.As("lan"), h.Client, ChooseCourseRequest{Programme: "so", Course: course})
		return err
	}
	hosttest.Refused(t, choose("mang"), fault.NotFound)
	hosttest.Refused(t, choose("d"), fault.Conflict)
	if err := choose("a"); err != nil {
		t.Fatal(err)
	}
	same(t, "a, chosen", periods(t, h, "lan", "a"), "2026-11-23 until 2026-12-23")
	h.Append("directory.person.lan", events.MembershipEnded{Person: "lan", Unit: "xa", On: "2026-11-23"}, events.MembershipBegan{Person: "lan", Unit: "so", On: "2026-11-23"})
	passes(h, 1)
	if p := programmes(); !p.Completed.IsZero() || p.Standings[0].Done != 1 {
		t.Fatalf("after attt %+v", p)
	}
	h.Append("progress.course.lan_a_1", events.CourseCompleted{Person: "lan", Course: "a", Period: 1, At: h.Clock.Now()})
	if p := programmes(); p.Completed.IsZero() {
		t.Fatalf("after a %+v", p)
	}

	h.Append("directory.person.lan", events.MembershipEnded{Person: "lan", Unit: "so", On: "2026-11-23"}, events.MembershipBegan{Person: "lan", Unit: "xa", On: "2026-11-23"})
	h.Clock.Set(on("2027-10-25"))
	a.look(t, h)
	if p := programmes(); p.Period != 2 || len(p.Standings) != 1 || p.Standings[0].Done != 0 {
		t.Fatalf("a year later %+v", p)
	}
	same(t, "attt again", periods(t, h, "lan", "attt"), "2026-11-23 until 2026-12-23", "2027-10-25 until 2027-11-23")
	passes(h, 2)
	if p := programmes(); p.Completed.IsZero() || p.Period != 2 {
		t.Fatalf("renewed %+v", p)
	}
	hosttest.Refused(t, choose("b"), fault.NotFound)
}
