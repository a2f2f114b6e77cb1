package directory

import (
	"context"
	"slices"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Methods about personal data.
var (
	ErasePerson        = rpc.Command[ErasePersonRequest, rpc.Receipt]("directory.erase-person", "Erases a person's data for ever; totals stay.", events.RoleAdmin).About(rpc.PersonIn("person"), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Proved)
	RequestPrivacy     = rpc.Command[PrivacyAsk, PrivacyRequest]("directory.request-privacy", "Asks for what is held about the caller, or for its erasure; administrators ask for others.", rpc.SignedIn, events.RoleAdmin).About(rpc.PersonIn("person"), rpc.For(rpc.Whole, events.RoleAdmin))
	AcknowledgePrivacy = rpc.Command[PrivacyRequestID, rpc.Receipt]("directory.acknowledge-privacy", "Acknowledges a request about personal data.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Proved)
	WithdrawPrivacy    = rpc.Command[PrivacyRequestID, rpc.Receipt]("directory.withdraw-privacy", "Takes back a request of the caller about personal data that is not fulfilled yet.", rpc.SignedIn).About(rpc.OwnerIn("request", requestOwner))
	ListPrivacy        = rpc.Query[ListPrivacyRequest, []PrivacyRequest]("directory.list-privacy", "Lists requests about personal data: the caller's own, or all to an administrator.", rpc.SignedIn).About(rpc.Nothing())
	ExportPerson       = rpc.Command[ExportPersonRequest, PersonExport]("directory.export-person", "Gives everything held about the caller; administrators get it to fulfil a request.", rpc.SignedIn, events.RoleAdmin).About(rpc.PersonIn("person"), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Proved)
)

// PrivacyAsk asks for what is held about a person ("export") or for its erasure ("erasure"). Person "" is oneself.
type PrivacyAsk struct {
	Person string `json:"person,omitempty"`
	Kind   string `json:"kind"`
}

// PrivacyRequestID names a request.
type PrivacyRequestID struct {
	Request string `json:"request"`
}

// ListPrivacyRequest asks for the requests as they stand after a fact; All for those of everybody.
type ListPrivacyRequest struct {
	All   bool   `json:"all,omitempty"`
	After uint64 `json:"after,omitempty"`
}

// PrivacyRequest is a request and how far it has come.
type PrivacyRequest struct {
	Request      string       `json:"request"`
	Person       string       `json:"person"`
	Name         string       `json:"name"` // "" once erased
	Kind         string       `json:"kind"`
	State        string       `json:"state"` // received, acknowledged, fulfilled, withdrawn
	Received     time.Time    `json:"received"`
	Due          time.Time    `json:"due"` // by when it must be acknowledged
	Acknowledged time.Time    `json:"acknowledged,omitzero"`
	Fulfilled    time.Time    `json:"fulfilled,omitzero"`
	Withdrawn    time.Time    `json:"withdrawn,omitzero"`
	Rule         events.Words `json:"rule"` // what sets the date
	Seq          uint64       `json:"seq,omitempty"`
}

// requestDoc is a request as it is kept.
type requestDoc struct {
	ID           string    `json:"id"`
	Person       string    `json:"person"`
	Kind         string    `json:"kind"`
	Rule         string    `json:"rule"`
	Received     time.Time `json:"received"`
	Due          time.Time `json:"due"`
	Acknowledged time.Time `json:"acknowledged,omitzero"`
	Fulfilled    time.Time `json:"fulfilled,omitzero"`
	Withdrawn    time.Time `json:"withdrawn,omitzero"`
}

// requestList is the read model of the requests.
type requestList struct {
	*readmodel.Projection
	all *readmodel.Collection[requestDoc]
}

func newRequests() *requestList {
	r := &requestList{all: readmodel.NewCollection[requestDoc]("requests",
		readmodel.Index{Name: "received", Fields: []string{"received"}},
		readmodel.Index{Name: "person", Fields: []string{"person", "received"}})}
	r.Projection = readmodel.NewProjection("requests", 2, []string{"directory.request"}, r.apply, r.all)
	return r
}

func (r *requestList) apply(b *readmodel.Batch, rec eventsource.Recorded) error {
	switch e := rec.Event.(type) {
	case events.PrivacyRequestReceived:
		return r.all.Update(b, e.Request, func(d *requestDoc) {
			*d = requestDoc{ID: e.Request, Person: e.Person, Kind: e.Kind, Rule: e.Rule, Received: e.At, Due: e.Due}
		})
	case events.PrivacyRequestAcknowledged:
		return r.all.Update(b, e.Request, func(d *requestDoc) { d.Acknowledged = e.At })
	case events.PrivacyRequestFulfilled:
		return r.all.Update(b, e.Request, func(d *requestDoc) { d.Fulfilled = e.At })
	case events.PrivacyRequestWithdrawn:
		return r.all.Update(b, e.Request, func(d *requestDoc) { d.Withdrawn = e.At })
	}
	return nil
}

func (d requestDoc) state() string {
	switch {
	case !d.Fulfilled.IsZero():
		return "fulfilled"
	case !d.Withdrawn.IsZero():
		return "withdrawn"
	case !d.Acknowledged.IsZero():
		return "acknowledged"
	}
	return "received"
}

// concerned is the person about whom somebody asks: oneself, or anybody for an administrator.
func concerned(who rpc.Identity, person string) (string, error) {
	if person == "" {
		person = who.Person
	}
	if _, everywhere := who.Units(events.RoleAdmin); person != who.Person && !everywhere {
		return "", fault.New(fault.Denied, "Chỉ quản trị viên được làm việc này thay người khác.", "Only administrators do this for somebody else.")
	}
	return person, nil
}

func (s *service) requestPrivacy(ctx context.Context, ask PrivacyAsk) (PrivacyRequest, error) {
	who := rpc.From(ctx).Identity
	person, err := concerned(who, ask.Person)
	if err != nil {
		return PrivacyRequest{}, err
	}
	if d, err := s.byID(ctx, person); err != nil || d.Erased {
		return PrivacyRequest{}, noPerson()
	}
	doc, seq, err := s.receive(ctx, person, ask.Kind, "")
	if err != nil {
		return PrivacyRequest{}, err
	}
	shown, err := s.showRequest(ctx, doc)
	shown.Seq = seq
	return shown, err
}

// receive records a request under an id made of the caller's request, so that asking twice is one request. With a digest it
// is fulfilled on the spot.
func (s *service) receive(ctx context.Context, person, kind, digest string) (requestDoc, uint64, error) {
	now := s.d.Clock.Now()
	rule := ruleOn(s.rules, now)
	e := events.PrivacyRequestReceived{Request: person + "_" + requestKey(s.d.Keys.Blind("request", rpc.From(ctx).ID)), Person: person, Kind: kind,
		By: rpc.From(ctx).Identity.Actor(), At: now, Due: rule.due(now), Rule: rule.ID}
	out, err := host.Do(ctx, s.d, receiveRequest{PrivacyRequestReceived: e, digest: digest})
	return requestDoc{ID: e.Request, Person: person, Kind: kind, Rule: rule.ID, Received: now, Due: e.Due}, out.Seq, err
}

// requestKey makes an id that a stream's name may hold of a keyed hash.
func requestKey(hash string) string {
	return strings.Map(func(c rune) rune {
		if c == '-' || c == '_' {
			return 'x'
		}
		return c
	}, hash[:20])
}

func (s *service) acknowledgePrivacy(ctx context.Context, req PrivacyRequestID) (rpc.Receipt, error) {
	if !eventsource.ValidStream(requestStream(req.Request)) {
		return rpc.Receipt{}, noRequest()
	}
	out, err := host.Do(ctx, s.d, acknowledgeRequest{id: req.Request, by: rpc.From(ctx).Identity.Actor(), at: s.d.Clock.Now()})
	return rpc.Receipt{Seq: out.Seq}, err
}

// requestOwner is whose request an id names; "" for what is no id of one.
func requestOwner(id string) string {
	person, rest, ok := strings.Cut(id, "_")
	if !ok || rest == "" || !eventsource.ValidStream(requestStream(id)) {
		return ""
	}
	return person
}

func (s *service) withdrawPrivacy(ctx context.Context, req PrivacyRequestID) (rpc.Receipt, error) {
	out, err := host.Do(ctx, s.d, withdrawRequest{id: req.Request, at: s.d.Clock.Now()})
	return rpc.Receipt{Seq: out.Seq}, err
}

// privacyMost is how many requests are listed, newest first.
const privacyMost = 200

func (s *service) listPrivacy(ctx context.Context, req ListPrivacyRequest) ([]PrivacyRequest, error) {
	who := rpc.From(ctx).Identity
	if err := s.d.Await(ctx, s.requests.Projection, req.After); err != nil {
		return nil, err
	}
	q := readmodel.Query{Index: "person", Equal: []any{who.Person}, Desc: true, Limit: privacyMost}
	if req.All {
		if _, everywhere := who.Units(events.RoleAdmin); !everywhere {
			return nil, fault.New(fault.Denied, "Chỉ quản trị viên xem được yêu cầu của mọi người.", "Only administrators see everybody's requests.")
		}
		q = readmodel.Query{Index: "received", Desc: true, Limit: privacyMost}
	}
	page, err := s.requests.all.Find(ctx, q)
	if err != nil {
		return nil, err
	}
	shown := make([]PrivacyRequest, len(page.Items))
	for i, d := range page.Items {
		if shown[i], err = s.showRequest(ctx, d); err != nil {
			return nil, err
		}
	}
	return shown, nil
}

func (s *service) showRequest(ctx context.Context, d requestDoc) (PrivacyRequest, error) {
	r := PrivacyRequest{Request: d.ID, Person: d.Person, Kind: d.Kind, State: d.state(), Received: d.Received, Due: d.Due,
		Acknowledged: d.Acknowledged, Fulfilled: d.Fulfilled, Withdrawn: d.Withdrawn}
	if at := slices.IndexFunc(s.rules, func(rule privacyRule) bool { return rule.ID == d.Rule }); at >= 0 {
		r.Rule = s.rules[at].words()
	}
	p, found, err := s.people.Get(ctx, d.Person)
	if err == nil && found {
		r.Name, err = s.revealOne(ctx, p.ID, "name", p.Name)
	}
	return r, err
}
