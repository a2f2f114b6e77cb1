package catalog

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"khuevan/content"
)

func TestTheShippedFrameworksAreWhole(t *testing.T) {
	f, err := readFrameworks(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	it := f.all[0]
	if it.ID != "cntt-03-2014" || len(it.Competencies) != 15 || it.Competencies[13].Code != "IU14" || it.Competencies[13].Unsure {
		t.Errorf("%+v", it)
	}
	if c, ok := f.find("IU07"); !ok || !c.Unsure {
		t.Errorf("what was not held against its source is not marked: %+v", c)
	}
	if other := f.all[1]; !other.Unsure || len(other.Competencies) != 0 {
		t.Errorf("%+v", other)
	}
}

func TestWrongFrameworksNameTheirFile(t *testing.T) {
	const good = "id: a\nversion: 1\ntitle: {vi: A}\ncitation: {vi: B}\ncompetencies:\n  - {code: X1, level: basic, title: {vi: X}}\n"
	for name, c := range map[string]struct{ file, text, want string }{
		"unknown field": {"a.yaml", good + "colour: red\n", "line 7"},
		"level":         {"a.yaml", strings.Replace(good, "basic", "middle", 1), `level "middle"`},
		"twice":         {"a.yaml", good + "  - {code: X1, level: basic, title: {vi: X}}\n", "X1 stands twice"},
		"code":          {"a.yaml", strings.Replace(good, "X1", "x 1", 1), `code "x 1"`},
		"no source":     {"a.yaml", strings.Replace(good, "citation: {vi: B}\n", "", 1), "citation.vi"},
		"walk to":       {"crosswalks.yaml", "crosswalks:\n  - {from: a, to: b}\n", `no framework "a" or "b"`},
	} {
		files := fstest.MapFS{"frameworks/" + c.file: {Data: []byte(c.text)}}
		if _, err := readFrameworks(files); err == nil || !strings.Contains(err.Error(), c.file) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestACrosswalkTranslates(t *testing.T) {
	w := Crosswalk{From: "a", To: "b", Pairs: []Pair{{From: "A1", To: "B1", How: pairEquivalent}, {From: "A2", To: "B2", How: pairBroader},
		{From: "A2", To: "B3", How: pairNarrower}, {From: "A3", To: "B1", How: pairEquivalent}, {From: "A1", To: "B4", How: pairEquivalent, Unsure: true}}}
	if got := w.Translate([]string{"A1", "A2", "A3", "A9"}); !slices.Equal(got, []string{"B1", "B3"}) {
		t.Errorf("%v", got)
	}
	if got := w.Translate(nil); len(got) != 0 {
		t.Errorf("nothing gives %v", got)
	}
}
