package enrolment

import (
	"reflect"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// assignment is made once; all that can happen to it is that it ends, and that it is taken back.
type assignment struct {
	made  events.AssignmentMade
	ended bool
	back  bool
}

// Evolve implements eventsource.State.
func (a assignment) Evolve(e eventsource.Event) assignment {
	switch e := e.(type) {
	case events.AssignmentMade:
		a.made = e
	case events.AssignmentEnded:
		a.ended = true
	case events.AssignmentTakenBack:
		a.ended, a.back = true, true
	}
	return a
}

func assignmentStream(id string) string { return "enrolment.assignment." + id }

// assign makes an assignment; Now is the server's clock.
type assign struct {
	Making events.AssignmentMade
	Now    time.Time
}

// Stream implements eventsource.Command.
func (c assign) Stream() string { return assignmentStream(c.Making.Assignment) }

// Decide implements eventsource.Command.
func (c assign) Decide(a assignment) ([]eventsource.Event, error) {
	if a.made.Assignment != "" {
		if sameAssignment(a.made, c.Making) {
			return nil, nil
		}
		return nil, fault.New(fault.Conflict, "Mã giao học này đã dùng cho một lần giao khác.",
			"This assignment id is used by another assignment already.")
	}
	if err := checkTerms(c.Making, c.Now); err != nil {
		return nil, err
	}
	if err := checkAudience(c.Making.Audience); err != nil {
		return nil, err
	}
	return []eventsource.Event{c.Making}, nil
}

// sameAssignment tells whether a request that came again asks for what was made.
func sameAssignment(made, asked events.AssignmentMade) bool {
	sameDue := made.Due.Equal(asked.Due)
	made.Due, made.By = asked.Due, asked.By
	return sameDue && reflect.DeepEqual(made, asked)
}

// Bounds of an assignment; they catch slips of the pen.
const (
	maxDueDays     = 365
	maxRenewal     = 120 // months
	maxRenewalDays = 366
	maxJoinedDays  = 3660
	maxNamed       = 1000 // people, posts or competencies
)

// checkTerms refuses terms by which nobody could know what is due.
func checkTerms(m events.AssignmentMade, now time.Time) error {
	why := fault.New(fault.Invalid, "Chưa giao được.", "This cannot be assigned.")
	r := m.Renewal
	switch {
	case m.DueDays < 0 || m.DueDays > maxDueDays:
		return why.With("due_days", "Số ngày từ 1 đến 365.", "1 to 365 days.")
	case m.DueDays == 0 && m.Due.IsZero():
		return why.With("due", "Hãy chọn hạn hoàn thành, hoặc số ngày kể từ khi được ghi danh.", "Choose when it is due, or so many days after the enrolment.")
	case !m.Due.IsZero() && m.Due.Before(endOfDay(now, 0)):
		return fault.New(fault.Invalid, "Hạn hoàn thành phải từ cuối ngày hôm nay trở đi.",
			"The due time must not be before the end of today.").
			With("due", "Hãy chọn từ hôm nay trở đi.", "Choose today or later.")
	case r == (events.Renewal{}):
		return nil
	case m.DueDays == 0:
		return why.With("due_days", "Giao định kỳ thì cần số ngày hoàn thành cho người được ghi danh sau.", "What is renewed needs the days of whoever is enrolled later.")
	case r.Months < 1 || r.Months > maxRenewal:
		return why.With("months", "Chu kỳ từ 1 đến 120 tháng.", "A cycle has 1 to 120 months.")
	case r.Days < 1 || r.Days > min(maxRenewalDays, 28*r.Months):
		return why.With("days", "Số ngày mở trước hạn từ 1 đến hết chu kỳ, tối đa 366.", "From 1 day to the whole cycle, at most 366.")
	}
	if r.From != "" {
		if day, err := clock.ParseDate(r.From); err != nil || day.Year() < 2000 || day.Year() > 2200 {
			return why.With("from", "Ngày bắt đầu chu kỳ phải là một ngày, ví dụ 01/01/2027.", "The first day of the cycle must be a date, such as 1 January 2027.")
		}
	}
	return nil
}

// checkAudience refuses an audience that is out of bounds.
func checkAudience(a events.Audience) error {
	why := fault.New(fault.Invalid, "Chưa giao được.", "This cannot be assigned.")
	switch {
	case a.JoinedDays < 0 || a.JoinedDays > maxJoinedDays:
		return why.With("joined", "Số ngày từ 1 đến 3660.", "1 to 3660 days.")
	case len(a.People) > maxNamed:
		return why.With("people", "Tối đa 1000 người; nhiều hơn thì hãy giao theo đơn vị.", "At most 1000 people; for more, assign to a unit.")
	case len(a.Posts) > maxNamed || len(a.Lacks) > maxNamed:
		return why.With("posts", "Quá nhiều vị trí hoặc năng lực.", "Too many posts or competencies.")
	}
	return nil
}

// endAssignment lets an assignment enrol nobody any more.
type endAssignment struct{ Assignment, By string }

// Stream implements eventsource.Command.
func (c endAssignment) Stream() string { return assignmentStream(c.Assignment) }

// Decide implements eventsource.Command.
func (c endAssignment) Decide(a assignment) ([]eventsource.Event, error) {
	if a.made.Assignment == "" {
		return nil, noAssignment()
	}
	if a.ended {
		return nil, nil
	}
	return []eventsource.Event{events.AssignmentEnded(c)}, nil
}

func noAssignment() error {
	return fault.New(fault.NotFound, "Không có lần giao học này.", "There is no such assignment.")
}

// endOfDay is the end of the day that lies some days after t, in the province's zone.
func endOfDay(t time.Time, days int) time.Time {
	return clock.EndOfDay(clock.Midnight(t).AddDate(0, 0, days))
}

// localDay is the date of t in the province's zone, as directory writes dates.
func localDay(t time.Time) string { return clock.Date(t) }
