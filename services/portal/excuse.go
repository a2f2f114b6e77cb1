package portal

import (
	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/services/enrolment"
	"khuevan/services/reporting"
)

// excusal names why somebody is excused.
func (v *view) excusal(why string) string {
	switch why {
	case events.ExcusedLeave:
		return v.t("nghỉ phép, nghỉ chế độ", "on leave")
	case events.ExcusedIllness:
		return v.t("ốm đau, thai sản", "illness or maternity")
	case events.ExcusedSecondment:
		return v.t("biệt phái, đi học dài hạn", "secondment or long studies")
	}
	return v.t("lý do khác", "another reason")
}

// excuseLink leads to the form, for somebody else who still owes the course; whoever is excused already is asked again at a click.
func (v *view) excuseLink(r reporting.Row) g.Node {
	switch {
	case r.State == "completed" || r.Person == v.who.Person || r.Name == "":
		return g.Text("–")
	case r.State == "excused":
		return h.Form(h.Method("post"), h.Action("/unit/excuse/withdraw"), v.newOnce(), hidden("person", r.Person), hidden("course", r.Course), hidden("unit", v.r.URL.Query().Get("unit")),
			h.Data("confirm", v.t("Yêu cầu người này học lại như bình thường?", "Ask the course of this person after all?")),
			h.Button(h.Class("btn-quiet"), h.Type("submit"), v.text("Thôi miễn", "Withdraw"), h.Span(h.Class("visually-hidden"), g.Text(" "+r.Name))))
	}
	return h.A(h.Href(query("/unit/excuse", "person", r.Person, "course", r.Course, "unit", v.r.URL.Query().Get("unit"))), v.text("Miễn", "Excuse"), h.Span(h.Class("visually-hidden"), g.Text(" "+r.Name)))
}

// excusePage asks for the reason.
func (p *Portal) excusePage(v *view, why *fault.Error) (page, error) {
	value := v.r.FormValue
	course, err := v.course(value("course"), 0)
	if err != nil {
		return page{}, err
	}
	rows, err := reporting.ListRows.Call(v.ctx(), p.d.RPC, reporting.ListRowsRequest{Unit: value("unit"), Course: value("course"), Limit: 500})
	if err != nil {
		return page{}, err
	}
	name := ""
	for _, r := range rows.Items {
		if r.Person == value("person") {
			name = r.Name
		}
	}
	if name == "" {
		return page{}, fault.New(fault.NotFound, "Không tìm thấy người này trong danh sách phải học của đơn vị.", "This person is not among those of the unit who are to take the course.")
	}
	title := v.t("Miễn học", "Excuse")
	var reasons []entry
	for _, r := range []string{events.ExcusedLeave, events.ExcusedIllness, events.ExcusedSecondment, events.ExcusedOther} {
		reasons = append(reasons, entry{r, v.excusal(r)})
	}
	return page{Title: title, Section: "/unit", Body: []g.Node{
		v.crumbs(title, crumb{query("/unit", "unit", value("unit"), "course", value("course")), v.t("Đơn vị", "Unit")}), h.H1(g.Text(title)), v.refusalWithFields(why),
		h.Dl(h.Class("facts"), fact(v.t("Họ và tên", "Name"), g.Text(v.name(name))), fact(v.t("Khóa học", "Course"), g.Text(v.words(course.Title)))),
		h.P(v.text("Người được miễn không phải hoàn thành chu kỳ này và không bị nhắc. Số liệu ghi riêng người được miễn, tỷ lệ không tính họ là còn nợ. Có thể thôi miễn bất cứ lúc nào.",
			"Whoever is excused need not complete this period and is not reminded. The numbers count them apart, and no rate counts them as owing. It can be withdrawn at any time.")),
		h.Form(h.Class("card"), h.Method("post"), h.Action("/unit/excuse"), v.newOnce(), hidden("person", value("person")), hidden("course", value("course")), hidden("unit", value("unit")),
			field("why", v.t("Lý do", "Reason"), h.Select(h.ID("why"), h.Name("why"), choose(value("why"), reasons...))),
			field("note", v.t("Ghi rõ (bắt buộc với lý do khác)", "In words (needed for another reason)"), h.Textarea(h.ID("note"), h.Name("note"), h.Rows("3"), h.MaxLength("500"), g.Text(value("note")))),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Ghi việc miễn", "Record the excuse"))),
	}}, nil
}

func (v *view) excuseRequest() (req enrolment.ExcuseRequest, back string) {
	value := v.r.PostFormValue
	return enrolment.ExcuseRequest{Person: value("person"), Course: value("course"), Why: value("why"), Note: value("note")},
		query("/unit", "unit", value("unit"), "course", value("course"))
}

func (p *Portal) excuse(v *view) (string, uint64, error) {
	req, back := v.excuseRequest()
	done, err := enrolment.Excuse.Call(v.ctx(), p.d.RPC, req)
	return back, done.Seq, err
}

func (p *Portal) withdrawExcuse(v *view) (string, uint64, error) {
	req, back := v.excuseRequest()
	done, err := enrolment.WithdrawExcuse.Call(v.ctx(), p.d.RPC, enrolment.ExcuseRequest{Person: req.Person, Course: req.Course})
	return back, done.Seq, err
}
