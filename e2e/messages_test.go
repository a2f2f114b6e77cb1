package e2e

import (
	"testing"
	"time"

	"khuevan/platform/clock"
	"khuevan/services/directory"
	"khuevan/services/progress"
)

// TestALearnerChoosesAndASessionIsMoved has a learner take the digest and unsubscribe from one kind by the link of a letter, and a
// trainer move a session: the letter carries the update.
func TestALearnerChoosesAndASessionIsMoved(t *testing.T) {
	t.Parallel()
	h := open(t, together, false)
	unit := unitCalled(t, h, commune)
	furnishLessons(t, h, unit)
	start := clock.Midnight(time.Now()).AddDate(0, 0, 7).Add(8 * time.Hour)
	held := must[progress.Scheduled](t, h.api("DEMO-0002"), "progress/schedule-session", progress.ScheduleSessionRequest{Course: kinds, Lesson: "buoi", Unit: unit,
		Start: start, End: start.Add(90 * time.Minute), Place: "Hội trường"})
	chrome := chromium(t)
	head := h.visit(chrome, "head", desktop()).as("Thủ trưởng đơn vị").opensUntil("/unit", lan)
	head.hits("a", "Miễn", lan).fills("Lý do", "biệt phái").clicks("Ghi việc miễn")
	learner := h.visit(chrome, "Lan", phone()).as("Cán bộ học viên").opens("/account").clicks("Cách nhận tin").
		fills("Nhắc khóa học chưa hoàn thành", "Trong thư tổng hợp").clicks("Lưu").sees("Đã lưu cách nhận tin")
	learner.opensUntil("/mail", "Được miễn học").presses("Được miễn học").clicks("Hủy nhận loại thư này").
		sees("Bạn không muốn nhận thư điện tử loại này nữa?").clicks("Hủy nhận thư loại này").sees("không gửi thư loại này cho bạn nữa")
	learner.opensUntil("/account/messages", "Chỉ trong hộp thư của hệ thống")
	if way := read[string](learner, `document.getElementById("courses").value + " " + document.getElementById("reminder").value`); way != "inbox digest" {
		t.Errorf("she is told by %s", way)
	}
	trainer := h.visit(chrome, "trainer", desktop()).as("Người phụ trách đào tạo").opens(sessionsOf + "/" + held.Session)
	trainer.fills("Bắt đầu lúc", "14:00").fills("Kết thúc lúc", "15:30").clicks("Đổi buổi học").sees("Đã đổi buổi học")
	learner.opensUntil("/mail", "Thay đổi buổi học").presses("Thay đổi buổi học").sees("SEQUENCE:1").sees("T140000")
	head.opensUntil("/inbox", "Thay đổi buổi học") // Lan has attended another session and is not invited
}

// unitCalled is the id of a unit.
func unitCalled(t *testing.T, h *house, name string) string {
	t.Helper()
	for _, u := range must[[]directory.Unit](t, h.api("DEMO-0001"), "directory/list-units", directory.ListUnitsRequest{}) {
		if u.Name == name {
			return u.ID
		}
	}
	t.Fatalf("there is no unit %s", name)
	return ""
}
