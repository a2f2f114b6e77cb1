// Package web is the HTTP edge: sessions, cross-site protection, languages; a page or an error.
package web

import (
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
)

// Config is what the edge must be told.
type Config struct {
	BaseURL        string   // where people reach it: "https://hoc.example"; https makes cookies Secure
	TrustedProxies []string // networks (CIDR) of the proxies in front; only theirs is X-Forwarded-For believed
	MaxBody        int64    // bytes a request may carry unless its handler allows more; 0 means 1 MiB
}

// defaultBody is room for any form and for no file.
const defaultBody = 1 << 20

// HandlerFunc answers a request or says why not.
type HandlerFunc func(w http.ResponseWriter, r *http.Request) error

// ErrorPage shows a refusal to a person; it writes the status.
type ErrorPage func(w http.ResponseWriter, r *http.Request, status int, e *fault.Error)

// Edge is what stands between the network and the pages.
type Edge struct {
	origin  string
	https   bool
	trusted []netip.Prefix
	maxBody int64
	clock   clock.Clock
	log     *slog.Logger
	page    ErrorPage
}

// New makes an edge. Without an error page every refusal is answered as problem+json.
func New(c Config, now clock.Clock, log *slog.Logger, page ErrorPage) (*Edge, error) {
	origin, https, err := parseBase(c.BaseURL)
	if err != nil {
		return nil, err
	}
	e := &Edge{origin: origin, https: https, maxBody: c.MaxBody, clock: now, log: log, page: page}
	if e.maxBody == 0 {
		e.maxBody = defaultBody
	}
	for _, text := range c.TrustedProxies {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fault.Newf(fault.Invalid, "“%s” không phải dải địa chỉ. Ví dụ đúng: 10.0.0.0/8.",
				"“%s” is not a network. A valid one: 10.0.0.0/8.", text).Because(err)
		}
		e.trusted = append(e.trusted, network.Masked())
	}
	return e, nil
}

func parseBase(text string) (origin string, https bool, err error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" ||
		u.Scheme != "http" && u.Scheme != "https" {
		return "", false, fault.Newf(fault.Invalid, "Địa chỉ hệ thống “%s” không hợp lệ. Ví dụ đúng: https://hoc.example.",
			"The base URL “%s” is not valid. A valid one: https://hoc.example.", text)
	}
	return u.Scheme + "://" + u.Host, u.Scheme == "https", nil
}

// Wrap puts everything in front of next that no request may go without: an id, the access log, recovery,
// security headers, cross-site protection and the body limit.
func (e *Edge) Wrap(next http.Handler) http.Handler {
	next = e.LimitBody(next)
	next = e.CrossSite(next)
	next = e.Secure(next)
	next = e.Recover(next)
	next = e.AccessLog(next)
	return e.Identify(next)
}

// Handle makes an HTTP handler of h: what h refuses becomes a page or problem+json.
func (e *Edge) Handle(h HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			e.Fail(w, r, err)
		}
	})
}
