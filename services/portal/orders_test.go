package portal_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"khuevan/events"
	"khuevan/services/certification"
)

// classRoom publishes a course whose certificates are ordered, and lets Lan complete it.
func classRoom(h *house) {
	h.t.Helper()
	h.Append("catalog.course.lop", events.CoursePublished{Course: "lop", Version: 1, Hours: 4, Title: events.Words{Vi: "Lớp tập huấn tháng 11", En: "The class of November"}, Certificate: events.CertificateOrdered})
	h.Append("progress.course."+h.person("DEMO-0100")+"_lop_1", events.CourseCompleted{Person: h.person("DEMO-0100"), Course: "lop", Period: 1, Version: 1, At: h.Clock.Now(), Mark: 8.5})
	h.Settle()
}

const theClass = "/issue?course=lop&from=2026-11-01&through=2026-11-30"

func hiddenOf(t *testing.T, a answer, name string) string {
	t.Helper()
	found := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(a.body)
	if found == nil {
		t.Fatalf("no hidden %s:\n%s", name, a.body)
	}
	return found[1]
}

func issues(t *testing.T, h *house, r *reader) string {
	t.Helper()
	form := r.get(theClass)
	form.sees(t, "Nguyễn Thị Lan Chi", "sẽ được cấp", "Cấp 1 giấy chứng nhận", "cấp theo đợt")
	sent := url.Values{"request": {form.request(t)}, "course": {"lop"}, "from": {"2026-11-01"}, "through": {"2026-11-30"}, "known": {hiddenOf(t, form, "known")}}
	started := r.post("/issue", sent)
	if again := r.post("/issue", sent); again.status != http.StatusSeeOther || again.location[:len("/issue/o")+20] != started.location[:len("/issue/o")+20] {
		t.Errorf("sent twice: %s, then %s", started.location, again.location)
	}
	h.Settle()
	return started.location
}

// Given people who completed a course whose certificates are ordered, when a trainer orders them, then the holder has one, and the page says so.
func TestATrainerOrdersTheCertificatesOfAClass(t *testing.T) {
	h := newHouse(t)
	classRoom(h)
	site := h.open()
	trainer, lan := signIn(t, site, "DEMO-0002"), signIn(t, site, "DEMO-0100")
	if a := lan.get("/issue"); a.status != http.StatusForbidden {
		t.Errorf("a learner opens the orders: %d", a.status)
	}
	lan.get("/certificates").hides(t, "Lớp tập huấn")
	trainer.get("/courses").sees(t, `href="/issue"`)
	trainer.get("/issue?course=lop&from=2026-11-30&through=2026-11-01").sees(t, "Khoảng ngày không hợp lệ")
	at := issues(t, h, trainer)
	trainer.get(at).sees(t, "Lớp tập huấn tháng 11", "Đã xong.", "Trần Hoa Mộc")
	lan.get("/certificates").sees(t, "Lớp tập huấn tháng 11", "KV-2026-")
	trainer.get(theClass).sees(t, "Không có ai đang chờ cấp", "Đã có giấy, sẽ bỏ qua", "Đã xong")
	none := url.Values{"request": {"AAAA"}, "course": {"lop"}, "from": {"2026-11-01"}, "through": {"2026-11-30"}, "known": {"99999"}}
	if a := trainer.post("/issue", none); a.status != http.StatusConflict || !strings.Contains(a.body, "Không có ai đang chờ cấp giấy chứng nhận") {
		t.Errorf("nobody waits: %d", a.status)
	}
	signIn(t, site, "DEMO-0001").get("/issue").sees(t, "Trần Hoa Mộc", "Đã xong")
}

func TestAnOrderShowsWhatFailedAndTriesItAgain(t *testing.T) {
	h := newHouse(t)
	classRoom(h)
	h.Append("progress.course.later_lop_1", events.CourseCompleted{Person: "later", Course: "lop", Period: 1, Version: 1, At: h.Clock.Now(), Mark: 8})
	h.Settle()
	order := call(h, certification.StartOrder, certification.OrderRequest{Course: "lop", From: "2026-11-01", Through: "2026-11-30"}).Order
	h.Settle()
	trainer := signIn(t, h.open(), "DEMO-0002")
	page := trainer.get("/issue/" + order)
	page.sees(t, "có giấy không cấp được", "chưa có trong danh sách nhân sự", "Thử lại các giấy lỗi")
	sealed, err := h.Keys.Seal(t.Context(), "later", "name", "Lê Thị Muộn")
	if err != nil {
		t.Fatal(err)
	}
	h.Append("directory.person.later", events.PersonRegistered{Person: "later", Name: events.Sealed(sealed)}, events.MembershipBegan{Person: "later", Unit: h.unit("MN-XDM"), On: "2026-01-01"})
	trainer.post("/issue/"+order+"/retry", url.Values{"request": {page.request(t)}}).leads(t, "/issue/"+order)
	h.Settle()
	page = trainer.get("/issue/" + order)
	page.sees(t, "Đã xong.")
	page.hides(t, "Thử lại")
}
