package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"khuevan/services/directory"
)

// staffBook is a workbook as a personnel office keeps one: a merged title above the headings, seven rows that are wrong in
// seven ways, three good ones, and one with the address of somebody known under another code.
func staffBook(t *testing.T, known string) string {
	t.Helper()
	f := excelize.NewFile()
	for i, cells := range [][]any{
		{"DANH SÁCH CÁN BỘ TIẾP NHẬN"},
		{"STT", "Mã cán bộ", "Họ và tên", "Thư điện tử", "Năm sinh", "Mã đơn vị", "Chức vụ"},
		{1, "MOI-01", "Lê Sao Hôm", "sao.hom@mayngan.example", 1980, "MN-SKHCN", "officer"},
		{2, "MOI-02", "Trần Mây Chiều", "khong-phai-thu", 1980, "MN-SKHCN", "officer"},
		{3, "MOI-03", "Vũ Gió Ngàn", "gio.ngan@mayngan.example", 1980, "KHONG-CO", "officer"},
		{4, "MOI-04", "", "suong.mai@mayngan.example", 1980, "MN-SKHCN", "officer"},
		{5, "MOI-05", "Đỗ Sương Mai", "suong.mai@mayngan.example", 80, "MN-SKHCN", "officer"},
		{6, "MOI 06", "Phan Nắng Hạ", "nang.ha@mayngan.example", 1980, "MN-SKHCN", "officer"},
		{7, "MOI-07", "Bùi Mưa Rào", "mua.rao@mayngan.example", 1980, "MN-SKHCN", "giam-sat-vu-tru"},
		{8, "MOI-08", "Hồ Trăng Non", "nang.moi@mayngan.example", 1980, "MN-SKHCN", "officer"},
		{9, "MOI-08", "Hồ Trăng Khuyết", "trang.khuyet@mayngan.example", 1980, "MN-SKHCN", "officer"},
		{10, "MOI-10", "Võ Đèn Lồng", "den.long@mayngan.example", 1990, "MN-SKHCN", "clerk"},
		{11, "MOI-11", "Ngô Cầu Vồng", "cau.vong@mayngan.example", 1991, "MN-SKHCN", "clerk"},
		{12, "MOI-12", "Tạ Ai Đó", known, 1992, "MN-SKHCN", "clerk"},
	} {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Sheet1", cell, &cells); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.MergeCell("Sheet1", "A1", "G1"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "can-bo.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// addressOf gives the e-mail address of a person of the demo.
func addressOf(t *testing.T, code string) string {
	t.Helper()
	people, err := os.ReadFile(filepath.Join(root(t), "content", "demo", "people.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(people)) {
		if cells := strings.Split(line, ","); cells[0] == code {
			return cells[2]
		}
	}
	t.Fatalf("nobody has the code %s", code)
	return ""
}

// TestAnImportWithBadRowsIsTakenOverAndUndone is what an administrator does on a phone with a file from the personnel office.
func TestAnImportWithBadRowsIsTakenOverAndUndone(t *testing.T) {
	t.Parallel()
	h := open(t, together, false)
	admin := h.visit(chromium(t), "administrator", phone()).as("Quản trị hệ thống")
	admin.opens("/import").uploads("#people", staffBook(t, addressOf(t, "DEMO-0100"))).clicks("Xem trước").sees("Các dòng có lỗi")
	for _, wrong := range []string{"khong-phai-thu", "KHONG-CO", "MOI 06", "giam-sat-vu-tru"} {
		admin.sees(wrong)
	}
	if n := read[int](admin, `new Set([...[...document.querySelectorAll("h2")].find(e => e.innerText.normalize() === "Các dòng có lỗi").parentElement.querySelectorAll("tbody tr")].map(r => r.cells[1].innerText)).size`); n != 8 { // MOI-08 is in two lines
		t.Errorf("problems in %d lines, want 8:\n%s", n, admin.where())
	}
	pleasant(t, admin, "the preview")
	admin.clicks("Xác nhận nhập").sees("Đã nhập dữ liệu")
	pleasant(t, admin, "the run")
	run := read[string](admin, "location.pathname")
	admin.clicks("Xem hàng chờ xác định người").sees("Tạ Ai Đó").sees("Trùng địa chỉ thư điện tử")
	pleasant(t, admin, "the queue")
	var office string
	for _, u := range must[[]directory.Unit](t, h.api("DEMO-0001"), "directory/list-units", struct{}{}) {
		if u.Code == "MN-SKHCN" {
			office = u.ID
		}
	}
	people := func() *browser { return admin.opens("/people?unit=" + office) }
	people().sees("Võ Đèn Lồng").misses("Vũ Gió Ngàn")
	admin.opens("/import/runs").sees("Đã ghi xong")
	pleasant(t, admin, "the list of imports")
	admin.opens(run).agrees().clicks("Hoàn tác lần nhập").sees("Đã hoàn tác toàn bộ lần nhập")
	people().misses("Võ Đèn Lồng")
	admin.opens("/import/queue").sees("Không có trường hợp nào đang chờ")
}

// pleasant fails where a page is not accessible or wider than the screen.
func pleasant(t *testing.T, b *browser, page string) {
	t.Helper()
	for _, v := range b.axe() {
		t.Errorf("%s: %s", page, v)
	}
	if over := read[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		t.Errorf("%s is %d px wider than the screen", page, over)
	}
	if *shots != "" {
		b.shoots(filepath.Join(*shots, "journey-"+page+".png"))
	}
}
