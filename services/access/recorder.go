package access

import (
	"context"
	"maps"
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
	known map[glance]bool
}

// glance is one thing, or one person on its list, that a reader saw in an hour.
type glance struct{ reader, onBehalf, method, kind, object, hour, person string }

func glanceOf(e events.DataRead, person string) glance {
	return glance{e.Reader, e.OnBehalf, e.Method, e.Kind, e.Object, e.Hour, person}
}

const (
	mostKnown = 10_000 // looks remembered; beyond them it starts afresh, and the stream still keeps each fact once
	mostReads = 1000   // facts of one reader and hour: beyond them nothing new is learnt
)

// NewRecorder makes the recorder of a process.
func NewRecorder(d host.Deps) *Recorder { return &Recorder{d: d, known: map[glance]bool{}} }

// Read is a hook of the rpc server.
func (r *Recorder) Read(ctx context.Context, s rpc.Signature, look rpc.Look) {
	who := rpc.From(ctx).Identity
	if who.System || who.Person == "" {
		return
	}
	others := slices.DeleteFunc(slices.Clone(look.People), func(p string) bool { return p == "" || p == who.Person })
	slices.Sort(others)
	if others = slices.Compact(others); look.Listed && len(others) == 0 {
		return // the list was empty, or showed the reader only
	}
	objects := look.Objects
	if len(objects) == 0 {
		objects = reachOf(who, s)
	}
	for _, o := range objects {
		if o.Kind == rpc.AboutPerson && o.ID == who.Person {
			continue
		}
		e := events.DataRead{Reader: who.Person, OnBehalf: who.OnBehalf, Method: s.Name, Kind: o.Kind, Object: o.ID,
			Hour: clock.Local(r.d.Clock.Now()).Format("2006010215"), People: others}
		if !r.fresh(&e) {
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

// fresh leaves in a look what is not known yet; false when that is nothing.
func (r *Recorder) fresh(e *events.DataRead) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	seen := func(person string) bool { return r.known[glanceOf(*e, person)] }
	if len(e.People) == 0 && seen("") {
		return false
	}
	if listed := len(e.People) > 0; listed {
		if e.People = slices.DeleteFunc(slices.Clone(e.People), seen); len(e.People) == 0 {
			return false
		}
	}
	if len(r.known) >= mostKnown {
		clear(r.known)
	}
	for _, g := range glances(*e) {
		r.known[g] = true
	}
	return true
}

func glances(e events.DataRead) (all []glance) {
	for _, p := range e.People {
		all = append(all, glanceOf(e, p))
	}
	if len(all) == 0 {
		all = append(all, glanceOf(e, ""))
	}
	return all
}

func (r *Recorder) forget(e events.DataRead) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, g := range glances(e) {
		delete(r.known, g)
	}
}

// record keeps a look once.
type record struct{ events.DataRead }

// hour is what one reader saw in an hour.
type hour struct {
	facts int
	seen  map[glance]bool
}

// Evolve implements eventsource.State.
func (h hour) Evolve(e eventsource.Event) hour {
	if e, ok := e.(events.DataRead); ok {
		seen := maps.Clone(h.seen)
		if seen == nil {
			seen = map[glance]bool{}
		}
		for _, g := range glances(e) {
			seen[g] = true
		}
		return hour{h.facts + 1, seen}
	}
	return h
}

// Stream implements eventsource.Command.
func (c record) Stream() string { return "access.reads." + c.Reader + "_" + c.Hour }

// Decide implements eventsource.Command.
func (c record) Decide(h hour) ([]eventsource.Event, error) {
	e := c.DataRead
	e.People = slices.DeleteFunc(slices.Clone(e.People), func(p string) bool { return h.seen[glanceOf(e, p)] })
	if h.facts >= mostReads || len(e.People) == 0 && (len(c.People) > 0 || h.seen[glanceOf(e, "")]) {
		return nil, nil
	}
	return []eventsource.Event{e}, nil
}
