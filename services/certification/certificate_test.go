package certification

import (
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

func TestACertificateIsIssuedOnce(t *testing.T) {
	other := specimen()
	other.Code = "KV-2026-ZZZZ-ZZZZ-ZZZZ"
	eventtest.Given[certificate](t).When(issueCertificate{specimen()}).Then(specimen())
	eventtest.Given[certificate](t, specimen()).When(issueCertificate{specimen()}).ThenNothing()
	eventtest.Given[certificate](t, specimen()).When(issueCertificate{other}).ThenNothing()
}

func TestNothingIsIssuedUnsigned(t *testing.T) {
	c := specimen()
	c.Signature = ""
	eventtest.Given[certificate](t).When(issueCertificate{c}).ThenRefused(fault.Internal)
}

func TestADraftSaysWhatWasCompleted(t *testing.T) {
	done := completionFrom(events.CourseCompleted{Person: "lan", Course: "attt", Period: 3, Version: 2, At: completed, Mark: 8.5, Seconds: 4000, Rule: "all-lessons-and-quiz"})
	version := courseVersion{Title: events.Words{Vi: "An toàn thông tin", En: "Information security"}, Hours: 8, ValidityMonths: 12}
	now := completed.Add(time.Second)
	want := events.CertificateIssued{Certificate: "lan_attt_3", Code: "KV-1", Person: "lan", UnitName: "Sở (giả định)", Course: "attt", Version: 2, Period: 3,
		Title: version.Title, Hours: 8, Mark: 8.5, Completed: completed, Issued: now, Expires: clock.Expiry(completed, 12), Issuer: "Tỉnh (giả định)", IssuerID: "1", Number: 12}
	if got := draft(prospect{done: done, version: version, unitName: "Sở (giả định)"}, issuer{ID: "1", Name: "Tỉnh (giả định)"}, entry{Number: 12, At: now}, "KV-1"); got != want {
		t.Errorf("got %+v", got)
	}
}

func completionFrom(e eventsource.Event) completion {
	c, _ := completionOf(eventsource.Recorded{Seq: 7, Fact: eventsource.Fact{Event: e}})
	return c
}
