package directory

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"khuevan/organisation"
	"khuevan/platform/fault"
	"khuevan/platform/readmodel"
	"khuevan/platform/vietnamese"
)

// today is the present day in the province's zone.
func (s *service) today() string { return dayOf(s.d.Clock.Now()) }

// key reads which day is asked about.
func (s *service) key(m Moment) (treeKey, error) {
	key := treeKey{day: cmp.Or(m.On, s.today())}
	if _, err := time.Parse(time.DateOnly, key.day); err != nil {
		return key, fault.New(fault.Invalid, "Ngày phải viết theo dạng năm-tháng-ngày, ví dụ 2025-07-01.", "Write the day year-month-day, for example 2025-07-01.")
	}
	if m.Known == "" {
		return key, nil
	}
	at, err := time.Parse(time.RFC3339, m.Known)
	if err != nil {
		return key, fault.New(fault.Invalid, "Thời điểm phải viết theo RFC 3339.", "Write the moment as RFC 3339 says.")
	}
	key.known = at.UTC()
	return key, nil
}

// look gives the units of a day, once everything up to a fact can be seen.
func (s *service) look(ctx context.Context, m Moment) (treeKey, seen, error) {
	key, err := s.key(m)
	if err != nil {
		return key, seen{}, err
	}
	if err := s.shown(ctx, m.After); err != nil {
		return key, seen{}, err
	}
	v, err := s.see(ctx, key)
	return key, v, err
}

// peopleOn counts the people of each unit on a day. For the present it does not look at everybody: the documents of the
// units tell.
func (s *service) peopleOn(ctx context.Context, key treeKey, v seen) (map[string]int, error) {
	if key.day != s.today() || !key.known.IsZero() {
		c, err := s.countOn(ctx, key)
		return c.Units, err
	}
	return s.peopleNow(ctx, v)
}

// peopleNow is remembered until a fact about a unit or a place comes. The documents may lag behind those facts: then what they
// say is not remembered.
func (s *service) peopleNow(ctx context.Context, v seen) (map[string]int, error) {
	s.nowMu.Lock()
	defer s.nowMu.Unlock()
	at := nowKey{v.tree.Day, s.unitView.Position(), s.careerView.Position()}
	whole := s.view.Position() >= max(at.units, at.careers)
	if s.now != nil && s.nowAt == at {
		return s.now, nil
	}
	people := map[string]int{}
	err := s.units.Each(ctx, readmodel.Query{}, func(u unitDoc) error {
		if u.People != 0 {
			people[v.Follow(u.ID, v.tree.Day)] += u.People
		}
		return nil
	})
	if err == nil && whole {
		s.now, s.nowAt = people, at
	}
	return people, err
}

// nowKey is what the present numbers follow from: the day, and the last facts about units and places.
type nowKey struct {
	day            string
	units, careers uint64
}

func (s *service) listUnits(ctx context.Context, req ListUnitsRequest) ([]Unit, error) {
	key, v, err := s.look(ctx, req.Moment)
	if err != nil {
		return nil, err
	}
	people, err := s.peopleOn(ctx, key, v)
	if err != nil {
		return nil, err
	}
	all := make([]Unit, 0, v.tree.Len())
	v.tree.Each(func(u organisation.Unit) {
		all = append(all, Unit{ID: u.ID, Code: u.Code, Name: u.Name, Kind: u.Kind, Parent: u.Parent, People: people[u.ID]})
	})
	return inOrder(all), nil
}

func (s *service) listBelow(ctx context.Context, req BelowRequest) (Below, error) {
	key, v, err := s.look(ctx, req.Moment)
	if err != nil {
		return Below{}, err
	}
	out := Below{On: key.day, All: v.tree.Len(), Path: []Node{}, Units: []Node{}}
	if _, ok := v.tree.Unit(req.Unit); !ok && req.Unit != "" {
		return out, nil // not on that day
	}
	for _, u := range v.tree.Path(req.Unit) {
		out.Path = append(out.Path, v.node(u, 0))
	}
	below := v.tree.Below(req.Unit)
	people, err := s.peopleOn(ctx, key, v)
	if err != nil {
		return Below{}, err
	}
	for _, u := range below {
		out.Units = append(out.Units, v.node(u, people[u.ID]))
	}
	byName(out.Units)
	return out, nil
}

// carried are a unit and the former ones whose people mergers have led into it.
func (v seen) carried(unit string) []string {
	all := []string{unit}
	for _, d := range v.lineage.Origins(unit) {
		if v.Follow(d.From, v.tree.Day) == unit {
			all = append(all, d.From)
		}
	}
	return all
}

func (v seen) node(u organisation.Unit, people int) Node {
	return Node{ID: u.ID, Code: u.Code, Name: u.Name, Kind: u.Kind, People: people, Leaf: v.tree.Leaf(u.ID)}
}

// byName sorts as inOrder does.
func byName(nodes []Node) {
	alphabet := collate.New(language.Vietnamese, collate.Numeric)
	slices.SortFunc(nodes, func(a, b Node) int {
		return cmp.Or(alphabet.CompareString(a.Name, b.Name), cmp.Compare(a.Code, b.Code))
	})
}

// mostUnitsFound bounds a search.
const mostUnitsFound = 50

// findUnits looks through the present names first and then through former ones.
func (s *service) findUnits(ctx context.Context, req FindUnitsRequest) ([]FoundUnit, error) {
	_, v, err := s.look(ctx, req.Moment)
	text := vietnamese.Fold(strings.TrimSpace(req.Text))
	if err != nil || text == "" {
		return []FoundUnit{}, err
	}
	var present, former []organisation.Unit
	for _, id := range v.IDs() {
		if u, ok := v.tree.Unit(id); ok && fits(u, text) {
			present = append(present, u)
			continue
		}
		states := v.States(id)
		for _, u := range slices.Backward(states) {
			if fits(u, text) && (v.tree.Day >= states[0].From) {
				former = append(former, u)
				break
			}
		}
	}
	slices.SortStableFunc(present, func(a, b organisation.Unit) int { return cmp.Compare(farFrom(a, text), farFrom(b, text)) })
	found := make([]FoundUnit, 0, min(len(present)+len(former), mostUnitsFound))
	for _, u := range slices.Concat(present, former) {
		if len(found) == mostUnitsFound {
			break
		}
		found = append(found, v.found(u))
	}
	return found, nil
}

// farFrom puts the unit of a code first, and then those whose whole name the text is.
func farFrom(u organisation.Unit, text string) int {
	switch text {
	case vietnamese.Fold(u.Code):
		return 0
	case vietnamese.Fold(u.Name):
		return 1
	}
	return 2
}

// fits finds a folded text; one that was typed without any marks is found whatever the marks.
func fits(u organisation.Unit, text string) bool {
	name := vietnamese.Fold(u.Name)
	return strings.Contains(name, text) || strings.Contains(vietnamese.Fold(u.Code), text) || bare(text) == text && strings.Contains(bare(strings.ToLower(u.Name)), text)
}

// bare leaves marks out.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ':
			return 'd'
		}
		return r
	}, norm.NFD.String(s))
}

func (v seen) found(u organisation.Unit) FoundUnit {
	f := FoundUnit{Node: v.node(u, 0), Path: []string{}, From: u.From}
	_, exists := v.tree.Unit(u.ID)
	if f.Former = !exists; f.Former {
		for _, id := range v.Successors(u.ID, v.tree.Day) {
			heir, _ := v.tree.Unit(id)
			f.Became = append(f.Became, v.node(heir, 0))
		}
	}
	for _, above := range v.tree.Path(u.ID) {
		if above.ID != u.ID {
			f.Path = append(f.Path, above.Name)
		}
	}
	for _, d := range v.lineage.Origins(u.ID) {
		was, _ := v.Unit(d.From, v.tree.Day)
		f.Came = append(f.Came, was.Name)
	}
	return f
}
