package progress

import (
	"slices"
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// moving goes from version 2 with the lessons a and b to version 3.
func moving(quiz bool, kept []string, lessons ...string) events.CourseMoved {
	return events.CourseMoved{Person: "lan", Course: "attt", Period: 1, From: 2, To: 3, At: after(9), Lessons: lessons, Quiz: quiz, Kept: kept}
}

func TestAMoveKeepsWhatStaysValid(t *testing.T) {
	to := moving(false, []string{"a"}, "a", "b", "c")
	past := []eventsource.Event{opening2(false), done("a", 1, 60), started("b", 2)}
	given(t, past...).When(move{to}).Then(to)
	given(t, append(past, to)...).When(move{to}).ThenNothing()
	// a stays done, the rewritten b and the new c are to be done
	given(t, append(past, to)...).When(finish{stepOf("a", 10)}).ThenNothing()
	given(t, append(past, to)...).When(finish{stepOf("b", 10)}).Then(done("b", 10, 0))
	end := completed(12, 0, 60, allLessons)
	end.Version = 3
	given(t, append(past, to, done("b", 10, 0))...).When(finish{stepOf("c", 12)}).Then(done("c", 12, 0), end)
}

func TestAMoveThatLeavesNothingToDoCompletesTheCourse(t *testing.T) {
	to := moving(true, []string{"a"}, "a")
	end := completed(9, 8, 60, allLessonsAndQuiz)
	end.Version = 3
	given(t, opening2(true), done("a", 1, 60), passed("x", 8, 2)).When(move{to}).Then(to, end)
	given(t, opening2(true), done("a", 1, 60)).When(move{to}).Then(to)
}

func TestACompletedPeriodStaysInItsVersion(t *testing.T) {
	given(t, opening2(false), done("a", 1, 0), done("b", 2, 0), completed(2, 0, 0, allLessons)).When(move{moving(false, nil, "c")}).ThenNothing()
	given(t).When(move{moving(false, nil, "c")}).ThenRefused(fault.Unavailable)
}

func TestLessonsOfTheSameTextAreKept(t *testing.T) {
	from, to := version{Lessons: []string{"a", "b", "c"}, Texts: []string{"1", "2", "3"}}, version{Lessons: []string{"c", "b", "d"}, Texts: []string{"3", "x", "1"}}
	if got := keptOf(from, to); !slices.Equal(got, []string{"c"}) {
		t.Errorf("kept %v", got)
	}
}

func TestAMoveFixesTheRulesOfItsVersion(t *testing.T) {
	to := moving(false, []string{"a"}, "a", "b")
	to.Rules = []events.LessonRule{{Lesson: "a", Kind: events.LessonVideo, Share: 0.9}, {Lesson: "b", Kind: events.LessonVideo, Share: 0.5}}
	past := []eventsource.Event{openingKinds(), watched(3, part(0, 90)), to}
	given(t, past...).When(finish{stepOf("a", 10)}).Then(done("a", 10, 0)) // what was watched of a kept video counts
	given(t, past...).When(finish{stepOf("b", 10)}).ThenRefused(fault.Conflict)
	given(t, past...).When(confirmReading{stepOf("b", 10), "d1"}).ThenRefused(fault.Invalid) // b is no text to be confirmed any more
}

// A lesson that shows something else, or asks for more, is another lesson, though its text is the same.
func TestALessonOfAnotherKindIsNotKept(t *testing.T) {
	text := events.Lesson{ID: "a", Title: events.Words{Vi: "A"}, Minutes: 5, Markdown: "Nội dung."}
	video := text
	video.Kind, video.Share, video.Media = events.LessonVideo, 0.5, &events.Media{Digest: "d1"}
	longer, refilmed := video, video
	longer.Share, refilmed.Media = 0.9, &events.Media{Digest: "d2"}
	renamed := video
	renamed.Title, renamed.Minutes = events.Words{Vi: "B"}, 7
	for name, other := range map[string]events.Lesson{"a text": text, "more to be watched": longer, "another film": refilmed} {
		if textOf(other) == textOf(video) {
			t.Errorf("%s is the same as the video", name)
		}
	}
	if textOf(renamed) != textOf(video) {
		t.Error("another name makes another lesson")
	}
}
