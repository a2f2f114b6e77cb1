package portal

import (
	"fmt"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/web"
	"khuevan/services/notification"
)

func (p *Portal) inbox(v *view) (page, error) {
	box, err := notification.MyMessages.Call(v.ctx(), p.d.RPC, notification.MyMessagesRequest{Lang: v.lang, After: v.after})
	if err != nil {
		return page{}, err
	}
	list := v.messageList(box)
	if v.r.URL.Query().Get("part") != "" {
		return page{Bare: true, Body: []g.Node{list}}, nil
	}
	title := v.t("Hộp thư", "Inbox")
	return page{Title: title, Section: "/inbox", Body: []g.Node{
		h.H1(g.Text(title)),
		h.Div(g.Attr("hx-ext", "sse"), g.Attr("sse-connect", "/live?of=notification"), list),
	}}, nil
}

// messageList asks for itself again when messages arrive.
func (v *view) messageList(box notification.Inbox) g.Node {
	live := g.Group{h.ID("messages"), g.Attr("hx-get", "/inbox?part=1"), g.Attr("hx-trigger", "sse:changed"), g.Attr("hx-swap", "outerHTML")}
	if len(box.Messages) == 0 {
		return h.Div(live, empty(v.t("Chưa có tin nào.", "No messages yet."),
			h.P(v.text("Khi có khóa học mới, lời nhắc hoặc giấy chứng nhận, tin hiện ở đây.", "New courses, reminders and certificates are told here.")),
			h.P(h.A(h.Href(waysPath), v.text("Chọn cách nhận tin qua thư điện tử", "Choose how you are told by e-mail"))),
			h.P(h.A(h.Class("btn"), h.Href("/learn"), v.text("Xem việc học của tôi", "See my learning")))))
	}
	unread := v.t("Không có tin chưa đọc.", "Nothing unread.")
	if box.Unread > 0 {
		unread = v.t(fmt.Sprintf("Có %d tin chưa đọc.", box.Unread), counted(box.Unread, "unread message")+".")
	}
	subject, at, mail := v.t("Tin", "Message"), v.t("Thời gian", "Time"), v.t("Thư điện tử", "E-mail")
	return h.Div(live, h.P(h.Role("status"), g.Text(unread)), h.P(h.A(h.Href(waysPath), v.text("Chọn cách nhận tin qua thư điện tử", "Choose how you are told by e-mail"))),
		h.Table(h.Class("table"), h.Caption(h.Class("visually-hidden"), v.text("Tin nhắn của bạn, mới nhất ở trên", "Your messages, newest first")),
			h.THead(h.Tr(h.Th(h.Scope("col"), g.Text(subject)), h.Th(h.Scope("col"), g.Text(at)), h.Th(h.Scope("col"), g.Text(mail)))),
			h.TBody(g.Map(box.Messages, func(m notification.Message) g.Node {
				return h.Tr(h.Th(h.Scope("row"), g.If(!m.Read, g.Group{badge("info", v.t("Mới", "New")), g.Text(" ")}), h.A(h.Href("/inbox/"+m.Message), g.Text(m.Subject))),
					h.Td(h.Data("label", at), v.moment(m.At)),
					h.Td(h.Data("label", mail), g.Text(v.mailState(m.Mail))))
			}))))
}

// mailState says what became of a message's e-mail.
func (v *view) mailState(state string) string {
	return map[string]web.Text{
		"none":        {Vi: "Không gửi", En: "Not sent"},
		"queued":      {Vi: "Đang chờ gửi", En: "Waiting"},
		"held":        {Vi: "Chờ hết giờ yên tĩnh", En: "Waits for quiet hours to end"},
		"collected":   {Vi: "Chờ thư tổng hợp", En: "Waits for the next letter"},
		"bundled":     {Vi: "Trong thư tổng hợp", En: "In a letter with others"},
		"handed-over": {Vi: "Đã gửi", En: "Sent"},
		"flagged":     {Vi: "Không rõ đã gửi chưa", En: "Not known"},
	}[state].In(v.lang)
}

// message shows a message; opening it reads it.
func (p *Portal) message(v *view) (page, error) {
	m, err := notification.ReadMessage.Call(v.ctx(), p.d.RPC, notification.ReadMessageRequest{Message: v.r.PathValue("message"), Lang: v.lang})
	if err != nil {
		return page{}, err
	}
	return page{Title: m.Subject, Section: "/inbox", Body: []g.Node{
		v.crumbs(m.Subject, crumb{"/inbox", v.t("Hộp thư", "Inbox")}),
		h.H1(g.Text(m.Subject)),
		h.P(h.Class("meta"), v.moment(m.At)),
		h.Article(h.Class("lesson"), plain(m.Body)),
		h.P(h.Class("actions"), g.If(m.Link != "", h.A(h.Class("btn-primary"), h.Href(web.LocalPath(m.Link)), v.text("Mở nội dung được nhắc đến", "Open what it is about"))),
			h.A(h.Class("btn"), h.Href("/inbox"), v.text("Về hộp thư", "Back to the inbox"))),
	}}, nil
}

// plain shows plain text: an empty line ends a paragraph, other lines stay lines.
func plain(text string) g.Node {
	var all g.Group
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		var lines g.Group
		for line := range strings.SplitSeq(strings.Trim(paragraph, "\n"), "\n") {
			if len(lines) > 0 {
				lines = append(lines, h.Br())
			}
			lines = append(lines, g.Text(line))
		}
		all = append(all, h.P(lines))
	}
	return all
}
