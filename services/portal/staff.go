package portal

import (
	"net/http"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/services/catalog"
	"khuevan/services/directory"
)

// staffRoutes are the pages of unit heads, trainers, analysts and administrators. The services decide who may see them.
func (p *Portal) staffRoutes(mux *http.ServeMux) {
	mux.Handle("GET /unit", p.page(p.unitPage))
	mux.Handle("GET /unit/excuse", p.page(func(v *view) (page, error) { return p.excusePage(v, nil) }))
	mux.Handle("POST /unit/excuse", p.act(p.excuse, p.excusePage))
	mux.Handle("POST /unit/excuse/withdraw", p.act(p.withdrawExcuse, nil))
	p.requestRoutes(mux)
	mux.Handle("GET /unit/stand-in", p.page(func(v *view) (page, error) { return p.standInPage(v, nil) }))
	mux.Handle("POST /unit/stand-in", p.act(p.giveStandIn, p.standInPage))
	mux.Handle("POST /unit/stand-in/end", p.act(p.endStandIn, nil))
	mux.Handle("GET /report", p.page(p.reportPage))
	mux.Handle("GET /report/competency.xlsx", p.edge.Handle(p.competency))
	mux.Handle("GET "+completionPath, p.page(p.completionPage))
	mux.Handle("GET "+completionFile, p.edge.Handle(p.completion))
	mux.Handle("GET /courses", p.page(p.coursesPage))
	mux.Handle("GET /frameworks", p.page(p.frameworksPage))
	mux.Handle("GET /courses/{course}/compare", p.page(p.comparePage))
	mux.Handle("POST /courses/publish", p.act(p.publish, nil))
	mux.Handle("POST /courses/withdraw", p.act(p.withdraw, nil))
	p.programmeRoutes(mux)
	p.quizStaffRoutes(mux)
	p.sessionRoutes(mux)
	mux.Handle("GET "+recallPath, p.page(p.recallPage))
	mux.Handle("GET /assignments", p.page(func(v *view) (page, error) { return p.assignmentsPage(v, nil) }))
	mux.Handle("POST /assignments", p.act(p.assign, p.assignmentsPage))
	mux.Handle("POST /assignments/end", p.act(p.endAssignment, nil))
	mux.Handle("GET /assignments/take-back", p.page(func(v *view) (page, error) { return p.takeBackPage(v, nil) }))
	mux.Handle("POST /assignments/take-back", p.act(p.takeBack, p.takeBackPage))
	p.campaignRoutes(mux)
	p.trialRoutes(mux)
	mux.Handle("GET /people", p.page(p.peoplePage))
	p.unitRoutes(mux)
	p.certificateRoutes(mux)
	p.orderRoutes(mux)
	mux.Handle("GET /import/template", p.edge.Handle(p.importTemplate))
	mux.Handle("GET /import", p.page(func(v *view) (page, error) { return p.importPage(v, nil) }))
	mux.Handle("POST /import/preview", p.upload(p.previewPage))
	mux.Handle("POST /import/confirm", p.confirm())
	mux.Handle("GET /import/runs", p.page(p.importsPage))
	mux.Handle("GET /import/runs/{import}", p.page(func(v *view) (page, error) { return p.importRunPage(v, nil) }))
	mux.Handle("POST /import/runs/{import}/undo", p.act(p.undoImport, p.importRunPage))
	mux.Handle("GET /import/queue", p.page(func(v *view) (page, error) { return p.doubtsPage(v, nil) }))
	mux.Handle("POST /import/queue", p.act(p.decideIdentity, p.doubtsPage))
	mux.Handle("GET /system", p.page(p.systemPage))
	mux.Handle("GET /system/denials", p.page(p.denialsPage))
	p.webhookRoutes(mux)
	mux.Handle("GET /system/letters", p.page(func(v *view) (page, error) { return p.lettersPage(v, nil) }))
	mux.Handle("POST /system/letters", p.act(p.decideLetter, p.lettersPage))
	mux.Handle("GET /system/access", p.page(p.accessPage))
	mux.Handle("POST /system/replay", p.act(p.replay, nil))
	mux.Handle("POST /system/recount", p.page(p.recountPage))
}

// offer is what forms of trainers choose from.
type offer struct {
	courses []catalog.CourseCard
	units   []directory.Unit
}

func (v *view) offer() (o offer, err error) {
	if o.courses, err = catalog.ListCourses.Call(v.ctx(), v.p.d.RPC, catalog.ListCoursesRequest{After: v.after}); err != nil {
		return o, err
	}
	o.units, err = directory.ListUnits.Call(v.ctx(), v.p.d.RPC, directory.ListUnitsRequest{})
	return o, err
}

// title names a course of the offer.
func (o offer) title(v *view, course string) string {
	for _, c := range o.courses {
		if c.Course == course {
			return v.words(c.Title)
		}
	}
	return course
}

// unit names a unit, with the unit above it where the name alone would not tell.
func (o offer) unit(id string) string {
	for _, u := range o.units {
		if u.ID == id {
			return u.Name
		}
	}
	return id
}

// courseField chooses a published course; empty allows none.
func (v *view) courseField(o offer, chosen string, none bool) g.Node {
	return field("course", v.t("Khóa học", "Course"), h.Select(h.ID("course"), h.Name("course"), g.If(!none, h.Required()),
		g.If(none, h.Option(h.Value(""), v.text("Tất cả khóa học", "All courses"))),
		g.Map(o.courses, func(c catalog.CourseCard) g.Node {
			if c.Withdrawn && !none {
				return nil
			}
			return h.Option(h.Value(c.Course), g.If(c.Course == chosen, h.Selected()), g.Text(v.words(c.Title)))
		})))
}

// unitField chooses a unit from the tree; deeper units are indented.
func (v *view) unitField(o offer, chosen string) g.Node {
	depth := map[string]int{}
	return field("unit", v.t("Đơn vị (gồm cả các đơn vị trực thuộc)", "Unit (with all units below it)"), h.Select(h.ID("unit"), h.Name("unit"), h.Required(),
		g.Map(o.units, func(u directory.Unit) g.Node {
			if u.Parent != "" {
				depth[u.ID] = depth[u.Parent] + 1
			}
			return h.Option(h.Value(u.ID), g.If(u.ID == chosen, h.Selected()), g.Text(indent(depth[u.ID])+u.Name))
		})))
}

func indent(depth int) string {
	out := ""
	for range depth {
		out += "    "
	}
	return out
}

// field is a labelled control; hints come after it.
func field(id, label string, control g.Node, hints ...g.Node) g.Node {
	return h.Div(h.Class("field"), h.Label(h.For(id), g.Text(label)), control, g.Group(hints))
}

// hint explains a field.
func hint(text string) g.Node { return h.P(h.Class("hint"), g.Text(text)) }

// column is a head of a table; numbers stand right.
type column struct {
	title string
	num   bool
}

// table is a table whose rows become cards on a narrow screen. The first cell of a row names it.
func table(caption string, columns []column, rows []g.Node) g.Node {
	return captioned(h.Caption(g.Text(caption)), columns, rows)
}

// tableUnder is a table right under the heading that says what it is: for the eye, once is enough.
func tableUnder(heading string, columns []column, rows []g.Node) g.Node {
	return captioned(h.Caption(h.Class("visually-hidden"), g.Text(heading)), columns, rows)
}

func captioned(caption g.Node, columns []column, rows []g.Node) g.Node {
	return h.Table(h.Class("table"), caption,
		h.THead(h.Tr(g.Map(columns, func(c column) g.Node {
			return h.Th(h.Scope("col"), g.If(c.num, h.Class("num")), g.Text(c.title))
		}))),
		h.TBody(rows...))
}

// row fills a table row; cells match the columns.
func row(columns []column, cells ...g.Node) g.Node {
	var all []g.Node
	for i, c := range cells {
		attrs := []g.Node{g.Attr("data-label", columns[i].title), g.If(columns[i].num, h.Class("num"))}
		if i == 0 {
			all = append(all, h.Th(append(attrs, h.Scope("row"), c)...))
			continue
		}
		all = append(all, h.Td(append(attrs, c)...))
	}
	return h.Tr(all...)
}
