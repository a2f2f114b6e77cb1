package enrolment_test

import (
	"maps"
	"reflect"
	"strconv"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
	"khuevan/services/enrolment"
)

var start = hosttest.Start

// ticks is a tick of the campaign c1 for everyone of the province, due in a week.
func ticks() events.CampaignTicked {
	return events.CampaignTicked{Campaign: "c1", Due: start, Title: "Nhắc lại (giả định)", Course: "chung", Unit: "tinh", DueDays: 7,
		Deadline: start.AddDate(0, 0, 7), Reminders: []int{2}, EscalateDays: 1}
}

func fires(what string, days int) events.TimerFired {
	t := ticks()
	return events.TimerFired{Timer: "t" + what, About: events.TimerOf{What: what, Campaign: "c1", Tick: start, Title: t.Title, Course: t.Course, Days: days, Deadline: t.Deadline}}
}

func rounds(t *testing.T, h *hosttest.House) []enrolment.Round {
	t.Helper()
	all, err := enrolment.ListRounds.Call(h.As("dao", everywhere), h.Client, enrolment.ListRoundsRequest{Campaign: "c1"})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// factsOf are the facts of a stream.
func factsOf(t *testing.T, h *hosttest.House, stream string) (all []eventsource.Event) {
	t.Helper()
	history, err := h.Journal.Load(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range history {
		all = append(all, r.Event)
	}
	return all
}

// chief heads xa and boss the province; lan stands in van below xa, minh in so.
func TestWhatATickGivesIsRemindedEscalatedAndCounted(t *testing.T) {
	h := school(t)
	h.Append("enrolment.enrolment.minh_chung", events.PersonEnrolled{Person: "minh", Course: "chung", Period: 1, Version: 1, Due: start.AddDate(1, 0, 0)})
	h.Append("directory.person.mai", events.MembershipBegan{Person: "mai", Unit: "so"})
	h.Append("scheduler.campaign.c1", ticks())
	h.Settle()
	h.Append("progress.course.mai_chung_1", events.LessonStarted{Person: "mai", Course: "chung", Period: 1, Lesson: "a"})
	h.Settle()
	if got := rounds(t, h); len(got) != 1 || got[0] != (enrolment.Round{Tick: start, Given: 3, Started: 1, Open: 1}) { // lan, mai, chief; minh was in it
		t.Fatalf("after the tick: %+v", got)
	}

	for range 2 { // a timer heard twice reminds once
		h.Append("scheduler.timer.t", fires(events.TimerReminder, 2))
		h.Settle()
	}
	if got := rounds(t, h)[0]; got.Reminded != 3 {
		t.Errorf("reminded: %+v", got)
	}

	h.Append("progress.course.mai_chung_1", events.CourseCompleted{Person: "mai", Course: "chung", Period: 1, Version: 1, At: start})
	h.Settle()
	h.Clock.Set(start.AddDate(0, 0, 9))
	for range 2 {
		h.Append("scheduler.timer.e", fires(events.TimerEscalation, 1))
		h.Settle()
	}
	if got := rounds(t, h)[0]; got != (enrolment.Round{Tick: start, Given: 3, Started: 1, Completed: 1, Overdue: 2, Open: 1, Reminded: 3, Escalated: 2, Heads: 2}) {
		t.Errorf("in the end: %+v", got)
	}
	told := func(unit, head string) events.OverdueEscalated {
		e := ticks()
		return events.OverdueEscalated{Campaign: "c1", Tick: start, Title: e.Title, Course: "chung", Unit: unit, Deadline: e.Deadline, People: 1, Heads: []string{head}}
	}
	for unit, head := range map[string]string{"xa": "chief", "tinh": "boss"} { // chief is late, too, and does not escalate to himself
		if got := factsOf(t, h, "enrolment.escalation.c1_"+strconv.FormatInt(start.Unix(), 10)+"_"+unit); !reflect.DeepEqual(got, []eventsource.Event{told(unit, head)}) {
			t.Errorf("%s is told %+v", unit, got)
		}
	}
	_, err := enrolment.ListRounds.Call(h.As("binh", rpc.Grant{Role: events.RoleTrainer, Unit: "xa"}), h.Client, enrolment.ListRoundsRequest{Campaign: "c1"})
	hosttest.Refused(t, err, fault.Denied)
}

func TestWhoIsExcusedOrDoneIsNeitherRemindedNorEscalated(t *testing.T) {
	h := school(t)
	h.Append("scheduler.campaign.c1", ticks())
	h.Settle()
	h.Append("enrolment.enrolment.lan_chung", events.PersonExcused{Person: "lan", Course: "chung", Period: 1, Why: events.ExcusedLeave})
	h.Append("progress.course.minh_chung_1", events.CourseCompleted{Person: "minh", Course: "chung", Period: 1, Version: 1, At: start})
	h.Settle()
	h.Append("scheduler.timer.t", fires(events.TimerReminder, 2))
	h.Settle()
	if got := rounds(t, h)[0]; got.Given != 3 || got.Excused != 1 || got.Completed != 1 || got.Reminded != 1 { // chief
		t.Errorf("%+v", got)
	}
	h.Append("enrolment.enrolment.lan_chung", events.ExcuseWithdrawn{Person: "lan", Course: "chung", Period: 1})
	h.Settle()
	h.Append("scheduler.timer.t", fires(events.TimerReminder, 1))
	h.Settle()
	if got := rounds(t, h)[0]; got.Excused != 0 || got.Reminded != 3 {
		t.Errorf("after the excuse: %+v", got)
	}
}

func TestACampaignHasAnAudienceAndMayGiveAProgramme(t *testing.T) {
	h := school(t)
	h.Append("catalog.programme.canbo", events.ProgrammePublished{Programme: "canbo", Version: 1, Parts: []events.ProgrammePart{{ID: "a", Courses: []events.ProgrammeCourse{{Course: "chung"}}}}})
	e := ticks()
	e.Course, e.Programme, e.Audience = "", "canbo", events.Audience{People: []string{"lan"}}
	seen, err := enrolment.PreviewRound.Call(h.As("dao", everywhere), h.Client, enrolment.PreviewRoundRequest{Programme: "canbo", Unit: "tinh", Audience: e.Audience, Deadline: e.Deadline, LeftOut: true})
	if err != nil || seen.People != 1 || seen.New != 1 || !maps.Equal(seen.Left, map[string]int{"people": 2}) || len(seen.Rows) != 2 || seen.Rows[0].State != "people" {
		t.Fatalf("preview: %+v, %v", seen, err)
	}
	h.Append("scheduler.campaign.c1", e)
	h.Settle()
	if got := mine(t, h, "lan"); len(got) != 1 || got[0].Course != "chung" || !got[0].Due.Equal(e.Deadline) {
		t.Fatalf("lan has %+v", got)
	}
	if got := mine(t, h, "minh"); len(got) != 0 {
		t.Errorf("minh has %+v", got)
	}
	about := fires(events.TimerReminder, 2)
	about.About.Course, about.About.Programme = "", "canbo"
	h.Append("scheduler.timer.t", about)
	h.Settle()
	if got := rounds(t, h)[0]; got.Given != 1 || got.Reminded != 1 {
		t.Errorf("the programme: %+v", got)
	}
	h.Append("progress.course.lan_chung_1", events.CourseCompleted{Person: "lan", Course: "chung", Period: 1, Version: 1, At: start.Add(time.Hour)})
	h.Settle()
	if got := rounds(t, h)[0]; got.Completed != 1 {
		t.Errorf("completed: %+v", got)
	}
	again := e
	again.Due = start.AddDate(0, 1, 0)
	again.Deadline = again.Due.AddDate(0, 0, 7)
	h.Append("scheduler.campaign.c1", again)
	h.Settle()
	if got := rounds(t, h); len(got) != 2 || got[0].Given != 1 {
		t.Errorf("the next tick opens %+v", got)
	}
}
