package portal_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"khuevan/services/catalog"
	"khuevan/services/enrolment"
)

const kindsCourse = "cac-loai-bai"

// kindsPackage has a lesson of every kind.
func kindsPackage() catalog.PublishCourseRequest {
	files := map[string]string{"course.yaml": `code: cac-loai-bai
title: {vi: Các loại bài học, en: Kinds of lessons}
summary: {vi: "Một khóa học giả định với mọi loại bài."}
hours: 2
language: vi
lessons:
  - {id: phim, kind: video, file: phim.mp4, share: 0.9, minutes: 5, title: {vi: Xem phim}}
  - {id: phim-xa, kind: video, link: "https://video.example/phim.webm", share: 0.5, minutes: 5, title: {vi: Xem phim nơi khác}}
  - {id: mau, kind: file, file: mau-01.pdf, minutes: 5, title: {vi: Biểu mẫu}}
  - {id: quy-che, kind: read, minutes: 5, title: {vi: Quy chế giả định}}
  - {id: buoi, kind: live, share: 0.8, minutes: 90, title: {vi: Buổi học trực tuyến}}
`}
	for _, id := range []string{"phim", "phim-xa", "mau", "quy-che", "buoi"} {
		files["lessons/"+id+".md"] = "Nội dung của bài " + id + ".\n"
	}
	return catalog.PublishCourseRequest{Files: files, Media: map[string][]byte{"phim.mp4": []byte("0123456789"), "mau-01.pdf": []byte("%PDF-1.7")}}
}

// kinds publishes that course and assigns it to everybody.
func (h *house) kinds() {
	h.t.Helper()
	call(h, catalog.PublishCourse, kindsPackage())
	h.Settle()
	call(h, enrolment.AssignCourse, enrolment.AssignCourseRequest{Course: kindsCourse, Unit: h.unit("MN"), Due: h.Clock.Now().Add(10 * 24 * time.Hour)})
	h.Settle()
}

func TestLessonsOfEveryKind(t *testing.T) {
	h := bareHouse(t)
	h.kinds()
	lan := signIn(t, h.open(), "DEMO-0100")
	lan.get("/learn/"+kindsCourse).sees(t, "video", "tệp tải về", "đọc và xác nhận", "buổi học trực tiếp")
	at := "/learn/" + kindsCourse + "/lessons/"

	video := lan.get(at + "phim")
	video.sees(t, `<video src="`+at+`phim/file"`, `data-watch="`+at+`phim/watched"`, "cần xem ít nhất 90%", "Nội dung của bài phim")
	early := lan.post(at+"phim/complete", url.Values{"request": {video.request(t)}})
	if early.status != http.StatusConflict {
		t.Errorf("a video that was not watched: %d", early.status)
	}
	early.shows(t, "Bạn mới xem 0% video")
	if a := lan.post(at+"phim/watched", url.Values{"parts": {"0-50,x-y,"}}); a.status != http.StatusOK || a.body != "50" {
		t.Errorf("the script is answered %d %q", a.status, a.body)
	}
	if a := lan.post(at+"phim/watched", url.Values{"parts": {"40-95"}}); a.body != "95" {
		t.Errorf("the script is answered %d %q", a.status, a.body)
	}
	lan.post(at+"phim/complete", url.Values{"request": {lan.get(at + "phim").request(t)}}).leads(t, at+"phim-xa?ok=lesson")
	file := lan.ask(http.MethodGet, at+"phim/file", nil, "Range", "bytes=2-4")
	if file.status != http.StatusPartialContent || file.body != "234" || file.header.Get("Content-Type") != "video/mp4" || strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("a part of the video: %d %q %v", file.status, file.body, file.header)
	}

	elsewhere := lan.get(at + "phim-xa")
	elsewhere.sees(t, `src="https://video.example/phim.webm"`)
	if policy := elsewhere.header.Get("Content-Security-Policy"); !strings.HasSuffix(policy, "media-src 'self' https://video.example") {
		t.Errorf("the policy is %s", policy)
	}
	if policy := video.header.Get("Content-Security-Policy"); strings.Contains(policy, "media-src") {
		t.Errorf("the policy of a video of ours is %s", policy)
	}

	form := lan.get(at + "mau")
	form.sees(t, "Tải tệp về", "mau-01.pdf")
	if a := lan.get(at + "mau/file"); a.body != "%PDF-1.7" || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the file: %d %q %v", a.status, a.body, a.header)
	}
	lan.post(at+"mau/complete", url.Values{"request": {form.request(t)}}).leads(t, at+"quy-che?ok=lesson")

	lan.get(at+"buoi").sees(t, "ghi nhận hoàn thành bằng điểm danh")
	lan.get(at+"buoi").hides(t, "/complete")
	for _, path := range []string{"quy-che/file", "phim-xa/file", "khong-co/file"} {
		if a := lan.get(at + path); a.status != http.StatusNotFound {
			t.Errorf("%s answers %d", path, a.status)
		}
	}
}

func TestATextIsConfirmedAsReadAndUnderstood(t *testing.T) {
	h := bareHouse(t)
	h.kinds()
	lan := signIn(t, h.open(), "DEMO-0100")
	at := "/learn/" + kindsCourse + "/lessons/quy-che"
	page := lan.get(at)
	page.sees(t, "Nội dung của bài quy-che", "Xác nhận đã đọc và hiểu", "Phiên bản 1, SHA-256")
	page.hides(t, "/complete")
	digest := regexp.MustCompile(`name="digest" value="([0-9a-f]{64})"`).FindStringSubmatch(page.body)
	if digest == nil {
		t.Fatal("the page names no digest")
	}
	if a := lan.post(at+"/confirm", url.Values{"request": {page.request(t)}, "digest": digest[1:]}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "đánh dấu vào ô") {
		t.Errorf("without the tick: %d", a.status)
	}
	other := url.Values{"request": {lan.get(at).request(t)}, "digest": {strings.Repeat("0", 64)}, "understood": {"1"}}
	if a := lan.post(at+"/confirm", other); a.status != http.StatusConflict || !strings.Contains(a.body, "không phải văn bản của phiên bản") {
		t.Errorf("another text: %d", a.status)
	}
	done := lan.post(at+"/confirm", url.Values{"request": {lan.get(at).request(t)}, "digest": digest[1:], "understood": {"1"}})
	done.leads(t, "/learn/"+kindsCourse+"/lessons/buoi?ok=lesson")
	h.Settle()
	lan.get(at).sees(t, "Bạn đã xác nhận đã đọc và hiểu", digest[1], "23/11/2026")
}
