package eventsource

import (
	"container/list"
	"context"
	"hash/maphash"
	"slices"
	"sync"
)

// mostCauses bounds the facts of a stream that is remembered; a longer one is loaded each time.
const mostCauses = 512

// Recent remembers how streams stood when this process last read or wrote them, so that a command need not load what
// was folded a moment ago. It is a guess that the journal checks: an append still names the end it expects, and what
// appends nothing, or refuses, is decided again on a fresh load before it is believed. So others may write meanwhile.
//
// Remembered states are shared: Evolve and Decide must not change what a state points to.
// A nil *Recent remembers nothing.
type Recent struct {
	registry *Registry
	most     int
	seed     maphash.Seed

	mu      sync.Mutex
	streams map[string]*list.Element
	order   *list.List // of remembered, the most recently used first
}

// remembered is a stream at one of its ends; never changed once it is shared.
type remembered struct {
	stream string
	state  any
	end    End
	first  uint64 // sequence of the first fact
	cause  string // of the first fact
	causes []uint64
}

// NewRecent remembers up to so many streams; beyond them the longest unused is forgotten.
func NewRecent(r *Registry, streams int) *Recent {
	return &Recent{registry: r, most: streams, seed: maphash.MakeSeed(), streams: map[string]*list.Element{}, order: list.New()}
}

// get gives a stream as it is remembered.
func (r *Recent) get(stream string) (*remembered, bool) {
	if r == nil {
		return nil, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.streams[stream]
	if !ok {
		return nil, false
	}
	r.order.MoveToFront(at)
	return at.Value.(*remembered), true
}

// put remembers a stream, unless a later end of it is known.
func (r *Recent) put(m *remembered) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.streams[m.stream]
	switch {
	case ok && at.Value.(*remembered).end.Seq >= m.end.Seq:
		return
	case len(m.causes) > mostCauses:
		r.drop(at) // none, or an older end
	case ok:
		at.Value = m
		r.order.MoveToFront(at)
	default:
		r.streams[m.stream] = r.order.PushFront(m)
		if r.order.Len() > r.most {
			r.drop(r.order.Back())
		}
	}
}

// forget drops what was remembered, unless something newer was since.
func (r *Recent) forget(m *remembered) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if at, ok := r.streams[m.stream]; ok && at.Value.(*remembered).end.Seq <= m.end.Seq {
		r.drop(at)
	}
}

func (r *Recent) drop(at *list.Element) {
	if at != nil {
		delete(r.streams, at.Value.(*remembered).stream)
		r.order.Remove(at)
	}
}

// did reports whether a cause may be among those of the stream; "no" is certain.
func (r *Recent) did(m *remembered, cause string) bool {
	return cause != "" && slices.Contains(m.causes, maphash.String(r.seed, cause))
}

// learn remembers a stream as it was loaded, folded to state.
func (r *Recent) learn(stream string, h History, state any) *remembered {
	if r == nil {
		return nil
	}
	m := &remembered{stream: stream, state: state, end: h.End(), causes: make([]uint64, len(h), len(h)+1)}
	for i, f := range h {
		m.causes[i] = maphash.String(r.seed, f.Cause)
	}
	if len(h) > 0 {
		m.first, m.cause = h[0].Seq, h[0].Cause
	}
	r.put(m)
	return m
}

// follow remembers a stream with facts that were just appended behind what was known of it.
func follow[S State[S]](r *Recent, was *remembered, seq uint64, added []Fact) {
	if r == nil {
		return
	}
	state, _ := was.state.(S) // the caller decided on it
	now := *was
	now.causes = slices.Clip(was.causes)
	if now.first == 0 {
		now.first, now.cause = seq-uint64(len(added))+1, added[0].Cause
	}
	for _, f := range added {
		e, chain, err := r.registry.stored(was.stream, now.end.Chain, f.Event)
		if err != nil {
			return // the journal has it; whoever loads it will say what is wrong
		}
		state, now.end.Chain = state.Evolve(e), chain
		now.causes = append(now.causes, maphash.String(r.seed, f.Cause))
	}
	now.state, now.end.Seq = state, seq
	r.put(&now)
}

// fromMemory decides a command on what is remembered of its stream. It is settled only by an append: everything else
// may come from an old picture.
func fromMemory[S State[S]](ctx context.Context, j Journal, r *Recent, m Meta, cmd Command[S]) (out Outcome, settled bool, err error) {
	was, ok := r.get(cmd.Stream())
	if !ok || r.did(was, m.Cause) {
		return Outcome{}, false, nil
	}
	state, ok := was.state.(S)
	if !ok {
		return Outcome{}, false, nil
	}
	decided, err := cmd.Decide(state)
	if err != nil || len(decided) == 0 {
		return Outcome{}, false, nil //nolint:nilerr // decided again on a fresh load
	}
	added := facts(m, decided)
	seq, err := j.Append(ctx, was.stream, was.end, added...)
	if err != nil {
		r.forget(was)
		return Outcome{}, !again(err, m), err
	}
	follow[S](r, was, seq, added)
	return Outcome{Seq: seq, Events: decided}, true, nil
}

// Tip is a journal that knows where a stream ends, for less than it costs to load it.
type Tip interface {
	Journal
	// Last is the sequence of the stream's last fact, 0 for an empty stream. It may lag where Load may.
	Last(ctx context.Context, stream string) (uint64, error)
}

// Seen is a stream as a reader finds it. The zero value is an empty one.
type Seen[S any] struct {
	State S
	First uint64 // sequence of the first fact
	Last  uint64 // of the last
	Cause string // of the first
}

// See reads a stream: from memory, when the journal says that it still ends there, or else by loading it.
func See[S State[S]](ctx context.Context, j Tip, r *Recent, stream string) (Seen[S], error) {
	if m, ok := r.get(stream); ok {
		if state, ok := m.state.(S); ok {
			last, err := j.Last(ctx, stream)
			if err != nil {
				return Seen[S]{}, err
			}
			if last <= m.end.Seq { // a replica that answers may lag behind what this process wrote
				return Seen[S]{State: state, First: m.first, Last: m.end.Seq, Cause: m.cause}, nil
			}
		}
	}
	h, err := j.Load(ctx, stream)
	if err != nil {
		return Seen[S]{}, err
	}
	seen := Seen[S]{State: Fold[S](h), Last: h.Last()}
	if len(h) > 0 {
		seen.First, seen.Cause = h[0].Seq, h[0].Cause
	}
	r.learn(stream, h, seen.State)
	return seen, nil
}
