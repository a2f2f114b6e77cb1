package assets

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func sample() fstest.MapFS {
	return fstest.MapFS{
		"manifest.json":      {Data: []byte(`{"app.js":"app.AAAAAAAA.js","f.woff2":"f.BBBBBBBB.woff2"}`)},
		"app.AAAAAAAA.js":    {Data: []byte("plain")},
		"app.AAAAAAAA.js.gz": {Data: packed("plain")},
		"f.BBBBBBBB.woff2":   {Data: []byte("font")},
		"licences.txt":       {Data: []byte("text")},
	}
}

func packed(text string) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write([]byte(text)) // a bytes.Buffer takes everything
	_ = w.Close()
	return out.Bytes()
}

func bundleOf(t *testing.T, files fstest.MapFS) *Bundle {
	t.Helper()
	b, err := load(files)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPathCarriesTheHash(t *testing.T) {
	b := bundleOf(t, sample())
	for name, want := range map[string]string{
		"app.js":     "/assets/app.AAAAAAAA.js",
		"missing.js": "/assets/missing.js",
	} {
		if got := b.Path(name); got != want {
			t.Errorf("Path(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	if _, err := load(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), "go tool task assets") {
		t.Errorf("an unbuilt bundle is reported as %v", err)
	}
	half := sample()
	delete(half, "app.AAAAAAAA.js")
	if _, err := load(half); err == nil || !strings.Contains(err.Error(), "app.js") {
		t.Errorf("a manifest that names a missing file is reported as %v", err)
	}
}

func TestServe(t *testing.T) {
	b := bundleOf(t, sample())
	for _, c := range []struct {
		path, accept         string
		status               int
		kind, encoding, body string
	}{
		{"/assets/app.AAAAAAAA.js", "gzip, br", 200, "text/javascript; charset=utf-8", "gzip", "plain"},
		{"/assets/app.AAAAAAAA.js", "", 200, "text/javascript; charset=utf-8", "", "plain"},
		{"/assets/f.BBBBBBBB.woff2", "gzip", 200, "font/woff2", "", "font"},
		{"/assets/app.js", "", 404, "", "", ""},
		{"/assets/licences.txt", "", 404, "", "", ""},
		{"/assets/pdf/app.AAAAAAAA.js", "", 404, "", "", ""},
	} {
		r := httptest.NewRequest(http.MethodGet, c.path, nil)
		r.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		b.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s: status %d, want %d", c.path, w.Code, c.status)
			continue
		}
		if c.status != http.StatusOK {
			if w.Header().Get("Cache-Control") != "" {
				t.Errorf("%s: a refusal may be kept for ever", c.path)
			}
			continue
		}
		if got := w.Header().Get("Content-Type"); got != c.kind {
			t.Errorf("%s: Content-Type %q, want %q", c.path, got, c.kind)
		}
		if got := w.Header().Get("Content-Encoding"); got != c.encoding {
			t.Errorf("%s: Content-Encoding %q, want %q", c.path, got, c.encoding)
		}
		if got := unpacked(t, w); got != c.body {
			t.Errorf("%s: body %q, want %q", c.path, got, c.body)
		}
	}
}

func unpacked(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var body io.Reader = w.Body
	if w.Header().Get("Content-Encoding") == "gzip" {
		r, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		body = r
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestHTMXConfigKeepsToThePolicy(t *testing.T) {
	var config struct {
		IncludeIndicatorStyles, AllowEval *bool
	}
	if err := json.Unmarshal([]byte(HTMXConfig), &config); err != nil {
		t.Fatal(err)
	}
	if config.IncludeIndicatorStyles == nil || *config.IncludeIndicatorStyles || config.AllowEval == nil || *config.AllowEval {
		t.Error("htmx would write an inline style or call eval")
	}
}

// The bundle is built before the tests run; these hold of what is shipped.
func TestShippedBundle(t *testing.T) {
	b, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"app.js", "app.css", "icon.svg"} {
		if b.Path(name) == "/assets/"+name {
			t.Errorf("%s is not in the bundle", name)
		}
	}
	for _, name := range []string{"tinos-regular", "tinos-bold", "tinos-italic", "tinos-bold-italic"} {
		font, err := Font(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(font, []byte{0, 1, 0, 0}) {
			t.Errorf("%s is not a TrueType font", name)
		}
	}
	if _, err := Font("comic"); err == nil {
		t.Error("an unknown font was found")
	}
}
