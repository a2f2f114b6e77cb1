package exchange

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// flush writes the paragraph that has gathered.
func (r *reading) flush() {
	if r.pre > 0 {
		return
	}
	spans := trimSpans(r.spans)
	r.spans, r.cell = nil, false
	size := 0
	for _, s := range spans {
		size += len(s.text)
	}
	switch {
	case size == 0:
		return
	case size > maxText || len(spans) > maxSpans:
		r.emit(markdownSpans(spans, func(s string) string { return s }, false))
		return
	}
	r.emit(r.paragraph(spans))
}

// fence writes the code that has gathered.
func (r *reading) fence() {
	if r.pre = max(0, r.pre-1); r.pre > 0 {
		return
	}
	var code strings.Builder
	for _, s := range r.spans {
		if s.text == "\\\n" && s.mark {
			s.text = "\n"
		}
		code.WriteString(s.text)
	}
	r.spans = nil
	text := strings.Trim(lineEnds(code.String()), "\n")
	if strings.TrimSpace(text) == "" {
		return
	}
	ticks := "```"
	for strings.Contains(text, ticks) {
		ticks += "`"
	}
	r.emit(ticks + "\n" + text + "\n" + ticks)
}

// emit writes a block inside the boxes that are open.
func (r *reading) emit(text string) {
	var first, rest strings.Builder
	fresh, inside := false, false
	for i := range r.boxes {
		b := &r.boxes[i]
		if b.list {
			continue
		}
		first.WriteString(b.first)
		rest.WriteString(b.rest)
		if b.first != b.rest {
			fresh = true
			b.first = b.rest
		}
		inside = true
	}
	if r.out.Len() > 0 {
		if !fresh || !inside || !r.opened {
			r.out.WriteString(strings.TrimRight(rest.String(), " ") + "\n")
		}
	}
	r.opened = inside
	for i, l := range strings.Split(text, "\n") {
		lead := rest.String()
		if i == 0 {
			lead = first.String()
		}
		if l == "" {
			lead = strings.TrimRight(lead, " ")
		}
		r.out.WriteString(lead + l + "\n")
	}
}

// trimSpans takes the white space off both ends of a paragraph.
func trimSpans(all []span) []span {
	blank := func(s span) bool { return strings.TrimSpace(s.text) == "" || s.mark && s.text == "\\\n" }
	for len(all) > 0 && blank(all[0]) {
		all = all[1:]
	}
	for len(all) > 0 && blank(all[len(all)-1]) {
		all = all[:len(all)-1]
	}
	if len(all) > 0 {
		all[0].text = strings.TrimLeft(all[0].text, " \n\t")
		last := &all[len(all)-1]
		last.text = strings.TrimRight(last.text, " \n\t")
	}
	return all
}

// paragraph writes spans as Markdown, as plainly as shows the same.
func (r *reading) paragraph(spans []span) string {
	spans = tidy(spans)
	want := "<p>" + htmlOf(r.k, spans) + "</p>\n"
	for _, escape := range []func(string) string{func(s string) string { return s }, escapeInline} {
		if s := markdownSpans(spans, escape, true); r.k.html(s) == want {
			return s
		}
	}
	if s := escapeStart(markdownSpans(spans, escapeInline, true)); r.k.html(s) == want {
		return s
	}
	if slices.ContainsFunc(spans, func(s span) bool { return s.bold || s.em || s.code }) {
		r.lose("emphasis", "Chữ đậm, chữ nghiêng hoặc mã đặt sát nhau không ghi được, chỉ giữ chữ.", "Emphasis that touches other text could not be kept; its words are.")
	}
	return escapeStart(markdownSpans(spans, escapeInline, false))
}

// tidy moves white space out of styled runs and joins runs of one style.
func tidy(spans []span) []span {
	var out []span
	put := func(s span) {
		if s.text == "" {
			return
		}
		if n := len(out); n > 0 && !s.mark && !out[n-1].mark && out[n-1].bold == s.bold && out[n-1].em == s.em && out[n-1].code == s.code {
			both := out[n-1].text + s.text
			if !s.code {
				both = collapse(both)
			}
			out[n-1].text = both
			return
		}
		out = append(out, s)
	}
	for _, s := range spans {
		switch {
		case s.mark:
			s.bold, s.em, s.code = false, false, false
			put(s)
		case s.code:
			s.text = strings.Join(strings.Fields(s.text), " ")
			s.bold, s.em = false, false
			put(s)
		default:
			inner := strings.Trim(s.text, " \n")
			if inner == "" {
				put(span{text: s.text})
				continue
			}
			before, after, _ := strings.Cut(s.text, inner)
			put(span{text: before})
			put(span{text: inner, bold: s.bold, em: s.em})
			put(span{text: after})
		}
	}
	return aroundBreaks(out)
}

// aroundBreaks takes the white space off both sides of a line break.
func aroundBreaks(all []span) []span {
	var out []span
	for i, s := range all {
		behind := len(out) > 0 && out[len(out)-1].breaks()
		if s.breaks() && behind {
			continue
		}
		if !s.mark && !s.code && behind {
			s.text = strings.TrimLeft(s.text, " \n")
		}
		if !s.mark && !s.code && i+1 < len(all) && all[i+1].breaks() {
			s.text = strings.TrimRight(s.text, " \n")
		}
		if s.text != "" {
			out = append(out, s)
		}
	}
	return out
}

// breaks reports whether a span is a line break.
func (s span) breaks() bool { return s.mark && s.text == "\\\n" }

// htmlOf is what spans must be shown as.
func htmlOf(k markup, spans []span) string {
	var out strings.Builder
	for _, s := range spans {
		text := escapeHTML(s.text)
		switch {
		case s.mark && s.text == "\\\n":
			text = "<br />\n"
		case s.mark:
			text = k.inline(s.text)
		case s.code:
			text = "<code>" + text + "</code>"
		case s.bold && s.em:
			text = "<em><strong>" + text + "</strong></em>"
		case s.bold:
			text = "<strong>" + text + "</strong>"
		case s.em:
			text = "<em>" + text + "</em>"
		}
		out.WriteString(text)
	}
	return out.String()
}

func markdownSpans(spans []span, escape func(string) string, styled bool) string {
	var out strings.Builder
	for _, s := range spans {
		switch {
		case s.mark:
			out.WriteString(s.text)
		case s.code && styled:
			ticks := "`"
			for strings.Contains(s.text, ticks) {
				ticks += "`"
			}
			pad := ""
			if strings.HasPrefix(s.text, "`") || strings.HasSuffix(s.text, "`") {
				pad = " "
			}
			out.WriteString(ticks + pad + s.text + pad + ticks)
		default:
			stars := ""
			if styled && s.em {
				stars += "*"
			}
			if styled && s.bold {
				stars += "**"
			}
			out.WriteString(stars + escape(s.text) + stars)
		}
	}
	return out.String()
}

// escapeInline escapes what means something anywhere in a line.
func escapeInline(s string) string {
	var out strings.Builder
	for _, c := range s {
		if strings.ContainsRune("\\`*_[]<>&", c) {
			out.WriteByte('\\')
		}
		out.WriteRune(c)
	}
	return out.String()
}

// escapeStart escapes what means something at the start of a line.
func escapeStart(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		digits := len(l) - len(strings.TrimLeft(l, "0123456789"))
		switch {
		case l == "":
		case strings.ContainsRune("#+-=~|:", rune(l[0])):
			lines[i] = `\` + l
		case digits > 0 && digits < len(l) && (l[digits] == '.' || l[digits] == ')'):
			lines[i] = l[:digits] + `\` + l[digits:]
		}
	}
	return strings.Join(lines, "\n")
}

// textOfHTML gives the words of HTML, a line for each block.
func textOfHTML(s string) string {
	var out strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return strings.TrimSpace(out.String())
		case html.TextToken:
			out.WriteString(z.Token().Data)
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			for _, a := range t.Attr {
				if t.Data == "img" && a.Key == "alt" {
					out.WriteString(a.Val)
				}
			}
		}
	}
}
