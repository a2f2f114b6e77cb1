package e2e

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/services/directory"
	"khuevan/services/enrolment"
	"khuevan/services/measurement"
	"khuevan/services/quiz"
)

const (
	miskeyed  = "mk-01"
	takers    = 240 // above the 200 first attempts that calibration needs
	trueKey   = "d"
	wrongKey  = "b"
	formItems = 20
)

// behind sends each request as if it came through a proxy from an address of its own: a whole province signs in here.
type behind struct{ address string }

// RoundTrip implements http.RoundTripper.
func (b behind) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("X-Forwarded-For", b.address)
	return http.DefaultTransport.RoundTrip(r)
}

// TestTheItemWithTheWrongKeyIsFoundAndMended lets 240 made-up people take a quiz in which one item has a wrong key. The
// analysis names that item and no other; the trainer corrects the key, another one approves it, and the attempts are marked
// anew after a look at whom it changes.
func TestTheItemWithTheWrongKeyIsFoundAndMended(t *testing.T) {
	t.Parallel()
	h := &house{t: t, dir: province(t, usual(t)), program: usual(t)}
	addr := freePort(t)
	h.url = "http://" + addr
	h.run("all", []string{"KHUEVAN_TRUSTED_PROXIES=127.0.0.0/8"}, "serve", "-data", h.dir, "-listen", addr, "-demo")
	h.awaitReady(addr)
	trainer, reviewer := h.api("DEMO-0002"), h.api("DEMO-0004")
	keys := keysOf(t, h)
	rewriteKey(t, trainer, reviewer, trueKey, wrongKey)
	fixedForm(t, trainer)
	everybodyTakesIt(t, h, trainer, keys)

	analysis := awaitAnalysis(t, trainer)
	for _, it := range analysis.Items {
		accused := slices.ContainsFunc(it.Findings, func(f struct {
			Flag   string
			Choice string
		}) bool {
			return f.Flag == "miskeyed"
		})
		if accused != (it.Item == miskeyed && it.Version == 2) {
			t.Errorf("%s version %d: a wrong key is suspected: %v (%+v)", it.Item, it.Version, accused, it.Findings)
		}
	}
	chrome := chromium(t)
	b := h.visit(chrome, "trainer", desktop()).as("Người phụ trách đào tạo").opens("/courses/" + course + "/analysis").sees("Có thể sai đáp án: xem phương án " + trueKey)
	b.clicks("Hiệu chuẩn ngay").sees("Đã hiệu chuẩn ngân hàng câu hỏi")
	looksAtItem(t, b)
	phoneAgain := h.visit(chrome, "trainer on a phone", phone()).as("Người phụ trách đào tạo").opens("/courses/" + course + "/analysis")
	noViolations(t, phoneAgain)
	mendsTheKey(t, b, trainer, reviewer)
}

// rewriteKey moves the key of the item to another choice; the second trainer approves it.
func rewriteKey(t *testing.T, trainer, reviewer *client, from, to string) {
	t.Helper()
	at := func(id string) string { return fmt.Sprintf("\x00%s", id) }
	h := must[quiz.ItemHistory](t, trainer, "quiz/get-item", quiz.GetItemRequest{Course: course, Item: miskeyed})
	text := h.Markdown
	for _, c := range h.Choices {
		for _, box := range []string{"- [ ] ", "- [x] "} {
			text = strings.Replace(text, box+c.Text+" ::", at(c.ID)+c.Text+" ::", 1)
		}
	}
	for _, c := range h.Choices {
		box := "- [ ] "
		if c.ID == to {
			box = "- [x] "
		}
		text = strings.Replace(text, at(c.ID), box, 1)
	}
	w := must[quiz.WrittenItem](t, trainer, "quiz/write-item", quiz.WriteItemRequest{Course: course, Markdown: text, Version: h.Version})
	if len(w.Problems) > 0 {
		t.Fatalf("from %s to %s: %+v", from, to, w.Problems)
	}
	move := quiz.MoveItemRequest{Course: course, Item: miskeyed, Step: quiz.StepSubmit, Version: h.Version + 1}
	must[rpc.Receipt](t, trainer, "quiz/move-item", move)
	move.Step = quiz.StepApprove
	var denied rpc.Receipt
	if err := trainer.call(t.Context(), "quiz/move-item", "", move, &denied); !fault.Is(err, fault.Denied) {
		t.Errorf("the author approves: %v", err)
	}
	must[rpc.Receipt](t, reviewer, "quiz/move-item", move)
}

// fixedForm gives everybody the same items, with all those of the lesson on passwords among them.
func fixedForm(t *testing.T, trainer *client) {
	t.Helper()
	now := must[quiz.Rules](t, trainer, "quiz/get-rules", quiz.GetRulesRequest{Course: course})
	all := now.Tags[slices.IndexFunc(now.Tags, func(c quiz.TagCount) bool { return c.Tag == "mat-khau" })].Items
	must[rpc.Receipt](t, trainer, "quiz/revise-quiz", quiz.ReviseQuizRequest{Course: course, Version: now.Version, Revision: now.Revision, Rules: events.QuizRules{
		Items: formItems, Pass: 5, Minutes: 60, Attempts: 3, Fixed: true, Blueprint: []events.BlueprintRow{{Tags: []string{"mat-khau"}, Items: all}}}})
}

func everybodyTakesIt(t *testing.T, h *house, trainer *client, keys map[string][]string) {
	t.Helper()
	units := must[[]directory.Unit](t, trainer, "directory/list-units", struct{}{})
	root := units[slices.IndexFunc(units, func(u directory.Unit) bool { return u.Parent == "" })]
	must[enrolment.Assigned](t, trainer, "enrolment/assign-course", enrolment.AssignCourseRequest{Course: course, Unit: root.ID, Due: time.Now().Add(240 * time.Hour)})
	codes := make(chan string)
	var going sync.WaitGroup
	for range 8 {
		going.Go(func() {
			for code := range codes {
				if err := takeQuiz(t, h, code, keys); err != nil {
					t.Errorf("%s: %v", code, err)
				}
			}
		})
	}
	for _, code := range demoCodes(t)[:takers] {
		codes <- code
	}
	close(codes)
	going.Wait()
}

// takeQuiz answers as somebody of a made-up ability would, by the keys that are really right.
func takeQuiz(t *testing.T, h *house, code string, keys map[string][]string) error {
	draw := rand.New(rand.NewPCG(2, seedOf(code))) //nolint:gosec // a test
	ability := draw.NormFloat64()
	c := &client{url: h.url, http: &http.Client{Timeout: time.Minute, Transport: behind{fmt.Sprintf("10.1.%d.%d", draw.IntN(250), draw.IntN(250))}}}
	var session struct {
		Token string `json:"token"`
	}
	if err := c.call(t.Context(), "session", "", map[string]string{"demo": code}, &session); err != nil {
		return err
	}
	c.token = session.Token
	var a quiz.Attempt
	for until := time.Now().Add(patience); ; breathe() {
		err := c.call(t.Context(), "quiz/start-attempt", "", quiz.StartAttemptRequest{Course: course}, &a)
		if err == nil {
			break
		}
		if time.Now().After(until) {
			return err // the quiz service has not heard of the enrolment in all this time
		}
	}
	for _, q := range a.Questions {
		difficulty := rand.New(rand.NewPCG(3, seedOf(q.Item))).NormFloat64() / 2 //nolint:gosec // a test
		right := draw.Float64() < 1/(1+math.Exp(-1.7*(ability-difficulty)))
		var saved quiz.Saved
		err := c.call(t.Context(), "quiz/save-answer", "", quiz.SaveAnswerRequest{Attempt: a.Attempt, Item: q.Item, Choice: pick(draw, q, keys[q.Item], right)}, &saved)
		if err != nil {
			return err
		}
	}
	var r rpc.Receipt
	return c.call(t.Context(), "quiz/submit-attempt", "", quiz.SubmitAttemptRequest{Attempt: a.Attempt}, &r)
}

// pick gives the right choices, or one that is wrong.
func pick(draw *rand.Rand, q quiz.Question, key []string, right bool) []string {
	if right {
		return key
	}
	var wrong []string
	for _, o := range q.Choices {
		if !slices.Contains(key, o.ID) {
			wrong = append(wrong, o.ID)
		}
	}
	return []string{wrong[draw.IntN(len(wrong))]}
}

// figures is what the test reads of an analysis.
type figures struct {
	Attempts int64 `json:"attempts"`
	Items    []struct {
		Item     string `json:"item"`
		Version  int    `json:"version"`
		Findings []struct {
			Flag   string
			Choice string
		} `json:"findings"`
	} `json:"items"`
}

func awaitAnalysis(t *testing.T, trainer *client) figures {
	t.Helper()
	for until := time.Now().Add(patience); ; breathe() {
		f := must[figures](t, trainer, "measurement/get-analysis", measurement.AnalysisRequest{Course: course})
		if f.Attempts == takers {
			return f
		}
		if time.Now().After(until) {
			t.Fatalf("only %d of %d attempts are counted", f.Attempts, takers)
		}
	}
}

func noViolations(t *testing.T, b *browser) {
	t.Helper()
	for _, v := range b.axe() {
		t.Error(v)
	}
	if over := read[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		t.Errorf("%s is %d px wider than the screen", read[string](b, "location.pathname"), over)
	}
}

// looksAtItem opens the page of the item: the curve, the bars, and the tables behind them.
func looksAtItem(t *testing.T, b *browser) {
	t.Helper()
	noViolations(t, b)
	b.opens("/courses/" + course + "/analysis/" + miskeyed + "/2").sees("Đường đặc trưng của câu").sees("Ai chọn phương án nào").sees(wrongKey + " (đáp án)")
	if n := read[int](b, `document.querySelectorAll(".chart .chart-point").length`); n < 3 {
		t.Errorf("the curve has %d points", n)
	}
	if n := read[int](b, `document.querySelectorAll(".chart .chart-line").length`); n != 1 {
		t.Errorf("%d model curves are drawn", n)
	}
	noViolations(t, b)
	if *shots != "" {
		b.shoots(filepath.Join(*shots, "item-analysis-desktop.png"))
		b.opens("/courses/" + course + "/analysis").shoots(filepath.Join(*shots, "analysis-desktop.png"))
	}
}

// mendsTheKey corrects the key, has it approved, and marks the attempts anew.
func mendsTheKey(t *testing.T, b *browser, trainer, reviewer *client) {
	t.Helper()
	rewriteKey(t, trainer, reviewer, wrongKey, trueKey)
	preview := must[quiz.RemarkPreview](t, trainer, "quiz/preview-remark", quiz.RemarkRequest{Course: course, Item: miskeyed, From: 2, To: 3})
	if preview.Attempts != takers || preview.Changed == 0 || len(preview.ToPass) == 0 {
		t.Errorf("the preview says %+v", preview)
	}
	done := must[quiz.RemarkDone](t, trainer, "quiz/confirm-remark", quiz.ConfirmRemarkRequest{
		RemarkRequest: quiz.RemarkRequest{Course: course, Item: miskeyed, From: 2, To: 3}, Digest: preview.Digest})
	if done.ToPass != len(preview.ToPass) || done.ToFail != len(preview.ToFail) {
		t.Errorf("done %+v, the preview said %d and %d", done, len(preview.ToPass), len(preview.ToFail))
	}
	for until := time.Now().Add(patience); ; breathe() {
		b.opens("/courses/" + course + "/analysis")
		if !strings.Contains(b.page(), "Có thể sai đáp án") {
			return
		}
		if time.Now().After(until) {
			t.Fatal("the item is still accused after the attempts were marked anew")
		}
	}
}
