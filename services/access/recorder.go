package access

import (
	"context"
	"slices"
	"sync"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// Recorder notes who looked at whom, before the answer goes out: the first look of a reader at an object in an hour is a
// fact, the others of that hour are known.
type Recorder struct {
	d     host.Deps
	mu    sync.Mutex
	known map[events.DataRead]bool
}

const (
	mostKnown = 10_000 // looks remembered; beyond them it starts afresh, and the stream still keeps each fact once
	mostReads = 1000   // facts of one reader and hour: beyond them nothing new is learnt
)

// NewRecorder makes the recorder of a process.
func NewRecorder(d host.Deps) *Recorder { return &Recorder{d: d, known: map[events.DataRead]bool{}} }

// Read is a hook of the rpc server.
func (r *Recorder) Read(ctx context.Context, s rpc.Signature, objects []rpc.Object) {
	who := rpc.From(ctx).Identity
	if who.System || who.Person == "" {
		return
	}
	if len(objects) == 0 {
		objects = reachOf(who, s)
	}
	for _, o := range objects {
		if o.Kind == rpc.AboutPerson && o.ID == who.Person {
			continue
		}
		e := events.DataRead{Reader: who.Person, OnBehalf: who.OnBehalf, Method: s.Name, Kind: o.Kind, Object: o.ID,
			Hour: clock.Local(r.d.Clock.Now()).Format("2006010215")}
		if !r.fresh(e) {
			continue
		}
		ctx := rpc.AsSystem(ctx, rpc.From(ctx).ID)
		if _, err := host.Do(ctx, r.d, record{e}); err != nil {
			r.d.Log.ErrorContext(ctx, "record a look", "method", s.Name, "err", err)
			r.forget(e)
		}
	}
}

// reachOf is what a request about the caller's own units is about.
func reachOf(who rpc.Identity, s rpc.Signature) (all []rpc.Object) {
	for _, g := range who.Grants {
		if o := (rpc.Object{Kind: rpc.AboutUnit, ID: g.Unit}); slices.Contains(s.Allow, g.Role) && !slices.Contains(all, o) {
			all = append(all, o)
		}
	}
	return all
}

func (r *Recorder) fresh(e events.DataRead) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known[e] {
		return false
	}
	if len(r.known) >= mostKnown {
		clear(r.known)
	}
	r.known[e] = true
	return true
}

func (r *Recorder) forget(e events.DataRead) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.known, e)
}

// record keeps a look once.
type record struct{ events.DataRead }

// hour is the looks of one reader in an hour.
type hour struct{ reads []events.DataRead }

// Evolve implements eventsource.State.
func (h hour) Evolve(e eventsource.Event) hour {
	if e, ok := e.(events.DataRead); ok {
		h.reads = append(slices.Clip(h.reads), e)
	}
	return h
}

// Stream implements eventsource.Command.
func (c record) Stream() string { return "access.reads." + c.Reader + "_" + c.Hour }

// Decide implements eventsource.Command.
func (c record) Decide(h hour) ([]eventsource.Event, error) {
	if slices.Contains(h.reads, c.DataRead) || len(h.reads) >= mostReads {
		return nil, nil
	}
	return []eventsource.Event{c.DataRead}, nil
}
