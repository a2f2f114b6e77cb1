package portal

import (
	"bytes"
	"io"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	g "maragu.dev/gomponents"
)

// Markdown of lessons and questions. Raw HTML never passes. Addresses in the text are no links by themselves: lessons
// quote forged ones. Cell alignment is an attribute, since the content policy forbids inline style.
type texts struct {
	lesson *printer // headings begin at level 2, below the page's own
	stem   *printer // headings begin at level 3
	line   *printer // emphasis, code and pictures within one paragraph; anything else is plain text
	bare   *printer // a line without any element, for options of a select
}

func newTexts() texts {
	blocks := func(level int, inline ...util.PrioritizedValue) goldmark.Markdown {
		return goldmark.New(
			goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)), extension.Strikethrough),
			goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(headingsFrom(level), 100)), parser.WithInlineParsers(inline...)))
	}
	picture := util.Prioritized(pictureParser{}, 150) // before links
	line := goldmark.New(
		goldmark.WithParser(parser.NewParser(
			parser.WithBlockParsers(util.Prioritized(parser.NewParagraphParser(), 100)),
			parser.WithInlineParsers(util.Prioritized(parser.NewCodeSpanParser(), 100), picture, util.Prioritized(parser.NewEmphasisParser(), 500)))),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(bareParagraph{}, 100))))
	bare := newPrinter(line)
	bare.then = withoutTags
	return texts{lesson: newPrinter(blocks(2)), stem: newPrinter(blocks(3, picture)), line: newPrinter(line), bare: bare}
}

// printer is one way to render, with what it made of texts before: many read the same questions at the same time.
type printer struct {
	how  goldmark.Markdown
	then func(html []byte) []byte // what is made of the HTML; nil leaves it
	mu   sync.RWMutex
	html map[string][]byte // by source
	size int               // bytes of both
}

// mostRendered bounds the texts in memory, in bytes: two banks of a thousand questions. Beyond it they are rendered anew.
const mostRendered = 4 << 20

func newPrinter(how goldmark.Markdown) *printer {
	return &printer{how: how, html: map[string][]byte{}}
}

// of is the HTML of a text: not to be changed.
func (m *printer) of(source string) ([]byte, error) {
	m.mu.RLock()
	html, ok := m.html[source]
	m.mu.RUnlock()
	if ok {
		return html, nil
	}
	var out bytes.Buffer
	if err := m.how.Convert([]byte(source), &out); err != nil {
		return nil, err
	}
	html = out.Bytes()
	if m.then != nil {
		html = m.then(html)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	size := len(source) + len(html)
	if m.size+size > mostRendered {
		clear(m.html)
		m.size = 0
	}
	if _, ok := m.html[source]; !ok && size <= mostRendered {
		m.html[source] = html
		m.size += size
	}
	return html, nil
}

// withoutTags leaves the text of HTML, and of a picture what it shows.
func withoutTags(html []byte) []byte {
	const alt = ` alt="`
	var out []byte
	for len(html) > 0 {
		open := bytes.IndexByte(html, '<')
		if open < 0 {
			return append(out, html...)
		}
		out = append(out, html[:open]...)
		length := bytes.IndexByte(html[open:], '>')
		if length < 0 {
			return out
		}
		tag := html[open : open+length]
		if at := bytes.Index(tag, []byte(alt)); at >= 0 {
			text, _, _ := bytes.Cut(tag[at+len(alt):], []byte{'"'})
			out = append(out, text...)
		}
		html = html[open+length+1:]
	}
	return out
}

// markdown renders a text; it can fail only as the writer does.
func markdown(m *printer, source string) g.Node {
	return g.NodeFunc(func(w io.Writer) error {
		html, err := m.of(source)
		if err != nil {
			return err
		}
		_, err = w.Write(html)
		return err
	})
}

// headingsFrom shifts the headings of a text so that the highest is of the given level.
type headingsFrom int

// Transform implements parser.ASTTransformer.
func (top headingsFrom) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	const lowest = 6
	var all []*ast.Heading
	highest := lowest
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if heading, ok := n.(*ast.Heading); ok {
			all, highest = append(all, heading), min(highest, heading.Level)
		}
	}
	for _, heading := range all {
		heading.Level = min(lowest, heading.Level-highest+int(top))
	}
}

// bareParagraph writes a paragraph without its tags, for text inside a label.
type bareParagraph struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (bareParagraph) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindParagraph, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering && n.NextSibling() != nil {
			_ = w.WriteByte(' ') // a buffered writer reports its errors at the flush
		}
		return ast.WalkContinue, nil
	})
}
