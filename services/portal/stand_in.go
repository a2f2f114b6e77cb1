package portal

import (
	"slices"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/services/access"
)

// lends is the unit in which the reader may lend the head's role: the one asked for, or that of the first grant of their
// own; "" for none. The service decides.
func (v *view) lends() string {
	if unit := v.r.FormValue("unit"); unit != "" {
		return unit
	}
	at := slices.IndexFunc(v.who.Grants, func(grant rpc.Grant) bool {
		return grant.Role == events.RoleHead && grant.Unit != "" && grant.OnBehalf == ""
	})
	if at < 0 {
		return ""
	}
	return v.who.Grants[at].Unit
}

// standInPage lets a head lend the role in the unit for some days, and shows what was lent.
func (p *Portal) standInPage(v *view, why *fault.Error) (page, error) {
	unit := v.lends()
	if unit == "" {
		return page{}, fault.New(fault.Denied, "Trang này dành cho thủ trưởng đơn vị.", "This page is for heads of units.")
	}
	fellows, err := access.ListFellows.Call(v.ctx(), p.d.RPC, access.ListFellowsRequest{Unit: unit})
	if err != nil {
		return page{}, err
	}
	all, err := access.MyStandIns.Call(v.ctx(), p.d.RPC, access.MyStandInsRequest{After: v.after})
	if err != nil {
		return page{}, err
	}
	title := v.t("Giao người thay", "Stand-in")
	return page{Title: title, Section: "/unit", Body: []g.Node{
		v.crumbs(title, crumb{"/unit", v.t("Đơn vị của tôi", "My unit")}),
		h.H1(g.Text(title)),
		h.P(v.text("Khi vắng mặt, bạn có thể giao vai trò thủ trưởng của mình cho một người trong đơn vị. Quyền có hiệu lực và hết hiệu lực theo ngày, không ai phải làm gì thêm; người thay không giao tiếp được cho người khác.",
			"While you are away you can lend your role as head to somebody of the unit. It begins and ends by the day without anybody doing anything; whoever stands in cannot pass it on.")),
		v.refusal(why), v.standInForm(unit, fellows, why),
		h.Section(h.H2(v.text("Các lần giao thay", "Stand-ins")), v.standInTable(all)),
	}}, nil
}

func (v *view) standInForm(unit string, fellows []access.Fellow, why *fault.Error) g.Node {
	if len(fellows) == 0 {
		return empty(v.t("Đơn vị chưa có ai khác để giao thay.", "There is nobody else in the unit who could stand in."))
	}
	today := clock.Local(v.p.d.Clock.Now())
	day := func(name, label string, otherwise time.Time) g.Node {
		value := v.r.PostFormValue(name)
		if value == "" {
			value = otherwise.Format(time.DateOnly)
		}
		wrong := v.remedy(why, name)
		return field(name, label, h.Input(h.ID(name), h.Name(name), h.Type("date"), h.Required(), h.Value(value), g.If(wrong != "", h.Aria("invalid", "true")),
			g.If(wrong != "", h.Aria("describedby", name+"-error"))), g.If(wrong != "", h.P(h.Class("error"), h.ID(name+"-error"), g.Text(wrong))))
	}
	return h.Form(h.Class("card"), h.Method("post"), h.Action("/unit/stand-in"), v.newOnce(), h.Input(h.Type("hidden"), h.Name("unit"), h.Value(unit)),
		field("person", v.t("Người thay", "Who stands in"), h.Select(h.ID("person"), h.Name("person"), h.Required(), g.Map(fellows, func(f access.Fellow) g.Node {
			return h.Option(h.Value(f.Person), g.If(f.Person == v.r.PostFormValue("person"), h.Selected()), g.Text(f.Name))
		}))),
		day("from", v.t("Từ ngày", "From"), today), day("until", v.t("Đến hết ngày", "Until the end of"), today.AddDate(0, 0, 7)),
		field("reason", v.t("Lý do", "Reason"), h.Select(h.ID("reason"), h.Name("reason"), g.Map([]string{"leave", "mission", "training", "vacancy", "other"}, func(r string) g.Node {
			return h.Option(h.Value(r), g.If(r == v.r.PostFormValue("reason"), h.Selected()), g.Text(v.standInReason(r)))
		}))),
		h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Giao thay", "Give the stand-in")))
}

// remedy is what a refusal says of a field; "" for nothing.
func (v *view) remedy(why *fault.Error, name string) string {
	if why == nil {
		return ""
	}
	at := slices.IndexFunc(why.Fields, func(f fault.Field) bool { return f.Name == name })
	if at < 0 {
		return ""
	}
	return v.t(why.Fields[at].Vi, why.Fields[at].En)
}

func (v *view) standInReason(reason string) string {
	switch reason {
	case "leave":
		return v.t("Nghỉ phép", "Leave")
	case "mission":
		return v.t("Đi công tác", "Mission")
	case "training":
		return v.t("Đi học", "Training")
	case "vacancy":
		return v.t("Khuyết vị trí", "Vacancy")
	default:
		return v.t("Lý do khác", "Other")
	}
}

// standInTable shows stand-ins to whoever gave or was given them; the giver can end one.
func (v *view) standInTable(all []access.StandIn) g.Node {
	if len(all) == 0 {
		return empty(v.t("Chưa có lần giao thay nào.", "There is none yet."))
	}
	columns := []column{{v.t("Người thay", "Who stands in"), false}, {v.t("Thay cho", "For"), false}, {v.t("Vai trò", "Role"), false}, {v.t("Đơn vị", "Unit"), false},
		{v.t("Từ ngày", "From"), false}, {v.t("Đến hết ngày", "Until"), false}, {v.t("Lý do", "Reason"), false}, {v.t("Tình trạng", "State"), false}}
	return table(v.t("Các lần giao thay, mới nhất trước", "Stand-ins, latest first"), columns, g.Map(all, func(x access.StandIn) g.Node {
		return row(columns, g.Text(v.name(x.PersonName)), g.Text(v.name(x.GiverName)), g.Text(v.role(x.Role)), g.Text(x.UnitName),
			v.dayText(x.From), v.dayText(x.Until), g.Text(v.standInReason(x.Reason)), v.standInState(x))
	}))
}

func (v *view) dayText(day string) g.Node {
	t, err := time.ParseInLocation(time.DateOnly, day, clock.Local(v.p.d.Clock.Now()).Location())
	if err != nil {
		return g.Text(day)
	}
	return v.day(t)
}

func (v *view) standInState(x access.StandIn) g.Node {
	var state g.Node
	switch x.State {
	case "coming":
		state = badge("info", v.t("Sắp tới", "Coming"))
	case "running":
		state = badge("ok", v.t("Đang thay", "Running"))
	case "ended":
		return badge("warn", v.t("Đã chấm dứt", "Ended"))
	default:
		return badge("", v.t("Đã hết hạn", "Over"))
	}
	if x.Giver != v.who.Person {
		return state
	}
	return h.Form(h.Method("post"), h.Action("/unit/stand-in/end"), v.newOnce(), h.Input(h.Type("hidden"), h.Name("stand_in"), h.Value(x.StandIn)), state, g.Text(" "),
		h.Button(h.Class("btn-danger"), h.Type("submit"), g.Attr("data-confirm", v.t("Chấm dứt việc thay này ngay bây giờ?", "End this stand-in now?")),
			h.Aria("label", v.t("Chấm dứt việc thay của ", "End the stand-in of ")+x.PersonName), v.text("Chấm dứt", "End")))
}

func (p *Portal) giveStandIn(v *view) (string, uint64, error) {
	form := v.r.PostFormValue
	done, err := access.GiveStandIn.Call(v.ctx(), p.d.RPC, access.GiveStandInRequest{Person: form("person"), Role: events.RoleHead, Unit: form("unit"),
		From: form("from"), Until: form("until"), Reason: form("reason")})
	return query("/unit/stand-in", "unit", form("unit"), "ok", "stand-in"), done.Seq, err
}

func (p *Portal) endStandIn(v *view) (string, uint64, error) {
	done, err := access.EndStandIn.Call(v.ctx(), p.d.RPC, access.EndStandInRequest{StandIn: v.r.PostFormValue("stand_in")})
	return "/unit/stand-in?ok=stand-in-ended", done.Seq, err
}
