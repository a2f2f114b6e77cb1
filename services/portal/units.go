package portal

import (
	"net/http"
	"strconv"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/clock"
	"khuevan/platform/rpc"
	"khuevan/services/directory"
)

// unitRoutes are the pages of the organisation over time.
func (p *Portal) unitRoutes(mux *http.ServeMux) {
	mux.Handle("GET /units", p.page(p.unitsPage))
	mux.Handle("GET /units/view", p.page(func(v *view) (page, error) { return p.unitHistoryPage(v, v.r.URL.Query().Get("unit"), nil) }))
	mux.Handle("POST /units/preview", p.page(p.stepPreviewPage))
	mux.Handle("POST /units/reorganise", p.act(p.reorganise, nil))
	mux.Handle("POST /units/withdraw", p.act(p.withdrawStep, nil))
	mux.Handle("POST /units/merger", p.act(p.playMerger, nil))
	mux.Handle("GET /units/suggest", p.page(p.suggestUnits))
	mux.Handle("GET /units/to-place", p.page(p.toPlacePage))
	mux.Handle("GET /people/view", p.page(func(v *view) (page, error) { return p.personPage(v, nil) }))
	mux.Handle("POST /people/code", p.act(p.correctCode, p.personPage))
	mux.Handle("POST /people/change", p.act(p.changeCareer, p.personPage))
}

// at is the day that a page of the organisation shows.
type at struct {
	on    string // date
	month int    // months since the year 0, what the slider says
	given bool   // by the slider
}

func monthOf(day string) int {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0
	}
	return t.Year()*12 + int(t.Month()) - 1
}

// at reads the day. The slider says a month, of which it means the first day; it counts where it has been moved and the
// field of the day has not.
func (v *view) at() at {
	q := v.r.URL.Query()
	a := at{on: q.Get("on")}
	if month, err := strconv.Atoi(q.Get("month")); err == nil && (a.on == "" || a.on == q.Get("was") && month != monthOf(a.on)) && month > 0 && month < 12*9999 {
		a.on, a.given = time.Date(month/12, time.Month(month%12+1), 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), true
	}
	if a.on == "" {
		a.on = clock.Local(v.p.d.Clock.Now()).Format(time.DateOnly)
	}
	a.month = monthOf(a.on)
	return a
}

// recorded writes when something was recorded, which services say as RFC 3339.
func (v *view) recorded(at string) g.Node {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return g.Text(at)
	}
	return v.moment(t)
}

// date writes a day as people do.
func (v *view) date(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("02/01/2006")
}

// unitsPage shows an administrator the units of a day, level by level.
func (p *Portal) unitsPage(v *view) (page, error) {
	q := v.r.URL.Query()
	day := v.at()
	moment := directory.Moment{On: day.on, After: v.after}
	below, err := directory.ListBelow.Call(v.ctx(), p.d.RPC, directory.BelowRequest{Moment: moment, Unit: q.Get("unit")})
	if err != nil {
		return page{}, err
	}
	changed, err := directory.ListChanges.Call(v.ctx(), p.d.RPC, directory.ChangesRequest{From: day.on, To: day.on})
	if err != nil {
		return page{}, err
	}
	structure := v.structurePart(day, below, changed)
	if q.Get("part") != "" {
		return page{Bare: true, Address: query("/units", "on", day.on, "unit", q.Get("unit")), Body: []g.Node{structure, g.If(day.given, v.dayInput(day, true))}}, nil
	}
	found, err := v.foundUnits(moment, q.Get("q"))
	if err != nil {
		return page{}, err
	}
	merger, err := v.mergerForm()
	if err != nil {
		return page{}, err
	}
	return page{Title: v.t("Cơ cấu tổ chức", "Organisation"), Section: "/units", Body: []g.Node{
		h.H1(v.text("Cơ cấu tổ chức", "Organisation")),
		h.P(h.Class("actions"), h.A(h.Class("btn"), h.Href("/units/to-place"), v.text("Cán bộ chờ bố trí", "People to be placed")),
			h.A(h.Class("btn"), h.Href("/people"), v.text("Danh sách nhân sự", "People"))),
		h.Form(h.Class("inline"), h.Method("get"), h.Action("/units"), h.Role("search"),
			h.Input(h.Type("hidden"), h.Name("on"), h.Value(day.on)),
			field("q", v.t("Tìm đơn vị theo tên hoặc mã, kể cả tên cũ", "Find a unit by name or code, former names too"), h.Input(h.ID("q"), h.Name("q"), h.Type("search"), h.Value(q.Get("q")))),
			h.Button(h.Class("btn"), h.Type("submit"), v.text("Tìm", "Find"))),
		found,
		v.slider(day, changed.Days, q.Get("unit")),
		structure,
		merger,
	}}, nil
}

// slider is the form that chooses the day. It works without scripts; with them it redraws the structure as it moves.
func (v *view) slider(day at, days []directory.Day, unit string) g.Node {
	from, to := day.month, monthOf(clock.Local(v.p.d.Clock.Now()).Format(time.DateOnly))+12
	var marks []g.Node
	last := 0
	for _, d := range days {
		month := monthOf(d.On)
		from, to = min(from, month), max(to, month)
		if month != last {
			marks = append(marks, h.Option(h.Value(strconv.Itoa(month)), g.Attr("label", v.date(d.On))))
		}
		last = month
	}
	again := func(name string) g.Node {
		return g.Group{g.Attr("hx-get", query("/units", "part", "1", "unit", unit)), g.Attr("hx-target", "#structure"), g.Attr("hx-swap", "outerHTML"),
			g.Attr("hx-params", name), g.Attr("hx-sync", "#structure:replace")}
	}
	return h.Form(h.Class("card"), h.Method("get"), h.Action("/units"),
		h.Input(h.Type("hidden"), h.Name("unit"), h.Value(unit)), h.Input(h.Type("hidden"), h.Name("was"), h.Value(day.on)),
		field("month", v.t("Dòng thời gian theo tháng; vạch là tháng có thay đổi", "Time by month; the marks are months with changes"),
			h.Input(h.ID("month"), h.Name("month"), h.Type("range"), h.Min(strconv.Itoa(from)), h.Max(strconv.Itoa(to)), h.Value(strconv.Itoa(day.month)),
				g.Attr("list", "months"), again("month"), g.Attr("hx-trigger", "input delay:60ms"))),
		h.DataList(h.ID("months"), g.Group(marks)),
		h.Div(h.Class("field"), h.Label(h.For("on"), v.text("Ngày", "Day")), v.dayInput(day, false)),
		h.Button(h.Class("btn"), h.Type("submit"), v.text("Xem ngày này", "Show this day")),
		v.changeDays(days, unit))
}

func (v *view) dayInput(day at, again bool) g.Node {
	return h.Input(h.ID("on"), h.Name("on"), h.Type("date"), h.Value(day.on), g.If(again, g.Attr("hx-swap-oob", "true")))
}

// changeDays leads to the latest days on which something changed.
func (v *view) changeDays(days []directory.Day, unit string) g.Node {
	const most = 8
	days = days[max(0, len(days)-most):]
	if len(days) == 0 {
		return nil
	}
	return h.P(h.Class("hint"), v.text("Các ngày có thay đổi: ", "Days with changes: "), g.Map(days, func(d directory.Day) g.Node {
		return g.Group{h.A(h.Href(query("/units", "on", d.On, "unit", unit)), g.Text(v.date(d.On))), g.Text(" (" + strconv.Itoa(d.Facts) + ") ")}
	}))
}

// structurePart is what changes with the day: the tree as far as it is open, and what changed.
func (v *view) structurePart(day at, below directory.Below, changed directory.Changed) g.Node {
	return h.Section(h.ID("structure"), h.Aria("live", "polite"),
		h.H2(g.Text(v.t("Ngày "+v.date(day.on)+": "+strconv.Itoa(below.All)+" đơn vị", "On "+v.date(day.on)+": "+counted(below.All, "unit")))),
		h.Div(h.Class("split split-left"),
			h.Div(h.H3(v.text("Thay đổi trong ngày", "What changed on this day")), v.changeList(changed)),
			h.Nav(h.Class("tree"), h.Aria("label", v.t("Cây đơn vị", "Units")),
				g.If(len(below.Path) > 0, h.P(h.A(h.Href(query("/units", "on", day.on)), v.text("◂ Tất cả đơn vị cấp cao nhất", "◂ All units of the top level")))), v.levels(day, below.Path, below))))
}

// levels nests the units above the open one, and lists those right below it.
func (v *view) levels(day at, path []directory.Node, below directory.Below) g.Node {
	if len(path) > 0 {
		u := path[0]
		return h.Ul(h.Li(v.nodeLink(day, u, len(path) == 1), v.levels(day, path[1:], below)))
	}
	if len(below.Units) == 0 {
		return g.If(below.All == 0, h.P(v.text("Ngày này chưa có đơn vị nào.", "There were no units on this day.")))
	}
	return h.Ul(g.Map(below.Units, func(u directory.Node) g.Node { return h.Li(v.nodeLink(day, u, false)) }))
}

func (v *view) nodeLink(day at, u directory.Node, open bool) g.Node {
	path := query("/units/view", "unit", u.ID, "on", day.on)
	if !open && !u.Leaf {
		path = query("/units", "unit", u.ID, "on", day.on)
	}
	number := g.Node(nil)
	if u.People > 0 {
		number = h.Small(g.Text("(" + strconv.Itoa(u.People) + ")"))
	}
	name := u.Name
	if !u.Leaf && !open {
		name = "▸ " + name
	}
	return h.A(h.Href(path), g.If(open, h.Aria("current", "true")), g.Text(name+" "), number)
}

func (v *view) changeList(changed directory.Changed) g.Node {
	if changed.Count == 0 {
		return h.P(v.text("Không có thay đổi.", "Nothing."))
	}
	line := func(f directory.UnitFact) g.Node {
		return h.Li(h.A(h.Href(query("/units/view", "unit", f.Unit, "on", f.On)), g.Text(f.Name)), h.Small(g.Text(" "+f.Code)), g.Text(": "+v.t(f.Vi, f.En)))
	}
	kinds := []string{}
	byKind := map[string][]directory.UnitFact{}
	for _, f := range changed.Facts {
		if byKind[f.What] == nil {
			kinds = append(kinds, f.What)
		}
		byKind[f.What] = append(byKind[f.What], f)
	}
	const fewFacts = 12
	list := h.Ul(g.Map(changed.Facts, line))
	if len(changed.Facts) > fewFacts {
		list = g.Group(g.Map(kinds, func(kind string) g.Node {
			return h.Details(h.Summary(g.Text(v.changeKind(kind)+" ("+strconv.Itoa(len(byKind[kind]))+")")), h.Ul(g.Map(byKind[kind], line)))
		}))
	}
	return g.Group{
		list,
		g.If(changed.Count > len(changed.Facts), h.P(h.Class("hint"), g.Text(v.t("Còn "+strconv.Itoa(changed.Count-len(changed.Facts))+" thay đổi khác.", strconv.Itoa(changed.Count-len(changed.Facts))+" more.")))),
	}
}

// changeKind names the facts of a kind.
func (v *view) changeKind(what string) string {
	switch what {
	case "established":
		return v.t("Đơn vị được thành lập", "Established")
	case "renamed":
		return v.t("Đơn vị đổi tên, mã hoặc loại", "Renamed")
	case "moved":
		return v.t("Đơn vị chuyển cấp trên", "Moved")
	default:
		return v.t("Đơn vị ", "Units ") + v.ended(what)
	}
}

func (v *view) foundUnits(moment directory.Moment, text string) (g.Node, error) {
	if text == "" {
		return nil, nil
	}
	found, err := directory.FindUnits.Call(v.ctx(), v.p.d.RPC, directory.FindUnitsRequest{Moment: moment, Text: text})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return empty(v.t("Không tìm thấy đơn vị nào.", "No unit was found.")), nil
	}
	return h.Section(h.H2(v.text("Kết quả tìm", "Found")), h.Ul(g.Map(found, func(f directory.FoundUnit) g.Node {
		return h.Li(h.A(h.Href(query("/units/view", "unit", f.ID, "on", moment.On)), g.Text(f.Name)), g.Text(" "+f.Code+" "),
			g.If(f.Former, badge("warn", v.t("đơn vị cũ", "former"))), v.whereabouts(f))
	}))), nil
}

// whereabouts tells units of the same name apart.
func (v *view) whereabouts(f directory.FoundUnit) g.Node {
	var parts []g.Node
	for _, name := range f.Path {
		parts = append(parts, g.Text(" · "+name))
	}
	for _, to := range f.Became {
		parts = append(parts, g.Text(" → "+to.Name))
	}
	for i, name := range f.Came {
		if i == 0 {
			parts = append(parts, v.text(" · hợp thành từ: ", " · came of: "), g.Text(name))
			continue
		}
		parts = append(parts, g.Text(", "+name))
	}
	return h.Small(parts...)
}

// mergerForm offers the shipped merger in the demo.
func (v *view) mergerForm() (g.Node, error) {
	if !v.p.d.Demo {
		return nil, nil
	}
	played, err := directory.FindUnits.Call(v.ctx(), v.p.d.RPC, directory.FindUnitsRequest{Moment: directory.Moment{After: v.after}, Text: directory.MergedProvince})
	if err != nil {
		return nil, err
	}
	if len(played) > 0 && played[0].Code == directory.MergedProvince {
		return h.P(h.Class("hint"), v.text("Kịch bản sáp nhập đã chạy: ", "The merger has been played: "), h.A(h.Href("/units?on=2025-07-01"), v.text("xem ngày 01/07/2025", "see 1 July 2025"))), nil
	}
	return h.Form(h.Class("card"), h.Method("post"), h.Action("/units/merger"), v.newOnce(),
		h.H2(v.text("Kịch bản sáp nhập (giả định)", "A merger to play (fictitious)")),
		h.P(v.text("Ba tỉnh giả định thành một từ ngày 01/07/2025: bỏ cấp huyện, 60 xã còn 20, các sở hợp nhất.",
			"Three fictitious provinces become one on 1 July 2025: the districts are abolished, 60 communes become 20, the departments are merged.")),
		h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Chạy kịch bản", "Play it"))), nil
}

func (p *Portal) playMerger(v *view) (string, uint64, error) {
	done, err := directory.PlayMerger.Call(v.ctx(), p.d.RPC, rpc.Empty{})
	return "/units?on=2025-07-01&ok=merger", done.Seq, err
}

func (p *Portal) toPlacePage(v *view) (page, error) {
	people, err := directory.ListToPlace.Call(v.ctx(), p.d.RPC, directory.Moment{After: v.after})
	if err != nil {
		return page{}, err
	}
	return page{Title: v.t("Cán bộ chờ bố trí", "People to be placed"), Section: "/units", Body: []g.Node{
		v.crumbs(v.t("Chờ bố trí", "To be placed"), crumb{"/units", v.t("Cơ cấu tổ chức", "Organisation")}),
		h.H1(v.text("Cán bộ chờ bố trí", "People to be placed")),
		h.P(h.Class("lead"), v.text("Những người này thuộc đơn vị đã chia tách hoặc giải thể và chưa có đơn vị mới.", "These people belong to a unit that was split or dissolved, and have no new one yet.")),
		v.placedTable(people, v.t("Không có ai chờ bố trí.", "Nobody is to be placed.")),
	}}, nil
}
