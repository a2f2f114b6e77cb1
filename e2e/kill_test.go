package e2e

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/services/directory"
	"khuevan/services/enrolment"
	"khuevan/services/progress"
	"khuevan/services/quiz"
)

const (
	kills      = 50
	crew       = 8                      // people who work at the same time
	changes    = 4                      // how often each changes an answer
	shortest   = 60 * time.Millisecond  // from ready to the kill
	longest    = 500 * time.Millisecond // likewise
	leastAcked = 2000
)

// TestKillingTheProcessLosesNothingAndDoublesNothing kills the whole platform at random moments under load.
// Clients repeat a request under its key until it is acknowledged, as the browser does.
func TestKillingTheProcessLosesNothingAndDoublesNothing(t *testing.T) {
	h := &house{t: t, dir: province(t, binary(t, "khuevan")), program: binary(t, "khuevan")}
	addr := freePort(t)
	h.url = "http://" + addr
	args := []string{"serve", "-data", h.dir, "-listen", addr, "-demo"}
	p := h.run("all", nil, args...)
	h.awaitReady(addr)
	keys := prepare(t, h)

	told := &ledger{}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var workers sync.WaitGroup
	people := make(chan string)
	for range crew {
		workers.Go(func() {
			for code := range people {
				w := &worker{h: h, ctx: ctx, code: code, keys: keys, told: told, rng: rand.New(rand.NewPCG(1, seedOf(code)))} //nolint:gosec // a test
				if err := w.study(); err != nil && ctx.Err() == nil {
					t.Errorf("%s: %v", code, err)
				}
			}
		})
	}
	go feed(ctx, people, demoCodes(t))
	for range kills {
		moment := shortest + time.Duration(rand.Int64N(int64(longest-shortest))) //nolint:gosec // a test
		select {
		case <-time.After(moment): // the random moment of the kill
		case <-p.done:
			t.Fatalf("the process ended by itself:\n%s", p.log())
		}
		p.kill()
		h.procs = nil
		p = h.run("all", nil, args...)
		h.awaitReady(addr)
	}
	stop()
	workers.Wait()
	if told.acknowledged() < leastAcked {
		t.Errorf("only %d commands were acknowledged; the load was too light to mean anything", told.acknowledged())
	}
	journal := h.settled(t)
	p.stop(t)
	for _, wrong := range audit(told.all, journal, sunk(t, filepath.Join(h.dir, "mail"))) {
		t.Error(wrong)
	}
	if out, code := h.command("verify"); code != 0 {
		t.Errorf("verify exits with %d:\n%s", code, out)
	}
	t.Logf("%d kills, %d acknowledged commands, %d events", kills, told.acknowledged(), len(journal))
}

// seedOf makes a seed of a code.
func seedOf(code string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(code)) // a hash takes everything
	return h.Sum64()
}

// prepare assigns the course to the whole province and learns the right answers.
func prepare(t *testing.T, h *house) map[string][]string {
	t.Helper()
	trainer := h.api("DEMO-0002")
	var province string
	for _, u := range must[[]directory.Unit](t, trainer, "directory/list-units", struct{}{}) {
		if u.Parent == "" {
			province = u.ID
		}
	}
	must[enrolment.Assigned](t, trainer, "enrolment/assign-course", enrolment.AssignCourseRequest{Course: "attt-co-ban", Unit: province, Due: time.Now().Add(240 * time.Hour)})
	keys := map[string][]string{}
	for _, item := range must[[]quiz.Item](t, trainer, "quiz/list-items", quiz.ListItemsRequest{Course: "attt-co-ban"}) {
		for _, c := range item.Choices {
			if c.Key {
				keys[item.Item] = append(keys[item.Item], c.ID)
			}
		}
	}
	if len(keys) == 0 {
		t.Fatal("the bank is empty")
	}
	return keys
}

func demoCodes(t *testing.T) []string {
	t.Helper()
	f, err := os.Open(filepath.Join(root(t), "content", "demo", "people.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, r := range rows[1:] {
		codes = append(codes, r[0])
	}
	return codes
}

func feed(ctx context.Context, people chan<- string, codes []string) {
	defer close(people)
	for _, c := range codes {
		select {
		case people <- c:
		case <-ctx.Done():
			return
		}
	}
}

// worker is a person who studies through the API.
type worker struct {
	h    *house
	ctx  context.Context
	code string
	keys map[string][]string
	told *ledger
	rng  *rand.Rand
	api  *client
	n    int
}

// ask repeats a request under one key until the platform answers it.
func (w *worker) ask(path string, req, into any) error {
	w.n++
	key := fmt.Sprintf("%s-%d", w.code, w.n)
	for {
		err := w.api.call(w.ctx, path, key, req, into)
		var f *fault.Error
		if err == nil || errors.As(err, &f) && f.Kind != fault.Unavailable && f.Kind != fault.Internal {
			return err
		}
		if w.ctx.Err() != nil {
			return w.ctx.Err()
		}
		breathe()
	}
}

func (w *worker) study() error {
	w.api = &client{url: w.h.url, http: &http.Client{Timeout: 5 * time.Second}}
	var session struct {
		Token string             `json:"token"`
		Who   directory.Identity `json:"who"`
	}
	if err := w.ask("session", map[string]string{"demo": w.code}, &session); err != nil {
		return err
	}
	w.api.token = session.Token
	course, err := w.open()
	if err != nil {
		return err
	}
	stream := fmt.Sprintf("progress.course.%s_%s_%d", course.Person, course.Course, course.Period)
	for _, l := range course.Lessons {
		for _, step := range []struct{ path, fact string }{{"start-lesson", "lesson-started"}, {"complete-lesson", "lesson-completed"}} {
			var r rpc.Receipt
			if err := w.ask("progress/"+step.path, progress.LessonRequest{Course: course.Course, Lesson: l.ID}, &r); err != nil {
				return err
			}
			w.told.note(acked{stream: stream, fact: "progress." + step.fact + ".v1", seq: r.Seq})
		}
	}
	return w.examine(course.Course)
}

// open waits until the person is enrolled and the course is open.
func (w *worker) open() (progress.Course, error) {
	for {
		var course progress.Course
		err := w.ask("progress/get-progress", progress.GetProgressRequest{Course: "attt-co-ban"}, &course)
		if err == nil && len(course.Lessons) > 0 {
			return course, nil
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return course, err
		}
		breathe()
	}
}

func (w *worker) examine(course string) error {
	var a quiz.Attempt
	for {
		err := w.ask("quiz/start-attempt", quiz.StartAttemptRequest{Course: course}, &a)
		if err == nil {
			break
		}
		if !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Conflict) {
			return err
		}
		breathe() // the quiz service has not heard of the enrolment yet
	}
	stream := "quiz.attempt." + a.Attempt
	for _, q := range a.Questions {
		for n := range changes {
			choice := []string{q.Choices[w.rng.IntN(len(q.Choices))].ID}
			if n == changes-1 {
				choice = w.keys[q.Item]
			}
			var r rpc.Receipt
			w.told.note(acked{stream: stream, item: q.Item, choice: choice, tried: true})
			if err := w.ask("quiz/save-answer", quiz.SaveAnswerRequest{Attempt: a.Attempt, Item: q.Item, Choice: choice}, &r); err != nil {
				return err
			}
			w.told.note(acked{stream: stream, fact: "quiz.answer-saved.v1", seq: r.Seq, item: q.Item, choice: choice})
		}
	}
	var r rpc.Receipt
	if err := w.ask("quiz/submit-attempt", quiz.SubmitAttemptRequest{Attempt: a.Attempt}, &r); err != nil {
		return err
	}
	w.told.note(acked{stream: stream, fact: "quiz.attempt-submitted.v1", seq: r.Seq})
	return nil
}

// mailPatience covers the minute after which a letter that nobody is sending is flagged, twice.
const mailPatience = 3 * time.Minute

// settled waits until every completed course has its certificate and every e-mail was handed over or flagged.
func (h *house) settled(t testing.TB) []recorded {
	t.Helper()
	for until := time.Now().Add(mailPatience); ; breathe() {
		journal := h.journal(t)
		n := map[string]int{}
		for _, r := range journal {
			n[r.Type]++
			if r.Type == "notification.message-queued.v1" && strings.Contains(string(r.Data), `"email":true`) {
				n["mails"]++
			}
		}
		missing := n["progress.course-completed.v1"] - n["certification.certificate-issued.v1"]
		unsent := n["mails"] - n["notification.mail-handed-over.v1"] - n["notification.mail-flagged.v1"]
		if missing == 0 && unsent == 0 && n["mails"] >= n["certification.certificate-issued.v1"]+n["enrolment.person-enrolled.v1"] {
			return journal
		}
		if time.Now().After(until) {
			t.Fatalf("the house did not settle: %d certificates missing, %d e-mails open", missing, unsent)
		}
	}
}
