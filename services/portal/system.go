package portal

import (
	"context"
	"strconv"
	"strings"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/jetstream"
	"khuevan/platform/rpc"
	"khuevan/services/directory"
	"khuevan/services/notification"
)

// systemPage shows an administrator how the services are doing, what waits in the poison queue, and what was flagged.
func (p *Portal) systemPage(v *view) (page, error) {
	var lines, poisoned []g.Node
	columns := []column{{v.t("Dịch vụ", "Service"), false}, {v.t("Bảng số liệu", "Projection"), false}, {v.t("Vị trí", "Position"), true}, {v.t("Tình trạng", "State"), false}}
	waiting := []column{{v.t("Bộ xử lý", "Reactor"), false}, {v.t("Sự kiện", "Event"), false}, {v.t("Lý do", "Reason"), false}, {v.t("Từ lúc", "Since"), false}, {v.t("Thao tác", "Action"), false}}
	for _, service := range p.c.Services {
		st, err := v.status(service)
		if fault.Is(err, fault.Denied) {
			return page{}, err
		}
		if err != nil {
			lines = append(lines, row(columns, g.Text(service), g.Text("–"), g.Text("–"), badge("bad", fault.Of(err).Text(v.lang))))
			continue
		}
		lines = append(lines, v.projectionRows(columns, st)...)
		for _, one := range st.Poisoned {
			poisoned = append(poisoned, v.poisonRow(waiting, service, one))
		}
	}
	letters, err := v.lettersToLookAt()
	if err != nil {
		return page{}, err
	}
	return page{Title: v.t("Hệ thống", "System"), Section: "/system", Body: []g.Node{
		h.H1(v.text("Hệ thống", "System")),
		h.P(h.Class("actions"), h.A(h.Class("btn"), h.Href("/system/denials"), v.text("Nhật ký từ chối truy cập", "Denied requests")),
			h.A(h.Class("btn"), h.Href("/system/access"), v.text("Quyền và lượt xem", "Rights and looks")),
			h.A(h.Class("btn"), h.Href(webhooks), g.Text(v.webhookTitle())),
			h.A(h.Class("btn"), h.Href("/issuers"), v.text("Cơ quan cấp giấy chứng nhận", "Issuers of certificates")),
			h.A(h.Class("btn"), h.Href("/issue"), v.text("Cấp giấy chứng nhận theo đợt", "Certificates in batches")),
			h.A(h.Class("btn"), h.Href(trialsPath), g.Text(v.trialsTitle()))),
		h.Section(h.H2(v.text("Sự kiện chưa xử lý được", "Events that could not be handled")),
			g.If(len(poisoned) == 0, empty(v.t("Không có sự kiện nào đang chờ.", "Nothing waits."))),
			g.If(len(poisoned) > 0, table(v.t("Hàng chờ lỗi: sửa nguyên nhân rồi chạy lại", "Poison queue: mend the reason, then run again"), waiting, poisoned))),
		h.Section(h.H2(v.text("Thư điện tử cần xem lại", "E-mails to look at")), letters),
		h.Section(h.H2(v.text("Các dịch vụ", "Services")), table(v.t("Dịch vụ và bảng số liệu", "Services and projections"), columns, lines)),
	}}, nil
}

// statusTime bounds how long the page waits for one service.
const statusTime = 2 * time.Second

func (v *view) status(service string) (host.Status, error) {
	ctx, cancel := context.WithTimeout(v.ctx(), statusTime)
	defer cancel()
	return host.StatusOf(service).Call(ctx, v.p.d.RPC, rpc.Empty{})
}

func (v *view) projectionRows(columns []column, st host.Status) []g.Node {
	if len(st.Projections) == 0 {
		return []g.Node{row(columns, g.Text(st.Service), g.Text("–"), g.Text("–"), badge("ok", v.t("Đang chạy", "Running")))}
	}
	var all []g.Node
	for _, one := range st.Projections {
		state := badge("ok", v.t("Cập nhật", "Up to date"))
		switch {
		case one.Stopped != "":
			state = g.Group{badge("bad", v.t("Dừng tại một sự kiện", "Stopped at an event")), h.P(h.Class("hint"), g.Text(one.Stopped))}
		case one.Position < one.Head:
			state = badge("warn", v.t("Đang đuổi kịp", "Catching up"))
		}
		all = append(all, row(columns, g.Text(st.Service), g.Text(strings.TrimPrefix(one.Name, st.Service+".")), g.Text("#"+strconv.FormatUint(one.Position, 10)), state))
	}
	return all
}

func (v *view) poisonRow(columns []column, service string, one jetstream.Poisoned) g.Node {
	return row(columns, g.Text(one.Reactor), g.Text("#"+strconv.FormatUint(one.Seq, 10)+" "+one.Type), g.Text(one.Reason), v.moment(one.Since),
		h.Form(h.Method("post"), h.Action("/system/replay"), v.newOnce(), h.Input(h.Type("hidden"), h.Name("service"), h.Value(service)),
			h.Input(h.Type("hidden"), h.Name("id"), h.Value(strconv.FormatUint(one.ID, 10))), h.Button(h.Class("btn"), h.Type("submit"), v.text("Chạy lại", "Run again"))))
}

func (p *Portal) replay(v *view) (string, uint64, error) {
	id, err := strconv.ParseUint(v.r.PostFormValue("id"), 10, 64)
	if err != nil {
		return "", 0, fault.New(fault.Invalid, "Không rõ sự kiện nào.", "Which event is unclear.").Because(err)
	}
	_, err = host.ReplayOf(v.r.PostFormValue("service")).Call(v.ctx(), p.d.RPC, host.ReplayRequest{ID: id})
	return "/system?ok=replayed", 0, err
}

// lettersToLookAt counts the letters about which an administrator is to decide.
func (v *view) lettersToLookAt() (g.Node, error) {
	all, err := notification.ListLetters.Call(v.ctx(), v.p.d.RPC, notification.ListLettersRequest{State: "flagged", Limit: 1})
	if err != nil && !fault.Is(err, fault.Unavailable) {
		return nil, err
	}
	flagged, bounced := all.Counts["flagged"], all.Counts["bounced"]
	if flagged+bounced == 0 {
		return g.Group{empty(v.t("Không có thư nào cần xem lại.", "There is none.")), h.P(h.A(h.Href("/system/letters?state=handed-over"), v.text("Mọi thư điện tử", "All e-mails")))}, nil
	}
	return h.P(h.A(h.Href("/system/letters"), g.Textf(v.t("%d thư cần xem lại, %d thư bị trả lại", "%d to look at, %d bounced"), flagged, bounced))), nil
}

// denialsPage lists requests that were denied.
func (p *Portal) denialsPage(v *view) (page, error) {
	denied, err := directory.ListDenials.Call(v.ctx(), p.d.RPC, directory.ListDenialsRequest{After: v.r.URL.Query().Get("after")})
	if err != nil {
		return page{}, err
	}
	title := v.t("Nhật ký từ chối truy cập", "Denied requests")
	columns := []column{{v.t("Lúc", "At"), false}, {v.t("Người yêu cầu", "Who"), false}, {v.t("Việc bị từ chối", "What"), false}, {v.t("Đối tượng", "Object"), false}}
	list := empty(v.t("Chưa có yêu cầu nào bị từ chối.", "No request has been denied."))
	if len(denied.Items) > 0 {
		list = table(v.t("Yêu cầu bị từ chối, mới nhất trước", "Denied requests, newest first"), columns, g.Map(denied.Items, func(d directory.Denial) g.Node {
			at, _ := time.Parse(time.RFC3339Nano, d.At) // zero shows as a dash
			return row(columns, v.moment(at), g.Text(v.name(d.Name)), h.Code(g.Text(d.Method)), h.Code(g.Text(d.Object)))
		}))
	}
	return page{Title: title, Section: "/system", Body: []g.Node{
		v.crumbs(title, crumb{"/system", v.t("Hệ thống", "System")}), h.H1(g.Text(title)), list,
		g.If(denied.Next != "", h.P(h.Class("pager"), h.A(h.Class("btn"), h.Href(query("/system/denials", "after", denied.Next)), v.text("Trang sau", "Next page")))),
	}}, nil
}
