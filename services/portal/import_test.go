package portal_test

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// form gives back what a page's hidden fields hold.
func (a answer) form() url.Values {
	form := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(a.body, -1) {
		form.Set(m[1], m[2])
	}
	return form
}

// until gets a page again and again, till it shows a text.
func (r *reader) until(h *house, path, text string) answer {
	r.t.Helper()
	for range 200 {
		h.Settle()
		if a := r.get(path); strings.Contains(a.body, text) {
			return a
		}
	}
	r.t.Fatalf("%s never shows %q", path, text)
	return answer{}
}

func TestSomebodyInDoubtIsDecidedOnThePage(t *testing.T) {
	h := newHouse(t)
	admin := signIn(t, h.open(), "DEMO-0001")
	admin.get("/import/queue").sees(t, "Không có trường hợp nào")
	file := []byte("code,name,email,unit,post\nMOI-1,Lê Ai Đó,quan.tri@mayngan.example,MN,officer\n")
	for _, known := range strings.Split(people, "\n") {
		if cells := strings.Split(known, ","); cells[0] == "DEMO-0001" {
			file = []byte(strings.Replace(string(file), "quan.tri@mayngan.example", cells[2], 1))
		}
	}
	preview := admin.upload("/import/preview", "people", "a.csv", file, nil)
	preview.sees(t, "Chờ xác định", "không tự gộp")
	form := preview.form()
	for _, column := range []string{"code", "name", "email", "unit", "post"} {
		form.Set("people_column_"+column, column)
	}
	run, _, _ := strings.Cut(admin.post("/import/confirm", form).location, "?")
	admin.until(h, run, "Đã nhập dữ liệu").sees(t, "Xem hàng chờ xác định người")
	queue := admin.get("/import/queue")
	queue.sees(t, "Trùng địa chỉ thư điện tử", "MOI-1", "DEMO-0001", "Là người khác")
	candidate := regexp.MustCompile(`name="candidate" value="([^"]+)"`).FindStringSubmatch(queue.body)[1]
	admin.post("/import/queue", url.Values{"request": {queue.request(t)}, "candidate": {candidate}, "person": {""}}).leads(t, "/import/queue?ok=decided")
	h.Settle()
	admin.get("/import/queue?ok=decided").sees(t, "Đã ghi quyết định", "Không có trường hợp nào")
	lan := signIn(t, h.open(), "DEMO-0100")
	for _, path := range []string{"/import", "/import/runs", run, "/import/queue"} {
		if a := lan.get(path); path != "/import" && a.status != http.StatusForbidden {
			t.Errorf("a learner gets %s: %d", path, a.status)
		}
	}
}

func TestAWorkbookIsUploadedMatchedAndTakenOver(t *testing.T) {
	h := newHouse(t)
	admin := signIn(t, h.open(), "DEMO-0001")
	f := excelize.NewFile()
	for i, cells := range [][]any{{"DANH SÁCH CÁN BỘ"}, {"STT", "Số hiệu", "Họ và tên", "Thư điện từ", "Mã đơn vị", "Chức vụ"},
		{1, "SN-01", "Đỗ Sao Khuê", "sao.khue@mayngan.example", "MN", "officer"}, {2, "SN-02", "Lê Mây", "khong phai thu", "MN", "officer"}} {
		if err := f.SetSheetRow("Sheet1", "A"+string(rune('1'+i)), &cells); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	if err := f.Write(&file); err != nil {
		t.Fatal(err)
	}
	admin.get("/import").sees(t, "Tệp nhân sự", ".xlsx")
	first := admin.upload("/import/preview", "people", "a.xlsx", file.Bytes(), nil)
	first.sees(t, "Thiếu cột", "Có thể là cột", "Dòng tiêu đề: 2", "Các cột không dùng đến: STT, Thư điện từ")
	form := first.form()
	form.Set("people_column_email", "Thư điện từ")
	for column, heading := range map[string]string{"code": "Số hiệu", "name": "Họ và tên", "unit": "Mã đơn vị", "post": "Chức vụ", "birth_year": "", "roles": ""} {
		form.Set("people_column_"+column, heading)
	}
	again := admin.post("/import/preview", form)
	again.sees(t, "Đỗ Sao Khuê", "khong phai thu", "1 dòng hợp lệ sẽ được ghi")
	digest := again.form()
	form.Set("digest", first.form().Get("digest"))
	form.Set("request", digest.Get("request"))
	admin.post("/import/confirm", form).refused(t, http.StatusConflict, "xem trước lại")
	form.Set("digest", digest.Get("digest"))
	form.Set("request", admin.post("/import/preview", form).form().Get("request"))
	done := admin.post("/import/confirm", form)
	if done.status != http.StatusSeeOther {
		t.Fatalf("%d:\n%s", done.status, done.body)
	}
	run, _, _ := strings.Cut(done.location, "?")
	ended := admin.until(h, run, "Đã nhập dữ liệu")
	ended.sees(t, "Hoàn tác lần nhập")
	admin.get("/import/runs").sees(t, "Đã ghi xong", run)
	admin.post(run+"/undo", url.Values{"request": {ended.request(t)}}).leads(t, run)
	admin.until(h, run, "Đã hoàn tác toàn bộ").hides(t, "Hoàn tác lần nhập")
	admin.upload("/import/preview", "people", "a.xls", []byte("\xd0\xcf\x11\xe0"), nil).sees(t, ".xlsx", "Tệp nhân sự")
}
