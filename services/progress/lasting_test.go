package progress

import (
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource/eventtest"
)

func TestAPeriodCanBeRemembered(t *testing.T) {
	eventtest.Lasting[period](t, events.CourseOpened{Course: "attt", Lessons: []string{"l1", "l2"}, Quiz: true},
		events.LessonStarted{Lesson: "l1"}, events.LessonCompleted{Lesson: "l1", Seconds: 60}, events.LessonStarted{Lesson: "l2"},
		events.LessonCompleted{Lesson: "l2", Seconds: 60}, events.QuizPassed{Mark: 9}, events.CourseCompleted{})
}
