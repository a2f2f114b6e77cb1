package certification

import (
	"fmt"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
)

// certificate is what is known of a certificate when a command is decided on it.
type certificate struct {
	issued, revoked, superseded bool
	confirmed                   events.ConfirmationGiven // the last one
}

// Evolve implements eventsource.State.
func (c certificate) Evolve(e eventsource.Event) certificate {
	switch e := e.(type) {
	case events.CertificateIssued:
		c.issued = true
	case events.CertificateRevoked:
		c.revoked = true
	case events.CertificateSuperseded:
		c.superseded = true
	case events.ConfirmationGiven:
		c.confirmed = e
	}
	return c
}

// issueCertificate issues a certificate that is ready and signed. The first one issued holds.
type issueCertificate struct{ Ready events.CertificateIssued }

// Stream implements eventsource.Command.
func (c issueCertificate) Stream() string {
	return certificateStream(c.Ready.Certificate)
}

func certificateStream(id string) string { return "certification.certificate." + id }

// Decide implements eventsource.Command.
func (c issueCertificate) Decide(s certificate) ([]eventsource.Event, error) {
	if s.issued {
		return nil, nil
	}
	if c.Ready.Signature == "" {
		return nil, fmt.Errorf("certificate %s is not signed", c.Ready.Certificate)
	}
	return []eventsource.Event{c.Ready}, nil
}

// draft makes the claims of a certificate for what was completed, at its place in the register; the sealed name, the key and the
// signature follow.
func draft(p prospect, by issuer, at entry, code string) events.CertificateIssued {
	done := p.done
	return events.CertificateIssued{
		Certificate: done.Certificate, Code: code, Person: done.Person, UnitName: p.unitName,
		Course: done.Course, Version: done.Version, Period: done.Period, Title: p.version.Title, Hours: p.version.Hours,
		Mark: done.Mark, Completed: done.At.UTC(), Issued: at.At.UTC(), Expires: clock.Expiry(done.At, p.version.ValidityMonths), Issuer: by.Name,
		IssuerID: by.ID, Number: at.Number, Programme: done.Programme, Criteria: p.criteria,
	}
}
