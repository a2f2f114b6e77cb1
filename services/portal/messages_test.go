package portal_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Given a learner, when she chooses how to be told, then what may be refused is refused, and by the link of a letter too.
func TestALearnerChoosesHowToBeTold(t *testing.T) {
	h := newHouse(t)
	site := h.open()
	lan := signIn(t, site, "DEMO-0100")
	page := lan.get("/account/messages")
	page.sees(t, "Cách nhận tin", "Không từ chối được: Đây là nhiệm vụ được giao có thời hạn", "Nhắc khóa học chưa hoàn thành")
	page.hides(t, `name="security"`)
	form := url.Values{"request": {page.request(t)}, "reminder": {"digest"}, "duty": {"now"}}
	lan.post("/account/messages", form).leads(t, "/account/messages?ok=ways")
	h.Settle()
	lan.get("/account/messages").sees(t, `<option value="digest" selected>Trong thư tổng hợp mỗi ngày</option>`)
	bad := lan.post("/account/messages", url.Values{"request": {"A"}, "duty": {"inbox"}})
	if bad.status != http.StatusUnprocessableEntity {
		t.Errorf("a duty was refused: %d", bad.status)
	}

	link := regexp.MustCompile(`/unsubscribe/[^"]+`).FindString(lan.get("/mail").body)
	if link != "" {
		t.Errorf("the letter of a duty can be refused at %s", link)
	}
	for _, path := range []string{"/unsubscribe/lan.reminder.x", "/unsubscribe/x"} {
		if a := visit(t, site).post(path, url.Values{"List-Unsubscribe": {"One-Click"}}); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

// Given a template, when a trainer changes it, then a wrong placeholder is named beside its field, and a preview writes nothing.
func TestATrainerChangesAMessage(t *testing.T) {
	h := newHouse(t)
	site := h.open()
	moc := signIn(t, site, "DEMO-0002")
	moc.get("/messages").sees(t, "Mẫu thông báo", "Được giao một khóa học", "Bản gốc")
	at := "/messages/enrolled"
	page := moc.get(at)
	page.sees(t, "Kính gửi ông/bà Nguyễn Văn Mẫu", "Dear Nguyễn Văn Mẫu", "{course}")
	form := url.Values{"request": {page.request(t)}, "subject_vi": {"Mời học {course}"}, "body_vi": {"Mời {name}.\r\n\r\n{link}"}, "subject_en": {"Please take {course}"}, "body_en": {"Hello {nome}: {link}"}}
	if bad := moc.post(at, form); bad.status != http.StatusUnprocessableEntity || !strings.Contains(bad.body, "Không có chỗ điền {nome}") || !strings.Contains(bad.body, `aria-describedby="body_en-error"`) || !strings.Contains(bad.body, "Hello {nome}") {
		t.Errorf("%d\n%s", bad.status, bad.body)
	}
	form.Set("body_en", "Hello {name}: {link}")
	form.Set("request", "B")
	moc.post(at+"/preview", form).sees(t, "Xem trước nội dung chưa lưu", "Mời học Khóa học mẫu")
	moc.get("/messages").hides(t, "Đã sửa")
	moc.post(at, form).leads(t, at+"?ok=template")
	h.Settle()
	moc.get(at).sees(t, "Đã sửa, bản 1", "Mời học Khóa học mẫu", "Dùng lại bản gốc")
	moc.post(at+"/reset", url.Values{"request": {"C"}}).leads(t, at+"?ok=template-reset")
	h.Settle()
	moc.get(at).sees(t, "Bản gốc", "Thông báo tham gia khóa học “Khóa học mẫu”")
	moc.get("/messages/session-cancelled").sees(t, "METHOD:CANCEL")
	if a := signIn(t, site, "DEMO-0100").get("/messages"); a.status != http.StatusForbidden {
		t.Errorf("a learner: %d", a.status)
	}
	if a := moc.get("/messages/khong-co"); a.status != http.StatusNotFound {
		t.Errorf("no such template: %d", a.status)
	}
}

// Given a session, when it is moved and cancelled, then the letters and the files of both sides follow.
func TestASessionIsMoved(t *testing.T) {
	h := bareHouse(t)
	h.kinds()
	site := h.open()
	moc, lan := signIn(t, site, "DEMO-0002"), signIn(t, site, "DEMO-0100")
	at := "/courses/" + kindsCourse + "/sessions"
	form := url.Values{"request": {moc.get(at).request(t)}, "lesson": {"buoi"}, "unit": {h.unit("MN-XDM")}, "date": {"2026-11-24"}, "start": {"08:00"}, "end": {"09:30"}, "place": {"Hội trường"}}
	one, _, _ := strings.Cut(moc.post(at, form).location, "?")
	h.Settle()
	lan.get("/mail").shows(t, "Mời dự buổi học", "METHOD:REQUEST", "SEQUENCE:0")
	form.Set("request", "B")
	form.Set("end", "07:00")
	if a := moc.post(one+"/change", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `value="07:00"`) {
		t.Errorf("an end before the start: %d", a.status)
	}
	form.Set("request", "C")
	form.Set("start", "14:00")
	form.Set("end", "15:30")
	moc.post(one+"/change", form).leads(t, one+"?ok=session-changed")
	h.Settle()
	moc.get(one).sees(t, "24/11/2026 14:00", `value="15:30"`)
	lan.get("/mail").shows(t, "Thay đổi buổi học", "SEQUENCE:1", "DTSTART;TZID=Asia/Ho_Chi_Minh:20261124T140000")
	link := regexp.MustCompile(`/learn/[^"]+/calendar\.ics`).FindString(lan.get("/learn/" + kindsCourse + "/lessons/buoi").body)
	for who, a := range map[string]answer{"learner": lan.get(link), "trainer": moc.get(one + "/calendar.ics")} {
		if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "text/calendar") || !strings.Contains(a.body, "METHOD:PUBLISH") || !strings.Contains(a.body, "SEQUENCE:1") {
			t.Errorf("%s: %d %s", who, a.status, a.body)
		}
	}
	if a := signIn(t, site, "DEMO-0102").get(link); a.status != http.StatusNotFound {
		t.Errorf("of another commune: %d", a.status)
	}
	moc.post(one+"/cancel", url.Values{"request": {"D"}}).leads(t, one+"?ok=cancelled")
	h.Settle()
	lan.get("/mail").shows(t, "Hủy buổi học", "METHOD:CANCEL", "SEQUENCE:2")
	moc.get(one).hides(t, "Đổi giờ, địa điểm")
}
