package portal

import (
	"strconv"
	"strings"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/services/enrolment"
)

// assignmentsPage lists assignments and takes a new one: first it shows whom it would reach, then it asks to confirm.
func (p *Portal) assignmentsPage(v *view, why *fault.Error) (page, error) {
	o, err := v.offer()
	if err != nil {
		return page{}, err
	}
	all, err := enrolment.ListAssignments.Call(v.ctx(), p.d.RPC, enrolment.ListAssignmentsRequest{After: v.after})
	if err != nil {
		return page{}, err
	}
	body := []g.Node{h.H1(v.text("Giao học", "Assignments")), v.refusal(why)}
	asked := v.r.FormValue("unit") != "" && v.r.FormValue("course") != ""
	if asked && why == nil {
		preview, err := v.assignPreview(o)
		if err != nil {
			why = fault.Of(err)
			body = append(body, v.refusal(why))
		} else {
			body = append(body, preview)
		}
	}
	if !asked || why != nil {
		body = append(body, v.assignForm(o))
	}
	body = append(body, h.Section(h.H2(v.text("Đã giao", "Made")), v.assignmentTable(o, all)))
	return page{Title: v.t("Giao học", "Assignments"), Section: "/assignments", Body: body}, nil
}

func (v *view) assignForm(o offer) g.Node {
	if len(o.courses) == 0 {
		return empty(v.t("Chưa có khóa học nào trong danh mục.", "There is no course in the offer."), h.A(h.Class("btn-primary"), h.Href("/courses"), v.text("Xuất bản khóa học", "Publish a course")))
	}
	due := v.r.FormValue("due")
	if due == "" {
		due = clock.Local(v.p.d.Clock.Now()).AddDate(0, 0, 30).Format(time.DateOnly)
	}
	return h.Form(h.Class("card"), h.Method("get"), h.Action("/assignments"),
		h.H2(v.text("Giao một khóa học", "Assign a course")),
		v.courseField(o, v.r.FormValue("course"), false), v.unitField(o, v.r.FormValue("unit")),
		field("due", v.t("Hạn hoàn thành", "Due"), h.Input(h.ID("due"), h.Name("due"), h.Type("date"), h.Required(), h.Value(due)),
			hint(v.t("Tính đến hết ngày này.", "Until the end of this day."))),
		h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xem trước", "Preview")))
}

// assigned reads the form.
func (v *view) assignRequest() (enrolment.AssignCourseRequest, error) {
	due, err := time.ParseInLocation(time.DateOnly, v.r.FormValue("due"), clock.Local(v.p.d.Clock.Now()).Location())
	if err != nil {
		return enrolment.AssignCourseRequest{}, fault.New(fault.Invalid, "Hạn hoàn thành phải là một ngày, ví dụ 31/12/2026.", "The due date must be a day, such as 31 December 2026.").Because(err)
	}
	return enrolment.AssignCourseRequest{Course: v.r.FormValue("course"), Unit: v.r.FormValue("unit"),
		Due: due.AddDate(0, 0, 1).Add(-time.Second)}, nil
}

func (v *view) assignPreview(o offer) (g.Node, error) {
	req, err := v.assignRequest()
	if err != nil {
		return nil, err
	}
	reach, err := enrolment.PreviewAssign.Call(v.ctx(), v.p.d.RPC, req)
	if err != nil {
		return nil, err
	}
	hidden := func(name string) g.Node { return h.Input(h.Type("hidden"), h.Name(name), h.Value(v.r.FormValue(name))) }
	return h.Form(h.Class("card"), h.Method("post"), h.Action("/assignments"), v.newOnce(), hidden("course"), hidden("unit"), hidden("due"),
		h.H2(v.text("Xem trước khi giao", "Before you assign")),
		h.Dl(h.Class("facts"),
			fact(v.t("Khóa học", "Course"), g.Text(o.title(v, req.Course))), fact(v.t("Đơn vị", "Unit"), g.Text(o.unit(req.Unit))),
			fact(v.t("Hạn hoàn thành", "Due"), v.day(req.Due)), fact(v.t("Cán bộ trong phạm vi", "People in it"), g.Text(strconv.Itoa(reach.People))),
			fact(v.t("Sẽ được ghi danh", "Would be enrolled"), g.Text(strconv.Itoa(reach.New))),
			fact(v.t("Đang học, giữ nguyên", "In it already, left as they are"), g.Text(strconv.Itoa(reach.Open)))),
		h.P(h.Class("actions"), h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Giao học", "Assign")),
			h.A(h.Class("btn"), h.Href("/assignments"), v.text("Chọn lại", "Choose again")))), nil
}

func (p *Portal) assign(v *view) (string, uint64, error) {
	req, err := v.assignRequest()
	if err != nil {
		return "", 0, err
	}
	req.Assignment = idFrom(v.r.PostFormValue(requestField))
	done, err := enrolment.AssignCourse.Call(v.ctx(), p.d.RPC, req)
	return "/assignments?ok=assigned", done.Seq, err
}

// idFrom makes the id of what a form creates from the form's own id, so that sending it twice creates one thing.
func idFrom(request string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(request) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	if b.Len() < 16 || b.Len() > 40 {
		return "" // not one of ours; the service chooses
	}
	return b.String()
}

func (v *view) assignmentTable(o offer, all []enrolment.Assignment) g.Node {
	if len(all) == 0 {
		return empty(v.t("Chưa giao khóa học nào.", "Nothing has been assigned yet."))
	}
	columns := []column{{v.t("Khóa học", "Course"), false}, {v.t("Đơn vị", "Unit"), false}, {v.t("Hạn", "Due"), false}, {v.t("Giao lúc", "Made"), false},
		{v.t("Đã ghi danh", "Enrolled"), true}, {v.t("Hoàn thành", "Completed"), true}}
	return table(v.t("Các lần giao học, mới nhất trước", "Assignments, newest first"), columns, g.Map(all, func(a enrolment.Assignment) g.Node {
		return row(columns, g.Text(o.title(v, a.Course)), h.A(h.Href(query("/unit", "unit", a.Unit, "course", a.Course)), g.Text(o.unit(a.Unit))),
			v.day(a.Due), v.moment(a.Made), g.Text(strconv.Itoa(a.Enrolled)), g.Text(strconv.Itoa(a.Completed)))
	}))
}
