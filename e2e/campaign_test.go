package e2e

import (
	"testing"
	"time"

	"khuevan/platform/clock"
)

// unfold opens what is folded on the page.
func unfold(b *browser) *browser {
	b.t.Helper()
	read[bool](b, `(document.querySelectorAll("details").forEach(d => d.open = true), true)`)
	return b
}

// TestATrainerPlansACampaignAndTheHeadIsToldWhoIsLate has a trainer build a campaign on a phone: a dry run says when, to whom and
// why not to others, and writes nothing; a plan that cannot be is refused with its remedy. It runs, and is paused and resumed. When the
// platform is started ten days ahead, the head finds one notice of who is overdue.
func TestATrainerPlansACampaignAndTheHeadIsToldWhoIsLate(t *testing.T) {
	t.Parallel()
	h := open(t, together, false)
	chrome := chromium(t)
	furnishProgrammes(t, h)
	publishesTheSample(t, h)
	shoots := func(b *browser, name string) {
		if *shots != "" {
			b.shoots(*shots + "/" + name + ".png")
		}
	}
	trainer := h.visit(chrome, "trainer", phone()).as("Người phụ trách đào tạo")
	trainer.opensUntil("/campaigns", "Chưa có đợt nhắc học nào").clicks("Lập đợt mới").sees("Bước 1/3")
	shoots(trainer, "campaign-step-1")
	unfold(trainer).fills("Tên đợt", "Học lại đầu tuần").fills("Khóa học", courseTitle).fills("Đơn vị (gồm", commune).fills("Đích danh", "DEMO-0100").clicks("Tiếp tục").sees("Bước 2/3")
	unfold(trainer).fills("Lặp lại", "hằng tuần").fills("Nếu rơi vào ngày nghỉ", "dời sang ngày làm việc kế tiếp").fills("Cách tính hạn", "số ngày làm việc").fills("Số ngày, hoặc ngày trong tháng", "2").
		fills("Nhắc trước hạn", "1").fills("Báo thủ trưởng", "1")
	shoots(trainer, "campaign-step-2")
	trainer.clicks("Chạy thử").sees("08:00 thứ Hai hằng tuần").sees("2 ngày làm việc kể từ mỗi kỳ").sees("Đang học, sẽ được nhắc").sees(lan).sees("Không có trong danh sách đích danh").sees("Bộ luật Lao động")
	trainer.sees("Dự báo trước khi chạy").sees("Chưa có số liệu từ các kỳ đã kết thúc").sees("Giờ cao điểm").sees("Số người bắt đầu theo giờ, từ ").sees("Nếu giao lệch ngày")
	shoots(trainer, "campaign-dry-run")
	trainer.clicks("Những người không nhận").sees("Ai không nhận, và vì sao").misses(lan)
	trainer.opens("/campaigns").sees("Chưa có đợt nhắc học nào") // nothing was written

	trainer.opensUntil("/campaigns/new", "Kỹ năng mẫu")
	unfold(trainer).fills("Tên đợt", "Nhắc hằng phút").fills("Khóa học hoặc chương trình", "Kỹ năng mẫu").fills("Đơn vị (gồm", commune).clicks("Tiếp tục")
	unfold(trainer).fills("Lặp lại", "theo biểu thức cron").fills("Biểu thức", "* * * * *").fills("Nếu rơi vào ngày nghỉ", "dời sang").fills("Đến hết ngày", clock.Date(time.Now())).
		fills("Kỳ bị lỡ", "bỏ qua").fills("Số ngày, hoặc ngày trong tháng", "1").fills("Nhắc trước hạn", "").fills("Báo thủ trưởng", "1").clicks("Chạy thử").sees("tối đa một lần mỗi ngày")
	unfold(trainer).fills("Nếu rơi vào ngày nghỉ", "vẫn giữ nguyên").clicks("Chạy thử").sees("Năm kỳ tới").sees("mỗi phút").sees("Dự kiến hoàn thành đúng hạn")
	shoots(trainer, "campaign-what-if")
	if *shots != "" {
		h.visit(chrome, "trainer, at a desk", desktop()).as("Người phụ trách đào tạo").opens(read[string](trainer, `location.pathname + location.search`)).sees("Dự báo trước khi chạy").shoots(*shots + "/campaign-what-if-desktop.png")
	}
	trainer.clicks("Lên lịch").sees("Đã lên lịch đợt nhắc học").sees("Kế hoạch không sửa được")

	learner := h.visit(chrome, "Lan", phone()).as("Cán bộ học viên")
	awaitTick(t, h)
	if n := ticks(t, h); n > 2 {
		t.Errorf("%d ticks at once", n)
	}
	trainer.opens("/campaigns").clicks("Nhắc hằng phút").clicks("Tạm dừng").sees("Đã tạm dừng đợt nhắc học").sees("Đang tạm dừng")
	learner.opensUntil("/learn", "chọn 2 trong 3 khóa")
	trainer.opensUntil("/campaigns", "Đang tạm dừng").clicks("Nhắc hằng phút").sees("Các kỳ đã chạy")
	trainer.opensUntil(read[string](trainer, `location.pathname`), "Số người bắt đầu theo ngày").sees("Dự báo và thực tế").sees("chưa đến hạn")
	shoots(trainer, "campaign-page")
	trainer.clicks("Nhân bản").sees("Bước 1/3").clicks("Tiếp tục").clicks("Chạy thử").sees("Nhắc hằng phút")
	trainer.opens("/campaigns").clicks("Nhắc hằng phút").clicks("Chạy tiếp").sees("đã chạy tiếp")

	h.procs[0].stop(t)
	h.procs = nil
	addr := h.url[len("http://"):]
	h.run("all", nil, "serve", "-data", h.dir, "-listen", addr, "-demo", "-demo-ahead", "240h")
	h.awaitReady(addr)
	head := h.visit(chrome, "head, later", phone()).as("Thủ trưởng đơn vị")
	head.opensUntil("/inbox", "người quá hạn trong đợt “Nhắc hằng phút”")
	shoots(head, "campaign-escalated")
	later := h.visit(chrome, "trainer, later", desktop()).as("Người phụ trách đào tạo")
	later.opens("/campaigns").sees("Đã kết thúc").clicks("Nhắc hằng phút").sees("Đã báo thủ trưởng").sees("thấp hơn dự báo")
	shoots(later, "campaign-later")
}
