package portal_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/rpc"
	"khuevan/services/certification"
)

// certified lets Lan complete the shipped course, whose certificates are issued at once, and gives the number of hers.
func certified(h *house, period int) string {
	h.t.Helper()
	lan := h.person("DEMO-0100")
	h.Append("progress.course."+lan+"_"+course+"_"+string(rune('0'+period)), events.CourseCompleted{Person: lan, Course: course, Period: period, Version: 1, At: h.Clock.Now(), Mark: 8.5})
	h.Settle()
	list, err := certification.MyCertificates.Call(h.As(lan), h.Client, certification.MineRequest{})
	if err != nil || len(list) == 0 {
		h.t.Fatalf("certificates: %+v, %v", list, err)
	}
	return list[0].Code
}

// Given a lost paper, when its holder asks, then there is a confirmation with a number of its own, and anyone reads that one was given.
func TestAHolderHasALostCertificateConfirmed(t *testing.T) {
	h := newHouse(t)
	number := certified(h, 1)
	at := "/certificates/" + number + "/confirmation"
	site := h.open()
	lan := signIn(t, site, "DEMO-0100")
	lan.get("/certificates").sees(t, `href="`+at+`"`)
	visit(t, site).get("/verify/"+number).hides(t, "giấy xác nhận", at)
	form := lan.get(at)
	form.sees(t, "Bị mất", number, "Nguyễn Thị Lan Chi")
	given := lan.post(at, url.Values{"request": {form.request(t)}, "reason": {"lost"}})
	given.leads(t, at+"?ok=confirmation")
	lan.get(given.location).sees(t, "Đã cấp giấy xác nhận", number+"/XN-1", `href="`+at+`/1"`)
	if a := lan.get(at + "/1"); a.status != http.StatusOK || a.header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(a.body, "%PDF-") || !strings.Contains(a.header.Get("Content-Disposition"), "giay-xac-nhan-") {
		t.Errorf("the file: %d %v", a.status, a.header)
	}
	if a := lan.get(at + "/x"); a.status != http.StatusNotFound {
		t.Errorf("no number: %d", a.status)
	}
	public := visit(t, site).get("/verify/" + number)
	public.sees(t, "Đã cấp 1 giấy xác nhận", "23/11/2026")
	public.hides(t, "Bị mất", "bị mất", at)

	thu := signIn(t, site, "DEMO-0101")
	for _, path := range []string{at, at + "/1"} {
		if a := thu.get(path); a.status != http.StatusForbidden {
			t.Errorf("another's %s: %d", path, a.status)
		}
	}
	if a := thu.post(at, url.Values{"request": {"AAAA"}, "reason": {"lost"}}); a.status != http.StatusForbidden {
		t.Errorf("another asks: %d", a.status)
	}
	admin := signIn(t, site, "DEMO-0001")
	admin.get("/verify/"+number).sees(t, `href="`+at+`"`)
	form = admin.get(at)
	done := admin.post(at, url.Values{"request": {form.request(t)}, "reason": {"damaged"}})
	admin.get(done.location).sees(t, number+"/XN-2")
	bad := admin.post(at, url.Values{"request": {"BBBB"}, "reason": {"bored"}})
	if bad.status != http.StatusUnprocessableEntity || !strings.Contains(bad.body, "Hãy chọn lý do xin xác nhận.") {
		t.Errorf("a reason that is none: %d", bad.status)
	}
	if _, err := certification.Revoke.Call(h.As("root", rpc.Grant{Role: events.RoleAdmin}), h.Client, certification.RevokeRequest{Code: number, Why: "error"}); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	gone := lan.get(at)
	gone.sees(t, "đã bị thu hồi, nên không cấp giấy xác nhận", number+"/XN-1")
	gone.hides(t, "Xin giấy xác nhận<", at+`/1"`)
	lan.get("/certificates").sees(t, "Đã bị thu hồi")
	if a := lan.post(at, url.Values{"request": {"CCCC"}, "reason": {"lost"}}); a.status != http.StatusConflict {
		t.Errorf("asked for a revoked one: %d", a.status)
	}
}

// A certificate says when it is time to renew it, and leads to the one that took its place.
func TestACertificateSaysThatItExpiresSoonAndLeadsToTheLaterOne(t *testing.T) {
	h := newHouse(t)
	first := certified(h, 1)
	site := h.open()
	visit(t, site).get("/verify/"+first).hides(t, "Sắp hết hiệu lực")
	list, err := certification.MyCertificates.Call(h.As(h.person("DEMO-0100")), h.Client, certification.MineRequest{})
	if err != nil || list[0].Expires.IsZero() {
		t.Fatalf("%+v, %v", list, err)
	}
	h.Clock.Set(list[0].Expires.AddDate(0, 0, -60))
	visit(t, site).get("/verify/"+first).sees(t, "Sắp hết hiệu lực", "còn hiệu lực")
	signIn(t, site, "DEMO-0100").get("/certificates").sees(t, "Sắp hết hiệu lực")
	second := certified(h, 2)
	old := visit(t, site).get("/verify/" + first)
	old.sees(t, "có giấy mới hơn", `href="/verify/`+second+`"`)
	old.hides(t, "Sắp hết hiệu lực")
	signIn(t, site, "DEMO-0100").get("/certificates").sees(t, "Đã có giấy mới hơn", `href="/verify/`+second+`"`)
	h.Clock.Set(list[0].Expires.Add(time.Hour))
	visit(t, site).get("/verify/"+first).sees(t, "đã hết hiệu lực", `href="/verify/`+second+`"`)
}

// A paper with another mark passes for nothing: whoever follows its code sees the mark that was signed.
func TestAnEditedPaperShowsAsTheVerifyPageHasTheMark(t *testing.T) {
	h := newHouse(t)
	number := certified(h, 1)
	page := visit(t, h.open()).get("/verify/" + number)
	page.sees(t, "8,5/10", "mark: 8.5\n", "Hãy đối chiếu từng dòng")
	page.hides(t, "9,5/10")
}
