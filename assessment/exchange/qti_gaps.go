package exchange

import (
	"encoding/base64"
	"strconv"
	"strings"

	"khuevan/assessment/item"
	"khuevan/events"
)

// response is what an item says of the answer to one interaction.
type response struct {
	decl    *element
	correct []string
	mapped  bool // marked by the mapping, else by the correct response
	entries []entry
}

type entry struct {
	key   string
	value float64
	exact bool
}

// response finds the declaration of an interaction.
func (q *qti) response(i *element) response {
	id := i.attr("responseIdentifier")
	var r response
	for _, d := range q.e.all("responseDeclaration") {
		if d.attr("identifier") == id {
			r.decl = d
		}
	}
	if r.decl == nil {
		q.refuse(i.line, "Thiếu khai báo đáp án “%s”.", "The response “%s” is not declared.", shorten(id))
		return response{decl: &element{}}
	}
	for _, v := range r.decl.child("correctResponse").all("value") {
		r.correct = append(r.correct, strings.Join(strings.Fields(v.words()), " "))
	}
	mapping := r.decl.child("mapping")
	for _, e := range mapping.all("mapEntry") {
		value, ok := decimal(e.attr("mappedValue"))
		if !ok {
			q.refuse(e.line, "Điểm “%s” không phải một số.", "The mark “%s” is no number.", shorten(e.attr("mappedValue")))
		}
		r.entries = append(r.entries, entry{e.attr("mapKey"), value, e.attr("caseSensitive") == "true"})
	}
	if d, ok := decimal(mapping.attr("defaultValue")); ok && d != 0 {
		q.drop(mapping.line, "Điểm mặc định của các trả lời khác bị bỏ.", "The default mark of other answers was left out.")
	}
	processing := q.e.child("responseProcessing")
	r.mapped = strings.Contains(processing.attr("template"), "map_response")
	for _, m := range processing.find("mapResponse") {
		r.mapped = r.mapped || m.attr("identifier") == id
	}
	r.mapped = r.mapped && len(r.entries) > 0
	return r
}

func (r response) worth(key string) float64 {
	for _, e := range r.entries {
		if e.key == key {
			return e.value
		}
	}
	return 0
}

func (r response) uneven() bool {
	for _, e := range r.entries {
		if !near(e.value, r.entries[0].value) {
			return true
		}
	}
	return false
}

// gaps reads an item of places to fill in. One that stands alone at the end is a question of one answer.
func (q *qti) gaps(body *element, all []*element) {
	c := &q.content
	c.Kind = item.Cloze
	n := 0
	html := q.inner(body, func(*element) string {
		n++
		return "{{" + strconv.Itoa(n) + "}}"
	})
	c.Stem = block(q.text(body.line, html))
	fixed, shuffled := false, false
	var wholes []float64
	for i, e := range all {
		g, whole := q.gap(e, strconv.Itoa(i+1))
		if g.Kind == item.GapChoice {
			fixed, shuffled = fixed || e.attr("shuffle") != "true", shuffled || e.attr("shuffle") == "true"
		}
		q.parts["gap "+g.ID] = e.line
		c.Gaps, wholes = append(c.Gaps, g), append(wholes, whole)
	}
	c.Unshuffled = fixed && !shuffled
	if rest, alone := strings.CutSuffix(c.Stem, "\n\n{{1}}"); alone && len(all) == 1 && all[0].name == "textEntryInteraction" {
		c.Stem, c.Kind = rest, item.ShortText
		if c.Gaps[0].Kind == item.GapNumeric {
			c.Kind = item.Numeric
		}
	}
	least := wholes[0]
	for _, w := range wholes {
		least = min(least, w)
	}
	for i, w := range wholes {
		if least > 0 && len(wholes) > 1 {
			c.Gaps[i].Weight = shift(w/least, 4)
		}
	}
}

// gap reads one place and what it is worth.
func (q *qti) gap(e *element, id string) (events.Gap, float64) {
	r := q.response(e)
	g := events.Gap{ID: id, Kind: item.GapText}
	base := r.decl.attr("baseType")
	if e.name == "textEntryInteraction" && (base == "float" || base == "integer") {
		g.Kind = item.GapNumeric
		r.entries = q.numbers(e.attr("responseIdentifier"), r, &g)
	}
	if e.name == "textEntryInteraction" && len(r.entries) == 0 || !r.mapped && g.Kind != item.GapNumeric {
		r.entries = nil
		for _, v := range r.correct {
			r.entries = append(r.entries, entry{v, 1, true})
		}
	}
	whole := 0.0
	for _, n := range r.entries {
		whole = max(whole, n.value)
	}
	if whole <= 0 {
		whole = 1
	}
	switch {
	case e.name == "inlineChoiceInteraction":
		g.Kind = item.GapChoice
		for n, s := range e.all("inlineChoice") {
			w := shift(r.worth(s.attr("identifier"))/whole, 7)
			g.Choices = append(g.Choices, events.Choice{ID: choiceID(n), Text: q.line1(s, q.inner(s, nil)), Key: near(w, 1), Weight: max(-1, w)})
		}
	case g.Kind == item.GapNumeric:
		for n, v := range r.entries {
			g.Answers[n] = shared(g.Answers[n], shift(v.value/whole, 7))
		}
	default:
		for _, v := range r.entries {
			g.Exact = g.Exact || v.exact
			text := strings.NewReplacer("*", `\*`).Replace(v.key)
			g.Answers = append(g.Answers, shared(events.Answer{Text: text}, shift(v.value/whole, 7)))
		}
	}
	return g, whole
}

// numbers reads the numbers that the rules accept, with their tolerance; where no rule says any, those of the mapping or
// the correct response.
func (q *qti) numbers(id string, r response, g *events.Gap) []entry {
	var all []entry
	put := func(at int, text string, tolerance, worth float64) {
		value, ok := decimal(text)
		if !ok {
			q.refuse(at, "Không hiểu số “%s”.", "The number “%s” is not understood.", shorten(text))
		}
		g.Answers = append(g.Answers, events.Answer{Value: value, Tolerance: tolerance})
		all = append(all, entry{value: worth})
	}
	for _, branch := range q.e.child("responseProcessing").find("responseIf", "responseElseIf") {
		eq := branch.child("equal")
		if eq.child("variable").attr("identifier") != id || id == "" {
			continue
		}
		text, t, worth := equalRule(branch, eq, r)
		put(branch.line, text, t, worth)
	}
	if len(all) > 0 {
		return all
	}
	if r.mapped {
		for _, e := range r.entries {
			put(r.decl.line, e.key, 0, e.value)
		}
		return all
	}
	for _, v := range r.correct {
		put(r.decl.line, v, 0, 1)
	}
	return all
}

// equalRule reads one rule that accepts a number: its text, its tolerance, and what it is worth.
func equalRule(branch, eq *element, r response) (text string, tolerance, worth float64) {
	if text = eq.value("baseValue"); text == "" && len(r.correct) > 0 {
		text = r.correct[0]
	}
	worth = 1
	for _, v := range branch.child("setOutcomeValue").find("baseValue") {
		if w, ok := decimal(v.words()); ok {
			worth = w
		}
	}
	first, _, _ := strings.Cut(strings.TrimSpace(eq.attr("tolerance")), " ")
	tolerance, _ = decimal(first)
	if eq.attr("toleranceMode") == "relative" {
		v, _ := decimal(text)
		tolerance = max(v, -v) * tolerance / 100
	}
	return text, tolerance, worth
}

// dataURL reads "data:image/…;base64,…".
func dataURL(src string) ([]byte, bool) {
	rest, ok := strings.CutPrefix(src, "data:image/")
	if !ok {
		return nil, false
	}
	_, code, _ := strings.Cut(rest, ";base64,")
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(code), ""))
	return data, err == nil
}
