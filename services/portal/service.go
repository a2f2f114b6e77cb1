package portal

import (
	"fmt"
	"net/http"
	"time"

	"khuevan/assets"
	"khuevan/platform/host"
	"khuevan/platform/web"
)

// Config is what the portal must be told.
type Config struct {
	BaseURL        string   // where people reach it
	TrustedProxies []string // networks whose X-Forwarded-For is believed
	Sessions       web.SessionStore
	OnChange       func(service string, heard func()) (stop func(), err error) // tells of changed documents
	Services       []string                                                    // all services, for the status page
	Issuer         string                                                      // name of the body that runs the platform
}

// Portal serves the pages and the API.
type Portal struct {
	d        host.Deps
	c        Config
	edge     *web.Edge
	sessions *web.Sessions
	steps    *web.Sessions // of sign-ins that go on
	bundle   *assets.Bundle
	texts    texts
	callers  *callers
	versions *versions
	signIns  *web.Limiter
}

// A client address may try to sign in a hundred times at once, and then twice a second: a whole commune may stand behind
// one address. Guessing at one account is held back by the directory.
const (
	signInBurst = 100
	signInEvery = 500 * time.Millisecond
)

// New makes the portal.
func New(d host.Deps, c Config) (host.Service, error) {
	bundle, err := assets.Load()
	if err != nil {
		return host.Service{}, fmt.Errorf("portal: %w", err)
	}
	p := &Portal{d: d, c: c, bundle: bundle, texts: newTexts(), signIns: web.NewLimiter(d.Clock, signInEvery, signInBurst)}
	p.callers, p.versions = newCallers(d), newVersions()
	if p.edge, err = web.New(web.Config{BaseURL: c.BaseURL, TrustedProxies: c.TrustedProxies}, d.Clock, d.Log, p.errorPage); err != nil {
		return host.Service{}, fmt.Errorf("portal: %w", err)
	}
	if p.sessions, err = web.NewSessions(c.Sessions, d.Clock, c.BaseURL); err != nil {
		return host.Service{}, fmt.Errorf("portal: %w", err)
	}
	p.steps = p.sessions.Steps()
	return host.Service{Name: "portal", HTTP: p.edge.Wrap(p.routes())}, nil
}

// routes is the table of contents of the portal.
func (p *Portal) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /assets/", p.bundle)
	mux.Handle("GET /lang", p.edge.ChooseLang())
	mux.Handle("GET /{$}", p.edge.Handle(p.home))
	mux.Handle("GET /sign-in", p.edge.Handle(p.form(p.drawSignIn)))
	mux.Handle("POST /sign-in", p.edge.Handle(p.signIn))
	mux.Handle("POST /sign-in/demo", p.edge.Handle(p.demoSignIn))
	mux.Handle("POST /sign-out", p.edge.Handle(p.signOut))
	p.stepRoutes(mux)
	p.securityRoutes(mux)
	mux.Handle("GET /live", p.edge.Handle(p.live))
	p.apiRoutes(mux)
	p.learnerRoutes(mux)
	p.staffRoutes(mux)
	p.analysisRoutes(mux)
	mux.Handle("/", p.edge.Handle(p.notFound))
	return mux
}
