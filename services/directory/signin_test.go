package directory

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

func refused(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("got %v, want a refusal %q", err, kind)
	}
}

const secret = "hoa đào nở sớm"

// peopled is a real-mode or demo house with two people of the province and one of the demo, all with the same password.
func peopled(t *testing.T, demo bool) *house {
	t.Helper()
	h := newHouse(t, demo)
	t.Cleanup(h.stop)
	h.takes(ImportFiles{Units: province, People: staff + "DEMO-0100,Lan Chi,chi@mayngan.example,,MN-XA,clerk,\n"})
	hash, err := h.hasher.hash(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range h.ids() {
		c := ChangePassword{Person: id}
		if err := h.seal(t.Context(), id, sealing{"password", hash, &c.Hash}); err != nil {
			t.Fatal(err)
		}
		if _, err := host.Do(admin(), h.d, c); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.catchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

// ids gives people's ids by code.
func (h *house) ids() map[string]string {
	k, err := h.all(context.Background())
	if err != nil {
		h.t.Fatalf("%v", err)
	}
	ids := map[string]string{}
	for _, d := range k.byKey {
		p, err := h.reveal(context.Background(), *d)
		if err != nil {
			h.t.Fatalf("%v", err)
		}
		ids[p.code] = d.ID
	}
	return ids
}

func TestSignInByCodeOrAddress(t *testing.T) {
	h := peopled(t, false)
	for _, login := range []string{"C-2", " c-2 ", "minh@mayngan.example", "Minh@MayNgan.example"} {
		who, err := h.signIn(admin(), SignInRequest{Login: login, Password: secret})
		if err != nil || who.Person != h.ids()["C-2"] || who.Name != "Trần Minh" || who.UnitName != "Xã Đỉnh Mây" || who.Post != "leader" ||
			len(who.Grants) != 2 || who.Grants[0] != (rpc.Grant{Role: events.RoleHead, Unit: who.Unit}) {
			t.Errorf("%q: %+v, %v", login, who, err)
		}
	}
	decomposed := strings.NewReplacer("đà", "đa\u0300", "ở", "ơ\u0309", "ớ", "ơ\u0301").Replace(secret)
	if _, err := h.signIn(admin(), SignInRequest{Login: "C-2", Password: decomposed}); err != nil || decomposed == secret {
		t.Errorf("the same password in another normal form: %v", err)
	}
	for _, login := range []string{"C-2", "C-9", "nobody@mayngan.example", "", "@"} {
		_, err := h.signIn(admin(), SignInRequest{Login: login, Password: "not the password"})
		refused(t, err, fault.Denied)
	}
	if who, err := h.identify(admin(), IdentifyRequest{Person: h.ids()["C-1"]}); err != nil || who.Name != "Nguyễn Lan" {
		t.Errorf("identified %+v, %v", who, err)
	}
	_, err := h.identify(admin(), IdentifyRequest{Person: "nobody"})
	refused(t, err, fault.NotFound)
}

func TestDemoPeopleSignInOnlyInDemoMode(t *testing.T) {
	office, demo := peopled(t, false), peopled(t, true)
	for _, login := range []string{"DEMO-0100", "demo-0100", "chi@mayngan.example"} {
		_, err := office.signIn(admin(), SignInRequest{Login: login, Password: secret})
		refused(t, err, fault.Denied)
		if _, err := demo.signIn(admin(), SignInRequest{Login: login, Password: secret}); err != nil {
			t.Errorf("demo, %s: %v", login, err)
		}
	}
	_, err := office.demoSignIn(admin(), DemoSignInRequest{Code: "DEMO-0100"})
	refused(t, err, fault.Denied)
	if who, err := demo.demoSignIn(admin(), DemoSignInRequest{Code: "DEMO-0100"}); err != nil || who.Name != "Lan Chi" {
		t.Errorf("demo: %+v, %v", who, err)
	}
	for _, code := range []string{"C-3", "DEMO-9999", ""} {
		_, err := demo.demoSignIn(admin(), DemoSignInRequest{Code: code})
		refused(t, err, fault.NotFound)
	}
	if got, err := office.demoAccounts(admin(), rpc.Empty{}); err != nil || len(got) != 0 {
		t.Errorf("real mode lists %+v, %v", got, err)
	}
	got, err := demo.demoAccounts(admin(), rpc.Empty{})
	if err != nil || len(got) != 1 || got[0] != (DemoAccount{Code: "DEMO-0100", Name: "Lan Chi", Role: "learner", UnitName: "Xã Đỉnh Mây"}) {
		t.Errorf("demo mode lists %+v, %v", got, err)
	}
}

func TestWhoSetsWhosePassword(t *testing.T) {
	h := peopled(t, false)
	lan := h.ids()["C-1"]
	asLan := func() context.Context { return asking(rpc.Identity{Person: lan, Grants: []rpc.Grant{learner}}) }
	set := func(ctx context.Context, req SetPasswordRequest) error {
		_, err := h.setPassword(ctx, req)
		return err
	}
	refused(t, set(admin(), SetPasswordRequest{Person: "nobody", Password: "another one!"}), fault.NotFound)
	refused(t, set(asLan(), SetPasswordRequest{Current: "wrong", Password: "another one!"}), fault.Denied)
	for _, p := range []string{"too short", strings.Repeat("ă", 129), "LAN@mayngan.example"} {
		refused(t, set(asLan(), SetPasswordRequest{Current: secret, Password: p}), fault.Invalid)
	}
	if err := set(asLan(), SetPasswordRequest{Current: secret, Password: strings.Repeat("ă", 128)}); err != nil {
		t.Fatal(err)
	}
	_, err := h.signIn(admin(), SignInRequest{Login: "C-1", Password: secret})
	refused(t, err, fault.Denied)
	if _, err := h.signIn(admin(), SignInRequest{Login: "C-1", Password: strings.Repeat("ă", 128)}); err != nil {
		t.Errorf("the new password: %v", err)
	}
	if err := set(admin(), SetPasswordRequest{Person: lan, Password: "reset by chief"}); err != nil {
		t.Errorf("by an administrator: %v", err)
	}
	if _, err := h.signIn(admin(), SignInRequest{Login: "C-1", Password: "reset by chief"}); err != nil {
		t.Errorf("the administrator's password: %v", err)
	}

	h.takes(ImportFiles{People: peopleCSV("C-4,Hà,ha@mayngan.example,,MN-XA,clerk,")})
	refused(t, set(asking(rpc.Identity{Person: h.ids()["C-4"]}), SetPasswordRequest{Password: "the first one"}), fault.Conflict)
	_, err = h.signIn(admin(), SignInRequest{Login: "C-4", Password: ""})
	refused(t, err, fault.Denied)
}

func TestGuessingWaitsLongerAndLonger(t *testing.T) {
	h := peopled(t, false)
	guess := func(login, password string) error {
		_, err := h.signIn(admin(), SignInRequest{Login: login, Password: password})
		return err
	}
	for range 5 {
		refused(t, guess("C-1", "a wrong guess"), fault.Denied)
	}
	for _, login := range []string{"C-1", "lan@mayngan.example"} {
		if err := guess(login, secret); !fault.Is(err, fault.Denied) || !strings.Contains(fault.Of(err).Vi, "sau 30 giây") {
			t.Errorf("right after five wrong tries, by %s: %v", login, err)
		}
	}
	if err := guess("C-2", secret); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	h.clock.Advance(29 * time.Second)
	if err := guess("C-1", secret); !strings.Contains(fault.Of(err).En, "in 1 seconds") {
		t.Errorf("a second early: %v", err)
	}
	h.clock.Advance(time.Second)
	refused(t, guess("C-1", "a wrong guess"), fault.Denied)
	h.clock.Advance(59 * time.Second)
	if err := guess("C-1", secret); !strings.Contains(fault.Of(err).En, "in 1 seconds") {
		t.Errorf("the second wait is not a minute: %v", err)
	}
	h.clock.Advance(time.Second)
	if err := guess("C-1", secret); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	for range 5 {
		refused(t, guess("C-1", "a wrong guess"), fault.Denied)
	}
	refused(t, guess("no-such-account", "a wrong guess"), fault.Denied)
}

func TestAStoredHashIsAPHCString(t *testing.T) {
	h := newHasher()
	phc, err := h.hash(t.Context(), secret)
	if err != nil || !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("%q, %v", phc, err)
	}
	other, err := h.hash(t.Context(), secret)
	if err != nil || other == phc {
		t.Errorf("two hashes of one password are the same, or %v", err)
	}
	for password, want := range map[string]bool{secret: true, secret + " ": false, "": false} {
		if got, err := h.verify(t.Context(), phc, password); got != want || err != nil {
			t.Errorf("%q: %v, %v", password, got, err)
		}
	}
	// from the test vectors of the reference implementation of argon2 (version 0x13, argon2id, t=2, m=64 MiB, p=1)
	reference := "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if got, err := h.verify(t.Context(), reference, "password"); !got || err != nil {
		t.Errorf("the reference hash: %v, %v", got, err)
	}
	for _, bad := range []string{"", "x", decoy()[:40], strings.Replace(phc, "argon2id", "argon2i", 1), strings.Replace(phc, "m=19456", "m=9999999", 1),
		strings.Replace(phc, "t=2", "t=0", 1), strings.Replace(phc, "v=19", "v=16", 1), phc[:len(phc)-30], phc + "$", strings.Replace(phc, "p=1", "p=999", 1)} {
		if _, err := h.verify(t.Context(), bad, secret); err == nil {
			t.Errorf("the hash %q is accepted", bad)
		}
	}
}

func TestACrowdOfHashesIsSentAway(t *testing.T) {
	h := newHasher()
	for range cap(h.working) {
		h.working <- struct{}{}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := h.hash(gone, secret)
	if refused(t, err, fault.Unavailable); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller who left: %v", err)
	}
	for range cap(h.waiting) {
		h.waiting <- struct{}{}
	}
	_, err = h.hash(t.Context(), secret)
	refused(t, err, fault.Unavailable)
}

func TestAnUnknownAccountIsHashedFor(t *testing.T) {
	h := peopled(t, false)
	h.takes(ImportFiles{People: peopleCSV("C-4,Hà,ha@mayngan.example,,MN-XA,clerk,")})
	h.hasher.waiting = make(chan struct{}) // whoever asks for a hash is sent away
	for _, login := range []string{"C-1", "C-4", "C-9", "DEMO-0100"} {
		for range 5 + 1 { // what was not decided is no try
			_, err := h.signIn(admin(), SignInRequest{Login: login, Password: secret})
			refused(t, err, fault.Unavailable)
		}
	}
}
