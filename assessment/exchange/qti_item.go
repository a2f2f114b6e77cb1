package exchange

import (
	"slices"
	"strings"

	"khuevan/assessment/item"
	"khuevan/events"
)

// qtiPen writes one item.
type qtiPen struct {
	pen
	k   markup
	out *outgoing
	c   events.ItemContent
}

// declare writes what is to be answered and what it is worth.
func (p *qtiPen) declare() {
	c := p.c
	switch c.Kind {
	case item.Matching:
		var pairs []string
		worth := map[string]float64{}
		for i, m := range c.Prompts {
			pair := "p" + number(float64(i+1)) + " " + m.Match
			pairs = append(pairs, pair)
			worth[pair] = shift(1/float64(len(c.Prompts)), 7)
		}
		if c.Scoring == item.AllOrNothing {
			worth = nil
		}
		p.response("RESPONSE", "multiple", "directedPair", pairs, worth, pairs)
	case item.Ordering:
		var order []string
		for _, ch := range c.Choices {
			order = append(order, ch.ID)
		}
		p.response("RESPONSE", "ordered", "identifier", order, nil, nil)
	case item.Numeric, item.ShortText, item.Cloze:
		for i, w := range weightsOf(c) {
			p.gapResponse(responseOf(c, i), c.Gaps[i], w)
		}
	default:
		p.choiceResponse()
	}
	p.outcome("SCORE", "single", "float", "0")
	if c.Feedback != "" {
		p.outcome("GENERAL", "single", "identifier", "general")
	}
	if explained(c) {
		p.outcome("FEEDBACK", map[bool]string{true: "multiple", false: "single"}[c.Kind == item.Multiple], "identifier", "")
	}
}

func (p *qtiPen) outcome(id, cardinality, base, value string) {
	p.open("outcomeDeclaration", "identifier", id, "cardinality", cardinality, "baseType", base)
	if value != "" {
		p.open("defaultValue")
		p.leaf("value", value)
		p.close("defaultValue")
	}
	p.close("outcomeDeclaration")
	p.raw("\n")
}

// response declares one response; with a worth it is marked by a mapping, whose keys keep their order.
func (p *qtiPen) response(id, cardinality, base string, correct []string, worth map[string]float64, keys []string) {
	p.open("responseDeclaration", "identifier", id, "cardinality", cardinality, "baseType", base)
	p.open("correctResponse")
	for _, v := range correct {
		p.leaf("value", v)
	}
	p.close("correctResponse")
	if worth != nil {
		p.open("mapping", "lowerBound", "0", "upperBound", "1", "defaultValue", "0")
		for _, key := range keys {
			p.empty("mapEntry", "mapKey", key, "mappedValue", number(worth[key]))
		}
		p.close("mapping")
	}
	p.close("responseDeclaration")
	p.raw("\n")
}

// mappedChoices reports whether the choices are marked by a mapping.
func mappedChoices(c events.ItemContent) bool {
	return c.Scoring == item.Weights || c.Kind == item.Multiple && c.Scoring != item.AllOrNothing
}

func (p *qtiPen) choiceResponse() {
	c := p.c
	var keys, right []string
	worth := map[string]float64{}
	for _, ch := range c.Choices {
		keys = append(keys, ch.ID)
		worth[ch.ID] = weightOf(c, ch)
		if ch.Key {
			right = append(right, ch.ID)
		}
	}
	cardinality := "single"
	if c.Kind == item.Multiple {
		cardinality = "multiple"
	} else {
		right = right[:1] // one of those that earn the whole mark
	}
	if !mappedChoices(c) {
		worth = nil
	}
	p.response("RESPONSE", cardinality, "identifier", right, worth, keys)
}

func (p *qtiPen) gapResponse(id string, g events.Gap, w float64) {
	switch g.Kind {
	case item.GapChoice:
		worth := map[string]float64{}
		var keys, right []string
		for _, ch := range g.Choices {
			keys = append(keys, ch.ID)
			worth[ch.ID] = shift(w*ch.Weight, 9)
			if ch.Key {
				worth[ch.ID] = w
				right = append(right, ch.ID)
			}
		}
		p.response(id, "single", "identifier", right[:1], worth, keys)
	case item.GapNumeric:
		right := slices.IndexFunc(g.Answers, func(a events.Answer) bool { return shareOf(a) == 1 })
		p.response(id, "single", "float", []string{number(g.Answers[max(0, right)].Value)}, nil, nil)
	default:
		p.open("responseDeclaration", "identifier", id, "cardinality", "single", "baseType", "string")
		p.open("mapping", "lowerBound", "0", "upperBound", "1", "defaultValue", "0")
		for _, a := range g.Answers {
			p.empty("mapEntry", "mapKey", strings.ReplaceAll(a.Text, `\*`, "*"), "mappedValue", number(shift(w*shareOf(a), 9)), "caseSensitive", map[bool]string{true: "true", false: "false"}[g.Exact])
		}
		p.close("mapping")
		p.close("responseDeclaration")
		p.raw("\n")
	}
}

// body writes the stem and what is answered.
func (p *qtiPen) body() {
	c := p.c
	shuffle := map[bool]string{true: "false", false: "true"}[c.Unshuffled]
	if c.Kind != item.Cloze {
		p.raw(p.html(c.Stem))
	}
	switch c.Kind {
	case item.Matching:
		p.pairs(shuffle)
	case item.Ordering:
		p.open("orderInteraction", "responseIdentifier", "RESPONSE", "shuffle", "true")
		p.simpleChoices()
		p.close("orderInteraction")
	case item.Numeric, item.ShortText:
		p.raw("<p>")
		p.empty("textEntryInteraction", "responseIdentifier", "RESPONSE")
		p.raw("</p>")
	case item.Cloze:
		p.raw(p.filled(shuffle))
	default:
		most := "1"
		if c.Kind == item.Multiple {
			most = "0"
		}
		p.open("choiceInteraction", "responseIdentifier", "RESPONSE", "shuffle", shuffle, "maxChoices", most)
		p.simpleChoices()
		p.close("choiceInteraction")
	}
	p.raw("\n")
}

func (p *qtiPen) simpleChoices() {
	for _, ch := range p.c.Choices {
		p.open("simpleChoice", "identifier", ch.ID)
		p.raw(p.inline(ch.Text))
		if ch.Explanation != "" {
			p.open("feedbackInline", "outcomeIdentifier", "FEEDBACK", "identifier", ch.ID, "showHide", "show")
			p.raw(p.inline(ch.Explanation))
			p.close("feedbackInline")
		}
		p.close("simpleChoice")
		p.raw("\n")
	}
}

func (p *qtiPen) pairs(shuffle string) {
	c := p.c
	p.open("matchInteraction", "responseIdentifier", "RESPONSE", "shuffle", shuffle, "maxAssociations", number(float64(len(c.Prompts))))
	p.open("simpleMatchSet")
	for i, m := range c.Prompts {
		p.open("simpleAssociableChoice", "identifier", "p"+number(float64(i+1)), "matchMax", "1")
		p.raw(p.inline(m.Text))
		p.close("simpleAssociableChoice")
	}
	p.close("simpleMatchSet")
	p.raw("\n")
	p.open("simpleMatchSet")
	for _, ch := range c.Choices {
		p.open("simpleAssociableChoice", "identifier", ch.ID, "matchMax", number(float64(len(c.Prompts))))
		p.raw(p.inline(ch.Text))
		p.close("simpleAssociableChoice")
	}
	p.close("simpleMatchSet")
	p.close("matchInteraction")
}

// filled is the stem with its gaps.
func (p *qtiPen) filled(shuffle string) string {
	stem := p.html(p.c.Stem)
	for i, g := range p.c.Gaps {
		in := &qtiPen{pen: pen{rename: p.rename}, k: p.k, out: p.out, c: p.c}
		if g.Kind == item.GapChoice {
			in.open("inlineChoiceInteraction", "responseIdentifier", responseOf(p.c, i), "shuffle", shuffle)
			for _, ch := range g.Choices {
				text, _ := p.k.toPlain(ch.Text)
				in.leaf("inlineChoice", text, "identifier", ch.ID)
			}
			in.close("inlineChoiceInteraction")
		} else {
			in.empty("textEntryInteraction", "responseIdentifier", responseOf(p.c, i))
		}
		stem = strings.Replace(stem, "{{"+g.ID+"}}", in.pen.out.String(), 1)
	}
	return stem
}

func explained(c events.ItemContent) bool {
	return slices.ContainsFunc(c.Choices, func(ch events.Choice) bool { return ch.Explanation != "" })
}

// processing writes how the answer is marked: one of the standard templates where that says all.
func (p *qtiPen) processing() {
	c := p.c
	mapped := mappedChoices(c) || c.Kind == item.Matching && c.Scoring != item.AllOrNothing || c.Kind == item.ShortText
	template := "match_correct"
	if mapped {
		template = "map_response"
	}
	if c.Kind != item.Numeric && c.Kind != item.Cloze && !explained(c) {
		url := "http://www.imsglobal.org/question/qti_v2p1/rptemplates/" + template
		if p.out.format == QTI30 {
			url = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/" + template + ".xml"
		}
		p.empty("responseProcessing", "template", url)
		p.raw("\n")
		return
	}
	p.open("responseProcessing")
	switch {
	case c.Kind == item.Numeric || c.Kind == item.Cloze:
		for i, w := range weightsOf(c) {
			p.gapRule(responseOf(c, i), c.Gaps[i], w)
		}
	case mapped:
		p.score(func() { p.empty("mapResponse", "identifier", "RESPONSE") })
	default:
		p.open("responseCondition")
		p.open("responseIf")
		p.open("match")
		p.empty("variable", "identifier", "RESPONSE")
		p.empty("correct", "identifier", "RESPONSE")
		p.close("match")
		p.score(func() { p.leaf("baseValue", "1", "baseType", "float") })
		p.close("responseIf")
		p.close("responseCondition")
	}
	if explained(c) {
		p.open("setOutcomeValue", "identifier", "FEEDBACK")
		p.empty("variable", "identifier", "RESPONSE")
		p.close("setOutcomeValue")
	}
	p.close("responseProcessing")
	p.raw("\n")
}

func (p *qtiPen) score(value func()) {
	p.open("setOutcomeValue", "identifier", "SCORE")
	value()
	p.close("setOutcomeValue")
}

// gapRule adds what a gap earns; the first number that fits counts.
func (p *qtiPen) gapRule(id string, g events.Gap, w float64) {
	add := func(value func()) {
		p.score(func() {
			p.open("sum")
			p.empty("variable", "identifier", "SCORE")
			value()
			p.close("sum")
		})
	}
	if g.Kind != item.GapNumeric {
		add(func() { p.empty("mapResponse", "identifier", id) })
		return
	}
	p.open("responseCondition")
	for i, a := range g.Answers {
		branch := "responseElseIf"
		if i == 0 {
			branch = "responseIf"
		}
		p.open(branch)
		t := number(a.Tolerance)
		p.open("equal", "toleranceMode", "absolute", "tolerance", t+" "+t)
		p.empty("variable", "identifier", id)
		p.leaf("baseValue", number(a.Value), "baseType", "float")
		p.close("equal")
		add(func() { p.leaf("baseValue", number(shift(w*shareOf(a), 9)), "baseType", "float") })
		p.close(branch)
	}
	p.close("responseCondition")
	p.raw("\n")
}
