package certification

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// Methods about confirmations that a certificate was issued.
var (
	AskConfirmation      = rpc.Command[ConfirmationRequest, ConfirmationGiven]("certification.ask-confirmation", "Confirms in writing that a certificate was issued, when its paper is lost or damaged.", rpc.SignedIn, events.RoleAdmin).About(rpc.Kept(rpc.AboutPerson))
	DownloadConfirmation = rpc.Query[DownloadConfirmationRequest, Document]("certification.download-confirmation", "Gives a confirmation as a PDF.", rpc.SignedIn, events.RoleAdmin).About(rpc.Kept(rpc.AboutPerson))
)

// ConfirmationRequest asks for a confirmation of a certificate by its code.
type ConfirmationRequest struct {
	Code   string `json:"code"`
	Reason string `json:"reason"` // lost, damaged, other
}

// ConfirmationGiven tells which confirmation answers a request.
type ConfirmationGiven struct {
	Seq    uint64 `json:"seq"`
	Number int    `json:"number"`
}

// DownloadConfirmationRequest names a certificate by its code, and one of its confirmations.
type DownloadConfirmationRequest struct {
	Code   string `json:"code"`
	Number int    `json:"number"`
}

// Confirmation is what anyone may know of a confirmation.
type Confirmation struct {
	Number int       `json:"number"`
	Name   string    `json:"name"` // the number printed on it
	Given  time.Time `json:"given"`
}

// lossReasons are why a confirmation may be asked for.
var lossReasons = []string{"lost", "damaged", "other"}

// giveConfirmation confirms that a certificate was issued. What was issued stays as it is.
type giveConfirmation struct{ Fact events.ConfirmationGiven }

// Stream implements eventsource.Command.
func (c giveConfirmation) Stream() string { return certificateStream(c.Fact.Certificate) }

// Decide implements eventsource.Command.
func (c giveConfirmation) Decide(s certificate) ([]eventsource.Event, error) {
	last, fact := s.confirmed, c.Fact
	switch {
	case !s.issued:
		return nil, fault.New(fault.NotFound, "Không có giấy chứng nhận này.", "There is no such certificate.")
	case s.revoked:
		return nil, noConfirmation(stateRevoked)
	case last.AskedBy == fact.AskedBy && last.Reason == fact.Reason && dateOf(last.Given) == dateOf(fact.Given):
		return nil, nil // asked again on the same day: that one is the answer
	}
	fact.Number = last.Number + 1
	return []eventsource.Event{fact}, nil
}

// noConfirmation says why a certificate in this state is not confirmed; nil where it is.
func noConfirmation(state string) error {
	switch state {
	case stateRevoked:
		return fault.New(fault.Conflict, "Giấy chứng nhận này đã bị thu hồi, nên không cấp giấy xác nhận.", "This certificate was revoked, so no confirmation of it is given.")
	case stateErased:
		return fault.New(fault.Conflict, "Dữ liệu cá nhân của người được cấp đã xóa theo yêu cầu, nên không cấp giấy xác nhận được nữa.", "The holder's personal data were erased, so no confirmation can be given any more.")
	}
	return mayPrint(state)
}

// confirmationName is the number printed on a confirmation.
func confirmationName(code string, number int) string { return fmt.Sprintf("%s/XN-%d", code, number) }

func confirmations(d record) (all []Confirmation) {
	for _, c := range d.Confirmed {
		all = append(all, Confirmation{c.Number, confirmationName(d.Code, c.Number), c.Given})
	}
	return all
}

// confirmable finds a certificate that its holder, or the department for them, may have confirmed.
func (s *service) confirmable(ctx context.Context, code string) (record, Verification, error) {
	d, err := s.find(ctx, code)
	if err != nil {
		return record{}, Verification{}, err
	}
	if err := rpc.Reaches(ctx, rpc.Object{Kind: rpc.AboutPerson, ID: d.Person}); err != nil {
		return record{}, Verification{}, err
	}
	v, err := s.check(ctx, d)
	if err == nil {
		err = noConfirmation(v.State)
	}
	return d, v, err
}

func (s *service) askConfirmation(ctx context.Context, req ConfirmationRequest) (ConfirmationGiven, error) {
	d, v, err := s.confirmable(ctx, req.Code)
	if err != nil {
		return ConfirmationGiven{}, err
	}
	if !slices.Contains(lossReasons, req.Reason) {
		return ConfirmationGiven{}, fault.New(fault.Invalid, "Hãy chọn lý do xin xác nhận.", "Choose a reason.").With("reason", "Chọn một lý do.", "Choose one.")
	}
	by, err := s.current(ctx)
	if err != nil {
		return ConfirmationGiven{}, err
	}
	out, err := host.Do(ctx, s.deps, eventsource.Command[certificate](giveConfirmation{events.ConfirmationGiven{
		Certificate: d.Certificate, Person: d.Person, Reason: req.Reason, AskedBy: rpc.From(ctx).Identity.Person, Given: s.deps.Clock.Now().UTC(),
		State: v.State, Superseded: v.Superseded, Issuer: by.Name,
	}}))
	if err != nil {
		return ConfirmationGiven{}, err
	}
	seen, err := host.See[certificate](ctx, s.deps, certificateStream(d.Certificate))
	return ConfirmationGiven{Seq: out.Seq, Number: seen.State.confirmed.Number}, err
}

// downloadConfirmation makes the paper of a confirmation, of what it said on its day.
func (s *service) downloadConfirmation(ctx context.Context, req DownloadConfirmationRequest) (Document, error) {
	d, v, err := s.confirmable(ctx, req.Code)
	if err != nil {
		return Document{}, err
	}
	at := slices.IndexFunc(d.Confirmed, func(c events.ConfirmationGiven) bool { return c.Number == req.Number })
	if at < 0 {
		return Document{}, fault.New(fault.NotFound, "Không có giấy xác nhận này.", "There is no such confirmation.")
	}
	body, err := s.fonts.confirmation(v.Certificate, d.Confirmed[at], s.config.verifyURL(d.Code))
	name := strings.ReplaceAll(confirmationName(d.Code, req.Number), "/", "-")
	return Document{Name: "giay-xac-nhan-" + name + ".pdf", Type: "application/pdf", Body: body}, err
}
