package notification

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"khuevan/events"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
)

// report is a delivery status notification as Postfix words one.
func report(messageID, token, action, status string) string {
	return strings.ReplaceAll(`Return-Path: <>
From: MAILER-DAEMON@mx.dt.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: tra-lai@dt.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="AB12.1764200000/mx.dt.example"

This is a MIME-encapsulated message.

--AB12.1764200000/mx.dt.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

<lan@dt.example>: host mx2.dt.example said: 550 5.1.1 <lan@dt.example>: Recipient address rejected

--AB12.1764200000/mx.dt.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.dt.example
X-Postfix-Queue-ID: AB12
Arrival-Date: Mon, 23 Nov 2026 08:00:00 +0700 (+07)

Final-Recipient: rfc822; lan@dt.example
Original-Recipient: rfc822;lan@dt.example
Action: `+action+`
Status: `+status+`
Remote-MTA: dns; mx2.dt.example
Diagnostic-Code: smtp; 550 5.1.1 <lan@dt.example>: Recipient address rejected

--AB12.1764200000/mx.dt.example
Content-Description: Undelivered Message
Content-Type: message/rfc822

From: khuevan@dt.example
To: lan@dt.example
Message-ID: `+messageID+`
`+letterHeader+`: `+token+`

body

--AB12.1764200000/mx.dt.example--
`, "\n", "\r\n")
}

func TestNotificationsAreRead(t *testing.T) {
	good := bounce{messageID: "lan_x@dt.example", token: "T", action: "failed", status: "5.1.1"}
	for name, c := range map[string]struct {
		text string
		want bounce
		err  error
	}{
		"failed":          {report("<lan_x@dt.example>", "T", "failed", "5.1.1"), good, nil},
		"with LF only":    {strings.ReplaceAll(report("<lan_x@dt.example>", "T", "failed", "5.1.1"), "\r\n", "\n"), good, nil},
		"with a comment":  {report("<lan_x@dt.example>", "T", "Failed", "5.1.1 (no such user)"), good, nil},
		"only headers":    {strings.Replace(report("<lan_x@dt.example>", "T", "failed", "5.1.1"), "message/rfc822", "text/rfc822-headers", 1), good, nil},
		"torn off":        {strings.Split(report("<lan_x@dt.example>", "T", "failed", "5.1.1"), "body")[0], good, nil},
		"delayed":         {report("<lan_x@dt.example>", "T", "delayed", "4.4.1"), bounce{"lan_x@dt.example", "T", "delayed", "4.4.1"}, nil},
		"no status":       {report("<lan_x@dt.example>", "T", "failed", "unknown"), bounce{}, errNoStatus},
		"no action":       {report("<lan_x@dt.example>", "T", "exploded", "5.1.1"), bounce{}, errNoStatus},
		"no Message-ID":   {report("", "T", "failed", "5.1.1"), bounce{}, errNoOriginal},
		"a holiday reply": {"Subject: Out of office\r\nContent-Type: text/plain\r\n\r\nBack on Monday.\r\n", bounce{}, errNotReport},
		"a read receipt":  {strings.Replace(report("<lan_x@dt.example>", "T", "failed", "5.1.1"), "delivery-status;", "disposition-notification;", 1), bounce{}, errNotReport},
	} {
		got, err := parseBounce(strings.NewReader(c.text))
		if err != c.err || err == nil && got != c.want { //nolint:errorlint // these very errors
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func FuzzParseBounce(f *testing.F) {
	f.Add([]byte(report("<lan_x@dt.example>", "T", "failed", "5.1.1")))
	f.Add([]byte("Content-Type: multipart/report; report-type=delivery-status; boundary=a\n\n--a\nContent-Type: message/delivery-status\n\n\n\nAction: failed\nStatus: 5.0.0\n\n--a--"))
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := parseBounce(strings.NewReader(string(text)))
		if err == nil && (b.messageID == "" || !bounceOfActions[b.action] || statusIn(b.status) != b.status) {
			t.Errorf("%+v", b)
		}
	})
}

func TestHardBouncesAreAboutTheAddress(t *testing.T) {
	for status, want := range map[string]bool{"5.1.1": true, "5.1.2": true, "5.1.10": true, "5.2.1": true, "5.4.4": true,
		"4.1.1": false, "5.1.8": false, "5.1.7": false, "5.2.2": false, "5.4.7": false, "5.7.1": false, "5.0.0": false, "": false} {
		if hard(status) != want {
			t.Errorf("%q: %v", status, !want)
		}
	}
	for name, c := range map[string]struct {
		bounced, now uint64
		want         bool
	}{"nothing bounced": {0, 7, false}, "the same address": {7, 7, true}, "a newer address": {7, 9, false}} {
		if held(c.bounced, c.now) != c.want {
			t.Error(name)
		}
	}
}

func maildir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{"new", "cur", "tmp"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestABounceHoldsLettersUntilTheAddressChanges(t *testing.T) {
	dir := maildir(t)
	server := startMail(t, "127.0.0.1:0")
	o := open(t, Config{SMTPAddr: server.addr, BounceDir: dir}, nil)
	o.enrol("lan", 1)
	deliver := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, "new", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	mine := report("<"+letterID+"@daotao.tinh.example>", o.post.token(letterID), "failed", "5.1.1")
	deliver("1", mine)
	deliver("2", mine)
	deliver("3", report("<"+letterID+"@daotao.tinh.example>", "guessed", "failed", "5.1.1"))
	deliver("4", "Subject: Trả lời tự động\r\n\r\nTôi nghỉ phép.\r\n")
	o.nextRound()
	if got := o.facts(t, letterID); got != "message-queued mail-begun mail-handed-over mail-bounced" {
		t.Fatal(got)
	}
	for _, path := range []string{"cur/1:2,S", "cur/2:2,S", asideDir + "/3", asideDir + "/3.reason", asideDir + "/4", asideDir + "/4.reason"} {
		if _, err := os.Stat(filepath.Join(dir, path)); err != nil {
			t.Error(err)
		}
	}
	o.enrol("lan", 2)
	second := "lan_enrolled-attt-2"
	if got := o.facts(t, second); got != "message-queued mail-flagged" || len(server.letters()) != 1 {
		t.Fatalf("%s, %d letters: the address is known to be no good", got, len(server.letters()))
	}
	page, err := ListLetters.Call(o.As("admin", rpc.Grant{Role: events.RoleAdmin}), o.Client, ListLettersRequest{State: mailFlagged})
	if err != nil || page.Counts[mailBounced] != 1 || len(page.Items) != 1 || page.Items[0].Why != events.FlagHeld {
		t.Fatalf("%+v, %v", page, err)
	}
	o.Append("directory.person.lan", events.PersonCorrected{Person: "lan", Email: sealed(t, o.Keys, "lan", "email", "lan.nt@dt.example")})
	o.Settle()
	if got := o.facts(t, second); got != "message-queued mail-flagged mail-requeued mail-begun mail-handed-over" {
		t.Fatal(got)
	}
	if all := server.letters(); len(all) != 2 || all[1].To != "lan.nt@dt.example" {
		t.Errorf("%+v", all)
	}
}

func TestAnAdministratorSendsAFlaggedLetterAgain(t *testing.T) {
	server := startMail(t, "127.0.0.1:0")
	server.end = []error{errHangUp}
	o := open(t, Config{SMTPAddr: server.addr}, nil)
	o.enrol("lan", 1)
	admin := o.As("admin", rpc.Grant{Role: events.RoleAdmin})
	if _, err := DecideLetter.Call(o.As("lan"), o.Client, DecideLetterRequest{Message: letterID, Again: true}); err == nil {
		t.Error("a learner decided")
	}
	if _, err := DecideLetter.Call(admin, o.Client, DecideLetterRequest{Message: letterID, Again: true}); err != nil {
		t.Fatal(err)
	}
	o.Settle()
	if got := o.facts(t, letterID); got != "message-queued mail-begun mail-flagged mail-requeued mail-begun mail-handed-over" || len(server.letters()) != 1 {
		t.Errorf("%s, %d letters", got, len(server.letters()))
	}
	hosttest.Refused(t, func() error {
		_, err := DecideLetter.Call(o.As("admin", rpc.Grant{Role: events.RoleAdmin}), o.Client, DecideLetterRequest{Message: letterID})
		return err
	}(), "conflict")
}
