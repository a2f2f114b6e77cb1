package portal

import (
	"context"
	"sync"
	"time"

	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
	"khuevan/services/access"
	"khuevan/services/directory"
)

// callers remembers who people are until the directory changes: a reader asks for a page every half minute, and their
// name and roles change once in years. A withdrawn role is gone as soon as this process hears of it.
type callers struct {
	d    host.Deps
	mu   sync.Mutex
	seen map[string]remembered
}

type remembered struct {
	who   directory.Identity
	after uint64 // the last fact of the directory when it was asked
	until time.Time
}

const (
	moment         = 5 * time.Second // for what nothing tells that it has changed
	longMoment     = 5 * time.Minute // for people: a destroyed key is no fact of the directory
	mostRemembered = 20_000
)

func newCallers(d host.Deps) *callers { return &callers{d: d, seen: map[string]remembered{}} }

// telling are the facts that change who somebody is.
func telling() []string {
	return []string{"directory.unit", "directory.person.person-registered", "directory.person.person-corrected", "directory.person.membership-began",
		"directory.person.membership-ended", "directory.person.membership-restated", "directory.person.membership-withdrawn",
		"directory.person.person-retired", "directory.person.person-returned", "directory.person.person-erased",
		"directory.person.role-granted", "directory.person.role-withdrawn", "access.delegation"}
}

func (c *callers) identify(ctx context.Context, person string) (directory.Identity, error) {
	now := c.d.Clock.Now()
	last, long := c.last(ctx)
	c.mu.Lock()
	known, ok := c.seen[person]
	c.mu.Unlock()
	if ok && known.after == last && now.Before(known.until) {
		return known.who, nil
	}
	who, err := directory.Identify.Call(rpc.AsSystem(ctx, ""), c.d.RPC, directory.IdentifyRequest{Person: person, After: last})
	if err != nil {
		return who, err
	}
	lent, err := access.StandInsOf.Call(rpc.AsSystem(ctx, ""), c.d.RPC, access.StandInsOfRequest{Person: person, After: last})
	if err != nil {
		return who, err
	}
	who.Grants = append(who.Grants, lent...)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.seen) >= mostRemembered {
		clear(c.seen)
	}
	c.seen[person] = remembered{who: who, after: last, until: access.Earlier(now.Add(long), now)}
	return who, nil
}

// last is the directory's last fact that this process has heard of, and how long an identity is good with it.
func (c *callers) last(ctx context.Context) (uint64, time.Duration) {
	heard, ok := c.d.Journal.(readmodel.Tracker)
	if !ok {
		return 0, moment
	}
	last, err := heard.HeadAt(ctx, telling(), 0)
	if err != nil {
		return 0, moment
	}
	return last, longMoment
}
