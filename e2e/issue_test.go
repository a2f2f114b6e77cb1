package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/services/catalog"
	"khuevan/services/certification"
	"khuevan/services/directory"
	"khuevan/services/enrolment"
	"khuevan/services/progress"
)

const (
	orderedCourse = "lop-tap-huan"
	orderedYML    = "code: lop-tap-huan\ntitle:\n  vi: Lớp tập huấn an toàn thông tin\n  en: A class on information security\nsummary:\n  vi: Một bài, chứng nhận cấp theo đợt.\n  en: One lesson, certificates in batches.\n" +
		"hours: 1\nlanguage: vi\ncertificate: ordered\nlessons:\n  - id: bai\n    minutes: 15\n    title:\n      vi: Bài duy nhất\n      en: The only lesson\n"
	issueCuts = 4 // kills, each of which has to leave something to do
)

// TestKillingTheProcessWhileCertificatesAreIssued kills the platform again and again while an order is carried out. In the
// end everybody has exactly one certificate, and the register counts them without gaps.
func TestKillingTheProcessWhileCertificatesAreIssued(t *testing.T) {
	h := &house{t: t, dir: province(t, usual(t)), program: usual(t)}
	addr := freePort(t)
	h.url = "http://" + addr
	args := []string{"serve", "-data", h.dir, "-listen", addr, "-demo"}
	env := []string{"KHUEVAN_TRUSTED_PROXIES=127.0.0.0/8"}
	h.run("all", env, args...)
	h.awaitReady(addr)
	trainer := h.api("DEMO-0002")
	people := attendClass(t, h, trainer)
	seen := awaitWaiting(t, trainer, len(people))
	today := clock.Local(time.Now()).Format(time.DateOnly)
	var started certification.OrderStarted
	at := h.interrupted(t, func() {
		started = must[certification.OrderStarted](t, trainer, "certification/start-order",
			certification.OrderRequest{Course: orderedCourse, From: today, Through: today, Known: seen.Known})
	}, events.CertificateIssued{}, len(people), issueCuts)
	awaitOrder(t, trainer, started, func(o certification.Order) bool { return !o.Finished.IsZero() && o.Issued == len(people) })
	h.procs[0].stop(t)
	for _, wrong := range registerFaults(h.journal(t), people) {
		t.Error(wrong)
	}
	if len(at) < issueCuts {
		t.Errorf("only %d kills left something to do, with %v certificates; that means too little", len(at), at)
	}
	if out, code := h.command("verify"); code != 0 {
		t.Errorf("verify exits with %d:\n%s", code, out)
	}
	t.Logf("%d people; killed when so many were issued: %v", len(people), at)
}

func awaitOrder(t *testing.T, trainer *client, started certification.OrderStarted, so func(certification.Order) bool) {
	t.Helper()
	for end := time.Now().Add(patience); ; breathe() {
		o := must[certification.Order](t, trainer, "certification/get-order", certification.GetOrderRequest{Order: started.Order, After: started.Seq})
		if so(o) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the order does not get on: %+v", o)
		}
	}
}

// attendClass publishes a course whose certificates are ordered and lets the whole province complete it.
func attendClass(t *testing.T, h *house, trainer *client) (people []string) {
	t.Helper()
	units := must[[]directory.Unit](t, trainer, "directory/list-units", struct{}{})
	offerClass(t, trainer, units[slices.IndexFunc(units, func(u directory.Unit) bool { return u.Parent == "" })].ID)
	var side sync.WaitGroup
	var mu sync.Mutex
	codes := make(chan string)
	for range crew {
		side.Go(func() {
			for code := range codes {
				person := attends(t, h, code)
				mu.Lock()
				people = append(people, person)
				mu.Unlock()
			}
		})
	}
	feed(t.Context(), codes, demoCodes(t))
	side.Wait()
	return people
}

// offerClass publishes the course and assigns it to a unit and those below it.
func offerClass(t *testing.T, trainer *client, unit string) {
	t.Helper()
	must[catalog.Published](t, trainer, "catalog/publish-course", catalog.PublishCourseRequest{Files: map[string]string{"course.yaml": orderedYML, "lessons/bai.md": "Nội dung.\n"}})
	until(t, func(ctx context.Context) error {
		var got enrolment.Assigned
		return trainer.call(ctx, "enrolment/assign-course", "class", enrolment.AssignCourseRequest{Course: orderedCourse, Unit: unit, Due: time.Now().Add(240 * time.Hour)}, &got)
	})
}

// attends completes the only lesson as one person, and gives their id.
func attends(t *testing.T, h *house, code string) string {
	c := &client{url: h.url, http: &http.Client{Timeout: 15 * time.Second, Transport: from(code)}}
	var session struct {
		Token string             `json:"token"`
		Who   directory.Identity `json:"who"`
	}
	until(t, func(ctx context.Context) error {
		return c.call(ctx, "session", "", map[string]string{"demo": code}, &session)
	})
	c.token = session.Token
	for _, step := range []string{"progress/start-lesson", "progress/complete-lesson"} {
		until(t, func(ctx context.Context) error { // the enrolment may not be known yet
			var r rpc.Receipt
			return c.call(ctx, step, code+step, progress.LessonRequest{Course: orderedCourse, Lesson: "bai"}, &r)
		})
	}
	return session.Who.Person
}

// from lets every person call from an address of their own: sign-ins from one are slowed down.
type from string

// RoundTrip implements http.RoundTripper.
func (f from) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	n := seedOf(string(f))
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("2001:db8::%x:%x", n>>16&0xffff, n&0xffff))
	return http.DefaultTransport.RoundTrip(r)
}

// until repeats what the house may not be able to do yet.
func until(t *testing.T, fn func(context.Context) error) {
	t.Helper()
	for end := time.Now().Add(patience); ; breathe() {
		err := fn(t.Context())
		if err == nil {
			return
		}
		var f *fault.Error
		if time.Now().After(end) || !errors.As(err, &f) {
			t.Errorf("not done in time: %v", err)
			return
		}
	}
}

func awaitWaiting(t *testing.T, trainer *client, n int) certification.OrderPreview {
	t.Helper()
	today := clock.Local(time.Now()).Format(time.DateOnly)
	for end := time.Now().Add(patience); ; breathe() {
		x := must[certification.OrderPreview](t, trainer, "certification/preview-order", certification.OrderRequest{Course: orderedCourse, From: today, Through: today})
		if x.Waiting == n {
			return x
		}
		if time.Now().After(end) {
			t.Fatalf("%d wait for a certificate, want %d", x.Waiting, n)
		}
	}
}

// issued is what a certificate's fact says of its holder and of its place in the register.
type issued struct {
	Certificate string    `json:"certificate"`
	Person      string    `json:"person"`
	Course      string    `json:"course"`
	IssuerID    string    `json:"issuer_id"`
	Number      int       `json:"number"`
	Issued      time.Time `json:"issued"`
}

func issuedTo(journal []recorded) (all []issued) {
	for _, r := range journal {
		var c issued
		if r.Type == "certification.certificate-issued.v1" && json.Unmarshal(r.Data, &c) == nil && c.Course == orderedCourse {
			all = append(all, c)
		}
	}
	return all
}

// registerFaults lists everybody who has no certificate of the class or more than one, and every gap and double of a register.
func registerFaults(journal []recorded, people []string) (wrong []string) {
	holds, registers := map[string]int{}, map[string]map[int]int{}
	for _, c := range issuedTo(journal) {
		holds[c.Person]++
		name := fmt.Sprintf("%s of %d", c.IssuerID, clock.Local(c.Issued).Year())
		if registers[name] == nil {
			registers[name] = map[int]int{}
		}
		registers[name][c.Number]++
	}
	for _, person := range people {
		if n := holds[person]; n != 1 {
			wrong = append(wrong, fmt.Sprintf("%s holds %d certificates", person, n))
		}
		delete(holds, person)
	}
	for person := range holds {
		wrong = append(wrong, person+" was not in the class and holds one")
	}
	for name, numbers := range registers {
		last := 0
		for n, times := range numbers {
			if last = max(last, n); times > 1 {
				wrong = append(wrong, fmt.Sprintf("number %d of register %s was given %d times", n, name, times))
			}
		}
		for n := 1; n <= last; n++ {
			if numbers[n] == 0 {
				wrong = append(wrong, fmt.Sprintf("number %d of register %s is missing", n, name))
			}
		}
		if numbers[0] > 0 {
			wrong = append(wrong, "a certificate has no number")
		}
	}
	slices.Sort(wrong)
	return wrong
}

func TestTheRegisterIsFoundFaultyWhereItIs(t *testing.T) {
	fact := func(person string, number int) recorded {
		return recorded{Type: "certification.certificate-issued.v1", Data: json.RawMessage(fmt.Sprintf(
			`{"certificate":"%[1]s_x_1","person":"%[1]s","course":"`+orderedCourse+`","issuer_id":"1","number":%[2]d,"issued":"2026-11-23T01:00:00Z"}`, person, number))}
	}
	people := []string{"a", "b", "c"}
	for name, tc := range map[string]struct {
		journal []recorded
		want    string
	}{
		"nothing wrong":        {[]recorded{fact("a", 2), fact("b", 1), fact("c", 3)}, ""},
		"somebody has none":    {[]recorded{fact("a", 1), fact("b", 2)}, "c holds 0 certificates"},
		"somebody has two":     {[]recorded{fact("a", 1), fact("b", 2), fact("c", 3), fact("c", 4)}, "c holds 2 certificates"},
		"a number left out":    {[]recorded{fact("a", 1), fact("b", 2), fact("c", 4)}, "number 3 of register 1 of 2026 is missing"},
		"the first left out":   {[]recorded{fact("a", 2), fact("b", 3), fact("c", 4)}, "number 1 of register 1 of 2026 is missing"},
		"a number given twice": {[]recorded{fact("a", 1), fact("b", 2), fact("c", 2)}, "number 2 of register 1 of 2026 was given 2 times"},
		"no number":            {[]recorded{fact("a", 0), fact("b", 1), fact("c", 2)}, "a certificate has no number"},
		"a stranger":           {[]recorded{fact("a", 1), fact("b", 2), fact("c", 3), fact("d", 4)}, "d was not in the class and holds one"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(registerFaults(tc.journal, people), "\n"); got != tc.want {
				t.Errorf("found %q, want %q", got, tc.want)
			}
		})
	}
}
