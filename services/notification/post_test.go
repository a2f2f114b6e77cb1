package notification

import (
	"net"
	"strings"
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
)

const letterID = "lan_enrolled-attt-1"

func TestALetterIsSentOnce(t *testing.T) {
	server := startMail(t, "127.0.0.1:0")
	o := open(t, Config{SMTPAddr: server.addr}, nil)
	seq := o.enrol("lan", 1)
	got := server.letters()
	if len(got) != 1 {
		t.Fatalf("%d letters", len(got))
	}
	m := got[0]
	if m.To != "lan@dt.example" || m.From != "khuevan@dt.example" || m.MessageID != "<"+letterID+"@daotao.tinh.example>" ||
		m.Subject != "Thông báo tham gia khóa học “An toàn thông tin cơ bản”" || !m.At.Equal(hosttest.Start) ||
		!strings.HasPrefix(m.Body, "Kính gửi ông/bà Nguyễn Thị Lan,\n") || !strings.Contains(m.Body, "“Basic information security”") {
		t.Errorf("%+v", m)
	}
	if got := o.facts(t, letterID); got != "message-queued mail-begun mail-handed-over" {
		t.Error(got)
	}
	if in := o.inbox(t, "lan"); len(in.Messages) != 1 || in.Unread != 1 || in.Messages[0].Mail != mailHandedOver || in.Messages[0].Link != "/learn/attt" {
		t.Errorf("%+v", in)
	}
	o.repeatEverything(t, seq)
	if n := len(server.letters()); n != 1 {
		t.Errorf("%d letters after everything was delivered again", n)
	}
}

// repeatEverything delivers facts again, as the bus does after a lost acknowledgement.
func (o *office) repeatEverything(t *testing.T, enrolled uint64) {
	t.Helper()
	fact, _, err := o.Journal.Get(t.Context(), enrolled)
	if err != nil {
		t.Fatal(err)
	}
	requests, err := o.service.Reactors[0].React(t.Context(), fact)
	if err != nil || len(requests) != 1 {
		t.Fatal(requests, err)
	}
	if out, err := requests[0].Do(t.Context(), o.Journal, eventsource.Meta{Cause: "another"}); err != nil || len(out.Events) != 0 {
		t.Error(out, err)
	}
	history, err := o.Journal.Load(t.Context(), streamOf(letterID))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.service.Reactors[1].React(t.Context(), history[0]); err != nil {
		t.Error(err)
	}
	o.nextRound()
}

func TestATemporaryRefusalIsTriedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		rcpt, end []error
		waiting   string
	}{
		"of the recipient": {[]error{answer(451)}, nil, "message-queued mail-begun mail-deferred"},
		"of the letter":    {nil, []error{answer(452)}, "message-queued mail-begun mail-deferred"},
	} {
		t.Run(name, func(t *testing.T) {
			server := startMail(t, "127.0.0.1:0")
			server.rcpt, server.end = c.rcpt, c.end
			o := open(t, Config{SMTPAddr: server.addr}, nil)
			o.enrol("lan", 1)
			if got := o.facts(t, letterID); got != c.waiting || len(server.letters()) != 0 {
				t.Fatalf("%s, %d letters", got, len(server.letters()))
			}
			if in := o.inbox(t, "lan"); in.Messages[0].Mail != mailQueued {
				t.Errorf("shown as %q", in.Messages[0].Mail)
			}
			o.nextRound()
			o.nextRound()
			if got := o.facts(t, letterID); got != c.waiting+" mail-begun mail-handed-over" || len(server.letters()) != 1 {
				t.Errorf("%s, %d letters", got, len(server.letters()))
			}
		})
	}
}

func TestAServerThatKeepsSayingLaterIsFlaggedAfterThreeDays(t *testing.T) {
	server := startMail(t, "127.0.0.1:0")
	server.rcpt = []error{answer(451), answer(451)}
	o := open(t, Config{SMTPAddr: server.addr}, nil)
	o.enrol("lan", 1)
	o.after(patience)
	if got := o.facts(t, letterID); got != "message-queued mail-begun mail-deferred mail-begun mail-flagged" {
		t.Error(got)
	}
}

func TestARefusalForGoodIsSeenByAdministrators(t *testing.T) {
	for name, c := range map[string]struct {
		rcpt, end []error
		facts     string
		state     string
	}{
		"of the recipient": {[]error{answer(550)}, nil, "message-queued mail-begun mail-bounced", mailBounced},
		"of the letter":    {nil, []error{answer(552)}, "message-queued mail-begun mail-flagged", mailFlagged},
	} {
		t.Run(name, func(t *testing.T) {
			server := startMail(t, "127.0.0.1:0")
			server.rcpt, server.end = c.rcpt, c.end
			o := open(t, Config{SMTPAddr: server.addr}, nil)
			o.enrol("lan", 1)
			o.nextRound()
			if got := o.facts(t, letterID); got != c.facts || len(server.letters()) != 0 {
				t.Errorf("%s, %d letters", got, len(server.letters()))
			}
			list, err := ListLetters.Call(o.As("admin", rpc.Grant{Role: events.RoleAdmin}), o.Client, ListLettersRequest{State: c.state})
			if err != nil || list.Counts[c.state] != 1 || len(list.Items) != 1 || list.Items[0].Message != letterID || list.Items[0].Person != "lan" ||
				list.Items[0].Since.IsZero() || !strings.Contains(list.Items[0].Reason+list.Items[0].Status, "5.1.1") || strings.Contains(list.Items[0].Reason, "@") {
				t.Errorf("%+v, %v", list, err)
			}
		})
	}
}

func TestALostAnswerIsFlaggedAndNotSentAgain(t *testing.T) {
	server := startMail(t, "127.0.0.1:0")
	server.end = []error{errHangUp}
	o := open(t, Config{SMTPAddr: server.addr}, nil)
	o.enrol("lan", 1)
	o.nextRound()
	if got := o.facts(t, letterID); got != "message-queued mail-begun mail-flagged" || len(server.letters()) != 0 {
		t.Errorf("%s, %d letters", got, len(server.letters()))
	}
}

func TestALetterBegunBeforeACrashIsFlaggedAndNotSentAgain(t *testing.T) {
	server := startMail(t, "127.0.0.1:0")
	o := open(t, Config{SMTPAddr: server.addr}, func(h *hosttest.House) { h.Append(streamOf(queued.Message), queued, begun) })
	if got := o.facts(t, letterID); got != "message-queued mail-begun" {
		t.Errorf("%s: another process may still be at it", got)
	}
	o.nextRound()
	o.nextRound()
	if got := o.facts(t, letterID); got != "message-queued mail-begun mail-flagged" || len(server.letters()) != 0 {
		t.Errorf("%s, %d letters", got, len(server.letters()))
	}
}

func TestAMailServerThatIsDownFlagsNothing(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	o := open(t, Config{SMTPAddr: addr}, nil)
	const periods = 20
	for period := 1; period <= periods; period++ {
		o.enrol("lan", period)
	}
	for range 60 {
		o.nextRound()
	}
	for _, m := range o.inbox(t, "lan").Messages {
		if got := o.facts(t, m.Message); got != "message-queued" {
			t.Fatalf("%s: %s", m.Message, got)
		}
	}
	server := startMail(t, addr)
	o.nextRound()
	if n := len(server.letters()); n != periods {
		t.Errorf("%d letters, want %d", n, periods)
	}
	for _, m := range o.inbox(t, "lan").Messages {
		if m.Mail != mailHandedOver {
			t.Errorf("%s: %s", m.Message, m.Mail)
		}
	}
}
