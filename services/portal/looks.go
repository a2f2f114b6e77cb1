package portal

import (
	"fmt"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/services/access"
	"khuevan/services/directory"
)

// looksTable lists who looked, hour by hour. Looks that read alike are one line with their count.
func (v *view) looksTable(all []access.Look) g.Node {
	if len(all) == 0 {
		return empty(v.t("Chưa có ai xem.", "Nobody has looked."))
	}
	var lines []access.Look
	times := map[access.Look]int{}
	for _, l := range all {
		l.Method = v.looked(l.Method)
		if times[l]++; times[l] == 1 {
			lines = append(lines, l)
		}
	}
	columns := []column{{v.t("Người xem", "Who"), false}, {v.t("Trong giờ", "Within the hour"), false}, {v.t("Đã xem gì", "What"), false}}
	return table(v.t("Ai đã xem, mới nhất trước", "Who looked, latest first"), columns, g.Map(lines, func(l access.Look) g.Node {
		name, what := v.name(l.Name), l.Method
		if l.OnBehalf != "" {
			name += v.t(", thay cho ", ", standing in for ") + v.name(l.OnBehalfName)
		}
		if n := times[l]; n > 1 {
			what += fmt.Sprintf(v.t(" (%d lượt ghi)", " (%d entries)"), n)
		}
		return row(columns, g.Text(name), g.Text(v.hour(l.Hour)), g.Text(what))
	}))
}

// hour says an hour of the record as what it is: no more is known of the time.
func (v *view) hour(hour string) string {
	from, err := time.ParseInLocation("2006010215", hour, clock.Local(v.p.d.Clock.Now()).Location())
	if err != nil {
		return "–"
	}
	return from.Format("15:04") + "–" + from.Add(time.Hour).Format("15:04") + v.t(" ngày ", " on ") + from.Format("02/01/2006")
}

// looked names what a method shows. One that is not known was logged by another release: its name would say nothing.
func (v *view) looked(method string) string {
	what, ok := events.DataRead{Method: method}.Shown()
	if !ok {
		return v.t("Dữ liệu khác", "Other data")
	}
	return v.words(what)
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
			h.P(h.Class("hint"), v.text("Gồm người đã xem dữ liệu của riêng bạn, trang danh sách có tên bạn, hoặc đã tải báo cáo có danh sách của cả đơn vị bạn. Sổ chỉ ghi đến từng giờ.", "Whoever looked at your own data, at a page of a list with you on it, or took out a report that lists all of your unit. The record is kept by the hour.")),
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
