package portal

import (
	"slices"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/assessment/item"
	"khuevan/platform/fault"
	"khuevan/services/quiz"
)

// editor is what the form for a question holds.
type editor struct {
	course  string
	item    string // that is changed; "" for a new one
	version int    // that its author has seen
	kind    string // of the template
	text    string // without the heading of the bank
}

// Authors write one question and no heading of a bank; the heading that the form of the file wants is added for the
// service and taken off again, and lines are counted as the author sees them.
func withHeading(text string) string { return "# Ngân hàng câu hỏi\n" + text }

func withoutHeading(text string) string {
	if at := strings.Index(text, "\n## "); at >= 0 && strings.HasPrefix(text, "# ") {
		return text[at+1:]
	}
	return text
}

// newItemPage offers a template for each kind.
func (p *Portal) newItemPage(v *view) (page, error) {
	if err := v.trains(); err != nil {
		return page{}, err
	}
	kind := v.r.URL.Query().Get("kind")
	if !slices.Contains(item.Kinds(), kind) {
		kind = item.Single
	}
	e := editor{course: v.r.PathValue("course"), kind: kind, text: template(kind)}
	return v.drawEditor(e, quiz.WrittenItem{}, false, nil)
}

// editItemPage opens the newest version of a question.
func (p *Portal) editItemPage(v *view) (page, error) {
	course, id := v.r.PathValue("course"), v.r.PathValue("item")
	it, err := quiz.GetItem.Call(v.ctx(), p.d.RPC, quiz.GetItemRequest{Course: course, Item: id, After: v.after})
	if err != nil {
		return page{}, err
	}
	e := editor{course: course, item: id, version: it.Version, text: withoutHeading(it.Markdown)}
	return v.drawEditor(e, quiz.WrittenItem{}, false, nil)
}

// editor reads the form.
func (v *view) editor() editor {
	version, _ := strconv.Atoi(v.r.PostFormValue("version")) // 0 for a new question
	return editor{course: v.r.PathValue("course"), item: v.r.PostFormValue("item"), version: version, kind: v.r.PostFormValue("kind"), text: v.r.PostFormValue("markdown")}
}

// sameID refuses a change of the id: under another one it would be another question.
func (e editor) sameID() error {
	first, _, _ := strings.Cut(strings.TrimSpace(e.text), "\n")
	if e.item == "" || strings.TrimSpace(strings.TrimPrefix(first, "##")) == e.item {
		return nil
	}
	return fault.Newf(fault.Invalid, "Mã câu hỏi không đổi được. Hãy giữ dòng đầu là “## %s”, hoặc soạn một câu hỏi mới.",
		"The id of a question does not change. Leave the first line as “## %s”, or write a new question.", e.item)
}

// dryRun reads the question as the bank would.
func (v *view) dryRun(e editor) (quiz.WrittenItem, error) {
	if err := e.sameID(); err != nil {
		return quiz.WrittenItem{}, err
	}
	read, err := quiz.WriteItem.Call(v.ctx(), v.p.d.RPC, quiz.WriteItemRequest{Course: e.course, Markdown: withHeading(e.text), Version: e.version, DryRun: true})
	for i := range read.Problems {
		read.Problems[i].Line = max(1, read.Problems[i].Line-1)
	}
	return read, err
}

// editorPage draws the form again with a preview, and with what is wrong.
func (p *Portal) editorPage(v *view, why *fault.Error) (page, error) {
	e := v.editor()
	read, err := v.dryRun(e)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		why = fault.Of(err)
	} else if err != nil {
		return page{}, err
	}
	return v.drawEditor(e, read, true, why)
}

// writeItem saves a draft, once it can be read.
func (p *Portal) writeItem(v *view) (string, uint64, error) {
	e := v.editor()
	read, err := v.dryRun(e)
	if err != nil {
		return "", 0, err
	}
	if len(read.Problems) > 0 {
		return "", 0, fault.New(fault.Invalid, "Chưa lưu được: hãy sửa những dòng nêu dưới đây.", "Not saved yet: mend the lines below.")
	}
	done, err := quiz.WriteItem.Call(v.ctx(), p.d.RPC, quiz.WriteItemRequest{Course: e.course, Markdown: withHeading(e.text), Version: e.version})
	return query(itemPath(e.course, done.Item), "did", "written"), done.Seq, err
}

func (v *view) drawEditor(e editor, read quiz.WrittenItem, looked bool, why *fault.Error) (page, error) {
	title, above := v.t("Soạn câu hỏi mới", "New question"), []crumb(nil)
	if e.item != "" {
		title, above = v.t("Sửa câu hỏi ", "Change question ")+e.item, []crumb{{itemPath(e.course, e.item), v.t("Câu hỏi ", "Question ") + e.item}}
	}
	return v.quizPage(quizPage{course: e.course, tab: tabBank, title: title, above: above, body: []g.Node{
		v.refusal(why),
		g.If(looked && why == nil && len(read.Problems) > 0, h.P(h.Class("notice-bad"), h.Role("alert"), v.text("Hãy sửa những dòng nêu dưới đây.", "Mend the lines below."))),
		v.problemLines(e.text, read.Problems),
		g.If(e.item == "", v.templates(e)),
		v.editorForm(e, len(read.Problems) > 0),
		g.If(looked && read.Content.Kind != "" && len(read.Problems) == 0, h.Section(h.Class("card"), h.ID("preview"), h.H2(v.text("Xem trước", "Preview")),
			h.P(badge("info", v.kind(read.Content.Kind)), g.Text(" "), badge("", v.t("chấm: ", "scoring: ")+v.scoring(item.Scoring(read.Content)))), v.itemContent(read.Content))),
		v.syntaxHelp(),
	}})
}

// templates lead to a form with an example of each kind.
func (v *view) templates(e editor) g.Node {
	return h.Nav(h.Class("tabs"), h.Aria("label", v.t("Mẫu cho từng loại câu hỏi", "Templates by kind")), h.Ul(g.Map(item.Kinds(), func(kind string) g.Node {
		return h.Li(h.A(h.Href(query(coursePath(e.course, tabBank)+"/new", "kind", kind)), g.If(kind == e.kind, h.Aria("current", "true")), g.Text(v.kind(kind))))
	})))
}

func (v *view) editorForm(e editor, wrong bool) g.Node {
	at := coursePath(e.course, tabBank)
	label := v.t("Câu hỏi", "Question")
	lines := max(14, strings.Count(e.text, "\n")+3)
	return h.Form(h.Class("card"), h.Method("post"), h.Action(at+"/write"), v.newOnce(), hidden("item", e.item), hidden("version", strconv.Itoa(e.version)), hidden("kind", e.kind),
		field("markdown", label, h.Textarea(h.ID("markdown"), h.Name("markdown"), h.Class("source"), h.Lang("vi"), h.Rows(strconv.Itoa(min(lines, 40))), h.Required(), g.Attr("spellcheck", "false"),
			g.If(wrong, h.Aria("invalid", "true")), h.Aria("describedby", "markdown-hint"), g.Text("\n"+e.text))),
		h.P(h.Class("hint"), h.ID("markdown-hint"), v.text("Dòng đầu là mã câu hỏi; mỗi phương án một dòng, sau dấu “ :: ” là lời giải thích.", "The first line is the id; each answer has a line of its own, and its explanation stands behind “ :: ”.")),
		h.P(h.Class("actions"),
			h.Button(h.Class("btn"), h.Type("submit"), g.Attr("formaction", at+"/preview"), v.text("Xem trước", "Preview")),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Lưu bản nháp", "Save as draft")),
			h.A(h.Class("btn"), h.Href(at+"/pictures"), v.text("Thêm ảnh", "Add a picture"))))
}

// problemLines lists what cannot be read, with the line itself and the remedy.
func (v *view) problemLines(text string, problems []quiz.ItemProblem) g.Node {
	if len(problems) == 0 {
		return nil
	}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	columns := []column{{v.t("Dòng", "Line"), true}, {v.t("Nội dung dòng", "The line"), false}, {v.t("Cần sửa", "What to do"), false}}
	return table(v.t("Những chỗ cần sửa", "What to mend"), columns, g.Map(problems, func(p quiz.ItemProblem) g.Node {
		line := ""
		if p.Line >= 1 && p.Line <= len(lines) {
			line = lines[p.Line-1]
		}
		return row(columns, itoa(p.Line), h.Code(g.Text(firstLine(line))), g.Text(v.t(p.Vi, p.En)))
	}))
}

func (v *view) syntaxHelp() g.Node {
	columns := []column{{v.t("Viết", "Write"), false}, {v.t("Nghĩa là", "It means"), false}}
	line := func(code, vi, en string) g.Node { return row(columns, h.Code(g.Text(code)), v.text(vi, en)) }
	return h.Details(h.Class("card"), h.Summary(v.text("Cách viết câu hỏi", "How questions are written")), table(v.t("Ký hiệu", "Signs"), columns, []g.Node{
		line("## mk-01", "mã câu hỏi: chữ thường không dấu, chữ số, gạch nối; không đổi về sau", "the id: lower-case letters, digits, hyphens; it never changes"),
		line("tags: IU14, mat-khau", "thẻ năng lực, rồi mã bài học", "competency, then the lesson's id"),
		line("difficulty: 0.3", "đoán tỷ lệ người trả lời sai, từ 0 đến 1", "a guess of the share who get it wrong, 0 to 1"),
		line("- [x] đúng :: vì sao", "phương án đúng, kèm giải thích", "a right choice with its explanation"),
		line("- [ ] sai :: vì sao", "phương án sai, kèm giải thích", "a wrong choice with its explanation"),
		line("- [=] vế trái -> vế phải", "một cặp của câu ghép đôi", "a pair of a matching question"),
		line("- [1] bước đầu", "mục thứ nhất của câu sắp xếp", "the first entry of an ordering question"),
		line("- [#] 42 ± 0,5", "số được nhận, với sai số", "an accepted number with its tolerance"),
		line("- [_ 50%] từ gần đúng", "chữ được nhận, được một nửa điểm", "an accepted text for half the mark"),
		line("{{1}} … - {{1}} [_] từ", "chỗ trống trong câu, và đáp án của nó", "a gap in the text, and its answer"),
		line("> lời giải thích chung", "hiện sau khi chấm, dù trả lời thế nào", "shown after marking, whatever was answered"),
		line("![mô tả ảnh](picture:…)", "ảnh đã tải lên ở mục Ảnh minh họa", "a picture stored under Pictures"),
	}))
}
