package main

import (
	"context"
	"sync"

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
	var running sync.WaitGroup
	running.Go(func() { _ = p.Run(run, b.journal) }) // Await tells what stopped it
	err = p.Await(ctx, head)
	stop()
	running.Wait()
	return head, err
}
