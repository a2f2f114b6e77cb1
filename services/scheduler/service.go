package scheduler

import (
	"io/fs"

	"khuevan/platform/clock"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// calendarFolder is where shipped holds the days off, a file a year.
const calendarFolder = "calendar"

// New makes the service. shipped holds the calendar and the schedules of the platform.
func New(d host.Deps, shipped fs.FS) (host.Service, error) {
	days, err := clock.ReadCalendar(shipped, calendarFolder)
	if err != nil {
		return host.Service{}, err
	}
	routines, err := readRoutines(shipped)
	if err != nil {
		return host.Service{}, err
	}
	s := &service{deps: d, agenda: newAgenda(), known: newKnown(), days: days}
	return host.Service{
		Name: "scheduler",
		Endpoints: []rpc.Endpoint{
			ScheduleCampaign.Handle(s.scheduleCampaign), PreviewSchedule.Handle(s.previewSchedule),
			ListCampaigns.Handle(s.listCampaigns), GetCampaign.Handle(s.getCampaign),
			PauseCampaign.Handle(s.pauseCampaign), ResumeCampaign.Handle(s.resumeCampaign), StopCampaign.Handle(s.stopCampaign),
		},
		Projections: []*readmodel.Projection{s.agenda.Projection, s.known.Projection},
		Reactors:    []host.Reactor{setsTimers(days)},
		Loops:       []host.Loop{{Name: "tick", Run: ticker{deps: d, agenda: s.agenda, routines: routines, days: days}.run}},
	}, nil
}

type service struct {
	deps   host.Deps
	agenda *agenda
	known  *known
	days   *clock.Calendar
}
