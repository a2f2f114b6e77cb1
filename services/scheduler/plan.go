package scheduler

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
)

// Limits of a plan.
const (
	maxTitle       = 200 // runes
	maxDueDays     = 365
	maxDueWorkdays = 250
	defaultDueDays = 14
	maxReminders   = 5
	maxBefore      = 90 // days before and after a deadline
	maxHoldOut     = 50 // percent
	maxJoinedDays  = 3660
	maxNamed       = 1000 // people, posts or competencies
)

// complete fills in defaults. A campaign never begins before it was scheduled, or its first act would be to catch up.
func complete(plan events.CampaignScheduled, now time.Time) events.CampaignScheduled {
	plan.Title = strings.TrimSpace(plan.Title)
	plan.Cron = strings.Join(strings.Fields(plan.Cron), " ")
	if plan.Zone == "" {
		plan.Zone = clock.DefaultZone
	}
	if plan.DueDays == 0 && plan.DueWorkdays == 0 && plan.DueMonthDay == 0 {
		plan.DueDays = defaultDueDays
	}
	plan.Reminders = slices.Clone(plan.Reminders)
	slices.SortFunc(plan.Reminders, func(a, b int) int { return b - a })
	plan.Reminders = slices.Compact(plan.Reminders)
	if plan.HoldOut == 0 {
		plan.Seed = 0
	}
	if plan.From.Before(now) {
		plan.From = now
	}
	plan.From = plan.From.UTC()
	if !plan.Until.IsZero() {
		plan.Until = plan.Until.UTC()
	}
	return plan
}

// checkPlan refuses a plan that nobody could carry out.
func checkPlan(plan events.CampaignScheduled, days *clock.Calendar) error {
	if n := utf8.RuneCountInString(plan.Title); n == 0 || n > maxTitle || !utf8.ValidString(plan.Title) {
		return fault.Newf(fault.Invalid, "Tên chiến dịch phải có từ 1 đến %d ký tự.",
			"A campaign's title has 1 to %d characters.", maxTitle).
			With("title", "Ghi ngắn gọn nội dung chiến dịch", "Say briefly what the campaign is about")
	}
	if (plan.Course == "") == (plan.Programme == "") || plan.Content != "" && (plan.Content != events.ContentAcknowledgement || plan.Course == "") {
		return fault.New(fault.Invalid, "Chiến dịch giao đúng một khóa học hoặc một chương trình.", "A campaign gives one course or one programme.").
			With("course", "Chọn một mục trong danh sách", "Choose one of the list")
	}
	for _, check := range []func(events.CampaignScheduled) error{checkAudience, checkDue, checkFollowUp} {
		if err := check(plan); err != nil {
			return err
		}
	}
	return checkTimes(plan, days)
}

// checkTimes refuses a schedule that is never due.
func checkTimes(plan events.CampaignScheduled, days *clock.Calendar) error {
	if !slices.Contains([]string{"", events.OffDaysNext, events.OffDaysSkip}, plan.OffDays) ||
		!slices.Contains([]string{"", events.CatchUpSkip, events.CatchUpAll}, plan.CatchUp) {
		return fault.New(fault.Invalid, "Cách xử lý ngày nghỉ hoặc kỳ bị lỡ không hợp lệ.", "What becomes of days off, or of what was missed, is not valid.").
			With("off_days", "Chọn trong danh sách", "Choose of the list")
	}
	table, err := timetableOf(plan, days)
	if err != nil {
		return err
	}
	if table.next(time.Time{}).IsZero() {
		return fault.New(fault.Invalid,
			"Lịch này không đến hạn lần nào trong thời gian hiệu lực. Hãy kéo dài thời gian hoặc sửa biểu thức lịch.",
			"This schedule is never due within its validity. Extend the validity or change the expression.").
			With("until", "Sau lần đến hạn đầu tiên", "After the first due time")
	}
	return nil
}

func checkAudience(plan events.CampaignScheduled) error {
	a := plan.Audience
	if a.JoinedDays < 0 || a.JoinedDays > maxJoinedDays || max(len(a.People), len(a.Posts), len(a.Lacks)) > maxNamed {
		return fault.Newf(fault.Invalid, "Đối tượng không hợp lệ: mới vào đơn vị từ 1 đến %d ngày; tối đa %d người, chức vụ hoặc năng lực.",
			"This audience is not valid: joined within 1 to %d days; at most %d people, posts or competencies.", maxJoinedDays, maxNamed).
			With("people", "Nhiều người hơn thì hãy chọn theo đơn vị", "For more people choose by unit")
	}
	return nil
}

// checkDue asks for one way of saying until when, within bounds.
func checkDue(plan events.CampaignScheduled) error {
	wrong := fault.New(fault.Invalid, "Thời hạn hoàn thành chưa hợp lệ.", "The time to complete is not valid.")
	if ways := min(plan.DueDays, 1) + min(plan.DueWorkdays, 1) + min(plan.DueMonthDay, 1); ways != 1 {
		return wrong.With("due_days", "Chọn một cách tính: số ngày, số ngày làm việc, hoặc một ngày cố định trong tháng", "Choose one way: days, business days, or a fixed day of the month")
	}
	switch {
	case plan.DueDays < 0 || plan.DueDays > maxDueDays:
		return wrong.With("due_days", "Từ 1 đến 365 ngày kể từ mỗi đợt", "1 to 365 days from each due time on")
	case plan.DueWorkdays < 0 || plan.DueWorkdays > maxDueWorkdays:
		return wrong.With("due_workdays", "Từ 1 đến 250 ngày làm việc", "1 to 250 business days")
	case plan.DueMonthDay < 0 || plan.DueMonthDay > 31:
		return wrong.With("due_month_day", "Từ ngày 1 đến ngày 31", "The 1st to the 31st")
	}
	return nil
}

// checkFollowUp bounds reminders, escalation and the share that is held out.
func checkFollowUp(plan events.CampaignScheduled) error {
	wrong := fault.New(fault.Invalid, "Chưa lên lịch được.", "This cannot be scheduled.")
	most := maxBefore
	if days := plan.DueDays + plan.DueWorkdays; days > 0 {
		most = min(most, days-1)
	}
	bad := func(r int) bool { return r < 1 || r > most }
	switch {
	case len(plan.Reminders) > maxReminders || slices.ContainsFunc(plan.Reminders, bad):
		return wrong.With("reminders", "Tối đa 5 lần nhắc, mỗi lần trước hạn ít nhất 1 ngày và sau ngày giao", "At most 5 reminders, each at least 1 day before the deadline and after the day it was given")
	case plan.EscalateDays < 0 || plan.EscalateDays > maxBefore:
		return wrong.With("escalate_days", "Từ 0 đến 90 ngày sau hạn; 0 là không báo", "0 to 90 days after the deadline; 0 for never")
	case plan.HoldOut > 0 && plan.Programme != "":
		return wrong.With("hold_out", "Nhóm đối chứng chỉ dùng được khi giao một khóa học", "People can be held out of a course only")
	case plan.HoldOut < 0 || plan.HoldOut > maxHoldOut:
		return wrong.With("hold_out", "Từ 0 đến 50 phần trăm", "0 to 50 percent")
	}
	return nil
}

// deadline is the end of the day until which what is given at a due time must be completed.
func deadline(plan events.CampaignScheduled, due time.Time, days *clock.Calendar) time.Time {
	day := clock.Midnight(due)
	switch {
	case plan.DueWorkdays > 0:
		day = days.AddBusinessDays(day, plan.DueWorkdays)
	case plan.DueMonthDay > 0:
		day = nextDayOfMonth(day, plan.DueMonthDay)
	default:
		day = day.AddDate(0, 0, plan.DueDays)
	}
	return clock.EndOfDay(day)
}

// nextDayOfMonth is the first such day after a day; where a month has none, its last.
func nextDayOfMonth(day time.Time, of int) time.Time {
	for months := 0; ; months++ { // ends: of this month and the next, one is later
		last := time.Date(day.Year(), day.Month()+time.Month(months)+1, 0, 0, 0, 0, 0, day.Location())
		if at := last.AddDate(0, 0, min(of, last.Day())-last.Day()); at.After(day) {
			return at
		}
	}
}
