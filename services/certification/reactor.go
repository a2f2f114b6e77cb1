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

// obstacle is why a certificate cannot be issued; its text is what facts and pages know it by.
type obstacle string

// Obstacles. Who is not known may become known; who was erased gets no certificate any more.
const (
	unknownPerson  obstacle = "person"
	unknownVersion obstacle = "version"
	erased         obstacle = "erased"
)

// Error implements error.
func (o obstacle) Error() string { return "no certificate can be issued: " + string(o) }

// issue hears that a course or a programme was completed and issues the certificate, where it is issued at once.
// What is not known is an error: the fact comes again, and in the end waits where an operator sees it.
func (s *service) issue(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	done, ok := completionOf(r)
	if !ok {
		return nil, nil
	}
	if err := s.deps.AwaitFor(ctx, s.particulars.Projection, r.Seq); err != nil {
		return nil, err
	}
	if version, found, err := s.particulars.versions.Get(ctx, versionID(done.Subject, done.Version)); err != nil || found && !version.atOnce() {
		return nil, err
	}
	ready, hindered, err := s.prepare(ctx, fmt.Sprintf("completion %d", r.Seq), []completion{done})
	switch why := hindered[done.Certificate]; {
	case err != nil || why == "":
	case why == erased:
		s.deps.Log.InfoContext(ctx, "no certificate for an erased person", "seq", r.Seq)
	default:
		err = fmt.Errorf("certificate %s: %w", done.Certificate, why)
	}
	var requests []eventsource.Request
	for _, c := range ready {
		requests = append(requests, eventsource.Prepare(eventsource.Command[certificate](issueCertificate{Ready: c})))
	}
	return requests, err
}

// prepare makes the certificates of completions that have none yet, signed and with their numbers, and tells what hinders
// the others. It is the only way in which certificates come to be. What they say is made by draft and claims, which are pure;
// here only what they need is fetched.
func (s *service) prepare(ctx context.Context, cause string, all []completion) (ready []events.CertificateIssued, hindered map[string]obstacle, err error) {
	var open []prospect
	var ids []string
	hindered = map[string]obstacle{}
	for _, done := range all {
		id := done.Certificate
		if seen, err := host.See[certificate](ctx, s.deps, certificateStream(id)); err != nil {
			return nil, nil, err
		} else if seen.State.issued {
			continue // told again, or ordered again
		}
		p, why, err := s.lookUp(ctx, done)
		switch {
		case err != nil:
			return nil, nil, err
		case why != "":
			hindered[id] = why
		default:
			open, ids = append(open, p), append(ids, id)
		}
	}
	if len(open) == 0 {
		return nil, hindered, nil
	}
	by, err := s.current(ctx)
	if err != nil {
		return nil, nil, err
	}
	now := s.deps.Clock.Now().UTC()
	drawn, err := s.numbers.draw(ctx, eventsource.Meta{Actor: "system", Time: now, Cause: cause}, by.ID, clock.Local(now).Year(), ids)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range open {
		c, err := s.complete(ctx, p, drawn[p.done.Certificate])
		switch {
		case errors.Is(err, keyring.ErrDestroyed):
			hindered[p.done.Certificate] = erased
		case err != nil:
			return nil, nil, err
		default:
			ready = append(ready, c)
		}
	}
	return ready, hindered, nil
}

// prospect is a completion with what its certificate will say.
type prospect struct {
	done     completion
	name     events.Sealed
	version  courseVersion
	unitName string
	criteria string // of a programme
}

// complete drafts and signs a certificate for the place in the register that was drawn for it. It is issued by the body and
// in the moment of the draw: an issue that was cut off before New Year and goes on after it stands in the register of the old.
func (s *service) complete(ctx context.Context, p prospect, at entry) (events.CertificateIssued, error) {
	by, found, err := s.issuers.all.Get(ctx, at.Issuer)
	if err == nil && !found {
		err = fmt.Errorf("certificate %s: the issuer %s is not known", p.done.Certificate, at.Issuer)
	}
	if err != nil {
		return events.CertificateIssued{}, err
	}
	return s.sign(ctx, draft(p, by, at, s.draw(at.Year)), p.name, by)
}

// lookUp gives what the directory and the catalogue say about a completion, or what is not known.
func (s *service) lookUp(ctx context.Context, done completion) (prospect, obstacle, error) {
	holder, _, err := s.particulars.people.Get(ctx, done.Person)
	if err != nil || holder.Name == "" {
		return prospect{}, unknownPerson, err
	}
	if name, err := s.deps.Keys.Reveal(ctx, done.Person, "name", string(holder.Name)); errors.Is(err, keyring.ErrDestroyed) || err == nil && name == "" {
		return prospect{}, erased, nil
	} else if err != nil {
		return prospect{}, "", err
	}
	version, found, err := s.particulars.versions.Get(ctx, versionID(done.Subject, done.Version))
	if err != nil || !found {
		return prospect{}, unknownVersion, err
	}
	p := prospect{done: done, name: holder.Name, version: version}
	if p.unitName, err = s.particulars.unitName(ctx, holder, dateOf(done.At)); err != nil || done.Programme == "" {
		return p, "", err
	}
	why, err := s.fulfil(ctx, &p)
	return p, why, err
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
