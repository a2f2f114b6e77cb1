package portal

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/services/catalog"
	"khuevan/services/certification"
)

// orderRoutes are the pages on which certificates are ordered for many at once.
func (p *Portal) orderRoutes(mux *http.ServeMux) {
	mux.Handle("GET /issue", p.page(func(v *view) (page, error) { return p.ordersPage(v, nil) }))
	mux.Handle("POST /issue", p.act(p.startOrder, p.ordersPage))
	mux.Handle("GET /issue/{order}", p.page(func(v *view) (page, error) { return p.orderPage(v, nil) }))
	mux.Handle("POST /issue/{order}/retry", p.act(p.retryOrder, p.orderPage))
}

// certificateRule says how certificates of a course or a programme are issued.
func (v *view) certificateRule(rule string) string {
	switch rule {
	case events.CertificateOrdered:
		return v.t("cấp theo đợt, khi có quyết định", "in batches, when they are ordered")
	case events.CertificateNone:
		return v.t("không cấp", "none are issued")
	}
	return v.t("cấp ngay khi hoàn thành", "at once on completion")
}

// certifiable is what certificates may be ordered of.
type certifiable struct {
	offer
	programmes []catalog.ProgrammeCard
}

func (o certifiable) title(v *view, course, programme string) string {
	return v.assignedTitle(o.offer, o.programmes, course, programme)
}

// orderOf is an order of what was chosen in the form: a course, or a programme behind its prefix.
func orderOf(chosen, from, through string) certification.OrderRequest {
	req := certification.OrderRequest{Course: chosen, From: from, Through: through}
	if programme, ok := strings.CutPrefix(chosen, programmePrefix); ok {
		req.Course, req.Programme = "", programme
	}
	return req
}

// ordersPage lets staff choose whose certificates to order, shows who that is, and lists earlier orders.
func (p *Portal) ordersPage(v *view, why *fault.Error) (page, error) {
	courses, err := catalog.ListCourses.Call(v.ctx(), p.d.RPC, catalog.ListCoursesRequest{})
	if err != nil {
		return page{}, err
	}
	all, err := certification.ListOrders.Call(v.ctx(), p.d.RPC, certification.ListOrdersRequest{Place: v.r.URL.Query().Get("place"), After: v.after})
	if err != nil {
		return page{}, err
	}
	programmes, err := v.programmes()
	if err != nil {
		return page{}, err
	}
	o := certifiable{offer{courses: courses}, programmes}
	var shown g.Node
	if v.r.FormValue("through") != "" && why == nil {
		shown, err = v.orderPreview(o)
		if refused := fault.Of(err); fault.Is(err, fault.Invalid) {
			why, err = refused, nil
		}
		if err != nil {
			return page{}, err
		}
	}
	list, err := v.orderTable(o, all)
	title := v.t("Cấp giấy chứng nhận theo đợt", "Certificates in batches")
	return page{Title: title, Section: "/courses", Body: []g.Node{
		v.orderCrumbs(title), h.H1(g.Text(title)), v.refusal(why),
		h.P(h.Class("lead"), v.text("Chọn khóa học hoặc chương trình và khoảng ngày hoàn thành. Mỗi người đã hoàn thành mà chưa có giấy của chu kỳ đó sẽ được cấp đúng một giấy; ai đã có thì bỏ qua.",
			"Choose a course or a programme and the days of completion. Everybody who completed it and has no certificate for that cycle gets exactly one; whoever has one is passed over.")),
		v.orderForm(o), shown,
		h.Section(h.H2(v.text("Các đợt cấp", "Orders")), list),
	}}, err
}

func (v *view) orderCrumbs(here string, above ...crumb) g.Node {
	first := crumb{title: v.t("Khóa học", "Courses")}
	if v.has(events.RoleTrainer) {
		first.path = "/courses"
	}
	return v.crumbs(here, append([]crumb{first}, above...)...)
}

func (v *view) orderForm(o certifiable) g.Node {
	today := clock.Local(v.p.d.Clock.Now())
	day := func(name, label, otherwise string) g.Node {
		if asked := v.r.FormValue(name); asked != "" {
			otherwise = asked
		}
		return field(name, label, h.Input(h.ID(name), h.Name(name), h.Type("date"), h.Required(), h.Value(otherwise)))
	}
	return h.Form(h.Class("card"), h.Method("get"), h.Action("/issue"),
		v.assignable(o.offer, o.programmes, v.r.FormValue("course"), true),
		day("from", v.t("Hoàn thành từ ngày", "Completed from"), today.AddDate(0, -1, 0).Format("2006-01-02")), day("through", v.t("Đến hết ngày", "Through"), today.Format("2006-01-02")),
		h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xem trước", "Preview")))
}

// orderPreview shows whom an order would reach; the form under it orders just these.
func (v *view) orderPreview(o certifiable) (g.Node, error) {
	course, from, through := v.r.FormValue("course"), v.r.FormValue("from"), v.r.FormValue("through")
	asked := orderOf(course, from, through)
	x, err := certification.PreviewOrder.Call(v.ctx(), v.p.d.RPC, asked)
	if err != nil {
		return nil, err
	}
	all, err := v.names(x.People()...)
	if err != nil {
		return nil, err
	}
	stat := func(name string, n int) g.Node { return h.Div(h.Class("stat"), h.Dt(g.Text(name)), h.Dd(itoa(n))) }
	return h.Section(h.H2(g.Text(o.title(v, asked.Course, asked.Programme))),
		h.Dl(h.Class("stats"), stat(v.t("Chờ cấp", "Waiting"), x.Waiting), stat(v.t("Đã có giấy", "Have one"), x.Held)),
		h.P(h.Class("meta"), v.text("Theo quy định hiện hành: ", "As its latest version says: "), g.Text(v.certificateRule(x.Rule)), g.Text(".")),
		g.If(x.Rule == events.CertificateNone, h.P(h.Class("notice-warn"), v.text("Khóa học hoặc chương trình này không cấp giấy chứng nhận.", "No certificates are issued for this course or programme."))),
		g.If(x.Waiting == 0, empty(v.t("Không có ai đang chờ cấp trong khoảng ngày này.", "Nobody waits between these days."))),
		g.If(x.Waiting > 0 && x.Rule != events.CertificateNone, h.Form(h.Class("card"), h.Method("post"), h.Action("/issue"), v.newOnce(),
			h.Data("confirm", v.t("Cấp "+strconv.Itoa(x.Waiting)+" giấy chứng nhận? Giấy đã cấp không sửa được.", "Issue "+counted(x.Waiting, "certificate")+"? What is issued cannot be changed.")),
			hidden("course", course), hidden("from", from), hidden("through", through), hidden("known", strconv.FormatUint(x.Known, 10)),
			h.P(v.text("Việc cấp chạy trên máy chủ; bạn có thể rời trang. Số vào sổ nối tiếp nhau, không nhảy số.", "It is done by the server; you may leave the page. Numbers of the register follow each other without gaps.")),
			h.Button(h.Class("btn-primary"), h.Type("submit"), g.Text(v.t("Cấp "+strconv.Itoa(x.Waiting)+" giấy chứng nhận", "Issue "+counted(x.Waiting, "certificate")))))),
		v.orderRows(v.t("Chờ cấp", "Waiting"), all, x.Who, x.Waiting, asked.Programme == ""), v.orderRows(v.t("Đã có giấy, sẽ bỏ qua", "Have one, are passed over"), all, x.Holders, x.Held, asked.Programme == ""),
	), nil
}

// orderRows lists completions; those of a programme have no mark.
func (v *view) orderRows(title string, all names, rows []certification.OrderRow, total int, marked bool) g.Node {
	if len(rows) == 0 {
		return nil
	}
	columns := []column{{v.t("Họ và tên", "Name"), false}, {v.t("Hoàn thành", "Completed"), false}, {v.t("Chu kỳ", "Cycle"), true}, {v.t("Phiên bản", "Version"), true}, {v.t("Điểm", "Mark"), true}, {v.t("Giấy chứng nhận", "Certificate"), false}}
	return h.Section(h.H3(g.Text(title)),
		g.If(total > len(rows), h.P(h.Class("meta"), g.Textf(v.t("%d dòng đầu trong tổng số %d.", "The first %d of %d."), len(rows), total))),
		tableUnder(title, columns, g.Map(rows, func(r certification.OrderRow) g.Node {
			var state g.Node
			mark := "–"
			if marked {
				mark = v.outOfTen(r.Mark)
			}
			switch {
			case r.Code != "":
				state = h.A(h.Href("/verify/"+url.PathEscape(r.Code)), h.Code(g.Text(r.Code)))
			case r.Why != "":
				state = badge("warn", v.obstacle(r.Why))
			default:
				state = badge("info", v.t("sẽ được cấp", "will be issued"))
			}
			return row(columns, g.Text(v.holderOf(all, r.Person)), v.day(r.Completed), itoa(r.Period), itoa(r.Version), g.Text(mark), state)
		})))
}

// holderOf names somebody, by the id where there is no name.
func (v *view) holderOf(all names, person string) string {
	if name, known := all[person]; known {
		return v.name(name)
	}
	return person
}

// obstacle says why a certificate cannot be issued.
func (v *view) obstacle(why string) string {
	switch why {
	case "person":
		return v.t("chưa có trong danh sách nhân sự", "not known to the directory")
	case "version":
		return v.t("không có phiên bản khóa học hoặc chương trình này", "the course or programme has no such version")
	case "erased":
		return v.t("dữ liệu cá nhân đã xóa", "personal data erased")
	}
	return why
}

func (v *view) orderTable(o certifiable, all certification.OrderPage) (g.Node, error) {
	if len(all.Items) == 0 {
		return empty(v.t("Chưa có đợt cấp nào.", "There is none yet.")), nil
	}
	var people []string
	for _, x := range all.Items {
		people = append(people, x.By)
	}
	who, err := v.names(people...)
	columns := []column{{v.t("Thời gian", "Time"), false}, {v.t("Khóa học hoặc chương trình", "Course or programme"), false}, {v.t("Người yêu cầu", "By"), false}, {v.t("Tình trạng", "State"), false}, {v.t("Cần cấp", "Asked for"), true}, {v.t("Đã cấp", "Issued"), true}, {v.t("Lỗi", "Failed"), true}}
	return g.Group{
		tableUnder(v.t("Các đợt cấp, mới nhất ở trên", "Orders, newest first"), columns, g.Map(all.Items, func(x certification.Order) g.Node {
			return row(columns, h.A(h.Href("/issue/"+x.Order), v.moment(x.At)), g.Text(o.title(v, x.Course, x.Programme)), g.Text(v.holderOf(who, x.By)), v.orderBadge(x), itoa(x.Count), itoa(x.Issued), itoa(x.Failed))
		})),
		g.If(all.Next != "", h.P(h.A(h.Class("btn"), h.Href(query("/issue", "place", all.Next)), v.text("Trang sau", "Next")))),
	}, err
}

func (v *view) orderBadge(x certification.Order) g.Node {
	switch {
	case x.Finished.IsZero():
		return badge("info", v.t("Đang cấp", "Being issued"))
	case x.Failed > 0:
		return badge("warn", v.t("Xong, còn lỗi", "Done, some failed"))
	}
	return badge("ok", v.t("Đã xong", "Done"))
}

// orderPage shows an order as it goes on.
func (p *Portal) orderPage(v *view, why *fault.Error) (page, error) {
	x, err := certification.GetOrder.Call(v.ctx(), p.d.RPC, certification.GetOrderRequest{Order: v.r.PathValue("order"), After: v.after})
	if err != nil {
		return page{}, err
	}
	state, err := v.orderState(x)
	if err != nil || v.r.URL.Query().Get("part") != "" {
		return page{Bare: true, Body: []g.Node{state}}, err
	}
	courses, err := catalog.ListCourses.Call(v.ctx(), p.d.RPC, catalog.ListCoursesRequest{})
	if err != nil {
		return page{}, err
	}
	programmes, err := v.programmes()
	title := v.t("Đợt cấp: ", "Order: ") + certifiable{offer{courses: courses}, programmes}.title(v, x.Course, x.Programme)
	return page{Title: title, Section: "/courses", Body: []g.Node{
		v.orderCrumbs(title, crumb{"/issue", v.t("Cấp giấy chứng nhận theo đợt", "Certificates in batches")}), h.H1(g.Text(title)), v.refusal(why),
		h.P(h.Class("lead"), v.text("Hoàn thành từ ", "Completed from "), v.dayText(x.From), v.text(" đến hết ", " through "), v.dayText(x.Through), g.Text(".")),
		h.Div(g.Attr("hx-ext", "sse"), g.Attr("sse-connect", "/live?of=certification"), state),
	}}, err
}

// orderState asks for itself again while the order goes on.
func (v *view) orderState(x certification.Order) (g.Node, error) {
	who, err := v.names(append(x.People(), x.By)...)
	if err != nil {
		return nil, err
	}
	at := "/issue/" + x.Order
	busy := x.Finished.IsZero()
	stat := func(name string, n int) g.Node { return h.Div(h.Class("stat"), h.Dt(g.Text(name)), h.Dd(itoa(n))) }
	sentence := v.t("Đã xong.", "Done.")
	switch {
	case busy:
		sentence = v.t("Đang cấp. Bạn có thể rời trang này; việc cấp vẫn tiếp tục, kể cả khi máy chủ khởi động lại.", "Being issued. You may leave this page; it goes on, also when the server is started again.")
	case x.Failed > 0:
		sentence = v.t("Đã xong, nhưng có giấy không cấp được; lý do ở dưới.", "Done, but some could not be issued; see below why.")
	}
	return h.Div(h.ID("order"), g.If(busy, g.Group{g.Attr("hx-get", at+"?part=1"), g.Attr("hx-trigger", "sse:changed, every 2s"), g.Attr("hx-swap", "outerHTML")}),
		h.P(h.Role("status"), g.Text(sentence)),
		h.P(h.Class("meta"), g.Text(v.holderOf(who, x.By)+" · "), v.moment(x.At)),
		g.If(busy, bar(x.Issued+x.Failed, x.Count, v.t("Tiến độ", "Progress"))),
		h.Dl(h.Class("stats"), stat(v.t("Cần cấp", "Asked for"), x.Count), stat(v.t("Đã cấp", "Issued"), x.Issued), stat(v.t("Không cấp được", "Failed"), x.Failed)),
		v.orderFailures(x, who),
		g.If(!busy && x.Failed > 0, h.Form(h.Method("post"), h.Action(at+"/retry"), v.newOnce(), h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Thử lại các giấy lỗi", "Try what failed again")))),
	), nil
}

func (v *view) orderFailures(x certification.Order, who names) g.Node {
	if len(x.Failures) == 0 {
		return nil
	}
	title := v.t("Không cấp được", "Could not be issued")
	columns := []column{{v.t("Họ và tên", "Name"), false}, {v.t("Lý do", "Reason"), false}}
	return h.Section(h.H2(g.Text(title)),
		g.If(x.Failed > len(x.Failures), h.P(h.Class("meta"), g.Textf(v.t("%d dòng đầu trong tổng số %d.", "The first %d of %d."), len(x.Failures), x.Failed))),
		tableUnder(title, columns, g.Map(x.Failures, func(f certification.OrderFailure) g.Node {
			return row(columns, g.Text(v.holderOf(who, f.Person)), g.Text(v.obstacle(f.Why)))
		})))
}

func (p *Portal) startOrder(v *view) (string, uint64, error) {
	known, err := strconv.ParseUint(v.r.PostFormValue("known"), 10, 64)
	if err != nil {
		return "", 0, fault.New(fault.Invalid, "Hãy xem trước rồi cấp.", "Look at the preview first.")
	}
	req := orderOf(v.r.PostFormValue("course"), v.r.PostFormValue("from"), v.r.PostFormValue("through"))
	req.Known = known
	started, err := certification.StartOrder.Call(v.ctx(), p.d.RPC, req)
	return "/issue/" + started.Order, started.Seq, err
}

func (p *Portal) retryOrder(v *view) (string, uint64, error) {
	id := v.r.PathValue("order")
	done, err := certification.RetryOrder.Call(v.ctx(), p.d.RPC, certification.RetryOrderRequest{Order: id})
	return "/issue/" + id, done.Seq, err
}
