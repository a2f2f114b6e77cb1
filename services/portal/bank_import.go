package portal

import (
	"context"
	"fmt"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/services/quiz"
)

// mostBank bounds a file of questions; in transit it grows by a third, and the bus carries 8 MiB.
const mostBank = 5 << 20

// formats are the forms in which questions come and go.
func formats() []entry {
	return []entry{{"markdown", "Markdown"}, {"gift", "GIFT (Moodle)"}, {"aiken", "Aiken"}, {"moodle-xml", "Moodle XML"}, {"qti-2.1", "QTI 2.1"}, {"qti-3.0", "QTI 3.0"}}
}

func formatName(format string) string {
	for _, f := range formats() {
		if f.path == format {
			return f.title
		}
	}
	return format
}

// importItemsPage takes a file of questions; nothing is written before the reader has seen what it would do.
func (p *Portal) importItemsPage(v *view, why *fault.Error) (page, error) {
	if err := v.trains(); err != nil {
		return page{}, err
	}
	course := v.r.PathValue("course")
	attrs, remedy := v.wrong(why, "format")
	_, missing := v.wrong(why, "data")
	return v.quizPage(quizPage{course: course, tab: tabBank, title: v.t("Nhập câu hỏi từ tệp", "Import questions"), body: []g.Node{
		h.P(h.Class("lead"), v.text("Hệ thống cho xem trước từng câu lỗi và từng phần không nhận được; chưa ghi gì cho đến khi bạn xác nhận. Câu nhập vào là bản nháp, chờ người khác duyệt.",
			"You first see every bad question and every feature that is left out; nothing is written until you confirm. What is imported is a draft until another trainer approves it.")),
		v.refusal(why),
		h.Form(h.Class("card"), h.Method("post"), h.Action(coursePath(course, tabBank)+"/import/preview"), h.EncType("multipart/form-data"),
			field("file", v.t("Tệp câu hỏi", "File of questions"), h.Input(h.ID("file"), h.Name("file"), h.Type("file"), h.Required()), missing,
				hint(v.t("Markdown, GIFT, Aiken, Moodle XML, QTI 2.1 hoặc QTI 3.0; tối đa 5 MB.", "Markdown, GIFT, Aiken, Moodle XML, QTI 2.1 or QTI 3.0; at most 5 MiB."))),
			field("format", v.t("Định dạng", "Format"), h.Select(h.ID("format"), h.Name("format"), attrs,
				choose(v.r.PostFormValue("format"), append([]entry{{"", v.t("Tự nhận biết", "Find out")}}, formats()...)...)), remedy),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xem trước", "Preview"))),
	}})
}

// previewItemsPage shows what a file would do.
func (p *Portal) previewItemsPage(v *view) (page, error) {
	data, err := v.uploaded("file")
	if err == nil && len(data) > mostBank {
		err = fault.New(fault.Invalid, "Tệp lớn hơn 5 MB. Hãy chia thành nhiều tệp.", "The file is larger than 5 MiB. Split it.")
	}
	if err == nil && data == "" {
		err = fault.New(fault.Invalid, "Hãy chọn một tệp có nội dung.", "Choose a file that is not empty.")
	}
	if err != nil {
		return p.importItemsPage(v, fault.Of(err))
	}
	req := quiz.ImportItemsRequest{Course: v.r.PathValue("course"), Format: v.r.PostFormValue("format"), Data: []byte(data), DryRun: true}
	if _, head, err := v.r.FormFile("file"); err == nil {
		req.Name = head.Filename
	}
	ctx, cancel := context.WithTimeout(v.ctx(), longTime)
	defer cancel()
	report, err := quiz.ImportItems.Call(ctx, p.d.RPC, req)
	if fault.Is(err, fault.Invalid) {
		return p.importItemsPage(v, fault.Of(err))
	}
	if err != nil {
		return page{}, err
	}
	return v.quizPage(quizPage{course: req.Course, tab: tabBank, title: v.t("Xem trước câu hỏi sẽ nhập", "Import preview"),
		above: []crumb{{coursePath(req.Course, tabBank) + "/import", v.t("Nhập câu hỏi từ tệp", "Import questions")}},
		body: []g.Node{
			h.P(h.Class("lead"), g.Text(fmt.Sprintf(v.t("Tệp “%s”, định dạng %s.", "The file “%s”, read as %s."), req.Name, formatName(report.Format)))),
			v.importStats(report), v.importForm(req, report),
			v.importProblems(v.t("Câu hỏi bị bỏ lại", "Questions that are left out"), v.t("Hãy sửa trong tệp rồi nhập lại.", "Mend them in the file and import it again."), report.Problems),
			v.importProblems(v.t("Phần không nhận được của câu hỏi", "Features that are left out"), v.t("Câu hỏi vẫn được nhập, thiếu những phần này.", "The questions are taken without them."), report.Dropped),
		}})
}

func (v *view) importStats(r quiz.ImportReport) g.Node {
	stat := func(name string, n int) g.Node { return h.Div(h.Class("stat"), h.Dt(g.Text(name)), h.Dd(itoa(n))) }
	return h.Dl(h.Class("stats"), stat(v.t("Câu mới", "New"), r.New), stat(v.t("Câu thay đổi", "Changed"), r.Changed), stat(v.t("Câu không đổi", "The same"), r.Same),
		stat(v.t("Ảnh", "Pictures"), r.Pictures), stat(v.t("Chỗ lỗi", "Problems"), len(r.Problems)), stat(v.t("Phần bị bỏ", "Left out"), len(r.Dropped)))
}

// importForm confirms the same bytes that were looked at.
func (v *view) importForm(req quiz.ImportItemsRequest, r quiz.ImportReport) g.Node {
	other := h.A(h.Class("btn"), h.Href(coursePath(req.Course, tabBank)+"/import"), v.text("Chọn tệp khác", "Choose another file"))
	if r.New+r.Changed == 0 {
		return h.Div(h.Class("notice-info"), h.P(v.text("Tệp này không có câu hỏi mới hoặc thay đổi để nhập.", "The file has no new or changed question to import.")), h.P(h.Class("actions"), other))
	}
	return h.Form(h.Class("card"), h.Method("post"), h.Action(coursePath(req.Course, tabBank)+"/import/confirm"), v.newOnce(),
		hidden("data", carry(string(req.Data))), hidden("name", req.Name), hidden("format", r.Format),
		h.P(g.Text(v.t(strconv.Itoa(r.New+r.Changed)+" câu sẽ được ghi thành bản nháp.", counted(r.New+r.Changed, "question")+" will be written as drafts.")),
			g.If(len(r.Problems) > 0, v.text(" Các câu lỗi bị bỏ lại.", " The bad ones are left out."))),
		h.P(h.Class("actions"), h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xác nhận nhập", "Confirm")), other))
}

func (v *view) importProblems(title, remedy string, all []quiz.ItemProblem) g.Node {
	if len(all) == 0 {
		return nil
	}
	columns := []column{{v.t("Dòng", "Line"), true}, {v.t("Câu hỏi", "Question"), false}, {v.t("Chi tiết", "What and how"), false}}
	return h.Section(h.H2(g.Text(title)), g.If(remedy != "", h.P(g.Text(remedy))), tableUnder(title, columns, g.Map(all[:min(len(all), mostShown)], func(p quiz.ItemProblem) g.Node {
		line := "–"
		if p.Line > 0 {
			line = strconv.Itoa(p.Line)
		}
		return row(columns, g.Text(line), h.Code(g.Text(dash(p.Item))), g.Text(v.t(p.Vi, p.En)))
	})), g.If(len(all) > mostShown, h.P(h.Class("hint"), g.Text(fmt.Sprintf(v.t("Hiển thị %d dòng đầu trong %d.", "The first %d of %d are shown."), mostShown, len(all))))))
}

func (p *Portal) confirmItems(v *view) (string, uint64, error) {
	data, err := v.carried("data")
	if err != nil {
		return "", 0, err
	}
	ctx, cancel := context.WithTimeout(v.ctx(), longTime)
	defer cancel()
	course := v.r.PathValue("course")
	done, err := quiz.ImportItems.Call(ctx, p.d.RPC, quiz.ImportItemsRequest{Course: course, Format: v.r.PostFormValue("format"), Name: v.r.PostFormValue("name"), Data: []byte(data)})
	n := strconv.Itoa
	return query(coursePath(course, tabBank)+"/import/done", "new", n(done.New), "changed", n(done.Changed), "same", n(done.Same), "pictures", n(done.Pictures),
		"problems", n(len(done.Problems)), "dropped", n(len(done.Dropped))), done.Seq, err
}

// importedPage tells what an import did; the redirect carries the numbers.
func (p *Portal) importedPage(v *view) (page, error) {
	if err := v.trains(); err != nil {
		return page{}, err
	}
	course, q := v.r.PathValue("course"), v.r.URL.Query()
	number := func(name string) int { n, _ := strconv.Atoi(q.Get(name)); return max(0, n) }
	at := coursePath(course, tabBank)
	stat := func(name string, n int) g.Node { return h.Div(h.Class("stat"), h.Dt(g.Text(name)), h.Dd(itoa(n))) }
	return v.quizPage(quizPage{course: course, tab: tabBank, title: v.t("Đã nhập câu hỏi", "Questions imported"),
		above: []crumb{{at + "/import", v.t("Nhập câu hỏi từ tệp", "Import questions")}},
		body: []g.Node{
			h.P(h.Class("notice-ok"), h.Role("status"), v.text("Đã ghi các câu hỏi thành bản nháp. Bước tiếp theo: xem lại, gửi duyệt từng câu và nhờ một người phụ trách đào tạo khác duyệt.",
				"The questions stand in the bank as drafts. Next: look at them, hand them in, and have another trainer approve them.")),
			h.Dl(h.Class("stats"), stat(v.t("Câu mới", "New"), number("new")), stat(v.t("Câu thay đổi", "Changed"), number("changed")), stat(v.t("Câu không đổi", "The same"), number("same")),
				stat(v.t("Ảnh", "Pictures"), number("pictures")), stat(v.t("Chỗ lỗi", "Problems"), number("problems")), stat(v.t("Phần bị bỏ", "Left out"), number("dropped"))),
			h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href(at+"?stage="+quiz.StageDraft), v.text("Xem các bản nháp", "See the drafts")),
				h.A(h.Class("btn"), h.Href(at+"/import"), v.text("Nhập tệp khác", "Import another file"))),
		}})
}
