package quiz

import (
	"context"
	"strconv"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// bankView keeps every version of every item readable.
type bankView struct {
	projection *readmodel.Projection
	courses    *readmodel.Collection[bankDoc]            // by course
	versions   *readmodel.Collection[events.ItemWritten] // by versionKey
	items      *readmodel.Collection[events.ItemWritten] // the newest versions, by itemKey
}

// bankDoc tells when a course's bank changed last.
type bankDoc struct {
	Course  string `json:"course"`
	Changed uint64 `json:"changed"` // sequence
}

func newBankView() bankView {
	v := bankView{
		courses:  readmodel.NewCollection[bankDoc]("banks"),
		versions: readmodel.NewCollection[events.ItemWritten]("versions"),
		items:    readmodel.NewCollection[events.ItemWritten]("items", readmodel.Index{Name: "course", Fields: []string{"course", "item"}}),
	}
	v.projection = readmodel.NewProjection("bank", 1, []string{"quiz.item"}, v.apply, v.courses, v.versions, v.items)
	return v
}

func versionKey(course, item string, version int) string {
	return itemKey(course, item) + "_" + strconv.Itoa(version)
}

func (v bankView) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	e, ok := r.Event.(events.ItemWritten)
	if !ok {
		return nil
	}
	if err := v.courses.Update(b, e.Course, func(d *bankDoc) { *d = bankDoc{Course: e.Course, Changed: r.Seq} }); err != nil {
		return err
	}
	set := func(d *events.ItemWritten) { *d = e }
	if err := v.versions.Update(b, versionKey(e.Course, e.Item, e.Version), set); err != nil {
		return err
	}
	return v.items.Update(b, itemKey(e.Course, e.Item), set)
}

// each calls fn for the newest version of every item of a course, by id.
func (v bankView) each(ctx context.Context, course string, fn func(events.ItemWritten) error) error {
	return v.items.Each(ctx, readmodel.Query{Index: "course", Equal: []any{course}}, fn)
}

// rulesView keeps who may take which quiz, and by which rules.
type rulesView struct {
	projection *readmodel.Projection
	quizzes    *readmodel.Collection[quizDoc]   // by course
	periods    *readmodel.Collection[periodDoc] // by periodKey
}

// quizDoc is the rules of a course's versions.
type quizDoc struct {
	Course   string               `json:"course"`
	Versions []events.QuizDefined `json:"versions"` // as they were defined
}

// periodDoc is the latest period of a person in a course; Period 0 is none.
type periodDoc struct {
	Person  string `json:"person"`
	Course  string `json:"course"`
	Period  int    `json:"period"`
	Version int    `json:"version"` // of the course
	Open    bool   `json:"open"`
}

func newRulesView() rulesView {
	v := rulesView{quizzes: readmodel.NewCollection[quizDoc]("quizzes"), periods: readmodel.NewCollection[periodDoc]("periods")}
	v.projection = readmodel.NewProjection("rules", 1, []string{"quiz.quiz", "enrolment.enrolment"}, v.apply, v.quizzes, v.periods)
	return v
}

func periodKey(person, course string) string { return person + "_" + course }

func (v rulesView) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.QuizDefined:
		return v.quizzes.Update(b, e.Course, func(d *quizDoc) { d.Course, d.Versions = e.Course, append(d.Versions, e) })
	case events.PersonEnrolled:
		return v.periods.Update(b, periodKey(e.Person, e.Course), func(d *periodDoc) {
			*d = periodDoc{Person: e.Person, Course: e.Course, Period: e.Period, Version: e.Version, Open: true}
		})
	case events.EnrolmentCompleted:
		return v.periods.Update(b, periodKey(e.Person, e.Course), func(d *periodDoc) {
			if d.Period == e.Period {
				d.Open = false
			}
		})
	}
	return nil
}

// attemptsView lists attempts; what an attempt holds is read from its stream.
type attemptsView struct {
	projection *readmodel.Projection
	attempts   *readmodel.Collection[attemptDoc] // by attempt
}

// States of an attempt in the list.
const (
	stateOpen   = "open"
	stateClosed = "closed"
)

// attemptDoc is an attempt in the list, with what it is found by.
type attemptDoc struct {
	AttemptRow
	Person   string    `json:"person"`
	Course   string    `json:"course"`
	Period   int       `json:"period"`
	State    string    `json:"state"`
	Deadline time.Time `json:"deadline"`
}

func newAttemptsView() attemptsView {
	v := attemptsView{attempts: readmodel.NewCollection[attemptDoc]("attempts",
		readmodel.Index{Name: "mine", Fields: []string{"person", "course", "period", "number"}},
		readmodel.Index{Name: "due", Fields: []string{"state", "deadline"}})}
	v.projection = readmodel.NewProjection("attempts", 1, []string{"quiz.attempt.attempt-started", "quiz.attempt.attempt-submitted"}, v.apply, v.attempts)
	return v
}

func (v attemptsView) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.AttemptStarted:
		return v.attempts.Update(b, e.Attempt, func(d *attemptDoc) {
			*d = attemptDoc{AttemptRow: AttemptRow{Attempt: e.Attempt, Number: e.Number, Started: e.At},
				Person: e.Person, Course: e.Course, Period: e.Period, State: stateOpen, Deadline: e.Deadline}
		})
	case events.AttemptSubmitted:
		return v.attempts.Update(b, e.Attempt, func(d *attemptDoc) {
			d.State, d.Submitted, d.Mark, d.Passed = stateClosed, e.At, e.Mark, e.Passed
		})
	}
	return nil
}

// mine lists the attempts of a period, oldest first.
func (v attemptsView) mine(ctx context.Context, person, course string, period int) ([]AttemptRow, error) {
	rows := []AttemptRow{}
	err := v.attempts.Each(ctx, readmodel.Query{Index: "mine", Equal: []any{person, course, period}}, func(d attemptDoc) error {
		rows = append(rows, d.AttemptRow)
		return nil
	})
	return rows, err
}

// due gives a page of open attempts whose deadline lies in [from, to), earliest first; a zero bound is none.
func (v attemptsView) due(ctx context.Context, from, to time.Time, limit int, after string) (readmodel.Page[attemptDoc], error) {
	q := readmodel.Query{Index: "due", Equal: []any{stateOpen}, Limit: limit, After: after}
	if !from.IsZero() {
		q.From = from
	}
	if !to.IsZero() {
		q.To = to
	}
	return v.attempts.Find(ctx, q)
}
