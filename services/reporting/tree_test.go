package reporting

import (
	"slices"
	"testing"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/rpc"
)

func province() *tree {
	return newTree([]unitDoc{
		{Unit: "tinh", Name: "Tỉnh"}, {Unit: "ve", Name: "Vệ sinh", Parent: "tinh"}, {Unit: "an", Name: "Ăn uống", Parent: "tinh"},
		{Unit: "dat", Name: "Đất đai", Parent: "tinh"}, {Unit: "to", Name: "Tổ", Parent: "dat"},
	})
}

func TestTheTreeIsInVietnameseOrder(t *testing.T) {
	tr := province()
	if got := tr.subtree("tinh"); !slices.Equal(got, []string{"tinh", "an", "dat", "to", "ve"}) {
		t.Error(got)
	}
	if got := tr.path("to"); !slices.Equal(got, []string{"tinh", "dat", "to"}) {
		t.Error(got)
	}
	if tr.top() != "tinh" || newTree([]unitDoc{{Unit: "a"}, {Unit: "b"}}).top() != "" {
		t.Error("the top is the one root")
	}
	own := map[string]counts{"tinh": {People: 1}, "to": {People: 3}, "ve": {People: 5}}
	totals := tr.totals("tinh", own)
	if totals["tinh"].People != 9 || totals["dat"].People != 3 || totals["ve"].People != 5 {
		t.Errorf("%+v", totals)
	}
}

func TestUnitsInACircleAndOfUnknownParentsDoNoHarm(t *testing.T) {
	tr := newTree([]unitDoc{{Unit: "a", Parent: "b"}, {Unit: "b", Parent: "a"}, {Unit: "c", Parent: "gone"}})
	if got := tr.path("a"); len(got) != 2 {
		t.Error(got)
	}
	if got := tr.subtree(""); !slices.Equal(got, []string{"c"}) {
		t.Error(got)
	}
}

func TestScope(t *testing.T) {
	roles := []string{events.RoleHead, events.RoleAnalyst}
	head := func(units ...string) rpc.Identity {
		who := rpc.Identity{Person: "lan", Grants: []rpc.Grant{{Role: events.RoleLearner}}}
		for _, u := range units {
			who.Grants = append(who.Grants, rpc.Grant{Role: events.RoleHead, Unit: u})
		}
		return who
	}
	analyst := rpc.Identity{Person: "an", Grants: []rpc.Grant{{Role: events.RoleAnalyst}}}
	for name, c := range map[string]struct {
		who       rpc.Identity
		ask, want string
		refused   fault.Kind
	}{
		"a head's own unit":               {head("dat"), "", "dat", ""},
		"a head of two sees the higher":   {head("to", "dat"), "", "dat", ""},
		"below":                           {head("dat"), "to", "to", ""},
		"above":                           {head("dat"), "tinh", "", fault.Denied},
		"beside":                          {head("dat"), "ve", "", fault.Denied},
		"a head of nothing known":         {head("gone"), "", "", fault.Denied},
		"a head asks for what is unknown": {head("dat"), "gone", "", fault.Denied},
		"an analyst's whole":              {analyst, "", "tinh", ""},
		"an analyst's choice":             {analyst, "to", "to", ""},
		"an analyst asks for the unknown": {analyst, "gone", "", fault.NotFound},
		"a learner":                       {head(), "to", "", fault.Denied},
		"the platform itself":             {rpc.Identity{System: true}, "", "tinh", ""},
	} {
		got, err := scope(c.who, province(), c.ask, roles)
		if got != c.want || fault.KindOf(err) != c.refused {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
