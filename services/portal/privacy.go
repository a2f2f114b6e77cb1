package portal

import (
	"mime"
	"net/http"
	"net/url"
	"slices"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/services/directory"
)

// privacyRoutes are the pages about personal data: one's own, and those on which administrators answer requests.
func (p *Portal) privacyRoutes(mux *http.ServeMux) {
	mux.Handle("GET /account/privacy", p.page(func(v *view) (page, error) { return p.myPrivacy(v, nil) }))
	mux.Handle("GET /account/privacy/erasure", p.page(func(v *view) (page, error) { return p.erasureForm(v, nil) }))
	mux.Handle("POST /account/privacy/erasure", p.act(p.askErasure, p.erasureForm))
	mux.Handle("POST /account/privacy/withdraw", p.act(p.withdrawPrivacy, p.myPrivacy))
	mux.Handle("POST /account/privacy/export", p.edge.Handle(p.personFile))
	mux.Handle("GET /people/privacy", p.page(p.privacyRequests))
	mux.Handle("POST /people/privacy/acknowledge", p.act(p.acknowledgePrivacy, nil))
	mux.Handle("GET /people/{person}/privacy", p.page(func(v *view) (page, error) { return p.personPrivacy(v, nil) }))
	mux.Handle("POST /people/{person}/privacy", p.act(p.askPrivacy, p.personPrivacy))
	mux.Handle("POST /people/{person}/privacy/export", p.edge.Handle(p.personFile))
	mux.Handle("POST /people/{person}/privacy/erase", p.act(p.erasePerson, p.personPrivacy))
}

// myPrivacy is where a person gets what is held about her and asks for its erasure.
func (p *Portal) myPrivacy(v *view, why *fault.Error) (page, error) {
	mine, err := directory.ListPrivacy.Call(v.ctx(), p.d.RPC, directory.ListPrivacyRequest{After: v.after})
	if err != nil {
		return page{}, err
	}
	title := v.t("Dữ liệu cá nhân của tôi", "My personal data")
	return page{Title: title, Section: "/account", Body: []g.Node{
		v.crumbs(title, crumb{"/account", v.t("Tài khoản", "Account")}),
		h.H1(g.Text(title)),
		v.refusal(why),
		h.P(h.Class("lead"), v.text("Bạn được nhận bản sao mọi dữ liệu hệ thống đang giữ về bạn: nhân thân, đơn vị, ghi danh, tiến độ, bài làm và câu trả lời, giấy chứng nhận, thông báo, nhật ký truy cập.",
			"You may have a copy of everything held about you: particulars, units, enrolments, progress, attempts with answers, certificates, messages, access log.")),
		v.exportButtons("/account/privacy/export", ""),
		h.H2(v.text("Yêu cầu xóa dữ liệu", "Ask for erasure")),
		v.erasureOffer(mine),
		h.H2(v.text("Yêu cầu của tôi", "My requests")),
		v.requestTable(mine, false),
	}}, nil
}

// open reports whether a request may still be withdrawn: nothing was done for it yet.
func open(r directory.PrivacyRequest) bool { return r.State == "received" || r.State == "acknowledged" }

// erasureOffer leads to the page on which erasure is asked for, unless it is asked for already.
func (v *view) erasureOffer(mine []directory.PrivacyRequest) g.Node {
	if slices.ContainsFunc(mine, func(r directory.PrivacyRequest) bool { return r.Kind == "erasure" && open(r) }) {
		return h.P(v.text("Bạn đã yêu cầu xóa dữ liệu. Chừng nào quản trị viên chưa xóa, bạn còn rút được yêu cầu ở bảng dưới đây.",
			"You have asked for erasure. As long as an administrator has not erased your data, you can withdraw the request below."))
	}
	return g.Group{
		h.P(v.text("Quản trị viên sẽ xem xét và trả lời. Trang sau nói rõ điều gì bị xóa, điều gì còn lại trước khi bạn gửi.",
			"An administrator considers it and answers. The next page says what is erased and what stays before you send it.")),
		h.P(h.A(h.Class("btn"), h.Href("/account/privacy/erasure"), v.text("Yêu cầu xóa dữ liệu", "Ask for erasure"))),
	}
}

// erasureForm says what an erasure does before it is asked for.
func (p *Portal) erasureForm(v *view, why *fault.Error) (page, error) {
	attrs, remedy := v.wrong(why, "sure")
	title := v.t("Yêu cầu xóa dữ liệu", "Ask for erasure")
	return page{Title: title, Section: "/account", Body: []g.Node{
		v.crumbs(title, crumb{"/account", v.t("Tài khoản", "Account")}, crumb{"/account/privacy", v.t("Dữ liệu cá nhân của tôi", "My personal data")}),
		h.H1(g.Text(title)), v.refusal(why),
		h.Div(h.Class("notice-warn"), h.P(v.text("Khi quản trị viên đã xóa thì không thể hoàn tác, kể cả từ bản sao lưu.", "Once an administrator has erased your data, it cannot be undone, not even from a backup."))),
		h.H2(v.text("Điều gì sẽ xảy ra", "What happens")),
		h.Ul(h.Li(v.text("Tên, thư điện tử, mã cán bộ, năm sinh và câu trả lời đã gõ không ai đọc lại được nữa.", "Name, e-mail address, personnel code, birth year and typed answers become unreadable to everybody.")),
			h.Li(v.text("Tài khoản kết thúc: bạn bị đăng xuất, không đăng nhập lại được và không tải được dữ liệu hay giấy chứng nhận nữa.", "The account ends: you are signed out, cannot sign in again, and can download neither your data nor your certificates any more.")),
			h.Li(v.text("Bạn không còn trong danh sách của đơn vị; khóa học chưa xong không còn tính là đến hạn.", "You are no longer on your unit's lists; courses that you have not completed are no longer due."))),
		h.H2(v.text("Điều gì còn lại", "What stays")),
		h.Ul(h.Li(v.text("Số liệu tổng hợp của những việc đã hoàn thành, không mang tên.", "Totals of what was completed, without a name.")),
			h.Li(v.text("Giấy chứng nhận đã cấp: số và giá trị băm còn để kiểm tra, không mang tên.", "Certificates that were issued: number and hash stay to be checked, without a name.")),
			h.Li(v.text("Sổ sự kiện: việc gì đã xảy ra và khi nào, không còn đọc được là của ai.", "The record of events: what happened and when, without anybody being able to read whose it was."))),
		h.P(v.text("Gửi yêu cầu chưa xóa gì: quản trị viên xem xét rồi mới xóa, và trước đó bạn rút lại được. Nên tải bản sao dữ liệu trước.",
			"Sending the request erases nothing yet: an administrator considers it first, and until then you can withdraw it. Best download a copy of your data before.")),
		h.Form(h.Class("card"), h.Method("post"), h.Action("/account/privacy/erasure"), v.newOnce(),
			h.Label(h.Class("choice"), h.Input(h.ID("sure"), h.Type("checkbox"), h.Name("sure"), h.Value("yes"), h.Required(), attrs),
				h.Span(v.text("Tôi đã đọc và hiểu rằng việc xóa không thể hoàn tác.", "I have read this, and understand that erasure cannot be undone."))), remedy,
			h.Div(h.Class("actions"), h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Gửi yêu cầu xóa dữ liệu", "Send the request")),
				h.A(h.Class("btn"), h.Href("/account/privacy"), v.text("Không gửi", "Do not send")))),
	}}, nil
}

func (p *Portal) askErasure(v *view) (string, uint64, error) {
	if v.r.PostFormValue("sure") != "yes" {
		return "", 0, fault.New(fault.Invalid, "Chưa gửi: hãy đánh dấu để xác nhận.", "Not sent: please tick the box to confirm.").
			With("sure", "Đánh dấu ô này nếu bạn muốn xóa dữ liệu.", "Tick this box if you want your data erased.")
	}
	asked, err := directory.RequestPrivacy.Call(v.ctx(), p.d.RPC, directory.PrivacyAsk{Kind: "erasure"})
	return "/account/privacy?ok=asked", asked.Seq, err
}

func (p *Portal) withdrawPrivacy(v *view) (string, uint64, error) {
	done, err := directory.WithdrawPrivacy.Call(v.ctx(), p.d.RPC, directory.PrivacyRequestID{Request: v.r.PostFormValue("for")})
	return "/account/privacy?ok=withdrawn-asked", done.Seq, err
}

// withdrawButton takes one's own request back while nothing was done for it.
func (v *view) withdrawButton(r directory.PrivacyRequest) g.Node {
	if !open(r) {
		return g.Text("–")
	}
	return h.Form(h.Method("post"), h.Action("/account/privacy/withdraw"), v.newOnce(), hidden("for", r.Request),
		h.Button(h.Class("btn"), h.Type("submit"), v.text("Rút yêu cầu", "Withdraw")))
}

// exportButtons download what is held about a person, for machines or for reading.
func (v *view) exportButtons(action, request string) g.Node {
	button := func(format, vi, en string) g.Node {
		return h.Form(h.Method("post"), h.Action(action), v.newOnce(), h.Input(h.Type("hidden"), h.Name("format"), h.Value(format)),
			h.Input(h.Type("hidden"), h.Name("for"), h.Value(request)),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text(vi, en)))
	}
	return h.Div(h.Class("actions"), button("pdf", "Tải bản PDF để đọc", "Download as PDF"), button("json", "Tải bản JSON để máy đọc", "Download as JSON"))
}

// requestTable lists requests with their dates; an administrator acknowledges them there, a person withdraws her own.
func (v *view) requestTable(all []directory.PrivacyRequest, staff bool) g.Node {
	if len(all) == 0 {
		return empty(v.t("Chưa có yêu cầu nào.", "There are no requests yet."))
	}
	columns := []column{{v.t("Yêu cầu", "Request"), false}, {v.t("Ngày nhận", "Received"), false}, {v.t("Hạn xác nhận", "To acknowledge by"), false}, {v.t("Tình trạng", "State"), false}}
	if staff {
		columns = append(columns, column{v.t("Người yêu cầu", "Person"), false})
	}
	columns = append(columns, column{v.t("Thao tác", "Action"), false})
	return h.Div(h.Class("scroll"), table(v.t("Yêu cầu về dữ liệu cá nhân", "Requests about personal data"), columns, g.Map(all, func(r directory.PrivacyRequest) g.Node {
		cells := []g.Node{g.Text(v.requestKind(r.Kind)), v.moment(r.Received),
			g.Group{v.day(r.Due), g.If(r.Rule.Vi != "", h.Div(h.Class("meta"), g.Text(v.words(r.Rule))))}, v.requestState(r)}
		if staff {
			cells = append(cells, h.A(h.Href("/people/"+r.Person+"/privacy?for="+url.QueryEscape(r.Request)), g.Text(v.name(r.Name))), v.acknowledgeButton(r))
		} else {
			cells = append(cells, v.withdrawButton(r))
		}
		return row(columns, cells...)
	})))
}

func (v *view) acknowledgeButton(r directory.PrivacyRequest) g.Node {
	if r.State != "received" {
		return g.Text("–")
	}
	return h.Form(h.Method("post"), h.Action("/people/privacy/acknowledge"), v.newOnce(), h.Input(h.Type("hidden"), h.Name("for"), h.Value(r.Request)),
		h.Button(h.Class("btn"), h.Type("submit"), v.text("Xác nhận đã nhận", "Acknowledge")))
}

func (v *view) requestKind(kind string) string {
	if kind == "erasure" {
		return v.t("Xóa dữ liệu", "Erasure")
	}
	return v.t("Nhận bản sao dữ liệu", "Copy of the data")
}

func (v *view) requestState(r directory.PrivacyRequest) g.Node {
	switch {
	case r.State == "fulfilled":
		return g.Group{badge("ok", v.t("Đã thực hiện", "Fulfilled")), g.Text(" "), v.moment(r.Fulfilled)}
	case r.State == "withdrawn":
		return g.Group{badge("", v.t("Đã rút", "Withdrawn")), g.Text(" "), v.moment(r.Withdrawn)}
	case r.State == "acknowledged":
		return g.Group{badge("info", v.t("Đã xác nhận", "Acknowledged")), g.Text(" "), v.moment(r.Acknowledged)}
	case v.p.d.Clock.Now().After(r.Due):
		return badge("bad", v.t("Quá hạn xác nhận", "Overdue"))
	}
	return badge("warn", v.t("Chờ xác nhận", "To be acknowledged"))
}

// privacyRequests shows an administrator everybody's requests.
func (p *Portal) privacyRequests(v *view) (page, error) {
	all, err := directory.ListPrivacy.Call(v.ctx(), p.d.RPC, directory.ListPrivacyRequest{All: true, After: v.after})
	if err != nil {
		return page{}, err
	}
	title := v.t("Yêu cầu về dữ liệu cá nhân", "Requests about personal data")
	return page{Title: title, Section: "/people", Body: []g.Node{
		v.crumbs(title, crumb{"/people", v.t("Đơn vị, nhân sự", "Units and people")}),
		h.H1(g.Text(title)), v.requestTable(all, true),
	}}, nil
}

// personPrivacy is where an administrator enters a person's request, exports for it and erases.
func (p *Portal) personPrivacy(v *view, why *fault.Error) (page, error) {
	if !v.has(events.RoleAdmin) {
		return page{}, fault.New(fault.Denied, "Chỉ quản trị viên xử lý dữ liệu cá nhân của người khác.", "Only administrators handle other people's personal data.")
	}
	person := v.r.PathValue("person")
	known, err := v.names(person)
	if err != nil {
		return page{}, err
	}
	name, request := v.named(known, person), v.r.FormValue("for")
	title := v.t("Dữ liệu cá nhân: ", "Personal data: ") + name
	base := "/people/" + url.PathEscape(person) + "/privacy"
	body := []g.Node{
		v.crumbs(name, crumb{"/people", v.t("Đơn vị, nhân sự", "Units and people")}, crumb{"/people/privacy", v.t("Yêu cầu", "Requests")}),
		h.H1(g.Text(title)), v.refusal(why),
	}
	if known[person] == "" {
		return page{Title: title, Section: "/people", Body: append(body, h.Div(h.Class("notice-info"),
			h.P(v.text("Dữ liệu cá nhân của người này đã được xóa. Số liệu tổng hợp và giấy chứng nhận vẫn còn, không mang tên.",
				"This person's data were erased. Totals and certificates stay, without a name."))))}, nil
	}
	return page{Title: title, Section: "/people", Body: append(body, v.exportForRequest(base, request), v.eraseForm(base, request, why))}, nil
}

func (v *view) exportForRequest(base, request string) g.Node {
	return h.Section(h.H2(v.text("Trả lời yêu cầu nhận dữ liệu", "Answer a request for the data")),
		g.If(request == "", h.Form(h.Class("card"), h.Method("post"), h.Action(base), v.newOnce(),
			h.P(v.text("Xuất dữ liệu của người khác chỉ để trả lời một yêu cầu. Nếu yêu cầu đến bằng văn bản, hãy ghi nhận trước.",
				"Another person's data are exported only to answer a request. Enter a request that came on paper first.")),
			h.Input(h.Type("hidden"), h.Name("kind"), h.Value("export")),
			h.Button(h.Class("btn"), h.Type("submit"), v.text("Ghi nhận yêu cầu nhận dữ liệu", "Enter a request for the data")))),
		g.If(request != "", v.exportButtons(base+"/export", request)))
}

func (v *view) eraseForm(base, request string, why *fault.Error) g.Node {
	wrong := ""
	if why != nil {
		for _, f := range why.Fields {
			if f.Name == "confirm" {
				wrong = v.t(f.Vi, f.En)
			}
		}
	}
	return h.Section(h.H2(v.text("Xóa dữ liệu", "Erase")),
		h.Div(h.Class("notice-warn"), h.P(v.text("Không thể hoàn tác, kể cả từ bản sao lưu. Tên, thư điện tử, mã, năm sinh và câu trả lời đã gõ không đọc lại được; tài khoản kết thúc; số liệu tổng hợp giữ nguyên.",
			"This cannot be undone, not even from a backup. Name, e-mail address, code, birth year and typed answers become unreadable; the account ends; totals stay."))),
		h.Form(h.Class("card"), h.Method("post"), h.Action(base+"/erase"), v.newOnce(),
			h.Input(h.Type("hidden"), h.Name("for"), h.Value(request)),
			field("reason", v.t("Lý do", "Reason"), h.Select(h.ID("reason"), h.Name("reason"), h.Required(),
				h.Option(h.Value("request"), v.text("Theo yêu cầu của người đó", "The person asked")),
				h.Option(h.Value("retention"), v.text("Hết thời hạn lưu giữ", "Retention is over")),
				h.Option(h.Value("order"), v.text("Theo yêu cầu của cơ quan có thẩm quyền", "Ordered by an authority")),
				h.Option(h.Value("error"), v.text("Nhập nhầm", "Registered in error")))),
			field("confirm", v.t("Nhập mã cán bộ của người này để xác nhận", "Type this person's personnel code to confirm"),
				h.Input(h.ID("confirm"), h.Name("confirm"), h.Required(), h.AutoComplete("off"), h.MaxLength("64"),
					g.If(wrong != "", h.Aria("invalid", "true")), g.If(wrong != "", h.Aria("describedby", "confirm-error"))),
				g.If(wrong != "", h.P(h.Class("error"), h.ID("confirm-error"), g.Text(wrong)))),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xóa vĩnh viễn", "Erase for ever"))))
}

// askPrivacy enters a request of the person of the path, by an administrator.
func (p *Portal) askPrivacy(v *view) (string, uint64, error) {
	person := v.r.PathValue("person")
	asked, err := directory.RequestPrivacy.Call(v.ctx(), p.d.RPC, directory.PrivacyAsk{Person: person, Kind: v.r.PostFormValue("kind")})
	return "/people/" + url.PathEscape(person) + "/privacy?ok=asked&for=" + url.QueryEscape(asked.Request), asked.Seq, err
}

func (p *Portal) acknowledgePrivacy(v *view) (string, uint64, error) {
	done, err := directory.AcknowledgePrivacy.Call(v.ctx(), p.d.RPC, directory.PrivacyRequestID{Request: v.r.PostFormValue("for")})
	return "/people/privacy?ok=answered", done.Seq, err
}

func (p *Portal) erasePerson(v *view) (string, uint64, error) {
	person := v.r.PathValue("person")
	request := v.r.PostFormValue("for")
	done, err := directory.ErasePerson.Call(v.ctx(), p.d.RPC, directory.ErasePersonRequest{Person: person, Reason: v.r.PostFormValue("reason"),
		Confirm: v.r.PostFormValue("confirm"), Request: request})
	return "/people/" + url.PathEscape(person) + "/privacy?ok=erased", done.Seq, err
}

// personFile answers with everything held about a person. It is no link: each download is recorded.
func (p *Portal) personFile(w http.ResponseWriter, r *http.Request) error {
	return p.acting(w, r, func(v *view) error {
		done, err := directory.ExportPerson.Call(v.ctx(), p.d.RPC, directory.ExportPersonRequest{Person: r.PathValue("person"), Request: r.PostFormValue("for")})
		if err != nil {
			return err
		}
		body, kind, extension := done.PDF, "application/pdf", ".pdf"
		if r.PostFormValue("format") == "json" {
			body, kind, extension = done.JSON, "application/json", ".json"
		}
		name := done.Name + "-" + clock.Local(p.d.Clock.Now()).Format("20060102") + extension
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		_, _ = w.Write(body) // the reader has left
		return nil
	}, nil)
}
