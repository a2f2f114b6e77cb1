package organisation_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/organisation"
)

// morning is when the n-th fact was recorded.
func morning(n uint64) time.Time {
	return time.Date(2025, 1, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Hour)
}

func known(first uint64, facts ...events.Event) []organisation.Known {
	all := make([]organisation.Known, len(facts))
	for i, f := range facts {
		seq := first + uint64(i)
		all[i] = organisation.Known{Seq: seq, At: morning(seq), Fact: f}
	}
	return all
}

func unit(id, parent, on string) events.UnitEstablished {
	return events.UnitEstablished{Unit: id, Code: strings.ToUpper(id), Name: "Đơn vị " + id, Kind: "commune", Parent: parent, On: on}
}

func merged(id, into, on string) events.UnitEnded {
	return events.UnitEnded{Unit: id, How: events.UnitMerged, Into: []string{into}, On: on}
}

func began(unit, on string) events.MembershipBegan {
	return events.MembershipBegan{Person: "p", Unit: unit, Post: "clerk", On: on}
}

// province is two districts of two communes each, of which one district is merged into the province and one pair of
// communes into a new one on 1 July 2025.
func province() *organisation.Structure {
	return organisation.Structured(known(1, unit("p", "", "2000-01-01"), unit("d", "p", "2000-01-01"), unit("e", "p", "2000-01-01"),
		unit("d1", "d", "2000-01-01"), unit("d2", "d", "2000-01-01"), unit("e1", "e", "2000-01-01"), unit("e2", "e", "2000-01-01"),
		unit("n", "p", "2025-07-01"), merged("d1", "n", "2025-07-01"), merged("d2", "n", "2025-07-01"), merged("d", "p", "2025-07-01"),
		merged("e", "p", "2025-07-01")))
}

func outline(t *organisation.Tree) string {
	var b strings.Builder
	t.Each(func(u organisation.Unit) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(u.Parent + "/" + u.ID)
	})
	return b.String()
}

func TestTheTreeOfADay(t *testing.T) {
	s := province()
	for day, want := range map[string]string{
		"1999-12-31": "",
		"2025-06-30": "/p p/d d/d1 d/d2 p/e e/e1 e/e2",
		"2025-07-01": "/p p/e1 p/e2 p/n",
	} {
		if got := outline(s.On(day)); got != want {
			t.Errorf("on %s: %s, want %s", day, got, want)
		}
	}
	if got := outline(s.AsKnown(morning(10)).On("2025-07-01")); got != "/p p/d p/e e/e1 e/e2 p/n" {
		t.Errorf("as known before the districts were abolished: %s", got)
	}
}

func TestLineage(t *testing.T) {
	s := province()
	if got := s.Follow("d1", "2025-07-01"); got != "n" {
		t.Errorf("d1 leads to %s", got)
	}
	if got := s.Follow("d1", "2025-06-30"); got != "d1" {
		t.Errorf("a day before, d1 leads to %s", got)
	}
	var from []string
	for _, d := range s.Origins("n", "2026-01-01") {
		from = append(from, d.From+" "+d.How+" "+d.On)
	}
	if !slices.Equal(from, []string{"d1 merged 2025-07-01", "d2 merged 2025-07-01"}) {
		t.Errorf("n came of %q", from)
	}
	if became := s.Became("d", "2026-01-01"); len(became) != 1 || became[0].Into[0] != "p" || became[0].On != "2025-07-01" {
		t.Errorf("d became %+v", became)
	}
}

func TestALaterFactAboutADayWinsAndAWithdrawnOneHoldsNever(t *testing.T) {
	s := province().With(known(20, events.UnitRenamed{Unit: "e1", Name: "Một", On: "2025-08-01"}, events.UnitRenamed{Unit: "e1", Name: "Hai", On: "2025-08-01"},
		events.UnitRenamed{Unit: "e1", Name: "Xưa", On: "2010-01-01"})...)
	name := func(s *organisation.Structure, day string) string { u, _ := s.Unit("e1", day); return u.Name }
	if a, b, c := name(s, "2025-08-01"), name(s, "2012-01-01"), name(s, "2009-01-01"); a != "Hai" || b != "Xưa" || c != "Đơn vị e1" {
		t.Errorf("named %s, %s, %s", a, b, c)
	}
	s = s.With(known(23, events.UnitFactWithdrawn{Unit: "e1", Fact: 21})...)
	if got := name(s, "2025-08-01"); got != "Một" {
		t.Errorf("once the later one is withdrawn: %s", got)
	}
	s = s.With(known(24, events.UnitFactWithdrawn{Unit: "e1", Fact: 23})...)
	if got := name(s, "2025-08-01"); got != "Hai" {
		t.Errorf("once the withdrawal is withdrawn: %s", got)
	}
	if got := name(s.AsKnown(morning(23)), "2025-08-01"); got != "Một" {
		t.Errorf("as known in between: %s", got)
	}
}

func TestARestatedUnitKeepsItsParent(t *testing.T) {
	s := province().With(known(20, events.UnitMoved{Unit: "e1", Parent: "n", On: "2026-01-01"}, unit("e1", "n", "2001-01-01"))...)
	if u, _ := s.On("2024-01-01").Unit("e1"); u.Parent != "e" {
		t.Errorf("in 2024 it stands below %s", u.Parent)
	}
	if u, _ := s.On("2026-01-01").Unit("e1"); u.Parent != "n" {
		t.Errorf("in 2026 it stands below %s", u.Parent)
	}
}

func TestStepsThatCannotBe(t *testing.T) {
	s := province()
	bad := map[string][]events.Event{
		"a circle":                       {events.UnitMoved{Unit: "p", Parent: "n", On: "2026-01-01"}},
		"below itself":                   {events.UnitMoved{Unit: "n", Parent: "n", On: "2026-01-01"}},
		"below a unit that is no more":   {events.UnitMoved{Unit: "n", Parent: "d", On: "2026-01-01"}},
		"a unit that is no more":         {events.UnitRenamed{Unit: "d", Name: "x", On: "2026-01-01"}},
		"a unit not yet begun":           {events.UnitRenamed{Unit: "n", Name: "x", On: "2025-01-01"}},
		"a code twice":                   {events.UnitRenamed{Unit: "n", Code: "E1", On: "2026-01-01"}},
		"children left behind":           {events.UnitEnded{Unit: "p", How: events.UnitDissolved, On: "2026-01-01"}},
		"children left behind by a past": {events.UnitEnded{Unit: "e", How: events.UnitDissolved, On: "2020-01-01"}},
		"a split into one":               {events.UnitEnded{Unit: "n", How: events.UnitSplit, Into: []string{"e1"}, On: "2026-01-01"}},
		"a merger into itself":           {merged("n", "n", "2026-01-01")},
		"a merger into nothing":          {events.UnitEnded{Unit: "n", How: events.UnitMerged, On: "2026-01-01"}},
		"a successor withdrawn":          {events.UnitFactWithdrawn{Unit: "p", Fact: 1}},
		"a successor that never was":     {events.UnitFactWithdrawn{Unit: "n", Fact: 8}},
		"a parent merged into its child": {merged("p", "n", "2026-01-01")},
	}
	for what, facts := range bad {
		if _, why := s.Check(known(30, facts...)...); why == nil || why.Vi == "" || why.Error() == "" {
			t.Errorf("%s is accepted", what)
		}
	}
	good := map[string][]events.Event{
		"a new name in the past":    {events.UnitRenamed{Unit: "e1", Name: "x", On: "2001-01-01"}},
		"a code that became free":   {events.UnitRenamed{Unit: "n", Code: "D1", On: "2026-01-01"}},
		"children that move before": {events.UnitMoved{Unit: "e1", On: "2026-01-01"}, events.UnitMoved{Unit: "e2", On: "2026-01-01"}, events.UnitMoved{Unit: "n", On: "2026-01-01"}, events.UnitEnded{Unit: "p", How: events.UnitDissolved, On: "2026-01-01"}},
		"a split with new units": {unit("x", "p", "2026-01-01"), unit("y", "p", "2026-01-01"),
			events.UnitEnded{Unit: "n", How: events.UnitSplit, Into: []string{"x", "y"}, On: "2026-01-01"}},
		"a whole step withdrawn": {events.UnitFactWithdrawn{Unit: "d1", Fact: 9}, events.UnitFactWithdrawn{Unit: "d2", Fact: 10}, events.UnitFactWithdrawn{Unit: "n", Fact: 8}},
	}
	for what, facts := range good {
		if _, why := s.Check(known(30, facts...)...); why != nil {
			t.Errorf("%s: %v", what, why)
		}
	}
}

func TestWhereAPersonStands(t *testing.T) {
	s := province()
	c := organisation.CareerOf(known(1, began("d1", "2020-01-01")))
	if p, ok := s.Place(c, "2025-06-30"); !ok || p.Unit != "d1" || p.ToPlace {
		t.Errorf("before the merger: %+v", p)
	}
	if p, ok := s.Place(c, "2025-07-01"); !ok || p.Unit != "n" || p.ToPlace || p.Membership.Unit != "d1" {
		t.Errorf("the merger carries her: %+v", p)
	}
	if _, ok := s.Place(c, "2019-12-31"); ok {
		t.Error("she stands somewhere before she came")
	}
	split := s.With(known(20, unit("x", "p", "2026-01-01"), unit("y", "p", "2026-01-01"),
		events.UnitEnded{Unit: "n", How: events.UnitSplit, Into: []string{"x", "y"}, On: "2026-01-01"})...)
	if p, _ := split.Place(c, "2026-01-01"); p.Unit != "n" || !p.ToPlace {
		t.Errorf("after the split: %+v", p)
	}
	c = c.With(known(30, events.MembershipEnded{Person: "p", Unit: "d1", On: "2026-01-01"}, began("y", "2026-01-01"))...)
	if p, _ := split.Place(c, "2026-01-01"); p.Unit != "y" || p.ToPlace {
		t.Errorf("once placed: %+v", p)
	}
	if got := split.Restated("d1", c, "2026-02-01"); got != "y" {
		t.Errorf("her former unit is restated to %s", got)
	}
}

func TestCareers(t *testing.T) {
	facts := known(1, began("a", "2020-01-01"),
		events.MembershipBegan{Person: "p", Unit: "b", Post: "it-officer", On: "2021-01-01", Membership: "m2", Kind: events.MembershipConcurrent},
		events.MembershipBegan{Person: "p", Unit: "c", Post: "officer", On: "2022-01-01", Membership: "m3", Kind: events.MembershipSecondment, Until: "2022-07-01"},
		events.LeaveBegan{Person: "p", On: "2023-01-01"}, events.LeaveEnded{Person: "p", On: "2023-07-01"},
		events.PersonRetired{Person: "p", On: "2030-01-01"})
	c := organisation.CareerOf(facts)
	units := func(day string) string {
		var all []string
		for _, m := range c.Held(day) {
			all = append(all, m.Unit)
		}
		return strings.Join(all, "")
	}
	for day, want := range map[string]string{"2019-01-01": "", "2020-01-01": "a", "2022-06-30": "abc", "2022-07-01": "ab", "2030-01-01": ""} {
		if got := units(day); got != want {
			t.Errorf("on %s she is a member of %q, want %q", day, got, want)
		}
	}
	if home, _ := c.Home("2022-06-01"); home.Unit != "a" {
		t.Errorf("she counts in %s", home.Unit)
	}
	if c.OnLeave("2022-12-31") || !c.OnLeave("2023-01-01") || c.OnLeave("2023-07-01") || !c.IsRetired("2031-01-01") {
		t.Error("absences are wrong")
	}
	c = c.With(known(7, events.PersonReturned{Person: "p", On: "2030-01-01"}, events.MembershipWithdrawn{Person: "p", Membership: "m2"},
		events.MembershipRestated{Person: "p", Membership: "a", Unit: "z", Post: "clerk", On: "2019-01-01"})...)
	if got := units("2031-01-01"); got != "z" {
		t.Errorf("after corrections she is a member of %q", got)
	}
	if got := len(c.AsKnown(morning(6)).Memberships); got != 3 {
		t.Errorf("before them %d memberships were known", got)
	}
	if home, ok := organisation.CareerOf(known(1, began("a", "2020-01-01"), began("a", "2021-01-01"))).Home("2020-05-01"); !ok || home.ID != "a~1" {
		t.Errorf("a changed post is %+v", home)
	}
}
