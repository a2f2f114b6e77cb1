package portal

import (
	"bytes"
	"io"

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
	lesson goldmark.Markdown // headings begin at level 2, below the page's own
	stem   goldmark.Markdown // headings begin at level 3
	line   goldmark.Markdown // emphasis and code within one paragraph; anything else is plain text
}

func newTexts() texts {
	blocks := func(level int) goldmark.Markdown {
		return goldmark.New(
			goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)), extension.Strikethrough),
			goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(headingsFrom(level), 100))))
	}
	line := goldmark.New(
		goldmark.WithParser(parser.NewParser(
			parser.WithBlockParsers(util.Prioritized(parser.NewParagraphParser(), 100)),
			parser.WithInlineParsers(util.Prioritized(parser.NewCodeSpanParser(), 100), util.Prioritized(parser.NewEmphasisParser(), 500)))),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(bareParagraph{}, 100))))
	return texts{lesson: blocks(2), stem: blocks(3), line: line}
}

// markdown renders a text; it can fail only as the writer does.
func markdown(m goldmark.Markdown, source string) g.Node {
	return g.NodeFunc(func(w io.Writer) error {
		var out bytes.Buffer
		if err := m.Convert([]byte(source), &out); err != nil {
			return err
		}
		_, err := w.Write(out.Bytes())
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
