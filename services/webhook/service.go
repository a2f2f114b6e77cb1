package webhook

import (
	"khuevan/platform/host"
	"khuevan/platform/jetstream"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// KeptDeliveries is how many tries of each endpoint are kept to be looked at.
const KeptDeliveries = 100

// Config is what the service needs besides.
type Config struct {
	Journal  *jetstream.Journal
	Notes    *jetstream.Notes // of deliveries, KeptDeliveries each
	BaseURL  string           // where the platform is reached: the source of all events
	Networks []string         // that may be called besides public addresses, such as 10.1.0.0/16
	Plain    bool             // http without TLS, also to other machines
}

// New makes the service.
func New(d host.Deps, c Config) (host.Service, error) {
	r, err := newReach(c.Networks, c.Plain)
	if err != nil {
		return host.Service{}, err
	}
	v := newViews(d.Keys)
	s := &sender{Deps: d, views: v, notes: c.Notes, client: r.client(), source: c.BaseURL}
	a := &api{sender: s, journal: c.Journal, reach: r}
	o := &office{sender: s, journal: c.Journal}
	return host.Service{
		Name:        "webhook",
		Projections: []*readmodel.Projection{v.list, v.people},
		Loops:       []host.Loop{{Name: "office", Run: o.run}},
		Endpoints: []rpc.Endpoint{
			ListTypes.Handle(a.listTypes), Register.Handle(a.register), ListEndpoints.Handle(a.listEndpoints), ListDeliveries.Handle(a.listDeliveries),
			SendTest.Handle(a.sendTest), Pause.Handle(a.pause), Resume.Handle(a.resume), PreviewReplay.Handle(a.previewReplay),
			Replay.Handle(a.replay), RotateSecret.Handle(a.rotateSecret), Remove.Handle(a.remove),
		},
	}, nil
}
