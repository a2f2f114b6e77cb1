package enrolment

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// twice delivers each fact two times, as after a crash, and then ends; one fact an hour from Monday on.
type twice []eventsource.Event

func (s twice) Read(_ context.Context, after uint64, _ []string, fn func([]eventsource.Recorded) error) error {
	for _, r := range recorded(s...)[after:] {
		for range 2 {
			if err := fn([]eventsource.Recorded{r}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s twice) Head(context.Context, []string) (uint64, error) { return uint64(len(s)), nil }

func recorded(past ...eventsource.Event) []eventsource.Recorded {
	all := make([]eventsource.Recorded, len(past))
	for i, e := range past {
		all[i] = eventsource.Recorded{Seq: uint64(i + 1), Fact: eventsource.Fact{Event: e, Meta: eventsource.Meta{Time: monday}}}
	}
	return all
}

func viewOf(t *testing.T, past ...eventsource.Event) view {
	t.Helper()
	v := newView()
	for _, p := range v.projections() {
		if err := p.Open(t.Context(), readmodel.NewMemory(), "enrolment"); err != nil {
			t.Fatal(err)
		}
		if err := p.Run(t.Context(), twice(past)); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

func established(id, parent string) events.UnitEstablished {
	return events.UnitEstablished{Unit: id, Parent: parent}
}

func began(person, unit string) events.MembershipBegan {
	return events.MembershipBegan{Person: person, Unit: unit}
}

func peopleOf(t *testing.T, v view, u unit, day string) ([]string, error) {
	people, err := v.people(t.Context(), u, day)
	return slices.Sorted(maps.Keys(people)), err
}

func TestPeopleOfAUnitAndThoseBelow(t *testing.T) {
	v := viewOf(t, established("tinh", ""), established("xa", "tinh"), established("van", "xa"), established("xa-2", "tinh"), established("x", "tinh"),
		began("lan", "van"), began("minh", "xa"), began("minh", "van"), began("an", "xa-2"), began("hoa", "tinh"), began("mai", "x"),
		began("cu", "xa"), events.MembershipEnded{Person: "cu", Unit: "xa", On: "2026-11-23"},
		began("sap", "xa"), events.MembershipEnded{Person: "sap", Unit: "xa", On: "2026-11-24"},
		began("ve", "xa"), events.MembershipEnded{Person: "ve", Unit: "xa", On: "2026-01-01"}, began("ve", "xa"))
	for id, want := range map[string][]string{
		"xa": {"lan", "minh", "sap", "ve"}, "xa-2": {"an"}, "van": {"lan", "minh"}, "x": {"mai"},
		"tinh": {"an", "hoa", "lan", "mai", "minh", "sap", "ve"},
	} {
		u, found, err := v.unit(t.Context(), id, "2026-11-23")
		if err != nil || !found {
			t.Fatal(id, found, err)
		}
		if got, err := peopleOf(t, v, u, "2026-11-23"); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("people of %s: %v, %v; want %v", id, got, err, want)
		}
	}
}

func TestNothingNewIsAskedOfAnErasedPerson(t *testing.T) {
	v := viewOf(t, established("tinh", ""), began("lan", "tinh"), began("minh", "tinh"),
		events.PersonErased{Person: "lan", At: monday, Units: []string{"tinh"}})
	for day, want := range map[string][]string{"2026-11-01": {"lan", "minh"}, clock.Local(monday).Format(time.DateOnly): {"minh"}} {
		u, found, err := v.unit(t.Context(), "tinh", day)
		if err != nil || !found {
			t.Fatal(found, err)
		}
		if got, err := peopleOf(t, v, u, day); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("on %s: %v, %v; want %v", day, got, err, want)
		}
	}
}

func TestPeopleFollowTheirUnits(t *testing.T) {
	past := []eventsource.Event{established("tinh", ""), established("xa", "tinh"), established("van", "xa"), established("so", "tinh"),
		began("lan", "van"), began("minh", "so"), began("hoa", "xa"),
		events.MembershipBegan{Person: "hoa", Unit: "so", Membership: "m2", Kind: events.MembershipConcurrent, Until: "2026-11-30"}}
	for what, c := range map[string]struct {
		facts  []eventsource.Event
		xa, so string
	}{
		"nothing":         {nil, "[hoa lan]", "[hoa minh]"},
		"a move":          {[]eventsource.Event{events.UnitMoved{Unit: "van", Parent: "so", On: "2026-11-01"}}, "[hoa]", "[hoa lan minh]"},
		"a later move":    {[]eventsource.Event{events.UnitMoved{Unit: "van", Parent: "so", On: "2026-12-01"}}, "[hoa lan]", "[hoa minh]"},
		"a merger":        {[]eventsource.Event{events.UnitEnded{Unit: "xa", How: events.UnitMerged, Into: []string{"so"}, On: "2026-11-01"}}, "[hoa]", "[hoa lan minh]"},
		"an undone move":  {[]eventsource.Event{events.UnitMoved{Unit: "van", Parent: "so", On: "2026-11-01"}, events.UnitFactWithdrawn{Unit: "van", Fact: 9}}, "[hoa lan]", "[hoa minh]"},
		"a second post":   {[]eventsource.Event{events.MembershipWithdrawn{Person: "hoa", Membership: "m2"}}, "[hoa lan]", "[minh]"},
		"a correction":    {[]eventsource.Event{events.MembershipRestated{Person: "lan", Membership: "van", Unit: "so", On: "2026-01-01"}}, "[hoa]", "[hoa lan minh]"},
		"a retirement":    {[]eventsource.Event{events.PersonRetired{Person: "lan", On: "2026-11-01"}}, "[hoa]", "[hoa minh]"},
		"a return":        {[]eventsource.Event{events.PersonRetired{Person: "lan", On: "2026-11-01"}, events.PersonReturned{Person: "lan", On: "2026-11-20"}}, "[hoa lan]", "[hoa minh]"},
		"the end of both": {[]eventsource.Event{events.MembershipEnded{Person: "hoa", Unit: "so", Membership: "m2", On: "2026-11-02"}}, "[hoa lan]", "[minh]"},
	} {
		v := viewOf(t, append(slices.Clone(past), c.facts...)...)
		for id, want := range map[string]string{"xa": c.xa, "so": c.so} {
			u, _, err := v.unit(t.Context(), id, "2026-11-23")
			if err != nil {
				t.Fatal(err)
			}
			if got, err := peopleOf(t, v, u, "2026-11-23"); err != nil || fmt.Sprint(got) != want {
				t.Errorf("after %s %s has %v, %v; want %s", what, id, got, err, want)
			}
		}
	}
}

func TestTheLatestPeriodIsShown(t *testing.T) {
	v := viewOf(t, assigned(1), completed(1), ticked(2, "c1", later))
	want := []Enrolment{{Person: "lan", Course: "attt", Period: 2, Version: 2, Since: monday, Due: later, Campaign: "c1"}}
	if got, err := v.mine(t.Context(), "lan"); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	v = viewOf(t, assigned(1), completed(1))
	if got, err := v.mine(t.Context(), "lan"); err != nil || len(got) != 1 || !got[0].Completed.Equal(monday) {
		t.Errorf("got %+v, %v; want it completed", got, err)
	}
	if got, err := v.mine(t.Context(), "minh"); err != nil || got == nil || len(got) != 0 {
		t.Errorf("somebody else has %+v, %v", got, err)
	}
}

// counting is a story at whose end assignment a1 has enrolled two people, of whom one has completed it; what lan
// completes later for a campaign does not count for a1.
func counting() []eventsource.Event {
	minh := assigned(1)
	minh.Person = "minh"
	an := ticked(1, "c1", monday)
	an.Person = "an"
	done := completed(1)
	done.Person = "an"
	return []eventsource.Event{
		events.AssignmentMade{Assignment: "a1", Course: "attt", Unit: "xa", Due: later},
		assigned(1), minh, an, completed(1), done, ticked(2, "c1", later), completed(2),
	}
}

func checkCounts(t *testing.T, v view) {
	t.Helper()
	want := []Assignment{{ID: "a1", Course: "attt", Unit: "xa", Due: later, Until: later, Made: monday, Enrolled: 2, Completed: 1}}
	if got, err := v.made(t.Context()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
}

func TestAnAssignmentCountsItsPeople(t *testing.T) { checkCounts(t, viewOf(t, counting()...)) }

// crashing writes only the first tables of a batch, and fails before it has written the position; once.
type crashing struct {
	readmodel.Store
	after   int
	crashed bool
}

var errCrash = errors.New("crash")

func (s *crashing) Commit(ctx context.Context, c readmodel.Commit) error {
	if s.crashed || len(c.Writes) <= s.after {
		return s.Store.Commit(ctx, c)
	}
	s.crashed = true
	if err := s.Store.Commit(ctx, readmodel.Commit{Projection: c.Projection, Writes: c.Writes[:s.after]}); err != nil {
		return err
	}
	return errCrash
}

// whole delivers all facts as one batch and then ends.
type whole struct{ twice }

func (s whole) Read(_ context.Context, after uint64, _ []string, fn func([]eventsource.Recorded) error) error {
	return fn(recorded(s.twice...)[after:])
}

func TestCountsSurviveACrashBetweenTables(t *testing.T) {
	for after := range 2 {
		v := newView()
		store := &crashing{Store: readmodel.NewMemory(), after: after}
		if err := v.projection.Open(t.Context(), store, "enrolment"); err != nil {
			t.Fatal(err)
		}
		if err := v.projection.Run(t.Context(), whole{counting()}); !errors.Is(err, errCrash) {
			t.Fatalf("got %v, want the crash", err)
		}
		if err := v.projection.Run(t.Context(), twice(counting())); err != nil {
			t.Fatal(err)
		}
		checkCounts(t, v)
	}
}

func TestRunningAssignments(t *testing.T) {
	due := func(id string, days int) events.AssignmentMade {
		return events.AssignmentMade{Assignment: id, Course: "attt", Unit: "xa", Due: monday.AddDate(0, 0, days)}
	}
	lasting := due("lasting", 0)
	lasting.Due, lasting.DueDays = time.Time{}, 10
	over := lasting
	over.Assignment = "over"
	got, err := viewOf(t, events.CoursePublished{Course: "attt", Version: 4}, lasting, over, events.AssignmentEnded{Assignment: "over"}, due("late", 3), due("past", -1), due("soon", 1)).running(t.Context(), monday.Add(time.Second))
	if err != nil || len(got) != 3 || got[0].ID != "soon" || got[1].ID != "late" || got[2].ID != "lasting" || got[0].version != 4 {
		t.Errorf("got %+v, %v; want soon, late, lasting", got, err)
	}
}

func TestCourses(t *testing.T) {
	one, two := events.CoursePublished{Course: "attt", Version: 1}, events.CoursePublished{Course: "attt", Version: 2}
	gone := events.CourseWithdrawn{Course: "attt"}
	for _, c := range []struct {
		past []eventsource.Event
		want course
	}{
		{[]eventsource.Event{one, two}, course{Course: "attt", Version: 2, Worth: map[int]worth{1: {}, 2: {}}}},
		{[]eventsource.Event{one, gone}, course{Course: "attt", Version: 1, Withdrawn: true, Worth: map[int]worth{1: {}}}},
		{[]eventsource.Event{one, gone, one}, course{Course: "attt", Version: 1, Worth: map[int]worth{1: {}}}},
	} {
		if got, _, err := viewOf(t, c.past...).courses.Get(t.Context(), "attt"); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("after %+v: %+v, %v; want %+v", c.past, got, err, c.want)
		}
	}
}
