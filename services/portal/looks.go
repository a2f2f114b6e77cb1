package portal

import (
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/clock"
	"khuevan/services/access"
	"khuevan/services/directory"
)

// looksTable lists who looked, hour by hour.
func (v *view) looksTable(all []access.Look) g.Node {
	if len(all) == 0 {
		return empty(v.t("Chưa có ai xem.", "Nobody has looked."))
	}
	columns := []column{{v.t("Người xem", "Who"), false}, {v.t("Giờ", "Hour"), false}, {v.t("Đã xem gì", "What"), false}}
	return table(v.t("Ai đã xem, mới nhất trước", "Who looked, latest first"), columns, g.Map(all, func(l access.Look) g.Node {
		name := v.name(l.Name)
		if l.OnBehalf != "" {
			name += v.t(", thay cho ", ", standing in for ") + v.name(l.OnBehalfName)
		}
		at, _ := time.ParseInLocation("2006010215", l.Hour, clock.Local(v.p.d.Clock.Now()).Location()) // zero shows as a dash
		return row(columns, g.Text(name), v.moment(at), g.Text(v.looked(l.Method)))
	}))
}

// looked names what a method shows.
func (v *view) looked(method string) string {
	switch method {
	case "reporting.list-rows":
		return v.t("Danh sách và kết quả của đơn vị", "The unit's people and results")
	case "reporting.download-competency":
		return v.t("Báo cáo năng lực của đơn vị", "The unit's competency report")
	case "directory.list-people":
		return v.t("Danh sách nhân sự của đơn vị", "The unit's personnel list")
	case "quiz.get-trail":
		return v.t("Nhật ký lượt làm bài", "The record of an attempt")
	default:
		return method
	}
}

// accountAccess is the part of the account page about stand-ins and who looked at the reader's data.
func (v *view) accountAccess() ([]g.Node, error) {
	lent, err := access.MyStandIns.Call(v.ctx(), v.p.d.RPC, access.MyStandInsRequest{After: v.after})
	if err != nil {
		return nil, err
	}
	looks, err := access.WhoLooked.Call(v.ctx(), v.p.d.RPC, access.WhoLookedRequest{})
	if err != nil {
		return nil, err
	}
	return []g.Node{
		g.If(len(lent) > 0, h.Section(h.H2(v.text("Thay và được thay", "Stand-ins")), v.standInTable(lent))),
		h.Section(h.H2(v.text("Ai đã xem dữ liệu của tôi", "Who looked at my data")),
			h.P(h.Class("hint"), v.text("Gồm cả người đã xem danh sách của một đơn vị mà bạn thuộc về. Mỗi giờ ghi một lần.", "Whoever listed a unit that you belong to is included. One line stands for an hour.")),
			v.looksTable(looks)),
	}, nil
}

// accessPage tells an administrator who had a right over a unit on a day, and who looked at its people.
func (p *Portal) accessPage(v *view) (page, error) {
	units, err := directory.ListUnits.Call(v.ctx(), p.d.RPC, directory.ListUnitsRequest{})
	if err != nil {
		return page{}, err
	}
	unit, person, day := v.r.FormValue("unit"), v.r.FormValue("person"), v.r.FormValue("day")
	if unit == "" && person == "" && len(units) > 0 {
		unit = units[0].ID
	}
	if day == "" {
		day = clock.Local(p.d.Clock.Now()).Format(time.DateOnly)
	}
	req := access.WhoMayRequest{Unit: unit, Day: day}
	if person != "" {
		req = access.WhoMayRequest{Person: person, Day: day}
	}
	rights, err := access.WhoMay.Call(v.ctx(), p.d.RPC, req)
	if err != nil {
		return page{}, err
	}
	looks, err := p.looksAt(v, unit, person)
	if err != nil {
		return page{}, err
	}
	title := v.t("Quyền và lượt xem", "Rights and looks")
	return page{Title: title, Section: "/system", Body: []g.Node{
		v.crumbs(title, crumb{"/system", v.t("Hệ thống", "System")}), h.H1(g.Text(title)),
		h.Form(h.Class("inline"), h.Method("get"), h.Action("/system/access"), v.unitField(offer{units: units}, unit),
			field("day", v.t("Vào ngày", "On"), h.Input(h.ID("day"), h.Name("day"), h.Type("date"), h.Required(), h.Value(day))),
			h.Button(h.Class("btn"), h.Type("submit"), v.text("Xem", "Show"))),
		h.Section(h.H2(v.text("Ai có quyền", "Who had a right")), v.rightsTable(rights)),
		h.Section(h.H2(v.text("Ai đã xem", "Who looked")), v.looksTable(looks)),
	}}, nil
}

func (p *Portal) looksAt(v *view, unit, person string) ([]access.Look, error) {
	if person != "" {
		return access.WhoLooked.Call(v.ctx(), p.d.RPC, access.WhoLookedRequest{Person: person})
	}
	return access.WhoLookedAt.Call(v.ctx(), p.d.RPC, access.WhoLookedAtRequest{Unit: unit})
}

func (v *view) rightsTable(rights []access.Right) g.Node {
	if len(rights) == 0 {
		return empty(v.t("Không ai có quyền.", "Nobody had a right."))
	}
	columns := []column{{v.t("Họ và tên", "Name"), false}, {v.t("Vai trò", "Role"), false}, {v.t("Phạm vi", "Scope"), false}, {v.t("Thay cho", "Standing in for"), false}}
	return table(v.t("Người có quyền trong ngày", "Who had a right on the day"), columns, g.Map(rights, func(r access.Right) g.Node {
		scope, giver := r.UnitName, "–"
		if r.Unit == "" {
			scope = v.t("Toàn bộ các đơn vị", "All units")
		}
		if r.OnBehalf != "" {
			giver = v.name(r.OnBehalfName)
		}
		return row(columns, g.Text(v.name(r.Name)), g.Text(v.role(r.Role)), g.Text(scope), g.Text(giver))
	}))
}
