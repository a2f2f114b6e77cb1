package portal_test

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
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
	if done := admin.post("/import/confirm", form); done.status != http.StatusSeeOther {
		t.Fatalf("%d:\n%s", done.status, done.body)
	}
	admin.upload("/import/preview", "people", "a.xls", []byte("\xd0\xcf\x11\xe0"), nil).sees(t, ".xlsx", "Tệp nhân sự")
}
