package portal

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/services/certification"
)

// verify is the public page on which anyone checks a certificate: it shows every claim, not only "valid", so that an
// edited copy can be told from what was issued.
func (p *Portal) verify(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	if asked := strings.TrimSpace(r.URL.Query().Get("code")); asked != "" {
		http.Redirect(w, r, "/verify/"+url.PathEscape(asked), http.StatusSeeOther)
		return nil
	}
	code := r.PathValue("code")
	if code == "" {
		return p.render(w, v, http.StatusOK, v.verifyPage(code, nil))
	}
	found, err := certification.Verify.Call(v.ctx(), p.d.RPC, certification.VerifyRequest{Code: code, After: v.after})
	switch fault.KindOf(err) {
	case "":
		return p.render(w, v, http.StatusOK, v.verifyPage(code, v.verification(found)))
	case fault.NotFound, fault.Invalid:
		return p.render(w, v, http.StatusNotFound, v.verifyPage(code, v.unknownCode(code)))
	}
	return err
}

func (v *view) verifyPage(code string, result g.Node) page {
	title := v.t("Tra cứu giấy chứng nhận", "Check a certificate")
	return page{Title: title, Body: []g.Node{
		h.H1(g.Text(title)),
		result,
		g.If(result != nil, h.H2(v.text("Tra cứu số khác", "Check another number"))),
		h.Form(h.Class("card"), h.Method("get"), h.Action("/verify"),
			h.Div(h.Class("field"), h.Label(h.For("code"), v.text("Số giấy chứng nhận", "Certificate number")),
				h.P(h.Class("hint"), h.ID("code-hint"), v.text("Số in trên giấy chứng nhận, cạnh mã QR. Không phân biệt chữ hoa, chữ thường, dấu cách và dấu gạch nối.",
					"Printed on the certificate beside the QR code. Case, spaces and hyphens do not matter.")),
				h.Input(h.ID("code"), h.Name("code"), h.Required(), h.AutoComplete("off"), h.Aria("describedby", "code-hint"), h.MaxLength("64"), h.Value(code))),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Tra cứu", "Check"))),
	}}
}

func (v *view) unknownCode(code string) g.Node {
	return h.Div(h.Class("notice-bad"), h.Role("alert"),
		h.P(v.text("Không có giấy chứng nhận nào mang số ", "No certificate has the number "), h.Code(g.Text(code)), g.Text(".")),
		h.P(v.text("Hãy so lại từng ký tự với bản in. Nếu số đúng như trên giấy mà vẫn không thấy, giấy đó không do hệ thống này cấp.",
			"Compare every character with the print. If it is the same and still not found, the certificate was not issued by this system.")))
}

// verification shows every claim and its state today.
func (v *view) verification(x certification.Verification) g.Node {
	c := x.Certificate
	what, id := v.t("Khóa học", "Course"), v.t("Mã khóa học", "Course id")
	if c.Programme != "" {
		what, id = v.t("Chương trình", "Programme"), v.t("Mã chương trình", "Programme id")
	}
	return g.Group{
		v.certificateState(x),
		h.P(h.Class("meta"), v.text("Kiểm tra lúc ", "Checked at "), v.moment(x.CheckedAt), v.text(". Hãy đối chiếu từng dòng dưới đây với bản bạn đang cầm.", ". Compare each line below with the copy in your hands.")),
		h.H2(v.text("Nội dung đã được ký", "What was signed")),
		h.Dl(h.Class("facts"),
			fact(v.t("Số giấy chứng nhận", "Number"), h.Code(g.Text(c.Code))),
			g.If(c.Register != "", fact(v.t("Số vào sổ", "Entered in the register as"), g.Text(c.Register))),
			fact(v.t("Họ và tên", "Name"), v.holder(c.Name)),
			fact(v.t("Đơn vị khi được cấp", "Unit on the day of issue"), v.holder(c.UnitName)),
			fact(what, h.Span(h.Lang("vi"), g.Text(c.Title.Vi)), g.If(c.Title.En != "", h.Div(h.Class("meta"), h.Lang("en"), g.Text(c.Title.En)))),
			fact(id, g.Textf(v.t("%s, phiên bản %d, chu kỳ %d", "%s, version %d, cycle %d"), cmp.Or(c.Programme, c.Course), c.Version, c.Period)),
			g.If(c.Criteria != "", fact(v.t("Nội dung đã hoàn thành", "What was completed"), h.Span(h.Lang("vi"), g.Text(c.Criteria)))),
			fact(v.t("Thời lượng", "Length"), g.Text(v.t(strconv.Itoa(c.Hours)+" tiết", counted(c.Hours, "class period")+" of 45 minutes"))),
			g.If(c.Programme == "", fact(v.t("Điểm", "Mark"), g.Text(v.outOfTen(c.Mark)))),
			fact(v.t("Hoàn thành", "Completed"), v.moment(c.Completed)),
			fact(v.t("Ngày cấp", "Issued"), v.moment(c.Issued)),
			fact(v.t("Có giá trị đến", "Valid until"), g.If(c.Expires.IsZero(), v.text("Không thời hạn", "Does not expire")), g.If(!c.Expires.IsZero(), v.moment(c.Expires))),
			fact(v.t("Cơ quan cấp", "Issuer"), g.Text(c.Issuer), g.If(x.Successor != "", h.Div(h.Class("meta"), g.Text(v.t("Nay do "+x.Successor+" kế thừa.", "Succeeded by "+x.Successor+"."))))),
			fact(v.t("Định danh người học", "Holder's id"), h.Code(g.Text(c.Person))),
			fact(v.t("Định danh giấy chứng nhận", "Certificate's id"), h.Code(g.Text(c.Certificate))),
		),
		g.If(c.Badge && x.State != "erased", h.P(h.Class("actions"), h.A(h.Class("btn"), h.Href("/credentials/"+url.PathEscape(c.Code)), v.text("Bản Open Badges 3.0 (JSON)", "Open Badges 3.0 (JSON)")))),
		v.confirmationsOf(x),
		v.signature(x),
		v.revokeForm(x),
	}
}

// revokeForm lets an administrator revoke.
func (v *view) revokeForm(x certification.Verification) g.Node {
	if !v.has(events.RoleAdmin) || !x.Revoked.IsZero() {
		return nil
	}
	return h.Details(h.Class("card"), h.Summary(v.text("Thu hồi giấy chứng nhận này", "Revoke this certificate")),
		h.Form(h.Method("post"), h.Action("/certificates/"+url.PathEscape(x.Certificate.Code)+"/revoke"), v.newOnce(),
			h.P(v.text("Việc thu hồi được ghi vào sổ, hiện ngay trên trang tra cứu và trong danh sách thu hồi công khai; không rút lại được. Nội dung đã cấp không thay đổi.",
				"It is recorded, shown here at once and in the public lists, and cannot be taken back. What was issued does not change.")),
			field("why", v.t("Lý do", "Reason"), h.Select(h.ID("why"), h.Name("why"), choose("error", entry{"error", v.revocation("error")}, entry{"fraud", v.revocation("fraud")}, entry{"other", v.revocation("other")}))),
			field("note", v.t("Ghi chú nội bộ, nếu cần", "Internal note, if any"), h.Textarea(h.ID("note"), h.Name("note"), h.Rows("3"), h.MaxLength("1000"))),
			h.Button(h.Class("btn-danger"), h.Type("submit"), v.text("Thu hồi", "Revoke"))))
}

func (v *view) revocation(why string) string {
	switch why {
	case "error":
		return v.t("cấp nhầm hoặc sai nội dung", "issued in error")
	case "fraud":
		return v.t("gian lận khi học hoặc kiểm tra", "fraud")
	}
	return v.t("lý do khác", "another reason")
}

func (p *Portal) revokeCertificate(v *view) (string, uint64, error) {
	code := v.r.PathValue("code")
	done, err := certification.Revoke.Call(v.ctx(), p.d.RPC, certification.RevokeRequest{Code: code, Why: v.r.PostFormValue("why"), Note: v.r.PostFormValue("note")})
	return "/verify/" + url.PathEscape(code), done.Seq, err
}

func (v *view) holder(text string) g.Node {
	if text == "" {
		return h.Em(v.text("Dữ liệu cá nhân đã được xóa", "The personal data were erased"))
	}
	return g.Text(text)
}

func (v *view) certificateState(x certification.Verification) g.Node {
	expires := x.Certificate.Expires
	switch x.State {
	case "valid":
		class := "notice-ok"
		if x.Expiring {
			class = "notice-warn"
		}
		return h.Div(h.Class(class), v.later(x), g.If(x.Expiring, h.P(h.Strong(v.text("Sắp hết hiệu lực: ", "Expires soon: ")), v.text("có giá trị đến hết ngày ", "valid through "), v.day(expires), g.Text("."))), h.P(h.Strong(v.text("Giấy chứng nhận còn hiệu lực.", "The certificate is valid.")),
			v.text(" Chữ ký khớp với toàn bộ nội dung dưới đây.", " The signature fits everything below.")))
	case "expired":
		return h.Div(h.Class("notice-warn"), v.later(x), h.P(h.Strong(v.text("Giấy chứng nhận đã hết hiệu lực", "The certificate has expired")), v.text(" từ ", " on "), v.moment(expires),
			v.text(". Chữ ký vẫn khớp: nội dung dưới đây là thật.", ". The signature still fits: what stands below is genuine.")))
	case "revoked":
		return h.Div(h.Class("notice-bad"), h.Role("alert"), h.P(h.Strong(v.text("Giấy chứng nhận đã bị thu hồi", "The certificate was revoked")), v.text(" lúc ", " at "), v.moment(x.Revoked),
			g.Text(": "+v.revocation(x.Why)+"."), v.text(" Chữ ký vẫn khớp, nhưng giấy không còn giá trị.", " The signature still fits, but it holds no longer.")))
	case "erased":
		return h.Div(h.Class("notice-warn"), h.P(h.Strong(v.text("Giấy chứng nhận này do hệ thống cấp, nhưng dữ liệu cá nhân của người được cấp đã bị xóa.", "The certificate was issued here, but its holder's personal data were erased.")),
			v.digestState(x)))
	case "broken":
		return h.Div(h.Class("notice-bad"), h.Role("alert"), h.P(h.Strong(v.text("Chữ ký không khớp với nội dung.", "The signature does not fit.")),
			v.text(" Không sử dụng giấy chứng nhận này; hãy báo cơ quan cấp.", " Do not rely on this certificate; tell the issuer.")))
	}
	return h.Div(h.Class("notice-warn"), h.P(g.Text(fmt.Sprintf(v.t("Tình trạng: %s.", "State: %s."), x.State))))
}

// later leads to the certificate that has taken the place of this one.
func (v *view) later(x certification.Verification) g.Node {
	return g.If(x.Superseded != "", h.P(v.text("Người được cấp có giấy mới hơn cho cùng nội dung: ", "The holder has a later certificate of the same: "),
		h.A(h.Href("/verify/"+url.PathEscape(x.Superseded)), g.Text(x.Superseded))))
}

// digestState says what can still be checked once the name is gone.
func (v *view) digestState(x certification.Verification) g.Node {
	switch {
	case x.DigestHolds:
		return v.text(" Mã băm của nội dung vẫn khớp và có chữ ký số của cơ quan cấp: các dòng còn lại dưới đây là thật.",
			" The hash of the claims still matches and bears the issuer's signature: the other lines below are genuine.")
	case x.Digest == "":
		return v.text(" Giấy này cấp khi chưa lưu mã băm, nên không còn kiểm tra được chữ ký.", " It was issued before hashes were kept, so the signature can no longer be checked.")
	}
	return v.text(" Mã băm của nội dung không khớp: không sử dụng giấy này.", " The hash of the claims does not match: do not rely on this certificate.")
}

// signature is what one needs to check the certificate without us.
func (v *view) signature(x certification.Verification) g.Node {
	return h.Details(h.Summary(v.text("Chữ ký số (dành cho người muốn tự kiểm tra)", "Signature (for those who check it themselves)")),
		h.P(v.text("Thuật toán Ed25519. Chữ ký và khóa công khai viết theo base64; văn bản được ký là đúng các byte UTF-8 dưới đây.",
			"Ed25519. Signature and public key in base64; the signed text is exactly the UTF-8 bytes below.")),
		h.Dl(h.Class("facts"),
			fact(v.t("Mã khóa", "Key id"), h.Code(g.Text(x.Certificate.KeyID))),
			fact(v.t("Khóa công khai", "Public key"), h.Code(g.Text(x.PublicKey))),
			g.If(x.Digest != "", fact(v.t("Mã băm SHA-256", "SHA-256 hash"), h.Code(g.Text(x.Digest)))),
			g.If(x.Certificate.Signature != "", fact(v.t("Chữ ký", "Signature"), h.Code(g.Text(x.Certificate.Signature))))),
		g.If(x.Signed != "", g.Group{h.H3(v.text("Văn bản được ký", "Signed text")), h.Pre(h.TabIndex("0"), g.Text(x.Signed))}))
}
