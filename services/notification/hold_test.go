package notification

import (
	"strings"
	"testing"

	"khuevan/events"
)

// Given somebody whose address is known to be no good, when things happen that are told in a digest, then the digest waits for another
// address, and what it tells is not sent by itself. A letter of a kind that is refused meanwhile is left.
func TestADigestIsHeldLikeOtherLetters(t *testing.T) {
	const digest, item, refused, certificate = "lan_digest-20261124", "lan_enrolled-attt-1", "lan_enrolled-attt-9", "lan_certified-attt-1"
	server := startMail(t, "127.0.0.1:0")
	server.rcpt = []error{answer(550)}
	o := open(t, Config{SMTPAddr: server.addr, Hours: office5}, nil)
	o.enrol("lan", 9)
	if got := o.facts(t, refused); got != "message-queued mail-begun mail-bounced" {
		t.Fatal(got)
	}
	o.choose(t, "duty", wayDigest)
	o.enrol("lan", 1)
	o.Append("certification.certificate.lan_attt_1", events.CertificateIssued{Person: "lan", Course: "attt", Period: 1, Code: "KV-1"})
	o.Settle()
	o.at(t, "24 07:31")
	for id, want := range map[string]string{digest: "message-queued mail-flagged", item: "message-queued mail-bundled", certificate: "message-queued mail-flagged"} {
		if got := o.facts(t, id); got != want {
			t.Errorf("%s: %s", id, got)
		}
	}
	o.choose(t, "certificate", wayInbox)
	o.Append("directory.person.lan", events.PersonCorrected{Person: "lan", Email: sealed(t, o.Keys, "lan", "email", "lan.nt@dt.example")})
	o.Settle()
	for id, want := range map[string]string{digest: "message-queued mail-flagged mail-requeued mail-begun mail-handed-over", item: "message-queued mail-bundled",
		certificate: "message-queued mail-flagged mail-left"} {
		if got := o.facts(t, id); got != want {
			t.Errorf("%s: %s", id, got)
		}
	}
	if all := server.letters(); len(all) != 1 || all[0].To != "lan.nt@dt.example" || !strings.Contains(all[0].Body, "/learn/attt") {
		t.Errorf("%+v", all)
	}
}
