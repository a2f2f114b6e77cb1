package progress

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"khuevan/events"
	"khuevan/platform/fault"
)

// openingKinds opens a period with a video a and a text b to be confirmed.
func openingKinds() events.CourseOpened {
	o := opening2(false)
	o.Rules = []events.LessonRule{{Lesson: "a", Kind: events.LessonVideo, Share: 0.9}, {Lesson: "b", Kind: events.LessonRead, Digest: "d1"}}
	return o
}

func watched(minute int, parts ...events.WatchedPart) events.LessonWatched {
	return events.LessonWatched{Person: "lan", Course: "attt", Period: 1, Lesson: "a", Parts: parts, At: after(minute)}
}

func part(from, to int) events.WatchedPart { return events.WatchedPart{From: from, To: to} }

func confirmed(minute int, digest string) events.ReadingConfirmed {
	return events.ReadingConfirmed{Person: "lan", Course: "attt", Period: 1, Version: 2, Lesson: "b", Digest: digest, At: after(minute)}
}

func TestWatchingAVideo(t *testing.T) {
	given(t, openingKinds()).When(watch{stepOf("a", 3), []events.WatchedPart{part(0, 30), part(60, 250), part(-5, 1)}}).Then(watched(3, part(0, 30), part(60, 100)))
	given(t, openingKinds(), watched(3, part(0, 30))).When(watch{stepOf("a", 4), []events.WatchedPart{part(10, 40)}}).Then(watched(4, part(30, 40)))
	given(t, openingKinds(), watched(3, part(0, 30))).When(watch{stepOf("a", 4), []events.WatchedPart{part(10, 20)}}).ThenNothing()
	given(t, openingKinds()).When(watch{stepOf("b", 4), []events.WatchedPart{part(10, 20)}}).ThenRefused(fault.Invalid)
	given(t, openingKinds()).When(watch{stepOf("x", 4), nil}).ThenRefused(fault.NotFound)
}

func TestAVideoIsCompletedByTheShareThatItsVersionAsks(t *testing.T) {
	given(t, openingKinds(), watched(3, part(0, 89))).When(finish{stepOf("a", 5)}).ThenRefused(fault.Conflict)
	given(t, openingKinds(), watched(3, part(0, 60)), watched(4, part(60, 90))).When(finish{stepOf("a", 5)}).Then(done("a", 5, 0))
}

func TestATextIsConfirmedToTheByte(t *testing.T) {
	given(t, openingKinds()).When(finish{stepOf("b", 5)}).ThenRefused(fault.Conflict)
	given(t, openingKinds()).When(confirmReading{stepOf("b", 5), "d2"}).ThenRefused(fault.Conflict)
	given(t, openingKinds()).When(confirmReading{stepOf("a", 5), "d1"}).ThenRefused(fault.Invalid)
	given(t, openingKinds()).When(confirmReading{stepOf("b", 5), "d1"}).Then(confirmed(5, "d1"), done("b", 5, 0))
	given(t, openingKinds(), confirmed(5, "d1"), done("b", 5, 0)).When(confirmReading{stepOf("b", 6), "d1"}).ThenNothing()
	given(t, openingKinds(), started("b", 1), done("a", 2, 0)).When(confirmReading{stepOf("b", 5), "d1"}).
		Then(confirmed(5, "d1"), done("b", 5, 240), completed(5, 0, 240, allLessons))
}

// Whatever parts are told in whatever order: the facts are disjoint, and together they are what was told.
func TestWhatWasWatchedIsToldOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := period{}.Evolve(openingKinds())
		var told seen
		sum := 0
		for range rapid.IntRange(0, 20).Draw(t, "times") {
			parts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) events.WatchedPart {
				return part(rapid.IntRange(-20, 120).Draw(t, "from"), rapid.IntRange(-20, 120).Draw(t, "to"))
			}), 0, 4).Draw(t, "parts")
			decided, err := watch{stepOf("a", 1), parts}.Decide(p)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range parts {
				told = told.with(x)
			}
			for _, e := range decided {
				for _, x := range e.(events.LessonWatched).Parts {
					sum += x.To - x.From
				}
				p = p.Evolve(e)
			}
		}
		if got := p.lessons["a"].seen; got != told || sum != told.percent() {
			t.Fatalf("known %v, told %v; the facts have %d percent", got.parts(), told.parts(), sum)
		}
	})
}

func TestAnEnrolmentFixesTheRulesOfItsVersion(t *testing.T) {
	published := events.CoursePublished{Course: "attt", Version: 1, Lessons: []events.Lesson{{ID: "a", Kind: events.LessonVideo, Share: 0.5}, {ID: "b"}, {ID: "c", Kind: events.LessonRead, Digest: strings.Repeat("0", 64)}}}
	v := viewOf(t, published)
	got, _, err := v.versions.Get(t.Context(), versionID("attt", 1))
	if err != nil {
		t.Fatal(err)
	}
	o := opening(events.PersonEnrolled{Person: "lan", Course: "attt", Period: 1, Version: 1}, got).Opening
	if len(o.Rules) != 2 || o.Rules[0] != (events.LessonRule{Lesson: "a", Kind: "video", Share: 0.5}) || o.Rules[1].Digest != strings.Repeat("0", 64) {
		t.Errorf("opened with %+v", o.Rules)
	}
}
