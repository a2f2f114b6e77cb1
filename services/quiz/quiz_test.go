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

// revising gives version 1 other rules.
func revising(revision int, rules events.QuizRules) reviseQuiz {
	return reviseQuiz{Course: "attt", Version: 1, Revision: revision, Rules: rules, By: "trang", At: at(0, 0)}
}

func revised(revision int, rules events.QuizRules) events.QuizRevised {
	return events.QuizRevised{Course: "attt", Version: 1, Revision: revision, QuizRules: rules, By: "trang", At: at(0, 0)}
}

func TestReviseQuiz(t *testing.T) {
	rules := events.QuizRules{Items: 5, Pass: 8, Minutes: 10, Behaviour: Certainty, GraceSeconds: 30}
	other := events.QuizRules{Items: 6, Pass: 8, Minutes: 10}
	given := eventtest.Given[quizState](t, defined(1), defined(2))
	given.When(revising(0, rules)).Then(revised(1, rules))
	given.When(revising(0, defined(1).QuizRules)).ThenNothing()
	given.When(revising(1, rules)).ThenRefused(fault.Conflict)
	given.When(reviseQuiz{Course: "attt", Version: 3, Rules: rules}).ThenRefused(fault.NotFound)
	eventtest.Given[quizState](t).When(revising(0, rules)).ThenRefused(fault.NotFound)
	again := eventtest.Given[quizState](t, defined(1), defined(2), revised(1, rules))
	again.When(revising(0, other)).ThenRefused(fault.Conflict) // somebody else was faster
	again.When(revising(0, rules)).ThenNothing()               // and wanted the same
	again.When(revising(1, other)).Then(revised(2, other))
	again.When(defineQuiz{"attt", 1, usual}).ThenNothing() // the course heard again brings nothing back
}

func TestARevisionChangesItsVersionOnly(t *testing.T) {
	rules := events.QuizRules{Items: 5, Pass: 8, Minutes: 10}
	s := quizState{}.Evolve(defined(1)).Evolve(defined(2))
	before := s
	s = s.Evolve(revised(1, rules))
	first := defined(1).QuizRules
	if want := (quizState{[]ruleset{{Version: 1, Revision: 1, Rules: rules, Before: &first}, {Version: 2, Rules: defined(2).QuizRules}}}); !reflect.DeepEqual(s, want) {
		t.Errorf("got %+v, want %+v", s, want)
	}
	if before.Versions[0].Revision != 0 {
		t.Error("what was remembered before was changed")
	}
}

func TestARefusedRevisionNamesEveryField(t *testing.T) {
	_, err := revising(0, events.QuizRules{Items: 0, Pass: 11, Minutes: 20}).Decide(quizState{}.Evolve(defined(1)))
	f := fault.Of(err)
	if f == nil || f.Kind != fault.Invalid {
		t.Fatalf("got %v", err)
	}
	var fields []string
	for _, x := range f.Fields {
		fields = append(fields, x.Name)
	}
	if want := []string{"items", "pass"}; !reflect.DeepEqual(fields, want) {
		t.Errorf("got %v, want %v", fields, want)
	}
}

// The form of a fixed quiz is drawn once: revising with the same rules keeps it.
func TestAFixedFormStays(t *testing.T) {
	rules := events.QuizRules{Items: 1, Pass: 5, Minutes: 10, Fixed: true, Form: []events.DrawnItem{{Item: "x", Version: 1}}}
	other := rules
	other.Form = []events.DrawnItem{{Item: "y", Version: 1}}
	eventtest.Given[quizState](t, defined(1), revised(1, rules)).When(revising(1, other)).ThenNothing()
}
