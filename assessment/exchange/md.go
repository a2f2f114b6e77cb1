package exchange

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// markup renders our Markdown: CommonMark without raw HTML and without reference definitions, which are plain text here.
type markup struct{ m goldmark.Markdown }

func newMarkup() markup {
	blocks := parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewSetextHeadingParser(), 100),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewParagraphParser(), 1000)),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500)))
	return markup{goldmark.New(goldmark.WithParser(blocks), goldmark.WithRendererOptions(html.WithXHTML()))}
}

// html renders a text as XHTML blocks, each on lines of its own.
func (k markup) html(s string) string {
	var out bytes.Buffer
	if err := k.m.Convert([]byte(s), &out); err != nil { // a buffer takes everything
		return "<p>" + escapeHTML(s) + "</p>\n"
	}
	return out.String()
}

// inline renders a text of one paragraph without the paragraph around it.
func (k markup) inline(s string) string {
	out := strings.TrimSuffix(k.html(s), "\n")
	if inner, ok := strings.CutPrefix(out, "<p>"); ok && strings.Count(out, "<p>") == 1 && strings.HasSuffix(inner, "</p>") {
		return strings.TrimSuffix(inner, "</p>")
	}
	return out
}

func escapeHTML(s string) string { return string(util.EscapeHTML([]byte(s))) }

// plain reports whether a text reads the same with and without Markdown.
func (k markup) plain(s string) bool { return s == "" || k.html(s) == "<p>"+escapeHTML(s)+"</p>\n" }

// fromPlain writes plain text so that Markdown shows it as it is; lines stay lines. As little as possible is escaped.
func (k markup) fromPlain(s string) string {
	if len(s) > maxText {
		return s // item.Check refuses it
	}
	lines := strings.Split(lineEnds(s), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSpace(l)
	}
	s = strings.Trim(strings.Join(lines, "\n"), "\n")
	if k.plain(s) {
		return s
	}
	paragraphs := strings.Split(s, "\n\n")
	for i, p := range paragraphs {
		if !k.plain(p) {
			paragraphs[i] = escapeMarkdown(p)
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// escapeMarkdown escapes everything that could be read as Markdown.
func escapeMarkdown(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		l = strings.TrimSpace(l)
		var out strings.Builder
		for j, r := range l {
			if strings.ContainsRune("\\`*_[]<>&", r) || j == 0 && strings.ContainsRune("#+-=~|:", r) || (r == '.' || r == ')') && j > 0 && strings.Trim(l[:j], "0123456789") == "" {
				out.WriteByte('\\')
			}
			out.WriteRune(r)
		}
		lines[i] = out.String()
	}
	return strings.Join(lines, "\n")
}

// toPlain gives a text without its markup, and whether any was lost.
func (k markup) toPlain(s string) (string, bool) {
	if k.plain(s) {
		return s, false
	}
	text := textOfHTML(k.html(s))
	return text, k.fromPlain(text) != s
}
