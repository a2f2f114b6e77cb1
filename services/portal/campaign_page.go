package portal

import (
	"slices"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/services/enrolment"
	"khuevan/services/scheduler"
)

// campaignShown is a campaign with how far its ticks have come.
type campaignShown struct {
	campaignTerms
	scheduler.CampaignPage
	rounds []enrolment.Round
}

// campaignPage shows a campaign: its plan, what can be done with it, and each time it ran.
func (p *Portal) campaignPage(v *view) (page, error) {
	id := v.r.PathValue("campaign")
	c, err := v.campaignTerms()
	if err != nil {
		return page{}, err
	}
	s := campaignShown{campaignTerms: c}
	if s.CampaignPage, err = scheduler.GetCampaign.Call(v.ctx(), p.d.RPC, scheduler.GetCampaignRequest{Campaign: id, After: v.after}); err != nil {
		return page{}, err
	}
	if s.rounds, err = enrolment.ListRounds.Call(v.ctx(), p.d.RPC, enrolment.ListRoundsRequest{Campaign: id, After: v.after}); err != nil {
		return page{}, err
	}
	body := []g.Node{v.crumbs(s.Title, crumb{"/campaigns", v.t("Đợt nhắc học", "Campaigns")}), h.H1(g.Text(s.Title)),
		h.P(v.campaignState(s.Campaign), g.If(!s.Next.IsZero(), g.Group{v.text(" Kỳ tới: ", " Next: "), v.moment(s.Next)})), v.campaignActions(s.Campaign), v.planCard(s)}
	for _, section := range v.campaignSections() {
		part, err := section(s)
		if err != nil {
			return page{}, err
		}
		body = append(body, part)
	}
	return page{Title: s.Title, Section: "/campaigns", Body: body}, nil
}

// campaignSections are the parts of a campaign's page below its plan, in their order.
func (v *view) campaignSections() []func(campaignShown) (g.Node, error) {
	return []func(campaignShown) (g.Node, error){
		v.roundTable,
		v.predictedActual,
		v.effectSection,
	}
}

// campaignActions are the ways in which a campaign that was scheduled can still change.
func (v *view) campaignActions(c scheduler.Campaign) g.Node {
	button := func(act, class, text, confirm string) g.Node {
		return h.Form(h.Method("post"), h.Action("/campaigns/"+c.Campaign+"/"+act), v.newOnce(),
			h.Button(h.Class(class), h.Type("submit"), g.If(confirm != "", h.Data("confirm", confirm)), g.Text(text)))
	}
	return h.Div(h.Class("actions"),
		g.If(c.State == scheduler.Running && !c.Next.IsZero(), button("pause", "btn", v.t("Tạm dừng", "Pause"), "")),
		g.If(c.State == scheduler.Paused, button("resume", "btn-primary", v.t("Chạy tiếp", "Resume"), "")),
		h.A(h.Class("btn"), h.Href(query("/campaigns/new", "clone", c.Campaign)), v.text("Nhân bản", "Clone")),
		g.If(c.State != scheduler.Stopped, button("stop", "btn-danger", v.t("Dừng hẳn", "Stop"), v.t("Dừng hẳn đợt nhắc học này? Những gì đã giao vẫn giữ nguyên, kể cả nhắc và báo đã hẹn.", "Stop this campaign for good? What was given stays, with its reminders."))))
}

func (v *view) planCard(s campaignShown) g.Node {
	r := scheduler.ScheduleCampaignRequest{Title: s.Title, Course: s.Course, Programme: s.Programme, Content: s.Content, Unit: s.Unit, Audience: s.Audience, Cron: s.Cron,
		OffDays: s.OffDays, CatchUp: s.CatchUp, DueDays: s.DueDays, DueWorkdays: s.DueWorkdays, DueMonthDay: s.DueMonthDay, Reminders: s.Reminders, EscalateDays: s.EscalateDays, HoldOut: s.HoldOut}
	return h.Section(h.Class("card"), h.H2(v.text("Kế hoạch", "Plan")), v.campaignFacts(s.campaignTerms, r),
		h.P(h.Class("hint"), v.text("Kế hoạch không sửa được sau khi lên lịch, để mỗi kỳ đã chạy luôn khớp với điều đã duyệt. Cần khác đi thì nhân bản thành đợt mới rồi dừng đợt này. Kỳ rơi vào lúc tạm dừng không được chạy bù.",
			"A plan cannot be edited once scheduled, so that each time it ran stays what was planned. Clone it into a new one and stop this. What falls due in a pause is not made up for.")))
}

// roundTable tells how far each time has come.
func (v *view) roundTable(s campaignShown) (g.Node, error) {
	heading := v.t("Các kỳ đã chạy", "Times it ran")
	if len(s.Latest) == 0 {
		return h.Section(h.H2(g.Text(heading)), empty(v.t("Chưa có kỳ nào.", "None yet."))), nil
	}
	columns := []column{{v.t("Kỳ", "Time"), false}, {v.t("Bị lỡ trước đó", "Missed before it"), true}, {v.t("Hạn", "Deadline"), false}, {v.t("Được giao", "Given"), true}, {v.t("Đang học sẵn", "In it already"), true},
		{v.t("Đã bắt đầu", "Started"), true}, {v.t("Hoàn thành", "Completed"), true}, {v.t("Được miễn", "Excused"), true}, {v.t("Quá hạn", "Overdue"), true}, {v.t("Thư nhắc", "Reminders"), true}, {v.t("Đã báo thủ trưởng", "Told to heads"), true}}
	rows := g.Map(s.Latest, func(t scheduler.Tick) g.Node {
		var r enrolment.Round // of a tick that nobody has heard yet, nothing is counted
		if at := slices.IndexFunc(s.rounds, func(r enrolment.Round) bool { return r.Tick.Equal(t.Due) }); at >= 0 {
			r = s.rounds[at]
		}
		cells := []g.Node{v.moment(t.Due), g.Text(strconv.Itoa(t.Missed)), v.day(t.Deadline)}
		for _, n := range []int{r.Given, r.Open, r.Started, r.Completed, r.Excused, r.Overdue, r.Reminded, r.Escalated} {
			cells = append(cells, g.Text(strconv.Itoa(n)))
		}
		return row(columns, cells...)
	})
	return h.Section(h.H2(g.Text(heading)), h.Div(h.Class("scroll"), h.TabIndex("0"), h.Role("region"), h.Aria("label", heading), tableUnder(heading, columns, rows))), nil
}
