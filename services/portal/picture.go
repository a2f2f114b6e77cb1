package portal

import (
	"net/http"
	"regexp"
	"slices"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"khuevan/platform/fault"
	"khuevan/services/quiz"
)

// picture serves a picture of a question to signed-in readers. Its address is the hash of its bytes, so it never changes.
func (p *Portal) picture(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	if v.who.Person == "" {
		return fault.New(fault.Denied, "Vui lòng đăng nhập để xem ảnh.", "Please sign in to see the picture.")
	}
	digest := r.PathValue("digest")
	tag := `"` + digest + `"`
	if r.Header.Get("If-None-Match") != tag {
		got, err := quiz.GetPicture.Call(v.ctx(), p.d.RPC, quiz.GetPictureRequest{Digest: digest})
		if err != nil {
			return err
		}
		if !slices.Contains([]string{"image/png", "image/jpeg", "image/gif"}, got.Media) {
			return fault.New(fault.NotFound, "Không có ảnh này.", "There is no such picture.")
		}
		w.Header().Set("Content-Type", got.Media)
		keepForEver(w.Header(), tag)
		_, _ = w.Write(got.Data) // the reader has left
		return nil
	}
	keepForEver(w.Header(), tag)
	w.WriteHeader(http.StatusNotModified)
	return nil
}

func keepForEver(h http.Header, tag string) {
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	h.Set("ETag", tag)
}

// pictureParser reads ![what it shows](picture:<digest>) and nothing else of pictures.
type pictureParser struct{}

var pictureMark = regexp.MustCompile(`^!\[([^\]\n]*)\]\(picture:([0-9a-f]{64})\)`)

// Trigger implements parser.InlineParser.
func (pictureParser) Trigger() []byte { return []byte{'!'} }

// Parse implements parser.InlineParser.
func (pictureParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, at := block.PeekLine()
	m := pictureMark.FindSubmatchIndex(line)
	if m == nil {
		return nil
	}
	link := ast.NewLink()
	link.Destination = append([]byte("/pictures/"), line[m[4]:m[5]]...)
	link.AppendChild(link, ast.NewTextSegment(text.NewSegment(at.Start+m[2], at.Start+m[3])))
	img := ast.NewImage(link)
	img.SetAttributeString("loading", []byte("lazy"))
	block.Advance(m[1])
	return img
}
