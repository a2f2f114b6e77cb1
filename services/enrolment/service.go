package enrolment

import (
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// New makes the service.
func New(d host.Deps) host.Service {
	v := newView()
	a := api{Deps: d, view: v}
	return host.Service{
		Name: "enrolment",
		Endpoints: []rpc.Endpoint{
			AssignCourse.Handle(a.assignCourse),
			PreviewAssign.Handle(a.previewAssign),
			EndAssignment.Handle(a.endAssignment),
			ListAssignments.Handle(a.listAssignments),
			MyEnrolments.Handle(a.myEnrolments),
			Excuse.Handle(a.excuse), WithdrawExcuse.Handle(a.withdrawExcuse),
		},
		Projections: v.projections(),
		Reactors:    reactors{Deps: d, view: v}.list(),
		Loops:       []host.Loop{{Name: "rules", Run: a.followRules}},
	}
}
