package quiz

import (
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"khuevan/content"
	"khuevan/events"
)

func shipped(t testing.TB) string {
	t.Helper()
	text, err := fs.ReadFile(content.FS, "courses/attt-co-ban/questions.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheShippedBankIsReadWholly(t *testing.T) {
	bank, problems := ParseMarkdown(shipped(t))
	if len(problems) > 0 {
		t.Fatalf("problems: %+v", problems)
	}
	kinds := map[string]int{}
	for _, it := range bank.Items {
		kinds[it.Kind]++
		if len(it.Tags) != 2 || it.Tags[0] != "IU14" {
			t.Errorf("%s has the tags %q", it.Item, it.Tags)
		}
	}
	want := map[string]int{kindSingle: 30, kindMultiple: 7, kindTrueFalse: 7}
	if !reflect.DeepEqual(kinds, want) {
		t.Errorf("kinds %v, want %v", kinds, want)
	}
	if bank.Name != "Ngân hàng câu hỏi: An toàn thông tin cơ bản" {
		t.Errorf("name %q", bank.Name)
	}
	again, problems := ParseMarkdown(WriteMarkdown(bank))
	if len(problems) > 0 || !same(again, bank) {
		t.Errorf("writing and reading changes the bank: %+v", problems)
	}
}

func same(a, b Bank) bool {
	return a.Name == b.Name && slices.EqualFunc(a.Items, b.Items, ItemText.equal)
}

func TestAQuestionIsReadAsItStands(t *testing.T) {
	text := "\uFEFF# Ngân hàng: thử\r\n\r\n## a-1\r\ndifficulty: 0.25\r\ntags: IU14, mat-khau\r\n\r\nDòng một  \r\ndòng hai.\r\n\r\n" +
		"    mã lệnh\r\n\r\n- [X] `đúng` :: Vì a::b.\r\n\r\n- [x] cũng đúng :: Vậy.\r\n- [ ] sai :: Không.\r\n"
	bank, problems := ParseMarkdown(text)
	if len(problems) > 0 || len(bank.Items) != 1 {
		t.Fatalf("%+v %+v", bank, problems)
	}
	want := ItemText{Item: "a-1", Kind: kindMultiple, Stem: "Dòng một  \ndòng hai.\n\n    mã lệnh", Tags: []string{"IU14", "mat-khau"}, Difficulty: 0.25,
		Choices: []events.Choice{{ID: "a", Text: "`đúng`", Key: true, Explanation: "Vì a::b."}, {ID: "b", Text: "cũng đúng", Key: true, Explanation: "Vậy."},
			{ID: "c", Text: "sai", Explanation: "Không."}}}
	if !reflect.DeepEqual(bank.Items[0], want) {
		t.Errorf("got  %#v\nwant %#v", bank.Items[0], want)
	}
}

func TestDecomposedVietnameseIsComposed(t *testing.T) {
	bank, problems := ParseMarkdown("# A\n\n## a\n\nHỏi?\n\n- [x] Đu\u0301ng :: a\n- [ ] Sai :: b\n")
	if len(problems) > 0 || bank.Items[0].Kind != kindTrueFalse {
		t.Errorf("%+v %+v", bank, problems)
	}
	if bank.Items[0].Difficulty != unknownDifficulty || bank.Items[0].Tags != nil {
		t.Errorf("what the author left out reads %+v", bank.Items[0])
	}
}

const good = "## tot-1\n\nCâu tốt?\n\n- [x] a :: vì\n- [ ] b :: vì\n"

type badQuestion struct {
	text string
	line int // counted from the question's heading, 0
	item string
	en   string
}

func badQuestions() map[string]badQuestion {
	long := func(n int) string { return strings.Repeat("ă", n) }
	many := func(n int) string {
		var s strings.Builder
		for i := range n {
			fmt.Fprintf(&s, "- [x] %d :: vì\n", i)
		}
		return s.String()
	}
	two := "- [x] a :: vì\n- [ ] b :: vì\n"
	return map[string]badQuestion{
		"no key":             {"## x\n\nHỏi?\n\n- [ ] a :: vì\n- [ ] b :: vì\n", 0, "x", "No choice is marked"},
		"one choice":         {"## x\n\nHỏi?\n\n- [x] a :: vì\n", 0, "x", "only one choice"},
		"no choice":          {"## x\n\nHỏi?\n", 0, "x", "no choices"},
		"nothing":            {"## x\n", 0, "x", "no text"},
		"no text":            {"## x\ndifficulty: 0.1\n\n" + two, 0, "x", "no text"},
		"bad id":             {"## Câu 1\n\nHỏi?\n\n" + two, 0, "Câu 1", "id is not valid"},
		"no id":              {"##\n\nHỏi?\n\n" + two, 0, "", "id is not valid"},
		"long id":            {"## " + strings.Repeat("a", 65) + "\n\nHỏi?\n\n" + two, 0, strings.Repeat("a", 64) + "…", "id is not valid"},
		"id twice":           {"## tot-1\n\nHỏi?\n\n" + two, 0, "tot-1", "the question at line 3"},
		"unknown header":     {"## x\nauthor: Lan\n\nHỏi?\n\n" + two, 1, "x", "“author” is not understood"},
		"no empty line":      {"## x\nHỏi?\n\n" + two, 1, "x", "“Hỏi?” is not understood"},
		"header twice":       {"## x\ntags: a\ntags: b\n\nHỏi?\n\n" + two, 2, "x", "repeated"},
		"difficulty comma":   {"## x\ndifficulty: 0,3\n\nHỏi?\n\n" + two, 1, "x", "“0,3” is not valid"},
		"difficulty above 1": {"## x\ndifficulty: 1.01\n\nHỏi?\n\n" + two, 1, "x", "not valid"},
		"difficulty NaN":     {"## x\ndifficulty: NaN\n\nHỏi?\n\n" + two, 1, "x", "not valid"},
		"bad tag":            {"## x\ntags: IU14, mật khẩu\n\nHỏi?\n\n" + two, 1, "x", "tag “mật khẩu”"},
		"empty tag":          {"## x\ntags: IU14,,b\n\nHỏi?\n\n" + two, 1, "x", "tag “” is not valid"},
		"tag twice":          {"## x\ntags: b, b\n\nHỏi?\n\n" + two, 1, "x", "tag “b” is repeated"},
		"many tags":          {"## x\ntags: a,b,c,d,e,f,g,h,i,j,k\n\nHỏi?\n\n" + two, 1, "x", "more than 10 tags"},
		"long text":          {"## x\n\n" + long(4001) + "\n\n" + two, 0, "x", "longer than 4000"},
		"long choice":        {"## x\n\nHỏi?\n\n" + two + "- [ ] " + long(1001) + " :: vì\n", 6, "x", "longer than 1000"},
		"long explanation":   {"## x\n\nHỏi?\n\n" + two + "- [ ] c :: " + long(1001) + "\n", 6, "x", "longer than 1000"},
		"many choices":       {"## x\n\nHỏi?\n\n" + many(13), 16, "x", "more than 12 choices"},
		"no explanation":     {"## x\n\nHỏi?\n\n" + two + "- [ ] c\n", 6, "x", "exactly one “ :: ”"},
		"empty explanation":  {"## x\n\nHỏi?\n\n" + two + "- [ ] c :: \n", 6, "x", "exactly one “ :: ”"},
		"two separators":     {"## x\n\nHỏi?\n\n" + two + "- [ ] c :: d :: e\n", 6, "x", "exactly one “ :: ”"},
		"same choice":        {"## x\n\nHỏi?\n\n" + two + "- [ ] a :: khác\n", 6, "x", "same as one above"},
		"broken box":         {"## x\n\nHỏi?\n\n" + two + "- [] c :: vì\n", 6, "x", "not a choice"},
		"broken first box":   {"## x\n\nHỏi?\n\n* [x] c :: vì\n" + two, 4, "x", "not a choice"},
		"text behind":        {"## x\n\nHỏi?\n\n" + two + "Còn gì nữa không?\n", 6, "x", "not a choice"},
		"control":            {"## x\n\nH\x00ỏi?\n\n" + two, 0, "x", "invisible control characters"},
		"control in choice":  {"## x\n\nHỏi?\n\n" + two + "- [ ] c\x07 :: vì\n", 6, "x", "invisible control characters"},
		"false before true":  {"## x\n\nHỏi?\n\n- [ ] Sai :: vì\n- [x] Đúng :: vì\n", 0, "x", "“Đúng” before “Sai”"},
		"true and false":     {"## x\n\nHỏi?\n\n- [x] Đúng :: vì\n- [x] Sai :: vì\n", 0, "x", "one right choice"},
	}
}

func TestEveryBadQuestionIsListed(t *testing.T) {
	for name, c := range badQuestions() {
		t.Run(name, func(t *testing.T) {
			head := "# Thử\n\n" + good + "\n"
			bank, problems := ParseMarkdown(head + c.text + "\n" + strings.Replace(good, "tot-1", "tot-2", 1))
			if len(bank.Items) != 2 || bank.Items[0].Item != "tot-1" || bank.Items[1].Item != "tot-2" {
				t.Fatalf("the good questions are not kept: %+v", bank.Items)
			}
			line := strings.Count(head, "\n") + 1 + c.line
			at := slices.IndexFunc(problems, func(p ItemProblem) bool { return strings.Contains(p.En, c.en) })
			if at < 0 || problems[at].Line != line || problems[at].Item != c.item || problems[at].Vi == "" {
				t.Errorf("problems %+v, want one at line %d of %q with %q", problems, line, c.item, c.en)
			}
		})
	}
}

func TestAFileIsRefusedAsAWhole(t *testing.T) {
	for name, c := range map[string]struct{ text, en string }{
		"large":     {"# A\n" + strings.Repeat("a", maxFile), "larger than 2 MB"},
		"not UTF-8": {"# A\n\xff", "not UTF-8"},
	} {
		bank, problems := ParseMarkdown(c.text)
		if len(bank.Items) > 0 || len(problems) != 1 || !strings.Contains(problems[0].En, c.en) {
			t.Errorf("%s: %d items, problems %+v", name, len(bank.Items), problems)
		}
	}
}

func TestTextAroundTheQuestionsIsListed(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		line int
		en   string
	}{
		"no name":    {good, 1, "name of the bank is missing"},
		"empty name": {"#  \n\n" + good, 1, "name of the bank is missing"},
		"other text": {"# A\n\nLời nói đầu\nhai dòng\n\n" + good, 3, "outside any question"},
		"empty file": {"", 1, "name of the bank is missing"},
	} {
		_, problems := ParseMarkdown(c.text)
		if len(problems) != 1 || problems[0].Line != c.line || !strings.Contains(problems[0].En, c.en) {
			t.Errorf("%s: problems %+v", name, problems)
		}
	}
}

func TestAFileHoldsFiveThousandQuestions(t *testing.T) {
	var text strings.Builder
	text.WriteString("# A\n\n")
	for i := range maxItems + 2 {
		fmt.Fprintf(&text, "## q-%d\n\nHỏi?\n\n- [x] a :: vì\n- [ ] b :: vì\n", i)
	}
	bank, problems := ParseMarkdown(text.String())
	if len(bank.Items) != maxItems || len(problems) != 1 || problems[0].Line != 3+6*maxItems {
		t.Errorf("%d items, problems %+v", len(bank.Items), problems)
	}
}

func TestAQuestionFullOfFaultsTellsTheFirstFew(t *testing.T) {
	_, problems := ParseMarkdown("# A\n\n## a\n" + strings.Repeat("lạ\n", 100))
	if len(problems) != perItem {
		t.Errorf("%d problems", len(problems))
	}
}

// banks generates banks that keep the rules of the form.
func banks() *rapid.Generator[Bank] {
	word := rapid.StringMatching(`[A-Za-zĐđÁáẵợữ0-9.,?!*_"(){}<>#` + "`" + `-]{1,12}`)
	line := func(t *rapid.T, label string) string {
		return "từ " + strings.Join(rapid.SliceOfN(word, 1, 6).Draw(t, label), " ")
	}
	item := rapid.Custom(func(t *rapid.T) ItemText {
		it := ItemText{Item: rapid.StringMatching(`[a-z0-9]{1,5}(-[a-z0-9]{1,3}){0,2}`).Draw(t, "id"),
			Tags:       rapid.SliceOfNDistinct(rapid.StringMatching(`[A-Za-zđ0-9][a-z0-9._-]{0,8}`), 0, 3, rapid.ID[string]).Draw(t, "tags"),
			Difficulty: rapid.Float64Range(0, 1).Draw(t, "difficulty")}
		paragraphs := make([]string, rapid.IntRange(1, 3).Draw(t, "paragraphs"))
		for i := range paragraphs {
			paragraphs[i] = line(t, "stem")
		}
		it.Stem = strings.Join(paragraphs, rapid.SampledFrom([]string{"\n", "\n\n", "  \n"}).Draw(t, "between"))
		keys := 0
		for i := range rapid.IntRange(2, maxChoices).Draw(t, "choices") {
			c := events.Choice{ID: choiceID(i), Text: fmt.Sprint(line(t, "choice"), " ", i), Key: i == 0 || rapid.Bool().Draw(t, "key"), Explanation: line(t, "explanation")}
			it.Choices = append(it.Choices, c)
			if c.Key {
				keys++
			}
		}
		it.Kind = kindOf(it.Choices, keys)
		return it
	})
	return rapid.Custom(func(t *rapid.T) Bank {
		return Bank{Name: line(t, "name"), Items: rapid.SliceOfNDistinct(item, 0, 4, func(it ItemText) string { return it.Item }).Draw(t, "items")}
	})
}

func TestReadingUndoesWriting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bank := banks().Draw(t, "bank")
		again, problems := ParseMarkdown(WriteMarkdown(bank))
		if len(problems) > 0 || !same(again, bank) {
			t.Fatalf("problems %+v\n got %+v\nwant %+v", problems, again, bank)
		}
	})
}

// Whatever the text, reading ends, every question is kept or listed, and what was kept survives writing and reading.
func FuzzParseMarkdown(f *testing.F) {
	f.Add(shipped(f)[:4000])
	f.Add("# A\n\n" + good)
	f.Add("## x\ntags:\n\n\u0301a\u00a0\n\n- [x] a :: :: b\n- [ ] :: :: c ::\n")
	f.Add("# a\r## x\rdifficulty: 1e-300\r\r\u2028?\r- [x]\tĐúng :: \u200b\r- [ ] Sai :: b")
	f.Fuzz(func(t *testing.T, text string) {
		bank, problems := ParseMarkdown(text)
		for _, p := range problems {
			if p.Line < 1 || p.Vi == "" || p.En == "" {
				t.Fatalf("problem %+v", p)
			}
		}
		if lines := splitLines(text); len(text) <= maxFile && len(problems) == 0 && len(bank.Items) != headings(lines) {
			t.Fatalf("%d questions of %d, and no problem", len(bank.Items), headings(lines))
		}
		again, problems := ParseMarkdown(WriteMarkdown(bank))
		if bank.Name != "" && len(problems) > 0 || !same(again, bank) {
			t.Fatalf("problems %+v\n got %#v\nwant %#v", problems, again, bank)
		}
	})
}

func headings(lines []string) int {
	n := 0
	for _, l := range lines {
		if isHeading(l) {
			n++
		}
	}
	return n
}
