package exchange

import (
	"encoding/base64"
	"strconv"
	"strings"

	"khuevan/assessment/item"
	"khuevan/events"
)

// defaultName stands where a bank has no name.
const defaultName = "Ngân hàng câu hỏi"

// writeMarkdown writes questions in the form that readMarkdown reads: reading it back gives the same. A question that
// the form cannot hold, such as one whose text has a line that would be read as an answer, is told and left out.
func writeMarkdown(out *outgoing, name string) []byte {
	var w strings.Builder
	if name = line(name); name == "" {
		name = defaultName
	}
	w.WriteString("# " + name + "\n")
	for _, q := range out.questions {
		text := markdownOf(q)
		if out.reads(q, "# a\n\n"+text) {
			w.WriteString("\n" + text)
			out.used(q.ID, q.Content, true)
		}
	}
	for _, digest := range out.show {
		p := out.pictures[digest]
		w.WriteString("\n[picture:" + digest + "]: data:" + p.Media + ";base64," + base64.StdEncoding.EncodeToString(p.Data) + "\n")
	}
	return []byte(w.String())
}

func markdownOf(q Question) string {
	c := q.Content
	var w strings.Builder
	w.WriteString("## " + q.ID + "\n")
	if len(c.Tags) > 0 {
		w.WriteString("tags: " + strings.Join(c.Tags, ", ") + "\n")
	}
	w.WriteString("difficulty: " + strconv.FormatFloat(c.Difficulty, 'g', -1, 64) + "\n")
	for _, h := range headersOf(c) {
		w.WriteString(h + "\n")
	}
	w.WriteString("\n" + c.Stem + "\n\n")
	for _, l := range rowsOf(c) {
		w.WriteString("- " + l + "\n")
	}
	if c.Feedback != "" {
		w.WriteByte('\n')
		for l := range strings.SplitSeq(c.Feedback, "\n") {
			w.WriteString(quoted(l) + "\n")
		}
	}
	return w.String()
}

// quoted is a line of the feedback.
func quoted(l string) string {
	if l == "" {
		return ">"
	}
	return "> " + l
}

func headersOf(c events.ItemContent) []string {
	var all []string
	say := func(is bool, s string) {
		if is {
			all = append(all, s)
		}
	}
	choices := c.Kind == item.Single || c.Kind == item.Multiple || c.Kind == item.TrueFalse
	say(choices && (kindOf(c) != c.Kind || item.Scoring(c) == item.Weights), "kind: "+c.Kind)
	say(c.Scoring != "", "scoring: "+c.Scoring)
	say(c.Language != "", "language: "+c.Language)
	say(c.Unshuffled, "shuffle: no")
	for _, g := range c.Gaps {
		if c.Kind != item.Cloze {
			say(g.Exact, "exact: yes")
			continue
		}
		var rules []string
		if g.Weight != 0 {
			rules = append(rules, "weight "+number(g.Weight))
		}
		if g.Exact {
			rules = append(rules, "exact")
		}
		say(len(rules) > 0, "gap "+g.ID+": "+strings.Join(rules, ", "))
	}
	return all
}

func rowsOf(c events.ItemContent) []string {
	var all []string
	switch c.Kind {
	case item.Ordering:
		for i, ch := range c.Choices {
			all = append(all, "["+strconv.Itoa(i+1)+"] "+escapeWords(ch.Text)+behind(ch.Explanation))
		}
	case item.Matching:
		return pairRows(c)
	case item.Numeric, item.ShortText, item.Cloze:
		for _, g := range c.Gaps {
			before := ""
			if c.Kind == item.Cloze {
				before = "{{" + g.ID + "}} "
			}
			for _, r := range gapRows(g) {
				all = append(all, before+r)
			}
		}
	default:
		return choiceRows(c.Choices, item.Scoring(c) == item.Weights)
	}
	return all
}

// behind is the explanation at the end of a line, nothing where there is none.
func behind(s string) string {
	if s == "" {
		return ""
	}
	return " :: " + escapeWords(s)
}

func choiceRows(choices []events.Choice, weights bool) []string {
	var all []string
	for _, c := range choices {
		box, said := "[ ] ", c.Explanation
		switch {
		case weights && (c.Weight != 0 && !c.Key || c.Key && c.Weight != 1 && c.Weight != 0):
			box = "[" + percent(c.Weight) + "%] "
		case c.Key:
			box = "[x] "
		}
		if said == "" && !strings.Contains(box, "%") {
			said = none
		}
		all = append(all, box+escapeWords(c.Text)+behind(said))
	}
	return all
}

func gapRows(g events.Gap) []string {
	if g.Kind == item.GapChoice {
		return choiceRows(g.Choices, true)
	}
	var all []string
	for _, a := range g.Answers {
		box, text := "_", escapeWords(a.Text)
		if g.Kind == item.GapNumeric {
			box, text = "#", number(a.Value)
			if a.Tolerance != 0 {
				text += " ± " + number(a.Tolerance)
			}
		}
		switch {
		case a.Wrong:
			box += " 0%"
		case a.Share != 0:
			box += " " + percent(a.Share) + "%"
		}
		all = append(all, "["+box+"] "+text+behind(a.Explanation))
	}
	return all
}

func pairRows(c events.ItemContent) []string {
	said := map[string]string{}
	for _, p := range c.Prompts {
		said[p.Text] = p.Explanation
	}
	var all []string
	for _, r := range pairsOf(c) {
		before := ""
		if r.prompt != "" {
			before = escapeWords(r.prompt) + " "
		}
		all = append(all, "[=] "+before+"-> "+escapeWords(r.choice)+behind(said[r.prompt]))
	}
	return all
}
