package notification

import (
	"context"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
)

// releaser lets letters go that were held because of an address, once the person has another.
type releaser struct {
	d     host.Deps
	views *views
}

func (h *releaser) react(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	e, ok := r.Event.(events.PersonCorrected)
	if !ok || e.Email == "" {
		return nil, nil
	}
	if err := h.d.AwaitFor(ctx, h.views.inbox, r.Seq); err != nil {
		return nil, err
	}
	var freed []eventsource.Request
	err := h.views.messages.Each(ctx, readmodel.Query{Index: "person", Equal: []any{e.Person}}, func(m messageDoc) error {
		if m.Mail == mailFlagged && m.Kind == events.FlagHeld {
			freed = append(freed, eventsource.Prepare(requeueMail{m.Message, r.Time}))
		}
		return nil
	})
	return freed, err
}
