package evaluation

import (
	"time"

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
			s.arms.projection.Patient(200 * time.Millisecond), // every attempt of a contest is heard, and nobody waits for it
		},
	}
}

// service is what the handlers share.
type service struct {
	host.Deps
	arms arms
}
