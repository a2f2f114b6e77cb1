package portal

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/rpc"
	"khuevan/services/catalog"
)

const programmesPath = "/programmes"

// programmeRoutes are the trainer's pages of programmes.
func (p *Portal) programmeRoutes(mux *http.ServeMux) {
	mux.Handle("GET "+programmesPath, p.page(p.programmesPage))
	mux.Handle("GET "+programmesPath+"/view", p.page(p.programmePage))
	mux.Handle("GET "+programmesPath+"/build", p.page(p.buildPage))
	mux.Handle("POST "+programmesPath+"/build", p.page(p.buildStepPage))
	mux.Handle("POST "+programmesPath+"/preview", p.page(p.programmePreviewPage))
	mux.Handle("POST "+programmesPath+"/publish", p.act(p.publishProgramme, p.refusedProgrammePage))
	mux.Handle("POST "+programmesPath+"/shipped", p.act(p.publishShippedProgramme, nil))
	mux.Handle("POST "+programmesPath+"/withdraw", p.act(p.withdrawProgramme, nil))
}

func programmePath(programme string, more ...string) string {
	return query(programmesPath+"/view", append([]string{"programme", programme}, more...)...)
}

func (v *view) programmesCrumb() crumb {
	return crumb{programmesPath, v.t("Chương trình học", "Programmes")}
}

// programmesPage shows a trainer the programmes in the offer and those that ship with the platform.
func (p *Portal) programmesPage(v *view) (page, error) {
	if err := v.trains(); err != nil {
		return page{}, err
	}
	published, err := catalog.ListProgrammes.Call(v.ctx(), p.d.RPC, catalog.ListProgrammesRequest{After: v.after})
	if err != nil {
		return page{}, err
	}
	packages, err := catalog.ListProgrammePackages.Call(v.ctx(), p.d.RPC, rpc.Empty{})
	if err != nil {
		return page{}, err
	}
	w, _, err := v.programmeWords()
	if err != nil {
		return page{}, err
	}
	packages = slices.DeleteFunc(packages, func(c catalog.ProgrammePackage) bool { return c.Published > 0 && !c.Changed })
	list := g.Node(empty(v.t("Chưa có chương trình nào.", "There is no programme yet."), h.P(v.text("Một chương trình ghép nhiều khóa học thành các phần bắt buộc và tự chọn.", "A programme puts courses together in parts, obligatory or by choice."))))
	if len(published) > 0 {
		list = h.Ul(h.Class("cards"), g.Map(published, w.programmeCard))
	}
	title := v.t("Chương trình học", "Programmes")
	return page{Title: title, Section: programmesPath, Body: []g.Node{
		h.H1(g.Text(title)),
		h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href(programmesPath+"/build"), v.text("Soạn chương trình mới", "Build a programme"))),
		h.Section(h.H2(v.text("Đang có trong danh mục", "In the offer")), list),
		g.If(len(packages) > 0, h.Section(h.H2(v.text("Chương trình kèm theo hệ thống", "Programmes that ship with the platform")), h.Ul(h.Class("cards"), g.Map(packages, w.shippedProgramme)))),
	}}, nil
}

// programmeWords names the courses of the offer, which it gives too.
func (v *view) programmeWords() (programmeWords, []catalog.CourseCard, error) {
	courses, err := catalog.ListCourses.Call(v.ctx(), v.p.d.RPC, catalog.ListCoursesRequest{})
	o := offer{courses: courses}
	return programmeWords{v, func(course string) string { return o.title(v, course) }}, courses, err
}

func (w programmeWords) programmeCard(c catalog.ProgrammeCard) g.Node {
	return h.Li(h.Article(h.Class("card"), h.H3(g.Text(w.words(c.Title))), w.gone(c.Withdrawn), g.If(c.Summary.Vi != "", h.P(g.Text(w.words(c.Summary)))),
		h.Dl(h.Class("facts"), fact(w.t("Phiên bản", "Version"), itoa(c.Version)), fact(w.t("Số phần", "Parts"), itoa(c.PartCount)),
			fact(w.t("Thời lượng", "Hours"), g.Text(w.hours(c.LeastHours, c.MostHours)))),
		h.P(h.Class("actions"), h.A(h.Class("btn"), h.Href(programmePath(c.Programme)), w.text("Xem chương trình", "View")))))
}

func (v *view) gone(withdrawn bool) g.Node {
	return g.If(withdrawn, badge("warn", v.t("Đã rút khỏi danh mục", "Withdrawn")))
}

func (w programmeWords) shippedProgramme(c catalog.ProgrammePackage) g.Node {
	button := h.Form(h.Method("post"), h.Action(programmesPath+"/shipped"), w.newOnce(), hidden("package", c.Name),
		h.Button(h.Class("btn-primary"), h.Type("submit"), w.text("Xuất bản chương trình", "Publish the programme")))
	if len(c.Missing) > 0 {
		button = h.P(w.text("Hãy xuất bản trước các khóa học: ", "First publish the courses: "), g.Text(w.titles(c.Missing)+". "), h.A(h.Href("/courses"), w.text("Mở danh mục khóa học", "Open the courses")))
	}
	return h.Li(h.Article(h.Class("card"), h.H3(g.Text(w.words(c.Title))), h.P(g.Text(w.words(c.Summary))),
		g.If(c.Published > 0, badge("info", w.t("Khác với phiên bản đang dùng ", "Differs from version ")+strconv.Itoa(c.Published))), button))
}

func (p *Portal) publishShippedProgramme(v *view) (string, uint64, error) {
	done, err := catalog.PublishProgramme.Call(v.ctx(), p.d.RPC, catalog.PublishProgrammeRequest{Package: v.r.PostFormValue("package")})
	return programmePath(done.Programme, "ok", "programme"), done.Seq, err
}

func (p *Portal) withdrawProgramme(v *view) (string, uint64, error) {
	done, err := catalog.WithdrawProgramme.Call(v.ctx(), p.d.RPC, catalog.WithdrawProgrammeRequest{Programme: v.r.PostFormValue("programme")})
	return query(programmesPath, "ok", "programme-withdrawn"), done.Seq, err
}

// programmePage shows a version of a programme, the latest where none is named.
func (p *Portal) programmePage(v *view) (page, error) {
	if err := v.trains(); err != nil {
		return page{}, err
	}
	asked := v.r.URL.Query()
	version, _ := strconv.Atoi(asked.Get("version")) // anything else means the latest
	found, err := catalog.GetProgramme.Call(v.ctx(), p.d.RPC, catalog.GetProgrammeRequest{Programme: asked.Get("programme"), Version: version, After: v.after})
	if err != nil {
		return page{}, err
	}
	w, courses, err := v.programmeWords()
	if err != nil {
		return page{}, err
	}
	title := v.words(found.Title)
	latest := found.Version == found.History[0].Version
	return page{Title: title, Section: programmesPath, Body: []g.Node{
		v.crumbs(title, v.programmesCrumb()), h.H1(g.Text(title)),
		g.If(found.Summary.Vi != "", h.P(h.Class("lead"), g.Text(v.words(found.Summary)))), g.If(found.Withdrawn, h.P(v.gone(true))),
		g.If(!latest, h.P(h.Class("notice"), g.Textf(v.t("Đây là phiên bản %d. ", "This is version %d. "), found.Version),
			h.A(h.Href(programmePath(found.Programme)), g.Textf(v.t("Mở phiên bản mới nhất (%d)", "Open the latest version (%d)"), found.History[0].Version)))),
		h.Dl(h.Class("facts"), fact(v.t("Phiên bản", "Version"), itoa(found.Version)), fact(v.t("Mã", "Code"), h.Code(g.Text(found.Programme))),
			fact(v.t("Tổng thời lượng", "Hours in total"), g.Text(w.hours(found.LeastHours, found.MostHours))),
			fact(v.t("Hiệu lực", "Validity"), g.Text(w.months(found.ValidityMonths))),
			fact(v.t("Giấy chứng nhận", "Certificate"), g.Text(w.certified(asPublished(found))))),
		g.If(latest, h.Div(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href(query(programmesPath+"/build", "programme", found.Programme)), v.text("Sửa, soạn phiên bản mới", "Edit as a new version")),
			g.If(!found.Withdrawn, h.Form(h.Method("post"), h.Action(programmesPath+"/withdraw"), v.newOnce(), hidden("programme", found.Programme),
				h.Button(h.Class("btn-quiet"), h.Type("submit"), g.Attr("data-confirm", v.t("Rút chương trình khỏi danh mục? Người đang học vẫn học tiếp.", "Withdraw the programme? People in it go on.")),
					v.text("Rút khỏi danh mục", "Withdraw")))))),
		h.Section(h.H2(v.text("Các phần", "Parts")), w.outline(found.Parts, courses)),
		g.If(len(found.Again) > 0, h.Section(h.H2(v.text("Lộ trình rút gọn, từ chu kỳ thứ hai", "The shorter path, from the second period on")), w.outline(found.Again, courses))),
		w.history(found),
	}}, nil
}

// outline shows parts as a learner would read them.
func (w programmeWords) outline(parts []events.ProgrammePart, courses []catalog.CourseCard) g.Node {
	return h.Ol(h.Class("plain"), g.Map(parts, func(p events.ProgrammePart) g.Node {
		return h.Li(h.Article(h.Class("card"), h.H3(g.Text(w.words(p.Title))), h.P(badge("info", w.rule(p))),
			h.Ul(g.Map(p.Courses, func(c events.ProgrammeCourse) g.Node { return w.courseLine(c, courses) }))))
	}))
}

func (w programmeWords) courseLine(c events.ProgrammeCourse, courses []catalog.CourseCard) g.Node {
	line := g.Group{h.A(h.Href("/learn/"+c.Course), g.Text(w.title(c.Course)))}
	if at := slices.IndexFunc(courses, func(x catalog.CourseCard) bool { return x.Course == c.Course }); at >= 0 {
		line = append(line, g.Text(" ("+strings.ReplaceAll(w.hours(courses[at].Hours, courses[at].Hours), " ", "\u00a0")+") "), w.gone(courses[at].Withdrawn))
	}
	if len(c.Equivalents) > 0 {
		line = append(line, h.P(h.Class("hint"), g.Text(w.t("Được tính thay: ", "Counts instead: ")+w.titles(c.Equivalents)+".")))
	}
	return h.Li(line)
}

func (w programmeWords) history(p catalog.Programme) g.Node {
	columns := []column{{w.t("Phiên bản", "Version"), false}, {w.t("Xuất bản lúc", "Published"), false}}
	title := w.t("Các phiên bản", "Versions")
	return h.Section(h.H2(g.Text(title)), tableUnder(title, columns, g.Map(p.History, func(x catalog.ProgrammeVersion) g.Node {
		label := strings.TrimSpace(w.t("Phiên bản ", "Version ") + strconv.Itoa(x.Version))
		if x.Version == p.Version {
			return row(columns, g.Group{g.Text(label + " "), badge("", w.t("đang xem", "shown"))}, w.moment(x.Published))
		}
		return row(columns, h.A(h.Href(programmePath(p.Programme, "version", strconv.Itoa(x.Version))), g.Text(label)), w.moment(x.Published))
	})))
}
