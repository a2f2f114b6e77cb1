package reporting

import (
	"bytes"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"khuevan/platform/clock"
)

func sample(en bool) competency {
	so := unitDoc{Unit: "so", Code: "MN-SO", Name: "Sở Khoa học và Công nghệ"}
	return competency{en: en, unit: so, position: 42, at: clock.Local(morning), asker: "Nguyễn Thị Lan",
		branches: []branch{
			{so, 0, counts{People: 5, Assigned: 4, Started: 3, Passed: 2, Completed: 1}},
			{unitDoc{Unit: "phong", Code: "MN-SO-P", Name: "Phòng Hành chính"}, 1, counts{People: 2}},
		},
		rows: []Row{
			{Person: "a", Name: `=HYPERLINK("http://x.example","Lan")`, UnitName: "@phòng", Course: "+attt", State: stateCompleted, Due: time.Date(2026, 12, 31, 16, 59, 59, 0, time.UTC),
				Mark: 8.5, Completed: time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC), Certificate: "-KV-1"},
			{Person: "b", UnitName: "Phòng", Course: "An toàn thông tin", State: stateAssigned, Due: morning},
		}}
}

func openBook(t *testing.T, body []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func cells(t *testing.T, f *excelize.File, sheet string, want map[string]string, raw bool) {
	t.Helper()
	for cell, text := range want {
		got, err := f.GetCellValue(sheet, cell, excelize.Options{RawCellValue: raw})
		if err != nil || got != text {
			t.Errorf("%s!%s is %q, want %q (%v)", sheet, cell, got, text, err)
		}
	}
}

func TestTheWorkbookReadsBack(t *testing.T) {
	body, err := sample(false).workbook()
	if err != nil {
		t.Fatal(err)
	}
	f := openBook(t, body)
	cells(t, f, "Tổng hợp", map[string]string{"A1": "Mã đơn vị", "B2": "Sở Khoa học và Công nghệ", "C2": "5", "D2": "4", "G2": "1", "H2": "25.0%", "A3": "MN-SO-P", "D3": "0", "H3": ""}, false)
	cells(t, f, "Tổng hợp", map[string]string{"H2": "0.25"}, true)
	cells(t, f, "Chi tiết", map[string]string{"A1": "Họ và tên", "A2": `=HYPERLINK("http://x.example","Lan")`, "B2": "@phòng", "C2": "+attt", "D2": "Hoàn thành",
		"E2": "31/12/2026", "F2": "8.50", "G2": "23/11/2026", "H2": "-KV-1", "A3": "(đã xóa)", "D3": "Được giao", "E3": "23/11/2026", "F3": "", "G3": "", "H3": ""}, false)
	cells(t, f, "Chi tiết", map[string]string{"E2": "46387", "F2": "8.5"}, true) // a date is a number of days, a mark a number
	cells(t, f, "Ghi chú", map[string]string{"B1": "Sở Khoa học và Công nghệ", "B2": "Tất cả các khóa học", "B3": "08:00:00 23/11/2026 (UTC+7)", "B4": "#42", "B5": "Nguyễn Thị Lan"}, false)
	for _, cell := range []string{"A2", "B2", "C2", "H2"} {
		formula, err1 := f.GetCellFormula("Chi tiết", cell)
		kind, err2 := f.GetCellType("Chi tiết", cell)
		if err1 != nil || err2 != nil || formula != "" || kind != excelize.CellTypeSharedString {
			t.Errorf("%s: formula %q, type %v, %v, %v", cell, formula, kind, err1, err2)
		}
	}
	for _, name := range []string{"Tổng hợp", "Chi tiết"} {
		if panes, err := f.GetPanes(name); err != nil || !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("%s: %+v, %v", name, panes, err)
		}
		if width, err := f.GetColWidth(name, "B"); err != nil || width < 40 {
			t.Errorf("%s: column B is %v wide, %v", name, width, err)
		}
	}
	filters := 0
	for _, d := range f.GetDefinedName() {
		if d.Name == "_xlnm._FilterDatabase" {
			filters++
		}
	}
	if filters != 2 {
		t.Errorf("%d filters", filters)
	}
}

func TestTheWorkbookInEnglish(t *testing.T) {
	body, err := sample(true).workbook()
	if err != nil {
		t.Fatal(err)
	}
	f := openBook(t, body)
	cells(t, f, "Summary", map[string]string{"A1": "Code", "C1": "People"}, false)
	cells(t, f, "Details", map[string]string{"A1": "Name", "D2": "Completed", "E2": "2026-12-31", "A3": "(erased)"}, false)
	cells(t, f, "Notes", map[string]string{"A5": "Asked by", "B2": "All courses"}, false)
}

func TestTheSameReportMakesTheSameBytes(t *testing.T) {
	first, err1 := sample(false).workbook()
	second, err2 := sample(false).workbook()
	if err1 != nil || err2 != nil || !bytes.Equal(first, second) {
		t.Errorf("%d and %d bytes differ; %v, %v", len(first), len(second), err1, err2)
	}
}

func TestAnEmptyReportIsAWorkbook(t *testing.T) {
	body, err := (competency{at: clock.Local(morning)}).workbook()
	if err != nil {
		t.Fatal(err)
	}
	cells(t, openBook(t, body), "Chi tiết", map[string]string{"A1": "Họ và tên", "A2": ""}, false)
}

func BenchmarkWorkbookOf30000Rows(b *testing.B) {
	c := sample(false)
	for len(c.rows) < 30_000 {
		c.rows = append(c.rows, c.rows[0])
	}
	for b.Loop() {
		body, err := c.workbook()
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(body)), "bytes")
	}
}
