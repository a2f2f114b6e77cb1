package organisation

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"khuevan/events"
)

// Membership is a post in a unit during some days.
type Membership struct {
	ID    string `json:"id"`
	Unit  string `json:"unit"`
	Post  string `json:"post"`
	Kind  string `json:"kind"`
	From  string `json:"from"`            // first day
	Until string `json:"until,omitempty"` // first day after it; "" for open
}

// on reports whether it holds on a day.
func (m Membership) on(day string) bool { return m.From <= day && (m.Until == "" || day < m.Until) }

// Absence is a leave or retirement during some days.
type Absence struct {
	From  string `json:"from"`
	Until string `json:"until,omitempty"`
}

// Career is a person's memberships, leaves and retirements on all days.
type Career struct {
	facts       []Known
	Memberships []Membership `json:"memberships,omitempty"` // in the order in which they became known
	Leaves      []Absence    `json:"leaves,omitempty"`
	Retired     []Absence    `json:"retired,omitempty"`
}

// CareerOf folds the facts of one person; facts about anything else are ignored.
func CareerOf(facts []Known) Career {
	c := Career{facts: slices.Clone(facts)}
	slices.SortStableFunc(c.facts, func(a, b Known) int { return cmp.Compare(a.Seq, b.Seq) })
	for _, k := range c.facts {
		c.take(k.Fact)
	}
	return c
}

// With is the career once more facts are known.
func (c Career) With(facts ...Known) Career { return CareerOf(slices.Concat(c.facts, facts)) }

// After is the career after one more fact, for whoever keeps careers and not their facts; it forgets the facts.
func (c Career) After(e events.Event) Career {
	next := Career{Memberships: slices.Clone(c.Memberships), Leaves: slices.Clone(c.Leaves), Retired: slices.Clone(c.Retired)}
	next.take(e)
	return next
}

// AsKnown is the career as it was known at a moment.
func (c Career) AsKnown(at time.Time) Career {
	return CareerOf(slices.DeleteFunc(slices.Clone(c.facts), func(k Known) bool { return k.At.After(at) }))
}

// Facts are all facts, in the order of the record.
func (c Career) Facts() []Known { return slices.Clone(c.facts) }

func (c *Career) take(e events.Event) {
	switch e := e.(type) {
	case events.MembershipBegan:
		c.begin(Membership{ID: cmp.Or(e.Membership, e.Unit), Unit: e.Unit, Post: e.Post, Kind: cmp.Or(e.Kind, events.MembershipMain), From: e.On, Until: e.Until})
	case events.MembershipEnded:
		c.end(e)
	case events.MembershipRestated:
		for i := range c.Memberships {
			if c.Memberships[i].ID == e.Membership {
				c.Memberships[i] = Membership{ID: e.Membership, Unit: e.Unit, Post: e.Post, Kind: cmp.Or(e.Kind, events.MembershipMain), From: e.On, Until: e.Until}
			}
		}
	case events.MembershipWithdrawn:
		c.Memberships = slices.DeleteFunc(c.Memberships, func(m Membership) bool { return m.ID == e.Membership })
	case events.LeaveBegan:
		c.Leaves = append(c.Leaves, Absence{e.On, e.Until})
	case events.LeaveEnded:
		c.Leaves = closed(c.Leaves, e.On)
	case events.PersonRetired:
		c.Retired = append(closed(c.Retired, e.On), Absence{From: e.On})
	case events.PersonReturned:
		c.Retired = closed(c.Retired, e.On)
	}
}

// begin adds a membership. One of the same id that is still open ends with it; that is how a post is changed. The ids of
// closed ones get a number, so that each id names one membership and the plain id the latest.
func (c *Career) begin(m Membership) {
	n := 0
	for i := range c.Memberships {
		if old := &c.Memberships[i]; old.ID == m.ID {
			n = i + 1
			if old.Until == "" || old.Until > m.From {
				old.Until = m.From
			}
		}
	}
	if n > 0 {
		c.Memberships[n-1].ID = m.ID + "~" + strconv.Itoa(n)
	}
	c.Memberships = append(c.Memberships, m)
}

func (c *Career) end(e events.MembershipEnded) {
	for i := range c.Memberships {
		if m := &c.Memberships[i]; m.ID == cmp.Or(e.Membership, e.Unit) {
			m.Until = max(e.On, m.From)
		}
	}
}

// closed ends the absences that are open on a day; one that would begin on it or later never is.
func closed(all []Absence, day string) []Absence {
	var kept []Absence
	for _, a := range all {
		if a.Until == "" || a.Until > day {
			a.Until = day
		}
		if a.From < a.Until {
			kept = append(kept, a)
		}
	}
	return kept
}

func absent(all []Absence, day string) bool {
	return slices.ContainsFunc(all, func(a Absence) bool { return a.From <= day && (a.Until == "" || day < a.Until) })
}

// OnLeave reports whether the person is on leave on a day; she counts where she is a member.
func (c Career) OnLeave(day string) bool { return absent(c.Leaves, day) }

// IsRetired reports whether the person has left the service on a day.
func (c Career) IsRetired(day string) bool { return absent(c.Retired, day) }

// Held are the memberships of a day.
func (c Career) Held(day string) []Membership {
	if c.IsRetired(day) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(c.Memberships), func(m Membership) bool { return !m.on(day) })
}

// Home is the membership by which the person counts on a day: the main one that began last, or else any that did.
// ok is false for somebody who serves nowhere.
func (c Career) Home(day string) (home Membership, ok bool) {
	for _, m := range c.Held(day) {
		if !ok || m.before(home) {
			home, ok = m, true
		}
	}
	return home, ok
}

// before reports whether m, which became known later, takes the place of home.
func (m Membership) before(home Membership) bool {
	main, other := m.Kind == events.MembershipMain, home.Kind == events.MembershipMain
	return main && !other || main == other && m.From >= home.From
}
