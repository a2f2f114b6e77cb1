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
	"khuevan/services/progress"
)

func TestASessionIsHeldAndItsAttendanceCompletesTheLesson(t *testing.T) {
	h := bareHouse(t)
	h.kinds()
	site := h.open()
	moc, lan := signIn(t, site, "DEMO-0002"), signIn(t, site, "DEMO-0100")
	lesson := "/learn/" + kindsCourse + "/lessons/buoi"
	lan.get(lesson).sees(t, "Chưa có buổi học nào được lên lịch cho đơn vị của bạn")

	at := "/courses/" + kindsCourse + "/sessions"
	page := moc.get(at)
	page.sees(t, "Buổi học trực tiếp: Các loại bài học", "Chưa có buổi học nào", "Lên lịch buổi học")
	form := url.Values{"request": {page.request(t)}, "lesson": {"buoi"}, "unit": {h.unit("MN-XDM")}, "date": {"2026-11-24"}, "start": {"08:00"}, "end": {"09:30"}, "place": {"Hội trường"}}
	wrong := url.Values{}
	for k, v := range form {
		wrong[k] = v
	}
	wrong.Set("end", "07:00")
	wrong.Set("request", "A")
	if a := moc.post(at, wrong); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `value="Hội trường"`) {
		t.Errorf("an end before the start: %d", a.status)
	}
	done := moc.post(at, form)
	session := regexp.MustCompile(`/sessions/([a-z0-9]+)\?`).FindStringSubmatch(done.location)
	if done.status != http.StatusSeeOther || session == nil {
		t.Fatalf("scheduled: %d to %q\n%s", done.status, done.location, done.body)
	}
	one := at + "/" + session[1]
	if again := moc.post(at, form); !strings.HasPrefix(again.location, one) {
		t.Errorf("the form sent twice is another session: %q", again.location)
	}
	h.Settle()
	moc.get(at).sees(t, one, "24/11/2026 08:00", "09:30", "Sắp diễn ra", "Xã Đỉnh Mây")
	moc.get(done.location).sees(t, "Đã lên lịch buổi học", "Nguyễn Thị Lan Chi", "DEMO-0101", "Dự ít nhất 80% của 90 phút", "nhập danh sách điểm danh ở đây")
	moc.get(one).hides(t, "Lê Suối Trong", "attendance/preview") // of another commune; and it has not begun
	lan.get(lesson).sees(t, "24/11/2026 08:00", "Hội trường", "Sắp diễn ra")
	signIn(t, site, "DEMO-0102").get(lesson).sees(t, "Chưa có buổi học nào được lên lịch cho đơn vị của bạn")

	h.Clock.Set(time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)) // 10:00
	moc, lan = signIn(t, site, "DEMO-0002"), signIn(t, site, "DEMO-0100")
	list := []byte("Mã cán bộ,Họ tên,Số phút\nDEMO-0100,Lan,85\nDEMO-0101,Thu,30\nDEMO-0102,Trong,90\nDEMO-0101,Thu,31\n")
	preview := moc.upload(one+"/attendance/preview", "list", "diem-danh.csv", list, nil)
	preview.sees(t, "2 người sẽ được ghi điểm danh", "Các dòng có lỗi", "giao khóa học cho người này trước", "dòng 3", "Đủ để hoàn thành", "Chưa đủ")
	if a := lan.get(lesson); strings.Contains(a.body, "Đã học xong") {
		t.Error("a preview wrote something")
	}
	confirm := preview.form()
	stale := url.Values{"request": {"B"}, "list_data": confirm["list_data"], "digest": {"x"}}
	if a := moc.post(one+"/attendance", stale); a.status != http.StatusConflict {
		t.Errorf("confirmed what was not previewed: %d", a.status)
	}
	moc.post(one+"/attendance", confirm).leads(t, one+"?ok=attendance")
	h.Settle()
	moc.get(one).sees(t, "94%", "33%", "Hoàn thành", "Hoàn tác")
	lan.get(lesson).sees(t, "Đã học xong", "94%")
	again := moc.upload(one+"/attendance/preview", "list", "diem-danh.csv", list, nil)
	again.sees(t, "không có gì mới", "Không đổi")
	again.hides(t, "Xác nhận ghi điểm danh")

	moc.post(one+"/attendance/undo", url.Values{"request": {moc.get(one).request(t)}, "import": {"1"}}).leads(t, one+"?ok=undone")
	h.Settle()
	moc.get(one).sees(t, "Đã hoàn tác", "0%")
	lan.get(lesson).hides(t, "Đã học xong")
	moc.post(one+"/cancel", url.Values{"request": {moc.get(one).request(t)}}).leads(t, one+"?ok=cancelled")
	h.Settle()
	lan.get(lesson).sees(t, "Đã hủy")
}

// Whoever trains one commune reaches the sessions of no other, by no method and no id.
func TestASessionBelongsToTheTrainersOfItsUnit(t *testing.T) {
	h := bareHouse(t)
	h.kinds()
	made := call(h, progress.ScheduleSession, progress.ScheduleSessionRequest{Course: kindsCourse, Lesson: "buoi", Unit: h.unit("MN-XDM"),
		Start: h.Clock.Now().Add(-2 * time.Hour), End: h.Clock.Now().Add(-time.Hour), Place: "Hội trường"})
	h.Settle()
	other := rpc.Grant{Role: events.RoleTrainer, Unit: h.unit("MN-XSS")}
	file := progress.AttendanceFile{Session: made.Session, Data: []byte("mã,phút\nDEMO-0100,60\n")}
	for name, ask := range map[string]func() error{
		"get": func() error {
			_, err := progress.GetSession.Call(h.As("x", other), h.Client, progress.SessionRequest{Session: made.Session})
			return err
		},
		"cancel": func() error {
			_, err := progress.CancelSession.Call(h.As("x", other), h.Client, progress.SessionRequest{Session: made.Session})
			return err
		},
		"change": func() error {
			_, err := progress.ChangeSession.Call(h.As("x", other), h.Client, progress.ChangeSessionRequest{Session: made.Session, Start: h.Clock.Now(), End: h.Clock.Now().Add(time.Hour), Place: "X"})
			return err
		},
		"preview": func() error { _, err := progress.PreviewAttendance.Call(h.As("x", other), h.Client, file); return err },
		"import":  func() error { _, err := progress.ImportAttendance.Call(h.As("x", other), h.Client, file); return err },
		"undo": func() error {
			_, err := progress.UndoAttendance.Call(h.As("x", other), h.Client, progress.UndoAttendanceRequest{Session: made.Session, Import: 1})
			return err
		},
		"schedule": func() error {
			_, err := progress.ScheduleSession.Call(h.As("x", other), h.Client, progress.ScheduleSessionRequest{Course: kindsCourse, Lesson: "buoi", Unit: h.unit("MN-XDM")})
			return err
		},
	} {
		if err := ask(); !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if all, err := progress.ListSessions.Call(h.As("x", other), h.Client, progress.ListSessionsRequest{Course: kindsCourse}); err != nil || len(all) != 0 {
		t.Errorf("lists %+v, %v", all, err)
	}
	own := rpc.Grant{Role: events.RoleTrainer, Unit: h.unit("MN-XDM")}
	if all, err := progress.ListSessions.Call(h.As("x", own), h.Client, progress.ListSessionsRequest{Course: kindsCourse}); err != nil || len(all) != 1 {
		t.Errorf("lists %+v, %v", all, err)
	}
	for _, id := range []string{"khong-co", "", "a.b"} {
		_, err := progress.GetSession.Call(h.As("x", own), h.Client, progress.SessionRequest{Session: id})
		hosttest.Refused(t, err, fault.NotFound)
	}
	h.denials()
}
