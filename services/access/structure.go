package access

import (
	"context"
	"sync"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Structure asks the service where units and people stand, and remembers until the directory or the day changes: every
// process of the platform decides by the same tree, and keeps none of its own.
type Structure struct {
	d    host.Deps
	mu   sync.Mutex
	seen map[rpc.Object]place
}

type place struct {
	above []string
	after uint64
	until time.Time
}

const (
	mostPlaces = 20_000
	unheard    = 5 * time.Second // for what nothing tells that it has changed
	heard      = 5 * time.Minute
)

// NewStructure makes the structure of a process.
func NewStructure(d host.Deps) *Structure { return &Structure{d: d, seen: map[rpc.Object]place{}} }

// Moving are the facts that move units and people.
func Moving() []string {
	return []string{"directory.unit", "directory.person.membership-began", "directory.person.membership-ended",
		"directory.person.membership-restated", "directory.person.membership-withdrawn"}
}

// Above implements rpc.Structure.
func (s *Structure) Above(ctx context.Context, o rpc.Object) ([]string, error) {
	now := s.d.Clock.Now()
	last, long := uint64(0), unheard
	if t, ok := s.d.Journal.(readmodel.Tracker); ok {
		if at, err := t.HeadAt(ctx, Moving(), 0); err == nil {
			last, long = at, heard
		}
	}
	s.mu.Lock()
	known, ok := s.seen[o]
	s.mu.Unlock()
	if ok && known.after == last && now.Before(known.until) {
		return known.above, nil
	}
	got, err := Above.Call(rpc.AsSystem(ctx, ""), s.d.RPC, AboveRequest{Kind: o.Kind, ID: o.ID, After: last})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.seen) >= mostPlaces {
		clear(s.seen)
	}
	s.seen[o] = place{above: got.Units, after: last, until: Earlier(now.Add(long), now)}
	return got.Units, nil
}

// Earlier is a time, or the end of the day of now where that comes first: what holds by the day ends with it.
func Earlier(until, now time.Time) time.Time {
	l := clock.Local(now)
	if midnight := time.Date(l.Year(), l.Month(), l.Day()+1, 0, 0, 0, 0, l.Location()); midnight.Before(until) {
		return midnight
	}
	return until
}
