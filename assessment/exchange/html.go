package exchange

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// maxDepth bounds how deep lists and quotations may nest, and the elements of XML.
const (
	maxDepth    = 8
	maxElements = 200
	// Longer texts cannot be part of a question; they are not worked over.
	maxText  = 64 << 10 // bytes
	maxSpans = 5000     // runs of one style in a paragraph, none of which is empty
)

// reading turns the HTML of another system into our Markdown.
type reading struct {
	k    markup
	d    *draft                       // told what is lost
	line int                          // where the text begins
	show func(src, alt string) string // gives the mark of a picture

	out    strings.Builder
	boxes  []box // lists, their entries, and quotations that are open
	spans  []span
	bold   int
	em     int
	code   int
	pre    int
	skip   string // element whose content is left out
	skips  int
	told   map[string]bool
	cell   bool
	opened bool // something stands in the innermost box
}

// box indents what stands in it: first its first line, rest the others.
type box struct {
	list, ordered bool
	next          int
	first, rest   string
}

// span is a run of text of one style; a picture is its mark.
type span struct {
	text           string
	bold, em, code bool
	mark           bool // Markdown already
}

// fromHTML converts HTML. What Markdown cannot say is told with its line.
func fromHTML(k markup, d *draft, line int, s string, show func(src, alt string) string) string {
	r := &reading{k: k, d: d, line: line, show: show, told: map[string]bool{}}
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		kind := z.Next()
		raw := strings.Count(string(z.Raw()), "\n")
		if kind == html.ErrorToken {
			break
		}
		t := z.Token()
		switch {
		case r.skip != "":
			r.skipping(kind, t)
		case kind == html.TextToken:
			r.text(t.Data)
		case kind == html.StartTagToken || kind == html.SelfClosingTagToken:
			r.start(t, kind == html.SelfClosingTagToken)
		case kind == html.EndTagToken:
			r.end(t.Data)
		}
		r.line += raw
	}
	r.flush()
	return block(r.out.String())
}

func (r *reading) skipping(kind html.TokenType, t html.Token) {
	if t.Data != r.skip {
		return
	}
	switch kind {
	case html.StartTagToken:
		r.skips++
	case html.EndTagToken:
		if r.skips--; r.skips == 0 {
			r.skip = ""
		}
	}
}

// lose tells once for each text what was lost.
func (r *reading) lose(key, vi, en string) {
	if !r.told[key] {
		r.told[key] = true
		r.d.drop(r.line, "%s", "%s", vi)
		r.d.notes[len(r.d.notes)-1].En = en
	}
}

func (r *reading) text(s string) {
	if r.pre == 0 {
		s = collapse(s)
		if len(r.spans) == 0 {
			s = strings.TrimLeft(s, " \n")
		}
	}
	if s == "" {
		return
	}
	r.spans = append(r.spans, span{text: s, bold: r.bold > 0, em: r.em > 0, code: r.code > 0})
}

// collapse makes each run of white space one space, or one line end where there is one in it.
func collapse(s string) string {
	var out strings.Builder
	space, end := false, false
	for _, c := range s {
		switch c {
		case ' ', '\t', '\n', '\r', '\f', '\u00a0':
			space, end = true, end || c == '\n'
			continue
		}
		gap(&out, space, end)
		space, end = false, false
		out.WriteRune(c)
	}
	gap(&out, space, end)
	return out.String()
}

func gap(out *strings.Builder, space, end bool) {
	switch {
	case end:
		out.WriteByte('\n')
	case space:
		out.WriteByte(' ')
	}
}

func (r *reading) start(t html.Token, closed bool) {
	tag := t.Data
	switch tag {
	case "br":
		r.spans = append(r.spans, span{text: "\\\n", mark: true})
	case "img":
		r.image(t)
	case "b", "strong":
		r.bold++
	case "i", "em":
		r.em++
	case "code", "kbd", "samp", "tt":
		if r.pre == 0 {
			r.code++
		}
	case "pre":
		r.flush()
		r.pre++
	case "ul", "ol":
		r.flush()
		r.open(box{list: true, ordered: tag == "ol", next: 1})
	case "li":
		r.flush()
		r.entry()
	case "blockquote":
		r.flush()
		r.open(box{first: "> ", rest: "> "})
	default:
		r.other(t, closed)
	}
}

// dropped are elements whose content means nothing without them.
var dropped = []string{"script", "style", "iframe", "object", "embed", "video", "audio", "svg", "math", "form", "input", "textarea", "select", "button", "canvas", "noscript", "template", "title", "head"}

// silent are elements that mean nothing here, so nothing is lost.
var silent = []string{"html", "body", "span", "p", "div", "section", "article", "header", "footer", "main", "tbody", "thead", "tfoot", "colgroup", "col", "wbr", "dl", "dt", "dd", "figure", "figcaption", "address", "td", "th", "tr"}

func (r *reading) other(t html.Token, closed bool) {
	tag := t.Data
	switch {
	case slices.Contains(dropped, tag):
		r.lose(tag, "Phần <"+tag+"> bị bỏ cùng nội dung bên trong.", "The part <"+tag+"> was left out with what is in it.")
		if !closed && tag != "embed" && tag != "input" {
			r.skip, r.skips = tag, 1
		}
	case len(tag) == 2 && tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6':
		r.flush()
		r.bold++
		r.lose("heading", "Tiêu đề trong nội dung được viết thành dòng chữ đậm.", "A heading in the text became a line in bold.")
	case tag == "a":
		r.lose("a", "Liên kết bị bỏ, chỉ giữ chữ.", "A link was left out; its words are kept.")
	case tag == "table":
		r.flush()
		r.lose("table", "Bảng được viết thành từng dòng chữ.", "A table became lines of text.")
	case tag == "td" || tag == "th":
		if r.cell {
			r.spans = append(r.spans, span{text: " – "})
		}
		r.cell = true
	case tag == "hr":
		r.flush()
		r.lose("hr", "Đường kẻ ngang bị bỏ.", "A rule was left out.")
	case breaks(tag):
		r.flush()
	case !slices.Contains(silent, tag):
		r.lose(tag, "Định dạng <"+shorten(tag)+"> bị bỏ, chỉ giữ chữ.", "The formatting <"+shorten(tag)+"> was left out; its words are kept.")
	}
}

// breaks reports whether an element is a block of its own.
func breaks(tag string) bool {
	return slices.Contains([]string{"p", "div", "section", "article", "header", "footer", "main", "tr", "dt", "dd", "dl", "figure", "figcaption", "address", "body"}, tag)
}

func (r *reading) end(tag string) {
	switch tag {
	case "b", "strong":
		r.bold = max(0, r.bold-1)
	case "i", "em":
		r.em = max(0, r.em-1)
	case "code", "kbd", "samp", "tt":
		r.code = max(0, r.code-1)
	case "pre":
		r.fence()
	case "h1", "h2", "h3", "h4", "h5", "h6":
		r.flush()
		r.bold = max(0, r.bold-1)
	case "ul", "ol":
		r.flush()
		r.closeBox(func(b box) bool { return b.list })
	case "li":
		r.flush()
		r.closeBox(func(b box) bool { return !b.list && b.first != "> " })
	case "blockquote":
		r.flush()
		r.closeBox(func(b box) bool { return b.first == "> " })
	case "table":
		r.flush()
	default:
		if breaks(tag) {
			r.flush()
		}
	}
}

func (r *reading) open(b box) {
	if len(r.boxes) >= 2*maxDepth {
		r.lose("depth", "Danh sách lồng nhau quá sâu được viết phẳng.", "Lists nested too deep were flattened.")
		return
	}
	r.boxes = append(r.boxes, b)
}

// entry opens an entry of the innermost list.
func (r *reading) entry() {
	if n := len(r.boxes); n > 0 && !r.boxes[n-1].list && r.boxes[n-1].first != "> " {
		r.boxes = r.boxes[:n-1] // an entry that was not closed
	}
	n := len(r.boxes)
	if n == 0 || !r.boxes[n-1].list {
		return
	}
	list := &r.boxes[n-1]
	marker := "- "
	if list.ordered {
		marker = strconv.Itoa(list.next) + ". "
		list.next++
	}
	r.open(box{first: marker, rest: strings.Repeat(" ", len(marker))})
}

// closeBox closes the innermost box of a kind, and what is open in it.
func (r *reading) closeBox(is func(box) bool) {
	for i := len(r.boxes) - 1; i >= 0; i-- {
		if is(r.boxes[i]) {
			r.boxes = r.boxes[:i]
			return
		}
	}
}

func (r *reading) image(t html.Token) {
	src, alt := "", ""
	for _, a := range t.Attr {
		switch a.Key {
		case "src":
			src = a.Val
		case "alt":
			alt = a.Val
		}
	}
	if mark := r.show(src, alt); mark != "" {
		r.spans = append(r.spans, span{text: mark, mark: strings.HasPrefix(mark, "![")})
	}
}
