package portal

import (
	"fmt"
	"strconv"
	"strings"

	"khuevan/events"
	"khuevan/services/scheduler"
)

// weekdays in the order of cron.
func (v *view) weekdays() []string {
	return []string{v.t("Chủ nhật", "Sunday"), v.t("thứ Hai", "Monday"), v.t("thứ Ba", "Tuesday"), v.t("thứ Tư", "Wednesday"), v.t("thứ Năm", "Thursday"), v.t("thứ Sáu", "Friday"), v.t("thứ Bảy", "Saturday")}
}

func (v *view) weekdayChoices() (all [][2]string) {
	for i, name := range v.weekdays() {
		all = append(all, [2]string{strconv.Itoa(i), name})
	}
	return all
}

// scheduleWords says a cron expression as people do: “08:00 thứ Hai hằng tuần”. One that is said in no simple words is shown as it
// is; the dates of its next times tell what it means.
func (v *view) scheduleWords(cron string) string {
	fields := strings.Fields(cron)
	if descriptor, ok := map[string]string{"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *"}[cron]; ok {
		fields = strings.Fields(descriptor)
	}
	if len(fields) == 6 && fields[0] == "0" {
		fields = fields[1:]
	}
	if len(fields) != 5 {
		return cron
	}
	if strings.Join(fields, " ") == "* * * * *" {
		return v.t("mỗi phút", "every minute")
	}
	at, timed := timesOfDay(fields[0], fields[1])
	days, dated := v.dayWords(fields[2], fields[3], fields[4])
	if !timed || !dated {
		return cron
	}
	return at + " " + days
}

// timesOfDay writes the hours of an expression; ok is false for what is no list of times.
func timesOfDay(minute, hour string) (text string, ok bool) {
	m, mok := cronNumbers(minute, 59)
	hs, hok := cronNumbers(hour, 23)
	if !mok || !hok || len(m) != 1 {
		return "", false
	}
	times := make([]string, len(hs))
	for i, h := range hs {
		times[i] = fmt.Sprintf("%02d:%02d", h, m[0])
	}
	return strings.Join(times, ", "), true
}

// cronNumbers are the numbers of a field that lists them.
func cronNumbers(text string, most int) (all []int, ok bool) {
	for part := range strings.SplitSeq(text, ",") {
		first, last, isRange := strings.Cut(part, "-")
		from, err := strconv.Atoi(first)
		if err != nil {
			return nil, false
		}
		to := from
		if isRange {
			if to, err = strconv.Atoi(last); err != nil {
				return nil, false
			}
		}
		for ; from <= to && from <= most; from++ {
			all = append(all, from)
		}
	}
	return all, len(all) > 0
}

// dayWords writes the days of an expression.
func (v *view) dayWords(day, month, weekday string) (text string, ok bool) {
	every := func(field string) bool { return field == "*" || field == "?" }
	switch {
	case every(day) && every(month) && every(weekday):
		return v.t("hằng ngày", "every day"), true
	case every(day) && every(month):
		return v.weekdayWords(weekday)
	case !every(weekday):
		return "", false
	}
	days, ok := cronNumbers(day, 31)
	if !ok {
		return "", false
	}
	on := v.t("ngày ", "on day ") + joined(days)
	if every(month) {
		return on + v.t(" hằng tháng", " of every month"), true
	}
	months, ok := monthsOf(month)
	switch {
	case !ok:
		return "", false
	case len(months) == 4 && months[0]+3 == months[1] && months[1]+3 == months[2] && months[2]+3 == months[3]:
		return on + v.t(" hằng quý (tháng ", " of every quarter (months ") + joined(months) + ")", true
	}
	return on + v.t(" tháng ", " of months ") + joined(months) + v.t(" hằng năm", " of every year"), true
}

// monthsOf are the months of a field: a list, or every so many from January on.
func monthsOf(text string) ([]int, bool) {
	step, ok := strings.CutPrefix(text, "*/")
	if !ok {
		return cronNumbers(text, 12)
	}
	n, err := strconv.Atoi(step)
	if err != nil || n < 1 {
		return nil, false
	}
	var all []int
	for m := 1; m <= 12; m += n {
		all = append(all, m)
	}
	return all, true
}

func (v *view) weekdayWords(field string) (string, bool) {
	if field == "1-5" {
		return v.t("các ngày thứ Hai đến thứ Sáu", "from Monday to Friday"), true
	}
	for i, name := range []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"} {
		field = strings.ReplaceAll(strings.ToUpper(field), name, strconv.Itoa(i))
	}
	days, ok := cronNumbers(field, 6)
	if !ok {
		return "", false
	}
	names := make([]string, len(days))
	for i, d := range days {
		names[i] = v.weekdays()[d]
	}
	return strings.Join(names, ", ") + v.t(" hằng tuần", " of every week"), true
}

func (v *view) offDayWords(choice string) string {
	switch choice {
	case events.OffDaysNext:
		return v.t("dời sang ngày làm việc kế tiếp", "moved to the next business day")
	case events.OffDaysSkip:
		return v.t("bỏ kỳ rơi vào ngày nghỉ", "times on days off are skipped")
	}
	return v.t("không dời", "not moved")
}

func (v *view) catchUpWords(choice string) string {
	for _, c := range v.catchUps() {
		if c[0] == choice {
			return c[1]
		}
	}
	return choice
}

func (v *view) dueWords(r scheduler.ScheduleCampaignRequest) string {
	switch {
	case r.DueWorkdays > 0:
		return fmt.Sprintf(v.t("%d ngày làm việc kể từ mỗi kỳ", "%d business days from each time on"), r.DueWorkdays)
	case r.DueMonthDay > 0:
		return fmt.Sprintf(v.t("ngày %d gần nhất sau mỗi kỳ", "the next day %d of a month"), r.DueMonthDay)
	}
	return fmt.Sprintf(v.t("%d ngày kể từ mỗi kỳ", "%d days from each time on"), r.DueDays)
}

func (v *view) followWords(r scheduler.ScheduleCampaignRequest) string {
	text := v.t("không nhắc", "no reminder")
	if len(r.Reminders) > 0 {
		text = v.t("nhắc trước hạn ", "reminded before the deadline by ") + joined(r.Reminders) + v.t(" ngày", " days")
	}
	if r.EscalateDays > 0 {
		text += fmt.Sprintf(v.t("; báo thủ trưởng sau hạn %d ngày", "; heads are told %d days after it"), r.EscalateDays)
	}
	return text
}
