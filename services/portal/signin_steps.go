package portal

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/platform/web"
	"khuevan/services/account"
	"khuevan/services/directory"
)

// step is what is kept between the steps of a sign-in, for ten minutes and in no session.
type step struct {
	Person   string                 `json:"person,omitempty"` // whose first proof was accepted
	Back     string                 `json:"back,omitempty"`
	Passkey  json.RawMessage        `json:"passkey,omitempty"`  // what the ceremony was begun with
	Provider *account.ProviderAsked `json:"provider,omitempty"` // what the provider was asked
	Recovers bool                   `json:"recovers,omitempty"` // came by a recovery link, and shall choose a password
}

// system asks as the platform itself, for the parts of a sign-in.
func system(r *http.Request) context.Context { return rpc.AsSystem(r.Context(), rand.Text()) }

// steps are the routes of a sign-in besides password and demo.
func (p *Portal) stepRoutes(mux *http.ServeMux) {
	mux.Handle("GET /sign-in/code", p.edge.Handle(p.codePage))
	mux.Handle("POST /sign-in/code", p.limited(p.takeCode))
	mux.Handle("POST /sign-in/passkey/options", p.limited(p.passkeyOptions))
	mux.Handle("POST /sign-in/passkey", p.limited(p.passkeySignIn))
	mux.Handle("GET /sign-in/provider", p.limited(p.askProvider))
	mux.Handle("GET /sign-in/provider/back", p.limited(p.hearProvider))
	mux.Handle("GET /recover/{token}", p.edge.Handle(p.form(p.drawRecover)))
	mux.Handle("POST /recover/{token}", p.limited(p.useRecovery))
	mux.Handle("GET /recover", p.edge.Handle(p.newPasswordPage))
	mux.Handle("POST /recover", p.limited(p.newPassword))
	mux.Handle("POST /prove", p.edge.Handle(p.prove))
}

// limited is Handle for what an address may try only so often.
func (p *Portal) limited(fn web.HandlerFunc) http.Handler {
	return p.edge.Handle(func(w http.ResponseWriter, r *http.Request) error {
		if after, ok := p.signIns.Allow(p.edge.Client(r)); !ok {
			p.edge.TooMany(w, r, after)
			return nil
		}
		return fn(w, r)
	})
}

// enter goes on after a first proof: to the code where the account asks for one, else in.
func (p *Portal) enter(w http.ResponseWriter, r *http.Request, person, back string) error {
	factors, err := account.Factors.Call(system(r), p.d.RPC, account.FactorsRequest{Person: person})
	if err != nil {
		return err
	}
	if !factors.Totp {
		return p.begin(w, r, person, back)
	}
	if err := p.steps.Start(w, r, person, step{Person: person, Back: back}); err != nil {
		return err
	}
	http.Redirect(w, r, "/sign-in/code", http.StatusSeeOther)
	return nil
}

// atStep loads the step of a sign-in; without one it begins again.
func (p *Portal) atStep(w http.ResponseWriter, r *http.Request, fits func(step) bool) (s step, ok bool, err error) {
	ok, err = p.steps.Load(r, &s)
	if err != nil || ok && fits(s) {
		return s, ok, err
	}
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return s, false, nil
}

// form shows a form of the sign-in for the first time.
func (p *Portal) form(draw func(http.ResponseWriter, *view, int, *fault.Error) error) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := p.open(r)
		if err != nil {
			return err
		}
		return draw(w, v, http.StatusOK, nil)
	}
}

func (p *Portal) codePage(w http.ResponseWriter, r *http.Request) error {
	if _, ok, err := p.atStep(w, r, func(s step) bool { return s.Person != "" && !s.Recovers }); err != nil || !ok {
		return err
	}
	return p.form(p.drawCode)(w, r)
}

func (p *Portal) drawCode(w http.ResponseWriter, v *view, status int, why *fault.Error) error {
	title := v.t("Nhập mã xác thực", "Enter a code")
	return p.render(w, v, status, page{Title: title, Body: []g.Node{
		h.H1(g.Text(title)), v.refusal(why),
		h.Form(h.Class("card"), h.Method("post"), h.Action("/sign-in/code"), v.codeField("code", why),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Đăng nhập", "Sign in")),
			h.P(h.Class("hint"), v.text("Mất điện thoại và hết mã khôi phục? Hãy nhờ quản trị viên tạo liên kết khôi phục.", "Phone lost and no recovery code left? Ask an administrator for a recovery link."))),
	}})
}

// codeField is for a code of the app or a recovery code.
func (v *view) codeField(name string, why *fault.Error) g.Node {
	wrong := why != nil && slices.ContainsFunc(why.Fields, func(f fault.Field) bool { return f.Name == "code" })
	return h.Div(h.Class("field"), h.Label(h.For(name), v.text("Mã 6 chữ số trong ứng dụng, hoặc một mã khôi phục", "Six digits from the app, or a recovery code")),
		h.Input(h.ID(name), h.Name(name), h.AutoComplete("one-time-code"), g.Attr("autocapitalize", "none"), g.Attr("spellcheck", "false"), h.MaxLength("32"), h.Required(),
			g.If(wrong, h.Aria("invalid", "true"))))
}

func (p *Portal) takeCode(w http.ResponseWriter, r *http.Request) error {
	s, ok, err := p.atStep(w, r, func(s step) bool { return s.Person != "" && !s.Recovers })
	if err != nil || !ok {
		return err
	}
	_, err = account.ProveCode.Call(system(r), p.d.RPC, account.ProveCodeRequest{Person: s.Person, Code: r.PostFormValue("code"), Address: p.edge.Client(r)})
	if err != nil {
		return p.again(w, r, err, p.drawCode)
	}
	if err := p.steps.End(w, r); err != nil {
		return err
	}
	return p.begin(w, r, s.Person, s.Back)
}

// again draws a form of the sign-in with why it was refused; broken machinery is an error page.
func (p *Portal) again(w http.ResponseWriter, r *http.Request, err error, draw func(http.ResponseWriter, *view, int, *fault.Error) error) error {
	why := fault.Of(err)
	if why.Kind == fault.Internal {
		return err
	}
	v, err := p.open(r)
	if err != nil {
		return err
	}
	return draw(w, v, web.Status(why.Kind), why)
}

// passkeys reports whether there can be any: browsers bind them to a name.
func (p *Portal) passkeys() bool {
	u, err := url.Parse(p.c.BaseURL)
	return err == nil && u.Hostname() != "" && net.ParseIP(u.Hostname()) == nil
}

// passkeyButton asks the browser for a passkey and puts its answer into a field of the form; without scripts it stays hidden.
func (v *view) passkeyButton(kind, name, text string) g.Node {
	options := "/sign-in/passkey/options"
	if kind == "create" {
		options = "/account/security/passkey/options"
	}
	return g.Group{hidden(name, ""),
		h.Button(h.Class("btn"), h.Type("button"), g.Attr("hidden"), h.Data("passkey", kind), h.Data("options", options), h.Data("into", name),
			h.Data("failed", v.t("Chưa dùng được khóa truy cập trên thiết bị này. Vui lòng thử lại hoặc dùng cách khác.", "The passkey could not be used on this device. Try again, or another way.")), g.Text(text)),
		h.P(h.Class("error"), h.Role("alert"), g.Attr("hidden"), g.Attr("data-passkey-error"))}
}

func (p *Portal) passkeyOptions(w http.ResponseWriter, r *http.Request) error {
	asked, err := account.AskPasskey.Call(system(r), p.d.RPC, rpc.Empty{})
	if err != nil {
		return err
	}
	if err := p.steps.Start(w, r, "", step{Passkey: asked.Session}); err != nil {
		return err
	}
	web.WriteJSON(w, http.StatusOK, asked.Options)
	return nil
}

// provePasskey takes the browser's answer, once, and tells whose passkey it is.
func (p *Portal) provePasskey(ctx context.Context, r *http.Request, response string) (person string, err error) {
	var s step
	ok, err := p.steps.Load(r, &s)
	if err != nil {
		return "", err
	}
	if !ok || s.Passkey == nil {
		return "", fault.New(fault.Conflict, "Lần dùng khóa truy cập này đã quá lâu. Vui lòng thử lại.", "This took too long. Please try the passkey again.")
	}
	if err := p.steps.Drop(r); err != nil {
		return "", err
	}
	proved, err := account.ProvePasskey.Call(rpc.AsSystem(ctx, rand.Text()), p.d.RPC, account.ProvePasskeyRequest{Session: s.Passkey, Response: json.RawMessage(response)})
	return proved.Person, err
}

func (p *Portal) passkeySignIn(w http.ResponseWriter, r *http.Request) error {
	person, err := p.provePasskey(r.Context(), r, r.PostFormValue("passkey"))
	if err == nil {
		_, err = p.callers.identify(r.Context(), person)
	}
	if err != nil {
		return p.again(w, r, err, p.drawSignIn)
	}
	return p.begin(w, r, person, r.PostFormValue("back"))
}

func (p *Portal) providerBack() string {
	return strings.TrimSuffix(p.c.BaseURL, "/") + "/sign-in/provider/back"
}

// askProvider follows a link and no form: the content policy keeps forms from leading to another host.
func (p *Portal) askProvider(w http.ResponseWriter, r *http.Request) error {
	asked, err := account.AskProvider.Call(system(r), p.d.RPC, account.AskProviderRequest{Redirect: p.providerBack()})
	if err != nil {
		return p.again(w, r, err, p.drawSignIn)
	}
	if err := p.steps.Start(w, r, "", step{Provider: &asked, Back: web.LocalPath(r.URL.Query().Get("back"))}); err != nil {
		return err
	}
	http.Redirect(w, r, asked.URL, http.StatusSeeOther)
	return nil
}

// hearProvider takes the browser back from the provider. What was asked is used up, whatever came of it.
func (p *Portal) hearProvider(w http.ResponseWriter, r *http.Request) error {
	s, ok, err := p.atStep(w, r, func(s step) bool { return s.Provider != nil })
	if err != nil || !ok {
		return err
	}
	if err := p.steps.End(w, r); err != nil {
		return err
	}
	who, err := p.claimed(r, s.Provider)
	if err != nil {
		return p.again(w, r, err, p.drawSignIn)
	}
	return p.enter(w, r, who, s.Back)
}

func (p *Portal) claimed(r *http.Request, asked *account.ProviderAsked) (person string, err error) {
	q := r.URL.Query()
	if subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(asked.State)) != 1 {
		return "", fault.New(fault.Denied, "Lần đăng nhập này không phải do trình duyệt này bắt đầu. Vui lòng đăng nhập lại.", "This sign-in was not begun by this browser. Please sign in again.")
	}
	if q.Get("error") != "" {
		return "", fault.New(fault.Denied, "Nhà cung cấp định danh không cho đăng nhập, hoặc bạn đã hủy.", "The identity provider refused, or you cancelled.")
	}
	says, err := account.HearProvider.Call(system(r), p.d.RPC, account.HearProviderRequest{Redirect: p.providerBack(), Code: q.Get("code"), Issuer: q.Get("iss"), Nonce: asked.Nonce, Verifier: asked.Verifier})
	if err != nil {
		return "", err
	}
	login := says.Code
	if login == "" {
		login = says.Email
	}
	who, err := directory.FindLogin.Call(system(r), p.d.RPC, directory.FindLoginRequest{Login: login})
	if fault.Is(err, fault.NotFound) {
		return "", fault.New(fault.Denied, "Tài khoản của nhà cung cấp định danh chưa ứng với cán bộ nào ở đây. Vui lòng liên hệ quản trị viên.", "The identity provider's account belongs to nobody here. Please ask an administrator.")
	}
	if err != nil {
		return "", err
	}
	_, err = account.LinkIdentity.Call(system(r), p.d.RPC, account.LinkIdentityRequest{Person: who.Person, Issuer: says.Issuer, Subject: says.Subject})
	return who.Person, err
}

// drawRecover asks before a link is used up: programs that look at links in mails press no button.
func (p *Portal) drawRecover(w http.ResponseWriter, v *view, status int, why *fault.Error) error {
	title := v.t("Khôi phục tài khoản", "Recover the account")
	return p.render(w, v, status, page{Title: title, Body: []g.Node{h.H1(g.Text(title)), v.refusal(why),
		g.If(why == nil, h.Form(h.Class("card"), h.Method("post"), h.Action(v.r.URL.Path),
			h.P(v.text("Liên kết này dùng được một lần. Sau khi tiếp tục, bạn đặt mật khẩu mới; mã xác thực và khóa truy cập cũ sẽ bị gỡ.",
				"This link is good for once. When you go on you choose a new password; old codes and passkeys are removed.")),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Tiếp tục", "Go on")))),
	}})
}

func (p *Portal) useRecovery(w http.ResponseWriter, r *http.Request) error {
	done, err := account.UseRecovery.Call(system(r), p.d.RPC, account.UseRecoveryRequest{Token: r.PathValue("token"), Address: p.edge.Client(r)})
	if err != nil {
		return p.again(w, r, err, p.drawRecover)
	}
	if err := p.steps.Start(w, r, "", step{Person: done.Person, Recovers: true}); err != nil {
		return err
	}
	http.Redirect(w, r, "/recover", http.StatusSeeOther)
	return nil
}

func (p *Portal) newPasswordPage(w http.ResponseWriter, r *http.Request) error {
	if _, ok, err := p.atStep(w, r, func(s step) bool { return s.Recovers }); err != nil || !ok {
		return err
	}
	return p.form(p.drawNewPassword)(w, r)
}

func (p *Portal) drawNewPassword(w http.ResponseWriter, v *view, status int, why *fault.Error) error {
	title := v.t("Đặt mật khẩu mới", "Choose a new password")
	return p.render(w, v, status, page{Title: title, Body: []g.Node{h.H1(g.Text(title)), v.refusal(why),
		h.Form(h.Class("card"), h.Method("post"), h.Action("/recover"),
			v.passwordField("password", v.t("Mật khẩu mới", "New password"), "new-password", v.t("Nên dùng một cụm nhiều từ, không liên quan đến bản thân và không dùng ở nơi khác.", "Best a phrase of several words, not about yourself and used nowhere else."), why),
			v.passwordField("repeat", v.t("Nhập lại mật khẩu mới", "New password again"), "new-password", "", why),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Đặt mật khẩu và đăng nhập", "Set it and sign in"))),
	}})
}

func (p *Portal) newPassword(w http.ResponseWriter, r *http.Request) error {
	s, ok, err := p.atStep(w, r, func(s step) bool { return s.Recovers })
	if err != nil || !ok {
		return err
	}
	if err := repeated(r); err != nil {
		return p.again(w, r, err, p.drawNewPassword)
	}
	if _, err := directory.SetPassword.Call(system(r), p.d.RPC, directory.SetPasswordRequest{Person: s.Person, Password: r.PostFormValue("password")}); err != nil {
		return p.again(w, r, err, p.drawNewPassword)
	}
	if err := p.steps.End(w, r); err != nil {
		return err
	}
	if err := p.sessions.RevokeOthers(r, s.Person); err != nil {
		return err
	}
	return p.begin(w, r, s.Person, "")
}

// repeated refuses a new password that was typed in two ways.
func repeated(r *http.Request) error {
	if r.PostFormValue("password") == r.PostFormValue("repeat") {
		return nil
	}
	return fault.New(fault.Invalid, "Hai lần nhập mật khẩu mới không giống nhau.", "The two new passwords differ.").
		With("repeat", "Nhập lại đúng mật khẩu mới ở trên.", "Type the new password again as above.")
}

// begin signs a person in who has proved who they are.
func (p *Portal) begin(w http.ResponseWriter, r *http.Request, person, back string) error {
	kept, err := p.signedIn(r.Context(), r, person)
	if err == nil {
		err = p.sessions.Start(w, r, person, kept)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, web.LocalPath(back), http.StatusSeeOther)
	return nil
}

func (p *Portal) signedIn(ctx context.Context, r *http.Request, person string) (s signedIn, err error) {
	s = signedIn{Person: person, Proved: p.d.Clock.Now(), Device: deviceOf(r.UserAgent())}
	s.Address, err = p.d.Keys.Seal(ctx, person, "address", p.edge.Client(r))
	return s, err
}

// signedIn is what a session keeps: who, not what they may do, which is asked anew; and for its list, from where.
type signedIn struct {
	Person  string    `json:"person"`
	Proved  time.Time `json:"proved,omitzero"` // the last time, who they are
	Device  string    `json:"device,omitempty"`
	Address string    `json:"address,omitempty"` // sealed
}

func (s signedIn) stale(now time.Time) bool { return now.Sub(s.Proved) >= proofLife }

// deviceOf names a browser and its system as people know them.
func deviceOf(agent string) string {
	first := func(pairs ...string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if strings.Contains(agent, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	browser := first("CocCoc", "Cốc Cốc", "coc_coc", "Cốc Cốc", "Edg", "Edge", "OPR/", "Opera", "SamsungBrowser", "Samsung Internet", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari")
	on := first("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS", "macOS", "CrOS", "ChromeOS", "Linux", "Linux")
	switch {
	case browser != "" && on != "":
		return browser + ", " + on
	case browser+on != "":
		return browser + on
	}
	return ""
}
