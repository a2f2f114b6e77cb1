package evaluation

import (
	"io/fs"
	"slices"

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
	return host.Service{
		Name:        "evaluation",
		Endpoints:   slices.Concat([]rpc.Endpoint{AskWhatIf.Handle(w.ask), GetPredictedActual.Handle(w.predictedActual)}),
		Projections: slices.Concat([]*readmodel.Projection{w.arrivals.projection, w.arrivals.units.Projection}),
		Reactors:    slices.Concat([]host.Reactor{w.foretells()}),
	}, nil
}
