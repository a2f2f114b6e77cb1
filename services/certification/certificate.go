package certification

import (
	"fmt"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
)

// certificate is what is known of a certificate when a command is decided on it.
type certificate struct{ issued bool }

// Evolve implements eventsource.State.
func (c certificate) Evolve(e eventsource.Event) certificate {
	if _, ok := e.(events.CertificateIssued); ok {
		c.issued = true
	}
	return c
}

// issueCertificate issues a certificate that is ready and signed. The first one issued holds.
type issueCertificate struct{ Ready events.CertificateIssued }

// Stream implements eventsource.Command.
func (c issueCertificate) Stream() string {
	return "certification.certificate." + c.Ready.Certificate
}

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
func draft(done events.CourseCompleted, version courseVersion, unitName, issuer, code string, now time.Time) events.CertificateIssued {
	return events.CertificateIssued{
		Certificate: fmt.Sprintf("%s_%s_%d", done.Person, done.Course, done.Period),
		Code:        code, Person: done.Person, UnitName: unitName,
		Course: done.Course, Version: done.Version, Period: done.Period, Title: version.Title, Hours: version.Hours,
		Mark: done.Mark, Completed: done.At.UTC(), Issued: now.UTC(), Expires: expiry(done.At, version.ValidityMonths), Issuer: issuer,
	}
}
