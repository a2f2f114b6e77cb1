package catalog

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
		r := eventsource.Recorded{Fact: eventsource.Fact{Event: e}, Seq: uint64(i + 1)}
		for range 2 {
			if err := fn([]eventsource.Recorded{r}); err != nil {
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
	if err := v.projection.Open(t.Context(), readmodel.NewMemory(), "catalog"); err != nil {
		t.Fatal(err)
	}
	if err := v.projection.Run(t.Context(), twice(past)); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestEveryVersionStaysReadable(t *testing.T) {
	one := events.CoursePublished{Course: "attt", Version: 1, Digest: "d1", Title: events.Words{Vi: "Cũ"}, Hours: 3, Language: "vi",
		Lessons: []events.Lesson{{ID: "a", Markdown: "cũ"}}}
	two := events.CoursePublished{Course: "attt", Version: 2, Digest: "d2", Title: events.Words{Vi: "Mới"}, Hours: 4, Language: "vi", Tags: []string{"IU14"},
		Lessons: []events.Lesson{{ID: "a"}, {ID: "b"}}, Quiz: events.Quiz{Items: 5, Pass: 5, Minutes: 9}, ValidityMonths: 12}
	v := viewOf(t, one, two, events.CourseWithdrawn{Course: "attt"})

	wantCard := CourseCard{Course: "attt", Version: 2, Title: events.Words{Vi: "Mới"}, Hours: 4, Lessons: 2, Withdrawn: true}
	if cards, err := v.list(t.Context()); err != nil || !reflect.DeepEqual(cards, []CourseCard{wantCard}) {
		t.Errorf("listed %+v, %v; want %+v", cards, err, wantCard)
	}
	want := Course{CourseCard: wantCard, Tags: two.Tags, Language: "vi", Content: two.Lessons, Quiz: two.Quiz, ValidityMonths: 12}
	for _, n := range []int{0, 2} {
		if c, err := v.get(t.Context(), "attt", n); err != nil || !reflect.DeepEqual(c, want) {
			t.Errorf("version %d reads %+v, %v; want %+v", n, c, err, want)
		}
	}
	if c, err := v.get(t.Context(), "attt", 1); err != nil || c.Version != 1 || c.Title.Vi != "Cũ" || c.Content[0].Markdown != "cũ" || !c.Withdrawn {
		t.Errorf("version 1 reads %+v, %v", c, err)
	}
	for course, n := range map[string]int{"attt": 3, "khac": 0} {
		if _, err := v.get(t.Context(), course, n); !fault.Is(err, fault.NotFound) {
			t.Errorf("version %d of %s: got %v, want not found", n, course, err)
		}
	}
}

func TestPublishingAgainBringsACourseBack(t *testing.T) {
	v := viewOf(t, version(1, "d1"), events.CourseWithdrawn{Course: "attt"}, version(1, "d1"))
	if c, err := v.get(t.Context(), "attt", 0); err != nil || c.Withdrawn || c.Version != 1 {
		t.Errorf("reads %+v, %v; want version 1 on offer", c, err)
	}
}

func TestPackagesAreComparedWithTheOffer(t *testing.T) {
	b := bundle{content: events.CoursePublished{Course: "attt", Digest: "d1", Lessons: make([]events.Lesson, 2)}, questions: "## a\n## b\n### c\n"}
	on := func(n int, digest string, withdrawn bool) card {
		return card{CourseCard: CourseCard{Version: n, Withdrawn: withdrawn}, Digest: digest}
	}
	for _, c := range []struct {
		latest    card
		published int
		changed   bool
	}{
		{card{}, 0, false}, {on(3, "d1", false), 3, false}, {on(3, "d0", false), 3, true}, {on(3, "d0", true), 0, false},
	} {
		p := packageOf("attt", b, c.latest)
		if p.Published != c.published || p.Changed != c.changed || p.Items != 2 || p.Lessons != 2 || p.Questions != b.questions {
			t.Errorf("over %+v the package shows %+v; want published %d, changed %v", c.latest, p, c.published, c.changed)
		}
	}
}
