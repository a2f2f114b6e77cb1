package directory

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"khuevan/platform/fault"
	"khuevan/platform/sheet"
	"khuevan/platform/vietnamese"
)

// workbook writes a file of one sheet after the other; do shapes it further.
func workbook(t testing.TB, sheets map[string][][]any, do func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	for _, name := range []string{"Sheet1", "Hai"} {
		rows, ok := sheets[name]
		if !ok {
			continue
		}
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, cells := range rows {
			if err := f.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &cells); err != nil {
				t.Fatal(err)
			}
		}
	}
	if do != nil {
		do(f)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, name string, columns []string, f ImportFile) *table {
	t.Helper()
	g, err := sheet.Open(f.Data, f.Sheet)
	must(t, err)
	return newTable(name, columns).read(g, f.Columns)
}

func TestAWorkbookIsReadAsPeopleSeeIt(t *testing.T) {
	day := time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)
	data := workbook(t, map[string][][]any{"Sheet1": {
		{"DANH SÁCH ĐƠN VỊ TỈNH MÂY NGÀN"},
		{},
		{"STT", "Đơn vị", "", "", "Cấp trên", "Ngày thành lập"},
		{"", "Mã", "Tên", "Loại"},
		{1, 1, "Tỉnh Mây Ngàn", "province", nil, day},
		{2, "MN-SO", "Sở Khoa học", "department", nil, "01/07/2025"},
		{3, "MN-XA", "Xã Đỉnh Mây", "commune", "00001", 45839},
		{4, "MN-LO", "Xã Lỗi", "commune", "#REF!", day},
	}}, func(f *excelize.File) {
		for _, r := range [][2]string{{"A1", "F1"}, {"A3", "A4"}, {"B3", "D3"}, {"E3", "E4"}, {"F3", "F4"}} {
			must(t, f.MergeCell("Sheet1", r[0], r[1]))
		}
		form := func(cell, format string) {
			style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
			must(t, err)
			must(t, f.SetCellStyle("Sheet1", cell, cell, style))
		}
		form("B5", "00000")
		form("F5", "m/d/yyyy")
		form("F7", `dd" tháng "mm" năm "yyyy`)
		must(t, f.SetCellFormula("Sheet1", "E6", "B5"))
		must(t, f.SetCellStr("Sheet1", "E6", "00001"))
	})
	got := readFile(t, "units", unitColumns, ImportFile{Data: data})
	want := [][]string{{"00001", "Tỉnh Mây Ngàn", "province", "", "2025-07-01"}, {"MN-SO", "Sở Khoa học", "department", "00001", "2025-07-01"},
		{"MN-XA", "Xã Đỉnh Mây", "commune", "00001", "2025-07-01"}, {"MN-LO", "Xã Lỗi", "commune", "#REF!", "2025-07-01"}}
	if !reflect.DeepEqual(cellsOf(got), want) {
		t.Errorf("got %q, header %+v", cellsOf(got), got.head)
	}
	if got.head.line != 4 || got.rows[0].line != 5 || !reflect.DeepEqual(got.ignored, []string{"STT"}) {
		t.Errorf("header on line %d, ignored %q", got.head.line, got.ignored)
	}
	if len(got.problems) != 1 || got.problems[0].Line != 8 || got.problems[0].Column != "parent" || !strings.Contains(got.problems[0].Vi, "Công thức") {
		t.Errorf("problems %+v", got.problems)
	}
}

func TestASheetIsChosen(t *testing.T) {
	data := workbook(t, map[string][][]any{"Sheet1": {{"ghi chú"}}, "Hai": {{"code", "name", "kind", "parent", "established"}, {"A", "B", "c", nil, "2025-07-01"}}}, nil)
	if got := readFile(t, "units", unitColumns, ImportFile{Data: data, Sheet: "Hai"}); len(got.rows) != 1 || len(got.problems) != 0 {
		t.Errorf("got %+v", got)
	}
	if got := readFile(t, "units", unitColumns, ImportFile{Data: data}); !got.refused {
		t.Errorf("the first sheet is no table, but was read as %+v", got.head)
	}
	if _, err := sheet.Open(data, "Ba"); !strings.Contains(fault.Of(err).Vi, "Sheet1, Hai") {
		t.Errorf("a sheet that is not there: %v", err)
	}
}

func TestAnOldFontInAWorkbookIsConverted(t *testing.T) {
	data := workbook(t, map[string][][]any{"Sheet1": {{"code", "name", "email", "unit", "post"},
		{"C-1", "NguyÔn V¨n §øc", "duc@x.example", "A", "clerk"}, {"C-2", "TrÇn ThÞ Hoµ", "hoa@x.example", "A", "clerk"}}}, nil)
	got := readFile(t, "people", personColumns, ImportFile{Data: data})
	if got.source.Encoding != vietnamese.TCVN3 || got.rows[0].cells["name"] != "Nguyễn Văn Đức" || got.rows[1].cells["name"] != "Trần Thị Hoà" {
		t.Errorf("%s: %+v", got.source.Encoding, cellsOf(got))
	}
}

func TestHeadingsInEitherLanguageInAnyOrder(t *testing.T) {
	for text, ignored := range map[string]int{
		"Mã cán bộ,Họ và tên,Thư điện tử,Năm sinh,Mã đơn vị,Chức vụ,Vai trò\n1,A,b@c.example,1970,U,clerk,\n":    0,
		"EMAIL;Họ tên;ghi chú;Position;Unit;Personnel code\nb@c.example;A;x;clerk;U;1\n":                         1,
		"DANH SÁCH\n,,,,\nhọ và tên *,mã:,đơn vị,chức danh,e-mail\nA,1,U,clerk,b@c.example\n":                    0,
		"\tMã\tHo\u0323 va\u0300 te\u0302n\tCơ quan\tChức danh\tEmail công vụ\n9\t1\tA\tU\tclerk\tb@c.example\n": 0,
	} {
		got := newTable("people", personColumns).read(sheet.FromCSV(text), nil)
		if len(got.problems) != 0 || len(got.rows) != 1 || len(got.ignored) != ignored {
			t.Errorf("%q: %+v", text, got)
			continue
		}
		if c := got.rows[0].cells; c["code"] != "1" || c["name"] != "A" || c["unit"] != "U" || c["post"] != "clerk" || c["email"] != "b@c.example" {
			t.Errorf("%q is read as %v", text, c)
		}
	}
}

func TestAChosenColumnGoesBeforeTheUsualOne(t *testing.T) {
	text := "Mã,Số,Họ tên,Thư,Nơi làm,Chức danh\n1,2,A,b@c.example,U,clerk\n"
	plain := newTable("people", personColumns).read(sheet.FromCSV(text), nil)
	if !plain.refused || plain.reading().Columns["code"] != "Mã" {
		t.Fatalf("got %+v", plain.reading())
	}
	got := newTable("people", personColumns).read(sheet.FromCSV(text), map[string]string{"code": "Số", "email": "Thư", "unit": "Nơi làm"})
	if len(got.problems) != 0 || got.rows[0].cells["code"] != "2" || got.rows[0].cells["unit"] != "U" || !reflect.DeepEqual(got.ignored, []string{"Mã"}) {
		t.Errorf("got %+v, %v", got.problems, got.ignored)
	}
}

func FuzzGrid(f *testing.F) {
	f.Add(workbook(f, map[string][][]any{"Sheet1": {{"Mã", "Tên"}, {1, "A"}, {nil, nil, 45839}}}, nil), "Sheet1")
	f.Add([]byte("code;name\n\"a\nb\";c\n"), "")
	f.Add([]byte("\xff\xfea\x00,\x00"), "")
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		g, err := sheet.Open(data, name)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%v", err)
			}
			return
		}
		for _, name := range []string{"units", "people"} {
			read := newTable(name, personColumns).read(g, map[string]string{"code": "x"})
			if !read.refused && len(g.Records) > 0 && len(read.rows) != len(g.Records)-1-read.head.at {
				t.Errorf("%d of %d rows are read", len(read.rows), len(g.Records))
			}
		}
	})
}
