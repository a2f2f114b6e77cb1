package host

import (
	"context"
	"errors"
	"strings"

	"khuevan/platform/fault"
	"khuevan/platform/jetstream"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Status is how a service is doing.
type Status struct {
	Service     string               `json:"service"`
	Projections []ProjectionStatus   `json:"projections"`
	Reactors    []string             `json:"reactors"`
	Poisoned    []jetstream.Poisoned `json:"poisoned"`
}

// ProjectionStatus is how far a projection is.
type ProjectionStatus struct {
	Name     string `json:"name"`
	Position uint64 `json:"position"`
	Head     uint64 `json:"head"`
	Stopped  string `json:"stopped,omitempty"` // at which event, and why
}

// ReplayRequest names an entry of the poison queue.
type ReplayRequest struct {
	ID uint64 `json:"id"`
}

// StatusOf is the method that tells how a service is doing; every service has it.
func StatusOf(service string, allow ...string) rpc.Method[rpc.Empty, Status] {
	return rpc.Query[rpc.Empty, Status](service+".status", "Tells how far the service's projections are and what waits in the poison queue.", allow...).About(rpc.Nothing(), rpc.For(rpc.Whole, allow...))
}

// ReplayOf is the method that runs a poisoned event of a service again; every service has it.
func ReplayOf(service string, allow ...string) rpc.Method[ReplayRequest, rpc.Empty] {
	return rpc.Command[ReplayRequest, rpc.Empty](service+".replay-poisoned", "Runs a reactor again with an event from the poison queue.", allow...).About(rpc.Nothing(), rpc.For(rpc.Whole, allow...), rpc.Proved)
}

func (h *House) ownEndpoints(s Service) []rpc.Endpoint {
	return []rpc.Endpoint{
		StatusOf(s.Name, h.o.Operators...).Handle(func(ctx context.Context, _ rpc.Empty) (Status, error) { return h.status(ctx, s) }),
		ReplayOf(s.Name, h.o.Operators...).Handle(func(ctx context.Context, r ReplayRequest) (rpc.Empty, error) {
			return rpc.Empty{}, h.replay(ctx, s, r.ID)
		}),
	}
}

func (h *House) status(ctx context.Context, s Service) (Status, error) {
	st := Status{Service: s.Name}
	for _, p := range s.Projections {
		head, err := h.o.Journal.HeadAt(ctx, p.Nouns(), readmodel.Present)
		if err != nil {
			return st, err
		}
		position, stopped := p.Status()
		ps := ProjectionStatus{Name: p.Name(), Position: position, Head: head}
		if stopped != nil {
			ps.Stopped = stopped.Error()
		}
		st.Projections = append(st.Projections, ps)
	}
	for _, r := range s.Reactors {
		st.Reactors = append(st.Reactors, s.Name+"-"+r.Name)
	}
	poisoned, err := h.o.Poison.List(ctx)
	if err != nil {
		return st, err
	}
	for _, p := range poisoned {
		if strings.HasPrefix(p.Reactor, s.Name+"-") {
			st.Poisoned = append(st.Poisoned, p)
		}
	}
	return st, nil
}

func (h *House) replay(ctx context.Context, s Service, id uint64) error {
	poisoned, err := h.o.Poison.List(ctx)
	if err != nil {
		return err
	}
	for _, p := range poisoned {
		if p.ID == id && strings.HasPrefix(p.Reactor, s.Name+"-") {
			return h.o.Poison.Replay(ctx, id)
		}
	}
	return fault.New(fault.NotFound, "Sự kiện này không còn trong hàng chờ lỗi.", "This event is no longer in the poison queue.")
}

// Statuses tell how the services of this process are doing.
func (h *House) Statuses(ctx context.Context) ([]Status, error) {
	var all []Status
	for _, s := range h.services {
		st, err := h.status(ctx, s)
		if err != nil {
			return nil, err
		}
		all = append(all, st)
	}
	return all, nil
}

// Healthy is nil while every projection goes on; otherwise it names those that stopped.
func (h *House) Healthy() error {
	var all error
	for _, s := range h.services {
		for _, p := range s.Projections {
			if _, stopped := p.Status(); stopped != nil {
				all = errors.Join(all, stopped)
			}
		}
	}
	return all
}
