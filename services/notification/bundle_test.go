package notification

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/host/hosttest"
)

func made(day string, ids ...string) events.BundleMade {
	return events.BundleMade{Person: "lan", Bundle: bundleDigest, Day: day, Messages: ids, At: morning}
}

func TestAMessageIsToldInOneLetterAndThereIsOneADay(t *testing.T) {
	today, tomorrow := made("2026-11-23", "a", "b"), made("2026-11-24", "b", "c")
	eventtest.Given[bundle](t).When(makeBundle{today}).Then(today)
	eventtest.Given[bundle](t, today).When(makeBundle{made("2026-11-23", "c")}).ThenNothing()
	eventtest.Given[bundle](t, today).When(makeBundle{tomorrow}).Then(made("2026-11-24", "c")) // that b is told was not noted yet
	eventtest.Given[bundle](t, today).When(makeBundle{made("2026-11-24", "a", "b")}).ThenNothing()
	eventtest.Given[bundle](t).When(makeBundle{made("2026-11-23")}).ThenNothing()
	var many []string
	for i := range mostBundled + 1 {
		many = append(many, fmt.Sprint("m", i))
	}
	eventtest.Given[bundle](t).When(makeBundle{made("2026-11-23", many...)}).Then(made("2026-11-23", many[:mostBundled]...))
}

func TestALetterThatWaits(t *testing.T) {
	waits, collected := queued, queued
	waits.Due = morning.Add(time.Hour)
	collected.Email, collected.Bundle, collected.Due = false, bundleDigest, morning.Add(time.Hour)
	released := events.MailReleased{Message: queued.Message, At: morning}
	eventtest.Given[message](t, waits).When(beginMail{begun}).ThenRefused("conflict")
	eventtest.Given[message](t, waits).When(releaseMail{queued.Message, morning}).Then(released)
	eventtest.Given[message](t, waits, released).When(releaseMail{queued.Message, morning}).ThenNothing()
	eventtest.Given[message](t, waits, released).When(beginMail{begun}).Then(begun)
	eventtest.Given[message](t, waits).When(withholdMail{queued.Message}).Then(events.MailWithheld{Message: queued.Message})
	eventtest.Given[message](t, waits, released).When(withholdMail{queued.Message}).ThenNothing()
	eventtest.Given[message](t, collected).When(beginMail{begun}).ThenRefused("conflict")
	eventtest.Given[message](t, collected).When(releaseMail{queued.Message, morning}).ThenNothing()
	eventtest.Given[message](t, collected).When(bundleMail{queued.Message, "d"}).Then(events.MailBundled{Message: queued.Message, Letter: "d"})
	eventtest.Given[message](t, waits).When(bundleMail{queued.Message, "d"}).ThenNothing()
}

// at moves the clock, a look of every loop at a time.
func (o *office) at(t *testing.T, text string) {
	t.Helper()
	o.Clock.AwaitWaiters(o.loops)
	o.Clock.Set(hour(t, text))
	o.Clock.AwaitWaiters(o.loops)
	o.Settle()
	o.nextRound() // a letter that was released is sent by now
}

func subjects(all []Mail) string {
	var list []string
	for _, m := range all {
		list = append(list, m.Subject)
	}
	return strings.Join(list, " | ")
}

// Given a learner who chose the digest, when things happen over two days, then she reads all at once and gets one letter a day.
func TestADigestTellsEverythingOnce(t *testing.T) {
	server := startMail(t, "127.0.0.1:0")
	o := open(t, Config{SMTPAddr: server.addr, Hours: office5}, nil)
	for _, kind := range []string{"duty", "certificate", "reminder"} {
		o.choose(t, kind, wayDigest)
	}
	o.enrol("lan", 1) // Monday, 8:00
	o.Append("certification.certificate.lan_attt_1", events.CertificateIssued{Person: "lan", Course: "attt", Period: 1, Code: "KV-1"})
	o.Settle()
	if in := o.inbox(t, "lan"); in.Unread != 2 || in.Messages[0].Mail != mailCollected || len(server.letters()) != 0 {
		t.Fatalf("%+v, %d letters", in, len(server.letters()))
	}
	o.at(t, "24 07:28")
	if n := len(server.letters()); n != 0 {
		t.Fatalf("%d letters before the digest", n)
	}
	o.at(t, "24 07:31")
	all := server.letters()
	if len(all) != 1 || all[0].Subject != "Khuê Văn: 2 tin mới của ông/bà" {
		t.Fatalf("%s", subjects(all))
	}
	for _, want := range []string{"- Thông báo tham gia khóa học “An toàn thông tin cơ bản”\n  " + base + "/learn/attt", "- Giấy chứng nhận", "- You are enrolled", base + "/unsubscribe/lan.digest."} {
		if !strings.Contains(all[0].Body, want) {
			t.Errorf("%q is missing in\n%s", want, all[0].Body)
		}
	}
	if in := o.inbox(t, "lan"); len(in.Messages) != 2 || in.Messages[0].Mail != mailBundled || in.Unread != 2 {
		t.Errorf("%+v", in)
	}
	o.at(t, "25 12:00") // a holiday
	o.at(t, "26 08:00")
	if got := server.letters(); len(got) != 1 {
		t.Errorf("nothing happened, and still: %s", subjects(got))
	}
	o.enrol("lan", 2)
	o.at(t, "27 07:31")
	if got := server.letters(); len(got) != 2 || got[1].Subject != "Khuê Văn: 1 tin mới của ông/bà" {
		t.Errorf("%s", subjects(got))
	}
}

// choose says how Lan wants to be told of a kind.
func (o *office) choose(t *testing.T, kind, way string) {
	t.Helper()
	if _, err := Choose.Call(o.As("lan"), o.Client, ChooseRequest{Ways: map[string]string{kind: way}}); err != nil {
		t.Fatal(err)
	}
	o.Settle()
}

// Given the evening, when somebody is enrolled and their codes are turned off, then only the latter is sent at night.
func TestLettersWaitForTheMorning(t *testing.T) {
	server := startMail(t, "127.0.0.1:0")
	o := open(t, Config{SMTPAddr: server.addr, Hours: office5}, nil)
	o.at(t, "23 20:00")
	o.enrol("lan", 1)
	o.Append("certification.certificate.lan_attt_1", events.CertificateIssued{Person: "lan", Course: "attt", Period: 1, Code: "KV-1"})
	o.Append("account.person.lan", events.TotpDisabled{Person: "lan"})
	o.Settle()
	if got := server.letters(); len(got) != 1 || !strings.HasPrefix(got[0].Subject, "Đã tắt mã xác thực") {
		t.Fatalf("at night: %s", subjects(got))
	}
	if in := o.inbox(t, "lan"); in.Unread != 3 || in.Messages[2].Mail != mailHeld {
		t.Errorf("%+v", in)
	}
	o.choose(t, "certificate", wayInbox) // before it was sent
	o.at(t, "24 06:58")
	if n := len(server.letters()); n != 1 {
		t.Errorf("%d letters before seven", n)
	}
	o.at(t, "24 07:00")
	if got := server.letters(); len(got) != 2 || !strings.HasPrefix(got[1].Subject, "Thông báo tham gia") {
		t.Errorf("in the morning: %s", subjects(got))
	}
	if got := o.facts(t, letterID); got != "message-queued mail-released mail-begun mail-handed-over" {
		t.Error(got)
	}
	if got := o.facts(t, "lan_certified-attt-1"); got != "message-queued mail-withheld" {
		t.Error(got)
	}
}

// A server that is away over the quiet hours and three days more does not make a letter late that was released just now.
func TestALetterIsLateFromItsReleaseOn(t *testing.T) {
	later := queued
	later.Due = morning.Add(9 * 24 * time.Hour)
	h := eventsource.Fold[message](eventsource.History(recorded("notification.message.x", later, events.MailReleased{Message: queued.Message, At: later.Due})))
	if !h.since.Equal(morning.Add(9*24*time.Hour)) || !h.at.Equal(morning) {
		t.Errorf("%v %v", h.since, h.at)
	}
}

// One reminder, not six: three courses and a campaign that ticks again and again are one letter of the day.
func TestSeveralRemindersOfADayAreOneLetter(t *testing.T) {
	server := startMail(t, "127.0.0.1:0")
	o := open(t, Config{SMTPAddr: server.addr, Hours: office5}, func(h *hosttest.House) {
		for _, c := range []string{"b", "c", "d"} {
			h.Append("catalog.course."+c, events.CoursePublished{Course: c, Version: 1, Title: events.Words{Vi: "Khóa " + c}})
		}
	})
	reminds := func(course string) {
		o.Append("enrolment.enrolment.lan_"+course, events.EnrolmentReminded{Person: "lan", Course: course, Period: 1, Tick: o.Clock.Now()})
		o.Settle()
	}
	o.at(t, "23 09:00")
	for _, course := range []string{"attt", "b", "attt", "c"} {
		reminds(course)
	}
	if in := o.inbox(t, "lan"); len(in.Messages) != 3 || len(server.letters()) != 0 {
		t.Fatalf("%d messages, %d letters", len(in.Messages), len(server.letters()))
	}
	o.at(t, "23 09:12")
	all := server.letters()
	if len(all) != 1 || all[0].Subject != "Nhắc hoàn thành 3 khóa học" || !strings.Contains(all[0].Body, "- Khóa b\n  "+base+"/learn/b") {
		t.Fatalf("%s\n%+v", subjects(all), all)
	}
	o.at(t, "23 15:00")
	reminds("b")
	reminds("d")
	o.at(t, "23 16:00")
	if n := len(server.letters()); n != 1 {
		t.Fatalf("%d letters on one day", n)
	}
	o.at(t, "24 07:00")
	if got := server.letters(); len(got) != 2 || got[1].Subject != "Nhắc hoàn thành khóa học “Khóa d”" || !strings.Contains(got[1].Body, base+"/unsubscribe/lan.reminder.") {
		t.Errorf("the next day: %s", subjects(got))
	}
}
