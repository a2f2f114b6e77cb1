package certification

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

var config = Config{Issuer: "Sở Khoa học và Công nghệ tỉnh Mây Ngàn (giả định)", BaseURL: "https://daotao.example/"}

func build(d host.Deps) (host.Service, error) { return New(d, config) }

// school is a house in which Lan and Mai work and a course is offered.
func school(t *testing.T) *hosttest.House {
	t.Helper()
	h := hosttest.Run(t, events.All(), build)
	h.Append("directory.unit.so", events.UnitEstablished{Unit: "so", Name: "Sở (giả định)", On: "2025-07-01"})
	for id, name := range map[string]string{"lan": "Nguyễn Thị Lan", "mai": "Trần Thị Mai"} {
		sealed, err := h.Keys.Seal(t.Context(), id, "name", name)
		if err != nil {
			t.Fatal(err)
		}
		h.Append("directory.person."+id, events.PersonRegistered{Person: id, Name: events.Sealed(sealed)},
			events.MembershipBegan{Person: id, Unit: "so", Post: "officer", On: "2025-07-01"})
	}
	h.Append("catalog.course.attt", events.CoursePublished{Course: "attt", Version: 1, Hours: 8, ValidityMonths: 12,
		Title: events.Words{Vi: "An toàn thông tin", En: "Information security"}})
	return h
}

func complete(h *hosttest.House, person string, period int) {
	h.Append("progress.course."+person+"_attt_1", events.CourseCompleted{Person: person, Course: "attt", Period: period, Version: 1, At: h.Clock.Now(), Mark: 8.5})
	h.Settle()
}

func mine(t *testing.T, h *hosttest.House, person string) []Certificate {
	t.Helper()
	var list []Certificate
	for _, c := range held(t, h, person) {
		list = append(list, c.Certificate)
	}
	return list
}

func held(t *testing.T, h *hosttest.House, person string) []Held {
	t.Helper()
	list, err := MyCertificates.Call(h.As(person), h.Client, MineRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func verified(t *testing.T, h *hosttest.House, code string) Verification {
	t.Helper()
	v, err := Verify.Call(rpc.With(t.Context(), rpc.Request{}), h.Client, VerifyRequest{Code: code}) // nobody is signed in
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestCompletingACourseGivesOneCertificateThatAnyoneCanCheck(t *testing.T) {
	h := school(t)
	complete(h, "lan", 1)
	complete(h, "lan", 1) // the same completion, told again
	list := mine(t, h, "lan")
	if len(list) != 1 {
		t.Fatalf("certificates: %+v", list)
	}
	c := list[0]
	if c.Name != "Nguyễn Thị Lan" || c.UnitName != "Sở (giả định)" || c.Title.Vi != "An toàn thông tin" || c.Hours != 8 || c.Mark != 8.5 ||
		!c.Completed.Equal(hosttest.Start) || !c.Expires.Equal(clock.Expiry(hosttest.Start, 12)) || c.Issuer != config.Issuer || !strings.HasPrefix(c.Code, "KV-2026-") {
		t.Errorf("certificate: %+v", c)
	}
	v := verified(t, h, " "+strings.ToLower(strings.ReplaceAll(c.Code, "-", " ")))
	if v.State != "valid" || v.Certificate != c {
		t.Errorf("verification: %+v", v)
	}
	public, err1 := base64.StdEncoding.DecodeString(v.PublicKey)
	signature, err2 := base64.StdEncoding.DecodeString(c.Signature)
	if err := errors.Join(err1, err2); err != nil || !ed25519.Verify(public, []byte(v.Signed), signature) {
		t.Errorf("what is shown cannot be checked by others: %v", err)
	}
	for _, part := range []string{c.Code, c.Name, c.UnitName, c.Title.Vi, c.Issuer} {
		if !strings.Contains(v.Signed, part) {
			t.Errorf("the signed text lacks %q", part)
		}
	}
}

func TestNamesStandSealedInTheJournal(t *testing.T) {
	h := school(t)
	complete(h, "lan", 1)
	history, err := h.Journal.Load(t.Context(), "certification.certificate.lan_attt_1")
	if err != nil || len(history) != 1 {
		t.Fatalf("history: %+v, %v", history, err)
	}
	e := history[0].Event.(events.CertificateIssued)
	if name, err := h.Keys.Reveal(t.Context(), "lan", "name", string(e.Name)); err != nil || name != "Nguyễn Thị Lan" || strings.Contains(string(e.Name), "Lan") {
		t.Errorf("name %q reveals %q, %v", e.Name, name, err)
	}
}

func TestACorrectedNameChangesNoCertificate(t *testing.T) {
	h := school(t)
	complete(h, "lan", 1)
	sealed, err := h.Keys.Seal(t.Context(), "lan", "name", "Nguyễn Thị Lan Anh")
	if err != nil {
		t.Fatal(err)
	}
	h.Append("directory.person.lan", events.PersonCorrected{Person: "lan", Name: events.Sealed(sealed)}, events.MembershipEnded{Person: "lan", Unit: "so", On: "2026-01-01"})
	h.Clock.Advance(time.Hour)
	complete(h, "lan", 2)
	list := mine(t, h, "lan")
	if len(list) != 2 || list[0].Period != 2 || list[0].Name != "Nguyễn Thị Lan Anh" || list[0].UnitName != "" || list[1].Name != "Nguyễn Thị Lan" || list[1].UnitName == "" {
		t.Errorf("certificates: %+v", list)
	}
}

func TestACertificateExpiresAfterItsLastDay(t *testing.T) {
	h := school(t)
	complete(h, "lan", 1)
	c := mine(t, h, "lan")[0]
	h.Clock.Set(c.Expires)
	if v := verified(t, h, c.Code); v.State != "valid" {
		t.Errorf("on the last day it is %s", v.State)
	}
	h.Clock.Advance(time.Second)
	if v := verified(t, h, c.Code); v.State != "expired" || v.Certificate != c {
		t.Errorf("the day after: %+v", v)
	}
}

func TestAnErasedHolderKeepsNoName(t *testing.T) {
	h := school(t)
	complete(h, "lan", 1)
	c := mine(t, h, "lan")[0]
	before := verified(t, h, c.Code)
	if err := h.Keys.Destroy(t.Context(), "lan"); err != nil {
		t.Fatal(err)
	}
	v := verified(t, h, c.Code)
	if !v.DigestHolds || v.Digest != before.Digest || v.Certificate.Signature != "" {
		t.Errorf("the hash of an erased person's certificate: %+v, before %+v", v, before)
	}
	if v.State != "erased" || v.Certificate.Name != "" || v.Signed != "" || v.Certificate.Title != c.Title {
		t.Errorf("verification: %+v", v)
	}
	if list := mine(t, h, "lan"); len(list) != 1 || list[0].Name != "" {
		t.Errorf("certificates: %+v", list)
	}
	_, err := DownloadPDF.Call(h.As("admin", rpc.Grant{Role: events.RoleAdmin}), h.Client, DownloadRequest{Code: c.Code})
	hosttest.Refused(t, err, fault.Conflict)
	complete(h, "lan", 2) // gets none, and holds nobody up
	complete(h, "mai", 1)
	if len(mine(t, h, "lan")) != 1 || len(mine(t, h, "mai")) != 1 {
		t.Error("an erased person got a certificate, or stood in another's way")
	}
}

func TestOnlyTheHolderTrainersAndAdministratorsGetThePaper(t *testing.T) {
	h := school(t)
	complete(h, "lan", 1)
	code := DownloadRequest{Code: mine(t, h, "lan")[0].Code}
	own, err := DownloadPDF.Call(h.As("lan"), h.Client, code)
	if err != nil || own.Type != "application/pdf" || own.Name != "giay-chung-nhan-"+code.Code+".pdf" || !bytes.HasPrefix(own.Body, []byte("%PDF-")) {
		t.Fatalf("%s %s, %d bytes, %v", own.Name, own.Type, len(own.Body), err)
	}
	for _, role := range []string{events.RoleTrainer, events.RoleAdmin} {
		other, err := DownloadPDF.Call(h.As("x", rpc.Grant{Role: role}), h.Client, code)
		if err != nil || !bytes.Equal(own.Body, other.Body) {
			t.Errorf("%s: %v", role, err)
		}
	}
	_, err = DownloadPDF.Call(h.As("mai", rpc.Grant{Role: events.RoleLearner}, rpc.Grant{Role: events.RoleHead}), h.Client, code)
	hosttest.Refused(t, err, fault.Denied)
	if got := h.Denied(); got != "mai certification.download-pdf" {
		t.Errorf("the denial is recorded as %q", got)
	}
	_, err = DownloadPDF.Call(rpc.With(t.Context(), rpc.Request{}), h.Client, code)
	hosttest.Refused(t, err, fault.Denied)
	_, err = DownloadPDF.Call(h.As("lan"), h.Client, DownloadRequest{Code: "KV-2026-0000-0000-0000"})
	hosttest.Refused(t, err, fault.NotFound)
	_, err = Verify.Call(h.As("lan"), h.Client, VerifyRequest{Code: "x"})
	hosttest.Refused(t, err, fault.NotFound)
}

// broken certificates come from an edited row or fact; a service on hand-made facts shows them.
func TestAnEditedCertificateShows(t *testing.T) {
	h := hosttest.Bus(t, events.All())
	s, err := newService(h.Deps, config, func(int) string { return "KV-2026-7QX2-M9TR-04WD" })
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := h.Keys.Seal(t.Context(), "lan", "name", "Nguyễn Thị Lan")
	if err != nil {
		t.Fatal(err)
	}
	other, err := h.Keys.Seal(t.Context(), "lan", "name", "Ai Đó")
	if err != nil {
		t.Fatal(err)
	}
	first, err := s.newKey(t.Context(), signerName)
	if err != nil {
		t.Fatal(err)
	}
	project(t, s.issuers.Projection)
	good, err := s.sign(t.Context(), specimen(), events.Sealed(sealed), issuer{ID: firstIssuer, Name: "Sở (giả định)", Keys: []key{first}})
	if err != nil {
		t.Fatal(err)
	}
	project(t, s.certificates.Projection, good)
	for name, edit := range map[string]func(*events.CertificateIssued){
		"nothing":        func(*events.CertificateIssued) {},
		"mark":           func(c *events.CertificateIssued) { c.Mark = 10 },
		"holder's name":  func(c *events.CertificateIssued) { c.Name = events.Sealed(other) },
		"sealed text":    func(c *events.CertificateIssued) { c.Name = c.Name[:len(c.Name)-1] },
		"end":            func(c *events.CertificateIssued) { c.Expires = c.Expires.AddDate(1, 0, 0) },
		"key":            func(c *events.CertificateIssued) { c.KeyID = "other" },
		"no signature":   func(c *events.CertificateIssued) { c.Signature = "" },
		"past and faked": func(c *events.CertificateIssued) { c.Expires = c.Completed; c.Mark = 10 },
	} {
		t.Run(name, func(t *testing.T) {
			c := good
			edit(&c)
			want := stateBroken
			if name == "nothing" {
				want = stateValid
			}
			if v, err := s.check(t.Context(), record{CertificateIssued: c}); err != nil || v.State != want {
				t.Errorf("%s, %v; want %s", v.State, err, want)
			}
		})
	}
	faked := good
	faked.Mark = 10
	project(t, s.certificates.Projection, faked)
	_, err = s.downloadPDF(rpc.AsSystem(t.Context(), "r1"), DownloadRequest{Code: good.Code})
	hosttest.Refused(t, err, fault.Conflict)
}

// The reaction is pure but for what it fetches: the same fact gives a command on the same stream, with another number.
func TestTheReactorIssuesToTheStreamOfThePeriod(t *testing.T) {
	h := hosttest.Bus(t, events.All())
	drawn := 0
	s, err := newService(h.Deps, config, func(year int) string { drawn++; return newCode(year, [8]byte{byte(drawn)}) })
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := h.Keys.Seal(t.Context(), "lan", "name", "Nguyễn Thị Lan")
	if err != nil {
		t.Fatal(err)
	}
	project(t, s.particulars.Projection,
		events.PersonRegistered{Person: "lan", Name: events.Sealed(sealed)}, events.PersonRegistered{Person: "nameless"},
		events.CoursePublished{Course: "attt", Version: 1, Title: events.Words{Vi: "An toàn"}})
	fact := func(e eventsource.Event) eventsource.Recorded {
		return eventsource.Recorded{Seq: 1, Fact: eventsource.Fact{Event: e}}
	}
	done := events.CourseCompleted{Person: "lan", Course: "attt", Period: 1, Version: 1, At: completed, Mark: 9}
	follow(t, h, s.issuers.Projection, s.numbers.Projection)
	var both []eventsource.Request
	for range 2 { // as two replicas would
		requests, err := s.issue(t.Context(), fact(done))
		if err != nil || len(requests) != 1 {
			t.Fatalf("%d requests, %v", len(requests), err)
		}
		both = append(both, requests...)
	}
	for i, r := range append(both, both...) { // and a redelivery with another cause
		if _, err := r.Do(t.Context(), h.Journal, eventsource.Meta{Cause: strings.Repeat("#", i), Time: completed}); err != nil {
			t.Fatal(err)
		}
	}
	history, err := h.Journal.Load(t.Context(), "certification.certificate.lan_attt_1")
	if err != nil || len(history) != 1 || drawn != 2 || history[0].Event.(events.CertificateIssued).Code != newCode(2026, [8]byte{1}) || history[0].Event.(events.CertificateIssued).Number != 1 {
		t.Errorf("after %d codes were drawn: %+v, %v", drawn, history, err)
	}
	if requests, err := s.issue(t.Context(), fact(done)); len(requests) != 0 || err != nil {
		t.Errorf("told again: %v, %v", requests, err)
	}
	if requests, err := s.issue(t.Context(), fact(events.CourseWithdrawn{})); len(requests) != 0 || err != nil {
		t.Errorf("another fact: %v, %v", requests, err)
	}
	for name, change := range map[string]func(*events.CourseCompleted){
		"person":  func(c *events.CourseCompleted) { c.Person = "nobody" },
		"name":    func(c *events.CourseCompleted) { c.Person = "nameless" },
		"version": func(c *events.CourseCompleted) { c.Version, c.Period = 2, 2 },
	} {
		unknown := done
		change(&unknown)
		if _, err := s.issue(t.Context(), fact(unknown)); fault.KindOf(err) != fault.Internal {
			t.Errorf("an unknown %s: %v; want an error that makes the fact come again", name, err)
		}
	}
}

// follow lets projections follow the record until the test ends.
func follow(t *testing.T, h *hosttest.House, all ...*readmodel.Projection) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	for _, p := range all {
		if err := p.Open(ctx, readmodel.NewMemory(), "certification"); err != nil {
			t.Fatal(err)
		}
		running.Go(func() { _ = p.Run(ctx, h.Journal) }) // why it stopped shows where somebody waits for it
	}
	t.Cleanup(func() { stop(); running.Wait() })
}

func TestAWrongConfigurationIsRefused(t *testing.T) {
	for _, c := range []Config{{}, {Issuer: " ", BaseURL: "https://x.example"}, {Issuer: "x"}, {Issuer: "x", BaseURL: "daotao.example"}, {Issuer: "x", BaseURL: "ftp://daotao.example"}, {Issuer: "x", BaseURL: "https://"}} {
		if _, err := New(host.Deps{}, c); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
	if got := (Config{BaseURL: "https://x.example"}).verifyURL("KV-1"); got != "https://x.example/verify/KV-1" {
		t.Errorf("verify at %s", got)
	}
}
