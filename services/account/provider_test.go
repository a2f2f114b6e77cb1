package account

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"khuevan/platform/fault"
	"khuevan/platform/host/hosttest"
)

const back = "https://hoc.example/sign-in/provider/back"

// rogue is a provider that does what a test makes it do. Its codes are the challenge and the nonce.
type rogue struct {
	*httptest.Server
	key    *rsa.PrivateKey // it signs with
	claims func(map[string]any)
	info   map[string]any
	names  bool
}

func newRogue(t *testing.T) *rogue {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	r := &rogue{key: key, claims: func(map[string]any) {}}
	mux := http.NewServeMux()
	reply := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, map[string]any{"issuer": r.URL, "authorization_endpoint": r.URL + "/auth", "token_endpoint": r.URL + "/token", "jwks_uri": r.URL + "/keys",
			"userinfo_endpoint": r.URL + "/me", "id_token_signing_alg_values_supported": []string{"RS256"}, "authorization_response_iss_parameter_supported": r.names})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("/me", func(w http.ResponseWriter, _ *http.Request) { reply(w, r.info) })
	mux.HandleFunc("/token", func(w http.ResponseWriter, q *http.Request) {
		code, err := url.ParseQuery(q.FormValue("code"))
		sum := sha256.Sum256([]byte(q.FormValue("code_verifier")))
		if err != nil || base64.RawURLEncoding.EncodeToString(sum[:]) != code.Get("challenge") {
			w.WriteHeader(http.StatusBadRequest)
			reply(w, map[string]string{"error": "invalid_grant"})
			return
		}
		claims := map[string]any{"iss": r.URL, "aud": "khuevan", "sub": "s1", "nonce": code.Get("nonce"), "personnel_code": "CB-1",
			"iat": hosttest.Start.Unix(), "exp": hosttest.Start.Add(time.Minute).Unix()}
		r.claims(claims)
		reply(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": r.sign(t, claims)})
	})
	r.Server = httptest.NewServer(mux)
	t.Cleanup(r.Close)
	return r
}

func (r *rogue) sign(t *testing.T, claims map[string]any) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: r.key, KeyID: "k"}}, nil)
	if err != nil {
		t.Error(err)
		return ""
	}
	body, err := json.Marshal(claims)
	if err != nil {
		t.Error(err)
		return ""
	}
	signed, err := signer.Sign(body)
	if err != nil {
		t.Error(err)
		return ""
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		t.Error(err)
	}
	return text
}

// asked begins a sign-in and gives what an honest browser brings back.
func (r *rogue) asked(t *testing.T, h *hosttest.House) HearProviderRequest {
	t.Helper()
	a, err := AskProvider.Call(h.AsSystem(), h.Client, AskProviderRequest{Redirect: back})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(a.URL)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if q.Get("state") != a.State || q.Get("nonce") != a.Nonce || q.Get("code_challenge_method") != "S256" || q.Get("redirect_uri") != back || q.Get("response_type") != "code" {
		t.Fatalf("asked with %v", q)
	}
	code := url.Values{"challenge": {q.Get("code_challenge")}, "nonce": {a.Nonce}}.Encode()
	return HearProviderRequest{Redirect: back, Code: code, Nonce: a.Nonce, Verifier: a.Verifier}
}

func (r *rogue) house(t *testing.T, change ...func(*ProviderConfig)) *hosttest.House {
	c := ProviderConfig{Issuer: r.URL, ClientID: "khuevan", ClientSecret: "secret", CodeClaim: "personnel_code"}
	for _, fn := range change {
		fn(&c)
	}
	return serve(t, Config{Provider: c})
}

func TestAnHonestProviderTellsThePersonnelCode(t *testing.T) {
	r := newRogue(t)
	h := r.house(t)
	who, err := HearProvider.Call(h.AsSystem(), h.Client, r.asked(t, h))
	if err != nil || who != (Claimed{Issuer: r.URL, Subject: "s1", Code: "CB-1"}) {
		t.Fatalf("%+v, %v", who, err)
	}
}

func TestAnAddressCountsOnlyWhereConfiguredAndVerified(t *testing.T) {
	for name, c := range map[string]struct {
		configured string
		verified   any
		want       string
	}{
		"not configured": {"", true, ""}, "not verified": {"email", false, ""}, "said in words": {"email", "true", ""}, "verified": {"email", true, "lan@mayngan.example"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRogue(t)
			r.claims = func(m map[string]any) {
				delete(m, "personnel_code")
				m["email"], m["email_verified"] = "lan@mayngan.example", c.verified
			}
			r.info = map[string]any{"sub": "s1"}
			h := r.house(t, func(p *ProviderConfig) { p.EmailClaim = c.configured })
			who, err := HearProvider.Call(h.AsSystem(), h.Client, r.asked(t, h))
			if c.want == "" {
				hosttest.Refused(t, err, fault.Denied)
			} else if err != nil || who.Email != c.want || who.Code != "" {
				t.Errorf("%+v, %v", who, err)
			}
		})
	}
}

func TestWhatADishonestProviderOrBrowserBringsIsRefused(t *testing.T) {
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	set := func(name string, value any) func(*rogue) {
		return func(r *rogue) { r.claims = func(m map[string]any) { m[name] = value } }
	}
	honest := func(*HearProviderRequest) {}
	for name, c := range map[string]struct {
		provider func(*rogue)
		browser  func(*HearProviderRequest)
	}{
		"another nonce":                {set("nonce", "other"), honest},
		"no nonce":                     {set("nonce", ""), honest},
		"expired":                      {set("exp", hosttest.Start.Add(-time.Second).Unix()), honest},
		"another audience":             {set("aud", "other"), honest},
		"two audiences, no party":      {set("aud", []string{"khuevan", "other"}), honest},
		"another party":                {set("azp", "other"), honest},
		"another issuer in the token":  {set("iss", "https://evil.example"), honest},
		"another key":                  {func(r *rogue) { r.key = stranger }, honest},
		"another access token":         {set("at_hash", "bm8"), honest},
		"another verifier":             {func(*rogue) {}, func(q *HearProviderRequest) { q.Verifier = "0123456789012345678901234567890123456789012" }},
		"no verifier":                  {func(*rogue) {}, func(q *HearProviderRequest) { q.Verifier = "" }},
		"the nonce of another browser": {func(*rogue) {}, func(q *HearProviderRequest) { q.Nonce = "other" }},
		"another issuer's answer":      {func(*rogue) {}, func(q *HearProviderRequest) { q.Issuer = "https://evil.example" }},
		"an answer without its issuer": {func(r *rogue) { r.names = true }, honest},
		"user info of another": {func(r *rogue) {
			r.claims = func(m map[string]any) { delete(m, "personnel_code") }
			r.info = map[string]any{"sub": "s2", "personnel_code": "CB-2"}
		}, honest},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRogue(t)
			c.provider(r)
			h := r.house(t)
			req := r.asked(t, h)
			c.browser(&req)
			_, err := HearProvider.Call(h.AsSystem(), h.Client, req)
			hosttest.Refused(t, err, fault.Denied)
		})
	}
}

func TestAnAnswerThatNamesItsIssuerAndUserInfoAreTaken(t *testing.T) {
	r := newRogue(t)
	r.names, r.info = true, map[string]any{"sub": "s1", "personnel_code": "CB-1"}
	r.claims = func(m map[string]any) {
		delete(m, "personnel_code")
		maps.Copy(m, map[string]any{"aud": []string{"khuevan", "other"}, "azp": "khuevan"})
	}
	h := r.house(t)
	req := r.asked(t, h)
	req.Issuer = r.URL
	if who, err := HearProvider.Call(h.AsSystem(), h.Client, req); err != nil || who.Code != "CB-1" {
		t.Fatalf("%+v, %v", who, err)
	}
}

func TestAProviderThatIsAwayIsNoRefusalOfThePerson(t *testing.T) {
	r := newRogue(t)
	h := r.house(t)
	r.Close()
	_, err := AskProvider.Call(h.AsSystem(), h.Client, AskProviderRequest{Redirect: back})
	hosttest.Refused(t, err, fault.Unavailable)
}
