package enrolment

import (
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// New makes the service.
func New(d host.Deps) host.Service { return newAPI(d).service() }

func newAPI(d host.Deps) api { return api{Deps: d, view: newView()} }

func (a api) service() host.Service {
	x := reactors(a)
	return host.Service{
		Name: "enrolment",
		Endpoints: []rpc.Endpoint{
			AssignCourse.Handle(a.assignCourse),
			PreviewAssign.Handle(a.previewAssign),
			EndAssignment.Handle(a.endAssignment),
			ListAssignments.Handle(a.listAssignments),
			MyEnrolments.Handle(a.myEnrolments),
			Excuse.Handle(a.excuse), WithdrawExcuse.Handle(a.withdrawExcuse),
			AskForCourse.Handle(a.askForCourse), WithdrawRequest.Handle(a.withdrawRequest), MyRequests.Handle(a.myRequests),
			ListRequests.Handle(a.listRequests), ApproveRequest.Handle(a.approveRequest), RefuseRequest.Handle(a.refuseRequest),
			MyProgrammes.Handle(a.myProgrammes), ChooseCourse.Handle(a.chooseCourse),
			PreviewMove.Handle(a.previewMove),
			PreviewTakeBack.Handle(a.previewTakeBack), TakeBack.Handle(a.takeBack),
			PreviewRound.Handle(a.previewRound), ListRounds.Handle(a.listRounds),
		},
		Projections: a.view.projections(),
		Reactors:    append(x.list(), x.admission(), x.moving(), x.takingBack()),
		Loops:       []host.Loop{{Name: "rules", Run: a.followRules}, {Name: "taken-back", Run: a.followTakenBack}},
	}
}
