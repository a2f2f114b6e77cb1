package measurement

import (
	"time"

	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// New makes the service.
func New(d host.Deps) host.Service {
	s := &service{Deps: d, view: newView()}
	return host.Service{
		Name: "measurement",
		Endpoints: []rpc.Endpoint{
			GetAnalysis.Handle(s.getAnalysis),
			GetItemAnalysis.Handle(s.getItemAnalysis),
			Calibrate.Handle(s.calibrate),
		},
		Projections: []*readmodel.Projection{s.view.projection.Patient(200 * time.Millisecond)}, // every attempt changes sums of many
		Loops:       []host.Loop{{Name: "calibrate", Run: s.calibrateNightly}},
	}
}
