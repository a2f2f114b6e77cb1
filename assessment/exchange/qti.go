package exchange

import (
	"html"
	"slices"
	"strings"

	"khuevan/assessment/item"
	"khuevan/events"
)

// readQTI reads one QTI item, or a package of them. Versions 2.1 and 3.0 differ in how they spell names, so either is
// taken for the other.
func readQTI(in *intake, data []byte) {
	if isZip(data) {
		readPackage(in, data)
		return
	}
	readItem(in, newMarkup(), data, "", nil, func(string) ([]byte, bool) { return nil, false })
}

// readItem reads the items of one document; name is its file in a package, load gives other files of it.
func readItem(in *intake, k markup, data []byte, name string, tags []string, load func(src string) ([]byte, bool)) {
	root, bad := parseXML(data)
	if bad != nil {
		in.note(*bad)
		return
	}
	old(root)
	items := root.all("assessmentItem")
	if len(items) == 0 {
		in.bad(1, "", "Tệp không phải câu hỏi QTI: thiếu phần tử <assessmentItem> hoặc <qti-assessment-item>.", "The file is no QTI item: it has no <assessmentItem> or <qti-assessment-item>.")
	}
	for _, e := range items {
		q := &qti{in: in, k: k, e: e, load: load}
		q.draft = draft{line: e.line, source: strings.TrimPrefix(strings.TrimSpace(e.attr("identifier")), "_"), parts: map[string]int{},
			content: events.ItemContent{Difficulty: unknownDifficulty, Language: e.attr("lang")}}
		for _, t := range tags {
			q.tag(1, t)
		}
		q.read()
		for i := range q.notes {
			if name != "" {
				q.notes[i].Vi += " (tệp " + name + ")"
				q.notes[i].En += " (file " + name + ")"
			}
		}
		in.add(&q.draft)
	}
}

// old spells the names of QTI 3.0 as 2.1 did.
func old(e *element) {
	e.name = camel(strings.TrimPrefix(e.name, "qti-"))
	for name, value := range e.attrs {
		if c := camel(name); c != name {
			delete(e.attrs, name)
			e.attrs[c] = value
		}
	}
	for _, k := range e.kids {
		old(k)
	}
}

func camel(s string) string {
	if strings.HasPrefix(s, "data-") || strings.HasPrefix(s, "aria-") {
		return s
	}
	words := strings.Split(s, "-")
	for i, w := range words[1:] {
		if w != "" {
			words[i+1] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, "")
}

// qti is one item being read.
type qti struct {
	draft
	in   *intake
	k    markup
	e    *element
	load func(src string) ([]byte, bool)
}

var (
	blockInteractions = []string{"choiceInteraction", "orderInteraction", "matchInteraction"}
	gapInteractions   = []string{"textEntryInteraction", "inlineChoiceInteraction"}
)

func (q *qti) read() {
	body := q.e.child("itemBody")
	if body == nil {
		q.refuse(q.line, "Câu hỏi thiếu phần tử itemBody.", "The item has no itemBody.")
		return
	}
	var blocks, gaps []*element
	for _, i := range interactions(body) {
		switch {
		case slices.Contains(blockInteractions, i.name):
			blocks = append(blocks, i)
		case slices.Contains(gapInteractions, i.name):
			gaps = append(gaps, i)
		default:
			q.refuse(i.line, "Kiểu tương tác “%s” chưa nhận được nên câu này bị bỏ.", "The interaction “%s” is not taken; the question was left out.", shorten(i.name))
			return
		}
	}
	parts := len(body.find("simpleChoice", "simpleAssociableChoice", "inlineChoice"))
	switch {
	case len(gaps) > item.MaxGaps || parts > maxParts:
		q.refuse(q.line, "Câu hỏi có quá nhiều chỗ trống hoặc phương án. Hãy bỏ bớt.", "The item has too many gaps or choices. Remove some.")
		return
	case len(blocks)+len(gaps) == 0:
		q.refuse(q.line, "Câu hỏi không có phần trả lời nào.", "The item has nothing to answer.")
	case len(blocks) > 1 || len(blocks) == 1 && len(gaps) > 0:
		q.refuse(q.line, "Câu hỏi ghép nhiều phần trả lời chưa nhận được. Hãy tách thành nhiều câu.", "An item of several parts is not taken. Split it into several questions.")
	case len(blocks) == 1:
		q.one(body, blocks[0])
	default:
		q.gaps(body, gaps)
	}
	q.losses()
}

func interactions(e *element) []*element {
	var found []*element
	for _, k := range e.kids {
		if strings.HasSuffix(k.name, "Interaction") {
			found = append(found, k)
			continue
		}
		found = append(found, interactions(k)...)
	}
	return found
}

// losses tells what an item says beside its question.
func (q *qti) losses() {
	if title := q.e.attr("title"); title != "" && title != q.source && title != q.e.attr("identifier") {
		q.drop(q.line, "Tên câu hỏi “%s” bị bỏ.", "The question's title “%s” was left out.", shorten(title))
	}
	general := 0
	for i, f := range q.e.all("modalFeedback") {
		switch {
		case i == maxParts:
			q.refuse(f.line, "Câu hỏi có quá nhiều nhận xét. Hãy bỏ bớt.", "The item has too much feedback. Remove some.")
			return
		case q.explains(f):
		case general == 0:
			general++
			q.content.Feedback = q.text(f.line, q.inner(f, nil))
		default:
			q.drop(f.line, "Nhận xét “%s” bị bỏ; chỉ giữ một nhận xét chung.", "The feedback “%s” was left out; one general feedback is kept.", shorten(f.attr("identifier")))
		}
	}
	for _, name := range []string{"templateDeclaration", "templateProcessing", "stylesheet", "adaptive", "companionMaterialsInfo", "catalogInfo"} {
		for _, x := range q.e.all(name) {
			q.drop(x.line, "Phần “%s” bị bỏ.", "The part “%s” was left out.", name)
		}
	}
	known := []string{"", "responseCondition", "responseIf", "responseElse", "responseElseIf", "setOutcomeValue", "match", "variable", "correct", "mapResponse", "baseValue", "sum", "isNull", "not", "equal"}
	for _, x := range q.e.child("responseProcessing").descend() {
		if !slices.Contains(known, x.name) {
			q.drop(x.line, "Quy tắc chấm riêng “%s” bị bỏ; câu hỏi được chấm theo đáp án.", "The own scoring rule “%s” was left out; the question is marked by its key.", shorten(x.name))
			break
		}
	}
}

// explains gives a choice the feedback that is shown when it is chosen; false when the feedback is of no choice.
func (q *qti) explains(f *element) bool {
	for _, i := range interactions(q.e.child("itemBody")) {
		for n, c := range i.all("simpleChoice") {
			if i.name == "choiceInteraction" && c.attr("identifier") == f.attr("identifier") && n < len(q.content.Choices) && q.content.Choices[n].Explanation == "" {
				q.content.Choices[n].Explanation = q.line1(f, q.inner(f, nil))
				return true
			}
		}
	}
	return false
}

// descend lists everything below e.
func (e *element) descend() []*element {
	var all []*element
	if e != nil {
		for _, k := range e.kids {
			all = append(all, k)
			all = append(all, k.descend()...)
		}
	}
	return all
}

// inner writes what stands in an element as HTML; place gives what stands for an interaction.
func (q *qti) inner(e *element, place func(*element) string) string {
	var out strings.Builder
	for _, k := range e.kids {
		switch {
		case k.name == "":
			out.WriteString(html.EscapeString(k.text))
		case strings.HasSuffix(k.name, "Interaction"):
			if place != nil {
				out.WriteString(place(k))
			}
		case k.name == "feedbackInline", k.name == "prompt":
		case k.name == "contentBody":
			out.WriteString(q.inner(k, place))
		case slices.Contains([]string{"rubricBlock", "feedbackBlock", "templateBlock", "templateInline", "printedVariable", "stylesheet"}, k.name):
			q.drop(k.line, "Phần “%s” bị bỏ.", "The part “%s” was left out.", k.name)
		case k.name == "object" && strings.HasPrefix(k.attr("type"), "image/"):
			out.WriteString(`<img src="` + html.EscapeString(k.attr("data")) + `" alt="` + html.EscapeString(strings.TrimSpace(k.words())) + `">`)
		default:
			name := strings.ToLower(k.name)
			out.WriteString("<" + name)
			for _, a := range []string{"src", "alt"} {
				if v, ok := k.attrs[a]; ok {
					out.WriteString(" " + a + `="` + html.EscapeString(v) + `"`)
				}
			}
			out.WriteString(">" + q.inner(k, place))
			if name != "br" && name != "img" && name != "hr" {
				out.WriteString("</" + name + ">")
			}
		}
	}
	return out.String()
}

// text converts HTML of the item.
func (q *qti) text(at int, s string) string {
	return fromHTML(q.k, &q.draft, at, s, func(src, alt string) string {
		data, ok := dataURL(src)
		if !ok {
			data, ok = q.load(src)
		}
		if !ok {
			return q.noPicture(at)(src, alt)
		}
		return q.in.keep(&q.draft, at, src, alt, data)
	})
}

// line1 converts HTML to one line.
func (q *qti) line1(e *element, s string) string { return q.oneLine(e.line, q.text(e.line, s)) }

// one reads an item of one interaction.
func (q *qti) one(body, i *element) {
	q.content.Stem = q.text(body.line, q.inner(body, func(*element) string {
		if p := i.child("prompt"); p != nil {
			return "<div>" + q.inner(p, nil) + "</div>"
		}
		return ""
	}))
	q.content.Unshuffled = i.attr("shuffle") != "true"
	for _, c := range i.find("simpleChoice", "simpleAssociableChoice") {
		if c.attr("fixed") == "true" && !q.content.Unshuffled {
			q.drop(c.line, "Yêu cầu giữ nguyên chỗ của một phương án bị bỏ.", "That one choice keeps its place was left out.")
		}
	}
	switch i.name {
	case "choiceInteraction":
		q.choices(i)
	case "orderInteraction":
		q.order(i)
	default:
		q.match(i)
	}
}

func (q *qti) choices(i *element) {
	c := &q.content
	r := q.response(i)
	c.Kind = item.Single
	if r.decl.attr("cardinality") == "multiple" {
		c.Kind = item.Multiple
	}
	for n, s := range i.all("simpleChoice") {
		id := choiceID(n)
		q.parts["choice "+id] = s.line
		ch := events.Choice{ID: id, Text: q.line1(s, q.inner(s, nil)), Key: slices.Contains(r.correct, s.attr("identifier")), Weight: r.worth(s.attr("identifier"))}
		if f := s.find("feedbackInline"); len(f) > 0 {
			ch.Explanation = q.line1(f[0], q.inner(f[0], nil))
		}
		c.Choices = append(c.Choices, ch)
	}
	if r.mapped {
		q.scale(c)
		sharesOf(c)
	} else if c.Kind == item.Multiple {
		c.Scoring = item.AllOrNothing
	}
	if kindOf(*c) == item.TrueFalse && c.Kind == item.Single && c.Choices[0].Text == item.TextTrue {
		c.Kind, c.Scoring = item.TrueFalse, ""
	}
}

// scale brings the worth of choices to shares of the whole mark.
func (q *qti) scale(c *events.ItemContent) {
	whole := 0.0
	for _, ch := range c.Choices {
		if c.Kind == item.Multiple {
			whole += max(0, ch.Weight)
		} else {
			whole = max(whole, ch.Weight)
		}
	}
	if whole <= 0 || near(whole, 1) {
		return
	}
	q.drop(q.line, "Điểm tối đa %s của câu hỏi bị bỏ; mỗi câu có giá trị như nhau.", "The question's own maximum mark %s was left out; each question counts the same.", number(whole))
	for i := range c.Choices {
		c.Choices[i].Weight = max(-1, shift(c.Choices[i].Weight/whole, 7))
	}
}

func (q *qti) order(i *element) {
	c := &q.content
	c.Kind, c.Scoring = item.Ordering, item.AllOrNothing
	r := q.response(i)
	entries := i.all("simpleChoice")
	for n, id := range r.correct {
		at := slices.IndexFunc(entries, func(e *element) bool { return e.attr("identifier") == id })
		if at < 0 {
			q.refuse(i.line, "Thứ tự đúng có mục “%s” không tồn tại.", "The right order names “%s”, which does not exist.", shorten(id))
			return
		}
		c.Choices = append(c.Choices, events.Choice{ID: choiceID(n), Text: q.line1(entries[at], q.inner(entries[at], nil))})
	}
	if len(r.correct) != len(entries) {
		q.refuse(i.line, "Thứ tự đúng không có đủ các mục.", "The right order does not name all entries.")
	}
}

func (q *qti) match(i *element) {
	c := &q.content
	c.Kind = item.Matching
	r := q.response(i)
	sets := i.all("simpleMatchSet")
	if len(sets) != 2 {
		q.refuse(i.line, "Câu ghép đôi phải có hai nhóm.", "A matching item has two sets.")
		return
	}
	ids := map[string]string{}
	for n, e := range sets[1].all("simpleAssociableChoice") {
		ids[e.attr("identifier")] = choiceID(n)
		q.parts["choice "+choiceID(n)] = e.line
		c.Choices = append(c.Choices, events.Choice{ID: choiceID(n), Text: q.line1(e, q.inner(e, nil))})
	}
	for n, e := range sets[0].all("simpleAssociableChoice") {
		p := events.Prompt{ID: number(float64(n + 1)), Text: q.line1(e, q.inner(e, nil))}
		for _, pair := range r.correct {
			if left, right, ok := strings.Cut(pair, " "); ok && left == e.attr("identifier") {
				if p.Match != "" {
					q.refuse(e.line, "Một vế trái có hai vế phải đúng. Hãy tách thành nhiều câu.", "A prompt has two right choices. Split the question.")
				}
				p.Match = ids[strings.TrimSpace(right)]
			}
		}
		q.parts["prompt "+p.ID] = e.line
		c.Prompts = append(c.Prompts, p)
	}
	if !r.mapped {
		c.Scoring = item.AllOrNothing
	} else if r.uneven() {
		q.drop(i.line, "Điểm khác nhau của từng cặp bị bỏ; mỗi cặp có giá trị như nhau.", "The different marks of pairs were left out; each pair counts the same.")
	}
}
