package directory

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// province of a few units under fixed parents, for an import does not move a unit.
var parents = map[string]string{"R": "", "R-A": "R", "R-B": "R", "R-A-1": "R-A"}

func drawUnits(t *rapid.T, all bool) map[string]string {
	rows := map[string]string{}
	for _, code := range slices.Sorted(maps.Keys(parents)) {
		if all || rapid.Bool().Draw(t, "has "+code) {
			rows[code] = strings.Join([]string{code, rapid.SampledFrom([]string{"Phòng", "Ban", "Đội"}).Draw(t, "name"),
				rapid.SampledFrom([]string{"division", "department"}).Draw(t, "kind"), parents[code],
				rapid.SampledFrom([]string{"2025-07-01", "2026-01-01"}).Draw(t, "on")}, ",")
		}
	}
	return rows
}

func drawPeople(t *rapid.T) map[string]string {
	rows := map[string]string{}
	for _, code := range []string{"P-1", "P-2", "P-3", "P-4"} {
		if rapid.Bool().Draw(t, "has "+code) {
			rows[code] = strings.Join([]string{code, rapid.SampledFrom([]string{"Lan", "Minh"}).Draw(t, "name") + " " + code, // nobody is in doubt
				strings.ToLower(code) + "@" + rapid.SampledFrom([]string{"x.example", "y.example"}).Draw(t, "domain"),
				rapid.SampledFrom([]string{"", "1970", "1971"}).Draw(t, "year"), rapid.SampledFrom(slices.Sorted(maps.Keys(parents))).Draw(t, "unit"),
				rapid.SampledFrom(postIDs()).Draw(t, "post"), rapid.SampledFrom([]string{"", "learner", "head", "head;admin", "trainer;analyst"}).Draw(t, "roles")}, ",")
		}
	}
	return rows
}

func filesOf(t *rapid.T, units, people map[string]string) ImportFiles {
	shuffled := func(rows map[string]string, what string) []string {
		return rapid.Permutation(slices.Sorted(maps.Values(rows))).Draw(t, what)
	}
	return ImportFiles{Units: unitsCSV(shuffled(units, "order of units")...), People: peopleCSV(shuffled(people, "order of people")...)}
}

// However a directory came about, it is the one that the last state of every code makes; and the same again changes nothing.
func TestOnlyTheLastStateOfEachCodeCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		step, once := newHouse(t, true), newHouse(t, true)
		defer step.stop()
		defer once.stop()
		lastUnits, lastPeople := map[string]string{}, map[string]string{}
		for n := range rapid.IntRange(1, 4).Draw(t, "imports") {
			units, people := drawUnits(t, n == 0), drawPeople(t)
			maps.Copy(lastUnits, units)
			maps.Copy(lastPeople, people)
			if preview, _ := step.takes(filesOf(t, units, people)); len(preview.Problems) > 0 {
				t.Fatalf("problems %+v", preview.Problems)
			}
		}
		last := filesOf(t, lastUnits, lastPeople)
		once.takes(last)
		gotUnits, gotPeople := step.directory()
		wantUnits, wantPeople := once.directory()
		if !reflect.DeepEqual(gotUnits, wantUnits) || !reflect.DeepEqual(gotPeople, wantPeople) {
			t.Fatalf("step by step:\n%q\n%q\nat once:\n%q\n%q", gotUnits, gotPeople, wantUnits, wantPeople)
		}
		before := len(step.journal.All())
		_, done := step.takes(last)
		if done.Units != (Changes{Same: len(lastUnits)}) || done.People != (Changes{Same: len(lastPeople)}) || len(step.journal.All()) != before {
			t.Fatalf("again: %+v, %d more facts", done, len(step.journal.All())-before)
		}
	})
}
