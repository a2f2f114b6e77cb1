package organisation

import "slices"

// Descent is a step of lineage: From became Into on a day.
type Descent struct {
	From string
	How  string // merged, split, dissolved
	Into []string
	On   string
}

// Became are the steps that led from a unit to those that came of it up to a day, in the order of days; none while it exists.
func (s *Structure) Became(unit, day string) []Descent {
	var all []Descent
	seen := map[string]bool{}
	ask := []string{unit}
	for len(ask) > 0 {
		id := ask[0]
		if ask = ask[1:]; seen[id] {
			continue
		}
		seen[id] = true
		if u, ok := s.Unit(id, day); ok && u.Ended != "" {
			all = append(all, s.descent(u))
			ask = append(ask, u.Into...)
		}
	}
	return all
}

// descent finds the day on which the present end began: later facts about an ended unit change nothing of it.
func (s *Structure) descent(u Unit) Descent {
	d := Descent{From: u.ID, How: u.Ended, Into: slices.Clone(u.Into), On: u.From}
	for _, span := range slices.Backward(s.units[u.ID].spans) {
		if span.From > d.On {
			continue
		}
		if span.Ended == "" {
			break
		}
		d.On = span.From
	}
	return d
}

// Successors are the units of a day that came of a unit, through mergers and splits, sorted; the unit itself while it exists.
func (s *Structure) Successors(unit, day string) []string {
	var all []string
	seen := map[string]bool{}
	var walk func(string)
	walk = func(id string) {
		if seen[id] {
			return
		}
		seen[id] = true
		u, ok := s.Unit(id, day)
		if ok && u.Ended == "" {
			all = append(all, id)
		}
		if ok && u.Ended != "" {
			for _, next := range u.Into {
				walk(next)
			}
		}
	}
	walk(unit)
	slices.Sort(all)
	return all
}

// Origins are the units of which one came up to a day, nearest first.
func (s *Structure) Origins(unit, day string) []Descent { return s.Lineage(day).Origins(unit) }

// Lineage is which units came of which, up to a day.
type Lineage struct{ into map[string][]Descent }

// Lineage finds what all units came of.
func (s *Structure) Lineage(day string) Lineage {
	l := Lineage{map[string][]Descent{}}
	for _, id := range s.ids {
		if u := s.units[id].span(day); u != nil && u.Ended != "" {
			d := s.descent(*u)
			for _, to := range d.Into {
				l.into[to] = append(l.into[to], d)
			}
		}
	}
	return l
}

// Origins are the units of which one came, nearest first.
func (l Lineage) Origins(unit string) []Descent {
	var all []Descent
	seen := map[string]bool{unit: true}
	ask := []string{unit}
	for len(ask) > 0 {
		id := ask[0]
		ask = ask[1:]
		for _, d := range l.into[id] {
			if seen[d.From] {
				continue
			}
			seen[d.From] = true
			all, ask = append(all, d), append(ask, d.From)
		}
	}
	return all
}
