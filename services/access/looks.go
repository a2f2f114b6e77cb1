package access

import (
	"context"
	"slices"
	"strings"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// WhoLookedRequest names a person; "" is the caller.
type WhoLookedRequest struct {
	Person string `json:"person,omitempty"`
	After  uint64 `json:"after,omitempty"`
}

// WhoLookedAtRequest names a unit.
type WhoLookedAtRequest struct {
	Unit  string `json:"unit"`
	After uint64 `json:"after,omitempty"`
}

// Look is somebody's looks at one thing in an hour.
type Look struct {
	Reader       string `json:"reader"`
	Name         string `json:"name"`
	OnBehalf     string `json:"on_behalf,omitempty"`
	OnBehalfName string `json:"on_behalf_name,omitempty"`
	Method       string `json:"method"`
	Hour         string `json:"hour"` // 2006010215, province time
}

// WhoMayRequest names a person or a unit, and a day; "" is today.
type WhoMayRequest struct {
	Person string `json:"person,omitempty"`
	Unit   string `json:"unit,omitempty"`
	Day    string `json:"day,omitempty"` // 2006-01-02
}

// Right is somebody's role over a person or a unit on a day.
type Right struct {
	Person       string `json:"person"`
	Name         string `json:"name"`
	Role         string `json:"role"`
	Unit         string `json:"unit,omitempty"` // "" for everywhere
	UnitName     string `json:"unit_name,omitempty"`
	OnBehalf     string `json:"on_behalf,omitempty"` // of whom they stood in for
	OnBehalfName string `json:"on_behalf_name,omitempty"`
}

// mostLooks is how many are listed.
const mostLooks = 200

func (s *service) whoLooked(ctx context.Context, req WhoLookedRequest) ([]Look, error) {
	if req.Person == "" {
		req.Person = rpc.From(ctx).Identity.Person
	}
	over, err := s.view.above(ctx, rpc.Object{Kind: rpc.AboutPerson, ID: req.Person}, s.day())
	if err != nil {
		return nil, err
	}
	if err := s.Await(ctx, s.view.looks, req.After); err != nil {
		return nil, err
	}
	return s.looksAt(ctx, []bool{false}, append(over, "", req.Person)...)
}

func (s *service) whoLookedAt(ctx context.Context, req WhoLookedAtRequest) ([]Look, error) {
	if err := s.Await(ctx, s.view.looks, req.After); err != nil {
		return nil, err
	}
	return s.looksAt(ctx, []bool{false, true}, req.Unit)
}

// looksAt merges the looks at some objects, in part or not, latest first: whoever takes out a whole unit sees the people
// below it too.
func (s *service) looksAt(ctx context.Context, parts []bool, objects ...string) ([]Look, error) {
	var found []readDoc
	for _, o := range objects {
		for _, part := range parts {
			page, err := s.view.reads.Find(ctx, readmodel.Query{Index: "object", Equal: []any{o, part}, Desc: true, Limit: mostLooks})
			if err != nil {
				return nil, err
			}
			found = append(found, page.Items...)
		}
	}
	slices.SortStableFunc(found, func(a, b readDoc) int { return strings.Compare(b.Hour, a.Hour) })
	all := make([]Look, min(len(found), mostLooks))
	for i := range all {
		l, err := s.look(ctx, found[i])
		if err != nil {
			return nil, err
		}
		all[i] = l
	}
	return all, nil
}

func (s *service) look(ctx context.Context, d readDoc) (l Look, err error) {
	l = Look{Reader: d.Reader, OnBehalf: d.OnBehalf, Method: d.Method, Hour: d.Hour}
	if l.Name, err = s.view.name(ctx, d.Reader); err != nil {
		return l, err
	}
	l.OnBehalfName, err = s.view.name(ctx, d.OnBehalf)
	return l, err
}

// whoMay finds who held a role over a person or a unit on a day, of their own or as a stand-in.
func (s *service) whoMay(ctx context.Context, req WhoMayRequest) ([]Right, error) {
	if (req.Person == "") == (req.Unit == "") {
		return nil, fault.New(fault.Invalid, "Chọn một người hoặc một đơn vị.", "Choose a person or a unit.")
	}
	if req.Day == "" {
		req.Day = s.day()
	}
	o := rpc.Object{Kind: rpc.AboutUnit, ID: req.Unit}
	if req.Person != "" {
		o = rpc.Object{Kind: rpc.AboutPerson, ID: req.Person}
	}
	over, err := s.view.above(ctx, o, req.Day)
	if err != nil {
		return nil, err
	}
	all := []Right{}
	covers := func(unit string) bool { return unit == "" || slices.Contains(over, unit) }
	err = s.view.people.Each(ctx, readmodel.Query{Index: "staff", Equal: []any{true}}, func(d personDoc) error {
		for _, g := range d.Grants {
			if g.Role != events.RoleLearner && g.on(req.Day) && covers(g.Unit) {
				all = append(all, Right{Person: d.ID, Role: g.Role, Unit: g.Unit})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = s.view.standIns.Each(ctx, readmodel.Query{}, func(d standInDoc) error {
		ran := d.From <= req.Day && req.Day <= d.Until && (d.Ended == "" || req.Day <= d.Ended)
		if ran && covers(d.Unit) {
			all = append(all, Right{Person: d.Person, Role: d.Role, Unit: d.Unit, OnBehalf: d.Giver})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, s.nameRights(ctx, all)
}

func (s *service) nameRights(ctx context.Context, all []Right) (err error) {
	for i := range all {
		r := &all[i]
		if r.Name, err = s.view.name(ctx, r.Person); err != nil {
			return err
		}
		if r.OnBehalfName, err = s.view.name(ctx, r.OnBehalf); err != nil {
			return err
		}
		if r.UnitName, err = s.view.units.Name(ctx, r.Unit, s.day()); err != nil {
			return err
		}
	}
	slices.SortStableFunc(all, func(a, b Right) int { return strings.Compare(a.Name+a.Role, b.Name+b.Role) })
	return nil
}
