package portal

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/services/catalog"
)

// builder draws the form of a programme.
type builder struct {
	programmeWords
	programmeDraft
	courses []catalog.CourseCard
	why     *fault.Error
	focus   string // name of the element where the reader goes on
}

// buildPage opens the form: empty, or with the latest version of a programme.
func (p *Portal) buildPage(v *view) (page, error) {
	programme := v.r.URL.Query().Get("programme")
	if programme == "" {
		d := programmeDraft{}
		d.take(stepOf(stepAdd, listParts))
		return v.drawBuilder(d, nil, "")
	}
	latest, err := v.programmeVersion(programme, 0)
	if err != nil {
		return page{}, err
	}
	return v.drawBuilder(draftOf(asPublished(latest)), nil, "")
}

func (v *view) programmeVersion(programme string, version int) (catalog.Programme, error) {
	return catalog.GetProgramme.Call(v.ctx(), v.p.d.RPC, catalog.GetProgrammeRequest{Programme: programme, Version: version, After: v.after})
}

// asPublished is a version of a programme as it was published.
func asPublished(p catalog.Programme) events.ProgrammePublished {
	return events.ProgrammePublished{Programme: p.Programme, Version: p.Version, Title: p.Title, Summary: p.Summary, Parts: p.Parts, Again: p.Again, ValidityMonths: p.ValidityMonths,
		Certificate: p.Certificate, CertificateTitle: p.CertificateTitle}
}

// draft reads the form that was sent.
func (v *view) draft() programmeDraft {
	_ = v.r.ParseForm() // what cannot be read stays empty and is refused as such
	return readDraft(v.r.PostForm)
}

// buildStepPage draws the form again after a button in it was pressed.
func (p *Portal) buildStepPage(v *view) (page, error) {
	d := v.draft()
	focus := d.take(v.r.PostFormValue("step"))
	return v.drawBuilder(d, nil, focus)
}

// refusedProgrammePage draws the form with what is wrong beside each field.
func (p *Portal) refusedProgrammePage(v *view, why *fault.Error) (page, error) {
	return v.drawBuilder(v.draft(), why, "")
}

// sendProgramme asks the catalog for the draft, or for what it would say.
func (v *view) sendProgramme(d programmeDraft, dry bool) (catalog.PublishedProgramme, error) {
	content := d.publishable()
	return catalog.PublishProgramme.Call(v.ctx(), v.p.d.RPC, catalog.PublishProgrammeRequest{Content: &content, Seen: d.seen, DryRun: dry})
}

// programmePreviewPage shows what would be published, and of a new version what it changes, before it is.
func (p *Portal) programmePreviewPage(v *view) (page, error) {
	d := v.draft()
	would, err := v.sendProgramme(d, true)
	if why := fault.Of(err); why != nil && (why.Kind == fault.Invalid || why.Kind == fault.Conflict) {
		return v.drawBuilder(d, why, "")
	} else if err != nil {
		return page{}, err
	}
	content := d.publishable()
	w, courses, err := v.programmeWords()
	if err != nil {
		return page{}, err
	}
	said, differs := g.Node(nil), true
	if d.seen > 0 {
		was, err := v.programmeVersion(content.Programme, d.seen)
		if err != nil {
			return page{}, err
		}
		changes := w.changes(asPublished(was), content)
		differs = len(changes) > 0 || was.Withdrawn
		said = w.differing(d.seen, changes, was.Withdrawn)
	}
	title := v.t("Xem trước: ", "Preview: ") + v.words(content.Title)
	form := d.form()
	return page{Title: title, Section: programmesPath, Body: []g.Node{
		v.crumbs(v.t("Xem trước", "Preview"), v.programmesCrumb()), h.H1(g.Text(title)), said,
		h.Section(h.H2(v.text("Các phần", "Parts")), w.outline(content.Parts, courses)),
		g.If(len(content.Again) > 0, h.Section(h.H2(v.text("Lộ trình rút gọn, từ chu kỳ thứ hai", "The shorter path, from the second period on")), w.outline(content.Again, courses))),
		h.Form(h.Method("post"), h.Action(programmesPath+"/publish"), v.newOnce(),
			g.Map(slices.Sorted(maps.Keys(form)), func(name string) g.Node { return hidden(name, form.Get(name)) }),
			h.P(h.Class("actions"),
				g.If(differs, h.Button(h.Class("btn-primary"), h.Type("submit"), g.Textf(v.t("Xuất bản phiên bản %d", "Publish version %d"), would.Version))),
				h.Button(h.Class("btn"), h.Type("submit"), h.FormAction(programmesPath+"/build"), v.text("Sửa tiếp", "Go on editing")))),
	}}, nil
}

// differing says in words what a new version changes.
func (w programmeWords) differing(version int, changes []string, withdrawn bool) g.Node {
	back := g.If(withdrawn, h.P(h.Class("notice"), w.text("Chương trình đã rút khỏi danh mục; xuất bản sẽ đưa nó trở lại.", "The programme was withdrawn; publishing brings it back.")))
	if len(changes) == 0 {
		return g.Group{h.P(h.Class("notice"), w.text("Không có gì thay đổi so với phiên bản đang dùng.", "Nothing differs from the present version.")), back}
	}
	return g.Group{back, h.Section(h.H2(g.Textf(w.t("Thay đổi so với phiên bản %d", "What changes against version %d"), version)), h.Ul(g.Map(changes, func(s string) g.Node { return h.Li(g.Text(s)) })),
		h.P(h.Class("hint"), w.text("Người đang học giữ phiên bản của mình.", "People in the programme keep their version.")))}
}

// publishProgramme publishes the draft that was previewed.
func (p *Portal) publishProgramme(v *view) (string, uint64, error) {
	done, err := v.sendProgramme(v.draft(), false)
	return programmePath(done.Programme, "ok", "programme"), done.Seq, err
}

func (v *view) drawBuilder(d programmeDraft, why *fault.Error, focus string) (page, error) {
	if err := v.trains(); err != nil {
		return page{}, err
	}
	w, courses, err := v.programmeWords()
	if err != nil {
		return page{}, err
	}
	b := builder{w, d, courses, why, focus}
	title, above := v.t("Soạn chương trình mới", "Build a programme"), []crumb{v.programmesCrumb()}
	if d.seen > 0 {
		title = v.t("Sửa chương trình: ", "Edit the programme: ") + v.words(d.content.Title)
		above = append(above, crumb{programmePath(d.content.Programme), v.words(d.content.Title)})
	}
	return page{Title: title, Section: programmesPath, Body: []g.Node{v.crumbs(v.t("Soạn", "Build"), above...), h.H1(g.Text(title)), b.form()}}, nil
}

// form is the whole form. Its first button is what Enter presses; the others that only change the draft stand behind it.
func (b builder) form() g.Node {
	return h.Form(h.ID("builder"), h.Method("post"), h.Action(programmesPath+"/preview"), g.Attr("novalidate"), b.newOnce(), hidden("seen", strconv.Itoa(b.seen)),
		h.Button(h.Class("visually-hidden"), h.Type("submit"), h.TabIndex("-1"), h.Aria("hidden", "true"), b.text("Xem trước", "Preview")),
		b.refusal(b.why), b.head(), b.parts(listParts, b.t("Các phần", "Parts"), b.t("Người học hoàn thành đủ mọi phần thì hoàn thành chương trình. Một khóa học đã hoàn thành chỉ được tính vào một chỗ.", "Whoever completes every part completes the programme. A completed course counts in one place only.")),
		b.parts(listAgain, b.t("Lộ trình rút gọn, từ chu kỳ thứ hai (không bắt buộc)", "A shorter path, from the second period on (optional)"), b.t("Để trống thì người học lại theo các phần ở trên.", "Without any, the parts above hold again.")),
		h.P(h.Class("actions"), h.Button(h.Class("btn-primary"), h.Type("submit"), b.text("Xem trước", "Preview")),
			h.A(h.Class("btn-quiet"), h.Href(programmesPath), b.text("Bỏ, không lưu", "Discard"))))
}

func (b builder) head() g.Node {
	code := g.Group{hidden("programme", b.content.Programme), h.P(b.text("Mã: ", "Code: "), h.Code(g.Text(b.content.Programme)))}
	if b.seen == 0 {
		code = g.Group{b.input("programme", b.t("Mã chương trình", "Code"), b.content.Programme, b.t("Chữ thường không dấu, chữ số, gạch nối; không đổi về sau. Ví dụ: cntt-co-ban.", "Lower-case letters, digits, hyphens; it never changes. Such as cntt-co-ban."), h.Required(), h.AutoComplete("off"))}
	}
	return h.Section(h.Class("card"), h.H2(b.text("Giới thiệu", "In general")), code,
		b.input("title.vi", b.t("Tên chương trình", "Vietnamese title"), b.content.Title.Vi, "", h.Required(), h.Lang("vi")),
		b.area("summary.vi", b.t("Giới thiệu ngắn (không bắt buộc)", "Vietnamese summary (optional)"), b.content.Summary.Vi, "vi"),
		b.english(b.content.Title.En+b.content.Summary.En, []string{"title.en", "summary.en"},
			b.input("title.en", b.t("Tên tiếng Anh", "English title"), b.content.Title.En, "", h.Lang("en")),
			b.area("summary.en", b.t("Giới thiệu tiếng Anh", "English summary"), b.content.Summary.En, "en")),
		b.input("validity_months", b.t("Hiệu lực (tháng)", "Validity (months)"), b.programmeDraft.months, b.t("Để trống là không thời hạn.", "Empty for no end."), g.Attr("inputmode", "numeric")),
		b.certificate())
}

// english holds what may be left out, closed while there is nothing in it and nothing wrong with it.
func (b builder) english(text string, names []string, fields ...g.Node) g.Node {
	open := text != ""
	for _, name := range names {
		attrs, _ := b.wrong(b.why, name)
		open = open || attrs != nil
	}
	return h.Details(g.If(open, g.Attr("open")), h.Summary(b.text("Tiếng Anh (không bắt buộc)", "In English (optional)")), g.Group(fields))
}

// input is a line of text; its refusal stands beside it.
func (b builder) input(name, label, value, hints string, more ...g.Node) g.Node {
	attrs, remedy := b.wrong(b.why, name)
	return field(name, label, h.Input(h.ID(name), h.Name(name), h.Type("text"), h.Value(value), attrs, b.focused(name), g.Group(more)), remedy, g.If(hints != "", hint(hints)))
}

func (b builder) area(name, label, value, lang string) g.Node {
	attrs, remedy := b.wrong(b.why, name)
	return field(name, label, h.Textarea(h.ID(name), h.Name(name), h.Rows("3"), h.Lang(lang), attrs, g.Text("\n"+value)), remedy)
}

func (b builder) focused(name string) g.Node { return g.If(b.focus == name, h.AutoFocus()) }

// step is a button that changes the draft. With scripts only the form is exchanged.
func (b builder) step(id, class, step, label, of string, more ...g.Node) g.Node {
	at := programmesPath + "/build"
	return h.Button(h.ID(id), h.Class(class), h.Type("submit"), h.Name("step"), h.Value(step), h.FormAction(at), b.focused(id), g.If(of != "", h.Aria("label", label+": "+of)),
		g.Attr("hx-post", at), g.Attr("hx-target", "#builder"), g.Attr("hx-select", "#builder"), g.Attr("hx-swap", "outerHTML show:none"), g.Group(more), g.Text(label))
}

// moves are the buttons of an entry of a list: up, down, out.
func (b builder) moves(at, list, of, out string, n int, where ...int) g.Node {
	i := where[len(where)-1]
	end := func(is bool) g.Node { return g.If(is, h.Aria("disabled", "true")) }
	return h.Div(h.Class("moves"),
		b.step(at+"."+stepUp, "btn", stepOf(stepUp, list, where...), b.t("Lên", "Up"), of, end(i == 0)),
		b.step(at+"."+stepDown, "btn", stepOf(stepDown, list, where...), b.t("Xuống", "Down"), of, end(i == n-1)),
		b.step(at+"."+stepDrop, "btn-quiet", stepOf(stepDrop, list, where...), out, of))
}

func (b builder) parts(list, title, explained string) g.Node {
	all := *b.list(list)
	_, remedy := b.wrong(b.why, list)
	return h.Section(h.H2(g.Text(title)), h.P(h.Class("hint"), g.Text(explained)), remedy, hidden(list+".n", strconv.Itoa(len(all))),
		g.Group(indexed(all, func(i int, p events.ProgrammePart) g.Node { return b.part(list, i, len(all), p) })),
		h.P(h.Class("actions"), b.step(list+".add", "btn", stepOf(stepAdd, list), b.t("Thêm phần", "Add a part"), "")))
}

func indexed[T any](all []T, draw func(int, T) g.Node) (nodes []g.Node) {
	for i, x := range all {
		nodes = append(nodes, draw(i, x))
	}
	return nodes
}

func (b builder) part(list string, i, n int, p events.ProgrammePart) g.Node {
	at, name := fmt.Sprintf("%s.%d", list, i), fmt.Sprintf(b.t("Phần %d", "Part %d"), i+1)
	_, idRemedy := b.wrong(b.why, at+".id")
	coursesAttrs, coursesRemedy := b.wrong(b.why, at+".courses")
	var free []catalog.CourseCard
	for _, c := range b.courses {
		if !c.Withdrawn && !slices.Contains(coursesIn(p), c.Course) {
			free = append(free, c)
		}
	}
	return h.FieldSet(h.Class("card"), h.Legend(h.Class("visually-hidden"), g.Text(name)), h.H3(g.Text(name)), hidden(at+".id", p.ID), idRemedy,
		b.input(at+".title.vi", b.t("Tên phần", "Vietnamese title"), p.Title.Vi, "", h.Required(), h.Lang("vi")),
		b.english(p.Title.En, []string{at + ".title.en"}, b.input(at+".title.en", b.t("Tên tiếng Anh", "English title"), p.Title.En, "", h.Lang("en"))),
		b.howMany(at, p),
		hidden(at+".courses.n", strconv.Itoa(len(p.Courses))),
		h.Ol(h.Class("plain"), g.Group(indexed(p.Courses, func(j int, c events.ProgrammeCourse) g.Node { return b.course(list, i, j, len(p.Courses), c) }))),
		field(at+".add", b.t("Thêm khóa học vào phần này", "Add a course to this part"),
			h.Select(h.ID(at+".add"), h.Name(at+".add"), coursesAttrs, b.focused(at+".add"), b.options(free)), coursesRemedy,
			h.P(h.Class("actions"), b.step(at+".add-now", "btn", stepOf(stepMore, list, i), b.t("Thêm khóa học", "Add the course"), name))),
		b.moves(at, list, name, b.t("Bỏ phần", "Take the part out"), n, i))
}

func (b builder) options(courses []catalog.CourseCard) g.Node {
	return g.Group{h.Option(h.Value(""), b.text("– chọn khóa học –", "– choose a course –")), g.Map(courses, func(c catalog.CourseCard) g.Node {
		return h.Option(h.Value(c.Course), g.Text(b.words(c.Title)))
	})}
}

// howMany chooses all or n of the courses. A number that is no longer possible stays to be seen.
func (b builder) howMany(at string, p events.ProgrammePart) g.Node {
	name, n := at+".at_least", len(p.Courses)
	attrs, remedy := b.wrong(b.why, name)
	all := []entry{{"0", b.t("Tất cả các khóa học", "All of the courses")}}
	for i := 1; i <= max(n, p.AtLeast); i++ {
		all = append(all, entry{strconv.Itoa(i), fmt.Sprintf(b.t("Chọn %d trong %d khóa học", "Choose %d of %d courses"), i, n)})
	}
	return field(name, b.t("Người học phải hoàn thành", "People must complete"), h.Select(h.ID(name), h.Name(name), attrs, choose(strconv.Itoa(p.AtLeast), all...)), remedy)
}

func (b builder) course(list string, i, j, n int, c events.ProgrammeCourse) g.Node {
	at := fmt.Sprintf("%s.%d.courses.%d", list, i, j)
	title := b.title(c.Course)
	_, remedy := b.wrong(b.why, at+".course")
	attrs, wrongEquivalent := b.wrong(b.why, at+".equivalents")
	var free []catalog.CourseCard
	for _, x := range b.courses {
		if x.Course != c.Course && !slices.Contains(c.Equivalents, x.Course) {
			free = append(free, x)
		}
	}
	open := wrongEquivalent != nil || b.focus == at+".add"
	return h.Li(h.Class("card"), h.P(h.Strong(g.Text(title))), remedy, hidden(at+".course", c.Course), b.moves(at, list, title, b.t("Bỏ", "Take out"), n, i, j),
		h.Details(g.If(open, g.Attr("open")), h.Summary(g.Textf(b.t("Khóa học được tính thay (%d)", "Courses that count instead (%d)"), len(c.Equivalents))),
			hidden(at+".equivalents.n", strconv.Itoa(len(c.Equivalents))),
			h.Ul(h.Class("plain"), g.Group(indexed(c.Equivalents, func(k int, e string) g.Node {
				name := fmt.Sprintf("%s.equivalents.%d", at, k)
				return h.Li(g.Text(b.title(e)+" "), hidden(name, e), b.step(name+".drop", "btn-quiet", stepOf(stepDrop, list, i, j, k), b.t("Bỏ", "Take out"), b.title(e)))
			}))),
			field(at+".add", b.t("Ai đã hoàn thành khóa học này cũng được tính", "Completing this course counts too"), h.Select(h.ID(at+".add"), h.Name(at+".add"), attrs, b.focused(at+".add"), b.options(free)), wrongEquivalent,
				h.P(h.Class("actions"), b.step(at+".add-now", "btn", stepOf(stepMore, list, i, j), b.t("Thêm khóa học được tính thay", "Add as equivalent"), title)))))
}
