package assets

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
)

// The page of a lesson speaks after its seconds in sight, keeps what nobody heard, and speaks a last time when it is left.
func TestALessonTellsHowLongItWasInSight(t *testing.T) {
	var asked, refused atomic.Int32
	s := &site{body: `<body><article data-time="/lesson/time" data-every="1">…</article>`}
	s.post = func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) == 1 {
			refused.Add(1)
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
	ctx := open(t, s)
	heard := func(n int) step {
		return wait(`performance.getEntriesByType('resource').filter((e) => e.name.endsWith('/lesson/time')).length >= ` + strconv.Itoa(n))
	}
	do(t, ctx, heard(1), wait(`performance.now() > 3000`), chromedp.Navigate("about:blank"))
	for len(s.noted()) < 2 { // the last word travels on its own
		do(t, ctx, wait(`true`))
	}
	first, last := fields(t, s.noted()[0]), fields(t, s.noted()[len(s.noted())-1])
	seconds := func(f url.Values, name string) int {
		n, err := strconv.Atoi(f.Get(name))
		if err != nil {
			t.Fatalf("%s says %v", name, f)
		}
		return n
	}
	if seconds(first, "visible") < 1 || first.Get("left") != "" {
		t.Errorf("the page said first %v", first)
	}
	if last.Get("left") != "1" || seconds(last, "visible") < 2 || seconds(last, "active") > seconds(last, "visible") {
		t.Errorf("the page said at its end %v, after %d refusals", last, refused.Load())
	}
}

func fields(t *testing.T, asked string) url.Values {
	t.Helper()
	path, form, _ := strings.Cut(asked, " ")
	f, err := url.ParseQuery(form)
	if err != nil || path != "/lesson/time" {
		t.Fatalf("the server was asked %q", asked)
	}
	return f
}

// The page of a video says which parts were watched, once each, and shows what it is answered.
func TestAVideoTellsWhatWasWatched(t *testing.T) {
	s := &site{body: `<body><video data-watch="/lesson/watched"></video><strong data-watched>0</strong>`}
	s.post = func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("35")) }
	ctx := open(t, s)
	play := func(ranges string) step {
		return chromedp.Evaluate[chromedp.Void](`(() => {
			const video = document.querySelector('video'), ranges = ` + ranges + `
			Object.defineProperty(video, 'duration', { value: 200, configurable: true })
			Object.defineProperty(video, 'played', { configurable: true, value: { length: ranges.length, start: (i) => ranges[i][0], end: (i) => ranges[i][1] } })
			video.dispatchEvent(new Event('pause'))
		})()`)
	}
	do(t, ctx, play(`[]`), play(`[[0, 50.9], [180, 199.8]]`), wait(`document.querySelector('[data-watched]').textContent === '35'`), play(`[[0, 50.9], [180, 199.8]]`),
		play(`[[0, 199.8]]`), wait(`performance.getEntriesByType('resource').filter((e) => e.name.endsWith('/watched')).length === 2`))
	wantAsked(t, s, "/lesson/watched parts=0-25%2C90-100", "/lesson/watched parts=0-100")
}
