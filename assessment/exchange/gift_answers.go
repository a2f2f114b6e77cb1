package exchange

import (
	"slices"
	"strconv"
	"strings"

	"khuevan/assessment/item"
	"khuevan/events"
)

// giftAnswer is one answer: its sign, its share of the mark, its text and what is said to it.
type giftAnswer struct {
	line     int
	sign     byte // '=', '~', or 0 where none stands
	share    float64
	weighted bool
	text     string // still escaped
	said     string // still escaped
}

// maxParts bounds what is taken apart of one question; item.Check refuses fewer.
const maxParts = 400

// answers reads what stands in the braces, at the given place of the question.
func (q *giftQuestion) answers(place int, s string) {
	if at := globalAt(s); at >= 0 {
		q.content.Feedback = q.rich(q.lineAt(place+at), s[at+4:])
		s = s[:at]
	}
	bare := strings.TrimSpace(s)
	switch {
	case bare == "":
		q.refuse(q.lineAt(place), "Câu tự luận không được chấm tự động nên bị bỏ.", "An essay cannot be marked by the platform and was left out.")
	case bare[0] == '#':
		at := strings.IndexByte(s, '#') + 1
		q.numeric(place+at, s[at:])
	case giftIndex(s, "~") >= 0:
		q.choices(q.split(place, s))
	case giftIndex(s, "=") >= 0 && giftArrow(s) >= 0:
		q.matching(q.split(place, s))
	case !q.trueFalse(place, bare):
		q.shortText(q.split(place, s))
	}
}

// globalAt finds "####".
func globalAt(s string) int {
	for from := 0; ; {
		at := giftIndex(s[from:], "#")
		if at < 0 {
			return -1
		}
		from += at
		if strings.HasPrefix(s[from:], "####") {
			return from
		}
		for from < len(s) && s[from] == '#' {
			from++
		}
	}
}

func giftArrow(s string) int { return strings.Index(s, "->") }

// split takes answers apart at "=" and "~".
func (q *giftQuestion) split(place int, s string) []giftAnswer {
	var all []giftAnswer
	from, sign := 0, byte(0)
	for {
		end := giftIndex(s[from:], "=~")
		part := s[from:]
		if end >= 0 {
			part = s[from : from+end]
		}
		if sign != 0 || strings.TrimSpace(part) != "" {
			lead := len(part) - len(strings.TrimLeft(part, " \t\n"))
			all = append(all, q.one(q.lineAt(place+from+min(lead, len(part))), sign, strings.TrimSpace(part)))
		}
		if end < 0 || len(all) > maxParts {
			return all
		}
		sign, from = s[from+end], from+end+1
	}
}

func (q *giftQuestion) one(line int, sign byte, part string) giftAnswer {
	a := giftAnswer{line: line, sign: sign}
	if sign == '=' {
		a.share = 1
	}
	if rest, ok := strings.CutPrefix(part, "%"); ok && sign != 0 {
		if share, text, closed := strings.Cut(rest, "%"); closed {
			w, valid := unpercent(share)
			if !valid {
				q.refuse(line, "Tỷ lệ điểm “%%%s%%” không hợp lệ; phải từ −100 đến 100.", "The share “%%%s%%” is not valid; it must be from −100 to 100.", shorten(share))
			}
			a.share, a.weighted, part = w, true, strings.TrimSpace(text)
		}
	}
	a.text = part
	if at := giftIndex(part, "#"); at >= 0 {
		a.text, a.said = strings.TrimSpace(part[:at]), strings.TrimSpace(part[at+1:])
	}
	return a
}

func (q *giftQuestion) lineText(line int, s string) string {
	return q.oneLine(line, q.rich(line, s))
}

// oneLine joins the lines of a text that must stand on one.
func (d *draft) oneLine(at int, s string) string {
	s = block(s)
	if strings.Contains(s, "\n\n") || strings.Contains(s, "\n- ") || strings.Contains(s, "\n```") || strings.HasPrefix(s, "```") {
		d.drop(at, "Đoạn văn hoặc danh sách trong phương án được viết thành một dòng.", "Paragraphs or lists in a choice were put on one line.")
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\\\n", " ")), " ")
}

// choices reads "=right ~wrong ~%50%half right": a single choice where some answer is "=", else a multiple one.
func (q *giftQuestion) choices(all []giftAnswer) {
	c := &q.content
	c.Kind = item.Multiple
	if slices.ContainsFunc(all, func(a giftAnswer) bool { return a.sign == '=' }) {
		c.Kind = item.Single
	}
	for i, a := range all {
		if a.sign == 0 {
			q.refuse(a.line, "Phương án “%s” thiếu dấu “=” hoặc “~” ở đầu.", "The choice “%s” lacks its “=” or “~”.", shorten(a.text))
			continue
		}
		q.parts["choice "+choiceID(i)] = a.line
		c.Choices = append(c.Choices, events.Choice{ID: choiceID(i), Text: q.lineText(a.line, a.text), Weight: a.share, Explanation: q.lineText(a.line, a.said)})
	}
	sharesOf(c)
}

func (q *giftQuestion) matching(all []giftAnswer) {
	q.content.Kind = item.Matching
	known := map[string]string{}
	for _, a := range all {
		at := giftArrow(a.text)
		if a.sign != '=' || at < 0 {
			q.refuse(a.line, "Cặp “%s” thiếu dấu “->” giữa hai vế.", "The pair “%s” lacks the “->” between its sides.", shorten(a.text))
			continue
		}
		if a.said != "" {
			q.drop(a.line, "Lời giải thích của từng cặp bị bỏ.", "The feedback of a pair was left out.")
		}
		prompt := q.lineText(a.line, a.text[:at])
		q.pair(known, a.line, prompt, q.k.fromPlain(giftPlain(a.text[at+2:])))
	}
}

// pair adds a prompt with its choice; a choice without a prompt is one too many.
func (d *draft) pair(known map[string]string, line int, prompt, text string) {
	c := &d.content
	text = strings.Join(strings.Fields(text), " ")
	id, is := known[text]
	if !is {
		id = choiceID(len(c.Choices))
		known[text] = id
		d.parts["choice "+id] = line
		c.Choices = append(c.Choices, events.Choice{ID: id, Text: text})
	}
	if prompt != "" {
		p := events.Prompt{ID: strconv.Itoa(len(c.Prompts) + 1), Text: prompt, Match: id}
		d.parts["prompt "+p.ID] = line
		c.Prompts = append(c.Prompts, p)
	}
}

// trueFalse reads "T", "FALSE#when wrong#when right"; false when it is something else.
func (q *giftQuestion) trueFalse(place int, s string) bool {
	word, said := cutHash(strings.TrimSpace(strings.TrimPrefix(s, "=")))
	is := word == "T" || word == "TRUE"
	if !is && word != "F" && word != "FALSE" {
		return false
	}
	wrong, right := cutHash(said)
	at := q.lineAt(place)
	toWrong, toRight := q.lineText(at, wrong), q.lineText(at, right)
	q.content.Kind = item.TrueFalse
	q.content.Choices = truth(is, toRight, toWrong)
	return true
}

// truth makes the two choices of a true/false question.
func truth(is bool, toRight, toWrong string) []events.Choice {
	all := []events.Choice{{ID: "a", Text: item.TextTrue, Explanation: toWrong}, {ID: "b", Text: item.TextFalse, Explanation: toWrong}}
	i := 1
	if is {
		i = 0
	}
	all[i].Key, all[i].Explanation = true, toRight
	return all
}

func cutHash(s string) (before, after string) {
	if at := giftIndex(s, "#"); at >= 0 {
		return strings.TrimSpace(s[:at]), strings.TrimSpace(s[at+1:])
	}
	return strings.TrimSpace(s), ""
}

func (q *giftQuestion) shortText(all []giftAnswer) {
	q.content.Kind = item.ShortText
	g := events.Gap{ID: "1", Kind: item.GapText}
	for _, a := range all {
		if a.sign == 0 {
			a.share = 1
		}
		text := a.text
		if m := giftFormat.FindString(text); m != "" {
			text = text[len(m):]
		}
		g.Answers = append(g.Answers, shared(events.Answer{Text: giftPlain(text), Explanation: q.lineText(a.line, a.said)}, a.share))
		q.parts["gap 1"] = all[0].line
	}
	q.content.Gaps = []events.Gap{g}
}

// shared gives an answer its share of the mark.
func shared(a events.Answer, share float64) events.Answer {
	a.Wrong = share <= 0
	if a.Wrong || share >= 1 {
		share = 0
	}
	a.Share = share
	return a
}

// numeric reads "1822", "1822:5", "1820..1824" and lists of these with "=" and shares.
func (q *giftQuestion) numeric(place int, s string) {
	q.content.Kind = item.Numeric
	g := events.Gap{ID: "1", Kind: item.GapNumeric}
	all := q.split(place, s)
	for _, a := range all {
		q.parts["gap 1"] = all[0].line
		if a.sign == '~' && (a.text == "" || a.text == "*") {
			if a.said != "" {
				q.drop(a.line, "Lời giải thích cho mọi câu trả lời sai bị bỏ.", "The feedback to any wrong answer was left out.")
			}
			continue
		}
		if a.sign == 0 {
			a.share = 1
		}
		value, tolerance, ok := giftSpan(giftPlain(a.text))
		if !ok {
			q.refuse(a.line, "Không hiểu số “%s”. Viết “42”, “42:0.5” hoặc “41..43” với dấu chấm thập phân.", "The number “%s” is not understood. Write “42”, “42:0.5” or “41..43” with a decimal point.", shorten(a.text))
			continue
		}
		g.Answers = append(g.Answers, shared(events.Answer{Value: value, Tolerance: tolerance, Explanation: q.lineText(a.line, a.said)}, a.share))
	}
	q.content.Gaps = []events.Gap{g}
}

func giftSpan(s string) (value, tolerance float64, ok bool) {
	if low, high, is := strings.Cut(s, ".."); is {
		a, okA := decimal(low)
		b, okB := decimal(high)
		return middle(a, b, okA && okB)
	}
	v, t, is := strings.Cut(s, ":")
	value, ok = decimal(v)
	if is && ok {
		tolerance, ok = decimal(t)
	}
	return value, tolerance, ok
}

// decimal reads a number as programs write it; a comma is taken for a point where no point stands.
func decimal(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if strings.Count(s, ",") > 1 || strings.ContainsAny(s, " \t\u00a0") || strings.Count(s, ".") > 1 {
		return 0, false
	}
	return item.Number(s)
}
