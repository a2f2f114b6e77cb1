package exchange

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"khuevan/assessment/item"
)

func corpora() map[string]Format {
	return map[string]Format{"attt.md": Markdown, "attt.gift": GIFT, "attt.aiken.txt": Aiken, "attt.moodle.xml": MoodleXML, "attt.qti21.xml": QTI21, "attt.qti30.xml": QTI30}
}

func corpus(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// UPDATE_GOLDEN=1 writes the golden files anew; look at what changed.
func TestTheCorporaReadAsBefore(t *testing.T) {
	for name, f := range corpora() {
		t.Run(name, func(t *testing.T) {
			file := Read(f, corpus(t, name))
			for i := range file.Pictures {
				file.Pictures[i].Data = nil
			}
			got, err := json.MarshalIndent(file, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			golden := name + ".golden.json"
			if os.Getenv("UPDATE_GOLDEN") != "" {
				if err := os.WriteFile("testdata/"+golden, append(got, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := corpus(t, golden); string(got) != strings.TrimSpace(string(want)) {
				t.Errorf("got %s", got)
			}
			for _, q := range file.Questions {
				if problems := item.Check(q.Content); len(problems) > 0 || !validID(q.ID) {
					t.Errorf("%s: %+v", q.ID, problems)
				}
			}
		})
	}
}

func TestTheCorporaSurviveEveryFormat(t *testing.T) {
	for name, from := range corpora() {
		for _, to := range Formats() {
			file := Read(from, corpus(t, name))
			undoes(t, to, file)
		}
	}
}

func TestACorpusIsKnownByWhatItHolds(t *testing.T) {
	for name, f := range corpora() {
		if got, ok := Detect("upload", corpus(t, name)); !ok || got != f {
			t.Errorf("%s is taken for %q", name, got)
		}
		data, _ := Write(f, Read(f, corpus(t, name)))
		if got, ok := Detect("questions"+f.Extension(), data); !ok || got != f {
			t.Errorf("%s written is taken for %q", name, got)
		}
	}
	for _, s := range []string{"", "xin chào", "<html></html>", "PK\x03\x04", "\xff\x00"} {
		if f, ok := Detect("a", []byte(s)); ok {
			t.Errorf("%q is taken for %q", s, f)
		}
	}
}

func TestLinesAndIdsDoNotDependOnLineEndsOrEncoding(t *testing.T) {
	for name, f := range corpora() {
		data := corpus(t, name)
		want := Read(f, data)
		crlf := Read(f, bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")))
		marked := Read(f, append([]byte("\uFEFF"), data...))
		var wide []byte
		for _, r := range "\uFEFF" + string(data) {
			wide = append(wide, byte(r), byte(r>>8))
		}
		for how, got := range map[string]File{"CRLF": crlf, "BOM": marked, "UTF-16": Read(f, wide)} {
			if !same(got, want) || !slices.Equal(got.Notes, want.Notes) {
				t.Errorf("%s with %s reads otherwise: %+v", name, how, got.Notes)
			}
			for i := range got.Questions {
				if got.Questions[i].Line != want.Questions[i].Line {
					t.Errorf("%s with %s: %s at line %d", name, how, got.Questions[i].ID, got.Questions[i].Line)
				}
			}
		}
	}
}

// What is lost is told by name, at its line.
func TestReportsNameWhatIsLost(t *testing.T) {
	for name, wants := range map[string][]string{
		"attt.gift": {"2 category “$course$/An toàn thông tin/Mật khẩu”", "12 tag “thu lừa đảo” is written “thu-lừa-đảo”", "19 title “Câu 3”", "28 feedback to any wrong answer",
			"40 table became lines", "52 ! essay", "54 ! description", "56 ! has no right answer", "58 ! “}” that closes"},
		"attt.aiken.txt": {"21 ! “ANSWER: D”", "27 ! neither a choice", "30 ! “ANSWER: A, B”"},
		"attt.moodle.xml": {"3 category", "5 title “Mật khẩu mạnh”", "8 formatting <u>", "10 “thua.svg” is not shown", "12 maximum mark", "13 penalty", "22 hint", "23 tag “mật khẩu” is written",
			"50 feedback to any wrong answer", "51 Units", "73 ! kind “essay”", "74 ! No choice earns 100%"},
		"attt.qti21.xml": {"2 title “Chọn nhiều”", "5 default mark", "10 rubricBlock", "14 keeps its place", "2 maximum mark"},
		"attt.qti30.xml": {"18 scoring rule “lookupOutcomeValue”"},
	} {
		notes := Read(corpora()[name], corpus(t, name)).Notes
		for _, want := range wants {
			place, said, _ := strings.Cut(want, " ")
			said, bad := strings.CutPrefix(said, "! ")
			if !slices.ContainsFunc(notes, func(n Note) bool {
				return fmt.Sprint(n.Line) == place && n.Dropped != bad && strings.Contains(n.En, said) && n.Vi != ""
			}) {
				t.Errorf("%s: no note %q in %+v", name, want, notes)
			}
		}
	}
}

func TestWritingTellsWhatAFormatCannotSay(t *testing.T) {
	file := Read(Markdown, corpus(t, "attt.md"))
	for f, wants := range map[Format][]string{
		GIFT:      {"mk-01 the difficulty", "sx-01 ! kind “ordering”", "dk-01 ! kind “cloze”", "tl-01 scoring “all-or-nothing”", "tl-01 choices keep their order", "gh-01 explanations of pairs", "vb-01 upper and lower case"},
		Aiken:     {"mk-01 tags", "mk-01 explanations of choices", "mk-01 markup", "mk-02 shares of choices", "mk-02 feedback", "tl-01 ! kind “multiple”"},
		MoodleXML: {"mk-01 the difficulty", "sx-01 explanations of choices", "tl-01 scoring"},
		QTI30:     {"sx-01 scoring “positions”", "so-01 explanations of gaps", "vb-01 ! “*”"},
	} {
		_, notes := Write(f, file)
		for _, want := range wants {
			id, said, _ := strings.Cut(want, " ")
			said, bad := strings.CutPrefix(said, "! ")
			if !slices.ContainsFunc(notes, func(n Note) bool {
				return n.Item == id && n.Dropped != bad && strings.Contains(n.En, said) && n.Vi != ""
			}) {
				t.Errorf("%s: no note %q in %+v", f, want, notes)
			}
		}
	}
	if _, notes := Write(Markdown, file); len(notes) > 0 {
		t.Errorf("our own form loses %+v", notes)
	}
}

func TestTheSameQuestionTwiceIsTold(t *testing.T) {
	file := Read(GIFT, []byte("Một? {=a ~b}\n\nMột? {=a ~b}\n\n// [id:x]\nHai? {=a ~b}\n\n// [id:X]\nBa? {=a ~b}\n"))
	if len(file.Questions) != 2 || len(file.Notes) != 2 || !strings.Contains(file.Notes[0].En, "same as the one at line 1") || !strings.Contains(file.Notes[1].En, "id is that of the question at line 6") {
		t.Errorf("%+v", file)
	}
}

func TestIds(t *testing.T) {
	c := Read(GIFT, []byte("Một? {=a ~b}")).Questions[0].Content
	for source, want := range map[string]string{"mk-01": "mk-01", "MK-01": "mk-01", "Câu 1": "cau-1-", "đề/01": "de-01-", "???": "q-", strings.Repeat("a", 80): "a", "": "q-"} {
		id := idOf(source, c)
		if !validID(id) || !strings.HasPrefix(id, want) || id != idOf(source, c) {
			t.Errorf("%q becomes %q", source, id)
		}
	}
	if idOf("Câu 1", c) == idOf("Câu-1", c) {
		t.Error("two identifiers become one")
	}
}

func TestDangerousFilesAreRefused(t *testing.T) {
	deep := "<quiz>" + strings.Repeat("<a>", 500)
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	for _, name := range []string{"imsmanifest.xml", "x.xml"} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Repeat(" ", 7<<20)
		if name == "imsmanifest.xml" {
			text = `<manifest><resources><resource type="imsqti_item_xmlv2p1" href="x.xml"/><resource type="imsqti_item_xmlv2p1" href="../../etc/passwd"/></resources></manifest>`
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		f    Format
		data string
		en   string
	}{
		"doctype":  {MoodleXML, `<!DOCTYPE quiz [<!ENTITY a "b">]><quiz></quiz>`, "DOCTYPE"},
		"entity":   {MoodleXML, "<quiz><question>&a;</question></quiz>", "broken"},
		"deep":     {MoodleXML, deep, "nested too deep"},
		"encoding": {MoodleXML, `<?xml version="1.0" encoding="windows-1258"?><quiz/>`, "broken"},
		"not xml":  {MoodleXML, "xin chào", "no <quiz>"},
		"bytes":    {GIFT, "H\xff?", "not UTF-8"},
		"large":    {QTI30, strings.Repeat("a", maxFile+1), "larger than 8 MB"},
		"no zip":   {QTI30, "PK\x03\x04", "damaged"},
		"bomb":     {QTI21, bomb.String(), "cannot be read"},
		"unknown":  {"word", "a", "not known"},
	} {
		file := Read(c.f, []byte(c.data))
		if len(file.Questions) > 0 || !slices.ContainsFunc(file.Notes, func(n Note) bool { return strings.Contains(n.En, c.en) && n.Line > 0 }) {
			t.Errorf("%s: %+v", name, file.Notes)
		}
	}
}

func TestWhatStandsBeforeABrokenLineIsKept(t *testing.T) {
	data := corpus(t, "attt.moodle.xml")
	file := Read(MoodleXML, data[:bytes.Index(data, []byte(`<question type="ordering">`))+40])
	if len(file.Questions) != 6 || !strings.Contains(file.Notes[len(file.Notes)-1].En, "broken at this line") {
		t.Errorf("%d questions, %+v", len(file.Questions), file.Notes)
	}
}

// dot is a picture of one pixel.
func dot(t testing.TB) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestPicturesTravel(t *testing.T) {
	p, err := NewPicture("a.png", "ổ khóa", dot(t))
	if err != nil {
		t.Fatal(err)
	}
	text := "# A\n\n## a\n\nXem ![ổ khóa](picture:" + p.Digest + ") và đáp.\n\n- [x] một :: -\n- [ ] ![hai](picture:" + p.Digest + ") :: -\n"
	file := Read(Markdown, []byte(text))
	file.Pictures = []Picture{p}
	for _, f := range []Format{Markdown, MoodleXML, QTI21, QTI30} {
		data, notes := Write(f, file)
		back := Read(f, data)
		if len(notes)+len(back.Notes) > 0 || len(back.Pictures) != 1 || back.Pictures[0].Digest != p.Digest || back.Pictures[0].Alt != "ổ khóa" || !slices.EqualFunc(back.Questions, file.Questions, sameQuestion) {
			t.Errorf("%s: %+v %+v", f, notes, back)
		}
	}
	if _, notes := Write(GIFT, file); len(notes) != 1 || !strings.Contains(notes[0].En, "pictures") {
		t.Errorf("GIFT: %+v", notes)
	}
	inline := Read(Markdown, []byte("# A\n\n## a\n\nXem ![khóa](data:image/png;base64,"+base64.StdEncoding.EncodeToString(dot(t))+")\n\n- [x] một :: -\n- [ ] hai :: -\n"))
	if len(inline.Pictures) != 1 || len(inline.Questions) != 1 || !strings.Contains(inline.Questions[0].Content.Stem, "picture:"+p.Digest) {
		t.Errorf("%+v", inline)
	}
	for name, data := range map[string][]byte{"svg": []byte("<svg/>"), "cut": dot(t)[:50], "large": make([]byte, maxPicture+1)} {
		if _, err := NewPicture(name, "", data); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// A file of the greatest size is read in a time that grows with its size.
func TestLargeFilesTakeLinearTime(t *testing.T) {
	for f, piece := range map[Format]string{
		Markdown:  "## a\n\n" + strings.Repeat("*_`[(", 200) + "\n\n- [x] a :: -\n",
		GIFT:      strings.Repeat("{=~#\\:", 200) + "\n\n",
		Aiken:     strings.Repeat("a*_[", 200) + "\nA. a\nB. b\nANSWER: C\n",
		MoodleXML: `<question type="cloze"><questiontext><text>` + strings.Repeat("{1:SA:=a~{&lt;ul&gt;&lt;b&gt;", 50) + `</text></questiontext></question>`,
	} {
		const size = 1 << 20
		text := strings.Repeat(piece, size/len(piece))
		if f == MoodleXML {
			text = "<quiz>" + text + "</quiz>"
		}
		start := time.Now()
		Read(f, []byte(text))
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: 1 MiB takes %v", f, took)
		}
	}
}

func TestTheExamplesForAuthorsAreRead(t *testing.T) {
	page, err := os.ReadFile("../../content/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "## vd-01")
	examples, _, ok := strings.Cut(rest, "\n```")
	file := Read(Markdown, []byte("# A\n\n## vd-01"+examples))
	if !ok || len(file.Notes) > 0 || len(file.Questions) != 6 {
		t.Errorf("%d examples, %+v", len(file.Questions), file.Notes)
	}
	undoes(t, Markdown, file)
}

// One question as large as a file is refused as fast as many small ones.
func TestOneHugeQuestionTakesLinearTime(t *testing.T) {
	const n = 300_000
	for name, c := range map[string]struct {
		f    Format
		text string
	}{
		"brackets":  {GIFT, strings.Repeat("[*_", n) + "{=a ~b}"},
		"answers":   {GIFT, "a{" + strings.Repeat("~a\n", n) + "}"},
		"hashes":    {GIFT, "a{" + strings.Repeat("#", n) + "=}"},
		"boxes":     {Markdown, "# A\n\n## a\n\nb\n\n" + strings.Repeat("- [x] a :: -\n", n)},
		"styles":    {MoodleXML, "<quiz><question type=\"multichoice\"><questiontext><text>" + strings.Repeat("a&lt;u&gt;b&lt;/u&gt;", n/3) + "</text></questiontext></question></quiz>"},
		"lists":     {MoodleXML, "<quiz><question type=\"multichoice\"><questiontext><text>" + strings.Repeat("&lt;ul&gt;&lt;li&gt;a", n/3) + "</text></questiontext></question></quiz>"},
		"gaps":      {MoodleXML, "<quiz><question type=\"cloze\"><questiontext><text>" + strings.Repeat("{1:SA:=a}", n) + "</text></questiontext></question></quiz>"},
		"feedback":  {QTI21, "<assessmentItem identifier=\"a\"><itemBody><p>a</p><choiceInteraction/></itemBody>" + strings.Repeat("<modalFeedback>a</modalFeedback>", n/3) + "</assessmentItem>"},
		"responses": {QTI21, "<assessmentItem identifier=\"a\"><itemBody>" + strings.Repeat("<textEntryInteraction/>", n/3) + "</itemBody></assessmentItem>"},
	} {
		start := time.Now()
		if file := Read(c.f, []byte(c.text)); len(file.Questions) > 0 || len(file.Notes) == 0 || strings.Contains(file.Notes[0].En, "larger") {
			t.Errorf("%s: %d questions, %+v", name, len(file.Questions), file.Notes)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s takes %v", name, took)
		}
	}
}
