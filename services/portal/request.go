package portal

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/services/catalog"
	"khuevan/services/enrolment"
)

// requestRoutes are the catalogue, in which people ask for courses, and the list of what waits for approval.
func (p *Portal) requestRoutes(mux *http.ServeMux) {
	mux.Handle("GET /catalogue", p.page(func(v *view) (page, error) { return p.cataloguePage(v, nil) }))
	mux.Handle("POST /catalogue", p.act(p.askForCourse, p.cataloguePage))
	mux.Handle("POST /catalogue/withdraw", p.act(p.withdrawRequest, p.cataloguePage))
	mux.Handle("GET /requests", p.page(func(v *view) (page, error) { return p.requestsPage(v, nil) }))
	mux.Handle("POST /requests/approve", p.act(p.approveRequest, p.requestsPage))
	mux.Handle("POST /requests/refuse", p.act(p.refuseRequest, p.requestsPage))
}

// onOffer is a course as the reader stands to it.
type onOffer struct {
	catalog.CourseCard
	request enrolment.CourseRequest // the latest; zero for none
	in      enrolment.Enrolment     // the latest period; zero for none
}

// cataloguePage shows what is on offer: what one may ask for, what one has asked for, and what only the unit assigns.
func (p *Portal) cataloguePage(v *view, why *fault.Error) (page, error) {
	cards, err := catalog.ListCourses.Call(v.ctx(), p.d.RPC, catalog.ListCoursesRequest{After: v.after})
	if err != nil {
		return page{}, err
	}
	requests, err := enrolment.MyRequests.Call(v.ctx(), p.d.RPC, enrolment.MineRequest{After: v.after})
	if err != nil {
		return page{}, err
	}
	mine, err := enrolment.MyEnrolments.Call(v.ctx(), p.d.RPC, enrolment.MineRequest{After: v.after})
	if err != nil {
		return page{}, err
	}
	titles := map[string]string{}
	var all []onOffer
	for _, c := range cards {
		titles[c.Course] = v.words(c.Title)
		if c.Withdrawn {
			continue
		}
		o := onOffer{CourseCard: c}
		if i := slices.IndexFunc(requests, func(r enrolment.CourseRequest) bool { return r.Course == c.Course }); i >= 0 {
			o.request = requests[i]
		}
		if i := slices.IndexFunc(mine, func(e enrolment.Enrolment) bool { return e.Course == c.Course }); i >= 0 {
			o.in = mine[i]
		}
		all = append(all, o)
	}
	title := v.t("Danh mục khóa học", "Course catalogue")
	list := empty(v.t("Danh mục chưa có khóa học nào.", "The catalogue has no course yet."))
	if len(all) > 0 {
		list = h.Ul(h.Class("cards"), g.Map(all, func(o onOffer) g.Node { return h.Li(v.offerCard(o, titles)) }))
	}
	return page{Title: title, Section: "/catalogue", Body: []g.Node{h.H1(g.Text(title)), v.refusalWithFields(why),
		h.P(h.Class("lead"), v.text("Bạn có thể tự xin học các khóa cho phép. Yêu cầu được duyệt thì bạn được ghi danh và có 30 ngày để hoàn thành.",
			"You may ask for the courses that allow it. Once your request is approved you are enrolled and have 30 days to complete the course.")), list}}, nil
}

// refusalWithFields shows a refusal with each thing that it names; courses to be completed first are led to.
func (v *view) refusalWithFields(why *fault.Error) g.Node {
	if why == nil || len(why.Fields) == 0 {
		return v.refusal(why)
	}
	return h.Div(h.Class("notice-bad"), h.Role("alert"), h.P(g.Text(why.Text(v.lang))), h.Ul(g.Map(why.Fields, func(f fault.Field) g.Node {
		text := v.t(f.Vi, f.En)
		if course, ok := strings.CutPrefix(f.Name, "requires/"); ok {
			return h.Li(h.A(h.Href("/learn/"+course), g.Text(text)))
		}
		return h.Li(g.Text(text))
	})))
}

func (v *view) offerCard(o onOffer, titles map[string]string) g.Node {
	title := v.words(o.Title)
	return h.Article(h.Class("card"),
		h.H2(h.A(h.Href("/learn/"+o.Course), g.Text(title))),
		h.P(g.Text(v.words(o.Summary))),
		h.Dl(h.Class("facts"),
			fact(v.t("Thời lượng", "Length"), g.Text(v.t(strconv.Itoa(o.Hours)+" tiết, "+strconv.Itoa(o.Lessons)+" bài học", counted(o.Hours, "class period")+", "+counted(o.Lessons, "lesson")))),
			fact(v.t("Người duyệt", "Approved by"), g.Text(v.chain(o.Enrolment))),
			g.If(len(o.Requires) > 0, fact(v.t("Cần hoàn thành trước", "To be completed first"), g.Map(o.Requires, func(course string) g.Node {
				return h.Div(h.A(h.Href("/learn/"+course), g.Text(orText(titles[course], course))))
			})...))),
		v.offerState(o, title))
}

func orText(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// chain says who approves.
func (v *view) chain(steps []string) string {
	if len(steps) == 0 {
		return v.t("không tự xin học được; đơn vị giao", "cannot be asked for; the unit assigns it")
	}
	if slices.Contains(steps, events.EnrolmentOpen) {
		return v.t("không cần duyệt", "nobody needs to")
	}
	names := make([]string, len(steps))
	for i, s := range steps {
		names[i] = v.approver(s)
	}
	return strings.Join(names, v.t(", rồi ", ", then "))
}

func (v *view) approver(step string) string {
	if step == events.ApproverTrainer {
		return v.t("người phụ trách đào tạo", "a trainer")
	}
	return v.t("thủ trưởng đơn vị", "the head of the unit")
}

// offerState says where the reader stands to a course, and gives the one thing to do next.
func (v *view) offerState(o onOffer, title string) g.Node {
	r, again := o.request, o.in.Period > 0 && !o.in.Completed.IsZero()
	switch {
	case o.in.Period > 0 && !again:
		return g.Group{h.P(badge("info", v.t("Đang học", "You are in it"))), h.P(h.Class("actions"), h.A(h.Class("btn"), h.Href("/learn/"+o.Course), v.text("Vào học", "Go to the course"), h.Span(h.Class("visually-hidden"), g.Text(": "+title))))}
	case r.State == enrolment.RequestWaits:
		return g.Group{h.P(badge("warn", v.t("Đang chờ duyệt", "Waiting")), g.Text(v.t(" Chờ "+v.approver(r.Steps[r.Step-1])+", gửi ngày ", " For "+v.approver(r.Steps[r.Step-1])+", sent on ")), v.day(r.Asked)),
			h.Form(h.Method("post"), h.Action("/catalogue/withdraw"), v.newOnce(), hidden("course", o.Course),
				h.Button(h.Class("btn-quiet"), h.Type("submit"), v.text("Rút yêu cầu", "Withdraw the request"), h.Span(h.Class("visually-hidden"), g.Text(": "+title))))}
	case r.State == enrolment.RequestApproved && o.in.Since.Before(r.Decided):
		return h.P(badge("ok", v.t("Đã duyệt", "Approved")), v.text(" Đang ghi danh; hãy tải lại trang sau giây lát.", " You are being enrolled; reload the page in a moment."))
	}
	id := "reason-" + o.Course
	return g.Group{
		g.If(again, h.P(badge("ok", v.t("Đã hoàn thành", "Completed")))),
		g.If(r.State == enrolment.RequestRefused, h.P(badge("bad", v.t("Không được duyệt", "Refused")), g.Text(" "+orText(r.Refusal, v.t("(lý do không còn đọc được)", "(the reason can no longer be read)"))))),
		g.If(r.State == enrolment.RequestWithdrawn, h.P(badge("", v.t("Đã rút yêu cầu", "Withdrawn")))),
		g.If(len(o.Enrolment) > 0, h.Form(h.Method("post"), h.Action("/catalogue"), v.newOnce(), hidden("course", o.Course),
			field(id, v.t("Lý do (không bắt buộc)", "Reason (if you like)"), h.Textarea(h.ID(id), h.Name("reason"), h.Rows("2"), h.MaxLength("500"))),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xin học", "Ask for it"), h.Span(h.Class("visually-hidden"), g.Text(": "+title))))),
	}
}

func (p *Portal) askForCourse(v *view) (string, uint64, error) {
	done, err := enrolment.AskForCourse.Call(v.ctx(), p.d.RPC, enrolment.AskRequest{Course: v.r.PostFormValue("course"), Reason: v.r.PostFormValue("reason")})
	if done.Open {
		return "/catalogue?ok=entered", done.Seq, err
	}
	return "/catalogue?ok=asked-course", done.Seq, err
}

func (p *Portal) withdrawRequest(v *view) (string, uint64, error) {
	done, err := enrolment.WithdrawRequest.Call(v.ctx(), p.d.RPC, enrolment.WithdrawRequestRequest{Course: v.r.PostFormValue("course")})
	return "/catalogue?ok=withdrawn-asked", done.Seq, err
}

// requestsPage lists the requests that wait for the reader.
func (p *Portal) requestsPage(v *view, why *fault.Error) (page, error) {
	waiting, err := enrolment.ListRequests.Call(v.ctx(), p.d.RPC, enrolment.MineRequest{After: v.after})
	if err != nil {
		return page{}, err
	}
	cards, err := catalog.ListCourses.Call(v.ctx(), p.d.RPC, catalog.ListCoursesRequest{})
	if err != nil {
		return page{}, err
	}
	title := v.t("Duyệt yêu cầu học", "Requests for courses")
	list := empty(v.t("Không có yêu cầu nào chờ bạn duyệt.", "No request waits for you."),
		h.P(v.text("Khi có người xin học, yêu cầu hiện ở đây và bạn nhận được tin trong hộp thư.", "When somebody asks for a course, it appears here and you get a message.")))
	if len(waiting) > 0 {
		list = g.Map(waiting, func(r enrolment.CourseRequest) g.Node { // as wide as the page: reasons are read here
			return v.requestCard(r, v.name(r.Name), offer{courses: cards}.title(v, r.Course))
		})
	}
	return page{Title: title, Section: "/requests", Body: []g.Node{h.H1(g.Text(title)), v.refusalWithFields(why),
		h.P(v.text("Lần duyệt cuối cùng ghi danh người xin học ngay, với hạn 30 ngày. Đã ghi danh thì không thu hồi được; khi cần, hãy dùng “Miễn” ở trang đơn vị.",
			"The last approval enrols the person at once, due in 30 days. An enrolment cannot be undone; where needed, excuse the person on the page of the unit.")), list}}, nil
}

func (v *view) requestCard(r enrolment.CourseRequest, name, course string) g.Node {
	id := "reason-" + r.Request
	which := h.Span(h.Class("visually-hidden"), g.Text(": "+name+", "+course))
	form := func(action string, content ...g.Node) g.Node {
		return h.Form(h.Method("post"), h.Action(action), v.newOnce(), hidden("person", r.Person), hidden("course", r.Course), hidden("ask", r.Request), hidden("step", strconv.Itoa(r.Step)), g.Group(content))
	}
	label := v.t("Duyệt và ghi danh", "Approve and enrol")
	if r.Step < len(r.Steps) {
		label = v.t("Duyệt, chuyển bước tiếp theo", "Approve; the next decides")
	}
	return h.Article(h.Class("card"), h.H2(g.Text(name)),
		h.Dl(h.Class("facts"), fact(v.t("Khóa học", "Course"), h.A(h.Href("/learn/"+r.Course), g.Text(course))), fact(v.t("Ngày gửi", "Asked on"), v.moment(r.Asked)),
			fact(v.t("Bước duyệt", "Step"), g.Text(strconv.Itoa(r.Step)+"/"+strconv.Itoa(len(r.Steps))+": "+v.approver(r.Steps[r.Step-1]))),
			fact(v.t("Lý do", "Reason"), g.Text(orText(r.Reason, "–")))),
		form("/requests/approve", h.Button(h.Class("btn-primary"), h.Type("submit"), g.Text(label), which)),
		h.Details(h.Summary(v.text("Từ chối", "Refuse"), which), form("/requests/refuse",
			field(id, v.t("Lý do từ chối (người xin học đọc được)", "Why (the person reads it)"), h.Textarea(h.ID(id), h.Name("reason"), h.Required(), h.Rows("2"), h.MaxLength("500"))),
			h.Button(h.Class("btn"), h.Type("submit"), v.text("Từ chối yêu cầu", "Refuse the request"), which))))
}

func (v *view) decideRequest() enrolment.DecideRequest {
	value := v.r.PostFormValue
	step, _ := strconv.Atoi(value("step")) // anything else is no step
	return enrolment.DecideRequest{Person: value("person"), Course: value("course"), Request: value("ask"), Step: step, Reason: value("reason")}
}

func (p *Portal) approveRequest(v *view) (string, uint64, error) {
	done, err := enrolment.ApproveRequest.Call(v.ctx(), p.d.RPC, v.decideRequest())
	return "/requests?ok=approved-course", done.Seq, err
}

func (p *Portal) refuseRequest(v *view) (string, uint64, error) {
	done, err := enrolment.RefuseRequest.Call(v.ctx(), p.d.RPC, v.decideRequest())
	return "/requests?ok=refused-course", done.Seq, err
}
