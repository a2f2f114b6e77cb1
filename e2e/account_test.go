package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"khuevan/services/directory"
)

// named is a house under a host name, which passkeys and identity providers need; it does not run yet.
func named(t *testing.T) (h *house, addr string) {
	t.Helper()
	addr = freePort(t)
	return &house{t: t, dir: province(t, usual(t)), program: usual(t), url: "http://localhost" + addr[strings.LastIndexByte(addr, ':'):]}, addr
}

// serve runs a named house.
func (h *house) serve(addr string, settings ...string) {
	h.t.Helper()
	h.run("all", append([]string{"KHUEVAN_BASE_URL=" + h.url}, settings...), "serve", "-data", h.dir, "-listen", addr, "-demo")
	h.awaitReady(addr)
}

// holdsPasskeys gives the browser a device that unlocks when asked.
func (b *browser) holdsPasskeys() {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if _, err := chromedp.Call(ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		b.t.Fatalf("%s: %v", b.who, err)
	}
	_, err := chromedp.Call(ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}})
	if err != nil {
		b.t.Fatalf("%s: %v", b.who, err)
	}
}

// TestHowPeopleProveWhoTheyAre lets a civil servant add a passkey and codes on a phone, sign in by each, sign a forgotten
// machine out, and come back by a link from the administrator.
func TestHowPeopleProveWhoTheyAre(t *testing.T) {
	t.Parallel()
	h, addr := named(t)
	h.serve(addr)
	chrome := chromium(t)
	phone := h.visit(chrome, "Lan", phone()).as("Cán bộ học viên")
	phone.holdsPasskeys()
	phone.opens("/account").clicks("Đăng nhập và bảo mật").sees("Nơi đang đăng nhập")
	pleasant(t, phone, "security")
	phone.clicks("Thêm khóa truy cập").fills("Đặt tên cho khóa", "Điện thoại của tôi")
	pleasant(t, phone, "passkey")
	phone.clicks("Thêm khóa truy cập").sees("Đã thêm khóa truy cập").sees("Điện thoại của tôi")
	pleasant(t, phone, "security with a passkey")
	phone.clicks("Đăng xuất").opens("/sign-in?back=%2Faccount").sees("Đăng nhập bằng khóa truy cập")
	pleasant(t, phone, "sign-in")
	phone.clicks("Đăng nhập bằng khóa truy cập").sees("Đăng nhập và bảo mật")

	phone.opens("/account/security").clicks("Bật mã xác thực").sees("Nhập khóa này")
	pleasant(t, phone, "totp")
	secret := strings.ReplaceAll(read[string](phone, `document.querySelector(".steps code").innerText`), " ", "")
	code := func(at time.Time) string {
		c, err := totp.GenerateCode(secret, at)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	phone.fills("Mã 6 chữ số", code(time.Now())).clicks("Bật").sees("Đã bật mã xác thực").sees("mã khôi phục")
	pleasant(t, phone, "recovery codes")
	spare := read[string](phone, `document.querySelector(".codes code").innerText`)

	desk := h.visit(chrome, "Lan at a desk", desktop()).opens("/sign-in").clicks("Cán bộ học viên").sees("Nhập mã xác thực")
	pleasant(t, desk, "code")
	desk.fills("Mã 6 chữ số", "123").clicks("Đăng nhập").sees("Mã không đúng")
	desk.fills("Mã 6 chữ số", spare).clicks("Đăng nhập").sees("Đăng xuất")
	phone.opens("/account/security").sees("Chrome, Linux").agrees().clicks("Đăng xuất khỏi mọi thiết bị khác").sees("Đã đăng xuất khỏi mọi thiết bị khác").sees("Còn 9 mã khôi phục")
	desk.opens("/learn").sees("Dùng thử")

	admin := h.visit(chrome, "administrator", desktop()).as("Quản trị hệ thống")
	var person string
	for _, p := range must[directory.PeoplePage](t, h.api("DEMO-0001"), "directory/list-people", directory.ListPeopleRequest{Limit: 500}).Items {
		if p.Code == "DEMO-0100" {
			person = p.ID
		}
	}
	admin.opens("/people/view?person=" + person).clicks("Tạo liên kết khôi phục").sees("dùng được một lần")
	pleasant(t, admin, "recovery link")
	link := strings.TrimPrefix(read[string](admin, `document.querySelector("code.link").innerText`), h.url)
	desk.opens(link).clicks("Tiếp tục").sees("Đặt mật khẩu mới")
	pleasant(t, desk, "new password")
	desk.fills("Mật khẩu mới", "hoa đào nở sớm bên suối").fills("Nhập lại mật khẩu mới", "hoa đào nở sớm bên suối").clicks("Đặt mật khẩu và đăng nhập").sees("Đăng xuất")
	phone.opens("/learn").sees("Dùng thử") // signed out, and the passkey is gone with the codes
	phone.clicks("Đăng nhập bằng khóa truy cập").sees("không được chấp nhận")
	phone.fills("Mã cán bộ", "DEMO-0100").fills("Mật khẩu", "hoa đào nở sớm bên suối")
	phone.until("the button of the password form", `document.querySelector('form[action="/sign-in"] button').click() || true`)
	phone.sees("Đăng xuất")
	desk.opens(link).clicks("Tiếp tục").sees("đã được dùng hoặc đã hết hạn")
}

// TestASignInThroughAnIdentityProvider goes through the pages of a real provider in a browser, whose content policy counts too.
func TestASignInThroughAnIdentityProvider(t *testing.T) {
	t.Parallel()
	h, addr := named(t)
	p := startProvider(t, h.url+"/sign-in/provider/back")
	h.serve(addr, settings(p.url)...)
	chrome := chromium(t)
	through := func(b *browser, login string) *browser {
		t.Helper()
		b.opens("/sign-in?back=%2Faccount").clicks("Đăng nhập qua Cổng giả định")
		b.until("the provider's form", `document.querySelector("input[name=login]")`)
		b.leaving(func() {
			read[bool](b, `(document.querySelector("input[name=login]").value = "`+login+`", document.querySelector("input[name=password]").value = "any", document.querySelector("form").submit(), true)`)
		})
		b.until("the provider's consent", `document.querySelector("input[name=prompt][value=consent]")`)
		read[bool](b, `(document.querySelector("form").submit(), true)`)
		return b
	}
	through(h.visit(chrome, "Lan", phone()), "lan.DEMO-0100").sees("Đăng nhập và bảo mật").sees(lan)
	through(h.visit(chrome, "nobody", phone()), "x.KHONG-CO").sees("chưa ứng với cán bộ nào ở đây")
	forged := h.visit(chrome, "somebody led astray", phone()).opens("/sign-in/provider/back?code=x&state=y").sees("Dùng thử") // nothing was begun here
	forged.opens("/sign-in").clicks("Đăng nhập qua Cổng giả định").until("the provider's form", `document.querySelector("input[name=login]")`)
	forged.opens("/sign-in/provider/back?code=x&state=forged").sees("không phải do trình duyệt này bắt đầu")
}

// TestAProviderThatIsAwayKeepsNobodyOut says so, and the password still works.
func TestAProviderThatIsAwayKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	h, addr := named(t)
	h.serve(addr, settings("http://"+freePort(t))...)
	h.visit(chromium(t), "Lan", phone()).opens("/sign-in").clicks("Đăng nhập qua Cổng giả định").sees("Chưa liên lạc được với nhà cung cấp định danh").as("Cán bộ học viên")
}
