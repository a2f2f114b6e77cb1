package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"sync"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// otherSystem is a system of the province that is told of events; it refuses what is not signed by its secret.
type otherSystem struct {
	url    string
	mu     sync.Mutex
	secret string
	ids    []string // in the order in which they came, repeats included
	holdAt int      // of how many different events the last is held; 0 for none
	held   chan holding
}

// holding is an event that came and was not answered: whoever sent it waits.
type holding struct {
	id     string
	answer chan struct{} // closed, it lets the answer go
}

func hears(t *testing.T) *otherSystem {
	t.Helper()
	o := &otherSystem{held: make(chan holding, 1)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		hook, err := standardwebhooks.NewWebhook(o.known())
		if err != nil || hook.Verify(body, r.Header) != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var e struct{ ID string }
		if json.Unmarshal(body, &e) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if answer := o.takes(e.ID); answer != nil {
			select {
			case <-answer:
			case <-r.Context().Done():
			}
		}
	}))
	t.Cleanup(server.Close)
	o.url = server.URL
	return o
}

// takes notes an event, and gives what its answer has to wait for.
func (o *otherSystem) takes(id string) chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ids = append(o.ids, id)
	if o.holdAt == 0 || different(o.ids) < o.holdAt {
		return nil
	}
	o.holdAt = 0
	h := holding{id, make(chan struct{})}
	o.held <- h
	return h.answer
}

// holds tells it to hold the last of so many different events.
func (o *otherSystem) holds(at int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.holdAt = at
}

func (o *otherSystem) known() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.secret
}

func different(ids []string) int { return len(slices.Compact(slices.Sorted(slices.Values(ids)))) }

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

// TestAnAdministratorTellsAnotherSystem registers an endpoint in the browser, tries it, sees what was sent, and removes it.
func TestAnAdministratorTellsAnotherSystem(t *testing.T) {
	t.Parallel()
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
