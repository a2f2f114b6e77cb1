package exchange

import (
	"regexp"
	"strings"

	"khuevan/assessment/item"
	"khuevan/events"
)

var (
	giftID     = regexp.MustCompile(`\[id:([^\x00-\x1F\x7F]+?)\]`)
	giftTag    = regexp.MustCompile(`\[tag:([^\x00-\x1F\x7F]+?)\]`)
	giftFormat = regexp.MustCompile(`^\[(html|markdown|plain|moodle)\]`)
)

// readGIFT reads Moodle's GIFT: questions with empty lines between them, answers in braces.
func readGIFT(in *intake, text string) {
	g := &gift{in: in, k: newMarkup()}
	g.fresh()
	var lines []string
	start := 0
	flush := func() {
		if len(lines) > 0 {
			g.question(start, strings.Join(lines, "\n"))
			lines = nil
		}
	}
	for i, l := range strings.Split(text, "\n") {
		bare := strings.TrimSpace(l)
		switch {
		case in.full:
			return
		case bare == "":
			flush()
		case strings.HasPrefix(bare, "//"):
			g.comment(i+1, bare)
			if len(lines) > 0 {
				lines = append(lines, "") // keeps the count of lines
			}
		case strings.HasPrefix(bare, "$CATEGORY:"):
			flush()
			in.note(Note{Line: i + 1, Dropped: true,
				Vi: "Thư mục “" + shorten(strings.TrimSpace(bare[10:])) + "” bị bỏ. Hãy dùng thẻ để xếp câu hỏi.",
				En: "The category “" + shorten(strings.TrimSpace(bare[10:])) + "” was left out. Use tags to sort questions."})
		default:
			if len(lines) == 0 {
				start = i + 1
			}
			lines = append(lines, l)
		}
	}
	flush()
}

// gift is what is known between questions: comments before a question speak of it.
type gift struct {
	in   *intake
	k    markup
	next draft
}

func (g *gift) fresh() {
	g.next = draft{parts: map[string]int{}, content: events.ItemContent{Difficulty: unknownDifficulty}}
}

func (g *gift) comment(line int, s string) {
	if m := giftID.FindStringSubmatch(s); m != nil {
		g.next.source = strings.TrimSpace(m[1])
	}
	for _, m := range giftTag.FindAllStringSubmatch(s, -1) {
		g.next.tag(line, m[1])
	}
}

// giftQuestion is one question being read. Texts are slices of the file, so that lines can be told.
type giftQuestion struct {
	draft
	k      markup
	text   string
	format string // of the stem; that of the other texts where they say none
}

func (g *gift) question(line int, text string) {
	q := &giftQuestion{draft: g.next, k: g.k, text: text, format: "moodle"}
	q.line = line
	g.fresh()
	stem, base := q.title()
	open := giftIndex(stem, "{")
	if open < 0 {
		if giftIndex(stem, "}") >= 0 {
			q.refuse(line, "Thiếu dấu “{” trước phần trả lời. Dấu ngoặc trong nội dung viết “\\}”.", "The “{” before the answers is missing. A brace in the text is written “\\}”.")
		} else {
			q.refuse(line, "Đoạn mô tả không có phần trả lời “{…}” nên bị bỏ.", "A description has no answers “{…}” and was left out.")
		}
		g.in.add(&q.draft)
		return
	}
	size := giftIndex(stem[open+1:], "}")
	if size < 0 {
		q.refuse(q.lineAt(base+open), "Thiếu dấu “}” đóng phần trả lời; giữa “{” và “}” không được có dòng trống.", "The “}” that closes the answers is missing; no empty line may stand between “{” and “}”.")
		g.in.add(&q.draft)
		return
	}
	before, after := stem[:open], stem[open+1+size+1:]
	if giftIndex(after, "{}") >= 0 {
		q.refuse(q.lineAt(base+open+size+2), "Câu hỏi có hai phần trả lời “{…}”. GIFT chỉ nhận một; câu có nhiều chỗ trống hãy viết bằng Markdown hoặc Moodle XML.",
			"The question has two parts “{…}”. GIFT takes one; write a question of several gaps in Markdown or Moodle XML.")
	}
	q.stem(line, before, after)
	q.answers(base+open+1, stem[open+1:open+1+size])
	g.in.add(&q.draft)
}

// lineAt is the line of a place in the question.
func (q *giftQuestion) lineAt(place int) int { return q.line + strings.Count(q.text[:place], "\n") }

// title takes "::title::" off and gives the rest with its place.
func (q *giftQuestion) title() (rest string, place int) {
	lead := len(q.text) - len(strings.TrimLeft(q.text, " \t\n"))
	rest = q.text[lead:]
	if !strings.HasPrefix(rest, "::") {
		return rest, lead
	}
	for i := 2; i+1 < len(rest); i++ {
		if rest[i] == '\\' {
			i++
			continue
		}
		if rest[i] == ':' && rest[i+1] == ':' {
			if title := strings.TrimSpace(giftPlain(rest[2:i])); title != "" && title != q.source {
				q.drop(q.line, "Tên câu hỏi “%s” bị bỏ.", "The question's title “%s” was left out.", shorten(title))
			}
			return rest[i+2:], lead + i + 2
		}
	}
	return rest, lead
}

// stem joins what stands before and behind the answers; a gap shows where they stood.
func (q *giftQuestion) stem(line int, before, after string) {
	before, after = strings.TrimSpace(before), strings.TrimSpace(after)
	if m := giftFormat.FindStringSubmatch(before); m != nil {
		q.format, before = m[1], strings.TrimSpace(before[len(m[0]):])
	}
	text := giftText(before)
	if after != "" {
		text += " _____ " + giftText(after)
	}
	q.content.Stem = q.convert(line, q.format, strings.TrimSpace(text))
}

// rich reads a text that may name its format.
func (q *giftQuestion) rich(line int, s string) string {
	s = strings.TrimSpace(s)
	format := q.format
	if m := giftFormat.FindStringSubmatch(s); m != nil {
		format, s = m[1], strings.TrimSpace(s[len(m[0]):])
	}
	return q.convert(line, format, giftText(s))
}

func (q *giftQuestion) convert(line int, format, s string) string {
	switch {
	case format == "markdown":
		return s
	case format == "html", format == "moodle" && looksHTML.MatchString(s):
		if format == "moodle" {
			s = strings.ReplaceAll(s, "\n", "<br>\n")
		}
		return fromHTML(q.k, &q.draft, line, s, q.noPicture(line))
	}
	return q.k.fromPlain(s)
}

var looksHTML = regexp.MustCompile(`</?[a-zA-Z][a-zA-Z0-9]*(\s[^<>]*)?/?>|&([a-zA-Z]+|#\d+|#x[0-9a-fA-F]+);`)

// noPicture tells of a picture in a format that carries none, and keeps its description.
func (d *draft) noPicture(line int) func(src, alt string) string {
	return func(src, alt string) string {
		d.drop(line, "Hình “%s” không nằm trong tệp nên bị bỏ.", "The picture “%s” is not in the file and was left out.", shorten(src))
		return plainAlt(alt)
	}
}

// giftIndex finds the first of some signs that is not escaped, -1 for none.
func giftIndex(s, signs string) int {
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++
			continue
		}
		if strings.IndexByte(signs, s[i]) >= 0 {
			return i
		}
	}
	return -1
}

// giftText takes the escapes out of a text.
func giftText(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte(`\:#={}~n`, s[i+1]) >= 0 {
			i++
			if s[i] == 'n' {
				out.WriteByte('\n')
			} else {
				out.WriteByte(s[i])
			}
			continue
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// giftPlain is giftText on one line.
func giftPlain(s string) string { return strings.Join(strings.Fields(giftText(s)), " ") }

// giftEscape is the inverse of giftText.
func giftEscape(s string) string {
	return strings.NewReplacer(`\`, `\\`, ":", `\:`, "#", `\#`, "=", `\=`, "{", `\{`, "}", `\}`, "~", `\~`, "\n", `\n`).Replace(s)
}

var giftKinds = []string{item.Single, item.Multiple, item.TrueFalse, item.Matching, item.Numeric, item.ShortText}
