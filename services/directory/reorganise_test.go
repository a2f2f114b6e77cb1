package directory

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
	"khuevan/platform/rpc"
)

func TestFactsAboutUnits(t *testing.T) {
	first := events.UnitEstablished{Unit: "u1", Code: "MN", Name: "Tỉnh", Kind: "province", On: "2020-01-01"}
	renamed := events.UnitRenamed{Unit: "u1", Name: "Tỉnh Mây", On: "2025-07-01", Step: "s"}
	moved := events.UnitMoved{Unit: "u1", Parent: "u0", On: "2025-07-01", Step: "s"}
	ended := events.UnitEnded{Unit: "u1", How: events.UnitMerged, Into: []string{"u2"}, On: "2025-07-01", Step: "s"}
	eventtest.Given[unit](t, first).When(RenameUnit{renamed}).Then(renamed)
	eventtest.Given[unit](t, first, renamed).When(RenameUnit{renamed}).ThenNothing()
	eventtest.Given[unit](t).When(RenameUnit{renamed}).ThenRefused(fault.NotFound)
	eventtest.Given[unit](t, first).When(MoveUnit{moved}).Then(moved)
	eventtest.Given[unit](t, first).When(EndUnit{ended}).Then(ended)
	eventtest.Given[unit](t, first, ended).When(EndUnit{ended}).ThenNothing()
	eventtest.Given[unit](t, first, ended).When(EstablishUnit{Unit: "u1", Code: "MN", Name: "Tỉnh", Kind: "province", On: "2020-01-01"}).ThenRefused(fault.Conflict)
	eventtest.Given[unit](t, first, ended).When(WithdrawUnitFacts{Unit: "u1", Facts: []uint64{2}}).Then(events.UnitFactWithdrawn{Unit: "u1", Fact: 2})
	eventtest.Given[unit](t, first, ended, events.UnitFactWithdrawn{Unit: "u1", Fact: 2}).When(WithdrawUnitFacts{Unit: "u1", Facts: []uint64{2}}).ThenNothing()
}

func TestChangesOfACareer(t *testing.T) {
	clerk := events.MembershipBegan{Person: "p1", Unit: "u1", Post: "clerk", On: "2020-01-01"}
	past := []eventsource.Event{lanKnown, clerk}
	moved := events.MembershipBegan{Person: "p1", Unit: "u2", Post: "officer", On: "2025-01-01", Membership: "m1"}
	left := events.MembershipEnded{Person: "p1", Unit: "u1", On: "2025-01-01"}
	transfer := TransferPerson{Person: "p1", Membership: "m1", Unit: "u2", Post: "officer", On: "2025-01-01"}
	eventtest.Given[person](t, past...).When(transfer).Then(left, moved)
	eventtest.Given[person](t, append(past, left, moved)...).When(transfer).ThenNothing()
	eventtest.Given[person](t).When(transfer).ThenRefused(fault.NotFound)
	retired := events.PersonRetired{Person: "p1", On: "2024-01-01"}
	eventtest.Given[person](t, append(past, retired)...).When(transfer).ThenRefused(fault.Conflict)
	eventtest.Given[person](t, past...).When(RetirePerson{Person: "p1", On: "2024-01-01"}).Then(retired)
	eventtest.Given[person](t, append(past, retired)...).When(RetirePerson{Person: "p1", On: "2024-01-01"}).ThenNothing()
	eventtest.Given[person](t, append(past, retired)...).When(ReturnPerson{Person: "p1", On: "2025-01-01"}).Then(events.PersonReturned{Person: "p1", On: "2025-01-01"})

	add := AddMembership{Person: "p1", Membership: "m2", Unit: "u3", Post: "it-officer", Kind: events.MembershipConcurrent, On: "2024-01-01"}
	second := events.MembershipBegan{Person: "p1", Unit: "u3", Post: "it-officer", On: "2024-01-01", Membership: "m2", Kind: events.MembershipConcurrent}
	eventtest.Given[person](t, past...).When(add).Then(second)
	eventtest.Given[person](t, append(past, second)...).When(add).ThenNothing()
	with := append(past, second)
	eventtest.Given[person](t, with...).When(EndMembership{Person: "p1", Membership: "m2", On: "2025-01-01"}).
		Then(events.MembershipEnded{Person: "p1", Unit: "u3", Membership: "m2", On: "2025-01-01"})
	eventtest.Given[person](t, with...).When(EndMembership{Person: "p1", Membership: "m2", On: "2024-01-01"}).ThenRefused(fault.Invalid)
	eventtest.Given[person](t, with...).When(EndMembership{Person: "p1", Membership: "m9", On: "2025-01-01"}).ThenRefused(fault.NotFound)
	eventtest.Given[person](t, with...).When(WithdrawMembership{Person: "p1", Membership: "m2"}).Then(events.MembershipWithdrawn{Person: "p1", Membership: "m2"})
	restate := RestateMembership{Person: "p1", Membership: "m2", Unit: "u3", Post: "it-officer", Kind: events.MembershipConcurrent, On: "2023-01-01", Until: "2024-06-01"}
	restated := events.MembershipRestated{Person: "p1", Membership: "m2", Unit: "u3", Post: "it-officer", Kind: events.MembershipConcurrent, On: "2023-01-01", Until: "2024-06-01"}
	eventtest.Given[person](t, with...).When(restate).Then(restated)
	eventtest.Given[person](t, append(with, restated)...).When(restate).ThenNothing()

	leave := events.LeaveBegan{Person: "p1", On: "2024-01-01"}
	eventtest.Given[person](t, past...).When(BeginLeave{Person: "p1", On: "2024-01-01"}).Then(leave)
	eventtest.Given[person](t, past...).When(BeginLeave{Person: "p1", On: "2024-01-01", Until: "2023-01-01"}).ThenRefused(fault.Invalid)
	eventtest.Given[person](t, append(past, leave)...).When(BeginLeave{Person: "p1", On: "2024-02-01"}).ThenRefused(fault.Conflict)
	eventtest.Given[person](t, append(past, leave)...).When(EndLeave{Person: "p1", On: "2024-02-01"}).Then(events.LeaveEnded{Person: "p1", On: "2024-02-01"})
	eventtest.Given[person](t, past...).When(EndLeave{Person: "p1", On: "2024-02-01"}).ThenNothing()
}

func TestStepsThatAreNotWellFormed(t *testing.T) {
	for what, s := range map[string]Step{
		"no day":               {How: stepMove, Units: []string{"u1"}},
		"no kind":              {Units: []string{"u1"}, On: "2025-07-01"},
		"nothing":              {How: stepDissolve, On: "2025-07-01"},
		"a rename to nothing":  {How: stepRename, Units: []string{"u1"}, On: "2025-07-01"},
		"a code with blanks":   {How: stepRename, Units: []string{"u1"}, Code: "A B", On: "2025-07-01"},
		"a nameless unit":      {How: stepEstablish, New: []NewUnit{{Code: "A", Kind: "commune"}}, On: "2025-07-01"},
		"a new unit of a move": {How: stepMove, Units: []string{"u1"}, New: []NewUnit{{Code: "A", Name: "A", Kind: "commune"}}, On: "2025-07-01"},
	} {
		if _, err := planStep("s", s); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// codes writes the tree of a day as codes.
func (h *house) codes(m Moment) string {
	units, err := h.listUnits(admin(), ListUnitsRequest{m})
	if err != nil {
		h.t.Fatalf("%v", err)
	}
	byID, all := map[string]string{}, []string{}
	for _, u := range units {
		byID[u.ID] = u.Code
		all = append(all, byID[u.Parent]+"/"+u.Code)
	}
	return strings.Join(all, " ")
}

func (h *house) id(code string) string {
	codes, err := h.codesNow(context.Background())
	if err != nil {
		h.t.Fatalf("%v", err)
	}
	return codes[code]
}

func (h *house) step(s Step) StepDone {
	done, err := h.reorganise(admin(), s)
	if err != nil {
		h.t.Fatalf("%v", err)
	}
	return done
}

func TestAMergerIsPreviewedDoneAndUndone(t *testing.T) {
	h := home(t)
	h.takes(ImportFiles{Units: province, People: staff})
	before := h.codes(Moment{})
	merge := Step{How: stepMerge, Units: []string{h.id("MN-SO"), h.id("MN-XA")}, On: "2026-01-01",
		New: []NewUnit{{Code: "mn-moi", Name: "Trung tâm mới", Kind: "office", Parent: h.id("MN")}}}
	facts := len(h.journal.All())
	preview, err := h.previewReorganise(admin(), merge)
	if err != nil || preview.Facts != 3 || len(h.journal.All()) != facts {
		t.Fatalf("previewed %+v, %v", preview, err)
	}
	done := h.step(merge)
	if got := h.codes(Moment{}); got != "/MN MN/MN-MOI" {
		t.Errorf("after the merger: %s", got)
	}
	if got := h.codes(Moment{On: "2025-12-31"}); got != before {
		t.Errorf("on the day before: %s", got)
	}
	if got := h.codes(Moment{Known: "2026-11-22T00:00:00Z"}); got != "" {
		t.Errorf("as known before anything was told: %s", got)
	}
	people, err := h.listPeople(admin(), ListPeopleRequest{Unit: done.New[0]})
	if err != nil || people.Total != 3 || people.Items[0].UnitName != "Trung tâm mới" {
		t.Errorf("the merger carried %+v, %v", people, err)
	}
	found, err := h.findUnits(admin(), FindUnitsRequest{Text: "dinh may"})
	if err != nil || len(found) != 1 || !found[0].Former || found[0].Became[0].Code != "MN-MOI" {
		t.Errorf("found %+v, %v", found, err)
	}
	history, err := h.getUnit(admin(), UnitRequest{Unit: done.New[0]})
	if err != nil || len(history.Came) != 2 || len(history.People) != 3 || !history.Exists {
		t.Errorf("its history is %+v, %v", history, err)
	}
	changes, err := h.listChanges(admin(), ChangesRequest{From: "2026-01-01", To: "2026-01-01"})
	if err != nil || changes.Count != 3 || len(changes.Days) != 2 {
		t.Errorf("changes %+v, %v", changes, err)
	}
	if _, err := h.withdraw(admin(), WithdrawRequest{Step: done.Step}); err != nil {
		t.Fatal(err)
	}
	if got := h.codes(Moment{}); got != before {
		t.Errorf("once undone: %s", got)
	}
	if _, err := h.withdraw(admin(), WithdrawRequest{Step: done.Step}); !fault.Is(err, fault.NotFound) {
		t.Errorf("undone twice: %v", err)
	}
	if preview, _ := h.previewImport(admin(), ImportFiles{Units: province, People: staff}); preview.Units.Same != 3 || preview.People.Same != 3 {
		t.Errorf("the file says now %+v %+v", preview.Units, preview.People)
	}
}

func TestPeopleAreToBePlacedAfterASplit(t *testing.T) {
	h := home(t)
	h.takes(ImportFiles{Units: province, People: staff})
	done := h.step(Step{How: stepSplit, Units: []string{h.id("MN-XA")}, On: "2026-11-23", New: []NewUnit{
		{Code: "MN-X1", Name: "Xã Đỉnh", Kind: "commune", Parent: h.id("MN")}, {Code: "MN-X2", Name: "Xã Mây", Kind: "commune", Parent: h.id("MN")}}})
	waiting, err := h.listToPlace(admin(), Moment{})
	if err != nil || len(waiting) != 2 || waiting[0].UnitName != "Xã Đỉnh Mây" {
		t.Fatalf("to be placed: %+v, %v", waiting, err)
	}
	if _, err := h.changeCareer(admin(), CareerChange{Person: waiting[0].Person, What: "transfer", Unit: done.New[0], Post: "clerk", On: "2026-11-23"}); err != nil {
		t.Fatal(err)
	}
	if left, err := h.listToPlace(admin(), Moment{}); err != nil || len(left) != 1 {
		t.Errorf("still to be placed: %+v, %v", left, err)
	}
	if _, err := h.withdraw(admin(), WithdrawRequest{Step: done.Step}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a new unit with people vanishes: %v", err)
	}
	career, err := h.getCareer(admin(), CareerRequest{Person: waiting[0].Person})
	if err != nil || career.Unit.Code != "MN-X1" || len(career.Memberships) != 2 || len(career.Facts) != 3 {
		t.Errorf("her career is %+v, %v", career, err)
	}
	if was, _ := h.getCareer(admin(), CareerRequest{Person: waiting[0].Person, Moment: Moment{Known: "2026-11-22T00:00:00Z"}}); len(was.Memberships) != 0 {
		t.Errorf("nothing was known, but %+v", was)
	}
	for what, c := range map[string]CareerChange{
		"a unit that is no more": {What: "transfer", Unit: h.id("MN-XA"), Post: "clerk", On: "2026-11-23"},
		"no post":                {What: "transfer", Unit: done.New[0], On: "2026-11-23"},
		"no day":                 {What: "retire"},
		"no change":              {What: "promote", On: "2026-11-23"},
		"a second main post":     {What: "add", Unit: done.New[0], Post: "clerk", Kind: events.MembershipMain, On: "2026-11-23"},
	} {
		c.Person = waiting[1].Person
		if _, err := h.changeCareer(admin(), c); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestTheShippedMergerReconcilesToThePerson(t *testing.T) {
	h := home(t)
	played, err := h.playMerger(admin(), rpc.Empty{})
	if err != nil || played.Steps != 33 || played.Units != 81 {
		t.Fatalf("played %+v, %v", played, err)
	}
	facts := len(h.journal.All())
	if again, err := h.playMerger(admin(), rpc.Empty{}); err != nil || len(h.journal.All()) != facts {
		t.Fatalf("played again: %+v, %v, %d facts more", again, err, len(h.journal.All())-facts)
	}
	s, people, err := h.everybody(context.Background(), monday.AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if before, after := s.On("2025-06-30").Len(), s.On("2025-07-01").Len(); before != 81 || after != 1+3+20 {
		t.Errorf("%d units before the merger and %d after", before, after)
	}
	for day, all := range map[string]int{"2003-12-31": 0, "2025-06-30": 107, "2025-07-01": 107, "2030-01-01": len(people)} {
		count, restated := s.Count(people, day), s.Restate(people, day, "2025-06-30")
		if count.All != all || restated.All != all || len(count.ToPlace)+len(restated.ToPlace) != 0 {
			t.Errorf("on %s %d people, restated %d, to be placed %v %v", day, count.All, restated.All, count.ToPlace, restated.ToPlace)
		}
	}
	below, err := h.listBelow(admin(), BelowRequest{Unit: h.id("SN-BN")})
	if err != nil || len(below.Units) != 23 || below.All != 24 || below.Units[0].People == 0 {
		t.Errorf("the new province has %d units of %d, %v", len(below.Units), below.All, err)
	}
	sum := 0
	units, _ := h.listUnits(admin(), ListUnitsRequest{})
	for _, u := range units {
		sum += u.People
	}
	if sum != len(people) {
		t.Errorf("the tree has %d people of %d", sum, len(people))
	}
}

func TestTheTreeLevelByLevelIsTheWholeTree(t *testing.T) {
	h := home(t)
	if _, err := h.playMerger(admin(), rpc.Empty{}); err != nil {
		t.Fatal(err)
	}
	for _, day := range []string{"2004-01-01", "2025-06-30", "2025-07-01"} {
		all, err := h.listUnits(admin(), ListUnitsRequest{Moment{On: day}})
		if err != nil {
			t.Fatal(err)
		}
		var walked []Unit
		var walk func(string)
		walk = func(parent string) {
			below, err := h.listBelow(admin(), BelowRequest{Moment: Moment{On: day}, Unit: parent})
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range below.Units {
				walked = append(walked, Unit{ID: n.ID, Code: n.Code, Name: n.Name, Kind: n.Kind, Parent: parent, People: n.People})
				if !n.Leaf {
					walk(n.ID)
				}
			}
		}
		walk("")
		if !reflect.DeepEqual(walked, all) {
			t.Errorf("on %s the levels give %d units, the list %d", day, len(walked), len(all))
		}
	}
}
