package quiz

import (
	"context"
	"errors"

	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// device keeps the browser's own name within bounds.
func device(name string) string {
	const most = 32
	if len(name) > most || !plainDevice(name) {
		return ""
	}
	return name
}

func plainDevice(name string) bool {
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return false
		}
	}
	return true
}

func (a api) saveAnswer(ctx context.Context, req SaveAnswerRequest) (Saved, error) {
	if err := own(ctx, req.Attempt); err != nil {
		return Saved{}, err
	}
	cmd, err := a.answer(ctx, req)
	if err != nil {
		return Saved{}, err
	}
	out, err := host.DoRecent(ctx, a.Deps, cmd)
	if errors.Is(err, errOver) || errors.Is(err, errSubmitted) {
		a.keepLate(ctx, cmd)
		return Saved{}, err
	}
	saved := Saved{Receipt: rpc.Receipt{Seq: out.Seq}}
	if err != nil || cmd.Check == nil {
		return saved, err
	}
	return a.checked(ctx, req, saved)
}

// answer turns a request into a command: ids as shown become ids as kept, and what was typed is sealed.
func (a api) answer(ctx context.Context, req SaveAnswerRequest) (saveAnswer, error) {
	cmd := saveAnswer{Attempt: req.Attempt, Item: req.Item, Choice: req.Choice, Given: req.Given, Seconds: req.Seconds,
		Certainty: req.Certainty, Device: device(req.Device), At: a.Clock.Now()}
	started, d, err := a.drawn(ctx, req.Attempt, req.Item)
	if err != nil {
		return cmd, err
	}
	how := Deferred
	if started.Rules != nil {
		how = behaviour(*started.Rules)
	}
	check := how == Adaptive || how == Immediate && req.Check
	if !check && !aliased(d) && len(d.Rows) == 0 {
		return cmd, nil
	}
	written, err := a.stock.version(ctx, versionKey(started.Course, d.Item, d.Version), 0)
	if err != nil {
		return cmd, err
	}
	given := unmask(started.Seed, d, written.ItemContent, req.Choice)
	cmd.Choice = given
	var typed []string
	if item.Typed(d.Kind) {
		if typed, err = item.FormOf(written.ItemContent).Answer(given); err != nil {
			return cmd, err
		}
		cmd.Choice = nil
		if len(typed) > 0 {
			if cmd.Text, err = a.seal(ctx, started.Person, typed); err != nil {
				return cmd, err
			}
		}
	}
	if check {
		if cmd.Check, err = a.check(ctx, req.Attempt, how, written.ItemContent, typed); err != nil {
			return cmd, err
		}
	}
	return cmd, nil
}

func (a api) check(ctx context.Context, attempt, how string, content events.ItemContent, typed []string) (*check, error) {
	c := &check{Content: content, Opened: typed}
	if how != Adaptive {
		return c, nil
	}
	at, err := a.load(ctx, attempt)
	if err != nil {
		return nil, err
	}
	c.Next, err = a.chooserOf(ctx, at)
	return c, err
}

// keepLate keeps an answer that was refused for its time; that it cannot be kept is no other refusal.
func (a api) keepLate(ctx context.Context, cmd saveAnswer) {
	late := events.AnswerCameLate{Attempt: cmd.Attempt, Item: cmd.Item, Choice: append([]string{}, cmd.Choice...), Text: cmd.Text, Given: cmd.Given, At: cmd.At, Device: cmd.Device}
	if _, err := host.DoRecent(ctx, a.Deps, keepLate{late}); err != nil {
		a.Log.ErrorContext(ctx, "keep a late answer", "attempt", cmd.Attempt, "err", err)
	}
}

// checked shows the item that was just marked.
func (a api) checked(ctx context.Context, req SaveAnswerRequest, saved Saved) (Saved, error) {
	at, err := a.load(ctx, req.Attempt)
	if err != nil {
		return saved, err
	}
	v, err := a.show(ctx, at)
	if err != nil {
		return saved, err
	}
	saved.Done = v.Done
	for i, q := range v.Questions {
		if q.Item == req.Item {
			saved.Question = &v.Questions[i]
		}
	}
	return saved, nil
}

func (a api) flagItem(ctx context.Context, req FlagItemRequest) (rpc.Receipt, error) {
	if err := own(ctx, req.Attempt); err != nil {
		return rpc.Receipt{}, err
	}
	out, err := host.DoRecent(ctx, a.Deps, flagItem{events.ItemFlagged{Attempt: req.Attempt, Item: req.Item, Flagged: req.Flagged, At: a.Clock.Now()}})
	return rpc.Receipt{Seq: out.Seq}, err
}

func (a api) observe(ctx context.Context, req ObserveRequest) (rpc.Receipt, error) {
	if err := own(ctx, req.Attempt); err != nil {
		return rpc.Receipt{}, err
	}
	seen := events.AttemptObserved{Attempt: req.Attempt, What: req.What, Device: device(req.Device), Given: req.Given, At: a.Clock.Now()}
	out, err := host.DoRecent(ctx, a.Deps, observe{seen})
	return rpc.Receipt{Seq: out.Seq}, err
}

// person refuses what is no id of a person.
func person(id string) error {
	if id == "" || len(id) > maxID || !plainDevice(id) {
		return fault.New(fault.Invalid, "Mã người học không hợp lệ.", "The person's id is not valid.").With("person", "Mã nội bộ của hệ thống", "The platform's own id")
	}
	return nil
}
