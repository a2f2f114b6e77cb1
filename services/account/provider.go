package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
)

// ProviderConfig names an OpenID provider; without an issuer there is none.
type ProviderConfig struct {
	Issuer       string // URL, as the provider writes it in its tokens
	ClientID     string
	ClientSecret string
	Name         string   // on the button of the sign-in page
	Scopes       []string // besides openid
	CodeClaim    string   // claim that holds the personnel code; "" uses none
	EmailClaim   string   // claim that holds the e-mail address; "" uses none. It counts only with email_verified.
}

// patience bounds each question to the provider.
const patience = 10 * time.Second

// provider is an OpenID provider. What it says of itself is read when it is first needed, so that the platform starts
// without it.
type provider struct {
	c      ProviderConfig
	clock  clock.Clock
	client *http.Client

	mu    sync.Mutex
	known *discovered
}

// discovered is what a provider says of itself.
type discovered struct {
	*oidc.Provider
	namesItself bool // its answers carry iss (RFC 9207)
}

func newProvider(c ProviderConfig, now clock.Clock) *provider {
	if c.Issuer == "" {
		return nil
	}
	return &provider{c: c, clock: now, client: &http.Client{Timeout: patience}}
}

func (p *provider) name() string {
	if u, err := url.Parse(p.c.Issuer); p.c.Name == "" && err == nil {
		return u.Hostname()
	}
	return p.c.Name
}

func (p *provider) discover(ctx context.Context) (*discovered, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known != nil {
		return p.known, nil
	}
	// What is found keeps the context's client, and outlives the request.
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.c.Issuer)
	if err != nil {
		return nil, unreachable(err)
	}
	var says struct {
		Names bool `json:"authorization_response_iss_parameter_supported"`
	}
	if err := found.Claims(&says); err != nil {
		return nil, unreachable(err)
	}
	p.known = &discovered{found, says.Names}
	return p.known, nil
}

func unreachable(cause error) error {
	return fault.New(fault.Unavailable, "Chưa liên lạc được với nhà cung cấp định danh. Vui lòng thử lại hoặc đăng nhập bằng mật khẩu.",
		"The identity provider cannot be reached. Please try again, or sign in with a password.").Because(cause)
}

// untrusted refuses an answer of the provider; why is for the log only.
func untrusted(why error) error {
	return fault.New(fault.Denied, "Không xác minh được câu trả lời của nhà cung cấp định danh. Vui lòng đăng nhập lại từ đầu.",
		"The identity provider's answer could not be verified. Please begin the sign-in again.").Because(why)
}

func (p *provider) oauth(d *discovered, redirect string) *oauth2.Config {
	return &oauth2.Config{ClientID: p.c.ClientID, ClientSecret: p.c.ClientSecret, Endpoint: d.Endpoint(), RedirectURL: redirect,
		Scopes: append([]string{oidc.ScopeOpenID}, p.c.Scopes...)}
}

func (p *provider) ask(ctx context.Context, redirect string) (ProviderAsked, error) {
	d, err := p.discover(ctx)
	if err != nil {
		return ProviderAsked{}, err
	}
	a := ProviderAsked{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	a.URL = p.oauth(d, redirect).AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier))
	return a, nil
}

// hear checks an answer: the issuer of the answer itself, the exchange under PKCE, then the token's signature, issuer,
// audience, time, nonce and authorised party (OpenID Connect Core 3.1.3.7).
func (p *provider) hear(ctx context.Context, req HearProviderRequest) (Claimed, error) {
	d, err := p.discover(ctx)
	if err != nil {
		return Claimed{}, err
	}
	if req.Issuer != "" && req.Issuer != p.c.Issuer || req.Issuer == "" && d.namesItself {
		return Claimed{}, untrusted(fmt.Errorf("the answer is of issuer %q", req.Issuer))
	}
	if req.Code == "" || req.Nonce == "" || req.Verifier == "" {
		return Claimed{}, untrusted(errors.New("a code, nonce or verifier is missing"))
	}
	ctx = oidc.ClientContext(ctx, p.client)
	tokens, err := p.oauth(d, req.Redirect).Exchange(ctx, req.Code, oauth2.VerifierOption(req.Verifier))
	if err != nil {
		var answered *oauth2.RetrieveError
		if errors.As(err, &answered) && answered.Response != nil && answered.Response.StatusCode < http.StatusInternalServerError {
			return Claimed{}, untrusted(fmt.Errorf("the code is not exchanged: %s", answered.ErrorCode))
		}
		return Claimed{}, unreachable(err)
	}
	token, err := p.verify(ctx, d, tokens, req.Nonce)
	if err != nil {
		return Claimed{}, untrusted(err)
	}
	return p.claimed(ctx, d, tokens, token)
}

func (p *provider) verify(ctx context.Context, d *discovered, tokens *oauth2.Token, nonce string) (*oidc.IDToken, error) {
	raw, ok := tokens.Extra("id_token").(string)
	if !ok {
		return nil, errors.New("there is no id_token")
	}
	token, err := d.VerifierContext(ctx, &oidc.Config{ClientID: p.c.ClientID, Now: p.clock.Now}).Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1 {
		return nil, errors.New("the nonce is another one")
	}
	var says struct {
		Party string `json:"azp"`
	}
	if err := token.Claims(&says); err != nil {
		return nil, err
	}
	if len(token.Audience) > 1 && says.Party == "" || says.Party != "" && says.Party != p.c.ClientID {
		return nil, fmt.Errorf("the token was issued to %q", says.Party)
	}
	if token.AccessTokenHash != "" {
		if err := token.VerifyAccessToken(tokens.AccessToken); err != nil {
			return nil, err
		}
	}
	return token, nil
}

// claimed reads who it is, from the token or else from the provider's user info of the same subject.
func (p *provider) claimed(ctx context.Context, d *discovered, tokens *oauth2.Token, token *oidc.IDToken) (Claimed, error) {
	claims := map[string]any{}
	if err := token.Claims(&claims); err != nil {
		return Claimed{}, untrusted(err)
	}
	who := p.pick(claims)
	if who.Code == "" && who.Email == "" && d.UserInfoEndpoint() != "" {
		info, err := d.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
		if err != nil {
			return Claimed{}, unreachable(err)
		}
		if info.Subject != token.Subject {
			return Claimed{}, untrusted(errors.New("the user info is of another subject"))
		}
		claims = map[string]any{}
		if err := info.Claims(&claims); err != nil {
			return Claimed{}, untrusted(err)
		}
		who = p.pick(claims)
	}
	if who.Code == "" && who.Email == "" {
		return Claimed{}, fault.New(fault.Denied, "Nhà cung cấp định danh không cho biết mã cán bộ. Vui lòng liên hệ quản trị viên.",
			"The identity provider does not tell the personnel code. Please ask an administrator.")
	}
	who.Issuer, who.Subject = p.c.Issuer, token.Subject
	return who, nil
}

func (p *provider) pick(claims map[string]any) (c Claimed) {
	text := func(claim string) string {
		s, _ := claims[claim].(string)
		return strings.TrimSpace(s)
	}
	if p.c.CodeClaim != "" {
		c.Code = text(p.c.CodeClaim)
	}
	if verified, _ := claims["email_verified"].(bool); c.Code == "" && p.c.EmailClaim != "" && verified {
		c.Email = text(p.c.EmailClaim)
	}
	return c
}
