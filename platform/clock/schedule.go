package clock

import (
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"khuevan/platform/fault"
)

// DefaultZone is where the province lives. Times are UTC inside and in this zone at the edge.
const DefaultZone = "Asia/Ho_Chi_Minh"

// Schedule is a cron expression in a time zone. It remembers nothing: the last due time is the caller's.
type Schedule struct {
	spec cron.Schedule
	zone *time.Location
}

// ParseSchedule reads a cron expression: five fields (minute hour day month weekday), six with leading seconds,
// or a descriptor such as @weekly. An empty zone means DefaultZone.
func ParseSchedule(expression, zone string) (Schedule, error) {
	if zone == "" {
		zone = DefaultZone
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return Schedule{}, fault.Newf(fault.Invalid, "Không có múi giờ “%s”.", "There is no time zone “%s”.", zone).
			With("zone", "Ví dụ: Asia/Ho_Chi_Minh", "For example: Asia/Ho_Chi_Minh")
	}
	spec, err := parse(expression)
	if err != nil {
		return Schedule{}, fault.Newf(fault.Invalid,
			"Biểu thức lịch “%s” không hợp lệ. Ví dụ đúng: “0 8 * * 1” là 8 giờ sáng thứ Hai hằng tuần.",
			"The schedule “%s” is not valid. A valid one: “0 8 * * 1”, every Monday at 8 a.m.", expression).
			With("cron", "phút giờ ngày tháng thứ", "minute hour day month weekday").Because(err)
	}
	return Schedule{spec: spec, zone: loc}, nil
}

func parse(expression string) (cron.Schedule, error) {
	if strings.Contains(expression, "TZ=") { // the zone has a field of its own, and the parser panics on a malformed prefix
		return nil, errors.New("a time zone inside the expression")
	}
	return cron.NewParser(cron.SecondOptional | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor).Parse(expression)
}

// In is t by the clocks of the schedule's zone.
func (s Schedule) In(t time.Time) time.Time { return t.In(s.zone) }

// Next is the first due time after t, in UTC; zero when the schedule never fires again.
func (s Schedule) Next(t time.Time) time.Time {
	next := s.spec.Next(t.In(s.zone))
	if next.IsZero() {
		return next
	}
	return next.UTC()
}

// Local shows t in the province's zone.
func Local(t time.Time) time.Time { return t.In(home()) }

// home is read once: a machine's zone files do not change under a running program.
var home = sync.OnceValue(func() *time.Location {
	loc, err := time.LoadLocation(DefaultZone)
	if err != nil {
		return time.FixedZone("+07", 7*60*60) // Viet Nam has kept UTC+7 without daylight saving since 1975
	}
	return loc
})
