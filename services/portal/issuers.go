package portal

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/services/certification"
)

// certificateRoutes are what anyone may read of certificates and their issuers, and what administrators do with them.
func (p *Portal) certificateRoutes(mux *http.ServeMux) {
	public := func(of func(context.Context, string) (certification.Document, error), name string) http.Handler {
		return p.edge.Handle(func(w http.ResponseWriter, r *http.Request) error {
			doc, err := of(rpc.With(r.Context(), rpc.Request{}), strings.TrimSuffix(r.PathValue(name), ".json"))
			if err != nil {
				return err
			}
			w.Header().Set("Content-Type", doc.Type)
			w.Header().Set("Access-Control-Allow-Origin", "*") // verifiers run in other people's pages
			w.Header().Set("Cache-Control", "public, max-age=300")
			_, _ = w.Write(doc.Body) // the reader has left
			return nil
		})
	}
	document := func(q func(context.Context, certification.PublicRequest) (certification.Document, error)) func(context.Context, string) (certification.Document, error) {
		return func(ctx context.Context, id string) (certification.Document, error) {
			return q(ctx, certification.PublicRequest{ID: id})
		}
	}
	mux.Handle("GET /credentials/{code}", public(func(ctx context.Context, code string) (certification.Document, error) {
		return certification.Credential.Call(ctx, p.d.RPC, certification.VerifyRequest{Code: code})
	}, "code"))
	mux.Handle("GET /issuers/{id}/did.json", public(document(func(ctx context.Context, req certification.PublicRequest) (certification.Document, error) {
		return certification.DIDDocument.Call(ctx, p.d.RPC, req)
	}), "id"))
	mux.Handle("GET /issuers/{id}/revocations.json", public(document(func(ctx context.Context, req certification.PublicRequest) (certification.Document, error) {
		return certification.Revocations.Call(ctx, p.d.RPC, req)
	}), "id"))
	mux.Handle("GET /status/{list}", public(document(func(ctx context.Context, req certification.PublicRequest) (certification.Document, error) {
		return certification.StatusList.Call(ctx, p.d.RPC, req)
	}), "list"))
	mux.Handle("POST /certificates/{code}/revoke", p.act(p.revokeCertificate, nil))
	p.confirmationRoutes(mux)
	mux.Handle("GET /issuers", p.page(func(v *view) (page, error) { return p.issuersPage(v, nil) }))
	mux.Handle("POST /issuers/rotate", p.act(func(v *view) (string, uint64, error) {
		done, err := certification.RotateKey.Call(v.ctx(), p.d.RPC, certification.RotateKeyRequest{})
		return "/issuers?ok=issuer", done.Seq, err
	}, nil))
	mux.Handle("POST /issuers/succeed", p.act(func(v *view) (string, uint64, error) {
		done, err := certification.SucceedIssuer.Call(v.ctx(), p.d.RPC, certification.SucceedIssuerRequest{Name: strings.TrimSpace(v.r.PostFormValue("name"))})
		return "/issuers?ok=issuer", done.Seq, err
	}, p.issuersPage))
}

// issuersPage shows the bodies that issue certificates and their keys.
func (p *Portal) issuersPage(v *view, why *fault.Error) (page, error) {
	all, err := certification.ListIssuers.Call(v.ctx(), p.d.RPC, rpc.Empty{})
	if err != nil {
		return page{}, err
	}
	title := v.t("Cơ quan cấp giấy chứng nhận", "Issuers of certificates")
	columns := []column{{v.t("Cơ quan", "Body"), false}, {v.t("Tình trạng", "State"), false}, {v.t("Đã cấp", "Issued"), true}, {v.t("Số khóa", "Keys"), true}, {v.t("Khóa đang ký", "Signing key"), false}, {v.t("Tài liệu DID", "DID document"), false}}
	return page{Title: title, Section: "/system", Body: []g.Node{
		v.crumbs(title, crumb{"/system", v.t("Hệ thống", "System")}), h.H1(g.Text(title)), v.done(), v.refusal(why),
		h.P(h.Class("lead"), v.text("Giấy chứng nhận mang tên cơ quan cấp trong ngày cấp. Đổi khóa hay chuyển giao cho cơ quan kế thừa không ảnh hưởng đến giấy đã cấp: chữ ký cũ vẫn kiểm tra được.",
			"A certificate bears the issuer's name of its day. A new key, or a successor, changes nothing of what was issued: old signatures can still be checked.")),
		tableUnder(title, columns, g.Map(all, func(i certification.Issuer) g.Node {
			state := g.Node(badge("ok", v.t("đang cấp", "issuing")))
			if i.By != "" {
				state = badge("", v.t("kế thừa bởi "+i.By, "succeeded by "+i.By))
			}
			last := ""
			if n := len(i.Keys); n > 0 {
				last = i.Keys[n-1]
			}
			return row(columns, g.Text(i.Name), state, itoa(i.Count), g.Text(strconv.Itoa(len(i.Keys))), h.Code(g.Text(last)), h.A(h.Href("/issuers/"+i.ID+"/did.json"), h.Code(g.Text(i.DID))))
		})),
		h.Form(h.Class("card"), h.Method("post"), h.Action("/issuers/rotate"), v.newOnce(), h.Data("confirm", v.t("Ký bằng khóa mới từ bây giờ?", "Sign with a new key from now on?")),
			h.H2(v.text("Đổi khóa ký", "New signing key")), h.P(v.text("Nên đổi định kỳ, hoặc ngay khi nghi khóa bị lộ.", "Do so from time to time, and at once when a key may have become known.")),
			h.Button(h.Class("btn"), h.Type("submit"), v.text("Đổi khóa", "Make a new key"))),
		h.Form(h.Class("card"), h.Method("post"), h.Action("/issuers/succeed"), v.newOnce(), h.Data("confirm", v.t("Chuyển giao cho cơ quan này? Không rút lại được.", "Hand over to this body? It cannot be taken back.")),
			h.H2(v.text("Chuyển giao cho cơ quan kế thừa", "Hand over to a successor")),
			field("name", v.t("Tên cơ quan kế thừa", "Name of the successor"), h.Input(h.ID("name"), h.Name("name"), h.Type("text"), h.Required(), h.MaxLength("300"), h.Value(v.r.PostFormValue("name")))),
			h.Button(h.Class("btn"), h.Type("submit"), v.text("Chuyển giao", "Hand over"))),
	}}, nil
}
