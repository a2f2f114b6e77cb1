package portal

import (
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/web"
	"khuevan/services/notification"
)

// letterStates are the states of letters in the order in which the page shows them, with their words.
func letterStates() (order []string, words map[string]web.Text) {
	return []string{"flagged", "bounced", "queued", "handed-over", "left"}, map[string]web.Text{
		"flagged":     {Vi: "Cần xem lại", En: "To look at"},
		"bounced":     {Vi: "Bị trả lại", En: "Bounced"},
		"queued":      {Vi: "Đang chờ gửi", En: "Queued"},
		"handed-over": {Vi: "Máy chủ thư đã nhận", En: "Handed to the mail server"},
		"left":        {Vi: "Đã quyết định không gửi", En: "Left"},
	}
}

// lettersPage shows an administrator what became of the e-mail to each recipient.
func (p *Portal) lettersPage(v *view, why *fault.Error) (page, error) {
	state := v.r.FormValue("state")
	order, words := letterStates()
	if _, ok := words[state]; !ok {
		state = order[0]
	}
	all, err := notification.ListLetters.Call(v.ctx(), p.d.RPC, notification.ListLettersRequest{State: state, After: v.r.URL.Query().Get("after"), Seq: v.after})
	if err != nil {
		return page{}, err
	}
	people := make([]string, len(all.Items))
	for i, l := range all.Items {
		people[i] = l.Person
	}
	who, err := v.names(people...)
	if err != nil {
		return page{}, err
	}
	title := v.t("Thư điện tử đã gửi", "E-mails")
	return page{Title: title, Section: "/system", Body: []g.Node{
		v.crumbs(title, crumb{"/system", v.t("Hệ thống", "System")}), h.H1(g.Text(title)), v.done(), v.refusal(why),
		h.P(h.Class("lead"), v.text("Mỗi thư gửi một lần. Khi không rõ máy chủ thư đã nhận hay chưa, hệ thống không tự gửi lại mà để người quản trị quyết định.",
			"Each e-mail is sent once. Where nobody knows whether the mail server took it, it is not sent again by itself: an administrator decides.")),
		h.Nav(h.Aria("label", v.t("Tình trạng thư", "State of e-mails")), h.Ul(h.Class("actions"), g.Map(order, func(s string) g.Node {
			return h.Li(h.A(h.Class("btn"), h.Href(query("/system/letters", "state", s)), g.If(s == state, h.Aria("current", "page")),
				g.Text(v.t(words[s].Vi, words[s].En)+": "+strconv.Itoa(all.Counts[s]))))
		}))),
		v.letterTable(v.t(words[state].Vi, words[state].En), state, all.Items, who),
		g.If(all.Next != "", h.P(h.Class("pager"), h.A(h.Class("btn"), h.Href(query("/system/letters", "state", state, "after", all.Next)), v.text("Trang sau", "Next page")))),
	}}, nil
}

func (v *view) letterTable(caption, state string, letters []notification.Letter, who names) g.Node {
	if len(letters) == 0 {
		return empty(v.t("Không có thư nào ở tình trạng này.", "There is no e-mail in this state."))
	}
	columns := []column{{v.t("Người nhận", "Recipient"), false}, {v.t("Thư", "E-mail"), false}, {v.t("Xếp hàng lúc", "Queued"), false}, {v.t("Ghi chú", "Note"), false}}
	open := state == "flagged" || state == "bounced"
	if open {
		columns = append(columns, column{v.t("Quyết định", "Decision"), false})
	}
	return table(caption, columns, g.Map(letters, func(l notification.Letter) g.Node {
		cells := []g.Node{g.Text(v.named(who, l.Person)), h.Code(g.Text(l.Message)), v.moment(l.At), g.Text(v.letterNote(l))}
		if open {
			cells = append(cells, h.Form(h.Class("actions"), h.Method("post"), h.Action("/system/letters"), v.newOnce(), h.Input(h.Type("hidden"), h.Name("message"), h.Value(l.Message)),
				h.Input(h.Type("hidden"), h.Name("state"), h.Value(state)),
				h.Button(h.Class("btn"), h.Type("submit"), h.Name("decision"), h.Value("again"), v.text("Gửi lại", "Send again")),
				h.Button(h.Class("btn"), h.Type("submit"), h.Name("decision"), h.Value("leave"), v.text("Không gửi", "Leave it"))))
		}
		return row(columns, cells...)
	}))
}

// letterNote says why a letter stands where it stands.
func (v *view) letterNote(l notification.Letter) string {
	reason := map[string]web.Text{
		events.FlagUnknown:   {Vi: "Không rõ máy chủ thư đã nhận hay chưa; gửi lại có thể làm trùng.", En: "Nobody knows whether the mail server took it; sent again it may arrive twice."},
		events.FlagNoAddress: {Vi: "Người nhận không còn địa chỉ dùng được.", En: "The recipient has no usable address."},
		events.FlagHeld:      {Vi: "Thư trước đến địa chỉ này bị trả lại; tạm giữ đến khi địa chỉ thay đổi.", En: "An earlier one to this address bounced; held until the address changes."},
	}[l.Why]
	switch {
	case l.State == "bounced":
		return v.t("Mã trả lại ", "Status ") + l.Status
	case l.State == "queued" && l.Tries > 0:
		return v.t("Máy chủ thư hẹn lại lần "+strconv.Itoa(l.Tries)+" ("+l.Reason+")", "The mail server said later, "+strconv.Itoa(l.Tries)+" times ("+l.Reason+")")
	case reason.Vi != "":
		return v.t(reason.Vi, reason.En)
	default:
		return l.Reason
	}
}

// decideLetter sends a letter once more or leaves it, as an administrator says.
func (p *Portal) decideLetter(v *view) (string, uint64, error) {
	decision := v.r.PostFormValue("decision")
	if decision != "again" && decision != "leave" {
		return "", 0, fault.New(fault.Invalid, "Hãy chọn gửi lại hoặc không gửi.", "Choose to send it again or to leave it.")
	}
	done, err := notification.DecideLetter.Call(v.ctx(), p.d.RPC, notification.DecideLetterRequest{Message: v.r.PostFormValue("message"), Again: decision == "again"})
	return query("/system/letters", "state", v.r.PostFormValue("state"), "ok", "letter-"+decision), done.Seq, err
}
