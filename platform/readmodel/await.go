package readmodel

import "context"

// AwaitAll is Await for a fact of any stream: it returns when every fact up to seq that the projection reads can be
// seen, even when the fact at seq is not one of them.
func (p *Projection) AwaitAll(ctx context.Context, src Source, seq uint64) error {
	if p.Position() >= seq {
		return nil
	}
	head, err := src.Head(ctx, p.nouns)
	if err != nil {
		return err
	}
	return p.Await(ctx, min(seq, head))
}
