package programme_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"khuevan/events"
	"khuevan/programme"
)

// part asks for n of these courses, 0 for all; an equivalent stands behind its course: {"b", "b2"}.
func part(id string, n int, courses ...[]string) events.ProgrammePart {
	p := events.ProgrammePart{ID: id, AtLeast: n}
	for _, c := range courses {
		p.Courses = append(p.Courses, events.ProgrammeCourse{Course: c[0], Equivalents: c[1:]})
	}
	return p
}

func completed(courses ...string) func(string) bool {
	return func(c string) bool { return slices.Contains(courses, c) }
}

func TestStanding(t *testing.T) {
	basicAnd2of3 := []events.ProgrammePart{
		part("basic", 0, []string{"a"}, []string{"b", "b2"}),
		part("more", 2, []string{"x"}, []string{"y"}, []string{"z"}),
	}
	for _, c := range []struct {
		name  string
		parts []events.ProgrammePart
		done  []string
		want  []string // as fmt.Sprint of each part
		holds bool
	}{
		{"nothing", basicAnd2of3, nil, []string{"{basic 2 0 map[]}", "{more 2 0 map[]}"}, false},
		{"all of the basic part", basicAnd2of3, []string{"a", "b"}, []string{"{basic 2 2 map[a:a b:b]}", "{more 2 0 map[]}"}, false},
		{"an equivalent and two of three", basicAnd2of3, []string{"a", "b2", "x", "z"}, []string{"{basic 2 2 map[a:a b:b2]}", "{more 2 2 map[x:x z:z]}"}, true},
		{"a course and its equivalent fill one place", basicAnd2of3, []string{"b", "b2"}, []string{"{basic 2 1 map[b:b]}", "{more 2 0 map[]}"}, false},
		{"more than needed is not counted", basicAnd2of3, []string{"x", "y", "z"}, []string{"{basic 2 0 map[]}", "{more 2 2 map[x:x y:y]}"}, false},
		{
			"a course in two parts counts once", []events.ProgrammePart{part("p", 0, []string{"a"}), part("q", 0, []string{"a"})},
			[]string{"a"},
			[]string{"{p 1 1 map[a:a]}", "{q 1 0 map[]}"}, false,
		},
		{
			"an equivalent of two courses counts once", []events.ProgrammePart{part("p", 0, []string{"a", "e"}, []string{"b", "e"})},
			[]string{"e"},
			[]string{"{p 2 1 map[a:e]}"}, false,
		},
		{
			"a part leaves a course to the part that needs it and takes another", []events.ProgrammePart{part("p", 1, []string{"a"}, []string{"b"}), part("q", 0, []string{"a"})},
			[]string{"a", "b"},
			[]string{"{p 1 1 map[b:b]}", "{q 1 1 map[a:a]}"}, true,
		},
		{
			"a place leaves a course and takes an equivalent", []events.ProgrammePart{part("p", 0, []string{"a", "e"}), part("q", 0, []string{"a"})},
			[]string{"a", "e"},
			[]string{"{p 1 1 map[a:e]}", "{q 1 1 map[a:a]}"}, true,
		},
		{"no parts", nil, []string{"a"}, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, s := range programme.Standing(c.parts, completed(c.done...)) {
				got = append(got, fmt.Sprint(s))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if holds := programme.Holds(c.parts, completed(c.done...)); holds != c.holds {
				t.Errorf("holds: got %v", holds)
			}
		})
	}
}

var someCourses = []string{"a", "b", "c", "d", "e", "f"}

func someParts(t *rapid.T) []events.ProgrammePart {
	var parts []events.ProgrammePart
	for i := range rapid.IntRange(1, 3).Draw(t, "parts") {
		p := events.ProgrammePart{ID: fmt.Sprint("p", i)}
		for _, c := range someSet(t, "courses", 1, 3) {
			others := slices.DeleteFunc(someSet(t, "equivalents", 0, 2), func(e string) bool { return e == c })
			p.Courses = append(p.Courses, events.ProgrammeCourse{Course: c, Equivalents: others})
		}
		p.AtLeast = rapid.IntRange(0, len(p.Courses)).Draw(t, "at least")
		parts = append(parts, p)
	}
	return parts
}

func someSet(t *rapid.T, name string, low, high int) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(someCourses), low, high, rapid.ID[string]).Draw(t, name)
}

func filled(parts []events.ProgrammePart, done func(string) bool) (sum int) {
	for _, s := range programme.Standing(parts, done) {
		sum += s.Done
	}
	return sum
}

// most tries every assignment from a place on.
func most(parts []events.ProgrammePart, done func(string) bool, part, at, taken int, used map[string]bool) int {
	if part == len(parts) {
		return 0
	}
	p := parts[part]
	if at == len(p.Courses) || taken == programme.Needed(p) {
		return most(parts, done, part+1, 0, 0, used)
	}
	best := most(parts, done, part, at+1, taken, used)
	for _, course := range append([]string{p.Courses[at].Course}, p.Courses[at].Equivalents...) {
		if done(course) && !used[course] {
			used[course] = true
			best = max(best, 1+most(parts, done, part, at+1, taken+1, used))
			delete(used, course)
		}
	}
	return best
}

func TestNothingFillsMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts, done := someParts(t), completed(someSet(t, "done", 0, 6)...)
		if got, want := filled(parts, done), most(parts, done, 0, 0, 0, map[string]bool{}); got != want {
			t.Fatalf("%d places filled, %d could be", got, want)
		}
	})
}

func TestWhatIsToldIsAnAssignment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts, done := someParts(t), completed(someSet(t, "done", 0, 6)...)
		used := map[string]bool{}
		for i, s := range programme.Standing(parts, done) {
			if s.Done != len(s.By) || s.Done > s.Needed {
				t.Fatalf("part %d: %v", i, s)
			}
			for _, place := range slices.Sorted(maps.Keys(s.By)) {
				course := s.By[place]
				at := slices.IndexFunc(parts[i].Courses, func(c events.ProgrammeCourse) bool { return c.Course == place })
				if at < 0 || course != place && !slices.Contains(parts[i].Courses[at].Equivalents, course) {
					t.Fatalf("part %d: %s does not count for %s", i, course, place)
				}
				if !done(course) || used[course] {
					t.Fatalf("part %d: %s was not completed, or counts twice", i, course)
				}
				used[course] = true
			}
		}
	})
}

// Completions come one after another, in any order: what is held stays held, and at the end all orders stand the same.
func TestCompletionsInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts, all := someParts(t), someSet(t, "done", 0, 6)
		end := fmt.Sprint(programme.Standing(parts, completed(all...)))
		order := rapid.Permutation(all).Draw(t, "order")
		held, before := false, 0
		for n := range len(order) + 1 {
			done := completed(order[:n]...)
			holds, now := programme.Holds(parts, done), filled(parts, done)
			if held && !holds || now < before || now > before+1 && n > 0 {
				t.Fatalf("after %v: %d places were filled, now %d; held %v, now %v", order[:n], before, now, held, holds)
			}
			held, before = holds, now
		}
		if got := fmt.Sprint(programme.Standing(parts, completed(order...))); got != end {
			t.Fatalf("in the order %v: %s, else %s", order, got, end)
		}
	})
}
