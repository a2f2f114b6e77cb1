package portal_test

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"khuevan/events"
	"khuevan/platform/rpc"
	"khuevan/services/access"
	"khuevan/services/directory"
	"khuevan/services/reporting"
)

func (a answer) sees422(t *testing.T, text string) {
	t.Helper()
	if a.status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", a.status)
	}
	a.shows(t, text)
}

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
	lan.get("/account/privacy").sees(t, "/account/privacy/erasure")
	lan.get("/account/privacy/erasure").sees(t, "không thể hoàn tác", "Số liệu tổng hợp", "giá trị băm")
	lan.post("/account/privacy/erasure", nil).sees422(t, "hãy đánh dấu để xác nhận")
	ask := func() string {
		lan.post("/account/privacy/erasure", url.Values{"sure": {"yes"}}).leads(t, "/account/privacy?ok=asked")
		h.Settle()
		a := lan.get("/account/privacy")
		a.sees(t, "Rút yêu cầu")
		a.hides(t, "/account/privacy/erasure")
		return regexp.MustCompile(`name="for" value="([^"]+)"[^>]*><button[^>]*>Rút`).FindStringSubmatch(a.body)[1]
	}
	back := ask()
	lan.post("/account/privacy/withdraw", url.Values{"for": {back}}).leads(t, "/account/privacy?ok=withdrawn-asked")
	h.Settle()
	lan.get("/account/privacy").sees(t, "Đã rút", "/account/privacy/erasure")
	admin.post("/people/"+h.person("DEMO-0100")+"/privacy/erase", url.Values{"reason": {"request"}, "confirm": {"DEMO-0100"}, "for": {back}}).shows(t, "đã rút yêu cầu này")
	ask()

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
		if u.Code == "MN-XDM" && u.People != 1 {
			t.Errorf("the unit counts %d", u.People)
		}
	}
	// Who works there now is told without her; the numbers of what was asked of people stay, and with them her line, nameless.
	for path, sees := range map[string]bool{"/people?unit=" + h.unit("MN-XDM"): false, "/units/view?unit=" + h.unit("MN-XDM"): false, "/unit?unit=" + h.unit("MN-XDM"): true, "/people/view?person=" + id: true} {
		who := admin
		if path[:6] == "/unit?" {
			who = signIn(t, server, "DEMO-0101")
		}
		a := who.get(path)
		a.sees(t)
		if strings.Contains(a.body, "(đã xóa dữ liệu)") != sees {
			t.Errorf("%s shows an erased person: %v, want %v", path, !sees, sees)
		}
	}
	record := admin.get("/people/view?person=" + id)
	record.sees(t, "Sổ ghi", "Bắt đầu", "Xóa dữ liệu cá nhân")
	record.hides(t, "Nghỉ công tác")
	record.hides(t, "/people/change", "/recovery")
	if a := admin.post("/people/change", url.Values{"person": {id}, "what": {"retire"}, "on": {"2026-11-23"}}); a.status != http.StatusNotFound {
		t.Errorf("a change of an erased person: %d", a.status)
	}
	if a := admin.post("/people/"+id+"/recovery", nil); a.status < 400 {
		t.Errorf("a recovery link for an erased person: %d", a.status)
	}
	h.denials()
}

// Given people who looked at a page with her on it, at her, and at her whole unit, and at neighbours: when she exports, then
// both forms tell each look at her, by name, and no other.
func TestAnExportTellsWhoLooked(t *testing.T) {
	h := newHouse(t)
	server := h.open()
	id, unit := h.person("DEMO-0100"), h.unit("MN-XDM")
	admin, head, lan := signIn(t, server, "DEMO-0001"), signIn(t, server, "DEMO-0101"), signIn(t, server, "DEMO-0100")
	head.get("/unit").sees(t, "Nguyễn Thị Lan Chi")
	admin.get("/people?unit="+h.unit("MN-XSS")).hides(t, "Nguyễn Thị Lan Chi")
	admin.get("/people/view?person="+id).sees(t, "Nguyễn Thị Lan Chi")
	if _, err := reporting.DownloadCompetency.Call(h.As(h.person("DEMO-0003"), rpc.Grant{Role: events.RoleAnalyst}), h.Client, reporting.DownloadRequest{Unit: unit}); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	var export directory.Export
	if err := json.Unmarshal([]byte(lan.post("/account/privacy/export", url.Values{"format": {"json"}}).body), &export); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, l := range export.Looks {
		got[l.Name+": "+l.What.Vi]++
		if l.Until.Sub(l.From).Hours() != 1 {
			t.Errorf("no hour: %+v", l)
		}
	}
	account := lan.get("/account")
	paper := inflated(t, lan.post("/account/privacy/export", url.Values{"format": {"pdf"}}).body)
	for _, want := range []string{"Trần Gió Thu: Danh sách và kết quả của đơn vị", "Bùi Hoa Quỳnh: Quá trình công tác", "Nguyễn Hoa Đào: Báo cáo năng lực của đơn vị, có danh sách người"} {
		if got[want] != 1 {
			t.Errorf("%q: %d in %v", want, got[want], got)
		}
		name, what, _ := strings.Cut(want, ": ")
		account.sees(t, name, what, "08:00–09:00 ngày 23/11/2026")
		if line := "trong giờ 08:00–09:00 ngày 23/11/2026 · " + name + " · "; !strings.Contains(paper, set(line)) {
			t.Errorf("the paper does not say %q", line)
		}
	}
	if got["Bùi Hoa Quỳnh: Danh sách nhân sự"] != 0 {
		t.Errorf("a list without her is told as a look at her: %v", got)
	}
	h.denials()
}

// Given two looks that read alike, at her unit and at the one above it, then the account page has one line with their count.
func TestLooksThatReadAlikeAreOneLine(t *testing.T) {
	h := newHouse(t)
	for _, unit := range []string{"MN-XDM", "MN"} {
		if _, err := reporting.DownloadCompetency.Call(h.As(h.person("DEMO-0003"), rpc.Grant{Role: events.RoleAnalyst}), h.Client, reporting.DownloadRequest{Unit: h.unit(unit)}); err != nil {
			t.Fatal(err)
		}
	}
	h.Settle()
	a := signIn(t, h.open(), "DEMO-0100").get("/account")
	a.sees(t, "có danh sách người (2 lượt ghi)")
	if n := strings.Count(a.body, "Nguyễn Hoa Đào"); n != 1 {
		t.Errorf("%d lines", n)
	}
}

// Given an administrator, when she opens the root of the people, then only who is on that page was looked at.
func TestTheRootOfThePeopleIsNoLookAtEverybody(t *testing.T) {
	h := newHouse(t)
	server := h.open()
	shown, hidden := h.person("DEMO-0002"), h.person("DEMO-0102")
	signIn(t, server, "DEMO-0001").get("/people").sees(t, "Trần Hoa Mộc")
	h.Settle()
	of := func(person string) (n int) {
		looks, err := access.WhoLooked.Call(h.As(person), h.Client, access.WhoLookedRequest{})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range looks {
			if l.Name == "Bùi Hoa Quỳnh" {
				n++
			}
		}
		return n
	}
	if of(shown) != 1 || of(hidden) != 0 {
		t.Errorf("on the page: %d, elsewhere: %d", of(shown), of(hidden))
	}
}

// inflated is a PDF's streams as they are set: texts stand in them as UTF-16.
func inflated(t *testing.T, pdf string) string {
	t.Helper()
	var all bytes.Buffer
	for _, part := range strings.Split(pdf, "stream\n")[1:] {
		if z, err := zlib.NewReader(strings.NewReader(part)); err == nil {
			_, _ = io.Copy(&all, z) // a font is cut off: it holds no text
		}
	}
	return all.String()
}

// set is a text as a page of a PDF holds it.
func set(text string) string {
	var raw []byte
	for _, u := range utf16.Encode([]rune(text)) {
		raw = append(raw, byte(u>>8), byte(u)) //nolint:gosec // its two bytes
	}
	return strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`, "\r", `\r`).Replace(string(raw))
}
