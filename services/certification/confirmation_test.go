package certification

import (
	"bytes"
	"context"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
)

func confirming() events.ConfirmationGiven {
	return events.ConfirmationGiven{Certificate: specimen().Certificate, Person: "lan", Reason: "lost", AskedBy: "lan", Given: completed.AddDate(0, 1, 0), State: stateValid, Issuer: "Sở (giả định)"}
}

func TestConfirmationsAreCountedAndNotGivenOfARevokedCertificate(t *testing.T) {
	first, second := confirming(), confirming()
	first.Number, second.Number = 1, 2
	second.Given = first.Given.AddDate(0, 0, 1)
	later, damaged, other := second, first, first
	later.Number, damaged.Reason, other.AskedBy = 0, "damaged", "admin"
	revoked := events.CertificateRevoked{Certificate: specimen().Certificate, Why: "error"}

	eventtest.Given[certificate](t).When(giveConfirmation{confirming()}).ThenRefused(fault.NotFound)
	eventtest.Given[certificate](t, specimen(), revoked).When(giveConfirmation{confirming()}).ThenRefused(fault.Conflict)
	eventtest.Given[certificate](t, specimen()).When(giveConfirmation{confirming()}).Then(first)
	eventtest.Given[certificate](t, specimen(), first).When(giveConfirmation{confirming()}).ThenNothing() // the same day, for the same reason
	eventtest.Given[certificate](t, specimen(), first).When(giveConfirmation{later}).Then(second)
	for _, fresh := range []events.ConfirmationGiven{damaged, other} {
		want := fresh
		want.Number = 2
		eventtest.Given[certificate](t, specimen(), first).When(giveConfirmation{fresh}).Then(want)
	}
	eventtest.Given[certificate](t, specimen(), first, revoked).When(giveConfirmation{later}).ThenRefused(fault.Conflict)
}

func confirm(ctx context.Context, h *hosttest.House, code, reason string) (ConfirmationGiven, error) {
	return AskConfirmation.Call(ctx, h.Client, ConfirmationRequest{Code: code, Reason: reason})
}

func paperOfConfirmation(t *testing.T, h *hosttest.House, ctx context.Context, code string, n int) []byte { //nolint:revive // the test first
	t.Helper()
	doc, err := DownloadConfirmation.Call(ctx, h.Client, DownloadConfirmationRequest{Code: code, Number: n})
	if err != nil {
		t.Fatal(err)
	}
	return doc.Body
}

func TestALostCertificateIsConfirmedAndStaysAsItIs(t *testing.T) {
	h := school(t)
	complete(h, "lan", 1)
	code := mine(t, h, "lan")[0].Code
	pdf := func() []byte {
		doc, err := DownloadPDF.Call(h.As("lan"), h.Client, DownloadRequest{Code: code})
		if err != nil {
			t.Fatal(err)
		}
		return doc.Body
	}
	before := pdf()
	h.Clock.Advance(24 * time.Hour)
	_, err := confirm(h.As("mai"), h, code, "lost")
	hosttest.Refused(t, err, fault.Denied)
	_, err = confirm(h.As("lan"), h, code, "")
	hosttest.Refused(t, err, fault.Invalid)
	given, err := confirm(h.As("lan"), h, code, "lost")
	if err != nil || given.Number != 1 {
		t.Fatalf("%+v, %v", given, err)
	}
	again, err := confirm(h.As("lan"), h, code, "lost")
	if err != nil || again.Number != 1 {
		t.Errorf("pressed twice: %+v, %v", again, err)
	}
	admin := h.As("admin", rpc.Grant{Role: events.RoleAdmin})
	if given, err = confirm(admin, h, code, "lost"); err != nil || given.Number != 2 {
		t.Errorf("by the department: %+v, %v", given, err)
	}
	h.Settle()
	if !bytes.Equal(pdf(), before) {
		t.Error("the certificate's paper changed")
	}
	v := verified(t, h, code)
	if len(v.Confirmations) != 2 || v.Confirmations[1] != (Confirmation{2, code + "/XN-2", h.Clock.Now()}) || v.State != stateValid {
		t.Errorf("the public page says %+v", v.Confirmations)
	}
	paper := paperOfConfirmation(t, h, h.As("lan"), code, 1)
	onePageWithItsFonts(t, paper)
	h.Clock.Advance(400 * 24 * time.Hour) // it says what was so on its day
	if !bytes.Equal(paper, paperOfConfirmation(t, h, admin, code, 1)) {
		t.Error("the same confirmation gives another paper")
	}
	if bytes.Equal(paper, paperOfConfirmation(t, h, h.As("lan"), code, 2)) {
		t.Error("another confirmation gives the same paper")
	}
	for name, ctx := range map[string]context.Context{"another's": h.As("mai"), "nobody's": rpc.With(t.Context(), rpc.Request{})} {
		if _, err := DownloadConfirmation.Call(ctx, h.Client, DownloadConfirmationRequest{Code: code, Number: 1}); fault.KindOf(err) != fault.Denied {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = DownloadConfirmation.Call(h.As("lan"), h.Client, DownloadConfirmationRequest{Code: code, Number: 3})
	hosttest.Refused(t, err, fault.NotFound)
}

func TestNoConfirmationOfWhatWasRevokedOrErased(t *testing.T) {
	h := school(t)
	complete(h, "lan", 1)
	complete(h, "mai", 1)
	revoked, erased := mine(t, h, "lan")[0].Code, mine(t, h, "mai")[0].Code
	if _, err := confirm(h.As("lan"), h, revoked, "lost"); err != nil {
		t.Fatal(err)
	}
	if _, err := Revoke.Call(h.As("admin", rpc.Grant{Role: events.RoleAdmin}), h.Client, RevokeRequest{Code: revoked, Why: "error"}); err != nil {
		t.Fatal(err)
	}
	if err := h.Keys.Destroy(t.Context(), "mai"); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	for person, code := range map[string]string{"lan": revoked, "mai": erased} {
		_, err := confirm(h.As(person), h, code, "lost")
		hosttest.Refused(t, err, fault.Conflict)
	}
	_, err := DownloadConfirmation.Call(h.As("lan"), h.Client, DownloadConfirmationRequest{Code: revoked, Number: 1})
	hosttest.Refused(t, err, fault.Conflict)
}

// A holder sees what ends soon, and that a later certificate has taken the place of an earlier one.
func TestTheListTellsWhatIsToBeRenewed(t *testing.T) {
	h := school(t)
	complete(h, "lan", 1)
	if c := held(t, h, "lan")[0]; c.State != stateValid || c.Expiring {
		t.Errorf("fresh: %+v", c)
	}
	h.Clock.Advance(300 * 24 * time.Hour)
	if c := held(t, h, "lan")[0]; c.State != stateValid || !c.Expiring || !verified(t, h, c.Code).Expiring {
		t.Errorf("two months before its end: %+v", c)
	}
	complete(h, "lan", 2)
	list := held(t, h, "lan")
	if len(list) != 2 || list[1].Expiring || list[1].Superseded != list[0].Code || list[0].Superseded != "" {
		t.Errorf("renewed: %+v", list)
	}
	h.Clock.Advance(100 * 24 * time.Hour)
	if c := held(t, h, "lan")[1]; c.State != stateExpired || c.Expiring {
		t.Errorf("over: %+v", c)
	}
}
