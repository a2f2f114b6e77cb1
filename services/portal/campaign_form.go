package portal

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/services/directory"
	"khuevan/services/scheduler"
)

// campaignFields are the fields of the builder, by step; a step carries those of the others along.
var campaignFields = [][]string{
	{"title", "course", "content", "unit", "post", "joined", "lacks", "people", "cloned"},
	{"repeat", "time", "weekday", "day", "month", "cron", "from", "until", "off_days", "catch_up", "due_by", "due_n", "reminders", "escalate_days", "hold_out"},
}

// Ways to say how often, and until when.
const (
	repeatDaily     = "daily"
	repeatWorkdays  = "workdays"
	repeatWeekly    = "weekly"
	repeatMonthly   = "monthly"
	repeatQuarterly = "quarterly"
	repeatYearly    = "yearly"
	repeatCron      = "cron"

	dueByDays     = "days"
	dueByWorkdays = "workdays"
	dueByMonthDay = "month_day"
)

// campaignRequest reads the builder's form.
func (v *view) campaignRequest() (req scheduler.ScheduleCampaignRequest, err error) {
	value := func(name string) string { return strings.TrimSpace(v.r.FormValue(name)) }
	req = scheduler.ScheduleCampaignRequest{Title: value("title"), Course: value("course"), Content: value("content"), Unit: value("unit"),
		OffDays: value("off_days"), CatchUp: value("catch_up"), Cloned: value("cloned")}
	if programme, ok := strings.CutPrefix(req.Course, programmePrefix); ok {
		req.Course, req.Programme = "", programme
	}
	if req.Cron, err = cronOf(value); err != nil {
		return req, err
	}
	if req.Audience, err = v.audienceRequest(); err != nil {
		return req, err
	}
	if req.From, err = dayOrNone("from", value("from")); err != nil {
		return req, err
	}
	if req.Until, err = dayOrNone("until", value("until")); err != nil {
		return req, err
	}
	if !req.Until.IsZero() {
		req.Until = clock.EndOfDay(req.Until)
	}
	for name, to := range map[string]*int{"escalate_days": &req.EscalateDays, "hold_out": &req.HoldOut, "due_n": dueOf(value("due_by"), &req)} {
		if *to, err = numberOrNone(name, value(name)); err != nil {
			return req, err
		}
	}
	for _, text := range strings.FieldsFunc(value("reminders"), func(r rune) bool { return strings.ContainsRune(",; ", r) }) {
		n, err := numberOrNone("reminders", text)
		if err != nil {
			return req, err
		}
		req.Reminders = append(req.Reminders, n)
	}
	return req, nil
}

// dueOf is the field of a request that a way to be due fills.
func dueOf(by string, req *scheduler.ScheduleCampaignRequest) *int {
	switch by {
	case dueByWorkdays:
		return &req.DueWorkdays
	case dueByMonthDay:
		return &req.DueMonthDay
	}
	return &req.DueDays
}

// numberOrNone reads a number of 0 or more; an empty field is 0.
func numberOrNone(name, text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, wrongField(name, "“"+text+"” không phải là số từ 0 trở lên.", "“"+text+"” is not a number of 0 or more.")
	}
	return n, nil
}

func dayOrNone(name, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, err := clock.ParseDate(text)
	if err != nil {
		return time.Time{}, wrongField(name, "“"+text+"” không phải là ngày, ví dụ 31/12/2026.", "“"+text+"” is not a day, such as 31 December 2026.")
	}
	return day, nil
}

// cronOf makes the expression of what was chosen, so that nobody need know it.
func cronOf(value func(string) string) (string, error) {
	repeat := value("repeat")
	if repeat == repeatCron || repeat == "" {
		return value("cron"), nil
	}
	at, err := time.Parse("15:04", value("time"))
	if err != nil {
		return "", wrongField("time", "Giờ phải có dạng 08:00.", "The time must look like 08:00.")
	}
	numbers := map[string]int{}
	for name, most := range map[string]int{"weekday": 6, "day": 31, "month": 12} {
		n, err := numberOrNone(name, value(name))
		if err != nil || n > most {
			return "", wrongField(name, "Ngày, thứ hoặc tháng không hợp lệ.", "The day, weekday or month is not valid.")
		}
		numbers[name] = n
	}
	day, month := max(numbers["day"], 1), max(numbers["month"], 1)
	rest, ok := map[string]string{repeatDaily: "* * *", repeatWorkdays: "* * 1-5", repeatWeekly: fmt.Sprintf("* * %d", numbers["weekday"]),
		repeatMonthly: fmt.Sprintf("%d * *", day), repeatQuarterly: fmt.Sprintf("%d 1,4,7,10 *", day), repeatYearly: fmt.Sprintf("%d %d *", day, month)}[repeat]
	if !ok {
		return "", wrongField("repeat", "Hãy chọn cách lặp lại trong danh sách.", "Choose how often from the list.")
	}
	return fmt.Sprintf("%d %d %s", at.Minute(), at.Hour(), rest), nil
}

// copyPlan fills the form with the plan of a campaign, to make another like it.
func (v *view) copyPlan(campaign string) error {
	c, err := scheduler.GetCampaign.Call(v.ctx(), v.p.d.RPC, scheduler.GetCampaignRequest{Campaign: campaign})
	if err != nil {
		return err
	}
	by, n := dueByDays, c.DueDays
	switch {
	case c.DueWorkdays > 0:
		by, n = dueByWorkdays, c.DueWorkdays
	case c.DueMonthDay > 0:
		by, n = dueByMonthDay, c.DueMonthDay
	}
	q := url.Values{"title": {c.Title}, "course": {c.Course}, "content": {c.Content}, "unit": {c.Unit}, "post": c.Audience.Posts, "lacks": c.Audience.Lacks, "cloned": {c.Campaign.Campaign},
		"repeat": {repeatCron}, "cron": {c.Cron}, "off_days": {c.OffDays}, "catch_up": {c.CatchUp}, "due_by": {by}, "due_n": {strconv.Itoa(n)},
		"reminders": {joined(c.Reminders)}, "escalate_days": {strconv.Itoa(c.EscalateDays)}, "hold_out": {strconv.Itoa(c.HoldOut)}}
	if c.Programme != "" {
		q.Set("course", programmePrefix+c.Programme)
	}
	if c.Audience.JoinedDays > 0 {
		q.Set("joined", strconv.Itoa(c.Audience.JoinedDays))
	}
	if !c.Until.IsZero() {
		q.Set("until", clock.Date(c.Until))
	}
	for some := range slices.Chunk(c.Audience.People, mostNamed) {
		known, err := directory.NamePeople.Call(v.ctx(), v.p.d.RPC, directory.NamePeopleRequest{People: some})
		if err != nil {
			return err
		}
		for _, who := range known {
			q.Set("people", q.Get("people")+who.Code+"\n")
		}
	}
	v.r.Form = q
	return nil
}

func joined(numbers []int) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, ", ")
}

// contentWords names what a campaign gives.
func (v *view) contentWords(content string) string {
	if content == events.ContentAcknowledgement {
		return v.t("văn bản cần đọc và xác nhận", "texts to be read and confirmed")
	}
	return v.t("khóa học hoặc chương trình", "a course or a programme")
}
