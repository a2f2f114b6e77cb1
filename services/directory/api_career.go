package directory

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// Methods about people over time.
var (
	GetCareer    = rpc.Query[CareerRequest, CareerHistory]("directory.get-career", "Tells where a person stood and stands, as known at a time.", events.RoleAdmin).About(rpc.PersonIn("person"), rpc.Logged)
	ChangeCareer = rpc.Command[CareerChange, rpc.Receipt]("directory.change-career", "Transfers a person, adds, ends, corrects or withdraws a membership, notes leave, retirement and return.", events.RoleAdmin).About(rpc.PersonIn("person"), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Proved)
	CorrectCode  = rpc.Command[CorrectCodeRequest, rpc.Receipt]("directory.correct-code", "Corrects somebody's personnel code.", events.RoleAdmin).About(rpc.PersonIn("person"), rpc.Proved)
	ListToPlace  = rpc.Query[Moment, []Placed]("directory.list-to-place", "Lists the people whose unit was split or dissolved and who stand in none since.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Logged, peopleOf)
)

// CareerRequest asks for one person.
type CareerRequest struct {
	Moment
	Person string `json:"person"`
}

// CareerHistory is where a person stood and stands.
type CareerHistory struct {
	Person      Person                 `json:"person"`
	On          string                 `json:"on"`
	Unit        Node                   `json:"unit"` // where the person stands on the day
	ToPlace     bool                   `json:"to_place"`
	OnLeave     bool                   `json:"on_leave"`
	Retired     bool                   `json:"retired"`
	Erased      bool                   `json:"erased,omitempty"` // the person's data; nothing can be changed any more
	Memberships []Post                 `json:"memberships"`      // by their beginning
	Leaves      []organisation.Absence `json:"leaves"`
	Away        []organisation.Absence `json:"away"` // out of the service
	Facts       []CareerFact           `json:"facts"`
}

// Post is a membership with the unit's names.
type Post struct {
	organisation.Membership
	UnitName string `json:"unit_name"` // at its beginning
	NowIn    Node   `json:"now_in"`    // where it leads on the day
}

// CareerFact is a fact in the order of the record: when it became known, and from when it holds.
type CareerFact struct {
	Seq  uint64 `json:"seq"`
	At   string `json:"at"` // RFC 3339
	What string `json:"what"`
	On   string `json:"on,omitempty"`
	Unit string `json:"unit,omitempty"` // name
	Post string `json:"post,omitempty"`
}

// CareerChange changes one thing. What says which: transfer (Unit, Post, On), add (Unit, Post, Kind, On, Until), end
// (Membership, On), restate (all), withdraw (Membership), leave (On, Until), back (On), retire (On), return (On).
type CareerChange struct {
	Person     string `json:"person"`
	What       string `json:"what"`
	Membership string `json:"membership,omitempty"`
	Unit       string `json:"unit,omitempty"`
	Post       string `json:"post,omitempty"`
	Kind       string `json:"kind,omitempty"`
	On         string `json:"on,omitempty"`
	Until      string `json:"until,omitempty"`
}

func (s *service) getCareer(ctx context.Context, req CareerRequest) (CareerHistory, error) {
	key, v, err := s.look(ctx, req.Moment)
	if err != nil {
		return CareerHistory{}, err
	}
	d, err := s.byID(ctx, req.Person)
	if err != nil {
		return CareerHistory{}, err
	}
	out := CareerHistory{On: key.day, Memberships: []Post{}}
	if out.Person, err = s.person(ctx, d, map[string]organisation.Unit{}); err != nil {
		return CareerHistory{}, err
	}
	c, err := s.career(ctx, req.Person)
	if err != nil {
		return CareerHistory{}, err
	}
	if !key.known.IsZero() {
		c = c.AsKnown(key.known)
	}
	if p, ok := v.Place(c, key.day); ok {
		out.Unit, out.ToPlace = v.latest(p.Unit), p.ToPlace
	}
	out.OnLeave, out.Retired, out.Leaves, out.Away = c.OnLeave(key.day), c.IsRetired(key.day), c.Leaves, c.Retired
	for _, m := range c.Memberships {
		was, _ := v.Unit(m.Unit, m.From)
		out.Memberships = append(out.Memberships, Post{Membership: m, UnitName: cmp.Or(was.Name, v.latest(m.Unit).Name), NowIn: v.latest(v.Follow(m.Unit, key.day))})
	}
	slices.SortStableFunc(out.Memberships, func(a, b Post) int { return strings.Compare(a.From, b.From) })
	out.Erased = d.Erased
	out.Facts = v.careerFacts(c)
	if d.Erased && key.known.IsZero() { // by which the career ended; nothing is recorded after it
		out.Facts[0].What = "erased"
	}
	return out, nil
}

// careerFacts tells what became known when, newest first.
func (v seen) careerFacts(c organisation.Career) []CareerFact {
	all := []CareerFact{}
	for _, k := range slices.Backward(c.Facts()) {
		f := CareerFact{Seq: k.Seq, At: clock.Local(k.At).Format(time.RFC3339)}
		unit := ""
		switch e := k.Fact.(type) {
		case events.MembershipBegan:
			f.What, f.On, f.Post, unit = "began", e.On, e.Post, e.Unit
		case events.MembershipEnded:
			f.What, f.On, unit = "ended", e.On, e.Unit
		case events.MembershipRestated:
			f.What, f.On, f.Post, unit = "restated", e.On, e.Post, e.Unit
		case events.MembershipWithdrawn:
			f.What = "withdrawn"
		case events.LeaveBegan:
			f.What, f.On = "leave", e.On
		case events.LeaveEnded:
			f.What, f.On = "back", e.On
		case events.PersonRetired:
			f.What, f.On = "retired", e.On
		case events.PersonReturned:
			f.What, f.On = "returned", e.On
		}
		if unit != "" {
			f.Unit = v.latest(unit).Name
		}
		all = append(all, f)
	}
	return all
}

// changeCareer decides a change, once its days can be read and its unit exists on the first of them.
func (s *service) changeCareer(ctx context.Context, c CareerChange) (rpc.Receipt, error) {
	for field, day := range map[string]string{"on": c.On, "until": c.Until} {
		_, err := time.Parse(time.DateOnly, day)
		if required := field == "on" && c.What != "withdraw"; err != nil && (required || day != "") {
			return rpc.Receipt{}, fault.New(fault.Invalid, "Ngày không hợp lệ.", "The day is not valid.").
				With(field, "Ngày viết theo dạng năm-tháng-ngày, ví dụ 2025-07-01.", "Write it year-month-day, for example 2025-07-01.")
		}
	}
	if c.What == "transfer" || c.What == "add" || c.What == "restate" {
		if err := s.mayStand(ctx, c); err != nil {
			return rpc.Receipt{}, err
		}
	}
	cmd, err := c.command(stepID(rpc.From(ctx).ID))
	if err != nil {
		return rpc.Receipt{}, err
	}
	out, err := host.DoRequest(ctx, s.d, cmd)
	if err != nil {
		return rpc.Receipt{}, err
	}
	return rpc.Receipt{Seq: out.Seq}, s.shown(ctx, out.Seq)
}

func (s *service) mayStand(ctx context.Context, c CareerChange) error {
	in, err := s.present(ctx)
	if err != nil {
		return err
	}
	if !in.Exists(c.Unit, c.On) {
		return fault.New(fault.Invalid, "Đơn vị này không tồn tại vào ngày "+c.On+".", "The unit does not exist on "+c.On+".").
			With("unit", "Chọn đơn vị tồn tại vào ngày đó.", "Choose a unit that exists on that day.")
	}
	if !slices.ContainsFunc(postTerms, func(t Term) bool { return t.ID == c.Post }) {
		return fault.New(fault.Invalid, "Không có chức vụ này.", "There is no such post.").
			With("post", "Các chức vụ: "+strings.Join(postIDs(), ", ")+".", "The posts: "+strings.Join(postIDs(), ", ")+".")
	}
	kinds := []string{"", events.MembershipMain, events.MembershipConcurrent, events.MembershipSecondment}
	if !slices.Contains(kinds, c.Kind) || c.What == "add" && (c.Kind == "" || c.Kind == events.MembershipMain) {
		return fault.New(fault.Invalid, "Chọn kiêm nhiệm hoặc biệt phái.", "Choose concurrent or secondment.")
	}
	return nil
}

// command makes the command of a change; id names a membership that it begins.
func (c CareerChange) command(id string) (eventsource.Request, error) {
	switch c.What {
	case "transfer":
		return eventsource.Prepare(TransferPerson{Person: c.Person, Membership: "m" + id, Unit: c.Unit, Post: c.Post, On: c.On}), nil
	case "add":
		return eventsource.Prepare(AddMembership{Person: c.Person, Membership: "m" + id, Unit: c.Unit, Post: c.Post, Kind: c.Kind, On: c.On, Until: c.Until}), nil
	case "end":
		return eventsource.Prepare(EndMembership{Person: c.Person, Membership: c.Membership, On: c.On}), nil
	case "restate":
		return eventsource.Prepare(RestateMembership{Person: c.Person, Membership: c.Membership, Unit: c.Unit, Post: c.Post, Kind: c.Kind, On: c.On, Until: c.Until}), nil
	case "withdraw":
		return eventsource.Prepare(WithdrawMembership{Person: c.Person, Membership: c.Membership}), nil
	case "leave":
		return eventsource.Prepare(BeginLeave{Person: c.Person, On: c.On, Until: c.Until}), nil
	case "back":
		return eventsource.Prepare(EndLeave{Person: c.Person, On: c.On}), nil
	case "retire":
		return eventsource.Prepare(RetirePerson{Person: c.Person, On: c.On}), nil
	case "return":
		return eventsource.Prepare(ReturnPerson{Person: c.Person, On: c.On}), nil
	default:
		return eventsource.Request{}, fault.New(fault.Invalid, "Không có thay đổi này.", "There is no such change.")
	}
}
