package directory

import (
	"context"
	"sync"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// The facts of which the pasts consist; imports also write of people what changes no place.
var (
	unitNouns   = []string{"directory.unit"}
	careerFacts = []string{"directory.person.membership-began", "directory.person.membership-ended", "directory.person.membership-restated",
		"directory.person.membership-withdrawn", "directory.person.leave-began", "directory.person.leave-ended",
		"directory.person.person-retired", "directory.person.person-returned", "directory.person.person-erased"}
)

// past is what the service keeps to tell of any day. Both structures are made anew from the documents when these have
// changed, and never change themselves, so whoever has got one may go on reading it.
type past struct {
	unitDocs   *readmodel.Collection[organisation.Past]
	careerDocs *readmodel.Collection[organisation.Past]
	unitView   *readmodel.Projection
	careerView *readmodel.Projection

	mu      sync.Mutex
	made    *organisation.Structure
	madeAt  uint64
	changes []organisation.Change          // of made
	trees   map[treeKey]seen               // of made
	all     map[string]organisation.Career // of everybody
	allAt   uint64
	counts  map[treeKey]organisation.Count // of made and people
}

// treeKey names a day as known at a moment; the zero time is now.
type treeKey struct {
	day   string
	known time.Time
}

// seen is the structure as known at a moment and its tree of a day.
type seen struct {
	*organisation.Structure
	changes []organisation.Change
	tree    *organisation.Tree
	lineage organisation.Lineage
}

// mostTrees bounds how many trees are remembered: one of 10,000 units takes about 1 MB, and some milliseconds to be made anew.
const mostTrees = 100

func newPast() *past {
	p := &past{unitDocs: readmodel.NewCollection[organisation.Past]("unit-pasts"), careerDocs: readmodel.NewCollection[organisation.Past]("careers")}
	p.unitView = readmodel.NewProjection("unit-pasts", 1, unitNouns, func(b *readmodel.Batch, r eventsource.Recorded) error {
		return keep(b, p.unitDocs, r)
	}, p.unitDocs)
	p.careerView = readmodel.NewProjection("careers", 2, careerFacts, func(b *readmodel.Batch, r eventsource.Recorded) error {
		return keep(b, p.careerDocs, r)
	}, p.careerDocs)
	return p
}

func keep(b *readmodel.Batch, docs *readmodel.Collection[organisation.Past], r eventsource.Recorded) error {
	k := factOf(r)
	id := organisation.Of(k.Fact)
	if id == "" {
		return nil
	}
	return docs.Update(b, id, func(d *organisation.Past) { d.Add(id, k) })
}

// factOf takes a fact out of the record; it is nil for one that is no fact of the story. An erasure tells of a career that
// it ends.
func factOf(r eventsource.Recorded) organisation.Known {
	e, _ := r.Event.(events.Event)
	if gone, ok := e.(events.PersonErased); ok {
		e = leaves(gone)
	}
	return organisation.Known{Seq: r.Seq, At: r.Time, Fact: e}
}

// structure is the units on all days as they are known now.
func (p *past) structure(ctx context.Context) (*organisation.Structure, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.structureNow(ctx)
}

func (p *past) structureNow(ctx context.Context) (*organisation.Structure, error) {
	at := p.unitView.Position()
	if p.made != nil && p.madeAt == at {
		return p.made, nil
	}
	var facts []organisation.Known
	err := p.unitDocs.Each(ctx, readmodel.Query{}, func(d organisation.Past) error {
		facts = append(facts, d.Known()...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	p.made, p.madeAt = organisation.Structured(facts), at
	p.changes = p.made.Changes("", "")
	p.trees, p.counts = map[treeKey]seen{}, map[treeKey]organisation.Count{}
	return p.made, nil
}

// see gives the units of a day as known at a moment.
func (p *past) see(ctx context.Context, key treeKey) (seen, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, err := p.structureNow(ctx)
	if err != nil {
		return seen{}, err
	}
	if v, ok := p.trees[key]; ok {
		return v, nil
	}
	if !key.known.IsZero() {
		s = s.AsKnown(key.known)
	}
	for other := range p.trees {
		if len(p.trees) >= mostTrees {
			delete(p.trees, other)
		}
	}
	v := seen{s, p.changes, s.On(key.day), s.Lineage(key.day)}
	if !key.known.IsZero() {
		v.changes = s.Changes("", "")
	}
	p.trees[key] = v
	return v, nil
}

// careersNow are the careers of all people.
func (p *past) careersNow(ctx context.Context) (map[string]organisation.Career, error) {
	at := p.careerView.Position()
	if p.all != nil && p.allAt == at {
		return p.all, nil
	}
	people := map[string]organisation.Career{}
	err := p.careerDocs.Each(ctx, readmodel.Query{}, func(d organisation.Past) error {
		people[d.ID] = organisation.CareerOf(d.Known())
		return nil
	})
	if err != nil {
		return nil, err
	}
	p.all, p.allAt, p.counts = people, at, map[treeKey]organisation.Count{}
	return people, nil
}

// everybody gives the careers of all people with the structure to read them by.
func (p *past) everybody(ctx context.Context, known time.Time) (*organisation.Structure, map[string]organisation.Career, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.everybodyNow(ctx, known)
}

func (p *past) everybodyNow(ctx context.Context, known time.Time) (*organisation.Structure, map[string]organisation.Career, error) {
	s, err := p.structureNow(ctx)
	if err != nil {
		return nil, nil, err
	}
	people, err := p.careersNow(ctx)
	if err != nil || known.IsZero() {
		return s, people, err
	}
	then := make(map[string]organisation.Career, len(people))
	for id, c := range people {
		then[id] = c.AsKnown(known)
	}
	return s.AsKnown(known), then, nil
}

// countOn counts everybody on a day as known at a moment.
func (p *past) countOn(ctx context.Context, key treeKey) (organisation.Count, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := p.structureNow(ctx); err != nil {
		return organisation.Count{}, err
	}
	if _, err := p.careersNow(ctx); err != nil {
		return organisation.Count{}, err
	}
	if c, ok := p.counts[key]; ok {
		return c, nil
	}
	s, people, err := p.everybodyNow(ctx, key.known)
	if err != nil {
		return organisation.Count{}, err
	}
	if len(p.counts) >= mostTrees {
		clear(p.counts)
	}
	c := s.Count(people, key.day)
	p.counts[key] = c
	return c, nil
}

// career is one person's career; an unknown person has an empty one.
func (p *past) career(ctx context.Context, person string) (organisation.Career, error) {
	d, _, err := p.careerDocs.Get(ctx, person)
	return organisation.CareerOf(d.Known()), err
}
