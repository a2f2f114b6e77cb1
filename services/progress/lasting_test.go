package progress

import (
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource/eventtest"
)

func TestAPeriodCanBeRemembered(t *testing.T) {
	eventtest.Lasting[period](t, events.CourseOpened{Course: "attt", Lessons: []string{"l1", "l2"}, Quiz: true},
		events.LessonStarted{Lesson: "l1"}, events.LessonCompleted{Lesson: "l1", Seconds: 60}, events.LessonStarted{Lesson: "l2"}, events.LessonWatched{Lesson: "l2", Parts: []events.WatchedPart{{From: 0, To: 50}}},
		events.LessonAttended{Lesson: "l2", Session: "s1", Minutes: 60, Of: 90}, events.LessonReopened{Lesson: "l1"}, events.LessonCompleted{Lesson: "l1", Seconds: 60},
		events.LessonCompleted{Lesson: "l2", Seconds: 60}, events.QuizPassed{Mark: 9}, events.CourseCompleted{})
}

func TestADayOfTimeAndASessionCanBeRemembered(t *testing.T) {
	eventtest.Lasting[timed](t, noted(0, 2, 120, 0), noted(2, 4, 120, 0))
	eventtest.Lasting[session](t, meeting, list(1, was("lan", 40)), list(2, was("lan", 90)), events.AttendanceUndone{Session: "s1", Import: 2}, list(3, was("minh", 90)), events.AttendanceUndone{Session: "s1", Import: 1})
}
