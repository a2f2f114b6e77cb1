package certification

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/keyring"
)

// signerName is the name of the signing key in the keyring.
const signerName = "issuer"

// issue hears that a course was completed and issues the certificate. What a certificate says is made by draft and
// claims, which are pure; here only what they need is fetched. A person who was erased meanwhile gets none.
func (s *service) issue(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	done, ok := r.Event.(events.CourseCompleted)
	if !ok {
		return nil, nil
	}
	if err := s.deps.AwaitFor(ctx, s.particulars.Projection, r.Seq); err != nil {
		return nil, err
	}
	holder, version, unitName, err := s.lookUp(ctx, done)
	if err != nil {
		return nil, err
	}
	now := s.deps.Clock.Now()
	ready, err := s.sign(ctx, draft(done, version, unitName, s.config.Issuer, s.draw(clock.Local(now).Year()), now), holder.Name)
	if errors.Is(err, keyring.ErrDestroyed) {
		s.deps.Log.InfoContext(ctx, "no certificate for an erased person", "seq", r.Seq)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []eventsource.Request{eventsource.Prepare(eventsource.Command[certificate](issueCertificate{Ready: ready}))}, nil
}

// lookUp gives what the directory and the catalogue say about a completion. What is not known is an error: the fact comes
// again, and in the end waits where an operator sees it.
func (s *service) lookUp(ctx context.Context, done events.CourseCompleted) (person, courseVersion, string, error) {
	holder, found, err := s.particulars.people.Get(ctx, done.Person)
	if err == nil && (!found || holder.Name == "") {
		err = fmt.Errorf("certificate: the person %s is not known", done.Person)
	}
	if err != nil {
		return person{}, courseVersion{}, "", err
	}
	version, found, err := s.particulars.versions.Get(ctx, versionID(done.Course, done.Version))
	if err == nil && !found {
		err = fmt.Errorf("certificate: version %d of course %s is not known", done.Version, done.Course)
	}
	if err != nil {
		return person{}, courseVersion{}, "", err
	}
	unit, err := s.particulars.unitName(ctx, holder, dateOf(done.At))
	return holder, version, unit, err
}

// sign seals the holder's name anew, as part of the certificate, and signs all claims with the name in clear.
func (s *service) sign(ctx context.Context, c events.CertificateIssued, sealed events.Sealed) (events.CertificateIssued, error) {
	name, err := s.deps.Keys.Reveal(ctx, c.Person, "name", string(sealed))
	if err != nil {
		return c, err
	}
	own, err := s.deps.Keys.Seal(ctx, c.Person, "name", name)
	if err != nil {
		return c, err
	}
	signer, err := s.deps.Keys.Signer(ctx, signerName)
	if err != nil {
		return c, err
	}
	c.Name, c.KeyID = events.Sealed(own), signer.KeyID()
	c.Signature = base64.StdEncoding.EncodeToString(signer.Sign([]byte(claims(c, name))))
	c.Digest = digest(c)
	c.DigestSignature = base64.StdEncoding.EncodeToString(signer.Sign(digestText(c.Digest)))
	return c, nil
}
