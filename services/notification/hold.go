package notification

import (
	"context"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
)

// hold lets letters go that were held because of an address, once the person has another. What the person refuses by then is left.
type hold struct {
	d     host.Deps
	views *views
}

func (h *hold) react(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	e, ok := r.Event.(events.PersonCorrected)
	if !ok || e.Email == "" {
		return nil, nil
	}
	if err := h.d.AwaitFor(ctx, h.views.inbox, r.Seq); err != nil {
		return nil, err
	}
	if err := h.d.AwaitFor(ctx, h.views.contacts, r.Seq); err != nil {
		return nil, err
	}
	var freed []eventsource.Request
	err := h.views.messages.Each(ctx, readmodel.Query{Index: "bundle", Equal: []any{mailFlagged, e.Person}}, func(m messageDoc) error {
		if m.Kind != events.FlagHeld {
			return nil
		}
		wanted, err := h.views.wants(ctx, m)
		if wanted {
			freed = append(freed, eventsource.Prepare(requeueMail{m.Message, r.Time}))
		} else {
			freed = append(freed, eventsource.Prepare(leaveMail{m.Message, r.Time}))
		}
		return err
	})
	return freed, err
}
