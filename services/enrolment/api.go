package enrolment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Methods of the service.
var (
	AssignCourse    = rpc.Command[AssignCourseRequest, Assigned]("enrolment.assign-course", "Assigns a course to people of a unit and those below it, once or by a rule that lasts.", events.RoleTrainer).About(rpc.UnitIn("unit"))
	PreviewAssign   = rpc.Query[AssignCourseRequest, AssignPreview]("enrolment.preview-assign", "Tells whom an assignment would reach, and why; writes nothing.", events.RoleTrainer).About(rpc.UnitIn("unit"))
	EndAssignment   = rpc.Command[EndAssignmentRequest, rpc.Receipt]("enrolment.end-assignment", "Lets an assignment enrol nobody any more.", events.RoleTrainer).About(rpc.Kept(rpc.AboutUnit))
	ListAssignments = rpc.Query[ListAssignmentsRequest, []Assignment]("enrolment.list-assignments", "Lists the assignments, newest first.", events.RoleTrainer).About(rpc.Nothing())
	MyEnrolments    = rpc.Query[MineRequest, []Enrolment]("enrolment.my-enrolments", "Lists what the caller must or may take.", rpc.SignedIn).About(rpc.Nothing())
)

// api answers the methods.
type api struct {
	host.Deps
	view view
}

var idPattern = regexp.MustCompile(`^[a-z0-9]{1,40}$`)

func (a api) assignCourse(ctx context.Context, req AssignCourseRequest) (Assigned, error) {
	if _, err := a.target(ctx, req); err != nil {
		return Assigned{}, err
	}
	if req.Assignment == "" {
		req.Assignment = idOf(rpc.From(ctx).ID)
	}
	if !idPattern.MatchString(req.Assignment) {
		return Assigned{}, fault.New(fault.Invalid, "Mã giao học không hợp lệ.", "The assignment id is not valid.").
			With("assignment", "Chỉ dùng chữ thường không dấu và chữ số, tối đa 40 ký tự.", "Use lower-case letters and digits only, at most 40.")
	}
	making := req.making()
	making.By = rpc.From(ctx).Identity.Person
	done, err := host.Do(ctx, a.Deps, assign{Now: a.Clock.Now(), Making: making})
	return Assigned{Seq: done.Seq, Assignment: req.Assignment}, err
}

// making is the fact that a request asks for.
func (r AssignCourseRequest) making() events.AssignmentMade {
	m := events.AssignmentMade{Assignment: r.Assignment, Course: r.Course, Programme: r.Programme, Unit: r.Unit, Audience: r.Audience, DueDays: r.DueDays, Renewal: r.Renewal}
	if !r.Due.IsZero() {
		m.Due = r.Due.UTC()
	}
	return m
}

// idOf gives the same id for the same request, so that a request that is sent again is the same assignment.
func idOf(request string) string {
	sum := sha256.Sum256([]byte(request))
	return hex.EncodeToString(sum[:])[:20]
}

// target finds the unit of a request, and refuses a unit or course that cannot be assigned to or by the caller.
func (a api) target(ctx context.Context, req AssignCourseRequest) (unit, error) {
	if err := a.view.await(ctx, readmodel.Present, a.Await); err != nil {
		return unit{}, err
	}
	c, hasCourse, err := a.view.courses.Get(ctx, req.Course)
	if err != nil {
		return unit{}, err
	}
	u, hasUnit, err := a.view.unit(ctx, req.Unit, localDay(a.Clock.Now()))
	if err != nil {
		return unit{}, err
	}
	p, hasProgramme, err := a.view.pathways.Get(ctx, req.Programme)
	if err != nil {
		return unit{}, err
	}
	refusal := fault.New(fault.Invalid, "Không giao được khóa học này.", "This course cannot be assigned.")
	switch {
	case req.Programme != "" && (req.Course != "" || !hasProgramme || p.Withdrawn):
		return unit{}, refusal.With("programme", "Không có chương trình này, hoặc đã rút. Hãy chọn trong danh mục.", "There is no such programme, or it is withdrawn. Choose one of the catalogue.")
	case req.Programme == "" && !hasCourse:
		return unit{}, refusal.With("course", "Không có khóa học này. Hãy chọn trong danh mục.", "There is no such course. Choose one of the catalogue.")
	case c.Withdrawn:
		return unit{}, refusal.With("course", "Khóa học đã được rút. Hãy mở lại trong danh mục trước khi giao.",
			"The course is withdrawn. Offer it again before you assign it.")
	case !hasUnit:
		return unit{}, refusal.With("unit", "Không có đơn vị này. Hãy chọn trong cây đơn vị.", "There is no such unit. Choose one of the tree.")
	case !mayTrain(ctx, u):
		return unit{}, fault.New(fault.Denied, "Bạn không phụ trách đào tạo ở đơn vị này.", "You are not a trainer of this unit.")
	}
	return u, nil
}

// mayTrain reports whether the caller is a trainer of the unit or of one above it.
func mayTrain(ctx context.Context, u unit) bool {
	units, all := rpc.From(ctx).Identity.Units(events.RoleTrainer)
	return all || u.within(units...)
}

func (a api) previewAssign(ctx context.Context, req AssignCourseRequest) (AssignPreview, error) {
	u, err := a.target(ctx, req)
	if err != nil {
		return AssignPreview{}, err
	}
	making, now := req.making(), a.Clock.Now()
	if _, err := (assign{Making: making, Now: now}).Decide(assignment{}); err != nil {
		return AssignPreview{}, err
	}
	chosen, left, err := a.view.divide(ctx, u, req.Audience, now)
	if err != nil {
		return AssignPreview{}, err
	}
	stands, hidden, err := a.stand(ctx, req.Course, req.Programme, chosen)
	asks := func(s standing) (time.Time, bool) { return termsOf(making).asks(s, now) }
	return preview(chosen, left, stands, hidden, asks, req.After), err
}

// endAssignment is for trainers of the assignment's unit.
func (a api) endAssignment(ctx context.Context, req EndAssignmentRequest) (rpc.Receipt, error) {
	if err := a.mayChange(ctx, req.Assignment); err != nil {
		return rpc.Receipt{}, err
	}
	done, err := host.Do(ctx, a.Deps, endAssignment{req.Assignment, rpc.From(ctx).Identity.Person})
	return rpc.Receipt{Seq: done.Seq}, err
}

// listAssignments lists those of the units in which the caller is a trainer.
func (a api) listAssignments(ctx context.Context, req ListAssignmentsRequest) ([]Assignment, error) {
	if err := a.view.await(ctx, req.After, a.Await); err != nil {
		return nil, err
	}
	made, err := a.view.made(ctx)
	if err != nil {
		return nil, err
	}
	seen := make([]Assignment, 0, len(made))
	for _, m := range made {
		u, _, err := a.view.unit(ctx, m.Unit, localDay(a.Clock.Now()))
		if err != nil {
			return nil, err
		}
		if mayTrain(ctx, u) {
			seen = append(seen, m)
		}
	}
	return seen, nil
}

func (a api) myEnrolments(ctx context.Context, req MineRequest) ([]Enrolment, error) {
	if err := a.view.await(ctx, req.After, a.Await); err != nil {
		return nil, err
	}
	return a.view.mine(ctx, rpc.From(ctx).Identity.Person)
}
