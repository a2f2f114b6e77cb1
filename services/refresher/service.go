package refresher

import (
	"io/fs"

	"khuevan/organisation/kept"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// New makes the service with the rules that stand in files. It refuses rules that are out of bounds.
func New(d host.Deps, files fs.FS) (host.Service, error) {
	r, err := readRules(files)
	if err != nil {
		return host.Service{}, err
	}
	s := &service{Deps: d, rules: r, bank: newBank(), people: newPeople(), units: kept.NewUnits()}
	return host.Service{
		Name: "refresher",
		Endpoints: []rpc.Endpoint{
			MyRecall.Handle(s.myRecall),
			GetRefresher.Handle(s.getRefresher),
			Answer.Handle(s.answer),
			GetRecall.Handle(s.getRecall),
		},
		Projections: []*readmodel.Projection{s.people.projection, s.bank.projection, s.units.Projection},
		Reactors:    []host.Reactor{{Name: "passed", Facts: []string{"progress.course.quiz-passed"}, React: s.passed}},
		Loops:       []host.Loop{{Name: "weekly", Run: s.askWeekly}},
	}, nil
}
