package notification

import (
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/host/hosttest"
)

var deadline = time.Date(2026, 11, 20, 16, 59, 59, 0, time.UTC)

func TestHeadsAreToldOnceWhoIsOverdueAndWhere(t *testing.T) {
	o := open(t, Config{}, nil)
	o.Append("enrolment.escalation.c1_1_xa", events.OverdueEscalated{Campaign: "c1", Tick: hosttest.Start, Title: "Nhắc lại", Course: "attt", Unit: "xa", Deadline: deadline, People: 3, Heads: []string{"lan", "minh"}})
	o.Settle()
	for _, head := range []string{"lan", "minh"} {
		in := o.inbox(t, head)
		if len(in.Messages) != 1 || in.Messages[0].Link != "/unit?course=attt&unit=xa" {
			t.Fatalf("%s has %+v", head, in)
		}
		for _, text := range []string{"3 người quá hạn trong đợt “Nhắc lại”", "hạn ngày 20/11/2026", "Lúc 08:00 ngày 23/11/2026"} {
			if m := in.Messages[0]; !strings.Contains(m.Subject+m.Body, text) {
				t.Errorf("lacks %q:\n%s\n%s", text, m.Subject, m.Body)
			}
		}
	}
}

func TestTheHolderIsToldThatACertificateWillExpire(t *testing.T) {
	o := open(t, Config{}, nil)
	fire := func(what string) {
		o.Append("scheduler.timer."+what, events.TimerFired{Timer: what, About: events.TimerOf{What: what, Person: "lan", Course: "attt", Certificate: "lan_attt_1", Days: 30, Deadline: deadline}})
	}
	fire(events.TimerReminder) // for enrolment
	fire(events.TimerExpiry)
	o.Settle()
	in := o.inbox(t, "lan")
	if len(in.Messages) != 1 || in.Messages[0].Link != "/learn/attt" || !strings.Contains(in.Messages[0].Body, "còn hiệu lực đến hết ngày 20/11/2026") {
		t.Errorf("%+v", in)
	}
}

func TestTheHolderOfAProgrammesCertificateIsToldOfTheProgramme(t *testing.T) {
	o := open(t, Config{}, nil)
	o.Append("catalog.programme.so", events.ProgrammePublished{Programme: "so", Version: 1, Title: events.Words{Vi: "Kỹ năng số", En: "Digital skills"}})
	o.Append("scheduler.timer.x", events.TimerFired{Timer: "x", About: events.TimerOf{What: events.TimerExpiry, Person: "lan", Programme: "so", Certificate: "lan_programme_so_1", Days: 30, Deadline: deadline}})
	o.Settle()
	in := o.inbox(t, "lan")
	if len(in.Messages) != 1 || in.Messages[0].Link != "/learn" || !strings.Contains(in.Messages[0].Subject, "Kỹ năng số") {
		t.Errorf("%+v", in)
	}
}

func TestAReminderBeforeTheDeadlineIsAnotherLetterThanThatOfTheTick(t *testing.T) {
	o := open(t, Config{}, nil)
	e := events.EnrolmentReminded{Person: "lan", Course: "attt", Period: 1, Campaign: "c1", Tick: hosttest.Start}
	for _, days := range []int{0, 3, 1, 3} {
		e.Days = days
		o.Append("enrolment.enrolment.lan_attt", e)
	}
	o.Settle()
	if in := o.inbox(t, "lan"); len(in.Messages) != 3 {
		t.Errorf("%d letters: %+v", len(in.Messages), in)
	}
}
