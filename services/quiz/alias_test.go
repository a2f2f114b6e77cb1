package quiz

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"khuevan/assessment/item"
	"khuevan/events"
)

// drawContent draws a question of any kind, with a secret in everything that only marking and explaining need.
func drawContent(t *rapid.T) events.ItemContent {
	c := events.ItemContent{Kind: rapid.SampledFrom(item.Kinds()).Draw(t, "kind"), Stem: "Câu hỏi?", Feedback: "bí-mật chung", Unshuffled: rapid.Bool().Draw(t, "unshuffled")}
	choices := func(n int) []events.Choice {
		all := make([]events.Choice, n)
		for i := range all {
			all[i] = events.Choice{ID: string(rune('a' + i)), Text: fmt.Sprintf("phương án %d", i), Key: rapid.Bool().Draw(t, "key"), Explanation: fmt.Sprintf("bí-mật %d", i)}
		}
		return all
	}
	switch c.Kind {
	case item.TrueFalse:
		c.Choices = choices(2)
	case item.Matching:
		c.Choices = choices(rapid.IntRange(2, 6).Draw(t, "choices"))
		for i := range rapid.IntRange(1, 5).Draw(t, "prompts") {
			c.Prompts = append(c.Prompts, events.Prompt{ID: fmt.Sprint(i + 1), Text: fmt.Sprintf("vế %d", i), Match: c.Choices[rapid.IntRange(0, len(c.Choices)-1).Draw(t, "match")].ID, Explanation: "bí-mật vế"})
		}
	case item.Numeric:
		c.Gaps = []events.Gap{{ID: "1", Kind: item.GapNumeric, Answers: []events.Answer{{Value: 77123, Explanation: "bí-mật số"}}}}
	case item.ShortText:
		c.Gaps = []events.Gap{{ID: "1", Kind: item.GapText, Answers: []events.Answer{{Text: "bí-mật chữ"}}}}
	case item.Cloze:
		for i := range rapid.IntRange(1, 4).Draw(t, "gaps") {
			g := events.Gap{ID: fmt.Sprint(i + 1), Kind: rapid.SampledFrom([]string{item.GapChoice, item.GapText, item.GapNumeric}).Draw(t, "gap")}
			if g.Kind == item.GapChoice {
				g.Choices = choices(rapid.IntRange(2, 5).Draw(t, "of a gap"))
			} else {
				g.Answers = []events.Answer{{Text: "bí-mật ô", Value: 77123}}
			}
			c.Gaps = append(c.Gaps, g)
		}
	default:
		c.Choices = choices(rapid.IntRange(2, 6).Draw(t, "choices"))
	}
	return c
}

// drawAnswer draws an answer as kept, which may leave parts open.
func drawAnswer(t *rapid.T, c events.ItemContent) []string {
	var given []string
	part := func(row, value string) {
		if rapid.IntRange(0, 3).Draw(t, "answered") > 0 {
			given = append(given, row+"="+value)
		}
	}
	for _, p := range c.Prompts {
		part(p.ID, rapid.SampledFrom(c.Choices).Draw(t, "matched").ID)
	}
	for _, g := range c.Gaps {
		if g.Kind == item.GapChoice {
			part(g.ID, rapid.SampledFrom(g.Choices).Draw(t, "filled").ID)
		} else {
			part(g.ID, rapid.SampledFrom([]string{"tường lửa", "o1", "42", "a=b"}).Draw(t, "typed"))
		}
	}
	if len(c.Prompts)+len(c.Gaps) == 0 {
		all := item.FormOf(c).Choices
		switch c.Kind {
		case item.Ordering:
			given = rapid.Permutation(all).Draw(t, "order")
		case item.Multiple:
			given = all[:rapid.IntRange(0, len(all)).Draw(t, "chosen")]
		default:
			given = all[:1]
		}
	}
	return given
}

// shownItem is an attempt with the one question.
type shownItem struct {
	content events.ItemContent
	drawn   events.DrawnItem
	seed    uint64
}

func drawShown(t *rapid.T) shownItem {
	s := shownItem{content: drawContent(t), seed: rapid.Uint64().Draw(t, "seed")}
	s.drawn = Draw(s.seed, plain(1), []Drawable{drawableOf(events.ItemWritten{Item: "q", Version: 1, ItemContent: s.content})}, nil)[0]
	return s
}

// page is what leaves the service of the open attempt, with an answer.
func (s shownItem) page(t *rapid.T, c events.ItemContent, given []string) string {
	begun := started()
	begun.Seed, begun.Items = s.seed, []events.DrawnItem{s.drawn}
	e, opened := events.AnswerSaved{Attempt: lans, Item: "q", Choice: given, At: at(1, 0)}, [][]string{nil}
	if item.Typed(c.Kind) && len(given) > 0 {
		e.Choice, e.Text, opened[0] = nil, "sealed", given
	}
	written := []events.ItemWritten{{Course: "attt", Item: "q", Version: 1, ItemContent: c}}
	body, err := json.Marshal(viewOf(fold(begun, e), written, written, opened))
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// rekeyed is the same question with other keys and other reasons; of an ordering item in another right order.
func rekeyed(t *rapid.T, c events.ItemContent) events.ItemContent {
	c.Feedback = "khác"
	change := func(choices []events.Choice) []events.Choice {
		all := slices.Clone(choices)
		for i := range all {
			all[i].Key, all[i].Explanation, all[i].Weight = !all[i].Key, "khác", 0.5
		}
		return all
	}
	c.Choices = change(c.Choices)
	if c.Kind == item.Ordering {
		c.Choices = rapid.Permutation(c.Choices).Draw(t, "another right order")
	}
	c.Prompts = slices.Clone(c.Prompts)
	for i := range c.Prompts {
		c.Prompts[i].Match, c.Prompts[i].Explanation = rapid.SampledFrom(c.Choices).Draw(t, "another match").ID, "khác"
	}
	c.Gaps = slices.Clone(c.Gaps)
	for i := range c.Gaps {
		c.Gaps[i].Choices, c.Gaps[i].Answers = change(c.Gaps[i].Choices), []events.Answer{{Text: "khác", Value: 1}}
		if g := c.Gaps[i]; g.Kind == item.GapChoice {
			c.Gaps[i].Answers, c.Gaps[i].Choices = nil, rapid.Permutation(g.Choices).Draw(t, "another author's order")
		}
	}
	return c
}

// The strongest thing that can be said: the page of an open attempt is the same, byte for byte, whatever the keys.
func TestAnOpenPageDoesNotDependOnTheKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawShown(t)
		given := drawAnswer(t, s.content)
		page := s.page(t, s.content, given)
		if other := s.page(t, rekeyed(t, s.content), given); other != page {
			t.Fatalf("the keys show:\n%s\n%s", page, other)
		}
		for _, secret := range []string{"bí-mật", `"key"`, `"place"`, `"right"`, `"explanation"`, "77123"} {
			if strings.Contains(page, secret) {
				t.Fatalf("the open page shows %s: %s", secret, page)
			}
		}
	})
}

// Choices whose ids would tell go by their place on the page.
func TestChoicesGoByPlaceWhereTheirIdsWouldTell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawShown(t)
		var v Attempt
		if err := json.Unmarshal([]byte(s.page(t, s.content, nil)), &v); err != nil {
			t.Fatal(err)
		}
		q := v.Questions[0]
		lists := [][]Option{}
		if aliased(s.drawn) {
			lists = append(lists, q.Choices)
		}
		for _, r := range q.Rows {
			if r.Kind == item.GapChoice {
				lists = append(lists, r.Options)
			}
		}
		for _, list := range lists {
			for i, o := range list {
				if o.ID != alias(i) {
					t.Fatalf("choice %d goes by %q", i+1, o.ID)
				}
			}
		}
	})
}

func TestMaskAndUnmaskAreInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawShown(t)
		kept := drawAnswer(t, s.content)
		shown := mask(s.seed, s.drawn, s.content, kept)
		if got := unmask(s.seed, s.drawn, s.content, shown); !slices.Equal(got, kept) {
			t.Fatalf("%v is shown as %v and read as %v", kept, shown, got)
		}
		if got := mask(s.seed, s.drawn, s.content, unmask(s.seed, s.drawn, s.content, shown)); !slices.Equal(got, shown) {
			t.Fatalf("%v is read and shown as %v", shown, got)
		}
		if _, err := item.FormOf(s.content).Answer(unmask(s.seed, s.drawn, s.content, shown)); err != nil {
			t.Fatal(err)
		}
	})
}

// An id as it is kept, or any other that is not on the page, is no answer.
func TestWhatIsNotOnThePageIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawShown(t)
		bad := rapid.SampledFrom([]string{"a", "b", "o0", "o99", "o-1", "o", ""}).Draw(t, "id")
		var given []string
		switch {
		case s.content.Kind == item.Ordering:
			given = []string{bad}
		case s.content.Kind == item.Matching && bad != "":
			given = []string{"1=" + bad}
		case s.content.Kind == item.Cloze && s.content.Gaps[0].Kind == item.GapChoice && bad != "":
			given = []string{"1=" + bad}
		default:
			return
		}
		if got, err := item.FormOf(s.content).Answer(unmask(s.seed, s.drawn, s.content, given)); err == nil {
			t.Fatalf("%v is read as %v", given, got)
		}
	})
}

func FuzzUnmask(f *testing.F) {
	f.Add("o1", "1=o2", uint64(7))
	f.Add("=", "o", uint64(0))
	f.Add("o99999999999999999999", "1=", uint64(1))
	f.Fuzz(func(t *testing.T, one, two string, seed uint64) {
		c := events.ItemContent{Kind: item.Matching, Choices: []events.Choice{{ID: "a"}, {ID: "b"}}, Prompts: []events.Prompt{{ID: "1", Match: "a"}}}
		for _, kind := range []string{item.Matching, item.Ordering, item.Cloze} {
			c.Kind = kind
			d := Draw(seed, plain(1), []Drawable{drawableOf(events.ItemWritten{Item: "q", Version: 1, ItemContent: c})}, nil)[0]
			if got := unmask(seed, d, c, []string{one, two}); len(got) != 2 {
				t.Errorf("%q and %q are read as %q", one, two, got)
			}
		}
	})
}

// Once the attempt is closed, the owner sees the right place, the right match and every reason.
func TestAClosedPageShowsTheKeysByPlace(t *testing.T) {
	order := events.ItemContent{Kind: item.Ordering, Stem: "Xếp?", Feedback: "vì thế", Choices: []events.Choice{{ID: "a", Text: "một"}, {ID: "b", Text: "hai"}, {ID: "c", Text: "ba"}}}
	match := events.ItemContent{Kind: item.Matching, Stem: "Ghép?", Choices: order.Choices, Prompts: []events.Prompt{{ID: "1", Text: "1", Match: "c", Explanation: "vì ba"}}}
	begun := started()
	begun.Items = []events.DrawnItem{{Item: "o", Version: 1, Kind: item.Ordering, Order: ids("c", "a", "b")}, {Item: "m", Version: 1, Kind: item.Matching, Order: ids("b", "c", "a"), Rows: ids("1")}}
	done := events.AttemptSubmitted{Attempt: lans, At: at(5, 0), Marks: []events.ItemMark{{Item: "o", Version: 1}, {Item: "m", Version: 1, Mark: 1}}}
	s := fold(begun, saved("o", at(1, 0), "c", "a", "b"), saved("m", at(1, 0), "1=c"), done)
	written := []events.ItemWritten{{Item: "o", Version: 1, ItemContent: order}, {Item: "m", Version: 1, ItemContent: match}}
	v := viewOf(s, written, written, make([][]string, 2))
	o, m := v.Questions[0], v.Questions[1]
	if o.Choices[0] != (Option{ID: "o1", Text: "ba", Place: 3}) || o.Choices[1].Place != 1 || !slices.Equal(o.Chosen, ids("o1", "o2", "o3")) || o.Explanation != "vì thế" {
		t.Errorf("got %+v", o)
	}
	if want := (Row{ID: "1", Kind: "match", Text: "1", Given: "o2", Right: "o2", Mark: 1, Explanation: "vì ba"}); len(m.Rows) != 1 || m.Rows[0].Given != want.Given || m.Rows[0].Right != want.Right || m.Rows[0].Mark != 1 || m.Rows[0].Explanation != want.Explanation {
		t.Errorf("got %+v, want %+v", m.Rows, want)
	}
}
