package webhook

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// States of an endpoint.
const (
	stateActive    = "active"
	statePaused    = "paused"    // by an administrator
	stateSuspended = "suspended" // by the platform
	stateRemoved   = "removed"
)

// Why an endpoint is suspended.
const (
	whyGone    = "gone"    // the receiver answered 410
	whyFailing = "failing" // for longer than patience
)

// patience is how long one event may fail before the endpoint is suspended.
const patience = 5 * 24 * time.Hour

// endpoint is what is known of an endpoint; it is also its document in the read model.
type endpoint struct {
	ID         string        `json:"id"`
	Name       string        `json:"name"`
	URL        string        `json:"url"`
	Types      []string      `json:"types"`
	Codes      bool          `json:"codes"`
	State      string        `json:"state"`
	Why        string        `json:"why"` // it is suspended
	Secret     events.Sealed `json:"secret"`
	Old        events.Sealed `json:"old"` // the secret before
	OldUntil   time.Time     `json:"old_until,omitzero"`
	After      uint64        `json:"after"`      // what stands behind it is sent
	Generation int           `json:"generation"` // counts from where it was told to begin
	Orders     int           `json:"orders"`     // counts what changes how, or whether, it is sent
	Failing    time.Time     `json:"failing,omitzero"`
	Reached    time.Time     `json:"reached,omitzero"` // when After was last moved on
}

// Evolve implements eventsource.State.
func (s endpoint) Evolve(e eventsource.Event) endpoint {
	s.Orders++
	switch e := e.(type) {
	case events.EndpointRegistered:
		s = endpoint{ID: e.Endpoint, Name: e.Name, URL: e.URL, Types: e.Types, Codes: e.Codes, State: stateActive, Secret: e.Secret, After: e.After, Orders: 1}
	case events.EndpointSecretRotated:
		s.Old, s.OldUntil, s.Secret = s.Secret, e.OldUntil, e.Secret
	case events.EndpointPaused:
		s.State = statePaused
	case events.EndpointResumed:
		s.State, s.Why, s.Failing = stateActive, "", time.Time{}
	case events.EndpointSuspended:
		s.State, s.Why = stateSuspended, e.Why
	case events.EndpointRewound:
		s.After, s.Failing, s.Reached = e.After, time.Time{}, time.Time{}
		s.Generation++
	case events.EndpointRemoved:
		s.State, s.Secret, s.Old = stateRemoved, "", ""
	default:
		s.Orders--
		return s.observed(e)
	}
	return s
}

// observed takes in what was seen while it was sent.
func (s endpoint) observed(e eventsource.Event) endpoint {
	switch e := e.(type) {
	case events.EndpointFailing:
		s.Failing = e.Since
	case events.EndpointRecovered:
		s.Failing = time.Time{}
	case events.EndpointReached:
		s.After, s.Reached = e.Seq, e.At
	}
	return s
}

func (s endpoint) exists() bool { return s.ID != "" && s.State != stateRemoved }

const noun = "webhook.endpoint"

func streamOf(id string) string { return noun + "." + id }

// feedOf names the feed of an endpoint since it was told for the n-th time where to begin.
func feedOf(id string, generation int) string {
	return "webhook-" + id + "-" + strconv.Itoa(generation)
}

// keyOf names the key under which an endpoint's secrets are sealed.
func keyOf(id string) string { return "webhook-" + id }

// registerEndpoint begins an endpoint. The handler has seen that its address may be called.
type registerEndpoint struct {
	events.EndpointRegistered
	last uint64 // fact of the journal
}

// maxName bounds the name of an endpoint, in runes.
const maxName = 100

// Stream implements eventsource.Command.
func (c registerEndpoint) Stream() string { return streamOf(c.Endpoint) }

// Decide implements eventsource.Command.
func (c registerEndpoint) Decide(s endpoint) ([]eventsource.Event, error) {
	if s.ID != "" {
		return nil, fault.New(fault.Conflict, "Điểm nhận này đã được đăng ký.", "This endpoint is registered already.")
	}
	plan := c.EndpointRegistered
	plan.Name = strings.TrimSpace(plan.Name)
	bad := fault.New(fault.Invalid, "Chưa đăng ký được điểm nhận.", "The endpoint was not registered.")
	if n := utf8.RuneCountInString(plan.Name); n == 0 || n > maxName || !utf8.ValidString(plan.Name) {
		return nil, bad.With("name", "Tên cần có từ 1 đến 100 ký tự.", "A name has 1 to 100 characters.")
	}
	if len(plan.Types) == 0 {
		return nil, bad.With("types", "Hãy chọn ít nhất một loại sự kiện.", "Choose at least one type of event.")
	}
	for _, t := range plan.Types {
		if _, known := outsideOf(t); !known {
			return nil, bad.With("types", "Không có loại sự kiện “"+t+"”. Hãy chọn trong danh sách.", "There is no type of event “"+t+"”. Choose from the list.")
		}
	}
	if plan.After > c.last {
		return nil, beyond(c.last)
	}
	plan.Types = slices.Compact(slices.Sorted(slices.Values(plan.Types)))
	return []eventsource.Event{plan}, nil
}

func beyond(last uint64) error {
	return fault.Newf(fault.Invalid, "Sổ sự kiện hiện mới đến số %d.", "The journal ends at %d today.", last).
		With("from", "Hãy chọn một số nhỏ hơn, hoặc một ngày đã qua.", "Choose a smaller number, or a day that is past.")
}

// change is a command on an endpoint that is there; decide gives nil where there is nothing to do.
type change struct {
	id     string
	decide func(endpoint) (eventsource.Event, error)
}

// Stream implements eventsource.Command.
func (c change) Stream() string { return streamOf(c.id) }

// Decide implements eventsource.Command.
func (c change) Decide(s endpoint) ([]eventsource.Event, error) {
	if !s.exists() {
		return nil, errNoEndpoint()
	}
	e, err := c.decide(s)
	if e == nil || err != nil {
		return nil, err
	}
	return []eventsource.Event{e}, nil
}

func errNoEndpoint() error {
	return fault.New(fault.NotFound, "Không có điểm nhận này, hoặc điểm nhận đã bị xóa.", "There is no such endpoint, or it was removed.")
}

// when makes a change that is decided where something holds.
func when(id string, holds func(endpoint) bool, e eventsource.Event) change {
	return change{id, func(s endpoint) (eventsource.Event, error) {
		if holds(s) {
			return e, nil
		}
		return nil, nil
	}}
}

func pause(id, by string) change {
	return when(id, func(s endpoint) bool { return s.State != statePaused }, events.EndpointPaused{Endpoint: id, By: by})
}

// resume sends again what waits; of an endpoint that fails it tries at once.
func resume(id, by string) change {
	return when(id, func(s endpoint) bool { return s.State != stateActive || !s.Failing.IsZero() }, events.EndpointResumed{Endpoint: id, By: by})
}

func remove(id, by string) change {
	return when(id, endpoint.exists, events.EndpointRemoved{Endpoint: id, By: by})
}

func rewind(id string, after, last uint64, by string) change {
	return change{id, func(endpoint) (eventsource.Event, error) {
		if after > last {
			return nil, beyond(last)
		}
		return events.EndpointRewound{Endpoint: id, After: after, By: by}, nil
	}}
}

// maxOverlap bounds how long an old secret signs beside the new one.
const maxOverlap = 7 * 24 // hours

func rotate(id string, secret events.Sealed, hours int, now time.Time, by string) change {
	return change{id, func(endpoint) (eventsource.Event, error) {
		if hours < 0 || hours > maxOverlap {
			return nil, fault.New(fault.Invalid, "Chưa đổi được khóa bí mật.", "The secret was not changed.").
				With("hours", "Khóa cũ còn ký từ 0 đến 168 giờ.", "The old secret signs for 0 to 168 more hours.")
		}
		return events.EndpointSecretRotated{Endpoint: id, Secret: secret, OldUntil: now.Add(time.Duration(hours) * time.Hour), By: by}, nil
	}}
}

// noteFailing, noteRecovered, noteReached and suspend say what was seen while an endpoint was active, as its n-th generation.

func noteFailing(id string, since time.Time) change {
	return when(id, func(s endpoint) bool { return s.State == stateActive && s.Failing.IsZero() }, events.EndpointFailing{Endpoint: id, Since: since})
}

func noteRecovered(id string) change {
	return when(id, func(s endpoint) bool { return !s.Failing.IsZero() }, events.EndpointRecovered{Endpoint: id})
}

func noteReached(id string, generation int, seq uint64, now time.Time) change {
	return when(id, func(s endpoint) bool { return s.Generation == generation && seq > s.After }, events.EndpointReached{Endpoint: id, Seq: seq, At: now})
}

func suspend(id, why string, tell []string) change {
	return change{id, func(s endpoint) (eventsource.Event, error) {
		if s.State != stateActive {
			return nil, nil
		}
		return events.EndpointSuspended{Endpoint: id, Name: s.Name, Why: why, Tell: tell}, nil
	}}
}
