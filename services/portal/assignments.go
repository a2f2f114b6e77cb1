package portal

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/services/catalog"
	"khuevan/services/directory"
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
	programmes, err := v.programmes()
	if err != nil {
		return page{}, err
	}
	body := []g.Node{h.H1(v.text("Giao học", "Assignments")), v.refusal(why)}
	asked := v.r.FormValue("unit") != "" && v.r.FormValue("course") != "" && v.r.FormValue("change") == ""
	if asked && why == nil {
		preview, err := v.assignPreview(o, programmes)
		if err != nil {
			why = fault.Of(err)
			body = append(body, v.refusalWithFields(why))
		} else {
			body = append(body, preview)
		}
	}
	if !asked || why != nil {
		form, err := v.assignForm(o, programmes)
		if err != nil {
			return page{}, err
		}
		body = append(body, form)
	}
	body = append(body, h.Section(h.H2(v.text("Đã giao", "Made")), v.assignmentTable(o, programmes, all)))
	return page{Title: v.t("Giao học", "Assignments"), Section: "/assignments", Body: body}, nil
}

// assignForm asks what, for whom and until when. What most assignments need stands open; the rest is folded.
func (v *view) assignForm(o offer, programmes []catalog.ProgrammeCard) (g.Node, error) {
	if len(o.courses) == 0 {
		return empty(v.t("Chưa có khóa học nào trong danh mục.", "There is no course in the offer."), h.A(h.Class("btn-primary"), h.Href("/courses"), v.text("Xuất bản khóa học", "Publish a course"))), nil
	}
	value := v.r.FormValue
	due := value("due")
	if due == "" && value("due_days") == "" {
		due = clock.Local(v.p.d.Clock.Now()).AddDate(0, 0, 30).Format(time.DateOnly)
	}
	audience, err := v.audienceFields()
	if err != nil {
		return nil, err
	}
	number := func(id, label, most, help string) g.Node {
		return field(id, label, h.Input(h.ID(id), h.Name(id), h.Type("number"), h.Min("1"), h.Max(most), h.Value(value(id))), hint(help))
	}
	return h.Form(h.Class("card"), h.Method("get"), h.Action("/assignments"),
		h.H2(v.text("Giao một khóa học", "Assign a course")),
		v.assignable(o, programmes, value("course"), false), v.unitField(o, value("unit")),
		field("due", v.t("Hạn hoàn thành", "Due"), h.Input(h.ID("due"), h.Name("due"), h.Type("date"), h.Value(due)),
			hint(v.t("Tính đến hết ngày này. Ai vào đơn vị trước hạn cũng được ghi danh.", "Until the end of this day. Whoever joins the unit before it is enrolled too."))),
		audience,
		h.Details(g.If(value("due_days") != "" || value("renew") != "", g.Attr("open")), h.Summary(v.text("Giao lâu dài và học lại định kỳ", "A lasting rule, and recertification")),
			number("due_days", v.t("Số ngày cho người được ghi danh sau", "Days for whoever is enrolled later"), "365",
				v.t("Có số này thì việc giao có hiệu lực lâu dài, đến khi bạn cho dừng: người mới vào đơn vị có chừng ấy ngày để hoàn thành.",
					"With this the assignment lasts until you end it: newcomers have so many days.")),
			field("renew", v.t("Học lại", "Recertification"), h.Select(h.ID("renew"), h.Name("renew"),
				g.Map(v.renewals(), func(c [2]string) g.Node {
					return h.Option(h.Value(c[0]), g.If(c[0] == value("renew"), h.Selected()), g.Text(c[1]))
				}))),
			number("months", v.t("Chu kỳ (tháng)", "Cycle (months)"), "120", v.t("Ví dụ 12 là mỗi năm một lần.", "Such as 12: once a year.")),
			field("from", v.t("Ngày đầu của chu kỳ đầu tiên", "First day of the first cycle"), h.Input(h.ID("from"), h.Name("from"), h.Type("date"), h.Value(value("from"))),
				hint(v.t("Chỉ cần khi học lại theo ngày cố định; ví dụ 01/01 là mỗi tháng Giêng.", "For fixed days only; such as 1 January for every January."))),
			number("days", v.t("Mở trước hạn (ngày)", "Open before it is due (days)"), "366", v.t("Lần học lại mở ra chừng ấy ngày trước hạn; với ngày cố định là số ngày từ đầu chu kỳ.", "So long before it is due the period opens; with fixed days, so long after the cycle began it is due."))),
		h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xem trước", "Preview"))), nil
}

// The two ways in which a rule asks again.
const (
	renewAfter = "after"
	renewFixed = "fixed"
)

func (v *view) renewals() [][2]string {
	return [][2]string{{"", v.t("Không", "None")}, {renewAfter, v.t("Sau ngày đạt", "After passing")}, {renewFixed, v.t("Theo ngày cố định", "On fixed days")}}
}

// audienceFields ask whom of the unit it is about.
func (v *view) audienceFields() (g.Node, error) {
	known, err := catalog.ListFrameworks.Call(v.ctx(), v.p.d.RPC, rpc.Empty{})
	if err != nil {
		return nil, err
	}
	value := v.r.FormValue
	chosen := v.r.Form["post"]
	narrowed := len(chosen) > 0 || value("joined") != "" || value("lacks") != "" || value("people") != ""
	return h.Details(g.If(narrowed, g.Attr("open")), h.Summary(v.text("Chỉ một số người trong đơn vị", "Only some people of the unit")),
		h.FieldSet(h.Legend(v.text("Chức vụ", "Posts")), hint(v.t("Không chọn là mọi chức vụ.", "None chosen means all.")), g.Map(directory.Posts(), func(t directory.Term) g.Node {
			return h.Label(h.Class("choice"), h.Input(h.Type("checkbox"), h.Name("post"), h.Value(t.ID), g.If(slices.Contains(chosen, t.ID), h.Checked())), h.Span(g.Text(v.t(t.Vi, t.En))))
		})),
		field("joined", v.t("Mới vào đơn vị trong vòng (ngày)", "Joined within (days)"), h.Input(h.ID("joined"), h.Name("joined"), h.Type("number"), h.Min("1"), h.Max("3660"), h.Value(value("joined")))),
		field("lacks", v.t("Chưa có năng lực", "Without the competency"), h.Select(h.ID("lacks"), h.Name("lacks"), h.Option(h.Value(""), v.text("Không xét", "Not considered")),
			g.Map(known.All, func(f catalog.Framework) g.Node {
				return h.OptGroup(g.Attr("label", v.words(f.Title)), g.Map(f.Competencies, func(c catalog.Competency) g.Node {
					return h.Option(h.Value(c.Code), g.If(c.Code == value("lacks"), h.Selected()), g.Text(c.Code+" · "+v.words(c.Title)))
				}))
			})), hint(v.t("Là người chưa hoàn thành khóa nào có năng lực này, hoặc kết quả đã hết hiệu lực.", "Who has completed no course of this competency, or whose result has expired."))),
		field("people", v.t("Đích danh (mã cán bộ, mỗi dòng một mã)", "By name (personnel codes, one a line)"), h.Textarea(h.ID("people"), h.Name("people"), h.Rows("3"), g.Text(value("people"))))), nil
}

// assignRequest reads the form.
func (v *view) assignRequest() (enrolment.AssignCourseRequest, error) {
	value := func(name string) string { return strings.TrimSpace(v.r.FormValue(name)) }
	req := enrolment.AssignCourseRequest{Course: value("course"), Unit: value("unit"), After: value("after")}
	if programme, ok := strings.CutPrefix(req.Course, programmePrefix); ok {
		req.Course, req.Programme = "", programme
	}
	if value("due") != "" {
		due, err := clock.ParseDate(value("due"))
		if err != nil {
			return req, wrongField("due", "Hạn hoàn thành phải là một ngày, ví dụ 31/12/2026.", "The due date must be a day, such as 31 December 2026.")
		}
		req.Due = clock.EndOfDay(due)
	}
	months, days := 0, 0
	var err error
	for name, to := range map[string]*int{"due_days": &req.DueDays, "months": &months, "days": &days} {
		if *to, err = positiveOrNone(name, value(name)); err != nil {
			return req, err
		}
	}
	switch value("renew") {
	case renewAfter:
		req.Renewal = events.Renewal{Months: months, Days: days}
	case renewFixed:
		if req.Renewal = (events.Renewal{Months: months, Days: days, From: value("from")}); req.Renewal.From == "" {
			return req, wrongField("from", "Hãy chọn ngày đầu của chu kỳ đầu tiên.", "Choose the first day of the first cycle.")
		}
	}
	req.Audience, err = v.audienceRequest()
	return req, err
}

// audienceRequest reads whom of the unit it is about.
func (v *view) audienceRequest() (a events.Audience, err error) {
	value := func(name string) string { return strings.TrimSpace(v.r.FormValue(name)) }
	a.Posts = v.r.Form["post"]
	if lacks := value("lacks"); lacks != "" {
		a.Lacks = []string{lacks}
	}
	if a.JoinedDays, err = positiveOrNone("joined", value("joined")); err != nil {
		return a, err
	}
	a.People, err = v.peopleOfCodes(value("people"))
	return a, err
}

// positiveOrNone reads a number of 1 or more; an empty field is 0.
func positiveOrNone(name, text string) (int, error) {
	n, err := strconv.Atoi(text)
	if text != "" && (err != nil || n < 1) {
		return 0, wrongField(name, "“"+text+"” không phải là số từ 1 trở lên.", "“"+text+"” is not a number of 1 or more.")
	}
	return n, nil
}

// peopleOfCodes finds people by their codes, one a line, and names the codes that are nobody's.
func (v *view) peopleOfCodes(text string) ([]string, error) {
	codes := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("\r\n,; \t", r) })
	if len(codes) == 0 {
		return nil, nil
	}
	found, err := directory.NamePeople.Call(v.ctx(), v.p.d.RPC, directory.NamePeopleRequest{Codes: codes})
	if err != nil {
		return nil, err
	}
	var people, unknown []string
	for _, code := range codes {
		at := slices.IndexFunc(found, func(n directory.Named) bool { return strings.EqualFold(n.Code, code) })
		if at < 0 {
			unknown = append(unknown, code)
			continue
		}
		people = append(people, found[at].Person)
	}
	if len(unknown) > 0 {
		list := strings.Join(unknown, ", ")
		return nil, fault.New(fault.Invalid, "Không có cán bộ nào bạn phụ trách mang mã: "+list+". Hãy sửa hoặc bỏ các mã này.", "Nobody of your units has these codes: "+list+". Correct them or take them out.").
			With("people", "Không thấy: "+list, "Not found: "+list)
	}
	return people, nil
}

// assignFields are the fields of the form, by which a preview is confirmed or changed.
var assignFields = []string{"course", "unit", "due", "post", "joined", "lacks", "people", "due_days", "renew", "months", "from", "days"}

func (v *view) assignPreview(o offer, programmes []catalog.ProgrammeCard) (g.Node, error) {
	req, err := v.assignRequest()
	if err != nil {
		return nil, err
	}
	reach, err := enrolment.PreviewAssign.Call(v.ctx(), v.p.d.RPC, req)
	if err != nil {
		return nil, err
	}
	var fields []g.Node
	back := url.Values{"change": {"1"}}
	for _, name := range assignFields {
		for _, value := range v.r.Form[name] {
			if value != "" {
				fields = append(fields, hidden(name, value))
				back.Add(name, value)
			}
		}
	}
	people, err := v.reachedTable(o, reach, v.t("Ai trong phạm vi, và vì sao", "Whom it is about, and why"),
		v.t("Hiện không có ai trong phạm vi. Nếu giao lâu dài, người vào sau vẫn được ghi danh.", "Nobody is in it now. A lasting rule still enrols whoever comes later."))
	if err != nil {
		return nil, err
	}
	count := func(what string, n int) g.Node {
		return g.If(n > 0, fact(what, g.Text(strconv.Itoa(n))))
	}
	on := maps.Clone(back)
	on.Del("change")
	on.Set("after", reach.Next)
	return h.Form(h.Class("card"), h.Method("post"), h.Action("/assignments"), v.newOnce(), g.Group(fields),
		h.H2(v.text("Xem trước khi giao", "Before you assign")),
		h.Dl(h.Class("facts"),
			fact(v.t("Giao", "Assigned"), g.Text(v.assignedTitle(o, programmes, req.Course, req.Programme))), fact(v.t("Đơn vị", "Unit"), g.Text(o.unit(req.Unit))),
			fact(v.t("Đối tượng", "For whom"), g.Text(v.audience(req.Audience))), fact(v.t("Hạn và định kỳ", "Due and renewal"), g.Text(v.terms(req.Due, req.DueDays, req.Renewal))),
			fact(v.t("Cán bộ trong phạm vi", "People it is about"), g.Text(strconv.Itoa(reach.People))),
			fact(v.t("Sẽ được ghi danh ngay", "Would be enrolled now"), g.Text(strconv.Itoa(reach.New))),
			count(v.t("Phải học lại ngay", "Asked again now"), reach.Again),
			count(v.t("Đang học, giữ nguyên", "In it already, left as they are"), reach.Open),
			count(v.t("Được miễn", "Excused"), reach.Free),
			count(v.t("Chưa phải học", "Nothing asked now"), reach.Passed),
			count(v.t("Đang trong kỳ so sánh, hết hạn mới hiện", "Being compared, told once that is over"), reach.Compared),
			g.Map(v.leftOut(), func(why [2]string) g.Node { return count(why[1], reach.Left[why[0]]) })),
		h.P(h.Class("actions"), h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Giao học", "Assign")),
			h.A(h.Class("btn"), h.Href("/assignments?"+back.Encode()), v.text("Chọn lại", "Choose again"))),
		people,
		g.If(reach.Next != "", h.P(h.A(h.Href("/assignments?"+on.Encode()), v.text("Xem tiếp danh sách", "More of the list"))))), nil
}

// leftOut says why members of the unit are not among those whom a rule is about.
func (v *view) leftOut() [][2]string {
	return [][2]string{{"people", v.t("Không có trong danh sách đích danh", "Not among those named")}, {"post", v.t("Không giữ chức vụ được chọn", "In none of the posts chosen")},
		{"joined", v.t("Vào đơn vị đã lâu hơn", "Have been there for longer")}, {"holds", v.t("Đã có năng lực", "Have the competency")}}
}

// reachedTable lists whom a rule is about, or those whom it is not, and why.
func (v *view) reachedTable(o offer, reach enrolment.AssignPreview, caption, none string) (g.Node, error) {
	if len(reach.Rows) == 0 {
		return empty(none), nil
	}
	ids := make([]string, len(reach.Rows))
	for i, r := range reach.Rows {
		ids[i] = r.Person
	}
	known, err := v.names(ids...)
	if err != nil {
		return nil, err
	}
	states := map[string]string{"new": v.t("Ghi danh, hạn ", "Enrolled, due "), "again": v.t("Học lại, hạn ", "Again, due "), "open": v.t("Đang học, hạn ", "In it, due "),
		"passed": v.t("Đã đạt, chưa phải học lại", "Passed, not asked yet"), "later": v.t("Chưa đến chu kỳ đầu", "Before the first cycle"), "free": v.t("Được miễn, hạn ", "Excused, due "),
		"compared": v.t("Đang trong kỳ so sánh, hết hạn mới hiện", "Being compared, told once that is over")}
	for _, why := range v.leftOut() {
		states[why[0]] = why[1]
	}
	columns := []column{{v.t("Cán bộ", "Person"), false}, {v.t("Đơn vị", "Unit"), false}, {v.t("Chức vụ", "Post"), false}, {v.t("Ở đơn vị từ", "There since"), false}, {v.t("Việc sẽ làm", "What happens"), false}}
	return table(caption, columns, g.Map(reach.Rows, func(r enrolment.Reached) g.Node {
		what := g.Group{g.Text(states[r.State])}
		if !r.Due.IsZero() {
			what = append(what, v.day(r.Due))
		}
		return row(columns, g.Text(v.named(known, r.Person)), g.Text(o.unit(r.Unit)), g.Text(v.post(r.Post)), g.Text(v.date(r.Since)), what)
	})), nil
}

// audience says in words whom of the unit a rule is about.
func (v *view) audience(a events.Audience) string {
	var parts []string
	if n := len(a.People); n > 0 {
		parts = append(parts, fmt.Sprintf(v.t("%d người đích danh", "%d people by name"), n))
	}
	if len(a.Posts) > 0 {
		posts := make([]string, len(a.Posts))
		for i, p := range a.Posts {
			posts[i] = v.post(p)
		}
		parts = append(parts, v.t("chức vụ ", "posts ")+strings.Join(posts, ", "))
	}
	if a.JoinedDays > 0 {
		parts = append(parts, fmt.Sprintf(v.t("vào đơn vị trong %d ngày qua", "joined in the last %d days"), a.JoinedDays))
	}
	if len(a.Lacks) > 0 {
		parts = append(parts, v.t("chưa có ", "without ")+strings.Join(a.Lacks, ", "))
	}
	if len(parts) == 0 {
		return v.t("Mọi người trong đơn vị", "Everyone of the unit")
	}
	return strings.Join(parts, "; ")
}

// terms says in words until when a rule asks, and when again.
func (v *view) terms(due time.Time, days int, r events.Renewal) string {
	var parts []string
	if !due.IsZero() {
		parts = append(parts, clock.Local(due).Format("02/01/2006"))
	}
	if days > 0 {
		parts = append(parts, fmt.Sprintf(v.t("%d ngày kể từ khi được ghi danh", "%d days after the enrolment"), days))
	}
	switch {
	case r.Months > 0 && r.From != "":
		parts = append(parts, fmt.Sprintf(v.t("học lại mỗi %d tháng từ %s, trong %d ngày đầu chu kỳ", "again every %d months from %s on, in the first %d days"), r.Months, v.date(r.From), r.Days))
	case r.Months > 0:
		parts = append(parts, fmt.Sprintf(v.t("học lại %d tháng sau ngày đạt, mở trước hạn %d ngày", "again %d months after passing, open for %d days"), r.Months, r.Days))
	}
	return strings.Join(parts, "; ")
}

// endAssignment lets an assignment enrol nobody any more.
func (p *Portal) endAssignment(v *view) (string, uint64, error) {
	done, err := enrolment.EndAssignment.Call(v.ctx(), p.d.RPC, enrolment.EndAssignmentRequest{Assignment: v.r.PostFormValue("assignment")})
	return "/assignments?ok=ended", done.Seq, err
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

func (v *view) assignmentTable(o offer, programmes []catalog.ProgrammeCard, all []enrolment.Assignment) g.Node {
	if len(all) == 0 {
		return empty(v.t("Chưa giao khóa học nào.", "Nothing has been assigned yet."))
	}
	columns := []column{{v.t("Khóa học", "Course"), false}, {v.t("Đơn vị", "Unit"), false}, {v.t("Đối tượng", "For whom"), false}, {v.t("Hạn và định kỳ", "Due and renewal"), false}, {v.t("Giao lúc", "Made"), false},
		{v.t("Đã ghi danh", "Enrolled"), true}, {v.t("Hoàn thành", "Completed"), true}, {v.t("Hiệu lực", "In force"), false}}
	return table(v.t("Các lần giao học, mới nhất trước", "Assignments, newest first"), columns, g.Map(all, func(a enrolment.Assignment) g.Node {
		return row(columns, g.Text(v.assignedTitle(o, programmes, a.Course, a.Programme)), h.A(h.Href(query("/unit", "unit", a.Unit, "course", a.Course)), g.Text(o.unit(a.Unit))),
			g.Text(v.audience(a.Audience)), g.Text(v.terms(a.Due, a.DueDays, a.Renewal)), v.moment(a.Made), g.Text(strconv.Itoa(a.Enrolled)), g.Text(strconv.Itoa(a.Completed)), v.inForce(a))
	}))
}

// inForce tells whether an assignment still enrols people, and lets a trainer end it.
func (v *view) inForce(a enrolment.Assignment) g.Node {
	back := g.If(a.Course != "" && a.Enrolled > a.Completed, h.A(h.Href(query("/assignments/take-back", "assignment", a.ID)), v.text("Thu hồi…", "Take back…")))
	switch {
	case !a.Back.IsZero():
		return h.A(h.Href(query("/assignments/take-back", "assignment", a.ID)), v.text("Đã thu hồi ", "Taken back: "), g.Text(strconv.Itoa(a.Withdrawn)))
	case !a.Ended.IsZero():
		return g.Group{v.text("Đã dừng ", "Ended "), v.day(a.Ended), g.Text(" "), back}
	case v.p.d.Clock.Now().After(a.Until):
		return g.Group{v.text("Đã hết hạn", "Over"), g.Text(" "), back}
	}
	return g.Group{h.Form(h.Method("post"), h.Action("/assignments/end"), v.newOnce(), hidden("assignment", a.ID),
		h.Button(h.Class("btn"), h.Type("submit"), h.Title(v.t("Từ nay không ghi danh thêm ai; việc đang học vẫn giữ nguyên.", "Nobody more is enrolled; what is open stays.")), v.text("Dừng ghi danh", "End"))), back}
}
