package account

import (
	"khuevan/platform/host"
	"khuevan/platform/rpc"
	"khuevan/platform/tries"
)

// New makes the service.
func New(d host.Deps, c Config) host.Service {
	s := &service{Deps: d, tries: tries.New(d.Clock), webauthn: newWebAuthn(c.BaseURL), provider: newProvider(c.Provider, d.Clock)}
	return host.Service{
		Name: "account",
		Endpoints: []rpc.Endpoint{
			Factors.Handle(s.factors),
			BeginTotp.Handle(s.beginTotp), ConfirmTotp.Handle(s.confirmTotp), DisableTotp.Handle(s.disableTotp), ProveCode.Handle(s.proveCode),
			ListPasskeys.Handle(s.listPasskeys), BeginPasskey.Handle(s.beginPasskey), FinishPasskey.Handle(s.finishPasskey),
			RemovePasskey.Handle(s.removePasskey), AskPasskey.Handle(s.askPasskey), ProvePasskey.Handle(s.provePasskey),
			OfferRecovery.Handle(s.offerRecovery), UseRecovery.Handle(s.useRecovery),
			Providers.Handle(s.providers), AskProvider.Handle(s.askProvider), HearProvider.Handle(s.hearProvider), LinkIdentity.Handle(s.linkIdentity),
		},
	}
}
