package e2e

import (
	"strings"
	"testing"

	"khuevan/services/directory"
)

// TestAPersonGetsHerDataAndIsErased is the journey of a person who wants to know what is held about her, and then wants it gone.
func TestAPersonGetsHerDataAndIsErased(t *testing.T) {
	t.Parallel()
	h := open(t, together, false)
	chrome := chromium(t)
	learner := h.visit(chrome, "Lan", phone()).as("Cán bộ học viên")
	learner.opens("/account").clicks("Dữ liệu cá nhân của tôi").sees("Bạn được nhận bản sao")
	learner.usable("privacy")
	if kind, body := learner.posts("/account/privacy/export", "format=json"); kind != "200 application/json" || !strings.Contains(body, lan) ||
		!strings.Contains(body, "khuevan.data-subject-export.v1") {
		t.Errorf("the machine-readable copy is %s: %.200s", kind, body)
	}
	if kind, body := learner.posts("/account/privacy/export", "format=pdf"); kind != "200 application/pdf" || !strings.HasPrefix(body, "%PDF-") {
		t.Errorf("the readable copy is %s: %.20s", kind, body)
	}
	learner.opensUntil("/account/privacy", "Đã thực hiện").clicks("Yêu cầu xóa dữ liệu").sees("Điều gì còn lại").usable("privacy-erasure")
	read[bool](learner, `(document.querySelector("#sure").click(), true)`)
	learner.clicks("Gửi yêu cầu xóa dữ liệu").sees("Đã ghi nhận yêu cầu").sees("91/2025/QH15")

	learner.usable("privacy-asked")
	learner.opens("/account").sees("Ai đã xem dữ liệu của tôi").usable("account-looks")

	admin := h.visit(chrome, "admin", desktop()).as("Quản trị hệ thống")
	admin.opensUntil("/people/privacy", lan).usable("privacy-requests")
	admin.clicks("Xác nhận đã nhận").sees("Đã xác nhận yêu cầu")
	learner.opensUntil("/account/privacy", "Đã xác nhận")
	var person string
	for _, p := range must[directory.PeoplePage](t, h.api("DEMO-0001"), "directory/list-people", directory.ListPeopleRequest{Limit: 500}).Items {
		if p.Code == erasedCode {
			person = p.ID
		}
	}
	admin.clicks(lan).sees("Xóa vĩnh viễn").usable("privacy-person")
	admin.fills("Nhập mã cán bộ", "DEMO-0101").clicks("Xóa vĩnh viễn").sees("không khớp với người này").usable("privacy-refused")
	admin.fills("Nhập mã cán bộ", erasedCode).clicks("Xóa vĩnh viễn").sees("Đã xóa dữ liệu cá nhân").misses(lan)
	admin.opens("/people/" + person + "/privacy").sees("đã được xóa").usable("privacy-erased")
	admin.opens("/people/view?person=" + person).sees("Sổ ghi").usable("person-erased")
	learner.opens("/account").sees("Đăng nhập").misses(lan)
	admin.opens("/mail").misses(lan)
	h.does(t, "verify")
}

// posts sends a form with the browser's session and gives what comes back, byte by byte.
func (b *browser) posts(path, form string) (kind, body string) {
	b.t.Helper()
	got := read[struct {
		Kind string `json:"kind"`
		Body []byte `json:"body"`
	}](b, `fetch(`+js(path)+`, {method: "POST", headers: {"Content-Type": "application/x-www-form-urlencoded"}, body: `+js(form)+`}).then(async r => {
		const a = new Uint8Array(await r.arrayBuffer()); let s = ""; for (const c of a) s += String.fromCharCode(c);
		return {kind: r.status + " " + r.headers.get("content-type"), body: btoa(s)} })`)
	return got.Kind, string(got.Body)
}
