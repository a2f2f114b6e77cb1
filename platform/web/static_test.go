package web_test

import (
	"compress/gzip"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"khuevan/platform/web"
)

var style = strings.Repeat("a{color:red}\n", 500)

func assets(t *testing.T, script string) *web.Assets {
	t.Helper()
	a, err := web.Static(fstest.MapFS{
		"css/app.css": {Data: []byte(style)}, "app.js": {Data: []byte(script)}, "logo.png": {Data: []byte("\x89PNG")},
	}, "assets")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

const forEver = "public, max-age=31536000, immutable"

func TestAssetsAreKeptUnderTheirHash(t *testing.T) {
	a, newer := assets(t, "1"), assets(t, "2")
	if a.URL("app.js") == newer.URL("app.js") || a.URL("app.js") != assets(t, "1").URL("app.js") {
		t.Fatal("the address does not follow the content")
	}
	for _, c := range []struct{ target, kind, caching, body string }{
		{a.URL("app.js"), "text/javascript; charset=utf-8", forEver, "1"},
		{a.URL("logo.png"), "image/png", forEver, "\x89PNG"},
		{newer.URL("app.js"), "text/javascript; charset=utf-8", "no-cache", "1"}, // asked of a server not yet replaced
		{"/assets/app.js", "text/javascript; charset=utf-8", "no-cache", "1"},
	} {
		w := ask(a, "GET", c.target, "")
		if w.Code != 200 || w.Header().Get("Content-Type") != c.kind || w.Header().Get("Cache-Control") != c.caching || w.Body.String() != c.body {
			t.Errorf("%s: %d %v %q", c.target, w.Code, w.Header(), w.Body)
		}
	}
	for _, target := range []string{"/assets/", "/assets/../secret", a.URL("none.js"), a.URL(""), a.URL("css")} {
		if w := ask(a, "GET", target, ""); w.Code != 404 {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
	if w := ask(a, "POST", a.URL("app.js"), ""); w.Code != 404 {
		t.Errorf("POST: %d", w.Code)
	}
	if w := ask(a.File("app.js"), "GET", "/sw.js", ""); w.Body.String() != "1" || w.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("a file of its own: %v %q", w.Header(), w.Body)
	}
}

func TestAssetsAreCompressedForThoseWhoTakeIt(t *testing.T) {
	a := assets(t, "1")
	w := ask(a, "GET", a.URL("css/app.css"), "", "Accept-Encoding: br, gzip")
	if w.Header().Get("Content-Encoding") != "gzip" || w.Header().Get("Vary") != "Accept-Encoding" || w.Body.Len() > 500 {
		t.Fatalf("%v, %d bytes", w.Header(), w.Body.Len())
	}
	tag := w.Header().Get("ETag")
	unzip, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(unzip); err != nil || string(got) != style {
		t.Errorf("unzipped %d bytes, %v", len(got), err)
	}
	for _, header := range []string{"Accept-Encoding: ", "Accept-Encoding: gzip;q=0", "Accept-Encoding: br", "Accept-Encoding: gzip; q=0.0"} {
		w = ask(a, "GET", a.URL("css/app.css"), "", header)
		if w.Header().Get("Content-Encoding") != "" || w.Body.String() != style || w.Header().Get("ETag") == tag {
			t.Errorf("%s: %v", header, w.Header())
		}
	}
	w = ask(a, "GET", a.URL("css/app.css"), "", "Accept-Encoding: gzip", "If-None-Match: "+tag)
	if w.Code != 304 || w.Body.Len() != 0 {
		t.Errorf("asked again: %d", w.Code)
	}
	w = ask(a, "GET", a.URL("css/app.css"), "", "Accept-Encoding: gzip", "Range: bytes=0-3")
	if w.Code != 206 || w.Body.String() != "a{co" {
		t.Errorf("a range: %d %q", w.Code, w.Body)
	}
	if w = ask(a, "GET", a.URL("app.js"), "", "Accept-Encoding: gzip"); w.Header().Get("Content-Encoding") != "" {
		t.Error("a tiny file was compressed")
	}
}
