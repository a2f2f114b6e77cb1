package assets

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// What app.js promises, asked of a real browser under the policy the pages are served with.

// site is a server with one page; it notes what it was asked, in order.
type site struct {
	body  string
	clock string                                       // what a page hears when it asks for its attempt's clock
	post  func(w http.ResponseWriter, r *http.Request) // answers what the page posts

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
		if s.clock != "" && r.URL.Query().Get("part") == "clock" {
			fmt.Fprint(w, s.clock)
			return
		}
		w.Header().Set("Content-Security-Policy", "default-src 'self'; report-uri /policy")
		if r.URL.Path != "/" && !strings.HasPrefix(r.URL.Path, "/attempts/") {
			fmt.Fprintf(w, `<title>elsewhere</title><p id="elsewhere">%s</p>`, r.URL.Path)
			return
		}
		s.mu.Lock()
		body := s.body
		s.mu.Unlock()
		fmt.Fprintf(w, `<!doctype html><html lang="vi"><meta name="htmx-config" content='%s'><link rel="icon" href="%s">
<link rel="stylesheet" href="%s"><script src="%s" defer></script><title>page</title>%s`,
			HTMXConfig, b.Path("icon.svg"), b.Path("app.css"), b.Path("app.js"), body)
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

// attemptPage is an open attempt as the portal draws it, with three questions.
const attemptPage = `<div data-exam="lan_attt_1_1" data-behaviour="deferred" data-now="2030-01-01T00:00:00Z" data-all="3" data-t-title="Câu {n}/{all}" data-t-review="Xem lại"
 data-t-saving="Đang lưu…" data-t-done="Đã lưu lúc {time}" data-t-waiting="Chờ mạng ({n})" data-t-refused="Không nhận: {why}" data-t-offline="Mất mạng" data-t-signin="Hết phiên"
 data-t-draining="Đang gửi {n}" data-t-over="Hết giờ" data-t-cancel="Quay lại" data-t-enter="Đăng nhập" data-t-moved="{what}: {n}/{all}" data-t-answered="{n}/{all}" data-t-confirm="" data-t-confirm-open="">
<div class="quizbar"><h1 tabindex="-1">Câu 1/3</h1></div><p data-network hidden></p><p data-say aria-live="polite"></p>
<section class="q" data-q="1" data-item="i1"><form data-answer method="post" action="/attempts/lan_attt_1_1/answers"><input type="hidden" name="item" value="i1"><fieldset class="question">
<label><input type="radio" name="choice" value="a" id="a">A</label><label><input type="radio" name="choice" value="b" id="b">B</label></fieldset>
<output class="saved"></output><button name="go" value="2" id="next">Tiếp</button><button name="flag" value="1" aria-pressed="false" id="flag">Cờ</button></form></section>
<section class="q" data-q="2" data-item="i2" hidden><form data-answer method="post" action="/attempts/lan_attt_1_1/answers"><input type="hidden" name="item" value="i2"><fieldset class="question">
<input type="text" name="row-1" id="word"></fieldset><output class="saved"></output><button name="go" value="3">Tiếp</button></form></section>
<section class="q" data-q="3" data-item="i3" hidden><form data-answer method="post" action="/attempts/lan_attt_1_1/answers"><input type="hidden" name="item" value="i3"><fieldset class="question">
<ol data-order><li data-id="o1"><span class="text">Một</span><span class="place"><select name="place-o1"><option></option></select></span><span class="moves" hidden><button type="button" data-move="-1">↑</button><button type="button" data-move="1" id="down">↓</button></span></li>
<li data-id="o2"><span class="text">Hai</span><span class="moves" hidden><button type="button" data-move="-1">↑</button><button type="button" data-move="1">↓</button></span></li></ol><p data-keep hidden><button type="button" id="keep">Giữ</button></p>
</fieldset><output class="saved"></output><button name="go" value="review">Tiếp</button></form></section>
<section data-q="review" hidden><p data-answered></p><section data-list="open"><ul><li data-about="1"></li><li data-about="2"></li><li data-about="3"></li></ul></section>
<section data-list="flagged" hidden><ul><li data-about="1" hidden></li><li data-about="2" hidden></li><li data-about="3" hidden></li></ul></section>
<form id="submit-attempt" method="post" action="/submit"><button id="submit">Nộp bài</button></form></section>
<nav><ol class="qnav"><li><a href="?q=1" data-to="1">1<span data-is="open">chưa</span><span data-is="done" hidden>rồi</span></a></li><li><a href="?q=2" data-to="2">2</a></li><li><a href="?q=3" data-to="3" id="to3">3</a></li></ol></nav>
<details data-shortcuts hidden><summary>Phím</summary></details></div>`

// arrivals is a server that knows which requests it has seen; while it is down it takes nothing.
type arrivals struct {
	site
	down atomic.Bool
	seen map[string]int
}

func newArrivals() *arrivals {
	a := &arrivals{seen: map[string]int{}}
	a.body = attemptPage
	a.post = func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/submit") {
			http.Redirect(w, r, "/done", http.StatusSeeOther)
			return
		}
		if a.down.Load() {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		a.seen[r.PostFormValue("request")]++
		if r.PostFormValue("choice") == "b" {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusConflict)
			fmt.Fprint(w, `{"detail":"Đã hết giờ."}`)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
	return a
}

// answers gives what was asked about answers, flags and handing in, in order, without what differs each time.
func (a *arrivals) answers() (all []string) {
	for _, what := range a.noted() {
		path, form, _ := strings.Cut(what, " ")
		fields, err := url.ParseQuery(form)
		if err != nil || strings.HasSuffix(path, "/seen") {
			continue
		}
		all = append(all, strings.TrimSpace(strings.TrimPrefix(path, "/attempts/lan_attt_1_1")+" "+fields.Get("item")+" "+strings.Join(fields["choice"], ",")+fields.Get("flagged")))
	}
	return all
}

// field is a field of the last request about an item.
func (a *arrivals) field(item, name string) string {
	value := ""
	for _, what := range a.noted() {
		_, form, _ := strings.Cut(what, " ")
		if fields, err := url.ParseQuery(form); err == nil && fields.Get("item") == item {
			value = fields.Get(name)
		}
	}
	return value
}

func saved(n int, state string) step {
	return wait(fmt.Sprintf(`document.querySelector('[data-q="%d"] .saved').dataset.state === '%s'`, n, state))
}

func click(selector string) step {
	return chromedp.Evaluate[chromedp.Void](`document.querySelector('` + selector + `').click()`)
}

func typed(selector, text string) step {
	return chromedp.Evaluate[chromedp.Void](`(() => { const f = document.querySelector('` + selector + `'); f.value = '` + text + `'; f.dispatchEvent(new Event('input', {bubbles: true})); f.dispatchEvent(new Event('change', {bubbles: true})) })()`)
}

func TestAnAnswerIsQueuedAndArrivesWithBothTimes(t *testing.T) {
	s := newArrivals()
	ctx := open(t, &s.site)
	do(t, ctx, click("#a"), saved(1, "done"), wait(`/^Đã lưu lúc \d\d:\d\d:\d\d$/.test(document.querySelector('.saved').textContent)`),
		wait(`document.querySelector('.qnav a').classList.contains('is-done')`), wait(`localStorage.getItem('kv.queue.lan_attt_1_1') === null`))
	if got := s.answers(); !slices.Equal(got, []string{"/answers i1 a"}) {
		t.Errorf("the server was asked %q", got)
	}
	if given := s.field("i1", "given"); !strings.HasPrefix(given, "2030-01-01T00:00:") {
		t.Errorf("given at %q, not by the server's clock", given)
	}
	if d := s.field("i1", "device"); len(d) != 16 {
		t.Errorf("device %q", d)
	}
}

func TestWhatIsAnsweredWithoutANetworkArrivesOnceAndInOrder(t *testing.T) {
	s := newArrivals()
	s.down.Store(true)
	ctx := open(t, &s.site)
	do(t, ctx, click("#a"), saved(1, "waiting"), click("#next"), wait(`document.activeElement.textContent === 'Câu 2/3' && location.search === '?q=2'`),
		typed("#word", "khóa"), saved(2, "waiting"), typed("#word", "chìa khóa"), click("#to3"), click("#down"), saved(3, "waiting"),
		wait(`document.querySelector('[data-say]').textContent === 'Một: 2/2'`), wait(`document.querySelector('[data-q="3"] .saved').textContent === 'Chờ mạng (3)'`),
		wait(`!document.querySelector('[data-network]').hidden`))
	do(t, ctx, chromedp.Reload(), saved(1, "waiting"), saved(3, "waiting"), wait(`document.querySelector('#a').checked && document.querySelector('#word').value === 'chìa khóa'`),
		wait(`document.querySelector('[data-order] li').dataset.id === 'o2'`))
	before := len(s.answers())
	s.down.Store(false)
	do(t, ctx, chromedp.Evaluate[chromedp.Void](`window.dispatchEvent(new Event('online'))`), saved(1, "done"), saved(2, "done"), saved(3, "done"),
		wait(`localStorage.getItem('kv.queue.lan_attt_1_1') === null`), wait(`document.querySelector('[data-network]').hidden`))
	if got, want := s.answers()[before:], []string{"/answers i1 a", "/answers i2 1=chìa khóa", "/answers i3 o2,o1"}; !slices.Equal(got, want) {
		t.Errorf("the server was asked %q, want %q", got, want)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, n := range s.seen {
		if n > 1 {
			t.Errorf("request %s was taken %d times", id, n)
		}
	}
}

func TestARefusalIsToldAndNotTriedAgain(t *testing.T) {
	s := newArrivals()
	ctx := open(t, &s.site)
	do(t, ctx, click("#b"), saved(1, "refused"), wait(`document.querySelector('.saved').textContent === 'Không nhận: Đã hết giờ.'`),
		wait(`localStorage.getItem('kv.queue.lan_attt_1_1') === null`), click("#flag"), wait(`document.querySelector('#flag').getAttribute('aria-pressed') === 'true'`),
		click("#a"), saved(1, "done"))
	if got, want := s.answers(), []string{"/answers i1 b", "/flags i1 1", "/answers i1 a"}; !slices.Equal(got, want) {
		t.Errorf("the server was asked %q, want %q", got, want)
	}
}

func TestAnswersWaitForTheirOwnersSession(t *testing.T) {
	s := newArrivals()
	take := s.post
	var other atomic.Bool
	other.Store(true)
	s.post = func(w http.ResponseWriter, r *http.Request) {
		if other.Load() {
			http.Error(w, "another person's attempt", http.StatusForbidden)
			return
		}
		take(w, r)
	}
	ctx := open(t, &s.site)
	do(t, ctx, click("#a"), wait(`document.querySelector('[data-network] a')?.getAttribute('href').startsWith('/sign-in?back=')`))
	other.Store(false)
	do(t, ctx, chromedp.Evaluate[chromedp.Void](`window.dispatchEvent(new Event('online'))`), saved(1, "done"), wait(`document.querySelector('[data-network]').hidden`))
}

func TestAResultSendsWhatItsAttemptLeftBehind(t *testing.T) {
	s := newArrivals()
	s.down.Store(true)
	ctx := open(t, &s.site)
	do(t, ctx, click("#a"), saved(1, "waiting"))
	s.down.Store(false)
	s.mu.Lock()
	s.body = `<h1 data-closed="lan_attt_1_1">Kết quả</h1>`
	s.mu.Unlock()
	do(t, ctx, chromedp.Reload(), wait(`document.querySelector('[data-closed]') && localStorage.getItem('kv.queue.lan_attt_1_1') === null`))
	if all := s.answers(); !slices.Contains(all, "/answers i1 a") {
		t.Errorf("the server was asked %q", all)
	}
}

func TestHandingInWaitsForTheQueue(t *testing.T) {
	s := newArrivals()
	s.down.Store(true)
	ctx := open(t, &s.site)
	do(t, ctx, click("#a"), saved(1, "waiting"), click("#submit"), wait(`document.querySelector('[data-network]').textContent.includes('Đang gửi')`),
		click("[data-network] button"), wait(`!document.querySelector('[data-network]').textContent.includes('Đang gửi')`), click("#submit"),
		wait(`document.querySelector('[data-network]').textContent.includes('Đang gửi')`))
	before := len(s.answers())
	s.down.Store(false)
	do(t, ctx, chromedp.Evaluate[chromedp.Void](`window.dispatchEvent(new Event('online'))`), chromedp.WaitVisible(chromedp.CSS("#elsewhere")))
	if got, want := s.answers()[before:], []string{"/answers i1 a", "/submit"}; !slices.Equal(got, want) {
		t.Errorf("the server was asked %q, want %q", got, want)
	}
}

func TestBackAndKeysLeadThroughTheQuestions(t *testing.T) {
	s := newArrivals()
	ctx := open(t, &s.site)
	key := func(code string) step {
		return chromedp.Evaluate[chromedp.Void](`document.body.dispatchEvent(new KeyboardEvent('keydown', {altKey: true, code: '` + code + `', bubbles: true}))`)
	}
	shown := func(q string) step {
		return wait(`[...document.querySelectorAll('section[data-q]')].filter((s) => !s.hidden).map((s) => s.dataset.q).join() === '` + q + `'`)
	}
	do(t, ctx, shown("1"), key("KeyN"), shown("2"), key("KeyN"), shown("3"), key("KeyP"), shown("2"), click("#to3"), shown("3"),
		chromedp.Evaluate[chromedp.Void](`history.back()`), shown("2"), wait(`document.querySelector('[aria-current=step]').dataset.to === '2'`))
}

func TestWhatIsNotSavedLeavesWithThePage(t *testing.T) {
	s := newArrivals()
	s.body += `<a id="away" href="/away">đi</a>`
	ctx := open(t, &s.site)
	do(t, ctx, click("#next"), chromedp.Evaluate[chromedp.Void](`(() => { const f = document.querySelector('#word'); f.value = 'chữ'; f.dispatchEvent(new Event('input', {bubbles: true})) })()`),
		click("#away"), chromedp.WaitVisible(chromedp.CSS("#elsewhere")))
	deadline := time.After(30 * time.Second)
	for !slices.Contains(s.answers(), "/answers i2 1=chữ") {
		select {
		case <-deadline:
			t.Fatalf("the words never arrived: %q", s.noted())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// timed is the attempt's page with a second and a half left.
func timed(clock string) *arrivals {
	s := newArrivals()
	s.clock = clock
	s.body = strings.Replace(attemptPage, "</h1>", `</h1><time class="timer" data-countdown="2030-01-01T00:00:01.5Z" data-now="2030-01-01T00:00:00Z" data-submit="submit-attempt"></time>`, 1)
	return s
}

func TestAtTheEndOfTheTimeTheAttemptIsHandedIn(t *testing.T) {
	s := timed(`{"deadline":"2030-01-01T00:00:01.5Z","now":"2030-01-01T00:00:02Z"}`)
	s.down.Store(true)
	ctx := open(t, &s.site)
	do(t, ctx, click("#a"), saved(1, "waiting"), wait(`document.querySelector('[data-network]').textContent.includes('Hết giờ')`), wait(`document.querySelector('fieldset').disabled`))
	s.down.Store(false)
	do(t, ctx, chromedp.Evaluate[chromedp.Void](`window.dispatchEvent(new Event('online'))`), chromedp.WaitVisible(chromedp.CSS("#elsewhere")))
	if all := s.answers(); all[len(all)-1] != "/submit" || all[len(all)-2] != "/answers i1 a" {
		t.Errorf("the server was asked %q", all)
	}
}

func TestMoreTimeIsNoticedBeforeHandingIn(t *testing.T) {
	s := timed(`{"deadline":"2030-01-01T00:10:02Z","now":"2030-01-01T00:00:02Z"}`)
	ctx := open(t, &s.site)
	do(t, ctx, wait(`/^(10:00|9:\d\d)$/.test(document.querySelector('.timer').textContent)`), click("#a"), saved(1, "done"))
	if all := s.answers(); slices.Contains(all, "/submit") {
		t.Errorf("the server was asked %q", all)
	}
}

func TestAnAdaptiveAnswerIsSentForGoodAndThePageReadAnew(t *testing.T) {
	s := newArrivals()
	s.body = strings.Replace(strings.Replace(attemptPage, `data-behaviour="deferred"`, `data-behaviour="adaptive"`, 1), `name="go" value="2" id="next"`, `name="check" value="1" id="next"`, 1)
	ctx := open(t, &s.site)
	do(t, ctx, click("#a"), chromedp.Evaluate[chromedp.Void](`document.body.appendChild(document.createElement('p')).id = 'old'`), click("#next"), chromedp.WaitNotPresent(chromedp.CSS("#old")))
	if got, want := s.answers(), []string{"/answers i1 a"}; !slices.Equal(got, want) || s.field("i1", "check") != "1" {
		t.Errorf("the server was asked %q, want %q", got, want)
	}
}

func TestASittingsDoorOpensByItself(t *testing.T) {
	s := &site{body: `<div data-door><p data-shut="Đã mở">Chưa mở</p><p><time data-countdown="2001-01-01T00:00:01Z" data-now="2001-01-01T00:00:00Z"></time></p><form hidden><button id="begin">Bắt đầu</button></form></div>`}
	ctx := open(t, s)
	do(t, ctx, chromedp.WaitVisible(chromedp.CSS("#begin")), wait(`document.querySelector('[data-shut]').textContent === 'Đã mở'`))
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
