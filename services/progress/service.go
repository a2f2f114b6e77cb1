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
	return host.Service{
		Name: "progress",
		Endpoints: []rpc.Endpoint{
			MyProgress.Handle(a.myProgress),
			GetProgress.Handle(a.getProgress),
			StartLesson.Handle(a.startLesson),
			CompleteLesson.Handle(a.completeLesson),
			NoteTime.Handle(a.noteTime),
		},
		Projections: []*readmodel.Projection{v.projection},
		Reactors:    reactors{Deps: d, view: v}.list(),
	}
}
