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
	if text := strings.TrimSpace(q.Get("q")); text != "" {
		return p.foundPeoplePage(v, text)
	}
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
		v.personSearch(""),
		h.Div(h.Class("split split-left"),
			h.Section(h.Aria("labelledby", "unit-name"), h.H2(h.ID("unit-name"), g.Text(name)),
				h.P(h.Class("only-narrow"), h.A(h.Href("#units"), v.text("Chọn đơn vị khác", "Choose another unit"))), v.personTable(people, chosen)),
			h.Nav(h.Class("tree"), h.ID("units"), h.Aria("label", v.t("Cây đơn vị", "Units")), v.tree(units, "", chosen))),
		h.P(h.Class("actions"), h.A(h.Class("btn"), h.Href("/people/privacy"), v.text("Yêu cầu về dữ liệu cá nhân", "Requests about personal data"))),
	}}, nil
}

func (v *view) personSearch(text string) g.Node {
	return h.Form(h.Class("inline"), h.Method("get"), h.Action("/people"), h.Role("search"),
		field("q", v.t("Tìm người theo họ tên, mã hoặc thư điện tử", "Find people by name, code or e-mail"), h.Input(h.ID("q"), h.Name("q"), h.Type("search"), h.Value(text))),
		h.Button(h.Class("btn"), h.Type("submit"), v.text("Tìm", "Find")))
}

func (p *Portal) foundPeoplePage(v *view, text string) (page, error) {
	found, err := directory.FindPeople.Call(v.ctx(), p.d.RPC, directory.FindPeopleRequest{Text: text})
	if err != nil {
		return page{}, err
	}
	title := v.t("Tìm người", "Find people")
	columns := []column{{v.t("Họ và tên", "Name"), false}, {v.t("Mã", "Code"), false}, {v.t("Đơn vị", "Unit"), false}, {v.t("Chức vụ", "Post"), false}, {v.t("Thư điện tử", "E-mail"), false}}
	result := empty(v.t("Không tìm thấy ai. Thử ít chữ hơn; có thể viết không dấu.", "Nobody was found. Try fewer words; tone marks may be left out."))
	if len(found.Items) > 0 {
		result = h.Div(h.Class("scroll"), table(v.t("Kết quả tìm", "Found"), columns, g.Map(found.Items, func(p directory.Person) g.Node {
			unit := g.Node(g.Text("–"))
			if p.Unit != "" {
				unit = h.A(h.Href(query("/people", "unit", p.Unit)), g.Text(p.UnitName))
			}
			return row(columns, h.A(h.Href(query("/people/view", "person", p.ID)), g.Text(v.name(p.Name))), g.Text(p.Code), unit, g.Text(v.post(p.Post)), g.Text(p.Email))
		})))
	}
	return page{Title: title, Section: "/people", Body: []g.Node{
		v.crumbs(title, crumb{"/people", v.t("Nhân sự", "People")}), h.H1(g.Text(title)), v.personSearch(text), result,
		g.If(found.More, h.P(h.Class("hint"), v.text("Còn nhiều người khác. Hãy viết thêm chữ để thu hẹp.", "There are more. Write more to narrow it down."))),
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
