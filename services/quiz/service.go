package quiz

import (
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// New makes the service. Seed gives the seed of each attempt's drawing; nobody must be
// able to guess it, so it comes from crypto/rand outside of tests.
func New(d host.Deps, seed func() uint64) host.Service {
	a := newAPI(d, seed)
	return host.Service{
		Name: "quiz",
		Endpoints: []rpc.Endpoint{
			ImportItems.Handle(a.importItems),
			ListItems.Handle(a.listItems),
			GetQuiz.Handle(a.getQuiz),
			StartAttempt.Handle(a.startAttempt),
			GetAttempt.Handle(a.getAttempt),
			SaveAnswer.Handle(a.saveAnswer),
			SubmitAttempt.Handle(a.submitAttempt),
		},
		Projections: []*readmodel.Projection{a.bank.projection, a.rules.projection, a.attempts.projection},
		Reactors:    []host.Reactor{{Name: "define", Facts: []string{"catalog.course.course-published"}, React: reactDefine}},
		Loops:       []host.Loop{{Name: "deadline", Run: a.closeOverdue}},
	}
}

func newAPI(d host.Deps, seed func() uint64) api {
	a := api{Deps: d, bank: newBankView(), rules: newRulesView(), attempts: newAttemptsView(), seed: seed}
	a.stock = newStock(d, a.bank)
	return a
}
