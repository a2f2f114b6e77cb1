package portal_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"khuevan/events"
	"khuevan/platform/host"
	"khuevan/services/quiz"
)

var lessons = []string{"mat-khau", "thu-lua-dao", "thiet-bi-ma-doc", "du-lieu-ca-nhan", "tai-lieu-mat", "mang-tu-xa", "su-co"}

func TestALearnerGoesFromTheFirstLessonToTheCertificate(t *testing.T) {
	h := newHouse(t)
	site := h.open()
	lan := signIn(t, site, "DEMO-0100")

	lan.get("/learn").sees(t, "Cần hoàn thành", "An toàn thông tin cơ bản", "Còn 10 ngày", "Đã học 0/7 bài", "Bắt đầu bài 1")
	lan.get("/learn/"+course).sees(t, "Các bài học", "Chưa học", "10 câu hỏi trong 20 phút", "5/10", "tối đa 3 lượt")
	learns(t, h, lan)
	attempt := begins(t, lan)
	answers(t, h, lan, attempt)
	handsIn(t, h, lan, attempt)
	h.Settle()
	checks(t, h, lan, attempt)
	visitor := visit(t, site)
	verifies(t, visitor, code(t, lan))
}

// learns reads and finishes every lesson.
func learns(t *testing.T, h *house, lan *reader) {
	t.Helper()
	at := "/learn/" + course + "/lessons/"
	page := lan.get(at + lessons[0])
	page.sees(t, "Bài 1/7", "khoảng 15 phút", "<h2>Chuyện ở xã Đồi Sim</h2>", "<code>hoa1970</code>", "Bài sau")
	h.Settle()
	lan.get("/learn/"+course).sees(t, "Đang học")
	for i, lesson := range lessons {
		page := lan.get(at + lesson)
		next := "/learn/" + course + "?ok=lesson"
		if i+1 < len(lessons) {
			next = at + lessons[i+1] + "?ok=lesson"
		}
		done := lan.post(at+lesson+"/complete", url.Values{"request": {page.request(t)}})
		done.leads(t, next)
		lan.get(done.location).sees(t, "Đã ghi nhận hoàn thành bài học")
	}
	lan.get("/learn").sees(t, "Đã học 7/7 bài", "Làm bài kiểm tra")
	lan.get(at+lessons[0]).hides(t, "/complete")
	if a := lan.get(at + "khong-co"); a.status != http.StatusNotFound {
		t.Errorf("an unknown lesson: %d", a.status)
	}
}

// begins starts an attempt; sending the form twice is one start.
func begins(t *testing.T, lan *reader) string {
	t.Helper()
	page := lan.get("/learn/" + course + "/quiz")
	page.sees(t, "Bắt đầu làm bài", "Quy định", "đã dùng 0 lượt")
	form := url.Values{"request": {page.request(t)}}
	first, again := lan.post("/learn/"+course+"/quiz", form), lan.post("/learn/"+course+"/quiz", form)
	at, err := url.Parse(first.location)
	if err != nil || !strings.HasPrefix(at.Path, "/attempts/") {
		t.Fatalf("start: %d to %q", first.status, first.location)
	}
	again.leads(t, at.Path+"?q=1")
	lan.get(again.location).sees(t, "Câu 1/10")
	lan.get("/learn/"+course+"/quiz").sees(t, "chưa nộp", "Làm tiếp")
	return at.Path
}

// answers gives every right answer: the first by the page's script, the others by its form.
func answers(t *testing.T, h *house, lan *reader, attempt string) {
	t.Helper()
	items := map[string]quiz.Item{}
	for _, item := range call(h, quiz.ListItems, quiz.ListItemsRequest{Course: course}) {
		items[item.Item] = item
	}
	for n := 1; n <= 10; n++ {
		page := lan.get(fmt.Sprintf("%s?q=%d", attempt, n))
		page.sees(t, fmt.Sprintf("Câu %d/10", n), `data-answer`, `data-countdown=`, `data-submit="submit-attempt"`, "20:00")
		item := items[itemsOf(page)[n-1]]
		form := url.Values{"item": {item.Item}, "q": {fmt.Sprint(n)}, "go": {fmt.Sprint(n + 1)}}
		for _, c := range item.Choices {
			if c.Key {
				form.Add("choice", c.ID)
			}
			page.hides(t, c.Explanation, html.EscapeString(c.Explanation), "is-right", "is-wrong")
		}
		if n == 1 {
			lan.get(attempt+"?q=review").sees(t, "0/10", "Câu chưa trả lời", `data-list="open"`)
			saved := lan.post(attempt+"/answers", form, "HX-Request", "true")
			if saved.status != http.StatusNoContent || saved.body != "" {
				t.Errorf("the script is answered %d %q", saved.status, saved.body)
			}
			lan.get(attempt).sees(t, "Câu 2/10")
			continue
		}
		lan.post(attempt+"/answers", form).leads(t, fmt.Sprintf("%s?q=%d", attempt, n+1))
	}
	lan.get(attempt+"?q=1").sees(t, " checked")
}

// handsIn reviews and submits; an answer after that is refused on the page of the result.
func handsIn(t *testing.T, h *house, lan *reader, attempt string) {
	t.Helper()
	review := lan.get(attempt + "?q=review")
	review.sees(t, "Bạn đã trả lời 10/10 câu", `data-confirm="Nộp bài?`)
	if !regexp.MustCompile(`data-list="open"[^>]* hidden`).MatchString(review.body) {
		t.Error("the review shows questions without an answer")
	}
	done := lan.post(attempt+"/submit", url.Values{"request": {review.request(t)}})
	done.leads(t, attempt)
	lan.get(done.location).sees(t, "Kết quả bài kiểm tra", "Đạt. Điểm của bạn:", "10/10", "is-right", "Đáp án đúng, bạn đã chọn", `sse-connect="/live?of=certification"`)
	late := lan.post(attempt+"/answers", url.Values{"item": {itemsOf(review)[0]}, "choice": {"a"}, "q": {"1"}, "go": {"2"}})
	if late.status != http.StatusConflict {
		t.Errorf("an answer after handing in: %d", late.status)
	}
	late.shows(t, "Bài đã nộp", "Kết quả bài kiểm tra")
	gio := signIn(t, h.open(), "DEMO-0101")
	if other := gio.get(attempt); other.status != http.StatusForbidden {
		t.Errorf("another's attempt: %d", other.status)
	}
}

// checks looks at everything that follows from a completed course.
func checks(t *testing.T, h *house, lan *reader, attempt string) {
	t.Helper()
	part := lan.get(attempt + "?part=certificate")
	part.shows(t, "Bạn đã được cấp giấy chứng nhận", "/verify/KV-")
	part.hides(t, "hx-get", "<html")
	lan.get("/learn").sees(t, "Bạn đã hoàn thành mọi khóa học", "Đã hoàn thành")
	lan.get("/learn/"+course).sees(t, "Bạn đã hoàn thành khóa học ngày", "Mở bản PDF")
	lan.get("/learn/"+course+"/quiz").sees(t, "Bạn đã đạt bài kiểm tra", "Lượt 1", "10/10")
	number := code(t, lan)
	pdf := lan.get("/certificates/" + number + "/pdf")
	if pdf.status != http.StatusOK || pdf.header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(pdf.body, "%PDF-") ||
		!strings.HasPrefix(pdf.header.Get("Content-Disposition"), "inline; filename") {
		t.Errorf("pdf: %d %v", pdf.status, pdf.header)
	}
	box := lan.get("/inbox")
	box.sees(t, "Có 2 tin chưa đọc", "Mới")
	message := regexp.MustCompile(`/inbox/[^"?]+`).FindString(box.body)
	opened := lan.get(message)
	opened.sees(t, "Nguyễn Thị Lan Chi", "Mở nội dung được nhắc đến")
	about := regexp.MustCompile(`btn-primary" href="([^"]+)"`).FindStringSubmatch(opened.body)
	if a := lan.get(about[1]); a.status != http.StatusOK {
		t.Errorf("the message leads to %s: %d", about[1], a.status)
	}
	h.Settle()
	lan.get("/inbox").sees(t, "Có 1 tin chưa đọc")
	lan.get("/mail").sees(t, "lan.chi@mayngan.example", "gio.thu@mayngan.example")
	lan.get("/mail?to=lan.chi@mayngan.example").hides(t, "gio.thu@mayngan.example")
}

// code is the number of the reader's certificate.
func code(t *testing.T, lan *reader) string {
	t.Helper()
	page := lan.get("/certificates")
	page.sees(t, "Còn hiệu lực")
	return regexp.MustCompile(`KV-[0-9A-Z-]+`).FindString(page.body)
}

// verifies looks at a certificate without signing in.
func verifies(t *testing.T, visitor *reader, number string) {
	t.Helper()
	visitor.get("/verify").sees(t, "Số giấy chứng nhận")
	visitor.get("/verify?code="+url.QueryEscape(" "+strings.ToLower(number))).leads(t, "/verify/"+strings.ToLower(number))
	visitor.get("/verify/"+strings.ToLower(number)).sees(t, "còn hiệu lực", number, "Nguyễn Thị Lan Chi", "Xã Đỉnh Mây", "An toàn thông tin cơ bản cho cán bộ, công chức",
		"Information security basics for civil servants", "phiên bản 1", "3 tiết", "10/10", issuer, "23/11/2026 08:00", "Khóa công khai", "Văn bản được ký")
	unknown := visitor.get("/verify/KV-2026-0000-0000-0000")
	if unknown.status != http.StatusNotFound {
		t.Errorf("an unknown number: %d", unknown.status)
	}
	unknown.shows(t, "Không có giấy chứng nhận nào mang số", "KV-2026-0000-0000-0000")
}

func TestVisitorsSignInAndComeBack(t *testing.T) {
	site := newHouse(t).open(func(d *host.Deps) { d.Demo = false })
	visitor := visit(t, site)
	for _, path := range []string{"/learn", "/learn/" + course, "/learn/" + course + "/lessons/mat-khau", "/learn/" + course + "/quiz", "/attempts/a_b_1_1",
		"/certificates", "/certificates/KV-1/pdf", "/inbox", "/inbox/m", "/account", "/mail"} {
		visitor.get(path).leads(t, "/sign-in?back="+url.QueryEscape(path))
	}
	for _, path := range []string{"/learn/" + course + "/quiz", "/attempts/a_b_1_1/submit", "/account"} {
		if a := visitor.post(path, nil); a.status != http.StatusForbidden {
			t.Errorf("post %s: %d", path, a.status)
		}
	}
}

func TestWhatASignedInReaderMayNotSee(t *testing.T) {
	h := newHouse(t)
	gio := signIn(t, h.open(), "DEMO-0101")
	gio.get("/certificates").sees(t, "Bạn chưa có giấy chứng nhận nào")
	for path, status := range map[string]int{"/learn/khong-co": http.StatusNotFound, "/attempts/somebody_attt-co-ban_1_1": http.StatusForbidden,
		"/inbox/somebody_enrolled_1": http.StatusForbidden, "/certificates/KV-2026-0000-0000-0000/pdf": http.StatusNotFound} {
		if a := gio.get(path); a.status != status {
			t.Errorf("%s: %d, want %d", path, a.status, status)
		}
	}
}

func TestAPasswordIsChangedOnlyWithTheCurrentOne(t *testing.T) {
	h := newHouse(t)
	lan := signIn(t, h.open(), "DEMO-0100")
	page := lan.get("/account")
	page.sees(t, "Nguyễn Thị Lan Chi", "Xã Đỉnh Mây", "Văn thư", "Cán bộ học viên")
	form := url.Values{"request": {page.request(t)}, "current": {"sai hoàn toàn"}, "password": {"thuyền ngủ năm mùa"}, "repeat": {"khác"}}
	wrong := lan.post("/account", form)
	if wrong.status != http.StatusUnprocessableEntity {
		t.Errorf("two different passwords: %d", wrong.status)
	}
	wrong.shows(t, `id="repeat-error"`, `aria-invalid="true"`, `role="alert"`)
	wrong.hides(t, "thuyền ngủ năm mùa", "sai hoàn toàn")

	form.Set("repeat", "thuyền ngủ năm mùa")
	if first := lan.post("/account", form); first.status != http.StatusConflict {
		t.Errorf("the first password is an administrator's to set: %d", first.status)
	}
}

func TestACourseNamesItsCompetencies(t *testing.T) {
	h := newHouse(t)
	lan := signIn(t, h.open(), "DEMO-0100")
	lan.get("/learn/attt-co-ban").sees(t, "IU14 An toàn, bảo mật thông tin")
	trainer := signIn(t, h.open(), "DEMO-0002")
	list := trainer.get("/frameworks")
	list.sees(t, "Thông tư 03/2014/TT-BTTTT", "IU07", "chưa đối chiếu nguồn", "An toàn thông tin cơ bản cho cán bộ, công chức", "Quyết định 757/QĐ-BKHCN")
}

func TestTwoVersionsOfACourseStandSideBySide(t *testing.T) {
	h := newHouse(t)
	trainer := signIn(t, h.open(), "DEMO-0002")
	trainer.get("/courses/attt-co-ban/compare").sees(t, "chưa có gì để so sánh")
	past, err := h.Journal.Load(t.Context(), "catalog.course.attt-co-ban")
	if err != nil {
		t.Fatal(err)
	}
	next := past[len(past)-1].Event.(events.CoursePublished)
	next.Version, next.Hours, next.Digest = next.Version+1, 5, "other"
	next.Lessons = slices.Clone(next.Lessons)
	next.Lessons[0].Markdown += "\n\nĐừng dùng lại mật khẩu cũ."
	next.Lessons = append(next.Lessons[:1], next.Lessons[2:]...)
	h.Append("catalog.course.attt-co-ban", next)
	h.Settle()
	a := trainer.get("/courses/attt-co-ban/compare")
	a.shows(t, "<del>3</del>", "<ins>5</ins>", "<ins>Đừng dùng lại mật khẩu cũ.</ins>", "Bài thu-lua-dao: nội dung")
	a.hides(t, "Bài mang-tu-xa: nội dung")
	trainer.get("/courses").sees(t, "So sánh phiên bản")
	next.Course, next.Version, next.Tags = "khac", 1, []string{"IU14", "IU12"}
	h.Append("catalog.course.khac", next)
	h.Settle()
	trainer.get("/learn/khac").sees(t, "IU12 Biên tập ảnh (chưa đối chiếu nguồn); IU14 An toàn, bảo mật thông tin")
}
