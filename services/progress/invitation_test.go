package progress

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
)

var (
	later     = events.SessionChanged{Session: "s1", Start: after(60), End: after(150), Place: "Hội trường", By: "moc"}
	elsewhere = events.SessionChanged{Session: "s1", Start: after(0), End: after(90), Place: "Phòng họp tầng 2", By: "moc"}
)

func TestChangingASession(t *testing.T) {
	at := func(past ...eventsource.Event) eventtest.Scenario[session] {
		return eventtest.Given[session](t, past...)
	}
	at().When(change{later}).ThenRefused(fault.NotFound)
	at(meeting).When(change{later}).Then(later)
	at(meeting).When(change{elsewhere}).Then(elsewhere)
	at(meeting, later).When(change{later}).ThenNothing()
	at(meeting, events.SessionCancelled{Session: "s1"}).When(change{later}).ThenRefused(fault.Conflict)
	at(meeting, list(1, was("lan", 90))).When(change{later}).ThenRefused(fault.Conflict)
	wrong := later
	wrong.End = wrong.Start
	at(meeting).When(change{wrong}).ThenRefused(fault.Invalid)
	// whoever attended an hour of it after it was moved attended the session as it was moved
	short := events.SessionChanged{Session: "s1", Start: after(0), End: after(60), Place: "Hội trường"}
	if s := (session{}).Evolve(meeting).Evolve(short); length(s.scheduled) != 60 || s.revision != 1 {
		t.Errorf("%+v", s)
	}
}

func TestTellingOfASession(t *testing.T) {
	at := func(past ...eventsource.Event) eventtest.Scenario[invitation] {
		return eventtest.Given[invitation](t, past...)
	}
	planned := session{}.Evolve(meeting)
	moved := planned.Evolve(later)
	gone := moved.Evolve(events.SessionCancelled{Session: "s1"})
	first := events.SessionInvited{Person: "lan", Session: "s1", Course: "attt", Lesson: "a", Start: after(0), End: after(90), Place: "Hội trường"}
	second := first
	second.Revision, second.Again, second.Start, second.End = 1, true, after(60), after(150)
	last := events.SessionUninvited{Person: "lan", Session: "s1", Course: "attt", Lesson: "a", Revision: 2, Start: after(60), End: after(150), Place: "Hội trường"}
	at().When(tell{"lan", planned}).Then(first)
	at(first).When(tell{"lan", planned}).ThenNothing()
	at(first).When(tell{"lan", moved}).Then(second)
	at(first, second).When(tell{"lan", planned}).ThenNothing() // an older fact, heard late
	at(first, second).When(tell{"lan", gone}).Then(last)
	at(first, last).When(tell{"lan", gone}).ThenNothing()
	at().When(tell{"lan", gone}).ThenNothing()
}

// Two people are of the unit; one of them has begun the course, the other begins it later; a third is of another unit.
func TestWhoIsToldOfASession(t *testing.T) {
	h := hosttest.Run(t, events.All(), func(d host.Deps) (host.Service, error) { return New(d), nil })
	h.Append("directory.unit.xa1", events.UnitEstablished{Unit: "xa1", Name: "Xã Một", Kind: "commune", On: "2020-01-01"})
	h.Append("directory.unit.xa2", events.UnitEstablished{Unit: "xa2", Name: "Xã Hai", Kind: "commune", On: "2020-01-01"})
	for person, unit := range map[string]string{"lan": "xa1", "minh": "xa1", "hoa": "xa2"} {
		h.Append("directory.person."+person, events.MembershipBegan{Person: person, Membership: "m1", Unit: unit, On: "2020-01-01", Kind: events.MembershipMain})
	}
	h.Append("catalog.course.attt", events.CoursePublished{Course: "attt", Version: 1, Lessons: []events.Lesson{{ID: "a", Kind: events.LessonLive, Share: 0.8}}})
	begins := func(person string) {
		h.Append("enrolment.enrolment."+person+"_attt", events.PersonEnrolled{Person: person, Course: "attt", Period: 1, Version: 1})
		h.Settle()
	}
	begins("lan")
	begins("hoa")
	moc := func() context.Context { return h.As("moc", rpc.Grant{Role: events.RoleTrainer}) }
	start := h.Clock.Now().Add(48 * time.Hour)
	made, err := ScheduleSession.Call(moc(), h.Client, ScheduleSessionRequest{Course: "attt", Lesson: "a", Unit: "xa1", Start: start, End: start.Add(time.Hour), Place: "Hội trường"})
	if err != nil {
		t.Fatal(err)
	}
	h.Settle()
	told := func(person string) string {
		t.Helper()
		history, err := h.Journal.Load(t.Context(), "progress.invitation."+person+"_"+made.Session)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, r := range history {
			switch e := r.Event.(type) {
			case events.SessionInvited:
				all = append(all, fmt.Sprintf("%d in %v at %s", e.Revision, e.Start.Sub(start), e.Place))
			case events.SessionUninvited:
				all = append(all, fmt.Sprintf("%d not held", e.Revision))
			}
		}
		return strings.Join(all, ", ")
	}
	if got := told("lan") + "/" + told("minh") + "/" + told("hoa"); got != "0 in 0s at Hội trường//" {
		t.Errorf("at first %s", got)
	}
	request := ChangeSessionRequest{Session: made.Session, Start: start.Add(time.Hour), End: start.Add(2 * time.Hour), Place: "Phòng họp"}
	if _, err := ChangeSession.Call(moc(), h.Client, request); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	begins("minh")
	if got := told("lan") + "/" + told("minh"); got != "0 in 0s at Hội trường, 1 in 1h0m0s at Phòng họp/1 in 1h0m0s at Phòng họp" {
		t.Errorf("changed: %s", got)
	}
	request.Link = "http://khong-an-toan.example"
	_, err = ChangeSession.Call(moc(), h.Client, request)
	hosttest.Refused(t, err, fault.Invalid)
	if _, err := CancelSession.Call(moc(), h.Client, SessionRequest{Session: made.Session}); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	begins("hoa")
	if got := told("lan") + "/" + told("minh") + "/" + told("hoa"); !strings.HasSuffix(got, "Phòng họp, 2 not held/1 in 1h0m0s at Phòng họp, 2 not held/") {
		t.Errorf("cancelled: %s", got)
	}
}
