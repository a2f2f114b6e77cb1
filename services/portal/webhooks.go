package portal

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/services/webhook"
)

const webhooks = "/system/webhooks"

// webhookRoutes are the pages on which administrators say which other systems are told of what happens here.
func (p *Portal) webhookRoutes(mux *http.ServeMux) {
	mux.Handle("GET "+webhooks, p.page(func(v *view) (page, error) { return p.webhooksPage(v, nil) }))
	mux.Handle("POST "+webhooks, p.edge.Handle(p.registerWebhook))
	mux.Handle("GET "+webhooks+"/{endpoint}", p.page(func(v *view) (page, error) { return p.webhookPage(v, nil) }))
	mux.Handle("POST "+webhooks+"/{endpoint}/rotate", p.edge.Handle(p.rotateWebhook))
	mux.Handle("POST "+webhooks+"/{endpoint}/test", p.edge.Handle(p.testWebhook))
	mux.Handle("POST "+webhooks+"/{endpoint}/replay", p.act(func(v *view) (string, uint64, error) {
		done, err := webhook.Replay.Call(v.ctx(), p.d.RPC, webhook.ReplayRequest{Endpoint: v.r.PathValue("endpoint"), From: v.r.PostFormValue("from")})
		return v.webhookPath(), done.Seq, err
	}, p.webhookPage))
	for name, m := range map[string]rpc.Method[webhook.EndpointRequest, rpc.Receipt]{"pause": webhook.Pause, "resume": webhook.Resume, "remove": webhook.Remove} {
		mux.Handle("POST "+webhooks+"/{endpoint}/"+name, p.act(func(v *view) (string, uint64, error) {
			done, err := m.Call(v.ctx(), p.d.RPC, webhook.EndpointRequest{Endpoint: v.r.PathValue("endpoint")})
			if name == "remove" {
				return webhooks, done.Seq, err
			}
			return v.webhookPath(), done.Seq, err
		}, nil))
	}
}

func (v *view) webhookPath() string { return webhooks + "/" + v.r.PathValue("endpoint") }

func (v *view) webhookTitle() string {
	return v.t("Thông báo cho hệ thống khác (webhook)", "Webhooks to other systems")
}

// webhooksPage lists endpoints and registers another.
func (p *Portal) webhooksPage(v *view, why *fault.Error) (page, error) {
	all, err := webhook.ListEndpoints.Call(v.ctx(), p.d.RPC, webhook.ListRequest{After: v.after})
	if err != nil {
		return page{}, err
	}
	types, err := webhook.ListTypes.Call(v.ctx(), p.d.RPC, rpc.Empty{})
	if err != nil {
		return page{}, err
	}
	list := empty(v.t("Chưa có điểm nhận nào. Đăng ký điểm nhận đầu tiên ở biểu mẫu bên dưới.", "There is no endpoint yet. Register the first one below."))
	if len(all) > 0 {
		columns := []column{{v.t("Điểm nhận", "Endpoint"), false}, {v.t("Địa chỉ", "Address"), false}, {v.t("Tình trạng", "State"), false}, {v.t("Lần gửi gần nhất", "Last try"), false}}
		list = tableUnder(v.t("Các điểm nhận", "Endpoints"), columns, g.Map(all, func(e webhook.Endpoint) g.Node {
			last := g.Text("–")
			if e.Last != nil {
				last = g.Group{v.moment(e.Last.At), g.Text(" · "), v.deliveryResult(*e.Last)}
			}
			return row(columns, h.A(h.Href(webhooks+"/"+e.Endpoint), g.Text(e.Name)), h.Code(h.Class("link"), g.Text(e.URL)), v.endpointState(e), last)
		}))
	}
	title := v.webhookTitle()
	return page{Title: title, Section: "/system", Body: []g.Node{
		v.crumbs(title, crumb{"/system", v.t("Hệ thống", "System")}), h.H1(g.Text(title)),
		h.P(h.Class("lead"), v.text("Hệ thống khác của tỉnh nhận được tin khi có người được giao học, hoàn thành, được cấp giấy chứng nhận… Mỗi tin có chữ ký, gửi theo thứ tự, gửi lại đến khi nơi nhận xác nhận.",
			"Other systems of the province are told when people are assigned, complete, or get certificates. Each event is signed, sent in order, and sent again until the receiver confirms it.")),
		h.Section(h.H2(v.text("Các điểm nhận", "Endpoints")), list),
		h.Section(h.H2(v.text("Đăng ký điểm nhận", "Register an endpoint")), v.refusal(why), v.webhookForm(types, why)),
	}}, nil
}

func (v *view) webhookForm(types []webhook.EventType, why *fault.Error) g.Node {
	asked := v.r.PostFormValue
	chosen := v.r.PostForm["type"]
	text := func(name, label, kind, most, hinted string) g.Node {
		attrs, remedy := v.wrong(why, name)
		return field(name, label, h.Input(h.ID(name), h.Name(name), h.Type(kind), h.MaxLength(most), g.If(name != "from", h.Required()), h.Value(asked(name)), attrs), hint(hinted), remedy)
	}
	_, remedy := v.wrong(why, "types")
	return h.Form(h.Class("card"), h.Method("post"), h.Action(webhooks), v.newOnce(),
		text("name", v.t("Tên hệ thống nhận", "Name of the receiving system"), "text", "100", v.t("Ví dụ: Kho dữ liệu dùng chung", "For example: shared data warehouse")),
		text("url", v.t("Địa chỉ nhận", "Address"), "url", "1000", v.t("Bắt đầu bằng https://. Địa chỉ trong mạng nội bộ phải được người vận hành cho phép.", "Begins with https://. Addresses of inner networks must be allowed by the operator.")),
		h.FieldSet(h.Legend(v.text("Loại sự kiện", "Types of events")), remedy, g.Map(types, func(t webhook.EventType) g.Node {
			return h.Label(h.Class("choice"), h.Input(h.Type("checkbox"), h.Name("type"), h.Value(t.Type), g.If(slices.Contains(chosen, t.Type), h.Checked())), h.Span(g.Text(v.words(t.Says)), g.Text(" "), h.Code(g.Text(t.Type))))
		})),
		h.FieldSet(h.Legend(v.text("Dữ liệu cá nhân", "Personal data")), h.Label(h.Class("choice"), h.Input(h.Type("checkbox"), h.Name("codes"), h.Value("1"), g.If(asked("codes") != "", h.Checked())),
			h.Span(v.text("Gửi cả mã cán bộ và số giấy chứng nhận. Chỉ chọn khi có căn cứ chia sẻ dữ liệu; họ tên không bao giờ được gửi.", "Send personnel codes and numbers of certificates too. Only where there is a basis for sharing; names are never sent.")))),
		text("from", v.t("Gửi từ (không bắt buộc)", "From (optional)"), "text", "20", v.fromHint()),
		h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Đăng ký", "Register")))
}

func (v *view) fromHint() string {
	return v.t("Bỏ trống: từ bây giờ. Một ngày như 2026-11-01, hoặc một số thứ tự trong sổ sự kiện: gửi cả những việc đã qua.", "Empty: from now on. A day such as 2026-11-01, or a sequence of the journal: what is past is sent too.")
}

// endpointState says in words how an endpoint is doing.
func (v *view) endpointState(e webhook.Endpoint) g.Node {
	behind := h.P(h.Class("hint"), g.Text(v.t("Còn "+strconv.Itoa(e.Waiting)+" sự kiện chờ gửi", counted(e.Waiting, "event")+" to be sent")))
	switch {
	case e.State == "paused":
		return g.Group{badge("", v.t("Tạm dừng", "Paused")), behind}
	case e.Why == "gone":
		return g.Group{badge("bad", v.t("Đã ngừng gửi: nơi nhận báo không còn nhận", "Suspended: the receiver says it is gone")), behind}
	case e.State == "suspended":
		return g.Group{badge("bad", v.t("Đã ngừng gửi: lỗi nhiều ngày liền", "Suspended: it failed for days")), behind}
	case !e.Failing.IsZero():
		return g.Group{badge("warn", v.t("Đang lỗi, sẽ thử lại", "Failing, will be tried again")), h.P(h.Class("hint"), v.text("Từ ", "Since "), v.moment(e.Failing)), behind}
	case e.Waiting > 0:
		return g.Group{badge("info", v.t("Đang gửi", "Sending")), behind}
	}
	return badge("ok", v.t("Đã gửi hết", "Up to date"))
}

// deliveryResult says what came of a try.
func (v *view) deliveryResult(d webhook.Delivery) g.Node {
	switch {
	case d.Taken():
		return badge("ok", v.t("Đã nhận", "Taken")+" ("+strconv.Itoa(d.Code)+")")
	case d.Code != 0:
		return badge("bad", v.t("Nơi nhận trả lời ", "Answered ")+strconv.Itoa(d.Code))
	}
	said := map[string]string{
		"timeout": v.t("Quá thời gian chờ", "Timed out"), "refused": v.t("Máy chủ từ chối kết nối", "Connection refused"), "name": v.t("Không tìm thấy máy chủ", "Host not found"),
		"tls": v.t("Chứng thư của máy chủ không hợp lệ", "The host's certificate is not valid"), "forbidden": v.t("Địa chỉ nội bộ chưa được phép", "Inner address that is not allowed"),
	}[d.Trouble]
	if said == "" {
		said = v.t("Không kết nối được", "No connection")
	}
	return badge("bad", said)
}

// webhookPage shows one endpoint, its last deliveries, and what can be done with it.
func (p *Portal) webhookPage(v *view, why *fault.Error) (page, error) {
	id := webhook.EndpointRequest{Endpoint: v.r.PathValue("endpoint")}
	all, err := webhook.ListEndpoints.Call(v.ctx(), p.d.RPC, webhook.ListRequest{After: v.after})
	if err != nil {
		return page{}, err
	}
	last, err := webhook.ListDeliveries.Call(v.ctx(), p.d.RPC, id)
	if err != nil {
		return page{}, err
	}
	at := slices.IndexFunc(all, func(e webhook.Endpoint) bool { return e.Endpoint == id.Endpoint })
	if at < 0 {
		return page{}, fault.New(fault.Unavailable, "Điểm nhận vừa được đăng ký chưa hiện ra. Vui lòng tải lại trang.", "The endpoint is not shown yet. Please load the page again.")
	}
	e := all[at]
	replay, why, err := v.webhookReplay(e, why)
	if err != nil {
		return page{}, err
	}
	return page{Title: e.Name, Section: "/system", Body: []g.Node{
		v.crumbs(e.Name, crumb{"/system", v.t("Hệ thống", "System")}, crumb{webhooks, v.webhookTitle()}), h.H1(g.Text(e.Name)), v.refusalWithFields(why),
		h.Dl(h.Class("facts"), fact(v.t("Địa chỉ", "Address"), h.Code(h.Class("link"), g.Text(e.URL))), fact(v.t("Tình trạng", "State"), v.endpointState(e)),
			fact(v.t("Loại sự kiện", "Types"), g.Map(e.Types, func(t string) g.Node { return g.Group{h.Code(g.Text(t)), h.Br()} })),
			fact(v.t("Mã cán bộ", "Personnel codes"), g.If(e.Codes, v.text("có gửi", "sent")), g.If(!e.Codes, v.text("không gửi", "not sent"))),
			g.If(!e.OldUntil.IsZero(), fact(v.t("Khóa cũ còn ký đến", "The old secret signs until"), v.moment(e.OldUntil)))),
		v.webhookActions(e),
		h.Section(h.H2(v.text("Các lần gửi gần nhất", "Last tries")), v.deliveryTable(last)),
		replay,
		h.Form(h.Class("card"), h.Method("post"), h.Action(v.webhookPath()+"/rotate"), v.newOnce(), h.H2(v.text("Đổi khóa bí mật", "Rotate the secret")),
			field("hours", v.t("Khóa cũ còn ký thêm (giờ)", "The old secret signs for (hours)"), h.Input(h.ID("hours"), h.Name("hours"), h.Type("number"), h.Min("0"), h.Max("168"), h.Required(), h.Value("24")),
				hint(v.t("Trong thời gian này mỗi tin có hai chữ ký, để nơi nhận kịp thay khóa. Ghi 0 khi nghi khóa bị lộ.", "Meanwhile each event has two signatures, so that the receiver can change over. 0 when the secret may be known."))),
			h.Button(h.Class("btn"), h.Type("submit"), v.text("Tạo khóa mới", "Make a new secret"))),
		h.Form(h.Class("card"), h.Method("post"), h.Action(v.webhookPath()+"/remove"), v.newOnce(), h.Data("confirm", v.t("Xóa điểm nhận này? Không khôi phục được.", "Remove this endpoint? It cannot be undone.")),
			h.H2(v.text("Xóa điểm nhận", "Remove")), h.P(v.text("Không gửi gì nữa; khóa bí mật bị hủy.", "Nothing more is sent; the secret is destroyed.")), h.Button(h.Class("btn"), h.Type("submit"), v.text("Xóa điểm nhận", "Remove the endpoint"))),
	}}, nil
}

func (v *view) webhookActions(e webhook.Endpoint) g.Node {
	act := func(name, text string) g.Node {
		return h.Form(h.Method("post"), h.Action(v.webhookPath()+"/"+name), v.newOnce(), h.Button(h.Class("btn"), h.Type("submit"), g.Text(text)))
	}
	return h.Div(h.Class("actions"), act("test", v.t("Gửi sự kiện thử", "Send a test event")),
		g.If(e.State == "active", act("pause", v.t("Tạm dừng", "Pause"))),
		g.If(e.State != "active", act("resume", v.t("Gửi tiếp", "Resume"))),
		g.If(e.State == "active" && !e.Failing.IsZero(), act("resume", v.t("Thử lại ngay", "Try again now"))))
}

func (v *view) deliveryTable(all []webhook.Delivery) g.Node {
	if len(all) == 0 {
		return empty(v.t("Chưa gửi lần nào.", "Nothing was sent yet."))
	}
	columns := []column{{v.t("Lúc", "At"), false}, {v.t("Sự kiện", "Event"), false}, {v.t("Kết quả", "Result"), false}, {v.t("Lần thử", "Try"), true}, {v.t("Thời gian (ms)", "Time (ms)"), true}}
	return tableUnder(v.t("Các lần gửi gần nhất", "Last tries"), columns, g.Map(all, func(d webhook.Delivery) g.Node {
		return row(columns, v.moment(d.At), g.Group{h.Code(g.Text(d.Event)), h.Br(), g.Text(d.Type)}, v.deliveryResult(d), itoa(d.Try), g.Text(strconv.FormatInt(d.Millis, 10)))
	}))
}

// webhookReplay asks from where on, and shows how many events that is before anything is sent.
func (v *view) webhookReplay(e webhook.Endpoint, why *fault.Error) (g.Node, *fault.Error, error) {
	from := strings.TrimSpace(v.r.FormValue("from"))
	form := h.Form(h.Method("get"), h.Action(v.webhookPath()+"#replay"), field("from", v.t("Từ ngày hoặc từ sau số", "From a day, or behind a sequence"),
		h.Input(h.ID("from"), h.Name("from"), h.Type("text"), h.Required(), h.MaxLength("20"), h.Value(from)), hint(v.t("Ví dụ 2026-11-01, hoặc 1200 để gửi từ sự kiện 1201.", "For example 2026-11-01, or 1200 to send from event 1201 on."))),
		h.Button(h.Class("btn"), h.Type("submit"), v.text("Xem trước", "Preview")))
	var shown g.Node
	if from != "" && why == nil {
		preview, err := webhook.PreviewReplay.Call(v.ctx(), v.p.d.RPC, webhook.ReplayRequest{Endpoint: e.Endpoint, From: from})
		if fault.Is(err, fault.Invalid) {
			why, err = fault.Of(err), nil
		} else {
			shown = h.Form(h.Method("post"), h.Action(v.webhookPath()+"/replay"), v.newOnce(), hidden("from", strconv.FormatUint(preview.After, 10)),
				h.P(h.Role("status"), g.Text(v.t("Sẽ gửi "+strconv.Itoa(preview.Count)+" sự kiện, bắt đầu sau số "+strconv.FormatUint(preview.After, 10)+".", counted(preview.Count, "event")+" will be sent, behind sequence "+strconv.FormatUint(preview.After, 10)+"."))),
				h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Gửi lại", "Replay")))
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return h.Section(h.Class("card"), h.ID("replay"), h.H2(v.text("Gửi lại từ đầu hoặc từ một thời điểm", "Replay")),
		h.P(v.text("Mỗi sự kiện giữ nguyên mã, nên nơi nhận nhận ra những gì đã có.", "Each event keeps its id, so the receiver knows what it has.")), form, shown), why, nil
}

func (p *Portal) registerWebhook(w http.ResponseWriter, r *http.Request) error {
	return p.acting(w, r, func(v *view) error {
		value := r.PostFormValue
		done, err := webhook.Register.Call(v.ctx(), p.d.RPC, webhook.RegisterRequest{Name: value("name"), URL: value("url"), Types: r.PostForm["type"], Codes: value("codes") != "", From: strings.TrimSpace(value("from"))})
		if err != nil {
			return err
		}
		return p.showSecret(w, v, done)
	}, p.webhooksPage)
}

func (p *Portal) rotateWebhook(w http.ResponseWriter, r *http.Request) error {
	return p.acting(w, r, func(v *view) error {
		hours, err := strconv.Atoi(r.PostFormValue("hours"))
		if err != nil {
			hours = -1 // refused as any number that cannot be
		}
		done, err := webhook.RotateSecret.Call(v.ctx(), p.d.RPC, webhook.RotateRequest{Endpoint: r.PathValue("endpoint"), Hours: hours})
		if err != nil {
			return err
		}
		return p.showSecret(w, v, done)
	}, p.webhookPage)
}

// showSecret is the only page that shows a secret; loaded again it shows none.
func (p *Portal) showSecret(w http.ResponseWriter, v *view, done webhook.Registered) error {
	title := v.t("Khóa bí mật của điểm nhận", "The endpoint's secret")
	shown := g.Node(h.P(v.text("Khóa đã hiện một lần. Nếu chưa ghi lại, hãy tạo khóa mới ở trang của điểm nhận.", "The secret was shown once. If it was not written down, make a new one on the endpoint's page.")))
	if done.Secret != "" {
		shown = g.Group{h.Div(h.Class("notice-warn"), h.P(v.text("Hãy chép khóa này vào cấu hình của nơi nhận ngay. Trang này chỉ hiện một lần.", "Copy this secret into the receiver's settings now. It is shown this once only."))),
			h.P(h.Code(h.Class("link"), g.Text(done.Secret)))}
	}
	return p.render(w, v, http.StatusOK, page{Title: title, Section: "/system", Body: []g.Node{
		v.crumbs(title, crumb{"/system", v.t("Hệ thống", "System")}, crumb{webhooks, v.webhookTitle()}), h.H1(g.Text(title)), shown,
		h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href(withSeq(webhooks+"/"+done.Endpoint, done.Seq)), v.text("Đến trang của điểm nhận", "To the endpoint"))),
	}})
}

// testWebhook sends a test event and shows what came of it.
func (p *Portal) testWebhook(w http.ResponseWriter, r *http.Request) error {
	return p.acting(w, r, func(v *view) error {
		d, err := webhook.SendTest.Call(v.ctx(), p.d.RPC, webhook.EndpointRequest{Endpoint: r.PathValue("endpoint")})
		if err != nil {
			return err
		}
		title := v.t("Kết quả gửi thử", "What came of the test")
		return p.render(w, v, http.StatusOK, page{Title: title, Section: "/system", Body: []g.Node{
			v.crumbs(title, crumb{"/system", v.t("Hệ thống", "System")}, crumb{webhooks, v.webhookTitle()}), h.H1(g.Text(title)),
			h.P(h.Role("status"), v.deliveryResult(d), g.Text(" · "+strconv.FormatInt(d.Millis, 10)+" ms")),
			h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href(v.webhookPath()), v.text("Về trang của điểm nhận", "Back to the endpoint"))),
		}})
	}, nil)
}
