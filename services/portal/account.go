package portal

import (
	"slices"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/services/directory"
)

func (p *Portal) account(v *view) (page, error) { return p.drawAccount(v, nil) }

// drawAccount shows who the reader is to the platform, and the form for a new password.
func (p *Portal) drawAccount(v *view, why *fault.Error) (page, error) {
	roles, err := v.roles()
	if err != nil {
		return page{}, err
	}
	more, err := v.accountAccess()
	if err != nil {
		return page{}, err
	}
	title := v.t("Tài khoản", "Account")
	return page{Title: title, Section: "/account", Body: []g.Node{
		h.H1(g.Text(title)),
		h.Dl(h.Class("facts"),
			fact(v.t("Họ và tên", "Name"), g.Text(v.who.Name)),
			fact(v.t("Đơn vị", "Unit"), g.Text(v.who.UnitName)),
			g.If(v.who.Post != "", fact(v.t("Chức vụ", "Post"), g.Text(v.post(v.who.Post)))),
			fact(v.t("Vai trò", "Roles"), h.Ul(g.Map(roles, func(r string) g.Node { return h.Li(g.Text(r)) }))),
		),
		h.P(h.Class("hint"), v.text("Thông tin sai? Hãy báo quản trị viên của đơn vị; dữ liệu nhân sự được nhập từ hệ thống quản lý cán bộ.",
			"Something wrong? Tell your administrator; personal data are imported from the personnel system.")),
		h.P(h.Class("actions"), h.A(h.Class("btn"), h.Href(security), v.text("Đăng nhập và bảo mật", "Sign-in and security")), h.A(h.Class("btn"), h.Href(waysPath), v.text("Cách nhận tin", "How I am told")), h.A(h.Class("btn"), h.Href("/account/privacy"), v.text("Dữ liệu cá nhân của tôi", "My personal data"))),
		h.H2(v.text("Đổi mật khẩu", "Change the password")),
		v.refusal(why),
		h.Form(h.Class("card"), h.Method("post"), h.Action("/account"), v.newOnce(),
			v.passwordField("current", v.t("Mật khẩu hiện tại", "Current password"), "current-password", "", why),
			v.passwordField("password", v.t("Mật khẩu mới", "New password"), "new-password",
				v.t("Nên dùng một cụm nhiều từ, không liên quan đến bản thân và không dùng ở nơi khác.", "Best a phrase of several words, not about yourself and used nowhere else."), why),
			v.passwordField("repeat", v.t("Nhập lại mật khẩu mới", "New password again"), "new-password", "", why),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Đổi mật khẩu", "Change the password"))),
		g.Group(more),
	}}, nil
}

// passwordField is a field for a password, with its remedy when the refusal names it. Passwords are never sent back.
func (v *view) passwordField(name, label, complete, hint string, why *fault.Error) g.Node {
	wrong := ""
	if why != nil {
		if at := slices.IndexFunc(why.Fields, func(f fault.Field) bool { return f.Name == name }); at >= 0 {
			wrong = v.t(why.Fields[at].Vi, why.Fields[at].En)
		}
	}
	return h.Div(h.Class("field"), h.Label(h.For(name), g.Text(label)),
		g.If(hint != "", h.P(h.Class("hint"), h.ID(name+"-hint"), g.Text(hint))),
		h.Input(h.ID(name), h.Name(name), h.Type("password"), h.AutoComplete(complete), h.Required(), h.MaxLength("128"),
			h.Aria("describedby", name+"-hint "+name+"-error"), g.If(wrong != "", h.Aria("invalid", "true"))),
		g.If(wrong != "", h.P(h.Class("error"), h.ID(name+"-error"), g.Text(wrong))))
}

// roles are the reader's roles with the units they hold in.
func (v *view) roles() ([]string, error) {
	var names map[string]string
	if slices.ContainsFunc(v.who.Grants, func(grant rpc.Grant) bool { return grant.Unit != "" }) {
		units, err := directory.ListUnits.Call(v.ctx(), v.p.d.RPC, directory.ListUnitsRequest{})
		if err != nil {
			return nil, err
		}
		names = map[string]string{}
		for _, u := range units {
			names[u.ID] = u.Name
		}
	}
	all := []string{v.role("learner")}
	for _, grant := range v.who.Grants {
		text := v.role(grant.Role)
		if grant.Unit != "" {
			text += v.t(", tại ", ", in ") + names[grant.Unit]
		}
		if grant.OnBehalf != "" {
			text += v.t(" (đang thay)", " (standing in)")
		}
		if !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all, nil
}

// setPassword changes the reader's own password. A wrong current one is a wrong input here, and the form is drawn again.
func (p *Portal) setPassword(v *view) (string, uint64, error) {
	if err := repeated(v.r); err != nil {
		return "", 0, err
	}
	done, err := directory.SetPassword.Call(v.ctx(), p.d.RPC, directory.SetPasswordRequest{Current: v.r.PostFormValue("current"), Password: v.r.PostFormValue("password")})
	if fault.Is(err, fault.Denied) && !rpc.Stale(err) {
		wrong := *fault.Of(err)
		wrong.Kind = fault.Invalid
		return "", 0, &wrong
	}
	if err == nil {
		err = p.sessions.RevokeOthers(v.r, v.who.Person) // whoever knew the old one is out
	}
	return "/account?ok=password", done.Seq, err
}

// post names a post of the personnel data; one without a name of ours is shown as it came.
func (v *view) post(post string) string {
	return v.term(directory.Posts(), post)
}

// unitKind names a kind of unit.
func (v *view) unitKind(kind string) string { return v.term(directory.Kinds(), kind) }

// term names what facts call by an id; what has no name is its own.
func (v *view) term(all []directory.Term, id string) string {
	for _, t := range all {
		if t.ID == id {
			return v.t(t.Vi, t.En)
		}
	}
	return id
}
