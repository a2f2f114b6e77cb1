package quiz

import (
	"reflect"
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

var usual = events.Quiz{Items: 10, Pass: 5, Minutes: 20, Attempts: 3}

func defined(version int) events.QuizDefined {
	return events.QuizDefined{Course: "attt", Version: version, QuizRules: events.QuizRules{Items: 10, Pass: 5, Minutes: 20, Attempts: 3}}
}

func TestDefineQuiz(t *testing.T) {
	eventtest.Given[quizState](t).When(defineQuiz{"attt", 1, usual}).Then(defined(1))
	eventtest.Given[quizState](t, defined(1)).When(defineQuiz{"attt", 2, usual}).Then(defined(2))
}

func TestADefinedVersionStays(t *testing.T) {
	eventtest.Given[quizState](t, defined(1), defined(2)).When(defineQuiz{"attt", 1, events.Quiz{Items: 5, Pass: 1, Minutes: 1}}).ThenNothing()
}

func TestNonsenseRulesAreRefused(t *testing.T) {
	for _, rules := range []events.Quiz{{Items: 0, Pass: 5, Minutes: 20}, {Items: 1, Pass: 10.5, Minutes: 20}, {Items: 1, Pass: -1, Minutes: 20},
		{Items: 1, Pass: 5}, {Items: 1, Pass: 5, Minutes: 20, Attempts: -1}} {
		eventtest.Given[quizState](t).When(defineQuiz{"attt", 1, rules}).ThenRefused(fault.Invalid)
	}
}

func TestAPublishedCourseDefinesItsQuiz(t *testing.T) {
	got := define(events.CoursePublished{Course: "attt", Version: 2, Quiz: usual})
	if want := []defineQuiz{{"attt", 2, usual}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := define(events.CoursePublished{Course: "attt", Version: 2}); got != nil {
		t.Errorf("a course without a quiz asks for %+v", got)
	}
	if got := define(events.CourseWithdrawn{Course: "attt"}); got != nil {
		t.Errorf("a withdrawn course asks for %+v", got)
	}
}
