package e2e

import "testing"

// TestAHeadGivesAStandIn is Shows 6: the head lends her role, the clerk sees the unit page, and loses it when it is ended.
func TestAHeadGivesAStandIn(t *testing.T) {
	t.Parallel()
	for _, top := range topologies() {
		t.Run(string(top), func(t *testing.T) {
			h := open(t, top, false)
			chrome := chromium(t)
			head := h.visit(chrome, "head", desktop()).as("Thủ trưởng đơn vị")
			clerk := h.visit(chrome, "Lan", phone()).as("Cán bộ học viên")
			clerk.opens("/unit").sees("Không thực hiện được")
			head.opensUntil("/unit/stand-in", lan).fills("Người thay", lan).clicks("Giao thay").sees("Đã giao người thay").sees("Đang thay")
			head.usable("stand-in")
			clerk.opensUntil("/unit", commune).opens("/account").sees("đang thay")
			clerk.usable("account")
			head.opens("/unit/stand-in").agrees().clicks("Chấm dứt").sees("Đã chấm dứt việc thay")
			clerk.opensUntil("/unit", "Không thực hiện được")
		})
	}
}
