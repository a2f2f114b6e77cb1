package portal

import (
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/services/enrolment"
	"khuevan/services/scheduler"
)

// campaignDry is what a campaign would do: when, to whom, and why not to others. Nothing is written.
type campaignDry struct {
	campaignTerms
	req   scheduler.ScheduleCampaignRequest
	times scheduler.SchedulePreview
	reach enrolment.AssignPreview
}

// campaignDryRun shows what the form's campaign would do, and asks to confirm.
func (v *view) campaignDryRun(c campaignTerms) (g.Node, error) {
	d := campaignDry{campaignTerms: c}
	var err error
	if d.req, err = v.campaignRequest(); err != nil {
		return nil, err
	}
	if d.times, err = scheduler.PreviewSchedule.Call(v.ctx(), v.p.d.RPC, d.req); err != nil {
		return nil, err
	}
	d.reach, err = enrolment.PreviewRound.Call(v.ctx(), v.p.d.RPC, enrolment.PreviewRoundRequest{Course: d.req.Course, Programme: d.req.Programme, Unit: d.req.Unit,
		Audience: d.req.Audience, Deadline: d.times.Next[0].Deadline, LeftOut: v.r.FormValue("left") != "", After: v.r.FormValue("after")})
	if err != nil {
		return nil, err
	}
	body := []g.Node{
		h.Form(h.Class("card"), h.Method("post"), h.Action("/campaigns"), v.newOnce(), v.campaignCarried(campaignFields[0]...), v.campaignCarried(campaignFields[1]...),
			h.H2(v.text("Chạy thử: chưa ghi gì, chưa gửi gì", "Dry run: nothing is written or sent")), v.campaignFacts(c, d.req),
			h.P(h.Class("hint"), v.text("Sau khi lên lịch không sửa được nội dung của đợt, để mỗi kỳ đã chạy luôn khớp với kế hoạch đã duyệt; chỉ có thể tạm dừng, chạy tiếp, dừng hẳn hoặc nhân bản.",
				"A campaign cannot be edited once scheduled, so that each time it ran stays what was planned; it can be paused, resumed, stopped or cloned.")),
			h.P(h.Class("actions"), h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Lên lịch", "Schedule")),
				h.A(h.Class("btn"), h.Href(v.campaignQuery("step", strconv.Itoa(stepWhen))), v.text("Sửa lại", "Change")))),
	}
	for _, section := range v.dryRunSections() {
		part, err := section(d)
		if err != nil {
			return nil, err
		}
		body = append(body, part)
	}
	return g.Group(body), nil
}

// dryRunSections are the parts of a dry run, in their order.
func (v *view) dryRunSections() []func(campaignDry) (g.Node, error) {
	return []func(campaignDry) (g.Node, error){v.plannedTimes, v.whatIf, v.plannedPeople}
}

// plannedTimes lists the next times, with what was moved off days off and why, and by which source days off are known.
func (v *view) plannedTimes(d campaignDry) (g.Node, error) {
	columns := []column{{v.t("Kỳ", "Time"), false}, {v.t("Dời vì ngày nghỉ", "Moved off a day off"), false}, {v.t("Hạn", "Deadline"), false}, {v.t("Nhắc", "Reminders"), false}, {v.t("Báo thủ trưởng", "Heads are told"), false}}
	rows := g.Map(d.times.Next, func(t scheduler.PlannedTick) g.Node {
		return row(columns, v.moment(t.Due), v.movedWords(t.Moved), v.day(t.Deadline), listed(t.Reminders, v.day), v.moment(t.Escalates))
	})
	return h.Section(h.H2(v.text("Năm kỳ tới", "The next five times")), table(v.t("Năm kỳ tới, theo lịch ngày làm việc", "The next five times, by the calendar of business days"), columns, rows),
		h.Ul(h.Class("hint"), g.Map(d.times.Years, func(y scheduler.CalendarYear) g.Node {
			year := strconv.Itoa(y.Year)
			if !y.Known {
				return h.Li(v.text("Năm "+year+": chưa có lịch nghỉ lễ, tết; chỉ tính thứ Bảy và Chủ nhật.", year+": public holidays are not known yet; weekends only."))
			}
			return h.Li(g.Text(v.t("Năm ", "") + year + ": " + v.words(y.Citation)))
		}))), nil
}

// listed shows some things one after the other, or a dash.
func listed[T any](all []T, show func(T) g.Node) g.Node {
	if len(all) == 0 {
		return g.Text("–")
	}
	var nodes g.Group
	for i, x := range all {
		if i > 0 {
			nodes = append(nodes, g.Text(", "))
		}
		nodes = append(nodes, show(x))
	}
	return nodes
}

func (v *view) movedWords(all []scheduler.DayOff) g.Node {
	return listed(all, func(d scheduler.DayOff) g.Node {
		name := v.words(d.Name)
		if name == "" {
			name = v.t("cuối tuần", "weekend")
		}
		return g.Group{v.day(d.Planned), g.Text(": " + name), g.If(d.Unsure, g.Group{g.Text(" "), badge("warn", v.t("chờ thông báo chính thức", "not confirmed yet"))})}
	})
}

// plannedPeople counts and names whom the first time would reach if it came now, and those whom it would not.
func (v *view) plannedPeople(d campaignDry) (g.Node, error) {
	r, left := d.reach, v.r.FormValue("left") != ""
	caption, none := v.t("Ai sẽ nhận, và vì sao", "Who would get it, and why"), v.t("Hiện không có ai trong phạm vi.", "Nobody is in it now.")
	if left {
		caption, none = v.t("Ai không nhận, và vì sao", "Who would not get it, and why"), v.t("Mọi người trong đơn vị đều trong phạm vi.", "Everybody of the unit is in it.")
	}
	rows, err := v.reachedTable(d.offer, d.reach, caption, none)
	if err != nil {
		return nil, err
	}
	number := func(what string, n int) g.Node { return fact(what, g.Text(strconv.Itoa(n))) }
	some := func(what string, n int) g.Node { return g.If(n > 0, number(what, n)) }
	shown := func(text string, on bool, set ...string) g.Node {
		return h.A(h.Class("btn"), g.If(on, h.Aria("current", "page")), h.Href(v.campaignQuery(append(set, "step", strconv.Itoa(stepDry))...)), g.Text(text))
	}
	next := []string{"step", strconv.Itoa(stepDry), "after", r.Next}
	if left {
		next = append(next, "left", "1")
	}
	return h.Section(h.H2(v.text("Ai sẽ nhận, ai không và vì sao", "Who would get it, who not, and why")),
		h.P(h.Class("hint"), v.text("Tính theo danh sách cán bộ lúc này; đến kỳ sẽ tính lại.", "As people stand now; it is counted anew when the time comes.")),
		h.Dl(h.Class("facts"), number(v.t("Sẽ được giao", "Would be given it"), r.New+r.Again),
			some(v.t("Trong đó học lại", "Of these, once more"), r.Again), some(v.t("Đang học, sẽ được nhắc", "In it already, would be reminded"), r.Open), some(v.t("Được miễn, không nhắc", "Excused, not reminded"), r.Free),
			some(v.t("Đang trong kỳ so sánh của một đợt khác, hết hạn mới hiện", "Being compared by another campaign, told once that is over"), r.Compared),
			number(v.t("Số thư ngay khi đến kỳ", "Letters when the time comes"), r.New+r.Again+r.Open),
			some(v.t("Thư nhắc, nhiều nhất", "Reminders, at most"), (r.New+r.Again)*len(d.req.Reminders)),
			g.Map(v.leftOut(), func(why [2]string) g.Node { return some(why[1], r.Left[why[0]]) })),
		h.P(h.Class("actions"), shown(v.t("Những người sẽ nhận", "Those who would get it"), !left), shown(v.t("Những người không nhận", "Those who would not"), left, "left", "1")),
		rows, g.If(r.Next != "", h.P(h.A(h.Href(v.campaignQuery(next...)), v.text("Xem tiếp danh sách", "More of the list"))))), nil
}
