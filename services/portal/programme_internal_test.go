package portal

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"khuevan/events"
)

func someWords(t *rapid.T, name string) events.Words {
	return events.Words{Vi: rapid.SampledFrom([]string{"", "Một", "Hai"}).Draw(t, name), En: rapid.SampledFrom([]string{"", "one", "two"}).Draw(t, name+" en")}
}

func someParts(t *rapid.T) (parts []events.ProgrammePart) {
	some := func(name string, most int) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 0, most, rapid.ID[string]).Draw(t, name)
	}
	for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"p1", "p2", "p3"}), 0, 3, rapid.ID[string]).Draw(t, "parts") {
		p := events.ProgrammePart{ID: id, Title: someWords(t, "title"), AtLeast: rapid.IntRange(0, 2).Draw(t, "at least")}
		for _, c := range some("courses", 3) {
			x := events.ProgrammeCourse{Course: c}
			if e := some("equivalents", 2); len(e) > 0 {
				x.Equivalents = e
			}
			p.Courses = append(p.Courses, x)
		}
		parts = append(parts, p)
	}
	return parts
}

func someProgramme(t *rapid.T) events.ProgrammePublished {
	return events.ProgrammePublished{Programme: "thu", Title: someWords(t, "title"), Summary: someWords(t, "summary"), Parts: someParts(t), Again: someParts(t),
		ValidityMonths: rapid.SampledFrom([]int{0, 12}).Draw(t, "months")}
}

func written(t interface{ Fatal(...any) }, p events.ProgrammePublished) string {
	body, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// What a form is filled with is what is read from it.
func TestADraftSurvivesItsForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := someProgramme(t)
		was := draftOf(p)
		was.seen = rapid.IntRange(0, 9).Draw(t, "seen")
		is := readDraft(was.form())
		got := is.publishable()
		if is.seen != was.seen || written(t, got) != written(t, p) {
			t.Fatalf("became %+v", got)
		}
	})
}

// Of two programmes something is said exactly when they differ.
func TestEveryChangeIsSaid(t *testing.T) {
	w := programmeWords{&view{}, itself}
	rapid.Check(t, func(t *rapid.T) {
		was, is := someProgramme(t), someProgramme(t)
		if rapid.Bool().Draw(t, "only the parts") {
			parts := is.Parts
			is = was
			is.Parts = parts
		}
		if said := w.changes(was, is); (len(said) > 0) != (written(t, was) != written(t, is)) {
			t.Fatalf("of\n%s\n%s\nis said %q", written(t, was), written(t, is), said)
		}
	})
}

func TestChangesInWords(t *testing.T) {
	w := programmeWords{&view{lang: "vi"}, func(course string) string { return "Khóa " + course }}
	part := func(id, title string, n int, courses ...string) events.ProgrammePart {
		p := events.ProgrammePart{ID: id, Title: events.Words{Vi: title}, AtLeast: n}
		for _, c := range courses {
			p.Courses = append(p.Courses, events.ProgrammeCourse{Course: c})
		}
		return p
	}
	was := events.ProgrammePublished{Title: events.Words{Vi: "Cũ"}, Parts: []events.ProgrammePart{part("p1", "Cơ bản", 0, "a", "b"), part("p2", "Thêm", 1, "c", "d"), part("p3", "Bỏ đi", 0, "e")}}
	is := events.ProgrammePublished{Title: events.Words{Vi: "Mới"}, ValidityMonths: 12, Parts: []events.ProgrammePart{part("p2", "Thêm", 2, "c", "d", "e"), part("p1", "Cơ bản", 0, "b", "a")},
		Again: []events.ProgrammePart{part("p1", "Ôn", 1, "a", "b")}}
	is.Parts[0].Courses[0].Equivalents = []string{"x"}
	want := []string{
		"Tên chương trình: từ “Cũ” thành “Mới”.",
		"Hiệu lực: từ không thời hạn thành 12 tháng.",
		"Bỏ phần “Bỏ đi”.",
		"Phần “Thêm”: từ chọn 1 trong 2 khóa học thành chọn 2 trong 3 khóa học.",
		"Phần “Thêm”: thêm Khóa e.",
		"Phần “Thêm”, khóa học được tính thay cho “Khóa c”: thêm Khóa x.",
		"Phần “Cơ bản”, thứ tự các khóa học: Khóa b; Khóa a.",
		"Thứ tự các phần: Thêm; Cơ bản.",
		"Lộ trình rút gọn: Thêm phần “Ôn”, chọn 1 trong 2 khóa học: Khóa a; Khóa b.",
	}
	if got := w.changes(was, is); !slices.Equal(got, want) {
		for _, s := range got {
			t.Log(s)
		}
		t.Errorf("got %d sentences, want %d", len(got), len(want))
	}
}

// drafted writes a draft as "p1:a,b(x) p2:c".
func drafted(d programmeDraft) (all string) {
	for _, p := range d.content.Parts {
		all += p.ID + ":"
		for _, c := range p.Courses {
			all += c.Course + fmt.Sprint(c.Equivalents)
		}
		all += " "
	}
	return all
}

func TestStepsOfTheBuilder(t *testing.T) {
	for _, c := range []struct{ step, want, focus string }{
		{"add parts", "p1:a[x y]b[] p2:c[] p3: ", "parts.2.title.vi"},
		{"up parts 1", "p2:c[] p1:a[x y]b[] ", "parts.0.up"},
		{"up parts 0", "p1:a[x y]b[] p2:c[] ", "parts.0.up"},
		{"down parts 0", "p2:c[] p1:a[x y]b[] ", "parts.1.down"},
		{"drop parts 0", "p2:c[] ", "parts.add"},
		{"down parts 0 0", "p1:b[]a[x y] p2:c[] ", "parts.0.courses.1.down"},
		{"drop parts 0 1", "p1:a[x y] p2:c[] ", "parts.0.add"},
		{"drop parts 0 0 0", "p1:a[y]b[] p2:c[] ", "parts.0.courses.0.add"},
		{"more parts 1", "p1:a[x y]b[] p2:c[] ", "parts.1.add"},
		{"more parts 0 1", "p1:a[x y]b[] p2:c[] ", "parts.0.courses.1.add"},
		{"drop parts 7", "p1:a[x y]b[] p2:c[] ", ""},
		{"drop parts 7 0", "p1:a[x y]b[] p2:c[] ", ""},
		{"drop parts 0 7 0", "p1:a[x y]b[] p2:c[] ", ""},
		{"drop parts x", "p1:a[x y]b[] p2:c[] ", ""},
		{"", "p1:a[x y]b[] p2:c[] ", ""},
	} {
		d := programmeDraft{content: events.ProgrammePublished{Parts: []events.ProgrammePart{
			{ID: "p1", Courses: []events.ProgrammeCourse{{Course: "a", Equivalents: []string{"x", "y"}}, {Course: "b"}}}, {ID: "p2", Courses: []events.ProgrammeCourse{{Course: "c"}}},
		}}}
		if focus := d.take(c.step); focus != c.focus || drafted(d) != c.want {
			t.Errorf("%q: %s at %q, want %s at %q", c.step, drafted(d), focus, c.want, c.focus)
		}
	}
}

// Whatever a form says, it is read.
func TestAnyFormIsRead(t *testing.T) {
	d := readDraft(url.Values{"parts.n": {"-3"}, "again.n": {"999999999"}, "again.0.courses.n": {"x"}, "again.1.add": {"a"}, "seen": {"?"}})
	if len(d.content.Parts) != 0 || len(d.content.Again) != mostParts || len(d.content.Again[1].Courses) != 1 || d.seen != 0 {
		t.Errorf("read %+v", d)
	}
}
