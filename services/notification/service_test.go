package notification

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
)

func TestTheSinkKeepsLettersAsFiles(t *testing.T) {
	dir := t.TempDir()
	o := open(t, Config{SinkDir: dir}, nil)
	o.enrol("lan", 1)
	o.Append("certification.certificate.lan_attt_1", events.CertificateIssued{Person: "lan", Course: "attt", Period: 1, Code: "KV-1"})
	o.Settle()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 2 || filepath.Base(files[0]) != "000001-lan_enrolled-attt-1@daotao.tinh.example.eml" {
		t.Fatalf("%q, %v", files, err)
	}
	if list, err := ListMail.Call(o.As("lan"), o.Client, ListMailRequest{To: "LAN@dt.example"}); err != nil || len(list) != 2 ||
		!strings.HasPrefix(list[0].Subject, "Giấy chứng nhận") || !strings.Contains(list[0].Body, base+"/verify/KV-1") {
		t.Errorf("%+v, %v", list, err)
	}
	for _, f := range files {
		if text, err := os.ReadFile(f); err != nil || strings.Contains(string(text), "lan@") || strings.Contains(string(text), "KV-1") {
			t.Errorf("%s holds a letter in clear, %v", f, err)
		}
	}
	if list, err := ListMail.Call(o.As("lan"), o.Client, ListMailRequest{To: "minh@dt.example"}); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if err := o.Keys.Destroy(t.Context(), "lan"); err != nil {
		t.Fatal(err)
	}
	if list, err := ListMail.Call(o.As("lan"), o.Client, ListMailRequest{}); err != nil || len(list) != 0 {
		t.Errorf("letters of an erased person: %+v, %v", list, err)
	}
}

func TestTheSinkCountsOnAfterARestartAndRefusesRubbish(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		s, err := newSink(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.store([]byte("Message-Id: <../a/b@x>\r\nSubject: =?UTF-8?q?Th=C6=B0?=\r\n\r\nxin ch=E1\r\n")); err != nil {
			t.Fatal(err)
		}
		if err := s.store([]byte("no header at all")); err == nil {
			t.Error("rubbish was taken")
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 2 || files[1].Name() != "000002-..-a-b@x.eml" {
		t.Fatalf("%v, %v", files, err)
	}
}

func TestTheInboxIsOnesOwn(t *testing.T) {
	o := open(t, Config{}, nil)
	o.enrol("lan", 1)
	o.Clock.Advance(time.Hour)
	o.Append("enrolment.enrolment.lan_attt", events.EnrolmentReminded{Person: "lan", Course: "attt", Period: 1, Tick: hosttest.Start})
	o.enrol("minh", 1)
	in := o.inbox(t, "lan")
	if len(in.Messages) != 2 || in.Unread != 2 || in.Messages[0].Mail != mailNone || !strings.Contains(in.Messages[0].Body, "Hạn hoàn thành là ngày 23/12/2026") {
		t.Fatalf("%+v", in)
	}
	if _, err := ReadMessage.Call(o.As("minh"), o.Client, ReadMessageRequest{Message: letterID}); !fault.Is(err, fault.Denied) {
		t.Errorf("somebody else's: %v", err)
	}
	if got := o.Denied(); got != "minh notification.read-message" {
		t.Errorf("denied %q", got)
	}
	if _, err := ReadMessage.Call(o.As("lan"), o.Client, ReadMessageRequest{Message: "lan_none"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("no such: %v", err)
	}
	m, err := ReadMessage.Call(o.As("lan"), o.Client, ReadMessageRequest{Message: letterID, Lang: "en"})
	if err != nil || !m.Read || !strings.HasPrefix(m.Body, "Dear Nguyễn Thị Lan,") {
		t.Errorf("%+v, %v", m, err)
	}
	o.Settle()
	if in := o.inbox(t, "lan"); in.Unread != 1 || !in.Messages[1].Read {
		t.Errorf("%+v", in)
	}
	_, err = ListLetters.Call(o.As("lan"), o.Client, ListLettersRequest{State: mailFlagged})
	hosttest.Refused(t, err, fault.Denied)
	_, err = ListMail.Call(o.As("lan"), o.Client, ListMailRequest{})
	hosttest.Refused(t, err, fault.Denied)
}

func TestPeopleWithoutAddressHaveAnInboxOnly(t *testing.T) {
	server := startMail(t, "127.0.0.1:0")
	o := open(t, Config{SMTPAddr: server.addr}, nil)
	o.enrol("minh", 1)
	if in := o.inbox(t, "minh"); len(in.Messages) != 1 || in.Messages[0].Mail != mailNone || len(server.letters()) != 0 {
		t.Errorf("%+v, %d letters", in, len(server.letters()))
	}
}

func TestAnErasedPersonGetsNoLetter(t *testing.T) {
	server := startMail(t, "127.0.0.1:0")
	server.rcpt = []error{answer(451)}
	o := open(t, Config{SMTPAddr: server.addr}, nil)
	o.enrol("lan", 1)
	if err := o.Keys.Destroy(t.Context(), "lan"); err != nil {
		t.Fatal(err)
	}
	o.nextRound()
	if got := o.facts(t, letterID); got != "message-queued mail-begun mail-deferred mail-flagged" || len(server.letters()) != 0 {
		t.Errorf("%s, %d letters", got, len(server.letters()))
	}
	if in := o.inbox(t, "lan"); len(in.Messages) != 1 || strings.Contains(in.Messages[0].Body, "Lan") {
		t.Errorf("%+v", in)
	}
}

func TestWrongSettingsAreRefused(t *testing.T) {
	good := Config{SMTPAddr: "mail.example:25", From: "khuevan@dt.example", BaseURL: base}
	for name, change := range map[string]func(*Config){
		"base URL": func(c *Config) { c.BaseURL = "/portal" },
		"server":   func(c *Config) { c.SMTPAddr = "mail.example" },
		"port":     func(c *Config) { c.SMTPAddr = "mail.example:smtp" },
		"sender":   func(c *Config) { c.From = "Khuê Văn" },
		"TLS":      func(c *Config) { c.TLS = "maybe" },
	} {
		c := good
		change(&c)
		if _, err := New(host.Deps{}, c); err == nil {
			t.Errorf("a wrong %s was accepted", name)
		}
	}
	if s, err := New(host.Deps{}, good); err != nil || len(s.Reactors) != 4 || len(s.Loops) != 2 {
		t.Errorf("%+v, %v", s, err)
	}
}
