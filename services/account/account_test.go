package account

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"pgregory.net/rapid"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
)

const lan = "lan"

func serve(t *testing.T, c Config) *hosttest.House {
	return hosttest.Run(t, events.All(), func(d host.Deps) (host.Service, error) { return New(d, c), nil })
}

// enrolled turns codes on for Lan and gives the secret and the recovery codes.
func enrolled(t *testing.T, h *hosttest.House) (secret string, codes []string) {
	t.Helper()
	offer, err := BeginTotp.Call(h.As(lan), h.Client, BeginTotpRequest{Label: "CB:1"})
	if err != nil || !strings.HasPrefix(offer.URL, "otpauth://totp/") || !strings.Contains(offer.URL, offer.Secret) {
		t.Fatalf("%+v, %v", offer, err)
	}
	_, err = ConfirmTotp.Call(h.As(lan), h.Client, ConfirmTotpRequest{Offer: offer.Offer, Code: "12345"})
	hosttest.Refused(t, err, fault.Invalid)
	_, err = ConfirmTotp.Call(h.As("other"), h.Client, ConfirmTotpRequest{Offer: offer.Offer, Code: code(t, offer.Secret, h.Clock.Now())})
	hosttest.Refused(t, err, fault.Invalid)
	done, err := ConfirmTotp.Call(h.As(lan), h.Client, ConfirmTotpRequest{Offer: offer.Offer, Code: code(t, offer.Secret, h.Clock.Now())})
	if err != nil || len(done.Codes) != recoveryCodes {
		t.Fatalf("%+v, %v", done, err)
	}
	return offer.Secret, done.Codes
}

func code(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	c, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestACodeCountsOnceAndWithinAStep(t *testing.T) {
	h := serve(t, Config{})
	secret, _ := enrolled(t, h)
	prove := func(c string) error {
		_, err := ProveCode.Call(h.AsSystem(), h.Client, ProveCodeRequest{Person: lan, Code: c, Address: "10.0.0.1"})
		return err
	}
	hosttest.Refused(t, prove(code(t, secret, h.Clock.Now())), fault.Denied) // it confirmed the app
	if err := prove(code(t, secret, h.Clock.Now().Add(step))); err != nil {
		t.Fatalf("a phone that is fast by a step: %v", err)
	}
	h.Clock.Advance(step)
	hosttest.Refused(t, prove(code(t, secret, h.Clock.Now())), fault.Denied)
	h.Clock.Advance(3 * step)
	hosttest.Refused(t, prove(code(t, secret, h.Clock.Now().Add(-2*step))), fault.Denied)
	hosttest.Refused(t, prove(code(t, secret, h.Clock.Now().Add(2*step))), fault.Denied)
	spaced := code(t, secret, h.Clock.Now().Add(-step))
	if err := prove(spaced[:3] + " " + spaced[3:]); err != nil {
		t.Fatalf("a phone that is slow by a step: %v", err)
	}
}

func TestARecoveryCodeCountsOnce(t *testing.T) {
	h := serve(t, Config{})
	_, codes := enrolled(t, h)
	prove := func(c string) error {
		_, err := ProveCode.Call(h.AsSystem(), h.Client, ProveCodeRequest{Person: lan, Code: c})
		return err
	}
	if err := prove(strings.ToUpper(codes[3])); err != nil {
		t.Fatal(err)
	}
	hosttest.Refused(t, prove(codes[3]), fault.Denied)
	f, err := Factors.Call(h.As(lan), h.Client, FactorsRequest{})
	if err != nil || !f.Totp || f.Codes != recoveryCodes-1 {
		t.Fatalf("%+v, %v", f, err)
	}
	_, err = Factors.Call(h.As("other"), h.Client, FactorsRequest{Person: lan})
	hosttest.Refused(t, err, fault.Denied)
	if _, err := DisableTotp.Call(h.As(lan), h.Client, struct{}{}); err != nil {
		t.Fatal(err)
	}
	hosttest.Refused(t, prove(codes[4]), fault.Conflict)
}

func TestGuessingCodesWaitsForTheAddressThatGuesses(t *testing.T) {
	h := serve(t, Config{})
	secret, _ := enrolled(t, h)
	h.Clock.Advance(2 * step)
	prove := func(c, address string) error {
		_, err := ProveCode.Call(h.AsSystem(), h.Client, ProveCodeRequest{Person: lan, Code: c, Address: address})
		return err
	}
	for range 5 {
		hosttest.Refused(t, prove("000000x", "198.51.100.1"), fault.Denied)
	}
	good := code(t, secret, h.Clock.Now())
	if err := prove(good, "198.51.100.1"); !strings.Contains(fault.Of(err).En, "Too many wrong tries") {
		t.Errorf("the guesser is heard: %v", err)
	}
	if err := prove(good, "10.0.0.1"); err != nil {
		t.Errorf("the owner elsewhere: %v", err)
	}
}

func TestARecoveryLinkIsGoodOnceForADayAndDropsEverything(t *testing.T) {
	h := serve(t, Config{})
	enrolled(t, h)
	_, err := OfferRecovery.Call(h.As(lan), h.Client, OfferRecoveryRequest{Person: lan})
	hosttest.Refused(t, err, fault.Denied)
	offer := func() string {
		l, err := OfferRecovery.Call(h.AsSystem(), h.Client, OfferRecoveryRequest{Person: lan})
		if err != nil {
			t.Fatal(err)
		}
		return l.Token
	}
	use := func(token string) error {
		p, err := UseRecovery.Call(h.AsSystem(), h.Client, UseRecoveryRequest{Token: token})
		if err == nil && p.Person != lan {
			t.Errorf("it is of %q", p.Person)
		}
		return err
	}
	old := offer()
	h.Clock.Advance(linkLife)
	hosttest.Refused(t, use(old), fault.Denied)
	first, second := offer(), offer()
	hosttest.Refused(t, use(first), fault.Denied)
	hosttest.Refused(t, use(strings.Replace(second, lan, "other", 1)), fault.Denied)
	if err := use(second); err != nil {
		t.Fatal(err)
	}
	hosttest.Refused(t, use(second), fault.Denied)
	if f, err := Factors.Call(h.As(lan), h.Client, FactorsRequest{}); err != nil || f != (FactorsReply{}) {
		t.Errorf("after recovery: %+v, %v", f, err)
	}
}

func TestASubjectIsLinkedOnceAndAnotherIsRefused(t *testing.T) {
	h := serve(t, Config{})
	tie := func(subject string) error {
		_, err := LinkIdentity.Call(h.AsSystem(), h.Client, LinkIdentityRequest{Person: lan, Issuer: "https://id.example", Subject: subject})
		return err
	}
	for range 2 {
		if err := tie("s1"); err != nil {
			t.Fatal(err)
		}
	}
	hosttest.Refused(t, tie("s2"), fault.Denied)
}

func TestPasskeysNeedAName(t *testing.T) {
	_, err := AskPasskey.Call(serve(t, Config{BaseURL: "http://127.0.0.1:8080"}).AsSystem(), serve(t, Config{BaseURL: "http://127.0.0.1:8080"}).Client, struct{}{})
	hosttest.Refused(t, err, fault.Conflict)
	h := serve(t, Config{BaseURL: "https://hoc.example"})
	c, err := AskPasskey.Call(h.AsSystem(), h.Client, struct{}{})
	if err != nil || !strings.Contains(string(c.Options), `"userVerification":"required"`) {
		t.Errorf("%s, %v", c.Options, err)
	}
	_, err = ProvePasskey.Call(h.AsSystem(), h.Client, ProvePasskeyRequest{Session: c.Session, Response: []byte(`{"id":"x"}`)})
	hosttest.Refused(t, err, fault.Denied)
}

// Whatever order codes come in, no step is accepted twice and none after a later one.
func TestStepsOnlyGrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := account{}.Evolve(events.TotpEnrolled{Person: lan, Secret: "s", Step: 100})
		last := a.Step
		for range rapid.IntRange(0, 30).Draw(t, "codes") {
			at := rapid.IntRange(95, 120).Draw(t, "step")
			facts, err := acceptCode{Person: lan, Secret: "s", Step: at}.Decide(a)
			if (err == nil) != (at > last) {
				t.Fatalf("step %d after %d: %v", at, last, err)
			}
			for _, e := range facts {
				a, last = a.Evolve(e), at
			}
		}
	})
}

func TestACounterThatDoesNotGrowIsACopy(t *testing.T) {
	a := account{}.Evolve(events.PasskeyRegistered{Person: lan, Passkey: "k"}).Evolve(events.PasskeyUsed{Person: lan, Passkey: "k", Counter: 7})
	for counter, good := range map[int]bool{0: false, 7: false, 8: true} {
		_, err := usePasskey{events.PasskeyUsed{Person: lan, Passkey: "k", Counter: counter}}.Decide(a)
		if (err == nil) != good {
			t.Errorf("counter %d after 7: %v", counter, err)
		}
	}
	var none []eventsource.Event
	if facts, err := (removePasskey{events.PasskeyRemoved{Person: lan, Passkey: "other"}}).Decide(a); err != nil || len(facts) != len(none) {
		t.Errorf("removing what is not there: %v, %v", facts, err)
	}
}
