package certification

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
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
	by, err := s.current(ctx)
	if err != nil {
		return nil, err
	}
	now := s.deps.Clock.Now()
	year, id := clock.Local(now).Year(), certificateOf(done)
	if seen, err := host.See[certificate](ctx, s.deps, certificateStream(id)); err != nil || seen.State.issued {
		return nil, err // told again
	}
	if gone, err := s.deps.Keys.Reveal(ctx, done.Person, "name", string(holder.Name)); errors.Is(err, keyring.ErrDestroyed) || err == nil && gone == "" {
		s.deps.Log.InfoContext(ctx, "no certificate for an erased person", "seq", r.Seq)
		return nil, nil
	}
	drawn, err := s.numbers.draw(ctx, eventsource.Meta{Actor: "system", Time: now, Cause: fmt.Sprintf("completion %d", r.Seq)}, by.ID, year, []string{id})
	if err != nil {
		return nil, err
	}
	ready, err := s.sign(ctx, draft(done, version, unitName, by, drawn[id], s.draw(year), now), holder.Name, by)
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
func (s *service) sign(ctx context.Context, c events.CertificateIssued, sealed events.Sealed, by issuer) (events.CertificateIssued, error) {
	name, err := s.deps.Keys.Reveal(ctx, c.Person, "name", string(sealed))
	if err != nil {
		return c, err
	}
	own, err := s.deps.Keys.Seal(ctx, c.Person, "name", name)
	if err != nil {
		return c, err
	}
	signer, err := s.deps.Keys.Signer(ctx, by.Keys[len(by.Keys)-1].Name)
	if err != nil {
		return c, err
	}
	c.Name, c.KeyID = events.Sealed(own), signer.KeyID()
	c.Signature = base64.StdEncoding.EncodeToString(signer.Sign([]byte(claims(c, name))))
	c.Digest = digest(c)
	c.DigestSignature = base64.StdEncoding.EncodeToString(signer.Sign(digestText(c.Digest)))
	badge, err := signing{s.at.method(by.ID, signer.KeyID()), signer.Sign}.signed(s.at.badge(c, name), badgeContext, c.Issued)
	if err != nil {
		return c, err
	}
	whole, err := s.deps.Keys.Seal(ctx, c.Person, "credential", string(badge))
	c.Credential = events.Sealed(whole)
	return c, err
}
