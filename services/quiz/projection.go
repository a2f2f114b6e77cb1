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
	items      *readmodel.Collection[itemDoc]            // by itemKey
}

// bankDoc tells when a course's bank changed last.
type bankDoc struct {
	Course  string `json:"course"`
	Changed uint64 `json:"changed"` // sequence
}

// itemDoc is an item with its newest version.
type itemDoc struct {
	events.ItemWritten
	Stage   string    `json:"stage"`
	Live    int       `json:"live"` // version that is drawn, 0 for none
	Retired bool      `json:"retired,omitempty"`
	Remark  string    `json:"remark,omitempty"` // why it was returned
	Changed time.Time `json:"changed"`
	Seq     uint64    `json:"seq"`
}

// drawn reports whether the item can be drawn.
func (d itemDoc) drawn() bool { return d.Live > 0 && !d.Retired }

func newBankView() bankView {
	v := bankView{
		courses:  readmodel.NewCollection[bankDoc]("banks"),
		versions: readmodel.NewCollection[events.ItemWritten]("versions", readmodel.Index{Name: "item", Fields: []string{"course", "item", "version"}}),
		items:    readmodel.NewCollection[itemDoc]("items", readmodel.Index{Name: "course", Fields: []string{"course", "item"}}),
	}
	v.projection = readmodel.NewProjection("bank", 2, []string{"quiz.item"}, v.apply, v.courses, v.versions, v.items)
	return v
}

func versionKey(course, item string, version int) string {
	return itemKey(course, item) + "_" + strconv.Itoa(version)
}

func (v bankView) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.ItemWritten:
		if err := v.versions.Update(b, versionKey(e.Course, e.Item, e.Version), func(d *events.ItemWritten) { *d = e }); err != nil {
			return err
		}
		return v.change(b, r, e.Course, e.Item, func(d *itemDoc) {
			d.ItemWritten, d.Stage, d.Remark = e, StageDraft, ""
			if !e.Draft {
				d.Stage, d.Live = StageLive, e.Version
			}
		})
	case events.ItemSubmitted:
		return v.change(b, r, e.Course, e.Item, func(d *itemDoc) { d.Stage = StageReview })
	case events.ItemReturned:
		return v.change(b, r, e.Course, e.Item, func(d *itemDoc) { d.Stage, d.Remark = StageDraft, e.Remark })
	case events.ItemApproved:
		return v.change(b, r, e.Course, e.Item, func(d *itemDoc) { d.Stage, d.Live, d.Remark = StageLive, e.Version, "" })
	case events.ItemRetired:
		return v.change(b, r, e.Course, e.Item, func(d *itemDoc) { d.Retired = true })
	case events.ItemRestored:
		return v.change(b, r, e.Course, e.Item, func(d *itemDoc) { d.Retired = false })
	}
	return nil
}

func (v bankView) change(b *readmodel.Batch, r eventsource.Recorded, course, item string, fn func(*itemDoc)) error {
	if err := v.courses.Update(b, course, func(d *bankDoc) { *d = bankDoc{Course: course, Changed: r.Seq} }); err != nil {
		return err
	}
	return v.items.Update(b, itemKey(course, item), func(d *itemDoc) {
		fn(d)
		d.Changed, d.Seq = r.Time, r.Seq
	})
}

// each calls fn for every item of a course, by id.
func (v bankView) each(ctx context.Context, course string, fn func(itemDoc) error) error {
	return v.items.Each(ctx, readmodel.Query{Index: "course", Equal: []any{course}}, fn)
}

// rulesView keeps who may take which quiz, when, and by which rules.
type rulesView struct {
	projection     *readmodel.Projection
	quizzes        *readmodel.Collection[quizDoc]          // by course
	periods        *readmodel.Collection[periodDoc]        // by periodKey
	sittings       *readmodel.Collection[sittingDoc]       // by sitting
	accommodations *readmodel.Collection[accommodationDoc] // by person
}

// quizDoc is the rules of a course's versions.
type quizDoc struct {
	Course   string    `json:"course"`
	Versions []ruleset `json:"versions"` // as they were defined
}

// periodDoc is the latest period of a person in a course; Period 0 is none.
type periodDoc struct {
	Person  string `json:"person"`
	Course  string `json:"course"`
	Period  int    `json:"period"`
	Version int    `json:"version"` // of the course
	Open    bool   `json:"open"`
}

// sittingDoc is a sitting.
type sittingDoc struct {
	events.SittingScheduled
	Prepared  int  `json:"prepared"` // people whose items are drawn
	Ready     bool `json:"ready,omitempty"`
	Cancelled bool `json:"cancelled,omitempty"`
}

// accommodationDoc is what a person is granted, by course; "" stands for all courses.
type accommodationDoc struct {
	Person  string         `json:"person"`
	Percent map[string]int `json:"percent"`
}

func newRulesView() rulesView {
	v := rulesView{
		quizzes: readmodel.NewCollection[quizDoc]("quizzes"),
		periods: readmodel.NewCollection[periodDoc]("periods", readmodel.Index{Name: "course", Fields: []string{"course", "person"}}),
		sittings: readmodel.NewCollection[sittingDoc]("sittings", readmodel.Index{Name: "course", Fields: []string{"course", "closes"}},
			readmodel.Index{Name: "closes", Fields: []string{"closes"}}),
		accommodations: readmodel.NewCollection[accommodationDoc]("accommodations"),
	}
	v.projection = readmodel.NewProjection("rules", 3, []string{"quiz.quiz", "quiz.sitting", "quiz.accommodation", "enrolment.enrolment"}, v.apply,
		v.quizzes, v.periods, v.sittings, v.accommodations)
	return v
}

func periodKey(person, course string) string { return person + "_" + course }

func (v rulesView) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.QuizDefined:
		return v.quizzes.Update(b, e.Course, func(d *quizDoc) { *d = quizDoc{Course: e.Course, Versions: quizState{d.Versions}.Evolve(e).Versions} })
	case events.QuizRevised:
		return v.quizzes.Update(b, e.Course, func(d *quizDoc) { *d = quizDoc{Course: e.Course, Versions: quizState{d.Versions}.Evolve(e).Versions} })
	case events.PersonEnrolled:
		return v.periods.Update(b, periodKey(e.Person, e.Course), func(d *periodDoc) {
			*d = periodDoc{Person: e.Person, Course: e.Course, Period: e.Period, Version: e.Version, Open: true}
		})
	case events.PeriodMoved:
		return v.periods.Update(b, periodKey(e.Person, e.Course), func(d *periodDoc) { d.Version = e.To })
	case events.EnrolmentCompleted:
		return v.periods.Update(b, periodKey(e.Person, e.Course), func(d *periodDoc) {
			if d.Period == e.Period {
				d.Open = false
			}
		})
	case events.EnrolmentWithdrawn:
		return v.periods.Update(b, periodKey(e.Person, e.Course), func(d *periodDoc) {
			if d.Period == e.Period {
				d.Open = false
			}
		})
	case events.SittingScheduled:
		return v.sittings.Update(b, e.Sitting, func(d *sittingDoc) { *d = sittingDoc{SittingScheduled: e} })
	case events.SittingPrepared:
		return v.sittings.Update(b, e.Sitting, func(d *sittingDoc) { d.Prepared, d.Ready = e.People, true })
	case events.SittingCancelled:
		return v.sittings.Update(b, e.Sitting, func(d *sittingDoc) { d.Cancelled = true })
	case events.ExtraTimeGranted:
		return v.accommodations.Update(b, e.Person, func(d *accommodationDoc) {
			*d = accommodationDoc{Person: e.Person, Percent: accommodationState{d.Percent}.Evolve(e).Percent}
		})
	}
	return nil
}

// sitting finds the sitting of a course that rules starts at a time: the earliest one that has not closed.
func (v rulesView) sitting(ctx context.Context, course string, now time.Time) (sittingDoc, error) {
	var found sittingDoc
	err := v.sittings.Each(ctx, readmodel.Query{Index: "course", Equal: []any{course}, From: now.Add(time.Nanosecond)}, func(d sittingDoc) error {
		if !d.Cancelled && (found.Sitting == "" || d.Opens.Before(found.Opens)) {
			found = d
		}
		return nil
	})
	return found, err
}

// attemptsView lists attempts; what an open attempt holds is read from its stream.
type attemptsView struct {
	projection *readmodel.Projection
	attempts   *readmodel.Collection[attemptDoc] // by attempt
}

// States of an attempt in the list.
const (
	stateOpen   = "open"
	stateClosed = "closed"
)

// attemptDoc is an attempt in the list, with what it is found by and, once closed, its marks.
type attemptDoc struct {
	AttemptRow
	Person    string            `json:"person"`
	Course    string            `json:"course"`
	Period    int               `json:"period"`
	State     string            `json:"state"`
	Deadline  time.Time         `json:"deadline"`
	Closes    time.Time         `json:"closes"` // the deadline and its grace
	Pass      float64           `json:"pass"`
	Behaviour string            `json:"behaviour,omitempty"`
	Items     []string          `json:"items,omitempty"`
	Marks     []events.ItemMark `json:"marks,omitempty"`
	Theta     float64           `json:"theta,omitempty"`
	Remarks   int               `json:"remarks,omitempty"`
}

func newAttemptsView() attemptsView {
	v := attemptsView{attempts: readmodel.NewCollection[attemptDoc]("attempts",
		readmodel.Index{Name: "mine", Fields: []string{"person", "course", "period", "number"}},
		readmodel.Index{Name: "course", Fields: []string{"course", "state", "started"}},
		readmodel.Index{Name: "due", Fields: []string{"state", "closes"}})}
	v.projection = readmodel.NewProjection("attempts", 2, []string{"quiz.attempt.attempt-started", "quiz.attempt.deadline-extended", "quiz.attempt.attempt-submitted", "quiz.attempt.attempt-remarked"}, v.apply, v.attempts)
	return v
}

func (v attemptsView) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.AttemptStarted:
		return v.attempts.Update(b, e.Attempt, func(d *attemptDoc) {
			*d = attemptDoc{AttemptRow: AttemptRow{Attempt: e.Attempt, Number: e.Number, Started: e.At},
				Person: e.Person, Course: e.Course, Period: e.Period, State: stateOpen, Deadline: e.Deadline, Pass: e.Pass}
			for _, it := range e.Items {
				d.Items = append(d.Items, it.Item)
			}
			rules := attemptState{Started: e}.rules()
			d.Behaviour, d.Closes = behaviour(rules), e.Deadline.Add(grace(rules))
		})
	case events.DeadlineExtended:
		return v.attempts.Update(b, e.Attempt, func(d *attemptDoc) {
			d.Deadline, d.Closes = e.Deadline, e.Deadline.Add(d.Closes.Sub(d.Deadline))
		})
	case events.AttemptSubmitted:
		return v.attempts.Update(b, e.Attempt, func(d *attemptDoc) {
			d.State, d.Submitted, d.Mark, d.Passed, d.Marks, d.Theta = stateClosed, e.At, e.Mark, e.Passed, e.Marks, e.Theta
			d.Items = nil
			for _, m := range e.Marks {
				d.Items = append(d.Items, m.Item)
			}
		})
	case events.AttemptRemarked:
		return v.attempts.Update(b, e.Attempt, func(d *attemptDoc) {
			d.Mark, d.Passed, d.Marks, d.Remarks = e.Mark, e.Passed, e.Marks, d.Remarks+1
		})
	}
	return nil
}

// mine lists the attempts of a period, oldest first.
func (v attemptsView) mine(ctx context.Context, person, course string, period int) ([]attemptDoc, error) {
	docs := []attemptDoc{}
	err := v.attempts.Each(ctx, readmodel.Query{Index: "mine", Equal: []any{person, course, period}}, func(d attemptDoc) error {
		docs = append(docs, d)
		return nil
	})
	return docs, err
}

// seen gives the items of the latest attempts of a person in a course, of whatever period.
func (v attemptsView) seen(ctx context.Context, person, course string, attempts int) (map[string]bool, error) {
	items := map[string]bool{}
	if attempts == 0 {
		return items, nil
	}
	page, err := v.attempts.Find(ctx, readmodel.Query{Index: "mine", Equal: []any{person, course}, Desc: true, Limit: attempts})
	for _, d := range page.Items {
		for _, id := range d.Items {
			items[id] = true
		}
	}
	return items, err
}

// due gives a page of open attempts that close in [from, to), earliest first; a zero bound is none.
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
