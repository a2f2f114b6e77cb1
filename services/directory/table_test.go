package directory

import (
	"reflect"
	"strings"
	"testing"
)

func cellsOf(t *table) [][]string {
	var all [][]string
	for _, r := range t.rows {
		var cells []string
		for _, c := range t.columns {
			cells = append(cells, r.cells[c])
		}
		all = append(all, cells)
	}
	return all
}

func TestTheSameTableInManySpellings(t *testing.T) {
	columns := []string{"code", "name"}
	want := [][]string{{"A", "Hòa Bình"}, {"B", "Văn, phòng"}}
	for name, text := range map[string]string{
		"plain":                   "code,name\nA,Hòa Bình\nB,\"Văn, phòng\"\n",
		"byte order mark, CRLF":   "\ufeffcode,name\r\nA,Hòa Bình\r\nB,\"Văn, phòng\"\r\n",
		"semicolons":              "code;name\nA;Hòa Bình\nB;Văn, phòng",
		"decomposed, spaced":      "\n Code , NAME\n\u00a0A ,Ho\u0300a  Bi\u0300nh \n\nB,\" Văn,\nphòng\"\n , \n",
		"columns the other way":   "name,code\nHòa Bình,A\n\"Văn, phòng\",B\n",
		"semicolons and no quote": "name;code\nHòa Bình;A\nVăn, phòng;B\n;\n",
	} {
		got := readTable("units", text, columns)
		if len(got.problems) > 0 || !reflect.DeepEqual(cellsOf(got), want) {
			t.Errorf("%s: got %q, problems %+v", name, cellsOf(got), got.problems)
		}
	}
	for _, text := range []string{"", "\ufeff", " \r\n\n"} {
		if got := readTable("units", text, columns); len(got.rows) != 0 || len(got.problems) != 0 || got.refused {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}

func TestAWrongHeaderIsAProblemOfItsLine(t *testing.T) {
	got := readTable("people", "code,namee,e-mail,birth_year,unit,post,post\nA,b,c,1990,U,clerk,\n", personColumns)
	if !got.refused || len(got.rows) != 0 || got.counts() != (Changes{Bad: 1}) {
		t.Fatalf("got %+v", got)
	}
	suggested := map[string]string{"post": "hai lần", "name": "Có thể là cột “namee”"}
	for _, p := range got.problems {
		if p.File != "people" || p.Line != 1 || !strings.Contains(p.Vi, suggested[p.Column]) || suggested[p.Column] == "" || p.En == "" {
			t.Errorf("unexpected problem %+v", p)
		}
		delete(suggested, p.Column)
	}
	if len(suggested) > 0 {
		t.Errorf("nothing said about %v", suggested)
	}
}

func TestBadRecordsAreNamedAndTheRestIsRead(t *testing.T) {
	text := "code,name\nA,\"x\ny\"\nB\nC,a\"b\nD,d,d\nE,\xff\nF,\ufffd\nG,a\x07b\nH,good\nI,\"open\nJ,lost\n"
	got := readTable("units", text, []string{"code", "name"})
	var lines []int
	for _, p := range got.problems {
		lines = append(lines, p.Line)
	}
	if want := []int{4, 5, 6, 7, 8, 9, 11}; !reflect.DeepEqual(lines, want) {
		t.Errorf("problems on lines %v, want %v", lines, want)
	}
	var good []string
	for _, r := range got.rows {
		if r.fate != isBad {
			good = append(good, r.cells["code"]+r.cells["name"])
		}
	}
	if want := []string{"Ax y", "Hgood"}; !reflect.DeepEqual(good, want) {
		t.Errorf("good rows %q, want %q", good, want)
	}
	if last := got.rows[len(got.rows)-1]; last.line != 11 || last.end < 12 {
		t.Errorf("the record that is never closed spans lines %d–%d", last.line, last.end)
	}
}

func TestNearest(t *testing.T) {
	for word, want := range map[string]string{"birthyear": "birth_year", "Unit": "unit", "rôles": "roles", "": "code", "emial": "email", "nam": "name"} {
		if got := personColumns[nearest(word, personColumns)]; got != want {
			t.Errorf("nearest to %q is %q, want %q", word, got, want)
		}
	}
	if d := distance([]rune("kitten"), []rune("sitting")); d != 3 {
		t.Errorf("kitten and sitting are %d apart, want 3", d)
	}
}
