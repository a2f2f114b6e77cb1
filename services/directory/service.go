package directory

import (
	"sync"

	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
	"khuevan/platform/tries"
)

// service is what the handlers share.
type service struct {
	*readModel
	requests  *requestList
	rules     []privacyRule // of requests about personal data
	d         host.Deps
	hasher    *hasher
	tries     *tries.Tries
	decoy     string
	nowMu     sync.Mutex
	now       map[string]int // people of units, at nowAt
	nowAt     nowKey
	opened    opened
	wake      chan struct{} // an import was begun or is to be undone
	importing sync.Mutex    // one import at a time, or both would register the same new people
}

func newService(d host.Deps) *service {
	return &service{readModel: newReadModel(d.Keys, d.Clock), requests: newRequests(), rules: shippedRules(), d: d, hasher: newHasher(), tries: tries.New(d.Clock), decoy: decoy(), wake: make(chan struct{}, 1)}
}

// projections are those that tell of units and people.
func (s *service) projections() []*readmodel.Projection {
	return []*readmodel.Projection{s.view, s.unitView, s.careerView, s.story}
}

// New makes the service.
func New(d host.Deps) host.Service {
	s := newService(d)
	return host.Service{
		Name: "directory",
		Endpoints: []rpc.Endpoint{
			SignIn.Handle(s.signIn), FindLogin.Handle(s.findLogin), CheckProof.Handle(s.checkProof), DemoSignIn.Handle(s.demoSignIn), DemoAccounts.Handle(s.demoAccounts),
			Identify.Handle(s.identify), SetPassword.Handle(s.setPassword),
			ListUnits.Handle(s.listUnits), ListPeople.Handle(s.listPeople), NamePeople.Handle(s.namePeople), FindPeople.Handle(s.findEverywhere),
			PreviewImport.Handle(s.previewImport), ConfirmImport.Handle(s.confirmImport),
			StartImport.Handle(s.startImport), UndoImport.Handle(s.undoImport), ListImports.Handle(s.listImports), GetImport.Handle(s.getImport),
			ListDoubts.Handle(s.listDoubts), DecideIdentity.Handle(s.decideIdentity),
			ListDenials.Handle(s.listDenials),
			ErasePerson.Handle(s.erasePerson), RequestPrivacy.Handle(s.requestPrivacy), AcknowledgePrivacy.Handle(s.acknowledgePrivacy), WithdrawPrivacy.Handle(s.withdrawPrivacy),
			ListPrivacy.Handle(s.listPrivacy), ExportPerson.Handle(s.exportPerson),
			ListBelow.Handle(s.listBelow), FindUnits.Handle(s.findUnits), GetUnit.Handle(s.getUnit), ListChanges.Handle(s.listChanges),
			PreviewReorganise.Handle(s.previewReorganise), Reorganise.Handle(s.reorganise), Withdraw.Handle(s.withdraw),
			GetCareer.Handle(s.getCareer), ChangeCareer.Handle(s.changeCareer), CorrectCode.Handle(s.correctCode), ListToPlace.Handle(s.listToPlace), PlayMerger.Handle(s.playMerger),
		},
		Loops:       []host.Loop{{Name: "imports", Run: s.workOff}, {Name: "days", Run: s.tellDays}},
		Projections: append(s.projections(), s.denials, s.requests.Projection),
		Reactors: []host.Reactor{{Name: "erase", Facts: []string{"directory.person.person-erased"}, React: s.destroyKey},
			{Name: "doubts", Facts: []string{"directory.person.person-erased", "directory.doubt.identity-doubted", "directory.doubt.identity-decided", "directory.doubt.identity-dropped"}, React: s.endDoubts}},
	}
}
