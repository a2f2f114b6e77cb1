package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"khuevan/platform/fault"
)

// Assets serves a small tree of files from memory under "<prefix><hash>/<name>", the hash being that of the whole
// tree: so a browser may keep a file for ever, and a style sheet may name its neighbours by relative paths.
type Assets struct {
	prefix string
	hash   string
	files  map[string]*asset
}

type asset struct {
	data   []byte
	kind   string
	etag   string
	zipped func() []byte // compressed at first use; nil for what is compressed already
}

// kinds lists the types we serve; the machine's own list may lack or bend some.
func kinds(name string) (kind string, compressible bool) {
	switch strings.ToLower(path.Ext(name)) {
	case ".css":
		return "text/css; charset=utf-8", true
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8", true
	case ".json", ".map":
		return "application/json", true
	case ".webmanifest":
		return "application/manifest+json", true
	case ".svg":
		return "image/svg+xml", true
	case ".html":
		return "text/html; charset=utf-8", true
	case ".txt":
		return "text/plain; charset=utf-8", true
	case ".png":
		return "image/png", false
	case ".jpg", ".jpeg":
		return "image/jpeg", false
	case ".webp":
		return "image/webp", false
	case ".ico":
		return "image/x-icon", false
	case ".woff2":
		return "font/woff2", false
	case ".pdf":
		return "application/pdf", false
	}
	return "application/octet-stream", false
}

// worthZipping is the size from which compressing saves a network packet.
const worthZipping = 1400

// Static reads the files of fsys to serve them under prefix, such as "/assets/".
func Static(fsys fs.FS, prefix string) (*Assets, error) {
	a := &Assets{prefix: "/" + strings.Trim(prefix, "/") + "/", files: map[string]*asset{}}
	whole := sha256.New()
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		one := newAsset(name, data)
		a.files[name] = one
		fmt.Fprintf(whole, "%s\x00%s\x00", name, one.etag)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the assets: %w", err)
	}
	a.hash = short(whole.Sum(nil))
	return a, nil
}

func short(sum []byte) string { return hex.EncodeToString(sum[:8]) }

func newAsset(name string, data []byte) *asset {
	sum := sha256.Sum256(data)
	kind, compressible := kinds(name)
	one := &asset{data: data, kind: kind, etag: short(sum[:])}
	if compressible && len(data) >= worthZipping {
		one.zipped = sync.OnceValue(func() []byte { return zip(data) })
	}
	return one
}

func zip(data []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // fails on unknown levels only
	w.Write(data)                                           //nolint:errcheck // memory takes everything
	w.Close()                                               //nolint:errcheck // as above
	return out.Bytes()
}

// URL is where a file is served, for example "/assets/0123456789abcdef/app.css".
func (a *Assets) URL(name string) string { return a.prefix + a.hash + "/" + name }

// ServeHTTP serves a file. Under the present hash it may be kept for ever; under an older one, or none, the file is the
// present one and must be asked for again: while servers are replaced, new pages meet old servers.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, a.prefix)
	caching := "no-cache"
	if hash, rest, ok := strings.Cut(name, "/"); ok && isHash(hash) {
		name = rest
		if hash == a.hash {
			caching = "public, max-age=31536000, immutable"
		}
	}
	a.serve(w, r, name, caching)
}

// File serves one file at an address of its own, such as a service worker at "/sw.js".
func (a *Assets) File(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { a.serve(w, r, name, "no-cache") })
}

func (a *Assets) serve(w http.ResponseWriter, r *http.Request, name, caching string) {
	one, ok := a.files[name]
	if !ok || r.Method != http.MethodGet && r.Method != http.MethodHead {
		WriteError(w, r, fault.New(fault.NotFound, "Không tìm thấy tệp này.", "There is no such file."))
		return
	}
	h, data, etag := w.Header(), one.data, one.etag
	h.Set("Content-Type", one.kind)
	h.Set("Cache-Control", caching)
	if one.zipped != nil {
		h.Set("Vary", "Accept-Encoding")
		if r.Header.Get("Range") == "" && acceptsGzip(r.Header.Get("Accept-Encoding")) {
			data, etag = one.zipped(), etag+"-gz"
			h.Set("Content-Encoding", "gzip")
			h.Set("Content-Length", strconv.Itoa(len(data)))
		}
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
}

func isHash(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == 8
}

func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			q, weighted := strings.CutPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
			value, err := strconv.ParseFloat(q, 64)
			return !weighted || err == nil && value > 0
		}
	}
	return false
}
