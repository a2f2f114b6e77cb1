package exchange

import (
	"html"
	"regexp"
	"strconv"
	"strings"

	"khuevan/assessment/item"
	"khuevan/events"
)

// clozeOpen is the beginning of an embedded question, such as "{1:MULTICHOICE:".
var clozeOpen = regexp.MustCompile(`\{(\d{0,4}):([A-Z_]+):`)

// clozeKinds are the kinds of embedded questions; those that end in S or _S shuffle their choices.
var clozeKinds = regexp.MustCompile(`^(?:(SHORTANSWER|SA|MW)|(SHORTANSWER_C|SAC|MWC)|(NUMERICAL|NM)|(MULTICHOICE|MULTICHOICE_V|MULTICHOICE_H|MC|MCV|MCH)|(MULTICHOICE_S|MULTICHOICE_VS|MULTICHOICE_HS|MCS|MCVS|MCHS))$`)

// cloze reads a text with questions embedded in it.
func (m *moodle) cloze() {
	m.content.Kind = item.Cloze
	e := m.e.child("questiontext")
	if e == nil {
		return
	}
	raw, at := textOf(e), e.child("text").at(e.line)
	var text strings.Builder
	fixed, shuffled := false, false
	for len(m.content.Gaps) < maxParts {
		open := clozeOpen.FindStringSubmatchIndex(raw)
		if open == nil {
			break
		}
		size := clozeEnd(raw[open[1]:])
		if size < 0 {
			m.refuse(at, "Chỗ trống “%s…” thiếu dấu “}” đóng.", "The gap “%s…” lacks its closing “}”.", shorten(raw[open[0]:open[1]]))
			break
		}
		at += strings.Count(raw[:open[0]], "\n")
		id := strconv.Itoa(len(m.content.Gaps) + 1)
		weight, _ := strconv.ParseFloat(raw[open[2]:open[3]], 64)
		g := events.Gap{ID: id, Weight: weight}
		kind := raw[open[4]:open[5]]
		if !m.embedded(e, at, &g, kind, raw[open[1]:open[1]+size], &fixed, &shuffled) {
			m.refuse(at, "Loại chỗ trống “%s” chưa nhận được nên câu này bị bỏ.", "The kind “%s” of gap is not taken; the question was left out.", shorten(kind))
		}
		m.parts["gap "+id] = at
		m.content.Gaps = append(m.content.Gaps, g)
		text.WriteString(raw[:open[0]] + "{{" + id + "}}")
		at += strings.Count(raw[open[0]:open[1]+size+1], "\n")
		raw = raw[open[1]+size+1:]
	}
	text.WriteString(raw)
	m.content.Stem = m.convert(e, m.format(e), text.String())
	m.content.Unshuffled = fixed && !shuffled
}

// clozeEnd finds the brace that closes an embedded question.
func clozeEnd(s string) int { return giftIndex(s, "}") }

// embedded reads one embedded question; false when its kind is not known.
func (m *moodle) embedded(e *element, at int, g *events.Gap, kind, s string, fixed, shuffled *bool) bool {
	is := clozeKinds.FindStringSubmatch(kind)
	if is == nil {
		return false
	}
	*fixed, *shuffled = *fixed || is[4] != "", *shuffled || is[5] != ""
	switch {
	case is[3] != "":
		g.Kind = item.GapNumeric
	case is[4]+is[5] != "":
		g.Kind = item.GapChoice
	default:
		g.Kind, g.Exact = item.GapText, is[2] != ""
	}
	for i, a := range m.clozeAnswers(at, s) {
		said := m.clozeText(e, a.said)
		switch g.Kind {
		case item.GapChoice:
			g.Choices = append(g.Choices, events.Choice{ID: choiceID(i), Text: m.clozeText(e, a.text), Key: a.share >= 1, Weight: a.share, Explanation: said})
		case item.GapText:
			g.Answers = append(g.Answers, shared(events.Answer{Text: strings.Join(strings.Fields(m.clozePlain(e, a.text)), " "), Explanation: said}, a.share))
		default:
			m.clozeNumber(at, g, a, said)
		}
	}
	return true
}

func (m *moodle) clozeNumber(at int, g *events.Gap, a giftAnswer, said string) {
	text := strings.TrimSpace(clozeUnescape(a.text))
	if text == "*" || text == "" {
		m.catchAll(at, said)
		return
	}
	value, tolerance, ok := giftSpan(text)
	if !ok {
		m.refuse(at, "Không hiểu số “%s”. Viết “42” hoặc “42:0.5” với dấu chấm thập phân.", "The number “%s” is not understood. Write “42” or “42:0.5” with a decimal point.", shorten(text))
		return
	}
	g.Answers = append(g.Answers, shared(events.Answer{Value: value, Tolerance: tolerance, Explanation: said}, a.share))
}

// clozeAnswers takes answers apart at "~".
func (m *moodle) clozeAnswers(at int, s string) []giftAnswer {
	var all []giftAnswer
	for {
		end := giftIndex(s, "~")
		part := s
		if end >= 0 {
			part = s[:end]
		}
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, m.clozeAnswer(at, part))
		}
		if end < 0 || len(all) > maxParts {
			return all
		}
		s = s[end+1:]
	}
}

func (m *moodle) clozeAnswer(at int, part string) giftAnswer {
	a := giftAnswer{line: at}
	if rest, ok := strings.CutPrefix(part, "="); ok {
		a.share, part = 1, rest
	} else if rest, ok := strings.CutPrefix(part, "%"); ok {
		if share, text, closed := strings.Cut(rest, "%"); closed {
			w, valid := unpercent(share)
			if !valid {
				m.refuse(at, "Tỷ lệ điểm “%%%s%%” không hợp lệ; phải từ −100 đến 100.", "The share “%%%s%%” is not valid; it must be from −100 to 100.", shorten(share))
			}
			a.share, part = w, text
		}
	}
	a.text = part
	if i := giftIndex(part, "#"); i >= 0 {
		a.text, a.said = part[:i], part[i+1:]
	}
	return a
}

// clozeText reads the text of a choice, in the format of the text around it.
func (m *moodle) clozeText(e *element, s string) string {
	return m.oneLine(e.line, m.convert(e, m.format(e), clozeUnescape(s)))
}

// clozePlain reads what is to be typed.
func (m *moodle) clozePlain(e *element, s string) string {
	s = clozeUnescape(s)
	if f := m.format(e); f == "html" || f == "moodle_auto_format" {
		return html.UnescapeString(s)
	}
	return s
}

// clozeUnescape takes the escapes out of an embedded text.
func clozeUnescape(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte(`\}#~/"=`, s[i+1]) >= 0 {
			i++
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// clozeEscape is the inverse of clozeUnescape.
func clozeEscape(s string) string {
	return strings.NewReplacer(`\`, `\\`, "}", `\}`, "#", `\#`, "~", `\~`).Replace(s)
}
