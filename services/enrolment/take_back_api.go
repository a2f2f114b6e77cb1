package enrolment

import (
	"context"

	"khuevan/events"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Methods that take an assignment back.
var (
	PreviewTakeBack = rpc.Query[TakeBackRequest, TakeBackPreview]("enrolment.preview-take-back", "Tells what taking an assignment back would withdraw, and what stays and why; writes nothing.", events.RoleTrainer).About(rpc.Kept(rpc.AboutUnit))
	TakeBack        = rpc.Command[TakeBackRequest, rpc.Receipt]("enrolment.take-back", "Ends an assignment and withdraws what it opened and nobody has begun.", events.RoleTrainer).About(rpc.Kept(rpc.AboutUnit))
)

// TakeBackRequest names an assignment.
type TakeBackRequest struct {
	Assignment string `json:"assignment"`
	Why        string `json:"why,omitempty"`   // mistake, replaced, dropped, other
	After      string `json:"after,omitempty"` // of a preview: the person after whom it goes on
}

// TakeBackPreview counts what would be withdrawn, and names some of the people.
type TakeBackPreview struct {
	Assignment Assignment     `json:"assignment"`
	People     int            `json:"people"` // of whom nothing is asked any more
	Kept       map[string]int `json:"kept"`   // what stays, by why: completed, excused, begun, rule, programme
	Rows       []Opened       `json:"rows"`
	Next       string         `json:"next,omitempty"` // where the list goes on; "" at its end
}

// Opened is somebody for whom the assignment opened a period.
type Opened struct {
	Person string `json:"person"`
	Period int    `json:"period"`
	Kept   string `json:"kept,omitempty"` // why it stays; "" for what is withdrawn
}

func (a api) previewTakeBack(ctx context.Context, req TakeBackRequest) (TakeBackPreview, error) {
	p := TakeBackPreview{Kept: map[string]int{}, Rows: []Opened{}}
	if err := a.mayChange(ctx, req.Assignment); err != nil {
		return p, err
	}
	if err := a.view.await(ctx, readmodel.Present, a.Await); err != nil {
		return p, err
	}
	var err error
	if p.Assignment, _, err = a.view.assignments.Get(ctx, req.Assignment); err != nil {
		return p, err
	}
	return p, a.view.opened(ctx, p.Assignment, a.Clock.Now(), func(x record, kept string) {
		if kept == "" {
			p.People++
		} else {
			p.Kept[kept]++
		}
		switch {
		case x.Person <= req.After:
		case len(p.Rows) == previewRows:
			p.Next = p.Rows[previewRows-1].Person
		default:
			p.Rows = append(p.Rows, Opened{x.Person, x.Period, kept})
		}
	})
}

// takeBack is for trainers of the assignment's unit.
func (a api) takeBack(ctx context.Context, req TakeBackRequest) (rpc.Receipt, error) {
	seen, err := a.previewTakeBack(ctx, req)
	if err != nil {
		return rpc.Receipt{}, err
	}
	done, err := host.Do(ctx, a.Deps, takeBack{events.AssignmentTakenBack{Assignment: req.Assignment, Why: req.Why, People: seen.People, By: rpc.From(ctx).Identity.Person}})
	return rpc.Receipt{Seq: done.Seq}, err
}

// mayChange refuses whoever is no trainer of an assignment's unit.
func (a api) mayChange(ctx context.Context, id string) error {
	seen, err := host.See[assignment](ctx, a.Deps, assignmentStream(id))
	if err != nil {
		return err
	}
	if seen.State.made.Assignment == "" {
		return noAssignment()
	}
	return rpc.Reaches(ctx, rpc.Object{Kind: rpc.AboutUnit, ID: seen.State.made.Unit})
}
