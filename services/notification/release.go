package notification

import (
	"context"
	"errors"
	"fmt"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// release lets letters go whose time has come: those that waited for the quiet hours to end, and those that tell several things.
type release struct {
	d     host.Deps
	views *views
}

// run looks at once and then every minute.
func (x *release) run(ctx context.Context) error {
	for {
		if err := x.look(ctx, x.d.Clock.Now()); err != nil {
			return err
		}
		if err := x.d.Clock.WaitUntil(ctx, x.d.Clock.Now().Add(round)); err != nil {
			return nil //nolint:nilerr // ended as asked
		}
	}
}

// look does what is due at a time. One letter that fails holds up none behind it.
func (x *release) look(ctx context.Context, now time.Time) error {
	held, err := x.due(ctx, mailHeld, now)
	if err != nil {
		return err
	}
	var all error
	for _, m := range held {
		wanted, err := x.wanted(ctx, m)
		if err == nil && wanted {
			err = x.do(ctx, eventsource.Prepare(releaseMail{m.Message, now}))
		}
		all = errors.Join(all, about(m.Message, err))
	}
	collected, err := x.due(ctx, mailCollected, now)
	if err != nil {
		return errors.Join(all, err)
	}
	type letter struct{ person, bundle string }
	made := map[letter]bool{}
	for _, m := range collected {
		l := letter{m.Person, m.Bundle}
		if made[l] {
			continue
		}
		made[l] = true
		all = errors.Join(all, about(m.Message, x.bundle(ctx, l.person, l.bundle, now)))
	}
	return all
}

func about(id string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("letter %s: %w", id, err)
}

// due are the messages whose e-mail waits in a state until a time that has come.
func (x *release) due(ctx context.Context, state string, now time.Time) (all []messageDoc, err error) {
	err = x.views.messages.Each(ctx, readmodel.Query{Index: "due", Equal: []any{state}, To: now.Add(time.Nanosecond)}, func(m messageDoc) error {
		all = append(all, m)
		return nil
	})
	return all, err
}

// wanted reports whether a person still wants an e-mail of the kind; if not, it is withheld.
func (x *release) wanted(ctx context.Context, m messageDoc) (bool, error) {
	wanted, err := x.views.wants(ctx, m)
	if err != nil || wanted {
		return wanted, err
	}
	return false, x.do(ctx, eventsource.Prepare(withholdMail{m.Message}))
}

// wants reports whether a person still wants an e-mail of a message.
func (v *views) wants(ctx context.Context, m messageDoc) (bool, error) {
	d, _, err := v.ways.Get(ctx, m.Person)
	return err == nil && preferences(d.Ways).way(kindOf(m.Template, m.Values)) != wayInbox, err
}

// bundle makes one letter of everything that a person is to be told in it, also of what would be due a little later.
func (x *release) bundle(ctx context.Context, person, name string, now time.Time) error {
	var ids []string
	err := x.views.messages.Each(ctx, readmodel.Query{Index: "bundle", Equal: []any{mailCollected, person, name}}, func(m messageDoc) error {
		wanted, err := x.wanted(ctx, m)
		if err == nil && wanted {
			ids = append(ids, m.Message)
		}
		return err
	})
	if err != nil || len(ids) == 0 {
		return err
	}
	return x.do(ctx, eventsource.Prepare(makeBundle{events.BundleMade{Person: person, Bundle: name, Day: clock.Date(now), Messages: ids, At: now}}))
}

func (x *release) do(ctx context.Context, r eventsource.Request) error {
	_, err := host.DoRequest(rpc.AsSystem(ctx, x.d.NewID()), x.d, r)
	return err
}

// made turns a bundle into its letter, and notes of each message where it is told.
func (x *release) made(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	e, ok := r.Event.(events.BundleMade)
	if !ok {
		return nil, nil
	}
	if err := x.d.AwaitFor(ctx, x.views.contacts, r.Seq); err != nil {
		return nil, err
	}
	var told []message
	var marks []eventsource.Request
	for _, id := range e.Messages {
		history, err := x.d.Journal.Load(ctx, streamOf(id))
		if err != nil {
			return nil, err
		}
		told = append(told, eventsource.Fold[message](history))
		marks = append(marks, eventsource.Prepare(bundleMail{id, bundleID(e)}))
	}
	var failed error
	letter := letterOfBundle(e, told, func(template string) int {
		n, err := x.views.revision(ctx, template)
		failed = errors.Join(failed, err)
		return n
	})
	return append([]eventsource.Request{eventsource.Prepare(letter)}, marks...), failed
}
