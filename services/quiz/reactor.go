package quiz

import (
	"context"

	"khuevan/events"
	"khuevan/platform/eventsource"
)

// reactDefine hears of published courses.
func reactDefine(_ context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	var requests []eventsource.Request
	for _, cmd := range define(r.Event) {
		requests = append(requests, eventsource.Prepare(cmd))
	}
	return requests, nil
}

// define gives the quiz of a published course version; a course without questions has none.
func define(e eventsource.Event) []defineQuiz {
	p, ok := e.(events.CoursePublished)
	if !ok || p.Quiz.Items == 0 {
		return nil
	}
	return []defineQuiz{{Course: p.Course, Version: p.Version, Rules: p.Quiz}}
}
