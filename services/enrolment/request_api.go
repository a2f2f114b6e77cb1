package enrolment

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Methods about requests.
var (
	AskForCourse    = rpc.Command[AskRequest, Asked]("enrolment.ask-for-course", "Asks to be enrolled in a course.", rpc.SignedIn).About(rpc.Nothing())
	WithdrawRequest = rpc.Command[WithdrawRequestRequest, rpc.Receipt]("enrolment.withdraw-request", "Takes back the caller's request for a course while it waits.", rpc.SignedIn).About(rpc.Nothing())
	MyRequests      = rpc.Query[MineRequest, []CourseRequest]("enrolment.my-requests", "Lists the caller's latest request for each course.", rpc.SignedIn).About(rpc.Nothing())
	ListRequests    = rpc.Query[MineRequest, []CourseRequest]("enrolment.list-requests", "Lists the requests for courses that wait for the caller, oldest first.", events.RoleHead, events.RoleTrainer).About(rpc.Nothing(), rpc.Logged, whoAsks)
	ApproveRequest  = rpc.Command[DecideRequest, rpc.Receipt]("enrolment.approve-request", "Takes a step of a request for a course; the last one enrols the person.", events.RoleHead, events.RoleTrainer).About(rpc.PersonIn("person"))
	RefuseRequest   = rpc.Command[DecideRequest, rpc.Receipt]("enrolment.refuse-request", "Refuses a request for a course, with a reason.", events.RoleHead, events.RoleTrainer).About(rpc.PersonIn("person"))
)

// AskRequest names a course, and says why if the person likes.
type AskRequest struct {
	Course string `json:"course"`
	Reason string `json:"reason,omitempty"`
}

// Asked tells the request, and whether nobody need approve it.
type Asked struct {
	Seq     uint64 `json:"seq"`
	Request string `json:"request"`
	Open    bool   `json:"open,omitempty"`
}

// WithdrawRequestRequest names a course.
type WithdrawRequestRequest struct {
	Course string `json:"course"`
}

// DecideRequest names a step of a request; a reason is of a refusal.
type DecideRequest struct {
	Person  string `json:"person"`
	Course  string `json:"course"`
	Request string `json:"request"`
	Step    int    `json:"step"` // from 1
	Reason  string `json:"reason,omitempty"`
}

// CourseRequest is a person's latest request for a course.
type CourseRequest struct {
	Person  string    `json:"person"`
	Name    string    `json:"name"` // "" once erased
	Course  string    `json:"course"`
	Request string    `json:"request"`
	Steps   []string  `json:"steps,omitempty"` // who approves, in order
	Step    int       `json:"step"`            // that it waits for, from 1
	State   string    `json:"state"`           // waiting, approved, refused, withdrawn
	Asked   time.Time `json:"asked"`
	Decided time.Time `json:"decided,omitzero"`
	Reason  string    `json:"reason,omitempty"`
	Refusal string    `json:"refusal,omitempty"` // why it was refused
}

func whoAsks(all []CourseRequest) []string {
	people := make([]string, len(all))
	for i, r := range all {
		people[i] = r.Person
	}
	return people
}

func (a api) askForCourse(ctx context.Context, req AskRequest) (Asked, error) {
	me := rpc.From(ctx).Identity.Person
	if err := a.view.await(ctx, readmodel.Present, a.Await); err != nil {
		return Asked{}, err
	}
	t, err := a.mayAsk(ctx, me, req.Course)
	if err != nil {
		return Asked{}, err
	}
	fact := events.EnrolmentRequested{Person: me, Course: req.Course, Request: idOf(rpc.From(ctx).ID), Steps: t.steps()}
	for i, role := range fact.Steps {
		people, err := a.view.approvers(ctx, role, me, localDay(a.Clock.Now()))
		if err != nil {
			return Asked{}, err
		}
		if len(people) == 0 {
			return Asked{}, fault.New(fault.Conflict, "Chưa có người duyệt cho đơn vị của bạn. Hãy báo người phụ trách đào tạo hoặc quản trị viên.",
				"Nobody can approve for your unit yet. Tell a trainer or an administrator.")
		}
		if i == 0 {
			fact.Approvers = people
		}
	}
	if fact.Reason, err = a.sealedNote(ctx, me, req.Reason); err != nil {
		return Asked{}, err
	}
	out, err := host.Do(ctx, a.Deps, ask{fact})
	return Asked{Seq: out.Seq, Request: fact.Request, Open: len(fact.Steps) == 0}, err
}

// mayAsk refuses what a person cannot ask for, and says what to do instead.
func (a api) mayAsk(ctx context.Context, person, course string) (entrance, error) {
	t, found, err := a.view.entrances.Get(ctx, course)
	if err != nil {
		return t, err
	}
	x, _, err := a.view.enrolments.Get(ctx, person+"_"+course)
	if err != nil {
		return t, err
	}
	switch {
	case !found || t.Withdrawn:
		return t, fault.New(fault.NotFound, "Khóa học này không có trong danh mục. Hãy chọn một khóa học khác.", "This course is not in the catalogue. Choose another.")
	case len(t.Enrolment) == 0:
		return t, fault.New(fault.Conflict, "Khóa học này do đơn vị giao, không tự xin học được. Hãy hỏi thủ trưởng đơn vị hoặc người phụ trách đào tạo.",
			"This course is assigned by the unit and cannot be asked for. Speak to the head of your unit or a trainer.")
	case x.Period > 0 && x.Completed.IsZero():
		return t, fault.New(fault.Conflict, "Bạn đang học khóa này rồi.", "You are in this course already.")
	}
	missing, err := a.view.missing(ctx, person, t.Requires, a.Clock.Now())
	if err != nil || len(missing) == 0 {
		return t, err
	}
	refusal := fault.New(fault.Conflict, "Chưa xin học khóa này được: cần hoàn thành trước các khóa học nêu ở dưới.", "You cannot ask for this course yet: complete the courses below first.")
	for _, c := range missing {
		refusal = refusal.With("requires/"+c.Course, "Cần hoàn thành trước: "+c.Title.Vi, "To be completed first: "+cmp.Or(c.Title.En, c.Title.Vi))
	}
	return t, refusal
}

// sealedNote seals what is said about a person under their key; nothing for no note.
func (a api) sealedNote(ctx context.Context, person, note string) (events.Sealed, error) {
	note = strings.TrimSpace(note)
	if note == "" {
		return "", nil
	}
	if len([]rune(note)) > mostNote {
		return "", fault.New(fault.Invalid, "Lý do quá dài.", "The reason is too long.").With("reason", "Tối đa 500 ký tự.", "At most 500 characters.")
	}
	sealed, err := a.Keys.Seal(ctx, person, "note", note)
	return events.Sealed(sealed), err
}

func (a api) withdrawRequest(ctx context.Context, req WithdrawRequestRequest) (rpc.Receipt, error) {
	cmd := withdrawRequest{rpc.From(ctx).Identity.Person, req.Course}
	if !eventsource.ValidStream(cmd.Stream()) {
		return rpc.Receipt{}, notAsked()
	}
	out, err := host.Do(ctx, a.Deps, cmd)
	return rpc.Receipt{Seq: out.Seq}, err
}

func (a api) myRequests(ctx context.Context, req MineRequest) ([]CourseRequest, error) {
	if err := a.view.await(ctx, req.After, a.Await); err != nil {
		return nil, err
	}
	return a.view.asked(ctx, a.Keys, "person", rpc.From(ctx).Identity.Person)
}

func (a api) listRequests(ctx context.Context, req MineRequest) ([]CourseRequest, error) {
	if err := a.view.await(ctx, req.After, a.Await); err != nil {
		return nil, err
	}
	all, err := a.view.asked(ctx, a.Keys, "state", RequestWaits)
	if err != nil {
		return nil, err
	}
	mine := []CourseRequest{}
	for _, r := range all {
		units, err := a.view.unitsOf(ctx, r.Person, localDay(a.Clock.Now()))
		if err != nil {
			return nil, err
		}
		if _, ok := mayDecide(rpc.From(ctx).Identity, r.Steps[r.Step-1], r.Person, units); ok {
			mine = append(mine, r)
		}
	}
	return mine, nil
}

func (a api) approveRequest(ctx context.Context, req DecideRequest) (rpc.Receipt, error) {
	ctx, r, err := a.deciding(ctx, req)
	if err != nil {
		return rpc.Receipt{}, err
	}
	t, _, err := a.view.entrances.Get(ctx, req.Course)
	if err != nil {
		return rpc.Receipt{}, err
	}
	if t.Withdrawn {
		return rpc.Receipt{}, fault.New(fault.Conflict, "Khóa học đã được rút khỏi danh mục nên không duyệt được; hãy từ chối yêu cầu và ghi lý do.",
			"The course was withdrawn, so this cannot be approved; refuse the request and say why.")
	}
	fact := events.EnrolmentApproved{Person: req.Person, Course: req.Course, Request: req.Request, Step: req.Step, By: rpc.From(ctx).Identity.Person}
	if req.Step < len(r.Steps) {
		if fact.Approvers, err = a.view.approvers(ctx, r.Steps[req.Step], req.Person, localDay(a.Clock.Now())); err != nil {
			return rpc.Receipt{}, err
		}
	}
	out, err := host.Do(ctx, a.Deps, approve{fact})
	return rpc.Receipt{Seq: out.Seq}, err
}

func (a api) refuseRequest(ctx context.Context, req DecideRequest) (rpc.Receipt, error) {
	ctx, _, err := a.deciding(ctx, req)
	if err != nil {
		return rpc.Receipt{}, err
	}
	if strings.TrimSpace(req.Reason) == "" {
		return rpc.Receipt{}, fault.New(fault.Invalid, "Chưa từ chối được: cần ghi lý do để người xin học biết.", "Not refused: say why, so that the person knows.").
			With("reason", "Hãy ghi lý do.", "Say why.")
	}
	reason, err := a.sealedNote(ctx, req.Person, req.Reason)
	if err != nil {
		return rpc.Receipt{}, err
	}
	out, err := host.Do(ctx, a.Deps, refuse{events.EnrolmentRefused{Person: req.Person, Course: req.Course, Request: req.Request,
		Step: req.Step, By: rpc.From(ctx).Identity.Person, Reason: reason}})
	return rpc.Receipt{Seq: out.Seq}, err
}

// deciding finds a request whose step the caller may take, and says in the context on whose behalf. The method's rule lets
// heads and trainers of the person's unit in; which of the two a step asks for only the request tells.
func (a api) deciding(ctx context.Context, req DecideRequest) (context.Context, CourseRequest, error) {
	if err := a.view.await(ctx, readmodel.Present, a.Await); err != nil {
		return ctx, CourseRequest{}, err
	}
	d, found, err := a.view.requests.Get(ctx, req.Person+"_"+req.Course)
	if err != nil {
		return ctx, CourseRequest{}, err
	}
	if !found || d.Request != req.Request || req.Step < 1 || req.Step > len(d.Steps) {
		return ctx, CourseRequest{}, notAsked()
	}
	asks := rpc.From(ctx)
	if asks.Identity.Person == req.Person {
		return ctx, CourseRequest{}, ownRequest()
	}
	units, err := a.view.unitsOf(ctx, req.Person, localDay(a.Clock.Now()))
	if err != nil {
		return ctx, CourseRequest{}, err
	}
	onBehalf, ok := mayDecide(asks.Identity, d.Steps[req.Step-1], req.Person, units)
	if !ok {
		return ctx, CourseRequest{}, fault.New(fault.Denied, "Bước này do người khác duyệt.", "Somebody else decides on this step.")
	}
	asks.Identity.OnBehalf = onBehalf
	return rpc.With(ctx, asks), d, nil
}

// mayDecide tells whether somebody holds a role for one of a person's units, by a role of their own or else on whose behalf.
// Nobody decides on their own request, nor does anyone in their place.
func mayDecide(who rpc.Identity, role, person string, units []unit) (onBehalf string, ok bool) {
	if who.Person == person {
		return "", false
	}
	for _, own := range []bool{true, false} {
		for _, g := range who.Grants {
			reaches := len(units) > 0 && (g.Unit == "" || slices.ContainsFunc(units, func(u unit) bool { return u.within(g.Unit) }))
			if g.Role == role && (g.OnBehalf == "") == own && g.OnBehalf != person && reaches {
				return g.OnBehalf, true
			}
		}
	}
	return "", false
}

// admitted enrols whose request was approved.
func (x reactors) admitted(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	cmd, ok := forApproval(r.Event, r.Time)
	if !ok {
		return nil, nil
	}
	if err := x.view.await(ctx, r.Seq, x.AwaitFor); err != nil {
		return nil, err
	}
	c, _, err := x.view.courses.Get(ctx, cmd.Opening.Course)
	if err != nil || c.Withdrawn {
		return nil, err
	}
	cmd.Opening.Version = c.Version
	return []eventsource.Request{eventsource.Prepare(cmd)}, nil
}

// admission is the reactor of requests.
func (x reactors) admission() host.Reactor {
	return host.Reactor{Name: "admit", Facts: []string{"enrolment.request.enrolment-requested", "enrolment.request.enrolment-approved"}, React: x.admitted}
}
