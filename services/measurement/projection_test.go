package measurement

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/assessment/measure"
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

var eight = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// errEnd ends a reading where the story does.
var errEnd = errors.New("the end of the story")

// twice is a source in which every fact comes twice.
type twice []eventsource.Event

func (s twice) Read(_ context.Context, after uint64, _ []string, fn func([]eventsource.Recorded) error) error {
	for i, e := range s {
		r := eventsource.Recorded{Fact: eventsource.Fact{Event: e}, Seq: uint64(i + 1)}
		if r.Seq <= after {
			continue
		}
		if err := fn([]eventsource.Recorded{r, r}); err != nil {
			return err
		}
	}
	return errEnd
}

func (s twice) Head(context.Context, []string) (uint64, error) { return uint64(len(s)), nil }

// project tells a view a story, every fact twice.
func project(t testing.TB, story ...eventsource.Event) view {
	t.Helper()
	v := newView()
	if err := v.projection.Open(context.Background(), readmodel.NewMemory(), "measurement"); err != nil {
		t.Fatal(err)
	}
	if err := v.projection.Run(context.Background(), twice(story)); !errors.Is(err, errEnd) {
		t.Fatal(err)
	}
	return v
}

// right and wrong are marks of an item in its first version, with what was chosen.
func right(item string) events.ItemMark {
	return events.ItemMark{Item: item, Version: 1, Mark: 1, Choice: []string{"a"}, Answered: true, Seconds: 10}
}

func wrong(item string) events.ItemMark {
	return events.ItemMark{Item: item, Version: 1, Choice: []string{"b"}, Answered: true, Seconds: 20}
}

func taken(person string, period, number int, marks ...events.ItemMark) events.AttemptSubmitted {
	return events.AttemptSubmitted{Attempt: fmt.Sprintf("%s_attt_%d_%d", person, period, number), Person: person, Course: "attt", Period: period, Number: number,
		At: eight, Marks: marks, Behaviour: "deferred", Pass: 5}
}

func anew(was events.AttemptSubmitted, marks ...events.ItemMark) events.AttemptRemarked {
	return events.AttemptRemarked{Attempt: was.Attempt, Person: was.Person, Course: was.Course, Period: was.Period, Number: was.Number, Remark: "r1",
		Marks: marks, Before: was.Marks, At: eight}
}

func get[D any](t testing.TB, c *readmodel.Collection[D], id string) D {
	t.Helper()
	d, _, err := c.Get(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAttemptsAreCounted(t *testing.T) {
	v := project(t, taken("lan", 1, 1, right("x"), wrong("y")), taken("hoa", 1, 1, right("x"), right("y")),
		taken("lan", 1, 2, wrong("x"), right("y")), taken("lan", 2, 1, right("x"), right("y")), taken("mai", 1, 1))
	test := get(t, v.tests, "attt")
	if test.Given != 4 || test.New != 2 || test.First.Marks.N != 2 || test.All.Marks.N != 4 || test.Adaptive != 0 {
		t.Errorf("got %+v", test)
	}
	x := get(t, v.items, itemKey("attt", "x", 1))
	if x.First.N() != 2 || x.All.N() != 4 || x.Given != 4 || x.First.Facility().Value != 1 || x.All.Facility().Value != 0.75 {
		t.Errorf("got %+v", x)
	}
	if n := x.All.Choices["b"].N; n != 1 {
		t.Errorf("%d chose b, want 1", n)
	}
	if n, err := v.responses.Count(t.Context(), readmodel.Query{}); err != nil || n != 2 {
		t.Errorf("%d first attempts are kept %v, want 2", n, err)
	}
	r := get(t, v.responses, "lan_attt_1_1")
	if want := (responseDoc{Course: "attt", Day: "2026-11-23", Marks: []responseMark{{"x", 1, 1}, {"y", 1, 0}}}); !reflect.DeepEqual(r, want) {
		t.Errorf("got %+v, want %+v", r, want)
	}
}

func TestVersionsAreCountedApart(t *testing.T) {
	second := wrong("x")
	second.Version = 2
	v := project(t, taken("lan", 1, 1, right("x"), right("y")), taken("hoa", 1, 1, second, right("y")))
	for version, want := range map[int]float64{1: 1, 2: 0} {
		if d := get(t, v.items, itemKey("attt", "x", version)); d.First.N() != 1 || d.First.Facility().Value != want {
			t.Errorf("version %d: %+v", version, d.First)
		}
	}
}

func TestAdaptiveTestsCountAsExposureOnly(t *testing.T) {
	a := taken("lan", 1, 1, right("x"), wrong("y"))
	a.Behaviour = adaptive
	v := project(t, a)
	if test := get(t, v.tests, "attt"); test.Given != 1 || test.Adaptive != 1 || test.First.Marks.N+test.All.Marks.N != 0 || test.New != 0 {
		t.Errorf("got %+v", test)
	}
	x := get(t, v.items, itemKey("attt", "x", 1))
	if x.Given != 1 || x.First.N()+x.All.N() != 0 || x.Elo.N == 0 {
		t.Errorf("got %+v", x)
	}
	if n, err := v.responses.Count(t.Context(), readmodel.Query{}); err != nil || n != 0 {
		t.Errorf("%d responses %v, want none", n, err)
	}
}

// bet is what an answer of a mark earns under certainty-based marking (Gardner-Medwin 2006, divided by three).
func bet(mark float64, sure int) float64 {
	rightWrong := map[int][2]float64{1: {1.0 / 3, 0}, 2: {2.0 / 3, -2.0 / 3}, 3: {1, -2}}[sure]
	return rightWrong[1] + mark*(rightWrong[0]-rightWrong[1])
}

func TestABetIsTurnedBackIntoItsAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mark, sure := float64(rapid.IntRange(0, 12).Draw(t, "twelfths"))/12, rapid.IntRange(1, 3).Draw(t, "sure")
		got := plain(certainty, events.ItemMark{Mark: bet(mark, sure), Answered: true, Certainty: sure})
		if math.Abs(got-mark) > 1e-12 {
			t.Fatalf("%v with certainty %d is measured as %v", mark, sure, got)
		}
	})
	for sure := range 4 { // an answer that was taken back leaves its certainty behind
		if got := plain(certainty, events.ItemMark{Certainty: sure}); got != 0 {
			t.Errorf("no answer with certainty %d is measured as %v", sure, got)
		}
	}
	if got := plain("deferred", events.ItemMark{Mark: -2}); got != 0 {
		t.Errorf("a negative mark is measured as %v", got)
	}
}

func TestBetsAreCountedAsAnswers(t *testing.T) {
	e := taken("lan", 1, 1, events.ItemMark{Item: "x", Version: 1, Mark: -2, Choice: []string{"b"}, Answered: true, Certainty: 3},
		events.ItemMark{Item: "y", Version: 1, Mark: 1.0 / 3, Choice: []string{"a"}, Answered: true, Certainty: 1}, events.ItemMark{Item: "z", Version: 1, Certainty: 3})
	e.Behaviour = certainty
	v := project(t, e)
	for item, want := range map[string]float64{"x": 0, "y": 1, "z": 0} {
		if d := get(t, v.items, itemKey("attt", item, 1)); d.First.Facility().Value != want {
			t.Errorf("%s has the facility %+v, want %v", item, d.First.Facility(), want)
		}
	}
	marks := slices.Clone(e.Marks)
	marks[0].Mark, marks[0].Keys = 1, 2
	v = project(t, e, anew(e, marks...))
	if d := get(t, v.items, itemKey("attt", "x", 1)); d.First.Facility().Value != 1 || d.First.N() != 1 {
		t.Errorf("marked anew %+v", d.First)
	}
}

func TestKeysAreThoseThatMarkNow(t *testing.T) {
	item := func(version int, key string) events.ItemWritten {
		e := events.ItemWritten{Course: "attt", Item: "x", Version: version}
		e.Kind = "single"
		for _, id := range []string{"a", "b"} {
			e.Choices = append(e.Choices, events.Choice{ID: id, Key: id == key})
		}
		return e
	}
	s := &service{view: project(t, item(1, "a"), item(2, "b"), events.RemarkDecided{Course: "attt", Item: "x", From: 1, To: 2})}
	for version, want := range map[int]string{1: "b", 2: "b"} {
		keys, err := s.keysFor(t.Context(), "attt", "x", version)
		if err != nil || !slices.Equal(keys.Keys, []string{want}) || !slices.Equal(keys.Choices, []string{"a", "b"}) {
			t.Errorf("version %d: %+v %v", version, keys, err)
		}
	}
	gaps := item(3, "a")
	gaps.Prompts = []events.Prompt{{ID: "1", Match: "a"}}
	if d := keysOf(gaps); d.Choices != nil || d.Keys != nil {
		t.Errorf("of an item answered row by row %+v", d)
	}
}

func TestACalibrationBeginsACount(t *testing.T) {
	v := project(t, taken("lan", 1, 1, right("x"), right("y")), events.BankCalibrated{Course: "attt", People: 7}, taken("hoa", 1, 1, right("x"), right("y")))
	if d := get(t, v.tests, "attt"); d.New != 1 || d.First.Marks.N != 2 {
		t.Errorf("got %+v", d)
	}
	if d := get(t, v.banks, "attt"); d.People != 7 {
		t.Errorf("got %+v", d)
	}
}

// Ratings move from the first attempt on: who does better rates higher, and so does what is answered worse.
func TestRatings(t *testing.T) {
	var story []eventsource.Event
	for n := range 30 {
		story = append(story, taken("lan", 1, n+1, right("x"), right("y"), wrong("z")), taken("hoa", 1, n+1, right("x"), wrong("y"), wrong("z")))
	}
	v := project(t, story...)
	lan, hoa := get(t, v.people, personKey("lan", "attt")), get(t, v.people, personKey("hoa", "attt"))
	if lan.Elo.Value <= hoa.Elo.Value {
		t.Errorf("Lan rates %v, Hoa %v", lan.Elo, hoa.Elo)
	}
	x, y, z := get(t, v.items, itemKey("attt", "x", 1)), get(t, v.items, itemKey("attt", "y", 1)), get(t, v.items, itemKey("attt", "z", 1))
	if !(x.Elo.Value < y.Elo.Value && y.Elo.Value < z.Elo.Value) || math.IsNaN(z.Elo.Value) {
		t.Errorf("x %v, y %v, z %v", x.Elo, y.Elo, z.Elo)
	}
}

// drawMarks draws the marks of an attempt at five items, in quarters, so that sums are exact.
func drawMarks(t *rapid.T) []events.ItemMark {
	var marks []events.ItemMark
	for i := range 5 {
		m := events.ItemMark{Item: fmt.Sprintf("i%d", i), Version: rapid.IntRange(1, 2).Draw(t, "version"), Mark: float64(rapid.IntRange(0, 4).Draw(t, "mark")) / 4,
			Choice: []string{rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "choice")}, Answered: true, Seconds: float64(rapid.IntRange(0, 99).Draw(t, "seconds"))}
		marks = append(marks, m)
	}
	return marks
}

// rounded gives all numbers nine decimals: means of fifths have no exact binary form.
func rounded(v any) any {
	switch v := v.(type) {
	case float64:
		return math.Round(v*1e9)/1e9 + 0 // and no negative zero
	case []any:
		for i := range v {
			v[i] = rounded(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = rounded(v[k])
		}
	}
	return v
}

// counts are the documents of a view that hold counts, as text; ratings move on and are left out.
func counts(t testing.TB, v view) []string {
	t.Helper()
	var all []string
	say := func(d any) {
		body, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var plain any
		if err := json.Unmarshal(body, &plain); err != nil {
			t.Fatal(err)
		}
		if body, err = json.Marshal(rounded(plain)); err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%T %s", d, body))
	}
	ctx := context.Background()
	err := errors.Join(
		v.tests.Each(ctx, readmodel.Query{}, func(d testDoc) error { say(d); return nil }),
		v.items.Each(ctx, readmodel.Query{}, func(d itemDoc) error { d.Elo = measure.Rating{}; say(d); return nil }),
		v.responses.Each(ctx, readmodel.Query{}, func(d responseDoc) error { say(d); return nil }),
		v.keys.Each(ctx, readmodel.Query{}, func(d keysDoc) error { say(d); return nil }),
		v.banks.Each(ctx, readmodel.Query{}, func(d bankDoc) error { say(d); return nil }))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

// An attempt that was marked anew counts exactly as if it had been marked so at once.
func TestMarkingAnewRemovesAndAddsExactly(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var marked, atOnce []eventsource.Event
		var later []eventsource.Event
		for n := range rapid.IntRange(1, 5).Draw(rt, "attempts") {
			e := taken(fmt.Sprintf("p%d", n), 1, rapid.IntRange(1, 2).Draw(rt, "number"), drawMarks(rt)...)
			is := e
			for range rapid.IntRange(0, 2).Draw(rt, "corrections") { // one after the other
				marks := slices.Clone(is.Marks)
				at := rapid.IntRange(0, len(marks)-1).Draw(rt, "item")
				marks[at].Mark, marks[at].Keys = float64(rapid.IntRange(0, 4).Draw(rt, "new mark"))/4, 3
				later = append(later, anew(is, marks...))
				is.Marks = marks
			}
			marked, atOnce = append(marked, e), append(atOnce, is)
		}
		got, want := counts(t, project(t, append(marked, later...)...)), counts(t, project(t, atOnce...))
		if !slices.Equal(got, want) {
			for i := range min(len(got), len(want)) {
				if got[i] != want[i] {
					rt.Fatalf("marked anew\n%s\nat once\n%s", got[i], want[i])
				}
			}
			rt.Fatalf("%d documents, want %d", len(got), len(want))
		}
	})
}
