package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/jetstream"
	"khuevan/platform/keyring"
	"khuevan/platform/rpc"
)

const patient = 20 * time.Second // with anything that a test waits for

// receiver is another system: it keeps what it is sent and answers as it is told.
type receiver struct {
	t      *testing.T
	url    string
	mu     sync.Mutex
	answer func(n int) int // status of the n-th request, from 1; 0 hangs until the test ends
	got    []delivered
	came   chan struct{} // one per request
}

func receives(t *testing.T, answer func(n int) int) *receiver {
	t.Helper()
	r := &receiver{t: t, answer: answer, came: make(chan struct{}, 1000)}
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		d := delivered{Headers: map[string]string{}, Body: string(body)}
		for name := range req.Header {
			d.Headers[strings.ToLower(name)] = req.Header.Get(name)
		}
		r.mu.Lock()
		r.got = append(r.got, d)
		status := r.answer(len(r.got))
		r.mu.Unlock()
		r.came <- struct{}{}
		if status == 0 {
			select {
			case <-over:
			case <-req.Context().Done():
			}
			return
		}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	}))
	t.Cleanup(func() { close(over); server.Close() })
	r.url = server.URL + "/kv"
	return r
}

func always(status int) func(int) int { return func(int) int { return status } }

// next waits until so many more requests came.
func (r *receiver) next(n int) {
	r.t.Helper()
	for range n {
		select {
		case <-r.came:
		case <-time.After(patient):
			r.t.Fatalf("only %d requests came", len(r.all()))
		}
	}
}

func (r *receiver) all() []delivered {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

// ids are those of the events in the order in which they came.
func (r *receiver) ids() (ids []string) {
	for _, d := range r.all() {
		ids = append(ids, d.Headers["webhook-id"])
	}
	return ids
}

// house is a running service with administrators and people.
type house struct {
	*hosttest.House
	notes *jetstream.Notes
}

func bus(t *testing.T) *house {
	t.Helper()
	b := hosttest.Bus(t, events.All())
	notes, err := jetstream.OpenNotes(t.Context(), b.Journal, "webhook", KeptDeliveries, 1)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{b, notes}
	h.serve()
	h.Append("directory.person.a1", events.RoleGranted{Person: "a1", Role: events.RoleAdmin})
	return h
}

// serve starts the service; once more it is a second replica.
func (h *house) serve() {
	h.Serve(func(d host.Deps) (host.Service, error) {
		return New(d, Config{Journal: h.Journal, Notes: h.notes, BaseURL: "https://hoc.example", Networks: []string{"127.0.0.0/8"}})
	})
}

func (h *house) admin() context.Context { return h.As("a1", rpc.Grant{Role: events.RoleAdmin}) }

func (h *house) register(t *testing.T, r *receiver, change func(*RegisterRequest)) Registered {
	t.Helper()
	req := RegisterRequest{Name: "Kho dữ liệu", URL: r.url, Types: []string{completed}}
	if change != nil {
		change(&req)
	}
	done, err := Register.Call(h.admin(), h.Client, req)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// complete appends n completions, and facts between them that nobody asked for.
func (h *house) complete(n int) {
	for range n {
		person := h.Deps.NewID()
		h.Append("enrolment.enrolment."+person+"_c", events.PersonEnrolled{Person: person, Course: "c", Period: 1}, events.EnrolmentCompleted{Person: person, Course: "c", Period: 1, At: h.Clock.Now()})
	}
}

// until waits for something about an endpoint to hold.
func (h *house) until(t *testing.T, id string, holds func(Endpoint) bool) Endpoint {
	t.Helper()
	var e Endpoint
	for end := time.Now().Add(patient); ; time.Sleep(2 * time.Millisecond) { // between two looks
		all, err := ListEndpoints.Call(h.admin(), h.Client, ListRequest{})
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(all, func(e Endpoint) bool { return e.Endpoint == id })
		if at >= 0 {
			if e = all[at]; holds(e) {
				return e
			}
		}
		if time.Now().After(end) {
			t.Fatalf("it did not come to hold of %+v", e)
		}
	}
}

func upToDate(e Endpoint) bool { return e.Waiting == 0 }

func TestEventsGoOutInOrderAndOthersVerifyThem(t *testing.T) {
	h, r := bus(t), receives(t, always(204))
	h.Clock.Set(time.Now()) // the verifier asks its own
	h.complete(2)           // before it was registered
	done := h.register(t, r, func(req *RegisterRequest) { req.Codes = true })
	code, err := h.Keys.Seal(t.Context(), "p1", "code", "DEMO-0001")
	if err != nil {
		t.Fatal(err)
	}
	h.Append("directory.person.p1", events.PersonRegistered{Person: "p1", Code: events.Sealed(code)})
	h.Append("enrolment.enrolment.p1_c", events.EnrolmentCompleted{Person: "p1", Course: "c", Period: 1, At: h.Clock.Now()})
	h.complete(5)
	r.next(6)
	h.until(t, done.Endpoint, upToDate)
	got := r.all()
	for i := range got {
		got[i].Secret = done.Secret
	}
	for _, v := range outsider(t, got...) {
		if !v.Verified {
			t.Error(v.Why)
		}
	}
	seqs := []int{}
	for i, d := range got {
		var e struct {
			ID, Type, Subject string
			Data              CourseCompleted
		}
		if err := json.Unmarshal([]byte(d.Body), &e); err != nil || e.Type != completed || e.ID != d.Headers["webhook-id"] {
			t.Errorf("%v: %s", err, d.Body)
		}
		if (i == 0) != (e.Data.Code == "DEMO-0001") {
			t.Errorf("#%d tells the code %q", i, e.Data.Code)
		}
		seqs = append(seqs, seqOf(e.ID))
	}
	if !slices.IsSorted(seqs) || len(slices.Compact(seqs)) != 6 {
		t.Errorf("they came as %v", seqs)
	}
}

// Who is told that a course was assigned is told too that it was taken back, behind that, and not why.
func TestATakenBackCourseIsToldOf(t *testing.T) {
	h, r := bus(t), receives(t, always(204))
	done := h.register(t, r, func(req *RegisterRequest) {
		req.Types = []string{"khuevan.course.assigned.v1", "khuevan.course.taken-back.v1"}
	})
	h.Append("enrolment.enrolment.p1_c", events.PersonEnrolled{Person: "p1", Course: "c", Period: 2, Version: 1, Assignment: "a1"},
		events.EnrolmentWithdrawn{Person: "p1", Course: "c", Period: 2, Assignment: "a1"})
	h.Append("enrolment.assignment.a1", events.AssignmentTakenBack{Assignment: "a1", Why: events.BackMistake, By: "dao"})
	r.next(2)
	h.until(t, done.Endpoint, upToDate)
	var kinds []string
	for _, d := range r.all() {
		var e struct {
			Type, Subject string
			Data          map[string]any
		}
		if err := json.Unmarshal([]byte(d.Body), &e); err != nil || e.Subject != "p1" || e.Data["course"] != "c" || e.Data["period"] != 2.0 || e.Data["assignment"] != nil {
			t.Errorf("%v: %s", err, d.Body)
		}
		kinds = append(kinds, e.Type)
	}
	if !slices.Equal(kinds, []string{"khuevan.course.assigned.v1", "khuevan.course.taken-back.v1"}) {
		t.Errorf("%v came", kinds)
	}
}

// TestAFailingOrHangingEndpointHoldsUpNoOther has three receivers: one fails twice, one hangs for good, one works.
func TestAFailingOrHangingEndpointHoldsUpNoOther(t *testing.T) {
	h := bus(t)
	failing := receives(t, func(n int) int {
		if n <= 3 {
			return []int{500, 302, 404}[n-1] // a redirect is not followed
		}
		return 200
	})
	hanging, working := receives(t, always(0)), receives(t, always(200))
	first := h.register(t, failing, nil)
	h.register(t, hanging, func(req *RegisterRequest) { req.Name = "Treo" })
	last := h.register(t, working, func(req *RegisterRequest) { req.Name = "Tốt" })
	h.complete(3)
	working.next(3)
	h.until(t, last.Endpoint, upToDate)
	hanging.next(1)
	for range 3 {
		failing.next(1)
		h.Clock.AwaitWaiters(1)
		h.Clock.Advance(time.Minute)
	}
	failing.next(3)
	e := h.until(t, first.Endpoint, func(e Endpoint) bool { return upToDate(e) && e.Failing.IsZero() })
	if ids := failing.ids(); ids[0] != ids[1] || ids[0] != ids[3] || !slices.Equal(ids[3:], working.ids()) {
		t.Errorf("the failing endpoint got %v, the other %v", ids, working.ids())
	}
	deliveries, err := ListDeliveries.Call(h.admin(), h.Client, EndpointRequest{first.Endpoint})
	if err != nil || len(deliveries) != 6 || deliveries[5].Code != 500 || deliveries[4].Code != 302 || deliveries[3].Try != 3 || !deliveries[0].Taken() || e.Last.Event != deliveries[0].Event {
		t.Errorf("deliveries %+v, %v", deliveries, err)
	}
	history, err := h.Journal.Load(t.Context(), streamOf(first.Endpoint))
	kinds := []string{}
	for _, r := range history {
		kinds = append(kinds, factOf(r.Event))
	}
	if !slices.Equal(kinds, []string{"endpoint-registered", "endpoint-failing", "endpoint-recovered", "endpoint-reached"}) {
		t.Errorf("its story is %v, %v", kinds, err)
	}
}

func TestAReceiverThatIsGoneIsSuspendedAndResumed(t *testing.T) {
	h := bus(t)
	r := receives(t, func(n int) int {
		if n == 1 {
			return http.StatusGone
		}
		return 200
	})
	done := h.register(t, r, nil)
	h.complete(2)
	h.until(t, done.Endpoint, func(e Endpoint) bool { return e.State == stateSuspended && e.Why == whyGone && e.Waiting == 2 })
	history, err := h.Journal.Load(t.Context(), streamOf(done.Endpoint))
	if told, ok := history[len(history)-1].Event.(events.EndpointSuspended); err != nil || !ok || !slices.Equal(told.Tell, []string{"a1"}) {
		t.Errorf("the last fact is %+v, %v", history[len(history)-1], err)
	}
	if _, err := Resume.Call(h.admin(), h.Client, EndpointRequest{done.Endpoint}); err != nil {
		t.Fatal(err)
	}
	r.next(3)
	h.until(t, done.Endpoint, func(e Endpoint) bool { return e.State == stateActive && upToDate(e) })
}

func TestWhatFailsForDaysIsSuspended(t *testing.T) {
	h, r := bus(t), receives(t, always(503))
	done := h.register(t, r, nil)
	h.complete(1)
	for r.next(1); h.Clock.Now().Sub(hosttest.Start) < patience; r.next(1) {
		h.Clock.AwaitWaiters(1)
		h.Clock.Advance(longestPause)
	}
	if e := h.until(t, done.Endpoint, func(e Endpoint) bool { return e.State == stateSuspended }); e.Why != whyFailing || e.Waiting != 1 {
		t.Errorf("suspended: %+v", e)
	}
}

func TestAPauseLosesNothingAndAReplayHasTheSameIDs(t *testing.T) {
	h, r := bus(t), receives(t, always(200))
	done := h.register(t, r, nil)
	h.complete(3)
	r.next(3)
	h.until(t, done.Endpoint, upToDate)
	if _, err := Pause.Call(h.admin(), h.Client, EndpointRequest{done.Endpoint}); err != nil {
		t.Fatal(err)
	}
	h.until(t, done.Endpoint, func(e Endpoint) bool { return e.State == statePaused })
	h.complete(2)
	h.until(t, done.Endpoint, func(e Endpoint) bool { return e.Waiting == 2 })
	if _, err := Resume.Call(h.admin(), h.Client, EndpointRequest{done.Endpoint}); err != nil {
		t.Fatal(err)
	}
	r.next(2)
	h.until(t, done.Endpoint, upToDate)
	before := r.ids()
	if len(before) != 5 || len(slices.Compact(slices.Clone(before))) != 5 {
		t.Fatalf("%v came", before)
	}
	for from, want := range map[string]int{"0": 5, "2026-11-23": 5, "2026-11-24": 0} {
		preview, err := PreviewReplay.Call(h.admin(), h.Client, ReplayRequest{done.Endpoint, from})
		if err != nil || preview.Count != want {
			t.Errorf("a replay from %s sends %+v, %v; want %d", from, preview, err, want)
		}
	}
	for _, from := range []string{"999999", "hôm qua", "-1"} {
		_, err := PreviewReplay.Call(h.admin(), h.Client, ReplayRequest{done.Endpoint, from})
		hosttest.Refused(t, err, fault.Invalid)
	}
	if _, err := Replay.Call(h.admin(), h.Client, ReplayRequest{done.Endpoint, "2026-11-23"}); err != nil {
		t.Fatal(err)
	}
	r.next(5)
	h.until(t, done.Endpoint, upToDate)
	if again := r.ids()[5:]; !slices.Equal(again, before) {
		t.Errorf("the replay sent %v, not %v", again, before)
	}
	if _, known, err := h.Journal.Waiting(t.Context(), feedOf(done.Endpoint, 0)); known || err != nil {
		t.Errorf("the feed before the replay is still there: %v", err)
	}
}

// TestSecretsAreShownOnceRotatedAndDestroyed also looks that no fact holds one.
func TestSecretsAreShownOnceRotatedAndDestroyed(t *testing.T) {
	h, r := bus(t), receives(t, always(200))
	ctx := h.admin()
	req := RegisterRequest{Name: "Kho", URL: r.url, Types: []string{completed}}
	first, err := Register.Call(ctx, h.Client, req)
	again, againErr := Register.Call(ctx, h.Client, req)
	if err != nil || againErr != nil || !strings.HasPrefix(first.Secret, "whsec_") || again.Secret != "" || again.Endpoint != first.Endpoint {
		t.Fatalf("registered %+v, %v; again %+v, %v", first, err, again, againErr)
	}
	second, err := RotateSecret.Call(h.admin(), h.Client, RotateRequest{first.Endpoint, 24})
	if err != nil || second.Secret == first.Secret {
		t.Fatalf("rotated %+v, %v", second, err)
	}
	test, err := SendTest.Call(h.admin(), h.Client, EndpointRequest{first.Endpoint})
	if err != nil || !test.Taken() {
		t.Fatalf("the test: %+v, %v", test, err)
	}
	h.Clock.Advance(24 * time.Hour)
	if _, err := SendTest.Call(h.admin(), h.Client, EndpointRequest{first.Endpoint}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{2, 1} {
		if n := len(strings.Fields(r.all()[i].Headers["webhook-signature"])); n != want {
			t.Errorf("test event %d has %d signatures, want %d", i, n, want)
		}
	}
	history, err := h.Journal.Load(t.Context(), streamOf(first.Endpoint))
	text, _ := json.Marshal(history)
	for _, secret := range []string{first.Secret, second.Secret} {
		if err != nil || strings.Contains(string(text), strings.TrimPrefix(secret, "whsec_")) {
			t.Errorf("a fact holds a secret (%v)", err)
		}
	}
	if _, err := Remove.Call(h.admin(), h.Client, EndpointRequest{first.Endpoint}); err != nil {
		t.Fatal(err)
	}
	sealed := history[0].Event.(events.EndpointRegistered).Secret
	for end := time.Now().Add(patient); ; time.Sleep(2 * time.Millisecond) { // between two looks
		_, err := h.Keys.Reveal(t.Context(), keyOf(first.Endpoint), "secret", string(sealed))
		if errors.Is(err, keyring.ErrDestroyed) {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the key of the removed endpoint was not destroyed")
		}
	}
	_, err = SendTest.Call(h.admin(), h.Client, EndpointRequest{first.Endpoint})
	hosttest.Refused(t, err, fault.NotFound)
}

// TestForbiddenAddressesAreNotCalledEvenWhenRegistered has a name that was public when it was registered and is not any more.
func TestForbiddenAddressesAreNotCalledEvenWhenRegistered(t *testing.T) {
	r := receives(t, always(200))
	closed, _ := newReach(nil, false)
	req, err := cloudEvent{ID: "1-x"}.request(r.url, []string{secretOne}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	answer, err := closed.client().Do(req)
	if err == nil {
		_ = answer.Body.Close() // only asked whether it came
	}
	if !errors.Is(err, errForbidden) || troubleOf(err) != "forbidden" || len(r.all()) != 0 {
		t.Errorf("the call ended with %v, %d requests came", err, len(r.all()))
	}
}

func TestOnlyAdministratorsMay(t *testing.T) {
	h, r := bus(t), receives(t, always(200))
	_, err := Register.Call(h.As("p1", rpc.Grant{Role: events.RoleTrainer}), h.Client, RegisterRequest{Name: "Kho", URL: r.url, Types: []string{completed}})
	hosttest.Refused(t, err, fault.Denied)
	stale := rpc.With(t.Context(), rpc.Request{ID: "r1", Identity: rpc.Identity{Person: "a1", Grants: []rpc.Grant{{Role: events.RoleAdmin}}, Stale: true}})
	_, err = Register.Call(stale, h.Client, RegisterRequest{Name: "Kho", URL: r.url, Types: []string{completed}})
	if !rpc.Stale(err) {
		t.Errorf("without a proof: %v", err)
	}
}

func seqOf(id string) (seq int) {
	for _, c := range id {
		if c < '0' || c > '9' {
			break
		}
		seq = 10*seq + int(c-'0')
	}
	return seq
}
