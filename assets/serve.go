package assets

import (
	"bytes"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// ServeHTTP answers the paths that Path gives. A hashed name never changes its content, so browsers may keep it for a
// year without asking again; text goes out compressed where the browser takes it.
func (b *Bundle) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	if !b.served[name] || r.URL.Path != "/assets/"+name {
		http.NotFound(w, r)
		return
	}
	header := w.Header()
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("Content-Type", contentType(name))
	header.Set("X-Content-Type-Options", "nosniff")
	body, err := b.read(name, header, strings.Contains(r.Header.Get("Accept-Encoding"), "gzip"))
	if err != nil {
		header.Del("Cache-Control")
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}

// read prefers the compressed copy, which exists only for text.
func (b *Bundle) read(name string, header http.Header, gzip bool) ([]byte, error) {
	packed, err := fs.ReadFile(b.files, name+".gz")
	if err != nil {
		return fs.ReadFile(b.files, name)
	}
	header.Set("Vary", "Accept-Encoding")
	if !gzip {
		return fs.ReadFile(b.files, name)
	}
	header.Set("Content-Encoding", "gzip")
	return packed, nil
}

// contentType does not depend on what the machine's own table says of web fonts.
func contentType(name string) string {
	if path.Ext(name) == ".woff2" {
		return "font/woff2"
	}
	return mime.TypeByExtension(path.Ext(name))
}
