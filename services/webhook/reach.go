package webhook

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
	"time"

	"khuevan/platform/fault"
)

// Bounds of one delivery.
const (
	connecting = 5 * time.Second
	answering  = 8 * time.Second // connecting included; shorter than a call waits, so that a test event has a result
	maxURL     = 1000
)

// reach says which addresses may be called: public ones, and networks that the operator named. It is asked again with each
// connection, as a name may lead elsewhere by then.
type reach struct {
	networks []netip.Prefix
	plain    bool // http without TLS, not only on this machine
}

// newReach reads the operator's networks.
func newReach(networks []string, plain bool) (reach, error) {
	r := reach{plain: plain}
	for _, text := range networks {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return r, fmt.Errorf("webhook: network %q: expected something like 10.1.0.0/16: %w", text, err)
		}
		r.networks = append(r.networks, p.Masked())
	}
	return r, nil
}

// special are networks that lead to no public host, or through a translator to one that need not be (RFC 6890 and its registry).
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("::/96"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10"),
}

// may reports whether an address may be called.
func (r reach) may(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	in := func(p netip.Prefix) bool { return p.Contains(a) }
	if slices.ContainsFunc(r.networks, in) {
		return true
	}
	return a.IsGlobalUnicast() && !a.IsPrivate() && !slices.ContainsFunc(special, in)
}

// errForbidden is what a connection to a forbidden address ends with.
var errForbidden = fmt.Errorf("webhook: the address is in no network that may be called")

// control looks at an address after names were resolved and before anything is sent.
func (r reach) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !r.may(at.Addr()) {
		return errForbidden
	}
	return nil
}

// client calls endpoints. It follows no redirect and asks no proxy, which would go where reach does not look.
func (r reach) client() *http.Client {
	dialer := &net.Dialer{Timeout: connecting, Control: r.control}
	return &http.Client{
		Timeout:       answering,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: connecting, ForceAttemptHTTP2: true, DisableCompression: true,
			MaxIdleConnsPerHost: 1, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 16 << 10},
	}
}

// check refuses an address that cannot be an endpoint's, as far as can be seen today.
func (r reach) check(ctx context.Context, text string) error {
	bad := func(vi, en string) error {
		return fault.New(fault.Invalid, "Địa chỉ nhận chưa dùng được.", "The address cannot be used.").With("url", vi, en)
	}
	u, err := url.Parse(text)
	if err != nil || len(text) > maxURL || u.Hostname() == "" || u.Fragment != "" {
		return bad("Hãy ghi địa chỉ đầy đủ, ví dụ https://he-thong.example.gov.vn/khuevan.", "Write a whole address, such as https://system.example.gov.vn/khuevan.")
	}
	if u.User != nil {
		return bad("Địa chỉ không được chứa tên và mật khẩu: mỗi sự kiện đã có chữ ký.", "The address must not hold a name and password: each event is signed.")
	}
	loopback := u.Hostname() == "localhost"
	if a, err := netip.ParseAddr(u.Hostname()); err == nil {
		loopback = a.Unmap().IsLoopback()
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !r.plain && !loopback) {
		return bad("Địa chỉ phải bắt đầu bằng https://.", "The address must begin with https://.")
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil {
		return bad("Không tìm thấy máy chủ “"+u.Hostname()+"”. Hãy kiểm tra tên máy chủ.", "The host “"+u.Hostname()+"” was not found. Check its name.")
	}
	if slices.ContainsFunc(found, func(a netip.Addr) bool { return !r.may(a) }) {
		return bad("Máy chủ “"+u.Hostname()+"” nằm trong mạng nội bộ chưa được phép. Người vận hành khai báo mạng này trong webhook_networks.",
			"The host “"+u.Hostname()+"” stands in an internal network that is not allowed. The operator names it in webhook_networks.")
	}
	return nil
}
