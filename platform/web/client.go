package web

import (
	"net/http"
	"net/netip"
	"strings"
)

// Client is the address the request came from: that of the connection, or, when the connection is a trusted proxy's,
// the last hop of X-Forwarded-For that is none of the trusted proxies. Anything further left may be made up.
func (e *Edge) Client(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	client := peer.Addr().Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && e.trusts(client); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		client = hop.Unmap().WithZone("")
	}
	return client.String()
}

func (e *Edge) trusts(a netip.Addr) bool {
	for _, network := range e.trusted {
		if network.Contains(a) {
			return true
		}
	}
	return false
}
