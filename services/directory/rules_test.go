package directory

import (
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
	"khuevan/platform/rpc"
)

func TestEstablishUnit(t *testing.T) {
	so := EstablishUnit{Unit: "u1", Code: "MN-SKHCN", Name: "Sở Khoa học", Kind: "department", Parent: "u0", On: "2025-07-01"}
	first := events.UnitEstablished{Unit: "u1", Code: "MN-SKHCN", Name: "Sở Khoa học", Kind: "department", Parent: "u0", On: "2025-07-01"}
	eventtest.Given[unit](t).When(so).Then(first)
	eventtest.Given[unit](t, first).When(so).ThenNothing()

	renamed, second := so, first
	renamed.Name, renamed.On = "Sở Khoa học và Công nghệ", "2026-01-01"
	second.Name, second.On = "Sở Khoa học và Công nghệ", "2026-01-01"
	eventtest.Given[unit](t, first).When(renamed).Then(second)
	eventtest.Given[unit](t, first, second).When(renamed).ThenNothing()
	eventtest.Given[unit](t, first, second).When(so).Then(first)

	moved, recoded := so, so
	moved.Parent, recoded.Code = "u9", "MN-SKH"
	eventtest.Given[unit](t, first).When(moved).ThenRefused(fault.Conflict)
	eventtest.Given[unit](t, first).When(recoded).ThenRefused(fault.Conflict)
}

var (
	learner    = rpc.Grant{Role: events.RoleLearner}
	lanKnown   = events.PersonRegistered{Person: "p1", Code: "c", Name: "n", Email: "e", BirthYear: "y"}
	lanClerk   = events.MembershipBegan{Person: "p1", Unit: "u1", Post: "clerk", On: "2026-11-23"}
	lanLearner = events.RoleGranted{Person: "p1", Role: events.RoleLearner}
)

func TestRegisterPerson(t *testing.T) {
	register := RegisterPerson{Person: "p1", Code: "c", Name: "n", Email: "e", BirthYear: "y", On: "2026-11-23",
		To: place{Unit: "u1", Post: "clerk", Grants: []rpc.Grant{learner, {Role: events.RoleHead, Unit: "u1"}}}}
	head := events.RoleGranted{Person: "p1", Role: events.RoleHead, Unit: "u1"}
	eventtest.Given[person](t).When(register).Then(lanKnown, lanClerk, head, lanLearner)
	eventtest.Given[person](t, lanKnown, lanClerk, head, lanLearner).When(register).ThenNothing()
	if got := register.To.Grants[0]; got != learner {
		t.Errorf("deciding has reordered the command's own grants: %+v", register.To.Grants)
	}
}

func TestCorrectPerson(t *testing.T) {
	past := []eventsource.Event{lanKnown, lanClerk, lanLearner}
	stays := place{Unit: "u1", Post: "clerk", Grants: []rpc.Grant{learner}}
	eventtest.Given[person](t).When(CorrectPerson{Person: "p1", To: stays}).ThenRefused(fault.NotFound)
	eventtest.Given[person](t, past...).When(CorrectPerson{Person: "p1", To: stays, On: "2026-12-01"}).ThenNothing()
	eventtest.Given[person](t, past...).When(CorrectPerson{Person: "p1", Name: "n", Email: "e2", To: stays, On: "2026-12-01"}).
		Then(events.PersonCorrected{Person: "p1", Email: "e2"})

	becomesLeader := CorrectPerson{Person: "p1", On: "2026-12-01",
		To: place{Unit: "u1", Post: "leader", Grants: []rpc.Grant{learner, {Role: events.RoleHead, Unit: "u1"}}}}
	leader := []eventsource.Event{
		events.MembershipEnded{Person: "p1", Unit: "u1", On: "2026-12-01"},
		events.MembershipBegan{Person: "p1", Unit: "u1", Post: "leader", On: "2026-12-01"},
		events.RoleGranted{Person: "p1", Role: events.RoleHead, Unit: "u1"},
	}
	eventtest.Given[person](t, past...).When(becomesLeader).Then(leader...)
	past = append(past, leader...)
	eventtest.Given[person](t, past...).When(becomesLeader).ThenNothing()

	eventtest.Given[person](t, past...).When(CorrectPerson{Person: "p1", Name: "n2", On: "2027-01-01",
		To: place{Unit: "u2", Post: "leader", Grants: []rpc.Grant{{Role: events.RoleHead, Unit: "u2"}, learner}}}).Then(
		events.PersonCorrected{Person: "p1", Name: "n2"},
		events.MembershipEnded{Person: "p1", Unit: "u1", On: "2027-01-01"},
		events.MembershipBegan{Person: "p1", Unit: "u2", Post: "leader", On: "2027-01-01"},
		events.RoleWithdrawn{Person: "p1", Role: events.RoleHead, Unit: "u1"},
		events.RoleGranted{Person: "p1", Role: events.RoleHead, Unit: "u2"})
}

func TestChangePassword(t *testing.T) {
	set := events.PasswordSet{Person: "p1", Hash: "h"}
	eventtest.Given[person](t).When(ChangePassword{"p1", "h"}).ThenRefused(fault.NotFound)
	eventtest.Given[person](t, lanKnown).When(ChangePassword{"p1", "h"}).Then(set)
	eventtest.Given[person](t, lanKnown, set).When(ChangePassword{"p1", "h"}).ThenNothing()
	eventtest.Given[person](t, lanKnown, set).When(ChangePassword{"p1", "h2"}).Then(events.PasswordSet{Person: "p1", Hash: "h2"})
}

func TestTheLifeOfAnImport(t *testing.T) {
	plan := events.ImportPlanned{Import: "i1", People: []events.PersonStep{{Person: "p1"}}}
	accepted := events.ImportAccepted{Import: "i1", Digest: "d", On: "2026-01-01", People: 1, Refused: 2}
	confirmed := events.ImportConfirmed{Import: "i1", Digest: "d", People: 1, Refused: 2}
	undo := events.ImportUndoBegan{Import: "i1", On: "2026-02-01"}
	undone := events.ImportUndone{Import: "i1", People: []string{"p1"}}
	eventtest.Given[part](t).When(planImport{plan}).Then(plan)
	eventtest.Given[part](t, plan).When(planImport{plan}).ThenNothing()
	eventtest.Given[imported](t).When(acceptImport{accepted}).Then(accepted)
	eventtest.Given[imported](t, accepted).When(acceptImport{accepted}).ThenNothing()
	eventtest.Given[imported](t).When(endImport{"i1"}).ThenNothing()
	eventtest.Given[imported](t, accepted).When(endImport{"i1"}).Then(confirmed)
	eventtest.Given[imported](t, accepted, confirmed).When(endImport{"i1"}).ThenNothing()
	eventtest.Given[imported](t).When(undoImport{undo}).ThenRefused(fault.NotFound)
	eventtest.Given[imported](t, accepted).When(undoImport{undo}).ThenRefused(fault.Conflict)
	eventtest.Given[imported](t, confirmed).When(undoImport{undo}).ThenRefused(fault.Conflict) // of before there were plans
	eventtest.Given[imported](t, accepted, confirmed).When(undoImport{undo}).Then(undo)
	eventtest.Given[imported](t, accepted, confirmed, undo).When(undoImport{undo}).ThenNothing()
	eventtest.Given[imported](t, accepted, confirmed).When(endUndo{undone}).ThenNothing()
	eventtest.Given[imported](t, accepted, confirmed, undo).When(endUndo{undone}).Then(undone)
	eventtest.Given[imported](t, accepted, confirmed, undo, undone).When(endUndo{undone}).ThenNothing()
}

func TestADoubtIsRaisedAndDecidedOnce(t *testing.T) {
	raised := events.IdentityDoubted{Candidate: "p9", Persons: []string{"p1"}, Why: whyName}
	same := events.IdentityDecided{Candidate: "p9", Person: "p1"}
	eventtest.Given[doubt](t).When(raiseDoubt{raised}).Then(raised)
	eventtest.Given[doubt](t, raised).When(raiseDoubt{raised}).ThenNothing()
	eventtest.Given[doubt](t).When(decideDoubt{"p9", ""}).ThenRefused(fault.NotFound)
	eventtest.Given[doubt](t, raised).When(decideDoubt{"p9", "p2"}).ThenRefused(fault.NotFound)
	eventtest.Given[doubt](t, raised).When(decideDoubt{"p9", "p1"}).Then(same)
	eventtest.Given[doubt](t, raised, same).When(decideDoubt{"p9", ""}).ThenNothing()
}
