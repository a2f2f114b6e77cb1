package portal

import (
	"bytes"
	"net/http"
	"net/url"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/assets"
	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/web"
)

// page is the content of a page; the frame around it is the same everywhere.
type page struct {
	Title   string
	Section string // path of the navigation entry it belongs to
	Body    []g.Node
	Bare    bool   // only the body: a fragment that replaces a part of an open page
	Address string // of the page that a fragment makes of the open one; "" leaves it
	Media   string // another site that a video of the page comes from
	Focus   bool   // without the navigation: nothing leads away by mistake
}

func (p *Portal) render(w http.ResponseWriter, v *view, status int, content page) error {
	var out bytes.Buffer
	var err error
	if content.Media != "" {
		web.AllowMedia(w.Header(), content.Media)
	}
	if content.Address != "" {
		w.Header().Set("HX-Replace-Url", content.Address)
	}
	if content.Bare {
		err = g.Group(content.Body).Render(&out)
	} else {
		err = v.frame(content).Render(&out)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // the reader has left
	return nil
}

func (v *view) frame(content page) g.Node {
	return h.Doctype(h.HTML(h.Lang(v.lang),
		h.Head(
			h.Meta(h.Charset("utf-8")),
			h.Meta(h.Name("viewport"), h.Content("width=device-width, initial-scale=1")),
			h.Meta(h.Name("htmx-config"), h.Content(assets.HTMXConfig)),
			h.Meta(h.Name("color-scheme"), h.Content("light dark")),
			h.TitleEl(g.Text(content.Title+" · Khuê Văn")),
			h.Link(h.Rel("icon"), h.Href(v.p.bundle.Path("icon.svg"))),
			h.Link(h.Rel("stylesheet"), h.Href(v.p.bundle.Path("app.css"))),
			h.Script(h.Src(v.p.bundle.Path("app.js")), h.Defer()),
		),
		h.Body(
			h.A(h.Class("skip"), h.Href("#main"), v.text("Đến nội dung chính", "Skip to content")),
			v.top(content),
			h.Main(h.Class("page"), h.ID("main"), v.done(), g.Group(content.Body)),
			h.Footer(h.Class("foot"), h.P(v.text("Khuê Văn: nền tảng bồi dưỡng và nâng cao nhận thức an toàn thông tin.", "Khuê Văn: training and security awareness.")),
				g.If(v.p.d.Demo, h.P(v.text("Chế độ dùng thử. Mọi đơn vị, con người và số liệu đều là giả định.", "Demo mode. All units, people and figures are fictitious.")))),
		),
	))
}

func (v *view) top(content page) g.Node {
	return h.Header(h.Class("top"),
		h.A(h.Class("brand"), h.Href("/"), h.Img(h.Src(v.p.bundle.Path("icon.svg")), h.Alt(""), h.Width("40"), h.Height("40")),
			h.Span(g.Text("Khuê Văn"), h.Small(g.Text(v.p.c.Issuer)))),
		v.languages(),
		g.If(v.who.Person != "" && !content.Focus, g.Group{
			h.Form(h.Class("user"), h.Method("post"), h.Action("/sign-out"),
				h.Span(g.Text(v.who.Name), h.Small(g.Text(v.who.UnitName))),
				h.Button(h.Class("btn-quiet"), h.Type("submit"), v.text("Đăng xuất", "Sign out"))),
			h.Nav(h.Class("nav"), h.Aria("label", v.t("Điều hướng chính", "Main")), h.Ul(g.Map(v.entries(), func(e entry) g.Node {
				return h.Li(h.A(h.Href(e.path), g.If(e.path == content.Section, h.Aria("current", "page")), g.Text(e.title)))
			}))),
		}),
	)
}

// entry is one entry of the main navigation.
type entry struct{ path, title string }

// entries are what the reader's roles have pages for.
func (v *view) entries() []entry {
	all := []entry{
		{"/learn", v.t("Việc học của tôi", "My learning")},
		{"/catalogue", v.t("Danh mục khóa học", "Course catalogue")},
		{"/certificates", v.t("Chứng nhận", "Certificates")},
		{"/inbox", v.t("Hộp thư", "Inbox")},
	}
	for _, e := range []struct {
		role string
		entry
	}{
		{events.RoleHead, entry{"/unit", v.t("Đơn vị của tôi", "My unit")}},
		{events.RoleTrainer, entry{"/courses", v.t("Khóa học", "Courses")}},
		{events.RoleTrainer, entry{programmesPath, v.t("Chương trình học", "Programmes")}},
		{events.RoleTrainer, entry{"/assignments", v.t("Giao học", "Assignments")}},
		{events.RoleTrainer, entry{"/campaigns", v.t("Đợt nhắc học", "Campaigns")}},
		{events.RoleAnalyst, entry{"/report", v.t("Báo cáo", "Report")}},
		{events.RoleAdmin, entry{"/people", v.t("Đơn vị, nhân sự", "Units and people")}},
		{events.RoleAdmin, entry{"/units", v.t("Cơ cấu tổ chức", "Organisation")}},
		{events.RoleAdmin, entry{"/import", v.t("Nhập dữ liệu", "Import")}},
		{events.RoleAdmin, entry{"/system", v.t("Hệ thống", "System")}},
	} {
		if v.has(e.role) {
			all = append(all, e.entry)
		}
	}
	if v.has(events.RoleTrainer) || v.has(events.RoleAnalyst) {
		all = append(all, entry{recallPath, v.t("Ôn tập nhắc lại", "Recall")})
	}
	if v.has(events.RoleHead) || v.has(events.RoleTrainer) {
		all = append(all, entry{"/requests", v.t("Duyệt yêu cầu học", "Requests for courses")})
	}
	if v.has(events.RoleTrainer) || v.has(events.RoleAdmin) {
		all = append(all, entry{templatesPath, v.t("Mẫu thông báo", "Message templates")})
	}
	if v.p.d.Demo {
		all = append(all, entry{"/mail", v.t("Thư thử nghiệm", "Demo mail")})
	}
	return append(all, entry{"/account", v.t("Tài khoản", "Account")})
}

func (v *view) languages() g.Node {
	other, name := "en", "English"
	if v.lang == "en" {
		other, name = "vi", "Tiếng Việt"
	}
	back := v.r.URL.RequestURI()
	if v.r.Method != http.MethodGet {
		back = "/"
	}
	return h.A(h.Class("lang"), h.Lang(other), h.Href("/lang?to="+other+"&back="+url.QueryEscape(back)), g.Text(name))
}

// done tells that what the reader just asked for was done; the redirect names it.
func (v *view) done() g.Node {
	text, ok := map[string]web.Text{
		"published":           {Vi: "Đã xuất bản khóa học.", En: "The course is published."},
		"withdrawn":           {Vi: "Đã rút khóa học khỏi danh mục.", En: "The course was withdrawn."},
		"assigned":            {Vi: "Đã giao khóa học. Học viên đang được ghi danh.", En: "Assigned. People are being enrolled."},
		"chosen":              {Vi: "Đã chọn. Khóa học hiện ở mục “Cần hoàn thành” sau giây lát.", En: "Chosen. The course appears under “To do” in a moment."},
		"ended":               {Vi: "Đã dừng. Từ nay không ghi danh thêm ai; việc đang học vẫn giữ nguyên.", En: "Ended. Nobody more is enrolled; what is open stays."},
		"taken-back":          {Vi: "Đã dừng; việc thu hồi đang chạy.", En: "Ended; it is being taken back."},
		"scheduled":           {Vi: "Đã lên lịch đợt nhắc học.", En: "The campaign is scheduled."},
		"paused":              {Vi: "Đã tạm dừng đợt nhắc học.", En: "The campaign is paused."},
		"resumed":             {Vi: "Đợt nhắc học đã chạy tiếp.", En: "The campaign goes on."},
		"stopped":             {Vi: "Đã dừng đợt nhắc học.", En: "The campaign is stopped."},
		"imported":            {Vi: "Đã nhập dữ liệu.", En: "The data were imported."},
		"calibrated":          {Vi: "Đã hiệu chuẩn ngân hàng câu hỏi.", En: "The bank is calibrated."},
		"replayed":            {Vi: "Đã chạy lại sự kiện.", En: "The event was run again."},
		"letter-again":        {Vi: "Thư được gửi lại.", En: "The e-mail is sent again."},
		"letter-leave":        {Vi: "Đã ghi nhận: không gửi thư này.", En: "Recorded: this e-mail is left."},
		"password":            {Vi: "Đã đổi mật khẩu. Các thiết bị khác đã bị đăng xuất.", En: "The password was changed. Other devices are signed out."},
		"codes-off":           {Vi: "Đã tắt mã xác thực.", En: "Codes are off."},
		"passkey":             {Vi: "Đã thêm khóa truy cập.", En: "The passkey was added."},
		"passkey-removed":     {Vi: "Đã gỡ khóa truy cập.", En: "The passkey was removed."},
		"session-ended":       {Vi: "Đã đăng xuất thiết bị đó.", En: "That device is signed out."},
		"sessions-ended":      {Vi: "Đã đăng xuất khỏi mọi thiết bị khác.", En: "You are signed out everywhere else."},
		"stand-in":            {Vi: "Đã giao người thay.", En: "The stand-in is given."},
		"stand-in-ended":      {Vi: "Đã chấm dứt việc thay.", En: "The stand-in is ended."},
		"withdrawn-asked":     {Vi: "Đã rút yêu cầu.", En: "The request is withdrawn."},
		"asked":               {Vi: "Đã ghi nhận yêu cầu.", En: "The request is entered."},
		"asked-course":        {Vi: "Đã gửi yêu cầu. Người duyệt đã nhận được tin.", En: "Your request is sent. Whoever approves has been told."},
		"entered":             {Vi: "Đã ghi danh. Khóa học hiện ở “Việc học của tôi” sau giây lát.", En: "You are enrolled. The course appears under “My learning” in a moment."},
		"approved-course":     {Vi: "Đã duyệt yêu cầu.", En: "The request is approved."},
		"refused-course":      {Vi: "Đã từ chối yêu cầu; người xin học đã được báo.", En: "The request is refused; the person has been told."},
		"answered":            {Vi: "Đã xác nhận yêu cầu.", En: "The request is acknowledged."},
		"erased":              {Vi: "Đã xóa dữ liệu cá nhân; số liệu tổng hợp giữ nguyên.", En: "The personal data are erased; totals stay."},
		"lesson":              {Vi: "Đã ghi nhận hoàn thành bài học.", En: "The lesson is done."},
		"signed-out":          {Vi: "Bạn đã đăng xuất.", En: "You are signed out."},
		"merger":              {Vi: "Đã chạy kịch bản sáp nhập.", En: "The merger was played."},
		"reorganised":         {Vi: "Đã ghi thay đổi của đơn vị.", En: "The change of the unit is recorded."},
		"undone":              {Vi: "Đã thu hồi thay đổi.", En: "The change was withdrawn."},
		"issuer":              {Vi: "Đã ghi nhận. Giấy chứng nhận đã cấp không thay đổi.", En: "Recorded. Certificates that were issued do not change."},
		"confirmation":        {Vi: "Đã cấp giấy xác nhận; giấy chứng nhận đã cấp không thay đổi.", En: "The confirmation is given; the certificate does not change."},
		"recorded":            {Vi: "Đã ghi nhận thay đổi của cán bộ.", En: "The change of the person is recorded."},
		"decided":             {Vi: "Đã ghi quyết định.", En: "The decision is recorded."},
		"programme":           {Vi: "Đã xuất bản chương trình.", En: "The programme is published."},
		"programme-withdrawn": {Vi: "Đã rút chương trình khỏi danh mục.", En: "The programme was withdrawn."},
		"session":             {Vi: "Đã lên lịch buổi học.", En: "The session is scheduled."},
		"cancelled":           {Vi: "Đã hủy buổi học.", En: "The session is cancelled."},
		"session-changed":     {Vi: "Đã đổi buổi học. Những người được mời nhận lời mời cập nhật.", En: "The session is changed. Everybody invited is told."},
		"ways":                {Vi: "Đã lưu cách nhận tin.", En: "How you are told is saved."},
		"template":            {Vi: "Đã lưu mẫu. Tin từ nay dùng nội dung mới.", En: "The template is saved. Messages use it from now on."},
		"template-reset":      {Vi: "Đã trở về nội dung gốc.", En: "The shipped text is back."},
		"attendance":          {Vi: "Đã ghi điểm danh.", En: "Attendance is noted."},
	}[v.r.URL.Query().Get("ok")]
	return g.If(ok, h.P(h.Class("notice-ok"), h.Role("status"), g.Text(text.In(v.lang))))
}

// refusal shows why a form was not accepted, above it.
func (v *view) refusal(why *fault.Error) g.Node {
	if why == nil {
		return nil
	}
	return h.Div(h.Class("notice-bad"), h.Role("alert"), h.P(g.Text(why.Text(v.lang))))
}

// once is the hidden field that makes sending a form twice one request.
func (v *view) once(id string) g.Node {
	return h.Input(h.Type("hidden"), h.Name(requestField), h.Value(id))
}

// errorPage shows a refusal as a page.
func (p *Portal) errorPage(w http.ResponseWriter, r *http.Request, status int, why *fault.Error) {
	v, err := p.open(r)
	if err != nil {
		v = &view{p: p, r: r, lang: web.Lang(r)}
	}
	content := page{Title: v.t("Không thực hiện được", "Not done"), Body: []g.Node{
		h.H1(v.text("Không thực hiện được", "Not done")),
		h.Div(h.Class("notice-bad"), h.Role("alert"), h.P(g.Text(why.Text(v.lang)))),
		h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href("/"), v.text("Về trang chính", "Home")),
			g.If(v.who.Person == "", h.A(h.Class("btn"), h.Href("/sign-in"), v.text("Đăng nhập", "Sign in")))),
	}}
	if err := p.render(w, v, status, content); err != nil {
		p.d.Log.ErrorContext(r.Context(), "draw an error page", "err", err)
	}
}

func (p *Portal) notFound(_ http.ResponseWriter, _ *http.Request) error {
	return fault.New(fault.NotFound, "Không có trang này. Có thể đường dẫn đã gõ nhầm hoặc trang đã được chuyển đi.",
		"There is no such page. The address may be mistyped, or the page has moved.")
}
