package exchange

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	_ "image/gif" // the three forms that are taken
	_ "image/jpeg"
	_ "image/png"
	"regexp"
	"strings"

	"khuevan/platform/fault"
)

// Picture is a picture that questions show: PNG, JPEG or GIF.
type Picture struct {
	Name   string // of its file, "" where it had none
	Digest string // SHA-256, hex
	Media  string
	Alt    string // what it shows, in words, where it was first used
	Width  int    // pixels
	Height int
	Data   []byte
}

// Limits of pictures.
const (
	maxPicture  = 512 << 10 // bytes
	maxPixels   = 4000      // of either side
	maxPictures = 32 << 20  // bytes, of all pictures of a file
	maxShown    = 20        // times that one question shows any
	maxDecoded  = 200e6     // pixels, of all pictures of a file
)

// NewPicture checks a picture by decoding it. It refuses what is no PNG, JPEG or GIF, more than 512 KiB, or more than
// 4,000 pixels wide or high.
func NewPicture(name, alt string, data []byte) (Picture, error) {
	if len(data) > maxPicture {
		return Picture{}, fault.New(fault.Invalid, "Hình lớn hơn 512 KB. Hãy thu nhỏ hình.", "The picture is larger than 512 KB. Make it smaller.")
	}
	config, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || kind != "png" && kind != "jpeg" && kind != "gif" {
		return Picture{}, errPicture()
	}
	if config.Width < 1 || config.Height < 1 || config.Width > maxPixels || config.Height > maxPixels {
		return Picture{}, fault.Newf(fault.Invalid, "Hình rộng hoặc cao hơn %d điểm ảnh. Hãy thu nhỏ hình.", "The picture is more than %d pixels wide or high. Make it smaller.", maxPixels)
	}
	if _, _, err := image.Decode(bytes.NewReader(data)); err != nil {
		return Picture{}, errPicture()
	}
	return Picture{Name: name, Digest: hash(data), Media: "image/" + kind, Alt: alt, Width: config.Width, Height: config.Height, Data: data}, nil
}

func errPicture() error {
	return fault.New(fault.Invalid, "Hình không phải PNG, JPEG hoặc GIF, hoặc bị hỏng. Hãy lưu lại dưới một trong các dạng này; SVG không được nhận.",
		"The picture is no PNG, JPEG or GIF, or it is damaged. Save it as one of these; SVG is not taken.")
}

// ending is what the name of a picture's file ends in.
func (p Picture) ending() string {
	return map[string]string{"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif"}[p.Media]
}

// keep takes a picture into the file and gives its mark in Markdown; or tells why not and gives its description.
func (in *intake) keep(d *draft, at int, name, alt string, data []byte) string {
	alt = plainAlt(alt)
	if d.shown++; d.shown > maxShown {
		d.refuse(at, "Câu hỏi có quá %d hình. Hãy bỏ bớt.", "The question shows more than %d pictures. Remove some.", maxShown)
		return alt
	}
	if digest := hash(data); in.pictures[digest] {
		return "![" + alt + "](picture:" + digest + ")"
	}
	p, err := in.picture(name, alt, data)
	if err != nil {
		f := fault.Of(err)
		d.drop(at, "Hình “%s” bị bỏ: %s", "The picture “%s” was left out: %s", shorten(name), f.Vi)
		d.notes[len(d.notes)-1].En = fmt.Sprintf("The picture “%s” was left out: %s", shorten(name), f.En)
		return alt
	}
	in.pictures[p.Digest] = true
	in.file.Pictures = append(in.file.Pictures, p)
	return "![" + alt + "](picture:" + p.Digest + ")"
}

// picture checks a picture that was not seen before. What decoding all of them costs is bounded before each is decoded.
func (in *intake) picture(name, alt string, data []byte) (Picture, error) {
	if config, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil && config.Width <= maxPixels && config.Height <= maxPixels {
		in.pixels += config.Width * config.Height
	}
	if in.bytes += len(data); in.bytes > maxPictures || in.pixels > maxDecoded {
		return Picture{}, fault.New(fault.Invalid, "Các hình của tệp lớn quá. Hãy chia thành nhiều tệp.", "The pictures of the file are too large together. Split it.")
	}
	return NewPicture(name, alt, data)
}

// plainAlt is a description that can stand between brackets.
func plainAlt(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune("[]\\`*_<>&!", r) {
			return ' '
		}
		return r
	}, s)
	runes := []rune(strings.Join(strings.Fields(s), " "))
	return strings.TrimSpace(string(runes[:min(len(runes), 200)]))
}

var (
	pictureData = regexp.MustCompile(`^\[picture:([0-9a-f]{64})\]: data:image/[a-z]+;base64,([A-Za-z0-9+/=]+)\s*$`)
	inlineData  = regexp.MustCompile(`!\[([^\]\n]*)\]\(data:image/[a-z+]+;base64,([A-Za-z0-9+/=]+)\)`)
)

// takePictures takes the data of pictures out of a Markdown text: lines "[picture:<digest>]: data:…", and addresses
// that hold the data themselves. Lines keep their numbers.
func (in *intake) takePictures(lines []string) []string {
	d, alts := &draft{}, altsOf(lines)
	for i, l := range lines {
		if !strings.Contains(l, "data:image/") {
			continue
		}
		d.shown = 0
		if m := pictureData.FindStringSubmatch(l); m != nil {
			data, err := base64.StdEncoding.DecodeString(m[2])
			if err != nil || hash(data) != m[1] {
				d.drop(i+1, "Dữ liệu của hình bị hỏng. Hãy xuất lại tệp.", "The data of the picture are damaged. Export the file again.")
			} else {
				in.keep(d, i+1, "", alts[m[1]], data)
			}
			lines[i] = ""
			continue
		}
		lines[i] = inlineData.ReplaceAllStringFunc(l, func(s string) string {
			m := inlineData.FindStringSubmatch(s)
			data, err := base64.StdEncoding.DecodeString(m[2])
			if err != nil {
				data = nil // refused as damaged
			}
			return in.keep(d, i+1, "", m[1], data)
		})
	}
	for _, n := range d.notes {
		in.note(n)
	}
	return lines
}

// altsOf finds what a text says of each picture.
func altsOf(lines []string) map[string]string {
	all := map[string]string{}
	for _, l := range lines {
		if !strings.Contains(l, "(picture:") {
			continue
		}
		for _, m := range pictureMark.FindAllStringSubmatch(l, -1) {
			if _, known := all[m[2]]; !known {
				all[m[2]] = m[1]
			}
		}
	}
	return all
}
