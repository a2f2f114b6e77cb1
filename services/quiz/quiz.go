package quiz

import (
	"slices"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// Behaviours of a quiz.
const (
	Deferred  = "deferred"  // answers can be changed until the attempt is handed in
	Immediate = "immediate" // an answer is checked when the person asks for it, and explained
	Certainty = "certainty" // as deferred; each answer comes with how sure the person is
	Adaptive  = "adaptive"  // each item is chosen by the answers before
)

// Behaviours lists all of them.
func Behaviours() []string { return []string{Deferred, Immediate, Certainty, Adaptive} }

// behaviour is how attempts under some rules behave.
func behaviour(r events.QuizRules) string {
	if r.Behaviour == "" {
		return Deferred
	}
	return r.Behaviour
}

// ruleset is the rules of a course version; Revision 0 is what the course was published with.
type ruleset struct {
	Version  int              `json:"version"`
	Revision int              `json:"revision"`
	Rules    events.QuizRules `json:"rules"`

	Before *events.QuizRules `json:"before,omitempty"` // of the revision before, so that one step can be taken back
}

// quizState holds the rules of each course version that has a quiz.
type quizState struct{ Versions []ruleset }

// Evolve implements eventsource.State.
func (s quizState) Evolve(e eventsource.Event) quizState {
	switch e := e.(type) {
	case events.QuizDefined:
		s.Versions = append(slices.Clip(s.Versions), ruleset{Version: e.Version, Rules: e.QuizRules})
	case events.QuizRevised:
		s.Versions = slices.Clone(s.Versions)
		for i, v := range s.Versions {
			if v.Version == e.Version {
				s.Versions[i] = ruleset{Version: e.Version, Revision: e.Revision, Rules: e.QuizRules, Before: &v.Rules}
			}
		}
	}
	return s
}

// rulesOf finds the rules of a course version.
func rulesOf(versions []ruleset, version int) (ruleset, bool) {
	at := slices.IndexFunc(versions, func(v ruleset) bool { return v.Version == version })
	if at < 0 {
		return ruleset{}, false
	}
	return versions[at], true
}

func quizStream(course string) string { return "quiz.quiz." + course }

// defineQuiz fixes the rules that a course version was published with; the first definition stays.
type defineQuiz struct {
	Course  string
	Version int
	Rules   events.Quiz
}

// Stream implements eventsource.Command.
func (c defineQuiz) Stream() string { return quizStream(c.Course) }

// Decide implements eventsource.Command.
func (c defineQuiz) Decide(s quizState) ([]eventsource.Event, error) {
	if _, done := rulesOf(s.Versions, c.Version); done {
		return nil, nil
	}
	r := events.QuizRules{Items: c.Rules.Items, Pass: c.Rules.Pass, Minutes: c.Rules.Minutes, Attempts: c.Rules.Attempts}
	if wrong := checkRules(r); len(wrong) > 0 {
		return nil, fault.Newf(fault.Invalid,
			"Quy tắc kiểm tra của khóa học “%[1]s” không hợp lệ: %[2]s", "The quiz rules of the course “%[1]s” are not valid: %[3]s", c.Course, wrong[0].Vi, wrong[0].En)
	}
	return []eventsource.Event{events.QuizDefined{Course: c.Course, Version: c.Version, QuizRules: r}}, nil
}

// reviseQuiz gives a course version new rules. Attempts that were started keep theirs.
type reviseQuiz struct {
	Course   string
	Version  int
	Revision int // the one that its author has seen
	Rules    events.QuizRules
	By       string
	At       time.Time
}

// Stream implements eventsource.Command.
func (c reviseQuiz) Stream() string { return quizStream(c.Course) }

// Decide implements eventsource.Command.
func (c reviseQuiz) Decide(s quizState) ([]eventsource.Event, error) {
	now, found := rulesOf(s.Versions, c.Version)
	if !found {
		return nil, errNoQuiz
	}
	if wrong := checkRules(c.Rules); len(wrong) > 0 {
		refusal := fault.New(fault.Invalid, "Quy tắc kiểm tra chưa hợp lệ. "+wrong[0].Vi, "The rules are not valid. "+wrong[0].En)
		for _, w := range wrong {
			refusal = refusal.With(w.Field, w.Vi, w.En)
		}
		return nil, refusal
	}
	if sameRules(now.Rules, c.Rules) {
		return nil, nil
	}
	if c.Revision != now.Revision {
		return nil, fault.New(fault.Conflict, "Quy tắc vừa được người khác sửa. Hãy tải lại trang.", "Somebody else has just changed the rules. Load the page again.")
	}
	return []eventsource.Event{events.QuizRevised{Course: c.Course, Version: c.Version, Revision: now.Revision + 1, QuizRules: c.Rules, By: c.By, At: c.At}}, nil
}
