package scheduler

import (
	"sort"
	"strings"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
)

// timetable is when something falls due: a cron expression within a validity. It remembers nothing.
type timetable struct {
	schedule clock.Schedule
	from     time.Time
	until    time.Time // zero for no end
}

// maxMissed bounds the counting of due times that collapse into one tick: a week of minutes.
const maxMissed = 7 * 24 * 60

const maxCron = 100 // bytes; the longest sensible expression is far shorter

// newTimetable reads an expression. The part of the parser that takes a zone within the expression is not offered:
// the zone is a field of its own.
func newTimetable(cron, zone string, from, until time.Time) (timetable, error) {
	if len(cron) > maxCron || strings.Contains(cron, "=") {
		return timetable{}, badCron(cron, "Chỉ dùng phút, giờ, ngày, tháng, thứ; múi giờ là mục riêng.",
			"Use minute, hour, day, month, weekday only; the time zone is a field of its own.")
	}
	if strings.HasPrefix(strings.TrimSpace(cron), "@every") {
		return timetable{}, badCron(cron, "Hãy ghi giờ cụ thể; “@every” đếm từ lúc bắt đầu nên không cố định.",
			"Name the times; “@every” counts from when it starts, so its times are not fixed.")
	}
	if zone == "Local" {
		return timetable{}, fault.New(fault.Invalid, "Không có múi giờ “Local”.", "There is no time zone “Local”.").
			With("zone", "Ví dụ: Asia/Ho_Chi_Minh", "For example: Asia/Ho_Chi_Minh")
	}
	schedule, err := clock.ParseSchedule(cron, zone)
	if err != nil {
		return timetable{}, err
	}
	if oftenerThanMinutely(cron) {
		return timetable{}, badCron(cron, "Lịch không được lặp nhanh hơn mỗi phút một lần.",
			"A schedule cannot repeat more often than once a minute.")
	}
	return timetable{schedule: schedule, from: from, until: until}, nil
}

// oftenerThanMinutely reports whether the seconds of a six-field expression name several seconds of a minute.
func oftenerThanMinutely(cron string) bool {
	fields := strings.Fields(cron)
	if len(fields) != 6 {
		return false
	}
	seconds, err := clock.ParseSchedule(fields[0]+" * * * * *", "UTC")
	if err != nil {
		return true
	}
	first := seconds.Next(time.Unix(0, 0))
	return seconds.Next(first).Sub(first) < time.Minute
}

func badCron(cron, vi, en string) error {
	if len(cron) > maxCron {
		cron = strings.ToValidUTF8(cron[:maxCron], "") + "…"
	}
	return fault.Newf(fault.Invalid, "Biểu thức lịch “%s” không dùng được.", "The schedule “%s” cannot be used.", cron).With("cron", vi, en)
}

// next is the first due time after last, which is zero when there was none; zero when nothing is due any more.
func (t timetable) next(last time.Time) time.Time {
	if start := t.from.Add(-time.Nanosecond); last.Before(start) {
		last = start
	}
	due := t.schedule.Next(last)
	if due.IsZero() || !t.until.IsZero() && due.After(t.until) {
		return time.Time{}
	}
	return due
}

// latest is the last due time after last and not after now; zero when none has passed. It halves the seconds between,
// because after a long downtime there may be very many due times.
func (t timetable) latest(last, now time.Time) time.Time {
	first := t.next(last)
	if first.IsZero() || first.After(now) {
		return time.Time{}
	}
	// Due times lie on whole seconds, so the latest is the first second after which nothing has come due.
	second := func(i int) time.Time { return first.Add(time.Duration(i) * time.Second) }
	return second(sort.Search(int(now.Sub(first)/time.Second), func(i int) bool {
		due := t.next(second(i))
		return due.IsZero() || due.After(now)
	}))
}

// between counts the due times after last and before due, up to maxMissed.
func (t timetable) between(last, due time.Time) int {
	n := 0
	for at := t.next(last); !at.IsZero() && at.Before(due) && n < maxMissed; at = t.next(at) {
		n++
	}
	return n
}

// has reports whether due is one of the due times.
func (t timetable) has(due time.Time) bool {
	return t.next(due.Add(-time.Nanosecond)).Equal(due)
}
