package exchange

import (
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"

	"khuevan/assessment/item"
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

func read(text string) File { return Read(Markdown, []byte(text)) }

func written(f File) string {
	data, _ := Write(Markdown, f)
	return string(data)
}

func TestTheShippedBankIsReadWholly(t *testing.T) {
	bank := read(shipped(t))
	if len(bank.Notes) > 0 {
		t.Fatalf("notes: %+v", bank.Notes)
	}
	kinds := map[string]int{}
	for _, q := range bank.Questions {
		kinds[q.Content.Kind]++
		if len(q.Content.Tags) != 2 || q.Content.Tags[0] != "IU14" {
			t.Errorf("%s has the tags %q", q.ID, q.Content.Tags)
		}
	}
	want := map[string]int{item.Single: 30, item.Multiple: 7, item.TrueFalse: 7}
	if !reflect.DeepEqual(kinds, want) {
		t.Errorf("kinds %v, want %v", kinds, want)
	}
	if bank.Name != "Ngân hàng câu hỏi: An toàn thông tin cơ bản" {
		t.Errorf("name %q", bank.Name)
	}
	if again := read(written(bank)); len(again.Notes) > 0 || !same(again, bank) {
		t.Errorf("writing and reading changes the bank: %+v", again.Notes)
	}
}

func same(a, b File) bool {
	return a.Name == b.Name && slices.EqualFunc(a.Questions, b.Questions, sameQuestion)
}

func sameQuestion(a, b Question) bool { return a.ID == b.ID && item.Same(a.Content, b.Content) }

func TestAQuestionIsReadAsItStands(t *testing.T) {
	text := "\uFEFF# Ngân hàng: thử\r\n\r\n## a-1\r\ndifficulty: 0.25\r\ntags: IU14, mat-khau\r\n\r\nDòng một  \r\ndòng hai.\r\n\r\n" +
		"    mã lệnh\r\n\r\n- [X] `đúng` :: Vì a::b.\r\n\r\n- [x] cũng đúng :: Vậy.\r\n- [ ] sai :: Không.\r\n"
	bank := read(text)
	if len(bank.Notes) > 0 || len(bank.Questions) != 1 {
		t.Fatalf("%+v", bank)
	}
	want := events.ItemContent{Kind: item.Multiple, Stem: "Dòng một  \ndòng hai.\n\n    mã lệnh", Tags: []string{"IU14", "mat-khau"}, Difficulty: 0.25,
		Choices: []events.Choice{{ID: "a", Text: "`đúng`", Key: true, Explanation: "Vì a::b."}, {ID: "b", Text: "cũng đúng", Key: true, Explanation: "Vậy."},
			{ID: "c", Text: "sai", Explanation: "Không."}}}
	if got := bank.Questions[0]; got.ID != "a-1" || got.Line != 3 || !reflect.DeepEqual(got.Content, want) {
		t.Errorf("got  %#v\nwant %#v", got, want)
	}
}

func TestDecomposedVietnameseIsComposed(t *testing.T) {
	bank := read("# A\n\n## a\n\nHỏi?\n\n- [x] Đu\u0301ng :: a\n- [ ] Sai :: b\n")
	if len(bank.Notes) > 0 || bank.Questions[0].Content.Kind != item.TrueFalse {
		t.Fatalf("%+v", bank)
	}
	if c := bank.Questions[0].Content; c.Difficulty != unknownDifficulty || c.Tags != nil {
		t.Errorf("what the author left out reads %+v", c)
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
			bank := read(head + c.text + "\n" + strings.Replace(good, "tot-1", "tot-2", 1))
			problems := bank.Notes
			if len(bank.Questions) != 2 || bank.Questions[0].ID != "tot-1" || bank.Questions[1].ID != "tot-2" {
				t.Fatalf("the good questions are not kept: %+v", bank.Questions)
			}
			line := strings.Count(head, "\n") + 1 + c.line
			at := slices.IndexFunc(problems, func(p Note) bool { return strings.Contains(p.En, c.en) })
			if at < 0 || problems[at].Line != line || problems[at].Item != c.item || problems[at].Vi == "" {
				t.Errorf("problems %+v, want one at line %d of %q with %q", problems, line, c.item, c.en)
			}
		})
	}
}

func TestAFileIsRefusedAsAWhole(t *testing.T) {
	for name, c := range map[string]struct{ text, en string }{
		"large":     {"# A\n" + strings.Repeat("a", maxFile), "larger than 8 MB"},
		"not UTF-8": {"# A\n\xff", "not UTF-8"},
	} {
		bank := read(c.text)
		problems := bank.Notes
		if len(bank.Questions) > 0 || len(problems) != 1 || !strings.Contains(problems[0].En, c.en) {
			t.Errorf("%s: %d items, problems %+v", name, len(bank.Questions), problems)
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
		problems := read(c.text).Notes
		if len(problems) != 1 || problems[0].Line != c.line || !strings.Contains(problems[0].En, c.en) {
			t.Errorf("%s: problems %+v", name, problems)
		}
	}
}

func TestAFileHoldsFiveThousandQuestions(t *testing.T) {
	var text strings.Builder
	text.WriteString("# A\n\n")
	for i := range maxQuestions + 2 {
		fmt.Fprintf(&text, "## q-%d\n\nHỏi?\n\n- [x] a :: vì\n- [ ] b :: vì\n", i)
	}
	bank := read(text.String())
	problems := bank.Notes
	if len(bank.Questions) != maxQuestions || len(problems) != 1 || problems[0].Line != 3+6*maxQuestions {
		t.Errorf("%d items, problems %+v", len(bank.Questions), problems)
	}
}

func TestAQuestionFullOfFaultsTellsTheFirstFew(t *testing.T) {
	problems := read("# A\n\n## a\n" + strings.Repeat("lạ\n", 100)).Notes
	if len(problems) != perItem {
		t.Errorf("%d problems", len(problems))
	}
}
