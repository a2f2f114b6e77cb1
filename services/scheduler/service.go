package scheduler

import (
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// New makes the service.
func New(d host.Deps) host.Service {
	s := &service{deps: d, campaigns: newCampaigns(), known: newKnown()}
	return host.Service{
		Name: "scheduler",
		Endpoints: []rpc.Endpoint{
			ScheduleCampaign.Handle(s.scheduleCampaign),
			PreviewSchedule.Handle(s.previewSchedule),
			ListCampaigns.Handle(s.listCampaigns),
			StopCampaign.Handle(s.stopCampaign),
		},
		Projections: []*readmodel.Projection{s.campaigns.Projection, s.known.Projection},
		Loops:       []host.Loop{{Name: "tick", Run: ticker{deps: d, campaigns: s.campaigns}.run}},
	}
}

type service struct {
	deps      host.Deps
	campaigns *campaigns
	known     *known
}
