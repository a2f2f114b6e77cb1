package e2e

import (
	"testing"

	"khuevan/services/catalog"
)

const asked = "ky-nang-so"

// offers publishes a small course that a head approves.
func offers(t *testing.T, h *house) {
	t.Helper()
	must[catalog.Published](t, h.api("DEMO-0002"), "catalog/publish-course", catalog.PublishCourseRequest{Files: map[string]string{
		"course.yaml": "code: " + asked + "\ntitle: {vi: Kỹ năng số, en: Digital skills}\nsummary: {vi: Một bài ngắn., en: One short lesson.}\nhours: 1\nlanguage: vi\n" +
			"enrolment: [head]\nlessons:\n  - {id: bai, minutes: 5, title: {vi: Bài duy nhất}}\n",
		"lessons/bai.md": "Nội dung của bài.\n"}})
}

// TestALearnerAsksTheHeadApprovesAndTheLearnerTakesIt goes from the catalogue to a completed course.
func TestALearnerAsksTheHeadApprovesAndTheLearnerTakesIt(t *testing.T) {
	t.Parallel()
	h := open(t, together, false)
	chrome := chromium(t)
	offers(t, h)
	head := h.visit(chrome, "head", desktop()).as("Thủ trưởng đơn vị").opens("/requests").sees("Không có yêu cầu nào chờ bạn duyệt")
	learner := h.visit(chrome, "Lan", phone()).as("Cán bộ học viên")
	learner.opensUntil("/catalogue", "Kỹ năng số").fills("Lý do", "Cần cho việc mới").clicks("Xin học").sees("Đã gửi yêu cầu").sees("Đang chờ duyệt")
	head.opensUntil("/inbox", lan+" xin học: Kỹ năng số").opensUntil("/requests", "Cần cho việc mới").sees(lan)
	head.clicks("Duyệt và ghi danh").sees("Đã duyệt yêu cầu").sees("Không có yêu cầu nào chờ bạn duyệt")
	learner.opensUntil("/learn", "Kỹ năng số").opensUntil("/learn/"+asked, "Bắt đầu bài 1").clicks("Bắt đầu bài 1").
		sees("Nội dung của bài").clicks("Tôi đã học xong bài này")
	learner.opensUntil("/learn/"+asked, "Bạn đã hoàn thành khóa học").opens("/catalogue").sees("Đã hoàn thành")
}
