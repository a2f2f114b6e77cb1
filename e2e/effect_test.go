package e2e

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestACampaignSaysWhetherItWorks has a trainer hold out half of the province on a phone. While the time runs nothing tells who is
// in which group. When the platform is started ten days ahead the page says that no difference was seen, for nobody has learnt; an analyst
// has the draw recomputed, and so has the command line.
func TestACampaignSaysWhetherItWorks(t *testing.T) {
	h := open(t, together, false)
	chrome := chromium(t)
	offers(t, h)
	trainer := h.visit(chrome, "trainer", phone()).as("Người phụ trách đào tạo")
	trainer.opensUntil("/campaigns/new", courseTitle)
	unfold(trainer).fills("Tên đợt", "Có ích không").fills("Khóa học", courseTitle).clicks("Tiếp tục").sees("Bước 2/3")
	unfold(trainer).fills("Lặp lại", "theo biểu thức cron").fills("Biểu thức", "* * * * *").fills("Số ngày, hoặc ngày trong tháng", "7").fills("Nhắc trước hạn", "").fills("Báo thủ trưởng", "0").
		fills("Tỷ lệ nhóm đối chứng", "50").clicks("Chạy thử").sees("50 %").clicks("Lên lịch").sees("Đã lên lịch đợt nhắc học").sees("Có tác dụng không?").sees("Chưa có kỳ nào để so sánh")
	for until := time.Now().Add(2 * time.Minute); ticks(t, h) == 0; breathe() {
		if time.Now().After(until) {
			t.Fatal("the campaign did not fire within two minutes")
		}
	}
	trainer.opensUntil("/campaigns", "Có ích không").clicks("Có ích không").agrees().clicks("Dừng hẳn").sees("Đã dừng đợt nhắc học")
	campaign := read[string](trainer, "location.pathname")
	trainer.opensUntil(campaign, "đang chạy đến hết ngày").misses("Nhóm giao sau").rests("effect-running")

	h.procs[0].stop(t)
	h.procs = nil
	addr := h.url[len("http://"):]
	h.run("all", nil, "serve", "-data", h.dir, "-listen", addr, "-demo", "-demo-ahead", "240h")
	h.awaitReady(addr)
	later := h.visit(chrome, "trainer, later", phone()).as("Người phụ trách đào tạo")
	later.opensUntil(campaign, "Không thấy khác biệt: cứ 100 người được giao thì chênh 0 người").sees("(0 trên 1").sees("Chưa so được điểm").rests("effect")
	analyst := h.visit(chrome, "analyst", phone()).as("Chuyên viên tổng hợp báo cáo")
	analyst.opens("/report").clicks("Nhóm đối chứng").sees("50%").rests("trials")
	analyst.clicks("Có ích không").sees("Mọi việc bốc thăm đều khớp").sees("Không thấy khác biệt").rests("trial")
	h.visit(chrome, "analyst, wide", desktop()).as("Chuyên viên tổng hợp báo cáo").opens(strings.Replace(campaign, "/campaigns/", "/trials/", 1)).sees("Khớp").rests("trial-desktop")

	out, code := h.command("verify")
	if code != 0 || !regexp.MustCompile(`arms of [1-9]\d* ticks recomputed from their seeds, 0 faults`).MatchString(out) {
		t.Errorf("verify exits with %d:\n%s", code, out)
	}
}
