package e2e

import (
	"testing"

	"khuevan/events"
	"khuevan/services/catalog"
)

// furnishProgrammes publishes small courses beside the shipped one, so that there is something to choose from.
func furnishProgrammes(t *testing.T, h *house) {
	t.Helper()
	trainer := h.api("DEMO-0002")
	for code, title := range map[string]string{"mau-van-ban": "Xử lý văn bản (mẫu)", "mau-bang-tinh": "Sử dụng bảng tính (mẫu)", "mau-trinh-chieu": "Sử dụng trình chiếu (mẫu)"} {
		must[catalog.Published](t, trainer, "catalog/publish-course", catalog.PublishCourseRequest{Files: map[string]string{"lessons/bai.md": "Khóa học mẫu, không có nội dung.\n",
			"course.yaml": "code: " + code + "\ntitle: {vi: " + title + "}\nsummary: {vi: Khóa học mẫu để thử chương trình.}\nhours: 4\nlanguage: vi\nlessons: [{id: bai, minutes: 5, title: {vi: Bài mẫu}}]\n"}})
	}
}

const sampleProgramme = "ky-nang-mau"

// publishesTheSample puts a programme of those courses into the offer.
func publishesTheSample(t *testing.T, h *house) {
	t.Helper()
	must[catalog.PublishedProgramme](t, h.api("DEMO-0002"), "catalog/publish-programme", catalog.PublishProgrammeRequest{Content: &events.ProgrammePublished{
		Programme: sampleProgramme, Title: events.Words{Vi: "Kỹ năng mẫu"}, Summary: events.Words{Vi: "Chương trình giả định của các khóa học mẫu."}, ValidityMonths: 24,
		Parts: []events.ProgrammePart{
			{ID: "p1", Title: events.Words{Vi: "Bắt buộc"}, Courses: []events.ProgrammeCourse{{Course: course}}},
			{ID: "p2", Title: events.Words{Vi: "Tự chọn"}, AtLeast: 2, Courses: []events.ProgrammeCourse{{Course: "mau-van-ban", Equivalents: []string{course}}, {Course: "mau-bang-tinh"}, {Course: "mau-trinh-chieu"}}},
		},
		Again: []events.ProgrammePart{{ID: "p1", Title: events.Words{Vi: "Ôn lại"}, AtLeast: 1, Courses: []events.ProgrammeCourse{{Course: course}, {Course: "mau-van-ban"}}}},
	}})
}

// holds puts a value into a control of the builder by its name; a text is typed.
func (b *browser) holds(name, value string) *browser {
	b.t.Helper()
	control := `document.getElementById(` + js(name) + `)`
	b.until(name, control)
	read[bool](b, `(() => { const c = `+control+`; c.focus(); if (c.tagName === "SELECT") { c.value = `+js(value)+`; if (c.value !== `+js(value)+`) throw new Error("no option") } else { c.select() } return true })()`)
	if !read[bool](b, control+`.tagName === "SELECT"`) {
		b.keys(value)
	}
	return b
}

// strikes presses a button of the builder by the keyboard and waits until the reader stands at an element.
func (b *browser) strikes(button, then string) *browser {
	b.t.Helper()
	read[bool](b, `(document.getElementById(`+js(button)+`).focus(), true)`)
	b.keys("\r")
	b.until("the keyboard at "+then, `document.activeElement.id === `+js(then))
	return b
}

// fits fails when the page is not accessible or wider than the screen.
func (b *browser) fits(page string) *browser {
	b.t.Helper()
	for _, v := range b.axe() {
		b.t.Errorf("%s: %s", page, v)
	}
	if over := read[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		b.t.Errorf("%s is %d px wider than the screen", page, over)
	}
	if *shots != "" {
		b.shoots(*shots + "/programme-" + page + ".png")
	}
	return b
}

// TestATrainerBuildsAProgramme builds one with a part to choose from, on a phone and by the keyboard alone, and edits it.
func TestATrainerBuildsAProgramme(t *testing.T) {
	t.Parallel()
	h := open(t, together, false)
	furnishProgrammes(t, h)
	trainer := h.visit(chromium(t), "trainer", phone()).as("Người phụ trách đào tạo")
	trainer.opens("/programmes").sees("An toàn thông tin nền tảng").clicks("Soạn chương trình mới").sees("Phần 1")

	// What is missing is said beside its field, and what was typed stays.
	trainer.holds("validity_months", "một năm").leaving(func() { trainer.keys("\r") }) // Enter previews, and moves nothing
	trainer.sees("Mã phải gồm chữ thường").sees("Cần có tên tiếng Việt").sees("Số tháng phải từ 0").sees("Một phần có từ 1 đến 50 khóa học").fits("refused")
	trainer.until("what was typed", `document.getElementById("validity_months").value === "một năm"`)

	trainer.holds("programme", "ky-nang").holds("validity_months", "24").holds("title.vi", "Kỹ năng mẫu").holds("parts.0.title.vi", "Bắt buộc").holds("parts.0.add", course).strikes("parts.0.add-now", "parts.0.add")
	trainer.strikes("parts.add", "parts.1.title.vi").holds("parts.1.title.vi", "Tự chọn")
	for _, c := range []string{"mau-van-ban", "mau-bang-tinh", "mau-trinh-chieu"} {
		trainer.holds("parts.1.add", c).strikes("parts.1.add-now", "parts.1.add")
	}
	trainer.holds("parts.1.at_least", "2").strikes("parts.1.courses.2.up", "parts.1.courses.1.up").strikes("parts.1.up", "parts.0.up").strikes("parts.0.down", "parts.1.down")
	trainer.until("the choice outlives the moves", `document.getElementById("parts.1.at_least").value === "2"`)
	trainer.fits("built").clicks("Xem trước").sees("chọn 2 trong 3 khóa học").fits("preview").clicks("Xuất bản phiên bản 1").sees("Đã xuất bản chương trình").sees("11 tiết").fits("page")

	trainer.clicks("Sửa, soạn phiên bản mới").holds("parts.1.at_least", "1").strikes("parts.1.courses.2.drop", "parts.1.add").clicks("Xem trước").
		sees("Thay đổi so với phiên bản 1").sees("từ chọn 2 trong 3 khóa học thành chọn 1 trong 2 khóa học").sees("bỏ Sử dụng bảng tính (mẫu)").fits("changes").
		clicks("Xuất bản phiên bản 2").sees("7 tiết").clicks("Phiên bản 1").sees("Đây là phiên bản 1").sees("chọn 2 trong 3 khóa học")
	trainer.opens("/programmes").sees("Kỹ năng mẫu").fits("list")
}
