package quiz

import (
	"context"
	"encoding/json"
	"errors"

	"khuevan/events"
	"khuevan/platform/host"
	"khuevan/platform/keyring"
)

// loaded is an attempt read from its stream.
type loaded struct {
	attemptState
	first uint64 // sequence of its first fact
	seq   uint64 // of its last
}

// load reads an attempt; one without facts does not exist.
func (a api) load(ctx context.Context, attempt string) (loaded, error) {
	seen, err := host.See[attemptState](ctx, a.Deps, attemptStream(attempt))
	return loaded{attemptState: seen.State, first: seen.First, seq: seen.Last}, err
}

// startedBy reports whether a request started an attempt.
func (a api) startedBy(ctx context.Context, attempt, request string) (bool, error) {
	if request == "" {
		return false, nil
	}
	history, err := a.Journal.Load(ctx, attemptStream(attempt))
	for _, r := range history {
		if _, started := r.Event.(events.AttemptStarted); started && r.Cause == request {
			return true, nil
		}
	}
	return false, err
}

// typedField is the name under which typed answers are sealed.
const typedField = "answer"

// seal puts what was typed under the person's own key.
func (a api) seal(ctx context.Context, person string, typed []string) (events.Sealed, error) {
	text, err := json.Marshal(typed)
	if err != nil {
		return "", err
	}
	sealed, err := a.Keys.Seal(ctx, person, typedField, string(text))
	return events.Sealed(sealed), err
}

// open reads what was typed.
func (a api) open(ctx context.Context, person string, sealed events.Sealed) ([]string, error) {
	if sealed == "" {
		return nil, nil
	}
	text, err := a.Keys.Reveal(ctx, person, typedField, string(sealed))
	if err != nil {
		return nil, err
	}
	var typed []string
	return typed, json.Unmarshal([]byte(text), &typed)
}

// opened reads everything that was typed in an attempt, item by item. What a person who was erased had typed reads as
// nothing: the attempt still closes, and earns nothing for it.
func (a api) opened(ctx context.Context, at loaded) ([][]string, error) {
	all := make([][]string, len(at.Answers))
	for i, an := range at.Answers {
		typed, err := a.open(ctx, at.Started.Person, an.Text)
		if errors.Is(err, keyring.ErrDestroyed) {
			typed, err = []string{}, nil
		}
		if err != nil {
			return nil, err
		}
		all[i] = typed
	}
	return all, nil
}

// submit closes an attempt that exists and gives it as it stands then. A closed one is given as it is.
func (a api) submit(ctx context.Context, at loaded) (loaded, error) {
	if at.closed() {
		return at, nil
	}
	st := at.Started
	keys, err := a.stock.written(ctx, st.Course, at.Items, at.seq)
	if err != nil {
		return loaded{}, err
	}
	opened, err := a.opened(ctx, at)
	if err != nil {
		return loaded{}, err
	}
	cmd := submitAttempt{Attempt: st.Attempt, Keys: keys, Opened: opened, At: a.Clock.Now()}
	if behaviour(at.rules()) == Adaptive {
		if cmd.Scale, err = a.scaleOf(ctx, at); err != nil {
			return loaded{}, err
		}
	}
	if _, err := host.DoRecent(ctx, a.Deps, cmd); err != nil {
		return loaded{}, err
	}
	return a.load(ctx, st.Attempt)
}

// show is the attempt as its owner sees it.
func (a api) show(ctx context.Context, at loaded) (Attempt, error) {
	written, err := a.stock.written(ctx, at.Started.Course, at.Items, at.seq)
	if err != nil {
		return Attempt{}, err
	}
	opened, err := a.opened(ctx, at)
	if err != nil {
		return Attempt{}, err
	}
	keys, err := a.keys(ctx, at, written)
	if err != nil {
		return Attempt{}, err
	}
	return viewOf(at, written, keys, opened), nil
}

// keys gives the versions whose keys marked the items of an attempt: those that were drawn, unless a key was corrected.
func (a api) keys(ctx context.Context, at loaded, written []events.ItemWritten) ([]events.ItemWritten, error) {
	if at.Remarks == 0 {
		return written, nil
	}
	drawn := make([]events.DrawnItem, len(at.Items))
	for i, d := range at.Items {
		drawn[i] = d
		if i < len(at.Submitted.Marks) {
			drawn[i].Version = keysOf(at.Submitted.Marks[i])
		}
	}
	return a.stock.written(ctx, at.Started.Course, drawn, at.seq)
}
