package portal

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/services/notification"
)

const templatesPath = "/messages"

// templateRoutes are the pages on which it is said what messages say.
func (p *Portal) templateRoutes(mux *http.ServeMux) {
	mux.Handle("GET "+templatesPath, p.page(p.templatesPage))
	mux.Handle("GET "+templatesPath+"/{template}", p.page(func(v *view) (page, error) { return p.templatePage(v, nil) }))
	mux.Handle("POST "+templatesPath+"/{template}", p.act(p.reviseTemplate, p.templatePage))
	mux.Handle("POST "+templatesPath+"/{template}/preview", p.page(func(v *view) (page, error) { return p.templatePage(v, nil) }))
	mux.Handle("POST "+templatesPath+"/{template}/reset", p.act(p.resetTemplate, p.templatePage))
}

func templatePath(name string) string { return templatesPath + "/" + url.PathEscape(name) }

func (p *Portal) templatesPage(v *view) (page, error) {
	all, err := notification.ListTemplates.Call(v.ctx(), p.d.RPC, notification.TemplateRequest{After: v.after})
	if err != nil {
		return page{}, err
	}
	title := v.t("Mẫu thông báo", "Message templates")
	columns := []column{{v.t("Khi nào", "When"), false}, {v.t("Loại tin", "Kind"), false}, {v.t("Nội dung", "Text"), false}}
	return page{Title: title, Section: templatesPath, Body: []g.Node{h.H1(g.Text(title)),
		h.P(h.Class("lead"), v.text("Nội dung tin nhắn và thư điện tử mà hệ thống gửi. Mở một mẫu để xem tin hiện ra thế nào và sửa lời văn.", "What the messages and e-mails of the platform say. Open one to see what it looks like, and to change its words.")),
		tableUnder(title, columns, g.Map(all, func(t notification.TemplateCard) g.Node {
			return row(columns, h.A(h.Href(templatePath(t.Template)), g.Text(v.words(t.About))), g.Text(v.words(t.Kind)), v.revision(t.Revision))
		})),
	}}, nil
}

func (v *view) revision(n int) g.Node {
	if n == 0 {
		return badge("", v.t("Bản gốc", "As shipped"))
	}
	return badge("info", v.t("Đã sửa, bản ", "Changed, revision ")+strconv.Itoa(n))
}

// templateDraft is what the form of a template holds; nil before it was sent.
func (v *view) templateDraft() *events.MessageTexts {
	value := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(v.r.PostFormValue(name), "\r\n", "\n"))
	}
	if _, sent := v.r.PostForm["subject_vi"]; !sent {
		return nil
	}
	return &events.MessageTexts{Vi: events.MessageText{Subject: value("subject_vi"), Body: value("body_vi")}, En: events.MessageText{Subject: value("subject_en"), Body: value("body_en")}}
}

// templatePage shows what messages of a template look like, and its words; also of words that are not saved.
func (p *Portal) templatePage(v *view, why *fault.Error) (page, error) {
	_ = v.r.PostFormValue("subject_vi") // reads the form
	draft, name := v.templateDraft(), v.r.PathValue("template")
	t, err := notification.GetTemplate.Call(v.ctx(), p.d.RPC, notification.TemplateRequest{Template: name, Texts: draft, After: v.after})
	if fault.Is(err, fault.Invalid) {
		why = fault.Of(err)
		t, err = notification.GetTemplate.Call(v.ctx(), p.d.RPC, notification.TemplateRequest{Template: name, After: v.after})
	}
	if err != nil {
		return page{}, err
	}
	if draft != nil {
		t.Texts = *draft
	}
	title := v.words(t.About)
	return page{Title: title, Section: templatesPath, Body: []g.Node{
		v.crumbs(title, crumb{templatesPath, v.t("Mẫu thông báo", "Message templates")}), h.H1(g.Text(title)), v.refusal(why),
		g.If(draft != nil && why == nil, h.P(h.Class("notice-info"), h.Role("status"), v.text("Xem trước nội dung chưa lưu.", "A preview of what is not saved."))),
		h.P(g.Text(v.words(t.Kind)+" "), v.revision(t.Revision)),
		v.templatePreview(t), v.templateForm(t, why),
		g.If(t.Revision > 0, h.Form(h.Method("post"), h.Action(templatePath(name)+"/reset"), v.newOnce(), h.Data("confirm", v.t("Bỏ nội dung đã sửa và dùng lại bản gốc?", "Drop the change and use the shipped text again?")),
			h.Button(h.Class("btn-quiet"), h.Type("submit"), v.text("Dùng lại bản gốc", "Use the shipped text")))),
	}}, nil
}

func (v *view) templatePreview(t notification.Template) g.Node {
	look := func(title, lang string, x notification.Preview) g.Node {
		return h.Details(h.Class("card"), g.If(lang == v.lang, g.Attr("open")), h.Summary(g.Text(title+": "+x.Subject)), h.Div(g.If(lang != "", h.Lang(lang)), plain(x.Body)), g.If(x.Calendar != "", v.calendarText(x.Calendar)))
	}
	return h.Section(h.H2(v.text("Tin hiện ra thế nào", "What it looks like")), hint(v.t("Với dữ liệu mẫu, không của ai.", "With sample data of nobody.")),
		look(v.t("Tiếng Việt", "In Vietnamese"), "vi", t.Vi), look(v.t("Tiếng Anh", "In English"), "en", t.En), look(v.t("Thư điện tử", "As an e-mail"), "", t.Letter))
}

// calendarText shows a calendar as it is sent.
func (v *view) calendarText(text string) g.Node {
	return h.Div(h.P(h.Strong(v.text("Kèm lịch (iCalendar)", "With a calendar (iCalendar)"))), h.Pre(h.Class("calendar"), h.TabIndex("0"), h.Role("region"), h.Aria("label", "iCalendar"), g.Text(strings.ReplaceAll(text, "\r\n", "\n"))))
}

func (v *view) templateForm(t notification.Template, why *fault.Error) g.Node {
	named := func(name string) g.Node {
		wrong := v.remedy(why, name)
		return g.Group{h.ID(name), h.Name(name), h.Required(), g.If(strings.HasSuffix(name, "_en"), h.Lang("en")),
			g.If(wrong != "", g.Group{h.Aria("invalid", "true"), h.Aria("describedby", name+"-error")})}
	}
	remedied := func(name, label string, control g.Node) g.Node {
		wrong := v.remedy(why, name)
		return field(name, label, control, g.If(wrong != "", h.P(h.Class("error"), h.ID(name+"-error"), g.Text(wrong))))
	}
	subject := func(name, label, text string) g.Node {
		return remedied(name, label, h.Input(named(name), h.Type("text"), h.MaxLength("200"), h.Value(text)))
	}
	body := func(name, label, text string) g.Node {
		return remedied(name, label, h.Textarea(named(name), h.Rows("8"), h.MaxLength("5000"), g.Text(text)))
	}
	at := templatePath(t.Template)
	return h.Form(h.Class("card"), h.Method("post"), h.Action(at), v.newOnce(), h.H2(v.text("Lời văn", "Its words")),
		hint(v.t("Chỗ điền dùng được: ", "Placeholders: ")+"{"+strings.Join(t.Fields, "}, {")+"}. "+
			v.t("Phần trong […] được bỏ khi chỗ điền trong đó không có giá trị. Lời chào và lời kết được thêm tự động.", "What stands in […] is left out when its placeholder has no value. Salutation and closing are added.")),
		subject("subject_vi", v.t("Tiêu đề tiếng Việt", "Vietnamese subject"), t.Texts.Vi.Subject), body("body_vi", v.t("Nội dung tiếng Việt", "Vietnamese text"), t.Texts.Vi.Body),
		subject("subject_en", v.t("Tiêu đề tiếng Anh", "English subject"), t.Texts.En.Subject), body("body_en", v.t("Nội dung tiếng Anh", "English text"), t.Texts.En.Body),
		h.P(h.Class("actions"), h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Lưu mẫu", "Save")),
			h.Button(h.Class("btn"), h.Type("submit"), h.FormAction(at+"/preview"), v.text("Xem trước", "Preview"))))
}

func (p *Portal) reviseTemplate(v *view) (string, uint64, error) {
	_ = v.r.PostFormValue("subject_vi") // reads the form
	draft := v.templateDraft()
	if draft == nil {
		return "", 0, fault.New(fault.Invalid, "Hãy ghi nội dung.", "Write something.")
	}
	name := v.r.PathValue("template")
	done, err := notification.ReviseTemplate.Call(v.ctx(), p.d.RPC, notification.ReviseTemplateRequest{Template: name, Texts: *draft})
	return templatePath(name) + "?ok=template", done.Seq, err
}

func (p *Portal) resetTemplate(v *view) (string, uint64, error) {
	name := v.r.PathValue("template")
	done, err := notification.ResetTemplate.Call(v.ctx(), p.d.RPC, notification.TemplateRequest{Template: name})
	return templatePath(name) + "?ok=template-reset", done.Seq, err
}
