package item_test

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"khuevan/assessment/item"
	"khuevan/events"
)

func choices(spec ...string) []events.Choice {
	var all []events.Choice
	for i, s := range spec {
		text, share, _ := strings.Cut(s, " ")
		w, _ := strconv.ParseFloat(share, 64)
		all = append(all, events.Choice{ID: string(rune('a' + i)), Text: text, Key: strings.HasPrefix(s, "+"), Weight: w})
	}
	return all
}

func numeric(answers ...events.Answer) events.Gap {
	return events.Gap{ID: "1", Kind: item.GapNumeric, Answers: answers}
}

func text(answers ...events.Answer) events.Gap {
	return events.Gap{ID: "1", Kind: item.GapText, Answers: answers}
}

func pairs() events.ItemContent {
	return events.ItemContent{Kind: item.Matching, Stem: "Ghép", Choices: choices("x", "y", "z"), Prompts: []events.Prompt{{ID: "1", Text: "p", Match: "a"}, {ID: "2", Text: "q", Match: "b"},
		{ID: "3", Text: "r", Match: "b"}, {ID: "4", Text: "s", Match: "c"}}}
}

func cloze() events.ItemContent {
	return events.ItemContent{Kind: item.Cloze, Stem: "{{1}} và {{2}}", Gaps: []events.Gap{
		{ID: "1", Kind: item.GapText, Weight: 3, Answers: []events.Answer{{Text: "mật khẩu"}, {Text: "khẩu lệnh", Share: 0.5}}},
		{ID: "2", Kind: item.GapChoice, Choices: choices("+x", "y 0.5", "z")}}}
}

func with(c events.ItemContent, scoring string) events.ItemContent {
	c.Scoring = scoring
	return c
}

func TestMark(t *testing.T) {
	single := events.ItemContent{Kind: item.Single, Choices: choices("+x 1", "y 0.5", "z -0.5")}
	multiple := events.ItemContent{Kind: item.Multiple, Choices: choices("+w 0.3333333", "+x 0.6666667", "y", "z -0.5")}
	order := events.ItemContent{Kind: item.Ordering, Choices: choices("w", "x", "y", "z")}
	for _, c := range []struct {
		name  string
		c     events.ItemContent
		given string
		want  float64
	}{
		{"nothing", single, "", 0},
		{"single right", single, "a", 1},
		{"single wrong", single, "b", 0},
		{"single two", single, "a b", 0},
		{"single by weights", with(single, item.Weights), "b", 0.5},
		{"single below nothing", with(single, item.Weights), "c", 0},
		{"multiple right", multiple, "a b", 1},
		{"multiple half", multiple, "a", 0.5},
		{"multiple right and wrong", multiple, "a b c", 0.5},
		{"multiple all", multiple, "a b c d", 0},
		{"multiple all or nothing", with(multiple, item.AllOrNothing), "a", 0},
		{"multiple all of it", with(multiple, item.AllOrNothing), "a b", 1},
		{"multiple weights", with(multiple, item.Weights), "b", 0.6666667},
		{"multiple whole weights", with(multiple, item.Weights), "a b", 1},
		{"multiple weights with a wrong one", with(multiple, item.Weights), "b d", 0.1666667},
		{"true", events.ItemContent{Kind: item.TrueFalse, Choices: choices("+Đúng", "Sai")}, "a", 1},
		{"not true", events.ItemContent{Kind: item.TrueFalse, Choices: choices("+Đúng", "Sai")}, "b", 0},
		{"pairs", pairs(), "1=a 2=b 3=b 4=c", 1},
		{"half the pairs", pairs(), "1=a 2=b 3=a", 0.5},
		{"pairs all or nothing", with(pairs(), item.AllOrNothing), "1=a 2=b 3=b", 0},
		{"order", order, "a b c d", 1},
		{"order turned", order, "d c b a", 0},
		{"neighbours", order, "b c d a", 2.0 / 3},
		{"places", with(order, item.Positions), "a c b d", 0.5},
		{"places shifted", with(order, item.Positions), "b c d a", 0},
		{"order all or nothing", with(order, item.AllOrNothing), "a b d c", 0},
		{"no order of these", order, "a b a b a b c d", 1},
		{"no places of these", with(order, item.Positions), "a b c", 0},
		{"gaps", cloze(), "1=Mật  Khẩu|2=a", 1},
		{"a gap by weight", cloze(), "2=a", 0.25},
		{"half a gap", cloze(), "1=khẩu lệnh|2=c", 0.375},
		{"half of each", cloze(), "1=khẩu lệnh|2=b", 0.5},
		{"gaps all or nothing", with(cloze(), item.AllOrNothing), "1=khẩu lệnh|2=a", 0},
	} {
		given := strings.Fields(c.given)
		if strings.Contains(c.given, "|") {
			given = strings.Split(c.given, "|")
		}
		if got := item.Mark(c.c, given); math.Abs(got-c.want) > 1e-6 {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestMarkGap(t *testing.T) {
	exact := text(events.Answer{Text: "HTTPS"})
	exact.Exact = true
	for _, c := range []struct {
		g     events.Gap
		typed string
		want  float64
		said  string
	}{
		{text(events.Answer{Text: "mật khẩu", Explanation: "Vâng."}), " MẬT  khẩu ", 1, "Vâng."},
		{text(events.Answer{Text: "hòa bình"}), "Hoà Bình", 1, ""},
		{text(events.Answer{Text: "ma"}), "mà", 0, ""},
		{text(events.Answer{Text: "lừa*"}), "lừa đảo", 1, ""},
		{text(events.Answer{Text: "hò*"}), "hòa", 1, ""},
		{text(events.Answer{Text: "*khẩu*"}), "mật khẩu mạnh", 1, ""},
		{text(events.Answer{Text: `5 \* 3`}), "5 * 3", 1, ""},
		{text(events.Answer{Text: `5 \* 3`}), "5 x 3", 0, ""},
		{text(events.Answer{Text: "a*a"}), "a", 0, ""},
		{text(events.Answer{Text: "a", Wrong: true, Explanation: "Không."}, events.Answer{Text: "*"}), "a", 0, "Không."},
		{text(events.Answer{Text: "a", Share: 0.25}), "a", 0.25, ""},
		{text(events.Answer{Text: "a", Share: -0.25}), "a", 0, ""},
		{exact, "https", 0, ""},
		{exact, "HTTPS", 1, ""},
		{numeric(events.Answer{Value: 0.3}), "0,3", 1, ""},
		{numeric(events.Answer{Value: 42, Tolerance: 0.5}), "42.5", 1, ""},
		{numeric(events.Answer{Value: 42, Tolerance: 0.5}), "42,51", 0, ""},
		{numeric(events.Answer{Value: 42}, events.Answer{Value: 42, Tolerance: 1, Share: 0.5, Explanation: "Gần."}), "41", 0.5, "Gần."},
		{numeric(events.Answer{Value: 1}), "một", 0, ""},
		{events.Gap{Kind: item.GapChoice, Choices: choices("+x", "y 0.5")}, "b", 0.5, ""},
		{events.Gap{Kind: item.GapChoice, Choices: choices("+x", "y 0.5")}, "c", 0, ""},
	} {
		if got, said := item.MarkGap(c.g, c.typed); got != c.want || said != c.said {
			t.Errorf("%q in %+v: %v %q, want %v %q", c.typed, c.g, got, said, c.want, c.said)
		}
	}
}

func TestNumber(t *testing.T) {
	for s, want := range map[string]float64{"1": 1, " 1,5 ": 1.5, "1.5": 1.5, "1.234": 1.234, "1,234": 1.234, "1.234.567": 1234567, "1.234.567,8": 1234567.8, "1,234,567.8": 1234567.8, "1,234,567": 1234567,
		"1.234,5": 1234.5, "1,234.5": 1234.5, "1 234": 1234, "1\u00a0234,5": 1234.5, "−3": -3, "+3": 3, ",5": 0.5, "5.": 5, "1e3": 1000, "1,5e-3": 0.0015, "0": 0} {
		if got, ok := item.Number(s); !ok || got != want {
			t.Errorf("%q reads %v, %v, want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "một", "1 5", "12 34", "0x10", "Inf", "NaN", "1e999", "1_000", "1,2,3", "1.2.3", "1.234.56", "--1", "1..2", "."} {
		if got, ok := item.Number(s); ok {
			t.Errorf("%q is taken for %v", s, got)
		}
	}
}

func TestFormAnswer(t *testing.T) {
	long := "1=" + strings.Repeat("ă", 1001)
	for _, c := range []struct {
		c     events.ItemContent
		given []string
		want  []string // nil for a refusal
	}{
		{events.ItemContent{Kind: item.Single, Choices: choices("x", "y")}, []string{"b"}, []string{"b"}},
		{events.ItemContent{Kind: item.Single, Choices: choices("x", "y")}, []string{"a", "b"}, nil},
		{events.ItemContent{Kind: item.Single, Choices: choices("x", "y")}, []string{"c"}, nil},
		{events.ItemContent{Kind: item.Single, Choices: choices("x", "y")}, nil, []string{}},
		{events.ItemContent{Kind: item.Multiple, Choices: choices("x", "y")}, []string{"b", "a", "b"}, []string{"a", "b"}},
		{events.ItemContent{Kind: item.Ordering, Choices: choices("x", "y")}, []string{"b", "a"}, []string{"b", "a"}},
		{events.ItemContent{Kind: item.Ordering, Choices: choices("x", "y")}, []string{"b"}, nil},
		{events.ItemContent{Kind: item.Ordering, Choices: choices("x", "y")}, []string{"b", "b"}, nil},
		{pairs(), []string{"2=a", "1=b", "3="}, []string{"1=b", "2=a"}},
		{pairs(), []string{"1=q"}, nil},
		{pairs(), []string{"9=a"}, nil},
		{pairs(), []string{"1=a", "1=b"}, nil},
		{pairs(), []string{"a"}, nil},
		{cloze(), []string{"2=a", "1= mật = khẩu "}, []string{"1=mật = khẩu", "2=a"}},
		{cloze(), []string{"1=   "}, []string{}},
		{cloze(), []string{"2=q"}, nil},
		{cloze(), []string{long}, nil},
	} {
		got, err := item.FormOf(c.c).Answer(c.given)
		if c.want == nil && err == nil || c.want != nil && (err != nil || !slices.Equal(got, c.want)) {
			t.Errorf("%s %q: %q %v, want %q", c.c.Kind, c.given, got, err, c.want)
		}
	}
}

// samples has one good content of every kind and rule.
func samples() []events.ItemContent {
	var all []events.ItemContent
	for _, c := range []events.ItemContent{
		{Kind: item.Single, Stem: "?", Choices: choices("+x 1", "y 0.5", "z -0.5")},
		{Kind: item.Multiple, Stem: "?", Choices: choices("+w 0.3333333", "+x 0.6666667", "y", "z -0.5")},
		{Kind: item.TrueFalse, Stem: "?", Choices: []events.Choice{{ID: "a", Text: item.TextTrue}, {ID: "b", Text: item.TextFalse, Key: true}}},
		pairs(),
		{Kind: item.Ordering, Stem: "?", Choices: choices("w", "x", "y", "z")},
		{Kind: item.Numeric, Stem: "?", Gaps: []events.Gap{numeric(events.Answer{Value: 42, Tolerance: 1}, events.Answer{Value: 42, Tolerance: 5, Share: 0.5})}},
		{Kind: item.ShortText, Stem: "?", Gaps: []events.Gap{text(events.Answer{Text: "mật khẩu"}, events.Answer{Text: "*", Wrong: true})}},
		cloze(),
	} {
		for _, s := range append(item.Scorings(c.Kind), "") {
			all = append(all, with(c, s))
		}
	}
	return all
}

// key is the answer that earns everything.
func key(c events.ItemContent) []string {
	var all []string
	switch c.Kind {
	case item.Ordering:
		for _, ch := range c.Choices {
			all = append(all, ch.ID)
		}
	case item.Matching:
		for _, p := range c.Prompts {
			all = append(all, p.ID+"="+p.Match)
		}
	case item.Numeric, item.ShortText, item.Cloze:
		for _, g := range c.Gaps {
			switch g.Kind {
			case item.GapChoice:
				all = append(all, g.ID+"=a")
			case item.GapNumeric:
				all = append(all, g.ID+"="+strconv.FormatFloat(g.Answers[0].Value, 'f', -1, 64))
			default:
				all = append(all, g.ID+"="+g.Answers[0].Text)
			}
		}
	default:
		for _, ch := range c.Choices {
			if ch.Key {
				all = append(all, ch.ID)
			}
		}
	}
	return all
}

func TestTheKeyEarnsEverything(t *testing.T) {
	for _, c := range samples() {
		if problems := item.Check(c); len(problems) > 0 {
			t.Errorf("%s %s: %+v", c.Kind, c.Scoring, problems)
		}
		if got := item.Mark(c, key(c)); got != 1 {
			t.Errorf("%s %s: the key earns %v", c.Kind, c.Scoring, got)
		}
	}
}

func answers(t *rapid.T, c events.ItemContent) []string {
	values := []string{"a", "b", "c", "d", "e", "", "42", "45,5", "mật khẩu", "khẩu lệnh", " x "}
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
		v := rapid.SampledFrom(values).Draw(t, "value")
		if c.Kind == item.Matching || item.Typed(c.Kind) {
			return rapid.SampledFrom([]string{"1", "2", "3", "4", "5"}).Draw(t, "row") + "=" + v
		}
		return v
	}), 0, 6).Draw(t, "given")
}

func TestAMarkIsAShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(samples()).Draw(t, "content")
		if m := item.Mark(c, answers(t, c)); !(m >= 0 && m <= 1) {
			t.Fatalf("mark %v", m)
		}
	})
}

func TestAnAnswerHasOneForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(samples()).Draw(t, "content")
		f, given := item.FormOf(c), answers(t, c)
		out, err := f.Answer(given)
		if err != nil {
			return
		}
		again, err := f.Answer(out)
		if err != nil || !slices.Equal(again, out) {
			t.Fatalf("%q becomes %q, then %q, %v", given, out, again, err)
		}
		mixed := rapid.Permutation(given).Draw(t, "mixed")
		other, err := f.Answer(mixed)
		if c.Kind != item.Ordering && (err != nil || !slices.Equal(other, out) || item.Mark(c, other) != item.Mark(c, out)) {
			t.Fatalf("%q gives %q, and %q gives %q, %v", given, out, mixed, other, err)
		}
	})
}

func TestPicturesAreFound(t *testing.T) {
	digest := strings.Repeat("0a", 32)
	c := events.ItemContent{Stem: "![a](picture:" + digest + ")", Choices: []events.Choice{{Text: "![](picture:" + digest + ")"}, {Text: "![x](http://a.example/b.png)"}}}
	if got := item.Pictures(c); !slices.Equal(got, []string{digest}) {
		t.Errorf("%q", got)
	}
}
