package portal

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/services/directory"
)

// personPage shows where a person stood and stands, and the forms that change it.
func (p *Portal) personPage(v *view, why *fault.Error) (page, error) {
	person := cmp.Or(v.r.PostFormValue("person"), v.r.URL.Query().Get("person"))
	known := v.r.URL.Query().Get("known")
	moment := directory.Moment{After: v.after}
	if known != "" {
		moment.Known = known + "T23:59:59+07:00"
	}
	c, err := directory.GetCareer.Call(v.ctx(), p.d.RPC, directory.CareerRequest{Moment: moment, Person: person})
	if err != nil {
		return page{}, err
	}
	name := v.name(c.Person.Name)
	if c.Erased {
		return page{Title: name, Section: "/people", Body: []g.Node{
			v.crumbs(name, crumb{"/people", v.t("Nhân sự", "People")}), h.H1(g.Text(name)),
			h.Div(h.Class("notice-info"), h.P(v.text("Dữ liệu cá nhân của người này đã được xóa. Chỉ còn sổ ghi, không mang tên; không thay đổi được gì nữa.",
				"This person's data were erased. Only the record is left, without a name; nothing can be changed any more."))),
			v.careerFacts(c)}}, nil
	}
	return page{Title: name, Section: "/people", Body: []g.Node{
		v.crumbs(name, crumb{"/people", v.t("Nhân sự", "People")}),
		h.H1(g.Text(name)),
		v.refusal(why),
		v.whereNow(c),
		v.membershipTable(c),
		v.restateForm(c),
		v.absenceList(c),
		h.Form(h.Class("inline"), h.Method("get"), h.Action("/people/view"), h.Input(h.Type("hidden"), h.Name("person"), h.Value(person)),
			field("known", v.t("Như đã biết đến hết ngày", "As known at the end of"), h.Input(h.ID("known"), h.Name("known"), h.Type("date"), h.Value(known))),
			h.Button(h.Class("btn"), h.Type("submit"), v.text("Xem", "Show"))),
		v.careerForms(c),
		v.codeForm(c), v.recoveryForm(c.Person.ID),
		v.careerFacts(c),
	}}, nil
}

// codeForm corrects a personnel code, by which imports know the person.
func (v *view) codeForm(c directory.CareerHistory) g.Node {
	refused := v.r.Method == http.MethodPost && v.r.PostFormValue("what") == "code"
	return h.Details(h.Class("card"), g.If(refused, g.Attr("open")), h.Summary(v.text("Sửa mã cán bộ", "Correct the personnel code")),
		h.Form(h.Method("post"), h.Action("/people/code"), v.newOnce(), v.changeOf(c, "code"),
			field("new-code", v.t("Mã đúng", "The right code"), h.Input(h.ID("new-code"), h.Name("code"), h.Type("text"), h.Required(), h.Value(v.entered("code", "code", c.Person.Code)))),
			hint(v.t("Các tệp nhập sau này nhận ra người này theo mã.", "Later imports know this person by the code.")),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Ghi mã", "Record the code"))))
}

func (p *Portal) correctCode(v *view) (string, uint64, error) {
	person := v.r.PostFormValue("person")
	done, err := directory.CorrectCode.Call(v.ctx(), p.d.RPC, directory.CorrectCodeRequest{Person: person, Code: v.r.PostFormValue("code")})
	return query("/people/view", "person", person, "ok", "recorded"), done.Seq, err
}

// recoveryForm helps somebody who cannot sign in.
func (v *view) recoveryForm(person string) g.Node {
	return g.If(v.has(events.RoleAdmin), h.Section(h.H2(v.text("Không đăng nhập được?", "Cannot sign in?")),
		h.P(v.text("Tạo liên kết dùng một lần để người này đặt mật khẩu mới. Mã xác thực và khóa truy cập cũ sẽ bị gỡ khi liên kết được dùng.",
			"Make a one-time link with which this person chooses a new password. Old codes and passkeys go when it is used.")),
		h.Form(h.Method("post"), h.Action("/people/"+url.PathEscape(person)+"/recovery"), v.newOnce(), h.Button(h.Class("btn"), h.Type("submit"), v.text("Tạo liên kết khôi phục", "Make a recovery link")))))
}

func (v *view) whereNow(c directory.CareerHistory) g.Node {
	where := g.Node(h.A(h.Href(query("/units/view", "unit", c.Unit.ID)), g.Text(c.Unit.Name)))
	if c.Unit.ID == "" {
		where = g.Text("–")
	}
	return h.Dl(h.Class("facts"), fact(v.t("Mã", "Code"), g.Text(c.Person.Code)),
		fact(v.t("Đơn vị hôm nay", "Unit today"), where, g.If(c.ToPlace, badge("warn", v.t("chờ bố trí", "to be placed"))),
			g.If(c.OnLeave, badge("info", v.t("đang nghỉ phép", "on leave"))), g.If(c.Retired, badge("", v.t("đã thôi việc", "out of service")))))
}

func (v *view) membershipTable(c directory.CareerHistory) g.Node {
	columns := []column{{v.t("Đơn vị", "Unit"), false}, {v.t("Chức vụ", "Post"), false}, {v.t("Hình thức", "Kind"), false}, {v.t("Từ ngày", "From"), false}, {v.t("Đến trước ngày", "Until before"), false}, {v.t("Nay thuộc", "Now in"), false}, {v.t("Thao tác", "Do"), false}}
	return table(v.t("Quá trình công tác", "Memberships"), columns, g.Map(c.Memberships, func(m directory.Post) g.Node {
		return row(columns, g.Text(m.UnitName), g.Text(v.post(m.Post)), g.Text(v.membership(m.Kind)), g.Text(v.date(m.From)), g.Text(dash(v.date(m.Until))), g.Text(m.NowIn.Name),
			g.Group{h.A(h.Href(query("/people/view", "person", c.Person.ID, "membership", m.ID)+"#restate"), v.text("Đính chính", "Correct"), h.Span(h.Class("visually-hidden"), g.Text(" "+m.UnitName))), g.Text(" "),
				h.Form(h.Method("post"), h.Action("/people/change"), v.newOnce(), h.Data("confirm", v.t("Xóa quá trình ghi sai này?", "Withdraw this membership as an error?")), v.changeOf(c, "withdraw"),
					h.Input(h.Type("hidden"), h.Name("membership"), h.Value(m.ID)), h.Button(h.Class("btn-quiet"), h.Type("submit"), v.text("Thu hồi", "Withdraw")))})
	}))
}

// restateForm says what a membership was in truth. What was believed before stays in the record, with its own day.
func (v *view) restateForm(c directory.CareerHistory) g.Node {
	at := slices.IndexFunc(c.Memberships, func(m directory.Post) bool { return m.ID == v.r.FormValue("membership") })
	if at < 0 || v.r.Method == http.MethodPost && v.r.PostFormValue("what") != "restate" {
		return nil
	}
	m := c.Memberships[at]
	typed := func(name, was string) string { return v.entered("restate", name, was) }
	date := func(name, label, was string) g.Node {
		return field("restate-"+name, label, h.Input(h.ID("restate-"+name), h.Name(name), h.Type("date"), h.Value(typed(name, was)), g.If(name == "on", h.Required())))
	}
	return h.Form(h.Class("card"), h.ID("restate"), h.Method("post"), h.Action("/people/change"), v.newOnce(), v.changeOf(c, "restate"), hidden("membership", m.ID), hidden("same_unit", m.Unit),
		h.H2(g.Text(v.t("Đính chính: ", "Correct: ")+m.UnitName)),
		h.P(h.Class("hint"), v.text("Ghi lại giai đoạn này đúng như thực tế. Điều đã ghi trước đây vẫn còn trong sổ, kèm ngày ghi.", "Say what this membership was in truth. What was recorded before stays in the record, with its day.")),
		v.unitSearch("restate-unit", "unit", v.t("Đơn vị (để trống nếu đơn vị không sai)", "Unit (leave empty if the unit is right)"), typed("unit", "")),
		field("restate-post", v.t("Chức vụ", "Post"), h.Select(h.ID("restate-post"), h.Name("post"), g.Map(directory.Posts(), func(post directory.Term) g.Node {
			return h.Option(h.Value(post.ID), g.If(post.ID == typed("post", m.Post), h.Selected()), g.Text(v.t(post.Vi, post.En)))
		}))),
		field("restate-kind", v.t("Hình thức", "Kind"), h.Select(h.ID("restate-kind"), h.Name("kind"), g.Map([]string{"", "concurrent", "secondment"}, func(kind string) g.Node {
			return h.Option(h.Value(kind), g.If(kind == typed("kind", m.Kind), h.Selected()), g.Text(v.membership(kind)))
		}))),
		date("on", v.t("Từ ngày", "From"), m.From), date("until", v.t("Đến trước ngày, nếu đã kết thúc", "Until before, if it ended"), m.Until),
		h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Ghi đính chính", "Record the correction")))
}

// entered is what was entered in a form that was refused, or what stood there before.
func (v *view) entered(form, name, was string) string {
	if v.r.Method == http.MethodPost && v.r.PostFormValue("what") == form {
		return v.r.PostFormValue(name)
	}
	return was
}

func (v *view) changeOf(c directory.CareerHistory, what string) g.Node {
	return g.Group{h.Input(h.Type("hidden"), h.Name("person"), h.Value(c.Person.ID)), h.Input(h.Type("hidden"), h.Name("what"), h.Value(what))}
}

func (v *view) absenceList(c directory.CareerHistory) g.Node {
	var items []g.Node
	for _, a := range c.Leaves {
		items = append(items, h.Li(g.Text(v.t("Nghỉ phép, nghỉ chế độ: ", "Leave: ")+v.date(a.From)+" – "+v.date(a.Until))))
	}
	for _, a := range c.Away {
		items = append(items, h.Li(g.Text(v.t("Thôi việc, nghỉ hưu: ", "Out of service: ")+v.date(a.From)+" – "+v.date(a.Until))))
	}
	if len(items) == 0 {
		return nil
	}
	return h.Ul(items...)
}

func (v *view) careerForms(c directory.CareerHistory) g.Node {
	today := clock.Local(v.p.d.Clock.Now()).Format(time.DateOnly)
	date := func(what, name, label, value string) g.Node {
		return field(what+"-"+name, label, h.Input(h.ID(what+"-"+name), h.Name(name), h.Type("date"), h.Value(v.entered(what, name, value)), g.If(name == "on", h.Required())))
	}
	form := func(what, title string, fields ...g.Node) g.Node {
		refused := v.r.Method == http.MethodPost && v.r.PostFormValue("what") == what
		return h.Details(h.Class("card"), g.If(refused, g.Attr("open")), h.Summary(g.Text(title)), h.Form(h.Method("post"), h.Action("/people/change"), v.newOnce(), v.changeOf(c, what),
			g.Group(fields), date(what, "on", v.t("Từ ngày", "From"), today), h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Ghi", "Record"))))
	}
	place := func(what string) g.Node {
		return g.Group{
			v.unitSearch(what+"-unit", "unit", v.t("Đơn vị", "Unit"), v.entered(what, "unit", ""), h.Required()),
			field(what+"-post", v.t("Chức vụ", "Post"), h.Select(h.ID(what+"-post"), h.Name("post"), g.Map(directory.Posts(), func(post directory.Term) g.Node {
				return h.Option(h.Value(post.ID), g.If(post.ID == v.entered(what, "post", c.Person.Post), h.Selected()), g.Text(v.t(post.Vi, post.En)))
			})))}
	}
	until := func(what string) g.Node {
		return date(what, "until", v.t("Đến trước ngày, nếu biết", "Until before, if known"), "")
	}
	kind := field("add-kind", v.t("Hình thức", "Kind"), h.Select(h.ID("add-kind"), h.Name("kind"), g.Map([]string{"concurrent", "secondment"}, func(kind string) g.Node {
		return h.Option(h.Value(kind), g.If(kind == v.entered("add", "kind", ""), h.Selected()), g.Text(v.membership(kind)))
	})))
	return h.Section(h.H2(v.text("Ghi nhận thay đổi", "Changes")),
		form("transfer", v.t("Điều chuyển", "Transfer"), place("transfer")),
		form("add", v.t("Kiêm nhiệm hoặc biệt phái", "Concurrent post or secondment"), place("add"), kind, until("add")),
		form("leave", v.t("Nghỉ phép, nghỉ chế độ", "Leave"), until("leave")),
		form("back", v.t("Hết nghỉ, trở lại làm việc", "Back from leave")),
		form("retire", v.t("Thôi việc, nghỉ hưu", "Leave the service")),
		form("return", v.t("Được tuyển dụng lại", "Return to the service")))
}

func (v *view) careerFacts(c directory.CareerHistory) g.Node {
	columns := []column{{v.t("Sự việc", "Fact"), false}, {v.t("Hiệu lực", "From"), false}, {v.t("Đơn vị", "Unit"), false}, {v.t("Ghi nhận lúc", "Recorded"), false}}
	names := map[string]string{"began": v.t("Bắt đầu", "Began"), "ended": v.t("Kết thúc", "Ended"), "restated": v.t("Đính chính", "Corrected"), "withdrawn": v.t("Thu hồi", "Withdrawn"),
		"leave": v.t("Nghỉ phép", "Leave"), "back": v.t("Hết nghỉ", "Back"), "retired": v.t("Thôi việc, nghỉ hưu", "Left the service"), "erased": v.t("Xóa dữ liệu cá nhân", "Personal data erased"), "returned": v.t("Được tuyển dụng lại", "Returned")}
	return h.Section(h.H2(v.text("Sổ ghi", "Record")), table(v.t("Điều đã ghi, mới nhất trước", "What was recorded, newest first"), columns, g.Map(c.Facts, func(f directory.CareerFact) g.Node {
		return row(columns, g.Text(names[f.What]), g.Text(dash(v.date(f.On))), g.Text(dash(f.Unit)), v.recorded(f.At))
	})))
}

func (p *Portal) changeCareer(v *view) (string, uint64, error) {
	value := func(name string) string { return strings.TrimSpace(v.r.PostFormValue(name)) }
	c := directory.CareerChange{Person: value("person"), What: value("what"), Membership: value("membership"), Post: value("post"), Kind: value("kind"), On: value("on"), Until: value("until")}
	if named := value("unit"); named != "" {
		found, err := v.unitNamed(named, c.On, "unit")
		if err != nil {
			return "", 0, err
		}
		c.Unit = found.ID
	} else if c.What == "restate" {
		c.Unit = value("same_unit")
	}
	done, err := directory.ChangeCareer.Call(v.ctx(), p.d.RPC, c)
	return query("/people/view", "person", c.Person, "ok", "recorded"), done.Seq, err
}
