package quiz

import (
	"context"
	"sync"

	"khuevan/events"
)

// papers remembers how attempts were started, so that an answer need not read its attempt's history first. A start never
// changes, so what is remembered is true for ever.
type papers struct {
	mu      sync.Mutex
	started map[string]events.AttemptStarted
}

// maxPapers bounds the starts in memory, at some 3 kB each; a whole contest fits.
const maxPapers = 12000

func newPapers() *papers { return &papers{started: map[string]events.AttemptStarted{}} }

func (p *papers) keep(e events.AttemptStarted) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.started) >= maxPapers {
		for old := range p.started { // any half of them
			if delete(p.started, old); len(p.started) <= maxPapers/2 {
				break
			}
		}
	}
	p.started[e.Attempt] = e
}

func (p *papers) get(attempt string) (events.AttemptStarted, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e, ok := p.started[attempt]
	return e, ok
}

// drawn finds an item of an attempt.
func (a api) drawn(ctx context.Context, attempt, item string) (events.AttemptStarted, events.DrawnItem, error) {
	started, known := a.papers.get(attempt)
	items := started.Items
	if !known || started.Rules != nil && behaviour(*started.Rules) == Adaptive {
		at, err := a.load(ctx, attempt)
		if err != nil {
			return started, events.DrawnItem{}, err
		}
		if !at.exists() {
			return started, events.DrawnItem{}, errNoAttempt
		}
		started, items = at.Started, at.Items
		a.papers.keep(started)
	}
	for _, d := range items {
		if d.Item == item {
			return started, d, nil
		}
	}
	return started, events.DrawnItem{}, errNotThere
}
