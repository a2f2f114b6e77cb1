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
			ListAssignments.Handle(a.listAssignments),
			MyEnrolments.Handle(a.myEnrolments),
			Excuse.Handle(a.excuse), WithdrawExcuse.Handle(a.withdrawExcuse),
			AskForCourse.Handle(a.askForCourse), WithdrawRequest.Handle(a.withdrawRequest), MyRequests.Handle(a.myRequests),
			ListRequests.Handle(a.listRequests), ApproveRequest.Handle(a.approveRequest), RefuseRequest.Handle(a.refuseRequest),
			PreviewMove.Handle(a.previewMove),
		},
		Projections: v.projections(),
		Reactors:    append(reactors{Deps: d, view: v}.list(), reactors{Deps: d, view: v}.admission(), reactors{Deps: d, view: v}.moving()),
	}
}
