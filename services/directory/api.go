package directory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Methods of the service.
var (
	SignIn       = rpc.Command[SignInRequest, Identity]("directory.sign-in", "Checks a local account's password.", rpc.System).About(rpc.Nothing())
	DemoSignIn   = rpc.Command[DemoSignInRequest, Identity]("directory.demo-sign-in", "Signs a demo person in by one click; demo mode only.", rpc.System).About(rpc.Nothing())
	DemoAccounts = rpc.Query[rpc.Empty, []DemoAccount]("directory.demo-accounts", "Lists the demo roles; empty outside demo mode.", rpc.Anyone).About(rpc.Nothing())
	FindLogin    = rpc.Query[FindLoginRequest, Identity]("directory.find-login", "Tells who an identity provider means by a personnel code or an address.", rpc.System).About(rpc.Nothing())
	CheckProof   = rpc.Command[CheckProofRequest, rpc.Empty]("directory.check-proof", "Checks the password of a person who is signed in.", rpc.System).About(rpc.Nothing())
	Identify     = rpc.Query[IdentifyRequest, Identity]("directory.identify", "Gives a person's name, unit and grants of today.", rpc.System).About(rpc.Nothing())
	SetPassword  = rpc.Command[SetPasswordRequest, rpc.Receipt]("directory.set-password", "Sets the password of one's own account, or of another's as an administrator.", rpc.SignedIn, events.RoleAdmin).About(rpc.PersonIn("person"), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Proved)
	ListPeople   = rpc.Query[ListPeopleRequest, PeoplePage]("directory.list-people", "Lists the people of a unit, or of all.", events.RoleAdmin).About(rpc.UnitIn("unit"), rpc.Logged, PeoplePage.people)
	ListDenials  = rpc.Query[ListDenialsRequest, DenialPage]("directory.list-denials", "Lists requests that were denied, newest first.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin))
)

// Unit is a unit as it stands today.
type Unit struct {
	ID     string `json:"id"`
	Code   string `json:"code"`
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Parent string `json:"parent,omitempty"`
	People int    `json:"people"` // members of the unit itself
}

// ListPeopleRequest asks for the people of a unit ("" for all), a page at a time.
type ListPeopleRequest struct {
	Unit  string `json:"unit,omitempty"`
	After string `json:"after,omitempty"`
	Limit int    `json:"limit,omitempty"`
}

// Person is a person as administrators see one.
type Person struct {
	ID       string      `json:"id"`
	Code     string      `json:"code"`
	Name     string      `json:"name"`
	Email    string      `json:"email"`
	Unit     string      `json:"unit"`
	UnitName string      `json:"unit_name"`
	Post     string      `json:"post"`
	Grants   []rpc.Grant `json:"grants"`
}

// PeoplePage is some people; Next continues.
type PeoplePage struct {
	Items []Person `json:"items"`
	Next  string   `json:"next,omitempty"`
	Total int      `json:"total"`
}

// ListDenialsRequest asks for a page of denied requests.
type ListDenialsRequest struct {
	After string `json:"after,omitempty"`
}

// Denial is a request that was denied.
type Denial struct {
	ID     string `json:"id"`
	At     string `json:"at"` // RFC 3339
	Person string `json:"person"`
	Name   string `json:"name,omitempty"`
	Method string `json:"method"`
	Object string `json:"object,omitempty"`
}

// DenialPage is some denials; Next continues.
type DenialPage struct {
	Items []Denial `json:"items"`
	Next  string   `json:"next,omitempty"`
}

// inOrder puts parents right before their children, and siblings in the order of the Vietnamese alphabet with numbers
// by size: “Phường 2” stands before “Phường 10”.
func inOrder(units []Unit) []Unit {
	alphabet := collate.New(language.Vietnamese, collate.Numeric)
	slices.SortFunc(units, func(a, b Unit) int {
		return cmp.Or(alphabet.CompareString(a.Name, b.Name), cmp.Compare(a.Code, b.Code))
	})
	there, children := map[string]bool{}, map[string][]Unit{}
	for _, u := range units {
		there[u.ID] = true
	}
	for _, u := range units {
		if !there[u.Parent] {
			u.Parent = "" // a root
		}
		children[u.Parent] = append(children[u.Parent], u)
	}
	ordered := make([]Unit, 0, len(units))
	var walk func(parent string)
	walk = func(parent string) {
		for _, u := range children[parent] {
			ordered = append(ordered, u)
			walk(u.ID)
		}
	}
	walk("")
	return ordered
}

// people are those on the page.
func (p PeoplePage) people() (all []string) {
	for _, x := range p.Items {
		all = append(all, x.ID)
	}
	return all
}

// Page sizes of people and denials.
const (
	peoplePage = 50
	peopleMost = 500
	denialPage = 50
)

// listPeople lists by unit and then by id, each page by name: names are sealed, so no store can sort by them.
func (s *service) listPeople(ctx context.Context, req ListPeopleRequest) (PeoplePage, error) {
	if req.Limit < 0 || req.Limit > peopleMost {
		return PeoplePage{}, fault.Newf(fault.Invalid, "Một trang có từ 1 đến %d người.", "A page has 1 to %d people.", peopleMost)
	}
	var found []personDoc
	out := PeoplePage{Items: []Person{}}
	if req.Unit == "" {
		q := readmodel.Query{Index: "unit", After: req.After, Limit: cmp.Or(req.Limit, peoplePage)}
		page, err := s.people.Find(ctx, q)
		if err != nil {
			return PeoplePage{}, err
		}
		found, out.Next = page.Items, page.Next
		if out.Total, err = s.people.Count(ctx, q); err != nil {
			return PeoplePage{}, err
		}
	} else {
		var err error
		if found, out.Next, out.Total, err = s.findIn(ctx, req.Unit, req.After, cmp.Or(req.Limit, peoplePage)); err != nil {
			return PeoplePage{}, err
		}
	}
	homes := map[string]organisation.Unit{}
	for _, d := range found {
		p, err := s.person(ctx, d, homes)
		if err != nil {
			return PeoplePage{}, err
		}
		out.Items = append(out.Items, p)
	}
	byGivenName(out.Items)
	return out, nil
}

// person shows a person in the unit where mergers have led her; homes remembers units from one person to the next.
func (s *service) person(ctx context.Context, d personDoc, homes map[string]organisation.Unit) (Person, error) {
	p, err := s.reveal(ctx, d)
	if err != nil {
		return Person{}, err
	}
	if _, ok := homes[d.Unit]; !ok {
		if homes[d.Unit], err = s.home(ctx, d.Unit); err != nil {
			return Person{}, err
		}
	}
	u := homes[d.Unit]
	return Person{ID: d.ID, Code: p.code, Name: p.name, Email: p.email, Unit: u.ID, UnitName: u.Name, Post: d.Post, Grants: d.Grants}, nil
}

func (s *service) listDenials(ctx context.Context, req ListDenialsRequest) (DenialPage, error) {
	page, err := s.denied.Find(ctx, readmodel.Query{Desc: true, After: req.After, Limit: denialPage})
	if err != nil {
		return DenialPage{}, err
	}
	out := DenialPage{Items: make([]Denial, 0, len(page.Items)), Next: page.Next}
	for _, d := range page.Items {
		who, found, err := s.people.Get(ctx, d.Person)
		if err != nil {
			return DenialPage{}, err
		}
		item := Denial{ID: d.ID, At: clock.Local(d.At).Format(time.RFC3339), Person: d.Person, Method: d.Method, Object: d.Object}
		if found {
			if item.Name, err = s.revealOne(ctx, who.ID, "name", who.Name); err != nil {
				return DenialPage{}, err
			}
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}
