package e2e

import (
	"regexp"
	"testing"
)

// TestWhoCompletesAProgrammeIsCertifiedAndAnyoneChecksIt has a trainer say in the builder that a programme is certified; a learner
// completes it and reads of it in the inbox, and anyone opens the page of the certificate on a phone.
func TestWhoCompletesAProgrammeIsCertifiedAndAnyoneChecksIt(t *testing.T) {
	t.Parallel()
	h := open(t, together, false)
	chrome := chromium(t)
	furnishProgrammes(t, h)
	trainer := h.visit(chrome, "trainer", desktop()).as("Người phụ trách đào tạo")
	trainer.opens("/programmes/build").sees("Giấy chứng nhận hoàn thành chương trình")
	trainer.holds("programme", "van-phong").holds("validity_months", "24").holds("title.vi", "Văn phòng số (mẫu)").holds("certificate", "auto").
		holds("certificate_title.vi", "Bồi dưỡng kỹ năng văn phòng (mẫu)").holds("parts.0.title.vi", "Bắt buộc").holds("parts.0.add", "mau-van-ban").strikes("parts.0.add-now", "parts.0.add")
	trainer.strikes("parts.add", "parts.1.title.vi").holds("parts.1.title.vi", "Tự chọn").holds("parts.1.add", "mau-bang-tinh").strikes("parts.1.add-now", "parts.1.add").
		holds("parts.1.add", "mau-trinh-chieu").strikes("parts.1.add-now", "parts.1.add").holds("parts.1.at_least", "1").fits("certified-build")
	trainer.clicks("Xem trước").clicks("Xuất bản phiên bản 1").sees("cấp ngay khi hoàn thành: “Bồi dưỡng kỹ năng văn phòng (mẫu)”")
	trainer.opensUntil("/assignments", "Văn phòng số (mẫu)").fills("Khóa học hoặc chương trình", "Văn phòng số (mẫu)").fills("Đơn vị (gồm", commune).
		clicks("Xem trước").sees("Xem trước khi giao").clicks("Giao học").sees("Đã giao khóa học")

	learner := h.visit(chrome, "Lan", phone()).as("Cán bộ học viên")
	learner.opensUntil("/inbox", "Thông báo tham gia chương trình “Văn phòng số (mẫu)”").misses("Thông báo tham gia khóa học “Xử lý văn bản (mẫu)”")
	takes := func(code string) {
		t.Helper()
		learner.opensUntil("/learn/"+code, "Bắt đầu bài 1").clicks("Bắt đầu bài 1").clicks("Tôi đã học xong bài này")
	}
	takes("mau-van-ban")
	learner.opensUntil("/learn", "Sử dụng bảng tính").hits("form button", "Sử dụng bảng tính").sees("Đã chọn")
	takes("mau-bang-tinh")
	learner.opensUntil("/inbox", "Đã hoàn thành chương trình “Văn phòng số (mẫu)”").
		opensUntil("/certificates", "Bồi dưỡng kỹ năng văn phòng (mẫu)").sees("hoàn thành chương trình").fits("certificates")
	code := regexp.MustCompile(`KV-\d{4}(-[0-9A-Z]{4}){3}`).FindString(read[string](learner, `[...document.querySelectorAll("article")].find(a => a.innerText.normalize().includes("Bồi dưỡng")).innerText`))
	learner.opensUntil("/learn", code)
	if kind, body := learner.fetches("/certificates/" + code + "/pdf"); kind != "200 application/pdf" || len(body) < 1000 {
		t.Errorf("the paper is %s of %d bytes", kind, len(body))
	}
	h.visit(chrome, "anyone", phone()).opens("/verify/" + code).sees("Giấy chứng nhận còn hiệu lực").sees(lan).sees("Chương trình").sees("van-phong, phiên bản 1, chu kỳ 1").sees("8 tiết").
		sees("1) Bắt buộc: Xử lý văn bản (mẫu) (4 tiết). 2) Tự chọn: Sử dụng bảng tính (mẫu) (4 tiết).").misses("Điểm").fits("verified")
	trainer.opens("/issue").fills("Khóa học hoặc chương trình", "Văn phòng số (mẫu)").clicks("Xem trước").sees("Đã có giấy, sẽ bỏ qua").sees(code).fits("ordered")
}
