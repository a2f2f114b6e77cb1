package portal

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/services/quiz"
)

// exporting reads what is wanted: a format, and whether drafts come along.
func (v *view) exporting() quiz.ExportItemsRequest {
	q := v.r.URL.Query()
	return quiz.ExportItemsRequest{Course: v.r.PathValue("course"), Format: q.Get("format"), Drafts: q.Get("drafts") == "yes"}
}

// exportPage offers the formats and, once one is chosen, tells what it cannot say before the file is taken.
func (p *Portal) exportPage(v *view) (page, error) {
	if err := v.trains(); err != nil {
		return page{}, err
	}
	req := v.exporting()
	at := coursePath(req.Course, tabBank) + "/export"
	body := []g.Node{
		h.P(h.Class("lead"), v.text("Tệp xuất ra có đáp án; giữ như đề thi. Markdown giữ được mọi thứ và nhập lại được nguyên vẹn; các định dạng khác có thể thiếu một vài phần.",
			"The file has the keys: keep it like an exam. Markdown says everything and can be read back whole; other formats may leave something out.")),
		h.Form(h.Class("card"), h.Method("get"), h.Action(at),
			field("format", v.t("Định dạng", "Format"), h.Select(h.ID("format"), h.Name("format"), choose(req.Format, formats()...))),
			field("drafts", v.t("Câu hỏi nào", "Which questions"), h.Select(h.ID("drafts"), h.Name("drafts"), choose(v.r.URL.Query().Get("drafts"),
				entry{"", v.t("Phiên bản đang dùng", "Versions in use")}, entry{"yes", v.t("Phiên bản mới nhất, kể cả bản nháp", "Newest versions, drafts too")}))),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xem trước", "Preview"))),
	}
	if req.Format != "" {
		file, err := v.export(req)
		switch {
		case fault.Is(err, fault.Invalid):
			body = append(body, v.refusal(fault.Of(err)))
		case err != nil:
			return page{}, err
		default:
			body = append(body, v.exportPreview(at, req, file))
		}
	}
	return v.quizPage(quizPage{course: req.Course, tab: tabBank, title: v.t("Xuất câu hỏi ra tệp", "Export questions"), body: body})
}

func (v *view) export(req quiz.ExportItemsRequest) (quiz.ExportedItems, error) {
	ctx, cancel := context.WithTimeout(v.ctx(), longTime)
	defer cancel()
	return quiz.ExportItems.Call(ctx, v.p.d.RPC, req)
}

func (v *view) exportPreview(at string, req quiz.ExportItemsRequest, file quiz.ExportedItems) g.Node {
	if file.Items == 0 {
		return empty(v.t("Không có câu hỏi nào để xuất.", "There is no question to export."), h.P(v.text("Câu hỏi phải được duyệt mới là phiên bản đang dùng.", "A question is in use once it is approved.")))
	}
	drafts := ""
	if req.Drafts {
		drafts = "yes"
	}
	return h.Section(h.H2(g.Text(v.t("Tệp ", "The file ")+file.Name)),
		h.P(g.Text(fmt.Sprintf(v.t("%d trong %d câu hỏi, %s KB.", "%d of %d questions, %s KiB."), file.Items-len(itemsOf(file.LeftOut)), file.Items, v.number(float64(len(file.Data))/1024, 1)))),
		g.If(len(file.Dropped)+len(file.LeftOut) == 0, h.P(h.Class("notice-ok"), v.text("Định dạng này giữ được mọi phần của các câu hỏi trên.", "The format says everything that these questions say."))),
		h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href(query(at+"/file", "format", req.Format, "drafts", drafts)), g.Attr("download"), v.text("Tải tệp về", "Download"))),
		v.losses(v.t("Câu hỏi không có trong tệp", "Questions that are not in the file"), file.LeftOut),
		v.losses(v.t("Những gì định dạng này không giữ được", "What the format cannot say"), file.Dropped))
}

// itemsOf lists the questions that are spoken of, each once.
func itemsOf(all []quiz.ItemProblem) []string {
	var items []string
	for _, p := range all {
		if !slices.Contains(items, p.Item) {
			items = append(items, p.Item)
		}
	}
	return items
}

// losses tells once what is lost in many questions, with the questions.
func (v *view) losses(title string, all []quiz.ItemProblem) g.Node {
	if len(all) == 0 {
		return nil
	}
	var said []string
	by := map[string][]quiz.ItemProblem{}
	for _, p := range all {
		text := v.t(p.Vi, p.En)
		if by[text] == nil {
			said = append(said, text)
		}
		by[text] = append(by[text], p)
	}
	columns := []column{{v.t("Điều gì", "What"), false}, {v.t("Số câu", "Questions"), true}, {v.t("Ở các câu", "Which"), false}}
	return h.Section(h.H2(g.Text(title)), tableUnder(title, columns, g.Map(said, func(text string) g.Node {
		items := itemsOf(by[text])
		return row(columns, g.Text(text), itoa(len(items)), g.Text(strings.Join(items, ", ")))
	})))
}

// exportFile gives the file.
func (p *Portal) exportFile(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	if v.who.Person == "" {
		return fault.New(fault.Denied, "Vui lòng đăng nhập.", "Please sign in.")
	}
	file, err := v.export(v.exporting())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", file.Media)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	_, _ = w.Write(file.Data) // the reader has left
	return nil
}
