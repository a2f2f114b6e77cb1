package portal_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"khuevan/services/catalog"
	"khuevan/services/enrolment"
)

// packageOf is a small course by its code and further lines of course.yaml.
func packageOf(code, more string) map[string]string {
	return map[string]string{"course.yaml": "code: " + code + "\ntitle: {vi: Khóa " + code + "}\nsummary: {vi: Thử.}\nhours: 1\nlanguage: vi\nlessons:\n  - {id: bai, minutes: 5, title: {vi: Bài}}\n" + more,
		"lessons/bai.md": "Nội dung.\n"}
}

var hiddenAsk = regexp.MustCompile(`name="ask" value="([^"]+)"`)

// A learner asks, the head is told and decides, the learner is told and takes the course.
func TestALearnerAsksAndTheHeadDecides(t *testing.T) {
	h := newHouse(t)
	call(h, catalog.PublishCourse, catalog.PublishCourseRequest{Files: packageOf("xin", "enrolment: [head]\n")})
	call(h, catalog.PublishCourse, catalog.PublishCourseRequest{Files: packageOf("sau", "enrolment: open\nrequires: [xin]\n")})
	h.Settle()
	server := h.open()
	head, lan := signIn(t, server, "DEMO-0101"), signIn(t, server, "DEMO-0100")
	person := h.person("DEMO-0100")

	head.get("/requests").sees(t, "Không có yêu cầu nào chờ bạn duyệt")
	lan.get("/catalogue").sees(t, "Khóa xin", "thủ trưởng đơn vị", "không tự xin học được", "Cần hoàn thành trước")
	lan.post("/catalogue", url.Values{"course": {"sau"}}).shows(t, "Cần hoàn thành trước: Khóa xin")
	lan.post("/catalogue", url.Values{"course": {"xin"}, "reason": {"Cần cho việc mới"}}).leads(t, "/catalogue?ok=asked-course")
	h.Settle()
	lan.get("/catalogue").sees(t, "Đang chờ duyệt", "Rút yêu cầu")
	head.get("/inbox").sees(t, "Nguyễn Thị Lan Chi xin học: Khóa xin")
	list := head.get("/requests")
	list.sees(t, "Nguyễn Thị Lan Chi", "Cần cho việc mới", "không thu hồi được")
	found := hiddenAsk.FindStringSubmatch(list.body)
	if found == nil {
		t.Fatal("no request on the page")
	}
	form := url.Values{"person": {person}, "course": {"xin"}, "ask": {found[1]}, "step": {"1"}}
	if a := lan.post("/requests/approve", form); a.status != http.StatusForbidden {
		t.Errorf("lan approves her own: %d", a.status)
	}
	head.post("/requests/refuse", form).shows(t, "cần ghi lý do")
	form.Set("reason", "Để quý sau")
	head.post("/requests/refuse", form).leads(t, "/requests?ok=refused-course")
	h.Settle()
	lan.get("/catalogue").sees(t, "Không được duyệt", "Để quý sau")
	lan.get("/inbox").sees(t, "Yêu cầu học chưa được duyệt")

	lan.post("/catalogue", url.Values{"course": {"xin"}}).leads(t, "/catalogue?ok=asked-course")
	h.Settle()
	form = url.Values{"person": {person}, "course": {"xin"}, "ask": {hiddenAsk.FindStringSubmatch(head.get("/requests").body)[1]}, "step": {"1"}}
	head.post("/requests/approve", form).leads(t, "/requests?ok=approved-course")
	h.Settle()
	lan.get("/learn").sees(t, "Khóa xin")
	lan.get("/catalogue").sees(t, "Đang học")
}

// An assignment enrols all the same; the page of the course says what comes first, and no lesson opens until then.
func TestAnAssignedCourseWaitsForWhatComesBefore(t *testing.T) {
	h := newHouse(t)
	call(h, catalog.PublishCourse, catalog.PublishCourseRequest{Files: packageOf("truoc", "")})
	call(h, catalog.PublishCourse, catalog.PublishCourseRequest{Files: packageOf("sau", "requires: [truoc]\n")})
	h.Settle()
	for _, c := range []string{"truoc", "sau"} {
		call(h, enrolment.AssignCourse, enrolment.AssignCourseRequest{Course: c, Unit: h.unit("MN"), Due: h.Clock.Now().Add(10 * 24 * time.Hour)})
	}
	h.Settle()
	lan := signIn(t, h.open(), "DEMO-0100")
	lan.get("/learn").sees(t, "Xem việc cần làm trước")
	at := lan.get("/learn/sau")
	at.sees(t, "Các bài học mở ra khi bạn đã hoàn thành", "Khóa truoc")
	at.hides(t, "/learn/sau/lessons/bai")
	lan.get("/learn/sau/lessons/bai").sees(t, "Chưa mở", "Khóa truoc")
	lan.get("/learn/truoc/lessons/bai").sees(t, "Nội dung")
	lan.post("/learn/truoc/lessons/bai/complete", url.Values{})
	h.Settle()
	lan.get("/learn/sau").sees(t, "/learn/sau/lessons/bai")
	lan.get("/learn/sau/lessons/bai").sees(t, "Nội dung")
}
