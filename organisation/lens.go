package organisation

import "slices"

// Place is where a person stands on a day. ToPlace says that Unit, to which she belongs, exists no more (or not yet) and
// carried her nowhere.
type Place struct {
	Membership
	Unit    string // of the day, where the membership's unit has been merged
	ToPlace bool
}

// Place is where a person stands on a day; ok is false for somebody who serves nowhere on it.
func (s *Structure) Place(c Career, day string) (Place, bool) {
	home, ok := c.Home(day)
	if !ok {
		return Place{}, false
	}
	return s.place(home, day), true
}

// Places are all places of a person on a day, also those of concurrent posts and secondments.
func (s *Structure) Places(c Career, day string) []Place {
	var all []Place
	for _, m := range c.Held(day) {
		all = append(all, s.place(m, day))
	}
	return all
}

func (s *Structure) place(m Membership, day string) Place {
	unit := s.Follow(m.Unit, day)
	return Place{Membership: m, Unit: unit, ToPlace: !s.Exists(unit, day)}
}

// Count is people by the unit in which each is counted, once.
type Count struct {
	Units   map[string]int // of units that exist
	ToPlace map[string]int // of former units
	All     int
}

func newCount() Count { return Count{Units: map[string]int{}, ToPlace: map[string]int{}} }

func (c *Count) add(unit string, exists bool) {
	c.All++
	if exists {
		c.Units[unit]++
		return
	}
	c.ToPlace[unit]++
}

// Count counts people in the structure of a day.
func (s *Structure) Count(people map[string]Career, day string) Count {
	count := newCount()
	for _, c := range people {
		if p, ok := s.Place(c, day); ok {
			count.add(p.Unit, !p.ToPlace)
		}
	}
	return count
}

// Restate counts the people of a day in the structure of another one.
func (s *Structure) Restate(people map[string]Career, day, to string) Count {
	count := newCount()
	for _, c := range people {
		p, ok := s.Place(c, day)
		if !ok {
			continue
		}
		unit := s.Restated(p.Unit, c, to)
		if _, begun := s.Unit(unit, to); !begun { // a day before the unit: where the membership's own unit was
			unit = s.Restated(p.Membership.Unit, c, to)
		}
		count.add(unit, s.Exists(unit, to))
	}
	return count
}

// Restated is the unit of a day to which a former unit's person belongs: where mergers lead; of a split, the successor
// in which the person stands on that day, if she stands in one.
func (s *Structure) Restated(unit string, c Career, day string) string {
	to := s.Follow(unit, day)
	if s.Exists(to, day) {
		return to
	}
	heirs := s.Successors(to, day)
	if len(heirs) == 1 {
		return heirs[0]
	}
	if p, ok := s.Place(c, day); ok && slices.Contains(heirs, p.Unit) {
		return p.Unit
	}
	return to
}

// Sums adds the counts of units to all above them in a tree; those to be placed are in none.
func (c Count) Sums(t *Tree) map[string]int {
	sums := map[string]int{}
	for unit, n := range c.Units {
		for u, ok := t.units[unit]; ok; u, ok = t.units[u.Parent] {
			sums[u.ID] += n
		}
	}
	return sums
}
