package e2e

import (
	"strconv"
	"testing"
)

// TestTheMergerOnTheSlider lets the administrator play the merger of three provinces, move the slider over the day of it,
// follow a former commune to what it became, and undo a new name.
func TestTheMergerOnTheSlider(t *testing.T) {
	t.Parallel()
	h := open(t, together, false)
	admin := h.visit(chromium(t), "administrator", desktop()).as("Quản trị hệ thống")
	admin.opens("/units").misses("Tỉnh Ba Ngàn").clicks("Chạy kịch bản").sees("Đã chạy kịch bản sáp nhập").
		sees("Ngày 01/07/2025").sees("Tỉnh Ba Ngàn").misses("▸ Tỉnh Đồi Ngọc")
	slides(admin, 2025*12+5)
	admin.until("the day before", `document.querySelector("#structure h2").innerText.includes("01/06/2025")`)
	admin.sees("Tỉnh Đồi Ngọc").sees("Tỉnh Sông Lam Thượng").misses("Tỉnh Ba Ngàn")
	admin.until("the field follows the slider", `document.getElementById("on").value === "2025-06-01"`)
	slides(admin, 2025*12+6)
	admin.until("the day of the merger", `document.querySelector("#structure h2").innerText.includes("01/07/2025")`)
	admin.until("the address follows too", `location.search.includes("on=2025-07-01")`)
	admin.presses("Đơn vị đã sáp nhập").sees("Sáp nhập vào: Tỉnh Ba Ngàn").clicks("▸ Tỉnh Ba Ngàn").sees("Sở Nội vụ tỉnh Ba Ngàn")

	admin.opens("/units?q=quan+khe&on=2025-07-01").sees("đơn vị cũ").clicks("Xã Quân Khê").sees("Nguồn gốc và kế thừa").sees("Xã Phụ Khánh")
	admin.opens("/units?q=Phụ+Khánh&on=2025-07-01").sees("hợp thành từ").clicks("Xã Phụ Khánh").sees("Xã Quân Khê").sees("SN-BN-")
	if found := admin.axe(); len(found) > 0 {
		t.Errorf("the page of a unit is not accessible: %v", found)
	}
}

// slides moves the slider as a hand does.
func slides(b *browser, month int) {
	b.t.Helper()
	read[bool](b, `(() => { const s = document.getElementById("month"); s.value = `+strconv.Itoa(month)+`; s.dispatchEvent(new Event("input", {bubbles: true})); return true })()`)
}
