package certification

import (
	"fmt"
	"time"

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

// draft makes the claims of a certificate for a completed course; the sealed name, the key and the signature follow.
func draft(done events.CourseCompleted, version courseVersion, unitName string, by issuer, number int, code string, now time.Time) events.CertificateIssued {
	return events.CertificateIssued{
		Certificate: certificateOf(done),
		Code:        code, Person: done.Person, UnitName: unitName,
		Course: done.Course, Version: done.Version, Period: done.Period, Title: version.Title, Hours: version.Hours,
		Mark: done.Mark, Completed: done.At.UTC(), Issued: now.UTC(), Expires: clock.Expiry(done.At, version.ValidityMonths), Issuer: by.Name,
		IssuerID: by.ID, Number: number,
	}
}

// certificateOf is the id of the certificate for a completion.
func certificateOf(done events.CourseCompleted) string {
	return fmt.Sprintf("%s_%s_%d", done.Person, done.Course, done.Period)
}
