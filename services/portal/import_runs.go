package portal

import (
	"cmp"
	"fmt"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/services/directory"
)

func (v *view) importLinks() g.Node {
	return h.P(h.Class("actions"), h.A(h.Class("btn"), h.Href("/import/runs"), v.text("Các lần nhập", "Earlier imports")),
		h.A(h.Class("btn"), h.Href("/import/queue"), v.text("Hàng chờ xác định người", "People in doubt")))
}

func (v *view) phase(s directory.ImportState) g.Node {
	switch s.Phase {
	case "writing":
		return badge("info", v.t("Đang ghi", "Being written"))
	case "undoing":
		return badge("info", v.t("Đang hoàn tác", "Being taken back"))
	case "undone":
		return badge("", v.t("Đã hoàn tác", "Taken back"))
	}
	return badge("ok", v.t("Đã ghi xong", "Done"))
}

// importsPage lists all imports.
func (p *Portal) importsPage(v *view) (page, error) {
	all, err := directory.ListImports.Call(v.ctx(), p.d.RPC, directory.ListImportsRequest{After: v.r.URL.Query().Get("place")})
	if err != nil {
		return page{}, err
	}
	columns := []column{{v.t("Thời gian", "Time"), false}, {v.t("Người nhập", "By"), false}, {v.t("Tình trạng", "State"), false}, {v.t("Đơn vị", "Units"), true}, {v.t("Nhân sự", "People"), true}, {v.t("Dòng lỗi", "Errors"), true}}
	title := v.t("Các lần nhập", "Imports")
	return page{Title: title, Section: "/import", Body: []g.Node{
		v.crumbs(title, crumb{"/import", v.t("Nhập dữ liệu", "Import")}), h.H1(g.Text(title)), v.done(),
		g.If(len(all.Items) == 0, empty(v.t("Chưa có lần nhập nào.", "There are no imports yet."), h.A(h.Class("btn-primary"), h.Href("/import"), v.text("Nhập dữ liệu", "Import")))),
		g.If(len(all.Items) > 0, table(v.t("Các lần nhập, mới nhất ở trên", "Imports, newest first"), columns, g.Map(all.Items, func(s directory.ImportState) g.Node {
			return row(columns, h.A(h.Href("/import/runs/"+s.Import), v.moment(s.At)), g.Text(v.importer(s)), v.phase(s), itoa(s.Units), itoa(s.People), itoa(s.Refused))
		}))),
		g.If(all.Next != "", h.P(h.A(h.Class("btn"), h.Href(query("/import/runs", "place", all.Next)), v.text("Trang sau", "Next")))),
	}}, nil
}

// importRunPage shows one import as it goes on, and lets it be taken back.
func (p *Portal) importRunPage(v *view, why *fault.Error) (page, error) {
	s, err := directory.GetImport.Call(v.ctx(), p.d.RPC, directory.ImportRequest{Import: v.r.PathValue("import"), After: v.after})
	if err != nil {
		return page{}, err
	}
	state := v.importState(s)
	if v.r.URL.Query().Get("part") != "" {
		return page{Bare: true, Body: []g.Node{state}}, nil
	}
	title := v.t("Kết quả nhập dữ liệu", "Import")
	return page{Title: title, Section: "/import", Body: []g.Node{
		v.crumbs(title, crumb{"/import", v.t("Nhập dữ liệu", "Import")}, crumb{"/import/runs", v.t("Các lần nhập", "Imports")}),
		h.H1(g.Text(title)), v.refusal(why),
		h.Div(g.Attr("hx-ext", "sse"), g.Attr("sse-connect", "/live?of=directory"), state),
	}}, nil
}

// importState asks for itself again while the import goes on.
func (v *view) importState(s directory.ImportState) g.Node {
	at := "/import/runs/" + s.Import
	busy := s.Phase == "writing" || s.Phase == "undoing"
	stat := func(name string, n int) g.Node { return h.Div(h.Class("stat"), h.Dt(g.Text(name)), h.Dd(itoa(n))) }
	label := v.t("Tiến độ", "Progress")
	return h.Div(h.ID("run"), g.If(busy, g.Group{g.Attr("hx-get", at+"?part=1"), g.Attr("hx-trigger", "sse:changed, every 2s"), g.Attr("hx-swap", "outerHTML")}),
		h.P(h.Role("status"), g.Text(v.importSentence(s))),
		h.P(h.Class("meta"), g.Text(v.importer(s)+" · "), v.moment(s.At)),
		g.If(busy, h.Progress(h.Class("progress"), h.Aria("label", label), h.Max("100"), h.Value(strconv.Itoa(s.Percent)))),
		h.Dl(h.Class("stats"), stat(v.t("Đơn vị", "Units"), s.Units), stat(v.t("Nhân sự", "People"), s.People), stat(v.t("Dòng lỗi bỏ lại", "Errors"), s.Refused), stat(v.t("Chờ xác định", "In doubt"), s.Waiting), stat(v.t("Đã xác định", "Decided"), s.Decided)),
		g.If(s.Waiting > 0, h.P(h.A(h.Href("/import/queue"), v.text("Xem hàng chờ xác định người", "See the people in doubt")))),
		v.problemTable(s.Problems), v.keptTable(s),
		h.Div(h.Class("actions"), h.A(h.Class("btn"), h.Href("/people"), v.text("Xem đơn vị, nhân sự", "See units and people")),
			g.If(s.CanUndo, h.Form(h.Method("post"), h.Action(at+"/undo"), v.newOnce(), h.Data("confirm", v.t("Hoàn tác cả lần nhập này?", "Take this whole import back?")),
				h.Button(h.Class("btn"), h.Type("submit"), v.text("Hoàn tác lần nhập", "Undo the import"))))))
}

// importer names who imported; the program itself does on a first start.
func (v *view) importer(s directory.ImportState) string {
	return cmp.Or(s.By, v.t("Hệ thống", "The system"))
}

func (v *view) importSentence(s directory.ImportState) string {
	switch s.Phase {
	case "writing":
		return fmt.Sprintf(v.t("Đang ghi dữ liệu: %d%%. Bạn có thể rời trang này; việc ghi vẫn tiếp tục.", "Being written: %d%%. You may leave this page; it goes on."), s.Percent)
	case "undoing":
		return fmt.Sprintf(v.t("Đang hoàn tác: %d%%. Bạn có thể rời trang này.", "Being taken back: %d%%. You may leave this page."), s.Percent)
	case "undone":
		if s.KeptCount > 0 {
			return fmt.Sprintf(v.t("Đã hoàn tác, trừ %d dòng đã được sửa sau lần nhập.", "Taken back, but for %d rows that were changed since."), s.KeptCount)
		}
		return v.t("Đã hoàn tác toàn bộ lần nhập.", "The whole import was taken back.")
	}
	return v.t("Đã nhập dữ liệu.", "The data were imported.")
}

func (v *view) keptTable(s directory.ImportState) g.Node {
	if len(s.Kept) == 0 {
		return nil
	}
	columns := []column{{v.t("Mã", "Code"), false}, {v.t("Tên", "Name"), false}, {v.t("Loại", "Kind"), false}}
	return h.Section(h.H2(v.text("Giữ nguyên vì đã được sửa sau lần nhập", "Kept, for it was changed since")),
		table(v.t("Các dòng không hoàn tác", "Rows that were not taken back"), columns, g.Map(s.Kept, func(r directory.RowChange) g.Node {
			return row(columns, h.Code(g.Text(dash(r.Code))), g.Text(dash(r.Name)), g.Text(v.fileName(r.File)))
		})))
}

func (p *Portal) undoImport(v *view) (string, uint64, error) {
	id := v.r.PathValue("import")
	started, err := directory.UndoImport.Call(v.ctx(), p.d.RPC, directory.ImportRequest{Import: id})
	return "/import/runs/" + id, started.Seq, err
}

// doubtsPage shows rows that may speak of somebody known, both sides, for a decision.
func (p *Portal) doubtsPage(v *view, why *fault.Error) (page, error) {
	all, err := directory.ListDoubts.Call(v.ctx(), p.d.RPC, directory.ListDoubtsRequest{Place: v.r.URL.Query().Get("place"), After: v.after})
	if err != nil {
		return page{}, err
	}
	title := v.t("Hàng chờ xác định người", "People in doubt")
	return page{Title: title, Section: "/import", Body: []g.Node{
		v.crumbs(title, crumb{"/import", v.t("Nhập dữ liệu", "Import")}), h.H1(g.Text(title)), v.done(), v.refusal(why),
		h.P(h.Class("lead"), v.text("Mỗi trường hợp là một dòng đã nhập với mã cán bộ mới, nhưng trùng họ tên và năm sinh, hoặc trùng thư điện tử, với người đã có. Hệ thống không tự gộp; bạn quyết định. Chưa rõ thì cứ để lại.",
			"Each case is an imported row with a new code whose name and birth year, or address, are those of somebody known. Nothing is merged by guess: you decide. Leave what is not clear for later.")),
		g.If(len(all.Items) == 0, empty(v.t("Không có trường hợp nào đang chờ.", "Nothing waits."))),
		g.Map(all.Items, v.doubtCard),
		g.If(all.Next != "", h.P(h.A(h.Class("btn"), h.Href(query("/import/queue", "place", all.Next)), v.text("Trang sau", "Next")))),
	}}, nil
}

func (v *view) doubtCard(d directory.Doubt) g.Node {
	columns := []column{{v.t("Bên", "Side"), false}, {v.t("Mã cán bộ", "Code"), false}, {v.t("Họ và tên", "Name"), false}, {v.t("Năm sinh", "Birth year"), true}, {v.t("Thư điện tử", "E-mail"), false}, {v.t("Đơn vị", "Unit"), false}, {v.t("Chức vụ", "Post"), false}, {v.t("Quyết định", "Decision"), false}}
	why := v.t("Trùng họ tên và năm sinh", "Same name and birth year")
	other := v.t("Là người khác: ghi thành người mới", "Somebody else: register")
	if d.Why == "email" {
		why = v.t("Trùng địa chỉ thư điện tử", "Same e-mail address")
		other = v.t("Là người khác: sẽ sửa địa chỉ trong tệp", "Somebody else: the address will be corrected")
	}
	decide := func(person, text, of string, more ...g.Node) g.Node {
		return h.Form(h.Method("post"), h.Action("/import/queue"), v.newOnce(), hidden("candidate", d.Candidate), hidden("person", person), g.Group(more),
			h.Button(h.Class("btn"), h.Type("submit"), g.Text(text), h.Span(h.Class("visually-hidden"), g.Text(" ("+of+")"))))
	}
	side := func(name string, s directory.Side, decision g.Node) g.Node {
		return row(columns, g.Text(name), h.Code(g.Text(dash(s.Code))), g.Text(dash(s.Name)), g.Text(dash(s.BirthYear)), g.Text(dash(s.Email)), g.Text(dash(s.UnitName)), g.Text(v.post(s.Post)), decision)
	}
	rows := []g.Node{side(v.t("Dòng nhập", "Row"), d.Row, decide("", other, d.Row.Code))}
	for _, known := range d.Known {
		id := "code-" + d.Candidate + "-" + known.Person
		code := h.P(h.Label(h.Class("choice"), h.For(id), h.Input(h.ID(id), h.Type("checkbox"), h.Name("new_code"), h.Value("1")),
			h.Span(g.Text(v.t("Đổi cả mã "+known.Code+" thành "+d.Row.Code, "Also change the code "+known.Code+" into "+d.Row.Code)))))
		rows = append(rows, side(v.t("Đã có", "Known"), known, decide(known.Person, v.t("Cùng một người: cập nhật theo dòng nhập, giữ mã "+known.Code, "The same person: take the row over, keep the code "+known.Code), known.Code, code)))
	}
	return h.Section(h.Class("card"), h.H2(g.Text(why+": "+d.Row.Name)), table(why, columns, rows))
}

func (p *Portal) decideIdentity(v *view) (string, uint64, error) {
	done, err := directory.DecideIdentity.Call(v.ctx(), p.d.RPC, directory.DecideIdentityRequest{Candidate: v.r.PostFormValue("candidate"), Person: v.r.PostFormValue("person"), NewCode: v.r.PostFormValue("new_code") != ""})
	return "/import/queue?ok=decided", done.Seq, err
}
