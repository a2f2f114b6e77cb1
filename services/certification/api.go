package certification

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/keyring"
	"khuevan/platform/rpc"
)

// Methods of the service.
var (
	MyCertificates = rpc.Query[MineRequest, []Held]("certification.my-certificates", "Lists the caller's certificates with their state today, newest first.", rpc.SignedIn).About(rpc.Nothing())
	Verify         = rpc.Query[VerifyRequest, Verification]("certification.verify", "Shows every claim of a certificate and its state today.", rpc.Anyone).About(rpc.Nothing())
	DownloadPDF    = rpc.Query[DownloadRequest, Document]("certification.download-pdf", "Gives a certificate of the caller as a PDF.", rpc.SignedIn, events.RoleTrainer, events.RoleAdmin).About(rpc.Kept(rpc.AboutPerson))
)

// Methods about what anyone may read of an issuer, and about issuers themselves.
var (
	Credential    = rpc.Query[VerifyRequest, Document]("certification.credential", "Gives a certificate as the Open Badges 3.0 credential that was issued.", rpc.Anyone).About(rpc.Nothing())
	DIDDocument   = rpc.Query[PublicRequest, Document]("certification.did-document", "Gives an issuer's DID document, with every key that ever signed for it.", rpc.Anyone).About(rpc.Nothing())
	StatusList    = rpc.Query[PublicRequest, Document]("certification.status-list", "Gives a Bitstring Status List credential.", rpc.Anyone).About(rpc.Nothing())
	Revocations   = rpc.Query[PublicRequest, Document]("certification.revocations", "Gives an issuer's 1EdTech revocation list.", rpc.Anyone).About(rpc.Nothing())
	Revoke        = rpc.Command[RevokeRequest, rpc.Receipt]("certification.revoke", "Revokes a certificate, with a reason.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Proved)
	ListIssuers   = rpc.Query[rpc.Empty, []Issuer]("certification.list-issuers", "Lists the bodies that issue certificates, or did.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin))
	RotateKey     = rpc.Command[RotateKeyRequest, rpc.Receipt]("certification.rotate-key", "Lets the issuer sign with a new key; what older keys signed holds.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Proved)
	SucceedIssuer = rpc.Command[SucceedIssuerRequest, rpc.Receipt]("certification.succeed-issuer", "Ends the issuer in favour of a successor, which keeps its keys.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Proved)
)

// MineRequest asks for the caller's own as they stand after a fact.
type MineRequest struct {
	After uint64 `json:"after,omitempty"`
}

// Certificate is what a certificate claims.
type Certificate struct {
	Certificate string       `json:"certificate"`
	Code        string       `json:"code"`
	Person      string       `json:"person"`
	Name        string       `json:"name"` // "" once the holder's data were erased
	UnitName    string       `json:"unit_name"`
	Course      string       `json:"course"` // "" when it is of a programme
	Version     int          `json:"version"`
	Period      int          `json:"period"`
	Title       events.Words `json:"title"`
	Hours       int          `json:"hours"`
	Mark        float64      `json:"mark"` // out of 10; 0 for a programme, which has none
	Completed   time.Time    `json:"completed"`
	Issued      time.Time    `json:"issued"`
	Expires     time.Time    `json:"expires,omitzero"`
	Issuer      string       `json:"issuer"`
	KeyID       string       `json:"key_id"`
	Signature   string       `json:"signature"`
	Register    string       `json:"register,omitempty"` // number in the issuer's register and year
	Badge       bool         `json:"badge"`              // there is an Open Badges 3.0 credential of it
	Programme   string       `json:"programme,omitempty"`
	Criteria    string       `json:"criteria,omitempty"` // of a programme: the parts that held and what filled them, in Vietnamese
}

// Held is a certificate of the caller and its state today.
type Held struct {
	Certificate
	State         string         `json:"state"`                // as of a Verification
	Expiring      bool           `json:"expiring"`             // likewise
	Superseded    string         `json:"superseded,omitempty"` // likewise
	Confirmations []Confirmation `json:"confirmations,omitempty"`
}

// VerifyRequest names a certificate by the code printed on it; case, spaces and hyphens do not matter.
type VerifyRequest struct {
	Code  string `json:"code"`
	After uint64 `json:"after,omitempty"` // as it stands after a fact; only for who is signed in
}

// Verification is a certificate's claims and their state today.
type Verification struct {
	Certificate Certificate `json:"certificate"`
	State       string      `json:"state"` // valid, expired, revoked, broken (the signature does not fit the claims), erased (the holder's name is gone)
	Revoked     time.Time   `json:"revoked,omitzero"`
	Why         string      `json:"why,omitempty"`        // it was revoked: error, fraud, other
	Superseded  string      `json:"superseded,omitempty"` // code of the holder's later certificate of the course or programme
	Expiring    bool        `json:"expiring"`             // it is valid, ends within 90 days, and the holder has no later one
	Successor   string      `json:"successor,omitempty"`  // name of the body that goes on with the issuer's keys
	CheckedAt   time.Time   `json:"checked_at"`
	PublicKey   string      `json:"public_key"` // base64 Ed25519
	Signed      string      `json:"signed"`     // the exact text that the signature covers; "" once the name is gone

	Confirmations []Confirmation `json:"confirmations,omitempty"` // that were given of it, oldest first

	Digest      string `json:"digest,omitempty"` // SHA-256 of the claims with the sealed name; older certificates have none
	DigestHolds bool   `json:"digest_holds"`     // it fits what is stored and was signed when the certificate was issued
}

// DownloadRequest names a certificate by its code.
type DownloadRequest struct {
	Code string `json:"code"`
}

// Document is a file.
type Document struct {
	Name string `json:"name"`
	Type string `json:"type"` // media type
	Body []byte `json:"body"`
}

// States of a certificate.
const (
	stateValid   = "valid"
	stateExpired = "expired"
	stateBroken  = "broken"
	stateErased  = "erased"
	stateRevoked = "revoked"
)

func (s *service) myCertificates(ctx context.Context, req MineRequest) ([]Held, error) {
	if err := s.deps.Await(ctx, s.certificates.Projection, req.After); err != nil {
		return nil, err
	}
	mine := []Held{}
	err := s.certificates.ofPerson(ctx, rpc.From(ctx).Identity.Person, func(d record) error {
		v, err := s.check(ctx, d)
		mine = append(mine, Held{v.Certificate, v.State, v.Expiring, v.Superseded, v.Confirmations})
		return err
	})
	return mine, err
}

func (s *service) verify(ctx context.Context, req VerifyRequest) (Verification, error) {
	if rpc.From(ctx).Identity.Person != "" {
		if err := s.deps.Await(ctx, s.certificates.Projection, req.After); err != nil {
			return Verification{}, err
		}
	}
	d, err := s.find(ctx, req.Code)
	if err != nil {
		return Verification{}, err
	}
	return s.check(ctx, d)
}

func (s *service) find(ctx context.Context, code string) (record, error) {
	d, found, err := s.certificates.byCode(ctx, code)
	if err != nil {
		return record{}, err
	}
	if !found {
		return record{}, fault.New(fault.NotFound,
			"Không có giấy chứng nhận nào mang số này. Hãy so lại từng ký tự; số có dạng KV-2026-XXXX-XXXX-XXXX.",
			"No certificate has this number. Compare it character by character; it looks like KV-2026-XXXX-XXXX-XXXX.")
	}
	return d, nil
}

// check tells what a certificate claims and whether that holds today.
func (s *service) check(ctx context.Context, d record) (Verification, error) {
	name, state, err := s.reveal(ctx, d)
	if err != nil {
		return Verification{}, err
	}
	keyID, public, by, err := s.keyOf(ctx, d)
	if err != nil {
		return Verification{}, err
	}
	now := s.deps.Clock.Now()
	v := Verification{Certificate: view(d, name), State: state, CheckedAt: now, PublicKey: base64.StdEncoding.EncodeToString(public),
		Revoked: d.Revoked, Why: d.Why, Confirmations: confirmations(d)}
	if v.Successor, v.Superseded, err = s.later(ctx, d, by); err != nil {
		return Verification{}, err
	}
	v.Digest, v.DigestHolds = d.Digest, digestHolds(d.CertificateIssued, keyID, public)
	if state == stateErased {
		v.Certificate.Signature = "" // with all the other claims it would tell whether a guessed name is right
		return v, nil
	}
	v.Signed = claims(d.CertificateIssued, name)
	switch {
	case state == stateBroken || !signed(d.CertificateIssued, name, keyID, public):
		v.State = stateBroken
	case !d.Revoked.IsZero():
		v.State = stateRevoked
	case !d.Expires.IsZero() && now.After(d.Expires):
		v.State = stateExpired
	default:
		v.State, v.Expiring = stateValid, v.Superseded == "" && expiring(now, d.Expires)
	}
	return v, nil
}

// keyOf finds the key that signed a certificate, and its issuer; older certificates name no issuer.
func (s *service) keyOf(ctx context.Context, d record) (keyID string, public ed25519.PublicKey, by issuer, err error) {
	name := signerName
	if by, _, err = s.issuers.all.Get(ctx, cmp.Or(d.IssuerID, firstIssuer)); err != nil {
		return "", nil, by, err
	}
	if k, found := by.key(d.KeyID); found {
		name = k.Name
	}
	signer, err := s.deps.Keys.Signer(ctx, name)
	if err != nil {
		return "", nil, by, err
	}
	return signer.KeyID(), signer.Public(), by, nil
}

// later tells which body goes on for a certificate's issuer, and the code of the holder's later certificate.
func (s *service) later(ctx context.Context, d record, by issuer) (successor, superseded string, err error) {
	for next := by.By; next != "" && err == nil; {
		var i issuer
		i, _, err = s.issuers.all.Get(ctx, next)
		successor, next = i.Name, i.By
	}
	if err != nil || d.Superseded == "" {
		return successor, "", err
	}
	now, _, err := s.certificates.records.Get(ctx, d.Superseded)
	return successor, now.Code, err
}

// reveal gives the holder's name, or "" and why there is none.
func (s *service) reveal(ctx context.Context, d record) (name, state string, err error) {
	return s.open(ctx, d, "name", string(d.Name))
}

// open opens what is sealed of a certificate, or tells why it cannot.
func (s *service) open(ctx context.Context, d record, field, sealed string) (plain, state string, err error) {
	plain, err = s.deps.Keys.Reveal(ctx, d.Person, field, sealed)
	switch {
	case errors.Is(err, keyring.ErrDestroyed):
		return "", stateErased, nil
	case errors.Is(err, keyring.ErrAltered):
		return "", stateBroken, nil
	}
	return plain, "", err
}

func view(d record, name string) Certificate {
	c := d.CertificateIssued
	return Certificate{Certificate: c.Certificate, Code: c.Code, Person: c.Person, Name: name, UnitName: c.UnitName,
		Course: c.Course, Version: c.Version, Period: c.Period, Title: c.Title, Hours: c.Hours, Mark: c.Mark,
		Completed: c.Completed, Issued: c.Issued, Expires: c.Expires, Issuer: c.Issuer, KeyID: c.KeyID, Signature: c.Signature,
		Register: registered(c), Badge: c.Credential != "", Programme: c.Programme, Criteria: c.Criteria}
}

// downloadPDF makes the paper of a certificate. It is made only of claims that the signature confirms.
func (s *service) downloadPDF(ctx context.Context, req DownloadRequest) (Document, error) {
	d, err := s.find(ctx, req.Code)
	if err != nil {
		return Document{}, err
	}
	if err := rpc.Reaches(ctx, rpc.Object{Kind: rpc.AboutPerson, ID: d.Person}); err != nil {
		return Document{}, err
	}
	v, err := s.check(ctx, d)
	if err != nil {
		return Document{}, err
	}
	if err := mayPrint(v.State); err != nil {
		return Document{}, err
	}
	body, err := s.fonts.paper(v.Certificate, s.config.verifyURL(d.Code))
	if err != nil {
		return Document{}, err
	}
	return Document{Name: "giay-chung-nhan-" + d.Code + ".pdf", Type: "application/pdf", Body: body}, nil
}

// mayPrint refuses to make a paper of a certificate in states where it would mislead.
func mayPrint(state string) error {
	switch state {
	case stateErased:
		return fault.New(fault.Conflict,
			"Dữ liệu cá nhân của người được cấp đã xóa theo yêu cầu, nên không in lại được giấy này.",
			"The holder's personal data were erased, so this paper cannot be made again.")
	case stateRevoked:
		return fault.New(fault.Conflict, "Giấy này đã bị thu hồi nên không in lại.", "This certificate was revoked and is not made again.")
	case stateBroken:
		return fault.New(fault.Conflict,
			"Nội dung lưu trữ không khớp với chữ ký số, nên không in giấy này. Hãy báo quản trị viên.",
			"What is stored does not fit the digital signature, so this paper is not made. Please tell the administrator.")
	}
	return nil
}
