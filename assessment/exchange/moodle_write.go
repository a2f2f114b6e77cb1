package exchange

import (
	"encoding/base64"
	"strconv"
	"strings"

	"khuevan/assessment/item"
	"khuevan/events"
)

// writeMoodle writes Moodle XML. Texts are marked as Markdown, which Moodle shows as we do.
func writeMoodle(out *outgoing) []byte {
	k := newMarkup()
	var w strings.Builder
	w.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<quiz>\n")
	able := abilities{kinds: item.Kinds(), tags: true, shares: true, explanations: true, feedback: true, exact: true, pictures: true,
		unshuffled: []string{item.Single, item.Multiple, item.Matching, item.Cloze},
		rules:      func(kind, _ string) bool { return kind == item.Ordering }}
	for _, q := range out.questions {
		said, ok := out.reduce(q, able)
		if !ok {
			continue
		}
		if said.Content.Kind == item.Matching {
			out.plainChoices(k, &said)
		}
		m := &moodlePen{k: k, out: out}
		if text := m.question(said); out.reads(said, "<quiz>"+text+"</quiz>") {
			w.WriteString(text)
		}
	}
	w.WriteString("</quiz>\n")
	return []byte(w.String())
}

type moodlePen struct {
	pen
	k   markup
	out *outgoing
}

// text writes an element with a <text> and the files that it shows.
func (m *moodlePen) text(name, s string, attrs ...string) {
	m.open(name, append(attrs, "format", "markdown")...)
	m.inner(s)
	m.close(name)
	m.raw("\n")
}

func (m *moodlePen) inner(s string) {
	var files []string
	s = pictureMark.ReplaceAllStringFunc(s, func(mark string) string {
		p := pictureMark.FindStringSubmatch(mark)
		files = append(files, p[2])
		return "![" + p[1] + "](@@PLUGINFILE@@/" + m.fileName(p[2]) + ")"
	})
	m.leaf("text", s)
	seen := map[string]bool{}
	for _, digest := range files {
		if !seen[digest] {
			seen[digest] = true
			m.leaf("file", base64.StdEncoding.EncodeToString(m.out.pictures[digest].Data), "name", m.fileName(digest), "path", "/", "encoding", "base64")
		}
	}
}

func (m *moodlePen) fileName(digest string) string {
	return digest[:16] + m.out.pictures[digest].ending()
}

func (m *moodlePen) question(q Question) string {
	c := q.Content
	kind := map[string]string{item.Single: "multichoice", item.Multiple: "multichoice", item.TrueFalse: "truefalse", item.Matching: "matching",
		item.Ordering: "ordering", item.Numeric: "numerical", item.ShortText: "shortanswer", item.Cloze: "cloze"}[c.Kind]
	m.open("question", "type", kind)
	m.raw("\n")
	m.open("name")
	m.leaf("text", q.ID)
	m.close("name")
	m.raw("\n")
	stem := c.Stem
	if c.Kind == item.Cloze {
		stem = m.embed(c)
	}
	m.text("questiontext", stem)
	if c.Feedback != "" {
		m.text("generalfeedback", c.Feedback)
	}
	m.raw("<defaultgrade>1</defaultgrade>\n<penalty>0</penalty>\n<hidden>0</hidden>\n")
	m.leaf("idnumber", q.ID)
	m.raw("\n")
	m.answers(c)
	if len(c.Tags) > 0 {
		m.open("tags")
		for _, t := range c.Tags {
			m.open("tag")
			m.leaf("text", t)
			m.close("tag")
		}
		m.close("tags")
		m.raw("\n")
	}
	m.close("question")
	return m.pen.out.String() + "\n"
}

func (m *moodlePen) answers(c events.ItemContent) {
	switch c.Kind {
	case item.TrueFalse:
		for i, word := range []string{"true", "false"} {
			m.answer(percent(weightOf(c, c.Choices[i])), word, c.Choices[i].Explanation, "moodle_auto_format", "")
		}
	case item.Matching:
		m.shuffle(c)
		for _, p := range pairsOf(c) {
			plain, _ := m.k.toPlain(p.choice)
			m.open("subquestion", "format", "markdown")
			m.inner(p.prompt)
			m.open("answer")
			m.leaf("text", plain)
			m.close("answer")
			m.close("subquestion")
			m.raw("\n")
		}
	case item.Ordering:
		rule := map[string]string{item.Positions: "ABSOLUTE_POSITION", item.AllOrNothing: "ALL_OR_NOTHING"}[c.Scoring]
		if rule == "" {
			rule = "RELATIVE_NEXT_EXCLUDE_LAST"
		}
		m.raw("<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype><selectcount>0</selectcount><gradingtype>" + rule + "</gradingtype>\n")
		for i, ch := range c.Choices {
			m.text("answer", ch.Text, "fraction", strconv.Itoa(i+1))
		}
	case item.Numeric, item.ShortText:
		m.typed(c.Gaps[0])
	case item.Single, item.Multiple:
		m.raw("<single>" + strconv.FormatBool(c.Kind == item.Single) + "</single>\n<answernumbering>abc</answernumbering>\n")
		m.shuffle(c)
		for _, ch := range c.Choices {
			m.answer(percent(weightOf(c, ch)), ch.Text, ch.Explanation, "markdown", "")
		}
	}
}

func (m *moodlePen) shuffle(c events.ItemContent) {
	m.raw("<shuffleanswers>" + strconv.FormatBool(!c.Unshuffled) + "</shuffleanswers>\n")
}

func (m *moodlePen) answer(fraction, text, said, format, tolerance string) {
	m.open("answer", "fraction", fraction, "format", format)
	m.inner(text)
	if tolerance != "" {
		m.leaf("tolerance", tolerance)
	}
	if said != "" {
		m.text("feedback", said)
	}
	m.close("answer")
	m.raw("\n")
}

func (m *moodlePen) typed(g events.Gap) {
	if g.Kind == item.GapText {
		m.raw("<usecase>" + map[bool]string{true: "1", false: "0"}[g.Exact] + "</usecase>\n")
	}
	for _, a := range g.Answers {
		text, tolerance := a.Text, ""
		if g.Kind == item.GapNumeric {
			text, tolerance = number(a.Value), number(a.Tolerance)
		}
		m.answer(percent(shareOf(a)), text, a.Explanation, "moodle_auto_format", tolerance)
	}
}

// shareOf is the share of a gap's mark that an answer earns.
func shareOf(a events.Answer) float64 {
	switch {
	case a.Wrong:
		return 0
	case a.Share == 0:
		return 1
	}
	return a.Share
}

// embed puts the gaps into the stem as Moodle writes them.
func (m *moodlePen) embed(c events.ItemContent) string {
	stem := c.Stem
	for _, g := range c.Gaps {
		weight := ""
		if g.Weight != 0 {
			weight = number(g.Weight)
		} else {
			weight = "1"
		}
		stem = strings.Replace(stem, "{{"+g.ID+"}}", "{"+weight+":"+embeddedKind(c, g)+":"+embeddedAnswers(g)+"}", 1)
	}
	return stem
}

func embeddedKind(c events.ItemContent, g events.Gap) string {
	switch {
	case g.Kind == item.GapNumeric:
		return "NUMERICAL"
	case g.Kind == item.GapText && g.Exact:
		return "SHORTANSWER_C"
	case g.Kind == item.GapText:
		return "SHORTANSWER"
	case c.Unshuffled:
		return "MULTICHOICE"
	}
	return "MULTICHOICE_S"
}

func embeddedAnswers(g events.Gap) string {
	var all []string
	put := func(share float64, text, said string) {
		sign := "%" + percent(share) + "%"
		if share == 1 {
			sign = "="
		}
		if said != "" {
			said = "#" + clozeEscape(said)
		}
		all = append(all, sign+clozeEscape(text)+said)
	}
	for _, ch := range g.Choices {
		share := ch.Weight
		if ch.Key {
			share = 1
		}
		put(share, ch.Text, ch.Explanation)
	}
	for _, a := range g.Answers {
		text := a.Text
		if g.Kind == item.GapNumeric {
			text = number(a.Value) + ":" + number(a.Tolerance)
		}
		put(shareOf(a), text, a.Explanation)
	}
	return strings.Join(all, "~")
}
