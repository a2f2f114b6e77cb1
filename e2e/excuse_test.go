package e2e

import "testing"

// TestAHeadExcusesAPerson records a reason, the learner sees it, and the head takes it back.
func TestAHeadExcusesAPerson(t *testing.T) {
	t.Parallel()
	h := open(t, together, false)
	chrome := chromium(t)
	learner := h.visit(chrome, "Lan", phone()).as("Cán bộ học viên").opensUntil("/learn", courseTitle)
	head := h.visit(chrome, "head", desktop()).as("Thủ trưởng đơn vị").opensUntil("/unit", lan)
	head.hits("a", "Miễn", lan).sees("Miễn học").sees(lan).fills("Lý do", "lý do khác").clicks("Ghi việc miễn").sees("Lý do khác thì cần ghi rõ").
		fills("Lý do", "biệt phái").clicks("Ghi việc miễn").opensUntil("/unit", "Thôi miễn")
	learner.opensUntil("/learn", "Được miễn: biệt phái, đi học dài hạn").opensUntil("/inbox", "Được miễn học: "+courseTitle)
	head.agrees().hits("button", "Thôi miễn", lan).opensUntil("/unit", lan)
	learner.opensUntil("/learn", "Hạn hoàn thành")
}
