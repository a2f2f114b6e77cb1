package exchange

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"khuevan/assessment/item"
	"khuevan/events"
)

// readMoodle reads Moodle's XML.
func readMoodle(in *intake, data []byte) {
	root, bad := parseXML(data)
	quiz := root.child("quiz")
	if bad != nil {
		defer in.note(*bad)
	}
	if quiz == nil {
		if bad == nil {
			in.bad(1, "", "Tệp không phải Moodle XML: thiếu phần tử <quiz>.", "The file is no Moodle XML: it has no <quiz>.")
		}
		return
	}
	k := newMarkup()
	for _, e := range quiz.all("question") {
		if e.whole {
			m := &moodle{in: in, k: k, e: e}
			m.question()
		}
	}
}

// moodle is one question being read.
type moodle struct {
	draft
	in   *intake
	k    markup
	e    *element
	used map[*element]bool // files that a text shows
}

func (m *moodle) question() {
	m.draft = draft{line: m.e.line, source: m.e.value("idnumber"), parts: map[string]int{}, content: events.ItemContent{Difficulty: unknownDifficulty}}
	m.used = map[*element]bool{}
	kind := m.e.attr("type")
	if kind == "category" {
		name := shorten(strings.TrimSpace(m.e.child("category").words()))
		m.in.note(Note{Line: m.line, Dropped: true, Vi: "Thư mục “" + name + "” bị bỏ. Hãy dùng thẻ để xếp câu hỏi.", En: "The category “" + name + "” was left out. Use tags to sort questions."})
		return
	}
	read, ok := map[string]func(){"multichoice": m.choices, "truefalse": m.truth, "shortanswer": m.shortText, "numerical": m.numeric,
		"matching": m.matching, "ddmatch": m.matching, "cloze": m.cloze, "ordering": m.ordering}[kind]
	if !ok {
		m.refuse(m.line, "Loại câu hỏi “%s” của Moodle chưa nhận được nên câu này bị bỏ.", "Moodle's kind “%s” of question is not taken; the question was left out.", shorten(kind))
		m.in.add(&m.draft)
		return
	}
	if kind != "cloze" {
		m.content.Stem = m.block(m.e.child("questiontext"))
	}
	m.content.Feedback = m.block(m.e.child("generalfeedback"))
	for _, t := range m.e.child("tags").all("tag") {
		if s := strings.TrimSpace(t.words()); s != "" {
			m.tag(t.line, s)
		}
	}
	read()
	m.losses()
	m.in.add(&m.draft)
}

// losses tells what Moodle says and an item does not.
func (m *moodle) losses() {
	e := m.e
	if name := e.value("name"); name != "" && name != m.source {
		m.drop(e.child("name").at(m.line), "Tên câu hỏi “%s” bị bỏ.", "The question's title “%s” was left out.", shorten(name))
	}
	for _, l := range []struct{ name, vi, en string }{
		{"hint", "Gợi ý cho các lần thử bị bỏ.", "A hint was left out."},
		{"correctfeedback", "Nhận xét chung cho câu trả lời đúng bị bỏ.", "The feedback to any right answer was left out."},
		{"partiallycorrectfeedback", "Nhận xét chung cho câu trả lời đúng một phần bị bỏ.", "The feedback to any partly right answer was left out."},
		{"incorrectfeedback", "Nhận xét chung cho câu trả lời sai bị bỏ.", "The feedback to any wrong answer was left out."},
		{"units", "Đơn vị đo bị bỏ; hãy ghi đơn vị trong nội dung câu hỏi.", "Units were left out; name the unit in the question's text."},
	} {
		for _, k := range e.all(l.name) {
			if strings.TrimSpace(k.words()) != "" {
				m.drop(k.line, "%s", "%s", l.vi)
				m.notes[len(m.notes)-1].En = l.en
			}
		}
	}
	m.unlike("penalty", "0", "Mức trừ điểm cho mỗi lần thử bị bỏ.", "The penalty for each try was left out.")
	m.unlike("defaultgrade", "1", "Điểm tối đa của câu hỏi bị bỏ; mỗi câu có giá trị như nhau.", "The question's own maximum mark was left out; each question counts the same.")
	m.unlike("hidden", "0", "Dấu ẩn câu hỏi bị bỏ.", "That the question was hidden was left out.")
	for _, f := range e.find("file") {
		if !m.used[f] {
			m.drop(f.line, "Tệp “%s” không được câu hỏi hiển thị nên bị bỏ.", "The file “%s” is not shown by the question and was left out.", shorten(f.attr("name")))
		}
	}
}

// unlike tells that a number other than the usual one was lost.
func (m *moodle) unlike(name, usual, vi, en string) {
	s := m.e.value(name)
	x, ok := decimal(s)
	if want, _ := decimal(usual); s != "" && (!ok || x != want) {
		m.drop(m.e.child(name).at(m.line), "%s", "%s", vi)
		m.notes[len(m.notes)-1].En = en
	}
}

// block reads a text with its files.
func (m *moodle) block(e *element) string {
	if e == nil {
		return ""
	}
	return m.convert(e, m.format(e), textOf(e))
}

func (m *moodle) inline(e *element) string {
	if e == nil {
		return ""
	}
	return m.oneLine(e.line, m.block(e))
}

// textOf is the text of an element that may hold it in <text>.
func textOf(e *element) string {
	if t := e.child("text"); t != nil {
		return t.words()
	}
	var own strings.Builder
	for _, k := range e.kids {
		if k.name == "" {
			own.WriteString(k.text)
		}
	}
	return own.String()
}

// format is how the text of an element is written; that of the question where it does not say.
func (m *moodle) format(e *element) string {
	if f := e.attr("format"); f != "" {
		return f
	}
	if f := m.e.child("questiontext").attr("format"); f != "" {
		return f
	}
	return "html"
}

var pluginMark = regexp.MustCompile(`!\[([^\]\n]*)\]\(@@PLUGINFILE@@/([^)\s]+)\)`)

func (m *moodle) convert(e *element, format, s string) string {
	at := e.child("text").at(e.line)
	show := func(src, alt string) string { return m.show(e, src, alt) }
	switch format {
	case "markdown":
		return pluginMark.ReplaceAllStringFunc(s, func(mark string) string {
			p := pluginMark.FindStringSubmatch(mark)
			return show("@@PLUGINFILE@@/"+p[2], p[1])
		})
	case "plain_text":
		return m.k.fromPlain(s)
	case "moodle_auto_format":
		if !looksHTML.MatchString(s) {
			return m.k.fromPlain(s)
		}
		s = strings.ReplaceAll(s, "\n", "<br>\n")
	}
	return fromHTML(m.k, &m.draft, at, s, show)
}

// show takes the file that a text shows.
func (m *moodle) show(e *element, src, alt string) string {
	if data, ok := strings.CutPrefix(src, "data:image/"); ok {
		_, code, _ := strings.Cut(data, ";base64,")
		return m.picture(e.line, "", alt, code)
	}
	name, ok := strings.CutPrefix(src, "@@PLUGINFILE@@/")
	if plain, err := url.PathUnescape(name); err == nil {
		name = plain
	}
	if name, _, _ = strings.Cut(name, "?"); ok && m.shown < maxShown {
		for _, f := range append(e.all("file"), m.e.find("file")...) {
			if f.attr("name") == name && slices.Contains([]string{"", "base64"}, f.attr("encoding")) {
				m.used[f] = true
				return m.picture(f.line, name, alt, f.words())
			}
		}
	}
	return m.noPicture(e.line)(src, alt)
}

func (m *moodle) picture(at int, name, alt, code string) string {
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(code), ""))
	if err != nil {
		data = nil // refused as damaged
	}
	return m.in.keep(&m.draft, at, name, alt, data)
}

// share reads a fraction in per cent.
func (m *moodle) share(e *element) float64 {
	w, ok := unpercent(e.attr("fraction"))
	if !ok {
		m.refuse(e.line, "Tỷ lệ điểm “%s” không hợp lệ; phải từ −100 đến 100.", "The share “%s” is not valid; it must be from −100 to 100.", shorten(e.attr("fraction")))
	}
	return w
}

func no(s string) bool { return s == "0" || strings.EqualFold(s, "false") }

func (m *moodle) choices() {
	c := &m.content
	c.Kind = item.Single
	if no(m.e.value("single")) {
		c.Kind = item.Multiple
	}
	c.Unshuffled = no(m.e.value("shuffleanswers"))
	for i, a := range m.e.all("answer") {
		m.parts["choice "+choiceID(i)] = a.line
		c.Choices = append(c.Choices, events.Choice{ID: choiceID(i), Text: m.inline(a), Weight: m.share(a), Explanation: m.inline(a.child("feedback"))})
	}
	sharesOf(c)
}

func (m *moodle) truth() {
	m.content.Kind = item.TrueFalse
	is, right, wrong := false, "", ""
	for _, a := range m.e.all("answer") {
		said := m.inline(a.child("feedback"))
		if m.share(a) > 0 {
			is, right = strings.EqualFold(strings.TrimSpace(textOf(a)), "true"), said
		} else {
			wrong = said
		}
	}
	if len(m.e.all("answer")) != 2 {
		m.refuse(m.line, "Câu Đúng/Sai phải có đúng hai đáp án “true” và “false”.", "A true/false question has exactly the answers “true” and “false”.")
	}
	m.content.Choices = truth(is, right, wrong)
}

func (m *moodle) shortText() {
	m.content.Kind = item.ShortText
	g := events.Gap{ID: "1", Kind: item.GapText, Exact: m.e.value("usecase") == "1"}
	for _, a := range m.e.all("answer") {
		g.Answers = append(g.Answers, shared(events.Answer{Text: strings.Join(strings.Fields(textOf(a)), " "), Explanation: m.inline(a.child("feedback"))}, m.share(a)))
	}
	m.content.Gaps = []events.Gap{g}
}

func (m *moodle) numeric() {
	m.content.Kind = item.Numeric
	g := events.Gap{ID: "1", Kind: item.GapNumeric}
	for _, a := range m.e.all("answer") {
		text, said := strings.TrimSpace(textOf(a)), m.inline(a.child("feedback"))
		if text == "*" {
			m.catchAll(a.line, said)
			continue
		}
		value, ok := decimal(text)
		tolerance, fine := decimal(a.value("tolerance"))
		if !ok || !fine && a.value("tolerance") != "" {
			m.refuse(a.line, "Không hiểu số “%s” hoặc sai số “%s”.", "The number “%s” or its tolerance “%s” is not understood.", shorten(text), shorten(a.value("tolerance")))
			continue
		}
		g.Answers = append(g.Answers, shared(events.Answer{Value: value, Tolerance: tolerance, Explanation: said}, m.share(a)))
	}
	m.content.Gaps = []events.Gap{g}
}

// catchAll tells that feedback to any other number is lost.
func (d *draft) catchAll(line int, said string) {
	if said != "" {
		d.drop(line, "Lời giải thích cho mọi câu trả lời sai bị bỏ.", "The feedback to any wrong answer was left out.")
	}
}

func (m *moodle) matching() {
	m.content.Kind = item.Matching
	m.content.Unshuffled = no(m.e.value("shuffleanswers"))
	known := map[string]string{}
	for _, s := range m.e.all("subquestion") {
		a := s.child("answer")
		if a == nil {
			m.refuse(s.line, "Cặp này thiếu vế phải <answer>.", "The pair lacks its <answer>.")
			continue
		}
		text := m.k.fromPlain(strings.Join(strings.Fields(textOf(a)), " "))
		if a.attr("format") != "" {
			text = m.inline(a)
		}
		m.pair(known, s.line, m.inline(s), text)
	}
}

// Rules of qtype_ordering, by name and by number; a rule that is none of ours is told.
func (m *moodle) ordering() {
	m.content.Kind = item.Ordering
	e := m.e.child("gradingtype")
	switch rule := strings.TrimSpace(e.words()); rule {
	case "ALL_OR_NOTHING", "-1":
		m.content.Scoring = item.AllOrNothing
	case "ABSOLUTE_POSITION", "0":
		m.content.Scoring = item.Positions
	case "", "RELATIVE_NEXT_EXCLUDE_LAST", "1":
	default:
		m.drop(e.at(m.line), "Cách chấm “%s” được thay bằng tỷ lệ cặp liền nhau đúng thứ tự.", "The scoring “%s” was replaced by the share of neighbours in the right order.", shorten(rule))
	}
	if n := m.e.value("selectcount"); n != "" && n != "0" {
		m.drop(m.e.child("selectcount").at(m.line), "Câu hỏi dùng tất cả các mục thay vì chọn %s mục.", "The question uses all entries instead of %s of them.", shorten(n))
	}
	for i, a := range m.e.all("answer") {
		m.parts["choice "+choiceID(i)] = a.line
		m.content.Choices = append(m.content.Choices, events.Choice{ID: choiceID(i), Text: m.inline(a)})
	}
}
