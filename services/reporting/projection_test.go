package reporting

import (
	"testing"

	"khuevan/events"
	"khuevan/platform/readmodel"
)

func TestRowsAndLinesFollowTheStory(t *testing.T) {
	member := []events.Event{began("lan", "skhcn")}
	one := counts{People: 1, Assigned: 1}
	for name, c := range map[string]struct {
		story []events.Event
		state string
		line  counts // of all courses
	}{
		"assigned":                      {[]events.Event{enrolled("lan", "attt", 1)}, stateAssigned, one},
		"a lesson started":              {[]events.Event{enrolled("lan", "attt", 1), started("lan", "attt", 1)}, stateStarted, one.plus(counts{Started: 1})},
		"a lesson and an attempt":       {[]events.Event{enrolled("lan", "attt", 1), started("lan", "attt", 1), attempted("lan", "attt", 1)}, stateStarted, one.plus(counts{Started: 1})},
		"passed":                        {[]events.Event{enrolled("lan", "attt", 1), passed("lan", "attt", 1)}, statePassed, one.plus(counts{Started: 1, Passed: 1})},
		"completed":                     {[]events.Event{enrolled("lan", "attt", 1), passed("lan", "attt", 1), completed("lan", "attt", 1)}, stateCompleted, one.plus(counts{Started: 1, Passed: 1, Completed: 1})},
		"certified":                     {[]events.Event{enrolled("lan", "attt", 1), completed("lan", "attt", 1), certified("lan", "attt", 1)}, stateCompleted, one.plus(counts{Started: 1, Completed: 1, Certified: 1})},
		"a new period starts again":     {[]events.Event{enrolled("lan", "attt", 1), completed("lan", "attt", 1), enrolled("lan", "attt", 2)}, stateAssigned, one},
		"the old period counts no more": {[]events.Event{enrolled("lan", "attt", 1), enrolled("lan", "attt", 2), completed("lan", "attt", 1)}, stateAssigned, one},
		"an old period comes late":      {[]events.Event{enrolled("lan", "attt", 2), started("lan", "attt", 2), enrolled("lan", "attt", 1)}, stateStarted, one.plus(counts{Started: 1})},
		"another course":                {[]events.Event{enrolled("lan", "attt", 1), enrolled("lan", "cds", 1), started("lan", "cds", 1)}, stateAssigned, counts{People: 1, Assigned: 2, Started: 1}},
	} {
		v := project(t, tell(t, append(member, c.story...)...), readmodel.NewMemory())
		row, _, err := v.rows.Get(t.Context(), rowID("lan", "attt"))
		if err != nil || row.State != c.state || row.Unit != "skhcn" {
			t.Errorf("%s: row %+v, %v", name, row, err)
		}
		if line, _, err := v.lines.Get(t.Context(), lineID("skhcn", "")); err != nil || line.counts != c.line {
			t.Errorf("%s: line %+v, %v", name, line, err)
		}
	}
}

func TestWhoMovesTakesEverythingAlong(t *testing.T) {
	past := []events.Event{enrolled("lan", "attt", 1), began("lan", "a"), passed("lan", "attt", 1)}
	full := counts{Assigned: 1, Started: 1, Passed: 1}
	for name, c := range map[string]struct {
		moves []events.Event
		unit  string
	}{
		"stays":                                {nil, "a"},
		"leaves, then joins":                   {[]events.Event{ended("lan", "a"), began("lan", "b")}, "b"},
		"joins, then leaves":                   {[]events.Event{began("lan", "b"), ended("lan", "a")}, "b"},
		"holds a second post":                  {[]events.Event{began("lan", "b")}, "b"},
		"gives the second post back":           {[]events.Event{began("lan", "b"), ended("lan", "b")}, "a"},
		"leaves for good":                      {[]events.Event{ended("lan", "a")}, ""},
		"begins another post in the same unit": {[]events.Event{began("lan", "b"), began("lan", "a")}, "a"},
	} {
		v := project(t, tell(t, append(past, c.moves...)...), readmodel.NewMemory())
		for _, unit := range []string{"a", "b"} {
			want, people := counts{}, counts{}
			if unit == c.unit {
				want, people = full, full.plus(counts{People: 1})
			}
			course, _, err1 := v.lines.Get(t.Context(), lineID(unit, "attt"))
			all, _, err2 := v.lines.Get(t.Context(), lineID(unit, ""))
			if err1 != nil || err2 != nil || course.counts != want || all.counts != people {
				t.Errorf("%s: unit %s has %+v and %+v", name, unit, course.counts, all.counts)
			}
		}
		if row, _, err := v.rows.Get(t.Context(), rowID("lan", "attt")); err != nil || row.Unit != c.unit || row.State != statePassed {
			t.Errorf("%s: %+v, %v", name, row, err)
		}
	}
}
