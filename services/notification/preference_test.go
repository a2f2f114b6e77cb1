package notification

import (
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

func chosen(kind, way string) events.WayChosen {
	return events.WayChosen{Person: "lan", Kind: kind, Way: way}
}

func TestChoosingHowToBeTold(t *testing.T) {
	when := func(kind, way string) choose { return choose{"lan", map[string]string{kind: way}} }
	eventtest.Given[preferences](t).When(when("reminder", wayInbox)).Then(chosen("reminder", wayInbox))
	eventtest.Given[preferences](t).When(when("duty", wayDigest)).Then(chosen("duty", wayDigest))
	eventtest.Given[preferences](t).When(when("reminder", wayNow)).ThenNothing() // as it is
	eventtest.Given[preferences](t, chosen("reminder", wayInbox)).When(when("reminder", wayNow)).Then(chosen("reminder", wayNow))
	eventtest.Given[preferences](t).When(when("security", wayInbox)).ThenRefused(fault.Invalid)
	eventtest.Given[preferences](t).When(when("security", wayDigest)).ThenRefused(fault.Invalid)
	eventtest.Given[preferences](t).When(when("duty", wayInbox)).ThenRefused(fault.Invalid)
	eventtest.Given[preferences](t).When(when("reminder", "pigeon")).ThenRefused(fault.Invalid)
	eventtest.Given[preferences](t).When(when("gossip", wayNow)).ThenRefused(fault.Invalid)
}

func TestUnsubscribingByALink(t *testing.T) {
	byLetter := func(kind string) events.WayChosen {
		return events.WayChosen{Person: "lan", Kind: kind, Way: wayInbox, Letter: true}
	}
	eventtest.Given[preferences](t).When(unsubscribe{"lan", "reminder"}).Then(byLetter("reminder"))
	eventtest.Given[preferences](t, byLetter("reminder")).When(unsubscribe{"lan", "reminder"}).ThenNothing()
	eventtest.Given[preferences](t).When(unsubscribe{"lan", "duty"}).ThenNothing()
	eventtest.Given[preferences](t).When(unsubscribe{"lan", "security"}).ThenNothing()
	eventtest.Given[preferences](t, chosen("duty", wayDigest), chosen("reminder", wayDigest), chosen("certificate", wayDigest)).
		When(unsubscribe{"lan", kindDigest}).Then(byLetter("reminder"), byLetter("certificate")) // a duty stays in the digest
}

func TestALinkIsOfItsPersonAndKindOnly(t *testing.T) {
	ring := testRing(t)
	token := tokenOf(ring, "lan", "reminder")
	if person, kind, ok := readToken(ring, token); !ok || person != "lan" || kind != "reminder" {
		t.Errorf("%s %s %v", person, kind, ok)
	}
	for _, wrong := range []string{"", "lan", "lan.reminder", "lan.reminder.", token + "x", token[:len(token)-1], "minh" + token[3:], "lan.certificate" + token[len("lan.reminder"):]} {
		if _, _, ok := readToken(ring, wrong); ok {
			t.Errorf("%q was believed", wrong)
		}
	}
	for template, values := range map[string]map[string]string{templateCodesOn: nil, templateEnrolled: {valueDue: "2026-12-31T16:59:59Z"}, templateInvited: nil, templateToApprove: nil} {
		if url := unsubscribeURL(ring, message{person: "lan", template: template, values: values}, base); url != "" {
			t.Errorf("%s can be refused at %s", template, url)
		}
	}
	if url := unsubscribeURL(ring, message{person: "lan", template: templateReminded}, base); url != base+"/unsubscribe/"+token {
		t.Error(url)
	}
}

// What cannot be refused says why.
func TestEveryKindHasAWayOrAReason(t *testing.T) {
	for _, k := range kinds {
		if k.refusable() == (k.Reason.Vi != "" && k.Reason.En != "") {
			t.Errorf("%s: ways %v, reason %q", k.ID, k.Ways, k.Reason.Vi)
		}
	}
	for template, want := range map[string]string{templateCodesOff: "security", templateStandInGiven: "security", templateAskedAgain: "duty", templateToApprove: "approval", templateReminders: "reminder",
		templateExcused: "courses", templateEnrolled: "courses", templateSessionCancelled: "session", templateCertified: "certificate", "of tomorrow": "security"} {
		if got := kindOf(template, nil).ID; got != want {
			t.Errorf("%s is of the kind %s", template, got)
		}
	}
}
