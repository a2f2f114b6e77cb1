package exchange

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"khuevan/assessment/item"
	"khuevan/events"
)

// contents generates contents of every kind with everything a content can say.
func contents() *rapid.Generator[events.ItemContent] {
	return rapid.Custom(func(t *rapid.T) events.ItemContent {
		c := events.ItemContent{Kind: rapid.SampledFrom(item.Kinds()).Draw(t, "kind"), Stem: paragraphs(t, "stem"), Difficulty: unknownDifficulty}
		c.Scoring = rapid.SampledFrom(item.Scorings(c.Kind)).Draw(t, "scoring")
		if rapid.Bool().Draw(t, "more") {
			c.Tags = rapid.SliceOfNDistinct(rapid.StringMatching(`[A-Za-zđ0-9][a-z0-9._-]{0,8}`), 0, 3, rapid.ID[string]).Draw(t, "tags")
			c.Difficulty = rapid.Float64Range(0, 1).Draw(t, "difficulty")
			c.Language = rapid.SampledFrom([]string{"", "vi", "en"}).Draw(t, "language")
			c.Unshuffled = rapid.Bool().Draw(t, "unshuffled")
			if rapid.Bool().Draw(t, "feedback") {
				c.Feedback = paragraphs(t, "feedback")
			}
		}
		answersOf(t, &c)
		c = normal(c)
		if problems := item.Check(c); len(problems) > 0 {
			t.Fatalf("the generator made what is no question: %+v\n%+v", problems, c)
		}
		return c
	})
}

func phrase(t *rapid.T, label string) string {
	word := rapid.OneOf(rapid.StringMatching(`[A-Za-zĐđÁáẵợữ0-9.,?!*_"(){}<>#:=~%&|\\`+"`"+`-]{1,8}`), rapid.SampledFrom([]string{"mật", "khẩu", "**mạnh**", "::", "->", "\\::", "`mã`", "[x]", "*lừa*"}))
	return "từ " + strings.Join(rapid.SliceOfN(word, 1, 5).Draw(t, label), " ")
}

func paragraphs(t *rapid.T, label string) string {
	all := make([]string, rapid.IntRange(1, 3).Draw(t, label+"s"))
	for i := range all {
		all[i] = phrase(t, label)
	}
	return strings.Join(all, rapid.SampledFrom([]string{"\n", "\n\n", "  \n", "\\\n", "\n\n- "}).Draw(t, "between"))
}

func maybe(t *rapid.T, label string) string {
	if rapid.Bool().Draw(t, label+"?") {
		return phrase(t, label)
	}
	return ""
}

func someChoices(t *rapid.T) []events.Choice {
	var all []events.Choice
	for i := range rapid.IntRange(2, 5).Draw(t, "choices") {
		all = append(all, events.Choice{ID: choiceID(i), Text: fmt.Sprint(phrase(t, "choice"), " ", i), Explanation: maybe(t, "explanation")})
	}
	return all
}

func answersOf(t *rapid.T, c *events.ItemContent) {
	switch c.Kind {
	case item.TrueFalse:
		c.Choices = truth(rapid.Bool().Draw(t, "true"), maybe(t, "right"), maybe(t, "wrong"))
	case item.Single, item.Multiple:
		c.Choices = someChoices(t)
		weigh(t, c)
	case item.Ordering:
		c.Choices = someChoices(t)
	case item.Matching:
		c.Choices = someChoices(t)
		for i := range c.Choices {
			c.Choices[i].Explanation = ""
		}
		for i := range rapid.IntRange(2, 5).Draw(t, "prompts") {
			c.Prompts = append(c.Prompts, events.Prompt{ID: strconv.Itoa(i + 1), Text: fmt.Sprint(phrase(t, "prompt"), " ", i), Explanation: maybe(t, "explanation"),
				Match: rapid.SampledFrom(c.Choices).Draw(t, "match").ID})
		}
	case item.Numeric:
		c.Gaps = []events.Gap{gapOf(t, item.GapNumeric, "1")}
	case item.ShortText:
		c.Gaps = []events.Gap{gapOf(t, item.GapText, "1")}
	case item.Cloze:
		for i := range rapid.IntRange(1, 3).Draw(t, "gaps") {
			id := strconv.Itoa(i + 1)
			c.Stem += " {{" + id + "}} " + phrase(t, "between")
			c.Gaps = append(c.Gaps, gapOf(t, rapid.SampledFrom([]string{item.GapText, item.GapNumeric, item.GapChoice}).Draw(t, "kind"), id))
		}
	}
}

// weigh marks the right choices and gives shares where the rule asks for them.
func weigh(t *rapid.T, c *events.ItemContent) {
	right := rapid.IntRange(0, len(c.Choices)-1).Draw(t, "right")
	for i := range c.Choices {
		ch := &c.Choices[i]
		ch.Key = i == right || c.Kind == item.Multiple && rapid.Bool().Draw(t, "key")
		switch {
		case c.Scoring != item.Weights:
		case i == right:
			ch.Weight = 1
		case ch.Key:
			ch.Weight = rapid.SampledFrom([]float64{0.5, 0.3333333, 0.05, 1}).Draw(t, "share")
		default:
			ch.Weight = rapid.SampledFrom([]float64{0, -0.5, -0.3333333, -1}).Draw(t, "share")
		}
	}
}

func gapOf(t *rapid.T, kind, id string) events.Gap {
	g := events.Gap{ID: id, Kind: kind, Weight: float64(rapid.IntRange(1, 3).Draw(t, "weight"))}
	if kind == item.GapChoice {
		g.Choices = someChoices(t)
		g.Choices[rapid.IntRange(0, len(g.Choices)-1).Draw(t, "right")].Key = true
		return g
	}
	g.Exact = kind == item.GapText && rapid.Bool().Draw(t, "exact")
	for i := range rapid.IntRange(1, 3).Draw(t, "answers") {
		a := events.Answer{Text: fmt.Sprint(strings.ReplaceAll(phrase(t, "answer"), "*", ""), " ", i), Value: float64(i * 10), Tolerance: rapid.SampledFrom([]float64{0, 0.5, 2}).Draw(t, "tolerance"), Explanation: maybe(t, "explanation")}
		if i > 0 {
			a.Share = rapid.SampledFrom([]float64{0, 0.5, 0.25}).Draw(t, "share")
			a.Wrong = a.Share == 0 && rapid.Bool().Draw(t, "wrong")
		}
		g.Answers = append(g.Answers, a)
	}
	return g
}

func files() *rapid.Generator[File] {
	return rapid.Custom(func(t *rapid.T) File {
		f := File{Name: phrase(t, "name")}
		for i, c := range rapid.SliceOfN(contents(), 0, 3).Draw(t, "contents") {
			f.Questions = append(f.Questions, Question{ID: rapid.StringMatching(`[a-z0-9]{1,5}(-[a-z0-9]{1,3}){0,2}`).Draw(t, "id") + "-" + strconv.Itoa(i), Content: c})
		}
		return f
	})
}

// What is written reads the same, but for what the notes tell; what was read is written without loss and to the same bytes.
func TestReadingUndoesWriting(t *testing.T) {
	for _, f := range Formats() {
		t.Run(string(f), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { undoes(t, f, files().Draw(t, "file")) })
		})
	}
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func undoes(t failer, f Format, file File) {
	t.Helper()
	data, notes := Write(f, file)
	back := Read(f, data)
	told := map[string]bool{}
	left := map[string]bool{}
	for _, n := range notes {
		told[n.Item] = true
		left[n.Item] = left[n.Item] || !n.Dropped
	}
	var want []Question
	for _, q := range file.Questions {
		if !left[q.ID] {
			want = append(want, q)
		}
	}
	if len(back.Questions) != len(want) && f != Aiken || len(back.Questions) > len(want) {
		t.Fatalf("%d questions of %d were read: %+v\n%s", len(back.Questions), len(want), back.Notes, data)
	}
	for i, q := range want {
		if f != Aiken && (back.Questions[i].ID != q.ID || !told[q.ID] && !item.Same(back.Questions[i].Content, normal(q.Content))) {
			t.Fatalf("nothing is told, but\n got %+v\nwant %+v\n%s", back.Questions[i], normal(q.Content), data)
		}
	}
	if len(back.Notes) > 0 && f != Aiken {
		t.Fatalf("our own file has notes: %+v\n%s", back.Notes, data)
	}
	again, notes := Write(f, back)
	if len(notes) > 0 {
		t.Fatalf("what was read cannot be written: %+v", notes)
	}
	third := Read(f, again)
	if !same(third, back) {
		t.Fatalf("reading again gives\n%+v, not\n%+v", third, back)
	}
	if twice, _ := Write(f, third); string(twice) != string(again) || len(told) == 0 && string(again) != string(data) {
		t.Fatalf("the same questions give other bytes:\n%s\n%s", again, data)
	}
}
