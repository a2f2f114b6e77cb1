package directory

import (
	"context"
	"slices"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
	"khuevan/platform/sheet"
)

// Reasons of an erasure, as they stand in facts.
const (
	erasedOnRequest   = "request"   // the person asked
	erasedByRetention = "retention" // the time for which data are kept is over
	erasedByOrder     = "order"     // an authority ordered it
	erasedInError     = "error"     // she should never have been registered
)

// erasure is what counts of a person when she is erased.
type erasure struct {
	known, erased bool
	career        organisation.Career
}

// Evolve implements eventsource.State.
func (s erasure) Evolve(e eventsource.Event) erasure {
	switch e := e.(type) {
	case events.PersonRegistered:
		s.known = true
	case events.PersonErased:
		s.erased = true
	default:
		if organisation.Of(e) != "" {
			s.career = s.career.After(e)
		}
	}
	return s
}

// units are where she counts as a member, or will.
func (s erasure) units(day string) (all []string) {
	for _, m := range s.career.Memberships {
		if m.Until == "" || day < m.Until {
			all = append(all, m.Unit)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// ErasePersonally erases a person. A second erasure decides nothing.
type ErasePersonally struct{ events.PersonErased }

// Stream implements eventsource.Command.
func (c ErasePersonally) Stream() string { return personStream(c.Person) }

// Decide implements eventsource.Command.
func (c ErasePersonally) Decide(s erasure) ([]eventsource.Event, error) {
	switch {
	case !s.known:
		return nil, noPerson()
	case s.erased:
		return nil, nil
	case c.By == c.Person:
		return nil, fault.New(fault.Denied, "Không thể tự xóa dữ liệu của chính mình; hãy nhờ quản trị viên khác.",
			"Nobody erases her own data; ask another administrator.")
	case !slices.Contains([]string{erasedOnRequest, erasedByRetention, erasedByOrder, erasedInError}, c.Reason):
		return nil, fault.New(fault.Invalid, "Hãy chọn lý do xóa dữ liệu.", "Choose why the data are erased.").
			With("reason", "Chọn một lý do trong danh sách.", "Choose a reason from the list.")
	}
	fact := c.PersonErased
	fact.Units = s.units(clock.Local(c.At).Format(time.DateOnly))
	return []eventsource.Event{fact}, nil
}

// ErasePersonRequest erases a person. Confirm repeats her personnel code, so that nobody is erased by a slip.
type ErasePersonRequest struct {
	Person  string `json:"person"`
	Reason  string `json:"reason"`  // request, retention, order, error
	Confirm string `json:"confirm"` // the personnel code as typed
	Request string `json:"request,omitempty"`
}

// erasePerson records the erasure, then destroys the key. What a crash leaves between the two, the reactor ends.
func (s *service) erasePerson(ctx context.Context, req ErasePersonRequest) (rpc.Receipt, error) {
	who := rpc.From(ctx).Identity
	if req.Request != "" && !eventsource.ValidStream(requestStream(req.Request)) {
		return rpc.Receipt{}, noRequest()
	}
	d, err := s.byID(ctx, req.Person)
	if err != nil {
		return rpc.Receipt{}, err
	}
	fulfil := fulfilRequest{id: req.Request, person: d.ID, kind: kindErasure, by: who.Actor(), at: s.d.Clock.Now()}
	if req.Request != "" { // nobody is erased for a request that is not hers, or that she took back
		history, err := s.d.Journal.Load(ctx, fulfil.Stream())
		if err != nil {
			return rpc.Receipt{}, err
		}
		if _, err := fulfil.Decide(eventsource.Fold[privacyRequest](history)); err != nil {
			return rpc.Receipt{}, err
		}
	}
	if err := s.checkConfirm(ctx, d, req.Confirm); err != nil {
		return rpc.Receipt{}, err
	}
	out, err := host.Do(ctx, s.d, ErasePersonally{events.PersonErased{Person: d.ID, Reason: req.Reason, By: who.Actor(), At: s.d.Clock.Now()}})
	if err != nil {
		return rpc.Receipt{}, err
	}
	if err := s.d.Keys.Destroy(ctx, d.ID); err != nil {
		return rpc.Receipt{}, err
	}
	if req.Request != "" {
		done, err := host.Do(ctx, s.d, fulfil)
		if err != nil {
			return rpc.Receipt{}, err
		}
		out.Seq = max(out.Seq, done.Seq)
	}
	return rpc.Receipt{Seq: out.Seq}, s.d.Await(ctx, s.view, out.Seq)
}

// checkConfirm compares what was typed with the personnel code. Who is erased already has none.
func (s *service) checkConfirm(ctx context.Context, d personDoc, typed string) error {
	code, err := s.revealOne(ctx, d.ID, "code", d.Code)
	if err != nil || code == "" || strings.ToUpper(sheet.Clean(typed)) == code {
		return err
	}
	return fault.New(fault.Invalid, "Mã cán bộ nhập để xác nhận không khớp với người này. Chưa xóa gì.",
		"The personnel code typed to confirm is not this person's. Nothing was erased.").
		With("confirm", "Nhập đúng mã cán bộ của người bị xóa.", "Type the personnel code of the person to be erased.")
}

// destroyKey hears that a person was erased. After a restore of an older store of keys it hears that again, and the key is
// destroyed again.
func (s *service) destroyKey(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	e, ok := r.Event.(events.PersonErased)
	if !ok {
		return nil, nil
	}
	return nil, s.d.Keys.Destroy(ctx, e.Person)
}

// Kinds of requests about personal data, as they stand in facts.
const (
	kindExport  = "export"
	kindErasure = "erasure"
)

// privacyRequest is a request about personal data.
type privacyRequest struct {
	id, person, kind                   string
	acknowledged, fulfilled, withdrawn bool
}

// Evolve implements eventsource.State.
func (p privacyRequest) Evolve(e eventsource.Event) privacyRequest {
	switch e := e.(type) {
	case events.PrivacyRequestReceived:
		p.id, p.person, p.kind = e.Request, e.Person, e.Kind
	case events.PrivacyRequestAcknowledged:
		p.acknowledged = true
	case events.PrivacyRequestFulfilled:
		p.fulfilled = true
	case events.PrivacyRequestWithdrawn:
		p.withdrawn = true
	}
	return p
}

func requestStream(id string) string { return "directory.request." + id }

// receiveRequest records a request. With a digest it is fulfilled on the spot, by the file of that digest.
type receiveRequest struct {
	events.PrivacyRequestReceived
	digest string
}

func (c receiveRequest) Stream() string { return requestStream(c.Request) }

func (c receiveRequest) Decide(p privacyRequest) ([]eventsource.Event, error) {
	if p.id != "" {
		return nil, nil
	}
	if c.Kind != kindExport && c.Kind != kindErasure {
		return nil, fault.New(fault.Invalid, "Hãy chọn loại yêu cầu: nhận dữ liệu hoặc xóa dữ liệu.", "Choose what is asked for: the data, or their erasure.")
	}
	facts := []eventsource.Event{c.PrivacyRequestReceived}
	if c.digest != "" {
		facts = append(facts, events.PrivacyRequestFulfilled{Request: c.Request, Person: c.Person, By: c.By, At: c.At, Digest: c.digest})
	}
	return facts, nil
}

// acknowledgeRequest confirms a request to the person.
type acknowledgeRequest struct {
	id, by string
	at     time.Time
}

func (c acknowledgeRequest) Stream() string { return requestStream(c.id) }

func (c acknowledgeRequest) Decide(p privacyRequest) ([]eventsource.Event, error) {
	switch {
	case p.id == "":
		return nil, noRequest()
	case p.acknowledged, p.fulfilled, p.withdrawn:
		return nil, nil
	}
	return []eventsource.Event{events.PrivacyRequestAcknowledged{Request: p.id, Person: p.person, By: c.by, At: c.at}}, nil
}

// fulfilRequest ends a request. The first end holds.
type fulfilRequest struct {
	id, person, kind, by, digest string
	at                           time.Time
}

func (c fulfilRequest) Stream() string { return requestStream(c.id) }

func (c fulfilRequest) Decide(p privacyRequest) ([]eventsource.Event, error) {
	switch {
	case p.id == "":
		return nil, noRequest()
	case p.person != c.person || p.kind != c.kind:
		return nil, fault.New(fault.Conflict, "Yêu cầu này là của người khác hoặc về việc khác.", "This request is somebody else's, or about something else.")
	case p.withdrawn:
		return nil, fault.New(fault.Conflict, "Người yêu cầu đã rút yêu cầu này. Chưa làm gì cả.", "The person has withdrawn this request. Nothing was done.")
	case p.fulfilled:
		return nil, nil
	}
	return []eventsource.Event{events.PrivacyRequestFulfilled{Request: p.id, Person: p.person, By: c.by, At: c.at, Digest: c.digest}}, nil
}

// withdrawRequest takes a request back.
type withdrawRequest struct {
	id string
	at time.Time
}

func (c withdrawRequest) Stream() string { return requestStream(c.id) }

func (c withdrawRequest) Decide(p privacyRequest) ([]eventsource.Event, error) {
	switch {
	case p.id == "":
		return nil, noRequest()
	case p.withdrawn:
		return nil, nil
	case p.fulfilled:
		return nil, fault.New(fault.Conflict, "Yêu cầu này đã được thực hiện, không rút được nữa.", "This request was fulfilled and cannot be withdrawn any more.")
	}
	return []eventsource.Event{events.PrivacyRequestWithdrawn{Request: p.id, Person: p.person, At: c.at}}, nil
}

func noRequest() error {
	return fault.New(fault.NotFound, "Không tìm thấy yêu cầu này.", "There is no such request.")
}
