package portal_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"khuevan/events"
)

// A membership that was recorded wrongly is corrected on its page; the record keeps what was said before.
func TestAMembershipIsCorrectedOnItsPage(t *testing.T) {
	h := newHouse(t)
	admin := signIn(t, h.open(), "DEMO-0001")
	page := "/people/view?person=" + h.person("DEMO-0100")
	membership := regexp.MustCompile(`membership=([^"#&]+)(?:&amp;[^"]*)?#restate`).FindStringSubmatch(admin.get(page).body)
	if membership == nil {
		t.Fatal(admin.get(page).body)
	}
	fix := admin.get(page + "&membership=" + membership[1])
	fix.sees(t, "Đính chính: Xã Đỉnh Mây", "Điều đã ghi trước đây vẫn còn trong sổ")
	form := url.Values{"person": {h.person("DEMO-0100")}, "what": {"restate"}, "membership": {membership[1]}, "request": {fix.request(t)},
		"same_unit": {regexp.MustCompile(`name="same_unit" value="([^"]+)"`).FindStringSubmatch(fix.body)[1]}, "unit": {"KHONG-CO"}, "post": {"officer"}, "on": {"2025-08-01"}}
	admin.post("/people/change", form).shows(t, "KHONG-CO", `value="2025-08-01"`)
	form.Set("unit", "")
	form.Set("until", "2025-08-01")
	if a := admin.post("/people/change", form); a.status != http.StatusUnprocessableEntity && a.status != http.StatusConflict {
		t.Errorf("it ends before it begins: %d %s", a.status, a.location)
	}
	form.Set("until", "")
	admin.post("/people/change", form).leads(t, "/people/view?ok=recorded&person="+h.person("DEMO-0100"))
	h.Settle()
	admin.get(page).sees(t, "01/08/2025", "Chuyên viên", "Đính chính", "Bắt đầu")
	admin.get("/people/view?person="+h.person("DEMO-0100")+"&known=2020-01-01").hides(t, "01/08/2025")
}

// Whoever mistypes a unit finds the form open as it was, with the units that may be meant.
func TestARefusedTransferKeepsWhatWasEntered(t *testing.T) {
	h := newHouse(t)
	admin := signIn(t, h.open(), "DEMO-0001")
	page := "/people/view?person=" + h.person("DEMO-0100")
	form := url.Values{"person": {h.person("DEMO-0100")}, "what": {"transfer"}, "request": {admin.get(page).request(t)}, "unit": {"Xã không có"}, "post": {"leader"}, "on": {"2030-02-28"}}
	refused := admin.post("/people/change", form)
	refused.shows(t, `<details class="card" open`, `value="Xã không có"`, `value="2030-02-28"`, `<option value="leader" selected`, "chọn trong danh sách gợi ý")
	h.Append("directory.unit.twin", events.UnitEstablished{Unit: "twin", Code: "MN-TWIN", Name: "Xã Đỉnh Mây", Kind: "commune", On: "2026-01-01"})
	h.Settle()
	form.Set("unit", "xã đỉnh mây")
	admin.post("/people/change", form).shows(t, "Có 2 đơn vị cùng tên", "MN-TWIN")
	form.Set("unit", "mn-twin")
	form.Set("request", admin.get(page).request(t))
	admin.post("/people/change", form).leads(t, "/people/view?ok=recorded&person="+h.person("DEMO-0100"))
	admin.get("/units/suggest?into=dinh+may").shows(t, `<option value="MN-X`, "Xã Đỉnh Mây · Tỉnh Mây Ngàn")
}

func TestPeopleAreFound(t *testing.T) {
	h := newHouse(t)
	admin := signIn(t, h.open(), "DEMO-0001")
	for _, text := range []string{"lan chi", "Chi LAN nguyen", "demo-0100"} {
		found := admin.get("/people?q=" + url.QueryEscape(text))
		found.sees(t, "Nguyễn Thị Lan Chi", "Xã Đỉnh Mây")
		found.hides(t, "Không tìm thấy ai")
	}
	admin.get("/people?q=Khong+co+ai+ten+nay").sees(t, "Không tìm thấy ai")
}
