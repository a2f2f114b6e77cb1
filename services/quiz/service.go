package quiz

import (
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Config is what the service must be told.
type Config struct {
	// Seed gives the seed of each attempt's drawing; nobody must be able to guess it, so it comes from crypto/rand outside of tests.
	Seed func() uint64
	// Shipped gives the questions that ship with a course, which need no second trainer's approval; nil for none.
	Shipped Shipped
}

// Shipped gives the questions.md that ships with a course; "" for none.
type Shipped func(course string) string

// New makes the service.
func New(d host.Deps, c Config) host.Service {
	a := newAPI(d, c)
	return host.Service{
		Name: "quiz",
		Endpoints: []rpc.Endpoint{
			ImportItems.Handle(a.importItems),
			ExportItems.Handle(a.exportItems),
			ListItems.Handle(a.listItems),
			GetItem.Handle(a.getItem),
			WriteItem.Handle(a.writeItem),
			MoveItem.Handle(a.moveItem),
			StorePicture.Handle(a.storePicture),
			GetPicture.Handle(a.getPicture),
			GetRules.Handle(a.getRules),
			ReviseQuiz.Handle(a.reviseQuiz),
			ScheduleSitting.Handle(a.scheduleSitting),
			ListSittings.Handle(a.listSittings),
			CancelSitting.Handle(a.cancelSitting),
			GrantExtraTime.Handle(a.grantExtraTime),
			ListExtraTime.Handle(a.listExtraTime),
			ListAttempts.Handle(a.listAttempts),
			GetTrail.Handle(a.getTrail),
			ExtendDeadline.Handle(a.extendDeadline),
			PreviewRemark.Handle(a.previewRemark),
			ConfirmRemark.Handle(a.confirmRemark),
			GetQuiz.Handle(a.getQuiz),
			StartAttempt.Handle(a.startAttempt),
			GetAttempt.Handle(a.getAttempt),
			SaveAnswer.Handle(a.saveAnswer),
			FlagItem.Handle(a.flagItem),
			Observe.Handle(a.observe),
			SubmitAttempt.Handle(a.submitAttempt),
		},
		Projections: []*readmodel.Projection{a.bank.projection, a.rules.projection, a.attempts.projection, a.scales.projection, a.before.projection},
		Reactors:    []host.Reactor{{Name: "define", Facts: []string{"catalog.course.course-published"}, React: reactDefine}},
		Loops:       []host.Loop{{Name: "deadline", Run: a.closeOverdue}, {Name: "sittings", Run: a.prepareSittings}},
	}
}

func newAPI(d host.Deps, c Config) api {
	a := api{Deps: d, bank: newBankView(), rules: newRulesView(), attempts: newAttemptsView(), scales: newScalesView(), before: newBeforeView(), papers: newPapers(), seed: c.Seed, shipped: c.Shipped}
	a.stock = newStock(d, a.bank)
	return a
}
