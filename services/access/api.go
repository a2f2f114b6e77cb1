package access

import (
	"context"
	"slices"
	"strings"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Methods of the service.
var (
	Above       = rpc.Query[AboveRequest, Place]("access.above", "Lists the units over a unit or a person today.", rpc.System).About(rpc.Nothing())
	StandInsOf  = rpc.Query[StandInsOfRequest, []rpc.Grant]("access.stand-ins-of", "Gives the roles in which a person stands in for others today.", rpc.System).About(rpc.Nothing())
	GiveStandIn = rpc.Command[GiveStandInRequest, Given]("access.give-stand-in", "Lends one of the caller's roles in a unit to a person for some days.", events.RoleHead, events.RoleAnalyst, events.RoleTrainer).About(rpc.UnitIn("unit"), rpc.PersonIn("person"), rpc.Proved)
	EndStandIn  = rpc.Command[EndStandInRequest, rpc.Receipt]("access.end-stand-in", "Ends a stand-in before its last day.", rpc.SignedIn, events.RoleAdmin).About(rpc.OwnerIn("stand_in", giverOf), rpc.For(rpc.Whole, events.RoleAdmin))
	MyStandIns  = rpc.Query[MyStandInsRequest, []StandIn]("access.my-stand-ins", "Lists the stand-ins that the caller gave or was given, latest first.", rpc.SignedIn).About(rpc.Nothing())
	ListFellows = rpc.Query[ListFellowsRequest, []Fellow]("access.list-fellows", "Names the people of a unit who may stand in.", events.RoleHead, events.RoleAnalyst, events.RoleTrainer).About(rpc.UnitIn("unit"))
	WhoLooked   = rpc.Query[WhoLookedRequest, []Look]("access.who-looked", "Lists who looked at a person's data or a unit's people, latest first.", rpc.SignedIn, events.RoleAdmin).About(rpc.PersonIn("person"), rpc.For(rpc.Whole, events.RoleAdmin))
	WhoLookedAt = rpc.Query[WhoLookedAtRequest, []Look]("access.who-looked-at-unit", "Lists who looked at the people of a unit, latest first.", events.RoleAdmin).About(rpc.UnitIn("unit"), rpc.For(rpc.Whole, events.RoleAdmin))
	WhoMay      = rpc.Query[WhoMayRequest, []Right]("access.who-may", "Lists who had a right over a person or a unit on a day.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin))
)

// AboveRequest names a unit or a person (kind).
type AboveRequest struct {
	Kind  string `json:"kind"`
	ID    string `json:"id"`
	After uint64 `json:"after,omitempty"`
}

// Place is the units over something, in no order.
type Place struct {
	Units []string `json:"units"`
}

// StandInsOfRequest names a person.
type StandInsOfRequest struct {
	Person string `json:"person"`
	After  uint64 `json:"after,omitempty"`
}

// GiveStandInRequest lends a role in a unit, from a day to a day, both included.
type GiveStandInRequest struct {
	Person string `json:"person"`
	Role   string `json:"role"`
	Unit   string `json:"unit"`
	From   string `json:"from"`  // 2006-01-02
	Until  string `json:"until"` // 2006-01-02
	Reason string `json:"reason"`
}

// Given names the stand-in.
type Given struct {
	Seq     uint64 `json:"seq"`
	StandIn string `json:"stand_in"`
}

// EndStandInRequest names a stand-in.
type EndStandInRequest struct {
	StandIn string `json:"stand_in"`
}

// MyStandInsRequest asks for the list as it stands after a fact.
type MyStandInsRequest struct {
	After uint64 `json:"after,omitempty"`
}

// StandIn is a stand-in as both see it.
type StandIn struct {
	StandIn    string `json:"stand_in"`
	Giver      string `json:"giver"`
	GiverName  string `json:"giver_name"`
	Person     string `json:"person"`
	PersonName string `json:"person_name"`
	Role       string `json:"role"`
	Unit       string `json:"unit"`
	UnitName   string `json:"unit_name"`
	From       string `json:"from"`
	Until      string `json:"until"`
	Reason     string `json:"reason"`
	State      string `json:"state"` // coming, running, over, ended
}

// ListFellowsRequest names a unit.
type ListFellowsRequest struct {
	Unit string `json:"unit"`
}

// Fellow is somebody who stands in a unit today.
type Fellow struct {
	Person string `json:"person"`
	Name   string `json:"name"`
}

// service is what the handlers share.
type service struct {
	host.Deps
	view *view
}

// await returns once everything up to a fact is known here.
func (s *service) await(ctx context.Context, seq uint64) error {
	for _, p := range s.view.projections() {
		if err := s.Await(ctx, p, seq); err != nil {
			return err
		}
	}
	return nil
}

func (s *service) day() string { return dayOf(s.Clock.Now()) }

func (s *service) above(ctx context.Context, req AboveRequest) (Place, error) {
	if err := s.await(ctx, req.After); err != nil {
		return Place{}, err
	}
	units, err := s.view.above(ctx, rpc.Object{Kind: req.Kind, ID: req.ID}, s.day())
	return Place{Units: units}, err
}

func (s *service) standInsOf(ctx context.Context, req StandInsOfRequest) ([]rpc.Grant, error) {
	if err := s.await(ctx, req.After); err != nil {
		return nil, err
	}
	day, all := s.day(), []rpc.Grant{}
	err := s.view.standIns.Each(ctx, readmodel.Query{Index: "person", Equal: []any{req.Person}}, func(d standInDoc) error {
		if !d.state().on(day) {
			return nil
		}
		holds, err := s.holds(ctx, d.Giver, d.Role, d.Unit, day)
		if err == nil && holds {
			all = append(all, rpc.Grant{Role: d.Role, Unit: d.Unit, OnBehalf: d.Giver})
		}
		return err
	})
	return all, err
}

func (d standInDoc) state() delegation {
	return delegation(d)
}

// holds reports whether a person has a role of their own over a unit on a day: what the giver loses, the stand-in loses.
func (s *service) holds(ctx context.Context, person, role, unit, day string) (bool, error) {
	d, _, err := s.view.people.Get(ctx, person)
	if err != nil {
		return false, err
	}
	above, err := s.view.above(ctx, rpc.Object{Kind: rpc.AboutUnit, ID: unit}, day)
	return slices.ContainsFunc(d.Grants, func(g span) bool {
		return g.Role == role && g.on(day) && (g.Unit == "" || slices.Contains(above, g.Unit))
	}), err
}

func (s *service) giveStandIn(ctx context.Context, req GiveStandInRequest) (Given, error) {
	who := rpc.From(ctx).Identity
	refusal := fault.New(fault.Invalid, "Chưa giao thay được.", "The stand-in cannot be given yet.")
	own := slices.ContainsFunc(who.Grants, func(g rpc.Grant) bool { return g.Role == req.Role && g.OnBehalf == "" })
	_, known, err := s.view.people.Get(ctx, req.Person)
	if err != nil {
		return Given{}, err
	}
	switch {
	case who.OnBehalf != "" || !slices.Contains(lendable(), req.Role) || !own:
		return Given{}, fault.New(fault.Denied, "Chỉ giao thay được vai trò của chính mình; quyền đang thay người khác không giao tiếp được.",
			"Only a role of one's own can be lent; one that is held for somebody else is not passed on.")
	case !slices.Contains(reasons(), req.Reason):
		return Given{}, refusal.With("reason", "Chọn lý do trong danh sách.", "Choose a reason from the list.")
	case req.Person == "" || !known:
		return Given{}, refusal.With("person", "Chọn người thay trong danh sách.", "Choose who stands in from the list.")
	}
	holds, err := s.holds(ctx, who.Person, req.Role, req.Unit, s.day())
	if err != nil {
		return Given{}, err
	}
	if !holds {
		return Given{}, fault.New(fault.Denied, "Bạn không giữ vai trò này ở đơn vị đã chọn.", "You do not hold this role in the unit.")
	}
	given := events.StandInGiven{StandIn: who.Person + "_" + s.NewID(), Giver: who.Person, Person: req.Person, Role: req.Role,
		Unit: req.Unit, From: req.From, Until: req.Until, Reason: req.Reason}
	out, err := host.Do(ctx, s.Deps, give{given, s.day()})
	if err != nil {
		return Given{}, err
	}
	return Given{Seq: out.Seq, StandIn: given.StandIn}, s.Await(ctx, s.view.today, out.Seq)
}

func (s *service) endStandIn(ctx context.Context, req EndStandInRequest) (rpc.Receipt, error) {
	out, err := host.Do(ctx, s.Deps, end{req.StandIn, s.day()})
	if err != nil {
		return rpc.Receipt{}, err
	}
	return rpc.Receipt{Seq: out.Seq}, s.Await(ctx, s.view.today, out.Seq)
}

func (s *service) myStandIns(ctx context.Context, req MyStandInsRequest) ([]StandIn, error) {
	if err := s.await(ctx, req.After); err != nil {
		return nil, err
	}
	all, me := []StandIn{}, rpc.From(ctx).Identity.Person
	for _, index := range []string{"giver", "person"} {
		err := s.view.standIns.Each(ctx, readmodel.Query{Index: index, Equal: []any{me}}, func(d standInDoc) error {
			shown, err := s.show(ctx, d)
			all = append(all, shown)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(all, func(a, b StandIn) int { return strings.Compare(b.From+b.StandIn, a.From+a.StandIn) })
	return all, nil
}

func (s *service) show(ctx context.Context, d standInDoc) (x StandIn, err error) {
	x = StandIn{StandIn: d.StandIn, Giver: d.Giver, Person: d.Person, Role: d.Role, Unit: d.Unit, From: d.From, Until: d.Until, Reason: d.Reason}
	switch day := s.day(); {
	case d.Ended != "":
		x.State = "ended"
	case day < d.From:
		x.State = "coming"
	case day > d.Until:
		x.State = "over"
	default:
		x.State = "running"
	}
	if x.GiverName, err = s.view.name(ctx, d.Giver); err != nil {
		return x, err
	}
	if x.PersonName, err = s.view.name(ctx, d.Person); err != nil {
		return x, err
	}
	x.UnitName, err = s.view.units.Name(ctx, d.Unit, s.day())
	return x, err
}

// mostFellows bounds a list to choose from.
const mostFellows = 500

func (s *service) listFellows(ctx context.Context, req ListFellowsRequest) ([]Fellow, error) {
	all, me := []Fellow{}, rpc.From(ctx).Identity.Person
	page, err := s.view.people.Find(ctx, readmodel.Query{Index: "unit", Equal: []any{req.Unit}, Limit: mostFellows})
	if err != nil {
		return nil, err
	}
	day := s.day()
	for _, d := range page.Items {
		here := slices.ContainsFunc(d.Career.Held(day), func(m organisation.Membership) bool { return m.Unit == req.Unit })
		if d.ID == me || !here {
			continue
		}
		name, err := s.view.name(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		if name != "" {
			all = append(all, Fellow{d.ID, name})
		}
	}
	slices.SortFunc(all, func(a, b Fellow) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}
