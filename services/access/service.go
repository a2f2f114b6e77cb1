package access

import (
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// New makes the service.
func New(d host.Deps) host.Service {
	s := &service{Deps: d, view: newView(d.Keys)}
	return host.Service{
		Name: "access",
		Endpoints: []rpc.Endpoint{
			Above.Handle(s.above), StandInsOf.Handle(s.standInsOf), GiveStandIn.Handle(s.giveStandIn), EndStandIn.Handle(s.endStandIn),
			MyStandIns.Handle(s.myStandIns), ListFellows.Handle(s.listFellows),
			WhoLooked.Handle(s.whoLooked), WhoLookedAt.Handle(s.whoLookedAt), WhoMay.Handle(s.whoMay),
		},
		Projections: append(s.view.projections(), s.view.looks),
	}
}
