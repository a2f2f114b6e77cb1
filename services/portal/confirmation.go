package portal

import (
	"net/http"
	"net/url"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/services/certification"
)

// confirmationRoutes are the pages on which holders, or the department for them, have a lost certificate confirmed.
func (p *Portal) confirmationRoutes(mux *http.ServeMux) {
	mux.Handle("GET /certificates/{code}/confirmation", p.page(func(v *view) (page, error) { return p.confirmationPage(v, nil) }))
	mux.Handle("POST /certificates/{code}/confirmation", p.act(p.askConfirmation, p.confirmationPage))
	mux.Handle("GET /certificates/{code}/confirmation/{number}", p.edge.Handle(p.confirmationPDF))
}

func confirmationPath(code string) string {
	return "/certificates/" + url.PathEscape(code) + "/confirmation"
}

// mayConfirm reports whether the page of a certificate's confirmations is the reader's: the service decides about each act.
func (v *view) mayConfirm(x certification.Verification) bool {
	return v.who.Person != "" && (v.who.Person == x.Certificate.Person || v.has(events.RoleAdmin))
}

// confirmationPage lets a confirmation be asked for, and gives those that were given.
func (p *Portal) confirmationPage(v *view, why *fault.Error) (page, error) {
	x, err := certification.Verify.Call(v.ctx(), p.d.RPC, certification.VerifyRequest{Code: v.r.PathValue("code"), After: v.after})
	if err != nil {
		return page{}, err
	}
	if !v.mayConfirm(x) {
		return page{}, fault.New(fault.Denied, "Chỉ người được cấp hoặc quản trị viên xin được giấy xác nhận.", "Only the holder or an administrator may ask for a confirmation.")
	}
	c, at := x.Certificate, confirmationPath(x.Certificate.Code)
	title := v.t("Xác nhận đã cấp giấy chứng nhận", "Confirmation of a certificate")
	return page{Title: title, Section: "/certificates", Body: []g.Node{
		v.crumbs(title, crumb{"/certificates", v.t("Chứng nhận", "Certificates")}), h.H1(g.Text(title)), v.refusal(why),
		h.P(h.Class("lead"), v.text("Khi bản giấy bị mất hoặc hỏng, bạn có thể in lại đúng bản đã cấp bất cứ lúc nào. Nếu nơi nhận cần văn bản xác nhận, hãy xin giấy xác nhận: giấy này ghi số, số vào sổ, nội dung và tình trạng của giấy chứng nhận.",
			"When the paper is lost or damaged, the same paper can be printed again at any time. Where a written confirmation is asked for, it names the certificate's number, its entry in the register, what it claims and its state.")),
		h.Dl(h.Class("facts"), fact(v.t("Khóa học", "Course"), g.Text(v.words(c.Title))), fact(v.t("Số giấy chứng nhận", "Number"), h.A(h.Href("/verify/"+url.PathEscape(c.Code)), h.Code(g.Text(c.Code)))),
			fact(v.t("Họ và tên", "Name"), v.holder(c.Name))),
		v.confirmationForm(x, at), v.confirmationTable(x, at),
	}}, nil
}

func (v *view) confirmationForm(x certification.Verification, at string) g.Node {
	if x.State != "valid" && x.State != "expired" {
		reason := v.t("Chữ ký không khớp với nội dung lưu trữ, nên không cấp giấy xác nhận.", "The signature does not fit what is stored, so no confirmation is given.")
		switch x.State {
		case "revoked":
			reason = v.t("Giấy chứng nhận này đã bị thu hồi, nên không cấp giấy xác nhận.", "This certificate was revoked, so no confirmation of it is given.")
		case "erased":
			reason = v.t("Dữ liệu cá nhân của người được cấp đã xóa theo yêu cầu, nên không cấp giấy xác nhận được nữa.", "The holder's personal data were erased, so no confirmation can be given any more.")
		}
		return h.P(h.Class("notice-warn"), g.Text(reason))
	}
	return h.Form(h.Class("card"), h.Method("post"), h.Action(at), v.newOnce(),
		field("reason", v.t("Lý do", "Reason"), h.Select(h.ID("reason"), h.Name("reason"), choose("lost", entry{"lost", v.t("Bị mất", "Lost")}, entry{"damaged", v.t("Bị hư hỏng", "Damaged")}, entry{"other", v.t("Lý do khác", "Another reason")}))),
		hint(v.t("Lý do ghi trên giấy xác nhận. Trang tra cứu công khai chỉ cho biết số lượng và ngày cấp giấy xác nhận.", "The reason stands on the confirmation. The public page tells only how many were given, and when.")),
		h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xin giấy xác nhận", "Ask for a confirmation")))
}

func (v *view) confirmationTable(x certification.Verification, at string) g.Node {
	if len(x.Confirmations) == 0 {
		return nil
	}
	title := v.t("Giấy xác nhận đã cấp", "Confirmations given")
	columns := []column{{v.t("Số", "Number"), false}, {v.t("Ngày cấp", "Given on"), false}}
	link := x.State == "valid" || x.State == "expired"
	return h.Section(h.H2(g.Text(title)), tableUnder(title, columns, g.Map(x.Confirmations, func(c certification.Confirmation) g.Node {
		name := g.Node(h.Code(g.Text(c.Name)))
		if link {
			name = h.A(h.Href(at+"/"+strconv.Itoa(c.Number)), name, h.Span(h.Class("visually-hidden"), g.Text(" (PDF)")))
		}
		return row(columns, name, v.day(c.Given))
	})))
}

// confirmationsOf tells anyone how many confirmations were given and when, and leads who may to the page of them.
func (v *view) confirmationsOf(x certification.Verification) g.Node {
	return g.Group{
		g.If(len(x.Confirmations) > 0, h.P(g.Textf(v.t("Đã cấp %d giấy xác nhận cho giấy chứng nhận này, ngày: ", "Confirmations of this certificate that were given: %d, on "), len(x.Confirmations)), v.confirmationDays(x), g.Text("."))),
		g.If(v.mayConfirm(x), h.P(h.Class("actions"), h.A(h.Class("btn"), h.Href(confirmationPath(x.Certificate.Code)), v.text("Giấy xác nhận khi mất, hỏng", "Confirmation of a lost paper")))),
	}
}

func (v *view) confirmationDays(x certification.Verification) g.Node {
	var all []g.Node
	for i, c := range x.Confirmations {
		if i > 0 {
			all = append(all, g.Text(", "))
		}
		all = append(all, v.day(c.Given))
	}
	return g.Group(all)
}

func (p *Portal) askConfirmation(v *view) (string, uint64, error) {
	code := v.r.PathValue("code")
	given, err := certification.AskConfirmation.Call(v.ctx(), p.d.RPC, certification.ConfirmationRequest{Code: code, Reason: v.r.PostFormValue("reason")})
	return confirmationPath(code) + "?ok=confirmation", given.Seq, err
}

func (p *Portal) confirmationPDF(w http.ResponseWriter, r *http.Request) error {
	return p.paper(w, r, func(v *view) (certification.Document, error) {
		number, err := strconv.Atoi(r.PathValue("number"))
		if err != nil {
			return certification.Document{}, fault.New(fault.NotFound, "Không có giấy xác nhận này.", "There is no such confirmation.")
		}
		return certification.DownloadConfirmation.Call(v.ctx(), p.d.RPC, certification.DownloadConfirmationRequest{Code: r.PathValue("code"), Number: number})
	})
}
