package enrolment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"regexp"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// Methods of the service.
var (
	AssignCourse    = rpc.Command[AssignCourseRequest, Assigned]("enrolment.assign-course", "Assigns a course to everyone of a unit and those below it.", events.RoleTrainer).About(rpc.UnitIn("unit"))
	PreviewAssign   = rpc.Query[AssignCourseRequest, AssignPreview]("enrolment.preview-assign", "Counts whom an assignment would reach; writes nothing.", events.RoleTrainer).About(rpc.UnitIn("unit"))
	ListAssignments = rpc.Query[ListAssignmentsRequest, []Assignment]("enrolment.list-assignments", "Lists the assignments, newest first.", events.RoleTrainer).About(rpc.Nothing())
	MyEnrolments    = rpc.Query[MineRequest, []Enrolment]("enrolment.my-enrolments", "Lists what the caller must or may take.", rpc.SignedIn).About(rpc.Nothing())
)

// api answers the methods.
type api struct {
	host.Deps
	view view
}

var idPattern = regexp.MustCompile(`^[a-z0-9]{1,40}$`)

// present, as a sequence to await, stands for every fact that the journal has now.
const present = math.MaxUint64

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
	done, err := host.Do(ctx, a.Deps, assign{Now: a.Clock.Now(), Making: events.AssignmentMade{
		Assignment: req.Assignment, Course: req.Course, Unit: req.Unit, Due: req.Due.UTC()}})
	return Assigned{Seq: done.Seq, Assignment: req.Assignment}, err
}

// idOf gives the same id for the same request, so that a request that is sent again is the same assignment.
func idOf(request string) string {
	sum := sha256.Sum256([]byte(request))
	return hex.EncodeToString(sum[:])[:20]
}

// target finds the unit of a request, and refuses a unit or course that cannot be assigned to or by the caller.
func (a api) target(ctx context.Context, req AssignCourseRequest) (unit, error) {
	if err := a.view.await(ctx, present, a.Await); err != nil {
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
	refusal := fault.New(fault.Invalid, "Không giao được khóa học này.", "This course cannot be assigned.")
	switch {
	case !hasCourse:
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
	people, err := a.view.people(ctx, u, localDay(a.Clock.Now()))
	if err != nil {
		return AssignPreview{}, err
	}
	standing, err := a.view.standing(ctx, req.Course)
	return preview(people, standing), err
}

// preview counts people by where they stand in a course: whether they are in it, and whether that is open.
func preview(people []string, standing map[string]bool) AssignPreview {
	p := AssignPreview{People: len(people)}
	for _, person := range people {
		switch open, known := standing[person]; {
		case !known:
			p.New++
		case open:
			p.Open++
		}
	}
	return p
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
