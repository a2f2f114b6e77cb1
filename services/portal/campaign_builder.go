package portal

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/services/scheduler"
)

// Steps of the builder.
const (
	stepWhat = 1
	stepWhen = 2
	stepDry  = 3
)

// campaignBuilder takes a new campaign in steps: what and for whom, when, and a dry run. Nothing is kept between them but in the
// form itself, so that it works without a script and in two windows at once.
func (p *Portal) campaignBuilder(v *view, why *fault.Error) (page, error) {
	c, err := v.campaignTerms()
	if err != nil {
		return page{}, err
	}
	if id := v.r.FormValue("clone"); id != "" {
		if err := v.copyPlan(id); err != nil {
			return page{}, err
		}
	}
	step, _ := strconv.Atoi(v.r.FormValue("step")) // anything else is the first
	step = min(max(step, stepWhat), stepDry)
	var content g.Node
	if why == nil && step == stepDry {
		dry, err := v.campaignDryRun(c)
		if err != nil && fault.Of(err).Kind != fault.Invalid {
			return page{}, err
		}
		content = dry
		why = fault.Of(err)
	}
	if why != nil {
		step = campaignStepOf(why)
	}
	if content == nil || why != nil {
		if content, err = v.campaignStep(c, step); err != nil {
			return page{}, err
		}
	}
	title := v.t("Lập đợt nhắc học", "New campaign")
	return page{Title: title, Section: "/campaigns", Body: []g.Node{
		v.crumbs(title, crumb{"/campaigns", v.t("Đợt nhắc học", "Campaigns")}), h.H1(g.Text(title)),
		h.P(h.Class("lead"), g.Text(fmt.Sprintf(v.t("Bước %d/3: %s", "Step %d of 3: %s"), step, v.stepWords()[step-1]))),
		v.refusalWithFields(why), content}}, nil
}

func (v *view) stepWords() []string {
	return []string{v.t("nội dung và đối tượng", "what, and for whom"), v.t("thời gian, thời hạn và nhắc nhở", "when, until when, and reminders"), v.t("chạy thử", "dry run")}
}

// campaignStepOf is the step at which a refused field stands.
func campaignStepOf(why *fault.Error) int {
	for _, f := range why.Fields {
		if slices.Contains(campaignFields[0], f.Name) {
			return stepWhat
		}
	}
	return stepWhen
}

// campaignStep is the form of a step, with what the other steps asked as hidden fields.
func (v *view) campaignStep(c campaignTerms, step int) (g.Node, error) {
	if len(c.courses) == 0 {
		return empty(v.t("Chưa có khóa học nào trong danh mục.", "There is no course in the offer."), h.A(h.Class("btn-primary"), h.Href("/courses"), v.text("Xuất bản khóa học", "Publish a course"))), nil
	}
	carried := v.campaignCarried(campaignFields[2-step]...)
	if step == stepWhat {
		audience, err := v.audienceFields()
		if err != nil {
			return nil, err
		}
		return h.Form(h.Class("card"), h.Method("get"), h.Action("/campaigns/new"), hidden("step", strconv.Itoa(stepWhen)), carried, v.campaignCarried("cloned"),
			field("title", v.t("Tên đợt", "Title"), h.Input(h.ID("title"), h.Name("title"), h.Required(), h.MaxLength("200"), h.Value(v.given("title", v.t("Nhắc lại an toàn thông tin", "Information security refresher"))))),
			v.assignable(c.offer, c.programmes, v.r.FormValue("course"), false),
			v.chooseOne("content", v.t("Hình thức", "Kind"), "", [][2]string{{"", v.contentWords("")}, {events.ContentAcknowledgement, v.contentWords(events.ContentAcknowledgement)}}),
			v.unitField(c.offer, v.r.FormValue("unit")), audience,
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Tiếp tục", "Continue"))), nil
	}
	return h.Form(h.Class("card"), h.Method("get"), h.Action("/campaigns/new"), carried,
		h.FieldSet(h.Legend(v.text("Khi nào", "When")), v.whenFields()),
		h.FieldSet(h.Legend(v.text("Thời hạn hoàn thành", "Deadline")), v.dueFields()),
		h.FieldSet(h.Legend(v.text("Nhắc nhở và báo cáo", "Reminders and escalation")), v.followFields()),
		h.P(h.Class("actions"), h.Button(h.Class("btn-primary"), h.Type("submit"), h.Name("step"), h.Value(strconv.Itoa(stepDry)), v.text("Chạy thử", "Dry run")),
			h.Button(h.Class("btn"), h.Type("submit"), h.Name("step"), h.Value(strconv.Itoa(stepWhat)), g.Attr("formnovalidate"), v.text("Quay lại bước 1", "Back to step 1")))), nil
}

// campaignCarried keeps what was asked in some fields.
func (v *view) campaignCarried(names ...string) g.Node {
	var all g.Group
	for _, name := range names {
		for _, value := range v.r.Form[name] {
			all = append(all, hidden(name, value)) // an empty one was left empty: that is no wish for the suggestion
		}
	}
	return all
}

// campaignQuery is everything that was asked, as a link.
func (v *view) campaignQuery(set ...string) string {
	q := url.Values{}
	for _, name := range slices.Concat(campaignFields...) {
		for _, value := range v.r.Form[name] {
			q.Add(name, value)
		}
	}
	for i := 0; i+1 < len(set); i += 2 {
		q.Set(set[i], set[i+1])
	}
	return "/campaigns/new?" + q.Encode()
}

// given is what was asked in a field, or a first suggestion.
func (v *view) given(name, otherwise string) string {
	if text := v.r.FormValue(name); text != "" || v.r.Form.Has(name) {
		return text
	}
	return otherwise
}

// chooseOne is a field that chooses one of some.
func (v *view) chooseOne(name, label, otherwise string, options [][2]string) g.Node {
	chosen := v.given(name, otherwise)
	return field(name, label, h.Select(h.ID(name), h.Name(name), g.Map(options, func(o [2]string) g.Node {
		return h.Option(h.Value(o[0]), g.If(o[0] == chosen, h.Selected()), g.Text(o[1]))
	})))
}

func (v *view) numberIn(name, label, otherwise string, least, most int, hints ...g.Node) g.Node {
	return field(name, label, h.Input(h.ID(name), h.Name(name), h.Type("number"), h.Min(strconv.Itoa(least)), h.Max(strconv.Itoa(most)), h.Value(v.given(name, otherwise))), hints...)
}

func (v *view) whenFields() g.Node {
	return g.Group{
		v.chooseOne("repeat", v.t("Lặp lại", "How often"), repeatMonthly, [][2]string{{repeatDaily, v.t("hằng ngày", "every day")}, {repeatWorkdays, v.t("các ngày thứ Hai đến thứ Sáu", "Monday to Friday")},
			{repeatWeekly, v.t("hằng tuần", "every week")}, {repeatMonthly, v.t("hằng tháng", "every month")}, {repeatQuarterly, v.t("hằng quý", "every quarter")},
			{repeatYearly, v.t("hằng năm", "every year")}, {repeatCron, v.t("theo biểu thức cron", "by a cron expression")}}),
		field("time", v.t("Lúc", "At"), h.Input(h.ID("time"), h.Name("time"), h.Type("time"), h.Value(v.given("time", "08:00"))), hint(v.t("Giờ Việt Nam.", "Viet Nam time."))),
		v.chooseOne("weekday", v.t("Thứ (nếu hằng tuần)", "Weekday (if weekly)"), "1", v.weekdayChoices()),
		v.numberIn("day", v.t("Ngày (nếu hằng tháng, quý, năm)", "Day (if monthly, quarterly, yearly)"), "1", 1, 31, hint(v.t("Tháng không có ngày này thì bỏ qua tháng đó.", "A month without that day is passed over."))),
		v.numberIn("month", v.t("Tháng (nếu hằng năm)", "Month (if yearly)"), "1", 1, 12),
		h.Details(g.If(v.r.FormValue("repeat") == repeatCron, g.Attr("open")), h.Summary(v.text("Biểu thức cron", "Cron expression")),
			field("cron", v.t("Biểu thức", "Expression"), h.Input(h.ID("cron"), h.Name("cron"), h.AutoComplete("off"), g.Attr("spellcheck", "false"), h.Value(v.given("cron", "0 8 1 */3 *"))),
				hint(v.t("Phút, giờ, ngày, tháng, thứ; có thể thêm giây ở đầu. “0 8 * * 1” là 8 giờ sáng thứ Hai hằng tuần.", "Minute, hour, day, month, weekday; seconds may come first. “0 8 * * 1” is every Monday at 8 a.m.")))),
		v.chooseOne("off_days", v.t("Nếu rơi vào ngày nghỉ, lễ, Tết", "If it falls on a day off"), "", [][2]string{{"", v.t("vẫn giữ nguyên", "keep it")}, {events.OffDaysNext, v.t("dời sang ngày làm việc kế tiếp", "move it to the next business day")},
			{events.OffDaysSkip, v.t("bỏ kỳ đó", "skip it")}}),
		h.Details(g.If(v.r.FormValue("from") != "" || v.r.FormValue("until") != "" || v.r.FormValue("catch_up") != "", g.Attr("open")), h.Summary(v.text("Hiệu lực và kỳ bị lỡ", "Validity, and what was missed")),
			field("from", v.t("Từ ngày", "From"), h.Input(h.ID("from"), h.Name("from"), h.Type("date"), h.Value(v.given("from", ""))), hint(v.t("Để trống là từ bây giờ.", "Empty: from now on."))),
			field("until", v.t("Đến hết ngày", "Until"), h.Input(h.ID("until"), h.Name("until"), h.Type("date"), h.Value(v.given("until", ""))), hint(v.t("Để trống là không có hạn cuối.", "Empty: without end."))),
			v.chooseOne("catch_up", v.t("Kỳ bị lỡ khi hệ thống ngừng", "What was missed while the platform was down"), "", v.catchUps())),
	}
}

func (v *view) catchUps() [][2]string {
	return [][2]string{{"", v.t("gộp lại, chạy một lần", "once, for all of them")}, {events.CatchUpSkip, v.t("bỏ qua", "skip it")}, {events.CatchUpAll, v.t("chạy bù từng kỳ, lần lượt", "each, one after the other")}}
}

func (v *view) dueFields() g.Node {
	return g.Group{
		v.chooseOne("due_by", v.t("Cách tính hạn", "Counted in"), dueByDays, [][2]string{{dueByDays, v.t("số ngày kể từ mỗi kỳ", "days from each time on")}, {dueByWorkdays, v.t("số ngày làm việc kể từ mỗi kỳ", "business days from each time on")},
			{dueByMonthDay, v.t("một ngày cố định trong tháng", "a fixed day of the month")}}),
		v.numberIn("due_n", v.t("Số ngày, hoặc ngày trong tháng", "How many, or which day"), "14", 1, 365),
	}
}

func (v *view) followFields() g.Node {
	return g.Group{
		field("reminders", v.t("Nhắc trước hạn (ngày)", "Remind before the deadline (days)"), h.Input(h.ID("reminders"), h.Name("reminders"), h.AutoComplete("off"), h.Value(v.given("reminders", "7, 1"))),
			hint(v.t("Ví dụ “7, 1” là nhắc trước hạn 7 ngày và 1 ngày, lúc 8 giờ. Để trống là không nhắc. Chỉ nhắc người chưa hoàn thành.", "“7, 1” reminds 7 days and 1 day before, at 8 a.m. Empty: never. Only those who have not completed it."))),
		v.numberIn("escalate_days", v.t("Báo thủ trưởng sau hạn (ngày)", "Tell heads after the deadline (days)"), "3", 0, 90, hint(v.t("Thủ trưởng đơn vị nhận một thông báo cho mỗi kỳ, nêu số người quá hạn. 0 là không báo.", "Heads of units get one notice each time, with how many are overdue. 0 for never."))),
		v.numberIn("hold_out", v.t("Tỷ lệ nhóm đối chứng (%)", "Share held out to compare with (%)"), "0", 0, 50, hint(v.t("Số người được chọn ngẫu nhiên chưa giao ngay, để so sánh tác dụng của đợt. 0 là giao cho tất cả.", "People drawn at random who are not given it at once, to see what the campaign does. 0 for none."))),
	}
}

// campaignFacts say a plan in words.
func (v *view) campaignFacts(c campaignTerms, r scheduler.ScheduleCampaignRequest) g.Node {
	return h.Dl(h.Class("facts"), fact(v.t("Tên đợt", "Title"), g.Text(r.Title)),
		fact(v.t("Nội dung", "Content"), g.Text(v.assignedTitle(c.offer, c.programmes, r.Course, r.Programme)), g.If(r.Content != "", g.Text(" – "+v.contentWords(r.Content)))),
		fact(v.t("Đơn vị", "Unit"), g.Text(c.unit(r.Unit))), fact(v.t("Đối tượng", "For whom"), g.Text(v.audience(r.Audience))),
		fact(v.t("Lịch", "Schedule"), g.Text(v.scheduleWords(r.Cron)), g.Text(" "), h.Code(g.Text(r.Cron))),
		fact(v.t("Ngày nghỉ", "Days off"), g.Text(v.offDayWords(r.OffDays))), fact(v.t("Kỳ bị lỡ", "What was missed"), g.Text(v.catchUpWords(r.CatchUp))),
		fact(v.t("Hạn hoàn thành", "Deadline"), g.Text(v.dueWords(r))), fact(v.t("Nhắc và báo", "Reminders and escalation"), g.Text(v.followWords(r))),
		g.If(r.HoldOut > 0, fact(v.t("Nhóm đối chứng", "Held out"), g.Text(strconv.Itoa(r.HoldOut)+" %"))))
}
