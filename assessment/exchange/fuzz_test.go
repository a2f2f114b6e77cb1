package exchange

import (
	"strings"
	"testing"

	"khuevan/assessment/item"
	"khuevan/events"
)

// sound checks what holds of every file, whatever it was read from: questions can be asked and marked, ids are valid and
// each its own, notes say where and in both languages, and pictures are of the three kinds.
func sound(t *testing.T, f Format, data []byte) File {
	t.Helper()
	file := Read(f, data)
	seen := map[string]bool{}
	for _, q := range file.Questions {
		if problems := item.Check(q.Content); len(problems) > 0 || !validID(q.ID) || seen[q.ID] || q.Line < 1 {
			t.Fatalf("%+v: %+v", q, problems)
		}
		seen[q.ID] = true
		if again := normal(q.Content); !item.Same(again, q.Content) {
			t.Fatalf("not normal: %+v\n%+v", q.Content, again)
		}
	}
	for _, n := range file.Notes {
		if n.Line < 1 || n.Vi == "" || n.En == "" {
			t.Fatalf("note %+v", n)
		}
	}
	for _, p := range file.Pictures {
		if p.Width < 1 || p.Height < 1 || p.ending() == "" || len(p.Data) > maxPicture || hash(p.Data) != p.Digest {
			t.Fatalf("picture %+v", p)
		}
	}
	return file
}

// rewritten checks that what is written is sound again, and loses no more questions than it tells.
func rewritten(t *testing.T, f Format, file File) {
	t.Helper()
	data, notes := Write(f, file)
	left := 0
	for _, n := range notes {
		if !n.Dropped {
			left++
		}
	}
	if back := sound(t, f, data); len(back.Questions)+left != len(file.Questions) && f != Aiken {
		t.Fatalf("%d questions of %d, and %d told: %+v\n%s", len(back.Questions), len(file.Questions), left, back.Notes, data)
	}
}

// Whatever the text, every question is kept or listed, and what was kept survives writing and reading.
func FuzzMarkdown(f *testing.F) {
	f.Add([]byte(shipped(f)[:4000]))
	f.Add(corpus(f, "attt.md"))
	f.Add([]byte("# A\n\n" + good))
	f.Add([]byte("## x\ntags:\n\n\u0301a\u00a0\n\n- [x] a :: :: b\n- [ ] :: :: c ::\n"))
	f.Add([]byte("# a\r## x\rdifficulty: 1e-300\r\r\u2028?\r- [x]\tĐúng :: \u200b\r- [ ] Sai :: b"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file := sound(t, Markdown, data)
		text, bad := decode(data)
		if bad == nil && len(data) <= maxFile && len(file.Notes) == 0 && len(file.Questions) != headings(strings.Split(text, "\n")) {
			t.Fatalf("%d questions, and no note", len(file.Questions))
		}
		again := Read(Markdown, []byte(written(file)))
		if file.Name == "" {
			again.Name = ""
		}
		if len(again.Notes) > 0 || !same(again, file) {
			t.Fatalf("notes %+v\n got %#v\nwant %#v", again.Notes, again, file)
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

func fuzz(f *testing.F, format Format, names ...string) {
	for _, name := range names {
		f.Add(corpus(f, name))
	}
	data, _ := Write(format, Read(Markdown, corpus(f, "attt.md")))
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) { rewritten(t, format, sound(t, format, data)) })
}

func FuzzGIFT(f *testing.F) {
	f.Add([]byte("::a::b\\n{=%50%c\\#d#e ~f\n####g}h"))
	fuzz(f, GIFT, "attt.gift")
}

func FuzzAiken(f *testing.F) { fuzz(f, Aiken, "attt.aiken.txt") }

func FuzzMoodleXML(f *testing.F) {
	f.Add([]byte(`<quiz><question type="cloze"><questiontext format="html"><text>{1:MC:=a~b} {:SA:=&lt;b&gt;\}}</text></questiontext></question></quiz>`))
	fuzz(f, MoodleXML, "attt.moodle.xml")
}

func FuzzQTI(f *testing.F) { fuzz(f, QTI30, "attt.qti21.xml", "attt.qti30.xml") }

// Whatever the HTML, converting it ends.
func FuzzHTML(f *testing.F) {
	for _, s := range []string{"<p>a <b>b</b><i>c</i></p>", "<ul><li>a<ol><li>b</ol><li><p>c</p><p>d</p></ul>", "<pre><code>a\n\n```</code></pre>", "1. a<br>- b<br># c", "<blockquote><p>a</p><ul><li>b</ul></blockquote>", "**a** &lt;b&gt; \\_ `", "<code>`</code><strong> x </strong>y", "<table><tr><td>a<td>b</table><svg><p>x</svg>z"} {
		f.Add(s)
	}
	k := newMarkup()
	f.Fuzz(func(_ *testing.T, s string) {
		text, bad := decode([]byte(s))
		if bad != nil || len(s) > 4000 {
			return
		}
		convert := func(s string) string {
			return fromHTML(k, &draft{content: events.ItemContent{}}, 1, s, func(_, alt string) string { return plainAlt(alt) })
		}
		convert(convert(text)) // must end
	})
}
