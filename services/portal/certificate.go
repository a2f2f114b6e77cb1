package portal

import (
	"mime"
	"net/http"
	"net/url"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/services/certification"
)

func (p *Portal) certificates(v *view) (page, error) {
	if v.r.URL.Query().Get("part") != "" {
		list, err := v.certificateList()
		return page{Bare: true, Body: []g.Node{list}}, err
	}
	list, err := v.certificateList()
	if err != nil {
		return page{}, err
	}
	title := v.t("Giấy chứng nhận", "Certificates")
	return page{Title: title, Section: "/certificates", Body: []g.Node{
		h.H1(g.Text(title)),
		h.P(h.Class("lead"), v.text("Mỗi giấy chứng nhận có chữ ký số và số hiệu riêng; bất kỳ ai cũng tra cứu được mà không cần đăng nhập.",
			"Each certificate is signed and has a number with which anyone can check it without signing in.")),
		h.Div(g.Attr("hx-ext", "sse"), g.Attr("sse-connect", "/live?of=certification"), list),
	}}, nil
}

func (v *view) certificateList() (g.Node, error) {
	all, err := certification.MyCertificates.Call(v.ctx(), v.p.d.RPC, certification.MineRequest{After: v.after})
	if err != nil {
		return nil, err
	}
	live := []g.Node{h.ID("certificates"), g.Attr("hx-get", "/certificates?part=1"), g.Attr("hx-trigger", "sse:changed"), g.Attr("hx-swap", "outerHTML")}
	if len(all) == 0 {
		return h.Div(append(live, empty(v.t("Bạn chưa có giấy chứng nhận nào.", "You have no certificate yet."),
			h.P(v.text("Học xong các bài và đạt bài kiểm tra, bạn được cấp giấy chứng nhận: ngay, hoặc theo đợt nếu khóa học quy định như vậy. Chương trình học cũng vậy, nếu có quy định cấp giấy.", "Finish the lessons and pass the quiz, and it is issued: at once, or in a batch where the course says so. So it is of a programme that is certified.")),
			h.P(h.A(h.Class("btn-primary"), h.Href("/learn"), v.text("Xem việc học của tôi", "See my learning")))))...), nil
	}
	return h.Div(append(live, h.Ul(h.Class("cards"), g.Map(all, func(c certification.Held) g.Node { return h.Li(v.certificateCard(c)) })))...), nil
}

func (v *view) certificateCard(c certification.Held) g.Node {
	return h.Article(h.Class("card"),
		h.H2(g.Text(v.words(c.Title))),
		h.P(v.validity(c)),
		g.If(c.Superseded != "", h.P(h.Class("meta"), v.text("Đã có giấy mới hơn: ", "There is a later one: "), h.A(h.Href("/verify/"+url.PathEscape(c.Superseded)), g.Text(c.Superseded)))),
		h.P(h.Class("meta"), v.text("Số: ", "Number: "), h.Code(g.Text(c.Code))),
		h.P(h.Class("meta"), v.text("Cấp ngày ", "Issued on "), v.day(c.Issued), g.If(c.Programme == "", g.Text(v.t(" · điểm ", " · mark ")+v.outOfTen(c.Mark))), g.If(c.Programme != "", v.text(" · hoàn thành chương trình", " · programme completed"))),
		v.certificateLinks(c.Certificate),
		g.If(c.State == "valid" || c.State == "expired", h.P(h.A(h.Href(confirmationPath(c.Code)), v.text("Mất hoặc hỏng giấy? Xin giấy xác nhận", "Lost or damaged? Ask for a confirmation")))),
	)
}

// validity says until when a certificate holds, whether that is over, and whether it is time to renew it.
func (v *view) validity(c certification.Held) g.Node {
	switch {
	case c.State == "revoked":
		return badge("bad", v.t("Đã bị thu hồi", "Revoked"))
	case c.State == "broken":
		return badge("bad", v.t("Chữ ký không khớp", "The signature does not fit"))
	case c.State == "expired":
		return g.Group{badge("warn", v.t("Hết hiệu lực", "Expired")), v.text(" từ ", " since "), v.day(c.Expires)}
	case c.Expiring:
		return g.Group{badge("warn", v.t("Sắp hết hiệu lực", "Expires soon")), v.text(" ngày ", " on "), v.day(c.Expires), g.Text("."), v.text(" Hãy học lại khi được giao chu kỳ mới.", " Take the next cycle when it is assigned.")}
	case c.Expires.IsZero():
		return badge("ok", v.t("Không thời hạn", "Does not expire"))
	}
	return g.Group{badge("ok", v.t("Còn hiệu lực", "Valid")), v.text(" đến ", " until "), v.day(c.Expires)}
}

// certificateLinks lead to the file and to the page that shows the certificate to anyone.
func (v *view) certificateLinks(c certification.Certificate) g.Node {
	code := url.PathEscape(c.Code)
	return h.P(h.Class("actions"),
		h.A(h.Class("btn-primary"), h.Href("/certificates/"+code+"/pdf"), v.text("Mở bản PDF", "Open the PDF")),
		h.A(h.Class("btn"), h.Href("/verify/"+code), v.text("Trang tra cứu công khai", "Public page")))
}

// pdfPolicy lets the browser's own viewer show the file, and nothing else.
const pdfPolicy = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"

func (p *Portal) certificatePDF(w http.ResponseWriter, r *http.Request) error {
	return p.paper(w, r, func(v *view) (certification.Document, error) {
		return certification.DownloadPDF.Call(v.ctx(), p.d.RPC, certification.DownloadRequest{Code: r.PathValue("code")})
	})
}

// paper answers with a PDF that the browser shows.
func (p *Portal) paper(w http.ResponseWriter, r *http.Request, of func(*view) (certification.Document, error)) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	if v.who.Person == "" {
		http.Redirect(w, r, query("/sign-in", "back", r.URL.RequestURI()), http.StatusSeeOther)
		return nil
	}
	doc, err := of(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", pdfPolicy)
	w.Header().Set("Content-Type", doc.Type)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": doc.Name}))
	_, _ = w.Write(doc.Body) // the reader has left
	return nil
}
