package directory

import (
	"cmp"
	"slices"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// decided gives a fact about a registered person, or nothing where it changes nothing.
func (p person) decided(facts ...eventsource.Event) ([]eventsource.Event, error) {
	if !p.Registered || p.Erased {
		return nil, noPerson()
	}
	return facts, nil
}

// find gives a membership by its id.
func (p person) find(id string) (organisation.Membership, error) {
	i := slices.IndexFunc(p.Career.Memberships, func(m organisation.Membership) bool { return m.ID == id })
	if i < 0 {
		return organisation.Membership{}, fault.New(fault.NotFound, "Người này không có quá trình công tác đó.", "The person has no such membership.")
	}
	return p.Career.Memberships[i], nil
}

func backwards() error {
	return fault.New(fault.Invalid, "Ngày kết thúc phải sau ngày bắt đầu.", "The end must be after the beginning.").
		With("until", "Chọn ngày sau ngày bắt đầu.", "Choose a day after the beginning.")
}

// TransferPerson moves a person's main post to another unit or changes the post, from a day on.
type TransferPerson struct{ Person, Membership, Unit, Post, On string }

// Stream implements eventsource.Command.
func (c TransferPerson) Stream() string { return personStream(c.Person) }

// Decide implements eventsource.Command.
func (c TransferPerson) Decide(p person) ([]eventsource.Event, error) {
	began := events.MembershipBegan{Person: c.Person, Unit: c.Unit, Post: c.Post, On: c.On, Membership: c.Membership}
	home, ok := p.Career.Home(c.On)
	switch {
	case p.Career.IsRetired(c.On):
		return nil, fault.New(fault.Conflict, "Người này đã thôi việc vào ngày đó.", "The person has left the service on that day.")
	case ok && home.Unit == c.Unit && home.Post == c.Post && home.Kind == events.MembershipMain:
		return p.decided()
	case ok && home.Kind == events.MembershipMain:
		return p.decided(ended(c.Person, home, c.On), began)
	}
	return p.decided(began)
}

// AddMembership gives a person a further post: concurrent, or on secondment.
type AddMembership struct{ Person, Membership, Unit, Post, Kind, On, Until string }

// Stream implements eventsource.Command.
func (c AddMembership) Stream() string { return personStream(c.Person) }

// Decide implements eventsource.Command.
func (c AddMembership) Decide(p person) ([]eventsource.Event, error) {
	if c.Until != "" && c.Until <= c.On {
		return nil, backwards()
	}
	if _, err := p.find(c.Membership); err == nil {
		return nil, nil
	}
	return p.decided(c.fact())
}

func (c AddMembership) fact() events.MembershipBegan {
	return events.MembershipBegan{Person: c.Person, Unit: c.Unit, Post: c.Post, On: c.On, Membership: c.Membership, Kind: c.Kind, Until: c.Until}
}

// EndMembership ends one membership from a day on.
type EndMembership struct{ Person, Membership, On string }

// Stream implements eventsource.Command.
func (c EndMembership) Stream() string { return personStream(c.Person) }

// Decide implements eventsource.Command.
func (c EndMembership) Decide(p person) ([]eventsource.Event, error) {
	m, err := p.find(c.Membership)
	switch {
	case err != nil:
		return nil, err
	case m.Until == c.On:
		return nil, nil
	case c.On <= m.From:
		return nil, backwards()
	}
	return p.decided(events.MembershipEnded{Person: c.Person, Unit: m.Unit, Membership: m.ID, On: c.On})
}

// RestateMembership corrects a membership as a whole, its days included.
type RestateMembership struct{ Person, Membership, Unit, Post, Kind, On, Until string }

// Stream implements eventsource.Command.
func (c RestateMembership) Stream() string { return personStream(c.Person) }

// Decide implements eventsource.Command.
func (c RestateMembership) Decide(p person) ([]eventsource.Event, error) {
	m, err := p.find(c.Membership)
	if err != nil {
		return nil, err
	}
	if c.Until != "" && c.Until <= c.On {
		return nil, backwards()
	}
	if m == (organisation.Membership{ID: m.ID, Unit: c.Unit, Post: c.Post, Kind: cmp.Or(c.Kind, events.MembershipMain), From: c.On, Until: c.Until}) {
		return nil, nil
	}
	return p.decided(events.MembershipRestated{Person: c.Person, Membership: m.ID, Unit: c.Unit, Post: c.Post, Kind: c.Kind, On: c.On, Until: c.Until})
}

// WithdrawMembership says that a membership never was.
type WithdrawMembership struct{ Person, Membership string }

// Stream implements eventsource.Command.
func (c WithdrawMembership) Stream() string { return personStream(c.Person) }

// Decide implements eventsource.Command.
func (c WithdrawMembership) Decide(p person) ([]eventsource.Event, error) {
	m, err := p.find(c.Membership)
	if err != nil {
		return nil, err
	}
	return p.decided(events.MembershipWithdrawn{Person: c.Person, Membership: m.ID})
}

// BeginLeave notes that a person is on leave from a day on.
type BeginLeave struct{ Person, On, Until string }

// Stream implements eventsource.Command.
func (c BeginLeave) Stream() string { return personStream(c.Person) }

// Decide implements eventsource.Command.
func (c BeginLeave) Decide(p person) ([]eventsource.Event, error) {
	switch {
	case c.Until != "" && c.Until <= c.On:
		return nil, backwards()
	case p.Career.OnLeave(c.On):
		return nil, fault.New(fault.Conflict, "Người này đã nghỉ phép vào ngày đó.", "The person is on leave on that day already.")
	}
	return p.decided(events.LeaveBegan{Person: c.Person, On: c.On, Until: c.Until})
}

// EndLeave notes that a person is back.
type EndLeave struct{ Person, On string }

// Stream implements eventsource.Command.
func (c EndLeave) Stream() string { return personStream(c.Person) }

// Decide implements eventsource.Command.
func (c EndLeave) Decide(p person) ([]eventsource.Event, error) {
	if !p.Career.OnLeave(c.On) {
		return p.decided()
	}
	return p.decided(events.LeaveEnded{Person: c.Person, On: c.On})
}

// RetirePerson notes that a person leaves the service.
type RetirePerson struct{ Person, On string }

// Stream implements eventsource.Command.
func (c RetirePerson) Stream() string { return personStream(c.Person) }

// Decide implements eventsource.Command.
func (c RetirePerson) Decide(p person) ([]eventsource.Event, error) {
	if p.Career.IsRetired(c.On) {
		return p.decided()
	}
	return p.decided(events.PersonRetired{Person: c.Person, On: c.On})
}

// ReturnPerson notes that a retired person serves again.
type ReturnPerson struct{ Person, On string }

// Stream implements eventsource.Command.
func (c ReturnPerson) Stream() string { return personStream(c.Person) }

// Decide implements eventsource.Command.
func (c ReturnPerson) Decide(p person) ([]eventsource.Event, error) {
	if !p.Career.IsRetired(c.On) {
		return p.decided()
	}
	return p.decided(events.PersonReturned{Person: c.Person, On: c.On})
}
