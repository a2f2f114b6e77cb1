package certification

import (
	"context"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
)

// order is what is known of an order of certificates when a command is decided on it.
type order struct {
	Ordered *events.IssueOrdered
	After   uint64 // the last completion that was dealt with in this round
	Failed  int    // in this round
	Running bool
}

// Evolve implements eventsource.State.
func (o order) Evolve(e eventsource.Event) order {
	switch e := e.(type) {
	case events.IssueOrdered:
		o = order{Ordered: &e, Running: true}
	case events.IssueAdvanced:
		o.After, o.Failed = e.After, o.Failed+len(e.Failed)
	case events.IssueFinished:
		o.Running = false
	case events.IssueRetried:
		o.After, o.Failed, o.Running = 0, 0, true // whoever has a certificate by now is passed over
	}
	return o
}

func orderStream(id string) string { return "certification.order." + id }

// startOrder begins an order.
type startOrder struct{ Fact events.IssueOrdered }

// Stream implements eventsource.Command.
func (c startOrder) Stream() string { return orderStream(c.Fact.Order) }

// Decide implements eventsource.Command.
func (c startOrder) Decide(o order) ([]eventsource.Event, error) {
	if o.Ordered != nil {
		return nil, nil
	}
	if c.Fact.Count == 0 {
		return nil, fault.New(fault.Conflict, "Không có ai đang chờ cấp giấy chứng nhận trong khoảng ngày này.", "Nobody waits for a certificate between these days.")
	}
	return []eventsource.Event{c.Fact}, nil
}

// advanceOrder says that the completions after From, through After, were dealt with.
type advanceOrder struct {
	Order       string
	From, After uint64
	Failed      []events.IssueFailure
	Last        bool
}

// Stream implements eventsource.Command.
func (c advanceOrder) Stream() string { return orderStream(c.Order) }

// Decide implements eventsource.Command.
func (c advanceOrder) Decide(o order) ([]eventsource.Event, error) {
	if !o.Running || o.After != c.From {
		return nil, nil // somebody else was faster
	}
	all := []eventsource.Event{events.IssueAdvanced{Order: c.Order, After: c.After, Failed: c.Failed}}
	if c.Last {
		all = append(all, events.IssueFinished{Order: c.Order})
	}
	return all, nil
}

// retryOrder asks once more for what failed.
type retryOrder struct{ Order, By string }

// Stream implements eventsource.Command.
func (c retryOrder) Stream() string { return orderStream(c.Order) }

// Decide implements eventsource.Command.
func (c retryOrder) Decide(o order) ([]eventsource.Event, error) {
	switch {
	case o.Ordered == nil:
		return nil, noOrder()
	case o.Running:
		return nil, fault.New(fault.Conflict, "Đợt cấp này đang chạy; hãy chờ xong rồi thử lại.", "This order is being carried out; wait for its end.")
	case o.Failed == 0:
		return nil, nil
	}
	return []eventsource.Event{events.IssueRetried{Order: c.Order, By: c.By}}, nil
}

func noOrder() error {
	return fault.New(fault.NotFound, "Không có đợt cấp này.", "There is no such order.")
}

// stepSize is how many certificates are drawn, signed and issued in a step of an order.
const stepSize = 50

// carryOn hears that an order was given, got on or shall be tried again, and does its next step, whose end is a fact again: so an
// order that was cut off goes on where it was, by whichever process. Certificates that the step had issued already are passed
// over, and those whose numbers were drawn keep them.
func (s *service) carryOn(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	id := ""
	switch e := r.Event.(type) {
	case events.IssueOrdered:
		id = e.Order
	case events.IssueAdvanced:
		id = e.Order
	case events.IssueRetried:
		id = e.Order
	}
	seen, err := host.See[order](ctx, s.deps, orderStream(id))
	if err != nil || !seen.State.Running {
		return nil, err
	}
	at := seen.State
	for _, wait := range []uint64{at.Ordered.Known, r.Seq} {
		if err := s.deps.AwaitFor(ctx, s.completions.Projection, wait); err != nil {
			return nil, err
		}
		if err := s.deps.AwaitFor(ctx, s.particulars.Projection, wait); err != nil {
			return nil, err
		}
	}
	step := advanceOrder{Order: id, From: at.After, After: at.After, Last: true}
	var due []completion
	err = s.completions.waiting(ctx, rangeOf(*at.Ordered), at.After, func(c completion) bool {
		if len(due) == stepSize {
			step.Last = false
			return false
		}
		due, step.After = append(due, c), c.Seq
		return true
	})
	if err != nil {
		return nil, err
	}
	ready, hindered, err := s.prepare(ctx, r.ID(), due)
	if err != nil {
		return nil, err
	}
	for _, d := range due {
		if why := hindered[d.Certificate]; why != "" {
			step.Failed = append(step.Failed, events.IssueFailure{Certificate: d.Certificate, Person: d.Person, Why: string(why)})
		}
	}
	err = host.All(ctx, ready, func(ctx context.Context, c events.CertificateIssued) error {
		c.Order = id
		_, err := host.Do(ctx, s.deps, eventsource.Command[certificate](issueCertificate{Ready: c}))
		return err
	})
	if err != nil {
		return nil, err
	}
	return []eventsource.Request{eventsource.Prepare(eventsource.Command[order](step))}, nil
}
