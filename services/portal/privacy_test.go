package portal_test

import (
	"net/url"
	"testing"

	"khuevan/services/directory"
)

// person is the id of whoever has a personnel code.
func (h *house) person(code string) string {
	h.t.Helper()
	for _, p := range call(h, directory.ListPeople, directory.ListPeopleRequest{Limit: 100}).Items {
		if p.Code == code {
			return p.ID
		}
	}
	h.t.Fatalf("nobody has the code %s", code)
	return ""
}

func TestAPersonGetsHerDataAndAsksForErasureWhichEndsHerSession(t *testing.T) {
	h := newHouse(t)
	server := h.open()
	lan, admin := signIn(t, server, "DEMO-0100"), signIn(t, server, "DEMO-0001")

	lan.post("/account/privacy/export", url.Values{"format": {"json"}}).shows(t, "khuevan.data-subject-export.v1", "lan.chi@mayngan.example", "enrolment.person-enrolled.v1")
	h.Settle()
	lan.get("/account/privacy").sees(t, "Đã thực hiện", "91/2025/QH15")
	lan.post("/account/privacy", url.Values{"kind": {"erasure"}}).leads(t, "/account/privacy?ok=asked")
	h.Settle()

	id := h.person("DEMO-0100")
	admin.get("/people/privacy").sees(t, "Xóa dữ liệu", "Chờ xác nhận", "Nguyễn Thị Lan Chi")
	lan.get("/people/"+id+"/privacy").shows(t, "Chỉ quản trị viên")
	admin.get("/people/"+id+"/privacy").sees(t, "Xóa vĩnh viễn")
	admin.post("/people/"+id+"/privacy/erase", url.Values{"reason": {"request"}, "confirm": {"DEMO-0101"}}).shows(t, "không khớp với người này")
	admin.post("/people/"+id+"/privacy/erase", url.Values{"reason": {"request"}, "confirm": {"demo-0100"}}).leads(t, "/people/"+id+"/privacy?ok=erased")
	h.Settle()
	admin.get("/people/"+id+"/privacy").sees(t, "đã được xóa")
	lan.get("/account").leads(t, "/sign-in?back=%2Faccount")
	for _, u := range call(h, directory.ListUnits, directory.ListUnitsRequest{}) {
		if u.Code == "MN-XDM" && u.People != 2 {
			t.Errorf("the unit counts %d", u.People)
		}
	}
	h.denials()
}
