package portal

import (
	"net/url"
	"slices"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/services/notification"
)

// mail shows what the local mail sink took instead of sending it. Only the demo has such a sink.
func (p *Portal) mail(v *view) (page, error) {
	if !p.d.Demo {
		return page{}, p.notFound(nil, nil)
	}
	to := v.r.URL.Query().Get("to")
	taken, err := notification.ListMail.Call(v.ctx(), p.d.RPC, notification.ListMailRequest{To: to})
	if err != nil {
		return page{}, err
	}
	slices.SortStableFunc(taken, func(a, b notification.Mail) int { return b.At.Compare(a.At) })
	title := v.t("Thư thử nghiệm", "Demo mail")
	return page{Title: title, Section: "/mail", Body: []g.Node{
		h.H1(g.Text(title)),
		h.P(h.Class("lead"), v.text("Ở chế độ dùng thử, thư điện tử không đi đâu cả: hệ thống giữ lại ở đây để xem.", "In demo mode no e-mail leaves: it is kept here to be read.")),
		h.Form(h.Class("inline"), h.Method("get"), h.Action("/mail"),
			h.Div(h.Class("field"), h.Label(h.For("to"), v.text("Địa chỉ người nhận", "Recipient's address")), h.Input(h.ID("to"), h.Name("to"), h.Value(to))),
			h.Button(h.Class("btn"), h.Type("submit"), v.text("Lọc", "Filter"))),
		v.mailList(taken),
	}}, nil
}

func (v *view) mailList(taken []notification.Mail) g.Node {
	if len(taken) == 0 {
		return empty(v.t("Chưa có thư nào.", "No mail yet."), h.P(v.text("Thư xuất hiện khi có người được giao khóa học, được nhắc hoặc được cấp giấy chứng nhận.",
			"It appears when somebody is assigned a course, reminded or certified.")))
	}
	shown := taken[:min(len(taken), mailShown)]
	return g.Group{
		h.P(g.Textf(v.t("Có %d thư; %d thư mới nhất ở dưới.", "%d e-mails; the newest %d below."), len(taken), len(shown))),
		g.Map(shown, func(m notification.Mail) g.Node {
			return h.Details(h.Class("card"), h.Summary(g.Text(m.Subject), h.Div(h.Class("meta"), g.Text(m.To+" · "), v.moment(m.At))),
				h.Dl(h.Class("facts"), fact(v.t("Từ", "From"), g.Text(m.From)), fact(v.t("Đến", "To"), g.Text(m.To)), fact("Message-ID", h.Code(g.Text(m.MessageID)))),
				plain(m.Body),
				g.If(m.Calendar != "", v.calendarText(m.Calendar)),
				g.If(m.Unsubscribe != "", h.P(h.A(h.Class("btn"), h.Href(localOf(m.Unsubscribe)), v.text("Hủy nhận loại thư này (List-Unsubscribe)", "Unsubscribe (List-Unsubscribe)")))))
		}),
	}
}

// localOf is the path of a link to this portal.
func localOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return "/"
	}
	return u.Path
}

// mailShown bounds the page: a demo campaign writes to hundreds.
const mailShown = 100
