package portal

import (
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/services/directory"
)

// peoplePage shows an administrator the tree of units and the people of one.
func (p *Portal) peoplePage(v *view) (page, error) {
	q := v.r.URL.Query()
	units, err := directory.ListUnits.Call(v.ctx(), p.d.RPC, directory.ListUnitsRequest{Moment: directory.Moment{After: v.after}})
	if err != nil {
		return page{}, err
	}
	if len(units) == 0 {
		return page{Title: v.t("Đơn vị, nhân sự", "Units and people"), Section: "/people", Body: []g.Node{h.H1(v.text("Đơn vị, nhân sự", "Units and people")),
			empty(v.t("Chưa có đơn vị nào.", "There are no units yet."), h.A(h.Class("btn-primary"), h.Href("/import"), v.text("Nhập dữ liệu", "Import")))}}, nil
	}
	chosen := q.Get("unit")
	if chosen == "" {
		chosen = units[0].ID
	}
	people, err := directory.ListPeople.Call(v.ctx(), p.d.RPC, directory.ListPeopleRequest{Unit: chosen, After: q.Get("after"), Limit: 100})
	if err != nil {
		return page{}, err
	}
	name := (offer{units: units}).unit(chosen)
	return page{Title: v.t("Đơn vị, nhân sự", "Units and people"), Section: "/people", Body: []g.Node{
		h.H1(v.text("Đơn vị, nhân sự", "Units and people")),
		h.Div(h.Class("split split-left"),
			h.Nav(h.Class("tree"), h.Aria("label", v.t("Cây đơn vị", "Units")), v.tree(units, "", chosen)),
			h.Section(h.Aria("labelledby", "unit-name"), h.H2(h.ID("unit-name"), g.Text(name)), v.personTable(people, chosen))),
		h.P(h.Class("actions"), h.A(h.Class("btn"), h.Href("/people/privacy"), v.text("Yêu cầu về dữ liệu cá nhân", "Requests about personal data"))),
	}}, nil
}

// tree draws the units below one.
func (v *view) tree(units []directory.Unit, parent, chosen string) g.Node {
	var items []g.Node
	for _, u := range units {
		if u.Parent != parent {
			continue
		}
		link := h.A(h.Href(query("/people", "unit", u.ID)), g.If(u.ID == chosen, h.Aria("current", "true")), g.Text(u.Name+" "), h.Small(g.Text("("+strconv.Itoa(u.People)+")")))
		below := v.tree(units, u.ID, chosen)
		if below == nil {
			items = append(items, h.Li(link))
			continue
		}
		open := parent == "" || u.ID == chosen || holds(units, u.ID, chosen)
		items = append(items, h.Li(h.Details(g.If(open, g.Attr("open")), h.Summary(g.Text(u.Name)), h.Ul(h.Li(link)), below)))
	}
	if len(items) == 0 {
		return nil
	}
	return h.Ul(items...)
}

// holds reports whether a unit stands above another.
func holds(units []directory.Unit, above, below string) bool {
	parent := map[string]string{}
	for _, u := range units {
		parent[u.ID] = u.Parent
	}
	for at, n := below, 0; at != "" && n <= len(units); at, n = parent[at], n+1 {
		if at == above {
			return true
		}
	}
	return false
}

func (v *view) personTable(people directory.PeoplePage, unit string) g.Node {
	if len(people.Items) == 0 {
		return empty(v.t("Đơn vị này chưa có cán bộ trực tiếp.", "Nobody stands directly in this unit."))
	}
	columns := []column{{v.t("Họ và tên", "Name"), false}, {v.t("Mã", "Code"), false}, {v.t("Thư điện tử", "E-mail"), false}, {v.t("Chức vụ", "Post"), false}, {v.t("Vai trò", "Roles"), false}, {v.t("Dữ liệu cá nhân", "Personal data"), false}}
	return g.Group{
		h.Div(h.Class("scroll"), table(v.t("Cán bộ của đơn vị", "People of the unit"), columns, g.Map(people.Items, func(p directory.Person) g.Node {
			var roles []string
			for _, grant := range p.Grants {
				if grant.Role != "learner" {
					roles = append(roles, v.role(grant.Role))
				}
			}
			return row(columns, h.A(h.Href(query("/people/view", "person", p.ID)), g.Text(v.name(p.Name))), g.Text(p.Code), g.Text(p.Email), g.Text(v.post(p.Post)), g.Text(strings.Join(roles, ", ")),
				h.A(h.Href("/people/"+p.ID+"/privacy"), v.text("Xuất, xóa", "Export, erase"), h.Span(h.Class("visually-hidden"), g.Text(" "+v.name(p.Name)))))
		}))),
		g.If(people.Next != "", h.P(h.Class("pager"), h.A(h.Class("btn"), h.Href(query("/people", "unit", unit, "after", people.Next)), v.text("Trang sau", "Next page")))),
	}
}
