package organisation

import (
	"slices"

	"khuevan/events"
)

// Refusal says in both languages why a step cannot be.
type Refusal struct{ Vi, En string }

// Error gives the English sentence.
func (r *Refusal) Error() string { return r.En }

// Check gives the structure after a step of a reorganisation, or why the step cannot be: on no day from the first one that
// it changes may the units stand in a circle, share a code, or stand below one that is no more. The facts of one step
// are checked together, so they may need each other; their sequences only say their order.
func (s *Structure) Check(step ...Known) (*Structure, *Refusal) {
	next := s.With(step...)
	first := ""
	for _, k := range step {
		if why := next.checkFact(k); why != nil {
			return nil, why
		}
		day := DayOf(k.Fact)
		if w, ok := k.Fact.(events.UnitFactWithdrawn); ok {
			day = s.dayOf(w)
		}
		if first == "" || day < first {
			first = day
		}
	}
	for _, day := range next.daysFrom(first) {
		if why := next.checkDay(day, s); why != nil {
			return nil, why
		}
	}
	return next, nil
}

func (s *Structure) dayOf(w events.UnitFactWithdrawn) string {
	if h := s.units[w.Unit]; h != nil {
		for _, k := range h.facts {
			if k.Seq == w.Fact {
				return DayOf(k.Fact)
			}
		}
	}
	return ""
}

// daysFrom are a day and the later ones on which anything changes.
func (s *Structure) daysFrom(first string) []string {
	days := []string{first}
	for _, h := range s.units {
		for _, span := range h.spans {
			if span.From > first {
				days = append(days, span.From)
			}
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// checkFact holds one fact against the structure of its day, in which it holds already.
func (s *Structure) checkFact(k Known) *Refusal {
	switch e := k.Fact.(type) {
	case events.UnitRenamed:
		return s.mustExist(e.Unit, e.On)
	case events.UnitMoved:
		if why := s.mustExist(e.Unit, e.On); why != nil {
			return why
		}
		if e.Parent != "" {
			return s.mustExist(e.Parent, e.On)
		}
	case events.UnitEnded:
		return s.checkEnd(e)
	case events.UnitEstablished:
		if e.Parent != "" {
			return s.mustExist(e.Parent, e.On)
		}
	}
	return nil
}

func (s *Structure) mustExist(id, day string) *Refusal {
	if s.Exists(id, day) {
		return nil
	}
	name := s.name(id)
	return &Refusal{"Đơn vị “" + name + "” không tồn tại vào ngày " + day + ". Hãy chọn ngày khác hoặc đơn vị khác.",
		"The unit “" + name + "” does not exist on " + day + ". Choose another day or another unit."}
}

// name is the latest name of a unit, or its id.
func (s *Structure) name(id string) string {
	if h := s.units[id]; h != nil && len(h.spans) > 0 {
		return h.spans[len(h.spans)-1].Name
	}
	return id
}

func (s *Structure) checkEnd(e events.UnitEnded) *Refusal {
	h := s.units[e.Unit]
	if len(h.spans) == 0 || h.spans[0].From >= e.On {
		return s.mustExist(e.Unit, e.On)
	}
	bad := e.How == events.UnitMerged && len(e.Into) != 1 || e.How == events.UnitSplit && len(e.Into) < 2 ||
		e.How == events.UnitDissolved && len(e.Into) != 0 || slices.Contains(e.Into, e.Unit)
	if bad {
		return &Refusal{"Sáp nhập cần đúng một đơn vị tiếp nhận, chia tách cần ít nhất hai, giải thể không có đơn vị nào.",
			"A merger needs exactly one successor, a split at least two, a dissolution none."}
	}
	for _, to := range e.Into {
		if why := s.mustExist(to, e.On); why != nil {
			return why
		}
	}
	return nil
}

// checkDay looks for what must not be on a day, and was not so before.
func (s *Structure) checkDay(day string, before *Structure) *Refusal {
	t := s.On(day)
	codes := map[string]Unit{}
	for _, id := range s.ids {
		u, ok := t.Unit(id)
		if !ok {
			if why := s.checkHeirs(id, day, before); why != nil {
				return why
			}
			continue
		}
		if other, taken := codes[u.Code]; taken && !before.shared(u.ID, other.ID, day) {
			return &Refusal{"Mã “" + u.Code + "” đã thuộc về đơn vị “" + other.Name + "” vào ngày " + day + ".",
				"The code “" + u.Code + "” belongs to the unit “" + other.Name + "” on " + day + "."}
		}
		codes[u.Code] = u
		if why := s.checkAbove(u, day, before); why != nil {
			return why
		}
	}
	return nil
}

// checkHeirs sees to it that what came of a former unit has begun.
func (s *Structure) checkHeirs(id, day string, before *Structure) *Refusal {
	u, _ := s.Unit(id, day)
	for _, to := range u.Into {
		_, begun := s.Unit(to, day)
		if _, was := before.Unit(to, day); was && !begun {
			return &Refusal{"Đơn vị “" + before.name(to) + "” đã tiếp nhận đơn vị “" + u.Name + "”; hãy thu hồi việc sáp nhập hoặc chia tách đó trước.",
				"The unit “" + before.name(to) + "” has taken over “" + u.Name + "”; withdraw that merger or split first."}
		}
	}
	return nil
}

// shared reports whether two units had one code on a day.
func (s *Structure) shared(a, b, day string) bool {
	x, okX := s.Unit(a, day)
	y, okY := s.Unit(b, day)
	return okX && okY && x.Ended == "" && y.Ended == "" && x.Code == y.Code
}

func (s *Structure) checkAbove(u Unit, day string, before *Structure) *Refusal {
	stated, _ := s.Unit(u.ID, day)
	if stated.Parent == "" {
		return nil
	}
	to := s.Follow(stated.Parent, day)
	if !s.Exists(to, day) {
		if was, ok := before.Unit(u.ID, day); ok && was.Ended == "" && !before.Exists(before.Follow(was.Parent, day), day) {
			return nil // it was so before
		}
		return &Refusal{"Đơn vị “" + u.Name + "” còn trực thuộc “" + s.name(to) + "”, đơn vị này không còn vào ngày " + day + ". Hãy chuyển đơn vị trực thuộc trước.",
			"The unit “" + u.Name + "” still stands below “" + s.name(to) + "”, which is no more on " + day + ". Move the units below it first."}
	}
	seen := map[string]bool{u.ID: true}
	for at := to; at != ""; {
		if seen[at] {
			return &Refusal{"Đơn vị “" + u.Name + "” sẽ trực thuộc chính mình hoặc đơn vị cấp dưới của mình vào ngày " + day + ".",
				"The unit “" + u.Name + "” would stand below itself on " + day + "."}
		}
		seen[at] = true
		p, _ := s.Unit(at, day)
		at = ""
		if p.Parent != "" {
			at = s.Follow(p.Parent, day)
		}
	}
	return nil
}
