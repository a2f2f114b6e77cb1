package catalog

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"khuevan/content"
	"khuevan/events"
	"khuevan/platform/fault"
)

const goodManifest = `code: mat-khau
title:
  vi: Mật khẩu tốt
  en: Good passwords
summary:
  vi: Một bài ngắn.
hours: 1
language: vi
tags: [IU14]
lessons:
  - id: dai
    minutes: 5
    title: {vi: Mật khẩu dài}
  - id: rieng
    minutes: 5
    title: {vi: Mỗi nơi một mật khẩu}
quiz:
  items: 2
  pass: 5
  minutes: 10
  attempts: 3
validity_months: 12
`

func goodFiles() map[string]string {
	return map[string]string{
		"course.yaml":      goodManifest,
		"lessons/dai.md":   "Càng dài càng tốt.\n\n## Ví dụ\n\n`<b>` và <https://tinh.example>\n",
		"lessons/rieng.md": "Không dùng chung.\n\n```\n# không phải đề mục, <p> cũng không\n```\n",
		"questions.md":     "# Ngân hàng\n\n## mk-01\n\n## mk-02\n",
	}
}

func TestShippedCoursesCanBeRead(t *testing.T) {
	all, err := readBundles(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	b := all["attt-co-ban"]
	if b.content.Course != "attt-co-ban" || len(b.content.Lessons) != 7 || b.items() != 44 {
		t.Fatalf("code %q, %d lessons, %d items; want attt-co-ban, 7, 44", b.content.Course, len(b.content.Lessons), b.items())
	}
	for _, l := range b.content.Lessons {
		if l.Markdown == "" || l.Title.Vi == "" || l.Minutes == 0 {
			t.Errorf("lesson %q is incomplete: title %+v, %d minutes, %d bytes", l.ID, l.Title, l.Minutes, len(l.Markdown))
		}
	}
}

func TestAGoodPackage(t *testing.T) {
	b, err := parseBundle(goodFiles(), nil)
	if err != nil {
		t.Fatal(err)
	}
	c := b.content
	if c.Course != "mat-khau" || c.Title.En != "Good passwords" || c.Quiz.Items != 2 || c.Quiz.Pass != 5 || c.ValidityMonths != 12 ||
		c.Version != 0 || len(c.Digest) != 64 || len(c.Lessons) != 2 || c.Lessons[1].ID != "rieng" || c.Lessons[1].Markdown == "" || b.items() != 2 {
		t.Fatalf("read %+v with %d items", c, b.items())
	}
}

func TestTheDigestIsOfTheContentOnly(t *testing.T) {
	digest := func(change func(map[string]string)) string {
		files := goodFiles()
		change(files)
		b, err := parseBundle(files, nil)
		if err != nil {
			t.Fatal(err)
		}
		return b.content.Digest
	}
	same := digest(func(map[string]string) {})
	for name, change := range map[string]func(map[string]string){
		"another question bank": func(f map[string]string) { f["questions.md"] = "# Khác\n" },
		"a YAML comment":        func(f map[string]string) { f["course.yaml"] += "# ghi chú\n" },
		"Windows line ends":     func(f map[string]string) { f["lessons/dai.md"] = strings.ReplaceAll(f["lessons/dai.md"], "\n", "\r\n") },
		"a byte order mark":     func(f map[string]string) { f["course.yaml"] = "\ufeff" + f["course.yaml"] },
	} {
		if digest(change) != same {
			t.Errorf("%s changes the digest", name)
		}
	}
	for name, change := range map[string]func(map[string]string){
		"a lesson's text": func(f map[string]string) { f["lessons/dai.md"] += "Thêm." },
		"the pass mark": func(f map[string]string) {
			f["course.yaml"] = strings.Replace(f["course.yaml"], "pass: 5", "pass: 6", 1)
		},
	} {
		if digest(change) == same {
			t.Errorf("%s does not change the digest", name)
		}
	}
}

func TestRefusalsNameFileAndLine(t *testing.T) {
	yamlWith := func(old, with string) func(map[string]string) {
		return func(f map[string]string) { f["course.yaml"] = strings.Replace(f["course.yaml"], old, with, 1) }
	}
	lesson := func(text string) func(map[string]string) {
		return func(f map[string]string) { f["lessons/dai.md"] = text }
	}
	for _, c := range []struct {
		name, at string
		change   func(map[string]string)
	}{
		{"unknown field", "course.yaml:7", yamlWith("hours: 1", "horas: 1")},
		{"unknown field within", "course.yaml:4", yamlWith("en: Good", "fr: Bon")},
		{"field twice", "course.yaml:8", yamlWith("language: vi", "hours: 2\nlanguage: vi")},
		{"wrong type", "course.yaml:7", yamlWith("hours: 1", "hours: nhiều")},
		{"broken YAML", "course.yaml:1", yamlWith("code: mat-khau\n", "code: [mat-khau\n")},
		{"second document", "course.yaml", yamlWith("validity_months: 12\n", "validity_months: 12\n---\ncode: x\n")},
		{"no hours", "course.yaml:7", yamlWith("hours: 1", "hours: 0")},
		{"code in capitals", "course.yaml:1", yamlWith("code: mat-khau", "code: Mat_khau")},
		{"no Vietnamese title", "course.yaml:2", yamlWith("  vi: Mật khẩu tốt\n", "")},
		{"language", "course.yaml:8", yamlWith("language: vi", "language: Vietnamese")},
		{"tag", "course.yaml:9", yamlWith("[IU14]", "[an toàn]")},
		{"lesson id", "course.yaml:11", yamlWith("id: dai", "id: dài")},
		{"lesson id twice", "course.yaml:14", yamlWith("id: rieng", "id: dai")},
		{"lesson minutes", "course.yaml:12", yamlWith("minutes: 5", "minutes: 0")},
		{"pass mark", "course.yaml:19", yamlWith("pass: 5", "pass: 50")},
		{"pass mark that is no number", "course.yaml:19", yamlWith("pass: 5", "pass: .nan")},
		{"quiz without time", "course.yaml:17", yamlWith("  minutes: 10\n", "")},
		{"certificate", "course.yaml:22", yamlWith("validity_months: 12\n", "certificate: sometimes\n")},
		{"no manifest", "course.yaml", func(f map[string]string) { delete(f, "course.yaml") }},
		{"empty manifest", "course.yaml", func(f map[string]string) { f["course.yaml"] = "" }},
		{"lesson without a file", "lessons/dai.md", func(f map[string]string) { delete(f, "lessons/dai.md") }},
		{"file without a lesson", "lessons/them.md", func(f map[string]string) { f["lessons/them.md"] = "Thêm.\n" }},
		{"file of no kind", "../course.yaml", func(f map[string]string) { f["../course.yaml"] = "" }},
		{"picture file", "lessons/a.png", func(f map[string]string) { f["lessons/a.png"] = "" }},
		{"too long a lesson", "lessons/dai.md", lesson(strings.Repeat("a", maxText+1))},
		{"not UTF-8", "lessons/dai.md:2", lesson("Một\n\xff\n")},
		{"empty lesson", "lessons/dai.md", lesson(" \n")},
		{"heading of level 1", "lessons/dai.md:3", lesson("Một\n\n# Hai\n")},
		{"picture", "lessons/dai.md:1", lesson("![hình](a.png)\n")},
		{"raw HTML", "lessons/dai.md:2", lesson("Một\n<script>alert(1)</script>\n")},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := goodFiles()
			c.change(files)
			_, err := parseBundle(files, nil)
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("got %v, want a refusal", err)
			}
			f := fault.Of(err).Fields[0]
			if f.Name != c.at || f.Vi == "" || f.En == "" || strings.Contains(f.Vi+f.En, "%!") {
				t.Errorf("refused at %q: %s (%s); want it at %q", f.Name, f.Vi, f.En, c.at)
			}
		})
	}
}

func TestACourseSaysHowItsCertificatesAreIssued(t *testing.T) {
	for line, want := range map[string]string{"": "", "certificate: auto\n": events.CertificateAuto, "certificate: ordered\n": events.CertificateOrdered, "certificate: none\n": events.CertificateNone} {
		files := goodFiles()
		files["course.yaml"] = goodManifest + line
		if b, err := parseBundle(files, nil); err != nil || b.content.Certificate != want {
			t.Errorf("%q: %q, %v", line, b.content.Certificate, err)
		}
	}
}

func TestAllProblemsAreToldAtOnce(t *testing.T) {
	files := goodFiles()
	files["course.yaml"] = strings.NewReplacer("hours: 1", "hours: 0", "pass: 5", "pass: 11").Replace(goodManifest)
	_, err := parseBundle(files, nil)
	if got := fault.Of(err); len(got.Fields) != 2 || !strings.Contains(got.Vi, "2 chỗ") {
		t.Errorf("refused with %+v, want both problems", got)
	}
}

func TestACourseNeedsNoQuiz(t *testing.T) {
	files := goodFiles()
	head, tail, _ := strings.Cut(goodManifest, "quiz:\n")
	files["course.yaml"] = head + tail[strings.Index(tail, "validity"):]
	b, err := parseBundle(files, nil)
	if err != nil || b.content.Quiz.Items != 0 {
		t.Errorf("read quiz %+v, %v", b.content.Quiz, err)
	}
}

func TestTooManyLessonsAndTooLongACourse(t *testing.T) {
	many := func(n, size int) map[string]string {
		head, _, _ := strings.Cut(goodManifest, "lessons:\n")
		files := map[string]string{}
		for i := range n {
			id := "b" + strings.Repeat("x", i%30) + string(rune('a'+i/30))
			head2 := "  - {id: " + id + ", minutes: 1, title: {vi: Bài}}\n"
			if i == 0 {
				head += "lessons:\n"
			}
			head += head2
			files["lessons/"+id+".md"] = strings.Repeat("a", size)
		}
		files["course.yaml"] = head
		return files
	}
	if _, err := parseBundle(many(maxLessons, 10), nil); err != nil {
		t.Errorf("%d lessons are refused: %v", maxLessons, err)
	}
	for name, files := range map[string]map[string]string{"lessons": many(maxLessons+1, 10), "bytes": many(30, maxText)} {
		if _, err := parseBundle(files, nil); !fault.Is(err, fault.Invalid) {
			t.Errorf("too many %s: got %v, want a refusal", name, err)
		}
	}
}

func TestAShippedCourseMustBeNamedAsItsFolder(t *testing.T) {
	fsys := fstest.MapFS{}
	for name, text := range maps.All(goodFiles()) {
		fsys["courses/khac/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	if _, err := readBundles(fsys); err == nil {
		t.Error("a folder with another name was accepted")
	}
}
