package organisation

import (
	"cmp"
	"slices"
	"time"

	"khuevan/events"
)

// Known is a fact with its place in the record.
type Known struct {
	Seq  uint64
	At   time.Time // when it was recorded
	Fact events.Event
}

// Unit is a unit during some days.
type Unit struct {
	ID, Code, Name, Kind, Parent string
	From                         string // first day of this state
	Until                        string // first day of the next state; "" for none
	Ended                        string // how it ended: "" while it exists
	Into                         []string
}

// history is what the facts that hold say of one unit, and all facts.
type history struct {
	facts []Known // by sequence
	spans []Unit  // by day; none before the unit was first established
}

// Structure is the units on all days.
type Structure struct {
	units map[string]*history
	ids   []string // sorted
}

// Structured folds facts about units; facts about anything else are ignored.
func Structured(facts []Known) *Structure { return (&Structure{}).With(facts...) }

// With is the structure once more facts are known.
func (s *Structure) With(facts ...Known) *Structure {
	next := &Structure{units: make(map[string]*history, len(s.units)+1)}
	for id, h := range s.units {
		next.units[id] = h
	}
	added := map[string][]Known{}
	for _, k := range facts {
		if id := UnitOf(k.Fact); id != "" {
			added[id] = append(added[id], k)
		}
	}
	for id, more := range added {
		var all []Known
		if h := next.units[id]; h != nil {
			all = h.facts
		}
		next.units[id] = unfold(id, slices.Concat(all, more))
	}
	next.ids = make([]string, 0, len(next.units))
	for id := range next.units {
		next.ids = append(next.ids, id)
	}
	slices.Sort(next.ids)
	return next
}

// AsKnown is the structure as it was known at a moment.
func (s *Structure) AsKnown(at time.Time) *Structure {
	var before []Known
	for _, id := range s.ids {
		for _, k := range s.units[id].facts {
			if !k.At.After(at) {
				before = append(before, k)
			}
		}
	}
	return Structured(before)
}

// UnitOf is the unit that a fact is about; "" for a fact about anything else.
func UnitOf(e events.Event) string {
	switch e := e.(type) {
	case events.UnitEstablished:
		return e.Unit
	case events.UnitRenamed:
		return e.Unit
	case events.UnitMoved:
		return e.Unit
	case events.UnitEnded:
		return e.Unit
	case events.UnitFactWithdrawn:
		return e.Unit
	default:
		return ""
	}
}

// DayOf is the day from which a fact about a unit holds.
func DayOf(e events.Event) string {
	switch e := e.(type) {
	case events.UnitEstablished:
		return e.On
	case events.UnitRenamed:
		return e.On
	case events.UnitMoved:
		return e.On
	case events.UnitEnded:
		return e.On
	default:
		return ""
	}
}

// holding are the facts that hold: not withdrawn by a withdrawal that holds.
func holding(facts []Known) []Known {
	withdrawn := map[uint64]bool{}
	for _, k := range slices.Backward(facts) { // a withdrawal stands after what it withdraws
		if w, ok := k.Fact.(events.UnitFactWithdrawn); ok && !withdrawn[k.Seq] {
			withdrawn[w.Fact] = true
		}
	}
	var all []Known
	for _, k := range facts {
		if _, is := k.Fact.(events.UnitFactWithdrawn); !is && !withdrawn[k.Seq] {
			all = append(all, k)
		}
	}
	return all
}

func unfold(id string, facts []Known) *history {
	slices.SortStableFunc(facts, func(a, b Known) int { return cmp.Compare(a.Seq, b.Seq) })
	h := &history{facts: facts}
	hold := holding(facts)
	parent, found := "", false
	for _, k := range hold { // only the first one places the unit; later ones restate its name
		if e, ok := k.Fact.(events.UnitEstablished); ok {
			parent, found = e.Parent, true
			break
		}
	}
	if !found {
		return h
	}
	slices.SortStableFunc(hold, func(a, b Known) int { return cmp.Compare(DayOf(a.Fact), DayOf(b.Fact)) })
	u, begun := Unit{ID: id, Parent: parent}, false
	for _, k := range hold {
		u.From = DayOf(k.Fact)
		_, is := k.Fact.(events.UnitEstablished)
		u = u.after(k.Fact)
		if begun = begun || is; !begun {
			continue // of days before the unit began
		}
		if n := len(h.spans); n > 0 && h.spans[n-1].From == u.From {
			h.spans[n-1] = u
			continue
		} else if n > 0 {
			h.spans[n-1].Until = u.From
		}
		h.spans = append(h.spans, u)
	}
	return h
}

func (u Unit) after(e events.Event) Unit {
	switch e := e.(type) {
	case events.UnitEstablished:
		u.Code, u.Name, u.Kind, u.Ended, u.Into = e.Code, e.Name, e.Kind, "", nil
	case events.UnitRenamed:
		u.Code, u.Name, u.Kind = cmp.Or(e.Code, u.Code), cmp.Or(e.Name, u.Name), cmp.Or(e.Kind, u.Kind)
	case events.UnitMoved:
		u.Parent = e.Parent
	case events.UnitEnded:
		u.Ended, u.Into = e.How, e.Into
	}
	return u
}

// on is the state of a unit on a day; ok is false before it began.
func (h *history) on(day string) (u Unit, ok bool) {
	if span := h.span(day); span != nil {
		return *span, true
	}
	return Unit{}, false
}

// span is on without a copy; nil before the unit began.
func (h *history) span(day string) *Unit {
	if h == nil {
		return nil
	}
	for i := len(h.spans) - 1; i >= 0; i-- {
		if h.spans[i].From <= day {
			return &h.spans[i]
		}
	}
	return nil
}

// Unit is a unit on a day. It has ended when Ended says so; ok is false for one that had not begun.
func (s *Structure) Unit(id, day string) (Unit, bool) { return s.units[id].on(day) }

// Exists reports whether a unit had begun and not ended.
func (s *Structure) Exists(id, day string) bool {
	u := s.units[id].span(day)
	return u != nil && u.Ended == ""
}

// States are the states of a unit from day to day; none for an unknown one.
func (s *Structure) States(id string) []Unit {
	if h := s.units[id]; h != nil {
		return slices.Clone(h.spans)
	}
	return nil
}

// Facts are all facts about a unit in the order of the record, and which of them hold.
func (s *Structure) Facts(id string) (facts []Known, holds map[uint64]bool) {
	h := s.units[id]
	if h == nil {
		return nil, nil
	}
	holds = map[uint64]bool{}
	for _, k := range holding(h.facts) {
		holds[k.Seq] = true
	}
	return slices.Clone(h.facts), holds
}

// IDs are all units that were ever heard of, sorted.
func (s *Structure) IDs() []string { return slices.Clone(s.ids) }

// Change is a fact that holds from a day on.
type Change struct {
	Known
	Unit, On string
}

// Changes are the facts that hold from a day on which lies from a first day up to a last one, by day; "" is no bound.
func (s *Structure) Changes(from, to string) []Change {
	var all []Change
	for _, id := range s.ids {
		for _, k := range holding(s.units[id].facts) {
			if day := DayOf(k.Fact); day >= from && (to == "" || day <= to) {
				all = append(all, Change{Known: k, Unit: id, On: day})
			}
		}
	}
	slices.SortFunc(all, func(a, b Change) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Seq, b.Seq)) })
	return all
}
