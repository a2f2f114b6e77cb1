package portal_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"khuevan/services/catalog"
)

// offers publishes small courses beside the shipped one.
func (h *house) offers(courses ...string) {
	h.t.Helper()
	for _, c := range courses {
		call(h, catalog.PublishCourse, catalog.PublishCourseRequest{Files: map[string]string{"lessons/a.md": "Nội dung.\n",
			"course.yaml": "code: " + c + "\ntitle: {vi: Khóa " + c + "}\nsummary: {vi: Thử}\nhours: 2\nlanguage: vi\nlessons: [{id: a, minutes: 1, title: {vi: A}}]\n"}})
	}
	h.Settle()
}

var (
	formSelect = regexp.MustCompile(`(?s)(<select [^>]*>).*?</select>`)
	formChosen = regexp.MustCompile(`<option value="([^"]*)" selected`)
	formArea   = regexp.MustCompile(`(?s)(<textarea [^>]*>)\n?([^<]*)</textarea>`)
)

// controls are fields with selects and texts too: what a browser would send.
func (a answer) controls() url.Values {
	all := a.fields()
	for _, m := range formArea.FindAllStringSubmatch(a.body, -1) {
		all.Set(attribute(m[1], "name"), html.UnescapeString(m[2]))
	}
	for _, m := range formSelect.FindAllStringSubmatch(a.body, -1) {
		if chosen := formChosen.FindStringSubmatch(m[0]); chosen != nil {
			all.Set(attribute(m[1], "name"), chosen[1])
		}
	}
	return all
}

// builds presses a button of the builder after filling fields in.
func (r *reader) builds(page answer, path, step string, pairs ...string) answer {
	r.t.Helper()
	f := page.controls()
	if step != "" {
		f.Set("step", step)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return r.post("/programmes/"+path, f)
}

func TestATrainerBuildsAProgrammeWithoutScripts(t *testing.T) {
	h := newHouse(t)
	h.offers("mot", "hai", "ba")
	site := h.open()
	trainer := signIn(t, site, "DEMO-0002")
	trainer.get("/programmes").sees(t, "Chưa có chương trình nào", "Soạn chương trình mới", "Xuất bản chương trình")
	form := trainer.get("/programmes/build")
	form.sees(t, "Mã chương trình", "Thêm phần")

	// A refused draft keeps what was typed, and each error stands beside its field.
	refused := trainer.builds(form, "preview", "", "programme", "Có dấu", "title.en", "Basics", "parts.0.title.en", "First", "validity_months", "")
	refused.sees(t, `value="Có dấu"`, `value="Basics"`, `value="First"`, `id="programme-error"`, `id="title.vi-error"`, `id="parts.0.title.vi-error"`, `id="parts.0.courses-error"`)
	trainer.builds(refused, "preview", "", "validity_months", "một năm").sees(t, `value="một năm"`, `id="validity_months-error"`, `id="programme-error"`)

	form = trainer.builds(refused, "build", "more parts 0", "programme", "cntt", "title.vi", "Công nghệ thông tin", "parts.0.title.vi", "Bắt buộc", "parts.0.add", course)
	form.sees(t, `name="parts.0.courses.0.course" value="attt-co-ban"`)
	form = trainer.builds(form, "build", "add parts")
	form.sees(t, "Phần 2", `id="parts.1.title.vi" name="parts.1.title.vi" type="text" value="" autofocus`)
	for _, c := range []string{"mot", "hai"} {
		form = trainer.builds(form, "build", "more parts 1", "parts.1.title.vi", "Tự chọn", "parts.1.add", c)
	}
	form = trainer.builds(form, "build", "more parts 1 0", "parts.1.courses.0.add", "ba")
	form = trainer.builds(form, "build", "up parts 1 1", "parts.1.at_least", "1")
	form.sees(t, "Chọn 1 trong 2 khóa học", `name="parts.1.courses.1.equivalents.0" value="ba"`)

	preview := trainer.builds(form, "preview", "")
	preview.sees(t, "Xem trước: Công nghệ thông tin", "1 khóa học", "chọn 1 trong 2 khóa học", "Được tính thay: Khóa ba.", "Xuất bản phiên bản 1")
	trainer.builds(preview, "build", "").sees(t, `name="parts.1.courses.1.equivalents.0" value="ba"`, `value="Công nghệ thông tin"`)
	trainer.builds(preview, "publish", "").leads(t, "/programmes/view?ok=programme&programme=cntt")
	trainer.builds(preview, "publish", "").leads(t, "/programmes/view?ok=programme&programme=cntt") // sent twice
	h.Settle()
	trainer.get("/programmes/view?programme=cntt&ok=programme").sees(t, "Đã xuất bản chương trình", "chọn 1 trong 2 khóa học", "5 tiết", "Phiên bản 1", "không thời hạn")
	if p := call(h, catalog.GetProgramme, catalog.GetProgrammeRequest{Programme: "cntt"}); p.Version != 1 || p.Parts[1].AtLeast != 1 || p.Parts[1].Courses[0].Course != "hai" {
		t.Errorf("published %+v", p)
	}
	signIn(t, site, "DEMO-0100").get("/programmes/build").refused(t, http.StatusForbidden, "người phụ trách đào tạo")
}

func TestEditingAProgrammeSaysWhatChanges(t *testing.T) {
	h := newHouse(t)
	trainer := signIn(t, h.open(), "DEMO-0002")
	trainer.post("/programmes/shipped", url.Values{"package": {"attt-nen-tang"}, "request": {trainer.get("/programmes").request(t)}}).leads(t, "/programmes/view?ok=programme&programme=attt-nen-tang")
	h.Settle()
	h.offers("mot")
	form := trainer.get("/programmes/build?programme=attt-nen-tang")
	same := trainer.builds(form, "preview", "")
	same.sees(t, "Không có gì thay đổi")
	same.hides(t, "Xuất bản phiên bản")
	trainer.builds(form, "preview", "", "certificate", "sometimes", "certificate_title.en", "Alone").sees(t, `id="certificate-error"`, `id="certificate_title.vi-error"`, `value="Alone"`)
	preview := trainer.builds(form, "preview", "", "parts.0.add", "mot", "validity_months", "24", "certificate", "ordered", "certificate_title.vi", "Tên trên giấy")
	preview.sees(t, "từ “không cấp” thành “cấp theo đợt", "từ “” thành “Tên trên giấy”", "Thay đổi so với phiên bản 1", "thêm Khóa mot", "từ 12 tháng thành 24 tháng", "từ chọn 1 trong 1 khóa học thành chọn 1 trong 2 khóa học", "Xuất bản phiên bản 2")
	trainer.builds(preview, "publish", "").leads(t, "/programmes/view?ok=programme&programme=attt-nen-tang")
	h.Settle()
	trainer.get("/programmes/view?programme=attt-nen-tang").sees(t, "2–3 tiết", "Phiên bản 1", "24 tháng", "cấp theo đợt, khi có quyết định: “Tên trên giấy”")
	trainer.get("/programmes/view?programme=attt-nen-tang&version=1").sees(t, "Đây là phiên bản 1", "12 tháng")
	trainer.get("/programmes").sees(t, "Khác với phiên bản đang dùng 2")

	// Another trainer had the first version open: nothing of the second is lost, nor of what they typed.
	late := form.controls()
	late.Set("title.vi", "Tên khác")
	late.Set("request", "KHAC")
	other := signIn(t, h.open(), "DEMO-0004").post("/programmes/publish", late)
	other.refused(t, http.StatusConflict, "đã có phiên bản 2", `value="Tên khác"`)

	trainer.post("/programmes/withdraw", url.Values{"programme": {"attt-nen-tang"}, "request": {trainer.get("/programmes/view?programme=attt-nen-tang").request(t)}}).leads(t, "/programmes?ok=programme-withdrawn")
	h.Settle()
	trainer.get("/programmes?ok=programme-withdrawn").sees(t, "Đã rút chương trình", "Đã rút khỏi danh mục")

	// Publishing what it was brings it back as it was.
	preview = trainer.builds(trainer.get("/programmes/build?programme=attt-nen-tang"), "preview", "")
	preview.sees(t, "xuất bản sẽ đưa nó trở lại", "Xuất bản phiên bản 2")
	trainer.builds(preview, "publish", "").leads(t, "/programmes/view?ok=programme&programme=attt-nen-tang")
	h.Settle()
	trainer.get("/programmes/view?programme=attt-nen-tang").hides(t, "Đã rút khỏi danh mục")
}
