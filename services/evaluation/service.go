package evaluation

import (
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// New makes the service.
func New(d host.Deps) host.Service {
	s := &service{Deps: d, arms: newArms()}
	return host.Service{
		Name: "evaluation",
		Endpoints: []rpc.Endpoint{
			Effect.Handle(s.effect),
			ListTrials.Handle(s.listTrials), CheckArms.Handle(s.checkArms),
		},
		Projections: []*readmodel.Projection{
			s.arms.projection,
		},
	}
}

// service is what the handlers share.
type service struct {
	host.Deps
	arms arms
}
