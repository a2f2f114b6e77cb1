package certification

import (
	"bytes"
	"context"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/keyring"
	"khuevan/platform/rpc"
)

// claim is one credential for the verifier, with everything that it may load.
type claim struct {
	Credential json.RawMessage            `json:"credential"`
	Documents  map[string]json.RawMessage `json:"documents"`
	Now        time.Time                  `json:"now"`
}

// outside has credentials verified by the libraries of others, in a process of its own and without a network.
func outside(t *testing.T, cases map[string]claim) map[string]string {
	t.Helper()
	names, list := []string{}, []claim{}
	for name, c := range cases {
		names, list = append(names, name), append(list, c)
	}
	in, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", "verify.mjs")
	node.Stdin = bytes.NewReader(in)
	var said bytes.Buffer
	node.Stderr = &said
	out, err := node.Output()
	if err != nil {
		t.Fatalf("the verifier: %v\n%s", err, said.String())
	}
	var results []struct {
		Verified bool   `json:"verified"`
		Why      string `json:"why"`
	}
	if err := json.Unmarshal(out, &results); err != nil || len(results) != len(list) {
		t.Fatalf("%v: %s", err, out)
	}
	why := map[string]string{}
	for i, r := range results {
		if why[names[i]] = r.Why; r.Verified {
			why[names[i]] = "verified"
		} else if r.Why == "" {
			why[names[i]] = "refused"
		}
	}
	return why
}

// published is everything that anyone may read: DID documents, status lists, revocation lists, by address.
func published(t *testing.T, h *hosttest.House, issuers ...string) map[string]json.RawMessage {
	t.Helper()
	at := addresses{strings.TrimRight(config.BaseURL, "/")}
	nobody := rpc.With(t.Context(), rpc.Request{})
	all := map[string]json.RawMessage{}
	read := func(address string, doc Document, err error) {
		if err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		all[address] = doc.Body
	}
	for _, id := range issuers {
		doc, err := DIDDocument.Call(nobody, h.Client, PublicRequest{ID: id})
		read(at.did(id), doc, err)
		doc, err = StatusList.Call(nobody, h.Client, PublicRequest{ID: id + "-2026-0"})
		read(at.list(id+"-2026-0"), doc, err)
		doc, err = Revocations.Call(nobody, h.Client, PublicRequest{ID: id})
		read(at.revocations(id), doc, err)
	}
	return all
}

func badgeOf(t *testing.T, h *hosttest.House, code string) []byte {
	t.Helper()
	doc, err := Credential.Call(rpc.With(t.Context(), rpc.Request{}), h.Client, VerifyRequest{Code: code})
	if err != nil {
		t.Fatal(err)
	}
	return doc.Body
}

// Given certificates of two people, when the key is rotated, the issuer is dissolved and one certificate revoked, then others'
// libraries verify what holds, and refuse what was changed, has ended or was revoked.
func TestOthersVerifyWhatWasIssued(t *testing.T) {
	h := school(t)
	chief := func() context.Context { return h.As("chief", rpc.Grant{Role: events.RoleAdmin}) }
	complete(h, "lan", 1)
	complete(h, "mai", 1)
	lan, mai := mine(t, h, "lan")[0], mine(t, h, "mai")[0]
	if lan.Register != "1/2026" || mai.Register != "2/2026" || !lan.Badge {
		t.Errorf("registered as %q and %q", lan.Register, mai.Register)
	}
	first := badgeOf(t, h, lan.Code)
	cases := map[string]claim{}
	now := hosttest.Start.Add(time.Hour)
	at := func(body []byte, now time.Time, issuers ...string) claim {
		return claim{body, published(t, h, issuers...), now}
	}
	cases["as issued"] = at(first, now, "1")
	cases["expired"] = at(first, lan.Expires.Add(time.Hour), "1")
	edited := func(old, with string) []byte {
		body := bytes.Replace(first, []byte(old), []byte(with), 1)
		if bytes.Equal(body, first) {
			t.Fatalf("%q is not in %s", old, first)
		}
		return body
	}
	for old, with := range map[string]string{`"8.5"`: `"9.5"`, "Nguyễn Thị Lan": "Nguyễn Thị Lam", `"creditsEarned":8`: `"creditsEarned":9`, "Sở (giả định)": "Sở (giả dịnh)", `"licenseNumber":"1/2026"`: `"licenseNumber":"2/2026"`, `"statusListIndex":"1"`: `"statusListIndex":"3"`} {
		cases["edited "+old] = at(edited(old, with), now, "1")
	}
	cases["unmapped field"] = at(edited(`"humanCode":`, `"rank":"first","humanCode":`), now, "1")
	cases["unmapped at the top"] = at(edited(`"credentialSubject":`, `"khuevan":true,"credentialSubject":`), now, "1")
	if _, err := RotateKey.Call(chief(), h.Client, RotateKeyRequest{}); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	complete(h, "lan", 2)
	second := badgeOf(t, h, mine(t, h, "lan")[0].Code)
	if bytes.Contains(second, []byte(lan.KeyID)) {
		t.Error("signed with the old key")
	}
	cases["after rotation, old"], cases["after rotation, new"] = at(first, now, "1"), at(second, now, "1")
	if _, err := Revoke.Call(chief(), h.Client, RevokeRequest{Code: mai.Code, Why: "error"}); err != nil {
		t.Fatal(err)
	}
	if _, err := SucceedIssuer.Call(chief(), h.Client, SucceedIssuerRequest{Name: "Sở mới (giả định)"}); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	complete(h, "mai", 2)
	third := badgeOf(t, h, mine(t, h, "mai")[0].Code)
	cases["after dissolution, old"], cases["after dissolution, new"] = at(first, now, "1", "2"), at(third, now, "1", "2")
	cases["revoked"] = at(badgeOf(t, h, mai.Code), now, "1")
	onlyBits := at(badgeOf(t, h, mai.Code), now, "1")
	empty, err := json.Marshal(map[string]any{"issuer": addresses{"https://daotao.example"}.did("1"), "revokedCredential": []any{}})
	if err != nil {
		t.Fatal(err)
	}
	onlyBits.Documents["https://daotao.example/issuers/1/revocations.json"] = empty
	cases["revoked in the bits alone"] = onlyBits
	for name, got := range outside(t, cases) {
		verified := !strings.HasPrefix(name, "edited") && !strings.HasPrefix(name, "unmapped") && !strings.HasPrefix(name, "revoked") && name != "expired"
		if (got == "verified") != verified {
			t.Errorf("%s: %s", name, got)
		}
	}
	if again := badgeOf(t, h, lan.Code); !bytes.Equal(again, first) {
		t.Error("what was issued has changed")
	}
	for code, want := range map[string]string{lan.Code: "valid", mai.Code: "revoked"} {
		if v := verified(t, h, code); v.State != want || v.Successor != "Sở mới (giả định)" {
			t.Errorf("%s: %+v", want, v)
		}
	}
	if v := verified(t, h, lan.Code); v.Superseded != mine(t, h, "lan")[0].Code {
		t.Errorf("superseded by %q", v.Superseded)
	}
}

// Whatever signs stand in a name, ours and others' statements of it are the same.
func TestAnyTextIsSignedAsOthersReadIt(t *testing.T) {
	h := hosttest.Bus(t, events.All())
	s, err := newService(h.Deps, config, func(int) string { return "KV-2026-7QX2-M9TR-04WD" })
	if err != nil {
		t.Fatal(err)
	}
	first, err := s.newKey(t.Context(), signerName)
	if err != nil {
		t.Fatal(err)
	}
	by := issuer{ID: "1", Name: "Sở", Keys: []key{first}}
	project(t, s.issuers.Projection, events.IssuerEstablished{Issuer: "1", Name: "Sở"}, events.IssuerKeyMade{Issuer: "1", Key: first.Name, KeyID: first.KeyID, Public: first.Public})
	project(t, s.certificates.Projection)
	documents := map[string]json.RawMessage{}
	for address, of := range map[string]func() (Document, error){
		s.at.did("1"):         func() (Document, error) { return s.didDocument(t.Context(), PublicRequest{ID: "1"}) },
		s.at.list("1-2026-0"): func() (Document, error) { return s.statusList(t.Context(), PublicRequest{ID: "1-2026-0"}) },
		s.at.revocations("1"): func() (Document, error) { return s.revocations(t.Context(), PublicRequest{ID: "1"}) },
	} {
		doc, err := of()
		if err != nil {
			t.Fatal(err)
		}
		documents[address] = doc.Body
	}
	sign, err := s.signing(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]claim{}
	for _, text := range []string{`a "quoted" \ word`, "two\nlines\r\n", "\ttab\x01\x1f\x7f\u0085\u2028", "Hoà Hòa Hoa\u0300", "😀 & <b> ' `", "\u200b\ufeffx", ""} {
		c := specimen()
		c.IssuerID, c.Number, c.Issued, c.Expires = "1", 7, h.Clock.Now(), time.Time{}
		c.UnitName, c.Title.Vi, c.Issuer = text, text, text
		body, err := sign.signed(s.at.badge(c, text), badgeContext, c.Issued)
		if err != nil {
			t.Fatal(err)
		}
		cases[text] = claim{body, documents, h.Clock.Now().Add(time.Hour)}
	}
	for text, got := range outside(t, cases) {
		if got != "verified" {
			t.Errorf("%q: %s", text, got)
		}
	}
}

// BenchmarkSign makes whole certificates of drafts: claims, digest and credential signed, name and credential sealed.
func BenchmarkSign(b *testing.B) {
	keys, err := keyring.Open(b.Context(), make([]byte, 32), keyring.Memory(), clock.System{})
	if err != nil {
		b.Fatal(err)
	}
	s, err := newService(host.Deps{Keys: keys}, config, func(int) string { return "KV-2026-7QX2-M9TR-04WD" })
	if err != nil {
		b.Fatal(err)
	}
	first, err := s.newKey(b.Context(), signerName)
	if err != nil {
		b.Fatal(err)
	}
	name, err := keys.Seal(b.Context(), "lan", "name", "Nguyễn Thị Lan")
	if err != nil {
		b.Fatal(err)
	}
	by := issuer{ID: "1", Name: "Sở", Keys: []key{first}}
	c := specimen()
	c.Person, c.IssuerID, c.Number = "lan", "1", 7
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := s.sign(b.Context(), c, events.Sealed(name), by); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
