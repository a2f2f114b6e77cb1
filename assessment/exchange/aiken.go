package exchange

import (
	"regexp"
	"strings"

	"khuevan/assessment/item"
	"khuevan/events"
)

var (
	aikenChoice = regexp.MustCompile(`^\s*([A-Za-z])[.)]\s+(\S.*)$`)
	aikenAnswer = regexp.MustCompile(`^\s*ANSWER:\s*(.*?)\s*$`)
)

// readAiken reads single choices: the question, "A. choice" lines, "ANSWER: A".
func readAiken(in *intake, text string) {
	a := &aiken{in: in, k: newMarkup()}
	a.fresh()
	for i, l := range strings.Split(text, "\n") {
		a.read(i+1, l)
	}
	if a.line > 0 {
		a.refuse(a.line, "Câu hỏi thiếu dòng “ANSWER: A” ở cuối.", "The question lacks a line “ANSWER: A” at its end.")
		in.add(&a.draft)
	}
}

type aiken struct {
	draft
	in   *intake
	k    markup
	stem []string
}

func (a *aiken) fresh() {
	a.draft = draft{parts: map[string]int{}, content: events.ItemContent{Difficulty: unknownDifficulty, Kind: item.Single}}
	a.stem = nil
}

func (a *aiken) read(at int, l string) {
	bare := strings.TrimSpace(l)
	if bare == "" {
		return
	}
	if a.line == 0 {
		a.line = at
	}
	c := &a.content
	if m := aikenAnswer.FindStringSubmatch(l); m != nil {
		a.answer(at, m[1])
		return
	}
	if m := aikenChoice.FindStringSubmatch(l); m != nil && len(a.stem) > 0 {
		letter := strings.ToLower(m[1])
		if want := choiceID(len(c.Choices)); letter != want {
			a.refuse(at, "Phương án phải có chữ cái %s, theo thứ tự A, B, C.", "The choice must have the letter %s; they go A, B, C.", strings.ToUpper(want))
		}
		a.parts["choice "+choiceID(len(c.Choices))] = at
		c.Choices = append(c.Choices, events.Choice{ID: choiceID(len(c.Choices)), Text: a.k.fromPlain(strings.TrimSpace(m[2]))})
		return
	}
	if len(c.Choices) > 0 {
		a.refuse(at, "Dòng này không phải phương án “A. …” và cũng không phải “ANSWER: …”. Nếu là câu hỏi mới, hãy thêm “ANSWER: …” cho câu trước.",
			"This line is neither a choice “A. …” nor “ANSWER: …”. If it opens a question, add “ANSWER: …” to the one before.")
		a.in.add(&a.draft)
		a.fresh()
		a.line = at
	}
	a.stem = append(a.stem, bare)
}

// answer reads the letter of the right choice and closes the question.
func (a *aiken) answer(at int, letter string) {
	c := &a.content
	found := false
	for i := range c.Choices {
		if strings.EqualFold(letter, c.Choices[i].ID) {
			c.Choices[i].Key, found = true, true
		}
	}
	if !found && len(c.Choices) > 0 {
		a.refuse(at, "“ANSWER: %s” không phải chữ cái của một phương án. Định dạng Aiken chỉ nhận một đáp án đúng.", "“ANSWER: %s” is not the letter of a choice. Aiken takes one right answer.", shorten(letter))
	}
	c.Stem = a.k.fromPlain(strings.Join(a.stem, "\n"))
	if kind := kindOf(*c); kind == item.TrueFalse && c.Choices[0].Text == item.TextTrue {
		c.Kind = kind
	}
	a.in.add(&a.draft)
	a.fresh()
}

// writeAiken writes single choices and true/false questions, as plain text.
func writeAiken(out *outgoing) []byte {
	var w strings.Builder
	k := newMarkup()
	for _, q := range out.questions {
		said, ok := out.reduce(q, abilities{kinds: []string{item.Single, item.TrueFalse}})
		if !ok {
			continue
		}
		said.Content = out.plainTexts(k, said)
		if text := aikenOf(k, said.Content); out.reads(said, text) {
			if w.Len() > 0 {
				w.WriteByte('\n')
			}
			w.WriteString(text)
		}
	}
	return []byte(w.String())
}

// plainTexts takes the markup out of all texts, and tells it once.
func (o *outgoing) plainTexts(k markup, q Question) events.ItemContent {
	lost := false
	c := mapTexts(q.Content, func(s string) string {
		text, some := k.toPlain(s)
		lost = lost || some
		return k.fromPlain(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' }), "\n"))
	})
	if lost {
		o.drop(q.ID, "Định dạng chữ (đậm, nghiêng, mã, đoạn) bị bỏ.", "The markup (emphasis, code, paragraphs) was left out.")
	}
	return normal(c)
}

func aikenOf(k markup, c events.ItemContent) string {
	var w strings.Builder
	stem, _ := k.toPlain(c.Stem)
	w.WriteString(stem + "\n")
	key := "A"
	for i, ch := range c.Choices {
		text, _ := k.toPlain(ch.Text)
		letter := strings.ToUpper(choiceID(i))
		if ch.Key {
			key = letter
		}
		w.WriteString(letter + ". " + text + "\n")
	}
	return w.String() + "ANSWER: " + key + "\n"
}
