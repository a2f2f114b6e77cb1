package directory

import (
	"cmp"
	"slices"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/rpc"
)

// person is a person as the facts tell; sealed text is compared, never read.
type person struct {
	Registered bool
	Code       events.Sealed
	Name       events.Sealed
	Email      events.Sealed
	BirthYear  events.Sealed
	Career     organisation.Career
	Told       string // the latest day that CareerDayCame told of
	Grants     []rpc.Grant
	Hash       events.Sealed
	Erased     bool
}

// Evolve implements eventsource.State.
func (p person) Evolve(e eventsource.Event) person {
	switch e := e.(type) {
	case events.PersonRegistered:
		p.Registered, p.Code, p.Name, p.Email, p.BirthYear = true, e.Code, e.Name, e.Email, e.BirthYear
	case events.PersonCorrected:
		p.Code = cmp.Or(e.Code, p.Code)
		p.Name, p.Email = cmp.Or(e.Name, p.Name), cmp.Or(e.Email, p.Email)
		p.BirthYear = cmp.Or(e.BirthYear, p.BirthYear)
	case events.MembershipBegan, events.MembershipEnded, events.MembershipRestated, events.MembershipWithdrawn,
		events.LeaveBegan, events.LeaveEnded, events.PersonRetired, events.PersonReturned:
		p.Career = p.Career.After(e)
	case events.CareerDayCame:
		p.Told = max(p.Told, e.On)
	case events.RoleGranted:
		p.Grants = withGrant(p.Grants, rpc.Grant{Role: e.Role, Unit: e.Unit})
	case events.RoleWithdrawn:
		p.Grants = withoutGrant(p.Grants, rpc.Grant{Role: e.Role, Unit: e.Unit})
	case events.PasswordSet:
		p.Hash = e.Hash
	case events.PersonErased:
		p = person{Registered: true, Erased: true, Career: p.Career.After(leaves(e)), Told: p.Told}
	case events.PersonRetracted:
		return person{}
	}
	return p
}

// leaves is what an erasure says of where a person stands: from its day on nowhere. Before it she stood where she did.
func leaves(e events.PersonErased) events.PersonRetired {
	return events.PersonRetired{Person: e.Person, On: clock.Local(e.At).Format(time.DateOnly)}
}

// withGrant gives a new sorted list that holds g once.
func withGrant(all []rpc.Grant, g rpc.Grant) []rpc.Grant {
	if slices.Contains(all, g) {
		return all
	}
	return sortedGrants(append(slices.Clone(all), g))
}

func withoutGrant(all []rpc.Grant, g rpc.Grant) []rpc.Grant {
	return slices.DeleteFunc(slices.Clone(all), func(other rpc.Grant) bool { return other == g })
}

func sortedGrants(all []rpc.Grant) []rpc.Grant {
	slices.SortFunc(all, func(a, b rpc.Grant) int {
		return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.Unit, b.Unit))
	})
	return all
}

// place is where a person works and as what.
type place struct {
	Unit, Post string
	Grants     []rpc.Grant // all that the person shall hold
}

// move gives the facts that bring a person to a place from a day on.
func (p person) move(id string, to place, on string) []eventsource.Event {
	var facts []eventsource.Event
	if home, serves := p.Career.Home(on); home.Unit != to.Unit || home.Post != to.Post {
		if serves {
			facts = append(facts, ended(id, home, on))
		}
		facts = append(facts, events.MembershipBegan{Person: id, Unit: to.Unit, Post: to.Post, On: on})
	}
	for _, g := range p.Grants {
		if !slices.Contains(to.Grants, g) {
			facts = append(facts, events.RoleWithdrawn{Person: id, Role: g.Role, Unit: g.Unit})
		}
	}
	for _, g := range sortedGrants(slices.Clone(to.Grants)) {
		if !slices.Contains(p.Grants, g) {
			facts = append(facts, events.RoleGranted{Person: id, Role: g.Role, Unit: g.Unit})
		}
	}
	return facts
}

func ended(person string, m organisation.Membership, on string) events.MembershipEnded {
	e := events.MembershipEnded{Person: person, Unit: m.Unit, On: on}
	if m.ID != m.Unit {
		e.Membership = m.ID
	}
	return e
}

// RegisterPerson makes a person known, in her place and with her roles.
type RegisterPerson struct {
	Person                       string
	Code, Name, Email, BirthYear events.Sealed // BirthYear "" when unknown
	To                           place
	On                           string // date
}

// Stream implements eventsource.Command.
func (c RegisterPerson) Stream() string { return personStream(c.Person) }

// Decide implements eventsource.Command.
func (c RegisterPerson) Decide(p person) ([]eventsource.Event, error) {
	if p.Registered {
		return nil, nil
	}
	known := events.PersonRegistered{Person: c.Person, Code: c.Code, Name: c.Name, Email: c.Email, BirthYear: c.BirthYear}
	return append([]eventsource.Event{known}, p.move(c.Person, c.To, c.On)...), nil
}

// CorrectPerson brings a known person to what a later file says.
type CorrectPerson struct {
	Person                 string
	Code                   events.Sealed // "" leaves it
	Name, Email, BirthYear events.Sealed // "" leaves it; an unknown birth year is a sealed empty text
	To                     place
	On                     string // date
}

// Stream implements eventsource.Command.
func (c CorrectPerson) Stream() string { return personStream(c.Person) }

// Decide implements eventsource.Command.
func (c CorrectPerson) Decide(p person) ([]eventsource.Event, error) {
	if !p.Registered || p.Erased {
		return nil, noPerson()
	}
	var facts []eventsource.Event
	changed := events.PersonCorrected{Person: c.Person, Code: unlessSame(c.Code, p.Code),
		Name: unlessSame(c.Name, p.Name), Email: unlessSame(c.Email, p.Email), BirthYear: unlessSame(c.BirthYear, p.BirthYear)}
	if changed != (events.PersonCorrected{Person: c.Person}) {
		facts = append(facts, changed)
	}
	return append(facts, p.move(c.Person, c.To, c.On)...), nil
}

func unlessSame(next, now events.Sealed) events.Sealed {
	if next == now {
		return ""
	}
	return next
}

// ChangePassword replaces the password hash of a person.
type ChangePassword struct {
	Person string
	Hash   events.Sealed
}

// Stream implements eventsource.Command.
func (c ChangePassword) Stream() string { return personStream(c.Person) }

// Decide implements eventsource.Command.
func (c ChangePassword) Decide(p person) ([]eventsource.Event, error) {
	switch {
	case !p.Registered || p.Erased:
		return nil, noPerson()
	case p.Hash == c.Hash:
		return nil, nil
	}
	return []eventsource.Event{events.PasswordSet{Person: c.Person, Hash: c.Hash}}, nil
}

func personStream(id string) string { return "directory.person." + id }

func noPerson() error {
	return fault.New(fault.NotFound, "Không tìm thấy người này.", "There is no such person.")
}
