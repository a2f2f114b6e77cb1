package organisation_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/events"
	"khuevan/organisation"
)

// world is a random province as it becomes known.
type world struct {
	t      *rapid.T
	seq    uint64
	s      *organisation.Structure
	people map[string]organisation.Career
	made   int
}

func (w *world) day(label string) string {
	return time.Date(2024, 1, 1+rapid.IntRange(0, 30).Draw(w.t, label), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

func (w *world) unit() string { return rapid.SampledFrom(w.s.IDs()).Draw(w.t, "unit") }

func (w *world) tell(facts ...events.Event) []organisation.Known {
	all := known(w.seq+1, facts...)
	w.seq += uint64(len(facts))
	return all
}

func (w *world) fresh(day string) events.UnitEstablished {
	w.made++
	return unit(fmt.Sprintf("u%d", w.made), w.unit(), day)
}

// reorganise tries a step; one that is refused leaves everything as it was.
func (w *world) reorganise() {
	day := w.day("day of the step")
	var step []events.Event
	switch rapid.IntRange(0, 6).Draw(w.t, "step") {
	case 0:
		step = []events.Event{w.fresh(day)}
	case 1:
		step = []events.Event{events.UnitRenamed{Unit: w.unit(), Name: fmt.Sprint("Tên ", w.seq), On: day}}
	case 2:
		step = []events.Event{events.UnitMoved{Unit: w.unit(), Parent: w.unit(), On: day}}
	case 3:
		step = []events.Event{merged(w.unit(), w.unit(), day)}
	case 4:
		a, b := w.fresh(day), w.fresh(day)
		step = []events.Event{a, b, events.UnitEnded{Unit: w.unit(), How: events.UnitSplit, Into: []string{a.Unit, b.Unit}, On: day}}
	case 5:
		step = []events.Event{events.UnitEnded{Unit: w.unit(), How: events.UnitDissolved, On: day}}
	case 6:
		id := w.unit()
		facts, _ := w.s.Facts(id)
		step = []events.Event{events.UnitFactWithdrawn{Unit: id, Fact: rapid.SampledFrom(facts).Draw(w.t, "fact").Seq}}
	}
	if next, why := w.s.Check(w.tell(step...)...); why == nil {
		w.s = next
	}
}

func (w *world) transfer() {
	person, day := fmt.Sprintf("p%d", rapid.IntRange(0, 4).Draw(w.t, "person")), w.day("day of the career")
	c := w.people[person]
	var facts []events.Event
	switch what := rapid.IntRange(0, 8).Draw(w.t, "career"); {
	case what < 3 || len(c.Memberships) == 0:
		if home, ok := c.Home(day); ok {
			facts = append(facts, events.MembershipEnded{Person: person, Unit: home.Unit, Membership: home.ID, On: day})
		}
		facts = append(facts, events.MembershipBegan{Person: person, Unit: w.unit(), On: day})
	case what == 3:
		facts = append(facts, events.MembershipBegan{Person: person, Unit: w.unit(), On: day, Membership: fmt.Sprint("m", w.seq), Kind: events.MembershipConcurrent})
	case what == 4:
		m := rapid.SampledFrom(c.Memberships).Draw(w.t, "membership")
		facts = append(facts, events.MembershipRestated{Person: person, Membership: m.ID, Unit: w.unit(), On: day})
	case what == 5:
		facts = append(facts, events.MembershipWithdrawn{Person: person, Membership: rapid.SampledFrom(c.Memberships).Draw(w.t, "membership").ID})
	case what == 6:
		facts = append(facts, events.PersonRetired{Person: person, On: day})
	case what == 7:
		facts = append(facts, events.PersonReturned{Person: person, On: day})
	default:
		facts = append(facts, events.LeaveBegan{Person: person, On: day})
	}
	w.people[person] = c.With(w.tell(facts...)...)
}

func days() []string {
	var all []string
	for d := range 33 {
		all = append(all, time.Date(2023, 12, 31+d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
	}
	return all
}

func total(counts map[string]int) (sum int) {
	for n := range maps.Values(counts) {
		sum += n
	}
	return sum
}

// picture is everything that is said about every day as known at a moment.
func (w *world) picture(at time.Time) []string {
	s, people := w.s.AsKnown(at), map[string]organisation.Career{}
	for id, c := range w.people {
		people[id] = c.AsKnown(at)
	}
	var all []string
	for _, day := range days() {
		count := s.Count(people, day)
		all = append(all, fmt.Sprint(day, outline(s.On(day)), count.Units, count.ToPlace, count.All))
	}
	return all
}

func TestBothLensesCountTheSamePeopleOnEveryDay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := &world{t: rt, people: map[string]organisation.Career{}, seq: 4}
		w.s = organisation.Structured(known(1, unit("r", "", "2023-12-01"), unit("a", "r", "2023-12-01"), unit("b", "r", "2023-12-01"), unit("c", "a", "2023-12-01")))
		var asOf time.Time
		var then []string
		steps := rapid.IntRange(1, 40).Draw(rt, "steps")
		for i := range steps {
			if rapid.Bool().Draw(rt, "people") {
				w.transfer()
			} else {
				w.reorganise()
			}
			if i == steps/2 {
				asOf = morning(w.seq)
				then = w.picture(asOf)
			}
		}
		if now := w.picture(asOf); !slices.Equal(now, then) {
			rt.Fatalf("what was known has changed:\n%q\n%q", then, now)
		}
		today := w.day("today")
		for _, day := range days() {
			w.reconciles(day, today)
		}
	})
}

func (w *world) reconciles(day, today string) {
	serving := 0
	for _, c := range w.people {
		if len(c.Held(day)) > 0 {
			serving++
		}
		home, ok := w.s.Place(c, day)
		if !ok {
			continue
		}
		once := w.s.Restated(home.Unit, c, today)
		if twice := w.s.Restated(once, c, today); once != twice {
			w.t.Fatalf("%s is restated to %s and then to %s", home.Unit, once, twice)
		}
	}
	count, restated, tree := w.s.Count(w.people, day), w.s.Restate(w.people, day, today), w.s.On(day)
	for what, c := range map[string]organisation.Count{"of the day": count, "restated": restated} {
		if c.All != serving || total(c.Units)+total(c.ToPlace) != serving {
			w.t.Fatalf("on %s %d people serve, but the lens %s counts %+v", day, serving, what, c)
		}
	}
	roots := 0
	for _, u := range tree.Below("") {
		roots += count.Sums(tree)[u.ID]
	}
	if roots != total(count.Units) {
		w.t.Fatalf("on %s the roots have %d people of %d", day, roots, total(count.Units))
	}
	whole := w.s.Whole(day)
	for _, id := range w.s.IDs() {
		if whole.Has(id) && !slices.Contains(whole.Subtree(top(whole, id)), id) {
			w.t.Fatalf("on %s %s stands below no root", day, id)
		}
		if len(count.Sums(tree)) > 0 && tree.Within(id, "r") != slices.ContainsFunc(tree.Path(id), func(u organisation.Unit) bool { return u.ID == "r" }) {
			w.t.Fatalf("on %s the path of %s and its place differ", day, id)
		}
	}
}

func top(w *organisation.Whole, id string) string {
	for w.Above(id) != "" {
		id = w.Above(id)
	}
	return id
}
