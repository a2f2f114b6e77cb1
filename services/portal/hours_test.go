package portal_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestHoursAreReadByTheLearnerTheHeadAndTheTrainer(t *testing.T) {
	h := newHouse(t)
	site := h.open()
	lan := signIn(t, site, "DEMO-0100")
	lan.get("/hours").sees(t, "Giờ học của tôi", "Năm này chưa có giờ học nào được ghi")
	h.Clock.Advance(5 * time.Minute)
	lan.post("/learn/"+course+"/lessons/"+lessons[0]+"/time", url.Values{"visible": {"180"}, "active": {"60"}})
	learns(t, h, lan)
	attempt := begins(t, lan)
	answers(t, h, lan, attempt)
	handsIn(t, h, lan, attempt)
	h.Settle()
	certificate := code(t, lan)

	lan.get("/learn").shows(t, `href="/hours"`)
	lan.get("/hours").sees(t, "An toàn thông tin cơ bản", `href="/learn/`+course+`"`, `href="/verify/`+certificate+`"`, ">3<", "23/11/2026")
	lan.get("/hours?year=2025").sees(t, "Năm này chưa có giờ học nào được ghi", "Năm 2026")
	for _, path := range []string{"/unit/hours", "/unit/hours.csv"} {
		if a := lan.get(path); a.status != http.StatusForbidden {
			t.Errorf("%s answers a learner with %d", path, a.status)
		}
	}

	head := signIn(t, site, "DEMO-0101") // of Xã Đỉnh Mây
	head.get("/unit").shows(t, "/unit/hours?unit=")
	head.get("/unit/hours").sees(t, "Giờ học năm 2026: Xã Đỉnh Mây", "Nguyễn Thị Lan Chi", "Trần Gió Thu", "Tải bảng CSV")
	their := "/unit/hours/person?person=" + h.person("DEMO-0100")
	head.get(their).sees(t, "Giờ học: Nguyễn Thị Lan Chi", certificate)
	file := head.get("/unit/hours.csv?year=2026")
	if file.status != http.StatusOK || !strings.HasPrefix(file.body, "\ufeffMã cán bộ,") || !strings.Contains(file.header.Get("Content-Disposition"), "gio-hoc-2026.csv") {
		t.Errorf("the file: %d %v %q", file.status, file.header, file.body)
	}
	file.shows(t, "DEMO-0100,Nguyễn Thị Lan Chi,Xã Đỉnh Mây,"+course, ",23/11/2026,3,3,1,3,"+certificate, "DEMO-0101,Trần Gió Thu,Xã Đỉnh Mây,,,,,0,")
	for _, path := range []string{"/unit/hours?unit=" + h.unit("MN-XSS"), "/unit/hours/person?person=" + h.person("DEMO-0102"), "/unit/hours.csv?unit=" + h.unit("MN")} {
		if a := head.get(path); a.status != http.StatusForbidden {
			t.Errorf("%s answers the head of another unit with %d", path, a.status)
		}
	}

	trainer := signIn(t, site, "DEMO-0002") // of the province
	trainer.get("/unit/hours").sees(t, "Tỉnh Mây Ngàn", "Các đơn vị trực thuộc", "Xã Đỉnh Mây", "Xã Suối Sương", "Nguyễn Thị Lan Chi")
	h.denials()
}
