package exchange

import (
	"encoding/json"
	"math"
	"os/exec"
	"strings"
	"testing"

	"khuevan/assessment/item"
	"khuevan/events"
)

// peg is a question as gift-pegjs prints it.
type peg struct {
	ID     string
	Tags   []string
	Type   string
	Stem   pegText
	IsTrue bool
	True   *pegText `json:"trueFeedback"`  // the first feedback, which GIFT shows after a wrong answer
	False  *pegText `json:"falseFeedback"` // the second, after a right one
	Global *pegText `json:"globalFeedback"`

	Choices pegChoices
	Pairs   []struct {
		Subquestion pegText
		Subanswer   string
	} `json:"matchPairs"`
}

type pegChoice struct {
	IsCorrect bool
	Weight    *float64
	Text      json.RawMessage
	Feedback  *pegText
}

// pegChoices is a list, or of a number that stands alone the number itself.
type pegChoices []pegChoice

// UnmarshalJSON implements json.Unmarshaler.
func (all *pegChoices) UnmarshalJSON(data []byte) error {
	if data[0] == '{' {
		*all = pegChoices{{IsCorrect: true, Text: data}}
		return nil
	}
	return json.Unmarshal(data, (*[]pegChoice)(all))
}

type pegText struct{ Format, Text string }

func (p *pegText) words() string {
	if p == nil {
		return ""
	}
	return flat(p.Text)
}

// flat is a text without its line ends and the escapes that Markdown needs.
func flat(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, `\*`, "*")), " ")
}

func TestGIFTAgreesWithTheGrammarOfOthers(t *testing.T) {
	var blocks []string
	for b := range strings.SplitSeq(string(corpus(t, "attt.gift")), "\n\n") {
		if strings.Contains(b, "{") && !strings.Contains(b, "thiếu ngoặc") {
			blocks = append(blocks, b)
		}
	}
	blocks = append(blocks, strings.Split(string(written1(t)), "\n\n")...)
	cmd := exec.Command("node", "testdata/gift.mjs")
	cmd.Stdin = strings.NewReader(strings.Join(blocks, "\n%%\n"))
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node with gift-pegjs is needed (npm ci --ignore-scripts): %v\n%s", err, said.String())
	}
	var theirs []*peg
	if err := json.Unmarshal(out, &theirs); err != nil || len(theirs) != len(blocks) {
		t.Fatalf("%d answers to %d questions: %v", len(theirs), len(blocks), err)
	}
	compared := 0
	for i, b := range blocks {
		ours := Read(GIFT, []byte(b))
		switch {
		case theirs[i] == nil && len(ours.Questions) == 0:
		case theirs[i] == nil && strings.HasPrefix(b, "[html]"):
			// It wants every colon escaped; Moodle, whose format this is, takes one in a text as it stands.
		case theirs[i] == nil:
			t.Errorf("gift-pegjs refuses what we read:\n%s", b)
		case theirs[i].Type == "Essay" || theirs[i].Type == "Description" || strings.Contains(b, "thiếu đáp án đúng"):
			if len(ours.Questions) != 0 {
				t.Errorf("we read what cannot be marked:\n%s", b)
			}
		case len(ours.Questions) != 1:
			t.Errorf("we refuse what gift-pegjs reads: %+v\n%s", ours.Notes, b)
		default:
			compared++
			agrees(t, b, ours.Questions[0], *theirs[i])
		}
	}
	if compared < 15 {
		t.Errorf("only %d questions were compared", compared)
	}
}

// written1 is what we write of the Markdown corpus.
func written1(t testing.TB) []byte {
	data, _ := Write(GIFT, Read(Markdown, corpus(t, "attt.md")))
	return []byte(strings.TrimPrefix(strings.TrimSpace(string(data)), "// GIFT, UTF-8\n\n"))
}

func agrees(t *testing.T, block string, q Question, p peg) {
	t.Helper()
	c := q.Content
	differ := func(what string, ours, theirs any) { t.Errorf("%s: %v here, %v there\n%s", what, ours, theirs, block) }
	if p.ID != "" && !strings.EqualFold(p.ID, q.ID) {
		differ("id", q.ID, p.ID)
	}
	if len(c.Tags) != len(p.Tags) {
		differ("tags", c.Tags, p.Tags)
	}
	if p.Stem.Format != "html" && flat(c.Stem) != p.Stem.words() {
		differ("stem", flat(c.Stem), p.Stem.words())
	}
	if flat(c.Feedback) != p.Global.words() {
		differ("feedback", c.Feedback, p.Global.words())
	}
	kinds := map[string]string{item.Single: "MC", item.Multiple: "MC", item.TrueFalse: "TF", item.Matching: "Matching", item.Numeric: "Numerical", item.ShortText: "Short"}
	if kinds[c.Kind] != p.Type {
		differ("kind", c.Kind, p.Type)
		return
	}
	switch c.Kind {
	case item.TrueFalse:
		right, wrong := c.Choices[1], c.Choices[0]
		if c.Choices[0].Key {
			right, wrong = wrong, right
		}
		if c.Choices[0].Key != p.IsTrue || wrong.Explanation != p.True.words() || right.Explanation != p.False.words() {
			differ("truth", c.Choices, p)
		}
	case item.Matching:
		pairs := pairsOf(c)
		if len(pairs) != len(p.Pairs) {
			differ("pairs", pairs, p.Pairs)
			return
		}
		for i, pair := range pairs {
			if pair.prompt != p.Pairs[i].Subquestion.words() || pair.choice != p.Pairs[i].Subanswer {
				differ("pair", pair, p.Pairs[i])
			}
		}
	case item.Numeric, item.ShortText:
		agreeOnAnswers(t, block, c.Gaps[0], p)
	default:
		for i, ch := range c.Choices {
			theirs := p.Choices[i]
			if share := pegShare(theirs.IsCorrect, theirs.Weight); math.Abs(share-weightOf(c, ch)) > 1e-6 || flat(ch.Text) != pegWords(theirs.Text) || flat(ch.Explanation) != theirs.Feedback.words() {
				differ("choice", ch, string(theirs.Text))
			}
		}
	}
}

func agreeOnAnswers(t *testing.T, block string, g events.Gap, p peg) {
	t.Helper()
	n := 0
	for _, theirs := range p.Choices {
		if pegWords(theirs.Text) == "*" && !theirs.IsCorrect {
			continue // feedback to any wrong number, which we tell and leave out
		}
		a := g.Answers[n]
		n++
		same := flat(a.Text) == pegWords(theirs.Text)
		if g.Kind == item.GapNumeric {
			var number struct{ Number, Range, NumberHigh, NumberLow float64 }
			if err := json.Unmarshal(theirs.Text, &number); err != nil {
				t.Fatal(err)
			}
			low, high := number.NumberLow, number.NumberHigh
			if low == 0 && high == 0 {
				low, high = number.Number-number.Range, number.Number+number.Range
			}
			same = math.Abs(a.Value-a.Tolerance-low) < 1e-9 && math.Abs(a.Value+a.Tolerance-high) < 1e-9
		}
		if math.Abs(shareOf(a)-pegShare(theirs.IsCorrect, theirs.Weight)) > 1e-9 || !same || flat(a.Explanation) != theirs.Feedback.words() {
			t.Errorf("answer: %+v here, %s there\n%s", a, theirs.Text, block)
		}
	}
	if n != len(g.Answers) {
		t.Errorf("%d answers here, %d there\n%s", len(g.Answers), n, block)
	}
}

func pegShare(right bool, weight *float64) float64 {
	switch {
	case weight != nil:
		return *weight / 100
	case right:
		return 1
	}
	return 0
}

func pegWords(raw json.RawMessage) string {
	var p pegText
	if err := json.Unmarshal(raw, &p); err != nil {
		return ""
	}
	return p.words()
}
