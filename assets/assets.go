// Package assets carries the bundled front end and the fonts of PDF files inside the binary.
package assets

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
)

// HTMXConfig is the content of <meta name="htmx-config"> that every page needs: without it htmx would write an inline style
// and use eval, which the Content-Security-Policy forbids; would keep pages of a shared computer in local storage; and
// would throw away a form that came back with its errors (422).
const HTMXConfig = `{"includeIndicatorStyles":false,"allowEval":false,"historyCacheSize":0,"selfRequestsOnly":true,` +
	`"timeout":30000,"responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},` +
	`{"code":"422","swap":true},{"code":"[45]..","swap":false,"error":true}]}`

//go:embed all:dist
var dist embed.FS

// FS is the bundle, rooted at its own folder. It is empty but for a marker until the bundle is built.
func FS() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		return dist // fs.Sub refuses only a malformed name, and this one is written above
	}
	return sub
}

// Font returns a TrueType font for PDF files: "tinos-regular", "tinos-bold", "tinos-italic" or "tinos-bold-italic".
func Font(name string) ([]byte, error) {
	font, err := fs.ReadFile(FS(), "pdf/"+name+".ttf")
	if err != nil {
		return nil, fmt.Errorf("read font (is the bundle built? `go tool task assets`): %w", err)
	}
	return font, nil
}

// Bundle knows the hashed names of the front end's files.
type Bundle struct {
	files  fs.FS
	hashed map[string]string // plain name → name with the hash of its content
	served map[string]bool   // the hashed names
}

// Load reads the manifest of the bundle in the binary.
func Load() (*Bundle, error) { return load(FS()) }

func load(files fs.FS) (*Bundle, error) {
	text, err := fs.ReadFile(files, "manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("the front-end bundle is not built: run `go tool task assets` and build again")
	}
	if err != nil {
		return nil, fmt.Errorf("read the bundle's manifest: %w", err)
	}
	b := &Bundle{files: files, served: map[string]bool{}}
	if err := json.Unmarshal(text, &b.hashed); err != nil {
		return nil, fmt.Errorf("read the bundle's manifest: %w", err)
	}
	for name, hashed := range b.hashed {
		if _, err := fs.Stat(files, hashed); err != nil {
			return nil, fmt.Errorf("find %s of the bundle's manifest: %w", name, err)
		}
		b.served[hashed] = true
	}
	return b, nil
}

// Path is the URL path of a file, such as /assets/app.8F3A2CQX.js for "app.js". A name the bundle does not know
// keeps its plain form, under which Bundle answers 404.
func (b *Bundle) Path(name string) string {
	if hashed, ok := b.hashed[name]; ok {
		name = hashed
	}
	return path.Join("/assets", name)
}
