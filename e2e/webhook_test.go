package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"khuevan/services/directory"
	"khuevan/services/enrolment"
	"khuevan/services/webhook"
)

// otherSystem is a system of the province that is told of events; it refuses what is not signed by its secret.
type otherSystem struct {
	url    string
	mu     sync.Mutex
	secret string
	ids    []string // in the order in which they came, repeats included
	came   chan string
}

func hears(t *testing.T) *otherSystem {
	t.Helper()
	o := &otherSystem{came: make(chan string, 10_000)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		o.mu.Lock()
		defer o.mu.Unlock()
		hook, err := standardwebhooks.NewWebhook(o.secret)
		if o.secret == "" || err != nil || hook.Verify(body, r.Header) != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var e struct{ ID string }
		if json.Unmarshal(body, &e) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		o.ids = append(o.ids, e.ID)
		o.came <- e.ID
	}))
	t.Cleanup(server.Close)
	o.url = server.URL
	return o
}

func (o *otherSystem) knows(secret string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.secret = secret
}

func (o *otherSystem) all() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.ids)
}

// gaps names what is wrong with what came: want, each at least once, first seen in that order.
func gaps(want, came []string) (wrong []string) {
	var first []string
	for _, id := range came {
		if !slices.Contains(first, id) {
			first = append(first, id)
		}
	}
	for _, id := range want {
		if !slices.Contains(first, id) {
			wrong = append(wrong, id+" never came")
		}
	}
	if len(wrong) == 0 && !slices.Equal(first, want) {
		wrong = append(wrong, fmt.Sprintf("the order is %v", first))
	}
	return wrong
}

func TestACheckerOfEventsSeesAGap(t *testing.T) {
	want := []string{"1", "2", "3"}
	for name, c := range map[string]struct {
		came []string
		good bool
	}{"all": {want, true}, "repeated": {[]string{"1", "2", "1", "2", "3", "3"}, true}, "one missing": {[]string{"1", "3"}, false},
		"the last missing": {[]string{"1", "2"}, false}, "out of order": {[]string{"2", "1", "3"}, false}, "a stranger": {[]string{"1", "9", "2", "3"}, false}} {
		if wrong := gaps(want, c.came); (len(wrong) == 0) != c.good {
			t.Errorf("%s: %v", name, wrong)
		}
	}
}

// TestAKilledProcessMissesNoWebhook enrols a province while the process is killed, again and again, between deliveries; then a
// replay of everything, by a process that nobody kills, says what should have come.
func TestAKilledProcessMissesNoWebhook(t *testing.T) {
	h := &house{t: t, dir: t.TempDir(), program: binary(t, "khuevan")}
	addr := freePort(t)
	h.url = "http://" + addr
	args := []string{"serve", "-data", h.dir, "-listen", addr, "-demo"}
	p := h.run("all", nil, args...)
	h.awaitReady(addr)
	other, again := hears(t), hears(t)
	admin := h.api("DEMO-0001")
	register := func(o *otherSystem, from string) webhook.Registered {
		done := must[webhook.Registered](t, admin, "webhook/register", webhook.RegisterRequest{Name: "Kho " + from, URL: o.url, Types: []string{"khuevan.course.assigned.v1"}, From: from})
		o.knows(done.Secret)
		return done
	}
	first := register(other, "0")
	trainer := h.api("DEMO-0002")
	var province string
	for _, u := range must[[]directory.Unit](t, trainer, "directory/list-units", struct{}{}) {
		if u.Parent == "" {
			province = u.ID
		}
	}
	must[enrolment.Assigned](t, trainer, "enrolment/assign-course", enrolment.AssignCourseRequest{Course: "attt-co-ban", Unit: province, Due: time.Now().Add(240 * time.Hour)})
	for range 4 {
		for range 5 {
			awaitEvent(t, other)
		}
		p.kill()
		h.procs = nil
		p = h.run("all", nil, args...)
		h.awaitReady(addr)
	}
	admin = h.api("DEMO-0001")
	upToDate(t, admin, first.Endpoint)
	second := register(again, "0")
	upToDate(t, admin, second.Endpoint)
	want := again.all()
	if len(want) < 50 {
		t.Fatalf("only %d events; the load was too light to mean anything", len(want))
	}
	for _, wrong := range gaps(want, other.all()) {
		t.Error(wrong)
	}
	t.Logf("%d events, %d deliveries", len(want), len(other.all()))
}

func awaitEvent(t *testing.T, o *otherSystem) {
	t.Helper()
	select {
	case <-o.came:
	case <-time.After(patience):
		t.Fatalf("nothing more came after %d events", len(o.all()))
	}
}

func upToDate(t *testing.T, admin *client, id string) {
	t.Helper()
	for until := time.Now().Add(patience); ; breathe() {
		all := must[[]webhook.Endpoint](t, admin, "webhook/list-endpoints", struct{}{})
		at := slices.IndexFunc(all, func(e webhook.Endpoint) bool { return e.Endpoint == id })
		if at >= 0 && all[at].Waiting == 0 && all[at].Last != nil && all[at].Last.Taken() {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("not up to date: %+v", all)
		}
	}
}

// TestAnAdministratorTellsAnotherSystem registers an endpoint in the browser, tries it, sees what was sent, and removes it.
func TestAnAdministratorTellsAnotherSystem(t *testing.T) {
	h := open(t, together, false)
	other := hears(t)
	b := h.visit(chromium(t), "admin", desktop()).as("Quản trị hệ thống")
	b.opens("/system/webhooks").sees("Chưa có điểm nhận nào").
		fills("Tên hệ thống nhận", "Kho dữ liệu").fills("Địa chỉ nhận", "http://10.0.0.1/kv").clicks("Đăng ký").sees("Địa chỉ phải bắt đầu bằng https://").
		fills("Địa chỉ nhận", other.url)
	read[bool](b, `(document.querySelector('input[value="khuevan.course.assigned.v1"]').click(), true)`)
	b.clicks("Đăng ký").sees("Trang này chỉ hiện một lần")
	other.knows(regexp.MustCompile(`whsec_[A-Za-z0-9+/=]+`).FindString(read[string](b, "document.body.innerText")))
	b.clicks("Đến trang của điểm nhận").sees("Đã gửi hết").sees("Chưa gửi lần nào").
		clicks("Gửi sự kiện thử").sees("Đã nhận (200)").clicks("Về trang của điểm nhận").sees("khuevan.test.v1").
		clicks("Tạm dừng").sees("Gửi tiếp").clicks("Gửi tiếp").sees("Tạm dừng").
		fills("Từ ngày hoặc từ sau số", "0").clicks("Xem trước").sees("sự kiện, bắt đầu sau số 0").
		clicks("Tạo khóa mới").sees("whsec_")
}
