package portal

import (
	"net/http"
	"slices"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/platform/web"
	"khuevan/services/notification"
)

const waysPath = "/account/messages"

// messageRoutes are the pages on which people say how they want to be told, and those on which it is said what they are told.
func (p *Portal) messageRoutes(mux *http.ServeMux) {
	mux.Handle("GET "+waysPath, p.page(func(v *view) (page, error) { return p.waysPage(v, nil) }))
	mux.Handle("POST "+waysPath, p.act(p.chooseWays, p.waysPage))
	mux.Handle("GET /unsubscribe/{token}", p.edge.Handle(p.askUnsubscribe))
	mux.Handle("POST /unsubscribe/{token}", p.edge.Handle(p.unsubscribe))
	p.templateRoutes(mux)
}

// wayName says how somebody is told.
func (v *view) wayName(way string) string {
	return map[string]web.Text{
		"now":    {Vi: "Thư điện tử ngay", En: "An e-mail at once"},
		"digest": {Vi: "Trong thư tổng hợp mỗi ngày", En: "In one e-mail a day"},
		"inbox":  {Vi: "Chỉ trong hộp thư của hệ thống", En: "Only in the inbox here"},
	}[way].In(v.lang)
}

// waysPage lets people choose how they are told of each kind of thing, and says what cannot be refused and why.
func (p *Portal) waysPage(v *view, why *fault.Error) (page, error) {
	all, err := notification.MyPreferences.Call(v.ctx(), p.d.RPC, notification.MyPreferencesRequest{After: v.after})
	if err != nil {
		return page{}, err
	}
	title := v.t("Cách nhận tin", "How I am told")
	return page{Title: title, Section: "/account", Body: []g.Node{
		v.crumbs(title, crumb{"/account", v.t("Tài khoản", "Account")}), h.H1(g.Text(title)), v.refusalWithFields(why),
		h.P(h.Class("lead"), v.text("Mọi tin đều có ngay trong hộp thư của hệ thống. Bạn chọn ở đây tin nào được gửi thêm qua thư điện tử, và khi nào. Ngoài giờ làm việc và ngày nghỉ, thư chờ đến buổi sáng của ngày làm việc kế tiếp, trừ tin về an toàn tài khoản.",
			"Everything is in the inbox here at once. Choose what is also sent by e-mail, and when. Outside working hours and on days off letters wait for the next working morning, but for those about the safety of your account.")),
		h.Form(h.Class("card"), h.Method("post"), h.Action(waysPath), v.newOnce(),
			g.Map(all, func(x notification.Preference) g.Node { return v.wayField(x) }),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Lưu", "Save"))),
	}}, nil
}

// wayField is the choice for a kind; where there is none, it says so.
func (v *view) wayField(x notification.Preference) g.Node {
	reason := g.If(x.Reason.Vi != "", h.P(h.Class("hint"), h.ID(x.Kind+"-reason"), g.Text(v.t("Không từ chối được: ", "Cannot be refused: ")+v.words(x.Reason))))
	if len(x.Ways) == 1 {
		return h.Div(h.Class("field"), h.P(h.Strong(g.Text(v.words(x.Title)+": ")), g.Text(v.wayName(x.Way))), reason)
	}
	way := x.Way
	if asked := v.r.PostFormValue(x.Kind); slices.Contains(x.Ways, asked) {
		way = asked
	}
	return h.Div(h.Class("field"), h.Label(h.For(x.Kind), g.Text(v.words(x.Title))), reason,
		h.Select(h.ID(x.Kind), h.Name(x.Kind), g.If(x.Reason.Vi != "", h.Aria("describedby", x.Kind+"-reason")), g.Map(x.Ways, func(w string) g.Node {
			return h.Option(h.Value(w), g.If(w == way, h.Selected()), g.Text(v.wayName(w)))
		})))
}

func (p *Portal) chooseWays(v *view) (string, uint64, error) {
	all, err := notification.MyPreferences.Call(v.ctx(), p.d.RPC, notification.MyPreferencesRequest{})
	if err != nil {
		return "", 0, err
	}
	ways := map[string]string{}
	for _, x := range all {
		if way := v.r.PostFormValue(x.Kind); way != "" {
			ways[x.Kind] = way
		}
	}
	done, err := notification.Choose.Call(v.ctx(), p.d.RPC, notification.ChooseRequest{Ways: ways})
	return waysPath + "?ok=ways", done.Seq, err
}

// askUnsubscribe asks whoever opened the link of a letter: a link that is only looked at changes nothing.
func (p *Portal) askUnsubscribe(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	what, err := notification.GetUnsubscription.Call(v.ctx(), p.d.RPC, notification.UnsubscribeRequest{Token: r.PathValue("token")})
	if err != nil {
		return err
	}
	return p.render(w, v, http.StatusOK, v.unsubscription(what))
}

// unsubscribe ends letters of a kind. Programs of mail post here too, without a session and without a page (RFC 8058).
func (p *Portal) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	what, err := notification.Unsubscribe.Call(v.ctx(), p.d.RPC, notification.UnsubscribeRequest{Token: r.PathValue("token")})
	if err != nil {
		return err
	}
	return p.render(w, v, http.StatusOK, v.unsubscription(what))
}

func (v *view) unsubscription(what notification.Unsubscription) page {
	title := v.t("Hủy nhận thư", "No more letters")
	body := g.Group{h.P(g.Text(v.t("Bạn không muốn nhận thư điện tử loại này nữa?", "You want no more e-mails of this kind?"))),
		h.Form(h.Method("post"), h.Action(v.r.URL.Path), h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Hủy nhận thư loại này", "No more of these")))}
	if what.Done {
		body = g.Group{h.P(h.Class("notice-ok"), h.Role("status"), v.text("Hệ thống không gửi thư loại này cho bạn nữa. Tin vẫn có trong hộp thư của hệ thống.", "No more such letters are sent to you. The inbox here still has them."))}
	}
	return page{Title: title, Body: []g.Node{h.H1(g.Text(title + ": " + v.words(what.Title))), body,
		h.P(h.A(h.Href(waysPath), v.text("Chọn cách nhận từng loại tin", "Choose how you are told of each kind")))}}
}
