package account

import (
	"context"
	"errors"
	"slices"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/keyring"
	"khuevan/platform/rpc"
)

// ProvidersReply names the provider; Name is "" without one.
type ProvidersReply struct {
	Name string `json:"name"`
}

// AskProviderRequest says to where the provider shall send the browser back.
type AskProviderRequest struct {
	Redirect string `json:"redirect"`
}

// ProviderAsked is where the browser goes, and what must be kept until it comes back.
type ProviderAsked struct {
	URL      string `json:"url"`
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"` // of PKCE
}

// HearProviderRequest is what the browser brought back, with what was kept. Whoever kept the state compares it.
type HearProviderRequest struct {
	Redirect string `json:"redirect"`
	Code     string `json:"code"`
	Issuer   string `json:"iss,omitempty"` // RFC 9207
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
}

// Claimed is who the provider says this is: by personnel code, or by an address that it has verified.
type Claimed struct {
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"`
	Code    string `json:"code,omitempty"`
	Email   string `json:"email,omitempty"`
}

// LinkIdentityRequest ties a subject to a person.
type LinkIdentityRequest struct {
	Person  string `json:"person"`
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"`
}

func (s *service) providers(context.Context, rpc.Empty) (ProvidersReply, error) {
	if s.provider == nil {
		return ProvidersReply{}, nil
	}
	return ProvidersReply{Name: s.provider.name()}, nil
}

func noProvider() error {
	return fault.New(fault.NotFound, "Hệ thống chưa kết nối nhà cung cấp định danh nào.", "No identity provider is connected.")
}

func (s *service) askProvider(ctx context.Context, req AskProviderRequest) (ProviderAsked, error) {
	if s.provider == nil {
		return ProviderAsked{}, noProvider()
	}
	return s.provider.ask(ctx, req.Redirect)
}

func (s *service) hearProvider(ctx context.Context, req HearProviderRequest) (Claimed, error) {
	if s.provider == nil {
		return Claimed{}, noProvider()
	}
	who, err := s.provider.hear(ctx, req)
	if fault.Is(err, fault.Denied) {
		s.Log.WarnContext(ctx, "an identity provider's answer was refused", "err", err.Error())
	}
	return who, err
}

func (s *service) linkIdentity(ctx context.Context, req LinkIdentityRequest) (rpc.Receipt, error) {
	a, err := s.see(ctx, req.Person)
	if err != nil {
		return rpc.Receipt{}, err
	}
	c := link{IdentityLinked: events.IdentityLinked{Person: req.Person, Issuer: req.Issuer}}
	if i := slices.IndexFunc(a.Links, func(l events.IdentityLinked) bool { return l.Issuer == req.Issuer }); i >= 0 {
		subject, err := s.reveal(ctx, req.Person, "subject", a.Links[i].Subject)
		if err != nil && !errors.Is(err, keyring.ErrNotFound) {
			return rpc.Receipt{}, err
		}
		if subject == req.Subject {
			c.same = a.Links[i].Subject
		}
	}
	if c.Subject, err = s.seal(ctx, req.Person, "subject", req.Subject); err != nil {
		return rpc.Receipt{}, err
	}
	out, err := host.DoRecent(ctx, s.Deps, c)
	return rpc.Receipt{Seq: out.Seq}, err
}
