package assets

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// What app.js promises, asked of a real browser under the policy the pages are served with.

// site is a server with one page; it notes what it was asked, in order.
type site struct {
	body string
	post func(w http.ResponseWriter, r *http.Request) // answers what the page posts

	mu    sync.Mutex
	asked []string
}

func (s *site) note(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, what)
}

func (s *site) noted() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

func (s *site) handler(b *Bundle) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /assets/", b)
	mux.HandleFunc("POST /policy", func(_ http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body) // what came of it is enough to fail the test
		s.note("against the policy: " + string(text))
	})
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'; report-uri /policy")
		if r.URL.Path != "/" {
			fmt.Fprintf(w, `<title>elsewhere</title><p id="elsewhere">%s</p>`, r.URL.Path)
			return
		}
		fmt.Fprintf(w, `<!doctype html><html lang="vi"><meta name="htmx-config" content='%s'><link rel="icon" href="%s">
<link rel="stylesheet" href="%s"><script src="%s" defer></script><title>page</title>%s`,
			HTMXConfig, b.Path("icon.svg"), b.Path("app.css"), b.Path("app.js"), s.body)
	})
	mux.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.note(r.URL.Path + " " + r.PostForm.Encode())
		s.post(w, r)
	})
	return mux
}

func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if program, err := exec.LookPath(name); err == nil {
			return program
		}
	}
	t.Fatal("there is no browser here; `go tool task test` installs one")
	return ""
}

// open shows the site's page in a browser of its own.
func open(t *testing.T, s *site) context.Context {
	t.Helper()
	program := browser(t)
	b, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s.handler(b))
	t.Cleanup(server.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program),
		chromedp.Flag("disable-quic", true))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	do(t, ctx, chromedp.Navigate(server.URL+"/"), chromedp.WaitReady(chromedp.CSS("body")))
	return ctx
}

func do(t *testing.T, ctx context.Context, steps ...step) { //nolint:revive // the test comes first, as everywhere
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// step is what a reader does or waits for.
type step = chromedp.Action[chromedp.Void]

// wait returns once the expression holds in the page. (chromedp's own Poll needs eval, which the policy forbids.)
func wait(expression string) step {
	return chromedp.Evaluate[chromedp.Void](`new Promise((done) => {
		const look = () => (`+expression+`) ? done() : setTimeout(look, 20)
		look()
	})`, chromedp.EvalAwaitPromise)
}

func wantAsked(t *testing.T, s *site, want ...string) {
	t.Helper()
	if got := s.noted(); !slices.Equal(got, want) {
		t.Errorf("the server was asked %q, want %q", got, want)
	}
}

const answerForm = `<form data-autosave method="post" action="/answer"><input type="hidden" name="token" value="t">
<label class="choice"><input type="radio" name="choice" value="a" id="a"><span>A</span></label>
<label class="choice"><input type="radio" name="choice" value="b" id="b"><span>B</span></label>
<input name="note" id="note" required>
<output class="saved" data-saving="Đang lưu…" data-failed="Chưa lưu được"></output><button id="next">Tiếp</button></form>
<p id="count">0</p><form method="post" action="/submit"><button id="submit">Nộp bài</button></form>`

func TestAChoiceIsSavedAtOnce(t *testing.T) {
	s := &site{body: answerForm, post: func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `Đã lưu %s<p id="count" hx-swap-oob="true">1</p>`, r.Header.Get("HX-Request"))
	}}
	ctx := open(t, s)
	do(t, ctx, chromedp.Click(chromedp.CSS("#b")), wait(`document.querySelector('.saved[data-state=done]')?.textContent === 'Đã lưu true'`),
		wait(`document.querySelector('#count').textContent === '1'`))
	wantAsked(t, s, "/answer choice=b&note=&token=t")
}

func TestAFailedSaveIsToldAndTriedAgain(t *testing.T) {
	tries := 0
	s := &site{body: answerForm}
	s.post = func(w http.ResponseWriter, _ *http.Request) {
		if tries++; tries == 1 {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, "Đã lưu")
	}
	ctx := open(t, s)
	do(t, ctx, chromedp.Click(chromedp.CSS("#a")), wait(`document.querySelector('.saved[data-state=failed]')?.textContent === 'Chưa lưu được'`),
		wait(`document.querySelector('.saved[data-state=done]')?.textContent === 'Đã lưu'`))
	wantAsked(t, s, "/answer choice=a&note=&token=t", "/answer choice=a&note=&token=t")
}

func TestARedirectToSignInIsNotTakenForSaved(t *testing.T) {
	s := &site{body: answerForm, post: func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	}}
	ctx := open(t, s)
	do(t, ctx, chromedp.Click(chromedp.CSS("#a")), wait(`document.querySelector('.saved[data-state=failed]')?.textContent === 'Chưa lưu được'`))
}

func TestHandingInWaitsForTheLastAnswer(t *testing.T) {
	arrived, handedIn := make(chan struct{}), make(chan struct{})
	s := &site{body: answerForm}
	s.post = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/submit" {
			close(handedIn)
			http.Redirect(w, r, "/done", http.StatusSeeOther)
			return
		}
		close(arrived)
		select {
		case <-handedIn: // too early, as the order of the notes will show
		case <-time.After(time.Second): // a slow network
		}
		s.note("answer stored")
		fmt.Fprint(w, "Đã lưu")
	}
	ctx := open(t, s)
	do(t, ctx, chromedp.Click(chromedp.CSS("#b")))
	<-arrived
	do(t, ctx, chromedp.Click(chromedp.CSS("#submit")), chromedp.WaitVisible(chromedp.CSS("#elsewhere")))
	wantAsked(t, s, "/answer choice=b&note=&token=t", "answer stored", "/submit ")
}

func TestWhatIsNotSavedLeavesWithThePage(t *testing.T) {
	s := &site{body: answerForm + `<a id="away" href="/away">đi</a>`}
	s.post = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "Đã lưu") }
	ctx := open(t, s)
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("#note"), "chữ"), chromedp.Evaluate[chromedp.Void](`document.querySelector('#away').click()`),
		chromedp.WaitVisible(chromedp.CSS("#elsewhere")))
	deadline := time.After(30 * time.Second)
	for !slices.ContainsFunc(s.noted(), func(what string) bool { return strings.Contains(what, "note=ch%E1%BB%AF") }) {
		select {
		case <-deadline:
			t.Fatalf("the words never arrived: %q", s.noted())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func TestCountdownGoesByTheServersClock(t *testing.T) {
	s := &site{body: `<form id="quiz" method="post" action="/submit" data-confirm="Nộp bài?"></form>
<time class="timer" id="far" data-countdown="2001-01-01T02:00:00Z" data-now="2001-01-01T00:00:00Z"></time>
<time class="timer" id="near" data-countdown="2001-01-01T00:00:02Z" data-now="2001-01-01T00:00:00Z" data-submit="quiz"></time>`}
	s.post = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/done", http.StatusSeeOther) }
	ctx := open(t, s)
	do(t, ctx, wait(`/^(2:00:00|1:59:5\d)$/.test(document.querySelector('#far').textContent)`),
		wait(`document.querySelector('#near').classList.contains('is-low')`), chromedp.WaitVisible(chromedp.CSS("#elsewhere")))
	wantAsked(t, s, "/submit ")
}
