package web_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/web"
)

var noon = time.Date(2026, 3, 2, 5, 0, 0, 0, time.UTC)

func page(w http.ResponseWriter, _ *http.Request, status int, e *fault.Error) {
	w.WriteHeader(status)
	fmt.Fprint(w, "<h1>"+e.Vi+"</h1>")
}

func newEdge(t *testing.T, c web.Config, now clock.Clock, log io.Writer) *web.Edge {
	t.Helper()
	if c.BaseURL == "" {
		c.BaseURL = "http://hoc.example"
	}
	e, err := web.New(c, now, slog.New(slog.NewJSONHandler(log, nil)), page)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func edge(t *testing.T) *web.Edge { return newEdge(t, web.Config{}, clock.NewTest(noon), io.Discard) }

// ask sends a request with "Name: value" headers.
func ask(h http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func answers(err error) web.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) error {
		if err == nil {
			fmt.Fprint(w, "ok")
		}
		return err
	}
}

func TestConfigIsChecked(t *testing.T) {
	for _, c := range []web.Config{
		{}, {BaseURL: "hoc.example"}, {BaseURL: "ftp://hoc.example"}, {BaseURL: "https://hoc.example/portal"}, {BaseURL: "https://a@hoc.example"},
		{BaseURL: "https://hoc.example", TrustedProxies: []string{"10.0.0.1"}},
	} {
		if _, err := web.New(c, clock.System{}, slog.Default(), nil); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v gave %v", c, err)
		}
	}
}

func TestEachKindHasItsStatus(t *testing.T) {
	for kind, want := range map[fault.Kind]int{
		fault.Invalid: 422, fault.Denied: 403, fault.NotFound: 404, fault.Conflict: 409, fault.Unavailable: 503, fault.Internal: 500, "new": 500,
	} {
		if got := web.Status(kind); got != want {
			t.Errorf("%s is %d, not %d", kind, got, want)
		}
	}
}

func TestARefusalIsAPageForPeopleAndAProblemForPrograms(t *testing.T) {
	refusal := fault.New(fault.Invalid, "Thiếu họ tên.", "The name is missing.").With("name", "Nhập họ tên", "Enter the name")
	h := edge(t).Wrap(edge(t).Handle(answers(fmt.Errorf("register: %w", refusal))))

	w := ask(h, "GET", "/", "", "Accept: text/html,application/json")
	if w.Code != 422 || w.Body.String() != "<h1>Thiếu họ tên.</h1>" {
		t.Errorf("people see %d %s", w.Code, w.Body)
	}
	for _, header := range []string{"Accept: application/json", "Authorization: Bearer x", "Content-Type: application/json"} {
		w = ask(h, "GET", "/", "", header, "Cookie: lang=en")
		var p map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Fatalf("%s: %v: %s", header, err, w.Body)
		}
		if w.Code != 422 || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", header, w.Code, w.Header())
		}
		want := map[string]any{"type": "about:blank", "title": "Unprocessable Entity", "status": 422.0, "kind": "invalid",
			"detail": "The name is missing.", "vi": "Thiếu họ tên.", "en": "The name is missing.",
			"fields":     []any{map[string]any{"name": "name", "vi": "Nhập họ tên", "en": "Enter the name"}},
			"request_id": w.Header().Get("X-Request-Id")}
		if fmt.Sprint(p) != fmt.Sprint(want) {
			t.Errorf("programs read %v, not %v", p, want)
		}
	}
	if w = ask(h, "GET", "/api/people", ""); w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("the API's path answers %s", w.Header())
	}
}

func TestOurMistakesAreLoggedAndNotShown(t *testing.T) {
	var log bytes.Buffer
	e := newEdge(t, web.Config{}, clock.NewTest(noon), &log)
	w := ask(e.Wrap(e.Handle(answers(errors.New("disk 7 is full")))), "GET", "/api/x", "")
	if w.Code != 500 || strings.Contains(w.Body.String(), "disk 7") {
		t.Errorf("answered %d %s", w.Code, w.Body)
	}
	if !strings.Contains(log.String(), "disk 7 is full") || !strings.Contains(log.String(), w.Header().Get("X-Request-Id")) {
		t.Errorf("log: %s", log.String())
	}
}

func TestAnAnswerThatHasBegunIsNotFollowedByAnother(t *testing.T) {
	e := edge(t)
	w := ask(e.Wrap(e.Handle(func(w http.ResponseWriter, _ *http.Request) error {
		fmt.Fprint(w, "half")
		return errors.New("broken")
	})), "GET", "/", "")
	if w.Code != 200 || w.Body.String() != "half" {
		t.Errorf("answered %d %q", w.Code, w.Body)
	}
}

func TestAPanicIsAnInternalError(t *testing.T) {
	var log bytes.Buffer
	e := newEdge(t, web.Config{}, clock.NewTest(noon), &log)
	w := ask(e.Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("nil map") })), "GET", "/", "")
	if w.Code != 500 || strings.Contains(w.Body.String(), "nil map") || !strings.Contains(log.String(), "nil map") {
		t.Errorf("answered %d %s; log %s", w.Code, w.Body, log.String())
	}
	defer func() {
		if why := recover(); why != http.ErrAbortHandler { //nolint:errorlint // the very value
			t.Errorf("half an answer ended with %v", why)
		}
	}()
	ask(e.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "half")
		panic("nil map")
	})), "GET", "/", "")
}

func TestTheAccessLogOmitsTheQuery(t *testing.T) {
	var log bytes.Buffer
	now := clock.NewTest(noon)
	e := newEdge(t, web.Config{}, now, &log)
	ask(e.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		now.Advance(3 * time.Millisecond)
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprint(w, "four")
	})), "GET", "/people?q=Lan", "")
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	delete(line, "time")
	delete(line, "request")
	want := map[string]any{"level": "INFO", "msg": "request", "method": "GET", "path": "/people", "status": 418.0, "bytes": 4.0,
		"took": 3e6, "client": "192.0.2.1"}
	if fmt.Sprint(line) != fmt.Sprint(want) {
		t.Errorf("logged %v, not %v", line, want)
	}
}

func TestTheBodyIsLimitedUnlessTheHandlerAllowsMore(t *testing.T) {
	e := newEdge(t, web.Config{MaxBody: 2048}, clock.NewTest(noon), io.Discard)
	read := func(allow int64) http.Handler {
		return e.Wrap(e.Handle(func(w http.ResponseWriter, r *http.Request) error {
			if allow > 0 {
				web.AllowBody(w, r, allow)
			}
			got, err := io.ReadAll(r.Body)
			if err == nil {
				fmt.Fprint(w, len(got))
			}
			return err
		}))
	}
	for _, c := range []struct {
		allow  int64
		send   int
		status int
		body   string
	}{
		{0, 2048, 200, "2048"}, {0, 2049, 413, "<h1>Nội dung gửi lên vượt quá giới hạn 2 KB.</h1>"},
		{4096, 4096, 200, "4096"}, {4096, 4097, 413, "<h1>Nội dung gửi lên vượt quá giới hạn 4 KB.</h1>"},
	} {
		w := ask(read(c.allow), "POST", "/", strings.Repeat("x", c.send))
		if w.Code != c.status || w.Body.String() != c.body {
			t.Errorf("%+v: %d %s", c, w.Code, w.Body)
		}
	}
}

func TestSecurityHeaders(t *testing.T) {
	for base, transport := range map[string]string{"http://hoc.example": "", "https://hoc.example": "max-age=31536000"} {
		e := newEdge(t, web.Config{BaseURL: base}, clock.NewTest(noon), io.Discard)
		h := ask(e.Wrap(e.Handle(answers(nil))), "GET", "/", "").Header()
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; " +
				"frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'",
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
			"Cache-Control": "no-store", "Strict-Transport-Security": transport,
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q", base, name, got)
			}
		}
	}
}

func TestOtherSitesCannotAct(t *testing.T) {
	e := newEdge(t, web.Config{BaseURL: "https://hoc.example"}, clock.NewTest(noon), io.Discard)
	h := e.Wrap(e.Handle(answers(nil)))
	for _, c := range []struct {
		method string
		header string
		want   int
	}{
		{"POST", "Sec-Fetch-Site: same-origin", 200},
		{"POST", "Sec-Fetch-Site: none", 200},
		{"POST", "Sec-Fetch-Site: cross-site", 403},
		{"POST", "Sec-Fetch-Site: same-site", 403},
		{"GET", "Sec-Fetch-Site: cross-site", 200},
		{"POST", "Origin: https://evil.example", 403}, // a browser without Sec-Fetch-Site
		{"POST", "Origin: null", 403},
		{"POST", "Origin: https://hoc.example", 200},
		{"POST", "X-Neither: 1", 200}, // a program
	} {
		w := ask(h, c.method, "https://hoc.example/submit", "", c.header, "Accept: text/html")
		if w.Code != c.want || c.want == 403 && !strings.Contains(w.Body.String(), "trang web khác") {
			t.Errorf("%s with %s: %d %s", c.method, c.header, w.Code, w.Body)
		}
	}
}

func TestTheClientIsBelievedOnlyThroughTrustedProxies(t *testing.T) {
	e := newEdge(t, web.Config{TrustedProxies: []string{"10.0.0.0/8", "fd00::/8"}}, clock.NewTest(noon), io.Discard)
	for _, c := range []struct {
		peer, forwarded, want string
	}{
		{"203.0.113.9:1234", "198.51.100.1", "203.0.113.9"},
		{"10.1.2.3:1234", "198.51.100.1", "198.51.100.1"},
		{"10.1.2.3:1234", "1.1.1.1, 198.51.100.1", "198.51.100.1"},
		{"10.1.2.3:1234", "1.1.1.1, 198.51.100.1, 10.9.9.9", "198.51.100.1"},
		{"10.1.2.3:1234", "", "10.1.2.3"},
		{"10.1.2.3:1234", "unknown", "10.1.2.3"},
		{"[::ffff:10.1.2.3]:1234", "2001:db8::1", "2001:db8::1"},
		{"@", "198.51.100.1", "@"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		r.Header.Set("X-Forwarded-For", c.forwarded)
		if got := e.Client(r); got != c.want {
			t.Errorf("%s for %q is %s, not %s", c.peer, c.forwarded, got, c.want)
		}
	}
	if got := edge(t).Client(&http.Request{RemoteAddr: "10.1.2.3:1", Header: http.Header{"X-Forwarded-For": {"1.1.1.1"}}}); got != "10.1.2.3" {
		t.Errorf("without trusted proxies: %s", got)
	}
}

func TestLogsKeepNoNamesThatStandInPaths(t *testing.T) {
	for path, want := range map[string]string{
		"/":                                "/",
		"/people/pyklzs/privacy":           "/people/pyklzs/privacy",
		"/attempts/p1_attt-co-ban_1_1":     "/attempts/p1_attt-co-ban_1_1",
		"/verify/KV-2026-AAAA-BBBB-CCCC":   "/verify/*",
		"/verify/nguyen-thi-lan-chi":       "/verify/*",
		"/people/Nguyễn Thị Lan Chi":       "/people/*",
		"/people/lan.chi@mayngan.example/": "/people/*/",
		"/" + strings.Repeat("a", 200):     "/*",
	} {
		if got := web.LoggedPath(path); got != want {
			t.Errorf("%s is logged as %s, want %s", path, got, want)
		}
	}
}
