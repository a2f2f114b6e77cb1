package portal_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
	"khuevan/services/access"
	"khuevan/services/portal"
)

func standIn(h *house, page answer, from, until string) url.Values {
	return url.Values{"request": {page.request(h.t)}, "unit": {h.unit("MN-XDM")}, "person": {h.person("DEMO-0100")}, "from": {from}, "until": {until}, "reason": {"leave"}}
}

// Given a head, when she gives a stand-in, then that person sees the unit page by the day, and loses it when it is ended.
func TestAHeadGivesAStandInAndEndsIt(t *testing.T) {
	h := newHouse(t)
	site := h.open()
	head, lan := signIn(t, site, "DEMO-0101"), signIn(t, site, "DEMO-0100")
	if a := lan.get("/unit"); a.status != http.StatusForbidden {
		t.Fatalf("before: %d", a.status)
	}
	form := head.get("/unit/stand-in")
	form.sees(t, "Nguyễn Thị Lan Chi", "Chưa có lần giao thay nào")
	form.hides(t, "Lê Suối Trong")
	bad := head.post("/unit/stand-in", standIn(h, form, "2026-11-23", "2026-11-01"))
	if bad.status != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", bad.status)
	}
	bad.shows(t, "Ngày kết thúc không trước ngày bắt đầu.")
	given := head.post("/unit/stand-in", standIn(h, form, "2026-11-24", "2026-11-25"))
	head.get(given.location).sees(t, "Đã giao người thay.", "Sắp tới", "Nghỉ phép")
	lan.get("/account").sees(t, "Trần Gió Thu", "Sắp tới")
	if a := lan.get("/unit"); a.status != http.StatusForbidden {
		t.Errorf("a day too early: %d", a.status)
	}
	h.Clock.Advance(24 * time.Hour)
	head, lan = signIn(t, site, "DEMO-0101"), signIn(t, site, "DEMO-0100") // sessions end overnight
	lan.get("/unit").sees(t, "Xã Đỉnh Mây", "Nguyễn Thị Lan Chi")
	lan.get("/account").sees(t, "(đang thay)", "Đang thay")
	if a := lan.get("/unit/stand-in"); a.status != http.StatusForbidden {
		t.Errorf("the page to pass it on: %d", a.status)
	}
	h.Settle() // the look at the unit is told afterwards
	signIn(t, site, "DEMO-0101").get("/account").shows(t, "Nguyễn Thị Lan Chi, thay cho Trần Gió Thu")
	signIn(t, site, "DEMO-0001").get("/system/access?unit="+h.unit("MN-XDM")).sees(t, "Thay cho", "Trần Gió Thu", "thay cho Trần Gió Thu")
	list := head.get("/unit/stand-in")
	id := regexp.MustCompile(`name="stand_in" value="([a-z0-9_]+)"`).FindStringSubmatch(list.body)
	if id == nil {
		t.Fatal(list.body)
	}
	end := url.Values{"request": {list.request(t)}, "stand_in": {id[1]}}
	if a := lan.post("/unit/stand-in/end", end); a.status != http.StatusForbidden {
		t.Errorf("whoever stands in ends it: %d", a.status)
	}
	head.get(head.post("/unit/stand-in/end", end).location).sees(t, "Đã chấm dứt")
	if a := lan.get("/unit"); a.status != http.StatusForbidden {
		t.Errorf("after the end: %d", a.status)
	}
}

// Given a stand-in that nobody ends, when its last day is over, then the role is gone; and it is never passed on.
func TestAStandInEndsByTheDayAndIsNotPassedOn(t *testing.T) {
	h := bareHouse(t)
	head, lan, unit := h.person("DEMO-0101"), h.person("DEMO-0100"), h.unit("MN-XDM")
	today := "2026-11-23"
	req := access.GiveStandInRequest{Person: lan, Role: events.RoleHead, Unit: unit, From: today, Until: today, Reason: "leave"}
	if _, err := access.GiveStandIn.Call(h.As(head, rpc.Grant{Role: events.RoleHead, Unit: unit}), h.Client, req); err != nil {
		t.Fatal(err)
	}
	of := func() []rpc.Grant {
		got, err := access.StandInsOf.Call(h.AsSystem(), h.Client, access.StandInsOfRequest{Person: lan})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	lent := of()
	if len(lent) != 1 || lent[0] != (rpc.Grant{Role: events.RoleHead, Unit: unit, OnBehalf: head}) {
		t.Fatalf("got %+v", lent)
	}
	req.Person = h.person("DEMO-0101")
	_, err := access.GiveStandIn.Call(h.As(lan, lent...), h.Client, req)
	hosttest.Refused(t, err, fault.Denied)
	h.Clock.Advance(24 * time.Hour)
	if got := of(); len(got) != 0 {
		t.Errorf("the day after: %+v", got)
	}
}

// Given somebody who stands in and acts, then the record has both names.
func TestActsOfAStandInAreRecordedWithBothNames(t *testing.T) {
	h := newHouse(t)
	lan, unit := h.person("DEMO-0100"), h.unit("MN-XDM")
	lent := rpc.Grant{Role: events.RoleTrainer, Unit: unit, OnBehalf: h.person("DEMO-0002")}
	body := `{"course":"` + course + `","unit":"` + unit + `","due":"2026-12-31T00:00:00Z"}`
	if _, err := h.Client.Call(h.As(lan, lent), "enrolment.assign-course", []byte(body)); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	for seq := uint64(1); ; seq++ {
		r, _, err := h.Journal.Get(t.Context(), seq)
		if err != nil {
			t.Fatal("no assignment of the stand-in's")
		}
		if strings.HasPrefix(r.Stream, "enrolment.assignment.") && r.Actor == lan {
			if r.OnBehalf != lent.OnBehalf {
				t.Errorf("on behalf of %q", r.OnBehalf)
			}
			return
		}
	}
}

// Every method whose looks are recorded has words in both languages: people read of it on their account page.
func TestEveryLoggedMethodHasWords(t *testing.T) {
	logged := 0
	for _, m := range portal.Methods(append(served(), "account", "access", "measurement", "scheduler", "refresher", "evaluation", "reporting")) {
		if m.Rule == nil || !m.Rule.Logged {
			continue
		}
		logged++
		if what, ok := (events.DataRead{Method: m.Name}).Shown(); !ok || what.Vi == "" || what.En == "" || what.Vi == what.En {
			t.Errorf("%s is logged and has no words: %+v", m.Name, what)
		}
	}
	if logged < 5 {
		t.Errorf("%d logged methods", logged)
	}
}

// A head excuses somebody with a reason; the numbers say so apart, the person is told, and it is taken back.
func TestAHeadExcusesSomebody(t *testing.T) {
	h := newHouse(t)
	server := h.open()
	head, lan := signIn(t, server, "DEMO-0101"), signIn(t, server, "DEMO-0100")
	person, unit := h.person("DEMO-0100"), h.unit("MN-XDM")
	list := head.get("/unit?unit=" + unit)
	list.shows(t, "/unit/excuse?course=attt-co-ban&amp;person="+person)
	form := url.Values{"person": {person}, "course": {"attt-co-ban"}, "unit": {unit}, "why": {"other"}, "request": {head.get("/unit/excuse?person=" + person + "&course=attt-co-ban&unit=" + unit).request(t)}}
	head.post("/unit/excuse", form).shows(t, "Chưa ghi được việc miễn")
	form.Set("note", "Đang điều trị dài ngày")
	head.post("/unit/excuse", form).leads(t, "/unit?course=attt-co-ban&unit="+unit)
	h.Settle()
	head.get("/unit?unit="+unit).sees(t, "Được miễn", "lượt được miễn", "Thôi miễn")
	lan.get("/learn").sees(t, "Được miễn: lý do khác", "vẫn học được nếu muốn")
	lan.get("/inbox").sees(t, "Được miễn học: An toàn thông tin cơ bản")
	own := url.Values{"person": {h.person("DEMO-0101")}, "course": {"attt-co-ban"}, "unit": {unit}, "why": {"leave"}}
	if a := head.post("/unit/excuse", own); a.status != http.StatusForbidden {
		t.Errorf("a head excuses herself: %d", a.status)
	}
	head.post("/unit/excuse/withdraw", url.Values{"person": {person}, "course": {"attt-co-ban"}, "unit": {unit}}).leads(t, "/unit?course=attt-co-ban&unit="+unit)
	h.Settle()
	head.get("/unit?unit="+unit).hides(t, "lượt được miễn")
	lan.get("/inbox").sees(t, "Phải học trở lại")
}
