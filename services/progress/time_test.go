package progress

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
)

// noted is what a page at lesson a says after so many minutes of monday, and what becomes of it.
func noted(from, at, visible, active int) events.LessonTimeNoted {
	return events.LessonTimeNoted{Person: "lan", Course: "attt", Period: 1, Lesson: "a", Day: "2026-11-23", From: after(from), At: after(at),
		Visible: visible, Active: active, Most: 1800}
}

func says(minute, visible, active int, left bool) noteTime {
	return noteTime{step: stepOf("a", minute), Visible: visible, Active: active, Left: left, Most: 1800}
}

func TestNotingTime(t *testing.T) {
	at := func(past ...eventsource.Event) eventtest.Scenario[timed] { return eventtest.Given[timed](t, past...) }
	at().When(says(20, 120, 50, false)).Then(noted(5, 20, 120, 50)) // the first of a day: at most the longest span before it
	at(noted(0, 20, 120, 0)).When(says(22, 110, 200, false)).Then(noted(20, 22, 110, 110))
	at(noted(0, 20, 120, 0)).When(says(22, 9999, -3, false)).Then(noted(20, 22, 120, 0))
	at(noted(0, 20, 120, 0)).When(says(22, 59, 59, false)).ThenNothing()
	at(noted(0, 20, 120, 0)).When(says(22, 59, 59, true)).Then(noted(20, 22, 59, 59))
	at(noted(0, 20, 120, 0)).When(says(22, 4, 4, true)).ThenNothing()
	at(noted(0, 20, 120, 0)).When(says(22, -60, 0, true)).ThenNothing()
}

func TestTwoTabsAreNotCountedTwice(t *testing.T) {
	both := eventtest.Given[timed](t, noted(0, 10, 120, 0))
	both.When(says(10, 120, 120, true)).ThenNothing()
	other := says(12, 240, 0, false) // of another course: the same pair of eyes
	other.Course, other.Lesson = "mang", "x"
	want := noted(10, 12, 120, 0)
	want.Course, want.Lesson = "mang", "x"
	both.When(other).Then(want)
}

func TestAClockThatWasSetBackNotesNothingTwice(t *testing.T) {
	at := eventtest.Given[timed](t, noted(0, 60, 120, 0))
	at.When(says(30, 120, 120, false)).ThenNothing()
	at.When(says(60, 120, 120, true)).ThenNothing()
	at.When(says(62, 120, 120, false)).Then(noted(60, 62, 120, 120))
}

func TestADayBeginsAtMidnightInTheProvince(t *testing.T) {
	c := says(0, 600, 0, false)
	c.At = time.Date(2026, 12, 31, 17, 3, 0, 0, time.UTC) // 00:03 of New Year's Day
	if got := c.Stream(); got != "progress.time.lan_2027-01-01" {
		t.Errorf("stream %s", got)
	}
	want := noted(0, 0, 180, 0)
	want.Day, want.From, want.At = "2027-01-01", c.At.Add(-3*time.Minute), c.At
	eventtest.Given[timed](t).When(c).Then(want)
}

// Whatever pages say, and however the clock is set: what is noted are spans that do not overlap, none says more than it is long,
// and what counts of a lesson is neither more than was seen nor more than its most.
func TestNotedTimeNeverExceedsTheClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := map[string]timed{}
		var facts []events.LessonTimeNoted
		counted := map[string]Time{}
		now := monday.Add(time.Duration(rapid.IntRange(0, 24*60).Draw(t, "start")) * time.Minute)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(-1200, 2400).Draw(t, "seconds")) * time.Second)
			c := noteTime{step: step{Person: "lan", Course: "attt", Period: 1, Lesson: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "tab"), At: now},
				Visible: rapid.IntRange(-10, 5000).Draw(t, "visible"), Active: rapid.IntRange(-10, 5000).Draw(t, "active"),
				Left: rapid.Bool().Draw(t, "left"), Most: 900}
			decided, err := c.Decide(days[c.Stream()])
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range decided {
				days[c.Stream()] = days[c.Stream()].Evolve(e)
				f := e.(events.LessonTimeNoted)
				facts, counted[f.Lesson] = append(facts, f), counted[f.Lesson].and(f)
			}
		}
		for i, f := range facts {
			if f.Active < 0 || f.Active > f.Visible || time.Duration(f.Visible)*time.Second > f.At.Sub(f.From) || dayOf(f.From) != f.Day || dayOf(f.At) != f.Day {
				t.Fatalf("%+v says more than it may", f)
			}
			for _, other := range facts[:i] {
				if f.From.Before(other.At) && other.From.Before(f.At) {
					t.Fatalf("%+v overlaps %+v", f, other)
				}
			}
		}
		for lesson, x := range counted {
			if x.Counted > x.Visible || x.Counted > 900 || x.Counted < min(x.Visible, 900) {
				t.Fatalf("lesson %s counts %+v", lesson, x)
			}
		}
	})
}
