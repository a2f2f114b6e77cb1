package directory

import (
	"context"
	"slices"
	"sync"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// toldDoc is a fact as the read model keeps it; one of the pointers is set.
type toldDoc struct {
	Seq         uint64                      `json:"seq"`
	At          time.Time                   `json:"at"`
	Established *events.UnitEstablished     `json:"established,omitempty"`
	Renamed     *events.UnitRenamed         `json:"renamed,omitempty"`
	Moved       *events.UnitMoved           `json:"moved,omitempty"`
	Ended       *events.UnitEnded           `json:"ended,omitempty"`
	Withdrawn   *events.UnitFactWithdrawn   `json:"withdrawn,omitempty"`
	Began       *events.MembershipBegan     `json:"began,omitempty"`
	Left        *events.MembershipEnded     `json:"left,omitempty"`
	Restated    *events.MembershipRestated  `json:"restated,omitempty"`
	Never       *events.MembershipWithdrawn `json:"never,omitempty"`
	Leave       *events.LeaveBegan          `json:"leave,omitempty"`
	Back        *events.LeaveEnded          `json:"back,omitempty"`
	Retired     *events.PersonRetired       `json:"retired,omitempty"`
	Returned    *events.PersonReturned      `json:"returned,omitempty"`
}

// told keeps a fact about units or memberships, of the unit or person whose id it gives; "" for any other fact.
func told(r eventsource.Recorded) (of string, d toldDoc) {
	d = toldDoc{Seq: r.Seq, At: r.Time}
	switch e := r.Event.(type) {
	case events.UnitEstablished:
		of, d.Established = e.Unit, &e
	case events.UnitRenamed:
		of, d.Renamed = e.Unit, &e
	case events.UnitMoved:
		of, d.Moved = e.Unit, &e
	case events.UnitEnded:
		of, d.Ended = e.Unit, &e
	case events.UnitFactWithdrawn:
		of, d.Withdrawn = e.Unit, &e
	case events.MembershipBegan:
		of, d.Began = e.Person, &e
	case events.MembershipEnded:
		of, d.Left = e.Person, &e
	case events.MembershipRestated:
		of, d.Restated = e.Person, &e
	case events.MembershipWithdrawn:
		of, d.Never = e.Person, &e
	case events.LeaveBegan:
		of, d.Leave = e.Person, &e
	case events.LeaveEnded:
		of, d.Back = e.Person, &e
	case events.PersonRetired:
		of, d.Retired = e.Person, &e
	case events.PersonReturned:
		of, d.Returned = e.Person, &e
	}
	return of, d
}

// known gives the fact back.
func (d toldDoc) known() organisation.Known {
	k := organisation.Known{Seq: d.Seq, At: d.At}
	switch {
	case d.Established != nil:
		k.Fact = *d.Established
	case d.Renamed != nil:
		k.Fact = *d.Renamed
	case d.Moved != nil:
		k.Fact = *d.Moved
	case d.Ended != nil:
		k.Fact = *d.Ended
	case d.Withdrawn != nil:
		k.Fact = *d.Withdrawn
	case d.Began != nil:
		k.Fact = *d.Began
	case d.Left != nil:
		k.Fact = *d.Left
	case d.Restated != nil:
		k.Fact = *d.Restated
	case d.Never != nil:
		k.Fact = *d.Never
	case d.Leave != nil:
		k.Fact = *d.Leave
	case d.Back != nil:
		k.Fact = *d.Back
	case d.Retired != nil:
		k.Fact = *d.Retired
	case d.Returned != nil:
		k.Fact = *d.Returned
	}
	return k
}

// pastDoc is everything that was told of a unit or of a person's places.
type pastDoc struct {
	ID    string    `json:"id"`
	Facts []toldDoc `json:"facts"`
}

func (d *pastDoc) add(id string, t toldDoc) {
	d.ID = id
	if n := len(d.Facts); n == 0 || d.Facts[n-1].Seq < t.Seq {
		d.Facts = append(slices.Clone(d.Facts), t)
	}
}

func (d pastDoc) known() []organisation.Known {
	all := make([]organisation.Known, len(d.Facts))
	for i, t := range d.Facts {
		all[i] = t.known()
	}
	return all
}

// The facts of which the pasts consist; imports also write of people what changes no place.
var (
	unitNouns   = []string{"directory.unit"}
	careerFacts = []string{"directory.person.membership-began", "directory.person.membership-ended", "directory.person.membership-restated",
		"directory.person.membership-withdrawn", "directory.person.leave-began", "directory.person.leave-ended",
		"directory.person.person-retired", "directory.person.person-returned"}
)

// past is what the service keeps to tell of any day. Both structures are made anew from the documents when these have
// changed, and never change themselves, so whoever has got one may go on reading it.
type past struct {
	unitDocs   *readmodel.Collection[pastDoc]
	careerDocs *readmodel.Collection[pastDoc]
	unitView   *readmodel.Projection
	careerView *readmodel.Projection

	mu     sync.Mutex
	made   *organisation.Structure
	madeAt uint64
	trees  map[treeKey]seen               // of made
	all    map[string]organisation.Career // of everybody
	allAt  uint64
	counts map[treeKey]organisation.Count // of made and people
}

// treeKey names a day as known at a moment; the zero time is now.
type treeKey struct {
	day   string
	known time.Time
}

// seen is the structure as known at a moment and its tree of a day.
type seen struct {
	*organisation.Structure
	tree    *organisation.Tree
	lineage organisation.Lineage
}

// mostTrees bounds how many trees are remembered: a slider over twelve years of months.
const mostTrees = 150

func newPast() *past {
	p := &past{unitDocs: readmodel.NewCollection[pastDoc]("unit-pasts"), careerDocs: readmodel.NewCollection[pastDoc]("careers")}
	p.unitView = readmodel.NewProjection("unit-pasts", 1, unitNouns, func(b *readmodel.Batch, r eventsource.Recorded) error {
		return keep(b, p.unitDocs, r)
	}, p.unitDocs)
	p.careerView = readmodel.NewProjection("careers", 1, careerFacts, func(b *readmodel.Batch, r eventsource.Recorded) error {
		return keep(b, p.careerDocs, r)
	}, p.careerDocs)
	return p
}

func keep(b *readmodel.Batch, docs *readmodel.Collection[pastDoc], r eventsource.Recorded) error {
	id, fact := told(r)
	if id == "" {
		return nil
	}
	return docs.Update(b, id, func(d *pastDoc) { d.add(id, fact) })
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
	err := p.unitDocs.Each(ctx, readmodel.Query{}, func(d pastDoc) error {
		facts = append(facts, d.known()...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	p.made, p.madeAt = organisation.Structured(facts), at
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
	if len(p.trees) >= mostTrees {
		clear(p.trees)
	}
	v := seen{s, s.On(key.day), s.Lineage(key.day)}
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
	err := p.careerDocs.Each(ctx, readmodel.Query{}, func(d pastDoc) error {
		people[d.ID] = organisation.CareerOf(d.known())
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
	return organisation.CareerOf(d.known()), err
}
