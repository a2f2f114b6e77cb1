package webhook

import (
	"context"
	"sync"

	"khuevan/platform/eventsource"
	"khuevan/platform/jetstream"
)

// office keeps a courier for each endpoint that is active, as the facts of endpoints say. Every replica has one: a feed gives
// each event to one of their couriers.
type office struct {
	*sender
	journal   *jetstream.Journal
	endpoints map[string]endpoint
	couriers  map[string]*atWork
	going     sync.WaitGroup
}

// atWork is a courier that goes on, under the orders that it was sent out with.
type atWork struct {
	*courier
	orders int
	stop   context.CancelFunc
	ended  chan struct{}
}

// run follows the facts of endpoints until the context ends.
func (o *office) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer o.going.Wait()
	defer stop()
	o.endpoints, o.couriers = map[string]endpoint{}, map[string]*atWork{}
	head, err := o.journal.Head(ctx, []string{noun})
	if err != nil {
		return err
	}
	begun := false
	return o.journal.Read(ctx, 0, []string{noun}, func(facts []eventsource.Recorded) error {
		touched := map[string]endpoint{}
		for _, r := range facts {
			id := r.Stream[len(noun)+1:]
			o.endpoints[id] = o.endpoints[id].Evolve(r.Event)
			touched[id] = o.endpoints[id]
		}
		if facts[len(facts)-1].Seq < head { // what stood once is of no interest
			return nil
		}
		if !begun {
			begun, touched = true, o.endpoints
		}
		for _, s := range touched {
			if err := o.follow(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
}

// follow does what the state of an endpoint asks: a courier, another, or none.
func (o *office) follow(ctx context.Context, s endpoint) error {
	was := o.couriers[s.ID]
	if was != nil && was.orders == s.Orders {
		was.endpoint.Store(&s)
		return nil
	}
	if was != nil {
		was.stop()
		<-was.ended // it gives back what it holds
		delete(o.couriers, s.ID)
	}
	if err := o.tidy(ctx, s); err != nil {
		return err
	}
	if s.State != stateActive {
		return nil
	}
	run, stop := context.WithCancel(ctx)
	c := &atWork{courier: &courier{sender: o.sender, journal: o.journal}, orders: s.Orders, stop: stop, ended: make(chan struct{})}
	c.endpoint.Store(&s)
	o.couriers[s.ID] = c
	o.going.Go(func() {
		defer close(c.ended)
		c.run(run)
	})
	return nil
}

// tidy forgets feeds that a replay has replaced, and of a removed endpoint everything. It is done again at each start, so a
// crash in between leaves nothing behind.
func (o *office) tidy(ctx context.Context, s endpoint) error {
	over := s.Generation
	if s.State == stateRemoved {
		over++
	}
	for g := range over {
		if err := o.journal.DropFeed(ctx, feedOf(s.ID, g)); err != nil {
			return err
		}
	}
	if s.State != stateRemoved {
		return nil
	}
	if err := o.notes.Drop(ctx, s.ID); err != nil {
		return err
	}
	return o.Keys.Destroy(ctx, keyOf(s.ID))
}
