package enrolment

import (
	"context"
	"slices"
	"strings"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// excuse frees a person from an open period.
type excuse struct{ Fact events.PersonExcused }

// Stream implements eventsource.Command.
func (c excuse) Stream() string { return enrolmentStream(c.Fact.Person, c.Fact.Course) }

// Decide implements eventsource.Command.
func (c excuse) Decide(s enrolment) ([]eventsource.Event, error) {
	switch {
	case s.period == 0:
		return nil, notEnrolled()
	case !s.open:
		return nil, fault.New(fault.Conflict, "Người này đã hoàn thành khóa học; không cần miễn.", "The person has completed the course; there is nothing to excuse.")
	case s.free:
		return nil, nil
	}
	e := c.Fact
	e.Period = s.period
	return []eventsource.Event{e}, nil
}

// withdrawExcuse asks of a person after all what she was excused from.
type withdrawExcuse struct{ Person, Course, By string }

// Stream implements eventsource.Command.
func (c withdrawExcuse) Stream() string { return enrolmentStream(c.Person, c.Course) }

// Decide implements eventsource.Command.
func (c withdrawExcuse) Decide(s enrolment) ([]eventsource.Event, error) {
	switch {
	case s.period == 0:
		return nil, notEnrolled()
	case !s.free:
		return nil, nil
	}
	return []eventsource.Event{events.ExcuseWithdrawn{Person: c.Person, Course: c.Course, Period: s.period, By: c.By}}, nil
}

func notEnrolled() error {
	return fault.New(fault.NotFound, "Người này không được ghi danh khóa học đó.", "The person is not enrolled in that course.")
}

// Methods about excuses.
var (
	Excuse         = rpc.Command[ExcuseRequest, rpc.Receipt]("enrolment.excuse", "Excuses a person from the open period of a course, with a reason.", events.RoleHead, events.RoleTrainer).About(rpc.PersonIn("person"))
	WithdrawExcuse = rpc.Command[ExcuseRequest, rpc.Receipt]("enrolment.withdraw-excuse", "Asks of a person after all what she was excused from.", events.RoleHead, events.RoleTrainer).About(rpc.PersonIn("person"))
)

// ExcuseRequest names a person and a course; why and a note are of an excuse only.
type ExcuseRequest struct {
	Person string `json:"person"`
	Course string `json:"course"`
	Why    string `json:"why,omitempty"` // leave, illness, secondment, other
	Note   string `json:"note,omitempty"`
}

// mostNote bounds a note in characters.
const mostNote = 500

func (a api) excuse(ctx context.Context, req ExcuseRequest) (rpc.Receipt, error) {
	by := rpc.From(ctx).Identity.Person
	note := strings.TrimSpace(req.Note)
	why := fault.New(fault.Invalid, "Chưa ghi được việc miễn.", "The excuse is not recorded.")
	switch {
	case by == req.Person:
		return rpc.Receipt{}, fault.New(fault.Denied, "Không tự miễn cho mình được; hãy nhờ cấp trên.", "Nobody excuses themselves; ask your superior.")
	case !slices.Contains([]string{events.ExcusedLeave, events.ExcusedIllness, events.ExcusedSecondment, events.ExcusedOther}, req.Why):
		return rpc.Receipt{}, why.With("why", "Hãy chọn lý do.", "Choose a reason.")
	case req.Why == events.ExcusedOther && note == "":
		return rpc.Receipt{}, why.With("note", "Lý do khác thì cần ghi rõ.", "Say what the other reason is.")
	case len([]rune(note)) > mostNote:
		return rpc.Receipt{}, why.With("note", "Tối đa 500 ký tự.", "At most 500 characters.")
	}
	fact := events.PersonExcused{Person: req.Person, Course: req.Course, Why: req.Why, By: by}
	if note != "" {
		sealed, err := a.Keys.Seal(ctx, req.Person, "note", note)
		if err != nil {
			return rpc.Receipt{}, err
		}
		fact.Note = events.Sealed(sealed)
	}
	out, err := host.Do(ctx, a.Deps, excuse{fact})
	return rpc.Receipt{Seq: out.Seq}, err
}

func (a api) withdrawExcuse(ctx context.Context, req ExcuseRequest) (rpc.Receipt, error) {
	out, err := host.Do(ctx, a.Deps, withdrawExcuse{req.Person, req.Course, rpc.From(ctx).Identity.Person})
	return rpc.Receipt{Seq: out.Seq}, err
}
