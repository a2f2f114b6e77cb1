package portal_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/services/directory"
	"khuevan/services/portal"
)

var update = flag.Bool("update", false, "write the table of authorisation anew")

const (
	tablePath = "../../docs/authorisation.md"
	tableHead = "# Who may do what\n\n" +
		"Generated from the rules at the methods; `go test ./services/portal -run Authorisation -update` writes it anew. The test makes a call for\n" +
		"every cell at the rpc edge, and at /api/v1 for what stands there. What is not in a cell is denied.\n\n" +
		"*own* is what belongs to the caller; *inside* stands today in the unit of the caller's role or below it; *outside* stands elsewhere; *all* is\n" +
		"a request that names no unit. *yes* is a method that reaches nobody's data, or the caller's own only. A role that is held without a unit has\n" +
		"everything inside; *without a unit* asks for such a role. *looked up*: the service finds the owner first, and the rule decides then.\n\n"
)

// places are where the things that requests are about stand, as seen by a caller in Xã Đỉnh Mây.
func places() []string { return []string{"own", "inside", "outside", "all"} }

func ranks() []string {
	return []string{"visitor", events.RoleLearner, events.RoleHead, events.RoleTrainer, events.RoleAnalyst, events.RoleAdmin}
}

// terrain is the units and people of the test's province, by place.
type terrain struct {
	caller, unit string
	objects      map[string]map[string]string // place → kind → id
}

func (tt terrain) Above(_ context.Context, o rpc.Object) ([]string, error) {
	if o.ID == tt.objects["outside"][o.Kind] {
		return []string{tt.objects["outside"][rpc.AboutUnit]}, nil
	}
	return []string{tt.unit}, nil
}

func surveyed(h *house) terrain {
	ids := map[string]string{}
	for _, p := range call(h, directory.ListPeople, directory.ListPeopleRequest{}).Items {
		ids[p.Code] = p.ID
	}
	in, out := h.unit("MN-XDM"), h.unit("MN-XSS")
	return terrain{caller: ids["DEMO-0101"], unit: in, objects: map[string]map[string]string{
		"own":     {rpc.AboutPerson: ids["DEMO-0101"], rpc.AboutUnit: in},
		"inside":  {rpc.AboutPerson: ids["DEMO-0100"], rpc.AboutUnit: in},
		"outside": {rpc.AboutPerson: ids["DEMO-0102"], rpc.AboutUnit: out},
		"all":     {rpc.AboutPerson: ids["DEMO-0102"], rpc.AboutUnit: ""},
	}}
}

// as is a caller of a rank, bound to the unit or not.
func (tt terrain) as(rank string, bound bool) rpc.Identity {
	who := rpc.Identity{Person: tt.caller, Grants: []rpc.Grant{{Role: events.RoleLearner}}}
	if rank == "visitor" {
		return rpc.Identity{}
	}
	g := rpc.Grant{Role: rank}
	if bound && rank != events.RoleLearner {
		g.Unit = tt.unit
	}
	who.Grants = append(who.Grants, g)
	return who
}

// about is what a method's request at a place is about, and its body.
func (tt terrain) about(s rpc.Signature, place string) (objects []rpc.Object, body string) {
	fields := map[string]any{}
	for _, sub := range s.Rule.Subjects {
		id := tt.objects[place][sub.Kind]
		if sub.Field == "" {
			continue
		}
		if id == "" && sub.EmptyIsOwn() {
			continue
		}
		objects = append(objects, rpc.Object{Kind: sub.Kind, ID: id})
		switch {
		case sub.Owned():
			fields[sub.Field] = id + "_attt-co-ban_1_9"
		case sub.Field == "people":
			fields[sub.Field] = []string{id}
		default:
			fields[sub.Field] = id
		}
	}
	text, _ := json.Marshal(fields) //nolint:errchkjson // strings only
	return objects, string(text)
}

// placesOf are the places that make a difference to a method.
func placesOf(s rpc.Signature) []string {
	kinds := map[string]bool{}
	for _, sub := range s.Rule.Subjects {
		kinds[sub.Kind] = sub.Field != "" || kinds[sub.Kind]
	}
	var all []string
	for _, p := range places() {
		if kinds[rpc.AboutPerson] && p != "all" || kinds[rpc.AboutUnit] && (p == "inside" || p == "outside" || p == "all" && !kinds[rpc.AboutPerson]) {
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		return []string{"inside"} // about nothing that the request names
	}
	return all
}

// cell is the words for what a rank reaches in a method.
func (tt terrain) cell(t *testing.T, s rpc.Signature, rank string) string {
	t.Helper()
	var reached []string
	whole := false
	for _, place := range placesOf(s) {
		objects, _ := tt.about(s, place)
		if decides(t, s, tt.as(rank, true), tt, objects) {
			reached = append(reached, place)
		}
		whole = whole || decides(t, s, tt.as(rank, false), tt, objects)
	}
	looked := slices.ContainsFunc(s.Rule.Subjects, func(x rpc.Subject) bool { return x.Kind != rpc.AboutNothing && x.Field == "" })
	named := slices.ContainsFunc(s.Rule.Subjects, func(x rpc.Subject) bool { return x.Field != "" })
	switch {
	case len(reached) == 0 && whole:
		return "without a unit"
	case len(reached) == 0:
		return "–"
	case looked:
		return "looked up: " + string(s.Rule.Scopes[rankEntry(s, rank)])
	case !named:
		return "yes"
	case whole && s.Rule.Scopes[rank] == rpc.Whole:
		return strings.Join(reached, ", ") + "; others without a unit"
	}
	return strings.Join(reached, ", ")
}

func rankEntry(s rpc.Signature, rank string) string {
	if slices.Contains(s.Allow, rank) {
		return rank
	}
	return rpc.SignedIn
}

func decides(t *testing.T, s rpc.Signature, who rpc.Identity, tt terrain, objects []rpc.Object) bool {
	t.Helper()
	ok, err := s.Decides(t.Context(), who, tt, objects...)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func TestTheTableOfAuthorisationIsWhatTheCodeSays(t *testing.T) {
	h := bareHouse(t)
	tt := surveyed(h)
	var b strings.Builder
	b.WriteString(tableHead + "| Method | About | Visitor | Everybody | Unit head | Trainer | Analyst | Administrator |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	all := h.Signatures()
	slices.SortFunc(all, func(a, b rpc.Signature) int { return strings.Compare(a.Name, b.Name) })
	for _, s := range all {
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		var about []string
		for _, sub := range s.Rule.Subjects {
			about = append(about, strings.TrimSpace(sub.Kind+" "+sub.Field))
		}
		fmt.Fprintf(&b, "| %s | %s |", s.Name, strings.Join(about, ", "))
		for _, rank := range ranks() {
			fmt.Fprintf(&b, " %s |", tt.cell(t, s, rank))
		}
		b.WriteString("\n")
	}
	if *update {
		if err := os.WriteFile(tablePath, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(tablePath)
	if err != nil || string(written) != b.String() {
		t.Errorf("docs/authorisation.md is not what the code says (%v): look at the change and write it anew with -update", err)
	}
	for _, m := range portal.Methods(nil) {
		if !strings.Contains(b.String(), "| "+m.Name+" |") {
			t.Errorf("%s has no row", m.Name)
		}
	}
}

// ruled reports whether a refusal is the rule's; a service may deny what the rule allows, such as a wrong password.
func ruled(text string) bool {
	return strings.Contains(text, "Bạn không có quyền thực hiện việc này.") || strings.Contains(text, "Vui lòng đăng nhập.")
}

func TestEveryCellOfAuthorisationHoldsAtTheRPCEdge(t *testing.T) {
	h := bareHouse(t)
	tt := surveyed(h)
	calls := 0
	for _, s := range h.Signatures() {
		for _, rank := range ranks() {
			for _, bound := range []bool{true, false} {
				for _, place := range placesOf(s) {
					objects, body := tt.about(s, place)
					who := tt.as(rank, bound)
					want := decides(t, s, who, tt, objects)
					ctx := rpc.With(t.Context(), rpc.Request{ID: fmt.Sprint("cell-", calls), Identity: who})
					_, err := h.Client.Call(ctx, s.Name, []byte(body))
					if f := fault.Of(err); err != nil && f.Kind == fault.Denied && ruled(f.Vi) == want || err == nil && !want || err != nil && f.Kind != fault.Denied && !want {
						t.Errorf("%s as %s (bound %v) about what is %s: %v, the table says %v", s.Name, rank, bound, place, err, want)
					}
					h.denials()
					calls++
				}
			}
		}
	}
	if calls < 1000 {
		t.Errorf("only %d cells", calls)
	}
}

func TestEveryCellOfAuthorisationHoldsAtTheHTTPEdge(t *testing.T) {
	h := bareHouse(t)
	tt := surveyed(h)
	site := h.open()
	people := map[string]rpc.Identity{}
	for _, p := range call(h, directory.ListPeople, directory.ListPeopleRequest{}).Items { // before anybody may add to them
		people[p.Code] = rpc.Identity{Person: p.ID, Grants: p.Grants}
	}
	for rank, code := range map[string]string{"visitor": "", events.RoleLearner: "DEMO-0100", events.RoleHead: "DEMO-0101", events.RoleTrainer: "DEMO-0002",
		events.RoleAnalyst: "DEMO-0003", events.RoleAdmin: "DEMO-0001"} {
		r, who := visit(t, site), people[code]
		if code != "" {
			r = signIn(t, site, code)
			if who.Person == "" {
				t.Fatalf("%s is not known", code)
			}
		}
		for _, s := range portal.Methods(append(served(), "account", "access", "measurement", "scheduler", "refresher", "evaluation", "reporting")) {
			for _, place := range placesOf(s) {
				objects, body := tt.about(s, place)
				want := decides(t, s, who, tt, objects)
				a := r.json(portal.APIPath(s), body)
				if denied := a.status == http.StatusForbidden && ruled(a.body); denied == want {
					t.Errorf("%s as %s about what is %s answers %d, the table says %v", s.Name, rank, place, a.status, want)
				}
				h.denials()
			}
		}
	}
}

// Whatever an id looks like, it opens nothing of another's: a bound role and a plain learner ask with ids made up of
// known ones, of other kinds of ids, and of noise.
func TestNoIDOpensWhatIsAnothers(t *testing.T) {
	h := bareHouse(t)
	tt := surveyed(h)
	var named []rpc.Signature
	for _, s := range h.Signatures() {
		if slices.ContainsFunc(s.Rule.Subjects, func(x rpc.Subject) bool { return x.Field != "" }) {
			named = append(named, s)
		}
	}
	parts := []string{tt.objects["outside"][rpc.AboutPerson], tt.objects["outside"][rpc.AboutUnit], "attt-co-ban", "1", "_", ".", "*", ">", "", " ", "\x00", "../", tt.caller}
	rapid.Check(t, func(rt *rapid.T) {
		s := rapid.SampledFrom(named).Draw(rt, "method")
		id := strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(parts), rapid.StringN(0, 6, 20)), 1, 6).Draw(rt, "id"), "")
		if id == "" || id == tt.unit || strings.HasPrefix(id, tt.caller) {
			return
		}
		fields := map[string]any{}
		for _, sub := range s.Rule.Subjects {
			fields[sub.Field] = id
			if sub.Field == "people" {
				fields[sub.Field] = []string{id}
			}
		}
		body, err := json.Marshal(fields)
		if err != nil {
			rt.Fatal(err)
		}
		for _, rank := range []string{"visitor", events.RoleLearner, events.RoleHead, events.RoleTrainer} {
			out, err := h.Client.Call(rpc.With(t.Context(), rpc.Request{ID: "fuzz", Identity: tt.as(rank, true)}), s.Name, body)
			if kind := fault.KindOf(err); kind != fault.Denied && kind != fault.NotFound {
				rt.Fatalf("%s as %s with %q gives %s, %v", s.Name, rank, body, out, err)
			}
			h.denials()
		}
	})
}
