package portal

import (
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/services/catalog"
	"khuevan/services/enrolment"
	"khuevan/services/quiz"
)

// coursesPage shows a trainer what is in the offer and what ships with the platform.
func (p *Portal) coursesPage(v *view) (page, error) {
	published, err := catalog.ListCourses.Call(v.ctx(), p.d.RPC, catalog.ListCoursesRequest{After: v.after})
	if err != nil {
		return page{}, err
	}
	packages, err := catalog.ListPackages.Call(v.ctx(), p.d.RPC, rpc.Empty{})
	if err != nil {
		return page{}, err
	}
	waiting := map[string]enrolment.MovePreview{}
	for _, c := range packages {
		if c.Published > 0 && c.Changed {
			if waiting[c.Name], err = enrolment.PreviewMove.Call(v.ctx(), p.d.RPC, enrolment.PreviewMoveRequest{Course: c.Name}); err != nil {
				return page{}, err
			}
		}
	}
	return page{Title: v.t("Khóa học", "Courses"), Section: "/courses", Body: []g.Node{
		h.H1(v.text("Khóa học", "Courses")),
		h.P(h.Class("actions"), h.A(h.Class("btn"), h.Href("/frameworks"), v.text("Khung năng lực", "Competency frameworks")),
			h.A(h.Class("btn"), h.Href("/issue"), v.text("Cấp giấy chứng nhận theo đợt", "Certificates in batches")),
			h.A(h.Class("btn"), h.Href("/unit/hours"), v.text("Giờ học của các đơn vị", "Hours of the units"))),
		h.Section(h.H2(v.text("Đang có trong danh mục", "In the offer")), v.publishedList(published)),
		h.Section(h.H2(v.text("Khóa học kèm theo hệ thống", "Courses that ship with the platform")),
			h.Ul(h.Class("cards"), g.Map(packages, func(c catalog.Package) g.Node { return v.packageCard(c, waiting[c.Name]) }))),
	}}, nil
}

func (v *view) publishedList(all []catalog.CourseCard) g.Node {
	if len(all) == 0 {
		return empty(v.t("Chưa có khóa học nào. Hãy xuất bản một khóa học kèm theo hệ thống ở dưới.", "There is no course yet. Publish one of those below."))
	}
	return h.Ul(h.Class("cards"), g.Map(all, func(c catalog.CourseCard) g.Node {
		return h.Li(h.Article(h.Class("card"),
			h.H3(g.Text(v.words(c.Title))),
			g.If(c.Withdrawn, badge("warn", v.t("Đã rút khỏi danh mục", "Withdrawn"))),
			h.P(g.Text(v.words(c.Summary))),
			h.Dl(h.Class("facts"), fact(v.t("Phiên bản", "Version"), g.Text(strconv.Itoa(c.Version))),
				fact(v.t("Thời lượng", "Hours"), g.Text(strconv.Itoa(c.Hours)+v.t(" tiết", " periods of 45 minutes"))),
				fact(v.t("Bài học", "Lessons"), g.Text(strconv.Itoa(c.Lessons)))),
			h.P(h.Class("actions"),
				h.A(h.Class("btn"), h.Href("/learn/"+c.Course), v.text("Xem khóa học", "View")),
				h.A(h.Class("btn"), h.Href("/courses/"+c.Course+"/items"), v.text("Ngân hàng câu hỏi", "Question bank")),
				h.A(h.Class("btn"), h.Href("/courses/"+c.Course+"/sessions"), v.text("Buổi học", "Sessions")),
				g.If(c.Version > 1, h.A(h.Class("btn"), h.Href("/courses/"+c.Course+"/compare"), v.text("So sánh phiên bản", "Compare versions"))),
				g.If(!c.Withdrawn, h.A(h.Class("btn-primary"), h.Href(query("/assignments", "course", c.Course)), v.text("Giao học", "Assign")))),
			g.If(!c.Withdrawn, h.Form(h.Method("post"), h.Action("/courses/withdraw"), v.newOnce(), h.Input(h.Type("hidden"), h.Name("course"), h.Value(c.Course)),
				h.Button(h.Class("btn-quiet"), h.Type("submit"), g.Attr("data-confirm", v.t("Rút khóa học khỏi danh mục? Người đang học vẫn học tiếp.", "Withdraw the course? People in it go on.")),
					v.text("Rút khỏi danh mục", "Withdraw")))),
		))
	}))
}

func (v *view) packageCard(c catalog.Package, in enrolment.MovePreview) g.Node {
	label := v.t("Xuất bản", "Publish")
	if c.Published > 0 {
		label = v.t("Xuất bản phiên bản mới", "Publish the new version")
	}
	return h.Li(h.Article(h.Class("card"),
		h.H3(g.Text(v.words(c.Title))),
		h.P(g.Text(v.t(strconv.Itoa(c.Lessons)+" bài học, "+strconv.Itoa(c.Items)+" câu hỏi", counted(c.Lessons, "lesson")+", "+counted(c.Items, "question")))),
		g.If(c.Published > 0, badge("ok", v.t("Đã xuất bản, phiên bản ", "Published, version ")+strconv.Itoa(c.Published))),
		g.If(c.Published == 0 || c.Changed, h.Form(h.Method("post"), h.Action("/courses/publish"), v.newOnce(),
			h.Input(h.Type("hidden"), h.Name("package"), h.Value(c.Name)), v.moveField(c.Name, in),
			h.Button(h.Class("btn-primary"), h.Type("submit"), g.Text(label)))),
	))
}

// publish puts a shipped course and its question bank into the offer.
func (p *Portal) publish(v *view) (string, uint64, error) {
	packages, err := catalog.ListPackages.Call(v.ctx(), p.d.RPC, rpc.Empty{})
	if err != nil {
		return "", 0, err
	}
	name := v.r.PostFormValue("package")
	for _, c := range packages {
		if c.Name != name {
			continue
		}
		report, err := quiz.ImportItems.Call(v.ctx(), p.d.RPC, quiz.ImportItemsRequest{Course: name, Markdown: c.Questions})
		if err != nil {
			return "", 0, err
		}
		if len(report.Problems) > 0 {
			bad := report.Problems[0]
			return "", 0, fault.Newf(fault.Invalid, "Ngân hàng câu hỏi, dòng %[1]d: %[2]s", "Question bank, line %[1]d: %[3]s", bad.Line, bad.Vi, bad.En)
		}
		done, err := catalog.PublishCourse.Call(v.ctx(), p.d.RPC, catalog.PublishCourseRequest{Package: name, Move: v.r.PostFormValue("move")})
		return "/courses?ok=published", done.Seq, err
	}
	return "", 0, fault.New(fault.NotFound, "Không có khóa học này.", "There is no such course.")
}

func (p *Portal) withdraw(v *view) (string, uint64, error) {
	done, err := catalog.WithdrawCourse.Call(v.ctx(), p.d.RPC, catalog.WithdrawCourseRequest{Course: v.r.PostFormValue("course")})
	return "/courses?ok=withdrawn", done.Seq, err
}
