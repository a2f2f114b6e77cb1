package directory

import (
	"context"
	"slices"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/readmodel"
)

func (s *service) getUnit(ctx context.Context, req UnitRequest) (UnitHistory, error) {
	key, v, err := s.look(ctx, req.Moment)
	if err != nil {
		return UnitHistory{}, err
	}
	states := v.States(req.Unit)
	if len(states) == 0 {
		return UnitHistory{}, noUnit()
	}
	u, begun := v.Unit(req.Unit, key.day)
	if !begun {
		u = states[0]
	}
	out := UnitHistory{Unit: v.node(u, 0), Exists: begun && u.Ended == "", Path: []Node{}, States: v.states(states), Facts: v.facts(req.Unit)}
	for _, above := range v.tree.Path(req.Unit) {
		out.Path = append(out.Path, v.node(above, 0))
	}
	out.Came, out.Became = v.descents(v.lineage.Origins(req.Unit)), v.descents(v.Became(req.Unit, key.day))
	if out.People, err = s.placedIn(ctx, key, req.Unit); err != nil {
		return UnitHistory{}, err
	}
	out.Unit.People = len(out.People)
	return out, nil
}

func (v seen) states(states []organisation.Unit) []State {
	all := make([]State, len(states))
	for i, u := range states {
		all[i] = State{From: u.From, Until: u.Until, Code: u.Code, Name: u.Name, Kind: u.Kind, Ended: u.Ended}
		if parent, ok := v.Unit(u.Parent, u.From); ok {
			all[i].Parent = parent.Name
		}
	}
	return all
}

// latest is a unit as it was last, for its name.
func (v seen) latest(id string) Node {
	states := v.States(id)
	if len(states) == 0 {
		return Node{ID: id, Name: id}
	}
	return v.node(states[len(states)-1], 0)
}

func (v seen) descents(all []organisation.Descent) []Descent {
	out := make([]Descent, len(all))
	for i, d := range all {
		out[i] = Descent{From: v.latest(d.From), How: d.How, On: d.On, Into: []Node{}}
		for _, to := range d.Into {
			out[i].Into = append(out[i].Into, v.latest(to))
		}
	}
	return out
}

// facts are the facts about a unit, newest first.
func (v seen) facts(id string) []UnitFact {
	facts, holds := v.Facts(id)
	all := make([]UnitFact, 0, len(facts))
	for _, k := range slices.Backward(facts) {
		if _, is := k.Fact.(events.UnitFactWithdrawn); !is {
			all = append(all, v.fact(id, k, !holds[k.Seq]))
		}
	}
	return all
}

// fact says a fact in words.
func (v seen) fact(id string, k organisation.Known, withdrawn bool) UnitFact {
	f := UnitFact{Seq: k.Seq, At: clock.Local(k.At).Format(time.RFC3339), Unit: id, Name: v.latest(id).Name, Code: v.latest(id).Code, Withdrawn: withdrawn, Step: stepOf(k.Fact)}
	names := func(ids []string) string {
		var all []string
		for _, id := range ids {
			all = append(all, v.latest(id).Name)
		}
		return strings.Join(all, ", ")
	}
	switch e := k.Fact.(type) {
	case events.UnitEstablished:
		f.What, f.On, f.Name, f.Code, f.Vi, f.En = "established", e.On, e.Name, e.Code, "Thành lập: “"+e.Name+"”, mã "+e.Code, "Established: “"+e.Name+"”, code "+e.Code
	case events.UnitRenamed:
		to := strings.Join(slices.DeleteFunc([]string{e.Name, e.Code, e.Kind}, func(s string) bool { return s == "" }), ", ")
		f.What, f.On, f.Vi, f.En = "renamed", e.On, "Đổi tên, mã hoặc loại: "+to, "Renamed: "+to
	case events.UnitMoved:
		f.What, f.On, f.Vi, f.En = "moved", e.On, "Chuyển về trực thuộc: "+names([]string{e.Parent}), "Moved below: "+names([]string{e.Parent})
	case events.UnitEnded:
		f.What, f.On = e.How, e.On
		switch e.How {
		case events.UnitMerged:
			f.Vi, f.En = "Sáp nhập vào: "+names(e.Into), "Merged into: "+names(e.Into)
		case events.UnitSplit:
			f.Vi, f.En = "Chia tách thành: "+names(e.Into), "Split into: "+names(e.Into)
		default:
			f.Vi, f.En = "Giải thể", "Dissolved"
		}
	}
	return f
}

// mostChanges bounds how many changes are told at once; Count tells how many there are.
const mostChanges = 200

func (s *service) listChanges(ctx context.Context, req ChangesRequest) (Changed, error) {
	_, v, err := s.look(ctx, req.Moment)
	if err != nil {
		return Changed{}, err
	}
	out := Changed{Facts: []UnitFact{}, Days: []Day{}}
	for _, c := range v.changes {
		if n := len(out.Days); n > 0 && out.Days[n-1].On == c.On {
			out.Days[n-1].Facts++
		} else {
			out.Days = append(out.Days, Day{On: c.On, Facts: 1})
		}
		if c.On < req.From || c.On > req.To {
			continue
		}
		if out.Count++; out.Count <= mostChanges {
			out.Facts = append(out.Facts, v.fact(c.Unit, c.Known, false))
		}
	}
	return out, nil
}

// Placed is a person with the membership by which she stands somewhere on a day.
type Placed struct {
	Person   string `json:"person"`
	Name     string `json:"name"` // "" for an erased one
	Code     string `json:"code"`
	Post     string `json:"post"`
	Kind     string `json:"kind"`
	From     string `json:"from"`
	Unit     string `json:"unit"`      // of the membership, which may have been merged since
	UnitName string `json:"unit_name"` // its last name
	OnLeave  bool   `json:"on_leave,omitempty"`
}

// peopleOf are those on a list.
func peopleOf(placed []Placed) (all []string) {
	for _, p := range placed {
		all = append(all, p.Person)
	}
	return all
}

func (u UnitHistory) people() []string { return peopleOf(u.People) }

// mostPlaced bounds a list of people of one unit on a day.
const mostPlaced = 500

// placedIn are the people who stand in a unit on a day, also by concurrent posts and secondments.
func (s *service) placedIn(ctx context.Context, key treeKey, unit string) ([]Placed, error) {
	return s.placed(ctx, key, func(p organisation.Place) bool { return p.Unit == unit && !p.ToPlace })
}

func (s *service) placed(ctx context.Context, key treeKey, wanted func(organisation.Place) bool) ([]Placed, error) {
	structure, people, err := s.everybody(ctx, key.known)
	if err != nil {
		return nil, err
	}
	all := []Placed{}
	for id, c := range people {
		for _, p := range structure.Places(c, key.day) {
			if !wanted(p) {
				continue
			}
			states := structure.States(p.Membership.Unit)
			placed := Placed{Person: id, Post: p.Post, Kind: p.Kind, From: p.From, Unit: p.Membership.Unit, OnLeave: c.OnLeave(key.day)}
			if len(states) > 0 {
				placed.UnitName = states[len(states)-1].Name
			}
			all = append(all, placed)
		}
	}
	slices.SortFunc(all, func(a, b Placed) int { return strings.Compare(a.Person+a.Kind, b.Person+b.Kind) })
	all = all[:min(len(all), mostPlaced)]
	for i := range all {
		if err := s.name(ctx, &all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (s *service) name(ctx context.Context, p *Placed) error {
	d, found, err := s.people.Get(ctx, p.Person)
	if err != nil || !found {
		return err
	}
	plain, err := s.reveal(ctx, d)
	p.Name, p.Code = plain.name, plain.code
	return err
}

// listToPlace are the people whose unit was split or dissolved, and who stand nowhere since.
func (s *service) listToPlace(ctx context.Context, req Moment) ([]Placed, error) {
	key, _, err := s.look(ctx, req)
	if err != nil {
		return nil, err
	}
	return s.placed(ctx, key, func(p organisation.Place) bool { return p.ToPlace && p.Kind == events.MembershipMain })
}

// unitsOf lists a unit and the former ones that it carries today, to look people up by what their memberships say.
func (s *service) unitsOf(ctx context.Context, unit string) ([]string, error) {
	v, err := s.see(ctx, treeKey{day: s.today()})
	if err != nil {
		return nil, err
	}
	return v.carried(unit), nil
}

// home is the unit in which a membership's unit is today.
func (s *service) home(ctx context.Context, unit string) (organisation.Unit, error) {
	v, err := s.see(ctx, treeKey{day: s.today()})
	if err != nil || unit == "" {
		return organisation.Unit{ID: unit}, err
	}
	to := v.Follow(unit, v.tree.Day)
	if u, ok := v.tree.Unit(to); ok {
		return u, nil
	}
	last := v.latest(to)
	return organisation.Unit{ID: to, Name: last.Name, Code: last.Code, Kind: last.Kind}, nil
}

// findIn reads the people of a unit, and of former ones that it carries, a page at a time; the cursor is the unit to go on
// with and the store's cursor within it.
func (s *service) findIn(ctx context.Context, unit, after string, limit int) (found []personDoc, next string, total int, err error) {
	units, err := s.unitsOf(ctx, unit)
	if err != nil {
		return nil, "", 0, err
	}
	from, inner, going := strings.Cut(after, "|")
	at := slices.Index(units, from)
	if !going {
		at, inner = 0, after
	}
	if at < 0 {
		return nil, "", 0, fault.New(fault.Invalid, "Danh sách đã thay đổi; vui lòng xem lại từ trang đầu.", "The list has changed; please start again from the first page.")
	}
	for i, id := range units {
		q := readmodel.Query{Index: "unit", Equal: []any{id}}
		n, err := s.people.Count(ctx, q)
		if err != nil {
			return nil, "", 0, err
		}
		if total += n; i < at || next != "" || n == 0 {
			continue
		}
		if len(found) == limit {
			next = id + "|"
			continue
		}
		if q.Limit = limit - len(found); i == at {
			q.After = inner
		}
		page, err := s.people.Find(ctx, q)
		if err != nil {
			return nil, "", 0, err
		}
		if found = append(found, page.Items...); page.Next != "" {
			next = id + "|" + page.Next
		}
	}
	return found, next, total, nil
}
