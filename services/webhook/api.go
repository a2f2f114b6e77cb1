package webhook

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/jetstream"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

var whole = rpc.For(rpc.Whole, events.RoleAdmin)

// Methods of the service.
var (
	ListTypes      = rpc.Query[rpc.Empty, []EventType]("webhook.list-types", "Lists the types of events that may leave the house.", events.RoleAdmin).About(rpc.Nothing(), whole)
	Register       = rpc.Command[RegisterRequest, Registered]("webhook.register", "Registers an endpoint; its secret is in this answer only.", events.RoleAdmin).About(rpc.Nothing(), whole, rpc.Proved)
	ListEndpoints  = rpc.Query[ListRequest, []Endpoint]("webhook.list-endpoints", "Lists the endpoints and how far each is.", events.RoleAdmin).About(rpc.Nothing(), whole)
	ListDeliveries = rpc.Query[EndpointRequest, []Delivery]("webhook.list-deliveries", "Lists the last tries to deliver to an endpoint, newest first.", events.RoleAdmin).About(rpc.Nothing(), whole)
	SendTest       = rpc.Command[EndpointRequest, Delivery]("webhook.send-test", "Sends a test event to an endpoint now, and tells what came of it.", events.RoleAdmin).About(rpc.Nothing(), whole, rpc.Proved)
	Pause          = rpc.Command[EndpointRequest, rpc.Receipt]("webhook.pause", "Sends nothing to an endpoint until it is resumed; what happens meanwhile waits.", events.RoleAdmin).About(rpc.Nothing(), whole, rpc.Proved)
	Resume         = rpc.Command[EndpointRequest, rpc.Receipt]("webhook.resume", "Sends what waits for an endpoint, at once.", events.RoleAdmin).About(rpc.Nothing(), whole, rpc.Proved)
	PreviewReplay  = rpc.Query[ReplayRequest, ReplayPreview]("webhook.preview-replay", "Counts what a replay would send; sends nothing.", events.RoleAdmin).About(rpc.Nothing(), whole)
	Replay         = rpc.Command[ReplayRequest, rpc.Receipt]("webhook.replay", "Sends an endpoint everything from a day or sequence on, with the same ids as before.", events.RoleAdmin).About(rpc.Nothing(), whole, rpc.Proved)
	RotateSecret   = rpc.Command[RotateRequest, Registered]("webhook.rotate-secret", "Gives an endpoint a new secret; the old one signs too for some hours.", events.RoleAdmin).About(rpc.Nothing(), whole, rpc.Proved)
	Remove         = rpc.Command[EndpointRequest, rpc.Receipt]("webhook.remove", "Removes an endpoint for ever and destroys its secret.", events.RoleAdmin).About(rpc.Nothing(), whole, rpc.Proved)
)

// EventType is a type of event that may leave the house.
type EventType struct {
	Type string       `json:"type"`
	Says events.Words `json:"says"`
}

// RegisterRequest describes an endpoint. From says where it begins: "" with what happens from now on, a day (2006-01-02) with what
// happened on it, a number with what stands behind that sequence of the journal.
type RegisterRequest struct {
	Name  string   `json:"name"`
	URL   string   `json:"url"`
	Types []string `json:"types"`
	Codes bool     `json:"codes"` // personnel codes and numbers of certificates are sent too
	From  string   `json:"from,omitempty"`
}

// Registered holds a secret, once: a request that is sent again is answered without it.
type Registered struct {
	Seq      uint64 `json:"seq"`
	Endpoint string `json:"endpoint"`
	Secret   string `json:"secret,omitempty"`
}

// ListRequest asks for the endpoints as they stand after a fact.
type ListRequest struct {
	After uint64 `json:"after,omitempty"`
}

// Endpoint is an endpoint and how far it is.
type Endpoint struct {
	Endpoint string    `json:"endpoint"`
	Name     string    `json:"name"`
	URL      string    `json:"url"`
	Types    []string  `json:"types"`
	Codes    bool      `json:"codes"`
	State    string    `json:"state"`                  // active, paused, suspended
	Why      string    `json:"why,omitempty"`          // suspended: gone, failing
	Failing  time.Time `json:"failing,omitzero"`       // since when
	Waiting  int       `json:"waiting"`                // events that it does not have yet
	OldUntil time.Time `json:"old_until,omitzero"`     // until when the secret before the present one signs too
	Last     *Delivery `json:"last_delivery,omitzero"` // try
}

// EndpointRequest names an endpoint.
type EndpointRequest struct {
	Endpoint string `json:"endpoint"`
}

// RotateRequest names an endpoint, and for how many hours (0 to 168) the old secret signs too.
type RotateRequest struct {
	Endpoint string `json:"endpoint"`
	Hours    int    `json:"hours"`
}

// ReplayRequest says from where on; see RegisterRequest.
type ReplayRequest struct {
	Endpoint string `json:"endpoint"`
	From     string `json:"from"`
}

// ReplayPreview counts the events behind a sequence of the journal.
type ReplayPreview struct {
	After uint64 `json:"after"`
	Count int    `json:"count"`
}

// mostEndpoints bounds how many there are: each has a courier and a place of its own.
const mostEndpoints = 20

type api struct {
	*sender
	journal *jetstream.Journal
	reach   reach
}

func (a *api) listTypes(context.Context, rpc.Empty) (all []EventType, _ error) {
	for _, o := range outsides() {
		all = append(all, EventType{o.Type, o.Says})
	}
	return all, nil
}

func (a *api) register(ctx context.Context, req RegisterRequest) (Registered, error) {
	if n, err := a.views.endpoints.Count(ctx, readmodel.Query{}); err != nil || n >= mostEndpoints {
		if err == nil {
			err = fault.Newf(fault.Conflict, "Đã có đủ %d điểm nhận. Hãy xóa một điểm không còn dùng.", "There are %d endpoints already. Remove one that is not used.", mostEndpoints)
		}
		return Registered{}, err
	}
	to := strings.TrimSpace(req.URL)
	if err := a.reach.check(ctx, to); err != nil {
		return Registered{}, err
	}
	after, last, err := a.place(ctx, req.From)
	if err != nil {
		return Registered{}, err
	}
	id := a.idOf(rpc.From(ctx).ID)
	plain, sealed, err := a.newSecret(ctx, id)
	if err != nil {
		return Registered{}, err
	}
	return a.shown(ctx, id, plain, registerEndpoint{events.EndpointRegistered{Endpoint: id, Name: req.Name, URL: to, Types: req.Types, Codes: req.Codes,
		After: after, Secret: sealed, By: caller(ctx)}, last})
}

// idOf names an endpoint by the request, so that a request sent again means the same one.
func (a *api) idOf(request string) string {
	if request == "" {
		return a.NewID()
	}
	sum := sha256.Sum256([]byte("webhook.endpoint\x00" + request))
	return "w" + hex.EncodeToString(sum[:10])
}

// place reads from where on is meant: what stands behind after is; last is the end of the journal.
func (a *api) place(ctx context.Context, from string) (after, last uint64, err error) {
	if last, err = a.journal.End(ctx); err != nil || from == "" {
		return last, last, err
	}
	if day, err := clock.ParseDate(from); err == nil {
		after, err = a.journal.Before(ctx, day)
		return after, last, err
	}
	if after, err = strconv.ParseUint(from, 10, 64); err != nil {
		err = fault.New(fault.Invalid, "Không rõ gửi từ đâu.", "From where on is unclear.").
			With("from", "Ghi một ngày (năm-tháng-ngày) hoặc số thứ tự trong sổ sự kiện.", "Write a day (year-month-day) or a sequence of the journal.")
	}
	return after, last, err
}

// newSecret makes 32 random bytes, written as Standard Webhooks has it.
func (a *api) newSecret(ctx context.Context, id string) (string, events.Sealed, error) {
	raw := make([]byte, 32)
	rand.Read(raw) //nolint:errcheck // crypto/rand.Read never fails: it ends the program
	plain := "whsec_" + base64.StdEncoding.EncodeToString(raw)
	sealed, err := a.Keys.Seal(ctx, keyOf(id), "secret", plain)
	return plain, events.Sealed(sealed), err
}

// shown does a command that sets a secret; a repetition did nothing, and must not show a secret that nobody signs with.
func (a *api) shown(ctx context.Context, id, secret string, cmd eventsource.Command[endpoint]) (Registered, error) {
	out, err := host.Do(ctx, a.Deps, cmd)
	if err != nil {
		return Registered{}, err
	}
	if len(out.Events) == 0 {
		secret = ""
	}
	return Registered{out.Seq, id, secret}, nil
}

func caller(ctx context.Context) string { return rpc.From(ctx).Identity.Actor() }

func (a *api) listEndpoints(ctx context.Context, req ListRequest) ([]Endpoint, error) {
	if err := a.Await(ctx, a.views.list, req.After); err != nil {
		return nil, err
	}
	all := []Endpoint{}
	err := a.views.endpoints.Each(ctx, readmodel.Query{}, func(s endpoint) error {
		e := Endpoint{Endpoint: s.ID, Name: s.Name, URL: s.URL, Types: s.Types, Codes: s.Codes, State: s.State, Why: s.Why, Failing: s.Failing}
		if s.OldUntil.After(a.Clock.Now()) {
			e.OldUntil = s.OldUntil
		}
		var err error
		if e.Waiting, err = a.waiting(ctx, s); err != nil {
			return err
		}
		last, err := a.deliveries(ctx, s.ID)
		if len(last) > 0 {
			e.Last = &last[0]
		}
		all = append(all, e)
		return err
	})
	slices.SortFunc(all, func(a, b Endpoint) int { return strings.Compare(a.Name, b.Name) })
	return all, err
}

// waiting counts what an endpoint does not have yet; one that was never active has no feed.
func (a *api) waiting(ctx context.Context, s endpoint) (int, error) {
	n, known, err := a.journal.Waiting(ctx, feedOf(s.ID, s.Generation))
	if err != nil || known {
		return n, err
	}
	return a.journal.CountAfter(ctx, s.After, factsOf(s.Types))
}

func (a *api) deliveries(ctx context.Context, id string) ([]Delivery, error) {
	notes, err := a.notes.Last(ctx, id)
	if err != nil {
		return nil, err
	}
	all := make([]Delivery, len(notes))
	for i, body := range notes {
		if err := json.Unmarshal(body, &all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// find reads an endpoint as it stands now.
func (a *api) find(ctx context.Context, id string) (endpoint, error) {
	if !eventsource.ValidStream(streamOf(id)) {
		return endpoint{}, errNoEndpoint()
	}
	history, err := a.Journal.Load(ctx, streamOf(id))
	if err != nil {
		return endpoint{}, err
	}
	s := eventsource.Fold[endpoint](history)
	if !s.exists() {
		return endpoint{}, errNoEndpoint()
	}
	return s, nil
}

func (a *api) listDeliveries(ctx context.Context, req EndpointRequest) ([]Delivery, error) {
	if _, err := a.find(ctx, req.Endpoint); err != nil {
		return nil, err
	}
	return a.deliveries(ctx, req.Endpoint)
}

func (a *api) sendTest(ctx context.Context, req EndpointRequest) (Delivery, error) {
	s, err := a.find(ctx, req.Endpoint)
	if err != nil {
		return Delivery{}, err
	}
	id := "test-" + a.NewID()
	return a.send(ctx, s, wrap(a.source, id, typeTest, s.ID, a.Clock.Now(), &Test{s.ID}), 1)
}

// do decides a change in the caller's name.
func (a *api) do(ctx context.Context, c change) (rpc.Receipt, error) {
	if !eventsource.ValidStream(c.Stream()) {
		return rpc.Receipt{}, errNoEndpoint()
	}
	out, err := host.Do(ctx, a.Deps, c)
	return rpc.Receipt{Seq: out.Seq}, err
}

func (a *api) pause(ctx context.Context, req EndpointRequest) (rpc.Receipt, error) {
	return a.do(ctx, pause(req.Endpoint, caller(ctx)))
}

func (a *api) resume(ctx context.Context, req EndpointRequest) (rpc.Receipt, error) {
	return a.do(ctx, resume(req.Endpoint, caller(ctx)))
}

func (a *api) remove(ctx context.Context, req EndpointRequest) (rpc.Receipt, error) {
	return a.do(ctx, remove(req.Endpoint, caller(ctx)))
}

func (a *api) previewReplay(ctx context.Context, req ReplayRequest) (ReplayPreview, error) {
	s, err := a.find(ctx, req.Endpoint)
	if err != nil {
		return ReplayPreview{}, err
	}
	after, last, err := a.place(ctx, req.From)
	if err == nil && after > last {
		err = beyond(last)
	}
	if err != nil {
		return ReplayPreview{}, err
	}
	n, err := a.journal.CountAfter(ctx, after, factsOf(s.Types))
	return ReplayPreview{after, n}, err
}

func (a *api) replay(ctx context.Context, req ReplayRequest) (rpc.Receipt, error) {
	after, last, err := a.place(ctx, req.From)
	if err != nil {
		return rpc.Receipt{}, err
	}
	return a.do(ctx, rewind(req.Endpoint, after, last, caller(ctx)))
}

func (a *api) rotateSecret(ctx context.Context, req RotateRequest) (Registered, error) {
	if _, err := a.find(ctx, req.Endpoint); err != nil {
		return Registered{}, err
	}
	plain, sealed, err := a.newSecret(ctx, req.Endpoint)
	if err != nil {
		return Registered{}, err
	}
	return a.shown(ctx, req.Endpoint, plain, rotate(req.Endpoint, sealed, req.Hours, a.Clock.Now(), caller(ctx)))
}
