package webhook

import (
	"bytes"
	"encoding/json"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
)

const (
	secretOne = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="
	secretTwo = "whsec_" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
)

// delivered is a delivery as its receiver has it.
type delivered struct {
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
	Secret  string            `json:"secret"`
}

// verdict is what the libraries of others say of one.
type verdict struct {
	Verified bool           `json:"verified"`
	Why      string         `json:"why"`
	Event    map[string]any `json:"event"`
}

// outsider has deliveries verified by the libraries of others, in a process of its own.
func outsider(t *testing.T, cases ...delivered) []verdict {
	t.Helper()
	in, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", "verify.mjs")
	node.Stdin = bytes.NewReader(in)
	var said bytes.Buffer
	node.Stderr = &said
	out, err := node.Output()
	if err != nil {
		t.Fatalf("the verifier: %v\n%s", err, said.String())
	}
	var verdicts []verdict
	if err := json.Unmarshal(out, &verdicts); err != nil || len(verdicts) != len(cases) {
		t.Fatalf("%v: %s", err, out)
	}
	return verdicts
}

func signed(t *testing.T, at time.Time, secrets ...string) delivered {
	t.Helper()
	r := eventsource.Recorded{Seq: 42, Stream: "enrolment.enrolment.p1_attt", Chain: "0123456789"}
	e := wrap("https://hoc.example", eventID(r), "khuevan.course.completed.v1", "p1", at, &CourseCompleted{Whose{Person: "p1", Code: "DEMO-1"}, "attt", 1, at})
	req, err := e.request("https://nhan.example/x", secrets, at)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		t.Fatal(err)
	}
	d := delivered{Headers: map[string]string{}, Body: string(body), Secret: secretOne}
	for name := range req.Header {
		d.Headers[strings.ToLower(name)] = req.Header.Get(name)
	}
	return d
}

// TestOthersVerifyWhatWeSend has the libraries of others take what we send, and refuse it once anything about it is wrong.
func TestOthersVerifyWhatWeSend(t *testing.T) {
	now := time.Now()
	good, both, old, tampered, foreign, renamed := signed(t, now, secretOne), signed(t, now, secretTwo, secretOne), signed(t, now.Add(-10*time.Minute), secretOne),
		signed(t, now, secretOne), signed(t, now, secretTwo), signed(t, now, secretOne)
	tampered.Body = strings.Replace(tampered.Body, "p1", "p2", 1)
	renamed.Headers["webhook-id"] = "43-01234567"
	early := signed(t, now.Add(10*time.Minute), secretOne)
	verdicts := outsider(t, good, both, old, tampered, foreign, renamed, early)
	for i, name := range []string{"signed", "signed by two secrets"} {
		if !verdicts[i].Verified {
			t.Errorf("%s: %s", name, verdicts[i].Why)
		}
	}
	for i, name := range []string{"ten minutes old", "a flipped byte", "a wrong secret", "another id", "ten minutes early"} {
		if verdicts[2+i].Verified || verdicts[2+i].Why == "" {
			t.Errorf("%s was taken: %+v", name, verdicts[2+i])
		}
	}
	want := map[string]any{"specversion": "1.0", "id": "42-01234567", "source": "https://hoc.example", "type": "khuevan.course.completed.v1", "subject": "p1", "datacontenttype": "application/json"}
	for field, value := range want {
		if got := verdicts[0].Event[field]; got != value {
			t.Errorf("%s is %v, want %v", field, got, value)
		}
	}
}

// TestNothingPersonalLeavesUnasked fills every field of every fact that is told of, and looks for what must stay inside.
func TestNothingPersonalLeavesUnasked(t *testing.T) {
	inside := []string{"sealed", "Nguyễn", "illness", "fraud", "unit-name", "signature"}
	facts := []events.Event{
		events.PersonEnrolled{Person: "p1", Course: "c", Request: "sealed"},
		events.EnrolmentCompleted{Person: "p1", Course: "c"},
		events.PersonExcused{Person: "p1", Course: "c", Why: "illness", Note: "sealed", By: "p2"},
		events.ExcuseWithdrawn{Person: "p1", Course: "c", By: "p2"},
		events.EnrolmentWithdrawn{Person: "p1", Course: "c", Assignment: "unit-name"},
		events.ProgrammeEnrolled{Person: "p1", Programme: "x"},
		events.ProgrammeCompleted{Person: "p1", Programme: "x"},
		events.CertificateIssued{Certificate: "p1_c_1", Code: "KV-1", Person: "p1", Name: "sealed", UnitName: "unit-name", Course: "c", Signature: "signature", Credential: "sealed", Mark: 7.25},
		events.CertificateRevoked{Certificate: "p1_c_1", Person: "p1", Why: "fraud", Note: "sealed", By: "p2"},
		events.CertificateSuperseded{Certificate: "p1_c_1", By: "p1_c_2"},
		events.CoursePublished{Course: "c", Version: 2, Title: events.Words{Vi: "Khóa"}},
		events.CourseWithdrawn{Course: "c"},
	}
	told := map[string]bool{}
	for _, f := range facts {
		kind := factOf(f)
		for _, o := range outsides() {
			if !strings.HasSuffix(o.Fact, "."+kind) {
				continue
			}
			told[o.Type] = true
			s := &sender{source: "https://hoc.example"}
			e, err := s.eventOf(t.Context(), endpoint{}, eventsource.Recorded{Fact: eventsource.Fact{Event: f}, Seq: 1, Stream: o.Fact[:strings.LastIndexByte(o.Fact, '.')] + ".p1_c_1"})
			if err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			for _, word := range append(inside, "KV-1", "7.25", "p2", "personnel_code") {
				if strings.Contains(string(text), word) {
					t.Errorf("%s tells %q: %s", o.Type, word, text)
				}
			}
		}
	}
	if len(told) != len(outsides()) {
		t.Errorf("only %v were looked at", told)
	}
}
