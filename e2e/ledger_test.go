package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// acked is a command that the platform has acknowledged: what must be in the journal, whatever happened after.
type acked struct {
	stream string
	fact   string // event type
	seq    uint64
	item   string   // of an answer
	choice []string // of an answer
	tried  bool     // asked for and not answered when the clients were stopped: it may be there or not
}

// ledger is what clients were told, in order per stream.
type ledger struct {
	mu  sync.Mutex
	all []acked
}

func (l *ledger) note(a acked) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, a)
}

func (l *ledger) acknowledged() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, a := range l.all {
		if !a.tried {
			n++
		}
	}
	return n
}

// recorded is an event as `khuevan events tail` prints it.
type recorded struct {
	Seq    uint64          `json:"seq"`
	Type   string          `json:"type"`
	Stream string          `json:"stream"`
	Cause  string          `json:"cause"`
	Data   json.RawMessage `json:"data"`
}

func parseTail(t testing.TB, out string) []recorded {
	t.Helper()
	var all []recorded
	for text := range strings.Lines(out) {
		var r recorded
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			t.Fatalf("events tail printed %q: %v", text, err)
		}
		all = append(all, r)
	}
	return all
}

// sunk reads the Message-IDs of the mails in the local sink.
func sunk(t testing.TB, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, f := range files {
		text, err := os.ReadFile(f) //nolint:gosec // the test's own directory
		if err != nil {
			t.Fatal(err)
		}
		m, err := mail.ReadMessage(bytes.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		ids = append(ids, m.Header.Get("Message-Id"))
	}
	return ids
}

// audit compares what clients were told with what the journal and the mail sink hold. It lists every lost
// acknowledged command and every doubled effect.
func audit(told []acked, journal []recorded, mails []string) []string {
	a := &auditor{bySeq: map[uint64]recorded{}, count: map[string]int{}, answers: map[string]string{}}
	for _, r := range journal {
		a.read(r)
	}
	a.promises(told)
	a.mail(mails)
	slices.Sort(a.wrong)
	return a.wrong
}

type auditor struct {
	bySeq   map[uint64]recorded
	count   map[string]int    // facts that may stand once, by what makes them the same
	answers map[string]string // attempt stream and item → the last answer
	queued  []string          // messages to be mailed
	begun   map[string]string // message → Message-ID
	handed  map[string]bool
	flagged map[string]bool
	wrong   []string
}

func (a *auditor) complain(format string, args ...any) {
	a.wrong = append(a.wrong, fmt.Sprintf(format, args...))
}

func (a *auditor) read(r recorded) {
	a.bySeq[r.Seq] = r
	var d struct {
		Item      string   `json:"item"`
		Lesson    string   `json:"lesson"`
		Period    int      `json:"period"`
		Choice    []string `json:"choice"`
		Message   string   `json:"message"`
		MessageID string   `json:"message_id"`
		Email     bool     `json:"email"`
	}
	_ = json.Unmarshal(r.Data, &d) // other events have other fields
	once := ""
	switch r.Type {
	case "quiz.answer-saved.v1":
		a.answers[r.Stream+" "+d.Item] = strings.Join(d.Choice, ",")
		once = r.Cause // a request saves one answer once
	case "quiz.attempt-started.v1", "quiz.attempt-submitted.v1", "progress.course-opened.v1", "progress.course-completed.v1",
		"progress.quiz-passed.v1", "certification.certificate-issued.v1", "notification.message-queued.v1", "notification.mail-begun.v1",
		"notification.mail-handed-over.v1", "notification.mail-flagged.v1":
		once = "stream"
	case "notification.mail-deferred.v1": // nothing was taken, so it may be begun again
		delete(a.count, "notification.mail-begun.v1 "+r.Stream+" stream")
	case "progress.lesson-started.v1", "progress.lesson-completed.v1":
		once = d.Lesson
	case "enrolment.person-enrolled.v1", "enrolment.enrolment-completed.v1":
		once = fmt.Sprint(d.Period)
	}
	if once != "" {
		key := r.Type + " " + r.Stream + " " + once
		if a.count[key]++; a.count[key] == 2 {
			a.complain("doubled: %s", key)
		}
	}
	a.readMail(r.Type, d.Message, d.MessageID, d.Email)
}

func (a *auditor) readMail(kind, message, id string, email bool) {
	if a.begun == nil {
		a.begun, a.handed, a.flagged = map[string]string{}, map[string]bool{}, map[string]bool{}
	}
	switch kind {
	case "notification.message-queued.v1":
		if email {
			a.queued = append(a.queued, message)
		}
	case "notification.mail-begun.v1":
		a.begun[message] = id
	case "notification.mail-handed-over.v1":
		a.handed[message] = true
	case "notification.mail-flagged.v1":
		a.flagged[message] = true
	}
}

// promises checks that every acknowledged command is in the journal, and the last answer is the last acknowledged one.
func (a *auditor) promises(told []acked) {
	last, open := map[string]acked{}, map[string]acked{}
	for _, p := range told {
		if p.tried {
			open[p.stream+" "+p.item] = p
			continue
		}
		delete(open, p.stream+" "+p.item)
		r, ok := a.bySeq[p.seq]
		if !ok || r.Stream != p.stream || r.Type != p.fact {
			a.complain("lost: #%d %s of %s was acknowledged; the journal has %q of %q there", p.seq, p.fact, p.stream, r.Type, r.Stream)
		}
		if p.item != "" {
			last[p.stream+" "+p.item] = p
		}
	}
	for key, p := range last {
		got, want := a.answers[key], strings.Join(p.choice, ",")
		if q, unanswered := open[key]; unanswered && got == strings.Join(q.choice, ",") {
			continue
		}
		if got != want {
			a.complain("lost: the answer of %s is %q, acknowledged was %q", key, got, want)
		}
	}
}

// mail checks that each e-mail was taken exactly once by the server, or is flagged.
func (a *auditor) mail(mails []string) {
	taken := map[string]int{}
	for _, id := range mails {
		if taken[id]++; taken[id] == 2 {
			a.complain("doubled: e-mail %s", id)
		}
	}
	for _, m := range a.queued {
		id := strings.Trim(a.begun[m], "<>")
		got := taken["<"+id+">"] + taken[id]
		switch {
		case a.handed[m] && a.flagged[m]:
			a.complain("e-mail %s is both handed over and flagged", m)
		case a.handed[m] && got == 0:
			a.complain("lost: e-mail %s was handed over, and the server has none", m)
		case !a.handed[m] && !a.flagged[m]:
			a.complain("lost: e-mail %s was neither handed over nor flagged", m)
		}
	}
}

func TestTheAuditNoticesLossAndDoubling(t *testing.T) {
	journal := func() []recorded {
		return []recorded{
			{1, "quiz.attempt-started.v1", "quiz.attempt.p_c_1_1", "r1", json.RawMessage(`{}`)},
			{2, "quiz.answer-saved.v1", "quiz.attempt.p_c_1_1", "r2", json.RawMessage(`{"item":"a","choice":["x"]}`)},
			{3, "quiz.answer-saved.v1", "quiz.attempt.p_c_1_1", "r3", json.RawMessage(`{"item":"a","choice":["y"]}`)},
			{4, "quiz.attempt-submitted.v1", "quiz.attempt.p_c_1_1", "r4", json.RawMessage(`{}`)},
			{5, "certification.certificate-issued.v1", "certification.certificate.p_c_1", "#4/x", json.RawMessage(`{}`)},
			{6, "notification.message-queued.v1", "notification.message.p_m", "#5/x", json.RawMessage(`{"message":"p_m","email":true}`)},
			{7, "notification.mail-begun.v1", "notification.message.p_m", "#6/x", json.RawMessage(`{"message":"p_m","message_id":"<m@h>"}`)},
			{8, "notification.mail-handed-over.v1", "notification.message.p_m", "#6/x", json.RawMessage(`{"message":"p_m"}`)},
		}
	}
	told := func() []acked {
		s := "quiz.attempt.p_c_1_1"
		return []acked{
			{s, "quiz.attempt-started.v1", 1, "", nil, false}, {s, "quiz.answer-saved.v1", 2, "a", []string{"x"}, false},
			{s, "quiz.answer-saved.v1", 3, "a", []string{"y"}, false}, {s, "quiz.attempt-submitted.v1", 4, "", nil, false},
		}
	}
	copyOf := func(r recorded, seq uint64) recorded { r.Seq = seq; return r }
	cases := map[string]struct {
		journal func([]recorded) []recorded
		mails   []string
		want    string
	}{
		"nothing wrong":          {func(j []recorded) []recorded { return j }, []string{"<m@h>"}, ""},
		"an answer lost":         {func(j []recorded) []recorded { return slices.Delete(j, 2, 3) }, []string{"<m@h>"}, "lost: #3"},
		"an answer replaced":     {func(j []recorded) []recorded { return append(j, copyOf(j[1], 9)) }, []string{"<m@h>"}, "the answer of"},
		"a submit lost":          {func(j []recorded) []recorded { return slices.Delete(j, 3, 4) }, []string{"<m@h>"}, "lost: #4"},
		"a second submit":        {func(j []recorded) []recorded { return append(j, copyOf(j[3], 9)) }, []string{"<m@h>"}, "doubled: quiz.attempt-submitted"},
		"a request done twice":   {func(j []recorded) []recorded { return append(j, copyOf(j[2], 9)) }, []string{"<m@h>"}, "doubled: quiz.answer-saved"},
		"a second certificate":   {func(j []recorded) []recorded { return append(j, copyOf(j[4], 9)) }, []string{"<m@h>"}, "doubled: certification"},
		"a second e-mail":        {func(j []recorded) []recorded { return j }, []string{"<m@h>", "<m@h>"}, "doubled: e-mail"},
		"an e-mail lost":         {func(j []recorded) []recorded { return j }, nil, "the server has none"},
		"an e-mail forgotten":    {func(j []recorded) []recorded { return j[:7] }, []string{"<m@h>"}, "neither handed over nor flagged"},
		"an e-mail out of queue": {func(j []recorded) []recorded { return j[:6] }, nil, "neither handed over nor flagged"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			wrong := strings.Join(audit(told(), tc.journal(journal()), tc.mails), "\n")
			if tc.want == "" && wrong != "" || !strings.Contains(wrong, tc.want) {
				t.Errorf("the audit says %q, want %q", wrong, tc.want)
			}
		})
	}
}
