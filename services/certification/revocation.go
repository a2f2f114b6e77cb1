package certification

import (
	"context"
	"slices"
	"strings"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// reasons are why a certificate may be revoked.
var reasons = []string{"error", "fraud", "other"}

// revokeCertificate says that a certificate holds no longer. What was issued stays as it is.
type revokeCertificate struct{ Fact events.CertificateRevoked }

// Stream implements eventsource.Command.
func (c revokeCertificate) Stream() string { return certificateStream(c.Fact.Certificate) }

// Decide implements eventsource.Command.
func (c revokeCertificate) Decide(s certificate) ([]eventsource.Event, error) {
	if !s.issued {
		return nil, fault.New(fault.NotFound, "Không có giấy chứng nhận này.", "There is no such certificate.")
	}
	if s.revoked {
		return nil, nil
	}
	return []eventsource.Event{c.Fact}, nil
}

// supersedeCertificate says that there is a later certificate of the course or programme.
type supersedeCertificate struct{ Certificate, By string }

// Stream implements eventsource.Command.
func (c supersedeCertificate) Stream() string { return certificateStream(c.Certificate) }

// Decide implements eventsource.Command.
func (c supersedeCertificate) Decide(s certificate) ([]eventsource.Event, error) {
	if !s.issued || s.superseded {
		return nil, nil
	}
	return []eventsource.Event{events.CertificateSuperseded{Certificate: c.Certificate, By: c.By}}, nil
}

// renewed hears that a certificate of a later period was issued, and marks the one before it.
func (s *service) renewed(_ context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	e, ok := r.Event.(events.CertificateIssued)
	if !ok || e.Period < 2 {
		return nil, nil
	}
	before := certificateOf(e.Person, subjectOf(e.Course, e.Programme), e.Period-1)
	return []eventsource.Request{eventsource.Prepare(eventsource.Command[certificate](supersedeCertificate{before, e.Certificate}))}, nil
}

// RevokeRequest revokes a certificate by its code.
type RevokeRequest struct {
	Code string `json:"code"`
	Why  string `json:"why"` // error, fraud, other
	Note string `json:"note,omitempty"`
}

// mostNote bounds a note in characters.
const mostNote = 1000

func (s *service) revoke(ctx context.Context, req RevokeRequest) (rpc.Receipt, error) {
	d, err := s.find(ctx, req.Code)
	if err != nil {
		return rpc.Receipt{}, err
	}
	note := strings.TrimSpace(req.Note)
	switch {
	case !slices.Contains(reasons, req.Why):
		return rpc.Receipt{}, fault.New(fault.Invalid, "Hãy chọn lý do thu hồi.", "Choose a reason.").With("why", "Chọn một lý do.", "Choose one.")
	case len([]rune(note)) > mostNote:
		return rpc.Receipt{}, fault.Newf(fault.Invalid, "Ghi chú tối đa %d ký tự.", "A note has at most %d characters.", mostNote)
	}
	fact := events.CertificateRevoked{Certificate: d.Certificate, Person: d.Person, Why: req.Why, By: rpc.From(ctx).Identity.Person}
	if note != "" {
		sealed, err := s.deps.Keys.Seal(ctx, d.Person, "note", note)
		if err != nil {
			return rpc.Receipt{}, err
		}
		fact.Note = events.Sealed(sealed)
	}
	out, err := host.Do(ctx, s.deps, eventsource.Command[certificate](revokeCertificate{fact}))
	return rpc.Receipt{Seq: out.Seq}, err
}
