package notification

import (
	"fmt"
	"strings"
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/host/hosttest"
)

// Given facts about somebody's account, when they are heard, then the inbox says what happened, when, and what to do.
func TestWhatHappensToAnAccountIsTold(t *testing.T) {
	for _, c := range []struct {
		fact   eventsource.Event
		vi, en string
	}{
		{events.TotpEnrolled{Person: "lan"}, "Đã bật mã xác thực", "turned on"},
		{events.TotpDisabled{Person: "lan"}, "Đã tắt mã xác thực", "turned off"},
		{events.PasskeyRegistered{Person: "lan", Passkey: "k"}, "Đã thêm một khóa truy cập", "passkey was added"},
		{events.PasskeyRemoved{Person: "lan", Passkey: "k"}, "Đã gỡ một khóa truy cập", "passkey was removed"},
		{events.RecoveryCodeSpent{Person: "lan"}, "Một mã khôi phục đã được dùng", "recovery code was used"},
		{events.RecoveryUsed{Person: "lan"}, "đặt lại mật khẩu", "new password"},
	} {
		o := open(t, Config{}, nil)
		o.Append("account.person.lan", c.fact)
		o.Settle()
		for lang, want := range map[string][]string{"vi": {c.vi, "Lúc 08:00 ngày 23/11/2026", "Nếu không phải ông/bà", base + "/account/security"},
			"en": {c.en, "On 23 November 2026 at 08:00", "If it was not you", base + "/account/security"}} {
			in, err := MyMessages.Call(o.As("lan"), o.Client, MyMessagesRequest{Lang: lang})
			if err != nil || len(in.Messages) != 1 || in.Messages[0].Link != "/account/security" {
				t.Fatalf("%T: %+v, %v", c.fact, in, err)
			}
			for _, text := range want {
				if m := in.Messages[0]; !strings.Contains(m.Subject+m.Body, text) {
					t.Errorf("%T in %s lacks %q:\n%s\n%s", c.fact, lang, text, m.Subject, m.Body)
				}
			}
		}
	}
	if n := noticesOf(eventsource.Recorded{Fact: eventsource.Fact{Event: events.TotpAccepted{Person: "lan"}}}); n != nil {
		t.Errorf("every sign-in is told: %+v", n)
	}
}

// Given a stand-in, when it is given, then both are told of the other, by the name of today, which stands in no fact.
func TestBothSidesOfAStandInAreTold(t *testing.T) {
	o := open(t, Config{}, nil)
	o.Append("access.delegation.lan_1", events.StandInGiven{StandIn: "lan_1", Giver: "lan", Person: "minh", Role: events.RoleHead, Unit: "xa", From: "2026-11-24", Until: "2026-11-30", Reason: "leave"})
	o.Settle()
	giver, person := o.inbox(t, "lan"), o.inbox(t, "minh")
	if len(giver.Messages) != 1 || len(person.Messages) != 1 {
		t.Fatalf("%+v %+v", giver, person)
	}
	for text, in := range map[string]Inbox{"Trần Văn Minh thay vai trò thủ trưởng đơn vị từ ngày 24/11/2026 đến hết ngày 30/11/2026": giver, "Nguyễn Thị Lan đã giao ông/bà": person} {
		if !strings.Contains(in.Messages[0].Body, text) {
			t.Errorf("lacks %q:\n%s", text, in.Messages[0].Body)
		}
	}
	m, err := ReadMessage.Call(o.As("minh"), o.Client, ReadMessageRequest{Message: person.Messages[0].Message, Lang: "en"})
	if err != nil || !strings.HasPrefix(m.Subject, "You stand in for Nguyễn Thị Lan") {
		t.Errorf("%+v, %v", m, err)
	}
	history, err := o.Journal.Load(t.Context(), streamOf(m.Message))
	if err != nil || strings.Contains(fmt.Sprint(history[0].Event), "Lan") {
		t.Errorf("a fact holds a name: %v", err)
	}
	hosttest.Refused(t, func() error {
		_, err := ReadMessage.Call(o.As("lan"), o.Client, ReadMessageRequest{Message: m.Message})
		return err
	}(), "denied")
	_ = o.Denied()
}

// Those who are asked to approve are told, with a link to the list; the person is told of a refusal, and of the last
// approval by being enrolled.
func TestARequestIsToldToWhoDecides(t *testing.T) {
	told := func(e eventsource.Event) string {
		var all []string
		for _, o := range noticesOf(eventsource.Recorded{Seq: 7, Fact: eventsource.Fact{Event: e}}) {
			all = append(all, o.person+" "+o.template+" "+o.course+" "+o.values[valueOther]+" "+linkOf(o.template, map[string]string{valueCourse: o.course}))
		}
		return strings.Join(all, ", ")
	}
	for want, e := range map[string]eventsource.Event{
		"chief request-to-approve attt lan /requests, boss request-to-approve attt lan /requests": events.EnrolmentRequested{Person: "lan", Course: "attt", Approvers: []string{"chief", "boss"}},
		"dao request-to-approve attt lan /requests":                                               events.EnrolmentApproved{Person: "lan", Course: "attt", Approvers: []string{"dao"}},
		"":                                     events.EnrolmentApproved{Person: "lan", Course: "attt", Last: true},
		"lan request-refused attt  /catalogue": events.EnrolmentRefused{Person: "lan", Course: "attt"},
	} {
		if got := told(e); got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	}
	o, _ := occasionOf(events.PersonEnrolled{Person: "lan", Course: "attt", Request: "r1"})
	if body := write("vi", asShipped, message{template: o.template, values: o.values}, "Lan", "").Body; !strings.Contains(body, "Yêu cầu của ông/bà đã được chấp nhận") {
		t.Errorf("whoever asked reads %q", body)
	}
}
