package e2e

import "testing"

// TestATrainerTakesBackWhatARuleOpened ends an assignment made by mistake: whoever has begun keeps the course, nobody else owes it.
func TestATrainerTakesBackWhatARuleOpened(t *testing.T) {
	h := open(t, together, false)
	chrome := chromium(t)
	learner := h.visit(chrome, "Lan", phone()).as("Cán bộ học viên").opensUntil("/learn", courseTitle).opens("/learn/" + course + "/lessons/mat-khau").sees("Bài 1/")
	head := h.visit(chrome, "head", desktop()).as("Thủ trưởng đơn vị").opensUntil("/learn", courseTitle)
	trainer := h.visit(chrome, "trainer", desktop()).as("Người phụ trách đào tạo").opensUntil("/assignments", "Thu hồi…")
	trainer.hits("a", "Thu hồi…").sees("Trước khi thu hồi").sees("Giữ: đã bắt đầu học").sees(lan).
		clicks("Dừng và thu hồi").sees("Chọn lý do").
		fills("Lý do", "Giao nhầm khóa học, đơn vị hoặc người").clicks("Dừng và thu hồi").opensUntil("/assignments", "Đã thu hồi")
	head.opensUntil("/inbox", "Không phải học nữa: "+courseTitle)
	learner.opensUntil("/learn", "Hạn hoàn thành")
}
