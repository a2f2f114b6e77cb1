package portal_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"khuevan/content"
	"khuevan/events"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/jetstream"
	"khuevan/platform/rpc"
	"khuevan/platform/web"
	"khuevan/services/access"
	"khuevan/services/account"
	"khuevan/services/catalog"
	"khuevan/services/certification"
	"khuevan/services/directory"
	"khuevan/services/enrolment"
	"khuevan/services/evaluation"
	"khuevan/services/measurement"
	"khuevan/services/notification"
	"khuevan/services/portal"
	"khuevan/services/progress"
	"khuevan/services/quiz"
	"khuevan/services/refresher"
	"khuevan/services/reporting"
	"khuevan/services/scheduler"
	"khuevan/services/webhook"
)

const (
	issuer = "Sở Khoa học và Công nghệ tỉnh Mây Ngàn (giả định)"
	course = "attt-co-ban"
	units  = "code,name,kind,parent,established\nMN,Tỉnh Mây Ngàn (giả định),province,,2025-07-01\nMN-XDM,Xã Đỉnh Mây,commune,MN,2025-07-01\n" +
		"MN-XSS,Xã Suối Sương,commune,MN,2025-07-01\n"
	people = "code,name,email,birth_year,unit,post,roles\n" +
		"DEMO-0100,Nguyễn Thị Lan Chi,lan.chi@mayngan.example,1969,MN-XDM,clerk,learner\n" +
		"DEMO-0101,Trần Gió Thu,gio.thu@mayngan.example,1975,MN-XDM,leader,head;learner\n" +
		"DEMO-0102,Lê Suối Trong,suoi.trong@mayngan.example,1980,MN-XSS,clerk,learner\n" +
		"DEMO-0001,Bùi Hoa Quỳnh,hoa.quynh@mayngan.example,1985,MN,it-officer,admin;learner\n" +
		"DEMO-0002,Trần Hoa Mộc,hoa.moc@mayngan.example,1986,MN,officer,trainer;learner\n" +
		"DEMO-0003,Nguyễn Hoa Đào,hoa.dao@mayngan.example,1987,MN,officer,analyst;learner\n" +
		"DEMO-0004,Hoàng Núi Xanh,nui.xanh@mayngan.example,1980,MN,officer,trainer;learner\n" +
		"DEMO-0009,Phạm Đá Cuội,da.cuoi@mayngan.example,1988,MN,leader,admin;trainer;analyst;head;learner\n"
)

// house is the services behind the portal, on a bus of their own, with the shipped course on offer.
type house struct {
	*hosttest.House
	t     *testing.T
	admin context.Context
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := bareHouse(t)
	h.furnish()
	return h
}

// bareHouse has units and people only.
func bareHouse(t *testing.T) *house {
	t.Helper()
	plain := func(build func(host.Deps) host.Service) hosttest.Build {
		return func(d host.Deps) (host.Service, error) {
			return build(d), nil
		}
	}
	bus := hosttest.Bus(t, events.All())
	structured(bus)
	bus.Serve(
		plain(directory.New), func(d host.Deps) (host.Service, error) {
			return account.New(d, account.Config{BaseURL: "http://khuevan.example"}), nil
		}, plain(access.New), plain(enrolment.New), plain(progress.New), plain(measurement.New),
		func(d host.Deps) (host.Service, error) { return scheduler.New(d, content.FS) },
		func(d host.Deps) (host.Service, error) { return refresher.New(d, content.FS) },
		func(d host.Deps) (host.Service, error) { return evaluation.New(d, content.FS) },
		func(d host.Deps) (host.Service, error) {
			return reporting.New(d, reporting.Config{Scan: bus.Journal.Scan})
		},
		func(d host.Deps) (host.Service, error) { return catalog.New(d, content.FS) },
		func(d host.Deps) (host.Service, error) {
			notes, err := jetstream.OpenNotes(t.Context(), bus.Journal, "webhook", webhook.KeptDeliveries, 1)
			if err != nil {
				return host.Service{}, err
			}
			return webhook.New(d, webhook.Config{Journal: bus.Journal, Notes: notes, BaseURL: "http://khuevan.example", Networks: []string{"127.0.0.0/8"}})
		},
		func(d host.Deps) (host.Service, error) {
			return quiz.New(d, quiz.Config{Seed: func() uint64 { return 1 }, Shipped: content.Questions}), nil
		},
		func(d host.Deps) (host.Service, error) {
			return certification.New(d, certification.Config{Issuer: issuer, BaseURL: "http://khuevan.example"})
		},
		func(d host.Deps) (host.Service, error) {
			return notification.New(d, notification.Config{BaseURL: "http://khuevan.example", From: "Khuê Văn <khuevan@mayngan.example>", SinkDir: t.TempDir()})
		})
	h := &house{House: bus, t: t}
	h.admin = bus.As("root", rpc.Grant{Role: events.RoleAdmin}, rpc.Grant{Role: events.RoleTrainer})
	files := directory.ImportFiles{Units: units, People: people}
	preview := call(h, directory.PreviewImport, files)
	call(h, directory.ConfirmImport, directory.ConfirmImportRequest{ImportFiles: files, Digest: preview.Digest})
	h.Settle()
	return h
}

// structured lets a house decide its rules on the structure of the day and record looks, as the program does.
func structured(h *hosttest.House) {
	h.Structure, h.Read = access.NewStructure(h.Deps), access.NewRecorder(h.Deps).Read
}

// furnish publishes the course with its questions and assigns it to everyone.
func (h *house) furnish() {
	h.t.Helper()
	packages := call(h, catalog.ListPackages, rpc.Empty{})
	call(h, catalog.PublishCourse, catalog.PublishCourseRequest{Package: packages[0].Name})
	call(h, quiz.ImportItems, quiz.ImportItemsRequest{Course: course, Markdown: packages[0].Questions})
	h.Settle()
	call(h, enrolment.AssignCourse, enrolment.AssignCourseRequest{Course: course, Unit: h.unit("MN"),
		Due: h.Clock.Now().Add(10 * 24 * time.Hour)})
	h.Settle()
}

// call asks a service as an administrator and trainer.
func call[Req, Resp any](h *house, m rpc.Method[Req, Resp], req Req) Resp {
	h.t.Helper()
	identity := rpc.From(h.admin).Identity
	resp, err := m.Call(h.As(identity.Person, identity.Grants...), h.Client, req)
	if err != nil {
		h.t.Fatal(err)
	}
	return resp
}

// unit is the id of a unit.
func (h *house) unit(code string) string {
	h.t.Helper()
	for _, u := range call(h, directory.ListUnits, directory.ListUnitsRequest{}) {
		if u.Code == code {
			return u.ID
		}
	}
	h.t.Fatalf("no unit %s", code)
	return ""
}

// denials takes the calls that were denied since the last look, as "actor method".
func (h *house) denials() (all []string) {
	for d := h.Denied(); d != ""; d = h.Denied() {
		all = append(all, d)
	}
	return all
}

// open serves the portal; change adjusts what it is built of.
func (h *house) open(change ...func(*host.Deps)) *httptest.Server {
	h.t.Helper()
	d := h.Deps
	for _, fn := range change {
		fn(&d)
	}
	s, err := portal.New(d, portal.Config{BaseURL: "http://khuevan.example", Sessions: web.MemorySessions(h.Clock), OnChange: func(service string, heard func()) (func(), error) { return host.OnChange(h.Conn(), service, heard) }, Issuer: issuer,
		Services: append(served(), "account", "access", "measurement", "scheduler", "refresher", "evaluation", "reporting")})
	if err != nil {
		h.t.Fatal(err)
	}
	server := httptest.NewServer(s.HTTP)
	h.t.Cleanup(server.Close)
	return server
}

// reader is a browser without scripts that follows no redirect by itself.
type reader struct {
	t      *testing.T
	site   string
	client *http.Client
}

type answer struct {
	status   int
	location string
	header   http.Header
	body     string
}

func visit(t *testing.T, site *httptest.Server) *reader {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &reader{t: t, site: site.URL, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// signIn enters as a demo person.
func signIn(t *testing.T, site *httptest.Server, code string) *reader {
	t.Helper()
	r := visit(t, site)
	if a := r.post("/sign-in/demo", url.Values{"code": {code}}); a.status != http.StatusSeeOther {
		t.Fatalf("sign in: %d %s", a.status, a.body)
	}
	return r
}

func (r *reader) get(path string) answer {
	r.t.Helper()
	return r.ask(http.MethodGet, path, nil)
}

func (r *reader) post(path string, form url.Values, headers ...string) answer {
	r.t.Helper()
	return r.ask(http.MethodPost, path, form, headers...)
}

func (r *reader) ask(method, path string, form url.Values, headers ...string) answer {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.site+path, strings.NewReader(form.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := r.client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end below
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{status: resp.StatusCode, location: resp.Header.Get("Location"), header: resp.Header, body: string(body)}
}

// sees fails the test unless the answer is a whole page that shows the texts.
func (a answer) sees(t *testing.T, texts ...string) {
	t.Helper()
	if a.status != http.StatusOK || strings.Count(a.body, "<h1") != 1 {
		t.Fatalf("status %d with %d level-1 headings:\n%s", a.status, strings.Count(a.body, "<h1"), a.body)
	}
	a.shows(t, texts...)
}

func (a answer) shows(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Errorf("the page does not show %q:\n%s", text, a.body)
		}
	}
}

func (a answer) hides(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			t.Errorf("the page shows %q", text)
		}
	}
}

// leads fails the test unless the answer is a redirect to a path, whatever fact its query names.
func (a answer) leads(t *testing.T, to string) {
	t.Helper()
	if got := regexp.MustCompile(`[?&]seq=\d+`).ReplaceAllString(a.location, ""); a.status != http.StatusSeeOther || got != to {
		t.Fatalf("status %d to %q, want 303 to %q:\n%s", a.status, a.location, to, a.body)
	}
}

// request is the id of the page's form.
func (a answer) request(t *testing.T) string {
	t.Helper()
	found := regexp.MustCompile(`name="request" value="([A-Z2-7]+)"`).FindStringSubmatch(a.body)
	if found == nil {
		t.Fatalf("no form with a request id:\n%s", a.body)
	}
	return found[1]
}
