package account

import (
	"context"
	"encoding/json"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
	"khuevan/platform/tries"
)

// Methods of the service. What is for the platform itself is part of a sign-in, which the portal puts together.
var (
	Factors       = rpc.Query[FactorsRequest, FactorsReply]("account.factors", "Tells what a person may prove themselves with.", rpc.SignedIn).About(rpc.PersonIn("person"))
	BeginTotp     = rpc.Command[BeginTotpRequest, TotpOffer]("account.begin-totp", "Draws a secret for an authenticator app; it counts once it is confirmed.", rpc.SignedIn).About(rpc.Nothing(), rpc.Proved)
	ConfirmTotp   = rpc.Command[ConfirmTotpRequest, TotpConfirmed]("account.confirm-totp", "Turns codes of an app on, and gives the recovery codes, once.", rpc.SignedIn).About(rpc.Nothing(), rpc.Proved)
	DisableTotp   = rpc.Command[rpc.Empty, rpc.Receipt]("account.disable-totp", "Turns codes of an app off.", rpc.SignedIn).About(rpc.Nothing(), rpc.Proved)
	ProveCode     = rpc.Command[ProveCodeRequest, rpc.Receipt]("account.prove-code", "Takes a code of the app or a recovery code, once.", rpc.System).About(rpc.Nothing())
	ListPasskeys  = rpc.Query[rpc.Empty, []Passkey]("account.list-passkeys", "Lists the caller's passkeys.", rpc.SignedIn).About(rpc.Nothing())
	BeginPasskey  = rpc.Query[BeginPasskeyRequest, Ceremony]("account.begin-passkey", "Begins the registration of a passkey.", rpc.System).About(rpc.Nothing())
	FinishPasskey = rpc.Command[FinishPasskeyRequest, rpc.Receipt]("account.finish-passkey", "Registers a passkey.", rpc.System).About(rpc.Nothing())
	RemovePasskey = rpc.Command[RemovePasskeyRequest, rpc.Receipt]("account.remove-passkey", "Removes one of the caller's passkeys.", rpc.SignedIn).About(rpc.Nothing(), rpc.Proved)
	AskPasskey    = rpc.Query[rpc.Empty, Ceremony]("account.ask-passkey", "Begins a sign-in by passkey.", rpc.System).About(rpc.Nothing())
	ProvePasskey  = rpc.Command[ProvePasskeyRequest, Proved]("account.prove-passkey", "Takes a passkey's answer and tells whose it is.", rpc.System).About(rpc.Nothing())
	OfferRecovery = rpc.Command[OfferRecoveryRequest, RecoveryLink]("account.offer-recovery", "Makes a one-time link for a person who cannot sign in.", events.RoleAdmin).About(rpc.PersonIn("person"), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Proved)
	UseRecovery   = rpc.Command[UseRecoveryRequest, Proved]("account.use-recovery", "Uses a one-time link up and tells whose it is.", rpc.System).About(rpc.Nothing())
	Providers     = rpc.Query[rpc.Empty, ProvidersReply]("account.providers", "Tells which identity provider may be used.", rpc.System).About(rpc.Nothing())
	AskProvider   = rpc.Query[AskProviderRequest, ProviderAsked]("account.ask-provider", "Begins a sign-in with the identity provider.", rpc.System).About(rpc.Nothing())
	HearProvider  = rpc.Query[HearProviderRequest, Claimed]("account.hear-provider", "Exchanges the provider's code and tells who it says this is.", rpc.System).About(rpc.Nothing())
	LinkIdentity  = rpc.Command[LinkIdentityRequest, rpc.Receipt]("account.link-identity", "Ties the provider's subject to a person, or refuses another one's.", rpc.System).About(rpc.Nothing())
)

// FactorsRequest names a person; "" is oneself.
type FactorsRequest struct {
	Person string `json:"person,omitempty"`
}

// FactorsReply counts what a person may prove themselves with.
type FactorsReply struct {
	Totp     bool `json:"totp"`
	Codes    int  `json:"codes"` // unspent recovery codes
	Passkeys int  `json:"passkeys"`
}

// BeginTotpRequest says how the app shall call the account.
type BeginTotpRequest struct {
	Label string `json:"label,omitempty"`
}

// TotpOffer is a secret that does not count yet. Offer goes back with the confirmation.
type TotpOffer struct {
	Secret string        `json:"secret"` // base32
	URL    string        `json:"url"`    // otpauth://, for the QR code
	Offer  events.Sealed `json:"offer"`  // the URL, sealed under the person's key as "totp-offer"
}

// ConfirmTotpRequest shows that the app has the secret.
type ConfirmTotpRequest struct {
	Offer events.Sealed `json:"offer"`
	Code  string        `json:"code"`
}

// TotpConfirmed has the recovery codes, which are shown once.
type TotpConfirmed struct {
	Seq   uint64   `json:"seq"`
	Codes []string `json:"codes"`
}

// ProveCodeRequest has a code of the app or a recovery code, and the address from where it came.
type ProveCodeRequest struct {
	Person  string `json:"person"`
	Code    string `json:"code"`
	Address string `json:"address,omitempty"`
}

// Passkey is a passkey as its holder sees it.
type Passkey struct {
	Passkey string    `json:"passkey"`
	Name    string    `json:"name"`
	At      time.Time `json:"at"`
	Used    time.Time `json:"used,omitzero"`
}

// BeginPasskeyRequest names whose passkey it will be and how their device shall call the account.
type BeginPasskeyRequest struct {
	Person string `json:"person"`
	Name   string `json:"name"`
}

// Ceremony is what the browser is asked (Options) and what must be kept until it answers (Session), once and for minutes only.
type Ceremony struct {
	Options json.RawMessage `json:"options"`
	Session json.RawMessage `json:"session"`
}

// FinishPasskeyRequest has the browser's answer (Response) and what was kept (Session).
type FinishPasskeyRequest struct {
	Person   string          `json:"person"`
	Name     string          `json:"name"` // as the person calls the passkey
	Session  json.RawMessage `json:"session"`
	Response json.RawMessage `json:"response"`
}

// RemovePasskeyRequest names a passkey.
type RemovePasskeyRequest struct {
	Passkey string `json:"passkey"`
}

// ProvePasskeyRequest has the browser's answer and what was kept.
type ProvePasskeyRequest struct {
	Session  json.RawMessage `json:"session"`
	Response json.RawMessage `json:"response"`
}

// Proved names who was proved.
type Proved struct {
	Seq    uint64 `json:"seq"`
	Person string `json:"person"`
}

// OfferRecoveryRequest names who cannot sign in.
type OfferRecoveryRequest struct {
	Person string `json:"person"`
}

// RecoveryLink is shown once.
type RecoveryLink struct {
	Seq   uint64    `json:"seq"`
	Token string    `json:"token"` // what stands in the link
	Until time.Time `json:"until"`
}

// UseRecoveryRequest has what stood in the link, and the address from where it came.
type UseRecoveryRequest struct {
	Token   string `json:"token"`
	Address string `json:"address,omitempty"`
}

// Config is what the service must be told.
type Config struct {
	BaseURL  string // where people reach the platform; passkeys are bound to its host
	Provider ProviderConfig
}

// service is what the handlers share.
type service struct {
	host.Deps
	tries    *tries.Tries
	webauthn *webauthn.WebAuthn // nil where the base URL has no name that passkeys can be bound to
	provider *provider          // nil without one
}

func (s *service) see(ctx context.Context, person string) (account, error) {
	if person == "" {
		return account{}, noPerson()
	}
	seen, err := host.See[account](ctx, s.Deps, streamOf(person))
	return seen.State, err
}

func noPerson() error {
	return fault.New(fault.NotFound, "Không tìm thấy người này.", "There is no such person.")
}

func (s *service) seal(ctx context.Context, person, field, plain string) (events.Sealed, error) {
	sealed, err := s.Keys.Seal(ctx, person, field, plain)
	return events.Sealed(sealed), err
}

func (s *service) reveal(ctx context.Context, person, field string, sealed events.Sealed) (string, error) {
	return s.Keys.Reveal(ctx, person, field, string(sealed))
}

func (s *service) factors(ctx context.Context, req FactorsRequest) (FactorsReply, error) {
	person := req.Person
	if person == "" {
		person = rpc.From(ctx).Identity.Person
	}
	a, err := s.see(ctx, person)
	if err != nil {
		return FactorsReply{}, err
	}
	f := FactorsReply{Totp: a.Secret != "", Passkeys: len(a.Passkeys)}
	if f.Totp {
		f.Codes = recoveryCodes - len(a.Spent)
	}
	return f, nil
}
