package scheduler

import (
	"sort"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
)

// timetable is when something falls due: a cron expression within a validity, and what becomes of days off. It remembers
// nothing.
type timetable struct {
	schedule clock.Schedule
	from     time.Time
	until    time.Time // zero for no end
	days     *clock.Calendar
	offDays  string
}

// maxMissed bounds the counting of due times that got no tick of their own: a week of minutes.
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
	if oftenerThan(time.Minute, cron) {
		return timetable{}, badCron(cron, "Lịch không được lặp nhanh hơn mỗi phút một lần.",
			"A schedule cannot repeat more often than once a minute.")
	}
	return timetable{schedule: schedule, from: from, until: until}, nil
}

// timetableOf is the timetable of a campaign.
func timetableOf(p events.CampaignScheduled, days *clock.Calendar) (timetable, error) {
	t, err := newTimetable(p.Cron, p.Zone, p.From, p.Until)
	if err != nil {
		return timetable{}, err
	}
	if p.OffDays == events.OffDaysNext && oftenerThan(24*time.Hour, p.Cron) {
		return timetable{}, badCron(p.Cron, "Muốn dời sang ngày làm việc kế tiếp thì lịch chỉ được đến hạn tối đa một lần mỗi ngày.",
			"What is moved to the next business day can be due once a day at most.")
	}
	t.days, t.offDays = days, p.OffDays
	return t, nil
}

// oftenerThan reports whether the times of day of an expression may come sooner after one another than a minute or a day.
func oftenerThan(gap time.Duration, cron string) bool {
	fields := strings.Fields(cron)
	switch {
	case len(fields) == 1: // a descriptor
		return gap > time.Minute && fields[0] == "@hourly"
	case len(fields) == 5:
		fields = append([]string{"0"}, fields...)
	}
	if gap <= time.Minute {
		fields[1], fields[2] = "*", "*"
	}
	times, err := clock.ParseSchedule(strings.Join(fields[:3], " ")+" * * *", "UTC")
	if err != nil {
		return true
	}
	first := times.Next(time.Unix(0, 0))
	return times.Next(first).Sub(first) < gap
}

func badCron(cron, vi, en string) error {
	if len(cron) > maxCron {
		cron = strings.ToValidUTF8(cron[:maxCron], "") + "…"
	}
	return fault.Newf(fault.Invalid, "Biểu thức lịch “%s” không dùng được.", "The schedule “%s” cannot be used.", cron).With("cron", vi, en)
}

// next is the due time of what is planned first after last, which is zero when there was none; zero when nothing is due any more.
func (t timetable) next(last time.Time) time.Time { return t.moved(t.planned(last)) }

// mostDaysOff is how many days off in a row are skipped before a schedule counts as never due.
const mostDaysOff = 400

// planned is the first time of the expression after last; with OffDaysSkip the first on a business day.
func (t timetable) planned(last time.Time) time.Time {
	if start := t.from.Add(-time.Nanosecond); last.Before(start) {
		last = start
	}
	for range mostDaysOff {
		at := t.schedule.Next(last)
		if at.IsZero() || !t.until.IsZero() && at.After(t.until) {
			return time.Time{}
		}
		if t.offDays != events.OffDaysSkip || !t.days.DayOff(at) {
			return at
		}
		last = clock.EndOfDay(at)
	}
	return time.Time{}
}

// moved is when a planned time is due. Of several that are moved to one time, one is left: the order stays, because there is
// one time of day.
func (t timetable) moved(planned time.Time) time.Time {
	if planned.IsZero() || t.offDays != events.OffDaysNext {
		return planned
	}
	return t.days.NextBusinessDay(t.schedule.In(planned)).UTC()
}

// latest is the last due time after last and not after now; zero when none has passed. It halves the seconds between,
// because after a long downtime there may be very many due times.
func (t timetable) latest(last, now time.Time) time.Time {
	first := t.planned(last)
	if due := t.moved(first); due.IsZero() || due.After(now) {
		return time.Time{}
	}
	// Planned times lie on whole seconds, so the latest is the first second after which nothing has come due.
	second := func(i int) time.Time { return first.Add(time.Duration(i) * time.Second) }
	return t.moved(second(sort.Search(int(now.Sub(first)/time.Second), func(i int) bool {
		due := t.next(second(i))
		return due.IsZero() || due.After(now)
	})))
}

// between counts the due times after last and before due, up to maxMissed.
func (t timetable) between(last, due time.Time) int {
	n := 0
	for at := t.next(last); !at.IsZero() && at.Before(due) && n < maxMissed; at = t.next(at) {
		n++
	}
	return n
}
