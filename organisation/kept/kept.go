// Package kept keeps the units of the directory in a read model and gives them as of any day.
package kept

import (
	"context"
	"sync"

	"khuevan/organisation"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// Units is the structure that a service keeps; it is read anew only when a fact about units has come.
type Units struct {
	Projection *readmodel.Projection // to be run by the service
	pasts      *readmodel.Collection[organisation.Past]

	mu     sync.Mutex
	made   *organisation.Structure
	madeAt uint64
	day    string
	whole  *organisation.Whole // of day
}

// NewUnits keeps nothing yet.
func NewUnits() *Units {
	u := &Units{pasts: readmodel.NewCollection[organisation.Past]("unit-pasts")}
	u.Projection = readmodel.NewProjection("structure", 1, []string{"directory.unit"}, u.apply, u.pasts)
	return u
}

func (u *Units) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	k := organisation.Known{Seq: r.Seq, At: r.Time, Fact: r.Event}
	id := organisation.UnitOf(k.Fact)
	if id == "" {
		return nil
	}
	return u.pasts.Update(b, id, func(p *organisation.Past) { p.Add(id, k) })
}

// Structure is the units on all days as they are known now.
func (u *Units) Structure(ctx context.Context) (*organisation.Structure, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.now(ctx)
}

// On is all units as of a day.
func (u *Units) On(ctx context.Context, day string) (*organisation.Whole, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	s, err := u.now(ctx)
	if err != nil {
		return nil, err
	}
	if u.whole == nil || u.day != day {
		u.whole, u.day = s.Whole(day), day
	}
	return u.whole, nil
}

func (u *Units) now(ctx context.Context) (*organisation.Structure, error) {
	at := u.Projection.Position()
	if u.made != nil && u.madeAt == at {
		return u.made, nil
	}
	var facts []organisation.Known
	err := u.pasts.Each(ctx, readmodel.Query{}, func(p organisation.Past) error {
		facts = append(facts, p.Known()...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	u.made, u.madeAt, u.whole = organisation.Structured(facts), at, nil
	return u.made, nil
}

// Name is what a unit is called on a day, or what it was called last before it; "" for one that never was.
func (u *Units) Name(ctx context.Context, id, day string) (string, error) {
	s, err := u.Structure(ctx)
	if err != nil {
		return "", err
	}
	if unit, ok := s.Unit(id, day); ok {
		return unit.Name, nil
	}
	name := ""
	for i, state := range s.States(id) {
		if i == 0 || state.From <= day {
			name = state.Name
		}
	}
	return name, nil
}
