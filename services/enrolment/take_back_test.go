package enrolment

import (
	"maps"
	"slices"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

var (
	ruleMade = events.AssignmentMade{Assignment: "a1", Course: "attt", Unit: "xa", Due: monday.AddDate(0, 1, 0)}
	fromRule = events.PersonEnrolled{Person: "lan", Course: "attt", Period: 1, Version: 1, Due: monday.AddDate(0, 1, 0), Assignment: "a1"}
	taken    = events.EnrolmentWithdrawn{Person: "lan", Course: "attt", Period: 1, Assignment: "a1"}
)

func TestTakingAnAssignmentBack(t *testing.T) {
	back := events.AssignmentTakenBack{Assignment: "a1", Why: events.BackMistake, People: 3, By: "dao"}
	eventtest.Given[assignment](t, ruleMade).When(takeBack{back}).Then(back)
	eventtest.Given[assignment](t, ruleMade, events.AssignmentEnded{Assignment: "a1"}).When(takeBack{back}).Then(back)
	eventtest.Given[assignment](t, ruleMade, back).When(takeBack{back}).Then()
	eventtest.Given[assignment](t, ruleMade, back).When(endAssignment{"a1", "dao"}).Then()
	eventtest.Given[assignment](t).When(takeBack{back}).ThenRefused(fault.NotFound)
	eventtest.Given[assignment](t, ruleMade).When(takeBack{events.AssignmentTakenBack{Assignment: "a1"}}).ThenRefused(fault.Invalid)
	eventtest.Given[assignment](t, events.AssignmentMade{Assignment: "a1", Programme: "p", Unit: "xa"}).When(takeBack{back}).ThenRefused(fault.Conflict)
}

func TestWithdrawingAPeriod(t *testing.T) {
	done := events.EnrolmentCompleted{Person: "lan", Course: "attt", Period: 1, At: monday}
	second := fromRule
	second.Period = 2
	eventtest.Given[enrolment](t, fromRule).When(withdraw{taken}).Then(taken)
	eventtest.Given[enrolment](t, fromRule, taken).When(withdraw{taken}).Then()
	eventtest.Given[enrolment](t, fromRule, done).When(withdraw{taken}).Then()
	eventtest.Given[enrolment](t, fromRule, events.PersonExcused{Period: 1}).When(withdraw{taken}).Then()
	eventtest.Given[enrolment](t, fromRule, taken, second).When(withdraw{taken}).Then()
	// whoever did it all the same has passed, once, and owes nothing by that
	eventtest.Given[enrolment](t, fromRule, taken).When(complete{done}).Then(done)
	eventtest.Given[enrolment](t, fromRule, taken, done).When(complete{done}).Then()
}

func TestWhatIsWithdrawnCanBeAskedAgain(t *testing.T) {
	again := enrol{Opening: events.PersonEnrolled{Person: "lan", Course: "attt", Version: 1, Assignment: "a2"}, Terms: terms{Due: monday.AddDate(0, 2, 0)}, At: monday}
	want := again.Opening
	want.Period, want.Due = 2, monday.AddDate(0, 2, 0)
	eventtest.Given[enrolment](t, fromRule, taken).When(again).Then(want)
	eventtest.Given[enrolment](t, fromRule).When(again).Then()
}

// What was done before a period that is withdrawn stands again, in the stream and in what is shown.
func TestTheTimeBeforeStandsAgain(t *testing.T) {
	past := []eventsource.Event{fromRule, events.EnrolmentCompleted{Person: "lan", Course: "attt", Period: 1, At: monday, Version: 1}}
	second, gone := fromRule, taken
	second.Period, gone.Period = 2, 2
	before := eventsource.Fold[enrolment](recorded(past...)).standing
	after := eventsource.Fold[enrolment](recorded(append(past, second, gone)...)).standing
	if before != after || before.period != 1 || before.passed.IsZero() {
		t.Errorf("before %+v, after %+v", before, after)
	}
	v := viewOf(t, append([]eventsource.Event{ruleMade}, append(past, second, gone)...)...)
	mine, err := v.mine(t.Context(), "lan")
	if err != nil || len(mine) != 1 || mine[0].Period != 1 || !mine[0].Completed.Equal(monday) {
		t.Errorf("shown %+v, %v", mine, err)
	}
	a, _, err := v.assignments.Get(t.Context(), "a1")
	if err != nil || a.Enrolled != 2 || a.Completed != 1 || a.Withdrawn != 1 {
		t.Errorf("the assignment shows %+v, %v", a, err)
	}
	v = viewOf(t, ruleMade, fromRule, taken)
	if mine, err := v.mine(t.Context(), "lan"); err != nil || len(mine) != 0 {
		t.Errorf("the only one is withdrawn, shown %+v, %v", mine, err)
	}
}

// Years of renewals leave no more behind than the latest of them.
func TestWhatStoodBeforeDoesNotPileUp(t *testing.T) {
	past := []eventsource.Event{ruleMade}
	for period := 1; period <= 50; period++ {
		opened := fromRule
		opened.Period = period
		past = append(past, opened, events.EnrolmentCompleted{Person: "lan", Course: "attt", Period: period, At: monday.AddDate(0, period, 0), Version: 1})
	}
	if s := eventsource.Fold[enrolment](recorded(past...)); len(s.before) != 1 {
		t.Errorf("%d standings are kept", len(s.before))
	}
	v := viewOf(t, past...)
	x, _, err := v.enrolments.Get(t.Context(), "lan_attt")
	if err != nil || x.Before == nil || x.Before.Period != 49 || x.Before.Before != nil {
		t.Errorf("kept %+v, %v", x, err)
	}
}

// Who has begun, completed or been excused keeps the course, and so does whoever owes it by another rule or in a programme.
func TestWhoKeepsWhatAnAssignmentOpened(t *testing.T) {
	past := []eventsource.Event{established("xa", ""), established("van", "xa"), events.CoursePublished{Course: "attt", Version: 1}, ruleMade,
		events.AssignmentMade{Assignment: "a2", Course: "attt", Unit: "van", DueDays: 30}}
	for person, unit := range map[string]string{"an": "xa", "binh": "xa", "chi": "xa", "dung": "xa", "em": "van", "giang": "xa", "hoa": "xa"} {
		e := fromRule
		e.Person = person
		past = append(past, began(person, unit), e)
	}
	part := []events.ProgrammePart{{ID: "p", Courses: []events.ProgrammeCourse{{Course: "attt"}}}}
	past = append(past, events.LessonStarted{Person: "binh", Course: "attt", Period: 1}, events.EnrolmentCompleted{Person: "chi", Course: "attt", Period: 1, At: monday},
		events.PersonExcused{Person: "dung", Course: "attt", Period: 1, Why: events.ExcusedLeave}, events.AttemptStarted{Person: "giang", Course: "attt", Period: 1},
		events.ProgrammeEnrolled{Person: "hoa", Programme: "kn", Period: 1, Version: 1, Parts: part})
	v := viewOf(t, past...)
	a, _, err := v.assignments.Get(t.Context(), "a1")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	var order []string
	if err := v.opened(t.Context(), a, monday.Add(time.Hour), func(x record, kept string) { got[x.Person] = kept; order = append(order, x.Person) }); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"an": "", "binh": keptBegun, "chi": keptCompleted, "dung": keptExcused, "em": keptRule, "giang": keptBegun, "hoa": keptProgramme}
	if !maps.Equal(got, want) || !slices.IsSorted(order) {
		t.Errorf("kept %v in the order %v; want %v", got, order, want)
	}
}
