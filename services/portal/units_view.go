package portal

import (
	"net/http"
	"slices"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/services/directory"
)

// unitHistoryPage shows a unit over time, who stands in it on a day, and the forms of a reorganisation.
func (p *Portal) unitHistoryPage(v *view, unit string, why *fault.Error) (page, error) {
	day := v.at()
	u, err := directory.GetUnit.Call(v.ctx(), p.d.RPC, directory.UnitRequest{Moment: directory.Moment{On: day.on, After: v.after}, Unit: unit})
	if err != nil {
		return page{}, err
	}
	above := []crumb{{"/units?on=" + day.on, v.t("Cơ cấu tổ chức", "Organisation")}}
	for _, a := range u.Path {
		if a.ID != unit {
			above = append(above, crumb{query("/units", "unit", a.ID, "on", day.on), a.Name})
		}
	}
	forms := g.Node(nil)
	if u.Exists {
		forms = v.stepForms(u, day)
	}
	return page{Title: u.Unit.Name, Section: "/units", Body: []g.Node{
		v.crumbs(u.Unit.Name, above...),
		h.H1(g.Text(u.Unit.Name)),
		v.refusal(why),
		h.P(g.Text(u.Unit.Code+" · "+v.unitKind(u.Unit.Kind)+" · "+v.t("ngày ", "on ")+v.date(day.on)+" "), g.If(!u.Exists, badge("warn", v.t("không tồn tại vào ngày này", "does not exist on this day")))),
		v.stateTable(u.States),
		v.lineage(u),
		h.Section(h.H2(v.text("Cán bộ vào ngày này", "People on this day")), v.placedTable(u.People, v.t("Không có cán bộ nào.", "Nobody."))),
		forms,
		v.factTable(u),
	}}, nil
}

func (v *view) stateTable(states []directory.State) g.Node {
	columns := []column{{v.t("Tên", "Name"), false}, {v.t("Mã", "Code"), false}, {v.t("Trực thuộc", "Below"), false}, {v.t("Từ ngày", "From"), false}, {v.t("Đến trước ngày", "Until before"), false}, {v.t("Tình trạng", "State"), false}}
	return table(v.t("Tên và vị trí theo thời gian", "Names and places over time"), columns, g.Map(states, func(s directory.State) g.Node {
		return row(columns, g.Text(s.Name), g.Text(s.Code), g.Text(dash(s.Parent)), g.Text(v.date(s.From)), g.Text(dash(v.date(s.Until))), g.Text(v.ended(s.Ended)))
	}))
}

// kinds are the kinds of units to choose from, a present one of another name included.
func (v *view) kinds(present string) []entry {
	var all []entry
	for _, t := range directory.Kinds() {
		all = append(all, entry{t.ID, v.t(t.Vi, t.En)})
	}
	if !slices.ContainsFunc(all, func(e entry) bool { return e.path == present }) {
		all = append(all, entry{present, present})
	}
	return all
}

// ended says how a unit has ended.
func (v *view) ended(how string) string {
	switch how {
	case events.UnitMerged:
		return v.t("đã sáp nhập", "merged")
	case events.UnitSplit:
		return v.t("đã chia tách", "split")
	case events.UnitDissolved:
		return v.t("đã giải thể", "dissolved")
	default:
		return v.t("đang hoạt động", "exists")
	}
}

func (v *view) lineage(u directory.UnitHistory) g.Node {
	if len(u.Came)+len(u.Became) == 0 {
		return nil
	}
	link := func(n directory.Node, on string) g.Node {
		return h.A(h.Href(query("/units/view", "unit", n.ID, "on", on)), g.Text(n.Name))
	}
	item := func(d directory.Descent) g.Node {
		into := []g.Node{link(d.From, d.On), g.Text(" (" + v.ended(d.How) + ", " + v.date(d.On) + ")")}
		for i, to := range d.Into {
			sign := ", "
			if i == 0 {
				sign = " → "
			}
			into = append(into, g.Text(sign), link(to, d.On))
		}
		return h.Li(into...)
	}
	return h.Section(h.H2(v.text("Nguồn gốc và kế thừa", "Lineage")), h.Ul(g.Map(u.Came, item), g.Map(u.Became, item)))
}

func (v *view) placedTable(people []directory.Placed, none string) g.Node {
	if len(people) == 0 {
		return empty(none)
	}
	columns := []column{{v.t("Họ và tên", "Name"), false}, {v.t("Mã", "Code"), false}, {v.t("Chức vụ", "Post"), false}, {v.t("Hình thức", "Kind"), false}, {v.t("Từ ngày", "From"), false}, {v.t("Đơn vị ghi nhận", "Unit as recorded"), false}}
	return table(v.t("Cán bộ", "People"), columns, g.Map(people, func(p directory.Placed) g.Node {
		return row(columns, g.Group{h.A(h.Href(query("/people/view", "person", p.Person)), g.Text(v.name(p.Name))), g.If(p.OnLeave, badge("info", v.t("đang nghỉ phép", "on leave")))},
			g.Text(p.Code), g.Text(v.post(p.Post)), g.Text(v.membership(p.Kind)), g.Text(v.date(p.From)), g.Text(p.UnitName))
	}))
}

// membership names a kind of membership.
func (v *view) membership(kind string) string {
	switch kind {
	case events.MembershipConcurrent:
		return v.t("kiêm nhiệm", "concurrent")
	case events.MembershipSecondment:
		return v.t("biệt phái", "secondment")
	default:
		return v.t("chính", "main")
	}
}

// factTable lists what was recorded, with the undoing of each.
func (v *view) factTable(u directory.UnitHistory) g.Node {
	columns := []column{{v.t("Thay đổi", "Change"), false}, {v.t("Hiệu lực", "From"), false}, {v.t("Ghi nhận lúc", "Recorded"), false}, {v.t("Thu hồi", "Undo"), false}}
	return h.Section(h.H2(v.text("Sổ ghi thay đổi", "Record of changes")), table(v.t("Các thay đổi đã ghi, mới nhất trước", "What was recorded, newest first"), columns, g.Map(u.Facts, func(f directory.UnitFact) g.Node {
		undo := g.Node(badge("warn", v.t("đã thu hồi", "withdrawn")))
		if !f.Withdrawn {
			name, value := "step", f.Step
			if f.Step == "" {
				name, value = "fact", strconv.FormatUint(f.Seq, 10)
			}
			undo = h.Form(h.Method("post"), h.Action("/units/withdraw"), v.newOnce(), h.Data("confirm", v.t("Thu hồi thay đổi này?", "Withdraw this change?")),
				h.Input(h.Type("hidden"), h.Name("unit"), h.Value(u.Unit.ID)), h.Input(h.Type("hidden"), h.Name(name), h.Value(value)),
				h.Button(h.Class("btn-quiet"), h.Type("submit"), v.text("Thu hồi", "Withdraw")))
		}
		return row(columns, g.Text(v.t(f.Vi, f.En)), g.Text(v.date(f.On)), v.recorded(f.At), undo)
	})))
}

// stepForms are the steps that may be taken with a unit.
func (v *view) stepForms(u directory.UnitHistory, day at) g.Node {
	form := func(how, title string, fields ...g.Node) g.Node {
		id := how + "-on"
		refused := v.r.Method == http.MethodPost && v.r.PostFormValue("how") == how
		return h.Details(h.Class("card"), g.If(refused, g.Attr("open")), h.Summary(g.Text(title)), h.Form(h.Method("post"), h.Action("/units/preview"),
			h.Input(h.Type("hidden"), h.Name("how"), h.Value(how)), h.Input(h.Type("hidden"), h.Name("unit"), h.Value(u.Unit.ID)),
			g.Group(fields),
			field(id, v.t("Hiệu lực từ ngày", "From"), h.Input(h.ID(id), h.Name("on"), h.Type("date"), h.Required(), h.Value(day.on))),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xem trước", "Preview"))))
	}
	again := func(how, name, value string) string {
		if v.r.Method == http.MethodPost && v.r.PostFormValue("how") == how {
			return v.r.PostFormValue(name)
		}
		return value
	}
	text := func(how, name, label, value string) g.Node {
		return field(how+"-"+name, label, h.Input(h.ID(how+"-"+name), h.Name(name), h.Type("text"), h.Value(again(how, name, value))))
	}
	others := v.r.PostForm["others"]
	for len(others) < 3 {
		others = append(others, "")
	}
	lines := func(how string) g.Node {
		return field(how+"-new", v.t("Đơn vị mới, mỗi dòng: mã; tên; loại (ví dụ: XA-01; Xã An Bình; xã)", "New units, one a line: code; name; kind (such as: XA-01; Xã An Bình; commune)"), h.Textarea(h.ID(how+"-new"), h.Name("new"), h.Rows("3"), g.Text(again(how, "new", ""))))
	}
	number := 0
	return h.Section(h.H2(v.text("Sắp xếp lại", "Reorganise")),
		form("rename", v.t("Đổi tên", "Rename"), text("rename", "name", v.t("Tên mới", "New name"), u.Unit.Name), text("rename", "code", v.t("Mã mới", "New code"), u.Unit.Code), field("rename-kind", v.t("Loại", "Kind"), h.Select(h.ID("rename-kind"), h.Name("kind"), choose(again("rename", "kind", u.Unit.Kind), v.kinds(u.Unit.Kind)...)))),
		form("move", v.t("Chuyển đơn vị cấp trên", "Move"), v.unitSearch("move-parent", "parent", v.t("Đơn vị cấp trên; để trống nếu không có", "Unit above; empty for none"), again("move", "parent", ""))),
		form("merge", v.t("Sáp nhập", "Merge"), h.FieldSet(h.Class("field"), h.Legend(v.text("Các đơn vị sáp nhập cùng", "Units that are merged with it")), g.Map(append(others, ""), func(value string) g.Node {
			number++
			return v.unitSearch("merge-others-"+strconv.Itoa(number), "others", v.t("Đơn vị ", "Unit ")+strconv.Itoa(number), value)
		})), v.unitSearch("merge-into", "into", v.t("Đơn vị tiếp nhận đã có; hoặc để trống và ghi đơn vị mới", "Unit that takes over; or leave it empty and enter a new one"), again("merge", "into", "")), lines("merge")),
		form("split", v.t("Chia tách", "Split"), lines("split")),
		form("dissolve", v.t("Giải thể", "Dissolve")))
}
