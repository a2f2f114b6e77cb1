package portal

import (
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/services/enrolment"
)

// takeBackPage shows what taking an assignment back would withdraw, what stays and why, and how far it has come.
func (p *Portal) takeBackPage(v *view, why *fault.Error) (page, error) {
	id := v.r.FormValue("assignment")
	seen, err := enrolment.PreviewTakeBack.Call(v.ctx(), p.d.RPC, enrolment.TakeBackRequest{Assignment: id, After: v.r.FormValue("after")})
	if err != nil {
		return page{}, err
	}
	o, err := v.offer()
	if err != nil {
		return page{}, err
	}
	list, err := v.openedTable(seen)
	if err != nil {
		return page{}, err
	}
	title, a := v.t("Thu hồi lần giao học", "Take an assignment back"), seen.Assignment
	body := []g.Node{v.crumbs(title, crumb{"/assignments", v.t("Giao học", "Assignments")}), h.H1(g.Text(title)), v.refusalWithFields(why),
		h.Dl(h.Class("facts"), fact(v.t("Khóa học", "Course"), g.Text(v.assignedTitle(o, nil, a.Course, a.Programme))), fact(v.t("Đơn vị", "Unit"), g.Text(o.unit(a.Unit))),
			fact(v.t("Đối tượng", "For whom"), g.Text(v.audience(a.Audience))), fact(v.t("Giao lúc", "Made"), v.moment(a.Made)),
			fact(v.t("Đã ghi danh", "Enrolled"), g.Text(strconv.Itoa(a.Enrolled))),
			g.If(a.Withdrawn > 0, fact(v.t("Đã thu hồi", "Taken back"), g.Text(strconv.Itoa(a.Withdrawn)))))}
	if a.Back.IsZero() {
		body = append(body, v.takeBackForm(seen))
	} else {
		body = append(body, v.takingBack(seen))
	}
	body = append(body, list, g.If(seen.Next != "", h.P(h.A(h.Href(query("/assignments/take-back", "assignment", id, "after", seen.Next)), v.text("Xem tiếp danh sách", "More of the list")))))
	return page{Title: title, Section: "/assignments", Body: body}, nil
}

// takeBackForm counts, and asks for the reason.
func (v *view) takeBackForm(seen enrolment.TakeBackPreview) g.Node {
	var reasons []entry
	for _, r := range []string{"", events.BackMistake, events.BackReplaced, events.BackDropped, events.BackOther} {
		reasons = append(reasons, entry{r, v.backReason(r)})
	}
	return h.Form(h.Class("card"), h.Method("post"), h.Action("/assignments/take-back"), v.newOnce(), hidden("assignment", seen.Assignment.ID),
		h.H2(v.text("Trước khi thu hồi", "Before you take it back")),
		h.Dl(h.Class("facts"), fact(v.t("Sẽ thu hồi", "Would be taken back"), g.Text(strconv.Itoa(seen.People))), v.keptFacts(seen)),
		h.P(v.text("Việc giao dừng lại, và người chưa bắt đầu không còn phải học: báo cáo không tính họ là được giao, họ nhận một thông báo. Người đã bắt đầu, đã hoàn thành hoặc còn phải học vì lý do khác thì giữ nguyên. Nhật ký vẫn ghi đủ.",
			"The assignment ends, and whoever has not begun need not take the course: reports do not count them as assigned, and they get a notice. Whoever has begun, has completed or is asked for another reason keeps it. The record keeps everything.")),
		h.P(h.Class("hint"), v.text("Không hoàn tác được. Nếu cần học lại, hãy giao lần nữa: những người này sẽ được ghi danh như mới.", "It cannot be undone. If the course is needed after all, assign it again: these people are enrolled as anew.")),
		field("why", v.t("Lý do", "Reason"), h.Select(h.ID("why"), h.Name("why"), choose(v.r.PostFormValue("why"), reasons...))),
		h.P(h.Class("actions"), h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Dừng và thu hồi", "End and take back")), h.A(h.Class("btn"), h.Href("/assignments"), v.text("Để nguyên", "Leave it"))))
}

// takingBack tells how far it has come.
func (v *view) takingBack(seen enrolment.TakeBackPreview) g.Node {
	a := seen.Assignment
	state := v.t("Đã thu hồi xong", "Done")
	if seen.People > 0 {
		state = v.t("Đang thu hồi; còn ", "Under way; left: ") + strconv.Itoa(seen.People)
	}
	return h.Div(h.Class("card"), h.H2(g.Text(state)),
		h.Dl(h.Class("facts"), fact(v.t("Thu hồi lúc", "Taken back"), v.moment(a.Back)), fact(v.t("Lý do", "Reason"), g.Text(v.backReason(a.BackWhy))),
			fact(v.t("Tiến độ", "Progress"), g.Text(strconv.Itoa(a.Withdrawn)+"/"+strconv.Itoa(max(a.BackPeople, a.Withdrawn+seen.People)))), v.keptFacts(seen)),
		g.If(seen.People > 0, h.P(h.Class("hint"), v.text("Việc này chạy ở phía máy chủ, kể cả khi bạn rời trang hoặc máy chủ khởi động lại. Tải lại trang để xem tiến độ.", "It goes on on the server if you leave the page or the server is started again. Load the page again to see how far it is."))))
}

func (v *view) backReason(why string) string {
	switch why {
	case events.BackMistake:
		return v.t("Giao nhầm khóa học, đơn vị hoặc người", "The wrong course, unit or people")
	case events.BackReplaced:
		return v.t("Thay bằng lần giao khác", "Replaced by another assignment")
	case events.BackDropped:
		return v.t("Không tổ chức khóa học nữa", "The course is not held after all")
	case events.BackOther:
		return v.t("Lý do khác", "Another reason")
	}
	return v.t("Chọn lý do", "Choose a reason")
}

// whyKept says why something stays.
func (v *view) whyKept() [][2]string {
	return [][2]string{{"begun", v.t("Giữ: đã bắt đầu học", "Stays: begun")}, {"completed", v.t("Giữ: đã hoàn thành", "Stays: completed")}, {"excused", v.t("Giữ: đang được miễn", "Stays: excused")},
		{"rule", v.t("Giữ: lần giao khác cũng yêu cầu", "Stays: another assignment asks it too")}, {"programme", v.t("Giữ: thuộc chương trình đang học", "Stays: part of a programme under way")}}
}

func (v *view) keptFacts(seen enrolment.TakeBackPreview) g.Node {
	return g.Map(v.whyKept(), func(why [2]string) g.Node {
		return g.If(seen.Kept[why[0]] > 0, fact(why[1], g.Text(strconv.Itoa(seen.Kept[why[0]]))))
	})
}

// openedTable names those for whom the assignment opened a period.
func (v *view) openedTable(seen enrolment.TakeBackPreview) (g.Node, error) {
	if len(seen.Rows) == 0 {
		return empty(v.t("Không còn ai đang học vì lần giao này.", "Nobody is in the course by this assignment.")), nil
	}
	ids := make([]string, len(seen.Rows))
	for i, r := range seen.Rows {
		ids[i] = r.Person
	}
	known, err := v.names(ids...)
	if err != nil {
		return nil, err
	}
	words := map[string]string{"": v.t("Thu hồi", "Taken back")}
	for _, k := range v.whyKept() {
		words[k[0]] = k[1]
	}
	columns := []column{{v.t("Cán bộ", "Person"), false}, {v.t("Kỳ", "Period"), true}, {v.t("Việc sẽ làm", "What happens"), false}}
	return table(v.t("Ai đã được ghi danh bởi lần giao này", "Who was enrolled by this assignment"), columns, g.Map(seen.Rows, func(r enrolment.Opened) g.Node {
		return row(columns, g.Text(v.named(known, r.Person)), g.Text(strconv.Itoa(r.Period)), g.Text(words[r.Kept]))
	})), nil
}

func (p *Portal) takeBack(v *view) (string, uint64, error) {
	id := v.r.PostFormValue("assignment")
	done, err := enrolment.TakeBack.Call(v.ctx(), p.d.RPC, enrolment.TakeBackRequest{Assignment: id, Why: v.r.PostFormValue("why")})
	return query("/assignments/take-back", "assignment", id) + "&ok=taken-back", done.Seq, err
}
