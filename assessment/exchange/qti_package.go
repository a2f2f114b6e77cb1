package exchange

import (
	"archive/zip"
	"bytes"
	"io"
	"net/url"
	"path"
	"strings"
)

// Limits of a package.
const (
	maxEntries  = 20_000
	maxUnpacked = 64 << 20 // bytes, of all files that are read
	maxRatio    = 300      // unpacked ÷ packed, of files above 1 MiB
)

func isZip(data []byte) bool { return bytes.HasPrefix(data, []byte("PK\x03\x04")) }

// archive reads the files of a package within the limits.
type archive struct {
	files map[string]*zip.File
	read  int64
}

func openArchive(data []byte) (*archive, *Note) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, &Note{Line: 1, Vi: "Tệp zip bị hỏng. Hãy xuất lại tệp.", En: "The zip file is damaged. Export it again."}
	}
	if len(z.File) > maxEntries {
		return nil, &Note{Line: 1, Vi: "Tệp zip có quá nhiều tệp bên trong. Hãy chia nhỏ.", En: "The zip file holds too many files. Split it."}
	}
	a := &archive{files: map[string]*zip.File{}}
	for _, f := range z.File {
		a.files[path.Clean(strings.ReplaceAll(f.Name, `\`, "/"))] = f
	}
	return a, nil
}

// open gives a file of the package; false when it is missing, damaged, or beyond the limits.
func (a *archive) open(name string, limit int64) ([]byte, bool) {
	f := a.files[name]
	if f == nil || f.UncompressedSize64 > 1<<20 && f.UncompressedSize64 > maxRatio*f.CompressedSize64 || a.read >= maxUnpacked {
		return nil, false
	}
	r, err := f.Open()
	if err != nil {
		return nil, false
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	a.read += int64(len(data))
	if err != nil || int64(len(data)) > limit || a.read > maxUnpacked {
		return nil, false
	}
	return data, true
}

// manifest finds the list of resources, which may lie in a folder.
func (a *archive) manifest() string {
	best := ""
	for name := range a.files {
		if path.Base(name) == "imsmanifest.xml" && (best == "" || len(name) < len(best) || len(name) == len(best) && name < best) {
			best = name
		}
	}
	return best
}

func readPackage(in *intake, data []byte) {
	a, bad := openArchive(data)
	if bad != nil {
		in.note(*bad)
		return
	}
	at := a.manifest()
	list, ok := a.open(at, maxFile)
	if at == "" || !ok {
		in.bad(1, "", "Gói QTI thiếu tệp imsmanifest.xml hoặc tệp này không đọc được.", "The QTI package has no imsmanifest.xml that can be read.")
		return
	}
	root, bad := parseXML(list)
	if bad != nil {
		in.note(*bad)
		return
	}
	k, base := newMarkup(), path.Dir(at)
	for _, t := range root.child("manifest").child("metadata").find("title") {
		in.file.Name = line(t.words())
		break
	}
	for _, r := range root.child("manifest").child("resources").all("resource") {
		kind, href := r.attr("type"), r.attr("href")
		if plain, err := url.PathUnescape(href); err == nil {
			href = plain
		}
		switch {
		case strings.Contains(kind, "item"):
			a.item(in, k, r, path.Join(base, href))
		case strings.Contains(kind, "test") || strings.Contains(kind, "section"):
			in.note(Note{Line: r.line, Dropped: true, Vi: "Bài kiểm tra “" + shorten(href) + "” trong gói bị bỏ; chỉ nhận câu hỏi.",
				En: "The test “" + shorten(href) + "” of the package was left out; only questions are taken."})
		}
	}
}

func (a *archive) item(in *intake, k markup, r *element, name string) {
	data, ok := a.open(name, maxFile)
	if !ok {
		in.bad(r.line, "", "Không đọc được tệp “%s” trong gói: thiếu, hỏng hoặc quá lớn.", "The file “%s” of the package cannot be read: it is missing, damaged or too large.", shorten(name))
		return
	}
	var tags []string
	for _, w := range r.child("metadata").find("keyword") {
		tags = append(tags, strings.TrimSpace(w.words()))
	}
	readItem(in, k, data, name, tags, func(src string) ([]byte, bool) {
		if plain, err := url.PathUnescape(src); err == nil {
			src = plain
		}
		return a.open(path.Join(path.Dir(name), src), maxPicture)
	})
}

// detectPackage looks at the first item of a package.
func detectPackage(data []byte) (Format, bool) {
	if len(data) > maxFile {
		return "", false
	}
	a, bad := openArchive(data)
	if bad != nil {
		return "", false
	}
	list, ok := a.open(a.manifest(), maxFile)
	switch {
	case !ok:
		return "", false
	case bytes.Contains(list, []byte("v3p0")) || bytes.Contains(list, []byte("qtiv3p0")):
		return QTI30, true
	}
	return QTI21, true
}
