package portal

import (
	"crypto/rand"
	"net/http"
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

// proofLife is how long a proof of who somebody is counts for acts that ask for one.
const proofLife = 15 * time.Minute

// proofField is what all fields of the form that asks for a proof begin with; the others are those of the act itself.
const proofField = "proof_"

// proves takes the proof that a form carries, if it carries one. why says what is wrong with it.
func (p *Portal) proves(v *view) (why *fault.Error, err error) {
	if v.r.PostFormValue(proofField+"asked") == "" || !v.stale {
		return nil, nil
	}
	if after, ok := p.signIns.Allow(p.edge.Client(v.r)); !ok {
		return fault.Of(web.TooManyError(after)), nil
	}
	err = p.checkProof(v)
	if why := fault.Of(err); why != nil {
		if why.Kind == fault.Internal || why.Kind == fault.Unavailable {
			return nil, err
		}
		return why, nil
	}
	v.kept.Proved, v.stale = p.d.Clock.Now(), false
	_, err = p.sessions.Change(v.r, v.kept)
	return nil, err
}

func (p *Portal) checkProof(v *view) error {
	ctx, person := rpc.AsSystem(v.r.Context(), rand.Text()), v.who.Person
	field := func(name string) string { return strings.TrimSpace(v.r.PostFormValue(proofField + name)) }
	switch {
	case p.d.Demo && field("demo") != "":
		return nil
	case field("passkey") != "":
		proved, err := p.provePasskey(ctx, v.r, field("passkey"))
		if err == nil && proved != person {
			err = fault.New(fault.Denied, "Khóa truy cập này không phải của bạn.", "This passkey is not yours.")
		}
		return err
	case field("code") != "":
		_, err := account.ProveCode.Call(ctx, p.d.RPC, account.ProveCodeRequest{Person: person, Code: field("code"), Address: p.edge.Client(v.r)})
		return err
	}
	_, err := directory.CheckProof.Call(ctx, p.d.RPC, directory.CheckProofRequest{Person: person, Password: v.r.PostFormValue(proofField + "password"), Address: p.edge.Client(v.r)})
	return err
}

// askProof draws the form that asks for a proof. It carries what the act's form held, so that nothing is typed twice.
func (p *Portal) askProof(w http.ResponseWriter, v *view, why *fault.Error) error {
	content, err := p.proofPage(v, why)
	if err != nil {
		return err
	}
	status := http.StatusForbidden
	if why == nil && v.r.Method == http.MethodGet {
		status = http.StatusOK
	}
	return p.render(w, v, status, content)
}

func (p *Portal) proofPage(v *view, why *fault.Error) (page, error) {
	factors, err := account.Factors.Call(v.ctx(), p.d.RPC, account.FactorsRequest{})
	if err != nil {
		return page{}, err
	}
	action := v.r.URL.RequestURI()
	var carried []g.Node
	if v.r.Method == http.MethodGet {
		carried, action = []g.Node{hidden("back", action)}, "/prove"
	}
	for name, values := range v.r.PostForm {
		for _, value := range values {
			if !strings.HasPrefix(name, proofField) {
				carried = append(carried, hidden(name, value))
			}
		}
	}
	carried = append(carried, hidden(proofField+"asked", "1"))
	form := func(fields ...g.Node) g.Node {
		return h.Form(h.Class("card"), h.Method("post"), h.Action(action), g.Group(carried), g.Group(fields))
	}
	confirm := h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xác nhận và tiếp tục", "Confirm and go on"))
	title := v.t("Xác nhận lại danh tính", "Prove it is you")
	return page{Title: title, Body: []g.Node{
		h.H1(g.Text(title)), v.refusal(why),
		h.P(h.Class("lead"), v.text("Việc bạn sắp làm cần chắc chắn là chính bạn, vì lần xác nhận gần nhất đã quá 15 phút. Những gì bạn đã nhập vẫn được giữ.",
			"What you are about to do asks who you are once more, as you proved it more than 15 minutes ago. What you entered is kept.")),
		g.If(p.d.Demo, form(h.P(v.text("Chế độ dùng thử: tài khoản mẫu không có mật khẩu.", "Demo mode: the sample accounts have no password.")), hidden(proofField+"demo", "1"), confirm)),
		g.If(factors.Passkeys > 0 && p.passkeys(), form(v.passkeyButton("get", proofField+"passkey", v.t("Dùng khóa truy cập", "Use a passkey")))),
		g.If(factors.Totp, form(v.codeField(proofField+"code", why), confirm)),
		form(v.passwordField(proofField+"password", v.t("Mật khẩu", "Password"), "current-password", "", why), confirm),
	}}, nil
}

// provedPage is page for what only somebody sees who has proved lately who they are.
func (p *Portal) provedPage(fn pageFunc) http.Handler {
	ordinary := p.page(fn)
	return p.edge.Handle(func(w http.ResponseWriter, r *http.Request) error {
		v, err := p.open(r)
		if err != nil {
			return err
		}
		if v.who.Person != "" && v.stale {
			return p.askProof(w, v, nil)
		}
		ordinary.ServeHTTP(w, r)
		return nil
	})
}

// prove takes a proof for a page and goes there.
func (p *Portal) prove(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	if v.who.Person == "" {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return nil
	}
	why, err := p.proves(v)
	if err != nil {
		return err
	}
	if why != nil {
		return p.askProof(w, v, why)
	}
	http.Redirect(w, r, web.LocalPath(r.PostFormValue("back")), http.StatusSeeOther)
	return nil
}
