package progress

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

var monday = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

func after(minutes int) time.Time { return monday.Add(time.Duration(minutes) * time.Minute) }

// opening2 opens a period with the lessons a and b.
func opening2(quiz bool) events.CourseOpened {
	return events.CourseOpened{Person: "lan", Course: "attt", Period: 1, Version: 2, Lessons: []string{"a", "b"}, Quiz: quiz}
}

func started(lesson string, minute int) events.LessonStarted {
	return events.LessonStarted{Person: "lan", Course: "attt", Period: 1, Lesson: lesson, At: after(minute)}
}

func done(lesson string, minute, seconds int) events.LessonCompleted {
	return events.LessonCompleted{Person: "lan", Course: "attt", Period: 1, Lesson: lesson, At: after(minute), Seconds: seconds}
}

func passed(attempt string, mark float64, minute int) events.QuizPassed {
	return events.QuizPassed{Person: "lan", Course: "attt", Period: 1, Attempt: attempt, Mark: mark, At: after(minute)}
}

func completed(minute int, mark float64, seconds int, rule string) events.CourseCompleted {
	return events.CourseCompleted{Person: "lan", Course: "attt", Period: 1, Version: 2, At: after(minute), Mark: mark, Seconds: seconds, Rule: rule}
}

func stepOf(lesson string, minute int) step {
	return step{Person: "lan", Course: "attt", Period: 1, Lesson: lesson, At: after(minute)}
}

func given(t *testing.T, past ...eventsource.Event) eventtest.Scenario[period] {
	return eventtest.Given[period](t, past...)
}

func TestOpening(t *testing.T) {
	given(t).When(open{opening2(true)}).Then(opening2(true))
	given(t, opening2(true)).When(open{opening2(true)}).ThenNothing()
}

func TestStartingALesson(t *testing.T) {
	cmd := start{stepOf("a", 5)}
	given(t, opening2(true)).When(cmd).Then(started("a", 5))
	given(t, opening2(true), started("b", 1)).When(cmd).Then(started("a", 5))
	given(t, opening2(true), started("a", 1)).When(cmd).ThenNothing()
	given(t, opening2(true), done("a", 1, 0)).When(cmd).ThenNothing()
	given(t).When(cmd).ThenRefused(fault.NotFound)
	given(t, opening2(true)).When(start{stepOf("c", 5)}).ThenRefused(fault.NotFound)
}

func TestCompletingALesson(t *testing.T) {
	cmd := finish{stepOf("a", 5)}
	given(t, opening2(true), started("a", 2)).When(cmd).Then(done("a", 5, 180))
	given(t, opening2(true)).When(cmd).Then(done("a", 5, 0))
	given(t, opening2(true), started("a", 2), done("a", 3, 60)).When(cmd).ThenNothing()
	given(t, opening2(true), started("a", 9)).When(cmd).Then(done("a", 5, 0))
	given(t, opening2(true), started("a", -60)).When(cmd).Then(done("a", 5, 3600))
	given(t).When(cmd).ThenRefused(fault.NotFound)
	given(t, opening2(true)).When(finish{stepOf("c", 5)}).ThenRefused(fault.NotFound)
}

func TestTheLastThingNeededCompletesTheCourse(t *testing.T) {
	lessons := []eventsource.Event{opening2(true), started("a", 0), done("a", 2, 120), started("b", 2)}
	given(t, append(lessons, passed("x", 8, 3))...).When(finish{stepOf("b", 5)}).
		Then(done("b", 5, 180), completed(5, 8, 300, allLessonsAndQuiz))
	given(t, append(lessons, done("b", 5, 180))...).When(passQuiz{passed("x", 8, 9)}).
		Then(passed("x", 8, 9), completed(9, 8, 300, allLessonsAndQuiz))
	given(t, lessons...).When(passQuiz{passed("x", 8, 3)}).Then(passed("x", 8, 3))
	given(t, opening2(false), done("a", 2, 0)).When(finish{stepOf("b", 5)}).
		Then(done("b", 5, 0), completed(5, 0, 0, allLessons))
}

func TestTheFirstPassedAttemptCounts(t *testing.T) {
	given(t, opening2(true), passed("x", 6, 1)).When(passQuiz{passed("y", 9, 2)}).ThenNothing()
	given(t, opening2(true), passed("x", 6, 1)).When(passQuiz{passed("x", 6, 1)}).ThenNothing()
	given(t).When(passQuiz{passed("x", 6, 1)}).ThenRefused(fault.Unavailable)
}

func TestNothingCompletesACourseTwice(t *testing.T) {
	past := []eventsource.Event{opening2(false), done("a", 1, 0), done("b", 2, 0), completed(2, 0, 0, allLessons)}
	given(t, past...).When(finish{stepOf("b", 5)}).ThenNothing()
	given(t, past...).When(passQuiz{passed("x", 7, 9)}).Then(passed("x", 7, 9))
}

// Whatever the order of lessons and quiz, with repeats: the course is completed exactly once, and exactly by the command
// after which the rule holds for the first time.
func TestACourseIsCompletedExactlyWhenItsRuleFirstHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lessons := []string{"a", "b", "c", "d"}[:rapid.IntRange(1, 4).Draw(t, "lessons")]
		quiz := rapid.Bool().Draw(t, "quiz")
		p := period{}.Evolve(events.CourseOpened{Person: "lan", Course: "attt", Period: 1, Version: 2, Lessons: lessons, Quiz: quiz})
		open, needed := len(lessons), map[string]bool{}
		completions := 0
		for minute := range rapid.IntRange(1, 40).Draw(t, "steps") {
			what := rapid.SampledFrom(append(slices.Clone(lessons), "quiz", "start")).Draw(t, "what")
			var cmd eventsource.Command[period]
			switch what {
			case "quiz":
				cmd = passQuiz{passed("x", 8, minute)}
			case "start":
				cmd = start{stepOf(rapid.SampledFrom(lessons).Draw(t, "lesson"), minute)}
			default:
				cmd = finish{stepOf(what, minute)}
			}
			decided, err := cmd.Decide(p)
			if err != nil {
				t.Fatal(err)
			}
			held := holds(open, quiz, needed)
			if what != "start" {
				needed[what] = true
			}
			completes := !held && holds(open, quiz, needed)
			if got := count(decided); (got == 1) != completes || got > 1 {
				t.Fatalf("%s decided %+v; the rule holds now for the first time: %v", what, decided, completes)
			}
			completions += count(decided)
			for _, e := range decided {
				p = p.Evolve(e)
			}
		}
		if held := holds(open, quiz, needed); (completions == 1) != held || completions > 1 {
			t.Fatalf("%d completions, and the rule holds: %v", completions, held)
		}
	})
}

// holds states the rule by counting: of what was done, all lessons and, if there is one, the quiz.
func holds(lessons int, quiz bool, did map[string]bool) bool {
	n := len(did)
	if did["quiz"] {
		n--
	}
	return n == lessons && (!quiz || did["quiz"])
}

func count(decided []eventsource.Event) int {
	n := 0
	for _, e := range decided {
		if _, ok := e.(events.CourseCompleted); ok {
			n++
		}
	}
	return n
}
