package enrolment

import (
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
	"khuevan/platform/rpc"
)

func requested(id string, steps ...string) events.EnrolmentRequested {
	return events.EnrolmentRequested{Person: "lan", Course: "attt", Request: id, Steps: steps}
}

func approved(step int, last bool) events.EnrolmentApproved {
	return events.EnrolmentApproved{Person: "lan", Course: "attt", Request: "r1", Step: step, By: "chief", Last: last}
}

func refusal() events.EnrolmentRefused {
	return events.EnrolmentRefused{Person: "lan", Course: "attt", Request: "r1", Step: 1, By: "chief", Reason: "sealed"}
}

var (
	chain     = requested("r1", "head", "trainer")
	withdrawn = events.RequestWithdrawn{Person: "lan", Course: "attt", Request: "r1"}
)

func asked(t *testing.T, past ...eventsource.Event) eventtest.Scenario[asking] {
	return eventtest.Given[asking](t, past...)
}

func TestNothingIsAskedTwiceWhileARequestWaits(t *testing.T) {
	again := ask{requested("r2", "head")}
	asked(t).When(ask{chain}).Then(chain)
	asked(t, chain).When(again).ThenRefused(fault.Conflict)
	asked(t, chain, approved(1, false)).When(again).ThenRefused(fault.Conflict)
	asked(t, chain, approved(1, false), approved(2, true)).When(again).Then(again.Asking)
	asked(t, chain, refusal()).When(again).Then(again.Asking)
	asked(t, chain, withdrawn).When(again).Then(again.Asking)
	asked(t, requested("r1")).When(again).Then(again.Asking) // open: decided at once
}

func TestApprovalsComeInTheirOrder(t *testing.T) {
	asked(t, chain).When(approve{approved(1, false)}).Then(approved(1, false))
	asked(t, chain).When(approve{approved(2, false)}).ThenRefused(fault.Conflict)
	asked(t, chain).When(approve{approved(0, false)}).ThenRefused(fault.Conflict)
	asked(t, chain, approved(1, false)).When(approve{approved(1, false)}).ThenNothing()
	asked(t, chain, approved(1, false)).When(approve{approved(2, false)}).Then(approved(2, true))
	asked(t, chain, approved(1, false), approved(2, true)).When(approve{approved(3, false)}).ThenRefused(fault.Conflict)
	asked(t).When(approve{approved(1, false)}).ThenRefused(fault.NotFound)
	asked(t, requested("r2", "head")).When(approve{approved(1, false)}).ThenRefused(fault.NotFound)
	asked(t, chain, withdrawn).When(approve{approved(1, false)}).ThenRefused(fault.Conflict)
	asked(t, chain, refusal()).When(approve{approved(1, false)}).ThenRefused(fault.Conflict)

	next := approved(1, false)
	next.Approvers = []string{"dao"}
	asked(t, chain).When(approve{next}).Then(next)
	asked(t, requested("r1", "head")).When(approve{next}).Then(approved(1, true)) // nobody is asked after the last
}

func TestNobodyDecidesOnTheirOwnRequest(t *testing.T) {
	own := approved(1, false)
	own.By = "lan"
	no := refusal()
	no.By = "lan"
	asked(t, chain).When(approve{own}).ThenRefused(fault.Denied)
	asked(t, chain).When(refuse{no}).ThenRefused(fault.Denied)
}

func TestARefusalEndsARequest(t *testing.T) {
	asked(t, chain).When(refuse{refusal()}).Then(refusal())
	asked(t, chain, refusal()).When(refuse{refusal()}).ThenNothing()
	asked(t, chain, withdrawn).When(refuse{refusal()}).ThenRefused(fault.Conflict)
	asked(t, chain, approved(1, false)).When(refuse{refusal()}).ThenRefused(fault.Conflict)
	asked(t).When(refuse{refusal()}).ThenRefused(fault.NotFound)
}

func TestARequestIsWithdrawnWhileItWaits(t *testing.T) {
	cmd := withdrawRequest{"lan", "attt"}
	asked(t).When(cmd).ThenRefused(fault.NotFound)
	asked(t, chain).When(cmd).Then(withdrawn)
	asked(t, chain, approved(1, false)).When(cmd).Then(withdrawn)
	asked(t, chain, withdrawn).When(cmd).ThenNothing()
	asked(t, chain, approved(1, false), approved(2, true)).When(cmd).ThenRefused(fault.Conflict)
	asked(t, chain, refusal()).When(cmd).ThenRefused(fault.Conflict)
}

func TestTheLastApprovalEnrols(t *testing.T) {
	want := events.PersonEnrolled{Person: "lan", Course: "attt", Request: "r1", Due: time.Date(2026, 12, 23, 16, 59, 59, 0, time.UTC)}
	for _, c := range []struct {
		fact eventsource.Event
		ok   bool
	}{{chain, false}, {requested("r1"), true}, {approved(1, false), false}, {approved(2, true), true}, {refusal(), false}} {
		got, ok := forApproval(c.fact, monday)
		if ok != c.ok || ok && got != (admit{want}) {
			t.Errorf("%+v leads to %+v, %v", c.fact, got, ok)
		}
	}
	first, second := want, want
	first.Period, second.Period = 1, 2
	given(t).When(admit{want}).Then(first)
	given(t, assigned(1)).When(admit{want}).ThenNothing()
	given(t, assigned(1), completed(1)).When(admit{want}).Then(second)
}

func TestAnApproverHoldsTheRoleForThePersonsUnit(t *testing.T) {
	van := []unit{{Unit: "van", Path: "/tinh/xa/van/"}}
	grant := func(role, in, giver string) rpc.Grant { return rpc.Grant{Role: role, Unit: in, OnBehalf: giver} }
	for name, c := range map[string]struct {
		person string
		grants []rpc.Grant
		for_   string // on whose behalf
		ok     bool
	}{
		"head of the unit":       {"chief", []rpc.Grant{grant("head", "van", "")}, "", true},
		"head of one above":      {"chief", []rpc.Grant{grant("head", "tinh", "")}, "", true},
		"head everywhere":        {"chief", []rpc.Grant{grant("head", "", "")}, "", true},
		"head of another":        {"chief", []rpc.Grant{grant("head", "so", "")}, "", false},
		"trainer only":           {"chief", []rpc.Grant{grant("trainer", "van", "")}, "", false},
		"a stand-in":             {"chief", []rpc.Grant{grant("head", "van", "boss")}, "boss", true},
		"a stand-in with an own": {"chief", []rpc.Grant{grant("head", "van", "boss"), grant("head", "van", "")}, "", true},
		"who asked":              {"lan", []rpc.Grant{grant("head", "van", "")}, "", false},
		"who stands in for her":  {"chief", []rpc.Grant{grant("head", "van", "lan")}, "", false},
		"nobody":                 {"chief", nil, "", false},
	} {
		onBehalf, ok := mayDecide(rpc.Identity{Person: c.person, Grants: c.grants}, "head", "lan", van)
		if ok != c.ok || onBehalf != c.for_ {
			t.Errorf("%s: %v for %q", name, ok, onBehalf)
		}
	}
	if _, ok := mayDecide(rpc.Identity{Person: "chief", Grants: []rpc.Grant{grant("head", "", "")}}, "head", "lan", nil); ok {
		t.Error("whoever stands in no unit has an approver")
	}
}
