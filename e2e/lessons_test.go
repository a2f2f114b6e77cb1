package e2e

import (
	"testing"
	"time"

	"khuevan/services/catalog"
	"khuevan/services/enrolment"
	"khuevan/services/progress"
)

// kinds is a course with a lesson of every kind.
const kinds = "cac-loai-bai"

// lessonsOf is where its lessons are learned, and its sessions held.
const (
	lessonsOf  = "/learn/" + kinds + "/lessons/"
	sessionsOf = "/courses/" + kinds + "/sessions"
)

// furnishLessons publishes that course, assigns it to a unit and holds a session with an attendance list; it names the session.
func furnishLessons(t *testing.T, h *house, unit string) string {
	t.Helper()
	trainer := h.api("DEMO-0002")
	files := map[string]string{"course.yaml": `code: cac-loai-bai
title: {vi: Các loại bài học (ví dụ), en: Kinds of lessons (example)}
summary: {vi: "Khóa học giả định, có đủ các loại bài."}
hours: 2
language: vi
lessons:
  - {id: phim, kind: video, file: phim.mp4, share: 0.9, minutes: 5, title: {vi: Xem phim}}
  - {id: mau, kind: file, file: mau-01.pdf, minutes: 5, title: {vi: Biểu mẫu}}
  - {id: quy-che, kind: read, minutes: 5, title: {vi: Quy chế giả định}}
  - {id: buoi, kind: live, share: 0.8, minutes: 90, title: {vi: Buổi học trực tuyến}}
`}
	for _, id := range []string{"phim", "mau", "quy-che", "buoi"} {
		files["lessons/"+id+".md"] = "Đây là phần lời của bài, chỉ để làm ví dụ.\n\n## Ghi nhớ\n\nMọi nội dung ở đây đều là giả định.\n"
	}
	must[catalog.Published](t, trainer, "catalog/publish-course", catalog.PublishCourseRequest{Files: files,
		Media: map[string][]byte{"phim.mp4": []byte("no film"), "mau-01.pdf": []byte("%PDF-1.7")}})
	must[enrolment.Assigned](t, trainer, "enrolment/assign-course", enrolment.AssignCourseRequest{Course: kinds, Unit: unit, Due: time.Now().AddDate(0, 1, 0)})
	start := time.Now().Add(-3 * time.Hour)
	held := must[progress.Scheduled](t, trainer, "progress/schedule-session", progress.ScheduleSessionRequest{Course: kinds, Lesson: "buoi", Unit: unit, Start: start, End: start.Add(90 * time.Minute),
		Place: "Hội trường", Link: "https://hop.example/phong-1"})
	list := progress.AttendanceFile{Session: held.Session, Data: []byte("Mã cán bộ,Số phút\nDEMO-0100,85\nDEMO-0101,20\n")}
	for until := time.Now().Add(patience); ; breathe() {
		preview := must[progress.AttendancePreview](t, trainer, "progress/preview-attendance", list)
		if list.Digest = preview.Digest; preview.Changes == 2 {
			break
		}
		if time.Now().After(until) {
			t.Fatalf("the learners are not enrolled: %+v", preview)
		}
	}
	must[progress.AttendanceDone](t, trainer, "progress/import-attendance", list)
	return held.Session
}
