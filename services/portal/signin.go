package portal

import (
	"net/http"
	"slices"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/platform/web"
	"khuevan/services/account"
	"khuevan/services/directory"
)

func (p *Portal) home(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	to := "/sign-in"
	if v.who.Person != "" {
		to = "/learn"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (p *Portal) drawSignIn(w http.ResponseWriter, v *view, status int, why *fault.Error) error {
	var demo []directory.DemoAccount
	if p.d.Demo {
		var err error
		if demo, err = directory.DemoAccounts.Call(v.ctx(), p.d.RPC, rpc.Empty{}); err != nil {
			return err
		}
	}
	back := web.LocalPath(v.r.FormValue("back"))
	provider, err := account.Providers.Call(system(v.r), p.d.RPC, rpc.Empty{})
	if err != nil && !fault.Is(err, fault.Unavailable) { // people sign in without the provider too
		return err
	}
	return p.render(w, v, status, page{Title: v.t("Đăng nhập", "Sign in"), Body: []g.Node{
		h.H1(v.text("Đăng nhập", "Sign in")),
		v.refusal(why),
		g.If(len(demo) > 0, h.Section(h.Aria("labelledby", "demo"),
			h.H2(h.ID("demo"), v.text("Dùng thử: chọn một vai", "Try it: choose a role")),
			h.Ul(h.Class("demo"), g.Map(demo, func(a directory.DemoAccount) g.Node {
				return h.Li(h.Form(h.Method("post"), h.Action("/sign-in/demo"),
					h.Input(h.Type("hidden"), h.Name("code"), h.Value(a.Code)), h.Input(h.Type("hidden"), h.Name("back"), h.Value(back)),
					h.Button(h.Type("submit"), h.Strong(g.Text(v.role(a.Role)), g.If(slices.ContainsFunc(demo, func(b directory.DemoAccount) bool { return b.Role == a.Role && b.Code < a.Code }), v.text(" (người thứ hai)", " (a second one)"))), g.Text(" "+a.Name+", "+a.UnitName))))
			})))),
		h.Form(h.Class("card"), h.Method("post"), h.Action("/sign-in"),
			h.Input(h.Type("hidden"), h.Name("back"), h.Value(back)),
			h.Div(h.Class("field"), h.Label(h.For("login"), v.text("Mã cán bộ hoặc thư điện tử", "Personnel code or e-mail")),
				h.Input(h.ID("login"), h.Name("login"), h.AutoComplete("username"), h.Required(), h.Value(v.r.PostFormValue("login")))),
			h.Div(h.Class("field"), h.Label(h.For("password"), v.text("Mật khẩu", "Password")),
				h.Input(h.ID("password"), h.Name("password"), h.Type("password"), h.AutoComplete("current-password"), h.Required())),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Đăng nhập", "Sign in")),
			h.P(h.Class("hint"), v.text("Quên mật khẩu? Hãy liên hệ quản trị viên của đơn vị để nhận liên kết khôi phục.", "Forgot the password? Ask your administrator for a recovery link."))),
		g.If(p.passkeys(), h.Form(h.Class("card other"), h.Method("post"), h.Action("/sign-in/passkey"), hidden("back", back), v.passkeyButton("get", "passkey", v.t("Đăng nhập bằng khóa truy cập", "Sign in with a passkey")))),
		g.If(provider.Name != "", h.P(h.Class("card other"), h.A(h.Class("btn"), h.Href(query("/sign-in/provider", "back", back)), g.Text(v.t("Đăng nhập qua ", "Sign in with ")+provider.Name)))),
	}})
}

// role names a role.
func (v *view) role(role string) string {
	return v.term(directory.Roles(), role)
}

func (p *Portal) signIn(w http.ResponseWriter, r *http.Request) error {
	if after, ok := p.signIns.Allow(p.edge.Client(r)); !ok {
		p.edge.TooMany(w, r, after)
		return nil
	}
	who, err := directory.SignIn.Call(system(r), p.d.RPC, directory.SignInRequest{Login: r.PostFormValue("login"), Password: r.PostFormValue("password"), Address: p.edge.Client(r)})
	if err != nil {
		return p.again(w, r, err, p.drawSignIn)
	}
	return p.enter(w, r, who.Person, r.PostFormValue("back"))
}

func (p *Portal) demoSignIn(w http.ResponseWriter, r *http.Request) error {
	who, err := directory.DemoSignIn.Call(system(r), p.d.RPC, directory.DemoSignInRequest{Code: r.PostFormValue("code")})
	if err != nil {
		return err
	}
	return p.enter(w, r, who.Person, r.PostFormValue("back"))
}

func (p *Portal) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := p.sessions.End(w, r); err != nil {
		return err
	}
	http.Redirect(w, r, "/sign-in?ok=signed-out", http.StatusSeeOther)
	return nil
}
