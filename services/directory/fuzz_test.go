package directory

import (
	"context"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzImport reads any two texts against a small province: it never panics, and every line of a readable file is
// accounted for: by a row that is new, changed or the same, or by a problem.
func FuzzImport(f *testing.F) {
	f.Add(province, staff)
	f.Add("\ufeffcode;name;kind;parent;established\r\nMN-SO;Sở;department;MN;2025-07-01\r\n;;;;\r\n", "code;name;email;birth_year;unit;post;roles\nC-1;Lan;lan@x.example;;MN;clerk;\"learner;head\"\n")
	f.Add("code,name\nA,B\n", "namee,code\n")
	f.Add(unitsCSV("A,A,k,B,2025-01-01", "B,B,k,A,2025-01-01", "A,A,k,,2025-01-01", "C,\"C\nC\",k,,2025-01-01", "D,D\"D,k,,x"), peopleCSV("C-1,\"open", "C-2,x,y"))
	f.Add("", "\n \n,,\n\"")
	f.Add("code,name,kind,parent,established\n\xff,\u00a0,\x00,\ufffd,0000-00-00\n", peopleCSV("C-1,Nguyễn Lan,minh@mayngan.example,0,MN-XA,clerk,learner"))
	h := newHouse(f, true)
	f.Cleanup(h.stop)
	h.takes(ImportFiles{Units: province, People: staff})
	k, err := h.all(context.Background())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, units, people string) {
		p, err := h.plan(context.Background(), ImportFiles{Units: units, People: people}, k, nil)
		if err != nil {
			t.Fatal(err)
		}
		view := p.preview()
		accounted(t, p.units, units, view.Units)
		accounted(t, p.people, people, view.People)
		for _, x := range view.Problems {
			if x.Vi == "" || x.En == "" || !utf8.ValidString(x.Vi+x.En+x.Value+x.Column) {
				t.Errorf("the problem %+v cannot be shown", x)
			}
		}
	})
}

func accounted(t *testing.T, table *table, text string, c Changes) {
	t.Helper()
	if table.refused {
		if len(table.problems) == 0 || c != (Changes{Bad: 1}) {
			t.Errorf("a refused header with %d problems counts %+v", len(table.problems), c)
		}
		return
	}
	if got := c.New + c.Changed + c.Same + c.Bad + c.Doubtful; got != len(table.rows) {
		t.Errorf("%d rows are counted as %d: %+v", len(table.rows), got, c)
	}
	told := map[int]bool{}
	for _, p := range table.problems {
		told[p.Line] = true
	}
	spanned := map[int]bool{}
	for _, r := range table.rows {
		if r.fate == undecided || told[r.line] != (r.fate == isBad) {
			t.Errorf("the row on line %d is %q, told: %v", r.line, r.fate, told[r.line])
		}
		for line := r.line; line <= r.end; line++ {
			spanned[line] = true
		}
	}
	lines := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
	header := slices.IndexFunc(lines, func(l string) bool { return strings.TrimRight(l, "\r") != "" })
	if header < 0 || strings.Contains(lines[header], `"`) {
		return // a header in quotes may span lines
	}
	for i := header + 1; i < len(lines); i++ {
		blank := strings.Trim(strings.ReplaceAll(lines[i], "\u00a0", " "), " \t\r\v\f;,\"\u0085") == ""
		if !blank && !spanned[i+1] {
			t.Errorf("nothing is said about line %d: %q", i+1, lines[i])
		}
	}
}
