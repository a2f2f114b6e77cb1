package e2e

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// provider is oidc-provider as a process of its own, reached through a proxy that can alter what is asked and answered: a
// correct provider gives no wrong answers.
type provider struct {
	t     *testing.T
	url   string
	known *rsa.PrivateKey // the proxy tells it among the provider's keys

	mu     sync.Mutex
	ask    func(url.Values)     // alters the question that the browser brings
	claims func(map[string]any) // alters the token, which the proxy then signs
	key    *rsa.PrivateKey      // that it signs with
}

// startProvider knows one place to send browsers back to.
func startProvider(t *testing.T, redirect string) *provider {
	t.Helper()
	p := &provider{t: t, known: drawnKey(t)}
	addr := freePort(t)
	forward := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: addr})
			r.Out.Host = r.In.Host // it makes its addresses of it
			r.Out.Header.Del("Accept-Encoding")
		},
		ModifyResponse: p.alter,
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		if ask := p.ask; ask != nil && r.URL.Path == "/auth" {
			q := r.URL.Query()
			ask(q)
			r.URL.RawQuery = q.Encode()
		}
		p.mu.Unlock()
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(site.Close)
	p.url = site.URL
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatalf("%v; the README says which Node.js is needed", err)
	}
	_, port, _ := strings.Cut(addr, ":")
	start(t, t.TempDir(), node, "provider", nil, filepath.Join(root(t), "e2e", "provider.mjs"), port, p.url, redirect)
	awaitPort(t, addr)
	return p
}

func drawnKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// alter adds the proxy's key to the provider's, and signs altered tokens anew.
func (p *provider) alter(r *http.Response) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	path := r.Request.URL.Path
	if path != "/jwks" && (path != "/token" || p.claims == nil || r.StatusCode != http.StatusOK) {
		return nil
	}
	var answer map[string]any
	if err := json.NewDecoder(r.Body).Decode(&answer); err != nil {
		return err
	}
	if path == "/jwks" {
		text, err := json.Marshal(jose.JSONWebKey{Key: p.known.Public(), KeyID: "proxy", Algorithm: "RS256", Use: "sig"})
		if err != nil {
			return err
		}
		keys, _ := answer["keys"].([]any)
		answer["keys"] = append(keys, json.RawMessage(text))
	} else if err := p.resign(answer); err != nil {
		return err
	}
	body, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return nil
}

func (p *provider) resign(answer map[string]any) error {
	raw, _ := answer["id_token"].(string)
	token, err := jose.ParseSigned(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return err
	}
	claims := map[string]any{}
	if err := json.Unmarshal(token.UnsafePayloadWithoutVerification(), &claims); err != nil {
		return err
	}
	p.claims(claims)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: p.key, KeyID: "proxy"}}, nil)
	if err != nil {
		return err
	}
	text, err := json.Marshal(claims)
	if err != nil {
		return err
	}
	signed, err := signer.Sign(text)
	if err != nil {
		return err
	}
	answer["id_token"], err = signed.CompactSerialize()
	return err
}

// behave sets what the proxy alters; nothing leaves the provider as it is.
func (p *provider) behave(ask func(url.Values), key *rsa.PrivateKey, claims func(map[string]any)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ask, p.key, p.claims = ask, key, claims
}

// seeker is a browser without scripts that signs in at the provider.
type seeker struct {
	t      *testing.T
	h      *house
	client *http.Client
}

func (h *house) seeks(t *testing.T) *seeker {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &seeker{t, h, &http.Client{Jar: jar, Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// ask follows nothing.
func (s *seeker) ask(method, at string, form url.Values) (status int, location, body string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, at, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := s.client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end below
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if l, err := resp.Location(); err == nil {
		location = l.String()
	}
	return resp.StatusCode, location, string(text)
}

// comesBack signs in at the provider and gives the address to which it sends the browser back.
func (s *seeker) comesBack(login string) *url.URL {
	s.t.Helper()
	at, method, form := s.h.url+"/sign-in/provider?back=/certificates", http.MethodGet, url.Values(nil)
	for range 20 {
		status, location, body := s.ask(method, at, form)
		switch {
		case strings.HasPrefix(location, s.h.url+"/sign-in/provider/back"):
			back, err := url.Parse(location)
			if err != nil {
				s.t.Fatal(err)
			}
			return back
		case location != "":
			method, at, form = http.MethodGet, location, nil
		case status == http.StatusOK && strings.Contains(at, "/interaction/"):
			method, form = http.MethodPost, url.Values{"prompt": {"consent"}}
			if strings.Contains(body, `value="login"`) {
				form = url.Values{"prompt": {"login"}, "login": {login}, "password": {"any"}}
			}
		default:
			s.t.Fatalf("%s %s: %d\n%s", method, at, status, body)
		}
	}
	s.t.Fatal("the provider leads in circles")
	return nil
}

// enters brings the provider's answer and reports whether it signs in.
func (s *seeker) enters(back *url.URL) (in bool, said string) {
	s.t.Helper()
	_, location, body := s.ask(http.MethodGet, back.String(), nil)
	status, _, page := s.ask(http.MethodGet, s.h.url+"/account", nil)
	if in = status == http.StatusOK; in != strings.HasSuffix(location, "/certificates") {
		s.t.Fatalf("sent to %q and signed in: %t\n%s", location, in, body)
	}
	if in {
		return true, page
	}
	return false, body
}

func with(back *url.URL, name, value string) *url.URL {
	q, other := back.Query(), *back
	q.Del(name)
	if value != "" {
		q.Set(name, value)
	}
	other.RawQuery = q.Encode()
	return &other
}

// settings are those of a platform that the provider knows.
func settings(issuer string) []string {
	return []string{"KHUEVAN_OIDC_ISSUER=" + issuer, "KHUEVAN_OIDC_CLIENT_ID=khuevan", "KHUEVAN_OIDC_CLIENT_SECRET=a secret of the test, in clear",
		"KHUEVAN_OIDC_NAME=Cổng giả định", "KHUEVAN_OIDC_SCOPES=personnel", "KHUEVAN_OIDC_CODE_CLAIM=personnel_code"}
}

func TestAnIdentityProviderSignsIn(t *testing.T) {
	t.Parallel()
	h, addr := named(t)
	p := startProvider(t, h.url+"/sign-in/provider/back")
	h.serve(addr, settings(p.url)...)

	s := h.seeks(t)
	if _, _, body := s.ask(http.MethodGet, h.url+"/sign-in", nil); !strings.Contains(body, "Cổng giả định") {
		t.Fatalf("no button:\n%s", body)
	}
	back := s.comesBack("lan.DEMO-0100")
	if in, page := s.enters(back); !in || !strings.Contains(page, lan) {
		t.Fatalf("not signed in:\n%s", page)
	}
	refusesStrangers(t, h, back)
	refusesWhatACorrectProviderSigns(t, h, p)
	refusesAlteredTokens(t, h, p)
}

// refusesStrangers: the same answer again, in another browser, with another state or issuer, or of another subject.
func refusesStrangers(t *testing.T, h *house, used *url.URL) {
	t.Helper()
	refuse := func(name string, s *seeker, back *url.URL) {
		t.Helper()
		if in, _ := s.enters(back); in {
			t.Errorf("%s: signed in", name)
		}
	}
	refuse("an answer in a browser that asked nothing", h.seeks(t), used)
	for name, alter := range map[string]func(*url.URL) *url.URL{
		"another state":        func(u *url.URL) *url.URL { return with(u, "state", "another") },
		"no state":             func(u *url.URL) *url.URL { return with(u, "state", "") },
		"issuer mix-up":        func(u *url.URL) *url.URL { return with(u, "iss", "https://khac.example") },
		"no issuer":            func(u *url.URL) *url.URL { return with(u, "iss", "") },
		"no code":              func(u *url.URL) *url.URL { return with(u, "code", "") },
		"the provider refuses": func(u *url.URL) *url.URL { return with(u, "error", "access_denied") },
	} {
		s := h.seeks(t)
		back := s.comesBack("lan.DEMO-0100")
		refuse(name, s, alter(back))
		refuse(name+", then the true answer: the question was for one use", s, back)
	}
	// A code that was stolen on its way to her browser, put into the thief's own sign-in: PKCE binds it to hers.
	hers, thief := h.seeks(t), h.seeks(t)
	stolen, own := hers.comesBack("lan.DEMO-0100"), thief.comesBack("thu.DEMO-0101")
	refuse("PKCE: somebody else's code", thief, with(own, "code", stolen.Query().Get("code")))

	other := h.seeks(t)
	if in, said := other.enters(other.comesBack("impostor.DEMO-0100")); in || !strings.Contains(said, "liên kết với một tài khoản khác") {
		t.Errorf("another subject with her personnel code: %t\n%s", in, said)
	}
	nobody := h.seeks(t)
	if in, said := nobody.enters(nobody.comesBack("x.CB-KHONG-CO")); in || !strings.Contains(said, "chưa ứng với cán bộ nào") {
		t.Errorf("somebody who is not here: %t\n%s", in, said)
	}
}

// refusesWhatACorrectProviderSigns when the question was altered on its way.
func refusesWhatACorrectProviderSigns(t *testing.T, h *house, p *provider) {
	t.Helper()
	for name, ask := range map[string]func(url.Values){
		"nonce":    func(q url.Values) { q.Set("nonce", "another") },
		"no nonce": func(q url.Values) { q.Del("nonce") },
		"PKCE":     func(q url.Values) { q.Set("code_challenge", strings.Repeat("A", 43)) },
	} {
		p.behave(ask, nil, nil)
		s := h.seeks(t)
		if in, _ := s.enters(s.comesBack("lan.DEMO-0100")); in {
			t.Errorf("%s: signed in", name)
		}
	}
	p.behave(nil, nil, nil)
}

// refusesAlteredTokens, though the first, which is only signed anew, is taken.
func refusesAlteredTokens(t *testing.T, h *house, p *provider) {
	t.Helper()
	hour := time.Now().Add(-time.Hour).Unix()
	for _, c := range []struct {
		name string
		set  map[string]any
		key  *rsa.PrivateKey
		in   bool
	}{
		{"as it is, signed anew", nil, p.known, true},
		{"expired", map[string]any{"exp": hour}, p.known, false},
		{"wrong audience", map[string]any{"aud": "another"}, p.known, false},
		{"two audiences and no party", map[string]any{"aud": []string{"khuevan", "another"}}, p.known, false},
		{"another party", map[string]any{"azp": "another"}, p.known, false},
		{"another issuer", map[string]any{"iss": "https://khac.example"}, p.known, false},
		{"another nonce", map[string]any{"nonce": "another"}, p.known, false},
		{"a foreign key", nil, drawnKey(t), false},
	} {
		p.behave(nil, c.key, func(claims map[string]any) { maps.Copy(claims, c.set) })
		s := h.seeks(t)
		if in, said := s.enters(s.comesBack("lan.DEMO-0100")); in != c.in {
			t.Errorf("%s: signed in %t\n%s", c.name, in, said)
		}
	}
	p.behave(nil, nil, nil)
	s := h.seeks(t)
	if in, said := s.enters(s.comesBack("lan.DEMO-0100")); !in {
		t.Errorf("after all that she cannot sign in:\n%s", said)
	}
}
