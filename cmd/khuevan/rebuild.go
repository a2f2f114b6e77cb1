package main

import (
	"context"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

func storyRegistry() (*eventsource.Registry, error) { return eventsource.NewRegistry(events.All()...) }

// rebuild drops a projection's collections and fills them up to the present head, which it returns.
func rebuild(ctx context.Context, b *bus, store readmodel.Store, service string, p *readmodel.Projection) (uint64, error) {
	if err := p.Open(ctx, store, service); err != nil {
		return 0, err
	}
	if err := p.Rebuild(ctx); err != nil {
		return 0, err
	}
	if err := p.Open(ctx, store, service); err != nil {
		return 0, err
	}
	head, err := b.journal.Head(ctx, p.Nouns())
	if err != nil {
		return 0, err
	}
	run, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- p.Run(run, b.journal) }()
	if err := p.Await(ctx, head); err != nil {
		return 0, err
	}
	stop()
	_ = <-ended // told to stop
	return head, nil
}
