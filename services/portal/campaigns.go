package portal

import (
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/services/scheduler"
)

// campaignsPage lists refresher campaigns and takes a new one: first it shows when it would fire.
func (p *Portal) campaignsPage(v *view, why *fault.Error) (page, error) {
	o, err := v.offer()
	if err != nil {
		return page{}, err
	}
	all, err := scheduler.ListCampaigns.Call(v.ctx(), p.d.RPC, scheduler.ListCampaignsRequest{After: v.after})
	if err != nil {
		return page{}, err
	}
	body := []g.Node{h.H1(v.text("Đợt nhắc học", "Refresher campaigns")),
		h.P(h.Class("lead"), v.text("Theo lịch đã đặt, hệ thống giao lại khóa học và gửi thư cho từng cán bộ, mỗi kỳ đúng một lần.",
			"On schedule, the platform gives the course again and writes to each person, exactly once each time.")), v.refusal(why)}
	asked := v.r.FormValue("cron") != ""
	if asked && why == nil {
		preview, err := v.campaignPreview(o)
		if err != nil {
			why = fault.Of(err)
			body = append(body, v.refusal(why))
		} else {
			body = append(body, preview)
		}
	}
	if !asked || why != nil {
		body = append(body, v.campaignForm(o))
	}
	body = append(body, h.Section(h.H2(v.text("Các đợt nhắc học", "Campaigns")), v.campaignList(o, all)))
	return page{Title: v.t("Đợt nhắc học", "Refresher campaigns"), Section: "/campaigns", Body: body}, nil
}

func (v *view) campaignForm(o offer) g.Node {
	if len(o.courses) == 0 {
		return empty(v.t("Chưa có khóa học nào trong danh mục.", "There is no course in the offer."), h.A(h.Class("btn-primary"), h.Href("/courses"), v.text("Xuất bản khóa học", "Publish a course")))
	}
	value := func(name, otherwise string) g.Node {
		if given := v.r.FormValue(name); given != "" {
			otherwise = given
		}
		return h.Value(otherwise)
	}
	return h.Form(h.Class("card"), h.Method("get"), h.Action("/campaigns"),
		h.H2(v.text("Lên lịch một đợt nhắc học", "Schedule a campaign")),
		field("title", v.t("Tên đợt", "Title"), h.Input(h.ID("title"), h.Name("title"), h.Required(), h.MaxLength("200"), value("title", v.t("Nhắc lại an toàn thông tin", "Information security refresher")))),
		v.courseField(o, v.r.FormValue("course"), false), v.unitField(o, v.r.FormValue("unit")),
		field("cron", v.t("Lịch (biểu thức cron)", "Schedule (cron expression)"), h.Input(h.ID("cron"), h.Name("cron"), h.Required(), h.AutoComplete("off"), g.Attr("spellcheck", "false"), value("cron", "0 8 1 */3 *")),
			hint(v.t("Phút, giờ, ngày, tháng, thứ. “0 8 * * 1” là 8 giờ sáng thứ Hai hằng tuần; “0 8 1 */3 *” là 8 giờ sáng ngày đầu mỗi quý. Giờ Việt Nam.",
				"Minute, hour, day, month, weekday. “0 8 * * 1” is every Monday at 8 a.m.; “0 8 1 */3 *” is the first day of each quarter. Viet Nam time."))),
		field("due_days", v.t("Số ngày để hoàn thành", "Days to complete"), h.Input(h.ID("due_days"), h.Name("due_days"), h.Type("number"), h.Min("1"), h.Max("365"), h.Required(), value("due_days", "14"))),
		h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xem trước", "Preview")))
}

// campaignRequest reads the form.
func (v *view) campaignRequest() (scheduler.ScheduleCampaignRequest, error) {
	days, err := strconv.Atoi(v.r.FormValue("due_days"))
	if err != nil {
		return scheduler.ScheduleCampaignRequest{}, fault.New(fault.Invalid, "Số ngày để hoàn thành phải là một số nguyên từ 1 đến 365.", "The days to complete must be a whole number from 1 to 365.").Because(err)
	}
	return scheduler.ScheduleCampaignRequest{Title: v.r.FormValue("title"), Course: v.r.FormValue("course"), Unit: v.r.FormValue("unit"),
		Cron: v.r.FormValue("cron"), DueDays: days}, nil
}

func (v *view) campaignPreview(o offer) (g.Node, error) {
	req, err := v.campaignRequest()
	if err != nil {
		return nil, err
	}
	preview, err := scheduler.PreviewSchedule.Call(v.ctx(), v.p.d.RPC, req)
	if err != nil {
		return nil, err
	}
	hidden := func(name string) g.Node { return h.Input(h.Type("hidden"), h.Name(name), h.Value(v.r.FormValue(name))) }
	var times []g.Node
	for _, t := range preview.Next {
		times = append(times, h.Li(v.moment(t.Due)))
	}
	return h.Form(h.Class("card"), h.Method("post"), h.Action("/campaigns"), v.newOnce(), hidden("title"), hidden("course"), hidden("unit"), hidden("cron"), hidden("due_days"),
		h.H2(v.text("Xem trước khi lên lịch", "Before you schedule")),
		h.Dl(h.Class("facts"), fact(v.t("Tên đợt", "Title"), g.Text(req.Title)), fact(v.t("Khóa học", "Course"), g.Text(o.title(v, req.Course))),
			fact(v.t("Đơn vị", "Unit"), g.Text(o.unit(req.Unit))), fact(v.t("Năm kỳ gần nhất", "The next five times"), h.Ol(times...))),
		h.P(h.Class("actions"), h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Lên lịch", "Schedule")),
			h.A(h.Class("btn"), h.Href("/campaigns"), v.text("Chọn lại", "Choose again")))), nil
}

func (p *Portal) schedule(v *view) (string, uint64, error) {
	req, err := v.campaignRequest()
	if err != nil {
		return "", 0, err
	}
	req.Campaign = idFrom(v.r.PostFormValue(requestField))
	done, err := scheduler.ScheduleCampaign.Call(v.ctx(), p.d.RPC, req)
	return "/campaigns?ok=scheduled", done.Seq, err
}

func (p *Portal) stopCampaign(v *view) (string, uint64, error) {
	done, err := scheduler.StopCampaign.Call(v.ctx(), p.d.RPC, scheduler.CampaignRequest{Campaign: v.r.PostFormValue("campaign")})
	return "/campaigns?ok=stopped", done.Seq, err
}

func (v *view) campaignList(o offer, all []scheduler.Campaign) g.Node {
	if len(all) == 0 {
		return empty(v.t("Chưa có đợt nhắc học nào.", "There is no campaign yet."))
	}
	columns := []column{{v.t("Tên đợt", "Title"), false}, {v.t("Khóa học", "Course"), false}, {v.t("Đơn vị", "Unit"), false}, {v.t("Lịch", "Schedule"), false},
		{v.t("Số kỳ đã chạy", "Times fired"), true}, {v.t("Kỳ gần nhất", "Last"), false}, {v.t("Kỳ tới", "Next"), false}, {v.t("Tình trạng", "State"), false}}
	return table(v.t("Các đợt nhắc học, mới nhất trước", "Campaigns, newest first"), columns, g.Map(all, func(c scheduler.Campaign) g.Node {
		return row(columns, g.Text(c.Title), g.Text(o.title(v, c.Course)), g.Text(o.unit(c.Unit)), h.Code(g.Text(c.Cron)), g.Text(strconv.Itoa(c.Ticks)),
			v.moment(c.Last), v.moment(c.Next), v.campaignState(c))
	}))
}

// campaignState names the state of a campaign, with the button that ends a running one.
func (v *view) campaignState(c scheduler.Campaign) g.Node {
	switch {
	case c.State == scheduler.Stopped:
		return badge("warn", v.t("Đã dừng", "Stopped"))
	case c.Next.IsZero():
		return badge("", v.t("Đã kết thúc", "Over"))
	}
	return h.Form(h.Method("post"), h.Action("/campaigns/stop"), v.newOnce(), h.Input(h.Type("hidden"), h.Name("campaign"), h.Value(c.Campaign)),
		badge("ok", v.t("Đang chạy", "Running")), g.Text(" "),
		h.Button(h.Class("btn-danger"), h.Type("submit"), g.Attr("data-confirm", v.t("Dừng đợt nhắc học này? Các khóa đã giao vẫn giữ nguyên.", "Stop this campaign? What was given stays.")), v.text("Dừng", "Stop")))
}
