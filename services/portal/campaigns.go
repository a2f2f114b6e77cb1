package portal

import (
	"net/http"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/services/catalog"
	"khuevan/services/scheduler"
)

func (p *Portal) campaignRoutes(mux *http.ServeMux) {
	mux.Handle("GET /campaigns", p.page(p.campaignsPage))
	mux.Handle("GET /campaigns/new", p.page(func(v *view) (page, error) { return p.campaignBuilder(v, nil) }))
	mux.Handle("POST /campaigns", p.act(p.schedule, p.campaignBuilder))
	mux.Handle("GET /campaigns/{campaign}", p.page(p.campaignPage))
	mux.Handle("POST /campaigns/{campaign}/pause", p.act(p.changeCampaign(scheduler.PauseCampaign, "paused"), nil))
	mux.Handle("POST /campaigns/{campaign}/resume", p.act(p.changeCampaign(scheduler.ResumeCampaign, "resumed"), nil))
	mux.Handle("POST /campaigns/{campaign}/stop", p.act(p.changeCampaign(scheduler.StopCampaign, "stopped"), nil))
}

// campaignTerms are what pages about campaigns name things by.
type campaignTerms struct {
	offer
	programmes []catalog.ProgrammeCard
}

func (v *view) campaignTerms() (c campaignTerms, err error) {
	if c.offer, err = v.offer(); err != nil {
		return c, err
	}
	c.programmes, err = v.programmes()
	return c, err
}

// campaignsPage lists the campaigns.
func (p *Portal) campaignsPage(v *view) (page, error) {
	c, err := v.campaignTerms()
	if err != nil {
		return page{}, err
	}
	all, err := scheduler.ListCampaigns.Call(v.ctx(), p.d.RPC, scheduler.ListCampaignsRequest{After: v.after})
	if err != nil {
		return page{}, err
	}
	title := v.t("Đợt nhắc học", "Campaigns")
	return page{Title: title, Section: "/campaigns", Body: []g.Node{h.H1(g.Text(title)),
		h.P(h.Class("lead"), v.text("Theo lịch đã đặt, hệ thống giao nội dung học, nhắc trước hạn và báo thủ trưởng khi quá hạn; mỗi kỳ đúng một lần.",
			"On schedule, the platform gives what is to be learnt, reminds before the deadline and tells heads after it; exactly once each time.")),
		h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href("/campaigns/new"), v.text("Lập đợt mới", "New campaign"))),
		v.campaignList(c, all)}}, nil
}

func (v *view) campaignList(c campaignTerms, all []scheduler.Campaign) g.Node {
	if len(all) == 0 {
		return empty(v.t("Chưa có đợt nhắc học nào.", "There is no campaign yet."))
	}
	columns := []column{{v.t("Tên đợt", "Title"), false}, {v.t("Nội dung", "Content"), false}, {v.t("Đơn vị", "Unit"), false}, {v.t("Lịch", "Schedule"), false},
		{v.t("Số kỳ đã chạy", "Times fired"), true}, {v.t("Kỳ gần nhất", "Last"), false}, {v.t("Kỳ tới", "Next"), false}, {v.t("Tình trạng", "State"), false}}
	return table(v.t("Các đợt nhắc học, mới nhất trước", "Campaigns, newest first"), columns, g.Map(all, func(a scheduler.Campaign) g.Node {
		return row(columns, h.A(h.Href("/campaigns/"+a.Campaign), g.Text(a.Title)), g.Text(v.assignedTitle(c.offer, c.programmes, a.Course, a.Programme)), g.Text(c.unit(a.Unit)),
			g.Text(v.scheduleWords(a.Cron)), g.Text(strconv.Itoa(a.Ticks)), v.moment(a.Last), v.moment(a.Next), v.campaignState(a))
	}))
}

// campaignState names the state of a campaign.
func (v *view) campaignState(c scheduler.Campaign) g.Node {
	switch {
	case c.State == scheduler.Stopped:
		return badge("bad", v.t("Đã dừng", "Stopped"))
	case c.State == scheduler.Paused:
		return badge("warn", v.t("Đang tạm dừng", "Paused"))
	case c.Next.IsZero():
		return badge("", v.t("Đã kết thúc", "Over"))
	}
	return badge("ok", v.t("Đang chạy", "Running"))
}

// schedule schedules the campaign of the builder's form.
func (p *Portal) schedule(v *view) (string, uint64, error) {
	req, err := v.campaignRequest()
	if err != nil {
		return "", 0, err
	}
	req.Campaign = idFrom(v.r.PostFormValue(requestField))
	done, err := scheduler.ScheduleCampaign.Call(v.ctx(), p.d.RPC, req)
	return "/campaigns/" + done.Campaign + "?ok=scheduled", done.Seq, err
}

// changeCampaign pauses, resumes or stops a campaign.
func (p *Portal) changeCampaign(method rpc.Method[scheduler.CampaignRequest, rpc.Receipt], done string) actFunc {
	return func(v *view) (string, uint64, error) {
		id := v.r.PathValue("campaign")
		out, err := method.Call(v.ctx(), p.d.RPC, scheduler.CampaignRequest{Campaign: id})
		return "/campaigns/" + id + "?ok=" + done, out.Seq, err
	}
}

// wrongField refuses a field of a form.
func wrongField(name, vi, en string) error {
	return fault.New(fault.Invalid, vi, en).With(name, vi, en)
}
