package portal

import (
	"slices"
	"testing"
)

func TestSchedulesAreSaidAsPeopleSayThem(t *testing.T) {
	vi, en := &view{lang: "vi"}, &view{lang: "en"}
	for cron, want := range map[string][2]string{
		"0 8 * * 1":           {"08:00 thứ Hai hằng tuần", "08:00 Monday of every week"},
		"0 0 8 * * MON":       {"08:00 thứ Hai hằng tuần", "08:00 Monday of every week"},
		"30 7,14 * * 1-5":     {"07:30, 14:30 các ngày thứ Hai đến thứ Sáu", "07:30, 14:30 from Monday to Friday"},
		"0 8 * * 0,6":         {"08:00 Chủ nhật, thứ Bảy hằng tuần", "08:00 Sunday, Saturday of every week"},
		"5 9 * * *":           {"09:05 hằng ngày", "09:05 every day"},
		"0 8 1 * *":           {"08:00 ngày 1 hằng tháng", "08:00 on day 1 of every month"},
		"0 8 1 */3 *":         {"08:00 ngày 1 hằng quý (tháng 1, 4, 7, 10)", "08:00 on day 1 of every quarter (months 1, 4, 7, 10)"},
		"0 8 15 1,7 *":        {"08:00 ngày 15 tháng 1, 7 hằng năm", "08:00 on day 15 of months 1, 7 of every year"},
		"* * * * *":           {"mỗi phút", "every minute"},
		"@weekly":             {"00:00 Chủ nhật hằng tuần", "00:00 Sunday of every week"},
		"*/10 * * * *":        {"*/10 * * * *", "*/10 * * * *"}, // said in no simple words
		"0 8 1 * 1":           {"0 8 1 * 1", "0 8 1 * 1"},
		"0 8 L * *":           {"0 8 L * *", "0 8 L * *"},
		"sai":                 {"sai", "sai"},
		"0 8 * * 9":           {"0 8 * * 9", "0 8 * * 9"},
		"0 8 1-99999999999 *": {"0 8 1-99999999999 *", "0 8 1-99999999999 *"},
	} {
		if got := [2]string{vi.scheduleWords(cron), en.scheduleWords(cron)}; got != want {
			t.Errorf("%q: %q, want %q", cron, got, want)
		}
	}
}

func TestChoicesBecomeExpressions(t *testing.T) {
	for want, form := range map[string]map[string]string{
		"0 8 * * 1":        {"repeat": repeatWeekly, "time": "08:00", "weekday": "1"},
		"30 13 * * *":      {"repeat": repeatDaily, "time": "13:30"},
		"0 8 * * 1-5":      {"repeat": repeatWorkdays, "time": "08:00"},
		"0 8 31 * *":       {"repeat": repeatMonthly, "time": "08:00", "day": "31"},
		"0 8 1 1,4,7,10 *": {"repeat": repeatQuarterly, "time": "08:00"},
		"0 8 29 2 *":       {"repeat": repeatYearly, "time": "08:00", "day": "29", "month": "2"},
		"* * * * *":        {"repeat": repeatCron, "cron": "* * * * *"},
	} {
		if got, err := cronOf(func(name string) string { return form[name] }); err != nil || got != want {
			t.Errorf("%v: %q, %v; want %q", form, got, err, want)
		}
	}
	for _, form := range []map[string]string{{"repeat": repeatDaily, "time": "25:00"}, {"repeat": repeatDaily}, {"repeat": "often", "time": "08:00"},
		{"repeat": repeatMonthly, "time": "08:00", "day": "32"}, {"repeat": repeatWeekly, "time": "08:00", "weekday": "-1"}} {
		if got, err := cronOf(func(name string) string { return form[name] }); err == nil {
			t.Errorf("%v became %q", form, got)
		}
	}
	if !slices.Contains(campaignFields[1], "repeat") {
		t.Error("how often is asked at the second step")
	}
}
