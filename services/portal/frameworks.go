package portal

import (
	"slices"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/rpc"
	"khuevan/services/catalog"
)

// frameworksPage lists the competencies that courses are tagged with, and where each is taught.
func (p *Portal) frameworksPage(v *view) (page, error) {
	known, err := catalog.ListFrameworks.Call(v.ctx(), p.d.RPC, rpc.Empty{})
	if err != nil {
		return page{}, err
	}
	courses, err := catalog.ListCourses.Call(v.ctx(), p.d.RPC, catalog.ListCoursesRequest{})
	if err != nil {
		return page{}, err
	}
	taught := map[string][]g.Node{}
	for _, c := range courses {
		whole, err := catalog.GetCourse.Call(v.ctx(), p.d.RPC, catalog.GetCourseRequest{Course: c.Course})
		if err != nil {
			return page{}, err
		}
		for _, tag := range whole.Tags {
			taught[tag] = append(taught[tag], h.Li(g.Text(v.words(c.Title))))
		}
	}
	title := v.t("Khung năng lực", "Competency frameworks")
	return page{Title: title, Section: "/courses", Body: []g.Node{
		v.crumbs(title, crumb{"/courses", v.t("Khóa học", "Courses")}), h.H1(g.Text(title)),
		h.P(h.Class("lead"), v.text("Mỗi khóa học gắn với các năng lực mà nó dạy. Khung năng lực là dữ liệu có phiên bản; điều chưa đối chiếu với văn bản gốc được đánh dấu.",
			"Each course is tagged with the competencies that it teaches. Frameworks are versioned data; what was not held against its source is marked.")),
		g.Map(known.All, func(f catalog.Framework) g.Node { return v.framework(f, taught) }),
	}}, nil
}

func (v *view) framework(f catalog.Framework, taught map[string][]g.Node) g.Node {
	columns := []column{{v.t("Mã", "Code"), false}, {v.t("Năng lực", "Competency"), false}, {v.t("Mức", "Level"), false}, {v.t("Khóa học", "Courses"), false}}
	level := func(l string) string {
		if l == "advanced" {
			return v.t("nâng cao", "advanced")
		}
		return v.t("cơ bản", "basic")
	}
	list := g.Node(empty(v.t("Chưa có danh mục năng lực nào được xác nhận cho khung này.", "No competencies of this framework have been confirmed.")))
	if len(f.Competencies) > 0 {
		list = tableUnder(v.words(f.Title), columns, g.Map(f.Competencies, func(c catalog.Competency) g.Node {
			return row(columns, h.Code(g.Text(c.Code)), g.Group{g.Text(v.words(c.Title) + " "), g.If(c.Unsure, v.unsure())}, g.Text(level(c.Level)), h.Ul(h.Class("plain"), g.Group(taught[c.Code])))
		}))
	}
	return h.Section(h.H2(g.Text(v.words(f.Title)+" "), g.If(f.Unsure, v.unsure())),
		h.P(h.Class("meta"), g.Text(v.words(f.Citation)+" · "+v.t("phiên bản ", "version ")+strconv.Itoa(f.Version))), list)
}

func (v *view) unsure() g.Node {
	return badge("warn", v.t("chưa đối chiếu nguồn", "not held against its source"))
}

// competencies names the tags of a course in words.
func (v *view) competencies(tags []string) ([]string, error) {
	if len(tags) == 0 {
		return nil, nil
	}
	known, err := catalog.ListFrameworks.Call(v.ctx(), v.p.d.RPC, rpc.Empty{})
	var all []string
	for _, f := range known.All {
		for _, c := range f.Competencies {
			if !slices.Contains(tags, c.Code) {
				continue
			}
			name := c.Code + " " + v.words(c.Title)
			if c.Unsure || f.Unsure {
				name += v.t(" (chưa đối chiếu nguồn)", " (not held against its source)")
			}
			all = append(all, name)
		}
	}
	return all, err
}
