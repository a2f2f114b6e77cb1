package access

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
)

func day(n int) string {
	return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n).Format(dayForm)
}

// Whatever days are asked for: what is given holds exactly from its first day to its last, and on no day after an end.
func TestAStandInHoldsOnItsDaysOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(-20, 400)
		from, until, today := n.Draw(t, "from"), n.Draw(t, "until"), n.Draw(t, "today")
		facts, err := give{events.StandInGiven{StandIn: "a_1", Giver: "a", Person: "b", From: day(from), Until: day(until)}, day(today)}.Decide(delegation{})
		good := from >= today && until >= from && until-from <= mostDays
		if good != (err == nil) || err != nil && !fault.Is(err, fault.Invalid) {
			t.Fatalf("from %d until %d on %d: %v", from, until, today, err)
		}
		if !good {
			return
		}
		d := delegation{}.Evolve(facts[0])
		at := n.Draw(t, "at")
		if d.on(day(at)) != (from <= at && at <= until) {
			t.Fatalf("on %d of %d–%d: %v", at, from, until, d.on(day(at)))
		}
		ended, err := end{"a_1", day(at)}.Decide(d)
		if err != nil || (len(ended) == 1) != (at <= until) {
			t.Fatalf("ended on %d: %v, %v", at, ended, err)
		}
		for _, e := range ended {
			if d = d.Evolve(e); d.on(day(at)) || d.on(day(until)) {
				t.Fatal("holds after its end")
			}
			if again, err := (end{"a_1", day(at)}).Decide(d); err != nil || again != nil {
				t.Fatalf("ended twice: %v, %v", again, err)
			}
		}
	})
}

func TestRefusalsOfAStandIn(t *testing.T) {
	good := events.StandInGiven{StandIn: "a_1", Giver: "a", Person: "b", From: day(1), Until: day(2)}
	for field, spoil := range map[string]func(*events.StandInGiven){
		"person":  func(e *events.StandInGiven) { e.Person = "" },
		"person ": func(e *events.StandInGiven) { e.Person = "a" },
		"from":    func(e *events.StandInGiven) { e.From = "01/11/2026" },
		"until":   func(e *events.StandInGiven) { e.Until = "" },
	} {
		e := good
		spoil(&e)
		_, err := give{e, day(0)}.Decide(delegation{})
		if f := fault.Of(err); err == nil || len(f.Fields) != 1 || f.Fields[0].Name != strings.TrimSpace(field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	_, err := end{"a_1", day(0)}.Decide(delegation{})
	hosttest.Refused(t, err, fault.NotFound)
}

func FuzzTheGiverOfAStandIn(f *testing.F) {
	for _, s := range []string{"a_1", "", "_", "a_", "_1", "a.b_1", "a_*", "a_1_2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if giver := giverOf(id); giver != "" && (!strings.HasPrefix(id, giver+"_") || !eventsource.ValidStream(streamOf(id))) {
			t.Errorf("%q is given by %q", id, giver)
		}
	})
}

// Given a head who lost the role, when the stand-in is asked for, then it is gone with it.
func TestWhatTheGiverLosesTheStandInLoses(t *testing.T) {
	h := hosttest.Run(t, events.All(), func(d host.Deps) (host.Service, error) { return New(d), nil })
	h.Append("directory.unit.xa", events.UnitEstablished{Unit: "xa", Name: "Xã", On: "2025-07-01"})
	for _, p := range []string{"an", "ba"} {
		h.Append("directory.person."+p, events.PersonRegistered{Person: p}, events.MembershipBegan{Person: p, Unit: "xa", On: "2025-07-01"})
	}
	h.Append("directory.person.an", events.RoleGranted{Person: "an", Role: events.RoleHead, Unit: "xa"})
	h.Settle()
	head := rpc.Grant{Role: events.RoleHead, Unit: "xa"}
	req := GiveStandInRequest{Person: "ba", Role: events.RoleHead, Unit: "xa", From: "2026-11-23", Until: "2026-11-30", Reason: "leave"}
	if _, err := GiveStandIn.Call(h.As("an", head), h.Client, req); err != nil {
		t.Fatal(err)
	}
	for reason, spoil := range map[fault.Kind]func(*GiveStandInRequest){
		fault.Denied:  func(r *GiveStandInRequest) { r.Role = events.RoleAdmin },
		fault.Invalid: func(r *GiveStandInRequest) { r.Reason = "because" },
	} {
		bad := req
		spoil(&bad)
		_, err := GiveStandIn.Call(h.As("an", head), h.Client, bad)
		hosttest.Refused(t, err, reason)
	}
	_, err := GiveStandIn.Call(h.As("ba", rpc.Grant{Role: events.RoleHead, Unit: "xa", OnBehalf: "an"}), h.Client, req)
	hosttest.Refused(t, err, fault.Denied)
	lent := func() int {
		got, err := StandInsOf.Call(h.AsSystem(), h.Client, StandInsOfRequest{Person: "ba"})
		if err != nil {
			t.Fatal(err)
		}
		return len(got)
	}
	if lent() != 1 {
		t.Error("nothing is lent")
	}
	rights, err := WhoMay.Call(h.As("root", rpc.Grant{Role: events.RoleAdmin}), h.Client, WhoMayRequest{Person: "ba", Day: "2026-11-23"})
	if err != nil || len(rights) != 2 {
		t.Errorf("rights: %+v, %v", rights, err)
	}
	h.Append("directory.person.an", events.RoleWithdrawn{Person: "an", Role: events.RoleHead, Unit: "xa"})
	h.Settle()
	if lent() != 0 {
		t.Error("the stand-in outlives the role")
	}
}

// Given many looks of an hour, then each reader and object is one fact, and one's own data are no look.
func TestLooksOfAnHourAreOneFact(t *testing.T) {
	h := hosttest.Run(t, events.All(), func(d host.Deps) (host.Service, error) { return New(d), nil })
	s := rpc.Signature{Name: "quiz.get-trail"}
	lan := rpc.Look{Objects: []rpc.Object{{Kind: rpc.AboutPerson, ID: "lan"}}}
	for range 3 {
		r := NewRecorder(h.Deps) // as another process would
		r.Read(h.As("hoa"), s, lan)
		r.Read(h.As("hoa"), s, lan)
		r.Read(h.As("lan"), s, lan)
	}
	h.Clock.Advance(time.Hour)
	NewRecorder(h.Deps).Read(h.As("hoa"), s, lan)
	h.Settle()
	looks, err := WhoLooked.Call(h.As("lan"), h.Client, WhoLookedRequest{})
	if err != nil || len(looks) != 2 || looks[0].Hour != "2026112309" || looks[1].Hour != "2026112308" || looks[0].Reader != "hoa" {
		t.Errorf("got %+v, %v", looks, err)
	}
	_, err = WhoLooked.Call(h.As("minh"), h.Client, WhoLookedRequest{Person: "lan"})
	hosttest.Refused(t, err, fault.Denied)
}

// Given a list in pages, then whoever was on a page shown was looked at, once an hour, and nobody else; a whole unit is all
// who stand in it; a list of nobody is no look.
func TestOnlyWhoWasOnThePageWasLookedAt(t *testing.T) {
	h := hosttest.Run(t, events.All(), func(d host.Deps) (host.Service, error) { return New(d), nil })
	h.Append("directory.unit.xa", events.UnitEstablished{Unit: "xa", Name: "Xã", On: "2025-07-01"})
	for _, p := range []string{"an", "ba", "chi"} {
		h.Append("directory.person."+p, events.PersonRegistered{Person: p}, events.MembershipBegan{Person: p, Unit: "xa", On: "2025-07-01"})
	}
	list, report := rpc.Signature{Name: "directory.list-people"}, rpc.Signature{Name: "reporting.download-competency"}
	xa := []rpc.Object{{Kind: rpc.AboutUnit, ID: "xa"}}
	page := func(people ...string) rpc.Look { return rpc.Look{Objects: xa, Listed: true, People: people} }
	for range 2 {
		r := NewRecorder(h.Deps) // as another process would
		r.Read(h.As("hoa"), list, page())
		r.Read(h.As("hoa"), list, page("an", "hoa"))
		r.Read(h.As("hoa"), list, page("an", "ba"))
	}
	h.Settle()
	counts := func(want map[string]int) {
		t.Helper()
		for person, n := range want {
			looks, err := WhoLooked.Call(h.As(person), h.Client, WhoLookedRequest{})
			if err != nil || len(looks) != n {
				t.Errorf("%s: %+v, %v", person, looks, err)
			}
		}
	}
	counts(map[string]int{"an": 1, "ba": 1, "chi": 0, "hoa": 0})
	if at, err := WhoLookedAt.Call(h.As("root", rpc.Grant{Role: events.RoleAdmin}), h.Client, WhoLookedAtRequest{Unit: "xa"}); err != nil || len(at) != 1 {
		t.Errorf("at the unit: %+v, %v", at, err)
	}
	NewRecorder(h.Deps).Read(h.As("hoa"), report, rpc.Look{Objects: xa})
	NewRecorder(h.Deps).Read(h.As("hoa", rpc.Grant{Role: events.RoleAnalyst}), rpc.Signature{Name: report.Name, Allow: []string{events.RoleAnalyst}}, rpc.Look{})
	h.Settle()
	counts(map[string]int{"an": 3, "ba": 3, "chi": 2})
}
