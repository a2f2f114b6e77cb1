package exchange

import (
	"regexp"
	"strconv"
	"strings"

	"khuevan/assessment/item"
	"khuevan/events"
)

// row is one line of an answer. Its box says what it is:
//
//	[ ] [x]        a wrong and a right choice          [50%] [-25%]   a choice with its share of the mark
//	[1] [2] …      an entry in its right place         [=]            a pair: prompt -> choice
//	[_] [_ 50%]    an accepted text, with its share    [#] [# 50%]    an accepted number, with its share
type row struct {
	line              int
	gap, box          string // box: " ", "x", "=", "_", "#", "%" or digits
	share             float64
	text, explanation string
}

// row takes an answer's line apart.
func (q *question) row(line int, gap, box, rest string) {
	r := row{line: line, gap: gap, box: strings.ToLower(box), share: 1}
	if share, ok := strings.CutSuffix(box, "%"); ok {
		r.box = "%"
		if kind := share[:1]; kind == "_" || kind == "#" {
			r.box, share = kind, share[1:]
		}
		if r.share, ok = unpercent(share); !ok {
			q.refuse(line, "Tỷ lệ điểm phải từ −100%% đến 100%%, ví dụ “[50%%]”.", "The share of the mark must be from −100%% to 100%%, such as “[50%%]”.")
			return
		}
	}
	text, said, ok := strings.Cut(rest, " :: ")
	if bare, ends := strings.CutSuffix(text, " ::"); !ok && ends {
		text, ok = bare, true
	}
	text, said = strings.TrimSpace(text), strings.TrimSpace(said)
	must := r.box == " " || r.box == "x"
	if must && !ok || ok && said == "" || text == "" || strings.Contains(said, " :: ") {
		q.refuse(line, "Phương án phải có đúng một dấu “ :: ” ở giữa, trước là phương án, sau là lời giải thích; viết “-” nếu không có lời giải thích.",
			"A choice has exactly one “ :: ” in it: before it the choice, behind it the explanation; write “-” for none.")
		return
	}
	r.text, r.explanation = text, unescapeWords(said)
	q.rows = append(q.rows, r)
}

var escapedSign = regexp.MustCompile(`^\\*(::|->)$`)

// escapeWords keeps the signs of the form from being read in a text: " :: " is written " \:: ".
func escapeWords(s string) string {
	words := strings.Split(s, " ")
	for i, w := range words {
		if escapedSign.MatchString(w) {
			words[i] = `\` + w
		}
	}
	return strings.Join(words, " ")
}

func unescapeWords(s string) string {
	words := strings.Split(s, " ")
	for i, w := range words {
		if escapedSign.MatchString(w) {
			words[i] = strings.TrimPrefix(w, `\`)
		}
	}
	return strings.Join(words, " ")
}

// finish finds the kind and makes the content's parts of the rows.
func (q *question) finish() {
	boxes := map[string]int{}
	gaps := false
	for _, r := range q.rows {
		box := r.box
		if box[0] >= '0' && box[0] <= '9' {
			box = "1"
		}
		if boxes[box] == 0 {
			boxes[box] = r.line
		}
		gaps = gaps || r.gap != ""
	}
	kind, told := q.kindOf(boxes, gaps), q.content.Kind != ""
	if kind == "" || told && !agree(q.content.Kind, kind) {
		q.mixed(boxes, told)
		return
	}
	if !told {
		q.content.Kind = kind
	}
	switch q.content.Kind {
	case item.Matching:
		q.pairs()
	case item.Ordering:
		q.entries()
	case item.Numeric, item.ShortText, item.Cloze:
		q.fillings()
	default:
		q.choices()
		if !told {
			q.content.Kind = kindOf(q.content)
		}
	}
}

// kindOf finds the kind by the boxes; "" when they do not go together.
func (q *question) kindOf(boxes map[string]int, gaps bool) string {
	only := func(all string) bool {
		for b := range boxes {
			if !strings.Contains(all, b) {
				return false
			}
		}
		return true
	}
	switch {
	case gaps && only(" x_#%"):
		return item.Cloze
	case gaps:
		return ""
	case len(boxes) == 0 || only(" x%"):
		return item.Single
	case only("1"):
		return item.Ordering
	case only("="):
		return item.Matching
	case only("_"):
		return item.ShortText
	case only("#"):
		return item.Numeric
	}
	return ""
}

// agree reports whether the boxes of one kind can mean the one that was told.
func agree(told, found string) bool {
	return told == found || found == item.Single && (told == item.Multiple || told == item.TrueFalse)
}

func (q *question) mixed(boxes map[string]int, told bool) {
	line := q.line
	for _, at := range boxes {
		line = max(line, at)
	}
	if told {
		line = q.at("kind")
	}
	if !q.bad {
		q.refuse(line, "Ký hiệu trong các ô “[ ]” không hợp với nhau hoặc với dòng “kind:”. Mỗi câu chỉ dùng ký hiệu của một loại câu hỏi.",
			"The signs in the boxes “[ ]” do not go together or with the line “kind:”. A question uses the signs of one kind.")
	}
}

func kindOf(c events.ItemContent) string {
	keys, right, wrong := 0, false, false
	for _, ch := range c.Choices {
		if ch.Key {
			keys++
		}
		right, wrong = right || ch.Text == item.TextTrue, wrong || ch.Text == item.TextFalse
	}
	switch {
	case len(c.Choices) == 2 && right && wrong:
		return item.TrueFalse
	case keys > 1:
		return item.Multiple
	default:
		return item.Single
	}
}

// choice makes a choice of a row; a share of its own makes it right when it earns something.
func choice(id int, r row, single bool) events.Choice {
	c := events.Choice{ID: choiceID(id), Text: unescapeWords(r.text), Key: r.box == "x", Explanation: r.explanation}
	switch {
	case r.box == "%":
		c.Weight, c.Key = r.share, r.share > 0 && (!single || r.share == 1)
	case c.Key:
		c.Weight = 1
	}
	return c
}

func (q *question) choices() {
	single := q.content.Kind == item.Single && q.parts["kind"] > 0
	for i, r := range q.rows {
		if i == item.MaxChoices {
			q.refuse(r.line, "Câu hỏi có quá %d phương án. Hãy bỏ bớt.", "The question has more than %d choices. Remove some.", item.MaxChoices)
			return
		}
		c := choice(i, r, single)
		if r.box == "%" && q.content.Scoring != item.Weights {
			q.refuse(r.line, "Tỷ lệ điểm của phương án chỉ dùng khi có dòng “scoring: weights”. Hãy thêm dòng đó dưới mã câu hỏi.",
				"A choice has a share of the mark only under “scoring: weights”. Add that line below the id.")
		}
		q.parts["choice "+c.ID] = r.line
		q.content.Choices = append(q.content.Choices, c)
	}
}

func (q *question) entries() {
	places := make([]*row, len(q.rows))
	for i, r := range q.rows {
		n, err := strconv.Atoi(r.box)
		if err != nil || n < 1 || n > len(places) || places[n-1] != nil {
			q.refuse(r.line, "Số thứ tự “[%s]” không đúng. Các mục được đánh số 1, 2, 3, … mỗi số một lần.", "The place “[%s]” is not right. Entries are numbered 1, 2, 3, … each once.", r.box)
			return
		}
		places[n-1] = &q.rows[i]
	}
	for i, r := range places {
		c := events.Choice{ID: choiceID(i), Text: unescapeWords(r.text), Explanation: r.explanation}
		q.parts["choice "+c.ID] = r.line
		q.content.Choices = append(q.content.Choices, c)
	}
}

// pairs reads "prompt -> choice"; "-> choice" alone belongs to no prompt.
func (q *question) pairs() {
	known := map[string]string{}
	for _, r := range q.rows {
		prompt, text, ok := strings.Cut(r.text, " -> ")
		if alone, is := strings.CutPrefix(r.text, "-> "); is {
			prompt, text, ok = "", alone, true
		}
		prompt, text = strings.TrimSpace(unescapeWords(prompt)), strings.TrimSpace(text)
		if !ok || text == "" || strings.Contains(" "+text+" ", " -> ") {
			q.refuse(r.line, "Câu ghép đôi viết mỗi cặp trên một dòng: “- [=] vế trái -> vế phải”; vế phải thừa viết “- [=] -> vế phải”.",
				"A matching question has each pair on one line: “- [=] prompt -> choice”; a choice too many reads “- [=] -> choice”.")
			continue
		}
		text = unescapeWords(text)
		id, is := known[text]
		if !is {
			id = choiceID(len(q.content.Choices))
			known[text] = id
			q.parts["choice "+id] = r.line
			q.content.Choices = append(q.content.Choices, events.Choice{ID: id, Text: text})
		}
		if prompt != "" {
			p := events.Prompt{ID: strconv.Itoa(len(q.content.Prompts) + 1), Text: prompt, Match: id, Explanation: r.explanation}
			q.parts["prompt "+p.ID] = r.line
			q.content.Prompts = append(q.content.Prompts, p)
		}
	}
}
