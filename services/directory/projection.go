package directory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/keyring"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
	"khuevan/platform/vietnamese"
)

// unitDoc is a unit as it was last stated; what it is on a day, the past tells.
type unitDoc struct {
	ID     string `json:"id"`
	Code   string `json:"code"`
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Parent string `json:"parent,omitempty"`
	On     string `json:"on"`
	Ended  string `json:"ended,omitempty"`
	Next   string `json:"next,omitempty"` // the earliest day of a fact recorded ahead whose coming is still to be told
	People int    `json:"people"`         // who count in it, also when it has been merged

	Facts []organisation.Told `json:"facts"`
}

// personDoc is a person in the present; CodeKey, EmailKey and Print are keyed hashes, "" for an erased person.
type personDoc struct {
	ID        string        `json:"id"`
	CodeKey   string        `json:"code_key"`
	EmailKey  string        `json:"email_key"`
	NameKey   string        `json:"name_key,omitempty"` // of name and birth year, see readModel.nameKey
	Print     string        `json:"print"`              // of name, address and birth year, see readModel.print
	Code      events.Sealed `json:"code"`
	Name      events.Sealed `json:"name"`
	Email     events.Sealed `json:"email"`
	BirthYear events.Sealed `json:"birth_year,omitempty"`
	organisation.Present
	Grants []rpc.Grant   `json:"grants"`
	Hash   events.Sealed `json:"hash,omitempty"`
	Erased bool          `json:"erased,omitempty"`
}

// denialDoc is a denied request.
type denialDoc struct {
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	Person string    `json:"person"`
	Method string    `json:"method"`
	Object string    `json:"object,omitempty"`
}

// readModel is what the service keeps to answer.
type readModel struct {
	*past
	keys    *keyring.Ring
	clock   clock.Clock
	units   *readmodel.Collection[unitDoc]
	people  *readmodel.Collection[personDoc]
	denied  *readmodel.Collection[denialDoc]
	imports *readmodel.Collection[importDoc]
	chosen  *readmodel.Collection[mappingDoc]
	doubts  *readmodel.Collection[doubtDoc]
	view    *readmodel.Projection // units and people
	story   *readmodel.Projection // of imports
	denials *readmodel.Projection
}

func newReadModel(keys *keyring.Ring, c clock.Clock) *readModel {
	m := &readModel{past: newPast(), keys: keys, clock: c,
		units: readmodel.NewCollection[unitDoc]("units", readmodel.Index{Name: "next", Fields: []string{"next"}}),
		people: readmodel.NewCollection[personDoc]("people",
			readmodel.Index{Name: "code", Fields: []string{"code_key"}},
			readmodel.Index{Name: "email", Fields: []string{"email_key"}},
			readmodel.Index{Name: "unit", Fields: []string{"unit"}},
			readmodel.Index{Name: "next", Fields: []string{"next"}}),
		denied: readmodel.NewCollection[denialDoc]("denials"),
	}
	m.view = readmodel.NewProjection("directory", 4, []string{"directory.unit", "directory.person"}, m.apply, m.units, m.people)
	m.openImports()
	m.denials = readmodel.NewProjection("denials", 1, []string{"access.person"}, m.applyDenial, m.denied)
	return m
}

func (m *readModel) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.PersonRegistered:
		return m.identify(b, e.Person, e.Code, r)
	case events.PersonCorrected:
		return m.identify(b, e.Person, e.Code, r)
	case events.PersonRetracted:
		return m.people.Delete(b, e.Person)
	case events.RoleGranted:
		return m.evolve(b, e.Person, r)
	case events.RoleWithdrawn:
		return m.evolve(b, e.Person, r)
	case events.PasswordSet:
		return m.evolve(b, e.Person, r)
	case events.CareerDayCame:
		return m.place(b, e.Person, r)
	case events.UnitDayCame:
		return m.units.Update(b, e.Unit, func(u *unitDoc) { u.Next = u.nextDay(e.On) })
	case events.PersonErased:
		if err := m.place(b, e.Person, r); err != nil {
			return err
		}
		return m.people.Update(b, e.Person, func(d *personDoc) {
			d.Code, d.CodeKey, d.EmailKey, d.Print = "", "", "", ""
		})
	}
	fact := factOf(r)
	id := organisation.Of(fact.Fact)
	switch {
	case id == "":
		return nil
	case strings.HasPrefix(r.Stream, unitStream("")):
		return m.units.Update(b, id, func(u *unitDoc) { u.state(id, fact) })
	}
	return m.place(b, id, r)
}

// state makes a unit's document say what was last stated of it by facts that hold.
func (u *unitDoc) state(id string, fact organisation.Known) {
	past := organisation.Past{ID: id, Facts: u.Facts}
	past.Add(id, fact)
	_, holds := organisation.Structured(past.Known()).Facts(id)
	var last unit
	for _, k := range past.Known() {
		if holds[k.Seq] {
			last = last.Evolve(k.Fact)
		}
	}
	u.ID, u.Facts = id, past.Facts
	u.Code, u.Name, u.Kind, u.Parent, u.On, u.Ended = last.Code, last.Name, last.Kind, last.Parent, last.On, last.Ended
	if day := dayOf(fact.At); u.Next == "" || u.Next > day {
		u.Next = u.nextDay(day)
	}
}

// nextDay is the first day after one for which something is recorded of the unit; "" for none.
func (u *unitDoc) nextDay(after string) (next string) {
	for _, f := range u.Facts {
		if on := organisation.DayOf(f.Known().Fact); on > after && (next == "" || on < next) {
			next = on
		}
	}
	return next
}

// place changes where a person stands, and how many people units have.
func (m *readModel) place(b *readmodel.Batch, id string, r eventsource.Recorded) error {
	d, _, err := m.people.Peek(b, id)
	if err != nil {
		return err
	}
	was := d.Unit
	if d.evolve(id, r); d.Unit != was {
		for unit, by := range map[string]int{was: -1, d.Unit: 1} {
			if err := m.count(b, unit, by); err != nil {
				return err
			}
		}
	}
	return m.evolve(b, id, r)
}

func (m *readModel) count(b *readmodel.Batch, unit string, by int) error {
	if unit == "" {
		return nil
	}
	return m.units.Update(b, unit, func(u *unitDoc) { u.ID, u.People = unit, u.People+by })
}

// evolve changes a person's document as the fact changes the person.
func (m *readModel) evolve(b *readmodel.Batch, id string, r eventsource.Recorded) error {
	return m.people.Update(b, id, func(d *personDoc) { d.evolve(id, r) })
}

func (d *personDoc) evolve(id string, r eventsource.Recorded) {
	p := person{Registered: true, Code: d.Code, Name: d.Name, Email: d.Email, BirthYear: d.BirthYear,
		Grants: d.Grants, Hash: d.Hash, Erased: d.Erased}.Evolve(r.Event)
	d.ID, d.Name, d.Email, d.BirthYear = id, p.Name, p.Email, p.BirthYear
	d.Grants, d.Hash, d.Erased = p.Grants, p.Hash, p.Erased
	fact := r.Event
	if gone, ok := fact.(events.PersonErased); ok {
		fact = leaves(gone)
	}
	if _, came := fact.(events.CareerDayCame); came || organisation.Of(fact) != "" {
		d.Present = d.After(dayOf(r.Time), fact)
	}
}

// dayOf is the day of a moment in the province's zone.
func dayOf(at time.Time) string { return clock.Local(at).Format(time.DateOnly) }

// identify is evolve for facts that change by what a person is found.
func (m *readModel) identify(b *readmodel.Batch, id string, code events.Sealed, r eventsource.Recorded) error {
	var failed error
	err := m.people.Update(b, id, func(d *personDoc) {
		d.evolve(id, r)
		d.Code = cmp.Or(code, d.Code)
		failed = m.hash(d)
	})
	return errors.Join(err, failed)
}

// How long applying a fact waits for a store of keys that does not answer.
const (
	keyTries = 30
	keyPause = 2 * time.Second
)

// hash computes the keyed hashes of a document. A projection takes every error for a fact that can never be read and
// stands still, so a store of keys that is away for a moment is asked again. There is no caller, hence no context.
func (m *readModel) hash(d *personDoc) error {
	ctx := context.Background()
	p, err := m.reveal(ctx, *d)
	for range keyTries {
		if err == nil || errors.Is(err, keyring.ErrAltered) || fault.Is(err, fault.Invalid) {
			break
		}
		if err := m.clock.WaitUntil(ctx, m.clock.Now().Add(keyPause)); err != nil {
			return err
		}
		p, err = m.reveal(ctx, *d)
	}
	if err != nil {
		return err
	}
	d.CodeKey, d.EmailKey, d.NameKey, d.Print = "", "", "", ""
	if p.code != "" {
		d.CodeKey, d.EmailKey, d.NameKey = m.codeKey(p.code), m.emailKey(p.email), m.nameKey(p.name, p.year)
		d.Print = m.print(d.ID, p.name, p.email, p.year)
	}
	return nil
}

func (m *readModel) codeKey(code string) string   { return m.keys.Blind("code", code) }
func (m *readModel) emailKey(email string) string { return m.keys.Blind("email", email) }

// nameKey is the same for people of one name and birth year, whatever the spelling; "" where the year is unknown.
func (m *readModel) nameKey(name, year string) string {
	if year == "" {
		return ""
	}
	return m.keys.Blind("name-year", vietnamese.Fold(name)+"\x00"+year)
}

// print is the same for the same particulars of the same person, so that an unchanged row is known without revealing
// anything; people of the same name have different ones.
func (m *readModel) print(id, name, email, year string) string {
	return m.keys.Blind("particulars", strings.Join([]string{id, name, email, year}, "\x00"))
}

// particulars are what is sealed of a person; all empty for an erased one.
type particulars struct{ code, name, email, year string }

func (m *readModel) reveal(ctx context.Context, d personDoc) (p particulars, err error) {
	for _, f := range []struct {
		field  string
		sealed events.Sealed
		to     *string
	}{{"code", d.Code, &p.code}, {"name", d.Name, &p.name}, {"email", d.Email, &p.email}, {"birth_year", d.BirthYear, &p.year}} {
		if *f.to, err = m.revealOne(ctx, d.ID, f.field, f.sealed); err != nil {
			return particulars{}, err
		}
	}
	return p, nil
}

// revealOne gives "" for an erased person, and for one whose key is lost, which comes to the same.
func (m *readModel) revealOne(ctx context.Context, id, field string, sealed events.Sealed) (string, error) {
	if sealed == "" {
		return "", nil
	}
	plain, err := m.keys.Reveal(ctx, id, field, string(sealed))
	if errors.Is(err, keyring.ErrDestroyed) || errors.Is(err, keyring.ErrNotFound) {
		return "", nil
	}
	return plain, err
}

func (m *readModel) applyDenial(b *readmodel.Batch, r eventsource.Recorded) error {
	e, ok := r.Event.(events.AccessDenied)
	if !ok {
		return nil
	}
	id := fmt.Sprintf("%016d", r.Seq) // text order is journal order
	return m.denied.Update(b, id, func(d *denialDoc) {
		*d = denialDoc{ID: id, At: r.Time, Person: e.Person, Method: e.Method, Object: e.Object}
	})
}

// byKey finds the one person with a keyed hash; nobody when it is empty or not of exactly one.
func (m *readModel) byKey(ctx context.Context, index, key string) (personDoc, bool, error) {
	if key == "" {
		return personDoc{}, false, nil
	}
	page, err := m.people.Find(ctx, readmodel.Query{Index: index, Equal: []any{key}, Limit: 2})
	if err != nil || len(page.Items) != 1 {
		return personDoc{}, false, err
	}
	return page.Items[0], true, nil
}

// known is the whole directory as an import is held against it.
type known struct {
	units  map[string]unitDoc      // by code
	codes  map[string]string       // of units, by id
	byKey  map[string]*personDoc   // by CodeKey
	people map[string]*personDoc   // by id, who are not erased
	mails  map[string][]*personDoc // by EmailKey
	names  map[string][]*personDoc // by NameKey
	gone   map[string]bool         // ids of erased people
	open   map[string]doubtDoc     // doubts, decided or not, by candidate
}

func (m *readModel) all(ctx context.Context) (known, error) {
	k := known{map[string]unitDoc{}, map[string]string{}, map[string]*personDoc{}, map[string]*personDoc{}, map[string][]*personDoc{}, map[string][]*personDoc{},
		map[string]bool{}, map[string]doubtDoc{}}
	err := m.units.Each(ctx, readmodel.Query{}, func(u unitDoc) error {
		if other, taken := k.units[u.Code]; u.Code != "" && (!taken || other.Ended != "") {
			k.units[u.Code] = u // of two units of one code the one that has not ended
		}
		k.codes[u.ID] = u.Code
		return nil
	})
	if err != nil {
		return k, err
	}
	err = m.people.Each(ctx, readmodel.Query{}, func(p personDoc) error {
		if p.CodeKey == "" {
			k.gone[p.ID] = true
			return nil
		}
		k.byKey[p.CodeKey], k.people[p.ID] = &p, &p
		k.mails[p.EmailKey] = append(k.mails[p.EmailKey], &p)
		if p.NameKey != "" {
			k.names[p.NameKey] = append(k.names[p.NameKey], &p)
		}
		return nil
	})
	if err != nil {
		return k, err
	}
	err = m.doubts.Each(ctx, readmodel.Query{}, func(d doubtDoc) error { k.open[d.ID] = d; return nil })
	return k, err
}
