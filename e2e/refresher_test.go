package e2e

import (
	"strings"
	"testing"
)

// taps chooses the first answer of a refresher's question and sends it: a form, whatever scripts do.
func (b *browser) taps() *browser {
	b.t.Helper()
	read[bool](b, `(document.querySelector("input[name=choice]").click(), true)`)
	return b.clicks("Trả lời").sees("Đáp án đúng")
}

// rests fails when the page is not accessible, or wider than the screen; and takes its picture.
func (b *browser) rests(page string) {
	b.t.Helper()
	for _, v := range b.axe() {
		b.t.Errorf("%s: %s", page, v)
	}
	if over := read[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		b.t.Errorf("%s is %d px wider than the screen", page, over)
	}
	if *shots != "" {
		b.shoots(*shots + "/refresher-" + page + ".png")
	}
}

// TestALearnerRefreshesOnAPhone lets a learner pass, and two weeks later, when the platform is started ahead of time, follow the
// message to a refresher, answer one question, go on with the next on another phone, and read what comes when. A trainer sees what became of it.
func TestALearnerRefreshesOnAPhone(t *testing.T) {
	t.Parallel()
	h := open(t, together, false)
	chrome := chromium(t)
	learner := h.visit(chrome, "Lan", phone()).as("Cán bộ học viên")
	learner.opens("/refreshers").sees("Chưa có gì để ôn")
	studiesAndPasses(t, h, learner)
	learner.opensUntil("/refreshers", "IU14").sees("100%").misses("Bắt đầu ôn tập")

	h.procs[0].stop(t)
	h.procs = nil
	addr := h.url[len("http://"):]
	h.run("all", nil, "serve", "-data", h.dir, "-listen", addr, "-demo", "-demo-ahead", "336h") // two weeks on
	h.awaitReady(addr)

	later := h.visit(chrome, "Lan, later", phone()).as("Cán bộ học viên")
	later.opensUntil("/learn", "Ôn tập nhanh, khoảng 2 phút").rests("learn")
	later.opensUntil("/inbox", "Ôn tập nhanh 2 phút").clicks("Ôn tập nhanh 2 phút").sees("3 câu hỏi, khoảng 2 phút").
		clicks("Mở nội dung được nhắc đến").sees("Câu 1/3").rests("question")
	later.clicks("Trả lời").sees("Bạn chưa chọn phương án nào").rests("refused")
	later.taps().sees("Câu tiếp theo").rests("feedback")

	other := h.visit(chrome, "Lan, on another phone", phone()).as("Cán bộ học viên")
	other.opens("/learn").sees("Đã trả lời 1 câu").clicks("Ôn tiếp").sees("Câu 2/3").taps().clicks("Câu tiếp theo").sees("Câu 3/3").taps().
		clicks("Xem lần ôn sắp tới").sees("Đã ôn xong").sees("Hỏi lại từ ngày").rests("done")
	offer := read[string](other, "location.pathname")
	later.clicks("Câu tiếp theo").sees("Đáp án đúng").misses("Trả lời\n") // answered meanwhile: it shows what is right and takes no other answer
	other.opens("/learn").misses("Ôn tập nhanh, khoảng 2 phút").opens("/refreshers").sees("Lần ôn sắp tới").rests("mine")
	other.opens(strings.Replace(offer, "_1", "_9", 1)).sees("Không có đợt ôn tập này")

	trainer := h.visit(chrome, "trainer", phone()).as("Người phụ trách đào tạo")
	trainer.opensUntil("/recall", "không hiện").sees("Ước tính và thực tế").sees("dưới 5").sees("Các tuần gần đây").sees("Đã trả lời hết").sees("Tham số đang dùng").rests("recall")
	h.visit(chrome, "analyst", desktop()).as("Chuyên viên tổng hợp báo cáo").opens("/recall").sees("Mọi năng lực của các khóa học đều đủ câu hỏi").rests("recall-desktop")
}
