package progress

import (
	"context"
	"reflect"
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/readmodel"
)

// twice delivers each fact two times, as after a crash, and then ends.
type twice []eventsource.Event

func (s twice) Read(_ context.Context, _ uint64, _ []string, fn func([]eventsource.Recorded) error) error {
	for i, e := range s {
		for range 2 {
			if err := fn([]eventsource.Recorded{{Seq: uint64(i + 1), Fact: eventsource.Fact{Event: e}}}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s twice) Head(context.Context, []string) (uint64, error) { return uint64(len(s)), nil }

func viewOf(t *testing.T, past ...eventsource.Event) view {
	t.Helper()
	v := newView()
	if err := v.projection.Open(t.Context(), readmodel.NewMemory(), "progress"); err != nil {
		t.Fatal(err)
	}
	if err := v.projection.Run(t.Context(), twice(past)); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestHowFarAPersonIs(t *testing.T) {
	past := []eventsource.Event{opening2(true), started("a", 0), done("a", 2, 120), started("b", 3)}
	want := Course{Person: "lan", Course: "attt", Period: 1, Version: 2, Quiz: true, Done: 1, Lessons: []Lesson{
		{ID: "a", Started: after(0), Completed: after(2), Seconds: 120}, {ID: "b", Started: after(3)}}}
	check := func(want Course, past ...eventsource.Event) {
		t.Helper()
		if got, err := viewOf(t, past...).of(t.Context(), "lan", "attt"); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v; want %+v", got, err, want)
		}
	}
	check(want, past...)
	want.Done, want.Passed, want.Mark, want.Completed = 2, true, 8, after(5)
	want.Lessons[1].Completed, want.Lessons[1].Seconds = after(5), 120
	past = append(past, passed("x", 8, 4), done("b", 5, 120), completed(5, 8, 240, allLessonsAndQuiz))
	check(want, past...)

	second := opening2(false)
	second.Period, second.Lessons = 2, []string{"a"}
	want = Course{Person: "lan", Course: "attt", Period: 2, Version: 2, Lessons: []Lesson{{ID: "a"}}}
	check(want, append(past, second, done("a", 9, 60), passed("x", 9, 9))...)
}

func TestAPersonSeesTheirOwn(t *testing.T) {
	minhs := opening2(true)
	minhs.Person = "minh"
	other := opening2(false)
	other.Course = "mang"
	v := viewOf(t, opening2(true), minhs, completed(5, 8, 0, allLessonsAndQuiz), other)
	if got, err := v.mine(t.Context(), "lan"); err != nil || len(got) != 2 || got[0].Course != "mang" || got[1].Course != "attt" {
		t.Errorf("got %+v, %v; want mang, which is under way, before attt", got, err)
	}
	if got, err := v.mine(t.Context(), "hoa"); err != nil || got == nil || len(got) != 0 {
		t.Errorf("hoa has %+v, %v", got, err)
	}
	if _, err := v.of(t.Context(), "hoa", "attt"); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v, want not found", err)
	}
}

func TestEveryVersionIsKnown(t *testing.T) {
	one := events.CoursePublished{Course: "attt", Version: 1, Lessons: []events.Lesson{{ID: "a", Minutes: 10}}}
	two := events.CoursePublished{Course: "attt", Version: 2, Lessons: []events.Lesson{{ID: "b"}, {ID: "a"}}, Quiz: events.Quiz{Items: 3}}
	v := viewOf(t, one, two)
	none := textOf(events.Lesson{})
	for n, want := range map[int]version{1: {Lessons: []string{"a"}, Texts: []string{none}, Minutes: map[string]int{"a": 10}},
		2: {Lessons: []string{"b", "a"}, Texts: []string{none, none}, Quiz: true, Minutes: map[string]int{"a": 0, "b": 0}}} {
		if got, found, err := v.versions.Get(t.Context(), versionID("attt", n)); err != nil || !found || !reflect.DeepEqual(got, want) {
			t.Errorf("version %d: %+v, %v, %v; want %+v", n, got, found, err, want)
		}
	}
}
