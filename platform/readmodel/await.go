package readmodel

import (
	"context"
	"math"
	"slices"
	"strings"

	"khuevan/platform/eventsource"
)

// Named reports whether nouns, as a projection declares them, name a fact of a stream.
func Named(nouns []string, stream, eventType string) bool {
	name := stream[:max(0, strings.LastIndexByte(stream, '.'))]
	if _, fact, _, err := eventsource.SplitType(eventType); err == nil {
		name += "." + fact
	}
	return slices.ContainsFunc(nouns, func(n string) bool { return strings.HasPrefix(name+".", n+".") })
}

// Present, as a sequence to await, stands for every fact that the journal has at the call.
const Present = math.MaxUint64

// Tracker is a source that knows where facts end without looking for it.
type Tracker interface {
	// HeadAt is the sequence of the last fact that the nouns name up to seq, or of a later one; Present stands for everything
	// recorded before the call.
	HeadAt(ctx context.Context, nouns []string, seq uint64) (uint64, error)
}

func headAt(ctx context.Context, src Source, nouns []string, seq uint64) (uint64, error) {
	if t, ok := src.(Tracker); ok {
		return t.HeadAt(ctx, nouns, seq)
	}
	return src.Head(ctx, nouns)
}

// AwaitAll is Await for a fact of any stream: it returns when every fact up to seq that the projection reads can be
// seen, even when the fact at seq is not one of them.
func (p *Projection) AwaitAll(ctx context.Context, src Source, seq uint64) error {
	if p.Position() >= seq {
		return nil
	}
	head, err := headAt(ctx, src, p.nouns, seq)
	if err != nil {
		return err
	}
	return p.Await(ctx, min(seq, head))
}
