package rpc_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"khuevan/platform/fault"
	"khuevan/platform/rpc"
)

type about struct {
	Unit   string   `json:"unit"`
	Person string   `json:"person"`
	People []string `json:"people"`
}

// village is a chain of units u0 above u1 above u2 …; person pN stands in unit uN.
type village struct{}

func (village) Above(_ context.Context, o rpc.Object) (all []string, _ error) {
	if len(o.ID) != 2 || o.ID[1] < '0' || o.ID[1] > '9' {
		return nil, nil
	}
	for n := byte('0'); n <= o.ID[1]; n++ {
		all = append(all, "u"+string(n))
	}
	return all, nil
}

func TestAMethodWithoutARuleIsNotServed(t *testing.T) {
	bare := rpc.Query[about, rpc.Empty]("hello.ask", "Asks.", rpc.SignedIn)
	lost := bare.About(rpc.UnitIn("district"))
	foreign := bare.About(rpc.UnitIn("unit"), rpc.For(rpc.Whole, "admin"))
	for _, m := range []rpc.Method[about, rpc.Empty]{bare, lost, foreign} {
		if m.Signature.Check() == nil {
			t.Errorf("%+v passes", m.Signature.Rule)
		}
		e := m.Handle(func(context.Context, about) (rpc.Empty, error) { return rpc.Empty{}, nil })
		if _, err := rpc.Serve(nil, "hello", "1.0.0", []rpc.Endpoint{e}, village{}, plainTracer{}, slog.New(slog.DiscardHandler), rpc.Hooks{}); err == nil || !strings.Contains(err.Error(), "hello.ask") {
			t.Errorf("served: %v", err)
		}
	}
}

// Whoever holds a role in a unit reaches exactly what stands in it or below it, and their own.
func TestARoleReachesItsSubtreeAndNothingElse(t *testing.T) {
	m := rpc.Query[about, rpc.Empty]("hello.ask", "Asks.", "head", rpc.SignedIn).About(rpc.PersonIn("person"))
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 9)
		me, at, of := n.Draw(t, "me"), n.Draw(t, "granted at"), n.Draw(t, "asked for")
		id := func(kind string, n int) string { return kind + string(rune('0'+n)) }
		who := rpc.Identity{Person: id("p", me), Grants: []rpc.Grant{{Role: "head", Unit: id("u", at)}}}
		got, err := m.Signature.Decides(t.Context(), who, village{}, rpc.Object{Kind: rpc.AboutPerson, ID: id("p", of)})
		if want := of >= at || of == me; err != nil || got != want {
			t.Fatalf("p%d, head of u%d, about p%d: %v, %v", me, at, of, got, err)
		}
	})
}

// The rule reads the field that the handler reads, whatever its spelling in the request.
func TestTheRuleSeesWhatTheHandlerSees(t *testing.T) {
	heard := ""
	m := rpc.Query[about, rpc.Empty]("hello.ask", "Asks.", "head").About(rpc.UnitIn("unit"), rpc.PersonIn("people"))
	c := serve(t, rpc.Hooks{}, m.Handle(func(_ context.Context, a about) (rpc.Empty, error) {
		heard = a.Unit + strings.Join(a.People, "")
		return rpc.Empty{}, nil
	}))
	ctx := rpc.With(t.Context(), rpc.Request{Identity: rpc.Identity{Person: "p5", Grants: []rpc.Grant{{Role: "head", Unit: "u5"}}}})
	for body, ok := range map[string]bool{
		`{"unit":"u6","people":["p5","p7"]}`: true, `{"unit":"u6","people":["p5","p1"]}`: false, `{"unit":"u6","unit":"u1"}`: false, `{"unit":"u6","UNIT":"u1"}`: false,
		`{"Unit":"u1"}`: false, `{"unit":""}`: false, `{}`: false, `{"unit":"zz"}`: false, `{"unit":"u5"}`: true,
	} {
		heard = ""
		_, err := c.Call(ctx, m.Signature.Name, []byte(body))
		if ok != (err == nil) || !ok && (!fault.Is(err, fault.Denied) || heard != "") {
			t.Errorf("%s: %v, the handler heard %q", body, err, heard)
		}
	}
}

// Only a request that needs the lent role is one of a stand-in; what is looked up afterwards is decided by the same rule.
func TestOnesOwnRightComesBeforeALentOne(t *testing.T) {
	m := rpc.Query[about, greeting]("hello.ask", "Asks.", "head", rpc.SignedIn).About(rpc.PersonIn("person"))
	kept := rpc.Query[about, rpc.Empty]("hello.find", "Finds.", "head", rpc.SignedIn).About(rpc.Kept(rpc.AboutPerson))
	c := serve(t, rpc.Hooks{}, m.Handle(func(ctx context.Context, _ about) (greeting, error) {
		return greeting{Actor: rpc.From(ctx).Identity.OnBehalf}, nil
	}), kept.Handle(func(ctx context.Context, a about) (rpc.Empty, error) {
		return rpc.Empty{}, rpc.Reaches(ctx, rpc.Object{Kind: rpc.AboutPerson, ID: a.Person})
	}))
	who := rpc.Identity{Person: "p1", Grants: []rpc.Grant{{Role: "head", Unit: "u7", OnBehalf: "p3"}, {Role: "head", Unit: "u8"}}}
	ctx := rpc.With(t.Context(), rpc.Request{Identity: who})
	for person, behalf := range map[string]string{"p1": "", "p8": "", "p9": "", "p7": "p3"} {
		if got, err := m.Call(ctx, c, about{Person: person}); err != nil || got.Actor != behalf {
			t.Errorf("about %s: on behalf of %q, %v; want %q", person, got.Actor, err, behalf)
		}
	}
	for person, ok := range map[string]bool{"p1": true, "p7": true, "p2": false, "": false} {
		if _, err := kept.Call(ctx, c, about{Person: person}); ok != (err == nil) {
			t.Errorf("%q looked up: %v", person, err)
		}
	}
	if err := rpc.Reaches(t.Context(), rpc.Object{Kind: rpc.AboutPerson, ID: "p1"}); !fault.Is(err, fault.Denied) {
		t.Errorf("outside a call: %v", err)
	}
}
