package account

import (
	"bufio"
	"context"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
)

// realProvider starts npm's oidc-provider and gives its issuer.
func realProvider(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat(filepath.Join("..", "..", "node_modules", "oidc-provider")); err != nil {
		t.Fatalf("%v; `go tool task test` installs it", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", filepath.Join("testdata", "provider.mjs"), port, back)
	in, err := node.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := node.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = node.Wait() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == "ready" {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return "http://127.0.0.1:" + port
		}
	}
	t.Fatal("the provider does not start")
	return ""
}

// signsIn goes through the provider's pages as the browser of CB-0042 does, and gives what it is sent back with.
func signsIn(t *testing.T, at string) url.Values {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at, nil)
	for range 20 {
		if err != nil {
			t.Fatal(err)
		}
		resp, err2 := browser.Do(req)
		if err2 != nil {
			t.Fatal(err2)
		}
		body, err2 := io.ReadAll(resp.Body)
		if err2 != nil {
			t.Fatal(err2)
		}
		_ = resp.Body.Close()
		next := resp.Header.Get("Location")
		switch {
		case strings.HasPrefix(next, back):
			u, err := url.Parse(next)
			if err != nil {
				t.Fatal(err)
			}
			return u.Query()
		case next != "":
			u, err2 := req.URL.Parse(next)
			if err2 != nil {
				t.Fatal(err2)
			}
			req, err = http.NewRequestWithContext(t.Context(), http.MethodGet, u.String(), nil)
		default: // a form: of the sign-in, or of the consent
			action := regexp.MustCompile(`<form[^>]* action="([^"]+)"`).FindSubmatch(body)
			prompt := regexp.MustCompile(`name="prompt" value="([^"]+)"`).FindSubmatch(body)
			if action == nil || prompt == nil {
				t.Fatalf("%s: %s\n%s", req.URL, resp.Status, body)
			}
			u, err2 := req.URL.Parse(html.UnescapeString(string(action[1])))
			if err2 != nil {
				t.Fatal(err2)
			}
			form := url.Values{"prompt": {string(prompt[1])}, "login": {"CB-0042"}, "password": {"any"}}
			req, err = http.NewRequestWithContext(t.Context(), http.MethodPost, u.String(), strings.NewReader(form.Encode()))
			if err == nil {
				req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			}
		}
	}
	t.Fatal("the provider leads in a circle")
	return nil
}

// altered is a URL with one parameter changed.
func altered(t *testing.T, at, name, value string) string {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

// TestARealProvider signs in with a provider that is a process of its own, rightly and in every way that must be refused.
func TestARealProvider(t *testing.T) {
	issuer := realProvider(t)
	config := ProviderConfig{Issuer: issuer, ClientID: "khuevan", ClientSecret: "secret of khuevan", Scopes: []string{"staff"}, CodeClaim: "personnel_code"}
	now := clock.NewTest(time.Now())
	p := newProvider(config, now)
	ctx := context.Background()
	ask := func() ProviderAsked {
		a, err := p.ask(ctx, back)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	heard := func(a ProviderAsked, came url.Values) HearProviderRequest {
		return HearProviderRequest{Redirect: back, Code: came.Get("code"), Issuer: came.Get("iss"), Nonce: a.Nonce, Verifier: a.Verifier}
	}
	a := ask()
	came := signsIn(t, a.URL)
	if came.Get("state") != a.State || came.Get("iss") != issuer {
		t.Fatalf("came back with %v", came)
	}
	who, err := p.hear(ctx, heard(a, came))
	if err != nil || who.Code != "CB-0042" || who.Subject != "subject-CB-0042" && who.Subject != "CB-0042" || who.Issuer != issuer {
		t.Fatalf("heard %+v, %v", who, err)
	}
	refused := func(name string, err error) {
		t.Helper()
		if !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = p.hear(ctx, heard(a, came))
	refused("a code twice", err)

	a = ask()
	_, err = p.hear(ctx, heard(a, signsIn(t, altered(t, a.URL, "nonce", "of somebody else"))))
	refused("another nonce", err)

	a, b := ask(), ask()
	_, err = p.hear(ctx, heard(a, signsIn(t, b.URL)))
	refused("a code of another sign-in (PKCE)", err)
	a = ask()
	_, err = p.hear(ctx, heard(a, signsIn(t, altered(t, a.URL, "code_challenge", b.Verifier))))
	refused("another challenge (PKCE)", err)

	for name, iss := range map[string]string{"another issuer": "https://evil.example", "no issuer": ""} {
		a = ask()
		came := signsIn(t, a.URL)
		came.Set("iss", iss)
		_, err = p.hear(ctx, heard(a, came))
		refused(name, err)
	}

	a = ask()
	came = signsIn(t, a.URL)
	now.Advance(2 * time.Hour)
	_, err = p.hear(ctx, heard(a, came))
	refused("an expired token", err)
	now.Advance(-2 * time.Hour)

	a = ask()
	came = signsIn(t, a.URL)
	d, err := p.discover(ctx)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := p.oauth(d, back).Exchange(ctx, came.Get("code"), oauth2.VerifierOption(a.Verifier))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := config
	elsewhere.ClientID = "another"
	if _, err := newProvider(elsewhere, now).verify(ctx, d, tokens, a.Nonce); err == nil || !strings.Contains(err.Error(), "audience") {
		t.Errorf("a token for another audience: %v", err)
	}
	if _, err := p.verify(ctx, d, tokens, a.Nonce); err != nil {
		t.Errorf("for us: %v", err)
	}
}
