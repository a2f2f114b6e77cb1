package access

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/organisation/kept"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/keyring"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// span is the days of a grant: from one on and before another.
type span struct {
	Role  string `json:"role"`
	Unit  string `json:"unit,omitempty"`
	From  string `json:"from"`
	Until string `json:"until,omitempty"` // first day on which it no longer holds; "" while it does
}

func (s span) on(day string) bool { return s.From <= day && (s.Until == "" || day < s.Until) }

// personDoc is where a person stood, and under which roles. Staff has a role beyond the learner's, or had.
type personDoc struct {
	ID   string        `json:"id"`
	Name events.Sealed `json:"name"`
	organisation.Present
	Grants []span `json:"grants"`
	Staff  bool   `json:"staff"`
}

// standInDoc is a stand-in.
type standInDoc struct {
	events.StandInGiven
	Ended string `json:"ended,omitempty"`
}

// readDoc is the looks of one reader at one object by one method in an hour. Of a unit it is in part where only the people
// on some pages were seen: each of them has a document too.
type readDoc struct {
	events.DataRead
	Part bool `json:"part"`
}

// view is what the service keeps to answer.
type view struct {
	keys     *keyring.Ring
	units    *kept.Units
	people   *readmodel.Collection[personDoc]
	standIns *readmodel.Collection[standInDoc]
	reads    *readmodel.Collection[readDoc]
	today    *readmodel.Projection
	looks    *readmodel.Projection
}

func newView(keys *keyring.Ring) *view {
	v := &view{keys: keys,
		units: kept.NewUnits(),
		people: readmodel.NewCollection[personDoc]("people", readmodel.Index{Name: "unit", Fields: []string{"unit"}},
			readmodel.Index{Name: "staff", Fields: []string{"staff"}}),
		standIns: readmodel.NewCollection[standInDoc]("stand_ins", readmodel.Index{Name: "giver", Fields: []string{"giver"}},
			readmodel.Index{Name: "person", Fields: []string{"person"}}),
		reads: readmodel.NewCollection[readDoc]("reads", readmodel.Index{Name: "object", Fields: []string{"object", "part", "hour"}}),
	}
	v.today = readmodel.NewProjection("today", 3, []string{"directory.person", "access.delegation"}, v.apply, v.people, v.standIns)
	v.looks = readmodel.NewProjection("looks", 2, []string{"access.reads"}, v.applyRead, v.reads)
	return v
}

func (v *view) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.StandInGiven:
		return v.standIns.Update(b, e.StandIn, func(d *standInDoc) { d.StandInGiven = e })
	case events.StandInEnded:
		return v.standIns.Update(b, e.StandIn, func(d *standInDoc) { d.Ended = e.On })
	case events.PersonRegistered:
		return v.people.Update(b, e.Person, func(d *personDoc) { d.ID, d.Name = e.Person, e.Name })
	case events.PersonCorrected:
		return v.people.Update(b, e.Person, func(d *personDoc) {
			if e.Name != "" {
				d.Name = e.Name
			}
		})
	case events.RoleGranted:
		return v.people.Update(b, e.Person, func(d *personDoc) {
			d.Grants = begin(d.Grants, span{Role: e.Role, Unit: e.Unit, From: dayOf(r.Time)})
			d.Staff = d.Staff || e.Role != events.RoleLearner
		})
	case events.RoleWithdrawn:
		return v.people.Update(b, e.Person, func(d *personDoc) {
			d.Grants = finish(d.Grants, span{Role: e.Role, Unit: e.Unit}, dayOf(r.Time))
		})
	case events.PersonErased: // the account has ended, and every role with it
		return v.people.Update(b, e.Person, func(d *personDoc) {
			for _, s := range d.Grants {
				d.Grants = finish(d.Grants, s, dayOf(r.Time))
			}
		})
	}
	person := organisation.Of(r.Event)
	if came, ok := r.Event.(events.CareerDayCame); ok {
		person = came.Person
	}
	if person == "" || !strings.HasPrefix(r.Stream, "directory.person.") {
		return nil
	}
	return v.people.Update(b, person, func(d *personDoc) { d.Present = d.After(dayOf(r.Time), r.Event) })
}

// begin adds a span unless the same one runs.
func begin(all []span, s span) []span {
	if slices.ContainsFunc(all, func(x span) bool { return x.Role == s.Role && x.Unit == s.Unit && x.Until == "" }) {
		return all
	}
	return append(all, s)
}

// finish ends the running span of a role and unit.
func finish(all []span, s span, on string) []span {
	for i, x := range all {
		if x.Role == s.Role && x.Unit == s.Unit && x.Until == "" {
			all[i].Until = on
		}
	}
	return all
}

func dayOf(t time.Time) string { return clock.Local(t).Format(dayForm) }

func (v *view) applyRead(b *readmodel.Batch, r eventsource.Recorded) error {
	e, ok := r.Event.(events.DataRead)
	if !ok {
		return nil
	}
	people, part := e.People, len(e.People) > 0
	e.People = nil
	if err := v.keepRead(b, e, part); err != nil {
		return err
	}
	for _, p := range people {
		e.Kind, e.Object = rpc.AboutPerson, p
		if err := v.keepRead(b, e, false); err != nil {
			return err
		}
	}
	return nil
}

func (v *view) keepRead(b *readmodel.Batch, e events.DataRead, part bool) error {
	id := e.Reader + "_" + e.Hour + "_" + e.Method + "_" + e.Object
	if part {
		id += "_part"
	}
	return v.reads.Update(b, id, func(d *readDoc) { *d = readDoc{e, part} })
}

// above lists the units over an object on a day, a unit itself included. A former unit stands below what it became.
func (v *view) above(ctx context.Context, o rpc.Object, day string) ([]string, error) {
	whole, err := v.units.On(ctx, day)
	if err != nil {
		return nil, err
	}
	from := []string{o.ID}
	if o.Kind == rpc.AboutPerson {
		d, _, err := v.people.Get(ctx, o.ID)
		if err != nil {
			return nil, err
		}
		from = nil
		for _, m := range d.Career.Held(day) {
			from = append(from, m.Unit)
		}
	}
	var all []string
	for _, id := range from {
		for ; whole.Has(id) && !slices.Contains(all, id); id = whole.Above(id) {
			all = append(all, id)
		}
	}
	return all, nil
}

// projections are those that tell where units and people stand.
func (v *view) projections() []*readmodel.Projection {
	return []*readmodel.Projection{v.units.Projection, v.today}
}

// name is a person's name; "" for an erased one.
func (v *view) name(ctx context.Context, person string) (string, error) {
	d, _, err := v.people.Get(ctx, person)
	if err != nil || d.Name == "" {
		return "", err
	}
	name, err := v.keys.Reveal(ctx, person, "name", string(d.Name))
	if errors.Is(err, keyring.ErrDestroyed) || errors.Is(err, keyring.ErrNotFound) {
		return "", nil
	}
	return name, err
}
