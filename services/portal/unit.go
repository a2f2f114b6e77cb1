package portal

import (
	"slices"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/rpc"
	"khuevan/services/reporting"
)

// unitPage shows a head the numbers and people of the unit; the numbers change by themselves while it is open.
func (p *Portal) unitPage(v *view) (page, error) {
	q := v.r.URL.Query()
	unit, course := q.Get("unit"), q.Get("course")
	rollup, err := reporting.GetRollup.Call(v.ctx(), p.d.RPC, reporting.RollupRequest{Unit: unit, Course: course, After: v.after})
	if err != nil {
		return page{}, err
	}
	live, err := v.livePart(rollup, course, q.Get("state"), q.Get("after"))
	if err != nil {
		return page{}, err
	}
	if q.Get("part") != "" {
		return page{Bare: true, Body: []g.Node{live}}, nil
	}
	o, err := v.offer()
	if err != nil {
		return page{}, err
	}
	return page{Title: rollup.Unit.Name, Section: "/unit", Body: []g.Node{
		v.unitCrumbs(rollup, course),
		h.H1(g.Text(rollup.Unit.Name)),
		h.P(h.Class("actions"),
			g.If(v.has(events.RoleHead) || v.has(events.RoleTrainer), h.A(h.Class("btn"), h.Href(query("/unit/hours", "unit", rollup.Unit.Unit)), v.text("Giờ học của đơn vị", "Hours of the unit"))),
			g.If(v.lends() != "" && v.has(events.RoleHead), h.A(h.Class("btn"), h.Href("/unit/stand-in"), v.text("Giao người thay", "Stand-in"))),
			g.If(v.has(events.RoleHead) || v.has(events.RoleAnalyst), h.A(h.Class("btn"), h.Href(query(completionPath, "unit", unit)), v.text("Xuất kết quả hoàn thành", "Completion export")))),
		h.Form(h.Class("inline"), h.Method("get"), h.Action("/unit"),
			h.Input(h.Type("hidden"), h.Name("unit"), h.Value(unit)),
			v.courseField(o, course, true), g.If(v.seesPeople(), v.stateField(q.Get("state"))),
			h.Button(h.Class("btn"), h.Type("submit"), v.text("Xem", "Show"))),
		h.Div(g.Attr("hx-ext", "sse"), g.Attr("sse-connect", "/live?of=reporting"), live),
		h.P(h.Class("hint"), v.text("Số liệu tự cập nhật khi có thay đổi, không cần tải lại trang.", "The numbers change by themselves; there is no need to reload.")),
	}}, nil
}

// livePart is the part of the page that is fetched again when something has changed.
func (v *view) livePart(r reporting.Rollup, course, state, after string) (g.Node, error) {
	people := g.Node(nil)
	if v.seesPeople() {
		rows, err := reporting.ListRows.Call(v.ctx(), v.p.d.RPC, reporting.ListRowsRequest{Unit: r.Unit.Unit, Course: course, State: state, After: after, Limit: 100})
		if err != nil {
			return nil, err
		}
		people = v.rowTable(rows, r.Unit.Unit, course, state)
	}
	again := query("/unit", "unit", r.Unit.Unit, "course", course, "state", state, "after", after, "part", "1")
	return h.Div(h.ID("numbers"), h.Aria("live", "polite"), g.Attr("hx-get", again), g.Attr("hx-trigger", "sse:changed"), g.Attr("hx-swap", "outerHTML"),
		v.lineStats(r.Unit), v.below(r, course), people), nil
}

// unitCrumbs lead up the tree, as links where the reader may look.
func (v *view) unitCrumbs(r reporting.Rollup, course string) g.Node {
	own, all := rpc.Identity{Grants: v.who.Grants}.Units(events.RoleHead)
	may := all || v.has(events.RoleAnalyst) || v.has(events.RoleAdmin) || v.has(events.RoleTrainer)
	var above []crumb
	for _, u := range r.Path {
		may = may || slices.Contains(own, u.Unit)
		if u.Unit == r.Unit.Unit {
			continue
		}
		c := crumb{title: u.Name}
		if may {
			c.path = query("/unit", "unit", u.Unit, "course", course)
		}
		above = append(above, c)
	}
	return v.crumbs(r.Unit.Name, above...)
}

// seesPeople reports whether the reader may see who stands behind the numbers; trainers see numbers only.
func (v *view) seesPeople() bool {
	return v.has(events.RoleHead) || v.has(events.RoleAnalyst) || v.has(events.RoleAdmin)
}

// lineStats shows the numbers of a unit as tiles.
func (v *view) lineStats(l reporting.Line) g.Node {
	stat := func(name string, n int, of int) g.Node {
		return h.Div(h.Class("stat"), h.Dt(g.Text(name)), h.Dd(g.Text(strconv.Itoa(n)),
			g.If(of > 0, h.Small(g.Text(" "+v.share(n, of))))))
	}
	owing := l.Assigned - l.Excused
	return g.Group{h.Dl(h.Class("stats"),
		stat(v.t("Cán bộ", "People"), l.People, 0), stat(v.t("Được giao", "Assigned"), l.Assigned, 0), g.If(l.Excused > 0, stat(v.t("Được miễn", "Excused"), l.Excused, 0)),
		stat(v.t("Đã bắt đầu", "Started"), l.Started, owing), stat(v.t("Đạt bài kiểm tra", "Passed"), l.Passed, owing),
		stat(v.t("Hoàn thành", "Completed"), l.Completed, owing), stat(v.t("Có chứng nhận", "Certified"), l.Certified, owing)),
		g.If(l.Excused > 0, h.P(h.Class("hint"), g.Text(v.t("Tỷ lệ tính trên "+strconv.Itoa(owing)+" lượt phải học: "+strconv.Itoa(l.Assigned)+" lượt được giao trừ "+strconv.Itoa(l.Excused)+" lượt được miễn.",
			"Rates are of "+strconv.Itoa(owing)+" that are owed: "+strconv.Itoa(l.Assigned)+" assigned less "+strconv.Itoa(l.Excused)+" excused."))))}
}

// share writes n of all as a percentage with one decimal.
func (v *view) share(n, all int) string {
	if all == 0 {
		return "–"
	}
	return v.number(100*float64(n)/float64(all), 1) + "%"
}

func (v *view) lineColumns(first string) []column {
	return []column{{first, false}, {v.t("Cán bộ", "People"), true}, {v.t("Được giao", "Assigned"), true}, {v.t("Đã bắt đầu", "Started"), true},
		{v.t("Đạt", "Passed"), true}, {v.t("Hoàn thành", "Completed"), true}, {v.t("Tỷ lệ hoàn thành", "Completion"), true}}
}

func (v *view) lineRow(columns []column, l reporting.Line, name g.Node) g.Node {
	n := func(i int) g.Node { return g.Text(strconv.Itoa(i)) }
	return row(columns, name, n(l.People), n(l.Assigned), n(l.Started), n(l.Passed), n(l.Completed), g.Text(v.share(l.Completed, l.Assigned-l.Excused)))
}

// below compares the units right below.
func (v *view) below(r reporting.Rollup, course string) g.Node {
	if len(r.Below) == 0 {
		return nil
	}
	columns := v.lineColumns(v.t("Đơn vị", "Unit"))
	return h.Section(h.H2(v.text("Các đơn vị trực thuộc", "Units below")),
		table(v.t("Kết quả theo đơn vị trực thuộc, gồm cả các cấp dưới", "Results by unit, with all units below each"), columns, g.Map(r.Below, func(l reporting.Line) g.Node {
			return v.lineRow(columns, l, h.A(h.Href(query("/unit", "unit", l.Unit, "course", course)), g.Text(l.Name)))
		})))
}

func (v *view) stateField(chosen string) g.Node {
	return field("state", v.t("Trạng thái", "State"), h.Select(h.ID("state"), h.Name("state"),
		h.Option(h.Value(""), v.text("Tất cả", "All")),
		g.Map([]string{"assigned", "started", "passed", "completed", "excused"}, func(s string) g.Node {
			_, text := v.state(s)
			return h.Option(h.Value(s), g.If(s == chosen, h.Selected()), g.Text(text))
		})))
}

// state names the state of a person in a course, and the kind of its badge.
func (v *view) state(state string) (kind, text string) {
	switch state {
	case "assigned":
		return "warn", v.t("Chưa bắt đầu", "Not started")
	case "started":
		return "info", v.t("Đang học", "Started")
	case "passed":
		return "info", v.t("Đạt bài kiểm tra", "Quiz passed")
	case "completed":
		return "ok", v.t("Hoàn thành", "Completed")
	case "excused":
		return "", v.t("Được miễn", "Excused")
	default:
		return "", state
	}
}

// rowTable lists the people behind the numbers.
func (v *view) rowTable(rows reporting.RowPage, unit, course, state string) g.Node {
	if len(rows.Items) == 0 {
		return h.Section(h.H2(v.text("Danh sách cán bộ", "People")),
			empty(v.t("Chưa có ai trong danh sách này. Khi khóa học được giao cho đơn vị, từng cán bộ sẽ hiện ở đây.", "Nobody is in this list yet. Once a course is assigned to the unit, its people appear here.")))
	}
	columns := []column{{v.t("Họ và tên", "Name"), false}, {v.t("Đơn vị", "Unit"), false}, {v.t("Trạng thái", "State"), false},
		{v.t("Hạn", "Due"), false}, {v.t("Điểm", "Mark"), true}, {v.t("Hoàn thành", "Completed"), false}}
	excuses := v.has(events.RoleHead) || v.has(events.RoleTrainer)
	if excuses {
		columns = append(columns, column{v.t("Thao tác", "Do"), false})
	}
	more := query("/unit", "unit", unit, "course", course, "state", state, "after", rows.Next)
	return h.Section(h.H2(v.text("Danh sách cán bộ", "People")),
		table(v.t("Kết quả của từng cán bộ", "Results by person"), columns, g.Map(rows.Items, func(r reporting.Row) g.Node {
			kind, text := v.state(r.State)
			mark := "–"
			if r.Mark > 0 {
				mark = v.number(r.Mark, 2)
			}
			cells := []g.Node{g.Text(v.name(r.Name)), g.Text(r.UnitName), badge(kind, text), v.day(r.Due), g.Text(mark), v.day(r.Completed)}
			if excuses {
				cells = append(cells, v.excuseLink(r))
			}
			return row(columns, cells...)
		})),
		g.If(rows.Next != "", h.P(h.Class("pager"), h.A(h.Class("btn"), h.Href(more), v.text("Trang sau", "Next page")))))
}

// name shows a person's name, which may have been erased.
func (v *view) name(name string) string {
	if name == "" {
		return v.t("(đã xóa dữ liệu)", "(data erased)")
	}
	return name
}
