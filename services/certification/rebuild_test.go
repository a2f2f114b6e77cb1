package certification

import (
	"bytes"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// exhibit is everything of a certificate that people hold, or hold it against.
type exhibit struct {
	pdf, credential, confirmation []byte
	claims, signature, register   string
}

// shows takes an exhibit of every certificate from a service.
func shows(t *testing.T, s *service, codes []string) map[string]exhibit {
	t.Helper()
	ctx, all := rpc.AsSystem(t.Context(), "look"), map[string]exhibit{}
	for _, code := range codes {
		pdf, err := s.downloadPDF(ctx, DownloadRequest{Code: code})
		if err != nil {
			t.Fatal(err)
		}
		badge, err := s.credential(ctx, VerifyRequest{Code: code})
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.verify(ctx, VerifyRequest{Code: code})
		if err != nil || v.State != stateValid || !v.DigestHolds {
			t.Fatalf("%s: %+v, %v", code, v, err)
		}
		x := exhibit{pdf: pdf.Body, credential: badge.Body, claims: v.Signed, signature: v.Certificate.Signature, register: v.Certificate.Register}
		for _, c := range v.Confirmations {
			doc, err := s.downloadConfirmation(ctx, DownloadConfirmationRequest{Code: code, Number: c.Number})
			if err != nil {
				t.Fatal(err)
			}
			x.confirmation = append(x.confirmation, doc.Body...)
		}
		all[code] = x
	}
	return all
}

// rebuilt is a service whose read models were made anew from the journal.
func rebuilt(t *testing.T, h *hosttest.House) *service {
	t.Helper()
	s, err := newService(h.Deps, config, func(int) string { t.Error("a number was drawn while nothing was issued"); return "" })
	if err != nil {
		t.Fatal(err)
	}
	all := []*readmodel.Projection{s.certificates.Projection, s.particulars.Projection, s.issuers.Projection, s.numbers.Projection, s.completions.Projection, s.orders.Projection}
	follow(t, h, all...)
	for _, p := range all {
		if err := p.AwaitAll(t.Context(), h.Journal, readmodel.Present); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// Names, units, titles, the issuer and its keys change after the issue; then every read model is made anew from the journal.
// Not a byte of what was issued changes by it.
func TestRebuildingTheReadModelsChangesNoByteOfWhatWasIssued(t *testing.T) {
	h := class(t, stepSize+3)
	orderedAndDone(t, h, theDay())
	complete(h, "lan", 1)
	admin := h.As("admin", rpc.Grant{Role: events.RoleAdmin})
	codes := []string{mine(t, h, "lan")[0].Code, mine(t, h, "hv000")[0].Code, mine(t, h, "hv052")[0].Code}
	if _, err := confirm(h.As("lan"), h, codes[0], "lost"); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	before := shows(t, rebuilt(t, h), codes)
	if len(before[codes[0]].confirmation) == 0 || len(before[codes[1]].credential) == 0 {
		t.Fatal("there is nothing to compare")
	}
	first, err := Credential.Call(rpc.With(t.Context(), rpc.Request{}), h.Client, VerifyRequest{Code: codes[0]})
	if err != nil || !bytes.Equal(first.Body, before[codes[0]].credential) {
		t.Errorf("the running service shows another credential, %v", err)
	}

	h.Clock.Advance(48 * time.Hour)
	sealed, err := h.Keys.Seal(t.Context(), "lan", "name", "Nguyễn Thị Lan Anh")
	if err != nil {
		t.Fatal(err)
	}
	h.Append("directory.person.lan", events.PersonCorrected{Person: "lan", Name: events.Sealed(sealed)})
	h.Append("directory.unit.so", events.UnitRenamed{Unit: "so", Name: "Sở khác (giả định)", On: "2025-07-01"})
	h.Append("catalog.course.attt", events.CoursePublished{Course: "attt", Version: 2, Hours: 99, Title: events.Words{Vi: "Tên khác"}})
	if _, err := RotateKey.Call(admin, h.Client, RotateKeyRequest{}); err != nil {
		t.Fatal(err)
	}
	if _, err := SucceedIssuer.Call(h.As("admin", rpc.Grant{Role: events.RoleAdmin}), h.Client, SucceedIssuerRequest{Name: "Cơ quan kế thừa (giả định)"}); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	after := shows(t, rebuilt(t, h), codes)
	for _, code := range codes {
		was, is := before[code], after[code]
		for what, same := range map[string]bool{
			"paper": bytes.Equal(was.pdf, is.pdf), "credential": bytes.Equal(was.credential, is.credential), "confirmation": bytes.Equal(was.confirmation, is.confirmation),
			"signed text": was.claims == is.claims, "signature": was.signature == is.signature, "entry in the register": was.register == is.register,
		} {
			if !same {
				t.Errorf("%s: another %s", code, what)
			}
		}
	}
}
