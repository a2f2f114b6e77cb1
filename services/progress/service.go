package progress

import (
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// New makes the service.
func New(d host.Deps) host.Service {
	v := newView()
	a := api{Deps: d, view: v}
	h := hours{Deps: d, ledger: newLedger()}
	return host.Service{
		Name: "progress",
		Endpoints: []rpc.Endpoint{
			MyProgress.Handle(a.myProgress),
			GetProgress.Handle(a.getProgress),
			StartLesson.Handle(a.startLesson),
			CompleteLesson.Handle(a.completeLesson),
			NoteTime.Handle(a.noteTime),
			NoteWatched.Handle(a.noteWatched), ConfirmReading.Handle(a.confirmReading),
			GetHours.Handle(h.getHours), GetUnitHours.Handle(h.getUnitHours), DownloadHours.Handle(h.downloadHours),
		},
		Projections: []*readmodel.Projection{v.projection, h.projection, h.structure.Projection},
		Reactors:    reactors{Deps: d, view: v}.list(),
	}
}
