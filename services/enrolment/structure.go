package enrolment

import (
	"context"
	"strings"
	"sync"

	"khuevan/organisation"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// structure is the units of the directory; it is read anew only when a fact about units has come.
type structure struct {
	projection *readmodel.Projection
	pasts      *readmodel.Collection[organisation.Past]

	mu     sync.Mutex
	made   *organisation.Structure
	madeAt uint64
	day    string
	whole  *organisation.Whole // of day
}

func newStructure() *structure {
	s := &structure{pasts: readmodel.NewCollection[organisation.Past]("unit-pasts")}
	s.projection = readmodel.NewProjection("structure", 1, []string{"directory.unit"}, s.apply, s.pasts)
	return s
}

func (s *structure) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	k := organisation.Known{Seq: r.Seq, At: r.Time, Fact: r.Event}
	id := organisation.UnitOf(k.Fact)
	if id == "" {
		return nil
	}
	return s.pasts.Update(b, id, func(p *organisation.Past) { p.Add(id, k) })
}

// on is all units as of a day.
func (s *structure) on(ctx context.Context, day string) (*organisation.Whole, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.projection.Position()
	if s.made == nil || s.madeAt != at {
		var facts []organisation.Known
		err := s.pasts.Each(ctx, readmodel.Query{}, func(p organisation.Past) error {
			facts = append(facts, p.Known()...)
			return nil
		})
		if err != nil {
			return nil, err
		}
		s.made, s.madeAt, s.whole = organisation.Structured(facts), at, nil
	}
	if s.whole == nil || s.day != day {
		s.whole, s.day = s.made.Whole(day), day
	}
	return s.whole, nil
}

// unit is a unit of a day; found is false for one that never was.
func (v view) unit(ctx context.Context, id, day string) (u unit, found bool, err error) {
	w, err := v.structure.on(ctx, day)
	if err != nil || !w.Has(id) {
		return unit{}, false, err
	}
	var path []string
	for at := id; at != ""; at = w.Above(at) {
		path = append([]string{at}, path...)
	}
	return unit{Unit: id, Path: "/" + strings.Join(path, "/") + "/"}, true, nil
}

// projections are what the view is made of.
func (v view) projections() []*readmodel.Projection {
	return []*readmodel.Projection{v.projection, v.structure.projection}
}

// await waits for every projection of the view with one of the two ways of waiting.
func (v view) await(ctx context.Context, seq uint64, wait func(context.Context, *readmodel.Projection, uint64) error) error {
	for _, p := range v.projections() {
		if err := wait(ctx, p, seq); err != nil {
			return err
		}
	}
	return nil
}
