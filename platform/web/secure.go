package web

import (
	"net/http"

	"khuevan/platform/fault"
)

const (
	contentPolicy = "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; " +
		"frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
	permissions = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
	// strictTransport is a year; sub-domains are not included, since they are not ours to decide about.
	strictTransport = "max-age=31536000"
)

// Secure sets the headers that keep a browser on our side. Nothing is cached unless its handler says so.
func (e *Edge) Secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", permissions)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if e.https {
			h.Set("Strict-Transport-Security", strictTransport)
		}
		next.ServeHTTP(w, r)
	})
}

// AllowMedia lets a page play a video of another site, and nothing else of it.
func AllowMedia(h http.Header, origin string) {
	h.Set("Content-Security-Policy", contentPolicy+"; media-src 'self' "+origin)
}

// CrossSite refuses requests that change something and come from another site's page. See docs/decisions/0007-web-edge.md.
func (e *Edge) CrossSite(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	if err := guard.AddTrustedOrigin(e.origin); err != nil {
		panic("web: " + err.Error()) //nolint:forbidigo // New has parsed the origin
	}
	guard.SetDenyHandler(e.Handle(func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.Denied,
			"Yêu cầu đến từ một trang web khác nên đã bị từ chối. Hãy mở lại hệ thống và thao tác từ trang của hệ thống.",
			"The request came from another web site and was refused. Please open the system again and act from its own pages.")
	}))
	return guard.Handler(next)
}
