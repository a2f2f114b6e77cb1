package reporting

import (
	"errors"

	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Config gives what the service needs besides the common dependencies.
type Config struct {
	Scan Scan // of the raw record, for the recount
}

// New makes the service.
func New(d host.Deps, c Config) (host.Service, error) {
	if c.Scan == nil {
		return host.Service{}, errors.New("reporting: the recount needs a scan of the record")
	}
	v := newViews()
	a := &api{d: d, views: v, scan: c.Scan}
	return host.Service{
		Name: "reporting",
		Endpoints: []rpc.Endpoint{
			GetRollup.Handle(a.getRollup), ListRows.Handle(a.listRows), DownloadCompetency.Handle(a.download),
			ExportCompletion.Handle(a.exportCompletion), Recount.Handle(a.recount),
		},
		Projections: []*readmodel.Projection{v.structure, v.rollups},
	}, nil
}
