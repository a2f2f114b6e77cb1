package portal

import (
	"encoding/json"
	"fmt"
	"image/color"
	"net/http"
	"strings"

	"github.com/boombuler/barcode/qr"
	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/platform/web"
	"khuevan/services/account"
)

const security = "/account/security"

// securityRoutes are the pages on which people decide how they sign in.
func (p *Portal) securityRoutes(mux *http.ServeMux) {
	mux.Handle("GET "+security, p.page(func(v *view) (page, error) { return p.securityPage(v, nil) }))
	mux.Handle("GET "+security+"/totp", p.provedPage(func(v *view) (page, error) { return p.totpPage(v, nil) }))
	mux.Handle("POST "+security+"/totp", p.edge.Handle(p.confirmTotp))
	mux.Handle("POST "+security+"/totp/off", p.act(p.disableTotp, p.securityPage))
	mux.Handle("GET "+security+"/passkey", p.provedPage(func(v *view) (page, error) { return p.passkeyPage(v, nil) }))
	mux.Handle("POST "+security+"/passkey/options", p.limited(p.beginPasskey))
	mux.Handle("POST "+security+"/passkey", p.act(p.finishPasskey, p.passkeyPage))
	mux.Handle("POST "+security+"/passkey/remove", p.act(p.removePasskey, p.securityPage))
	mux.Handle("POST "+security+"/sessions/end", p.act(p.endSession, p.securityPage))
	mux.Handle("POST "+security+"/sessions/end-others", p.act(p.endOthers, p.securityPage))
	mux.Handle("POST /people/{person}/recovery", p.edge.Handle(p.offerRecovery))
}

func (p *Portal) securityPage(v *view, why *fault.Error) (page, error) {
	factors, err := account.Factors.Call(v.ctx(), p.d.RPC, account.FactorsRequest{})
	if err != nil {
		return page{}, err
	}
	keys, err := account.ListPasskeys.Call(v.ctx(), p.d.RPC, rpc.Empty{})
	if err != nil {
		return page{}, err
	}
	sessions, err := p.sessions.Of(v.r, v.who.Person)
	if err != nil {
		return page{}, err
	}
	title := v.t("Đăng nhập và bảo mật", "Sign-in and security")
	return page{Title: title, Section: "/account", Body: []g.Node{
		v.crumbs(title, crumb{"/account", v.t("Tài khoản", "Account")}),
		h.H1(g.Text(title)), v.refusal(why),
		v.totpSection(factors), v.passkeySection(keys), v.sessionSection(sessions),
	}}, nil
}

func (v *view) totpSection(f account.FactorsReply) g.Node {
	return h.Section(h.H2(v.text("Mã xác thực trên điện thoại", "Codes from a phone app")),
		g.If(!f.Totp, g.Group{h.P(v.text("Đang tắt. Khi bật, ngoài mật khẩu còn cần một mã 6 chữ số do ứng dụng trên điện thoại của bạn tạo ra; lộ mật khẩu vẫn không ai vào được.",
			"Off. Once on, a sign-in takes six digits from an app on your phone besides the password: a stolen password alone is no use.")),
			h.P(h.A(h.Class("btn"), h.Href(security+"/totp"), v.text("Bật mã xác thực", "Turn codes on")))}),
		g.If(f.Totp, g.Group{h.P(badge("ok", v.t("Đang bật", "On")), g.Text(" "), g.Text(fmt.Sprintf(v.t("Còn %d mã khôi phục chưa dùng.", "%d recovery codes are left."), f.Codes))),
			h.Form(h.Method("post"), h.Action(security+"/totp/off"), v.newOnce(), h.Data("confirm", v.t("Tắt mã xác thực? Tài khoản sẽ chỉ còn mật khẩu bảo vệ.", "Turn codes off? Only the password will protect the account.")),
				h.Button(h.Class("btn"), h.Type("submit"), v.text("Tắt mã xác thực", "Turn codes off")))}))
}

func (v *view) passkeySection(keys []account.Passkey) g.Node {
	columns := []column{{v.t("Tên", "Name"), false}, {v.t("Thêm lúc", "Added"), false}, {v.t("Dùng gần nhất", "Last used"), false}, {v.t("Thao tác", "Do"), false}}
	return h.Section(h.H2(v.text("Khóa truy cập", "Passkeys")),
		h.P(v.text("Đăng nhập bằng vân tay, khuôn mặt hoặc mã khóa của thiết bị, không cần mật khẩu.", "Sign in by fingerprint, face or the lock of a device, without a password.")),
		g.If(len(keys) > 0, table(v.t("Khóa truy cập của bạn", "Your passkeys"), columns, g.Map(keys, func(k account.Passkey) g.Node {
			return row(columns, g.Text(k.Name), v.moment(k.At), v.moment(k.Used),
				h.Form(h.Method("post"), h.Action(security+"/passkey/remove"), v.newOnce(), hidden("passkey", k.Passkey), h.Data("confirm", v.t("Gỡ khóa truy cập này?", "Remove this passkey?")),
					h.Button(h.Class("btn-quiet"), h.Type("submit"), v.text("Gỡ", "Remove"), h.Span(h.Class("visually-hidden"), g.Text(" "+k.Name)))))
		}))),
		g.If(v.p.passkeys(), h.P(h.A(h.Class("btn"), h.Href(security+"/passkey"), v.text("Thêm khóa truy cập", "Add a passkey")))),
		g.If(!v.p.passkeys(), h.P(h.Class("hint"), v.text("Chưa dùng được: hệ thống đang chạy dưới một địa chỉ IP, khóa truy cập cần tên miền.", "Not available: the platform runs under an IP address, and passkeys need a name."))))
}

func (v *view) sessionSection(all []web.Session) g.Node {
	columns := []column{{v.t("Thiết bị", "Device"), false}, {v.t("Đăng nhập lúc", "Signed in"), false}, {v.t("Dùng gần nhất", "Last used"), false}, {v.t("Địa chỉ", "Address"), false}, {v.t("Thao tác", "Do"), false}}
	return h.Section(h.H2(v.text("Nơi đang đăng nhập", "Where you are signed in")),
		table(v.t("Phiên đăng nhập, dùng gần nhất ở trên", "Sessions, the last used first"), columns, g.Map(all, func(s web.Session) g.Node {
			var kept signedIn
			_ = json.Unmarshal(s.Data, &kept) // what cannot be read is shown as unknown
			device := kept.Device
			if device == "" {
				device = v.t("Thiết bị khác hoặc chương trình", "Another device, or a program")
			}
			end := badge("info", v.t("phiên này", "this one"))
			if !s.Own {
				end = h.Form(h.Method("post"), h.Action(security+"/sessions/end"), v.newOnce(), hidden("session", s.ID),
					h.Button(h.Class("btn-quiet"), h.Type("submit"), v.text("Đăng xuất", "Sign out"), h.Span(h.Class("visually-hidden"), g.Text(" "+device))))
			}
			address, err := v.p.d.Keys.Reveal(v.r.Context(), v.who.Person, "address", kept.Address)
			if err != nil {
				address = "" // one of before it was kept
			}
			return row(columns, g.Text(device), v.moment(s.Created), v.moment(s.Seen), g.Text(dash(address)), end)
		})),
		g.If(len(all) > 1, h.Form(h.Method("post"), h.Action(security+"/sessions/end-others"), v.newOnce(),
			h.Button(h.Class("btn"), h.Type("submit"), v.text("Đăng xuất khỏi mọi thiết bị khác", "Sign out everywhere else")))))
}

// totpPage shows the secret that an app shall take; refused, it shows the same one again.
func (p *Portal) totpPage(v *view, why *fault.Error) (page, error) {
	offer := account.TotpOffer{Secret: v.r.PostFormValue("secret"), URL: v.r.PostFormValue("url"), Offer: events.Sealed(v.r.PostFormValue("offer"))}
	if offer.Offer == "" {
		var err error
		if offer, err = account.BeginTotp.Call(v.ctx(), p.d.RPC, account.BeginTotpRequest{Label: v.who.Name}); err != nil {
			return page{}, err
		}
	}
	picture, err := qrPicture(offer.URL, v.t("Mã QR cho ứng dụng xác thực", "QR code for the app"))
	if err != nil {
		return page{}, err
	}
	title := v.t("Bật mã xác thực", "Turn codes on")
	return page{Title: title, Section: "/account", Body: []g.Node{
		v.crumbs(title, crumb{"/account", v.t("Tài khoản", "Account")}, crumb{security, v.t("Đăng nhập và bảo mật", "Sign-in and security")}),
		h.H1(g.Text(title)), v.refusal(why),
		h.Ol(h.Class("steps"),
			h.Li(v.text("Cài một ứng dụng xác thực trên điện thoại, ví dụ Google Authenticator, Microsoft Authenticator hoặc FreeOTP.", "Install an authenticator app on the phone, such as Google Authenticator, Microsoft Authenticator or FreeOTP.")),
			h.Li(v.text("Trong ứng dụng, chọn thêm tài khoản rồi quét mã này:", "In the app, add an account and scan this code:"), picture,
				h.P(v.text("Không quét được? Nhập khóa này: ", "Cannot scan? Type this key: "), h.Code(g.Text(grouped(offer.Secret))))),
			h.Li(v.text("Nhập mã 6 chữ số đang hiện trong ứng dụng.", "Enter the six digits that the app shows."))),
		h.Form(h.Class("card"), h.Method("post"), h.Action(security+"/totp"), v.newOnce(), hidden("offer", string(offer.Offer)), hidden("secret", offer.Secret), hidden("url", offer.URL),
			field("code", v.t("Mã 6 chữ số", "Six digits"), h.Input(h.ID("code"), h.Name("code"), g.Attr("inputmode", "numeric"), h.AutoComplete("one-time-code"), h.MaxLength("9"), h.Required())),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Bật", "Turn on"))),
	}}, nil
}

// grouped writes a key in groups of four.
func grouped(key string) string {
	var out strings.Builder
	for i, r := range key {
		if i > 0 && i%4 == 0 {
			out.WriteByte(' ')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// qrPicture draws a text as an SVG with a quiet zone.
func qrPicture(text, label string) (g.Node, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("QR code: %w", err)
	}
	n := code.Bounds().Dx()
	var path strings.Builder
	for y := range n {
		for x := range n {
			if color.GrayModel.Convert(code.At(x, y)).(color.Gray).Y < 128 {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+4, y+4)
			}
		}
	}
	return h.SVG(h.Class("qr"), h.Role("img"), h.Aria("label", label), g.Attr("viewBox", fmt.Sprintf("0 0 %d %d", n+8, n+8)), g.Attr("width", "220"), g.Attr("height", "220"),
		g.El("rect", g.Attr("width", "100%"), g.Attr("height", "100%"), g.Attr("fill", "#fff")), g.El("path", g.Attr("d", path.String()), g.Attr("fill", "#000"))), nil
}

// confirmTotp shows the recovery codes at once: they are shown this once only.
func (p *Portal) confirmTotp(w http.ResponseWriter, r *http.Request) error {
	return p.acting(w, r, func(v *view) error {
		done, err := account.ConfirmTotp.Call(v.ctx(), p.d.RPC, account.ConfirmTotpRequest{Offer: events.Sealed(r.PostFormValue("offer")), Code: r.PostFormValue("code")})
		if err != nil {
			return err
		}
		title := v.t("Đã bật mã xác thực", "Codes are on")
		return p.render(w, v, http.StatusOK, page{Title: title, Section: "/account", Body: []g.Node{
			h.H1(g.Text(title)),
			h.Div(h.Class("notice-warn"), h.P(v.text("Hãy ghi lại các mã khôi phục dưới đây và cất nơi an toàn. Mỗi mã thay điện thoại được một lần. Trang này chỉ hiện một lần.",
				"Write these recovery codes down and keep them safe. Each stands in for the phone once. They are shown this once only."))),
			h.Ul(h.Class("codes"), g.Map(done.Codes, func(c string) g.Node { return h.Li(h.Code(g.Text(c))) })),
			h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href(security), v.text("Tôi đã ghi lại", "I have written them down"))),
		}})
	}, p.totpPage)
}

func (p *Portal) disableTotp(v *view) (string, uint64, error) {
	done, err := account.DisableTotp.Call(v.ctx(), p.d.RPC, rpc.Empty{})
	return security + "?ok=codes-off", done.Seq, err
}

func (p *Portal) passkeyPage(v *view, why *fault.Error) (page, error) {
	title := v.t("Thêm khóa truy cập", "Add a passkey")
	return page{Title: title, Section: "/account", Body: []g.Node{
		v.crumbs(title, crumb{"/account", v.t("Tài khoản", "Account")}, crumb{security, v.t("Đăng nhập và bảo mật", "Sign-in and security")}),
		h.H1(g.Text(title)), v.refusal(why),
		h.P(h.Class("lead"), v.text("Chỉ thêm trên thiết bị của riêng bạn. Thiết bị sẽ hỏi vân tay, khuôn mặt hoặc mã khóa.", "Add one only on a device of your own. It will ask for your fingerprint, face or lock.")),
		h.Form(h.Class("card"), h.Method("post"), h.Action(security+"/passkey"), v.newOnce(),
			field("name", v.t("Đặt tên cho khóa", "Name of the passkey"), h.Input(h.ID("name"), h.Name("name"), h.Required(), h.MaxLength("60"), h.Value(deviceOf(v.r.UserAgent())))),
			v.passkeyButton("create", "response", v.t("Thêm khóa truy cập", "Add the passkey")),
			g.El("noscript", h.P(v.text("Trình duyệt cần bật JavaScript để dùng khóa truy cập.", "Passkeys need JavaScript.")))),
	}}, nil
}

func (p *Portal) beginPasskey(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	if v.who.Person == "" || v.stale {
		return rpc.ErrStale
	}
	asked, err := account.BeginPasskey.Call(system(r), p.d.RPC, account.BeginPasskeyRequest{Person: v.who.Person, Name: v.who.Name})
	if err != nil {
		return err
	}
	if err := p.steps.Start(w, r, "", step{Person: v.who.Person, Passkey: asked.Session}); err != nil {
		return err
	}
	web.WriteJSON(w, http.StatusOK, asked.Options)
	return nil
}

func (p *Portal) finishPasskey(v *view) (string, uint64, error) {
	if v.stale {
		return "", 0, rpc.ErrStale
	}
	var s step
	ok, err := p.steps.Load(v.r, &s)
	if err != nil {
		return "", 0, err
	}
	if !ok || s.Passkey == nil || s.Person != v.who.Person {
		return "", 0, fault.New(fault.Conflict, "Việc thêm khóa đã quá lâu. Vui lòng thử lại.", "This took too long. Please try again.")
	}
	if err := p.steps.Drop(v.r); err != nil {
		return "", 0, err
	}
	done, err := account.FinishPasskey.Call(system(v.r), p.d.RPC, account.FinishPasskeyRequest{Person: v.who.Person, Name: v.r.PostFormValue("name"), Session: s.Passkey,
		Response: json.RawMessage(v.r.PostFormValue("response"))})
	return security + "?ok=passkey", done.Seq, err
}

func (p *Portal) removePasskey(v *view) (string, uint64, error) {
	done, err := account.RemovePasskey.Call(v.ctx(), p.d.RPC, account.RemovePasskeyRequest{Passkey: v.r.PostFormValue("passkey")})
	return security + "?ok=passkey-removed", done.Seq, err
}

func (p *Portal) endSession(v *view) (string, uint64, error) {
	return security + "?ok=session-ended", 0, p.sessions.Revoke(v.r.Context(), v.who.Person, v.r.PostFormValue("session"))
}

func (p *Portal) endOthers(v *view) (string, uint64, error) {
	return security + "?ok=sessions-ended", 0, p.sessions.RevokeOthers(v.r, v.who.Person)
}

// offerRecovery shows an administrator the one-time link, this once.
func (p *Portal) offerRecovery(w http.ResponseWriter, r *http.Request) error {
	return p.acting(w, r, func(v *view) error {
		person := r.PathValue("person")
		link, err := account.OfferRecovery.Call(v.ctx(), p.d.RPC, account.OfferRecoveryRequest{Person: person})
		if err != nil {
			return err
		}
		names, err := v.names(person)
		if err != nil {
			return err
		}
		title := v.t("Liên kết khôi phục", "Recovery link")
		return p.render(w, v, http.StatusOK, page{Title: title, Section: "/people", Body: []g.Node{
			v.crumbs(title, crumb{"/people", v.t("Nhân sự", "People")}, crumb{query("/people/view", "person", person), v.named(names, person)}),
			h.H1(g.Text(title)),
			h.P(h.Class("lead"), v.text("Trao liên kết này tận tay cho đúng người, sau khi đã biết chắc đó là ai. Liên kết dùng được một lần; trang này chỉ hiện một lần.",
				"Hand this link to the right person, once you are sure who it is. It is good for once, and shown this once only.")),
			h.P(h.Code(h.Class("link"), g.Text(strings.TrimSuffix(p.c.BaseURL, "/")+"/recover/"+link.Token))),
			h.P(v.text("Hết hạn lúc ", "Good until "), v.moment(link.Until), g.Text(".")),
		}})
	}, nil)
}
