package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// screen is a size of window.
type screen struct {
	name          string
	width, height int64
	touch         bool
}

func phone() screen   { return screen{"phone", 360, 800, true} }
func desktop() screen { return screen{"desktop", 1280, 900, false} }

// browser is one person's browser.
type browser struct {
	t   testing.TB
	ctx context.Context
	url string
	who string
}

// chromium starts one browser process; each person gets a context of their own in it.
func chromium(t testing.TB) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("%v; `go tool task test` installs it", err)
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-dev-shm-usage", true), chromedp.UserDataDir(t.TempDir()))
	alloc, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, stop := chromedp.NewContext(alloc)
	t.Cleanup(stop)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return ctx
}

// visit opens a browser context of its own: other cookies, other window.
func (h *house) visit(chrome context.Context, who string, s screen) *browser {
	h.t.Helper()
	ctx, cancel := chromedp.NewContext(chrome, chromedp.WithNewBrowserContext())
	h.t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // the tab lives as long as the context it was opened under
		h.t.Fatalf("%s: open a tab: %v", who, err)
	}
	b := &browser{t: h.t, ctx: ctx, url: h.url, who: who}
	opts := []chromedp.EmulateViewportOption{}
	if s.touch {
		opts = append(opts, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	b.do(chromedp.EmulateViewport(s.width, s.height, opts...))
	return b
}

// do runs actions within the test's patience.
func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatalf("%s: %v\n%s", b.who, err, b.where())
	}
}

// read evaluates a JavaScript expression, waiting for it when it is a promise.
func read[T any](b *browser, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v\n%s", b.who, err, b.where())
	}
	return value
}

// where describes the page for a failure.
func (b *browser) where() string {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + (document.body ? document.body.innerText : "")`))
	if err != nil {
		return err.Error()
	}
	return text
}

// opens goes to a path.
func (b *browser) opens(path string) *browser {
	b.t.Helper()
	b.do(chromedp.Navigate(b.url + path))
	return b
}

// until waits for a JavaScript expression to become true.
func (b *browser) until(what, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`!!(`+expression+`)`))
		if err == nil && ok {
			return
		}
		if ctx.Err() != nil {
			b.t.Fatalf("%s waits in vain for %s (%v)\n%s", b.who, what, err, b.where())
		}
		breathe()
	}
}

// sees waits until a text is shown.
func (b *browser) sees(text string) *browser {
	b.t.Helper()
	b.until("“"+text+"”", `document.body && document.body.innerText.normalize().includes(`+js(text)+`)`)
	return b
}

// misses fails when a text is shown now.
func (b *browser) misses(text string) *browser {
	b.t.Helper()
	if read[bool](b, `document.body.innerText.includes(`+js(text)+`)`) {
		b.t.Fatalf("%s sees “%s”, and should not\n%s", b.who, text, b.where())
	}
	return b
}

// find is an expression for the visible link or button with a text; the first in the main part wins.
func find(text string) string {
	return `[...document.querySelectorAll("main a, main button, main summary"), ...document.querySelectorAll("a, button")].find(e => e.offsetParent !== null && e.innerText.normalize().includes(` + js(text) + `))`
}

// clicks follows the link or presses the button with a text, and waits for the page it leads to.
func (b *browser) clicks(text string) *browser {
	b.t.Helper()
	b.until("a link or button “"+text+"”", find(text))
	b.leaving(func() { read[bool](b, `(`+find(text)+`.click(), true)`) })
	return b
}

// presses acts on the link or button with a text; the page stays.
func (b *browser) presses(text string) *browser {
	b.t.Helper()
	b.until("a link or button “"+text+"”", find(text))
	read[bool](b, `(`+find(text)+`.click(), true)`)
	return b
}

// leaving waits until the page that act leaves is gone and the next is loaded.
func (b *browser) leaving(act func()) {
	b.t.Helper()
	mark := fmt.Sprintf("left%d", time.Now().UnixNano())
	read[bool](b, `window.`+mark+` = true`)
	act()
	b.until("the next page", `!window.`+mark+` && document.readyState === "complete"`)
}

// hits clicks the first element of a kind whose text, what only a screen reader says included, holds all of these.
func (b *browser) hits(kind string, texts ...string) *browser {
	b.t.Helper()
	found := `[...document.querySelectorAll(` + js(kind) + `)]`
	for _, text := range texts {
		found += `.filter(e => e.textContent.normalize().includes(` + js(text) + `))`
	}
	b.until(fmt.Sprint(kind, texts), found+`.length > 0`)
	b.leaving(func() { read[bool](b, `(`+found+`[0].click(), true)`) })
	return b
}

// fills types into the field with a label.
func (b *browser) fills(label, value string) *browser {
	b.t.Helper()
	field := `[...document.querySelectorAll("label")].find(l => l.innerText.normalize().includes(` + js(label) + `))?.control`
	b.until("a field “"+label+"”", field)
	read[bool](b, `(() => { const f = `+field+`; if (f.tagName === "SELECT") {
		const o = [...f.options].find(o => o.text.normalize().includes(`+js(value)+`)); if (!o) throw new Error("no option"); f.value = o.value }
		else { f.value = `+js(value)+` }
		f.dispatchEvent(new Event("input", {bubbles: true})); f.dispatchEvent(new Event("change", {bubbles: true})); return true })()`)
	return b
}

// uploads puts files into a file field found by a CSS selector.
func (b *browser) uploads(selector string, files ...string) *browser {
	b.t.Helper()
	b.do(chromedp.SetUploadFiles(chromedp.CSS(selector), files))
	return b
}

// networkConditions says offline in both places: Chromium asked for the first until it took the second.
type networkConditions struct {
	Offline bool                  `json:"offline"`
	Matched []*network.Conditions `json:"matchedNetworkConditions"`
}

var conditions = cdp.Command[networkConditions, network.EmulateNetworkConditionsByRuleResult]{Method: network.CommandEmulateNetworkConditionsByRule}

// offline cuts the browser's network, or restores it.
func (b *browser) offline(cut bool) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if _, err := chromedp.Call(ctx, conditions, networkConditions{Offline: cut,
		Matched: []*network.Conditions{{Offline: cut, DownloadThroughput: -1, UploadThroughput: -1}}}); err != nil {
		b.t.Fatalf("%s: %v", b.who, err)
	}
	if _, err := chromedp.Call(ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: cut, DownloadThroughput: -1, UploadThroughput: -1}); err != nil {
		b.t.Fatalf("%s: %v", b.who, err)
	}
}

// fetches downloads a path with the browser's session.
func (b *browser) fetches(path string) (kind string, body []byte) {
	b.t.Helper()
	got := read[struct {
		Kind string `json:"kind"`
		Body []byte `json:"body"`
	}](b, `fetch(`+js(path)+`).then(async r => { const a = new Uint8Array(await r.arrayBuffer()); let s = "";
		for (const c of a) s += String.fromCharCode(c); return {kind: r.status + " " + r.headers.get("content-type"), body: btoa(s)} })`)
	return got.Kind, got.Body
}

// shoots saves a picture of the whole page.
func (b *browser) shoots(file string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatalf("%s: %v", b.who, err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // pictures for the README
		b.t.Fatal(err)
	}
	if err := os.WriteFile(file, png, 0o644); err != nil { //nolint:gosec // likewise
		b.t.Fatal(err)
	}
}

// axe lists the accessibility violations of the page.
func (b *browser) axe() []string {
	b.t.Helper()
	source, err := os.ReadFile(filepath.Join(root(b.t), "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		b.t.Fatalf("%v; `go tool task test` installs it", err)
	}
	read[bool](b, string(source)+"; true")
	found := read[[]struct {
		ID    string `json:"id"`
		Help  string `json:"help"`
		Nodes []struct {
			HTML    string `json:"html"`
			Summary string `json:"failureSummary"`
		} `json:"nodes"`
	}](b, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations)`)
	var all []string
	for _, v := range found {
		for _, n := range v.Nodes {
			all = append(all, v.ID+": "+v.Help+"\n    "+n.HTML+"\n    "+strings.ReplaceAll(n.Summary, "\n", "\n    "))
		}
	}
	return all
}

func js(s string) string {
	out, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(out)
}
