package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// newWebAuthn binds passkeys to the host of the base URL. Without a name, as on a bare IP address, there are none: browsers
// refuse them.
func newWebAuthn(baseURL string) *webauthn.WebAuthn {
	u, err := url.Parse(baseURL)
	if err != nil || protocol.ValidateRPID(u.Hostname()) != nil {
		return nil
	}
	w, err := webauthn.New(&webauthn.Config{RPID: u.Hostname(), RPDisplayName: issuer, RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired}})
	if err != nil {
		return nil
	}
	return w
}

func noPasskeys() error {
	return fault.New(fault.Conflict, "Khóa truy cập chỉ dùng được khi hệ thống có tên miền riêng (KHUEVAN_BASE_URL), không phải địa chỉ IP.",
		"Passkeys need a platform with a host name (KHUEVAN_BASE_URL), not an IP address.")
}

// holder is a person as the library sees them.
type holder struct {
	person, name string
	credentials  []webauthn.Credential
	ids          []string // our ids of the credentials
}

// WebAuthnID implements webauthn.User: the person's opaque id.
func (h holder) WebAuthnID() []byte { return []byte(h.person) }

// WebAuthnName implements webauthn.User.
func (h holder) WebAuthnName() string { return h.name }

// WebAuthnDisplayName implements webauthn.User.
func (h holder) WebAuthnDisplayName() string { return h.name }

// WebAuthnCredentials implements webauthn.User.
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

func (s *service) holder(ctx context.Context, person string) (holder, error) {
	a, err := s.see(ctx, person)
	if err != nil {
		return holder{}, err
	}
	h := holder{person: person, name: person}
	for _, p := range a.Passkeys {
		text, err := s.reveal(ctx, person, "credential", p.Credential)
		if err != nil {
			return holder{}, err
		}
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			return holder{}, fmt.Errorf("read a passkey: %w", err)
		}
		c.Authenticator.SignCount = max(c.Authenticator.SignCount, uint32(p.Counter)) //nolint:gosec // it was one
		h.credentials, h.ids = append(h.credentials, c), append(h.ids, p.ID)
	}
	return h, nil
}

func (s *service) beginPasskey(ctx context.Context, req BeginPasskeyRequest) (Ceremony, error) {
	if s.webauthn == nil {
		return Ceremony{}, noPasskeys()
	}
	h, err := s.holder(ctx, req.Person)
	if err != nil {
		return Ceremony{}, err
	}
	if len(h.ids) >= mostPasskeys {
		return Ceremony{}, tooManyPasskeys()
	}
	h.name = req.Name
	options, session, err := s.webauthn.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.credentials).CredentialDescriptors()))
	return ceremony(options, session, err)
}

func ceremony(options, session any, err error) (Ceremony, error) {
	if err != nil {
		return Ceremony{}, fmt.Errorf("begin a passkey ceremony: %w", err)
	}
	var c Ceremony
	if c.Options, err = json.Marshal(options); err != nil {
		return c, err
	}
	c.Session, err = json.Marshal(session)
	return c, err
}

func (s *service) finishPasskey(ctx context.Context, req FinishPasskeyRequest) (rpc.Receipt, error) {
	if s.webauthn == nil {
		return rpc.Receipt{}, noPasskeys()
	}
	name := strings.TrimSpace(req.Name)
	if n := utf8.RuneCountInString(name); n == 0 || n > 60 {
		return rpc.Receipt{}, fault.New(fault.Invalid, "Hãy đặt tên cho khóa, dài nhất 60 ký tự.", "Name the passkey, in 60 characters at most.").
			With("name", "Ví dụ: Máy tính cơ quan", "For example: Office computer")
	}
	h, err := s.holder(ctx, req.Person)
	if err != nil {
		return rpc.Receipt{}, err
	}
	var session webauthn.SessionData
	if err := json.Unmarshal(req.Session, &session); err != nil {
		return rpc.Receipt{}, wrongPasskey().Because(err)
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(req.Response)
	if err != nil {
		return rpc.Receipt{}, refused(err)
	}
	credential, err := s.webauthn.CreateCredential(h, session, parsed)
	if err != nil {
		return rpc.Receipt{}, refused(err)
	}
	credential.Attestation = webauthn.CredentialAttestation{} // none was asked for, and a device's is nobody's business
	text, err := json.Marshal(credential)
	if err != nil {
		return rpc.Receipt{}, err
	}
	e := events.PasskeyRegistered{Person: req.Person, Passkey: s.NewID(), At: s.Clock.Now()}
	if e.Credential, err = s.seal(ctx, req.Person, "credential", string(text)); err != nil {
		return rpc.Receipt{}, err
	}
	if e.Name, err = s.seal(ctx, req.Person, "name", name); err != nil {
		return rpc.Receipt{}, err
	}
	out, err := host.DoRecent(ctx, s.Deps, registerPasskey{e})
	return rpc.Receipt{Seq: out.Seq}, err
}

// refused turns what the library says of an answer into a refusal.
func refused(err error) error {
	var p *protocol.Error
	if errors.As(err, &p) {
		err = fmt.Errorf("%w: %s", err, p.DevInfo)
	}
	return wrongPasskey().Because(err)
}

func (s *service) listPasskeys(ctx context.Context, _ rpc.Empty) ([]Passkey, error) {
	person := rpc.From(ctx).Identity.Person
	a, err := s.see(ctx, person)
	if err != nil {
		return nil, err
	}
	all := []Passkey{}
	for _, p := range a.Passkeys {
		name, err := s.reveal(ctx, person, "name", p.Name)
		if err != nil {
			return nil, err
		}
		all = append(all, Passkey{Passkey: p.ID, Name: name, At: p.At, Used: p.Used})
	}
	return all, nil
}

func (s *service) removePasskey(ctx context.Context, req RemovePasskeyRequest) (rpc.Receipt, error) {
	out, err := host.DoRecent(ctx, s.Deps, removePasskey{events.PasskeyRemoved{Person: rpc.From(ctx).Identity.Person, Passkey: req.Passkey}})
	return rpc.Receipt{Seq: out.Seq}, err
}

func (s *service) askPasskey(context.Context, rpc.Empty) (Ceremony, error) {
	if s.webauthn == nil {
		return Ceremony{}, noPasskeys()
	}
	options, session, err := s.webauthn.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	return ceremony(options, session, err)
}

func (s *service) provePasskey(ctx context.Context, req ProvePasskeyRequest) (Proved, error) {
	if s.webauthn == nil {
		return Proved{}, noPasskeys()
	}
	var session webauthn.SessionData
	if err := json.Unmarshal(req.Session, &session); err != nil {
		return Proved{}, wrongPasskey().Because(err)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(req.Response)
	if err != nil {
		return Proved{}, refused(err)
	}
	var h holder
	credential, err := s.webauthn.ValidateDiscoverableLogin(func(_, handle []byte) (webauthn.User, error) {
		if !eventsource.ValidStream(streamOf(string(handle))) {
			return nil, wrongPasskey()
		}
		var err error
		h, err = s.holder(ctx, string(handle))
		return h, err
	}, session, parsed)
	if err != nil {
		return Proved{}, refused(err)
	}
	for i, c := range h.credentials {
		if string(c.ID) != string(credential.ID) {
			continue
		}
		out, err := host.DoRecent(ctx, s.Deps, usePasskey{events.PasskeyUsed{Person: h.person, Passkey: h.ids[i],
			Counter: int(parsed.Response.AuthenticatorData.Counter), At: s.Clock.Now()}})
		if err != nil {
			return Proved{}, err
		}
		return Proved{Seq: out.Seq, Person: h.person}, nil
	}
	return Proved{}, wrongPasskey()
}
