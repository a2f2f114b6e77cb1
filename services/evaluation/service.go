package evaluation

import (
	"io/fs"
	"time"

	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// New makes the service. shipped holds the calendar and the assumptions of forecasts.
func New(d host.Deps, shipped fs.FS) (host.Service, error) {
	w, err := newWhatIf(d, shipped)
	if err != nil {
		return host.Service{}, err
	}
	s := &service{Deps: d, arms: newArms()}
	return host.Service{
		Name: "evaluation",
		Endpoints: []rpc.Endpoint{
			AskWhatIf.Handle(w.ask), GetPredictedActual.Handle(w.predictedActual),
			Effect.Handle(s.effect),
			ListTrials.Handle(s.listTrials), CheckArms.Handle(s.checkArms),
		},
		Projections: []*readmodel.Projection{
			w.arrivals.projection, w.arrivals.units.Projection,
			s.arms.projection.Patient(200 * time.Millisecond), // every attempt of a contest is heard, and nobody waits for it
		},
		Reactors: []host.Reactor{w.foretells()},
	}, nil
}

// service is what the handlers of effects share.
type service struct {
	host.Deps
	arms arms
}
