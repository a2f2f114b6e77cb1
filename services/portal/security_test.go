package portal_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"khuevan/events"
	"khuevan/services/directory"
	"khuevan/services/portal"
)

const phrase = "hoa đào nở sớm bên suối"

// withPassword gives a demo person a password.
func (h *house) withPassword(code string) {
	h.t.Helper()
	if _, err := directory.SetPassword.Call(h.AsSystem(), h.Client, directory.SetPasswordRequest{Person: h.person(code), Password: phrase}); err != nil {
		h.t.Fatal(err)
	}
}

// An act that asks who the reader is goes on with all that was entered, once that is proved.
func TestAPrivilegedActAsksForAProofAfterAQuarterOfAnHour(t *testing.T) {
	h := newHouse(t)
	h.withPassword("DEMO-0001")
	target := h.person("DEMO-0101")
	admin := signIn(t, h.open(), "DEMO-0001")
	erase := "/people/" + target + "/privacy/erase"
	form := url.Values{"reason": {"request"}, "confirm": {"DEMO-0101"}, "request": {"ABCDEFGH"}}
	h.Clock.Advance(14*time.Minute + 59*time.Second)
	admin.post(erase, url.Values{"reason": {"request"}, "confirm": {"WRONG"}}).shows(t, "không khớp với người này")
	h.Clock.Advance(time.Second)
	asked := admin.post(erase, form)
	if asked.status != http.StatusForbidden {
		t.Fatalf("status %d:\n%s", asked.status, asked.body)
	}
	asked.shows(t, "Xác nhận lại danh tính", `action="`+erase+`"`, `name="confirm" value="DEMO-0101"`, `name="request" value="ABCDEFGH"`, `name="proof_password"`)
	if got := h.denials(); len(got) != 0 {
		t.Errorf("being asked is recorded as a denial: %v", got)
	}
	next := asked.form()
	next.Del("proof_demo")
	next.Set("proof_password", "not the phrase at all")
	wrong := admin.post(erase, next)
	wrong.shows(t, "Mật khẩu không đúng", `name="confirm" value="DEMO-0101"`)
	wrong.hides(t, "not the phrase at all")
	next.Set("proof_password", phrase)
	admin.post(erase, next).leads(t, "/people/"+target+"/privacy?ok=erased")
	admin.post("/import/confirm", url.Values{"digest": {"x"}}).hides(t, "Xác nhận lại danh tính")
}

func TestTheAPIRefusesPrivilegedActsOfAnOldSession(t *testing.T) {
	h := newHouse(t)
	admin := signIn(t, h.open(), "DEMO-0001")
	h.Clock.Advance(16 * time.Minute)
	a := admin.json("/api/v1/directory/set-password", `{"person":"`+h.person("DEMO-0101")+`","password":"`+phrase+`"}`)
	if a.status != http.StatusForbidden || !strings.Contains(a.body, "15") || !strings.Contains(a.body, "proof") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := admin.json("/api/v1/directory/list-people", `{}`); a.status != http.StatusOK {
		t.Errorf("what is not privileged: %d %s", a.status, a.body)
	}
}

func TestASignInWithACodeOfTheApp(t *testing.T) {
	h := newHouse(t)
	site := h.open()
	h.withPassword("DEMO-0100")
	lan := signIn(t, site, "DEMO-0100")
	offered := lan.get("/account/security/totp")
	offered.sees(t, "Mã QR cho ứng dụng xác thực")
	form := offered.form()
	code := func(at time.Time) string {
		c, err := totp.GenerateCode(form.Get("secret"), at)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	form.Set("code", "000000")
	again := lan.post("/account/security/totp", form)
	again.shows(t, "Mã không đúng", form.Get("secret"))
	form.Set("code", code(h.Clock.Now()))
	on := lan.post("/account/security/totp", form)
	on.sees(t, "Đã bật mã xác thực")
	spare := regexp.MustCompile(`[a-z2-7]{4}(-[a-z2-7]{4}){3}`).FindAllString(on.body, -1)
	if len(spare) != 10 {
		t.Fatalf("%d recovery codes", len(spare))
	}
	lan.get("/account/security").sees(t, "Còn 10 mã khôi phục")

	enter := func(what string) *reader {
		r := visit(t, site)
		r.post("/sign-in", url.Values{"login": {"DEMO-0100"}, "password": {phrase}, "back": {"/account"}}).leads(t, "/sign-in/code")
		r.get("/account").leads(t, "/sign-in?back=%2Faccount")
		if what == "" {
			return r
		}
		r.post("/sign-in/code", url.Values{"code": {what}}).leads(t, "/account")
		r.get("/account").sees(t, "Đăng nhập và bảo mật")
		return r
	}
	used := enter("")
	used.post("/sign-in/code", url.Values{"code": {code(h.Clock.Now())}}).refused(t, http.StatusForbidden, "Mã này đã được dùng")
	enter(spare[3])
	once := enter("")
	once.post("/sign-in/code", url.Values{"code": {spare[3]}}).refused(t, http.StatusForbidden, "Mã không đúng")
	h.Clock.Advance(30 * time.Second)
	third := enter(code(h.Clock.Now()))
	api := visit(t, site)
	if a := api.json("/api/v1/session", `{"login":"DEMO-0100","password":"`+phrase+`"}`); a.status != http.StatusForbidden || !strings.Contains(a.body, "code") {
		t.Errorf("a program without a code: %d %s", a.status, a.body)
	}
	list := third.get("/account/security")
	list.sees(t, "Đăng xuất khỏi mọi thiết bị khác", "phiên này")
	third.post("/account/security/sessions/end-others", url.Values{"request": {list.request(t)}}).leads(t, "/account/security?ok=sessions-ended")
	lan.get("/account").leads(t, "/sign-in?back=%2Faccount")
	third.post("/account/security/totp/off", url.Values{"request": {"OFF"}}).leads(t, "/account/security?ok=codes-off")
	visit(t, site).post("/sign-in", url.Values{"login": {"DEMO-0100"}, "password": {phrase}, "back": {"/account"}}).leads(t, "/account")
}

func TestAChangedPasswordEndsOtherSessions(t *testing.T) {
	h := newHouse(t)
	site := h.open()
	h.withPassword("DEMO-0100")
	here, there := signIn(t, site, "DEMO-0100"), signIn(t, site, "DEMO-0100")
	here.post("/account", url.Values{"request": {here.get("/account").request(t)}, "current": {phrase}, "password": {phrase + " nữa"}, "repeat": {phrase + " nữa"}}).leads(t, "/account?ok=password")
	here.get("/account").sees(t, "Đổi mật khẩu")
	there.get("/account").leads(t, "/sign-in?back=%2Faccount")
}

func TestARecoveryLinkIsGoodForOnce(t *testing.T) {
	h := newHouse(t)
	site := h.open()
	lan := h.person("DEMO-0100")
	old := signIn(t, site, "DEMO-0100")
	admin := signIn(t, site, "DEMO-0001")
	offer := admin.post("/people/"+lan+"/recovery", url.Values{"request": {"ONCE"}})
	offer.sees(t, "Liên kết khôi phục", "dùng được một lần")
	path := regexp.MustCompile(`/recover/[A-Za-z0-9_-]+`).FindString(offer.body)
	if a := old.post("/people/"+lan+"/recovery", nil); a.status != http.StatusForbidden {
		t.Errorf("a learner makes a link: %d", a.status)
	}
	visitor := visit(t, site)
	visitor.get(path).sees(t, "Liên kết này dùng được một lần")
	visitor.get("/recover").leads(t, "/sign-in")
	visitor.post(path, nil).leads(t, "/recover")
	visitor.get("/recover").sees(t, "Đặt mật khẩu mới")
	visitor.post("/recover", url.Values{"password": {"ngắn"}, "repeat": {"ngắn"}}).refused(t, http.StatusUnprocessableEntity, "10")
	visitor.post("/recover", url.Values{"password": {phrase}, "repeat": {phrase}}).leads(t, "/")
	visitor.get("/account").sees(t, "Đăng nhập và bảo mật")
	old.get("/account").leads(t, "/sign-in?back=%2Faccount")
	visit(t, site).post(path, nil).refused(t, http.StatusForbidden, "đã được dùng hoặc đã hết hạn")
	late := regexp.MustCompile(`/recover/[A-Za-z0-9_-]+`).FindString(admin.post("/people/"+lan+"/recovery", url.Values{"request": {"TWICE"}}).body)
	h.Clock.Advance(24 * time.Hour)
	visit(t, site).post(late, nil).refused(t, http.StatusForbidden, "đã hết hạn")
}

// Whatever only administrators may do asks for a fresh proof; a new command without one fails here.
func TestAllThatOnlyAdministratorsDoAsksForAProof(t *testing.T) {
	for _, s := range portal.Methods(append(served(), "account", "access", "measurement", "scheduler", "refresher", "evaluation", "reporting")) {
		if s.Command && len(s.Allow) == 1 && s.Allow[0] == events.RoleAdmin && !s.Rule.Proved {
			t.Errorf("%s is done by administrators only and asks for no proof", s.Name)
		}
	}
}
