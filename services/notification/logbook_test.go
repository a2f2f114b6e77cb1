package notification

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/host/hosttest"
)

func TestTheLogbookKnowsWhatWasOfferedAndTaken(t *testing.T) {
	dir := t.TempDir()
	open := func(boot string) *logbook {
		t.Helper()
		b, err := openLogbook(dir, boot)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	first := open("boot-1")
	first.taken("b", morning)
	if err := first.offered("a", morning); err != nil {
		t.Fatal(err)
	}
	if err := first.offered("b", morning); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, logbookName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(whole, "offered c 17"...), 0o600); err != nil { // the process died in the middle of a line
		t.Fatal(err)
	}
	second := open("boot-1")
	if err := second.offered("d", morning); err != nil {
		t.Fatal(err)
	}
	third := open("boot-1")
	letter := func(id, logbook string, begun time.Time) message {
		return message{id: id, mail: mailBegun, letter: letter{begun: begun, logbook: logbook}}
	}
	handed := letter("c", first.id, morning)
	handed.mail = mailHandedOver
	for name, c := range map[string]struct {
		m    message
		want knowledge
	}{
		"offered":                      {letter("a", first.id, morning), knowNothing},
		"taken":                        {letter("b", first.id, morning), knowTaken},
		"never offered":                {letter("c", first.id, morning), knowNotTaken},
		"offered behind a torn line":   {letter("d", first.id, morning), knowNothing},
		"offered at an earlier try":    {letter("a", first.id, morning.Add(time.Hour)), knowNotTaken},
		"taken at an earlier try":      {letter("b", first.id, morning.Add(time.Hour)), knowNotTaken},
		"begun by another machine":     {letter("c", "other", morning), knowNothing},
		"begun by one without logbook": {letter("c", "", morning), knowNothing},
		"not under way":                {handed, knowNothing},
	} {
		if got := third.knows(c.m); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	if after := open("boot-2"); after.id == first.id || after.knows(letter("c", first.id, morning)) != knowNothing {
		t.Error("a logbook is believed after the machine was started anew")
	}
	if none, err := openLogbook(dir, ""); none != nil || err != nil || none.knows(letter("c", "", morning)) != knowNothing || none.offered("c", morning) != nil {
		t.Error("without a boot there is no logbook")
	}
}

func TestALetterBegunAndNeverOfferedIsSentAfterACrash(t *testing.T) {
	dir := t.TempDir()
	book, err := openLogbook(dir, bootID())
	if err != nil {
		t.Fatal(err)
	}
	if book == nil {
		t.Skip("this system does not name its boots")
	}
	offered := events.MessageQueued{Message: "lan_offered", Person: "lan", Template: templateEnrolled, Email: true, At: morning}
	if err := book.offered(offered.Message, hosttest.Start); err != nil {
		t.Fatal(err)
	}
	begins := func(id string) events.MailBegun {
		return events.MailBegun{Message: id, MessageID: "<x>", At: hosttest.Start, Logbook: book.id}
	}
	server := startMail(t, "127.0.0.1:0")
	o := open(t, Config{SMTPAddr: server.addr, StateDir: dir}, func(h *hosttest.House) {
		h.Append(streamOf(queued.Message), queued, begins(queued.Message))
		h.Append(streamOf(offered.Message), offered, begins(offered.Message))
	})
	o.nextRound()
	if got := o.facts(t, letterID); got != "message-queued mail-begun mail-deferred mail-begun mail-handed-over" {
		t.Error(got)
	}
	if got := o.facts(t, offered.Message); got != "message-queued mail-begun mail-flagged" || len(server.letters()) != 1 {
		t.Errorf("%s, %d letters", got, len(server.letters()))
	}
}
