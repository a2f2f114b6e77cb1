package organisation

import (
	"slices"

	"khuevan/events"
)

// Tree is the units that exist on a day.
type Tree struct {
	Day   string
	units map[string]*Unit
	below map[string][]string // by id
}

// On is the tree of a day. The parent of each unit is one of the tree, or "" for a root: where the stated parent has been
// merged, its successor; where it is no more, the one that stood above it.
func (s *Structure) On(day string) *Tree {
	t := &Tree{Day: day, units: make(map[string]*Unit, len(s.units)), below: map[string][]string{}}
	all := make([]*Unit, 0, len(s.units))
	for _, id := range s.ids {
		u := s.units[id].span(day)
		if u == nil || u.Ended != "" {
			continue
		}
		if u.Parent != "" && (u.Parent == id || !s.Exists(u.Parent, day)) { // else as stated: the state itself will do
			at := *u
			at.Parent = s.above(at, day)
			u = &at
		}
		all = append(all, u)
	}
	t.plant(all)
	if t.reached() < len(all) {
		above := make(map[string]string, len(all))
		for _, u := range all {
			above[u.ID] = u.Parent
		}
		cut(above)
		for i, u := range all {
			at := *u
			at.Parent = above[u.ID]
			all[i] = &at
		}
		clear(t.below)
		t.plant(all)
	}
	return t
}

func (t *Tree) plant(all []*Unit) {
	for _, u := range all {
		t.units[u.ID] = u
		t.below[u.Parent] = append(t.below[u.Parent], u.ID)
	}
}

// reached counts the units that stand below a root; those in circles do not.
func (t *Tree) reached() (n int) {
	ask := []string{""}
	for len(ask) > 0 {
		below := t.below[ask[len(ask)-1]]
		ask = append(ask[:len(ask)-1], below...)
		n += len(below)
	}
	return n
}

// above is the existing unit under which a unit stands on a day.
func (s *Structure) above(u Unit, day string) string {
	if u.Parent == "" || u.Parent != u.ID && s.Exists(u.Parent, day) {
		return u.Parent
	}
	seen := map[string]bool{}
	for parent := u.Parent; parent != "" && !seen[parent]; {
		seen[parent] = true
		to := s.Follow(parent, day)
		if s.Exists(to, day) && to != u.ID {
			return to
		}
		p, _ := s.Unit(parent, day)
		parent = p.Parent
	}
	return ""
}

// Follow is where a unit's people and results belong on a day: the unit itself, or where mergers have led it. For a unit
// that was split or dissolved on the way it is that unit, which does not exist on that day.
func (s *Structure) Follow(unit, day string) string {
	if u, ok := s.Unit(unit, day); !ok || u.Ended != events.UnitMerged {
		return unit
	}
	seen := map[string]bool{}
	at := unit
	for !seen[at] {
		seen[at] = true
		u, ok := s.Unit(at, day)
		if !ok || u.Ended != events.UnitMerged || len(u.Into) != 1 {
			return at
		}
		if _, begun := s.Unit(u.Into[0], day); !begun {
			return at
		}
		at = u.Into[0]
	}
	return unit // merged in a circle: no successor
}

// cut makes the first unit of every circle a root; the facts forbid circles, but two of them may have met.
func cut(above map[string]string) {
	ids := make([]string, 0, len(above))
	for id := range above {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	walk := make(map[string]int, len(above)) // the number of the walk that came by
	for i, id := range ids {
		at := id
		for at != "" && walk[at] == 0 {
			walk[at] = i + 1
			at = above[at]
		}
		if at != "" && walk[at] == i+1 {
			above[at] = ""
		}
	}
}

// Unit is a unit of the tree.
func (t *Tree) Unit(id string) (Unit, bool) {
	if u, ok := t.units[id]; ok {
		return *u, true
	}
	return Unit{}, false
}

// Len is the number of units.
func (t *Tree) Len() int { return len(t.units) }

// Below are the units right below one, by id; below "" stand the roots.
func (t *Tree) Below(id string) []Unit {
	all := make([]Unit, 0, len(t.below[id]))
	for _, child := range t.below[id] {
		all = append(all, *t.units[child])
	}
	return all
}

// Leaf reports whether nothing stands below a unit.
func (t *Tree) Leaf(id string) bool { return len(t.below[id]) == 0 }

// Path leads from the root to a unit, the unit included; nil for a unit that is not in the tree.
func (t *Tree) Path(id string) []Unit {
	var path []Unit
	for u, ok := t.units[id]; ok; u, ok = t.units[u.Parent] {
		path = append(path, *u)
	}
	slices.Reverse(path)
	return path
}

// Within reports whether a unit is another one or stands below it.
func (t *Tree) Within(id, other string) bool {
	for u, ok := t.units[id]; ok; u, ok = t.units[u.Parent] {
		if u.ID == other {
			return true
		}
	}
	return false
}

// Each calls fn with every unit, each before those below it.
func (t *Tree) Each(fn func(Unit)) {
	var walk func(string)
	walk = func(id string) {
		for _, child := range t.below[id] {
			fn(*t.units[child])
			walk(child)
		}
	}
	walk("")
}

// Whole is the tree of a day together with the units that do not exist on it: a merged unit stands below its successor,
// any other below the one that was above it. Whoever still belongs to a former unit so counts in a unit of the day.
type Whole struct {
	above map[string]string
	below map[string][]string
}

// Whole is all units as of a day.
func (s *Structure) Whole(day string) *Whole {
	w := &Whole{above: map[string]string{}, below: map[string][]string{}}
	for _, id := range s.ids {
		u, ok := s.units[id].on(day)
		if !ok && len(s.units[id].spans) > 0 {
			u, ok = s.units[id].spans[0], true // yet to come
		}
		if !ok {
			continue
		}
		if w.above[id] = s.above(u, day); u.Ended != "" {
			if to := s.Follow(id, day); to != id {
				w.above[id] = to
			}
		}
	}
	cut(w.above)
	for _, id := range s.ids {
		if above, ok := w.above[id]; ok {
			w.below[above] = append(w.below[above], id)
		}
	}
	return w
}

// Has reports whether the unit ever was.
func (w *Whole) Has(id string) bool { _, ok := w.above[id]; return ok }

// Above is the unit right above; "" for a root.
func (w *Whole) Above(id string) string { return w.above[id] }

// Within reports whether a unit is another one or stands below it.
func (w *Whole) Within(id, other string) bool {
	for w.Has(id) {
		if id == other {
			return true
		}
		id = w.above[id]
	}
	return false
}

// Subtree is a unit and all below it, each before those below it; nil for an unknown one.
func (w *Whole) Subtree(id string) []string {
	if !w.Has(id) {
		return nil
	}
	all := []string{id}
	for at := 0; at < len(all); at++ {
		all = append(all, w.below[all[at]]...)
	}
	return all
}
