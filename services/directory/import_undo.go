package directory

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// errChanged says that a row was changed after the import, so that it stays.
var errChanged = errors.New("directory: changed since the import")

// undoImport begins to take an import back; it answers as soon as that is decided.
func (s *service) undoImport(ctx context.Context, req ImportRequest) (ImportStarted, error) {
	out, err := host.Do(ctx, s.d, undoImport{events.ImportUndoBegan{Import: req.Import, By: rpc.From(ctx).Identity.Person, On: s.today()}})
	if err != nil {
		return ImportStarted{}, err
	}
	s.wakeUp()
	return ImportStarted{Import: req.Import, Seq: out.Seq}, nil
}

// takeBack undoes what an import wrote: people first, then units from the lowest up. Rows that were changed since stay.
func (s *service) takeBack(ctx context.Context, id string) error {
	seen, err := host.See[imported](ctx, s.d, importStream(id))
	if err != nil || seen.State.Undoing == nil || seen.State.Undone {
		return err
	}
	units, people, err := s.steps(ctx, id, seen.State.Accepted.Parts)
	if err != nil {
		return err
	}
	own := importing(as(ctx, seen.State.Undoing.By), id, "undo")
	if err := s.catchUp(ctx); err != nil {
		return err
	}
	candidates, decided, err := s.doubtsOf(ctx, id)
	if err != nil {
		return err
	}
	for _, candidate := range candidates {
		if _, err := host.Do(own, s.d, dropDoubt{Candidate: candidate, Import: id, Why: droppedUndone}); err != nil {
			return err
		}
	}
	w, kept := s.newWork(id), &kept{}
	err = host.All(own, append(writtenOf(people), decided...), func(ctx context.Context, person string) error {
		return w.did(ctx, kept.person(person, s.takeBackPerson(ctx, id, person)))
	})
	if err != nil {
		return err
	}
	if err := s.catchUp(ctx); err != nil {
		return err
	}
	if err := s.takeBackUnits(own, id, units, w, kept); err != nil {
		return err
	}
	slices.Sort(kept.people)
	_, err = host.Do(importing(own, id, "undone"), s.d, endUndo{events.ImportUndone{Import: id, Units: kept.units, People: kept.people}})
	return err
}

func writtenOf(steps []events.PersonStep) []string {
	all := make([]string, len(steps))
	for i, p := range steps {
		all[i] = p.Person
	}
	return all
}

// doubtsOf gives the doubts of an import, and whom decisions about them may have changed.
func (s *service) doubtsOf(ctx context.Context, id string) (candidates, people []string, err error) {
	seen := map[string]bool{}
	err = s.doubts.Each(ctx, readmodel.Query{Index: "import", Equal: []any{id}}, func(d doubtDoc) error {
		if candidates = append(candidates, d.ID); d.State == doubtOpen {
			return nil
		}
		for _, person := range append([]string{d.ID}, d.Fact.Persons...) {
			if !seen[person] {
				seen[person] = true
				people = append(people, person)
			}
		}
		return nil
	})
	return candidates, people, err
}

// kept collects what could not be taken back.
type kept struct {
	mu            sync.Mutex
	units, people []string
}

func (k *kept) person(id string, err error) error {
	if !errors.Is(err, errChanged) {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.people = append(k.people, id)
	return nil
}

// span is what an import wrote on a stream: the facts before it, and whether it is undone already or others followed.
func span(h eventsource.History, id string) (before, own eventsource.History, undone, changed bool) {
	for _, r := range h {
		switch {
		case r.Cause == causeOf(id, "row"), strings.HasPrefix(r.Cause, causeOf(id, decisionOn(""))):
			own = append(own, r)
		case r.Cause == causeOf(id, "undo"):
			undone = true
		case len(own) == 0:
			before = append(before, r)
		default:
			changed = true
		}
	}
	return before, own, undone, changed
}

func (s *service) takeBackPerson(ctx context.Context, id, person string) error {
	h, err := s.d.Journal.Load(ctx, personStream(person))
	if err != nil {
		return err
	}
	before, own, undone, changed := span(h, id)
	switch {
	case undone || len(own) == 0:
		return nil
	case changed:
		return errChanged
	}
	c := restorePerson{Person: person, Now: eventsource.Fold[personState](h), Was: eventsource.Fold[personState](before)}
	if c.Was.Registered && c.Was.BirthYear == "" && c.Now.BirthYear != "" {
		if err := s.seal(ctx, person, sealing{"birth_year", "", &c.Was.BirthYear}); err != nil {
			return err
		}
	}
	_, err = host.Do(ctx, s.d, c)
	return err
}

// personState is person, whose facts the restoring command compares.
type personState = person

// restorePerson brings a person back to what was before an import.
type restorePerson struct {
	Person   string
	Now, Was person
}

// Stream implements eventsource.Command.
func (c restorePerson) Stream() string { return personStream(c.Person) }

// Decide implements eventsource.Command.
func (c restorePerson) Decide(p person) ([]eventsource.Event, error) {
	if !reflect.DeepEqual(p, c.Now) {
		return nil, errChanged
	}
	facts := append([]eventsource.Event{}, c.memberships()...)
	for _, g := range p.Grants {
		if !slices.Contains(c.Was.Grants, g) {
			facts = append(facts, events.RoleWithdrawn{Person: c.Person, Role: g.Role, Unit: g.Unit})
		}
	}
	for _, g := range c.Was.Grants {
		if !slices.Contains(p.Grants, g) {
			facts = append(facts, events.RoleGranted{Person: c.Person, Role: g.Role, Unit: g.Unit})
		}
	}
	if !c.Was.Registered {
		return append(facts, events.PersonRetracted{Person: c.Person}), nil
	}
	back := events.PersonCorrected{Person: c.Person, Code: unlessSame(c.Was.Code, p.Code), Name: unlessSame(c.Was.Name, p.Name),
		Email: unlessSame(c.Was.Email, p.Email), BirthYear: unlessSame(c.Was.BirthYear, p.BirthYear)}
	if back != (events.PersonCorrected{Person: c.Person}) {
		facts = append(facts, back)
	}
	return facts, nil
}

// memberships withdraws what the import began, and restates what it ended. A membership keeps its place in the list.
func (c restorePerson) memberships() (facts []eventsource.Event) {
	now, was := c.Now.Career.Memberships, c.Was.Career.Memberships
	for i := len(now) - 1; i >= len(was); i-- {
		facts = append(facts, events.MembershipWithdrawn{Person: c.Person, Membership: now[i].ID})
	}
	for i, m := range was[:min(len(was), len(now))] {
		if as := (organisation.Membership{ID: now[i].ID, Unit: m.Unit, Post: m.Post, Kind: m.Kind, From: m.From, Until: m.Until}); as != now[i] {
			facts = append(facts, events.MembershipRestated{Person: c.Person, Membership: as.ID, Unit: as.Unit, Post: as.Post, Kind: as.Kind, On: as.From, Until: as.Until})
		}
	}
	return facts
}

// takeBackUnits withdraws what an import said of units; a new unit in which somebody or something stands is kept.
func (s *service) takeBackUnits(ctx context.Context, id string, steps []events.UnitStep, w *work, kept *kept) error {
	below := map[string]int{}
	people := map[string]int{}
	err := s.units.Each(ctx, readmodel.Query{}, func(u unitDoc) error {
		if u.Code != "" {
			below[u.Parent]++
		}
		people[u.ID] = u.People
		return nil
	})
	if err != nil {
		return err
	}
	for _, u := range slices.Backward(steps) {
		gone, err := s.takeBackUnit(ctx, id, u.Unit, below[u.Unit] > 0 || people[u.Unit] > 0)
		if errors.Is(err, errChanged) {
			kept.units = append(kept.units, u.Unit)
			err = nil
		}
		if gone {
			below[u.Parent]--
		}
		if err := w.did(ctx, err); err != nil {
			return err
		}
	}
	return nil
}

// takeBackUnit reports whether the unit is no more.
func (s *service) takeBackUnit(ctx context.Context, id, unit string, used bool) (gone bool, err error) {
	h, err := s.d.Journal.Load(ctx, unitStream(unit))
	if err != nil {
		return false, err
	}
	before, own, undone, changed := span(h, id)
	isNew := !slices.ContainsFunc(before, func(r eventsource.Recorded) bool {
		return r.Event.EventType() != (events.UnitFactWithdrawn{}).EventType()
	}) ||
		withdrawnAll(before)
	switch {
	case undone || len(own) == 0:
		return false, nil
	case changed || isNew && used:
		return false, errChanged
	}
	c := WithdrawUnitFacts{Unit: unit}
	for _, r := range own {
		c.Facts = append(c.Facts, r.Seq)
	}
	_, err = host.Do(ctx, s.d, c)
	if fault.Is(err, fault.Conflict) {
		return false, errChanged
	}
	return isNew && err == nil, err
}

// withdrawnAll reports whether every fact of a unit was withdrawn.
func withdrawnAll(h eventsource.History) bool {
	holds := map[uint64]bool{}
	for _, r := range h {
		if e, ok := r.Event.(events.UnitFactWithdrawn); ok {
			delete(holds, e.Fact)
		} else {
			holds[r.Seq] = true
		}
	}
	return len(holds) == 0
}
