package directory

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/fault"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
	"khuevan/platform/vietnamese"
)

// NamePeople gives names and nothing else that is personal: a trainer must know whose attempt it is, and no addresses.
var NamePeople = rpc.Query[NamePeopleRequest, []Named]("directory.name-people", "Names people by their ids, or finds those of a unit and the units below it by name or code.", events.RoleTrainer, events.RoleAdmin).About(rpc.PersonIn("people"), rpc.UnitOrOwn("unit"))

// NamePeopleRequest asks for people by id or, where it names none, for those of a unit.
type NamePeopleRequest struct {
	People []string `json:"people,omitempty"` // at most 500
	Unit   string   `json:"unit,omitempty"`
	Codes  []string `json:"codes,omitempty"` // instead: of people whom the caller may name, at most 500; unknown ones are left out
	Text   string   `json:"text,omitempty"`  // found in the name or the code, whatever the case and the place of tone marks
}

// Named is a person's name, "" for an erased one, with what tells two of one name apart.
type Named struct {
	Person   string `json:"person"`
	Name     string `json:"name"`
	Code     string `json:"code"`
	UnitName string `json:"unit_name"`
}

// Limits of a search: names are sealed, so each one that is looked at is opened.
const (
	mostFound  = 50
	mostOpened = 3000
)

func (s *service) namePeople(ctx context.Context, req NamePeopleRequest) ([]Named, error) {
	if max(len(req.People), len(req.Codes)) > peopleMost {
		return nil, fault.Newf(fault.Invalid, "Mỗi lần hỏi tên tối đa %d người.", "At most %d people are named at once.", peopleMost)
	}
	all, units := []Named{}, map[string]organisation.Unit{}
	for _, id := range req.People {
		d, found, err := s.people.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		if !found {
			continue
		}
		p, err := s.person(ctx, d, units)
		if err != nil {
			return nil, err
		}
		all = append(all, named(p))
	}
	if len(req.Codes) > 0 {
		return s.nameCodes(ctx, req.Codes)
	}
	if len(req.People) > 0 || req.Unit == "" {
		return all, nil
	}
	return s.findPeople(ctx, req)
}

// nameCodes finds people by their personnel codes, each code once; of those only whom the caller may reach.
func (s *service) nameCodes(ctx context.Context, codes []string) ([]Named, error) {
	all, units := []Named{}, map[string]organisation.Unit{}
	for _, code := range codes {
		page, err := s.people.Find(ctx, readmodel.Query{Index: "code", Equal: []any{s.codeKey(strings.ToUpper(strings.TrimSpace(code)))}})
		if err != nil {
			return nil, err
		}
		for _, d := range page.Items {
			if d.Erased || rpc.Reaches(ctx, rpc.Object{Kind: rpc.AboutPerson, ID: d.ID}) != nil {
				continue
			}
			p, err := s.person(ctx, d, units)
			if err != nil {
				return nil, err
			}
			all = append(all, named(p))
		}
	}
	return all, nil
}

func named(p Person) Named {
	return Named{Person: p.ID, Name: p.Name, Code: p.Code, UnitName: p.UnitName}
}

// findPeople looks through a unit and those below it, in the order of the tree.
func (s *service) findPeople(ctx context.Context, req NamePeopleRequest) ([]Named, error) {
	units, err := s.listUnits(ctx, ListUnitsRequest{})
	if err != nil {
		return nil, err
	}
	text, names, within, opened := vietnamese.Fold(strings.TrimSpace(req.Text)), map[string]organisation.Unit{}, map[string]bool{req.Unit: true}, 0
	found := []Named{}
	for _, u := range units {
		if within[u.ID] = within[u.ID] || within[u.Parent]; !within[u.ID] || len(found) >= mostFound {
			continue
		}
		if opened += u.People; opened > mostOpened {
			return nil, fault.New(fault.Invalid, "Đơn vị này có quá nhiều người để tìm một lần. Hãy chọn một đơn vị nhỏ hơn.",
				"The unit has too many people to be searched at once. Choose a smaller one.")
		}
		carried, err := s.unitsOf(ctx, u.ID)
		if err != nil {
			return nil, err
		}
		for _, id := range carried {
			if found, err = s.findNamed(ctx, id, text, names, found); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

// findNamed adds the members of one unit, by what their memberships say, whose name or code fits.
func (s *service) findNamed(ctx context.Context, unit, text string, homes map[string]organisation.Unit, found []Named) ([]Named, error) {
	err := s.people.Each(ctx, readmodel.Query{Index: "unit", Equal: []any{unit}}, func(d personDoc) error {
		p, err := s.person(ctx, d, homes)
		if err == nil && len(found) < mostFound && p.Name != "" && p.fits(text) {
			found = append(found, named(p))
		}
		return err
	})
	return found, err
}

// fits reports whether a folded text stands in the name or the code.
func (p Person) fits(text string) bool {
	return strings.Contains(vietnamese.Fold(p.Name), text) || strings.Contains(vietnamese.Fold(p.Code), text)
}

// FindPeople finds people of all units.
var FindPeople = rpc.Query[FindPeopleRequest, FoundPeople]("directory.find-people", "Finds people by name, code or address.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Logged, FoundPeople.people)

// FindPeopleRequest says what is looked for: words of the name in any order, with tone marks or without; or a part of the
// code, or the address.
type FindPeopleRequest struct {
	Text string `json:"text"`
}

// FoundPeople are those found, by name; More says that there are others.
type FoundPeople struct {
	Items []Person `json:"items"`
	More  bool     `json:"more,omitempty"`
}

func (f FoundPeople) people() []string { return PeoplePage{Items: f.Items}.people() }

// opened keeps what was opened for searching, in memory only: opening the names of a province takes seconds, and reading
// them milliseconds. What belongs to another sealed text than the document's is opened anew.
type opened struct {
	mu  sync.Mutex
	all map[string]searchable
}

type searchable struct {
	name, code, email events.Sealed
	text              string // of name, code and address, each folded, without marks
}

func (s *service) findEverywhere(ctx context.Context, req FindPeopleRequest) (FoundPeople, error) {
	words := strings.Fields(vietnamese.Fold(req.Text))
	out := FoundPeople{Items: []Person{}}
	if len(words) == 0 {
		return out, nil
	}
	var fitting []personDoc
	s.opened.mu.Lock()
	defer s.opened.mu.Unlock()
	known := make(map[string]searchable, len(s.opened.all))
	err := s.people.Each(ctx, readmodel.Query{}, func(d personDoc) error {
		if d.Erased || d.Name == "" {
			return nil
		}
		x := s.opened.all[d.ID]
		if x.name != d.Name || x.code != d.Code || x.email != d.Email {
			p, err := s.reveal(ctx, d)
			if err != nil {
				return err
			}
			x = searchable{d.Name, d.Code, d.Email, vietnamese.Fold(p.name) + "\n" + bare(vietnamese.Fold(p.name)) + "\n" + vietnamese.Fold(p.code) + "\n" + vietnamese.Fold(p.email)}
		}
		if known[d.ID] = x; x.has(words) {
			fitting = append(fitting, d)
		}
		return nil
	})
	if err != nil {
		return FoundPeople{}, err
	}
	s.opened.all = known // whoever is no more is forgotten
	homes := map[string]organisation.Unit{}
	for _, d := range fitting {
		p, err := s.person(ctx, d, homes)
		if err != nil {
			return FoundPeople{}, err
		}
		out.Items = append(out.Items, p)
		if len(out.Items) > 4*mostFound { // sorting by name needs all, and nobody reads so many
			break
		}
	}
	byGivenName(out.Items)
	if out.More = len(fitting) > mostFound; len(out.Items) > mostFound {
		out.Items = out.Items[:mostFound]
	}
	return out, nil
}

func (x searchable) has(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(x.text, w) })
}

// byGivenName sorts as Vietnamese lists do: by the given name, which stands last, and then by the whole.
func byGivenName(people []Person) {
	alphabet := collate.New(language.Vietnamese)
	given := func(name string) string { return name[strings.LastIndexByte(name, ' ')+1:] }
	slices.SortStableFunc(people, func(a, b Person) int {
		return cmp.Or(alphabet.CompareString(given(a.Name), given(b.Name)), alphabet.CompareString(a.Name, b.Name), cmp.Compare(a.Code, b.Code))
	})
}
