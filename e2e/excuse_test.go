package e2e

import "testing"

// TestAHeadExcusesAPerson records a reason, the learner sees it, and the head takes it back.
func TestAHeadExcusesAPerson(t *testing.T) {
	h := open(t, together, false)
	chrome := chromium(t)
	learner := h.visit(chrome, "Lan", phone()).as("Cán bộ học viên").opensUntil("/learn", courseTitle)
	head := h.visit(chrome, "head", desktop()).as("Thủ trưởng đơn vị").opensUntil("/unit", lan)
	read[bool](head, `([...document.querySelectorAll("a")].find(a => a.textContent.includes("Miễn") && a.textContent.includes(`+js(lan)+`)).click(), true)`)
	head.sees("Miễn học").sees(lan).fills("Lý do", "lý do khác").clicks("Ghi việc miễn").sees("Lý do khác thì cần ghi rõ").
		fills("Lý do", "biệt phái").clicks("Ghi việc miễn").opensUntil("/unit", "Thôi miễn")
	learner.opensUntil("/learn", "Được miễn: biệt phái, đi học dài hạn").opensUntil("/inbox", "Được miễn học: "+courseTitle)
	head.agrees()
	head.leaving(func() {
		read[bool](head, `([...document.querySelectorAll("button")].find(b => b.textContent.includes("Thôi miễn")).click(), true)`)
	})
	head.opensUntil("/unit", lan)
	learner.opensUntil("/learn", "Hạn hoàn thành")
}
