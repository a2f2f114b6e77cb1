package reporting

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/jetstream"
	"khuevan/platform/readmodel"
)

var errCrash = errors.New("crash")

// brittle is a store without transactions: it may die after any document of a commit, before the position.
type brittle struct {
	readmodel.Store
	t       *rapid.T
	crashes int // still to come
}

func (b *brittle) Commit(ctx context.Context, c readmodel.Commit) error {
	if b.crashes == 0 || !rapid.Bool().Draw(b.t, "crash") {
		return b.Store.Commit(ctx, c)
	}
	b.crashes--
	total := 0
	for _, w := range c.Writes {
		total += len(w.Docs)
	}
	left := rapid.IntRange(0, total).Draw(b.t, "documents written")
	var part []readmodel.Write
	for _, w := range c.Writes {
		n := min(left, len(w.Docs))
		left -= n
		part = append(part, readmodel.Write{Spec: w.Spec, Docs: w.Docs[:n]})
	}
	if err := b.Store.Commit(ctx, readmodel.Commit{Projection: c.Projection, Writes: part}); err != nil {
		return err
	}
	return errCrash
}

// batched hands a story on in batches of any size.
type batched struct {
	story
	t *rapid.T
}

func (b batched) Read(_ context.Context, after uint64, nouns []string, fn func([]eventsource.Recorded) error) error {
	facts := slices.DeleteFunc(b.of(nouns), func(r eventsource.Recorded) bool { return r.Seq <= after })
	for len(facts) > 0 {
		n := rapid.IntRange(1, len(facts)).Draw(b.t, "batch")
		if err := fn(facts[:n]); err != nil {
			return err
		}
		facts = facts[n:]
	}
	return errEnd
}

// drawStory draws a history that may happen: units, moves, periods, progress, repetitions.
func drawStory(t *rapid.T) []events.Event {
	units, people, courses := rapid.IntRange(1, 5).Draw(t, "units"), rapid.IntRange(1, 5).Draw(t, "people"), []string{"attt", "cds"}
	var all []events.Event
	for i := range units {
		parent := ""
		if i > 0 {
			parent = fmt.Sprintf("u%d", rapid.IntRange(0, i-1).Draw(t, "parent"))
		}
		all = append(all, unit(fmt.Sprintf("u%d", i), parent))
	}
	periods, standing := map[string]int{}, map[string][]int{}
	milestones := []func(string, string, int) events.Event{started, attempted, passed, completed, certified, excused, unexcused}
	for range rapid.IntRange(0, 60).Draw(t, "facts") {
		person := fmt.Sprintf("p%d", rapid.IntRange(0, people-1).Draw(t, "person"))
		course := rapid.SampledFrom(courses).Draw(t, "course")
		key := person + course
		switch what := rapid.IntRange(0, 13).Draw(t, "what"); {
		case what == 13 && len(standing[key]) > 0:
			last := len(standing[key]) - 1
			all = append(all, withdrawn(person, course, standing[key][last]))
			standing[key] = standing[key][:last]
		case what > 9:
			all = append(all, reorganised(t, len(all), units, person))
		case what < 2:
			all = append(all, began(person, fmt.Sprintf("u%d", rapid.IntRange(0, units-1).Draw(t, "unit"))))
		case what < 3:
			all = append(all, ended(person, fmt.Sprintf("u%d", rapid.IntRange(0, units-1).Draw(t, "unit"))))
		case what < 5 || periods[key] == 0:
			periods[key]++
			standing[key] = append(standing[key], periods[key])
			all = append(all, enrolled(person, course, periods[key]))
		case what < 9:
			period := rapid.IntRange(max(1, periods[key]-1), periods[key]).Draw(t, "period")
			all = append(all, rapid.SampledFrom(milestones).Draw(t, "milestone")(person, course, period))
		default: // the same again
			all = append(all, all[len(all)-1])
		}
	}
	return all
}

// reorganised draws a fact that brings people elsewhere: also circles, which the directory would refuse.
func reorganised(t *rapid.T, told, units int, person string) events.Event {
	unit := func() string { return fmt.Sprintf("u%d", rapid.IntRange(0, units-1).Draw(t, "unit")) }
	day := fmt.Sprintf("2026-01-0%d", rapid.IntRange(1, 9).Draw(t, "day"))
	if rapid.Bool().Draw(t, "ahead") {
		day = fmt.Sprintf("2026-12-0%d", rapid.IntRange(1, 9).Draw(t, "day"))
	}
	switch rapid.IntRange(0, 8).Draw(t, "reorganised") {
	case 0:
		return events.UnitMoved{Unit: unit(), Parent: unit(), On: day}
	case 1:
		return events.UnitEnded{Unit: unit(), How: events.UnitMerged, Into: []string{unit()}, On: day}
	case 2:
		return events.UnitEnded{Unit: unit(), How: events.UnitDissolved, On: day}
	case 3:
		return events.UnitFactWithdrawn{Unit: unit(), Fact: uint64(rapid.IntRange(units+1, units+told).Draw(t, "fact"))} //nolint:gosec // positive
	case 4:
		return events.MembershipRestated{Person: person, Membership: unit(), Unit: unit(), On: day}
	case 5:
		return events.CareerDayCame{Person: person, On: day}
	case 6:
		return events.PersonRetired{Person: person, On: day}
	case 7:
		return events.PersonErased{Person: person, At: morning}
	default:
		return events.PersonReturned{Person: person, On: day}
	}
}

// branchesAgree holds the tree of a day against the recount of whole branches: nobody is lost in a reorganisation.
func branchesAgree(t testing.TB, rt *rapid.T, s story, told map[lineKey]counts, counted *tally) {
	day := fmt.Sprintf("2026-01-0%d", rapid.IntRange(1, 9).Draw(rt, "day of the tree"))
	tree, err := project(t, s, readmodel.NewMemory()).treeOn(context.Background(), day)
	if err != nil {
		rt.Fatal(err)
	}
	if _, diff := differences(shown{tree: tree, day: day, lines: told}, counted); len(diff) > 0 {
		rt.Fatalf("on %s %+v", day, diff)
	}
	own, people := map[string]counts{}, 0
	for key, c := range told {
		if key.course == "" && tree.has(key.unit) {
			own[key.unit], people = c, people+c.People
		}
	}
	if all := tree.totals("", own)[""]; all.People != people {
		rt.Fatalf("the whole tree has %d people of %d", all.People, people)
	}
}

func recountAll(t testing.TB, s story) *tally {
	c, err := newTally()
	if err != nil {
		t.Fatal(err)
	}
	end := uint64(len(s))
	if err := s.scan(context.Background(), 0, false, func(raw jetstream.Raw) error {
		return c.take(raw, shown{rollupsAt: end, structureAt: end})
	}); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLinesEqualTheRecountWhateverHappens(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := tell(t, drawStory(rt)...)
		store := &brittle{Store: readmodel.NewMemory(), t: rt, crashes: 6}
		v := runThroughCrashes(rt, s, store)
		counted := recountAll(t, s)
		if len(counted.broken) > 0 {
			rt.Fatal(counted.broken)
		}
		told, err := (&api{views: v}).linesNow()
		if err != nil {
			rt.Fatal(err)
		}
		if _, diff := differ(told, counted.lines()); len(diff) > 0 {
			rt.Fatalf("%+v", diff)
		}
		branchesAgree(t, rt, s, told, counted)
		for key, c := range told {
			q := readmodel.Query{Index: "unit", Equal: []any{key.unit}}
			if key.course != "" {
				q.Equal = append(q.Equal, key.course)
			}
			if n, err := v.rows.Count(context.Background(), q); err != nil || n != c.Assigned {
				rt.Fatalf("%+v shows %d, the list has %d (%v)", key, c.Assigned, n, err)
			}
		}
	})
}

// runThroughCrashes projects until the end of the story: in new processes, or in the one that saw its store fail.
func runThroughCrashes(t *rapid.T, s story, store readmodel.Store) *views {
	var v *views
	for {
		if v == nil || rapid.Bool().Draw(t, "new process") {
			v = newViews()
			if err := v.rollups.Open(context.Background(), store, "reporting"); err != nil {
				t.Fatal(err)
			}
		}
		err := v.rollups.Run(context.Background(), batched{s, t})
		if errors.Is(err, errEnd) {
			return v
		}
		if !errors.Is(err, errCrash) {
			t.Fatal(err)
		}
	}
}

func (a *api) linesNow() (map[lineKey]counts, error) {
	lines := map[lineKey]counts{}
	err := a.views.lines.Each(context.Background(), readmodel.Query{}, func(d lineDoc) error {
		lines[lineKey{d.Unit, d.Course}] = d.counts
		return nil
	})
	return lines, err
}
