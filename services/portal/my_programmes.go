package portal

import (
	"fmt"
	"net/url"
	"slices"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/services/catalog"
	"khuevan/services/certification"
	"khuevan/services/enrolment"
)

// myProgrammes shows a learner each programme with its parts: what is done, what is under way, and what to choose.
func (v *view) myProgrammes(mine []learning) (g.Node, error) {
	all, err := enrolment.MyProgrammes.Call(v.ctx(), v.p.d.RPC, enrolment.MineRequest{After: v.after})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	cards, err := catalog.ListCourses.Call(v.ctx(), v.p.d.RPC, catalog.ListCoursesRequest{})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b enrolment.MyProgramme) int { return a.Completed.Compare(b.Completed) })
	var held []certification.Held
	if slices.ContainsFunc(all, func(p enrolment.MyProgramme) bool { return !p.Completed.IsZero() }) {
		if held, err = certification.MyCertificates.Call(v.ctx(), v.p.d.RPC, certification.MineRequest{}); err != nil {
			return nil, err
		}
	}
	return h.Section(h.H2(v.text("Chương trình học", "Programmes")),
		h.Ul(h.Class("cards"), g.Map(all, func(p enrolment.MyProgramme) g.Node {
			return h.Li(v.programmeOfMine(p, v.certificateOfProgramme(p, held), mine, cards))
		}))), nil
}

// certificateOfProgramme leads to the certificate of a programme's period; nothing where there is none.
func (v *view) certificateOfProgramme(p enrolment.MyProgramme, held []certification.Held) g.Node {
	at := slices.IndexFunc(held, func(c certification.Held) bool { return c.Programme == p.Programme && c.Period == p.Period })
	if at < 0 {
		return nil
	}
	return h.P(v.text("Giấy chứng nhận: ", "Certificate: "), h.A(h.Href("/verify/"+url.PathEscape(held[at].Code)), g.Text(held[at].Code)))
}

func (v *view) programmeOfMine(p enrolment.MyProgramme, certificate g.Node, mine []learning, cards []catalog.CourseCard) g.Node {
	needed, done := 0, 0
	for _, s := range p.Standings {
		needed, done = needed+s.Needed, done+s.Done
	}
	title := v.words(p.Title)
	state := g.Node(g.Group{h.P(v.dueBadge(p.Due)), h.P(h.Class("meta"), v.text("Hạn hoàn thành: ", "Due: "), v.moment(p.Due))})
	if !p.Completed.IsZero() {
		state = g.Group{h.P(badge("ok", v.t("Đã hoàn thành", "Completed"))), h.P(h.Class("meta"), v.text("Ngày hoàn thành: ", "Completed: "), v.day(p.Completed))}
	}
	return h.Article(h.Class("card"), h.H3(g.Text(title)), state, certificate,
		g.If(p.Period > 1, h.P(h.Class("meta"), g.Textf(v.t("Lần học thứ %d", "Period %d"), p.Period))),
		h.Div(bar(done, needed, v.t("Số khóa đã tính: ", "Courses counted: ")+title),
			h.P(h.Class("meta"), g.Textf(v.t("Đã xong %d/%d khóa cần học", "%d of %d courses needed are done"), done, needed))),
		g.Map(p.Standings, func(s enrolment.PartStanding) g.Node { return v.partOfMine(p, s, mine, cards) }))
}

func (v *view) partOfMine(p enrolment.MyProgramme, s enrolment.PartStanding, mine []learning, cards []catalog.CourseCard) g.Node {
	what := v.t("học tất cả", "all of them")
	if s.Needed < len(s.Courses) {
		what = fmt.Sprintf(v.t("chọn %d trong %d khóa", "choose %d of %d"), s.Needed, len(s.Courses))
	}
	return h.Section(h.H4(g.Textf("%s: %s (%d/%d)", orText(v.words(s.Title), s.ID), what, s.Done, s.Needed)),
		h.Ul(g.Map(s.Courses, func(c events.ProgrammeCourse) g.Node { return h.Li(v.courseOfMine(p, s, c, mine, cards)) })))
}

// courseOfMine is a course in a part: done, by itself or by another; under way; or still to be chosen.
func (v *view) courseOfMine(p enrolment.MyProgramme, s enrolment.PartStanding, c events.ProgrammeCourse, mine []learning, cards []catalog.CourseCard) g.Node {
	title := func(course string) string {
		if at := slices.IndexFunc(cards, func(k catalog.CourseCard) bool { return k.Course == course }); at >= 0 {
			return v.words(cards[at].Title)
		}
		return course
	}
	if by, filled := s.By[c.Course]; filled {
		return g.Group{g.Text(title(c.Course) + " "), badge("ok", v.t("Đã xong", "Done")),
			g.If(by != c.Course, g.Text(v.t(" (tính bằng: ", " (by: ")+title(by)+")"))}
	}
	if slices.ContainsFunc(mine, func(l learning) bool { return l.Course == c.Course && l.completed().IsZero() }) {
		return g.Group{h.A(h.Href("/learn/"+c.Course), g.Text(title(c.Course))), g.Text(" "), badge("info", v.t("Đang học", "Under way"))}
	}
	if !p.Completed.IsZero() || s.Done >= s.Needed {
		return g.Text(title(c.Course))
	}
	return h.Form(h.Method("post"), h.Action("/learn/choose"), v.newOnce(), hidden("programme", p.Programme),
		hidden("course", c.Course), g.Text(title(c.Course)+" "),
		h.Button(h.Class("btn"), h.Type("submit"), v.text("Chọn khóa này", "Choose this"), h.Span(h.Class("visually-hidden"), g.Text(": "+title(c.Course)))))
}

// chooseCourse enrols the reader in a course of an own programme.
func (p *Portal) chooseCourse(v *view) (string, uint64, error) {
	done, err := enrolment.ChooseCourse.Call(v.ctx(), p.d.RPC, enrolment.ChooseCourseRequest{
		Programme: v.r.PostFormValue("programme"), Course: v.r.PostFormValue("course")})
	return "/learn?ok=chosen", done.Seq, err
}

// programmePrefix marks a programme in the list of what can be assigned.
const programmePrefix = "programme:"

// assignable chooses a course or a programme to assign, or of which certificates are ordered: there also one that was withdrawn.
func (v *view) assignable(o offer, programmes []catalog.ProgrammeCard, chosen string, withdrawn bool) g.Node {
	option := func(value, title string) g.Node {
		return h.Option(h.Value(value), g.If(value == chosen, h.Selected()), g.Text(title))
	}
	return field("course", v.t("Khóa học hoặc chương trình", "Course or programme"), h.Select(h.ID("course"), h.Name("course"), h.Required(),
		h.OptGroup(g.Attr("label", v.t("Khóa học", "Courses")), g.Map(o.courses, func(c catalog.CourseCard) g.Node {
			return g.If(withdrawn || !c.Withdrawn, option(c.Course, v.words(c.Title)))
		})),
		g.If(len(programmes) > 0, h.OptGroup(g.Attr("label", v.t("Chương trình", "Programmes")), g.Map(programmes, func(c catalog.ProgrammeCard) g.Node {
			return g.If(withdrawn || !c.Withdrawn, option(programmePrefix+c.Programme, v.words(c.Title)))
		})))))
}

// programmes are those that a trainer may assign.
func (v *view) programmes() ([]catalog.ProgrammeCard, error) {
	return catalog.ListProgrammes.Call(v.ctx(), v.p.d.RPC, catalog.ListProgrammesRequest{After: v.after})
}

// assignedTitle names what an assignment asks for.
func (v *view) assignedTitle(o offer, programmes []catalog.ProgrammeCard, course, programme string) string {
	if programme == "" {
		return o.title(v, course)
	}
	if at := slices.IndexFunc(programmes, func(c catalog.ProgrammeCard) bool { return c.Programme == programme }); at >= 0 {
		return v.t("Chương trình: ", "Programme: ") + v.words(programmes[at].Title)
	}
	return programme
}
