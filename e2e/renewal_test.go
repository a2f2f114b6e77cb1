package e2e

import (
	"testing"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/rpc"
	"khuevan/services/directory"
)

// transfers moves a person to another unit as of today.
func transfers(t *testing.T, h *house, code, unit string) {
	t.Helper()
	admin := h.api("DEMO-0001")
	found := must[directory.FoundPeople](t, admin, "directory/find-people", directory.FindPeopleRequest{Text: code}).Items
	if len(found) != 1 {
		t.Fatalf("%d people have the code %s", len(found), code)
	}
	for _, u := range must[[]directory.Unit](t, admin, "directory/list-units", struct{}{}) {
		if u.Name == unit {
			must[rpc.Receipt](t, admin, "directory/change-career", directory.CareerChange{Person: found[0].ID, What: "transfer", Unit: u.ID, Post: "clerk", On: clock.Date(time.Now())})
			return
		}
	}
	t.Fatalf("there is no unit %s", unit)
}

// TestALearnerCompletesAProgrammeAndRenewsItAYearLater has a trainer preview a rule for a programme with `n of` and run it; a
// learner chooses, is transferred in between, completes it, and is asked again for the shorter path a year later, when the
// platform is started ahead of time. Whoever has the number checks the certificate on a phone.
func TestALearnerCompletesAProgrammeAndRenewsItAYearLater(t *testing.T) {
	t.Parallel()
	h := open(t, together, false)
	chrome := chromium(t)
	furnishProgrammes(t, h)
	publishesTheSample(t, h)

	trainer := h.visit(chrome, "trainer", desktop()).as("Người phụ trách đào tạo")
	trainer.opensUntil("/assignments", "Kỹ năng mẫu").fills("Khóa học hoặc chương trình", "Kỹ năng mẫu").fills("Đơn vị (gồm", commune)
	unfold := func() {
		read[bool](trainer, `(document.querySelectorAll("details").forEach(d => d.open = true), true)`)
	}
	unfold()
	trainer.fills("Hạn hoàn thành", "").fills("Mới vào đơn vị trong vòng", "3660").fills("Chưa có năng lực", "IU14").
		fills("Số ngày cho người", "30").fills("Học lại", "Sau ngày đạt").fills("Chu kỳ (tháng)", "12").fills("Mở trước hạn", "60").
		clicks("Xem trước").sees("Xem trước khi giao").sees(lan).sees("chưa có IU14").sees("Ghi danh, hạn")
	trainer.clicks("Chọn lại").sees("Giao một khóa học")
	unfold()
	trainer.fills("Mới vào đơn vị trong vòng", "").fills("Chưa có năng lực", "Không xét").clicks("Xem trước").sees(lan).sees("Mọi người trong đơn vị")
	if *shots != "" {
		trainer.shoots(*shots + "/rule-preview.png")
	}
	trainer.clicks("Giao học").sees("Đã giao khóa học")

	learner := h.visit(chrome, "Lan", phone()).as("Cán bộ học viên")
	learner.opensUntil("/learn", "Kỹ năng mẫu").sees("chọn 2 trong 3 khóa")
	studiesAndPasses(t, h, learner)
	code := seesTheCertificate(t, learner)
	chooses := func(b *browser, title, code string) {
		t.Helper()
		b.opensUntil("/learn", title).hits("form button", title).sees("Đã chọn").opensUntil("/learn/"+code, "Bắt đầu bài 1").clicks("Bắt đầu bài 1").clicks("Tôi đã học xong bài này")
	}
	chooses(learner, "Sử dụng bảng tính", "mau-bang-tinh")
	transfers(t, h, "DEMO-0100", "Xã Suối Trăng")
	chooses(learner, "Sử dụng trình chiếu", "mau-trinh-chieu")
	learner.opensUntil("/learn", "Đã xong 3/3 khóa cần học")
	if *shots != "" {
		learner.shoots(*shots + "/programme-done.png")
	}
	h.visit(chrome, "anyone", phone()).opens("/verify/" + code).sees("Giấy chứng nhận còn hiệu lực").sees(lan)
	transfers(t, h, "DEMO-0100", commune)

	h.procs[0].stop(t)
	h.procs = nil
	addr := h.url[len("http://"):]
	h.run("all", nil, "serve", "-data", h.dir, "-listen", addr, "-demo", "-demo-ahead", "8040h") // 335 days on
	h.awaitReady(addr)
	later := h.visit(chrome, "Lan, later", phone()).as("Cán bộ học viên")
	later.opensUntil("/learn", "Lần học thứ 2").sees("Ôn lại: chọn 1 trong 2 khóa")
	chooses(later, "Xử lý văn bản", "mau-van-ban")
	later.opensUntil("/learn", "Đã xong 1/1 khóa cần học")
	if *shots != "" {
		later.shoots(*shots + "/programme-renewed.png")
	}
	h.visit(chrome, "anyone, later", phone()).opens("/verify/" + code).sees("Sắp hết hiệu lực").sees(lan)
}
