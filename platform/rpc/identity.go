package rpc

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
)

// Identity is who asks. The zero value is somebody who has not signed in.
type Identity struct {
	Person string  `json:"person,omitempty"`
	Grants []Grant `json:"grants,omitempty"`
	System bool    `json:"system,omitempty"` // the platform itself
	Stale  bool    `json:"stale,omitempty"`  // has not proved who they are for a while
	// OnBehalf is for whom the caller stands in with this request, as the rule found; never sent.
	OnBehalf string `json:"-"`
}

// Grant is a role, in one unit and those below it, or everywhere when Unit is empty.
type Grant struct {
	Role string `json:"role"`
	Unit string `json:"unit,omitempty"`
	// OnBehalf is the person for whom somebody stands in with this role today; "" for a role of one's own.
	OnBehalf string `json:"on_behalf,omitempty"`
}

// Has reports whether the identity holds a role anywhere.
func (i Identity) Has(role string) bool {
	return i.System || slices.ContainsFunc(i.Grants, func(g Grant) bool { return g.Role == role })
}

// Units are the units in which the identity holds a role; all is true when it holds it everywhere.
func (i Identity) Units(role string) (units []string, all bool) {
	if i.System {
		return nil, true
	}
	for _, g := range i.Grants {
		if g.Role == role {
			units, all = append(units, g.Unit), all || g.Unit == ""
		}
	}
	return units, all
}

// Actor names the identity in the journal.
func (i Identity) Actor() string {
	switch {
	case i.System:
		return "system"
	case i.Person == "":
		return "anonymous"
	default:
		return i.Person
	}
}

// may reports whether one of the allowed callers is this identity.
func (i Identity) may(allow []string) bool {
	if i.System || slices.Contains(allow, Anyone) {
		return true
	}
	if i.Person != "" && slices.Contains(allow, SignedIn) {
		return true
	}
	return slices.ContainsFunc(allow, i.Has)
}

// Request is what a handler knows of the request besides its content.
type Request struct {
	ID       string // of the request; the cause of what is decided on it. A repeated id is a repeated request.
	Identity Identity
}

type requestKey struct{}

// With attaches a request to a context, for a call or inside a handler.
func With(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// From is the request that ctx stands for; the zero value outside one.
func From(ctx context.Context) Request {
	r, _ := ctx.Value(requestKey{}).(Request)
	return r
}

// AsSystem is a context in which the platform itself asks, under a request id.
func AsSystem(ctx context.Context, id string) context.Context {
	return With(ctx, Request{ID: id, Identity: Identity{System: true}})
}

// callers remembers identities by how they came over the wire: the same few thousand people ask again and again.
type callers struct {
	mu   sync.RWMutex
	seen map[string]Identity
}

// mostCallers are remembered; beyond them it starts afresh.
const mostCallers = 4096

// read decodes an identity; an unreadable one is nobody. Its grants are shared: not to be changed.
func (c *callers) read(text string) Identity {
	c.mu.RLock()
	who, ok := c.seen[text]
	c.mu.RUnlock()
	if ok {
		return who
	}
	if json.Unmarshal([]byte(text), &who) != nil {
		return Identity{}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen == nil || len(c.seen) >= mostCallers {
		c.seen = map[string]Identity{}
	}
	c.seen[text] = who
	return who
}
